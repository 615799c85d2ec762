"""Pausing the clock of a partner's follow-up while a judicial authority decides, and telling the partner.

Only the answering side pauses: it is its law that asks for the authority. The partner's node is told that the clock
stands still, not why; one that runs 0.1.0 is not told, and shows the follow-up as late meanwhile.

Who is told counts a pause from the moment that it is told for, unless the other side was heard in between: then it could
have told before, and the pause counts from when it was heard last.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from egnatia.accounts import authorise
from egnatia.enquiries import followups
from egnatia.enquiries.clocks import ClockState
from egnatia.enquiries.desk import KEEP, MIN_JUSTIFICATION, Desk, check_text
from egnatia.enquiries.followups import FollowUp, act_on
from egnatia.enquiries.messages import RECEIPT, Body, IdText, ReceiptBody, decode, encode
from egnatia.errors import ConflictError, RefusedError
from egnatia.exchange.inbox import Answer, Received
from egnatia.exchange.limits import MAX_SKEW
from egnatia.exchange.outbox import Draft, queue_message
from egnatia.exchange.protocols import protocol_of
from egnatia.ledger import append
from egnatia.model.events import EventKind
from egnatia.model.ids import FollowUpId, PartnerCode
from egnatia.model.officers import Action, Officer
from egnatia.model.states import RefusalReason
from egnatia.store.database import Transaction
from egnatia.store.tables import clock_pause, follow_up, inbox, witnessed_head

CLOCK = "clock"
SPOKEN_SINCE = 2
"""The message version that tells of pauses."""
MAX_PAUSES = 50
"""Pauses of one follow-up that a partner may tell us of; one file at a court is one pause."""
MAX_AUTHORITY_REF = 60
CATCHING_UP = timedelta(hours=1)
"""What waited for a line is here this long after the line is back: it is tried every five minutes (`limits.LAST_RETRY_S`),
and 100,000 messages drain in six at 300 a second. A word in this time does not show that a pause could have been told."""


class ClockBody(Body, frozen=True):
    """The answering side's clock stands still from `at` on, or runs again."""

    follow_up: IdText
    paused: bool
    at: datetime
    pause: IdText


def pause(
    tx: Transaction, desk: Desk, officer: Officer, follow_up_id: FollowUpId, why: tuple[str, str], now: datetime
) -> None:
    """Stop the clock of a partner's follow-up for a judicial authority.

    Args:
        tx: write transaction.
        desk: our side.
        officer: who pauses it.
        follow_up_id: a partner's open follow-up.
        why: the reason (at least 20 characters), and the authority's file number.
        now: the moment.

    Raises:
        ForbiddenError, NotFoundError, InputError: as the names say.
        ConflictError: it is closed, or paused already.
    """
    authorise(officer, Action.PAUSE_CLOCK)
    row = followups.get(tx, follow_up_id, followups.IN)
    followups.check_open(row)
    if row.reading(now).state is ClockState.PAUSED:
        raise ConflictError("the clock of this follow-up stands still already")
    reason = check_text("reason", why[0], MIN_JUSTIFICATION)
    reference = check_text("reference of the authority", why[1], 3, MAX_AUTHORITY_REF)
    sealed = tx.seal(reason.encode(), kind="pause", at=now, erase_on=now + KEEP)
    pause_id = tx.new_id()
    values = {"id": pause_id, "follow_up_id": row.id, "started_at": now, "officer_id": officer.id}
    tx.execute(clock_pause.insert(), values | {"authority_ref": reference, "sealed_id": sealed.id})
    _enter_and_tell(tx, desk, row, (officer, ClockBody(follow_up=row.id, paused=True, at=now, pause=pause_id)), reason)


def resume(
    tx: Transaction, desk: Desk, officer: Officer, follow_up_id: FollowUpId, why: tuple[str, str], now: datetime
) -> None:
    """Let the clock run again once the authority has decided.

    Raises:
        ForbiddenError, NotFoundError, InputError: as the names say.
        ConflictError: it does not stand still.
    """
    authorise(officer, Action.PAUSE_CLOCK)
    row = followups.get(tx, follow_up_id, followups.IN)
    reason = check_text("reason", why[0], MIN_JUSTIFICATION)
    reference = check_text("reference of the authority", why[1], 3, MAX_AUTHORITY_REF)
    open_ = (clock_pause.c.follow_up_id == row.id) & clock_pause.c.ended_at.is_(None)
    pause_id = tx.execute(select(clock_pause.c.id).where(open_)).scalar()
    if pause_id is None:
        raise ConflictError("the clock of this follow-up does not stand still")
    tx.execute(update(clock_pause).where(open_).values(ended_at=now, authority_ref=reference))
    _enter_and_tell(tx, desk, row, (officer, ClockBody(follow_up=row.id, paused=False, at=now, pause=pause_id)), reason)


