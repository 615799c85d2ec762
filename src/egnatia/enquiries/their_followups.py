"""Step 2, arrived: a partner's request is checked against what we returned, and waits for our people."""

import json
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import func, select

from egnatia.accounts import authorise
from egnatia.agreements import Request
from egnatia.enquiries.desk import KEEP, Desk
from egnatia.enquiries.dna.held import is_contaminated
from egnatia.enquiries.dna.numbers import behind
from egnatia.enquiries.followups import IN, act_on, check_open, close, get, permitted
from egnatia.enquiries.messages import (
    FOLLOW_UP_REFUSAL,
    RECEIPT,
    FollowUpBody,
    ReceiptBody,
    RefusalBody,
    decode,
    encode,
)
from egnatia.errors import ConflictError, InputError, RefusedError
from egnatia.exchange.inbox import REFUSAL_KIND, Answer, Received
from egnatia.exchange.outbox import Draft, queue_message
from egnatia.ledger import Act, append
from egnatia.ledger.repeats import append_or_cap
from egnatia.model.agreements import Grant
from egnatia.model.events import EventKind
from egnatia.model.ids import FollowUpId, RecordRef
from egnatia.model.officers import Action, Officer
from egnatia.model.states import FollowUpState, Purpose, RefusalReason, SubjectKind
from egnatia.store.database import Transaction
from egnatia.store.tables import answered_enquiry, follow_up

OFFICER_REASONS = (RefusalReason.DECLINED_BY_OFFICER, RefusalReason.CONDITIONS_NOT_MET)
"""The reasons an officer can give for refusing a follow-up."""
MAX_OPEN = 3
"""Follow-ups of one hit that wait at a time: each is work for two people, and a partner needs one. Our choice."""


def take_follow_up(tx: Transaction, desk: Desk, received: Received, now: datetime) -> Answer:
    """Store a partner's follow-up for people to look at, or refuse it at once with one reason.

    Raises:
        RefusedError: MALFORMED; the exchange refuses the message.
    """
    body = decode(FollowUpBody, received.body)
    try:
        grant, purpose, subject = _check_theirs(tx, desk, received, body, now)
    except RefusedError as refusal:
        _enter_received(tx, received, body, refusal.reason, now)
        return Answer(REFUSAL_KIND, {"reason": refusal.reason.value, "detail": refusal.detail})
    sealed = tx.seal(body.facts.encode(), kind="facts", at=now, erase_on=now + KEEP)
    tx.execute(
        follow_up.insert(),
        {
            "id": body.follow_up,
            "direction": IN,
            "partner": received.sender,
            "enquiry_id": received.conversation,
            "subject": subject,
            "purpose": purpose,
            "ref": body.ref,
            "offence": body.offence,
            "grant_id": grant.id,
            "officer_id": body.officer,
            "at": now,
            "due_at": now + timedelta(hours=grant.deadline_h),
            "state": FollowUpState.WAITING,
            "sealed_id": sealed.id,
        },
    )
    _enter_received(tx, received, body, (grant, purpose), now)
    return Answer(RECEIPT, encode(ReceiptBody()))


def _check_theirs(
    tx: Transaction, desk: Desk, received: Received, body: FollowUpBody, now: datetime
) -> tuple[Grant, Purpose, SubjectKind]:
    """A follow-up has to continue a conversation in which we returned exactly this reference to exactly this partner."""
    table = answered_enquiry.c
    row = tx.execute(
        answered_enquiry.select().where(table.asker == received.sender, table.enquiry_id == received.conversation)
    ).one_or_none()
    if row is None or body.ref not in json.loads(row.refs)["returned"]:
        raise RefusedError(RefusalReason.UNKNOWN_CONVERSATION, "no such reference was returned in this conversation")
    if tx.execute(select(follow_up.c.id).where(follow_up.c.id == body.follow_up)).first() is not None:
        raise RefusedError(RefusalReason.ID_REUSED, "there is a follow-up with this id already")
    _check_open_ones(tx, received, RecordRef(body.ref))
    _check_clean(tx, row.subject, body.ref)
    purpose, subject = Purpose(row.purpose), SubjectKind(row.subject)
    asked = Request(received.sender, desk.code, subject, purpose, body.offence, now.date(), step_two=True)
    return permitted(tx, desk, asked), purpose, subject


