"""The inspection of a document with which somebody lawfully went on: its content goes soon, and not after years.

A further check that found nothing leaves a count. The zone that was read would still say who stood there, so its day of
erasure is brought forward; a document that an officer called anything but genuine, or that belongs to a case in which
something was asked, stays as long as its case does.
"""

from datetime import datetime, timedelta

from sqlalchemy import select

from egnatia.model.borders import VerdictClass
from egnatia.store.database import Transaction
from egnatia.store.tables import document_sighting, enquiry, inspection, sealed_record, second_line, verdict

COMPLAINT = timedelta(days=30)
"""How long the content is still there when somebody complains about the check: our own working rule, a month."""


def let_inspection_fade(tx: Transaction, inspection_id: str | None, now: datetime) -> bool:
    """Bring the erasure of an inspection's content forward. Returns whether that was done.

    Args:
        tx: a write transaction in which the check that found nothing is gone already.
        inspection_id: of the check's inspection; none where it had none.
        now: the moment.
    """
    if inspection_id is None or _is_needed(tx, inspection_id):
        return False
    tx.execute(document_sighting.delete().where(document_sighting.c.inspection_id == inspection_id))
    row = tx.execute(select(inspection.c.sealed_id).where(inspection.c.id == inspection_id)).one()
    later = (sealed_record.c.id == row.sealed_id) & (sealed_record.c.erase_on > now + COMPLAINT)
    return tx.execute(sealed_record.update().where(later).values(erase_on=now + COMPLAINT)).rowcount > 0


def _is_needed(tx: Transaction, inspection_id: str) -> bool:
    asked = (
        select(enquiry.c.id)
        .join(inspection, inspection.c.case_ref == enquiry.c.case_ref)
        .where(inspection.c.id == inspection_id)
    )
    others = select(second_line.c.id).where(second_line.c.inspection_id == inspection_id)
    doubted = select(verdict.c.id).where(
        (verdict.c.inspection_id == inspection_id) & (verdict.c.kind != VerdictClass.GENUINE)
    )
    return any(tx.execute(query.limit(1)).first() is not None for query in (asked, others, doubted))
