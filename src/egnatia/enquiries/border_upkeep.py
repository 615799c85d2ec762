"""Housekeeping of the border check: rows of further checks, verdicts and screenings go on the day their content goes.

It stands here and not with the border check because the one job that erases (`tidy.py`) may not know rooms above its own.
"""

from datetime import datetime, timedelta

from sqlalchemy import select

from egnatia.enquiries.retention import ERASED_AT_ONCE, enter_erasure
from egnatia.store.database import Transaction
from egnatia.store.tables import holder_screening, second_line, verdict

REVIEW_OPEN = timedelta(days=7)
"""When a further check that nobody closed is looked at: it lasts hours, so after a week it was forgotten (our own rule)."""
_TABLES = (second_line, verdict, holder_screening)


def forget_checks(tx: Transaction, now: datetime, most: int = ERASED_AT_ONCE) -> int:
    """Erase the rows whose day has come; what is sealed in them has the same day. Returns how many."""
    gone = 0
    for table in _TABLES:
        due = select(table.c.id).where(table.c.erase_on <= now).order_by(table.c.erase_on).limit(most - gone)
        ids = list(tx.execute(due).scalars()) if gone < most else []
        if ids:
            tx.execute(table.delete().where(table.c.id.in_(ids)))
            enter_erasure(tx, table.name, ids, now)
        gone += len(ids)
    return gone
