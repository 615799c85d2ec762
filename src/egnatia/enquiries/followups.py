"""Follow-ups, ours and partners': the record, who may look at it, and what every step on one has in common.

Nothing here releases anything. The clock of a request is a deadline that is shown, never a trigger (DIS-04).
Next: `our_followups.py` (we ask for core data), `their_followups.py` (a partner asks us), `releases.py` (the answer).
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, update

from egnatia.accounts import authorise
from egnatia.agreements import Allow, Request, permit
from egnatia.enquiries.desk import Desk
from egnatia.errors import ConflictError, NotFoundError, RefusedError
from egnatia.exchange.inbox import Received
from egnatia.ledger import Act, append
from egnatia.model.agreements import Grant
from egnatia.model.events import EventKind
from egnatia.model.ids import CandidateId, EnquiryId, FollowUpId, GrantId, OfficerId, PartnerCode, RecordRef, SealedId
from egnatia.model.officers import Action, Officer
from egnatia.model.states import FollowUpState, Offence, Purpose, RefusalReason, SubjectKind
from egnatia.store.database import Transaction
from egnatia.store.tables import follow_up

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


def act_on(row: FollowUp, event: EventKind, actor: str, now: datetime) -> Act:
    """The ledger entry of an act on a follow-up; `replace` adds what is particular to the act."""
    return Act(event, now, actor, f"follow_up:{row.id}", partner=row.partner, grant=row.grant_id, purpose=row.purpose)


def grant_today(tx: Transaction, desk: Desk, row: FollowUp, now: datetime) -> Grant:
    """The grant under which a partner's follow-up may be answered today; it may have ended since it was asked.

    Raises:
        RefusedError: no grant of today allows step 2 any more.
    """
    asked = Request(row.partner, desk.code, row.subject, row.purpose, row.offence, now.date(), step_two=True)
    return permitted(tx, desk, asked)


def permitted(tx: Transaction, desk: Desk, request: Request) -> Grant:
    """The grant under which step 2 may be asked or answered.

    Raises:
        RefusedError: no grant of that day allows it.
    """
    verdict = permit(desk.register(tx), request)
    if not isinstance(verdict, Allow):
        raise RefusedError(verdict.reason, verdict.detail)
    return verdict.grant


def listed(tx: Transaction, direction: str | None = None) -> list[FollowUp]:
    """Follow-ups, open ones first, the earliest deadline at the top."""
    query = follow_up.select().order_by(follow_up.c.closed_at.is_not(None), follow_up.c.due_at, follow_up.c.id)
    if direction is not None:
        query = query.where(follow_up.c.direction == direction)
    return [made(row) for row in tx.execute(query)]


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
    return made(row)


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
    return made(row)


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


def made(row: Row[Any]) -> FollowUp:
    """The follow-up in a row of its table."""
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
