"""Known defects: lists of ICAO and BSI in every part that is public, our own data, and to which documents they apply."""

import hashlib
from dataclasses import replace
from datetime import date

import pytest
from tests.engines.documents.trust.making import (
    attribute,
    integer,
    name,
    named,
    octets,
    oid,
    seq,
    set_of,
    signed_data,
    tlv,
)
from tests.engines.documents.trust.realm import (
    LIST_KEY,
    NEW,
    NOW,
    OLD,
    UTO,
    UTO_NEW,
    document_signer,
    history,
    list_signer,
    read,
    root,
    uto_new,
)

from egnatia.engines.documents.trust.defect_data import KNOWN, known_defects, read_defect_data
from egnatia.engines.documents.trust.defect_lists import DefectList, read_defect_list
from egnatia.engines.documents.trust.defects import Defect, DefectKind, DocumentFacts, Scope, applying
from egnatia.engines.documents.trust.holdings import Holdings
from egnatia.engines.documents.trust.imports import import_defect_list
from egnatia.engines.documents.trust.remarks import Fault
from egnatia.errors import InputError, TamperedError

BSI, ICAO = "0.4.0.127.0.7.3.1.5", "2.23.136.1.1.7"
DAY = date(2026, 11, 22)
SIGNER = document_signer(UTO_NEW, NEW)
SHA256 = "2.16.840.1.101.3.4.2.1"


def _signed(content: bytes, kind: str, *, day: str | None = None) -> bytes:
    listed = [
        attribute("1.2.840.113549.1.9.3", oid(kind)),
        attribute("1.2.840.113549.1.9.4", octets(hashlib.sha256(content).digest())),
    ]
    listed += [attribute("1.2.840.113549.1.9.5", tlv(0x17, f"{day}120000Z".encode()))] if day else []
    return signed_data(content, kind, list_signer(), LIST_KEY, attributes=listed)


def _read(data: bytes, *roots: bytes) -> DefectList:
    found = read_defect_list(data, [read(each) for each in roots], "a test", DAY)
    assert isinstance(found, DefectList), found
    return found


def _bsi(*known: bytes, signer: bytes | None = None, extra: bytes = b"") -> bytes:
    named_by = named(SIGNER.raw) if signer is None else signer
    return seq(integer(0), oid(SHA256), set_of(seq(named_by, extra, set_of(*known))))


def _known(number: str, parameter: bytes = b"") -> bytes:
    return seq(oid(f"{BSI}.{number}"), parameter)


def _enumerated(value: int) -> bytes:
    return tlv(0x0A, bytes([value]))


@pytest.mark.parametrize(
    ("known", "kind", "detail"),
    [
        (_known("1.1", _enumerated(0)), DefectKind.CERTIFICATE_REVOKED, "status 0"),
        (_known("1.1", _enumerated(1)), DefectKind.CERTIFICATE_ON_HOLD, "status 1"),
        (_known("1.1", _enumerated(2)), DefectKind.CERTIFICATE_FOR_TESTS, "status 2"),
        (_known("1.1", _enumerated(3)), DefectKind.CERTIFICATE_REVOKED, "status 3"),
        (_known("1.1", _enumerated(5)), DefectKind.CERTIFICATE_ON_HOLD, "status 5"),
        (_known("1.1", _enumerated(32)), DefectKind.CERTIFICATE_ON_HOLD, "status 32"),
        (_known("1.3"), DefectKind.CHIP_KEY_COMPROMISED, ""),
        (_known("1.4"), DefectKind.ACTIVE_KEY_COMPROMISED, ""),
        (_known("1.5", _enumerated(2)), DefectKind.PROTOCOL_FAILS, "CA AA"),
        (_known("1.6", _enumerated(1)), DefectKind.VALIDITY_WRONG, "signer"),
        (_known("2.2", _enumerated(1)), DefectKind.SECURITY_OBJECT_WRONG, ""),
        (_known("2.3"), DefectKind.CONTENTS_DISAGREE, ""),
        (_known("2.4", named(SIGNER.raw)), DefectKind.SIGNER_IDENTIFIER_WRONG, ""),
        (_known("2.5", tlv(0x13, b"KS")), DefectKind.COUNTRY_WRONG, "KS"),
        (_known("4.2"), DefectKind.CHIP_SECURITY_MALFORMED, ""),
        (_known("4.3"), DefectKind.POWER_DOWN, ""),
        (_known("9.9", integer(7)), DefectKind.OTHER, ""),
    ],
)
def test_every_public_kind_of_a_defect_list(known: bytes, kind: DefectKind, detail: str) -> None:
    (defect,) = _read(_signed(_bsi(known), BSI), root()).defects
    assert (defect.kind, defect.detail, defect.known_since) == (kind, detail, DAY)
    assert applying([defect], SIGNER, DAY) == (defect,)
    assert applying([defect], document_signer(UTO, OLD), DAY) == ()


