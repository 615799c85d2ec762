"""Step 1, back at the asker: what came back becomes candidates for a person to look at, or a plain state."""

import json
from datetime import datetime, timedelta

from sqlalchemy import select, update

from egnatia.enquiries.messages import CandidateRef, ReplyBody, decode
from egnatia.errors import RefusedError
from egnatia.exchange.inbox import Received
from egnatia.exchange.outbox import Sent
from egnatia.ledger import Act, append
from egnatia.model.events import EventKind
from egnatia.model.ids import GrantId
from egnatia.model.states import AskState, Purpose, RefusalReason, ReplyResult
from egnatia.store.database import Transaction
from egnatia.store.tables import ask, candidate, enquiry

DECIDE_WITHIN = timedelta(hours=24)
"""When a candidate without a decision is overdue: our own working rule, half of the 48 hours of art. 47."""
_STATES = {
    ReplyResult.HIT: AskState.HIT,
    ReplyResult.NO_HIT: AskState.NO_HIT,
    ReplyResult.REFUSED: AskState.REFUSED,
}


def take_reply(tx: Transaction, sent: Sent, received: Received, now: datetime) -> None:
    """Record the partner's answer to our enquiry, with exactly one ledger entry.

    A refusal by the partner's exchange (say, a message too old) is an answer like a refusal by its flow.

    Raises:
        RefusedError: MALFORMED; the answer is not taken and the question stays open.
    """
    refusal = received.refusal()
    reply = _checked(received) if refusal is None else ReplyBody(result=ReplyResult.REFUSED, reason=refusal[0])
    close_ask(tx, sent, _STATES[reply.result], reply.reason, now)
    for found in reply.refs:
        _keep_candidate(tx, sent, found, now)
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
    tx.execute(
        update(ask).where(ask.c.message_id == sent.message_id).values(state=state, refusal=reason, answered_at=answered)
    )


def _keep_candidate(tx: Transaction, sent: Sent, found: CandidateRef, now: datetime) -> None:
    owner = tx.execute(select(enquiry.c.officer_id).where(enquiry.c.id == sent.conversation)).scalar_one()
    tx.execute(
        candidate.insert(),
        {
            "id": tx.new_id(),
            "enquiry_id": sent.conversation,
            "partner": sent.to,
            "ref": found.ref,
            "quality": found.quality,
            "evidence": json.dumps(found.evidence),
            "received_at": now,
            "owner": owner,
            "due_at": now + DECIDE_WITHIN,
        },
    )


def _enter(tx: Transaction, sent: Sent, received: Received, reply: ReplyBody, now: datetime) -> None:
    row = tx.execute(
        select(ask.c.grant_id, enquiry.c.purpose)
        .join(enquiry, enquiry.c.id == ask.c.enquiry_id)
        .where(ask.c.message_id == sent.message_id)
    ).one()
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
