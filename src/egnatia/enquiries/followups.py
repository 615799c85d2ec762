"""Follow-ups, ours and partners': the record, who may look at it, and what every step on one has in common.

Nothing here releases anything. The clock of a request is a deadline that is shown, never a trigger (DIS-04).
Next: `our_followups.py` (we ask for core data), `their_followups.py` (a partner asks us), `releases.py` (the answer).
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update

from egnatia.accounts import authorise
from egnatia.agreements import Allow, Request, permit
from egnatia.enquiries.clocks import Clock, Condition, Pause, Reading, reading
from egnatia.enquiries.corrections.reading import check_facts, facts_restricted
from egnatia.enquiries.corrections.taken import Item
from egnatia.enquiries.desk import Desk
from egnatia.errors import ConflictError, NotFoundError, RefusedError
from egnatia.exchange.inbox import Received
from egnatia.ledger import Act, append
from egnatia.model.agreements import Grant
from egnatia.model.events import EventKind
from egnatia.model.ids import CandidateId, EnquiryId, FollowUpId, GrantId, OfficerId, PartnerCode, RecordRef, SealedId
from egnatia.model.officers import Action, Officer
from egnatia.model.states import CorrectionItem, FollowUpState, Offence, Purpose, RefusalReason, SubjectKind
from egnatia.store.database import Transaction
from egnatia.store.tables import clock_pause, follow_up, outbox

OUT, IN = "out", "in"
_FOUND = select(follow_up, outbox.c.answered_at.label("delivered_at")).outerjoin(
    outbox, outbox.c.message_id == follow_up.c.message_id
)
"""Follow-ups, and when the outbox had their answer: for those that 0.1.0 sent, which knew no `taken_at`."""


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
    taken_at: datetime | None = None
    pauses: tuple[Pause, ...] = ()

    def clock(self) -> Clock:
        """Its clock: of ours, the hit was confirmed before it was sent; of a partner's, it says so by following up."""
        confirmed_at = self.at if self.direction == OUT else self.taken_at
        conditions = {Condition.HIT_CONFIRMED: confirmed_at, Condition.FACTS_TRANSMITTED: self.taken_at}
        return Clock(conditions, self.due_at - self.at, self.pauses, self.closed_at)

    def reading(self, now: datetime) -> Reading:
        """What its clock says now."""
        return reading(self.clock(), now)

    def is_late(self, now: datetime) -> bool:
        """Whether time ran out and there is no answer. A flag for people; nothing happens by itself."""
        return self.closed_at is None and self.reading(now).late

    def due(self, now: datetime) -> datetime | None:
        """When the answer is due as things stand; None until the answering side has the follow-up."""
        return self.reading(now).due_at


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
    query = _FOUND.order_by(follow_up.c.closed_at.is_not(None), follow_up.c.due_at, follow_up.c.id)
    if direction is not None:
        query = query.where(follow_up.c.direction == direction)
    pauses = _pauses(tx)
    return [made(row, pauses.get(row.id, ())) for row in tx.execute(query)]


def _pauses(tx: Transaction, follow_up_id: str | None = None) -> dict[str, tuple[Pause, ...]]:
    """Pauses of clocks, by follow-up."""
    query = clock_pause.select().order_by(clock_pause.c.started_at)
    if follow_up_id is not None:
        query = query.where(clock_pause.c.follow_up_id == follow_up_id)
    found: dict[str, tuple[Pause, ...]] = {}
    for row in tx.execute(query):
        found[row.follow_up_id] = (*found.get(row.follow_up_id, ()), Pause(row.started_at, row.ended_at))
    return found


def get(tx: Transaction, follow_up_id: FollowUpId, direction: str) -> FollowUp:
    """One follow-up of one direction.

    Raises:
        NotFoundError: there is none.
    """
    row = tx.execute(_FOUND.where(follow_up.c.id == follow_up_id, follow_up.c.direction == direction)).one_or_none()
    if row is None:
        raise NotFoundError(f"there is no follow-up {follow_up_id}", hint="`egnatia followup list` shows all of them.")
    return made(row, _pauses(tx, follow_up_id).get(follow_up_id, ()))


def ours(tx: Transaction, follow_up_id: FollowUpId, received: Received) -> FollowUp:
    """Our follow-up to the sender, which its answer must name, in the conversation that it belongs to.

    Raises:
        RefusedError: UNKNOWN_CONVERSATION.
    """
    row = tx.execute(
        _FOUND.where(
            follow_up.c.id == follow_up_id,
            follow_up.c.direction == OUT,
            follow_up.c.partner == received.sender,
            follow_up.c.enquiry_id == received.conversation,
        )
    ).one_or_none()
    if row is None:
        raise RefusedError(RefusalReason.UNKNOWN_CONVERSATION, "we sent you no such follow-up")
    return made(row, _pauses(tx, follow_up_id).get(follow_up_id, ()))


def view_facts(tx: Transaction, officer: Officer, row: FollowUp, now: datetime, why: str = "") -> str:
    """The facts that were stated. Looking is a consultation and is logged.

    Args:
        tx: write transaction.
        officer: who looks.
        row: the follow-up.
        now: the moment.
        why: the reason; facts that were restricted since need one of at least 20 characters.

    Raises:
        ForbiddenError: the officer may not look at casework, or not at restricted facts.
        InputError: no reason where one is needed.
        ErasedError: they were erased.
    """
    authorise(officer, Action.VIEW_CANDIDATES)
    if row.direction == IN:
        check_facts(tx, officer, _answered(row), row.at, why)
    act = replace(
        act_on(row, EventKind.FOLLOW_UP_VIEWED, officer.id, now),
        justification=why or f"follow-up {row.direction} of {row.partner}",
    )
    append(tx, act)
    return facts_of(tx, row)


def are_facts_restricted(tx: Transaction, row: FollowUp) -> bool:
    """Whether a follow-up's facts are read by a supervisor with a reason only: the partner found its hit to be wrong."""
    return row.direction == IN and facts_restricted(tx, _answered(row), row.at)


def _answered(row: FollowUp) -> Item:
    """Our answer, on which a partner's follow-up rests."""
    return Item(row.partner, CorrectionItem.ANSWER, row.ref, row.subject, row.enquiry_id)


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


def made(row: Row[Any], pauses: tuple[Pause, ...] = ()) -> FollowUp:
    """The follow-up in a row of its table, with the pauses of its clock."""
    taken_at = row.at if row.direction == IN else row.taken_at or getattr(row, "delivered_at", None)
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
        taken_at=taken_at,
        pauses=pauses,
    )
