"""Persons from CSV, one line at a time: each line becomes a record or a problem with its number.

Columns for matching: ref, first_names, family_names, birth_date, father_name, mother_name, identifiers, aliases (the last two hold
several values between `|`). Columns of core data are passed through beside the record and never reach the engine.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from egnatia.engines.people.table_lines import broken, column_names, lines
from egnatia.engines.people.types import PersonRecord
from egnatia.engines.people.wire import JSON, record_from_dict
from egnatia.errors import InputError

PERSON_COLUMNS = (
    "ref",
    "first_names",
    "family_names",
    "birth_date",
    "father_name",
    "mother_name",
    "identifiers",
    "aliases",
)
CORE_COLUMNS = ("place_of_birth", "nationality", "sex", "alias", "address", "photo")
"""Core data (Regulation (EU) 2024/982 art. 47): released in step 2 by two officers, no input to any comparison."""
MAX_LINE = 20_000
"""Bytes in one line; the widest honest line has 20 aliases of 200 characters each and the rest."""
MAX_CORE = 2_000
"""Characters in one field of core data; a photograph is a reference to a file, not its content."""
_SEVERAL = ("identifiers", "aliases")


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One line that became a record, with its core data (empty fields left out)."""

    line: int
    record: PersonRecord
    core: dict[str, str]


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One line that did not, and why."""

    line: int
    problem: str


def _lines(stream: BinaryIO) -> Iterator[str]:
    """The lines of a UTF-8 file with or without a byte order mark, none longer than `MAX_LINE` bytes.

    What is not UTF-8 comes through as surrogates, so that the line can be named as a problem.
    """
    for line in lines(stream, MAX_LINE):
        yield line.replace(b"\0", b"").decode("utf-8", "surrogateescape")


def read_persons(stream: BinaryIO) -> Iterator[PersonRow | RowProblem]:
    """Read persons from a CSV file, comma or semicolon, without holding more than one line.

    Raises:
        InputError: the file has no usable header, or its quoting is broken so that no further line can be told.
    """
    texts = _lines(stream)
    names, delimiter = column_names(next(texts, ""), (*PERSON_COLUMNS, *CORE_COLUMNS))
    seen: set[str] = set()
    for line, values in _values(texts, delimiter):
        if any(value.strip() for value in values):
            row = _row(line, names, values)
            ref = row.record.ref if isinstance(row, PersonRow) else ""
            yield RowProblem(line, f"the reference {ref} stands twice in the file") if ref in seen else row
            seen |= {ref} - {""}


def _values(texts: Iterator[str], delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Line number (of a record's last line) and values of each record after the header."""
    reader = csv.reader(texts, delimiter=delimiter, strict=True)
    try:
        for values in reader:
            yield reader.line_num + 1, values
    except csv.Error as fault:
        raise broken(reader.line_num + 1, fault) from fault


def _row(line: int, names: list[str], values: list[str]) -> PersonRow | RowProblem:
    """One line's record, or what is wrong with it."""
    if len(values) != len(names):
        return RowProblem(line, f"{len(values)} values instead of {len(names)}")
    if any("\udc80" <= character <= "\udcff" for value in values for character in value):
        return RowProblem(line, "it is not UTF-8")
    given = {name: value.strip() for name, value in zip(names, values, strict=True) if value.strip()}
    core = {name: given[name] for name in CORE_COLUMNS if name in given}
    if any(len(value) > MAX_CORE for value in core.values()):
        return RowProblem(line, f"a field of core data is longer than {MAX_CORE} characters")
    person: dict[str, JSON] = {
        name: [item.strip() for item in given[name].split("|") if item.strip()] if name in _SEVERAL else given[name]
        for name in PERSON_COLUMNS
        if name in given
    }
    try:
        return PersonRow(line, record_from_dict(person), core)
    except InputError as wrong:
        return RowProblem(line, wrong.message)