def test_groups_and_replacements() -> None:
    found = _read(
        _signed(_bsi(_known("2.1", set_of(integer(11), integer(2))), _known("1.2", octets(uto_new()))), BSI), root()
    )
    by_kind = {each.kind: each for each in found.defects}
    assert by_kind[DefectKind.GROUP_MALFORMED].groups == (2, 11)
    assert by_kind[DefectKind.CERTIFICATE_REPLACED].replacement == uto_new()


def test_version_two_with_descriptions() -> None:
    tagged = tlv(0xA0, oid(f"{BSI}.1.1"), tlv(0xA0, _enumerated(1)), tlv(0x81, b"under investigation"))
    content = seq(
        integer(1), oid(SHA256), set_of(seq(tlv(0x80, SIGNER.key_id or b""), set_of(tagged), tlv(0x0C, b"about")))
    )
    (defect,) = _read(_signed(content, BSI, day="260301"), root()).defects
    assert (defect.kind, defect.detail) == (DefectKind.CERTIFICATE_ON_HOLD, "under investigation")
    assert defect.known_since == date(2026, 3, 1)
    assert applying([defect], SIGNER, date(2026, 2, 28)) == ()
    assert applying([defect], SIGNER, date(2026, 3, 1)) == (defect,)


def test_a_hash_tells_apart_what_a_name_does_not() -> None:
    digest = octets(hashlib.sha256(SIGNER.raw).digest())
    (right,) = _read(_signed(_bsi(_known("1.3"), extra=digest), BSI), root()).defects
    (wrong,) = _read(_signed(_bsi(_known("1.3"), extra=octets(bytes(32))), BSI), root()).defects
    assert applying([right, wrong], SIGNER, DAY) == (right,)


def _deviation(documents: bytes, number: str, parameter: bytes = b"", text: bytes = b"") -> bytes:
    described = seq(tlv(0x13, text) if text else b"", oid(f"{ICAO}.{number}"), parameter)
    return seq(integer(0), seq(oid(SHA256)), set_of(seq(documents, set_of(described))))


def test_a_deviation_list_as_italy_published_one() -> None:
    period = tlv(0xA4, tlv(0x18, b"20171001000000Z"), tlv(0x18, b"20180205235959.999Z"))
    numbers = tlv(0xA5, *(tlv(0x13, f"CA{each:05}AL".encode()) for each in range(300)))
    documents = seq(tlv(0x80, b"C"), period, numbers)
    content = _deviation(documents, "2.2", tlv(0xA0, integer(12)), b"WRONG HASH OF DG12")
    (defect,) = _read(_signed(content, ICAO, day="180530"), root()).defects
    assert (defect.kind, defect.groups, defect.detail) == (DefectKind.GROUP_HASH_WRONG, (12,), "WRONG HASH OF DG12")
    card = DocumentFacts("ITA", "C", "CA00007AL", date(2017, 12, 1))
    assert applying([defect], None, DAY, card) == (defect,)
    for other in (
        replace(card, number="CA00007AM"),
        replace(card, issued_on=date(2018, 2, 6)),
        replace(card, document_type="P"),
    ):
        assert applying([defect], None, DAY, other) == ()
    assert applying([defect], None, DAY) == ()


@pytest.mark.parametrize(
    ("documents", "fits"),
    [
        (seq(tlv(0xA1, UTO_NEW, integer(SIGNER.serial))), True),
        (seq(tlv(0xA1, UTO, integer(SIGNER.serial))), False),
        (seq(tlv(0x82, SIGNER.key_id or b"")), True),
        (seq(tlv(0x83, hashlib.sha256(SIGNER.raw).digest())), True),
        (seq(tlv(0x83, bytes(32))), False),
    ],
)
def test_deviations_by_signer(documents: bytes, *, fits: bool) -> None:
    for number, kind in (
        ("1.4", DefectKind.ACTIVE_KEY_COMPROMISED),
        ("3.2", DefectKind.ZONE_CHECK_DIGIT),
        ("4", DefectKind.CHIP_UNUSABLE),
    ):
        (defect,) = _read(_signed(_deviation(documents, number), ICAO), root()).defects
        assert defect.kind is kind
        assert applying([defect], SIGNER, DAY) == ((defect,) if fits else ())


def test_a_list_that_does_not_verify_is_not_applied() -> None:
    data = _signed(_bsi(_known("1.1", _enumerated(3))), BSI)
    assert _read(data, root()).trusted
    assert _read(data, list_signer()).trusted
    assert not _read(data).trusted
    assert not _read(data, uto_new()).trusted
    roots = [read(root())]
    assert (
        import_defect_list(history(), data, "BSI", roots, DAY).holdings.defects[0].kind
        is DefectKind.CERTIFICATE_REVOKED
    )
    with pytest.raises(InputError, match="no given root"):
        import_defect_list(Holdings(), data, "BSI", [read(uto_new())], DAY)
    broken = data.replace(_enumerated(3), _enumerated(4))
    with pytest.raises(TamperedError):
        import_defect_list(history(), broken, "BSI", roots, DAY)
    with pytest.raises(InputError, match="no list of defects"):
        import_defect_list(history(), uto_new(), "BSI", roots, DAY)


