"""The queue of DNA candidates that examiners have to find about, and one candidate with both profiles opened.

What can be decided soonest stands first: candidates that lack only the second opinion, then new ones, then those on which
two examiners differed, then those that wait for more loci or for somebody to ask for them. Looking at the queue opens nothing; looking at one candidate
opens both profiles and is logged.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, func, select

from egnatia.accounts import authorise
from egnatia.engines.dna.types import Profile
from egnatia.enquiries.candidates import enter_view
from egnatia.enquiries.dna import opinions, statements
from egnatia.enquiries.dna.clusters import WITHDRAWN
from egnatia.enquiries.dna.profiles import load_profile
from egnatia.enquiries.dna.statements import KeptStatement
from egnatia.errors import ErasedError, NotFoundError
from egnatia.model.dna import Disposition, ProfileKind, UpgradeState
from egnatia.model.ids import CandidateId, EnquiryId, OfficerId, PartnerCode
from egnatia.model.officers import Action, Officer
from egnatia.model.states import Decision, Offence, Purpose
from egnatia.store.database import Transaction
from egnatia.store.tables import candidate, dna_candidate, dna_search, dna_upgrade, enquiry


class QueueState(StrEnum):
    """What a candidate waits for, the soonest done first."""

    SECOND = "second"
    """One examiner gave an opinion; another has to."""
    FIRST = "first"
    DIFFERED = "differed"
    """Two examiners found two things; a third has to give an opinion."""
    MORE_LOCI = "more_loci"
    """More loci were asked for and have not come."""
    UNSETTLED = "unsettled"
    """Three examiners settled nothing; more loci have to be asked for."""
    DISPOSED = "disposed"
    WITHDRAWN = "withdrawn"
    """A hit that fell with a correction, or was found to be the wrong person."""


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One line of the queue.

    Attributes:
        ours: our profile; `kind` what it is of.
        number: the partner's, by its number towards us; `identified` whether it knows whose it is.
        mine: whether the officer who looks gave the one opinion of the open round.
        expected: candidates that chance alone gives in this search, by the most cautious population.
    """

    id: CandidateId
    enquiry_id: EnquiryId
    case_ref: str
    purpose: Purpose
    offence: Offence
    partner: PartnerCode
    number: str
    identified: bool
    ours: str
    kind: ProfileKind
    label: str
    near: bool
    compared: int
    full_loci: int
    expected: float | None
    expected_agreement: float | None
    state: QueueState
    round: int
    mine: bool
    disposition: Disposition | None
    decision: Decision | None
    owner: OfficerId
    received_at: datetime
    due_at: datetime
    disposed_at: datetime | None
    age: timedelta


@dataclass(frozen=True, slots=True)
class DnaView:
    """One candidate with what an examiner compares.

    Attributes:
        ours: our profile; None once it was erased.
        kept: the partner's profile and the statement of the day; None once erased.
        standing: the opinions, as this officer may know them.
    """

    row: QueueRow
    ours: Profile | None
    kept: KeptStatement | None
    standing: opinions.Standing


_JOINED = (
    select(candidate, dna_candidate.c.identified, dna_candidate.c.label, dna_candidate.c.near)
    .add_columns(dna_candidate.c.compared, dna_candidate.c.full_loci, dna_candidate.c.expected)
    .add_columns(dna_candidate.c.expected_agreement, dna_candidate.c.disposition, dna_candidate.c.disposed_at)
    .add_columns(dna_candidate.c.ref.label("ours"), dna_candidate.c.sealed_id.label("kept_id"), dna_search.c.kind)
    .add_columns(enquiry.c.case_ref, enquiry.c.purpose, enquiry.c.offence, WITHDRAWN.label("withdrawn"))
    .join(dna_candidate, dna_candidate.c.candidate_id == candidate.c.id)
    .join(enquiry, enquiry.c.id == candidate.c.enquiry_id)
    .join(dna_search, dna_search.c.enquiry_id == enquiry.c.id)
)
_ORDER = [*QueueState]


