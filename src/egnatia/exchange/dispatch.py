"""The outbox as the courier sees it: what is due, what became of it, and how things stand with each partner.

What a poll or a message costs here does not grow with what waits (docs/adr/0037): a line lies in the order of its times in
one index, and what is not due, grew too old or was settled is outside the range that is read.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, bindparam, func, literal_column, null, select, update

from egnatia.errors import ErasedError, InputError, RefusedError, TamperedError
from egnatia.exchange.directory import cards
from egnatia.exchange.inbox import NODE_ACTOR, Received
from egnatia.exchange.limits import KEEP_SETTLED, MAX_AGE
from egnatia.exchange.lines import LineState, lines, remember_answer, remembered_answers
from egnatia.exchange.outbox import ANSWERED, FIRST, QUEUED, UNDELIVERABLE, Sent
from egnatia.ledger import Act, append
from egnatia.model.events import EventKind
from egnatia.model.ids import MessageId, PartnerCode, SealedId
from egnatia.store.database import Transaction
from egnatia.store.prepared import Prepared
from egnatia.store.tables import outbox

OnAnswer = Callable[[Transaction, Sent, Received], None]
"""Takes an answer, in the transaction that marks its question answered; what it raises undoes both."""
OnUndeliverable = Callable[[Transaction, Sent], None]
"""Told that a question was given up after MAX_AGE, in the transaction that says so."""
EXPIRED_AT_ONCE = 200
"""Messages given up in one transaction, so that a dead partner's whole backlog does not hold the writer."""
_MAX_ERROR = 500


_WAITS = and_(outbox.c.state == QUEUED, outbox.c.recipient == bindparam("partner"))


def _due() -> Prepared:
    """What may go to a partner now, in the order of its times: of each conversation only the oldest unanswered message.

    A message that this node's clock dated ahead, before it was put right, waits for its time: its partner would refuse
    it, and everything behind it would wait for the line's back-off (bench/faults).

    Two things are for PostgreSQL, whose planner goes by figures that are older than the line. The look for an older message
    has an offset of nothing, so that it is asked of each message in turn: as a join it read the line for each message, 1.8 s
    at 75,000. And it takes the state from the message, not from a constant, of which the figures say that nothing has it
    when they were made on a quiet day; then every index seemed as good.
    """
    older = outbox.alias()
    before = select(older.c.sequence).where(
        older.c.recipient == outbox.c.recipient,
        older.c.conversation == outbox.c.conversation,
        older.c.state == outbox.c.state,
        older.c.sequence < outbox.c.sequence,
    )
    is_first = ~before.order_by(older.c.sequence).limit(1).offset(0).exists()
    timely = outbox.c.next_attempt_at.between(bindparam("oldest"), bindparam("now"))
    aged = outbox.c.created_at.between(bindparam("oldest"), bindparam("now"))
    query = select(outbox).where(_WAITS, timely, aged, is_first)
    return Prepared(query.order_by(outbox.c.next_attempt_at, outbox.c.sequence).limit(bindparam("limit")))


_DUE = _due()
_ANNOUNCEMENT = Prepared(
    select(outbox).where(_WAITS, outbox.c.conversation == FIRST).order_by(outbox.c.sequence).limit(1)
)
_MINE = (outbox.c.message_id == bindparam("id")) & (outbox.c.state == QUEUED)
_TOO_OLD = Prepared(
    select(outbox.c.sequence).where(outbox.c.state == QUEUED, outbox.c.created_at < bindparam("oldest")).limit(1)
)
_COUNTS = Prepared(
    select(outbox.c.recipient, func.count().label("queued"), func.min(outbox.c.created_at).label("oldest"))
    .where(outbox.c.state == QUEUED)
    .group_by(outbox.c.recipient)
)
_TRIED = and_(  # the state is part of the text, or the database would not know that ix_outbox_error has it all
    outbox.c.state == literal_column(f"'{QUEUED}'"),
    outbox.c.recipient == bindparam("partner"),
    outbox.c.last_error.is_not(None),
)
_ERROR = Prepared(select(outbox.c.last_error).where(_TRIED).order_by(outbox.c.sequence).limit(1))
_HASTEN = update(outbox).where(outbox.c.next_attempt_at > outbox.c.created_at)
_HASTEN_TRIED = Prepared(_HASTEN.where(_TRIED).values(next_attempt_at=outbox.c.created_at))
_HASTEN_LATE = Prepared(
    _HASTEN.where(_WAITS, outbox.c.next_attempt_at > bindparam("now")).values(next_attempt_at=outbox.c.created_at)
)
_NEXT_RECIPIENT = Prepared(
    select(func.min(outbox.c.recipient).label("code")).where(outbox.c.recipient > bindparam("after"))
)
_LATEST = Prepared(select(func.max(outbox.c.answered_at).label("at")).where(outbox.c.recipient == bindparam("partner")))
_SEALED = Prepared(select(outbox.c.sealed_id).where(_MINE))
_POSTPONE = Prepared(
    update(outbox)
    .where(_MINE)
    .values(next_attempt_at=bindparam("until"), last_error=bindparam("note"), attempts=outbox.c.attempts + 1)
)
_CLOSE = Prepared(
    update(outbox)
    .where(_MINE)
    .values(
        sealed_id=null(),
        state=bindparam("to"),
        answered_at=bindparam("at"),
        last_error=bindparam("note"),
        attempts=outbox.c.attempts + bindparam("more"),
    )
)


