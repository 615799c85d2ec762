"""A new epoch by itself: what an administrator published is published again before it ends, and soon after it had to end.

The node decides nothing new: the same lists for the same partners and for as long as the last time, as far as grants
still allow it. Publishing something else, or for somebody else, is a person's act.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from egnatia.enquiries.blind.publishing import begin_epoch, is_due, make_filter, may_publish
from egnatia.enquiries.blind.statement import Statement, stored_statement
from egnatia.enquiries.desk import Desk
from egnatia.model.ids import PartnerCode
from egnatia.model.states import BlindList
from egnatia.store.database import Database, Transaction
from egnatia.store.tables import blind_epoch, blind_statement

RENEW_BEFORE = timedelta(days=3)
"""How long before its end an epoch is followed by the next: a weekend and a day on which nobody looks."""
AT_MOST_EVERY = timedelta(hours=1)
"""Time between two epochs that begin by themselves: every correction ends one, and each costs every partner a download."""
Pair = tuple[PartnerCode, BlindList]
Job = Callable[[Transaction], Statement]
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Renewal:
    """What is to be published again: each list for each partner, and for how many days."""

    pairs: tuple[Pair, ...]
    days: int


def renewal(tx: Transaction, desk: Desk, now: datetime) -> Renewal | None:
    """What has to be published again now; nothing when the epoch is good, nothing was ever published, or nothing may be."""
    last = _last_statement(tx, desk)
    if last is None or now < last.begins + AT_MOST_EVERY:
        return None
    named = [(PartnerCode(each.audience), each.list) for each in last.filters]
    pairs = tuple(pair for pair in named if may_publish(tx, desk, pair, now))
    if not pairs or not (is_due(tx, now, RENEW_BEFORE) or set(pairs) - _running(tx)):
        return None
    return Renewal(pairs, max(1, (last.ends - last.begins).days))


def renew(database: Database, commit: Callable[[Job], Statement], desk: Desk, clock: Clock) -> Statement | None:
    """Publish again what is due: the filters are made under a reading transaction, 64 µs an entry, then put into force.

    Args:
        database: to read from.
        commit: runs the writing job.
        desk: this node's.
        clock: the time.

    Raises:
        ConflictError: something was taken out of a list meanwhile; the next round tries again.
    """
    with database.read() as tx:
        wanted = renewal(tx, desk, clock())
        made = [make_filter(tx, desk, *pair) for pair in wanted.pairs] if wanted else []
    if wanted is None:
        return None
    return commit(lambda tx: begin_epoch(tx, desk, "node", (made, wanted.days), clock()))


def _last_statement(tx: Transaction, desk: Desk) -> Statement | None:
    mine = select(blind_statement.c.content).where(blind_statement.c.holder == desk.code)
    content = tx.execute(mine.order_by(blind_statement.c.epoch.desc()).limit(1)).scalar()
    return None if content is None else stored_statement(bytes(content))


def _running(tx: Transaction) -> set[Pair]:
    rows = tx.execute(select(blind_epoch.c.audience, blind_epoch.c.list).where(blind_epoch.c.ended_at.is_(None)))
    return {(PartnerCode(row.audience), BlindList(row.list)) for row in rows}
