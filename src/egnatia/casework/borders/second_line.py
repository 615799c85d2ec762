"""The second line: informed, heard, screened where a document is false, and closed by an officer's own finding.

The machine has no part in it: no function here takes an advice, and none can write a finding but with an officer.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from egnatia.accounts import authorise
from egnatia.casework.borders.counts import Group, check_group, count_ending
from egnatia.casework.borders.rules import Standing, check_ending
from egnatia.enquiries.desk import KEEP, check_text
from egnatia.errors import ConflictError, InputError, NotFoundError
from egnatia.ledger import Act, append
from egnatia.model.borders import (
    CrossingMode,
    CrossingOutcome,
    Direction,
    Minor,
    SecondLineFinding,
    SecondLineReason,
    Sign,
)
from egnatia.model.events import EventKind
from egnatia.model.officers import Action, Officer
from egnatia.model.states import Purpose
from egnatia.store.database import Transaction
from egnatia.store.tables import second_line

SHEETS = frozenset(
    {"en", "sq", "sr", "sr-Latn", "mk", "ar", "fa", "ps", "ku", "tr", "vi", "fr", "es", "ru", "uk", "bn", "ur", "hi"}
)
"""Languages (BCP 47) in which an information sheet may have been given: those of the partners and of the route."""
MIN_NOTE = 10


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


def checks(tx: Transaction, officer: Officer, now: datetime, *, only_open: bool = False) -> list[FurtherCheck]:
    """Further checks, open ones first. Looking is logged.

    Raises:
        ForbiddenError: the officer does not work at the second line.
    """
    authorise(officer, Action.CLOSE_SECOND_LINE)
    query = select(second_line).order_by(second_line.c.closed_at.is_not(None), second_line.c.opened_at)
    if only_open:
        query = query.where(second_line.c.closed_at.is_(None))
    found = [_check(row) for row in tx.execute(query)]
    why = "work at the second line"
    append(tx, Act(EventKind.SECOND_LINE_VIEWED, now, officer.id, "second_line", justification=why))
    return found


def inform(tx: Transaction, officer: Officer, check_id: str, language: str, now: datetime) -> None:
    """Note that the information sheet was given, and in which language (BCC-04).

    Raises:
        ForbiddenError, NotFoundError, ConflictError: as the names say.
        InputError: there is no sheet in this language.
    """
    authorise(officer, Action.CHECK_CROSSING)
    if language not in SHEETS:
        raise InputError(
            f"there is no information sheet in {language[:20]!a}", hint=f"One of: {', '.join(sorted(SHEETS))}."
        )
    _note(tx, officer, check_id, {"informed_in": language, "informed_at": now}, f"information sheet in {language}", now)


def hear_protection(tx: Transaction, officer: Officer, check_id: str, now: datetime) -> None:
    """Note that the person asked for protection: from now on the check can only end in a referral (BCC-05).

    Raises:
        ForbiddenError, NotFoundError, ConflictError: as the names say.
    """
    authorise(officer, Action.CHECK_CROSSING)
    first = _row(tx, check_id).protection_asked_at or now  # hearing it again does not make it later
    _note(tx, officer, check_id, {"protection_asked_at": first}, "asked for protection", now)


def screen(tx: Transaction, officer: Officer, check_id: str, signs: Collection[Sign], now: datetime) -> bool:
    """Note what the screening saw; which signs is sealed. Returns whether help has to be offered (DOC-10).

    Raises:
        ForbiddenError, NotFoundError, ConflictError: as the names say.
    """
    authorise(officer, Action.CHECK_CROSSING)
    seen = sorted({each.value for each in signs})
    most = max(len(seen), _row(tx, check_id).signs or 0)  # what was seen once is not unseen by looking again
    values: dict[str, object] = {"screened_at": now, "signs": most}
    _note(tx, officer, check_id, values, f"screened: {', '.join(seen) or 'none'}", now)
    return bool(seen)


def close(
    tx: Transaction,
    officer: Officer,
    check_id: str,
    ending: tuple[SecondLineFinding, CrossingOutcome],
    note: str,
    group: Group,
    now: datetime,
) -> None:
    """Close a check with the officer's own finding and outcome; also "no finding" is a result (BCC-06).

    Args:
        tx: a write transaction.
        officer: who closes it, not by a machine's word.
        check_id: which.
        ending: finding and outcome.
        note: what was found, in the officer's words; sealed.
        group: whom the check was counted with, for the figures alone.
        now: the moment.

    Raises:
        ForbiddenError, NotFoundError: as the names say.
        InputError: no note, or a code that is none.
        ConflictError: it was closed already, or may not end like this.
    """
    authorise(officer, Action.CLOSE_SECOND_LINE)
    said = check_text("note", note, MIN_NOTE)
    check_group(group)
    row = _open(tx, check_id)
    finding, outcome = ending
    check_ending(_standing(row), finding, outcome)
    sealed = tx.seal(said.encode(), kind="second_line", at=now, erase_on=now + KEEP)
    values = {"finding": finding, "outcome": outcome, "closed_at": now, "closed_by": officer.id, "sealed_id": sealed.id}
    tx.execute(second_line.update().where(second_line.c.id == check_id).values(values))
    place = (row.bcp, row.opened_at.date(), Direction(row.direction))
    count_ending(tx, place, row.reason, finding.value, group)
    content = {"finding": finding.value, "outcome": outcome.value}
    append(tx, _act(EventKind.SECOND_LINE_CLOSED, officer, check_id, now, content))


def check_of(tx: Transaction, check_id: str) -> FurtherCheck:
    """One further check.

    Raises:
        NotFoundError: there is none.
    """
    return _check(_row(tx, check_id))


def _note(
    tx: Transaction, officer: Officer, check_id: str, values: dict[str, object], said: str, now: datetime
) -> None:
    authorise(officer, Action.CHECK_CROSSING)
    _open(tx, check_id)
    tx.execute(second_line.update().where(second_line.c.id == check_id).values(values))
    append(tx, _act(EventKind.SECOND_LINE_NOTED, officer, check_id, now, {"noted": said}))


def _act(kind: EventKind, officer: Officer, check_id: str, now: datetime, content: dict[str, Any]) -> Act:
    return Act(kind, now, officer.id, f"second_line:{check_id}", purpose=Purpose.BORDER_CHECK, content=content)


def _row(tx: Transaction, check_id: str) -> Row[Any]:
    row = tx.execute(select(second_line).where(second_line.c.id == check_id)).one_or_none()
    if row is None:
        raise NotFoundError(
            f"there is no further check {check_id[:40]!a}", hint="`egnatia crossing list` shows all of them."
        )
    return row


def _open(tx: Transaction, check_id: str) -> Row[Any]:
    row = _row(tx, check_id)
    if row.closed_at is not None:
        raise ConflictError(f"the further check {check_id} is closed", hint="What it ended with stays as it is.")
    return row


def _standing(row: Row[Any]) -> Standing:
    return Standing(
        direction=Direction(row.direction),
        minor=Minor(row.minor),
        protection_asked=row.protection_asked_at is not None,
        informed=row.informed_at is not None,
        screened=row.screened_at is not None,
    )


def _check(row: Row[Any]) -> FurtherCheck:
    return FurtherCheck(
        id=row.id,
        bcp=row.bcp,
        direction=Direction(row.direction),
        mode=CrossingMode(row.mode),
        reason=SecondLineReason(row.reason),
        standing=_standing(row),
        opened_at=row.opened_at,
        opened_by=row.opened_by,
        inspection_id=row.inspection_id,
        signs=row.signs,
        finding=SecondLineFinding(row.finding) if row.finding else None,
        outcome=CrossingOutcome(row.outcome) if row.outcome else None,
        closed_at=row.closed_at,
        closed_by=row.closed_by,
    )