def _check_clean(tx: Transaction, subject: str, ref: str) -> None:
    """A trace that is contaminated was withdrawn where it went; whoever asks about it before hearing so learns it now."""
    given = behind(tx, ref) if subject == SubjectKind.DNA_TRACE else None
    if given is not None and is_contaminated(tx, given.ref):
        raise RefusedError(RefusalReason.PROFILE_ELIMINATED, "the trace was touched by somebody; it was withdrawn")


def _check_open_ones(tx: Transaction, received: Received, ref: RecordRef) -> None:
    """One hit has one follow-up; a few more may be open where the asking side believes that one never arrived."""
    mine = (follow_up.c.partner == received.sender) & (follow_up.c.enquiry_id == received.conversation)
    mine &= (follow_up.c.ref == ref) & (follow_up.c.direction == IN) & follow_up.c.closed_at.is_(None)
    waiting = int(tx.execute(select(func.count()).select_from(follow_up).where(mine)).scalar_one())
    if waiting >= MAX_OPEN:
        raise RefusedError(RefusalReason.QUOTA_EXCEEDED, f"{waiting} follow-ups of this reference wait here already")


def _enter_received(
    tx: Transaction,
    received: Received,
    body: FollowUpBody,
    verdict: tuple[Grant, Purpose] | RefusalReason,
    now: datetime,
) -> None:
    """The one entry of a received follow-up, whether it was stored or refused; refused without end, they are counted."""
    grant, purpose = (None, None) if isinstance(verdict, RefusalReason) else verdict
    act = Act(
        EventKind.FOLLOW_UP_RECEIVED,
        now,
        "node",
        f"follow_up:{body.follow_up}",
        partner=received.sender,
        grant=grant.id if grant else None,
        purpose=purpose,
        message_sha256=received.sha256,
        justification=body.facts,
        content={
            "ref": body.ref,
            "offence": body.offence,
            "asked_by": body.officer,
            "refused": verdict if isinstance(verdict, RefusalReason) else None,
        },
    )
    if isinstance(verdict, RefusalReason):
        append_or_cap(tx, act, verdict.value)
    else:
        append(tx, act)


def refuse(
    tx: Transaction, desk: Desk, officer: Officer, follow_up_id: FollowUpId, reason: RefusalReason, now: datetime
) -> None:
    """Refuse a partner's follow-up, with a reason from the closed list.

    Raises:
        ForbiddenError, NotFoundError, ConflictError: as the names say.
        InputError: not one of an officer's reasons.
    """
    authorise(officer, Action.REFUSE_FOLLOW_UP)
    row = get(tx, follow_up_id, IN)
    check_open(row)
    if row.state is not FollowUpState.WAITING:
        raise ConflictError(
            "a release was proposed for this follow-up",
            hint="A second officer sends the proposal back first; that erases the copy it holds.",
        )
    if reason not in OFFICER_REASONS:
        raise InputError(
            f"{reason.value} is not an officer's reason", hint=f"Choose from: {', '.join(OFFICER_REASONS)}."
        )
    body = RefusalBody(follow_up=follow_up_id, reason=reason)
    queued = queue_message(tx, desk.keys, Draft(FOLLOW_UP_REFUSAL, row.partner, row.enquiry_id, encode(body)), now)
    close(tx, follow_up_id, FollowUpState.REFUSED, reason, now)
    act = act_on(row, EventKind.FOLLOW_UP_REFUSED, officer.id, now)
    append(tx, replace(act, message_sha256=queued.sha256, justification=reason.value))
