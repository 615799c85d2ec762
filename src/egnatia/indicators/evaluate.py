"""One evaluator for every definition, and the funnel that shows three units side by side."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from egnatia.enquiries.dna.clusters import joined
from egnatia.errors import InputError
from egnatia.indicators.definitions import Definition, Unit, definition
from egnatia.indicators.sources import SOURCES
from egnatia.model.intervals import wilson
from egnatia.store.database import Transaction

FUNNEL = (
    "enquiries_asked",
    "candidates",
    "hits",
    "follow_ups",
    "releases",
    "persons",
    "arrests",
    "taken_off_streets",
)
"""From question to outcome; neighbours may have different units, which the figures say."""
FEWEST = 10
"""Of fewer no share is given: it would say something of single records, and nothing of how often (as of error rates)."""


@dataclass(frozen=True, slots=True)
class Record:
    """A record behind a figure: which view it stands in, and its id there (`ask` ids are enquiry/partner)."""

    source: str
    id: str


@dataclass(frozen=True, slots=True)
class Group:
    """One row of a figure's breakdown; `key` follows the definition's `group_by`."""

    key: tuple[str, ...]
    value: int
    records: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """A figure as a share of the one that it is a part of.

    Attributes:
        key: as the group's; empty for everything together.
        number: the part.
        of: the whole, at least `FEWEST`.
        low, high: where the share lies in 95 of 100 cases (Wilson 1927), 0 to 1.
    """

    key: tuple[str, ...]
    number: int
    of: int
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with everything needed to check it.

    Attributes:
        value: how many different things there are, by the definition's dedupe columns.
        records: every record counted; two records of one person are both here and count as one.
        not_counted: records that fit but lack what tells them apart (no person reference yet).
        whole: the figure that this one is a part of, over the same window; None where it is a part of nothing.
    """

    id: str
    version: int
    unit: Unit
    label: str
    value: int
    records: tuple[Record, ...]
    not_counted: tuple[Record, ...]
    groups: tuple[Group, ...]
    window_from: datetime
    window_to: datetime
    whole: "Figure | None" = None

    def shares(self) -> tuple[Share, ...]:
        """The share of everything together, then of each group of the whole; none of fewer than `FEWEST`.

        A group in which nothing was counted has a share of 0, with its interval.
        """
        if self.whole is None:
            return ()
        parts = {(): self.value} | {each.key: each.value for each in self.groups}
        wholes = {(): self.whole.value} | {each.key: each.value for each in self.whole.groups}
        return tuple(
            Share(key, parts.get(key, 0), of, *wilson(parts.get(key, 0), of))
            for key, of in wholes.items()
            if of >= FEWEST
        )


@dataclass(frozen=True, slots=True)
class Funnel:
    """The figures from question to outcome, with refusals by reason and partner beside them."""

    steps: tuple[Figure, ...]
    refusals: Figure
    follow_up_refusals: Figure


def evaluate(tx: Transaction, wanted: Definition, window_from: datetime, window_to: datetime) -> Figure:
    """Count what a definition says, over the half-open window [window_from, window_to).

    Raises:
        InputError: the window is empty or its ends carry no zone.
    """
    _check_window(window_from, window_to)
    rows = _rows(tx, wanted, window_from, window_to)
    counted = [row for row in rows if _is_known(row, wanted)]
    return Figure(
        id=wanted.id,
        version=wanted.version,
        unit=wanted.unit,
        label=wanted.label,
        value=_distinct(counted, wanted),
        records=_records(counted, wanted),
        not_counted=_records([row for row in rows if not _is_known(row, wanted)], wanted),
        groups=_groups(counted, wanted),
        window_from=window_from,
        window_to=window_to,
        whole=evaluate(tx, definition(wanted.part_of), window_from, window_to) if wanted.part_of else None,
    )


def _check_window(window_from: datetime, window_to: datetime) -> None:
    if window_from.tzinfo is None or window_to.tzinfo is None:
        raise InputError("an indicator's window needs times with their zone")
    if window_from >= window_to:
        raise InputError(
            f"the window from {window_from.isoformat()} to {window_to.isoformat()} is empty",
            hint="The window is half-open: the first moment counts, the last does not.",
        )


def _rows(tx: Transaction, wanted: Definition, window_from: datetime, window_to: datetime) -> list[Any]:
    rows = SOURCES[wanted.source].rows
    moment = rows.c[wanted.moment]
    statement = select(rows).where(moment >= window_from, moment < window_to)
    for column, values in wanted.include.items():
        statement = statement.where(rows.c[column].in_(values))
    for column in wanted.present:
        statement = statement.where(rows.c[column].is_not(None))
    return list(tx.execute(statement.order_by(moment, rows.c.id)).mappings())


def _is_known(row: Any, wanted: Definition) -> bool:
    """Whether there is anything that tells this record from another."""
    return any(value is not None for value in _key(row, wanted.dedupe))


def _key(row: Any, columns: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(row[column] for column in columns)


def _distinct(rows: list[Any], wanted: Definition) -> int:
    if wanted.connected:
        return len({*joined(link for row in rows for link in _links(row, wanted.dedupe)).values()})
    return len({_key(row, wanted.dedupe) for row in rows})


def _links(row: Any, columns: tuple[str, ...]) -> list[tuple[tuple[str, Any], tuple[str, Any]]]:
    """What one record ties together: the values of its columns, each told apart by its column's name."""
    named = [(column, row[column]) for column in columns if row[column] is not None]
    return [(named[0], each) for each in named]


def _records(rows: list[Any], wanted: Definition) -> tuple[Record, ...]:
    return tuple(Record(wanted.source, row["id"]) for row in rows)


def _groups(rows: list[Any], wanted: Definition) -> tuple[Group, ...]:
    if not wanted.group_by:
        return ()
    parts: dict[tuple[str, ...], list[Any]] = {}
    for row in rows:
        parts.setdefault(tuple(str(value) for value in _key(row, wanted.group_by)), []).append(row)
    return tuple(Group(key, _distinct(parts[key], wanted), _records(parts[key], wanted)) for key in sorted(parts))


def funnel(tx: Transaction, window_from: datetime, window_to: datetime) -> Funnel:
    """Every step from enquiry to outcome over one window, each in its own unit (IND-08).

    The window applies to each record's own time: a hit of May whose arrest came in June stands in May's hits and in
    June's arrests.

    Raises:
        InputError: the window is empty or its ends carry no zone.
    """
    steps = tuple(evaluate(tx, definition(each), window_from, window_to) for each in FUNNEL)
    return Funnel(
        steps=steps,
        refusals=evaluate(tx, definition("refusals"), window_from, window_to),
        follow_up_refusals=evaluate(tx, definition("follow_up_refusals"), window_from, window_to),
    )
