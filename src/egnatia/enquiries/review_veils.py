"""What keeps a second review blind outside its own page: lists and time lines show no decision to whoever may review it.

A list is not logged line by line, so nobody could say later who has seen a decision in one. It is therefore not in it: for an
officer who is known, of those candidates that he or she may review; where nobody has signed in, of all that wait for a review.
Who has to work on the hit meanwhile opens it with its decision, which is logged, and another examiner reviews it.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace

from sqlalchemy import select

from egnatia.enquiries.candidates import CandidateRow
from egnatia.enquiries.second_reviews import reviewable
from egnatia.enquiries.timeline import Step
from egnatia.enquiries.views import EnquiryView
from egnatia.errors import ConflictError
from egnatia.model.events import EventKind
from egnatia.model.ids import CandidateId
from egnatia.model.officers import Officer
from egnatia.store.database import Transaction
from egnatia.store.tables import second_review

_DECISIONS = frozenset({EventKind.CANDIDATE_CONFIRMED, EventKind.CANDIDATE_REJECTED, EventKind.CANDIDATE_INCONCLUSIVE})


def hidden_from(tx: Transaction, officer: Officer) -> frozenset[CandidateId]:
    """The drawn candidates that this officer may still review."""
    return reviewable(tx, officer)


def hidden_from_all(tx: Transaction) -> frozenset[CandidateId]:
    """Every drawn candidate that waits for its review: hidden where nobody has signed in."""
    rows = tx.execute(select(second_review.c.candidate_id).where(second_review.c.decision.is_(None)))
    return frozenset(CandidateId(each) for each in rows.scalars())


def veiled(rows: Iterable[CandidateRow], hidden: Collection[CandidateId]) -> list[CandidateRow]:
    """The same lines; those that are hidden say that a second review waits, and not what was decided, by whom and when."""
    return [_veiled(row) if row.id in hidden else row for row in rows]


def _veiled(row: CandidateRow) -> CandidateRow:
    return replace(row, decision=None, decided_by=None, decided_at=None, in_review=True)


def veiled_enquiry(view: EnquiryView, hidden: Collection[CandidateId]) -> EnquiryView:
    """An enquiry whose candidates are veiled."""
    return replace(view, candidates=tuple(veiled(view.candidates, hidden)))


def veiled_steps(steps: Iterable[Step], hidden: Collection[CandidateId]) -> list[Step]:
    """A time line without the decisions that are hidden."""
    objects = {f"candidate:{each}" for each in hidden}
    return [each for each in steps if each.event not in _DECISIONS or each.object_ref not in objects]


def check_open(tx: Transaction, officer: Officer, candidate_id: CandidateId) -> None:
    """Stop an examiner who is about to see a decision by the way that he or she may yet be asked to make again.

    Raises:
        ConflictError: the candidate waits for a second review that this officer may give.
    """
    if candidate_id in hidden_from(tx, officer):
        raise ConflictError(
            f"candidate {candidate_id} waits for a second review, which you may give",
            hint="`egnatia hit review show` opens it without the decision. With --with-decision you see that, and another"
            " examiner has to review it.",
        )
