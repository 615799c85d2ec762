"""Step 2, asked: a hit becomes a reasoned request for core data, and waits for people at the other end.

Nothing here releases anything. The clock of a request is a deadline that is shown, never a trigger (DIS-04).
"""

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, select, update

from egnatia.accounts import authorise
from egnatia.agreements import Allow, Request, permit
from egnatia.enquiries.candidates import CandidateRow, confirmed
from egnatia.enquiries.desk import KEEP, MIN_JUSTIFICATION, Desk, check_text
from egnatia.enquiries.guard import check_guard
from egnatia.enquiries.messages import (
    FOLLOW_UP,
    FOLLOW_UP_REFUSAL,
    RECEIPT,
    FollowUpBody,
    ReceiptBody,
    RefusalBody,
    decode,
    encode,
)
from egnatia.errors import ConflictError, InputError, NotFoundError, RefusedError
from egnatia.exchange.inbox import REFUSAL_KIND, Answer, Received
from egnatia.exchange.outbox import Draft, Queued, Sent, queue_message
from egnatia.ledger import Act, append
from egnatia.model.agreements import Grant
from egnatia.model.events import EventKind
from egnatia.model.ids import CandidateId, EnquiryId, FollowUpId, GrantId, OfficerId, PartnerCode, RecordRef, SealedId
from egnatia.model.officers import Action, Officer
from egnatia.model.states import FollowUpState, Offence, Purpose, RefusalReason, SubjectKind
from egnatia.store.database import Transaction
from egnatia.store.tables import answered_enquiry, enquiry, follow_up

OFFICER_REASONS = (RefusalReason.DECLINED_BY_OFFICER, RefusalReason.CONDITIONS_NOT_MET)
"""The reasons an officer can give for refusing a follow-up."""
OUT, IN = "out", "in"


@dataclass(frozen=True, slots=True)
class FollowUp:
    """One follow-up, ours (`out`) or a partner's (`in`)."""

    id: FollowUpId
    direction: str
    partner: PartnerCode
    enquiry_id: EnquiryId
    candidate_id: CandidateId | None
    subject: SubjectKind
    purpose: Purpose
    ref: RecordRef
    offence: Offence
    grant_id: GrantId
    officer_id: OfficerId | None
    at: datetime
    due_at: datetime
    state: FollowUpState
    refusal: RefusalReason | None
    closed_at: datetime | None
    sealed_id: SealedId

    def is_late(self, now: datetime) -> bool:
        """Whether the deadline passed without an answer. A flag for people; nothing happens by itself."""
        return self.closed_at is None and now > self.due_at


def send_follow_up(
    tx: Transaction,
    desk: Desk,
    officer: Officer,
    candidate_id: CandidateId,
    request: tuple[str, Offence],
    now: datetime,
) -> FollowUpId:
    """Ask for the core data behind a hit.

    Args:
        tx: write transaction.
        desk: our side.
        officer: who asks.
        candidate_id: a confirmed candidate.
        request: the facts (at least 20 characters) and the offence.
        now: the moment.

    Raises:
        ForbiddenError, NotFoundError, InputError: as the names say.
        ConflictError: the candidate is no hit, or was followed up before.
        RefusedError: no grant of today allows step 2, or it could reveal a protection claim recorded since.
    """
    authorise(officer, Action.SEND_FOLLOW_UP)
    hit = confirmed(tx, candidate_id, now)
    facts, offence = check_text("facts", request[0], MIN_JUSTIFICATION), request[1]
    _check_first(tx, candidate_id)
    _check_claims(tx, desk, hit)
    asked = Request(desk.code, hit.partner, hit.subject, hit.purpose, offence, now.date(), step_two=True)
    grant = _permitted(tx, desk, asked)
    follow_up_id = FollowUpId(tx.new_id())
    body = FollowUpBody(follow_up=follow_up_id, ref=hit.ref, offence=offence, officer=officer.id, facts=facts)
    queued = queue_message(tx, desk.keys, Draft(FOLLOW_UP, hit.partner, hit.enquiry_id, encode(body)), now)
    _insert_ours(tx, hit, grant, (body, queued), now)
    append(
        tx,
        Act(
            EventKind.FOLLOW_UP_SENT,
            now,
            officer.id,
            f"follow_up:{follow_up_id}",
            partner=hit.partner,
            grant=grant.id,
            purpose=hit.purpose,
            message_sha256=queued.sha256,
            justification=facts,
            content={"case_ref": hit.case_ref, "ref": hit.ref, "offence": offence},
        ),
    )
    return follow_up_id


