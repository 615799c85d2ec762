"""Checkpoints: the node's signed word on how long its log is and what its root is (C2SP tlog-checkpoint v1.0.0).

A node never signs a checkpoint that does not continue the one before: it proves that to itself from its stored tree
first, so a database that was cut or rewritten stops at home already.
"""

import base64
import re
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Row, select, update

from egnatia.errors import InputError, TamperedError
from egnatia.ledger.nodes import consistency_proof, log_size, stored_root
from egnatia.ledger.notekeys import KeyKind, check_name, decode_base64, key_of
from egnatia.ledger.notes import parse_note, sign_note, signatures_by
from egnatia.ledger.proofs import verify_consistency
from egnatia.ledger.tree import HASH_BYTES
from egnatia.store.database import Transaction
from egnatia.store.tables import ledger_checkpoint

MAX_SIZE = 2**62
"""No log is longer: keeps sizes within a signed 64-bit column and proofs within 63 hashes."""
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
_LINES = 3


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log: whose, how many entries, which root."""

    origin: str
    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A checkpoint as it was signed and stored: the head, the note's bytes, and when."""

    checkpoint: Checkpoint
    note: bytes
    at: datetime


def checkpoint_text(checkpoint: Checkpoint) -> bytes:
    """The text that is signed: origin, size, root."""
    root = base64.b64encode(checkpoint.root).decode()
    return f"{checkpoint.origin}\n{checkpoint.size}\n{root}\n".encode()


def parse_size(text: str) -> int:
    """A log size in decimal without leading zeros.

    Raises:
        InputError: it is not one.
    """
    if not _DECIMAL.fullmatch(text) or int(text) > MAX_SIZE:
        raise InputError("a log size is a decimal number without leading zeros")
    return int(text)


def parse_checkpoint(text: bytes) -> Checkpoint:
    """Read a checkpoint's text. Extension lines are refused: no witness vouches for them.

    Raises:
        InputError: it is not a checkpoint.
    """
    try:
        lines = text.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        raise InputError("a checkpoint is UTF-8 text") from None
    if len(lines) != _LINES + 1 or lines[-1]:
        raise InputError("a checkpoint has three lines: origin, size, root")
    check_name(lines[0])
    root = decode_base64(lines[2])
    if len(root) != HASH_BYTES:
        raise InputError("a checkpoint's root has 32 bytes")
    return Checkpoint(lines[0], parse_size(lines[1]), root)


def read_note(note: bytes) -> Checkpoint:
    """The checkpoint inside a signed note; the signatures are not verified here.

    Raises:
        InputError: it is not a signed checkpoint.
    """
    return parse_checkpoint(parse_note(note).text)


def sign_checkpoint(tx: Transaction, origin: str, key: Ed25519PrivateKey, now: datetime) -> Note | None:
    """Sign and store a checkpoint of the log as it is now; nothing when it did not grow.

    Raises:
        TamperedError: the log does not continue the checkpoint signed before.
    """
    checkpoint = due_checkpoint(tx, origin)
    return None if checkpoint is None else store_checkpoint(tx, signed_checkpoint(checkpoint, key, now))


def due_checkpoint(tx: Transaction, origin: str) -> Checkpoint | None:
    """The head of the log as it is now, proven to continue the one signed before; nothing when it did not grow.

    Any transaction will do: entries never change, so what is proven from one view holds in every later one. The one
    writer need not wait for it.

    Raises:
        TamperedError: the log does not continue the checkpoint signed before.
    """
    size, before = log_size(tx), latest_checkpoint(tx)
    known = before.checkpoint.size if before else 0
    if size == known:
        return None
    root = stored_root(tx, size)
    if before:
        _check_continues(tx, before.checkpoint, size, root)
    return Checkpoint(origin, size, root)


def signed_checkpoint(checkpoint: Checkpoint, key: Ed25519PrivateKey, now: datetime) -> Note:
    """Sign a checkpoint as its own log."""
    return Note(checkpoint, sign_note(checkpoint_text(checkpoint), checkpoint.origin, key), now)


def store_checkpoint(tx: Transaction, note: Note) -> Note:
    """Store a signed checkpoint; where another process stored one of this size before, that one stays and is returned.

    Raises:
        TamperedError: that one has another root.
    """
    size, root = note.checkpoint.size, note.checkpoint.root
    stored = tx.execute(select(ledger_checkpoint).where(ledger_checkpoint.c.size == size)).one_or_none()
    if stored is None:
        tx.execute(ledger_checkpoint.insert(), {"size": size, "root": root, "note": note.note, "at": note.at})
        return note
    if stored.root != root:
        raise TamperedError(f"two checkpoints of {size} entries would have different roots")
    return _note(stored)


def sign_anew(tx: Transaction, key: Ed25519PrivateKey, now: datetime) -> Note | None:
    """Sign the newest checkpoint again when another key signed it: after a rotation witnesses take only the new one.

    The text does not change, so the cosignatures under it still hold. Returns nothing when there was nothing to do.
    """
    before = latest_checkpoint(tx)
    if before is None:
        return None
    note, origin = parse_note(before.note), before.checkpoint.origin
    if signatures_by(note.signatures, key_of(origin, KeyKind.NOTE, key)):
        return None
    fresh = Note(before.checkpoint, sign_note(note.text, origin, key), now)
    mine = ledger_checkpoint.c.size == before.checkpoint.size
    tx.execute(update(ledger_checkpoint).where(mine).values(note=fresh.note, at=now))
    return fresh


def _check_continues(tx: Transaction, before: Checkpoint, size: int, root: bytes) -> None:
    if size < before.size:
        raise TamperedError(f"the ledger has {size} entries, but a checkpoint of {before.size} was signed")
    verify_consistency(before.size, size, (before.root, root), consistency_proof(tx, before.size, size))


def latest_checkpoint(tx: Transaction) -> Note | None:
    """The newest checkpoint signed."""
    query = select(ledger_checkpoint).order_by(ledger_checkpoint.c.size.desc()).limit(1)
    row = tx.execute(query).one_or_none()
    return None if row is None else _note(row)


def checkpoint_at(tx: Transaction, size: int) -> Note:
    """The checkpoint signed at this size.

    Raises:
        InputError: none was.
    """
    row = tx.execute(select(ledger_checkpoint).where(ledger_checkpoint.c.size == size)).one_or_none()
    if row is None:
        raise InputError(f"no checkpoint was signed at {size} entries")
    return _note(row)


def bytes_of(stored: object) -> bytes:
    """A stored note as bytes.

    Raises:
        InputError: something else was stored; SQLite keeps whatever is written.
    """
    if not isinstance(stored, bytes):
        raise InputError("it is not stored as bytes")
    return stored


def _note(row: Row[tuple[object, ...]]) -> Note:
    try:
        checkpoint = read_note(bytes_of(row.note))
    except InputError as error:
        raise TamperedError(f"the stored checkpoint at {row.size} entries was changed: {error.message}") from None
    if (checkpoint.size, checkpoint.root) != (row.size, row.root):
        raise TamperedError(f"the stored checkpoint at {row.size} entries does not agree with its own note")
    return Note(checkpoint, row.note, row.at)
