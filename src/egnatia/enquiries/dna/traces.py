"""What is known of a profile besides its loci, and goes with it: what held a trace back, who matched it, what was matched."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, update

from egnatia.enquiries.corrections.fallen import fall_for_good
from egnatia.model.dna import EliminationState
from egnatia.model.ids import CandidateId, PartnerCode, RecordRef, SealedId
from egnatia.store.database import Transaction
from egnatia.store.prepared import insert_into
from egnatia.store.tables import candidate, dna_candidate, dna_elimination, dna_mark, dna_screening

_UNSCREENED = insert_into(dna_screening)


def forget_trace(tx: Transaction, ref: str) -> None:
    """A profile is gone: nothing that was found of it is kept. What it held back, others of its trace still do."""
    _forget_eliminations(tx, dna_elimination.c.ref == ref)
    tx.execute(dna_mark.delete().where(dna_mark.c.ref == ref))


def screen_later(tx: Transaction, refs: Sequence[str]) -> None:
    """Profiles came in, or were typed again: stored traces are held against them in the next transactions (`screening`)."""
    for ref in refs:
        tx.execute(dna_screening.delete().where(dna_screening.c.ref == ref))
        tx.put(_UNSCREENED, {"ref": ref, "after": ""})


def void_clearings(tx: Transaction, ref: str) -> None:
    """A profile was typed anew: that two people cleared its old loci, or one would have, says nothing of these.

    What was found to be contamination stays found.
    """
    mine = (dna_elimination.c.ref == ref) | (dna_elimination.c.against == ref)
    _forget_eliminations(tx, mine & (dna_elimination.c.state == EliminationState.CLEARED))
    tx.execute(update(dna_elimination).where(mine).values(proposed_by=None))


def forget_matches(tx: Transaction, of: tuple[PartnerCode, RecordRef], correction_id: str, made_at: datetime) -> None:
    """A partner erased a profile that we hold as a candidate: our copy of it goes, with everything reckoned from it.

    Candidates that nobody has decided fall at once, for there is nothing left to compare. Whether a confirmed hit stands
    without it, an officer says (`corrections/acting.py`).

    Args:
        tx: write transaction.
        of: the partner, and its number of the profile.
        correction_id: by which it told us.
        made_at: when it made that; what it sent later is another matter.
    """
    sent = func.coalesce(candidate.c.sent_at, candidate.c.received_at)
    query = (
        select(candidate.c.id, candidate.c.decision, dna_candidate.c.sealed_id)
        .join(dna_candidate, dna_candidate.c.candidate_id == candidate.c.id)
        .where(candidate.c.partner == of[0], candidate.c.ref == of[1], sent <= made_at)
    )
    rows = tx.execute(query).all()
    for row in rows:
        tx.erase(SealedId(row.sealed_id))
    fall_for_good(tx, [CandidateId(row.id) for row in rows if row.decision is None], correction_id, made_at)


def _forget_eliminations(tx: Transaction, which: ColumnElement[bool]) -> None:
    for sealed_id in tx.execute(select(dna_elimination.c.sealed_id).where(which)).scalars().all():
        if sealed_id:
            tx.erase(SealedId(sealed_id))
    tx.execute(dna_elimination.delete().where(which))
