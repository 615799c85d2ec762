"""The lines to the partners as this node last found them: an outage is seen when it begins, not when a deadline passes.

The courier writes a line down when it changes, so that every process of the node and every page shows the same. A
partner that was never written to has no line.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import bindparam, select, update

from egnatia.model.ids import PartnerCode
from egnatia.store.database import Transaction
from egnatia.store.prepared import Prepared, insert_into
from egnatia.store.tables import partner_line


class LineState(StrEnum):
    """How the last attempt to reach a partner ended."""

    UP = "up"
    """It answered."""
    SLOW = "slow"
    """It answered that it has too much to do just now; messages wait as long as it asked for."""
    DOWN = "down"
    """Nobody answered, or its node refused whatever comes from this one (a clock, a card); the line is tried again."""


@dataclass(frozen=True, slots=True)
class PartnerLine:
    """One line: its state, and since when it has been in it."""

    state: LineState
    since: datetime


_ALL = Prepared(select(partner_line))
_ONE = Prepared(select(partner_line).where(partner_line.c.partner == bindparam("code")))
_NEW = insert_into(partner_line)
_CHANGE = Prepared(
    update(partner_line)
    .where(partner_line.c.partner == bindparam("code"))
    .values(state=bindparam("now"), since=bindparam("at"))
)
_ROLL_UP = Prepared(
    update(partner_line).where(partner_line.c.partner == bindparam("code")).values(last_answered=bindparam("at"))
)


def lines(tx: Transaction) -> dict[PartnerCode, PartnerLine]:
    """The line to every partner that was ever written to."""
    return {PartnerCode(row.partner): PartnerLine(LineState(row.state), row.since) for row in tx.rows(_ALL)}


def unreachable(tx: Transaction) -> dict[PartnerCode, datetime]:
    """The partners that cannot be reached just now, and since when: what waits for them is not a no-hit (ENQ-08)."""
    return {code: line.since for code, line in lines(tx).items() if line.state is LineState.DOWN}


def note_line(tx: Transaction, partner: PartnerCode, state: LineState, at: datetime) -> bool:
    """Write down how the line is; returns whether that is a change. `since` stays while the state stays."""
    known = tx.row(_ONE, code=partner)
    if known is None:
        tx.put(_NEW, {"partner": partner, "state": state, "since": at})
    elif known.state != state:
        tx.put(_CHANGE, {"code": partner, "now": state, "at": at})
    else:
        return False
    return True


def remembered_answers(tx: Transaction) -> dict[PartnerCode, datetime]:
    """When each partner last answered, as far as the outbox does not know it any more."""
    rows = tx.rows(_ALL)
    return {PartnerCode(row.partner): row.last_answered for row in rows if row.last_answered is not None}


def remember_answer(tx: Transaction, partner: PartnerCode, at: datetime) -> None:
    """Keep when a partner last answered, before its rows in the outbox are deleted."""
    if tx.put(_ROLL_UP, {"code": partner, "at": at}) == 0:
        tx.put(_NEW, {"partner": partner, "state": LineState.UP, "since": at, "last_answered": at})
