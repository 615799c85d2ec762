import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.documents.chip.chips import (
    ACTIVE,
    BSI,
    CHIP,
    CHIP_SECRET,
    CURVE,
    card_infos,
    chip_infos,
    element,
    info,
    zone_file,
)
from tests.engines.documents.chip.exchanges import (
    CHALLENGE,
    answer,
    chip_answer,
    code,
    coded,
    mapping_answer,
    point,
    rsa_answer,
)
from tests.engines.documents.trust.making import ec_signer, integer, oid, rsa_signer, set_of

from egnatia.engines.documents.chip.active import verify_active, weak_active_key
from egnatia.engines.documents.chip.chip_authentication import verify_chip
from egnatia.engines.documents.chip.chip_keys import CURVE_NAMES, add, multiply, read_chip_key, standard_curve
from egnatia.engines.documents.chip.dg1 import read_dg1
from egnatia.engines.documents.chip.evidence import ChipEvidence, Evidence, PaceEvidence, read_evidence
from egnatia.engines.documents.chip.pace_cam import opened_by_zone, verify_pace_cam
from egnatia.engines.documents.chip.secure_messaging import Suite, derive, response_holds
from egnatia.engines.documents.chip.security_infos import SecurityInfo, read_dg14, read_dg15, read_infos
from egnatia.engines.documents.chip.types import FileId
from egnatia.engines.documents.trust.cms import SignedData, read_signed_data
from egnatia.engines.documents.trust.curves import on_curve
from egnatia.engines.documents.trust.keys import EcKey
from egnatia.engines.documents.trust.remarks import Fault

VECTORS: dict[str, Any] = json.loads((Path(__file__).parent / "chip_vectors.json").read_text(encoding="utf-8"))


def infos_of(content: bytes) -> tuple[SecurityInfo, ...]:
    return read_infos(FileId.DG14, content)[0]


@pytest.mark.parametrize("vector", VECTORS["active"])
def test_published_active_authentication(vector: dict[str, str]) -> None:
    key = read_dg15(bytes.fromhex(vector["dg15"])).values["key"]
    challenge, response = bytes.fromhex(vector["challenge"]), bytes.fromhex(vector["response"])
    assert verify_active(key, challenge, response).holds is True
    assert verify_active(key, challenge[:-1] + b"\0", response).holds is False
    assert verify_active(key, challenge, response[:-1] + bytes([response[-1] ^ 1])).holds is False


@pytest.mark.parametrize("vector", VECTORS["chip"], ids=lambda vector: vector["country"])
def test_published_chip_authentication(vector: dict[str, str]) -> None:
    infos = read_dg14(bytes.fromhex(vector["dg14"])).values["infos"]
    private, public, response = (
        bytes.fromhex(vector[name]) for name in ("terminal_private_key", "terminal_public_key", "response")
    )
    recorded = ChipEvidence(private, public, response)
    assert verify_chip(infos, recorded).holds is True
    for other in (
        replace(recorded, response=recorded.response[:-3] + b"\0\x90\0"),
        replace(recorded, counter=3),
        replace(recorded, terminal_private_key=bytes(31) + b"\x05"),
        replace(recorded, terminal_public_key=b"\x04" + bytes(64)),
    ):
        assert verify_chip(infos, other).holds is False


@pytest.mark.parametrize("vector", VECTORS["pace"])
def test_published_pace_with_chip_mapping(vector: dict[str, Any]) -> None:
    data = read_signed_data(bytes.fromhex(vector["card_security"]))
    assert isinstance(data, SignedData)
    assert data.content is not None
    infos = read_infos(FileId.CARD_SECURITY, data.content)[0]
    recorded = read_evidence(json.dumps({"version": 1, "pace_cam": vector["evidence"]}).encode()).pace
    assert recorded is not None
    assert verify_pace_cam(infos, recorded).holds is True
    for name in PaceEvidence.__slots__:
        value = getattr(recorded, name)
        if isinstance(value, bytes) and value:
            changed: Any = {name: value[:-1] + bytes([value[-1] ^ 1])}
            other = replace(recorded, **changed)
            assert verify_pace_cam(infos, other).holds is False, name


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"digest": "sha1", "trailer": b"\x33\xcc"},
        {"digest": "sha224", "trailer": b"\x38\xcc"},
        {"digest": "sha256", "trailer": b"\x34\xcc"},
        {"digest": "sha384", "trailer": b"\x36\xcc"},
        {"digest": "sha512", "trailer": b"\x35\xcc"},
        {"padding": 0},
        {"padding": 7, "digest": "sha256", "trailer": b"\x34\xcc"},
        {"smaller": True},
    ],
)
def test_rsa_answers_in_every_form(how: dict[str, Any]) -> None:
    made = rsa_answer(3, **how)
    spki = rsa_signer(3).spki
    assert verify_active(spki, made.challenge, made.response).holds is True
    assert verify_active(spki, b"another!", made.response).holds is False
    assert verify_active(rsa_signer(4).spki, made.challenge, made.response).holds is False


