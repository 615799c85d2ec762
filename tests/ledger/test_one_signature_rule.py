"""One strict rule below every room: the same verdict on each published vector, whoever asks."""

import ast
import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
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


@pytest.fixture
def _equation() -> Iterator[None]:
    """Puts back whichever library computed the equation before."""
    before = ed25519._equation[0]
    yield
    ed25519._equation[0] = before


@pytest.mark.usefixtures("_equation")
@pytest.mark.parametrize("equation", [ed25519.openssl, ed25519.libsodium()], ids=["OpenSSL", "libsodium"])
@pytest.mark.parametrize("judge", CALLERS.values(), ids=CALLERS)
@pytest.mark.parametrize(("vectors", "count"), [(_wycheproof(), 151), (_cctv(), 914)], ids=["wycheproof", "cctv"])
def test_every_caller_has_the_same_verdict(
    judge: Judge, vectors: list[tuple[bytes, bytes, bytes, bool]], count: int, equation: Judge
) -> None:
    assert len(vectors) == count
    ed25519._equation[0] = equation
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


@pytest.mark.usefixtures("_equation")
def test_the_quicker_library_is_taken_and_only_once() -> None:
    ed25519._equation[0] = ed25519.openssl
    assert ed25519.quicken()
    taken = ed25519._equation[0]
    assert taken is not ed25519.openssl
    assert ed25519.quicken()
    assert ed25519._equation[0] is taken


@pytest.mark.usefixtures("_equation")
def test_both_libraries_agree_on_what_was_changed_by_chance() -> None:
    """Sound and unsound keys, commitments and scalars in every mixture, and a bit of some changed."""
    drawn, equations, held = random.Random(417), (ed25519.openssl, ed25519.libsodium()), 0
    rows = [row for row in _cctv() + _wycheproof() if len(row[1]) == ed25519.SIGNATURE_BYTES]
    for _ in range(3_000):
        (key, one, message, _), (_, two, _, _) = drawn.choice(rows), drawn.choice(rows)
        signature = bytearray(drawn.choice((one, one[:32] + two[32:])))
        if drawn.random() < 0.3:
            signature[drawn.randrange(64)] ^= 1 << drawn.randrange(8)
        verdicts = set()
        for ed25519._equation[0] in equations:
            verdicts.add(ed25519.is_signed(key, bytes(signature), message))
        assert len(verdicts) == 1
        held += verdicts == {True}
    assert held > 100


@pytest.mark.parametrize("wrong", [True, False])
def test_a_library_that_holds_another_rule_is_not_believed(*, wrong: bool) -> None:
    """One that says yes to everything, or no, is as little the rule as one that multiplies by the cofactor."""
    assert not ed25519.is_believed(lambda *_: wrong)
    samples = [(text, ed25519._MIXED_R + bytes.fromhex(scalar), holds) for text, scalar, holds in ed25519._SAMPLES]
    with_cofactor = {text: text != samples[2][0] for text, _, _ in samples}
    assert not ed25519.is_believed(lambda _key, _signature, content: with_cofactor[content])
    published = {(key, signature, message): holds for key, signature, message, holds in _cctv()}
    found = [published.get((ed25519._MIXED_KEY, signature, text)) for text, signature, _ in samples]
    assert found == [True, False, None], "the first two are of the published vectors, and judged as there"


def test_no_file_is_left_behind_for_each_process_that_loads_the_library() -> None:
    said = "from egnatia import ed25519; from importlib import import_module; assert ed25519.quicken(); "
    said += "print(import_module('rbcl._sodium').lib_path)"
    ran = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True, timeout=60)
    assert not Path(ran.stdout.strip()).exists()


def test_without_the_library_the_other_one_goes_on(tmp_path: Path) -> None:
    """A directory for temporary files that nothing can be written to: a node serves all the same."""
    said = "from egnatia import ed25519; assert not ed25519.quicken(); print(ed25519.is_believed(ed25519._equation[0]))"
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    hide = f"import tempfile; tempfile.tempdir = {str(tmp_path / 'none')!r}; "
    ran = subprocess.run([sys.executable, "-c", hide + said], env=environment, capture_output=True, text=True, check=True, timeout=60)  # fmt: skip
    assert ran.stdout.strip() == "True"


def test_no_other_module_checks_a_signature_by_itself() -> None:
    """Whoever imports the library's public key could judge leniently; only the rule may."""
    root = Path(egnatia.__path__[0])
    users = set()
    for path in root.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and any(each.name == "Ed25519PublicKey" for each in node.names):
                users.add(path.relative_to(root).as_posix())
    assert users == {"ed25519.py"}
