"""Further checks as they stand: read by key or in parts of a list, and each look at a person's check logged."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select, true

from egnatia.accounts import authorise
from egnatia.casework.borders.particulars import particulars_of
from egnatia.casework.borders.rules import Ending, Standing
from egnatia.errors import NotFoundError
from egnatia.ledger import Act, append
from egnatia.model.borders import CrossingMode, CrossingOutcome, Direction, SecondLineFinding, SecondLineReason
from egnatia.model.events import EventKind
from egnatia.model.officers import Action, Officer
from egnatia.store.database import Transaction
from egnatia.store.tables import second_line

SHIFT = timedelta(hours=24)
"""How long the first line sees whom it referred: a shift and the next one, in which somebody may still wait there."""
AT_ONCE = 10
"""Referrals of one officer that the first line shows; older ones are at the second line."""


@dataclass(frozen=True, slots=True)
class FurtherCheck:
    """One further check as it stands.

    Attributes:
        id: its identifier.
        bcp: the crossing point.
        direction: entry or exit.
        mode: by what.
        reason: why it began.
        standing: what decides how it may end.
        opened_at: when it began.
        opened_by: by whom, by reference.
        inspection_id: of the document's inspection.
        signs: how many signs the screening saw; none before it.
        finding: the officer's; none while it is open.
        outcome: how it ended.
        closed_at: when.
        closed_by: by whom.
        ending: the whole of how it ended, with the grounds of a refusal.
    """

    id: str
    bcp: str
    direction: Direction
    mode: CrossingMode
    reason: SecondLineReason
    standing: Standing
    opened_at: datetime
    opened_by: str
    inspection_id: str | None
    signs: int | None
    finding: SecondLineFinding | None
    outcome: CrossingOutcome | None
    closed_at: datetime | None
    closed_by: str | None
    ending: Ending | None = None


@dataclass(frozen=True, slots=True)
class Referral:
    """A further check as the first line sees it that began it: when and where, and nothing of the person."""

    id: str
    bcp: str
    opened_at: datetime


def checks(
    tx: Transaction,
    officer: Officer,
    now: datetime,
    *,
    only_open: bool = False,
    part: tuple[int, int] | None = None,
) -> list[FurtherCheck]:
    """Further checks, open ones first. Looking is logged.

    Args:
        tx: a write transaction.
        officer: at the second line.
        now: the moment.
        only_open: leave closed ones out.
        part: of the list: how many to skip and how many to read; everything where it is none.

    Raises:
        ForbiddenError: the officer does not work at the second line.
    """
    authorise(officer, Action.CLOSE_SECOND_LINE)
    order = (second_line.c.closed_at.is_not(None), second_line.c.opened_at, second_line.c.id)
    query = select(second_line).where(_listed(only_open=only_open)).order_by(*order)
    if part is not None:
        query = query.offset(part[0]).limit(part[1])
    found = [_check(tx, row) for row in tx.execute(query).all()]
    why = "work at the second line"
    append(tx, Act(EventKind.SECOND_LINE_VIEWED, now, officer.id, "second_line", justification=why))
    return found


def how_many_checks(tx: Transaction, *, only_open: bool = False) -> int:
    """How many further checks the list has."""
    query = select(func.count()).select_from(second_line).where(_listed(only_open=only_open))
    return int(tx.execute(query).scalar_one())


def look_at(tx: Transaction, officer: Officer, check_id: str, now: datetime) -> FurtherCheck:
    """One further check, read by its key alone. Looking is logged.

    Raises:
        ForbiddenError, NotFoundError: as the names say.
    """
    authorise(officer, Action.CLOSE_SECOND_LINE)
    found = check_of(tx, check_id)
    why = "work at the second line"
    append(tx, Act(EventKind.SECOND_LINE_VIEWED, now, officer.id, f"second_line:{check_id}", justification=why))
    return found


def own_referrals(tx: Transaction, officer: Officer, now: datetime) -> list[Referral]:
    """Whom an officer of the first line referred in this shift and who is still being checked, the newest first.

    It shows when and where, which that officer knows, and nothing else: so that a request for protection can be noted.

    Raises:
        ForbiddenError: the officer does not check crossings.
    """
    authorise(officer, Action.CHECK_CROSSING)
    table = second_line.c
    mine = (table.opened_by == officer.id) & table.closed_at.is_(None) & (table.opened_at > now - SHIFT)
    query = select(table.id, table.bcp, table.opened_at).where(mine).order_by(table.opened_at.desc()).limit(AT_ONCE)
    return [Referral(row.id, row.bcp, row.opened_at) for row in tx.execute(query)]


def check_of(tx: Transaction, check_id: str) -> FurtherCheck:
    """One further check.

    Raises:
        NotFoundError: there is none.
        ErasedError: its time has come.
    """
    return _check(tx, row_of(tx, check_id))


def row_of(tx: Transaction, check_id: str) -> Row[Any]:
    """The row of a further check.

    Raises:
        NotFoundError: there is none.
    """
    row = tx.execute(select(second_line).where(second_line.c.id == check_id)).one_or_none()
    if row is None:
        raise NotFoundError(
            f"there is no further check {check_id[:40]!a}",
            hint="`egnatia crossing list` shows all of them; where nothing was found, only a count is left.",
        )
    return row


def _listed(*, only_open: bool) -> ColumnElement[bool]:
    return second_line.c.closed_at.is_(None) if only_open else true()


def _check(tx: Transaction, row: Row[Any]) -> FurtherCheck:
    known = particulars_of(tx, row.particulars_id)
    direction = Direction(row.direction)
    return FurtherCheck(
        id=row.id,
        bcp=row.bcp,
        direction=direction,
        mode=CrossingMode(row.mode),
        reason=known.reason,
        standing=known.standing(direction),
        opened_at=row.opened_at,
        opened_by=row.opened_by,
        inspection_id=row.inspection_id,
        signs=None if known.screened_at is None else len(known.signs),
        finding=known.ending.finding if known.ending else None,
        outcome=known.ending.outcome if known.ending else None,
        closed_at=row.closed_at,
        closed_by=row.closed_by,
        ending=known.ending,
    )