@pytest.mark.parametrize(
    "how",
    [
        {"trailer": b"\x31\xcc"},
        {"trailer": b"\xbb"},
        {"digest": "sha256", "trailer": b"\x35\xcc"},
        {"digest": "sha256", "trailer": b"\xbc"},
    ],
)
def test_rsa_answers_with_another_trailer_do_not_hold(how: dict[str, Any]) -> None:
    made = rsa_answer(3, **how)
    assert verify_active(rsa_signer(3).spki, made.challenge, made.response).holds is not True


def test_an_rsa_answer_has_the_length_of_its_key() -> None:
    made = rsa_answer(3)
    spki = rsa_signer(3).spki
    assert verify_active(spki, made.challenge, b"\0" + made.response).holds is False
    assert verify_active(spki, made.challenge, made.response[1:]).holds is False
    assert verify_active(spki, made.challenge, b"\xff" * len(made.response)).holds is False
    assert verify_active(spki, b"", made.response).holds is False


@pytest.mark.parametrize(
    "curve", ["P-224", "P-256", "P-384", "P-521", "brainpoolP224r1", "brainpoolP256r1", "brainpoolP512r1"]
)
@pytest.mark.parametrize("form", ["plain", "DER"])
def test_elliptic_answers_on_every_curve(curve: str, form: str) -> None:
    key = ec_signer(curve, 9)
    made = answer(key, form=form, digest="sha224" if "224" in curve else "sha256")
    found = verify_active(key.spki, made.challenge, made.response)
    assert found.holds is True
    assert ("DER" in found.note) is (form == "DER")
    assert verify_active(key.spki, b"12345678", made.response).holds is False


def test_the_hash_that_dg14_names_comes_first() -> None:
    declared = set_of(info("2.23.136.1.1.5", integer(1), oid("0.4.0.127.0.7.1.1.4.1.3")))
    made = answer(ACTIVE, digest="sha256")
    assert verify_active(ACTIVE.spki, CHALLENGE, made.response, infos_of(declared)).note == ""
    weaker = answer(ACTIVE, digest="sha224")
    assert "sha224" in verify_active(ACTIVE.spki, CHALLENGE, weaker.response, infos_of(declared)).note


def test_a_key_that_cannot_be_read_is_not_judged() -> None:
    assert verify_active(b"no key", CHALLENGE, bytes(64)).holds is None
    assert weak_active_key(b"no key") == ""
    assert weak_active_key(rsa_signer(3).spki) == ""


@pytest.mark.parametrize("suite", list(Suite))
def test_chip_authentication_in_every_suite(suite: Suite) -> None:
    infos = infos_of(set_of(info(f"{BSI}.3.2.{suite.value}", integer(1)), info(f"{BSI}.1.2", CHIP.spki)))
    assert verify_chip(infos, chip_answer(CHIP_SECRET, suite)).holds is True
    assert verify_chip(infos, chip_answer(CHIP_SECRET + 1, suite)).holds is False
    assert verify_chip(infos, chip_answer(CHIP_SECRET, suite, status="6982")).holds is False


def test_a_key_without_its_info_goes_with_the_oldest_suite() -> None:
    infos = infos_of(set_of(info(f"{BSI}.1.2", CHIP.spki)))
    assert verify_chip(infos, chip_answer(CHIP_SECRET, Suite.TRIPLE_DES)).holds is True
    assert verify_chip(infos, chip_answer(CHIP_SECRET, Suite.AES_128)).holds is False


def test_a_chip_key_is_chosen_by_its_number() -> None:
    other = ec_signer("brainpoolP256r1", 44)
    infos = infos_of(
        set_of(
            info(f"{BSI}.3.2.2", integer(1), integer(1)),
            info(f"{BSI}.3.2.2", integer(1), integer(2)),
            info(f"{BSI}.1.2", other.spki, integer(1)),
            info(f"{BSI}.1.2", CHIP.spki, integer(2)),
        )
    )
    made = chip_answer()
    assert verify_chip(infos, made).holds is True
    assert verify_chip(infos, replace(made, key_id=2)).holds is True
    assert verify_chip(infos, replace(made, key_id=1)).holds is False
    assert verify_chip((), made).holds is None


def test_a_response_needs_its_objects_in_order() -> None:
    keys = derive(b"secret", Suite.AES_128)
    covered = b"\x99\x02\x90\x00"
    mac = b"\x8e\x08" + code(Suite.AES_128, keys.message, 2, covered)
    assert response_holds(keys, covered + mac, 2) is True
    assert response_holds(keys, covered + mac + b"\x90\x00", 2) is True
    assert response_holds(keys, mac + covered, 2) is None
    assert response_holds(keys, covered, 2) is None
    assert response_holds(keys, b"", 2) is None
    assert response_holds(keys, covered + mac, 1 << 200) is False