def _check_first(tx: Transaction, candidate_id: CandidateId) -> None:
    rows = tx.execute(select(follow_up.c.state).where(follow_up.c.candidate_id == candidate_id))
    if any(row.state != FollowUpState.REFUSED for row in rows):
        raise ConflictError("this hit was followed up before", hint="`egnatia followup list` shows where it stands.")


def _check_claims(tx: Transaction, desk: Desk, hit: CandidateRow) -> None:
    """A claim may have been recorded since the question: the guard is asked again, unless a supervisor had overridden it."""
    sealed_id = tx.execute(select(enquiry.c.sealed_id).where(enquiry.c.id == hit.enquiry_id)).scalar_one()
    known = json.loads(tx.unseal(SealedId(sealed_id)))
    if known["override"] is None:
        partner = desk.register(tx).partners.get(hit.partner)
        codes = partner.travel_document_codes if partner else ()
        check_guard(tx, hit.partner, codes, {**known["holder"], **known["query"]})


def _permitted(tx: Transaction, desk: Desk, request: Request) -> Grant:
    verdict = permit(desk.register(tx), request)
    if not isinstance(verdict, Allow):
        raise RefusedError(verdict.reason, verdict.detail)
    return verdict.grant


def _insert_ours(
    tx: Transaction, hit: CandidateRow, grant: Grant, message: tuple[FollowUpBody, Queued], now: datetime
) -> None:
    body, queued = message
    sealed = tx.seal(body.facts.encode(), kind="facts", at=now, erase_on=now + KEEP)
    tx.execute(
        follow_up.insert(),
        {
            "id": body.follow_up,
            "direction": OUT,
            "partner": hit.partner,
            "enquiry_id": hit.enquiry_id,
            "candidate_id": hit.id,
            "subject": hit.subject,
            "purpose": hit.purpose,
            "ref": hit.ref,
            "offence": body.offence,
            "grant_id": grant.id,
            "officer_id": body.officer,
            "message_id": queued.message_id,
            "at": now,
            "due_at": now + timedelta(hours=grant.deadline_h),
            "state": FollowUpState.WAITING,
            "sealed_id": sealed.id,
        },
    )


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
    purpose, subject = Purpose(row.purpose), SubjectKind(row.subject)
    asked = Request(received.sender, desk.code, subject, purpose, body.offence, now.date(), step_two=True)
    return _permitted(tx, desk, asked), purpose, subject


def _enter_received(
    tx: Transaction,
    received: Received,
    body: FollowUpBody,
    verdict: tuple[Grant, Purpose] | RefusalReason,
    now: datetime,
) -> None:
    """The one entry of a received follow-up, whether it was stored or refused."""
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


def take_refusal(tx: Transaction, received: Received, now: datetime) -> Answer:
    """Record that a partner's officer refused our follow-up.

    Raises:
        RefusedError: MALFORMED, or UNKNOWN_CONVERSATION when it answers nothing that we asked and is open.
    """
    body = decode(RefusalBody, received.body)
    row = ours(tx, FollowUpId(body.follow_up), received)
    if row.closed_at is not None:
        raise RefusedError(RefusalReason.UNKNOWN_CONVERSATION, "this follow-up was already closed")
    _refused(tx, received, row, body.reason, now)
    return Answer(RECEIPT, encode(ReceiptBody()))


def take_follow_up_answer(tx: Transaction, sent: Sent, received: Received, now: datetime) -> None:
    """The partner's node answered our follow-up: a receipt leaves it waiting, a refusal closes it.

    Where the partner's people answered first, that counts, and what its node says after that changes nothing.
    """
    refusal = received.refusal()
    if refusal is not None:
        row = tx.execute(follow_up.select().where(follow_up.c.message_id == sent.message_id)).one()
        if row.closed_at is None:
            _refused(tx, received, _made(row), refusal[0], now)


def take_undeliverable(tx: Transaction, sent: Sent, now: datetime) -> None:
    """Our follow-up grew too old before it was answered: it is closed as one that came too late, and can be sent again.

    The exchange enters that its message was given up; there is no second entry here.
    """
    row = tx.execute(follow_up.select().where(follow_up.c.message_id == sent.message_id)).one()
    if row.closed_at is None:
        close(tx, FollowUpId(row.id), FollowUpState.REFUSED, RefusalReason.TOO_OLD, now)


def _refused(tx: Transaction, received: Received, row: FollowUp, reason: RefusalReason, now: datetime) -> None:
    check_open(row)
    close(tx, row.id, FollowUpState.REFUSED, reason, now)
    act = Act(
        EventKind.REFUSAL_RECEIVED,
        now,
        "node",
        f"follow_up:{row.id}",
        partner=received.sender,
        grant=row.grant_id,
        purpose=row.purpose,
        message_sha256=received.sha256,
        content={"reason": reason},
    )
    append(tx, act)


