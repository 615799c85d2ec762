"""What is written is read back: every kind, header, feature and length."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.documents.seals.making import ISSUED, ZONE, authority, signer, signing

from egnatia.engines.documents.seals.reader import read_seal
from egnatia.engines.documents.seals.types import SealKind
from egnatia.engines.documents.seals.writer import (
    SealHeader,
    text_feature,
    write_idb,
    write_vds,
    write_vds_nc,
    zone_feature,
)
from egnatia.engines.documents.synthetic.seal import c40
from egnatia.errors import InputError

SIGN = signing(signer())
NAMES = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=4, max_size=4)
REFERENCES = st.text("0123456789ABCDEF", min_size=1, max_size=40)
DAYS = st.dates(date(1990, 1, 1), date(2060, 1, 1))


def unsigned(_: bytes) -> bytes:
    return bytes(64)


@given(NAMES, REFERENCES, DAYS, st.lists(st.tuples(st.integers(0, 254), st.binary(max_size=300)), max_size=8))
@settings(deadline=None, derandomize=True, max_examples=50)
def test_version_4_comes_back(name: str, reference: str, day: date, features: list[tuple[int, bytes]]) -> None:
    made = write_vds(SealHeader("RKS", name, reference, day, day + timedelta(days=9), "7f7f"), features, unsigned)
    seal = read_seal(made).seal
    assert seal is not None
    assert (seal.version, seal.issuer, seal.signer, seal.reference) == ("4", "RKS", name, reference)
    assert (seal.issued_on, seal.signed_on, seal.profile_code) == (day, day + timedelta(days=9), "7f7f")
    assert [(each.tag, each.raw) for each in seal.features] == features
    assert (seal.signed, seal.signature) == (made[:-66], bytes(64))


@given(NAMES, st.text("0123456789ABCDEF", min_size=1, max_size=5), st.lists(st.binary(max_size=255), max_size=4))
@settings(deadline=None, derandomize=True, max_examples=50)
def test_version_3_comes_back(name: str, reference: str, values: list[bytes]) -> None:
    features = list(enumerate(values))
    made = write_vds(SealHeader("D", name, reference, ISSUED, ISSUED, "7f7f", version=3), features, unsigned)
    seal = read_seal(made).seal
    assert seal is not None
    assert (seal.version, seal.issuer, seal.reference) == ("3", "D", reference.rjust(5, "0"))
    assert [(each.tag, each.raw) for each in seal.features] == features


@given(st.binary(min_size=5, max_size=5), DAYS, st.booleans(), st.binary(max_size=400))
@settings(deadline=None, derandomize=True, max_examples=50)
def test_the_barcode_datastructure_comes_back(reference: bytes, day: date, packed: bool, value: bytes) -> None:  # noqa: FBT001 - Hypothesis passes it so
    text = write_idb("UTO", reference, day, [(0x60, value)], unsigned, hash_name="sha384", packed=packed)
    seal = read_seal(text).seal
    assert seal is not None
    assert (seal.kind, seal.issuer, seal.reference, seal.signed_on) == (SealKind.IDB, "UTO", reference.hex(), day)
    assert (seal.algorithm, seal.features[0].raw, seal.signature) == ("sha384", value, bytes(64))
    assert text[4] == ("D" if packed else "B")


def test_json_comes_back() -> None:
    text = write_vds_nc("UTO", "icao.test", {"pid": {"n": "É ß 1.0"}, "n": 1.5}, b"certificate", SIGN)
    seal = read_seal(text).seal
    assert seal is not None
    assert (seal.kind, seal.issuer, seal.profile_code, seal.certificate) == (
        SealKind.VDS_NC,
        "UTO",
        "icao.test",
        b"certificate",
    )
    assert seal.signature == SIGN(seal.signed)
    assert seal.signed.startswith(b'{"hdr":{"is":"UTO","t":"icao.test","v":1},"msg":{"n":1.5,"pid":{"n":"\xc3\x89')


def test_both_writers_of_this_project_write_the_same_text() -> None:
    assert zone_feature(ZONE)[1] == c40(ZONE[0] + ZONE[1][:28])
    assert text_feature(5, "47110815P")[1] == c40("47110815P")
    assert authority().state == "UTO"


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: write_vds(SealHeader("UTO", "UTS", "1", ISSUED, ISSUED, "5d01"), [], unsigned),
        lambda: write_vds(SealHeader("UTO", "UTSP", "ABCDEF", ISSUED, ISSUED, "5d01", version=3), [], unsigned),
        lambda: write_vds(SealHeader("uto", "UTSP", "1", ISSUED, ISSUED, "5d01"), [], unsigned),
        lambda: write_vds(SealHeader("UTO", "UTSP", "1", ISSUED, ISSUED, "5d01", version=5), [], unsigned),
        lambda: zone_feature(("A" * 30,) * 3),
        lambda: text_feature(1, "ä"),
        lambda: write_idb("UTO", b"1234", ISSUED, [], unsigned),
        lambda: write_idb("UTO", b"12345", ISSUED, [], unsigned, hash_name="md5"),
        lambda: write_vds_nc("UTO", "icao.vacc", {"n": float("nan")}, b"", unsigned),
    ],
)
def test_what_cannot_be_written_is_refused(wrong: object) -> None:
    assert callable(wrong)
    with pytest.raises(InputError):
        wrong()
