"""The access log: who did which of the six logged operations, when, to what, under which grant, and why.

Reading it is itself an act (`ledger.read`), which whoever calls this enters.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from egnatia.errors import ErasedError, InputError, TamperedError
from egnatia.ledger.leaf import Leaf, parse_leaf, read_time
from egnatia.ledger.rows import CHUNK, EntryRow
from egnatia.model.events import OPERATIONS, EventKind
from egnatia.model.ids import PartnerCode, SealedId
from egnatia.model.states import Operation
from egnatia.store.database import Transaction
from egnatia.store.tables import ledger_entry

MAX_PAGE = 500
"""Entries of one page: opening a sealed justification takes about 0.2 ms each (bench/ledger.py)."""


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """Which entries to read; what is left out does not limit.

    Attributes:
        kind: one kind of entry.
        operation: one of the six logged operations.
        actor: opaque reference of who acted.
        object_ref: opaque reference of what it was done to.
        partner: the other side.
        before: only entries with a smaller number: the last number of the page before.
        limit: entries of a page, 1 to `MAX_PAGE`.
    """

    kind: EventKind | None = None
    operation: Operation | None = None
    actor: str | None = None
    object_ref: str | None = None
    partner: PartnerCode | None = None
    before: int | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class EntryView:
    """One entry as an auditor reads it.

    Attributes:
        sequence: its number, from 0.
        kind: what kind of act.
        operation: the logged operation, or none where no personal data were processed.
        at: when.
        actor: who, by opaque reference.
        object_ref: to what.
        partner: the other side.
        grant: under which grant.
        purpose: for which purpose.
        message: hex of the SHA-256 of the signed message.
        leaf_hash: hex of the leaf's hash.
        justification: in the officer's words; none when there was none or it does not exist any more.
        content: what the entry is about; same.
        erased: whether justification and content were erased.
    """

    sequence: int
    kind: str
    operation: str | None
    at: datetime
    actor: str
    object_ref: str
    partner: str | None
    grant: str | None
    purpose: str | None
    message: str | None
    leaf_hash: str
    justification: str | None
    content: dict[str, Any] | None
    erased: bool


def read_entries(tx: Transaction, wanted: EntryFilter) -> list[EntryView]:
    """One page of entries, the newest first, with what still exists of their content opened.

    Raises:
        InputError: the page is too large.
        TamperedError: an entry or its content was changed.
    """
    if not 1 <= wanted.limit <= MAX_PAGE:
        raise InputError(f"a page of the ledger has 1 to {MAX_PAGE} entries")
    found: list[EntryView] = []
    for row, leaf in _matching(tx, wanted):
        found.append(_view(tx, row, leaf))
        if len(found) == wanted.limit:
            break
    return found


def view_entries(tx: Transaction, sequences: Sequence[int]) -> list[EntryView]:
    """These entries, in the order given, with what still exists of their content opened.

    Raises:
        TamperedError: an entry or its content was changed, or one is missing.
    """
    found: list[EntryView] = []
    for sequence in sequences:
        row = tx.execute(select(ledger_entry).where(ledger_entry.c.sequence == sequence)).one_or_none()
        if row is None:
            raise TamperedError(f"entry {sequence} of the ledger is missing")
        found.append(_view(tx, row, _leaf(row)))
    return found


def _matching(tx: Transaction, wanted: EntryFilter) -> Iterator[tuple[EntryRow, Leaf]]:
    """Matching rows from the newest on. Actor and partner stand only in the bytes, so those are looked at here."""
    before = wanted.before
    while True:
        chunk = tx.execute(_query(wanted, before)).all()
        for row in chunk:
            leaf = _leaf(row)
            if wanted.actor in (None, leaf.actor) and wanted.partner in (None, leaf.partner):
                yield row, leaf
        if len(chunk) < CHUNK:
            return
        before = chunk[-1].sequence


def _query(wanted: EntryFilter, before: int | None) -> Select[Any]:
    columns = ledger_entry.c
    query = select(ledger_entry).order_by(columns.sequence.desc()).limit(CHUNK)
    if wanted.kind is not None:
        query = query.where(columns.kind == wanted.kind.value)
    if wanted.operation is not None:
        query = query.where(columns.kind.in_([k.value for k, o in OPERATIONS.items() if o == wanted.operation]))
    if wanted.object_ref is not None:
        query = query.where(columns.object_ref == wanted.object_ref)
    return query if before is None else query.where(columns.sequence < before)


def _leaf(row: EntryRow) -> Leaf:
    try:
        return parse_leaf(row.entry)
    except InputError as error:
        raise TamperedError(f"entry {row.sequence} of the ledger was changed: {error.message}") from None


def _view(tx: Transaction, row: EntryRow, leaf: Leaf) -> EntryView:
    inside, erased = _content(tx, row.sealed_id)
    return EntryView(
        sequence=row.sequence,
        kind=leaf.kind,
        operation=leaf.operation,
        at=read_time(leaf.at),
        actor=leaf.actor,
        object_ref=leaf.object,
        partner=leaf.partner,
        grant=leaf.grant,
        purpose=leaf.purpose,
        message=leaf.message,
        leaf_hash=row.leaf_hash.hex(),
        justification=inside.get("justification") or None,
        content=inside.get("content"),
        erased=erased,
    )


def _content(tx: Transaction, sealed_id: SealedId | None) -> tuple[dict[str, Any], bool]:
    """What is behind the commitment, and whether it was erased."""
    if sealed_id is None:
        return {}, False
    try:
        inside: dict[str, Any] = json.loads(tx.unseal(sealed_id))
    except ErasedError:
        return {}, True
    return inside, False
