"""What came of it. An outcome counts for the task force only when its whole chain is there (DIS-07).

The chain is enquiry → hit → follow-up. An outcome without it can be recorded too: it is true, but it is not attributed
to the exchange and no indicator of the exchange counts it.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from egnatia.accounts import authorise
from egnatia.enquiries.candidates import confirmed
from egnatia.enquiries.corrections.acting import misidentified
from egnatia.enquiries.desk import KEEP, check_case_ref, check_person_ref, check_text
from egnatia.errors import InputError
from egnatia.ledger import Act, append
from egnatia.model.events import EventKind
from egnatia.model.ids import CandidateId, FollowUpId, OutcomeId
from egnatia.model.officers import Action, Officer
from egnatia.model.states import OutcomeKind
from egnatia.store.database import Transaction
from egnatia.store.tables import follow_up, outcome


@dataclass(frozen=True, slots=True)
class OutcomeDraft:
    """What an officer records.

    Attributes:
        kind: what happened.
        case_ref: the case.
        person_ref: our pseudonym of the person; persons are counted by it.
        candidate_id: the hit it came of, if it did.
        at: when it happened.
        place: where, in a few words.
        note: anything else; sealed.
    """

    kind: OutcomeKind
    case_ref: str
    person_ref: str
    candidate_id: CandidateId | None
    at: datetime
    place: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """One recorded outcome."""

    id: OutcomeId
    kind: OutcomeKind
    case_ref: str
    person_ref: str
    candidate_id: CandidateId | None
    follow_up_id: FollowUpId | None
    attributed: bool
    at: datetime
    place: str
    recorded_at: datetime


def record_outcome(tx: Transaction, officer: Officer, draft: OutcomeDraft, now: datetime) -> OutcomeId:
    """Record an outcome, attributed exactly when its chain is whole.

    A misidentification restricts what was received about the wrong person, and tells the partner (DIS-09).

    Raises:
        ForbiddenError: the officer may not.
        InputError: a reference is malformed, the moment is in the future, or the hit belongs to another case.
        NotFoundError, ConflictError: the candidate does not exist, or is no hit.
    """
    authorise(officer, Action.RECORD_OUTCOME)
    check_case_ref(draft.case_ref)
    if check_person_ref(draft.person_ref) is None or draft.at > now:
        raise InputError("an outcome has a person and lies in the past", hint="Check the reference and the time.")
    place = check_text("place", draft.place, 2, 120)
    follow_up_id = _chain(tx, draft, now)
    outcome_id = OutcomeId(tx.new_id())
    note = check_text("note", draft.note, 0).encode()
    sealed = tx.seal(note, kind="outcome", at=now, erase_on=now + KEEP) if note else None
    tx.execute(
        outcome.insert(),
        {
            "id": outcome_id,
            "kind": draft.kind,
            "case_ref": draft.case_ref,
            "person_ref": draft.person_ref,
            "candidate_id": draft.candidate_id,
            "follow_up_id": follow_up_id,
            "attributed": follow_up_id is not None,
            "at": draft.at,
            "place": place,
            "recorded_by": officer.id,
            "recorded_at": now,
            "sealed_id": sealed.id if sealed else None,
        },
    )
    act = Act(
        EventKind.OUTCOME_RECORDED,
        now,
        officer.id,
        f"outcome:{outcome_id}",
        justification=f"case {draft.case_ref}",
        content={"kind": draft.kind, "person_ref": draft.person_ref, "candidate": draft.candidate_id},
    )
    append(tx, act)
    if draft.kind is OutcomeKind.MISIDENTIFICATION and draft.candidate_id is not None:
        why = f"outcome {outcome_id}: misidentification"
        misidentified(tx, officer.id, draft.candidate_id, why, now)
    return outcome_id


def _chain(tx: Transaction, draft: OutcomeDraft, now: datetime) -> FollowUpId | None:
    """The follow-up that completes the chain behind this outcome, if there is one.

    What happened before the candidate came did not come of it.
    """
    if draft.candidate_id is None:
        return None
    hit = confirmed(tx, draft.candidate_id, now)
    if hit.case_ref != draft.case_ref:
        raise InputError(f"that hit belongs to case {hit.case_ref}", hint="Record the outcome in the hit's own case.")
    if draft.at < hit.received_at.replace(second=0, microsecond=0):  # a form gives whole minutes
        return None
    found = tx.execute(
        select(follow_up.c.id).where(follow_up.c.candidate_id == draft.candidate_id).order_by(follow_up.c.at.desc())
    ).first()
    return FollowUpId(found.id) if found else None


def of_case(tx: Transaction, case_ref: str | None = None) -> list[OutcomeRow]:
    """Outcomes, of one case or of all, newest first."""
    query = outcome.select().order_by(outcome.c.recorded_at.desc(), outcome.c.id)
    if case_ref is not None:
        query = query.where(outcome.c.case_ref == case_ref)
    return [
        OutcomeRow(
            id=OutcomeId(row.id),
            kind=OutcomeKind(row.kind),
            case_ref=row.case_ref,
            person_ref=row.person_ref,
            candidate_id=CandidateId(row.candidate_id) if row.candidate_id else None,
            follow_up_id=FollowUpId(row.follow_up_id) if row.follow_up_id else None,
            attributed=row.attributed,
            at=row.at,
            place=row.place,
            recorded_at=row.recorded_at,
        )
        for row in tx.execute(query)
    ]
