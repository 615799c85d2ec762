"""Housekeeping: the one job that lets nothing outlive its day, flags late follow-ups, and says what has to be reviewed.

A serving node runs it once an hour and `egnatia node tidy` at once; either goes on until nothing is due, a bounded
number of records to a transaction. So no item survives its day by more than one cycle (rule L7).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Subquery, and_, func, select

from egnatia.accounts import authorise
from egnatia.agreements import load_register
from egnatia.enquiries.blind.forgetting import forget_blind
from egnatia.enquiries.border_upkeep import REVIEW_OPEN, forget_checks
from egnatia.enquiries.desk import KEEP, MIN_JUSTIFICATION, check_text
from egnatia.enquiries.dna.withdrawal import forget_profiles
from egnatia.enquiries.forgery_alerts.held import forget_over
from egnatia.enquiries.local_lists import forget_lists
from egnatia.enquiries.onward.label_words import forget_words
from egnatia.enquiries.pauses import flag_late
from egnatia.enquiries.retention import ERASED_AT_ONCE, enter_erasure, erase_due
from egnatia.enquiries.sightings import forget_sightings
from egnatia.enquiries.trust.arriving import forget_stalled
from egnatia.errors import InputError, NotFoundError
from egnatia.ledger import Act, append
from egnatia.model.events import EventKind
from egnatia.model.officers import Action, Officer
from egnatia.store.database import Transaction
from egnatia.store.tables import (
    answered_enquiry,
    correction_taken,
    dna_standing,
    enquiry,
    listed_identifier,
    person_record,
    protection_claim,
    protection_mark,
    registered_document,
    retention_review,
    second_line,
)

Commit = Callable[[Callable[[Transaction], int]], int]
"""Runs a job in a write transaction and gives its number back: a node's `commit`."""
REVIEW_AFTER = timedelta(days=1_095)
"""When a record without an end is looked at: our own working rule, the three years after which everything else goes."""
LONGEST_REVIEW = timedelta(days=3_650)
"""The furthest day to which a review can put a record off."""


@dataclass(frozen=True, slots=True)
class Category:
    """Records of our own that stand until somebody finds that they are not needed any more.

    Attributes:
        rows: where they stand: their reference as `item`, and the moment from which the time counts as `since`.
        after: when each is looked at for the first time.
    """

    rows: Subquery
    after: timedelta = REVIEW_AFTER


def _category(
    item: ColumnElement[str],
    since: ColumnElement[datetime],
    *which: ColumnElement[bool],
    after: timedelta = REVIEW_AFTER,
) -> Category:
    return Category(select(item.label("item"), since.label("since")).where(*which).subquery(), after)


_LAST_ASKED = select(enquiry.c.case_ref, func.max(enquiry.c.created_at).label("at")).group_by(enquiry.c.case_ref)
_CASES = _LAST_ASKED.subquery()
REVIEWED: dict[str, Category] = {
    "person": _category(person_record.c.ref, person_record.c.imported_at),
    "register": _category(registered_document.c.ref, registered_document.c.imported_at),
    "protection_mark": _category(protection_mark.c.ref, protection_mark.c.marked_at),
    "protection_claim": _category(
        protection_claim.c.id, protection_claim.c.recorded_at, protection_claim.c.closed_at.is_(None)
    ),
    "listed_identifier": _category(
        listed_identifier.c.list + ":" + listed_identifier.c.ref, listed_identifier.c.imported_at
    ),
    "case": _category(_CASES.c.case_ref, _CASES.c.at),
    "dna_standing": _category(dna_standing.c.id, dna_standing.c.opened_at, dna_standing.c.ended_at.is_(None)),
    "second_line": _category(
        second_line.c.id, second_line.c.opened_at, second_line.c.closed_at.is_(None), after=REVIEW_OPEN
    ),
}
"""Every category that has a day of review instead of a day of erasure, by the kind of its sealed record; and cases, whose
references and codes stay when everything sealed in them is gone."""


@dataclass(frozen=True, slots=True)
class Tidied:
    """What one round of housekeeping did."""

    erased: int
    late: int
    to_review: int


@dataclass(frozen=True, slots=True)
class ToReview:
    """A record whose day of review has come."""

    category: str
    item: str
    since: datetime
    review_on: datetime


def tidy(commit: Commit, clock: Callable[[], datetime]) -> Tidied:
    """Do the whole of it, transaction by transaction, until nothing is due."""
    erased = 0
    seen = (forget_sightings, forget_lists, forget_stalled, forget_words)
    for job in (
        forget_checks,
        forget_profiles,
        erase_due,
        erase_answered,
        erase_taken,
        forget_blind,
        *seen,
        forget_over,
    ):
        erased += _to_the_end(job, commit, clock)
    late = commit(lambda tx: len(flag_late(tx, clock())))
    return Tidied(erased, late, commit(lambda tx: len(to_review(tx, clock()))))


