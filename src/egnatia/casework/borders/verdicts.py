"""What a person says a document is: apart from the machine's advice, with a name and with reasons (requirement DOC-02).

Nothing here takes an advice, so none can become a verdict. A second officer may confirm a verdict or differ from it; every
verdict stays, and of each officer the latest counts. Two officers who agree make it confirmed: that, and no advice, is
what a forgery alert may start from.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, select

from egnatia.accounts import authorise
from egnatia.enquiries.desk import KEEP, MIN_JUSTIFICATION, check_text
from egnatia.errors import NotFoundError
from egnatia.ledger import Act, append
from egnatia.model.borders import FALSE_VERDICTS, VerdictClass
from egnatia.model.events import EventKind
from egnatia.model.officers import Action, Officer
from egnatia.model.states import Purpose
from egnatia.store.database import Transaction
from egnatia.store.tables import inspection, verdict

ENOUGH = 2
"""Officers who have to agree before a verdict is confirmed: the four eyes that a release needs as well."""


class Agreement(StrEnum):
    """How the officers' verdicts on one inspection stand to one another."""

    NONE = "none"
    SINGLE = "single"
    CONFIRMED = "confirmed"
    DISPUTED = "disputed"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One officer's verdict.

    Attributes:
        id: its identifier.
        inspection_id: of which inspection.
        kind: what the officer says the document is.
        given_by: who, by reference.
        given_at: when.
    """

    id: str
    inspection_id: str
    kind: VerdictClass
    given_by: str
    given_at: datetime


@dataclass(frozen=True, slots=True)
class Judged:
    """An inspection with what officers say of its document.

    Attributes:
        inspection_id: which.
        agreement: none, one officer's, several who agree, or several who do not.
        kind: what it is by the officers who agree; none where there is no verdict or they differ.
        verdicts: every verdict that was given, the oldest first.
    """

    inspection_id: str
    agreement: Agreement
    kind: VerdictClass | None
    verdicts: tuple[Verdict, ...]


def give_verdict(
    tx: Transaction, officer: Officer, inspection_id: str, kind: VerdictClass, why: str, now: datetime
) -> str:
    """Say what a document is. Returns the verdict's id; what was said before stays and is not changed.

    Args:
        tx: a write transaction.
        officer: an examiner or a supervisor; nobody and nothing else can write a verdict.
        inspection_id: of which inspection.
        kind: from the list.
        why: the reasons, at least 20 characters; sealed.
        now: the moment.

    Raises:
        ForbiddenError, InputError: as the names say.
        NotFoundError: there is no such inspection.
    """
    authorise(officer, Action.GIVE_VERDICT)
    said = check_text("reasons", why, MIN_JUSTIFICATION)
    number = len(judged(tx, inspection_id).verdicts) + 1
    sealed = tx.seal(said.encode(), kind="verdict", at=now, erase_on=now + KEEP)
    row = {
        "id": tx.new_id(),
        "inspection_id": inspection_id,
        "number": number,
        "kind": kind,
        "given_by": officer.id,
        "given_at": now,
        "sealed_id": sealed.id,
        "erase_on": now + KEEP,
    }
    tx.execute(verdict.insert(), row)
    content = {"verdict": kind.value, "agreement": judged(tx, inspection_id).agreement.value}
    append(tx, _act(EventKind.VERDICT_GIVEN, officer, inspection_id, now, content))
    return str(row["id"])


def judged(tx: Transaction, inspection_id: str) -> Judged:
    """What officers say of an inspection's document, without their reasons.

    Raises:
        NotFoundError: there is no such inspection.
    """
    _require(tx, inspection_id)
    query = select(verdict).where(verdict.c.inspection_id == inspection_id).order_by(verdict.c.number)
    return _judged(inspection_id, [_verdict(row) for row in tx.execute(query)])


def reasons_of(tx: Transaction, officer: Officer, inspection_id: str, now: datetime) -> dict[str, str]:
    """The reasons of every verdict on an inspection, by the verdict's id; erased ones are missing. Looking is logged.

    Raises:
        ForbiddenError: the officer gives no verdicts.
        NotFoundError: there is no such inspection.
    """
    authorise(officer, Action.GIVE_VERDICT)
    _require(tx, inspection_id)
    query = select(verdict.c.id, verdict.c.sealed_id).where(verdict.c.inspection_id == inspection_id)
    found = {row.id: tx.opened(row.sealed_id) for row in tx.execute(query).all()}
    append(tx, _act(EventKind.VERDICT_VIEWED, officer, inspection_id, now, None))
    return {key: text.decode() for key, text in found.items() if text is not None}


def false_verdicts(tx: Transaction, since: datetime, *, confirmed: bool = True) -> list[Judged]:
    """Inspections of documents that officers say are false, for forgery alerts; disputed ones are never among them.

    Args:
        tx: a transaction.
        since: only inspections with a verdict of this moment or later.
        confirmed: only where two officers agree; otherwise also where one has spoken and nobody differs.

    Returns:
        In the order of their latest verdicts.
    """
    recent = select(verdict.c.inspection_id).where(verdict.c.given_at >= since)
    query = select(verdict).where(verdict.c.inspection_id.in_(recent)).order_by(verdict.c.number)
    wanted = {Agreement.CONFIRMED} if confirmed else {Agreement.CONFIRMED, Agreement.SINGLE}
    found = _grouped(_verdict(row) for row in tx.execute(query))
    false = [each for each in found if each.agreement in wanted and each.kind in FALSE_VERDICTS]
    return sorted(false, key=lambda each: (each.verdicts[-1].given_at, each.inspection_id))


def _grouped(verdicts: Iterable[Verdict]) -> list[Judged]:
    by_inspection: dict[str, list[Verdict]] = {}
    for each in verdicts:
        by_inspection.setdefault(each.inspection_id, []).append(each)
    return [_judged(inspection_id, given) for inspection_id, given in by_inspection.items()]


def _judged(inspection_id: str, given: list[Verdict]) -> Judged:
    latest = {each.given_by: each.kind for each in given}  # in the order of time, so an officer's last word stands
    kinds = set(latest.values())
    if not kinds:
        return Judged(inspection_id, Agreement.NONE, None, ())
    if len(kinds) > 1:
        return Judged(inspection_id, Agreement.DISPUTED, None, tuple(given))
    agreement = Agreement.CONFIRMED if len(latest) >= ENOUGH else Agreement.SINGLE
    return Judged(inspection_id, agreement, kinds.pop(), tuple(given))


def _require(tx: Transaction, inspection_id: str) -> None:
    if tx.execute(select(inspection.c.id).where(inspection.c.id == inspection_id)).first() is None:
        raise NotFoundError(
            f"there is no inspection {inspection_id[:40]!a}", hint="An inspection is recorded when it has a case."
        )


def _verdict(row: Row[Any]) -> Verdict:
    return Verdict(row.id, row.inspection_id, VerdictClass(row.kind), row.given_by, row.given_at)


def _act(kind: EventKind, officer: Officer, inspection_id: str, now: datetime, content: dict[str, Any] | None) -> Act:
    ref = f"inspection:{inspection_id}"
    return Act(kind, now, officer.id, ref, purpose=Purpose.BORDER_CHECK, content=content)
