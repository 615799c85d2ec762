"""Acts that somebody outside can make us repeat: the first of an hour is an entry, the others are counted.

A partner that sends what is refused, over and over, would otherwise fill this node's ledger. So of each kind, partner and
reason the first in an hour is entered at once, and when the hour is over one more entry says how many there were, if
there was more than one. That is at most two entries an hour for each reason of a closed list.

What the flow itself refuses (`append_or_cap`) is entered one by one, each with its case and officer, up to a number that
no honest partner reaches; past it the same counting begins. Past a second number the partner is put off, so that not
even the answers that are kept for repetitions fill the disk.
"""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, func, select, update

from egnatia.errors import BusyError
from egnatia.ledger.log import Act, append
from egnatia.model.events import EventKind
from egnatia.model.ids import PartnerCode
from egnatia.store.database import Transaction
from egnatia.store.tables import repeated_act

ACTOR = "node"
SINGLY = 100
"""Refused acts of one kind that a partner gets entered one by one in an hour: an officer's mistake is one, a grant that
ended unseen a few dozen. At 700 bytes an entry it is 2 MB a day. Our choice."""
TOO_MANY = 10_000
"""Refused acts of one kind in an hour from which a partner is put off until the next: three a second. Our choice."""
_REFUSED = EventKind.MESSAGE_REFUSED.value


def append_or_count(tx: Transaction, act: Act, what: str) -> bool:
    """Enter the refusal of a message, or count it when the same was entered in this hour. Returns whether it was entered.

    Args:
        tx: a write transaction.
        act: with the partner that causes it.
        what: what makes two acts the same, of a closed list, such as a refusal's reason.

    Raises:
        BusyError: the partner sent `TOO_MANY` such in this hour.
    """
    hour = _hour(act.at)
    mine = (repeated_act.c.kind == act.event.value) & (repeated_act.c.partner == act.partner)
    mine &= (repeated_act.c.what == what) & (repeated_act.c.hour == hour)
    more = update(repeated_act).where(mine, repeated_act.c.times < TOO_MANY)
    if tx.execute(more.values(times=repeated_act.c.times + 1)).rowcount:
        return False
    if tx.execute(select(repeated_act.c.times).where(mine)).first() is not None:
        raise _put_off(act)
    close_hours(tx, act.at)
    row = {"kind": act.event.value, "partner": act.partner, "what": what, "hour": hour, "times": 1}
    tx.execute(repeated_act.insert(), row)
    append(tx, replace(act, content={**(act.content or {}), "reason": what, "count": 1}))
    return True


def append_or_cap(tx: Transaction, act: Act, reason: str) -> bool:
    """Enter a refused act, or count it when the partner had `SINGLY` of this kind refused in this hour.

    Args:
        tx: a write transaction.
        act: with the partner that causes it.
        reason: why it was refused, of a closed list.

    Returns:
        Whether it was entered; what is counted only needs no row of its own either.

    Raises:
        BusyError: the partner had `TOO_MANY` refused in this hour.
    """
    hour = _hour(act.at)
    theirs = (repeated_act.c.kind == act.event.value) & (repeated_act.c.partner == act.partner)
    theirs &= repeated_act.c.hour == hour
    refused = int(tx.execute(select(func.coalesce(func.sum(repeated_act.c.times), 0)).where(theirs)).scalar_one())
    if refused >= TOO_MANY:
        raise _put_off(act)
    mine = update(repeated_act).where(theirs, repeated_act.c.what == reason)
    if not tx.execute(mine.values(times=repeated_act.c.times + 1)).rowcount:
        close_hours(tx, act.at)
        row = {"kind": act.event.value, "partner": act.partner, "what": reason, "hour": hour, "times": 1}
        tx.execute(repeated_act.insert(), row)
    if refused < SINGLY:
        append(tx, act)
    return refused < SINGLY


def _put_off(act: Act) -> BusyError:
    wait = _hour(act.at) + timedelta(hours=1) - act.at
    return BusyError(f"too much of {act.partner} was refused in this hour", retry_after_s=1 + wait.seconds)


def close_hours(tx: Transaction, now: datetime) -> int:
    """Enter how often each act was repeated in the hours that are over; returns how many entries that made."""
    past = repeated_act.c.hour < _hour(now)
    rows = tx.execute(select(repeated_act).where(past).order_by(*repeated_act.primary_key.columns)).all()
    if not rows:
        return 0
    tx.execute(delete(repeated_act).where(past))
    in_all = Counter[tuple[str, str, datetime]]()
    for row in rows:
        in_all[row.kind, row.partner, row.hour] += row.times
    repeated = [row for row in rows if _more_than_entered(row, in_all[row.kind, row.partner, row.hour])]
    for row in repeated:
        facts = {"reason": row.what, "count": row.times, "hour": row.hour.isoformat()}
        of = {} if row.kind == _REFUSED else {"of": row.kind}
        partner = PartnerCode(row.partner)
        append(tx, Act(EventKind.MESSAGE_REFUSED, now, ACTOR, partner, partner=partner, content={**facts, **of}))
    return len(repeated)


def _more_than_entered(row: Row[Any], in_all: int) -> bool:
    return row.times > 1 if row.kind == _REFUSED else in_all > SINGLY


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)
