"""Ed25519 on the border: published vectors of Wycheproof and CCTV, and what the strict rule must say about each."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from egnatia import ed25519
from egnatia.exchange.signatures import is_signed, is_sound_point

HERE = Path(__file__).parent
WYCHEPROOF: list[list[Any]] = json.loads((HERE / "ed25519_wycheproof.json").read_text("utf-8"))["vectors"]
CCTV: list[list[Any]] = json.loads((HERE / "ed25519_cctv.json").read_text("utf-8"))["vectors"]
REFUSED = {"low_order_A", "low_order_R", "low_order_residue"}
"""Flags of CCTV that the strict rule refuses; non-canonical points are all of low order too."""
EQUATIONS = {"OpenSSL": ed25519.openssl, "libsodium": ed25519.libsodium()}


@pytest.fixture(autouse=True, params=list(EQUATIONS.values()), ids=list(EQUATIONS))
def _by_each_library(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every verdict twice: whichever library computes the equation."""
    before, ed25519._equation[0] = ed25519._equation[0], request.param
    yield
    ed25519._equation[0] = before


def _library_accepts(key: bytes, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


@pytest.mark.parametrize("kind", sorted({flags for *_, flags, _ in WYCHEPROOF}))
def test_wycheproof(kind: str) -> None:
    """Every vector of a kind; those that are judged otherwise are named by their number."""
    wrong = [
        number
        for number, key, signature, message, flags, result in WYCHEPROOF
        if flags == kind
        and is_signed(bytes.fromhex(key), bytes.fromhex(signature), bytes.fromhex(message)) is not (result == "valid")
    ]
    assert wrong == []


@pytest.mark.parametrize("kind", sorted({flags for *_, flags in CCTV}))
def test_cctv(kind: str) -> None:
    wrong = [
        number
        for number, key, signature, message, flags in CCTV
        if flags == kind
        and is_signed(bytes.fromhex(key), bytes.fromhex(signature), message.encode())
        is bool(REFUSED & set(kind.split()))
    ]
    assert wrong == []


def test_the_selection_has_every_kind_of_case() -> None:
    assert (len(WYCHEPROOF), len(CCTV)) == (151, 914)
    flags = {flag for vector in CCTV for flag in vector[4].split()}
    assert flags == {"low_order_A", "low_order_R", "low_order_component_A", "low_order_component_R", "low_order_residue",
                     "non_canonical_A", "non_canonical_R", "reencoded_k"}  # fmt: skip
    kinds = {flag for vector in WYCHEPROOF for flag in vector[4].split()}
    assert {"SignatureMalleability", "InvalidEncoding", "TruncatedSignature", "SignatureWithGarbage"} <= kinds


def test_the_library_alone_would_accept_some_that_the_rule_refuses() -> None:
    """Without these the strict rule would be idle, and this test with it."""
    lenient = [
        vector[0]
        for vector in CCTV
        if REFUSED & set(vector[4].split())
        and _library_accepts(bytes.fromhex(vector[1]), bytes.fromhex(vector[2]), vector[3].encode())
    ]
    assert len(lenient) > 10


def test_all_low_order_keys_of_cctv_are_unsound_and_every_other_is_sound() -> None:
    for vector in CCTV:
        assert is_sound_point(bytes.fromhex(vector[1])) is ("low_order_A" not in vector[4].split())


@pytest.mark.parametrize("cut", [0, 1, 31, 32, 63, 65, 128])
def test_a_signature_of_another_length_is_refused(cut: int) -> None:
    _, key, signature, message, _, _ = next(vector for vector in WYCHEPROOF if vector[5] == "valid")
    whole = bytes.fromhex(signature)
    assert is_signed(bytes.fromhex(key), whole, bytes.fromhex(message))
    assert not is_signed(bytes.fromhex(key), (whole + bytes(64))[:cut], bytes.fromhex(message))


@pytest.mark.parametrize("length", [0, 1, 31, 33, 64])
def test_a_key_of_another_length_is_refused(length: int) -> None:
    _, key, signature, message, _, _ = next(vector for vector in WYCHEPROOF if vector[5] == "valid")
    other = (bytes.fromhex(key) + bytes(64))[:length]
    assert not is_sound_point(other)
    assert not is_signed(other, bytes.fromhex(signature), bytes.fromhex(message))
