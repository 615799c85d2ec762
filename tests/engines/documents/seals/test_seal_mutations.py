"""Changed seals: nothing raises, nothing takes long, and no change of what was signed is ever accepted."""

import base64
import json
import random
import time
import zlib
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.documents.seals.making import certificate, signer, trust, visa, visa_zone
from tests.engines.documents.seals.vectors import AUSTRALIAN, IDB, TRUST, VDS, VDS_NC

from egnatia.engines.documents.seals.canonical import canonical
from egnatia.engines.documents.seals.catalogue import SealCheck
from egnatia.engines.documents.seals.checks import Expected, check_seal
from egnatia.engines.documents.seals.idb import MAX_UNPACKED
from egnatia.engines.documents.seals.reader import MAX_SEAL, read_seal
from egnatia.engines.documents.seals.signers import SealTrust
from egnatia.engines.documents.types import Result
from egnatia.errors import InputError

CHANGES = 800


def mutated(rng: random.Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 1, 2, 8))):
        at = rng.randrange(len(changed)) if changed else 0
        kind = rng.randrange(5)
        if kind == 0 and changed:
            changed[at] ^= 1 << rng.randrange(8)
        elif kind == 1 and changed:
            changed[at] = rng.choice((0, 0x7F, 0x80, 0xFF, rng.randrange(256)))
        elif kind == 2:
            del changed[at : at + rng.randint(1, 9)]
        elif kind == 3:
            changed[at:at] = rng.randbytes(rng.randint(1, 9))
        else:
            changed = changed[: rng.randint(1, max(1, len(changed)))]
    return bytes(changed) or b"\xdc"


def accepted(content: bytes | str, known: SealTrust | None = None) -> bool:
    reading, checks = check_seal(content, Expected(zone=visa_zone()), trust() if known is None else known)
    assert reading is not None
    signature = next(check.result for check in checks if check.code is SealCheck.SEAL_SIGNATURE)
    return signature is Result.SUCCESSFUL


def test_no_change_of_a_signed_byte_is_accepted() -> None:
    rng = random.Random(417)
    sound = visa()
    signed = read_seal(sound).seal
    assert signed is not None
    assert accepted(sound)
    for _ in range(CHANGES):
        content = mutated(rng, sound)
        seal = read_seal(content).seal
        if seal is not None and accepted(content):
            assert (seal.signed, seal.signature) == (signed.signed, signed.signature)


@pytest.mark.parametrize("name", sorted(VDS))
def test_mutated_published_seals_never_raise(name: str) -> None:
    rng = random.Random(name)
    for _ in range(60):
        check_seal(mutated(rng, VDS[name]), Expected(), TRUST)


@pytest.mark.parametrize("name", sorted(IDB))
def test_mutated_text_never_raises(name: str) -> None:
    rng = random.Random(name)
    for _ in range(60):
        changed = list(IDB[name])
        for _ in range(rng.randint(1, 6)):
            changed[rng.randrange(len(changed))] = rng.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567=1 \n{")
        check_seal("".join(changed), Expected(), TRUST)
        body = base64.b32decode(IDB[name][5:] + "=" * (-len(IDB[name][5:]) % 8))
        check_seal("RDB1B" + base64.b32encode(mutated(rng, body)).decode().rstrip("="), Expected(), TRUST)


def test_mutated_json_is_accepted_only_where_its_canonical_form_is_the_same() -> None:
    rng = random.Random(417)
    sound = VDS_NC["valid"].encode()
    form = canonical(json.loads(VDS_NC["valid"])["data"])
    for _ in range(400):
        content = mutated(rng, sound)
        if accepted(content, AUSTRALIAN):
            seal = read_seal(content).seal
            assert seal is not None
            assert seal.signed == form


def test_the_same_json_written_otherwise_is_the_same_seal() -> None:
    value = json.loads(VDS_NC["valid"])
    value["data"] = dict(reversed(value["data"].items()))
    assert accepted(json.dumps(value, indent=7, ensure_ascii=True), AUSTRALIAN)


@pytest.mark.parametrize(
    "text",
    [
        '{"data": {"hdr": {"t": "icao.vacc", "t": "icao.test"}, "msg": {}}, "sig": {}}',
        '{"data": {"hdr": {"t": NaN}, "msg": {}}, "sig": {}}',
        '{"data": {"hdr": {"t": 1e400}, "msg": {}}, "sig": {}}',
        '{"data": {"hdr": {}, "msg": {"x": ' + "[" * 500 + "]" * 500 + '}}, "sig": {}}',
        '{"data": {"hdr": {}, "msg": {"x": "\\ud800"}}, "sig": {"sigvl": 7, "cer": "%%%", "alg": ["ES256"]}}',
        '{"data": [], "sig": null}',
        '{"data": {"hdr": {"v": ' + "9" * 5_000 + '}, "msg": {}}, "sig": {}}',
        "{" * 4_000,
        "{}",
        "{\x00}",
    ],
)
def test_strange_json_is_no_sound_seal(text: str) -> None:
    assert not accepted(text, AUSTRALIAN)


@given(st.binary(min_size=1, max_size=300))
@settings(deadline=None, derandomize=True, max_examples=50)
def test_no_bytes_raise(data: bytes) -> None:
    read_seal(data)
    check_seal(b"\xdc\x03" + data, Expected(zone=visa_zone(), passport_number="X"), trust())
    check_seal("RDB1D" + base64.b32encode(data).decode().rstrip("="), Expected(), trust())


@given(st.text(min_size=1, max_size=120))
@settings(deadline=None, derandomize=True, max_examples=50)
def test_no_text_raises(text: str) -> None:
    read_seal(text)
    read_seal("{" + text)
    read_seal("\xdc" + text)


def test_a_packed_bomb_is_not_unpacked() -> None:
    packed = zlib.compress(bytes(4_500_000), 9)  # a thousand to one, and whole
    assert len(packed) * 8 / 5 < MAX_SEAL - 8
    started = time.process_time()
    reading = read_seal("RDB1D" + base64.b32encode(packed).decode().rstrip("="))
    assert reading.seal is None
    assert str(MAX_UNPACKED) in reading.flaws[0].found
    assert len(reading.data) <= MAX_SEAL
    assert time.process_time() - started < 1


def test_nothing_and_too_much_are_refused() -> None:
    for content in (b"", "", "\xdc" * (MAX_SEAL + 1), bytes(MAX_SEAL + 1)):
        with pytest.raises(InputError):
            read_seal(content)


def test_many_certificates_of_one_name_cost_little() -> None:
    many = tuple(certificate(signer()) for _ in range(200))
    started = time.process_time()
    check_seal(visa(reference="F"), Expected(), replace(trust(), signers=many))
    assert time.process_time() - started < 2
