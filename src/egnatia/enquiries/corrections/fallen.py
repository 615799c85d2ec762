"""Candidates that fell: what they rested on is gone or was found to be wrong, so they are followed up and counted no more."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import select, update

from egnatia.model.ids import CandidateId
from egnatia.store.database import Transaction
from egnatia.store.tables import dna_elimination, fallen_hit


def has_fallen(tx: Transaction, candidate_id: CandidateId | str) -> bool:
    """Whether a candidate fell."""
    mine = fallen_hit.c.candidate_id == candidate_id
    return tx.execute(select(fallen_hit.c.candidate_id).where(mine)).first() is not None


def fall(tx: Transaction, candidates: Iterable[CandidateId], by: str, at: datetime) -> tuple[CandidateId, ...]:
    """Let candidates fall, those that stood. Which these were.

    Args:
        tx: write transaction.
        candidates: candidates of ours.
        by: the correction, or the finding about our own trace, with which they fall.
        at: when.
    """
    fresh = [each for each in candidates if not has_fallen(tx, each)]
    if fresh:
        tx.execute(fallen_hit.insert(), [{"candidate_id": each, "correction_id": by, "at": at} for each in fresh])
    return tuple(fresh)


def fall_for_good(tx: Transaction, candidates: Iterable[CandidateId], by: str, at: datetime) -> None:
    """Let candidates fall with a partner's correction: also those that a finding of ours let fall, should it be taken back."""
    hits = tuple(candidates)
    fall(tx, hits, by, at)
    ours = fallen_hit.c.correction_id.in_(select(dna_elimination.c.id))
    tx.execute(update(fallen_hit).where(fallen_hit.c.candidate_id.in_(hits), ours).values(correction_id=by))


def stand_again(tx: Transaction, by: Collection[str]) -> tuple[CandidateId, ...]:
    """Let what fell with these findings stand again: they were taken back. Which candidates these are."""
    mine = fallen_hit.c.correction_id.in_(sorted(by))
    found = tx.execute(select(fallen_hit.c.candidate_id).where(mine).order_by(fallen_hit.c.candidate_id)).scalars()
    again = tuple(CandidateId(each) for each in found)
    tx.execute(fallen_hit.delete().where(mine))
    return again
