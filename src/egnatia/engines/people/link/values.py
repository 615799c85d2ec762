"""The different values of a register, read once: names in parts, dates as numbers, numbers and texts in one writing.

Value 0 of every kind is `nothing known`: an empty text, a placeholder, a date that no calendar has.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

import numpy as np

from egnatia.engines.people.identifiers import IdentifierKind, read_identifier
from egnatia.engines.people.link.fields import NAMES, TEXTS, Field
from egnatia.engines.people.link.lists import Codes, Lists, lists_of, taken
from egnatia.engines.people.link.register import SEVERAL, Column, Register, column_of
from egnatia.engines.people.names import words
from egnatia.engines.people.national import read_national
from egnatia.engines.people.parts import Part, parts
from egnatia.engines.people.scripts import plain
from egnatia.engines.people.types import MONTHS, parse_date
from egnatia.errors import InputError

Flags = np.ndarray[Any, np.dtype[np.bool_]]
KINDS = {
    IdentifierKind.NATIONAL: "n",
    IdentifierKind.DOCUMENT: "n",
    IdentifierKind.PHONE: "p",
    IdentifierKind.IBAN: "i",
    IdentifierKind.PLATE: "v",
}
"""Signs of what numbers are; a national number with a wrong digit looks like a document's, so the two are one kind."""
MAX_PARTS = 8
"""Parts of one name that are read; comparing takes time by the square of them."""
_DAYS = np.array([0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
_PLAIN = re.compile(r"[A-Za-z0-9]{5,14}")
"""What `read_identifier` can only take for a number of a person or a document: no sign in it, and shorter than any account."""
_WRITTEN = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")


@dataclass(frozen=True, slots=True)
class Values:
    """Everything that is compared, by record.

    Attributes:
        parts: every different part of a name, in the order of letters.
        names: every different name as the numbers of its parts, in the order of letters; name 0 is none. Fields share the numbers.
        name_of: for each field of names the number of each record's name.
        alias_owners: whose each alias is; `alias_first` and `alias_family` are numbers of its names.
        born: year, month and day of each record as written, 0 for what is unknown and no national number tells.
        texts: for each field of texts (and numbers) the different ones; 0 is none.
        text_of: for each field of texts the number of each record's text.
        numbers: which numbers (places in `texts`) each record has.
        sides: which register each record is of.
    """

    parts: tuple[Part, ...]
    names: Lists
    name_of: dict[Field, Codes]
    alias_owners: Codes
    alias_first: Codes
    alias_family: Codes
    born: Codes
    texts: dict[Field, tuple[str, ...]]
    text_of: dict[Field, Codes]
    numbers: Lists
    sides: np.ndarray[Any, np.dtype[np.int8]]

    def __len__(self) -> int:
        """How many records there are."""
        return len(self.sides)


def read(register: Register) -> Values:
    """Read a register."""
    nothing = Column(("",), np.zeros(len(register), dtype=np.int32))
    columns = {field: register.columns.get(field, nothing) for field in Field}
    aliases = register.aliases
    found, names, numbered = _names([*(columns[field] for field in NAMES), aliases.first, aliases.family])
    texts, text_of = {}, {}
    for field in TEXTS:
        texts[field], text_of[field] = _once(columns[field], _text)
    texts[Field.NUMBERS], numbers = _numbers(columns[Field.NUMBERS])
    of_fields = dict(zip(NAMES, numbered, strict=False))
    born = np.array([_date(text) for text in columns[Field.BIRTH_DATE].values], dtype=np.int32).reshape(-1, 3)
    dates = _completed(born[columns[Field.BIRTH_DATE].codes], texts[Field.NUMBERS], numbers)
    called = (aliases.owners, numbered[-2], numbered[-1])
    return Values(found, names, of_fields, *called, dates, texts, text_of, numbers, register.sides)


def _names(columns: Sequence[Column]) -> tuple[tuple[Part, ...], Lists, list[Codes]]:
    """Every different part, every different name, and the name's number for each place of each column."""
    met: dict[Part, int] = {}
    read = [[{met.setdefault(part, len(met)) for part in parts(text)} for text in column.values] for column in columns]
    found = sorted(met, key=attrgetter("text", "sound", "bones", "foreign", "weight"))
    rank = [0] * len(met)
    for place, part in enumerate(found):
        rank[met[part]] = place
    made = [[tuple(sorted(rank[number] for number in some))[:MAX_PARTS] for some in column] for column in read]
    names = [(), *sorted({name for some in made for name in some} - {()})]
    numbers = {name: number for number, name in enumerate(names)}
    coded = [
        np.array([numbers[name] for name in some], dtype=np.int32)[column.codes]
        for some, column in zip(made, columns, strict=True)
    ]
    return tuple(found), lists_of(names), coded


def _once(column: Column, write: Callable[[str], str]) -> tuple[tuple[str, ...], Codes]:
    """A column in one writing: every different text, and which each record has."""
    found = column_of(write(text) for text in column.values)
    return found.values, found.codes[column.codes]


def _text(text: str) -> str:
    return " ".join(map(plain, words(text)))


def _date(text: str) -> tuple[int, int, int]:
    """Year, month and day as they are written.

    Even where no calendar has them (36 June), because a slip of the pen still tells which date was meant; and of years before
    `FIRST_YEAR`, for registers of the dead. What is no date is unknown.
    """
    try:
        born = parse_date(text)
    except InputError:
        found = _WRITTEN.fullmatch(text.strip())
        return (int(found[1]), int(found[2]), int(found[3])) if found else (0, 0, 0)
    return (0, 0, 0) if born is None else (born.year, born.month or 0, born.day or 0)


def _completed(dates: Codes, texts: Sequence[str], numbers: Lists) -> Codes:
    """Dates of which no day is told, completed by the day inside a national number with a right check digit.

    As in a search of one person. Numbers that tell two days, or another year than the record, complete nothing.
    """
    made = dates.copy()
    untold = (dates[:, 2] == 0) | ((dates[:, 1] == 1) & (dates[:, 2] == 1))
    for record in np.flatnonzero(untold & (numbers.sizes > 0)).tolist():
        held = numbers.flat[numbers.starts[record] : numbers.starts[record + 1]].tolist()
        told = {day for number in held if (day := _day_in(texts[number]))}
        if len(told) == 1 and dates[record, 0] in {0, *(day[0] for day in told)}:
            made[record] = told.pop()
    return made


def _day_in(number: str) -> tuple[int, int, int] | None:
    """The day of birth inside a number, which has what it is in front; None where it is no national number, or a wrong one."""
    read = read_national(number[1:]) if number[:1] == KINDS[IdentifierKind.NATIONAL] else None
    return (
        None
        if read is None or not read.right or read.born is None
        else (read.born.year, read.born.month, read.born.day)
    )


def possible(born: Codes) -> Flags:
    """Which of some dates have a month and a day that a calendar has."""
    month, day = born[:, 1], born[:, 2]
    return (month > 0) & (month <= MONTHS) & (day > 0) & (day <= _DAYS[np.minimum(month, MONTHS)])


def _numbers(column: Column) -> tuple[tuple[str, ...], Lists]:
    """Every different number, and which each record has."""
    met: dict[str, int] = {"": 0}
    made = [[met.setdefault(item, len(met)) for item in _in_order(text)] for text in column.values]
    values = sorted(met)
    places = np.empty(len(values), dtype=np.uint64)
    places[[met[value] for value in values]] = np.arange(len(values), dtype=np.uint64)
    found = lists_of(made)
    return tuple(values), taken(Lists(found.starts, places[found.flat]), column.codes)


def _in_order(text: str) -> Sequence[str]:
    """The numbers in a text, each once and in order."""
    found = list(_numbers_in(text)) if text else []
    return found if len(found) <= 1 else sorted(set(found))


def _numbers_in(text: str) -> Iterator[str]:
    """The numbers in a text, each with a sign in front for what it is: what numbers of two kinds have in common says nothing."""
    for item in text.split(SEVERAL):
        if _PLAIN.fullmatch(item) and not item.startswith("00"):
            yield KINDS[IdentifierKind.DOCUMENT] + item.upper()
            continue
        found = read_identifier(item)
        if found is not None and found.kind is not IdentifierKind.ADDRESS:
            yield KINDS[found.kind] + found.text