def act_on(row: FollowUp, event: EventKind, actor: str, now: datetime) -> Act:
    """The ledger entry of an act on a follow-up; `replace` adds what is particular to the act."""
    return Act(event, now, actor, f"follow_up:{row.id}", partner=row.partner, grant=row.grant_id, purpose=row.purpose)


def grant_today(tx: Transaction, desk: Desk, row: FollowUp, now: datetime) -> Grant:
    """The grant under which a partner's follow-up may be answered today; it may have ended since it was asked.

    Raises:
        RefusedError: no grant of today allows step 2 any more.
    """
    asked = Request(row.partner, desk.code, row.subject, row.purpose, row.offence, now.date(), step_two=True)
    return _permitted(tx, desk, asked)


def listed(tx: Transaction, direction: str | None = None) -> list[FollowUp]:
    """Follow-ups, open ones first, the earliest deadline at the top."""
    query = follow_up.select().order_by(follow_up.c.closed_at.is_not(None), follow_up.c.due_at, follow_up.c.id)
    if direction is not None:
        query = query.where(follow_up.c.direction == direction)
    return [_made(row) for row in tx.execute(query)]


def get(tx: Transaction, follow_up_id: FollowUpId, direction: str) -> FollowUp:
    """One follow-up of one direction.

    Raises:
        NotFoundError: there is none.
    """
    row = tx.execute(
        follow_up.select().where(follow_up.c.id == follow_up_id, follow_up.c.direction == direction)
    ).one_or_none()
    if row is None:
        raise NotFoundError(f"there is no follow-up {follow_up_id}", hint="`egnatia followup list` shows all of them.")
    return _made(row)


def ours(tx: Transaction, follow_up_id: FollowUpId, received: Received) -> FollowUp:
    """Our follow-up to the sender, which its answer must name, in the conversation that it belongs to.

    Raises:
        RefusedError: UNKNOWN_CONVERSATION.
    """
    row = tx.execute(
        follow_up.select().where(
            follow_up.c.id == follow_up_id,
            follow_up.c.direction == OUT,
            follow_up.c.partner == received.sender,
            follow_up.c.enquiry_id == received.conversation,
        )
    ).one_or_none()
    if row is None:
        raise RefusedError(RefusalReason.UNKNOWN_CONVERSATION, "we sent you no such follow-up")
    return _made(row)


def view_facts(tx: Transaction, officer: Officer, row: FollowUp, now: datetime) -> str:
    """The facts that were stated. Looking is a consultation and is logged.

    Raises:
        ForbiddenError: the officer may not look at casework.
        ErasedError: they were erased.
    """
    authorise(officer, Action.VIEW_CANDIDATES)
    act = replace(
        act_on(row, EventKind.FOLLOW_UP_VIEWED, officer.id, now),
        justification=f"follow-up {row.direction} of {row.partner}",
    )
    append(tx, act)
    return facts_of(tx, row)


def facts_of(tx: Transaction, row: FollowUp) -> str:
    """The facts that were stated."""
    return tx.unseal(row.sealed_id).decode()


def check_open(row: FollowUp) -> None:
    """Raise unless people can still decide on it.

    Raises:
        ConflictError: it is closed.
    """
    if row.closed_at is not None:
        raise ConflictError(f"the follow-up was already {row.state.value}")


def close(
    tx: Transaction, follow_up_id: FollowUpId, state: FollowUpState, reason: RefusalReason | None, now: datetime
) -> None:
    """Close a follow-up."""
    tx.execute(
        update(follow_up).where(follow_up.c.id == follow_up_id).values(state=state, refusal=reason, closed_at=now)
    )


def _made(row: Row[Any]) -> FollowUp:
    return FollowUp(
        id=FollowUpId(row.id),
        direction=row.direction,
        partner=PartnerCode(row.partner),
        enquiry_id=EnquiryId(row.enquiry_id),
        candidate_id=CandidateId(row.candidate_id) if row.candidate_id else None,
        subject=SubjectKind(row.subject),
        purpose=Purpose(row.purpose),
        ref=RecordRef(row.ref),
        offence=Offence(row.offence),
        grant_id=GrantId(row.grant_id),
        officer_id=OfficerId(row.officer_id) if row.officer_id else None,
        at=row.at,
        due_at=row.due_at,
        state=FollowUpState(row.state),
        refusal=RefusalReason(row.refusal) if row.refusal else None,
        closed_at=row.closed_at,
        sealed_id=SealedId(row.sealed_id),
    )