def _enter_and_tell(tx: Transaction, desk: Desk, row: FollowUp, step: tuple[Officer, ClockBody], reason: str) -> None:
    officer, body = step
    sha256 = None
    if protocol_of(tx, row.partner) >= SPOKEN_SINCE:
        queued = queue_message(tx, desk.keys, Draft(CLOCK, row.partner, row.enquiry_id, encode(body)), body.at)
        sha256 = queued.sha256
    event = EventKind.CLOCK_PAUSED if body.paused else EventKind.CLOCK_RESUMED
    act = act_on(row, event, officer.id, body.at)
    append(tx, replace(act, message_sha256=sha256, justification=reason, content={"told": sha256 is not None}))


def take_clock(tx: Transaction, received: Received, now: datetime) -> Answer:
    """The answering side paused the clock of a follow-up of ours, or let it run again.

    Raises:
        RefusedError: MALFORMED, or UNKNOWN_CONVERSATION where it is no follow-up of ours to the sender.
    """
    body = decode(ClockBody, received.body)
    if body.at.tzinfo is None or abs(body.at - received.created_at) > MAX_SKEW:
        raise RefusedError(RefusalReason.MALFORMED, "a clock is told when it is set, neither before nor after")
    row = followups.ours(tx, FollowUpId(body.follow_up), received)
    counted = _note(tx, row, body, now)
    if counted is None:
        return Answer(RECEIPT, encode(ReceiptBody()))
    event = EventKind.CLOCK_PAUSED if body.paused else EventKind.CLOCK_RESUMED
    act = replace(act_on(row, event, "node", now), message_sha256=received.sha256)
    late = {"said": body.at.isoformat(), "counts_from": counted.isoformat()}
    append(tx, act if counted == body.at else replace(act, content={**late}))
    return Answer(RECEIPT, encode(ReceiptBody()))


def _note(tx: Transaction, row: FollowUp, body: ClockBody, now: datetime) -> datetime | None:
    """Store the word; returns the moment from which it counts, or nothing where it says nothing new.

    Messages of one conversation come in order, so a pause that ends has begun; a stray end changes nothing. And a pause
    that was made in time comes before the answer: told after it, it would only make a late answer look punctual.
    """
    mine = (clock_pause.c.follow_up_id == row.id) & (clock_pause.c.id == body.pause)
    if not body.paused:
        ended = tx.execute(update(clock_pause).where(mine, clock_pause.c.ended_at.is_(None)).values(ended_at=body.at))
        return body.at if ended.rowcount else None
    if tx.execute(select(clock_pause.c.id).where(clock_pause.c.id == body.pause)).first() is not None:
        raise RefusedError(RefusalReason.ID_REUSED, "this pause began before")
    if row.closed_at is not None:
        raise RefusedError(RefusalReason.UNKNOWN_CONVERSATION, "this follow-up was already closed")
    if len(row.pauses) >= MAX_PAUSES:
        raise RefusedError(RefusalReason.MALFORMED, f"a follow-up has at most {MAX_PAUSES} pauses")
    counted = max(body.at, _heard(tx, row.partner, body.at, now) or body.at)
    tx.execute(clock_pause.insert(), {"id": body.pause, "follow_up_id": row.id, "started_at": counted})
    return counted


def _heard(tx: Transaction, partner: PartnerCode, since: datetime, now: datetime) -> datetime | None:
    """When a partner last wrote to this node, or had a checkpoint cosigned, between a moment and the last hour."""
    if now - since <= CATCHING_UP:
        return None
    until = now - CATCHING_UP
    wrote = (inbox.c.sender == partner) & (inbox.c.received_at > since) & (inbox.c.received_at <= until)
    head = (witnessed_head.c.partner == partner) & (witnessed_head.c.at > since) & (witnessed_head.c.at <= until)
    found = (
        tx.execute(select(func.max(inbox.c.received_at)).where(wrote)).scalar(),
        tx.execute(select(func.max(witnessed_head.c.at)).where(head)).scalar(),
    )
    return max((each for each in found if each is not None), default=None)


def flag_late(tx: Transaction, now: datetime) -> list[FollowUpId]:
    """Note which follow-ups ran out of time since the last look, for the lists and the figures; nothing else follows.

    Closed ones are looked at once more, so that one that was answered late between two looks is flagged as well.
    """
    not_flagged = follow_up.c.late_at.is_(None)
    suspect = not_flagged & (follow_up.c.due_at < now)
    suspect &= follow_up.c.closed_at.is_(None) | (follow_up.c.closed_at > follow_up.c.due_at)
    late = [
        (row, row.reading(now)) for row in _rows(tx, list(tx.execute(select(follow_up.c.id).where(suspect)).scalars()))
    ]
    found = [(row.id, seen.due_at) for row, seen in late if seen.late]
    for follow_up_id, due_at in found:
        tx.execute(update(follow_up).where(follow_up.c.id == follow_up_id).values(late_at=due_at))
    return [each for each, _ in found]


def _rows(tx: Transaction, ids: Iterable[str]) -> list[FollowUp]:
    wanted = set(ids)
    return [row for row in followups.listed(tx) if row.id in wanted] if wanted else []
