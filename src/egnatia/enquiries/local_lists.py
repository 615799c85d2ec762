"""Local lists for the first line: what a crossing point can look at when nobody can be asked (BCC-02).

A list is a file that its owner made on one day: lost and stolen documents, persons wanted, entry bans, returns. It takes
the place of the one before whole, says of which day it is, is overdue when its owner did not renew it in time, and goes
by itself soon after, because an old list accuses people of what was settled long ago. Of a person nothing is kept but the
owner's reference and keyed hashes: the officer learns that a list has somebody like this, and asks its owner.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from sqlalchemy import insert, select

from egnatia.accounts import authorise
from egnatia.engines.documents import RegisterRow
from egnatia.engines.people import PersonRow, tag_rows
from egnatia.enquiries.desk import MIN_JUSTIFICATION, check_text
from egnatia.enquiries.holdings import REFERENCE
from egnatia.enquiries.retention import enter_erasure
from egnatia.errors import ConflictError, InputError, NotFoundError
from egnatia.exchange.keys import NodeKeys
from egnatia.ledger import Act, append
from egnatia.model.borders import ListKind
from egnatia.model.events import EventKind
from egnatia.model.officers import Action, Officer
from egnatia.store.database import Transaction
from egnatia.store.tables import lookup_document, lookup_list, lookup_tag

OVERSTAY: Final = timedelta(days=30)
"""How long an overdue list stays: our own working rule, so that a holiday or a broken line does not empty a desk."""
MAX_ENTRIES: Final = 200_000
"""Entries of one list: some minutes of writing at 23,000 rows a second (bench/documents/registers.py)."""
MAX_FRESH: Final = 366
MAX_NAME: Final = 60
_AT_ONCE: Final = 500
_LABEL: Final = b"egnatia/local-lists/v1"


@dataclass(frozen=True, slots=True)
class LocalList:
    """One list as it stands here.

    Attributes:
        id: its identifier; another one with each import.
        kind: what it is of.
        name: whose list it is.
        as_of: the day it says it is of.
        fresh_days: days after which its owner should have renewed it.
        entries: how many it holds.
        erase_on: when it goes by itself.
        overdue: whether it should have been renewed by now.
    """

    id: str
    kind: ListKind
    name: str
    as_of: date
    fresh_days: int
    entries: int
    erase_on: datetime
    overdue: bool


@dataclass(frozen=True, slots=True)
class ListFacts:
    """What the file does not say of itself: what it is of, whose, of which day, and for how many days it is good."""

    kind: ListKind
    name: str
    as_of: date
    fresh_days: int


def list_key(keys: NodeKeys) -> bytes:
    """The secret under which persons of local lists are hashed; it never leaves the node."""
    return hashlib.blake2b(_LABEL, key=keys.vault_key, digest_size=32).digest()


def import_list(
    tx: Transaction,
    keys: NodeKeys,
    officer: Officer,
    facts: ListFacts,
    rows: Sequence[RegisterRow] | Sequence[PersonRow],
    now: datetime,
) -> LocalList:
    """Take a list in, whole, in the place of the one of the same kind and name.

    Args:
        tx: a write transaction.
        keys: the node's secrets.
        officer: who imports.
        facts: what it is, whose, of which day.
        rows: documents for `lost_stolen`, persons for every other kind.
        now: the moment.

    Raises:
        ForbiddenError: only an administrator imports.
        InputError: facts that cannot be, too many rows, or a reference that could hold words.
        ConflictError: the list here is newer.
    """
    authorise(officer, Action.IMPORT_RECORDS)
    erase_on = _check_facts(facts, now)
    if len(rows) > MAX_ENTRIES:
        raise InputError(f"a list has at most {MAX_ENTRIES:,} entries", hint="Leave out what does not concern borders.")
    _check_references(row.reference if isinstance(row, RegisterRow) else row.record.ref for row in rows)
    _replace(tx, facts)
    list_id = tx.new_id()
    values = {"id": list_id, "kind": facts.kind, "name": facts.name, "as_of": facts.as_of}
    more = {"fresh_days": facts.fresh_days, "entries": len(rows), "imported_at": now, "erase_on": erase_on}
    tx.execute(insert(lookup_list), values | more)
    key = list_key(keys)
    for start in range(0, len(rows), _AT_ONCE):
        _store(tx, list_id, rows[start : start + _AT_ONCE], key)
    content = {"kind": facts.kind.value, "name": facts.name, "as_of": facts.as_of.isoformat(), "count": len(rows)}
    append(tx, Act(EventKind.LIST_IMPORTED, now, officer.id, f"list:{list_id}", content=content))
    return LocalList(
        list_id, facts.kind, facts.name, facts.as_of, facts.fresh_days, len(rows), erase_on, _is_overdue(facts, now)
    )


def _check_facts(facts: ListFacts, now: datetime) -> datetime:
    if not 0 < len(facts.name) <= MAX_NAME or not facts.name.isprintable():
        raise InputError(f"a list has a name of 1 to {MAX_NAME} characters", hint="Say whose list it is.")
    if not 0 < facts.fresh_days <= MAX_FRESH:
        raise InputError(f"a list is good for 1 to {MAX_FRESH} days", hint="Ask its owner how often it is renewed.")
    if facts.as_of > now.date():
        raise InputError(f"{facts.as_of} is in the future", hint="Give the day on which the list was made.")
    erase_on = datetime.combine(facts.as_of, time(), UTC) + timedelta(days=facts.fresh_days + 1) + OVERSTAY
    if erase_on <= now:
        raise InputError(f"a list of {facts.as_of} is too old to be of use", hint="Ask its owner for a new one.")
    return erase_on


def _check_references(references: Iterable[str]) -> None:
    seen: set[str] = set()
    for each in references:
        if not REFERENCE.fullmatch(each) or each in seen:
            raise InputError(
                f"{each[:40]!a} cannot be a reference here, or stands twice",
                hint="Use 3 to 40 capital letters, digits and hyphens, one for each entry; it must say nothing.",
            )
        seen.add(each)


def _replace(tx: Transaction, facts: ListFacts) -> None:
    mine = (lookup_list.c.kind == facts.kind) & (lookup_list.c.name == facts.name)
    row = tx.execute(select(lookup_list).where(mine)).one_or_none()
    if row is None:
        return
    if row.as_of > facts.as_of:
        raise ConflictError(
            f"the list {facts.name} of {row.as_of} is here, and this one is of {facts.as_of}",
            hint="Import the newest file, or erase the list first: `egnatia lookup erase`.",
        )
    _remove(tx, [row.id])


def _remove(tx: Transaction, ids: Sequence[str]) -> None:
    for table in (lookup_tag, lookup_document):
        tx.execute(table.delete().where(table.c.list_id.in_(ids)))
    tx.execute(lookup_list.delete().where(lookup_list.c.id.in_(ids)))


def _store(tx: Transaction, list_id: str, rows: Sequence[RegisterRow] | Sequence[PersonRow], key: bytes) -> None:
    documents = [_document(list_id, row) for row in rows if isinstance(row, RegisterRow)]
    persons = [row.record for row in rows if isinstance(row, PersonRow)]
    tags = [{"list_id": list_id, "tag": tag, "ref": ref} for each in persons for tag, ref in tag_rows(each, key)]
    for table, values in ((lookup_document, documents), (lookup_tag, tags)):
        if values:
            tx.execute(insert(table), values)


def _document(list_id: str, row: RegisterRow) -> dict[str, object]:
    return {
        "list_id": list_id,
        "ref": row.reference,
        "issuer": row.issuer,
        "document_type": row.document_type,
        "number_length": len(row.number),
        "number_from": row.number,
        "number_to": row.number_to,
        "category": row.category,
    }


def local_lists(tx: Transaction, now: datetime) -> list[LocalList]:
    """Every list at hand, by kind and name; it says nothing of anybody, so looking is not logged."""
    query = select(lookup_list).where(lookup_list.c.erase_on > now).order_by(lookup_list.c.kind, lookup_list.c.name)
    found = []
    for row in tx.execute(query):
        facts = ListFacts(ListKind(row.kind), row.name, row.as_of, row.fresh_days)
        known = (row.id, facts.kind, row.name, row.as_of, row.fresh_days, row.entries, row.erase_on)
        found.append(LocalList(*known, _is_overdue(facts, now)))
    return found


def _is_overdue(facts: ListFacts, now: datetime) -> bool:
    return now.date() > facts.as_of + timedelta(days=facts.fresh_days)


def erase_list(tx: Transaction, officer: Officer, list_id: str, why: str, now: datetime) -> None:
    """Take a list out, with everything in it.

    Raises:
        ForbiddenError, InputError: as the names say.
        NotFoundError: there is none.
    """
    authorise(officer, Action.IMPORT_RECORDS)
    reason = check_text("reason", why, MIN_JUSTIFICATION)
    if tx.execute(select(lookup_list.c.id).where(lookup_list.c.id == list_id)).first() is None:
        raise NotFoundError(f"there is no list {list_id[:40]!a}", hint="`egnatia lookup list` shows every list.")
    _remove(tx, [list_id])
    append(tx, Act(EventKind.LIST_ERASED, now, officer.id, f"list:{list_id}", justification=reason))


def forget_lists(tx: Transaction, now: datetime) -> int:
    """Erase the lists that nobody renewed for too long. Returns how many."""
    ids = list(tx.execute(select(lookup_list.c.id).where(lookup_list.c.erase_on <= now)).scalars())
    if ids:
        _remove(tx, ids)
        enter_erasure(tx, "lookup_list", ids, now)
    return len(ids)
