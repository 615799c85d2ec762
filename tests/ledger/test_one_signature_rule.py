"""One strict rule below every room: the same verdict on each published vector, whoever asks."""

import ast
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

import egnatia
from egnatia import ed25519
from egnatia.errors import RefusedError, TamperedError
from egnatia.exchange import signatures
from egnatia.exchange.envelope import MESSAGE_TYPE, Envelope, signed_bytes, verify_envelope
from egnatia.ledger.notekeys import KeyKind, VerifyKey
from egnatia.ledger.notes import NoteSignature, SignedNote, cosign, verify_cosignature, verify_note

VECTORS = Path(__file__).parent.parent / "exchange"
UNSOUND = {"low_order_A", "low_order_R", "low_order_residue"}
IDENTITY = b"\x01" + bytes(31)
"""The neutral point: with it as key and as R, and S = 0, the equation of RFC 8032 holds for every message."""
Judge = Callable[[bytes, bytes, bytes], bool]


def _wycheproof() -> list[tuple[bytes, bytes, bytes, bool]]:
    rows: list[list[Any]] = json.loads((VECTORS / "ed25519_wycheproof.json").read_text("utf-8"))["vectors"]
    return [
        (bytes.fromhex(key), bytes.fromhex(signature), bytes.fromhex(message), result == "valid")
        for _, key, signature, message, _, result in rows
    ]


def _cctv() -> list[tuple[bytes, bytes, bytes, bool]]:
    rows: list[list[Any]] = json.loads((VECTORS / "ed25519_cctv.json").read_text("utf-8"))["vectors"]
    return [
        (bytes.fromhex(key), bytes.fromhex(signature), message.encode(), not UNSOUND & set(flags.split()))
        for _, key, signature, message, flags in rows
    ]


def _note_key(key: bytes, signature: bytes, message: bytes) -> bool:
    try:
        VerifyKey("log", KeyKind.NOTE, key).check(signature, message)
    except TamperedError:
        return False
    return True


def _note(key: bytes, signature: bytes, message: bytes) -> bool:
    verifier = VerifyKey("log", KeyKind.NOTE, key)
    note = SignedNote(message, (NoteSignature("log", verifier.key_id, signature),))
    try:
        verify_note(note, verifier)
    except TamperedError:
        return False
    return True


CALLERS: dict[str, Judge] = {
    "the rule": ed25519.is_signed,
    "the exchange": signatures.is_signed,
    "keys of notes": _note_key,
    "signed notes": _note,
}


@pytest.mark.parametrize("judge", CALLERS.values(), ids=CALLERS)
@pytest.mark.parametrize(("vectors", "count"), [(_wycheproof(), 151), (_cctv(), 914)], ids=["wycheproof", "cctv"])
def test_every_caller_has_the_same_verdict(
    judge: Judge, vectors: list[tuple[bytes, bytes, bytes, bool]], count: int
) -> None:
    assert len(vectors) == count
    wrong = [index for index, (key, signature, message, holds) in enumerate(vectors) if judge(key, signature, message) is not holds]  # fmt: skip
    assert wrong == []


def _lenient(key: bytes, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def test_a_signature_that_the_library_takes_for_any_message_is_taken_by_nobody() -> None:
    forged = IDENTITY + bytes(32)
    for message in (b"", b"one", b"another"):
        assert _lenient(IDENTITY, forged, message), "else this test shows nothing"
    envelope = Envelope(b"{}", MESSAGE_TYPE, "A" * 16, forged)
    assert _lenient(IDENTITY, forged, signed_bytes(MESSAGE_TYPE, b"{}"))
    with pytest.raises(RefusedError):
        verify_envelope(envelope, IDENTITY, "ALB")
    assert not _note(IDENTITY, forged, b"origin\n5\nroot\n")
    cosigner = VerifyKey("witness", KeyKind.COSIGNATURE, IDENTITY)
    signature = NoteSignature("witness", cosigner.key_id, bytes(8) + forged)
    with pytest.raises(TamperedError):
        verify_cosignature(b"origin\n5\nroot\n", signature, cosigner)


def test_an_honest_cosignature_holds_and_one_with_s_plus_the_order_does_not() -> None:
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    verifier = VerifyKey("witness", KeyKind.COSIGNATURE, key.public_key().public_bytes_raw())
    now = datetime(2025, 5, 15, 3, tzinfo=UTC)
    made = cosign(b"origin\n5\nroot\n", "witness", key, now)
    assert verify_cosignature(b"origin\n5\nroot\n", made, verifier) == now
    scalar = int.from_bytes(made.value[-32:], "little") + ed25519._ORDER
    twin = NoteSignature(made.name, made.key_id, made.value[:-32] + scalar.to_bytes(32, "little"))
    with pytest.raises(TamperedError):
        verify_cosignature(b"origin\n5\nroot\n", twin, verifier)


def test_no_other_module_checks_a_signature_by_itself() -> None:
    """Whoever imports the library's public key could judge leniently; only the rule may."""
    root = Path(egnatia.__path__[0])
    users = set()
    for path in root.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and any(each.name == "Ed25519PublicKey" for each in node.names):
                users.add(path.relative_to(root).as_posix())
    assert users == {"ed25519.py"}
