"""What follows when a trace is found to be of somebody who touched it: nothing rests on it any more, here or elsewhere.

Its candidates fall, so no figure counts them. Partners to whom it was returned are told to erase their copies, as of any
profile that should not have left. A partner whose person was a confirmed hit of it is told that this was the wrong person.
When two examiners clear it later, what fell stands again; what partners were told, stays told.
"""

from datetime import datetime

from sqlalchemy import select

from egnatia.enquiries.corrections.acting import misidentified
from egnatia.enquiries.corrections.fallen import fall, stand_again
from egnatia.enquiries.corrections.making import erase_copies
from egnatia.enquiries.dna.held import is_contaminated
from egnatia.enquiries.dna.numbers import given
from egnatia.enquiries.dna.recall import recall
from egnatia.ledger import JSON
from egnatia.model.ids import CandidateId, OfficerId, PartnerCode, RecordRef
from egnatia.model.states import CorrectionReason, Decision, RefusalReason, SubjectKind
from egnatia.store.database import Transaction
from egnatia.store.tables import candidate, dna_candidate, dna_elimination


def follow(
    tx: Transaction, ref: str, elimination_id: str, words: tuple[OfficerId, str], *, before: bool, now: datetime
) -> dict[str, JSON]:
    """Do what follows of a finding about a trace, when it changed whether the trace is contaminated.

    Args:
        tx: write transaction.
        ref: the trace.
        elimination_id: what was found about.
        words: who found it, and why.
        before: whether the trace was found to be contaminated before this finding.
        now: the moment.

    Returns:
        What the entry says of it: which candidates fell or stand again, and who is told.
    """
    after = is_contaminated(tx, ref)
    if after and not before:
        return _give_up(tx, ref, elimination_id, words, now)
    if before and not after:
        of_trace = select(dna_elimination.c.id).where(dna_elimination.c.ref == ref)
        return {"stand_again": list(stand_again(tx, tx.execute(of_trace).scalars().all()))}
    return {}


def _give_up(
    tx: Transaction, ref: str, elimination_id: str, words: tuple[OfficerId, str], now: datetime
) -> dict[str, JSON]:
    recall(tx, ref, RefusalReason.PROFILE_ELIMINATED)
    query = select(candidate.c.id, candidate.c.partner, candidate.c.decision).join(
        dna_candidate, dna_candidate.c.candidate_id == candidate.c.id
    )
    rows = tx.execute(query.where(dna_candidate.c.ref == ref).order_by(candidate.c.id)).all()
    fell = fall(tx, [CandidateId(row.id) for row in rows], elimination_id, now)
    told: set[PartnerCode] = set()
    for row in rows:
        if row.id in fell and row.decision == Decision.CONFIRMED:
            misidentified(tx, words[0], CandidateId(row.id), f"the trace behind it is contaminated: {words[1]}", now)
            told.add(PartnerCode(row.partner))
    for each in given(tx, ref):
        copies = (RecordRef(each.number), SubjectKind.DNA_TRACE)
        told.update(erase_copies(tx, copies, CorrectionReason.INACCURATE, words, now))
    return {"fell": list(fell), "partners": sorted(told)}
