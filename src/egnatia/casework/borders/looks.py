"""Looking at a recorded inspection again: its list, its report, its replay. Every look is an entry of its own.

What is unsealed here holds a person's data. The entry of a replay says whether the bytes were the same; that of a
report that was taken out says in which form it went.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from egnatia.accounts import authorise
from egnatia.casework.borders.inspections import stored_inspection
from egnatia.errors import InputError
from egnatia.ledger import JSON, Act, append
from egnatia.ledger.log import Entry
from egnatia.model.events import EventKind
from egnatia.model.ids import OfficerId
from egnatia.model.officers import Action, Officer
from egnatia.model.states import Purpose
from egnatia.store.database import Transaction
from egnatia.store.tables import inspection

if TYPE_CHECKING:
    from egnatia.engines.documents.presented import Basis
    from egnatia.engines.documents.report.stored import Replay, StoredInspection

SHOWN = 1_000
"""Inspections in a list, the newest first: a busy crossing point's month. Older ones are found by their case."""
Commit = Callable[[Callable[[Transaction], Entry]], Entry]


@dataclass(frozen=True, slots=True)
class InspectionRow:
    """One recorded inspection as a list shows it: nothing that was read from the document."""

    id: str
    case_ref: str
    officer_id: OfficerId
    at: datetime
    advice: str


def inspections(tx: Transaction, officer: Officer, now: datetime) -> list[InspectionRow]:
    """The newest inspections of this node; looking is logged.

    Raises:
        ForbiddenError: the officer may not look.
    """
    authorise(officer, Action.VIEW_INSPECTION)
    append(tx, Act(EventKind.INSPECTION_VIEWED, now, officer.id, "inspections"))
    table = inspection.c
    query = select(table.id, table.case_ref, table.officer_id, table.at, table.advice)
    rows = tx.execute(query.order_by(table.at.desc(), table.id).limit(SHOWN))
    return [InspectionRow(row.id, row.case_ref, OfficerId(row.officer_id), row.at, row.advice) for row in rows]


def look_at_inspection(tx: Transaction, officer: Officer, inspection_id: str, now: datetime) -> bytes:
    """One inspection as it was sealed, to be shown; the look is logged.

    Raises:
        ForbiddenError: the officer may not look.
        NotFoundError, ErasedError: there is none, or it was erased.
    """
    return _opened(tx, officer, inspection_id, now, (EventKind.INSPECTION_VIEWED, {}))


def take_out_report(
    tx: Transaction, officer: Officer, inspection_id: str, form: Mapping[str, JSON], now: datetime
) -> bytes:
    """One inspection as it was sealed, for a report that leaves this system: what becomes of the file nobody sees.

    Args:
        tx: write transaction.
        officer: who takes it.
        inspection_id: which.
        form: what is made of it: kind, view, language, and whether personal data are in it.
        now: the moment.

    Raises:
        As `look_at_inspection`.
    """
    return _opened(tx, officer, inspection_id, now, (EventKind.INSPECTION_EXPORTED, form))


def _opened(
    tx: Transaction, officer: Officer, inspection_id: str, now: datetime, what: tuple[EventKind, Mapping[str, JSON]]
) -> bytes:
    authorise(officer, Action.VIEW_INSPECTION)
    content = stored_inspection(tx, inspection_id)
    append(tx, _act(officer, inspection_id, now, what))
    return content


def _act(officer: Officer, inspection_id: str, now: datetime, what: tuple[EventKind, Mapping[str, JSON]]) -> Act:
    event, facts = what
    ref = f"inspection:{inspection_id}"
    return Act(event, now, officer.id, ref, purpose=Purpose.BORDER_CHECK, content=dict(facts) or None)


def replay_inspection(
    commit: Commit, officer: Officer, stored: tuple[str, "StoredInspection"], basis: "Basis", now: datetime
) -> "Replay":
    """Repeat a recorded inspection on what is known now, and enter what came of it before anybody is told.

    Args:
        commit: runs a job in the queue of writes; the examination itself, which takes seconds, runs outside of it.
        officer: who repeats it.
        stored: the inspection's id, and what was sealed.
        basis: what is known here (`node_basis`).
        now: the moment.

    Raises:
        ForbiddenError: the officer may not.
        InputError: what was stored cannot be examined any more; that too is entered.
    """
    from egnatia.engines.documents.report.stored import replay

    authorise(officer, Action.VIEW_INSPECTION)
    inspection_id, kept = stored

    def enter(facts: Mapping[str, JSON]) -> None:
        act = _act(officer, inspection_id, now, (EventKind.INSPECTION_REPLAYED, facts))
        commit(lambda tx: append(tx, act))

    try:
        found = replay(kept, basis)
    except InputError:
        enter({"same": False, "examined": False})
        raise
    enter({"same": found.same, "versions": [each.what for each in found.versions], "checks": len(found.checks)})
    return found