@dataclass(frozen=True, slots=True)
class Due:
    """A message to be delivered now; without its content when that cannot be opened any more."""

    sent: Sent
    content: bytes | None


@dataclass(frozen=True, slots=True)
class PartnerState:
    """How things stand with one partner, from this node's own tables.

    Attributes:
        partner: its code.
        queued: messages that wait for an answer.
        oldest_queued: when the oldest of them was created.
        last_answered: when the partner last answered anything.
        last_error: what happened at the last attempt, of the oldest message that waits after one; nothing when none.
        state: how the line is; None for a partner that was never written to.
        since: since when it has been so.
    """

    partner: PartnerCode
    queued: int
    oldest_queued: datetime | None
    last_answered: datetime | None
    last_error: str | None
    state: LineState | None = None
    since: datetime | None = None


def due_messages(
    tx: Transaction, partner: PartnerCode, now: datetime, limit: int, busy: Collection[MessageId] = ()
) -> list[Due]:
    """The messages to a partner that are to be sent now, longest due first, and before them a new card of this node.

    Of each conversation only the oldest unanswered message, so that messages arrive in the order they were queued.

    Args:
        tx: the transaction.
        partner: to whom.
        now: the time.
        limit: most messages to return.
        busy: messages that are on their way already.
    """
    rows = tx.rows(_DUE, partner=partner, now=now, oldest=now - MAX_AGE, limit=limit + len(busy))
    first = _announcement(tx, partner, now)
    rows = [*first, *(row for row in rows if row.conversation != FIRST)]
    waiting = [row for row in rows if row.message_id not in busy]
    return [Due(_sent(row), _content(tx, row)) for row in waiting[:limit]]


def _announcement(tx: Transaction, partner: PartnerCode, now: datetime) -> list[Any]:
    """The oldest new card that waits for a partner, when it is due."""
    rows = tx.rows(_ANNOUNCEMENT, partner=partner)
    return [row for row in rows if row.next_attempt_at <= now and now - MAX_AGE <= row.created_at <= now]


def _content(tx: Transaction, row: Row[Any]) -> bytes | None:
    """The signed bytes; None when they cannot be opened any more, which must not keep the other messages from going."""
    try:
        return tx.unseal(SealedId(row.sealed_id))
    except (TamperedError, ErasedError):
        return None


def _sent(row: Row[Any]) -> Sent:
    return Sent(
        message_id=row.message_id,
        kind=row.kind,
        to=row.recipient,
        conversation=row.conversation,
        created_at=row.created_at,
        sha256=bytes.fromhex(row.sha256),
        attempts=row.attempts,
    )


def settle(tx: Transaction, sent: Sent, received: Received, on_answer: OnAnswer, now: datetime) -> bool:
    """Mark a question answered, erase what was asked and hand the answer over: all of it or nothing.

    Returns:
        False when it was settled before; then nothing is handed over a second time.
    """
    refusal = received.refusal()
    note = None if refusal is None else f"{refusal[0].value}: {refusal[1]}"[:_MAX_ERROR]
    if not _close(tx, {"id": sent.message_id, "to": ANSWERED, "at": now, "note": note, "more": 1}):
        return False
    try:
        on_answer(tx, sent, received)
    except (RefusedError, InputError) as error:  # nobody refused us: this one answer is no good, and its line is up
        raise TamperedError(
            f"the answer of {sent.to} to message {sent.message_id} is not taken: {error.message}"
        ) from None
    return True


