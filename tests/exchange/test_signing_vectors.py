"""Signing by either library: the published signatures, the same bytes from both, and nothing that is not trusted."""

import random
from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia import ed25519
from egnatia.exchange.envelope import CARD_TYPE, MESSAGE_TYPE, open_envelope, seal_envelope, verify_envelope
from egnatia.exchange.signatures import public_bytes

SIGNERS = {"OpenSSL": ed25519.by_openssl, "libsodium": ed25519.by_libsodium()}
RFC_8032 = {
    "TEST 1": (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    "TEST 2": (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    "TEST 3": (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
    "TEST SHA(abc)": (
        "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
    ),
}
"""RFC 8032 section 7.1: secret key, message, signature."""


@pytest.fixture
def _libraries() -> Iterator[None]:
    """Puts back whichever library computed before."""
    before = ed25519._equation[0], ed25519._signing[0]
    ed25519._equation[0], ed25519._signing[0] = ed25519.openssl, ed25519.by_openssl
    yield
    ed25519._equation[0], ed25519._signing[0] = before


@pytest.mark.parametrize("signing", SIGNERS.values(), ids=SIGNERS)
@pytest.mark.parametrize(("secret", "content", "signature"), RFC_8032.values(), ids=RFC_8032)
def test_published_signatures(signing: ed25519.Signing, secret: str, content: str, signature: str) -> None:
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret))
    assert signing(key, bytes.fromhex(content)).hex() == signature


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=2_000))
def test_both_libraries_write_the_same_bytes(secret: bytes, content: bytes) -> None:
    key = Ed25519PrivateKey.from_private_bytes(secret)
    first, second = (signing(key, content) for signing in SIGNERS.values())
    assert first == second
    assert ed25519.is_signed(public_bytes(key), first, content)


def test_each_of_many_keys_signs_with_its_own_secret() -> None:
    """More keys than are remembered, in turns: none may sign with another's."""
    drawn = random.Random(417)
    keys = [Ed25519PrivateKey.from_private_bytes(drawn.randbytes(32)) for _ in range(40)]
    for _ in range(3):
        for key in drawn.sample(keys, len(keys)):
            signature = SIGNERS["libsodium"](key, b"one")
            assert signature == key.sign(b"one")
            assert ed25519.is_signed(public_bytes(key), signature, b"one")


def test_a_rotated_key_is_signed_with_at_once() -> None:
    """A new key object for the same secret and another one right after it, as a rotation leaves them."""
    old, new = (Ed25519PrivateKey.from_private_bytes(bytes([each]) * 32) for each in (1, 2))
    again = Ed25519PrivateKey.from_private_bytes(b"\x01" * 32)
    signed = [SIGNERS["libsodium"](key, b"text") for key in (old, new, again)]
    assert signed[0] == signed[2] != signed[1]


@pytest.mark.usefixtures("_libraries")
def test_a_serving_process_signs_by_the_quicker_library_and_nobody_can_tell() -> None:
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    slow = seal_envelope(key, MESSAGE_TYPE, b'{"a":1}')
    assert ed25519.quicken()
    assert ed25519._signing[0] is not ed25519.by_openssl
    assert ed25519._equation[0] is not ed25519.openssl
    assert seal_envelope(key, MESSAGE_TYPE, b'{"a":1}') == slow
    verify_envelope(open_envelope(slow, MESSAGE_TYPE), public_bytes(key), "ALB")
    quick = ed25519._signing[0]
    assert ed25519.quicken(), "a second time changes nothing"
    assert ed25519._signing[0] is quick


@pytest.mark.parametrize(
    "spoilt",
    [
        lambda key, content: key.sign(content)[:-1] + b"\x01",
        lambda key, content: key.sign(content + b"\x00"),
        lambda key, content: key.sign(content)[:0],
        lambda key, content: bytes(len(key.sign(content))),
    ],
    ids=["a bit", "another text", "nothing", "zeros"],
)
def test_a_library_that_writes_another_signature_is_not_trusted(spoilt: ed25519.Signing) -> None:
    assert not ed25519.is_trusted(spoilt)
    assert all(ed25519.is_trusted(signing) for signing in SIGNERS.values())


@pytest.mark.usefixtures("_libraries")
def test_a_signature_is_over_the_type_too() -> None:
    key = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
    ed25519.quicken()
    message, card = (open_envelope(seal_envelope(key, kind, b"{}"), kind) for kind in (MESSAGE_TYPE, CARD_TYPE))
    assert message.payload == card.payload
    assert message.signature != card.signature
