"""Signed notes and cosignatures as C2SP writes them (signed-note v1.0.0, tlog-cosignature v1.1.0), Ed25519 only.

A note is a text, an empty line and signature lines. Nothing of it is believed before a signature by a key that the
reader already has was verified; signatures by other keys are ignored.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from egnatia.errors import InputError, TamperedError
from egnatia.ledger.notekeys import KEY_ID_BYTES, KeyKind, VerifyKey, check_name, decode_base64, key_of

MAX_NOTE_BYTES = 32_768
"""Our limit; the largest note we make (5 partners) has under 1,000 bytes."""
MAX_SIGNATURES = 64
"""Our limit; signed-note asks for at least 16."""
_DASH = "\u2014 "
_TIME_BYTES = 8
_SIGNATURE_BYTES = 64
_MAX_TIMESTAMP = 253_402_300_799
"""9999-12-31T23:59:59Z, the last second a `datetime` can hold; the format allows up to 2**63 - 1."""


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line, not yet verified."""

    name: str
    key_id: bytes
    value: bytes

    @property
    def line(self) -> str:
        """The line with its newline."""
        return f"{_DASH}{self.name} {base64.b64encode(self.key_id + self.value).decode()}\n"


@dataclass(frozen=True, slots=True)
class SignedNote:
    """A note taken apart: the signed text with its last newline, and the signature lines."""

    text: bytes
    signatures: tuple[NoteSignature, ...]


def parse_note(note: bytes) -> SignedNote:
    """Take a note apart, strictly.

    Raises:
        InputError: it is too large or not a signed note.
    """
    if len(note) > MAX_NOTE_BYTES:
        raise InputError(f"a signed note has at most {MAX_NOTE_BYTES} bytes")
    try:
        text = note.decode("utf-8")
    except UnicodeDecodeError:
        raise InputError("a signed note is UTF-8 text") from None
    if any(char < " " and char != "\n" for char in text):
        raise InputError("a signed note holds no control characters")
    body, gap, lines = text.rpartition("\n\n")
    if not gap or not body or not lines:
        raise InputError("a signed note is a text, an empty line and signatures")
    return SignedNote((body + "\n").encode(), parse_signatures(lines))


def parse_signatures(lines: str) -> tuple[NoteSignature, ...]:
    """Read signature lines.

    Raises:
        InputError: there is none, there are too many, or one is not well formed.
    """
    if not lines.endswith("\n") or len(lines) > MAX_NOTE_BYTES:
        raise InputError("each signature line ends with a newline")
    split = lines[:-1].split("\n")
    if len(split) > MAX_SIGNATURES:
        raise InputError(f"a note has at most {MAX_SIGNATURES} signatures")
    return tuple(_signature(line) for line in split)


def _signature(line: str) -> NoteSignature:
    if not line.startswith(_DASH):
        raise InputError("a signature line starts with an em dash and a space")
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    check_name(name)
    value = decode_base64(encoded)
    if len(value) <= KEY_ID_BYTES:
        raise InputError("a signature is longer than its key id")
    return NoteSignature(name, value[:KEY_ID_BYTES], value[KEY_ID_BYTES:])


def sign_note(text: bytes, name: str, key: Ed25519PrivateKey) -> bytes:
    """Sign a text that ends with a newline, and return the whole note."""
    public = key_of(name, KeyKind.NOTE, key)
    return text + b"\n" + NoteSignature(name, public.key_id, key.sign(text)).line.encode()


def verify_note(note: SignedNote, key: VerifyKey) -> None:
    """Check that this key signed the note.

    Raises:
        TamperedError: it did not, or a signature in its name does not hold.
    """
    found = signatures_by(note.signatures, key)
    if not found:
        raise TamperedError(f"the note carries no signature of {key.name}")
    for signature in found:
        key.check(signature.value, note.text)


def signatures_by(signatures: Sequence[NoteSignature], key: VerifyKey) -> list[NoteSignature]:
    """Those signatures that claim to be by this key."""
    return [one for one in signatures if one.name == key.name and one.key_id == key.key_id]


def signer_among(signatures: Sequence[NoteSignature], keys: Sequence[VerifyKey]) -> VerifyKey:
    """The first of these keys that a signature claims to be by, else the first of all, whose check then fails.

    Keys are replaced and what they signed stays, so a verifier may have several of one name.
    """
    return next((key for key in keys if signatures_by(signatures, key)), keys[0])


def cosign(text: bytes, name: str, key: Ed25519PrivateKey, now: datetime) -> NoteSignature:
    """State that at this moment this checkpoint is the largest consistent one that the cosigner has seen."""
    seconds = int(now.timestamp())
    public = key_of(name, KeyKind.COSIGNATURE, key)
    value = seconds.to_bytes(_TIME_BYTES, "big") + key.sign(_cosigned(text, seconds))
    return NoteSignature(name, public.key_id, value)


def verify_cosignature(text: bytes, signature: NoteSignature, key: VerifyKey) -> datetime:
    """Check one cosignature and return when it was given.

    Raises:
        TamperedError: it does not hold.
    """
    if len(signature.value) != _TIME_BYTES + _SIGNATURE_BYTES:
        raise TamperedError(f"the cosignature of {key.name} has the wrong length")
    seconds = int.from_bytes(signature.value[:_TIME_BYTES], "big")
    if seconds > _MAX_TIMESTAMP:
        raise TamperedError(f"the cosignature of {key.name} lies beyond the year 9999")
    key.check(signature.value[_TIME_BYTES:], _cosigned(text, seconds))
    return datetime.fromtimestamp(seconds, UTC)


def _cosigned(text: bytes, seconds: int) -> bytes:
    return b"cosignature/v1\ntime %d\n" % seconds + text
