"""Taking back what was said of a document whose holder asks for protection: at once, by itself, and without saying why.

A state that persecutes somebody reports that person's passport as stolen or revoked. Whoever asks for protection with it
must not be betrayed by an alert, so the act that hears the request ends the alert; partners that were told are told that it
is not needed any more, which is said of other alerts too.
"""

from datetime import datetime
from typing import Final

from sqlalchemy import update

from egnatia.ledger import Act, append
from egnatia.model.events import EventKind
from egnatia.model.forgery import AlertWithdrawal
from egnatia.model.ids import OfficerId
from egnatia.model.states import CopyState
from egnatia.store.database import Transaction
from egnatia.store.tables import forgery_alert, forgery_alert_copy

_WHY: Final = "The alert is not needed any more."
"""The same words whatever the reason: an inspector of the ledger learns no request for protection from them."""


def end_about(tx: Transaction, inspection_id: str | None, officer_id: OfficerId, now: datetime) -> int:
    """Take back the alerts about the reported document of an inspection. Returns how many there were.

    Args:
        tx: a write transaction, of the act that heard the request.
        inspection_id: of the document; None where there was none.
        officer_id: who heard it.
        now: the moment.
    """
    table, copies = forgery_alert.c, forgery_alert_copy.c
    about = (table.inspection_id == inspection_id) & table.reported.is_not(None)
    rows = [] if inspection_id is None else tx.execute(forgery_alert.select().where(about)).all()
    for row in rows:
        number = row.number + 1
        values = {"number": number, "changed_at": now, "withdrawn": AlertWithdrawal.NOT_NEEDED, "reported": None}
        mine = (table.originator == row.originator) & (table.reference == row.reference)
        tx.execute(update(forgery_alert).where(mine).values(values))
        told = (copies.originator == row.originator) & (copies.reference == row.reference)
        tx.execute(update(forgery_alert_copy).where(told).values(state=CopyState.HELD, next_at=now))
        content = {"number": number, "withdrawn": AlertWithdrawal.NOT_NEEDED.value}
        ref = f"forgery_alert:{row.reference}"
        kind = EventKind.FORGERY_ALERT_WITHDRAWN
        append(tx, Act(kind, now, officer_id, ref, justification=_WHY, content=content))
    return len(rows)
