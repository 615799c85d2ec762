"""Candidates: listed for everybody who works on cases, decided by a qualified person, one decision each (DIS-01).

A candidate is not a hit. Only a `confirmed` decision by an examiner, with reasons, makes it one; until then it counts
nowhere and no step 2 can begin.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, and_, func, select, update

from egnatia.accounts import authorise
from egnatia.enquiries.desk import KEEP, check_text
from egnatia.errors import ConflictError, NotFoundError
from egnatia.ledger import Act, append
from egnatia.model.events import EventKind
from egnatia.model.ids import CandidateId, EnquiryId, OfficerId, PartnerCode, RecordRef
from egnatia.model.officers import Action, Officer
from egnatia.model.states import DNA_SUBJECTS, Decision, Evidence, Offence, Purpose, SubjectKind
from egnatia.store.database import Transaction
from egnatia.store.tables import candidate, dna_candidate, enquiry

MIN_BASIS = 20
"""Characters of an examiner's reasons: the same as for a justification (ENQ-01)."""
_ONE_FIRST = "An examiner has to confirm it first: `egnatia hit confirm`."
_TWO_FIRST = "Two examiners have to agree first: `egnatia dna opinion`."
_EVENTS = {
    Decision.CONFIRMED: EventKind.CANDIDATE_CONFIRMED,
    Decision.REJECTED: EventKind.CANDIDATE_REJECTED,
    Decision.INCONCLUSIVE: EventKind.CANDIDATE_INCONCLUSIVE,
}


@dataclass(frozen=True, slots=True)
class CandidateRow:
    """One line of the inbox.

    Attributes:
        in_review: whether its decision is left out because a second review waits (`review_veils`).
    """

    id: CandidateId
    enquiry_id: EnquiryId
    case_ref: str
    subject: SubjectKind
    purpose: Purpose
    offence: Offence
    partner: PartnerCode
    ref: RecordRef
    quality: float
    evidence: tuple[Evidence, ...]
    owner: OfficerId
    received_at: datetime
    due_at: datetime
    age: timedelta
    decision: Decision | None
    decided_by: OfficerId | None
    decided_at: datetime | None
    person_ref: str | None
    in_review: bool = False

    @property
    def is_dna(self) -> bool:
        """Whether two examiners find about it, and not one."""
        return self.subject in DNA_SUBJECTS


@dataclass(frozen=True, slots=True)
class CandidateView:
    """One candidate beside what we asked about.

    Attributes:
        row: the candidate.
        asked: what was asked, as our officer gave it; it was never sent in this form; none once erased.
        basis: the examiner's reasons, once decided.
        qualification: the examiner's qualification, once decided.
    """

    row: CandidateRow
    asked: dict[str, Any] | None
    basis: str | None
    qualification: str | None


@dataclass(frozen=True, slots=True)
class DecisionDraft:
    """An examiner's decision: what, why, and by what qualification."""

    decision: Decision
    basis: str
    qualification: str


WITH_ENQUIRY = select(
    candidate,
    enquiry.c.case_ref,
    enquiry.c.subject,
    enquiry.c.purpose,
    enquiry.c.offence,
    enquiry.c.person_ref,
    enquiry.c.sealed_id.label("asked_id"),
).join(enquiry, enquiry.c.id == candidate.c.enquiry_id)
"""Candidates, each with what `candidate_row` needs of its enquiry."""


def inbox(tx: Transaction, now: datetime) -> list[CandidateRow]:
    """All candidates, undecided ones first, the most urgent at the top."""
    rows = tx.execute(WITH_ENQUIRY.order_by(candidate.c.decision.is_not(None), candidate.c.due_at, candidate.c.id))
    return [candidate_row(row, now) for row in rows]


def of_enquiry(tx: Transaction, enquiry_id: EnquiryId, now: datetime) -> list[CandidateRow]:
    """The candidates of one enquiry."""
    rows = tx.execute(
        WITH_ENQUIRY.where(candidate.c.enquiry_id == enquiry_id).order_by(candidate.c.partner, candidate.c.ref)
    )
    return [candidate_row(row, now) for row in rows]


def indistinguishable(tx: Transaction, candidate_id: CandidateId) -> int:
    """How many candidates of the same enquiry and partner agree in exactly the same, this one included; 1 where it is alone.

    More than one means that what was asked cannot tell them apart: it takes another date, number or father's name.
    """
    mine = candidate.alias()
    same = [candidate.c[name] == mine.c[name] for name in ("enquiry_id", "partner", "evidence", "quality")]
    query = select(func.count()).select_from(candidate.join(mine, and_(*same))).where(mine.c.id == candidate_id)
    return int(tx.execute(query).scalar_one())