def _to_the_end(job: Callable[[Transaction, datetime], int], commit: Commit, clock: Callable[[], datetime]) -> int:
    """Repeat a job, a transaction each time, until it finds less than it may take at once."""
    total = 0
    while True:
        done = commit(lambda tx: job(tx, clock()))
        total += done
        if done < ERASED_AT_ONCE:
            return total


def erase_answered(tx: Transaction, now: datetime, most: int = ERASED_AT_ONCE) -> int:
    """Forget which references we returned, once nobody can hold anything because of it: the longest time any grant allows.

    Returns:
        How many answers were forgotten; the ledger keeps that they were given.
    """
    table = answered_enquiry.c
    query = select(table.asker, table.enquiry_id).where(table.answered_at <= now - _longest(tx))
    due = tx.execute(query.order_by(table.answered_at).limit(most)).all()
    for row in due:
        tx.execute(answered_enquiry.delete().where(and_(table.asker == row.asker, table.enquiry_id == row.enquiry_id)))
    if due:
        enter_erasure(tx, "answered_enquiry", [f"{row.asker}/{row.enquiry_id}" for row in due], now)
    return len(due)


def erase_taken(tx: Transaction, now: datetime, most: int = ERASED_AT_ONCE) -> int:
    """Forget partners' corrections once every copy that they could concern is gone; our own keep their numbers.

    Returns:
        How many were forgotten.
    """
    table = correction_taken.c
    query = select(table.partner, table.correction_id).where(
        table.received_at <= now - _longest(tx), table.done_at.is_not(None)
    )
    due = tx.execute(query.order_by(table.received_at).limit(most)).all()
    for row in due:
        mine = and_(table.partner == row.partner, table.correction_id == row.correction_id)
        tx.execute(correction_taken.delete().where(mine))
    if due:
        enter_erasure(tx, "correction_taken", [f"{row.partner}/{row.correction_id}" for row in due], now)
    return len(due)


def _longest(tx: Transaction) -> timedelta:
    """How long a partner may hold what it asked for, by the register of today; our own limit where that is longer."""
    try:
        grants = load_register(tx).grants
    except NotFoundError:
        return KEEP
    return max([KEEP, *(timedelta(days=each.retention_max_d) for each in grants)])


def to_review(tx: Transaction, now: datetime) -> list[ToReview]:
    """Records whose day of review has come, the most overdue first."""
    query = select(retention_review.c.category, retention_review.c.item, retention_review.c.review_on)
    put_off = {(row.category, row.item): row.review_on for row in tx.execute(query)}
    found = []
    for name, category in REVIEWED.items():
        for row in tx.execute(select(category.rows).where(category.rows.c.since <= now - category.after)):
            review_on = put_off.get((name, row.item), row.since + category.after)
            if review_on <= now:
                found.append(ToReview(name, row.item, row.since, review_on))
    return sorted(found, key=lambda each: (each.review_on, each.category, each.item))


def keep_on(
    tx: Transaction, officer: Officer, record: tuple[str, str], review: tuple[str, int], now: datetime
) -> datetime:
    """Record that a record is still needed, and when that is to be looked at again. To end it there are other commands.

    Args:
        tx: write transaction.
        officer: the supervisor who looked.
        record: category and reference.
        review: why it is still needed (at least 20 characters), and for how many more days.
        now: the moment.

    Returns:
        When it has to be reviewed again.

    Raises:
        ForbiddenError, InputError: as the names say.
        NotFoundError: there is no such record.
    """
    authorise(officer, Action.REVIEW_RETENTION)
    why, until = check_text("reason", review[0], MIN_JUSTIFICATION), now + timedelta(days=review[1])
    if not now < until <= now + LONGEST_REVIEW:
        raise InputError(f"a record is kept for 1 to {LONGEST_REVIEW.days} days before the next review")
    category = REVIEWED.get(record[0])
    if category is None:
        raise InputError(f"{record[0]!r} is not reviewed", hint=f"Categories are: {', '.join(REVIEWED)}.")
    if tx.execute(select(category.rows).where(category.rows.c.item == record[1])).first() is None:
        raise NotFoundError(f"there is no {record[0]} {record[1]}", hint="`egnatia node review` lists what is due.")
    mine = (retention_review.c.category == record[0]) & (retention_review.c.item == record[1])
    tx.execute(retention_review.delete().where(mine))
    values = {"category": record[0], "item": record[1], "reviewed_by": officer.id}
    tx.execute(retention_review.insert(), values | {"reviewed_at": now, "review_on": until})
    ref, facts = f"{record[0]}:{record[1]}", {"review_on": until.isoformat()}
    append(tx, Act(EventKind.RETENTION_REVIEWED, now, officer.id, ref, justification=why, content=facts))
    return until
