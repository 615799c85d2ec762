"""Second reviews: a sample of decided candidates goes to another examiner, who sees what the first one saw and no more.

A supervisor draws it, by a seed that is entered, so that nobody knows at the time of a decision whether it will be drawn and
everybody can repeat the drawing later. Who decided, drew it, or has looked at the candidate or at what came of it since it was
decided, cannot review it: the access log says who looked, also at the log. Lists hide the decision (`review_veils`). Both decisions are shown once the second is given, and only then.

A review changes nothing. Where the two differ, a person looks; a hit that was wrong is taken back by the outcome
`misidentification`. How often two examiners agree, beyond what chance would give (Cohen's kappa, 1960), is a figure about the
work and about no person. DNA candidates are not drawn: two examiners find about each of them anyway.
"""

import heapq
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Row, select, update

from egnatia.accounts import authorise
from egnatia.enquiries.candidates import (
    MIN_BASIS,
    WITH_ENQUIRY,
    CandidateRow,
    CandidateView,
    DecisionDraft,
    candidate_row,
)
from egnatia.enquiries.desk import KEEP, check_text
from egnatia.errors import ConflictError, InputError, NotFoundError
from egnatia.ledger import JSON, Act, append
from egnatia.ledger.entries import EntryFilter, read_entries
from egnatia.model.events import EventKind
from egnatia.model.ids import CandidateId, OfficerId, PartnerCode
from egnatia.model.intervals import wilson
from egnatia.model.officers import Action, Officer
from egnatia.model.states import DNA_SUBJECTS, Decision, Purpose
from egnatia.store.database import Transaction
from egnatia.store.tables import candidate, enquiry, follow_up, outcome, second_review

MAX_DRAWN = 500
"""Candidates of one drawing; nobody reviews more in a month."""
MAX_SEED = 80
_MIN_QUALIFICATION, _MAX_QUALIFICATION = 3, 80
_LOGS = (EventKind.LEDGER_READ, EventKind.LEDGER_EXPORTED)


@dataclass(frozen=True, slots=True)
class Drawing:
    """What to draw.

    Attributes:
        count: how many, 1 to `MAX_DRAWN`; all there are where there are fewer.
        since: only candidates decided since then.
        seed: what the lots are made of; entered in the ledger, so that the drawing can be repeated.
    """

    count: int
    since: datetime
    seed: str