@pytest.mark.parametrize(
    "content",
    [
        b"", seq(), seq(integer(0), oid(SHA256)), seq(integer(0), oid("1.2.3"), set_of()), _bsi(integer(1)),
        _bsi(_known("1.1", octets(b"x"))), seq(integer(0), oid(SHA256), set_of(seq(set_of(_known("1.3"))))),
        _bsi(_known("1.1", _enumerated(1)), signer=seq(name("C=UT"))),
    ],
)  # fmt: skip
def test_what_is_no_defect_list_is_a_fault(content: bytes) -> None:
    assert isinstance(read_defect_list(_signed(content, BSI), (), "a test", DAY), Fault)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        seq(),
        seq(integer(0)),
        _deviation(seq(tlv(0x89, b"")), "1.1"),
        _deviation(integer(1), "1.1"),
        seq(integer(0), set_of(seq(seq(), set_of(seq())))),
    ],
)
def test_what_is_no_deviation_list_is_a_fault(content: bytes) -> None:
    assert isinstance(read_defect_list(_signed(content, ICAO), (), "a test", DAY), Fault)


def test_defects_of_our_own() -> None:
    text = f"""
    [[defect]]
    kind = "certificate_revoked"
    source = "North Macedonia, letter of 2 March 2026"
    known_since = 2026-03-02
    withdrawn_on = 2026-06-01
    signer = "{SIGNER.raw.hex()}"
    [[defect]]
    kind = "weak_key"
    source = "CVE-2017-15361"
    known_since = 2017-10-16
    state = "DEU"
    document_type = "P"
    groups = [15]
    numbers = ["A1", "B2"]
    """
    revoked, weak = read_defect_data(text)
    assert applying([revoked], SIGNER, date(2026, 5, 31)) == (revoked,)
    assert applying([revoked], SIGNER, date(2026, 6, 1)) == ()
    assert applying([revoked], document_signer(UTO_NEW, NEW, serial=51), date(2026, 5, 31)) == ()
    assert (weak.scope.state, weak.groups, weak.scope.numbers) == ("D", (15,), frozenset({"A1", "B2"}))
    assert applying([weak], None, DAY, DocumentFacts("D<<", "P<", "A1")) == (weak,)


@pytest.mark.parametrize(
    "text",
    [
        "x", "[defect]\nkind=1", "[[other]]", '[[defect]]\nkind="weak_key"', "defect = 5", "defect = [5]",
        '[[defect]]\nkind="no such kind"\nsource="x"\nknown_since=2026-01-01',
        '[[defect]]\nkind="weak_key"\nsource="x"\nknown_since="2026-01-01"',
        '[[defect]]\nkind="weak_key"\nsource="x"\nknown_since=2026-01-01T00:00:00Z',
        '[[defect]]\nkind="weak_key"\nsource="x"\nknown_since=2026-01-01\nmore=1',
        '[[defect]]\nkind="weak_key"\nsource="x"\nknown_since=2026-01-01\nstate="QQQ"',
        '[[defect]]\nkind="weak_key"\nsource="x"\nknown_since=2026-01-01\ngroups=[22]',
        '[[defect]]\nkind="weak_key"\nsource="x"\nknown_since=2026-01-01\nkey_id="xyz"',
        '[[defect]]\nkind="weak_key"\nsource="x"\nknown_since=2026-01-01\nsigner="00"',
        "[" * 50_000,
    ],
)  # fmt: skip
def test_data_that_is_wrong_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(InputError):
        read_defect_data(text)


def test_the_defects_of_the_release_name_their_source() -> None:
    found = known_defects()
    assert KNOWN.count("[[defect]]") == len(found) >= 2
    assert all(each.source and each.detail and each.known_since < NOW.date() for each in found)
    card = DocumentFacts("ITA", "C", issued_on=date(2017, 12, 24))
    assert [each.kind for each in applying(found, None, DAY, card)] == [DefectKind.GROUP_HASH_WRONG]


def test_a_defect_that_names_an_authority_is_about_all_its_signers() -> None:
    authority = Defect(DefectKind.VALIDITY_WRONG, Scope(authority_key_id=read(uto_new()).key_id), "a partner", DAY)
    assert applying([authority], SIGNER, DAY) == (authority,)
    assert applying([authority], document_signer(UTO, OLD), DAY) == ()
    assert applying([authority], None, DAY) == ()
