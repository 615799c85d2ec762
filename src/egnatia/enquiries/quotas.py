"""Quotas of a day, counted from the tables: of officers and cases at the asking node, of grants at both ends.

Counting rows instead of keeping a counter makes a quota survive every restart and every crash. A grant's own quota is
counted at both ends (`desk.check_quota`); officers' and cases' are this node's word to its own officers (ENQ-07). Open
and blind questions count together everywhere: a guess is a guess.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, bindparam, func, select

from egnatia.enquiries.desk import start_of_day
from egnatia.enquiries.tallies import Tallies
from egnatia.errors import RefusedError
from egnatia.exchange.directory import cards
from egnatia.ledger.nodes import log_size
from egnatia.model.agreements import Grant
from egnatia.model.ids import OfficerId
from egnatia.model.states import RefusalReason
from egnatia.settings import EnquirySettings
from egnatia.store.database import Transaction
from egnatia.store.prepared import Prepared
from egnatia.store.tables import answered_enquiry, ask, blind_answer, blind_enquiry, enquiry, partner_exit


@dataclass(frozen=True, slots=True)
class Used:
    """Questions that left this node today: one for each partner asked.

    Attributes:
        by_officer: of this officer, for any case.
        for_case: for this case, by anybody.
    """

    by_officer: int
    for_case: int


def check_day(tx: Transaction, limits: EnquirySettings, who: tuple[OfficerId, str], asking: int, now: datetime) -> None:
    """Stop when asking so many partners more would pass the officer's or the case's quota of the day.

    An enquiry asks each partner once, so the day's enquiries times the partners bound the questions; only where that
    bound does not settle it are the questions themselves counted, which costs a look-up each.

    Args:
        tx: the transaction.
        limits: the quotas.
        who: officer and case reference.
        asking: partners that are to be asked now.
        now: the moment.

    Raises:
        RefusedError: QUOTA_EXCEEDED; nothing was asked.
    """
    bound = _at_most(tx, *who, now)
    if bound.by_officer + asking > limits.officer_day or bound.for_case + asking > limits.case_day:
        _check_used(limits, used_today(tx, *who, now), asking)


def _at_most(tx: Transaction, officer_id: OfficerId, case_ref: str, now: datetime) -> Used:
    since, partners = start_of_day(now), max(1, len(_ever_asked(tx)))
    return Used(
        tx.rows(_ENQUIRIES_BY, whose=officer_id, since=since)[0].used * partners,
        tx.rows(_ENQUIRIES_FOR, whose=case_ref, since=since)[0].used * partners,
    )


def _ever_asked(tx: Transaction) -> set[str]:
    """Whoever an enquiry of today may have asked: also partners that left meanwhile, whose card is gone."""
    if _LEFT not in tx.memo:
        tx.memo[_LEFT] = tuple(row.partner for row in tx.rows(_HAVE_LEFT))
    return {*cards(tx), *tx.memo[_LEFT]}


def used_today(tx: Transaction, officer_id: OfficerId, case_ref: str, now: datetime) -> Used:
    """What was asked since midnight (UTC)."""
    since = start_of_day(now)
    return Used(
        tx.rows(_BY_OFFICER, whose=officer_id, since=since)[0].used,
        tx.rows(_FOR_CASE, whose=case_ref, since=since)[0].used,
    )


def asked_under(tx: Transaction, grant: Grant, now: datetime) -> int:
    """What this node asked under a partner's grant since midnight (UTC); counted once per transaction, see `note_asked`."""
    since = start_of_day(now)
    key = f"asked under {grant.id} since {since}"
    if key not in tx.memo:
        tx.memo[key] = int(tx.rows(_ASKED_UNDER, grant_id=grant.id, since=since)[0].used)
    return int(tx.memo[key])


def note_asked(tx: Transaction, grant: Grant, now: datetime) -> None:
    """One more was asked under this grant, by a prepared statement: what the transaction counted goes on from there."""
    key = f"asked under {grant.id} since {start_of_day(now)}"
    if key in tx.memo:
        tx.memo[key] += 1