@dataclass(frozen=True, slots=True)
class SecondReview:
    """A drawn candidate, as its supervisor may see it.

    Attributes:
        first: the first decision; none while the second is waited for.
        second: the second one; none while it is waited for.
    """

    candidate_id: CandidateId
    case_ref: str
    partner: PartnerCode
    drawn_at: datetime
    drawn_by: OfficerId
    first: Decision | None
    first_by: OfficerId | None
    second: Decision | None
    second_by: OfficerId | None
    at: datetime | None
    reasons: str | None

    @property
    def differs(self) -> bool:
        """Whether two examiners decided differently."""
        return self.second is not None and self.first is not self.second


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often second decisions were the first ones.

    Attributes:
        reviewed: second decisions given.
        alike: of them the same as the first.
        waiting: drawn and not reviewed.
        low: lower end of the 95 % interval of the share (Wilson); none where nothing was reviewed.
        high: its upper end.
        kappa: agreement beyond chance, 1 for always, 0 for no more than chance; none where chance alone explains all,
            because one of them always decided the same.
        table: how often each pair of decisions, first and second, was given.
    """

    reviewed: int
    alike: int
    waiting: int
    low: float | None
    high: float | None
    kappa: float | None
    table: dict[tuple[Decision, Decision], int]


def draw_reviews(tx: Transaction, officer: Officer, drawing: Drawing, now: datetime) -> list[CandidateId]:
    """Draw decided candidates for a second review; each at most once in its life.

    Each candidate's lot is SHA-256 of the seed, a zero byte and its identifier; the lowest lots are drawn.

    Raises:
        ForbiddenError: only a supervisor draws.
        InputError: the count or the seed is out of bounds.
    """
    authorise(officer, Action.DRAW_REVIEWS)
    if not 1 <= drawing.count <= MAX_DRAWN:
        raise InputError(f"1 to {MAX_DRAWN} candidates are drawn at once", hint="Give another count.")
    seed = check_text("seed", drawing.seed, 1, MAX_SEED)
    ids = tx.execute(_decided(drawing.since)).scalars()
    lots = ((sha256(seed.encode() + b"\x00" + each.encode()).digest(), each) for each in ids)
    drawn = sorted(each for _, each in heapq.nsmallest(drawing.count, lots))
    for each in drawn:
        tx.execute(second_review.insert(), {"candidate_id": each, "drawn_at": now, "drawn_by": officer.id})
    content: dict[str, JSON] = {
        "seed": seed,
        "count": drawing.count,
        "since": drawing.since.isoformat(),
        "candidates": ", ".join(drawn),
    }
    append(tx, Act(EventKind.REVIEWS_DRAWN, now, officer.id, "candidates", content=content))
    return [CandidateId(each) for each in drawn]


def _decided(since: datetime) -> Any:
    drawn = select(second_review.c.candidate_id)
    return (
        select(candidate.c.id)
        .join(enquiry, enquiry.c.id == candidate.c.enquiry_id)
        .where(candidate.c.decision.is_not(None), candidate.c.decided_at >= since, candidate.c.id.not_in(drawn))
        .where(enquiry.c.subject.not_in([subject.value for subject in DNA_SUBJECTS]))
    )


def waiting_reviews(tx: Transaction, officer: Officer, now: datetime) -> list[CandidateRow]:
    """The drawn candidates this examiner may review, longest drawn first, as they stood before the first decision.

    Raises:
        ForbiddenError: only an examiner reviews.
    """
    authorise(officer, Action.DECIDE_CANDIDATE)
    return [_undecided(candidate_row(row, now)) for row in _open_to(tx, officer)]


def reviewable(tx: Transaction, officer: Officer) -> frozenset[CandidateId]:
    """The drawn candidates that this officer may review; none for who is no examiner."""
    if not officer.may(Action.DECIDE_CANDIDATE):
        return frozenset()
    return frozenset(CandidateId(row.id) for row in _open_to(tx, officer))


def _open_to(tx: Transaction, officer: Officer) -> list[Row[Any]]:
    rows = tx.execute(_drawn().where(second_review.c.decision.is_(None)))
    return [row for row in rows if _why_not(tx, officer, row) is None]


def view_review(tx: Transaction, officer: Officer, candidate_id: CandidateId, now: datetime) -> CandidateView:
    """Open a drawn candidate as the first examiner saw it. Looking is a consultation and is logged.

    Raises:
        ForbiddenError, NotFoundError, ConflictError: as `give_review` says.
    """
    row = _reviewable(tx, officer, candidate_id)
    append(tx, _act(EventKind.REVIEW_VIEWED, row, officer, now, f"second review, case {row.case_ref}"))
    asked = tx.opened(row.asked_id)
    return CandidateView(_undecided(candidate_row(row, now)), json.loads(asked or b"null"), None, None)


def give_review(
    tx: Transaction, officer: Officer, candidate_id: CandidateId, draft: DecisionDraft, now: datetime
) -> bool:
    """Record the second decision; returns whether it is the first one's. It changes nothing else.

    Raises:
        ForbiddenError: only an examiner reviews.
        NotFoundError: the candidate is not drawn.
        ConflictError: it was reviewed, this examiner decided it, or has looked at it since it was decided.
        InputError: reasons or qualification are missing.
    """
    row = _reviewable(tx, officer, candidate_id)
    reasons = check_text("reasons", draft.basis, MIN_BASIS)
    qualification = check_text("qualification", draft.qualification, _MIN_QUALIFICATION, _MAX_QUALIFICATION)
    sealed = tx.seal(reasons.encode(), kind="decision", at=now, erase_on=now + KEEP)
    given = {"decision": draft.decision, "officer_id": officer.id, "qualification": qualification, "at": now}
    mine = second_review.c.candidate_id == candidate_id
    tx.execute(update(second_review).where(mine).values(**given, sealed_id=sealed.id))
    alike = Decision(row.decision) is draft.decision
    content = {"decision": draft.decision.value, "alike": alike, "qualification": qualification}
    append(tx, replace(_act(EventKind.REVIEW_GIVEN, row, officer, now, reasons), content=content))
    return alike


def reviews(tx: Transaction, officer: Officer) -> list[SecondReview]:
    """Every drawn candidate for the supervisor, those on which two decisions differ first.

    Raises:
        ForbiddenError: only a supervisor sees both decisions beside each other.
    """
    authorise(officer, Action.DRAW_REVIEWS)
    found = [_review(tx, row) for row in tx.execute(_drawn())]
    return sorted(found, key=lambda each: (not each.differs, each.second is not None))


def agreement(tx: Transaction) -> Agreement:
    """How often two examiners decided alike, over everything reviewed."""
    rows = tx.execute(_drawn()).all()
    pairs = [(Decision(row.decision), Decision(row.second)) for row in rows if row.second is not None]
    alike = sum(first is second for first, second in pairs)
    low, high = wilson(alike, len(pairs)) if pairs else (None, None)
    return Agreement(len(pairs), alike, len(rows) - len(pairs), low, high, kappa(pairs), dict(Counter(pairs)))


def kappa(pairs: Iterable[tuple[Decision, Decision]]) -> float | None:
    """Cohen's kappa of pairs of decisions: (p - e) / (1 - e), p the share alike and e the share that chance would give.

    None without pairs, and where e is 1.
    """
    counted = Counter(pairs)
    total = sum(counted.values())
    first, second = Counter[Decision](), Counter[Decision]()
    for (one, other), count in counted.items():
        first[one] += count
        second[other] += count
    by_chance = sum(first[each] * second[each] for each in Decision)
    if by_chance == total * total:
        return None
    alike = sum(count for (one, other), count in counted.items() if one is other)
    return (alike * total - by_chance) / (total * total - by_chance)


def _drawn() -> Any:
    second = (second_review.c.decision.label("second"), second_review.c.officer_id.label("second_by"))
    more = (second_review.c.at.label("reviewed_at"), second_review.c.sealed_id.label("reasons_id"))
    query = WITH_ENQUIRY.add_columns(*second, *more, second_review.c.drawn_at, second_review.c.drawn_by)
    joined = query.join(second_review, second_review.c.candidate_id == candidate.c.id)
    return joined.order_by(second_review.c.drawn_at, candidate.c.id)


def _reviewable(tx: Transaction, officer: Officer, candidate_id: CandidateId) -> Row[Any]:
    authorise(officer, Action.DECIDE_CANDIDATE)
    row = tx.execute(_drawn().where(candidate.c.id == candidate_id)).first()
    if row is None:
        raise NotFoundError(
            f"candidate {candidate_id} is not drawn for a second review",
            hint="`egnatia hit review list` shows which are.",
        )
    if row.second is not None:
        raise ConflictError(f"candidate {candidate_id} was reviewed already")
    why_not = _why_not(tx, officer, row)
    if why_not is not None:
        raise ConflictError(why_not, hint="Another examiner has to review it, who does not know the decision.")
    return row


def _why_not(tx: Transaction, officer: Officer, row: Row[Any]) -> str | None:
    """Why an examiner cannot review a candidate. Opening it for a review is another kind of entry and tells nothing."""
    if row.decided_by == officer.id:
        return "you decided this candidate yourself"
    if row.drawn_by == officer.id:
        return "you drew this candidate yourself"
    looks = EntryFilter(EventKind.CANDIDATE_VIEWED, actor=officer.id, object_ref=f"candidate:{row.id}", limit=1)
    if _did(tx, looks, row.decided_at):
        return "you have looked at this candidate since it was decided, so you know the decision"
    if any(
        _did(tx, EntryFilter(actor=officer.id, object_ref=each, limit=1), row.decided_at) for each in _came(tx, row)
    ):
        return "you have worked on what came of this candidate, so you know the decision"
    logs = (EntryFilter(each, actor=officer.id, limit=1) for each in _LOGS if officer.may(Action.READ_LEDGER))
    if any(_did(tx, each, row.decided_at) for each in logs):
        return "you have read the access log since it was decided, and it says what was decided"
    return None


def _did(tx: Transaction, what: EntryFilter, since: datetime) -> bool:
    return any(each.at >= since for each in read_entries(tx, what))


def _came(tx: Transaction, row: Row[Any]) -> list[str]:
    """What the ledger calls the follow-ups and outcomes of a candidate: there are some only of a hit."""
    asked = tx.execute(select(follow_up.c.id).where(follow_up.c.candidate_id == row.id)).scalars()
    came = tx.execute(select(outcome.c.id).where(outcome.c.candidate_id == row.id)).scalars()
    return [*(f"follow_up:{each}" for each in asked), *(f"outcome:{each}" for each in came)]


def _act(kind: EventKind, row: Row[Any], officer: Officer, now: datetime, why: str) -> Act:
    partner, purpose = PartnerCode(row.partner), Purpose(row.purpose)
    return Act(kind, now, officer.id, f"candidate:{row.id}", partner=partner, purpose=purpose, justification=why)


def _undecided(row: CandidateRow) -> CandidateRow:
    return replace(row, decision=None, decided_by=None, decided_at=None)


def _review(tx: Transaction, row: Row[Any]) -> SecondReview:
    reasons = tx.opened(row.reasons_id) if row.second else None
    return SecondReview(
        CandidateId(row.id),
        row.case_ref,
        PartnerCode(row.partner),
        row.drawn_at,
        OfficerId(row.drawn_by),
        Decision(row.decision) if row.second else None,
        OfficerId(row.decided_by) if row.second else None,
        Decision(row.second) if row.second else None,
        OfficerId(row.second_by) if row.second else None,
        row.reviewed_at,
        reasons.decode() if reasons else None,
    )