def _close(tx: Transaction, values: Mapping[str, object]) -> bool:
    found = tx.row(_SEALED, id=values["id"])
    if found is None or found.sealed_id is None:
        return False
    tx.discard(SealedId(found.sealed_id))
    tx.put(_CLOSE, values)
    return True


def postpone(tx: Transaction, sent: Sent, error: str, until: datetime) -> None:
    """Keep a message after a failed attempt, with the reason in sight; never until a time before it was created."""
    tx.put(_POSTPONE, {"id": sent.message_id, "until": max(until, sent.created_at), "note": error[:_MAX_ERROR]})


def hasten(tx: Transaction, partner: PartnerCode, now: datetime) -> None:
    """The partner is back: whatever waits for it is due, in the order in which it was created.

    What this node's clock dated ahead is due at that time.
    """
    tx.put(_HASTEN_TRIED, {"partner": partner})
    tx.put(_HASTEN_LATE, {"partner": partner, "now": now})


def has_expired(tx: Transaction, now: datetime) -> bool:
    """Whether a message grew too old to be delivered."""
    return tx.row(_TOO_OLD, oldest=now - MAX_AGE) is not None


def _expired(now: datetime) -> Select[tuple[Any, ...]]:
    return select(outbox).where(outbox.c.state == QUEUED, outbox.c.created_at < now - MAX_AGE)


def give_up(tx: Transaction, on_undeliverable: OnUndeliverable, now: datetime) -> int:
    """Give up messages older than MAX_AGE, each with its ledger entry; returns how many."""
    rows = tx.execute(_expired(now).order_by(outbox.c.sequence).limit(EXPIRED_AT_ONCE)).all()
    for row in rows:
        sent = _sent(row)
        _close(tx, {"id": sent.message_id, "to": UNDELIVERABLE, "at": None, "note": row.last_error, "more": 0})
        on_undeliverable(tx, sent)
        act = Act(
            EventKind.MESSAGE_UNDELIVERABLE,
            now,
            NODE_ACTOR,
            sent.message_id,
            partner=sent.to,
            message_sha256=sent.sha256,
            content={"kind": sent.kind, "attempts": sent.attempts, "last_error": row.last_error},
        )
        append(tx, act)
    return len(rows)


def partner_states(tx: Transaction) -> list[PartnerState]:
    """How things stand with every partner that is registered or has messages waiting, by code."""
    waiting = {PartnerCode(row.recipient): row for row in tx.rows(_COUNTS)}
    answered = remembered_answers(tx) | _latest_answers(tx)
    registered, known = set(cards(tx)), lines(tx)
    return [
        PartnerState(
            partner=partner,
            queued=waiting[partner].queued if partner in waiting else 0,
            oldest_queued=waiting[partner].oldest if partner in waiting else None,
            last_answered=answered.get(partner),
            last_error=_last_error(tx, partner) if partner in registered else "no card of this partner is registered",
            state=known[partner].state if partner in known else None,
            since=known[partner].since if partner in known else None,
        )
        for partner in sorted(registered | set(waiting))
    ]


def _latest_answers(tx: Transaction) -> dict[PartnerCode, datetime]:
    """When each partner last answered, as far as the outbox knows: a look for each partner and not for each message."""
    found: dict[PartnerCode, datetime] = {}
    code = tx.rows(_NEXT_RECIPIENT, after="")[0].code
    while code is not None:
        at = tx.rows(_LATEST, partner=code)[0].at
        if at is not None:
            found[PartnerCode(code)] = at
        code = tx.rows(_NEXT_RECIPIENT, after=code)[0].code
    return found


def forget_settled(tx: Transaction, now: datetime) -> int:
    """Delete what the outbox remembers of messages that are long answered or given up; returns how many.

    When each partner last answered stays known, and so does the ledger.
    """
    old = and_(outbox.c.state.in_([ANSWERED, UNDELIVERABLE]), outbox.c.created_at < now - KEEP_SETTLED)
    for partner, at in _latest_answers(tx).items():
        remember_answer(tx, partner, at)
    return tx.execute(outbox.delete().where(old)).rowcount


def _last_error(tx: Transaction, partner: PartnerCode) -> str | None:
    found = tx.row(_ERROR, partner=partner)
    return None if found is None else str(found.last_error)
