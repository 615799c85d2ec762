"""Step 1, back at the asker: what came back becomes candidates for a person to look at, or a plain state."""

import json
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update

from egnatia.enquiries.messages import CandidateRef, ReplyBody, decode
from egnatia.enquiries.standing_links import is_known
from egnatia.errors import RefusedError
from egnatia.exchange.inbox import Received
from egnatia.exchange.outbox import Sent
from egnatia.ledger import Act, append
from egnatia.model.events import EventKind
from egnatia.model.ids import GrantId, RecordRef
from egnatia.model.states import AskState, Purpose, RefusalReason, ReplyResult
from egnatia.store.database import Transaction
from egnatia.store.prepared import Prepared, insert_into
from egnatia.store.tables import ask, candidate, enquiry

DECIDE_WITHIN = timedelta(hours=24)
"""When a candidate without a decision is overdue: our own working rule, half of the 48 hours of art. 47."""
STATES = {
    ReplyResult.HIT: AskState.HIT,
    ReplyResult.NO_HIT: AskState.NO_HIT,
    ReplyResult.REFUSED: AskState.REFUSED,
}
_CLOSE = Prepared(
    update(ask)
    .where(ask.c.message_id == bindparam("of"))
    .values(state=bindparam("now"), refusal=bindparam("reason"), answered_at=bindparam("at"))
)
_KEEP = insert_into(candidate)
_ASKED_BY = Prepared(select(enquiry.c.officer_id).where(enquiry.c.id == bindparam("of")))
_GROUNDS = Prepared(
    select(ask.c.grant_id, enquiry.c.purpose)
    .join(enquiry, enquiry.c.id == ask.c.enquiry_id)
    .where(ask.c.message_id == bindparam("of"))
)


def take_reply(tx: Transaction, sent: Sent, received: Received, now: datetime) -> None:
    """Record the partner's answer to our enquiry, with exactly one ledger entry.

    A refusal by the partner's exchange (say, a message too old) is an answer like a refusal by its flow.

    Raises:
        RefusedError: MALFORMED; the answer is not taken and the question stays open.
    """
    refusal = received.refusal()
    reply = _checked(received) if refusal is None else ReplyBody(result=ReplyResult.REFUSED, reason=refusal[0])
    close_ask(tx, sent, STATES[reply.result], reply.reason, now)
    for found in reply.refs:
        if not is_known(tx, sent, RecordRef(found.ref)):
            keep_candidate(tx, sent, found, (received.created_at, now))
    _enter(tx, sent, received, reply, now)


def _checked(received: Received) -> ReplyBody:
    """The reply, which has to be of one mind: references exactly with a hit and each once, a reason with a refusal."""
    reply = decode(ReplyBody, received.body)
    refs = [found.ref for found in reply.refs]
    if bool(refs) != (reply.result is ReplyResult.HIT) or len(set(refs)) != len(refs):
        raise RefusedError(RefusalReason.MALFORMED, f"a {reply.result.value} with {len(refs)} references")
    if (reply.reason is not None) != (reply.result is ReplyResult.REFUSED):
        raise RefusedError(RefusalReason.MALFORMED, f"a {reply.result.value} with the reason {reply.reason}")
    return reply


def close_ask(tx: Transaction, sent: Sent, state: AskState, reason: RefusalReason | None, now: datetime) -> None:
    """Set where our question to one partner stands."""
    answered = now if state is not AskState.UNDELIVERABLE else None
    tx.put(_CLOSE, {"of": sent.message_id, "now": state, "reason": reason, "at": answered})


def keep_candidate(tx: Transaction, sent: Sent, found: CandidateRef, at: tuple[datetime, datetime]) -> str:
    """Store one reference as a candidate; `at` is when the partner answered, by its clock, and when that came. Its id."""
    sent_at, now = at
    [asked] = tx.rows(_ASKED_BY, of=sent.conversation)
    candidate_id = tx.new_id()
    tx.put(
        _KEEP,
        {
            "id": candidate_id,
            "enquiry_id": sent.conversation,
            "partner": sent.to,
            "ref": found.ref,
            "quality": found.quality,
            "evidence": json.dumps(found.evidence),
            "received_at": now,
            "sent_at": sent_at,
            "owner": asked.officer_id,
            "due_at": now + DECIDE_WITHIN,
        },
    )
    return candidate_id


def _enter(tx: Transaction, sent: Sent, received: Received, reply: ReplyBody, now: datetime) -> None:
    [row] = tx.rows(_GROUNDS, of=sent.message_id)
    append(
        tx,
        Act(
            EventKind.REPLY_RECEIVED,
            now,
            "node",
            f"enquiry:{sent.conversation}",
            partner=sent.to,
            grant=GrantId(row.grant_id),
            purpose=Purpose(row.purpose),
            message_sha256=received.sha256,
            content={"result": reply.result, "reason": reply.reason, "refs": [found.ref for found in reply.refs]},
        ),
    )
