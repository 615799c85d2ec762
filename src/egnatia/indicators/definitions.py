"""What an indicator counts, said once, as data (IND-01).

A definition is one TOML file. It names a view of `sources.py`, the column whose time decides whether a record falls
into the window, which values are included, and which columns tell two records of one thing apart. It cannot calculate
anything else, so whoever reads the file knows what the figure means.
"""

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated

import msgspec
from sqlalchemy import Subquery

from egnatia.errors import InputError, NotFoundError
from egnatia.indicators.sources import SOURCES
from egnatia.indicators.wording import lint
from egnatia.store.tables.base import Utc

_FOLDER = Path(__file__).parent / "definitions"


class Unit(StrEnum):
    """What one of it is. Figures of different units are never added or divided without saying so."""

    EVENT = "event"
    HIT = "hit"
    PERSON = "person"
    CASE = "case"
    CLUSTER = "cluster"
    AMOUNT = "amount"


@dataclass(frozen=True, slots=True)
class Definition:
    """One version of one indicator.

    Attributes:
        id: its name in the command line, the console and published tables.
        version: from 1; any change of what is counted is a new version.
        unit: what one of it is.
        label: a few words for a heading.
        explanation: one or two sentences in plain words.
        source: which view of `sources.py` is counted.
        moment: the column whose time must lie in the half-open window [from, to).
        include: for each column, the values that count.
        present: columns that must have a value.
        dedupe: columns that make two records the same thing; a record without any of them is not counted.
        group_by: columns by which the figure is broken down.
        part_of: the indicator of which this one counts a part, so that a share can be given; empty where there is none.
        connected: whether records that share the value of any one dedupe column are one thing, through any chain of such
            records, and not only those that share all of them.
    """

    id: str
    version: int
    unit: Unit
    label: str
    explanation: str
    source: str
    moment: str
    include: dict[str, tuple[str | bool, ...]]
    present: tuple[str, ...]
    dedupe: tuple[str, ...]
    group_by: tuple[str, ...]
    part_of: str = ""
    connected: bool = False


_Text = Annotated[str, msgspec.Meta(min_length=1, max_length=400)]
_Values = Annotated[list[str | bool], msgspec.Meta(min_length=1)]


class _File(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    id: Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9_]{1,39}$")]
    version: Annotated[int, msgspec.Meta(ge=1)]
    unit: Unit
    label: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    explanation: _Text
    source: str
    moment: str
    dedupe: Annotated[list[str], msgspec.Meta(min_length=1)]
    include: dict[str, _Values] = {}
    present: list[str] = []
    group_by: list[str] = []
    part_of: str = ""
    connected: bool = False


def parse_definition(content: bytes) -> Definition:
    """Read one definition.

    Raises:
        InputError: not TOML, an unknown key, column or value, or a wording that the linter refuses.
    """
    try:
        file = msgspec.convert(tomllib.loads(content.decode("utf-8")), _File)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(f"an indicator's definition is not TOML: {error}") from None
    except msgspec.ValidationError as error:
        raise InputError(f"indicator definition: {error}") from None
    made = _definition(file)
    _check_columns(made)
    _check_values(made)
    _check_wording(made)
    return made


def _definition(file: _File) -> Definition:
    return Definition(
        id=file.id,
        version=file.version,
        unit=file.unit,
        label=file.label,
        explanation=file.explanation,
        source=file.source,
        moment=file.moment,
        include={column: tuple(values) for column, values in file.include.items()},
        present=tuple(file.present),
        dedupe=tuple(file.dedupe),
        group_by=tuple(file.group_by),
        part_of=file.part_of,
        connected=file.connected,
    )


def _check_columns(made: Definition) -> None:
    if made.source not in SOURCES:
        raise InputError(f"indicator {made.id}: no source {made.source!r}", hint=f"Sources are: {', '.join(SOURCES)}.")
    rows = SOURCES[made.source].rows
    for column in (made.moment, *made.include, *made.present, *made.dedupe, *made.group_by):
        if column not in rows.c:
            raise InputError(f"indicator {made.id}: {made.source} has no column {column!r}", hint=_columns(rows))
    if not isinstance(rows.c[made.moment].type, Utc):
        raise InputError(f"indicator {made.id}: the column {made.moment!r} is not a time", hint=_columns(rows))


def _columns(rows: Subquery) -> str:
    return f"Columns are: {', '.join(rows.c.keys())}."


def _check_values(made: Definition) -> None:
    for column, values in made.include.items():
        known = SOURCES[made.source].values.get(column)
        for value in values if known is not None else ():
            if value not in list(known or ()):
                raise InputError(f"indicator {made.id}: {column} is never {value!r}")


def _check_wording(made: Definition) -> None:
    for finding in (*lint(made.label), *lint(made.explanation)):
        raise InputError(
            f"indicator {made.id}: the wording {finding.words!r} is {finding.rule.value}", hint=finding.advice
        )


def check_part(part: Definition, whole: Definition) -> None:
    """Insist that whatever a part counts its whole counts too: only then is one divided by the other a share.

    Raises:
        InputError: it does not, or the whole is a part itself.
    """
    same = ("unit", "source", "moment", "present", "dedupe", "group_by")
    differs = [name for name in same if getattr(part, name) != getattr(whole, name)]
    differs += [
        column
        for column, values in whole.include.items()
        if column not in part.include or not set(part.include[column]) <= set(values)
    ]
    if whole.part_of:
        differs.append("part_of")
    if differs:
        raise InputError(
            f"indicator {part.id} is no part of {whole.id}: {', '.join(differs)}",
            hint="A part has the whole's source, moment and columns, and includes no value that the whole leaves out.",
        )


@cache
def _shipped() -> tuple[Definition, ...]:
    every = tuple(parse_definition(path.read_bytes()) for path in sorted(_FOLDER.glob("*.toml")))
    by_id = {each.id: each for each in every}
    for each in every:
        if each.part_of:
            check_part(each, by_id[each.part_of])
    return every


def definitions() -> list[Definition]:
    """Every indicator that this version ships, by id."""
    return list(_shipped())


def definition(indicator_id: str) -> Definition:
    """One indicator.

    Raises:
        NotFoundError: no such indicator.
    """
    for each in _shipped():
        if each.id == indicator_id:
            return each
    known = ", ".join(each.id for each in _shipped())
    raise NotFoundError(f"there is no indicator {indicator_id!r}", hint=f"Indicators are: {known}.")
