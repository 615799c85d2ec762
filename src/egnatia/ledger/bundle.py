"""Exporting a bundle: the log, or one case of it, as a file that an outsider verifies without any node.

Content leaves the node only when the caller asks to open it; who may ask, and the entry that says so
(`ledger.exported`), are the caller's. Verification is in `bundle_check`.
"""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import func, select

from egnatia.errors import ErasedError, InputError
from egnatia.ledger.bundle_check import verify_bundle
from egnatia.ledger.bundle_format import (
    BUNDLE_VERSION,
    UNSEALED_VERSION,
    BundledEntry,
    End,
    Head,
    Header,
    Opened,
    seal_text,
    write_line,
)
from egnatia.ledger.checkpoints import checkpoint_at, latest_checkpoint
from egnatia.ledger.leaf import written_time
from egnatia.ledger.nodes import inclusion_proof, log_size
from egnatia.ledger.notekeys import VerifyKey
from egnatia.ledger.notes import parse_note, parse_signatures, sign_note, signatures_by
from egnatia.ledger.report import Trust
from egnatia.ledger.rows import EntryRow, rows
from egnatia.model.ids import SealedId
from egnatia.store.database import Transaction
from egnatia.store.tables import ledger_checkpoint, ledger_cosignature, ledger_entry

__all__ = ["BundleRequest", "Exported", "export_bundle", "verify_bundle"]
_PER_QUERY = 500


@dataclass(frozen=True, slots=True)
class BundleRequest:
    """What to export.

    Attributes:
        objects: only the entries of these references, each with its proof; nothing means the whole log.
        open_content: also open what still exists of justifications and contents.
    """

    objects: tuple[str, ...] | None = None
    open_content: bool = False


@dataclass(frozen=True, slots=True)
class Exported:
    """What was exported: entries written, entries that no checkpoint covers yet, and the newest checkpoint's size."""

    entries: int
    left_out: int
    size: int


def export_bundle(
    tx: Transaction,
    target: BinaryIO,
    trust: Trust,
    request: BundleRequest,
    now: datetime,
    key: Ed25519PrivateKey | None = None,
) -> Exported:
    """Write a bundle.

    Args:
        tx: any transaction; sign a checkpoint before, so that nothing is left out.
        target: a binary file.
        trust: the own key and the partners', named in the header for the reader to compare.
        request: what to export.
        now: time of the export.
        key: this node's signing key, for the seal; without it the bundle is of version 1 and not sealed.

    Raises:
        InputError: no checkpoint was signed yet, or no entry under a checkpoint is about these objects.
    """
    latest = latest_checkpoint(tx)
    if latest is None:
        raise InputError("no checkpoint was signed yet", hint="Start the node once; it signs one by itself.")
    chosen = None if request.objects is None else _chosen(tx, request.objects)
    heads, covered = _heads(tx, latest.checkpoint.size, chosen)
    inside = covered if chosen is None else [sequence for sequence in chosen if sequence < covered]
    left_out = (log_size(tx) if chosen is None else len(chosen)) - (inside if isinstance(inside, int) else len(inside))
    digest = hashlib.sha256()
    count = 0
    header = _header(trust, request, now, left_out, key)
    for line in _lines(tx, (heads, inside, covered), header, request, (trust, key)):
        count += isinstance(line, BundledEntry)
        written = write_line(line)
        digest.update(written)
        target.write(written)
    target.write(write_line(End(count, _seal(trust.log.name, count, digest.digest(), key))))
    return Exported(count, left_out, covered)


def _lines(
    tx: Transaction,
    scope: tuple[list[int], int | list[int], int],
    header: Header,
    request: BundleRequest,
    keys: tuple[Trust, Ed25519PrivateKey | None],
) -> Iterator[msgspec.Struct]:
    heads, inside, covered = scope
    yield header
    for size in heads:
        yield _head(tx, size, *keys)
    yield from _entries(tx, inside, covered, request)


def _seal(origin: str, count: int, digest: bytes, key: Ed25519PrivateKey | None) -> str | None:
    return None if key is None else sign_note(seal_text(origin, count, digest), origin, key).decode()


def _chosen(tx: Transaction, objects: tuple[str, ...]) -> list[int]:
    """Numbers of the entries about these objects."""
    column = ledger_entry.c.object_ref
    found: list[int] = []
    for low in range(0, len(objects), _PER_QUERY):
        query = select(ledger_entry.c.sequence).where(column.in_(objects[low : low + _PER_QUERY]))
        found.extend(tx.execute(query).scalars())
    if not found:
        raise InputError(f"the ledger has no entry about {', '.join(objects[:3])}")
    return sorted(set(found))