def queue(tx: Transaction, officer: Officer, now: datetime) -> list[QueueRow]:
    """Every DNA candidate, what can be decided soonest first, among these the most urgent.

    Raises:
        ForbiddenError: the officer may not look at profiles.
    """
    authorise(officer, Action.VIEW_PROFILE)
    stands = opinions.standings(tx, officer.id)
    wait = _wait_for_loci(tx)
    rows = [_line(row, stands[CandidateId(row.id)], now, waits=row.id in wait) for row in tx.execute(_JOINED)]
    return sorted(rows, key=lambda each: (_ORDER.index(each.state), each.due_at, each.id))


def view_dna_candidate(
    tx: Transaction, officer: Officer, candidate_id: CandidateId, justification: str, now: datetime
) -> DnaView:
    """Open one candidate with both profiles. Looking is a consultation and is logged.

    Raises:
        ForbiddenError: the officer may not look at profiles.
        NotFoundError: there is no such DNA candidate.
    """
    authorise(officer, Action.VIEW_PROFILE)
    found = tx.execute(_JOINED.where(candidate.c.id == candidate_id)).one_or_none()
    if found is None:
        raise NotFoundError(f"there is no DNA candidate {candidate_id}", hint="The queue lists all of them.")
    enter_view(tx, officer, found, justification, now)
    content, stands = tx.opened(found.kept_id), opinions.standing(tx, candidate_id, officer.id)
    return DnaView(
        _line(found, stands, now, waits=found.id in _wait_for_loci(tx)),
        _ours(tx, found.ours),
        None if content is None else statements.read(content, found.ref),
        stands,
    )


def undecided(tx: Transaction) -> int:
    """How many DNA candidates two examiners have not agreed on; counting opens nothing."""
    joined = dna_candidate.join(candidate, candidate.c.id == dna_candidate.c.candidate_id)
    query = select(func.count()).select_from(joined).where(candidate.c.decision.is_(None), ~WITHDRAWN)
    found: int = tx.execute(query).scalar_one()
    return found


def _ours(tx: Transaction, ref: str) -> Profile | None:
    """Our profile as it is held now, with what was typed since the question; None once it was erased."""
    try:
        return load_profile(tx, ref)
    except (NotFoundError, ErasedError):
        return None


def _line(row: Row[Any], stands: opinions.Standing, now: datetime, *, waits: bool) -> QueueRow:
    return QueueRow(
        id=CandidateId(row.id),
        enquiry_id=EnquiryId(row.enquiry_id),
        case_ref=row.case_ref,
        purpose=Purpose(row.purpose),
        offence=Offence(row.offence),
        partner=PartnerCode(row.partner),
        number=row.ref,
        identified=row.identified,
        ours=row.ours,
        kind=ProfileKind(row.kind),
        label=row.label,
        near=row.near,
        compared=row.compared,
        full_loci=row.full_loci,
        expected=row.expected,
        expected_agreement=row.expected_agreement,
        state=_state(row, stands, waits=waits),
        round=stands.round,
        mine=stands.mine,
        disposition=stands.disposition,
        decision=Decision(row.decision) if row.decision else None,
        owner=OfficerId(row.owner),
        received_at=row.received_at,
        due_at=row.due_at,
        disposed_at=row.disposed_at,
        age=now - row.received_at,
    )


def _state(row: Row[Any], stands: opinions.Standing, *, waits: bool) -> QueueState:
    if row.withdrawn:
        return QueueState.WITHDRAWN
    if not stands.is_open:
        return QueueState.DISPOSED
    if stands.given == 1:
        return QueueState.SECOND
    if waits:
        return QueueState.MORE_LOCI
    if stands.is_unsettled:
        return QueueState.UNSETTLED
    return QueueState.DIFFERED if stands.given else QueueState.FIRST


def _wait_for_loci(tx: Transaction) -> set[str]:
    """Candidates of which more loci were asked for and have not come."""
    waiting = dna_upgrade.c.state == UpgradeState.WAITING.value
    return {*tx.execute(select(dna_upgrade.c.candidate_id).where(waiting)).scalars()} - {None}