def test_pace_with_chip_mapping_is_followed() -> None:
    infos = read_infos(FileId.CARD_SECURITY, card_infos())[0]
    assert verify_pace_cam(infos, mapping_answer()).holds is True
    assert verify_pace_cam(infos, mapping_answer(secret=77)).holds is False
    assert verify_pace_cam(infos, replace(mapping_answer(), protocol=f"{BSI}.4.2.2")).holds is None
    assert verify_pace_cam(infos, replace(mapping_answer(), parameters=12)).holds is False
    assert verify_pace_cam(infos_of(chip_infos()), mapping_answer()).holds is False
    assert verify_pace_cam((), mapping_answer()).holds is False


def test_the_terminal_s_keys_have_to_be_pairs() -> None:
    """The public key is what the reader is known to have sent; the private one must be its own."""
    other = coded(point(999))
    answered = verify_chip(infos_of(chip_infos()), replace(chip_answer(), terminal_public_key=other))
    assert answered.holds is False
    card = read_infos(FileId.CARD_SECURITY, card_infos())[0]
    for name in ("terminal_mapping_public_key", "terminal_public_key"):
        changed: Any = {name: other}
        assert verify_pace_cam(card, replace(mapping_answer(), **changed)).holds is False


def test_the_zone_opens_only_its_own_exchange() -> None:
    zone = read_dg1(zone_file()).values["zone"]
    assert opened_by_zone(zone, mapping_answer())
    assert not opened_by_zone(zone, mapping_answer(access="L898902C3674081223504150"))
    assert not opened_by_zone(zone, mapping_answer(access=None))


@pytest.mark.parametrize("number", sorted(CURVE_NAMES))
def test_standardised_parameters_are_curves_here(number: int) -> None:
    curve = standard_curve(number)
    assert curve is not None
    doubled = add(curve, (curve.x, curve.y), (curve.x, curve.y))
    assert doubled is not None
    assert on_curve(curve, doubled)
    assert multiply(curve, 2, (curve.x, curve.y)) == doubled
    assert multiply(curve, curve.n, (curve.x, curve.y)) is None
    assert multiply(curve, curve.n - 1, (curve.x, curve.y)) == (curve.x, curve.p - curve.y)


def test_keys_of_other_kinds_are_faults() -> None:
    assert standard_curve(0) is None
    assert isinstance(read_chip_key(rsa_signer(3).spki), Fault)
    assert isinstance(read_chip_key(b""), Fault)
    key = read_chip_key(CHIP.spki)
    assert isinstance(key, EcKey)
    assert key.curve == CURVE


GOOD: dict[str, Any] = {
    "version": 1,
    "active_authentication": {"challenge": "00" * 8, "response": "01" * 64},
    "chip_authentication": {
        "terminal_private_key": "01", "terminal_public_key": "04", "response": "99029000", "counter": "02", "key_id": 3,
    },
}  # fmt: skip


def test_an_evidence_file_is_read() -> None:
    read = read_evidence(json.dumps(GOOD).encode())
    assert read.findings == ()
    assert read.active is not None
    assert read.active.challenge == bytes(8)
    assert read.chip is not None
    assert (read.chip.counter, read.chip.key_id) == (2, 3)
    assert read.pace is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b'{"version": 2}',
        b"\xff\xfe",
        b"[" * 5000,
        b'{"version": 1, "other": {}}',
        b'{"version": 1, "active_authentication": 5}',
        b'{"version": 1, "active_authentication": {"challenge": "00"}}',
        b'{"version": 1, "active_authentication": {"challenge": "0g", "response": "00"}}',
        b'{"version": 1, "active_authentication": {"challenge": "00", "response": "00", "counter": "02"}}',
        b'{"version": 1, "chip_authentication": {"terminal_private_key": "00", "response": "00"}}',
        b'{"version": 1, "pace_cam": {"nonce": "00"}}',
        json.dumps({"version": 1, "active_authentication": {"challenge": "00", "response": "00" * 5000}}).encode(),
        b" " * 70_000,
    ],
)
def test_what_is_no_evidence_is_a_finding(content: bytes) -> None:
    read = read_evidence(content)
    assert [each.code for each in read.findings] == ["CHIP_EVIDENCE_UNREADABLE"]
    assert (read.active, read.chip, read.pace) == (None, None, None)


@settings(deadline=None, derandomize=True, max_examples=50)
@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=8),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from([*GOOD, "x"]), inner),
    )
)
def test_any_json_is_evidence_or_a_finding(value: object) -> None:
    assert isinstance(read_evidence(json.dumps(value).encode()), Evidence)


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.integers(0, 2**256), st.integers(0, 63), st.integers(0, 7))
def test_a_changed_answer_never_holds(seed: int, at: int, bit: int) -> None:
    made = answer(ACTIVE, seed.to_bytes(33, "big")[-8:])
    changed = bytearray(made.response)
    changed[at] ^= 1 << bit
    assert verify_active(ACTIVE.spki, made.challenge, made.response).holds is True
    assert verify_active(ACTIVE.spki, made.challenge, bytes(changed)).holds is False


def test_dg15_wrong_content_is_a_finding() -> None:
    assert [each.code for each in read_dg15(element(0x6F, b"\x05\x00")).findings] == ["CHIP_STRUCTURE_WRONG"]
