"""Recorded exchanges of specimen chips, followed with the arithmetic and ciphers of `cryptography`, not with ours."""

import hashlib
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.cmac import CMAC

from egnatia.engines.documents.synthetic import exchanges
from egnatia.engines.documents.synthetic.keys import EcKey, Hash, RsaKey, make_key


def curve_key(seed: str) -> EcKey:
    key = make_key("p256", seed)
    assert isinstance(key, EcKey)
    return key


CHIP, OTHER = curve_key("recorded chip"), curve_key("another chip")


def secret(private: bytes, public: bytes) -> bytes:
    """The first coordinate of an agreement on P-256."""
    own = ec.derive_private_key(int.from_bytes(private), ec.SECP256R1())
    return own.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public))


def public_of(key: EcKey) -> bytes:
    return b"\4" + b"".join(each.to_bytes(32) for each in key.point)


def session_key(shared: bytes, counter: int) -> bytes:
    return hashlib.sha1(shared + counter.to_bytes(4), usedforsecurity=False).digest()[:16]


def octets(part: dict[str, Any], name: str) -> bytes:
    return bytes.fromhex(part[name])


def test_an_evidence_file_holds_its_parts() -> None:
    whole = json.loads(exchanges.evidence(exchanges.active(CHIP), exchanges.chip(CHIP), exchanges.pace(CHIP)))
    assert set(whole) == {"version", "active_authentication", "chip_authentication", "pace_cam"}
    assert whole["version"] == 1
    assert whole["active_authentication"]["challenge"] == exchanges.CHALLENGE.hex()
    assert json.loads(exchanges.evidence()) == {"version": 1}


@pytest.mark.parametrize("kind", ["p256", "rsa2048"])
def test_another_challenge_gets_another_answer(kind: str) -> None:
    key = make_key(kind, "recorded")
    answers = {
        exchanges.active(key, challenge, algorithm)["active_authentication"]["response"]
        for challenge in (b"12345678", b"87654321")
        for algorithm in (Hash.SHA256, Hash.SHA1)
    }
    assert len(answers) == 4
    size = key.width if isinstance(key, RsaKey) else 64
    assert {len(each) for each in answers} == {2 * size}


@pytest.mark.parametrize("counter", [1, 2, 40])
def test_the_response_of_chip_authentication_is_under_the_agreed_key(counter: int) -> None:
    part = exchanges.chip(CHIP, "terminal", counter)["chip_authentication"]
    shared = secret(octets(part, "terminal_private_key"), public_of(CHIP))
    response = octets(part, "response")
    assert response[:4] == bytes.fromhex("99029000")
    assert response[4:6] == bytes.fromhex("8e08")
    assert response.endswith(b"\x90\x00")
    code = CMAC(algorithms.AES(session_key(shared, 2)))
    code.update(octets(part, "counter").rjust(16, b"\0") + response[:4] + b"\x80" + bytes(11))
    assert response[6:14] == code.finalize()[:8]


def test_terminals_keys_are_pairs() -> None:
    part = exchanges.chip(CHIP)["chip_authentication"]
    own = ec.derive_private_key(int.from_bytes(octets(part, "terminal_private_key")), ec.SECP256R1())
    numbers = own.public_key().public_numbers()
    assert octets(part, "terminal_public_key") == b"\4" + numbers.x.to_bytes(32) + numbers.y.to_bytes(32)


def opened(part: dict[str, Any]) -> int:
    """The chip's data of PACE, decrypted as the terminal would (Doc 9303-11 section 4.4.3.5.2)."""
    key = session_key(secret(octets(part, "terminal_private_key"), octets(part, "chip_public_key")), 1)
    vector = Cipher(algorithms.AES(key), modes.ECB()).encryptor().update(b"\xff" * 16)  # noqa: S305 - one block, as the standard has it
    plain = Cipher(algorithms.AES(key), modes.CBC(vector)).decryptor().update(octets(part, "encrypted_chip_data"))
    data = plain.rstrip(b"\0")
    assert data.endswith(b"\x80")
    return int.from_bytes(data[:-1])


def test_the_data_of_pace_lead_from_the_static_key_to_the_mapping_key() -> None:
    part = exchanges.pace(CHIP)["pace_cam"]
    assert len(octets(part, "nonce")) == 16
    shared = ec.derive_private_key(opened(part), ec.SECP256R1()).exchange(
        ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public_of(CHIP))
    )
    assert shared == octets(part, "chip_mapping_public_key")[1:33]
    foreign = exchanges.pace(CHIP, mapped_by=OTHER)["pace_cam"]
    assert opened(foreign) != opened(part)
    assert {name: foreign[name] for name in part if name != "encrypted_chip_data"} == {
        name: part[name] for name in part if name != "encrypted_chip_data"
    }


def test_every_exchange_has_its_own_keys() -> None:
    once, again, other = (exchanges.pace(CHIP, seed)["pace_cam"] for seed in ("a", "a", "b"))
    assert once == again
    changing = {"nonce", "terminal_public_key", "chip_public_key", "chip_mapping_public_key", "encrypted_chip_data"}
    assert {name for name in changing if once[name] == other[name]} == set()
