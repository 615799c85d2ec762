"""One evaluator for every definition, and the funnel that shows three units side by side."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from egnatia.errors import InputError
from egnatia.indicators.definitions import Definition, Unit, definition
from egnatia.indicators.sources import SOURCES
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
class Figure:
    """A number with everything needed to check it.

    Attributes:
        value: how many different things there are, by the definition's dedupe columns.
        records: every record counted; two records of one person are both here and count as one.
        not_counted: records that fit but lack what tells them apart (no person reference yet).
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
    return len({_key(row, wanted.dedupe) for row in rows})


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
