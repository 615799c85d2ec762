"""Checks are relaxed for some hours: by a supervisor with a name, for a reason from a list, at one crossing point.

When a queue becomes unbearable through events that nobody foresaw, fewer checks may be made for a time (Regulation (EU)
2016/399, article 9). The decision is a person's and is recorded with that person (BCC-09); entry keeps its checks longer
than exit (article 9(2)). Nothing is relaxed by itself, and nothing stays relaxed because somebody forgot.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, select

from egnatia.accounts import authorise
from egnatia.casework.borders.crossings import check_bcp
from egnatia.errors import ConflictError, InputError, NotFoundError
from egnatia.ledger import Act, append
from egnatia.model.borders import Direction, RelaxationReason
from egnatia.model.events import EventKind
from egnatia.model.officers import Action, Officer
from egnatia.store.database import Transaction
from egnatia.store.tables import relaxation

LONGEST = timedelta(hours=24)
"""The longest time for which one decision holds; after that somebody decides anew (our own rule: the regulation says
temporary, and adapted to the circumstances)."""


@dataclass(frozen=True, slots=True)
class Relaxation:
    """One decision to relax checks.

    Attributes:
        id: its identifier.
        bcp: the crossing point.
        direction: entry or exit.
        reason: from the list.
        begins_at: from when.
        until: to when at the latest.
        authorised_by: who decided, by reference.
        ended_at: when somebody ended it early.
    """

    id: str
    bcp: str
    direction: Direction
    reason: RelaxationReason
    begins_at: datetime
    until: datetime
    authorised_by: str
    ended_at: datetime | None

    def holds(self, now: datetime) -> bool:
        """Whether checks are relaxed at this moment."""
        return self.begins_at <= now < (self.ended_at or self.until)


def relax(
    tx: Transaction,
    officer: Officer,
    where: tuple[str, Direction],
    reason: RelaxationReason,
    length: timedelta,
    now: datetime,
) -> str:
    """Relax checks from now on. Returns the decision's id.

    Raises:
        ForbiddenError: only a supervisor may.
        InputError: a code that is none, or a time that is none or too long.
        ConflictError: exit is not relaxed there, and entry is not relaxed before exit.
    """
    authorise(officer, Action.RELAX_CHECKS)
    bcp, direction = where
    check_bcp(bcp)
    if not timedelta(0) < length <= LONGEST:
        hours = int(LONGEST.total_seconds() // 3600)
        raise InputError(f"checks are relaxed for up to {hours} hours", hint="Decide anew when they are over.")
    if direction is Direction.ENTRY and not _holding(tx, bcp, Direction.EXIT, now):
        raise ConflictError(
            "checks on entry are not relaxed before those on exit",
            hint="Relax exit first: `egnatia crossing relax --direction exit`.",
        )
    row = {
        "id": tx.new_id(),
        "bcp": bcp,
        "direction": direction,
        "reason": reason,
        "begins_at": now,
        "until": now + length,
        "authorised_by": officer.id,
    }
    tx.execute(relaxation.insert(), row)
    content = {"direction": direction.value, "reason": reason.value, "until": (now + length).isoformat()}
    append(tx, Act(EventKind.CHECKS_RELAXED, now, officer.id, f"bcp:{bcp}", content=content))
    return str(row["id"])


def restore(tx: Transaction, officer: Officer, relaxation_id: str, now: datetime) -> None:
    """End a relaxation before its time.

    Raises:
        ForbiddenError, NotFoundError: as the names say.
        ConflictError: it is over already.
    """
    authorise(officer, Action.RELAX_CHECKS)
    row = tx.execute(select(relaxation).where(relaxation.c.id == relaxation_id)).one_or_none()
    if row is None:
        raise NotFoundError(
            f"there is no relaxation {relaxation_id[:40]!a}", hint="`egnatia crossing relaxations` shows all of them."
        )
    if not _relaxation(row).holds(now):
        raise ConflictError("this relaxation is over")
    values = {"ended_at": now, "ended_by": officer.id}
    tx.execute(relaxation.update().where(relaxation.c.id == relaxation_id).values(values))
    append(tx, Act(EventKind.CHECKS_RESTORED, now, officer.id, f"bcp:{row.bcp}"))


def relaxations(tx: Transaction, now: datetime, *, only_now: bool = False) -> list[Relaxation]:
    """Decisions to relax checks, the newest first; no traveller is in them, so every officer may look."""
    query = select(relaxation).order_by(relaxation.c.begins_at.desc(), relaxation.c.id)
    if only_now:
        query = query.where(relaxation.c.until > now)
    found = [_relaxation(row) for row in tx.execute(query)]
    return [each for each in found if each.holds(now)] if only_now else found


def _holding(tx: Transaction, bcp: str, direction: Direction, now: datetime) -> bool:
    return any((each.bcp, each.direction) == (bcp, direction) for each in relaxations(tx, now, only_now=True))


def _relaxation(row: Row[Any]) -> Relaxation:
    return Relaxation(
        id=row.id,
        bcp=row.bcp,
        direction=Direction(row.direction),
        reason=RelaxationReason(row.reason),
        begins_at=row.begins_at,
        until=row.until,
        authorised_by=row.authorised_by,
        ended_at=row.ended_at,
    )