def _heads(tx: Transaction, latest: int, chosen: list[int] | None) -> tuple[list[int], int]:
    """Sizes of the checkpoints to export, and up to where they cover the log.

    The whole log comes with its newest checkpoint and the newest that each partner cosigned. Chosen entries come
    with one: of those that cover them all, the one that most partners cosigned.
    """
    if chosen is None:
        newest = select(func.max(ledger_cosignature.c.size)).group_by(ledger_cosignature.c.witness)
        return sorted({latest, *tx.execute(newest).scalars()}), latest
    votes = func.count(ledger_cosignature.c.witness)
    query = (
        select(ledger_checkpoint.c.size)
        .outerjoin(ledger_cosignature, ledger_cosignature.c.size == ledger_checkpoint.c.size)
        .where(ledger_checkpoint.c.size > min(max(chosen), latest - 1))
        .group_by(ledger_checkpoint.c.size)
        .order_by(votes.desc(), ledger_checkpoint.c.size.desc())
        .limit(1)
    )
    size = tx.execute(query).scalar_one()
    if chosen[0] >= size:
        raise InputError("no checkpoint covers these entries yet", hint="Wait for the next checkpoint and try again.")
    return [size], size


def _header(
    trust: Trust, request: BundleRequest, now: datetime, left_out: int, key: Ed25519PrivateKey | None
) -> Header:
    return Header(
        bundle=UNSEALED_VERSION if key is None else BUNDLE_VERSION,
        origin=trust.log.name,
        log_key=trust.log.text,
        witness_keys={partner: key.text for partner, key in sorted(trust.witnesses.items())},
        objects=None if request.objects is None else sorted(request.objects),
        made_at=written_time(now),
        left_out=left_out,
    )


def _head(tx: Transaction, size: int, trust: Trust, key: Ed25519PrivateKey | None) -> Head:
    """One checkpoint under the keys that the header names: keys were rotated since, and a reader has one of each.

    The checkpoint is signed anew where another key had signed it, which changes nothing of its text; a cosignature by a
    partner's past key is left out, and the partner's next one is under its new key.
    """
    query = select(ledger_cosignature).where(ledger_cosignature.c.size == size)
    rows = tx.execute(query.order_by(ledger_cosignature.c.witness)).all()
    lines = {row.witness: row.line for row in rows if _is_by_present_key(row.line, trust.witnesses.get(row.witness))}
    note = checkpoint_at(tx, size).note
    parsed = parse_note(note)
    if key is not None and not signatures_by(parsed.signatures, trust.log):
        note = sign_note(parsed.text, trust.log.name, key)
    return Head(note.decode(), lines)


def _is_by_present_key(line: str, key: VerifyKey | None) -> bool:
    """Whether a stored line is not known to be by another key; what is broken is for the reader to find."""
    try:
        return key is None or bool(signatures_by(parse_signatures(f"{line}\n"), key))
    except InputError:
        return True


def _entries(tx: Transaction, inside: int | list[int], size: int, request: BundleRequest) -> Iterator[BundledEntry]:
    if isinstance(inside, int):
        for row in rows(tx, 0, inside):
            yield _bundled(tx, row, None, request)
        return
    for sequence in inside:
        row = tx.execute(select(ledger_entry).where(ledger_entry.c.sequence == sequence)).one()
        yield _bundled(tx, row, inclusion_proof(tx, sequence, size), request)


def _bundled(tx: Transaction, row: EntryRow, proof: list[bytes] | None, request: BundleRequest) -> BundledEntry:
    opened, erased = _opened(tx, row.sealed_id) if request.open_content else (None, False)
    hashes = None if proof is None else [base64.b64encode(value).decode() for value in proof]
    return BundledEntry(row.sequence, row.entry.decode("ascii", "replace"), hashes, opened, erased)


def _opened(tx: Transaction, sealed_id: SealedId | None) -> tuple[Opened | None, bool]:
    """The content behind a commitment, or that it was erased."""
    if sealed_id is None:
        return None, False
    try:
        return Opened(tx.unseal(sealed_id).decode(), tx.salt_of(sealed_id).hex()), False
    except ErasedError:
        return None, True
