"""Reading the stored entries in order, and whether each row agrees with the bytes it carries."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from egnatia.errors import InputError, TamperedError
from egnatia.ledger.leaf import parse_leaf, written_time
from egnatia.store.database import Transaction
from egnatia.store.tables import ledger_entry

CHUNK = 4096
"""Entries read at once: a power of two, so that the subtrees completed in one chunk lie side by side."""
_QUERY = select(ledger_entry).order_by(ledger_entry.c.sequence)
EntryRow = Row[tuple[Any, ...]]


def rows(tx: Transaction, start: int, end: int) -> Iterator[EntryRow]:
    """The entries with `start <= sequence < end`, in order, a chunk in memory at a time.

    Raises:
        TamperedError: a stored value is not even of its column's type; SQLite keeps whatever is written.
    """
    sequence = ledger_entry.c.sequence
    for low in range(start, end, CHUNK):
        try:
            chunk = tx.execute(_QUERY.where(sequence >= low, sequence < min(low + CHUNK, end))).all()
        except (ValueError, TypeError):
            raise TamperedError(f"a time stored with the entries from {low} on is no time") from None
        for row in chunk:
            if not isinstance(row.entry, bytes) or not isinstance(row.leaf_hash, bytes):
                raise TamperedError(f"entry {row.sequence} is not stored as bytes")
            yield row


def disagreement(row: EntryRow) -> str | None:
    """Why a row's columns do not belong to its bytes; nothing when they do."""
    try:
        leaf = parse_leaf(row.entry)
    except InputError as error:
        return error.message
    columns: Mapping[str, tuple[object, object]] = {
        "kind": (row.kind, leaf.kind),
        "at": (_written(row.at), leaf.at),
        "object_ref": (row.object_ref, leaf.object),
        "sealed_id": (row.sealed_id is None, leaf.commitment is None),
    }
    wrong = [name for name, (stored, written) in columns.items() if stored != written]
    return f"the column {', '.join(wrong)} does not agree with the entry's bytes" if wrong else None


def _written(at: datetime | None) -> str | None:
    return None if at is None else written_time(at)