def view_candidate(
    tx: Transaction, officer: Officer, candidate_id: CandidateId, justification: str, now: datetime
) -> CandidateView:
    """Open one candidate. Looking is a consultation and is logged with its justification.

    Raises:
        ForbiddenError: the officer may not look at candidates.
        NotFoundError: there is no such candidate.
    """
    authorise(officer, Action.VIEW_CANDIDATES)
    row = _get(tx, candidate_id)
    enter_view(tx, officer, row, justification, now)
    asked, basis = tx.opened(row.asked_id), tx.opened(row.sealed_id)
    return CandidateView(
        candidate_row(row, now), json.loads(asked or b"null"), basis.decode() if basis else None, row.qualification
    )


def enter_view(tx: Transaction, officer: Officer, row: Row[Any], justification: str, now: datetime) -> None:
    """The entry of a look at a candidate; without a justification its case is the reason."""
    act = Act(
        EventKind.CANDIDATE_VIEWED,
        now,
        officer.id,
        f"candidate:{row.id}",
        partner=PartnerCode(row.partner),
        purpose=Purpose(row.purpose),
        justification=justification or f"case {row.case_ref}",
    )
    append(tx, act)


def decide(tx: Transaction, officer: Officer, candidate_id: CandidateId, draft: DecisionDraft, now: datetime) -> None:
    """Record an examiner's decision. It is final: a wrong one is corrected by an outcome `misidentification`.

    Raises:
        ForbiddenError: only an examiner decides.
        NotFoundError: there is no such candidate.
        ConflictError: somebody decided already, or it is a DNA candidate, which two examiners find about.
        InputError: reasons or qualification are missing.
    """
    authorise(officer, Action.DECIDE_CANDIDATE)
    row = _get(tx, candidate_id)
    _check_not_dna(tx, candidate_id)
    if row.decision is not None:
        raise ConflictError(f"candidate {row.ref} of {row.partner} was decided already")
    basis = check_text("reasons", draft.basis, MIN_BASIS)
    qualification = check_text("qualification", draft.qualification, 3, 80)
    sealed = tx.seal(basis.encode(), kind="decision", at=now, erase_on=now + KEEP)
    tx.execute(
        update(candidate)
        .where(candidate.c.id == candidate_id)
        .values(
            decision=draft.decision,
            decided_by=officer.id,
            decided_at=now,
            qualification=qualification,
            sealed_id=sealed.id,
        )
    )
    append(
        tx,
        Act(
            _EVENTS[draft.decision],
            now,
            officer.id,
            f"candidate:{candidate_id}",
            partner=PartnerCode(row.partner),
            purpose=Purpose(row.purpose),
            justification=basis,
            content={"ref": row.ref, "quality": row.quality, "qualification": qualification},
        ),
    )


def _check_not_dna(tx: Transaction, candidate_id: CandidateId) -> None:
    """One examiner's word is not enough where chance alone makes candidates: two find, neither seeing the other's."""
    mine = dna_candidate.c.candidate_id == candidate_id
    if tx.execute(select(dna_candidate.c.candidate_id).where(mine)).first() is not None:
        raise ConflictError(
            "a DNA candidate is decided on by two examiners",
            hint="Give your opinion: `egnatia dna opinion`, or the page of the candidate under DNA.",
        )


def confirmed(tx: Transaction, candidate_id: CandidateId, now: datetime) -> CandidateRow:
    """The candidate, which must be a hit.

    Raises:
        NotFoundError: there is no such candidate.
        ConflictError: it was not confirmed by a person.
    """
    line = candidate_row(_get(tx, candidate_id), now)
    if line.decision is not Decision.CONFIRMED:
        state = line.decision.value if line.decision else "not decided yet"
        raise ConflictError(
            f"candidate {line.ref} of {line.partner} is no hit ({state})",
            hint=_TWO_FIRST if line.is_dna else _ONE_FIRST,
        )
    return line


def _get(tx: Transaction, candidate_id: CandidateId) -> Row[Any]:
    row = tx.execute(WITH_ENQUIRY.where(candidate.c.id == candidate_id)).one_or_none()
    if row is None:
        raise NotFoundError(f"there is no candidate {candidate_id}", hint="`egnatia hit list` shows all of them.")
    return row


def candidate_row(row: Row[Any], now: datetime) -> CandidateRow:
    """One row of `WITH_ENQUIRY` as a line of the inbox."""
    return CandidateRow(
        id=CandidateId(row.id),
        enquiry_id=EnquiryId(row.enquiry_id),
        case_ref=row.case_ref,
        subject=SubjectKind(row.subject),
        purpose=Purpose(row.purpose),
        offence=Offence(row.offence),
        partner=PartnerCode(row.partner),
        ref=RecordRef(row.ref),
        quality=row.quality,
        evidence=tuple(Evidence(code) for code in json.loads(row.evidence)),
        owner=OfficerId(row.owner),
        received_at=row.received_at,
        due_at=row.due_at,
        age=now - row.received_at,
        decision=Decision(row.decision) if row.decision else None,
        decided_by=OfficerId(row.decided_by) if row.decided_by else None,
        decided_at=row.decided_at,
        person_ref=row.person_ref,
    )
