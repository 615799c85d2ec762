"""Lists of accounts and telephone numbers that partners may ask for blind: imported whole, each entry sealed."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from egnatia.accounts import authorise
from egnatia.enquiries.blind.lists import LISTS, normal_values
from egnatia.enquiries.holdings import REFERENCE
from egnatia.errors import ConflictError, InputError
from egnatia.ledger import Act, append
from egnatia.model.events import EventKind
from egnatia.model.ids import SealedId
from egnatia.model.officers import Action, Officer
from egnatia.model.states import BlindList
from egnatia.store.database import Transaction
from egnatia.store.tables import listed_identifier

IMPORTABLE = (BlindList.BANK_ACCOUNTS, BlindList.PHONES)
"""The other lists are made of records that the node has anyway."""


def import_list(
    tx: Transaction, officer: Officer, which: BlindList, rows: Iterable[tuple[str, str]], now: datetime
) -> int:
    """Replace a list by these rows of reference and identifier; returns how many. All of them or none.

    It ends the running epoch, as an erasure does: an entry may be gone. A person's entry has the reference of the person's
    record, so that marking the person protects it as well.

    Raises:
        ForbiddenError: only an administrator imports.
        InputError: the list is not imported, or a row is no identifier of its kind.
        ConflictError: a reference stands twice.
    """
    authorise(officer, Action.IMPORT_RECORDS)
    if which not in IMPORTABLE:
        raise InputError(f"{which.value} is not imported; it is made of this node's own records")
    removed = _clear(tx, which)
    seen: set[str] = set()
    for ref, identifier in rows:
        _store(tx, which, (ref, identifier), seen, now)
    content = {"count": len(seen), "removed": removed}
    append(tx, Act(EventKind.BLIND_LIST_IMPORTED, now, officer.id, f"list:{which.value}", content=content))
    return len(seen)


def _clear(tx: Transaction, which: BlindList) -> int:
    mine = listed_identifier.c.list == which
    old = tx.execute(select(listed_identifier.c.sealed_id).where(mine)).scalars().all()
    for sealed_id in old:
        tx.erase(SealedId(sealed_id))
    tx.execute(listed_identifier.delete().where(mine))
    return len(old)


def _store(tx: Transaction, which: BlindList, row: tuple[str, str], seen: set[str], now: datetime) -> None:
    ref, identifier = row
    if not REFERENCE.fullmatch(ref):
        raise InputError(f"{ref!r} cannot be a reference number", hint="Use 3 to 40 capital letters, digits, hyphens.")
    if ref in seen:
        raise ConflictError(f"the reference {ref} stands twice; nothing was imported")
    seen.add(ref)
    (name,) = LISTS[which].fields
    normal_values(which, {name: identifier})
    sealed = tx.seal(identifier.encode(), kind="listed_identifier", at=now)
    values = {"list": which, "ref": ref, "sealed_id": sealed.id, "imported_at": now}
    tx.execute(listed_identifier.insert(), values)
