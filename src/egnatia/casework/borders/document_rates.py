"""How often the machine's advice was wrong, for each type of document, by officers' verdicts (DOC-09; LED article 11(3)).

A false alarm is a document that officers found genuine and the machine did not call consistent; a miss is one that they
found false by how it was made, and the machine called it consistent. `cannot_tell` is neither, and is counted beside
them. Verdicts are given on documents that somebody looked at twice: these are no rates of everything that was read, and a
false document that nobody doubted is in none of them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Final

from sqlalchemy import select

from egnatia.accounts import authorise
from egnatia.casework.borders.counts import FEWEST
from egnatia.casework.borders.verdicts import judged
from egnatia.engines.documents.types import Advice
from egnatia.errors import InputError
from egnatia.ledger import Act, append
from egnatia.model.borders import MADE_FALSE, VerdictClass
from egnatia.model.events import EventKind
from egnatia.model.intervals import wilson
from egnatia.model.officers import Action, Officer
from egnatia.store.database import Transaction
from egnatia.store.tables import inspection, verdict

UNKNOWN: Final = "unknown"
"""Documents whose issuer could not be read."""
_ALARM: Final = frozenset({Advice.DISCREPANCIES, Advice.SUSPECTED_FALSE})


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many, with its interval; hidden where so few would be spoken of that one could be meant.

    Attributes:
        number: how many; 0 where it is hidden.
        of: of how many; 0 where it is hidden.
        hidden: whether there are some, but fewer than `FEWEST`.
    """

    number: int
    of: int
    hidden: bool = False

    @property
    def rate(self) -> float | None:
        """The share, 0 to 1; None of nothing."""
        return self.number / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Where the share lies in 95 of 100 cases (Wilson 1927); None of nothing."""
        return wilson(self.number, self.of) if self.of else None


@dataclass(frozen=True, slots=True)
class TypeRates:
    """The errors on one type of document.

    Attributes:
        document_type: issuer and first letter, such as `ALB P`; `unknown`, or empty for every type together.
        false_alarms: of documents found genuine, how many the machine did not call consistent.
        silent_on_genuine: of the same, on how many it said that it cannot tell.
        misses: of documents found false by how they were made, how many the machine called consistent.
        silent_on_false: of the same, on how many it said that it cannot tell.

    No figure is of both together: beside one that is shown it would tell one that is hidden.
    """

    document_type: str
    false_alarms: Share
    silent_on_genuine: Share
    misses: Share
    silent_on_false: Share


@dataclass(frozen=True, slots=True)
class Told:
    """One inspection with a verdict that nobody disputes."""

    document_type: str
    advice: Advice
    kind: VerdictClass


def document_rates(tx: Transaction, officer: Officer, period: tuple[date, date], now: datetime) -> list[TypeRates]:
    """The errors of the days from the first to the last, by type of document, and all together. Looking is logged.

    Args:
        tx: a write transaction.
        officer: a supervisor.
        period: first and last day of the inspections.
        now: the moment.

    Raises:
        ForbiddenError: only a supervisor sees figures.
        InputError: the last day is before the first.
    """
    authorise(officer, Action.VIEW_BORDER_FIGURES)
    if period[1] < period[0]:
        raise InputError("the period is empty", hint="Give the first day before the last.")
    found = tally(_told(tx, period))
    why = f"error rates of documents, {period[0]} to {period[1]}"
    append(tx, Act(EventKind.BORDER_FIGURES_VIEWED, now, officer.id, "border_figures", justification=why))
    return found


def _told(tx: Transaction, period: tuple[date, date]) -> Iterable[Told]:
    begin = datetime.combine(period[0], time(), UTC)
    end = datetime.combine(period[1], time.max, UTC)  # the last day of the calendar has no next one
    judged_ones = select(verdict.c.inspection_id)
    query = select(inspection.c.id, inspection.c.document_type, inspection.c.advice).where(
        inspection.c.at >= begin, inspection.c.at <= end, inspection.c.id.in_(judged_ones)
    )
    for row in tx.execute(query).all():
        kind = judged(tx, row.id).kind
        if kind is not None:
            yield Told(row.document_type or UNKNOWN, Advice(row.advice), kind)


def tally(told: Iterable[Told]) -> list[TypeRates]:
    """Rates by type in alphabetical order and all together at the end, with too small ones hidden.

    The sum is hidden as well where a hidden type could be worked out from it.
    """
    by_type: dict[str, list[Told]] = {}
    for each in told:
        by_type.setdefault(each.document_type, []).append(each)
    exact = [_rates(name, by_type[name]) for name in sorted(by_type)]
    if not exact:
        return []
    whole = _rates("", [each for every in by_type.values() for each in every])
    shares = {
        name: _hidden([getattr(each, name) for each in exact], getattr(whole, name))
        for name in ("false_alarms", "silent_on_genuine", "misses", "silent_on_false")
    }
    names = [each.document_type for each in (*exact, whole)]
    return [TypeRates(name, *(shares[part][at] for part in shares)) for at, name in enumerate(names)]


def _rates(name: str, told: list[Told]) -> TypeRates:
    genuine = [each.advice for each in told if each.kind is VerdictClass.GENUINE]
    false = [each.advice for each in told if each.kind in MADE_FALSE]
    return TypeRates(
        name,
        Share(sum(advice in _ALARM for advice in genuine), len(genuine)),
        Share(sum(advice is Advice.CANNOT_TELL for advice in genuine), len(genuine)),
        Share(sum(advice is Advice.CONSISTENT for advice in false), len(false)),
        Share(sum(advice is Advice.CANNOT_TELL for advice in false), len(false)),
    )


def _hidden(parts: list[Share], whole: Share) -> list[Share]:
    """The shares of every type and of all together; what is under `FEWEST`, or would show it, is hidden."""
    small = [0 < each.of < FEWEST for each in parts]
    left = sum(each.of for each, is_small in zip(parts, small, strict=True) if is_small)
    tells = 0 < whole.of < FEWEST or 0 < left < FEWEST
    covered = Share(0, 0, hidden=True)
    shown = [covered if is_small else each for each, is_small in zip(parts, small, strict=True)]
    return [*shown, covered if tells else whole]