def answered_under(tx: Transaction, tallies: Tallies, grant: Grant, quota: int, now: datetime) -> int:
    """What this node answered under a grant since midnight (UTC), the question that is being answered not counted.

    Below the quota it may be said too high, by a bound that is cheap (`tallies`); where it matters, the rows are counted,
    once for each transaction and gone on from there.

    Args:
        tx: a write transaction.
        tallies: what this process counted before.
        grant: under which.
        quota: from which number on it matters.
        now: the moment.
    """
    since = start_of_day(now)
    key = f"answered under {grant.id} since {since}"
    used, counted = tx.memo.get(key) or (_at_most_answered(tx, tallies, grant, since), False)
    if used is None or (used >= quota and not counted):
        used, counted = _count_answered(tx, tallies, grant, since), True
    tx.memo[key] = (used + 1, counted)
    return int(used)


def _at_most_answered(tx: Transaction, tallies: Tallies, grant: Grant, since: datetime) -> int | None:
    return tallies.at_most(grant.id, since, log_size(tx))


def _count_answered(tx: Transaction, tallies: Tallies, grant: Grant, since: datetime) -> int:
    """Count the rows; what this transaction wrote may still be undone, so it is no count to remember."""
    used = int(tx.rows(_ANSWERED_UNDER, grant_id=grant.id, since=since)[0].used)
    if not tx.has_written:
        tallies.note(grant.id, since, log_size(tx), used)
    return used


def _asked(whose: ColumnElement[str], blind: ColumnElement[str]) -> Prepared:
    today = (whose == bindparam("whose")) & (enquiry.c.created_at >= bindparam("since")) & ask.c.message_id.is_not(None)
    joined = enquiry.join(ask, ask.c.enquiry_id == enquiry.c.id)
    blindly = (blind == bindparam("whose")) & (blind_enquiry.c.asked_at >= bindparam("since"))
    blindly &= blind_enquiry.c.message_id.is_not(None)
    return _sum(
        select(func.count()).select_from(joined).where(today),
        select(func.count()).select_from(blind_enquiry).where(blindly),
    )


def _under(grant_id: ColumnElement[str], at: ColumnElement[datetime]) -> "Select[int]":
    return select(func.count()).where(grant_id == bindparam("grant_id"), at >= bindparam("since"))


def _sum(*counts: "Select[int]") -> Prepared:
    one, other = (each.scalar_subquery() for each in counts)
    return Prepared(select((one + other).label("used")))


def _enquiries(whose: ColumnElement[str], blind: ColumnElement[str]) -> Prepared:
    """Enquiries of either sort since a moment, each of which asked every partner once at most."""
    today = (whose == bindparam("whose")) & (enquiry.c.created_at >= bindparam("since"))
    blindly = (blind == bindparam("whose")) & (blind_enquiry.c.asked_at >= bindparam("since"))
    return _sum(select(func.count()).where(today), select(func.count()).where(blindly))


_LEFT = "partners that left"
_HAVE_LEFT = Prepared(select(partner_exit.c.partner))
_ENQUIRIES_BY = _enquiries(enquiry.c.officer_id, blind_enquiry.c.officer_id)
_ENQUIRIES_FOR = _enquiries(enquiry.c.case_ref, blind_enquiry.c.case_ref)
_BY_OFFICER = _asked(enquiry.c.officer_id, blind_enquiry.c.officer_id)
_FOR_CASE = _asked(enquiry.c.case_ref, blind_enquiry.c.case_ref)
_ASKED_UNDER = _sum(_under(ask.c.grant_id, ask.c.asked_at), _under(blind_enquiry.c.grant_id, blind_enquiry.c.asked_at))
_ANSWERED_UNDER = _sum(
    _under(answered_enquiry.c.grant_id, answered_enquiry.c.answered_at),
    _under(blind_answer.c.grant_id, blind_answer.c.answered_at),
)


def _check_used(limits: EnquirySettings, used: Used, asking: int) -> None:
    """Raise unless so many more fit into both quotas."""
    for what, spent, quota, key in (
        ("by this officer", used.by_officer, limits.officer_day, "officer_day"),
        ("for this case", used.for_case, limits.case_day, "case_day"),
    ):
        if spent + asking > quota:
            raise RefusedError(
                RefusalReason.QUOTA_EXCEEDED,
                f"{spent} of {quota} questions a day were asked {what}; {asking} more would be too many",
                hint=f"Ask fewer partners, wait until midnight (UTC), or have enquiries.{key} raised in node.toml.",
            )
