"""Acts that somebody outside can make us repeat: the first of an hour is an entry, the others are counted.

A partner that sends what is refused, over and over, would otherwise fill this node's ledger. So of each kind, partner and
reason the first in an hour is entered at once, and when the hour is over one more entry says how many there were, if
there was more than one. That is at most two entries an hour for each reason of a closed list.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete, select, update

from egnatia.ledger.log import Act, append
from egnatia.model.events import EventKind
from egnatia.model.ids import PartnerCode
from egnatia.store.database import Transaction
from egnatia.store.tables import repeated_act

ACTOR = "node"


def append_or_count(tx: Transaction, act: Act, what: str) -> bool:
    """Enter an act, or count it when the same was entered in this hour. Returns whether it was entered.

    Args:
        tx: a write transaction.
        act: with the partner that causes it.
        what: what makes two acts the same, of a closed list, such as a refusal's reason.
    """
    hour = _hour(act.at)
    mine = (repeated_act.c.kind == act.event.value) & (repeated_act.c.partner == act.partner)
    mine &= (repeated_act.c.what == what) & (repeated_act.c.hour == hour)
    if tx.execute(update(repeated_act).where(mine).values(times=repeated_act.c.times + 1)).rowcount:
        return False
    close_hours(tx, act.at)
    row = {"kind": act.event.value, "partner": act.partner, "what": what, "hour": hour, "times": 1}
    tx.execute(repeated_act.insert(), row)
    append(tx, replace(act, content={**(act.content or {}), "reason": what, "count": 1}))
    return True


def close_hours(tx: Transaction, now: datetime) -> int:
    """Enter how often each act was repeated in the hours that are over; returns how many entries that made."""
    past = repeated_act.c.hour < _hour(now)
    rows = tx.execute(select(repeated_act).where(past).order_by(*repeated_act.primary_key.columns)).all()
    if not rows:
        return 0
    tx.execute(delete(repeated_act).where(past))
    repeated = [row for row in rows if row.times > 1]
    for row in repeated:
        facts = {"reason": row.what, "count": row.times, "hour": row.hour.isoformat()}
        partner = PartnerCode(row.partner)
        append(tx, Act(EventKind(row.kind), now, ACTOR, partner, partner=partner, content=facts))
    return len(repeated)


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)
