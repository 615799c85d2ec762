"""Who may still read a copy, and what is shown beside it wherever it stands."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from egnatia.accounts import authorise
from egnatia.enquiries.corrections.taken import Item, of_item, standing_of, standing_of_passed_on
from egnatia.enquiries.desk import MIN_JUSTIFICATION, check_text
from egnatia.errors import ConflictError
from egnatia.model.ids import CandidateId, PartnerCode, RecordRef
from egnatia.model.officers import Action, Officer
from egnatia.model.states import CorrectionItem, CorrectionKind, OutcomeKind, SubjectKind
from egnatia.store.database import Transaction
from egnatia.store.tables import candidate, contest, correction, enquiry, fallen_hit, outcome, release


@dataclass(frozen=True, slots=True)
class Flags:
    """What is to be seen beside an item of a partner's, wherever it is shown.

    Attributes:
        erased: its maker had it erased.
        rectified: its maker sent new values.
        restricted: only a supervisor reads it, with a reason.
        contested: its accuracy is contested, here or by its maker.
        look: a correction waits for an officer here.
        wrong_person: an outcome or an examiner found that the hit does not stand.
    """

    erased: bool = False
    rectified: bool = False
    restricted: bool = False
    contested: bool = False
    look: bool = False
    wrong_person: bool = False

    def names(self) -> tuple[str, ...]:
        """The flags that are set, for lists and tables."""
        return tuple(name for name in self.__slots__ if getattr(self, name))


def flags_of(tx: Transaction, item: Item, sent_at: datetime, candidate_id: CandidateId | None = None) -> Flags:
    """What is to be seen beside a partner's item that was sent at `sent_at`."""
    now = standing_of(tx, item, sent_at)
    wrong = candidate_id is not None and is_wrong(tx, candidate_id)
    open_ = [row for row in of_item(tx, item) if row.done_at is None and row.made_at >= sent_at]
    return Flags(
        erased=now.erased,
        rectified=bool(now.changes),
        restricted=now.restricted or wrong,
        contested=now.contested or is_contested(tx, item.partner, item.ref),
        look=bool(open_),
        wrong_person=wrong,
    )


def flags_of_candidate(tx: Transaction, candidate_id: CandidateId) -> Flags:
    """What is to be seen beside one candidate."""
    query = select(candidate, enquiry.c.subject).join(enquiry, enquiry.c.id == candidate.c.enquiry_id)
    row = tx.execute(query.where(candidate.c.id == candidate_id)).one()
    item = Item(PartnerCode(row.partner), CorrectionItem.RECORD, RecordRef(row.ref), SubjectKind(row.subject))
    return flags_of(tx, item, row.sent_at or row.received_at, candidate_id)


def is_wrong(tx: Transaction, candidate_id: CandidateId) -> bool:
    """Whether an outcome or an examiner found that this hit does not stand (DIS-09)."""
    wrong = (outcome.c.candidate_id == candidate_id) & (outcome.c.kind == OutcomeKind.MISIDENTIFICATION)
    fallen = fallen_hit.c.candidate_id == candidate_id
    queries = (select(outcome.c.id).where(wrong), select(fallen_hit.c.candidate_id).where(fallen))
    return any(tx.execute(query.limit(1)).first() is not None for query in queries)


def is_contested(tx: Transaction, partner: PartnerCode, ref: RecordRef) -> bool:
    """Whether the accuracy of a partner's item is contested here and nobody has ended that (RIG-04)."""
    mine = (contest.c.partner == partner) & (contest.c.ref == ref) & contest.c.cleared_at.is_(None)
    return tx.execute(select(contest.c.id).where(mine).limit(1)).first() is not None


def check_copy(
    tx: Transaction, officer: Officer, item: Item, follow_up: tuple[str, CandidateId | None], justification: str
) -> None:
    """Let the officer read core data that we received, or stop.

    Args:
        tx: any transaction.
        officer: who wants to read.
        item: the partner's record.
        follow_up: the follow-up by which the data came, and the hit behind it.
        justification: why; restricted data need one of at least 20 characters.

    Raises:
        ForbiddenError: they are restricted, and the officer is no supervisor.
        InputError: a supervisor gave no reason.
    """
    follow_up_id, candidate_id = follow_up
    received = release.c.received_at.is_not(None) & (release.c.follow_up_id == follow_up_id)
    moments = (
        tx.execute(select(func.coalesce(release.c.sent_at, release.c.received_at)).where(received)).scalars().all()
    )
    wrong = candidate_id is not None and is_wrong(tx, candidate_id)
    if wrong or any(standing_of(tx, item, each).restricted for each in moments):
        _check_restricted(officer, justification)


def check_passed_on(
    tx: Transaction, officer: Officer, originator: PartnerCode, item_id: str, justification: str
) -> None:
    """Let the officer read an item that a third passed on to us, or stop.

    Raises:
        ForbiddenError, InputError: as `check_copy`.
    """
    if standing_of_passed_on(tx, originator, item_id).restricted:
        _check_restricted(officer, justification)


def check_facts(tx: Transaction, officer: Officer, item: Item, at: datetime, justification: str) -> None:
    """Let the officer read the facts of a partner's follow-up: restricted once the partner found the hit wrong.

    Raises:
        ForbiddenError, InputError: as `check_copy`.
    """
    if facts_restricted(tx, item, at):
        _check_restricted(officer, justification)


def facts_restricted(tx: Transaction, item: Item, at: datetime) -> bool:
    """Whether the facts of a partner's follow-up are restricted, without a look at them."""
    return standing_of(tx, item, at).restricted


def _check_restricted(officer: Officer, justification: str) -> None:
    authorise(officer, Action.READ_RESTRICTED)
    check_text("reason for reading restricted data", justification, MIN_JUSTIFICATION)


def check_undisturbed(tx: Transaction, candidate_id: CandidateId) -> None:
    """Require that nothing is known against a hit before step 2 is built on it.

    Raises:
        ConflictError: it fell, or a correction of it waits for an officer.
    """
    flags = flags_of_candidate(tx, candidate_id)
    if flags.wrong_person:
        raise ConflictError("this hit was found to be wrong", hint="Ask again; a new answer makes a new candidate.")
    if flags.look:
        raise ConflictError(
            "the partner corrected this record, and nobody here has looked yet",
            hint="`egnatia correction list --ours` shows it; an examiner looks and says whether the hit stands.",
        )


def restriction_of_ours(tx: Transaction, ref: RecordRef) -> str | None:
    """The reason for which a record of ours is restricted now; None when it is not."""
    bounds = (CorrectionKind.RESTRICT, CorrectionKind.LIFT)
    mine = (correction.c.item == CorrectionItem.RECORD) & (correction.c.ref == ref)
    mine &= correction.c.kind.in_(bounds) & correction.c.approved_at.is_not(None)
    row = tx.execute(correction.select().where(mine).order_by(correction.c.number.desc()).limit(1)).first()
    return row.reason if row is not None and row.kind == CorrectionKind.RESTRICT else None
