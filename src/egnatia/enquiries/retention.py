"""Erasing: one record on a supervisor's word, or everything whose time has come; and what a person has to review.

Everything sealed has a day on which it goes (`erase_on`), or belongs to a category that is reviewed (`REVIEWED`): a node's
own records, which stand until somebody finds that they are not needed any more (Directive (EU) 2016/680 art. 5).
`tidy.py` is the one job that goes through all of it.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select

from egnatia.accounts import authorise
from egnatia.enquiries.desk import MIN_JUSTIFICATION, check_text
from egnatia.enquiries.followups import IN
from egnatia.enquiries.own_links import forget_judged
from egnatia.enquiries.own_persons import forget_in_index
from egnatia.errors import NotFoundError
from egnatia.exchange.outbox import SEALED_KIND, withdraw
from egnatia.ledger import Act, append
from egnatia.ledger.leaf import parse_leaf
from egnatia.ledger.log import SEALED_KIND as LEDGER_KIND
from egnatia.model.events import EventKind
from egnatia.model.ids import RecordRef, SealedId
from egnatia.model.officers import Action, Officer
from egnatia.model.states import SubjectKind
from egnatia.store.database import Transaction
from egnatia.store.tables import (
    blind_tag,
    claim_shield,
    follow_up,
    ledger_entry,
    person_record,
    protection_mark,
    release,
    sealed_record,
)

ERASED_AT_ONCE = 1_000
"""Records erased in one transaction: the list of a thousand ids is 39 kB, and the writer is free again in under a second."""


def erase_person(tx: Transaction, officer: Officer, ref: RecordRef, why: str, now: datetime) -> None:
    """Erase a person record for good: row, tags, and the key of its content in every backup.

    What partners hold of it is not touched: a correction `erase` tells them (`corrections/making.py`).

    Raises:
        ForbiddenError, InputError: as the names say.
        NotFoundError: no such record here.
    """
    authorise(officer, Action.ERASE_RECORD)
    reason = check_text("reason", why, MIN_JUSTIFICATION)
    row = tx.execute(person_record.select().where(person_record.c.ref == ref)).one_or_none()
    if row is None:
        raise NotFoundError(f"there is no person record {ref}")
    marks = tx.execute(select(protection_mark.c.sealed_id).where(protection_mark.c.ref == ref)).scalars().all()
    for sealed_id in (row.sealed_id, *marks, *_copies(tx, ref)):
        tx.erase(SealedId(sealed_id))
    withdraw(tx, _on_their_way(tx, ref))
    forget_in_index(tx, ref)
    forget_judged(tx, ref, erased=True)
    for table in (protection_mark, claim_shield, blind_tag, person_record):
        tx.execute(table.delete().where(table.c.ref == ref))
    append(tx, Act(EventKind.RECORD_ERASED, now, officer.id, f"person:{ref}", justification=reason))


def _follow_ups_on(ref: RecordRef) -> ColumnElement[bool]:
    return (follow_up.c.ref == ref) & (follow_up.c.direction == IN) & (follow_up.c.subject == SubjectKind.PERSON)


def _copies(tx: Transaction, ref: RecordRef) -> list[str]:
    """Core data of the record that were proposed or released from here: copies, which must not outlive it."""
    query = select(release.c.sealed_id).join(follow_up, follow_up.c.id == release.c.follow_up_id)
    return list(tx.execute(query.where(_follow_ups_on(ref))).scalars())


def _on_their_way(tx: Transaction, ref: RecordRef) -> list[bytes]:
    """Hashes of the messages by which core data of the record were released: one may not have left yet."""
    ids = tx.execute(select(follow_up.c.id).where(_follow_ups_on(ref))).scalars().all()
    released = ledger_entry.c.object_ref.in_([f"follow_up:{each}" for each in ids]) & (
        ledger_entry.c.kind == EventKind.RELEASE_APPROVED
    )
    hashes = (parse_leaf(each).message for each in tx.execute(select(ledger_entry.c.entry).where(released)).scalars())
    return [bytes.fromhex(each) for each in hashes if each]


def erase_due(tx: Transaction, now: datetime, most: int = ERASED_AT_ONCE) -> int:
    """Erase sealed records whose date has passed, the oldest first, with one ledger entry for each kind.

    Messages on their way are erased by the exchange, with their own entries.

    Args:
        tx: write transaction.
        now: the moment.
        most: how many at the most; whoever calls this calls again until nothing is due.

    Returns:
        How many were erased.
    """
    query = (
        select(sealed_record.c.id, sealed_record.c.kind)
        .where(sealed_record.c.erase_on <= now, sealed_record.c.kind != SEALED_KIND)
        .order_by(sealed_record.c.erase_on, sealed_record.c.id)
        .limit(most)
    )
    due = tx.execute(query).all()
    for row in due:
        tx.erase(SealedId(row.id))
    for kind in sorted({row.kind for row in due}):
        enter_erasure(tx, kind, [row.id for row in due if row.kind == kind], now)
    return len(due)


def enter_erasure(tx: Transaction, kind: str, ids: Sequence[str], now: datetime) -> None:
    """The one entry for records of one kind that went in one transaction: how many in the open, which ones sealed.

    Contents of ledger entries are not listed: the list would have to be erased in its turn, for ever, and which ones are
    gone is to be seen in the ledger itself.
    """
    listed = None if kind == LEDGER_KIND else {"erased": list(ids)}
    append(tx, Act(EventKind.RECORD_ERASED, now, "node", f"due:{kind}:{len(ids)}", content=listed))
