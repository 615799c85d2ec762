"""Step 2, asked: a confirmed hit becomes a reasoned request for core data, and waits for people at the other end."""

import json
from datetime import datetime, timedelta

from sqlalchemy import select, update

from egnatia.accounts import authorise
from egnatia.agreements import Request
from egnatia.enquiries.candidates import CandidateRow, confirmed
from egnatia.enquiries.corrections.reading import check_undisturbed
from egnatia.enquiries.desk import KEEP, MIN_JUSTIFICATION, Desk, check_text
from egnatia.enquiries.dna.held import check_candidate_free
from egnatia.enquiries.followups import OUT, FollowUp, check_open, close, made, ours, permitted
from egnatia.enquiries.guard import check_guard
from egnatia.enquiries.messages import (
    FOLLOW_UP,
    RECEIPT,
    FollowUpBody,
    ReceiptBody,
    RefusalBody,
    decode,
    encode,
)
from egnatia.errors import ConflictError, RefusedError
from egnatia.exchange.inbox import Answer, Received
from egnatia.exchange.outbox import Draft, Queued, Sent, queue_message
from egnatia.ledger import Act, append
from egnatia.model.agreements import Grant
from egnatia.model.events import EventKind
from egnatia.model.ids import CandidateId, FollowUpId, SealedId
from egnatia.model.officers import Action, Officer
from egnatia.model.states import FollowUpState, Offence, RefusalReason
from egnatia.store.database import Transaction
from egnatia.store.tables import enquiry, follow_up


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
        ConflictError: the candidate is no hit, was followed up before, fell, or was corrected and nobody looked since.
        RefusedError: no grant of today allows step 2, it could reveal a protection claim recorded since, or
            PROFILE_ELIMINATED: the trace behind it is held back.
    """
    authorise(officer, Action.SEND_FOLLOW_UP)
    hit = confirmed(tx, candidate_id, now)
    check_candidate_free(tx, desk, candidate_id)
    check_undisturbed(tx, candidate_id)
    facts, offence = check_text("facts", request[0], MIN_JUSTIFICATION), request[1]
    _check_first(tx, candidate_id)
    _check_claims(tx, desk, hit)
    asked = Request(desk.code, hit.partner, hit.subject, hit.purpose, offence, now.date(), step_two=True)
    grant = permitted(tx, desk, asked)
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
            content={"case_ref": hit.case_ref, "ref": hit.ref, "offence": offence, "candidate": hit.id},
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
    if refusal is None:  # from now on its clock runs, by the answering side's own word
        mine = follow_up.c.message_id == sent.message_id
        tx.execute(update(follow_up).where(mine).values(taken_at=received.created_at))
    else:
        row = tx.execute(follow_up.select().where(follow_up.c.message_id == sent.message_id)).one()
        if row.closed_at is None:
            _refused(tx, received, made(row), refusal[0], now)


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
