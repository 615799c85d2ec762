"""Whether a trace of ours is held back: asked before anything more of it leaves, and before anything is built on it.

Step 2 asks too: a trace may have been asked about or returned before somebody's profile came in that it agrees with.
"""

from sqlalchemy import select

from egnatia.enquiries.desk import Desk
from egnatia.enquiries.dna.numbers import behind, kind_of
from egnatia.errors import RefusedError
from egnatia.model.dna import OPEN_KINDS, EliminationState
from egnatia.model.ids import CandidateId
from egnatia.model.states import RefusalReason
from egnatia.store.database import Transaction
from egnatia.store.tables import dna_candidate, dna_elimination


def is_contaminated(tx: Transaction, ref: str) -> bool:
    """Whether an examiner found that a trace is of somebody who touched it."""
    return _stands(tx, ref, EliminationState.CONTAMINATION)


def is_held(tx: Transaction, ref: str) -> bool:
    """Whether a trace was held back and is not cleared; whom nobody has held it against yet is not looked at."""
    return _stands(tx, ref, EliminationState.OPEN, EliminationState.CONTAMINATION)


def _stands(tx: Transaction, ref: str, *states: EliminationState) -> bool:
    mine = (dna_elimination.c.ref == ref) & dna_elimination.c.state.in_(states)
    return tx.execute(select(dna_elimination.c.id).where(mine).limit(1)).first() is not None


def check_free(tx: Transaction, desk: Desk, ref: str) -> None:
    """Stop step 2 and requests for more loci on a trace of ours that is held back, or would be today.

    Raises:
        RefusedError: PROFILE_ELIMINATED; it says nothing of whom.
    """
    if kind_of(tx, ref) not in OPEN_KINDS:
        return
    from egnatia.enquiries.dna.elimination import held_back

    if held_back(tx, desk, [ref]):
        raise RefusedError(
            RefusalReason.PROFILE_ELIMINATED,
            "the trace may be of somebody who touched it, or of a victim, and is held back",
            hint="`egnatia dna elimination list` shows what it agrees with; two examiners can clear it.",
        )


def check_number_free(tx: Transaction, desk: Desk, number: str) -> None:
    """The same for a trace by the number that a partner has of it.

    Raises:
        RefusedError: PROFILE_ELIMINATED.
    """
    given = behind(tx, number)
    if given is not None:
        check_free(tx, desk, given.ref)


def check_candidate_free(tx: Transaction, desk: Desk, candidate_id: CandidateId) -> None:
    """The same for a candidate of ours, by the trace that was asked about.

    Raises:
        RefusedError: PROFILE_ELIMINATED.
    """
    mine = dna_candidate.c.candidate_id == candidate_id
    ref = tx.execute(select(dna_candidate.c.ref).where(mine)).scalar_one_or_none()
    if ref is not None:
        check_free(tx, desk, ref)
