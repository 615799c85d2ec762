"""Blind questions and answers do not outlive what was sealed for them: after three years the ledger alone knows of them."""

from datetime import datetime

from sqlalchemy import select

from egnatia.enquiries.desk import KEEP
from egnatia.enquiries.retention import ERASED_AT_ONCE, enter_erasure
from egnatia.store.database import Transaction
from egnatia.store.tables import blind_answer, blind_enquiry


def forget_blind(tx: Transaction, now: datetime, most: int = ERASED_AT_ONCE) -> int:
    """Delete questions of ours and evaluations for others that are past their day, the oldest first.

    An evaluation can be compared with an opening as long as the asker can open it, which is as long (`desk.KEEP`).

    Returns:
        How many rows were deleted; one ledger entry for each kind that went.
    """
    asked, answered = blind_enquiry.c, blind_answer.c
    query = select(asked.id).where(asked.asked_at <= now - KEEP).order_by(asked.asked_at).limit(most)
    ours = list(tx.execute(query).scalars())
    for enquiry_id in ours:
        tx.execute(blind_enquiry.delete().where(asked.id == enquiry_id))
    old = select(answered.asker, answered.enquiry_id).where(answered.answered_at <= now - KEEP)
    theirs = tx.execute(old.order_by(answered.answered_at).limit(most - len(ours))).all()
    for row in theirs:
        tx.execute(blind_answer.delete().where((answered.asker == row.asker) & (answered.enquiry_id == row.enquiry_id)))
    for kind, gone in (("blind_enquiry", ours), ("blind_answer", [f"{r.asker}/{r.enquiry_id}" for r in theirs])):
        if gone:
            enter_erasure(tx, kind, gone, now)
    return len(ours) + len(theirs)
