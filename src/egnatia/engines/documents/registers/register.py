"""The lost-and-stolen register as a CSV file: read row by row, each bad row named with its line and the reason.

One physical line is one row: a quoted field may not run over a line break, so that a missing quote spoils one row and
cannot swallow the file.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from string import ascii_lowercase
from typing import TextIO

from egnatia.engines.documents.mrz.codes import KNOWN_MISTAKES, lookup
from egnatia.errors import InputError
from egnatia.model.states import RegisterCategory

REQUIRED = ("issuer", "document_type", "number", "category", "reported_on", "reference")
OPTIONAL = ("number_to", "circumstances")
COLUMNS = frozenset(REQUIRED + OPTIONAL)
MAX_LINE = 4_000
"""Characters of one row."""
MAX_NUMBER = 20
MAX_REFERENCE = 40
MAX_CIRCUMSTANCES = 2_000
MAX_RANGE = 100_000
"""Numbers in one range: more than a lost pallet of blanks, fewer than a mistyped digit would make. It also bounds the
search for ranges (`lookup.lowest_start`)."""
RANGES = (RegisterCategory.STOLEN_BLANK, RegisterCategory.NEVER_ISSUED)
"""Categories that may be registered by range."""
_NOT_IN_NUMBERS = re.compile(r"[\s<./\u2010-\u2015-]+")
_NUMBER = re.compile(r"[A-Z0-9]+")
_TYPE = re.compile(r"[A-Z]{1,2}")
_REFERENCE = re.compile(r"[!-~]+")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DIGITS = "0123456789"
_CAPITALS = {ord(small): small.upper() for small in ascii_lowercase}
"""Only these: `upper()` would make SS of a sharp s and I of a dotless one, and a bad number would pass for a good one."""


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One document, or one range of numbers, that its issuer reported. `number_to` equals `number` but for a range."""

    line: int
    issuer: str
    document_type: str
    number: str
    number_to: str
    category: RegisterCategory
    reported_on: date
    reference: str
    circumstances: str


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A row that was left out: its line in the file (the header is line 1), the column at fault, and why."""

    line: int
    column: str
    reason: str


class _Bad(Exception):  # noqa: N818 - never leaves this module
    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column
        self.reason = reason


def normal_number(number: str) -> str:
    """A document number without what is written differently: small letters, spaces, dashes, dots, slashes, fillers."""
    return _NOT_IN_NUMBERS.sub("", number.translate(_CAPITALS))


def normal_issuer(code: str) -> str:
    """The code that documents carry: fillers off, DEU as D, and Kosovo's database code XKX as RKS."""
    plain = code.strip().translate(_CAPITALS).rstrip("<")
    return "D" if plain == "DEU" else KNOWN_MISTAKES.get(plain, plain)


def matches(row: RegisterRow, issuer: str, number: str) -> bool:
    """Whether a document's issuer and number are those of the row, or lie in its range of blanks."""
    wanted = normal_number(number)
    if normal_issuer(issuer) != row.issuer:
        return False
    return in_range(row.number, row.number_to, wanted)


def in_range(first: str, last: str, number: str) -> bool:
    """Whether a number is one of those from the first to the last, all in normal form; a single document's are equal."""
    if len(number) != len(first):
        return False
    head = len(number) - _tail_length(first, last)
    between = first[head:] <= number[head:] <= last[head:]
    return number[:head] == first[:head] and _all_digits(number[head:]) and between


def bounded_lines(stream: TextIO) -> Iterator[str]:
    """Lines of a file of which none is longer than `MAX_LINE` + 1 characters; the rest of a longer one is skipped."""
    while line := stream.readline(MAX_LINE + 1):
        yield line
        while line and not line.endswith("\n") and len(line) > MAX_LINE:
            line = stream.readline(MAX_LINE + 1)


def read_register(lines: Iterable[str]) -> Iterator[RegisterRow | RowProblem]:
    """Read a register; every row comes back either as itself or as what is wrong with it.

    Args:
        lines: the file's lines; give `bounded_lines(stream)` for a file that nobody has looked at yet.

    Raises:
        InputError: the header is missing, lacks a column, repeats one or has one that is not known.
    """
    numbered = enumerate(lines, start=1)
    _, first = next(numbered, (0, ""))
    delimiter, columns = _header(first.removeprefix("\ufeff"))
    for line, text in numbered:
        if text.strip("\r\n\t ;,"):
            yield _row(line, text, delimiter, columns)


def _header(text: str) -> tuple[str, list[str]]:
    hint = f"The first line names the columns: {', '.join(REQUIRED)}; optional: {', '.join(OPTIONAL)}."
    if not text.strip() or len(text) > MAX_LINE:
        raise InputError("The register has no header line.", hint=hint)
    delimiter = max(",;\t", key=text.count)
    columns = [name.strip().strip('"').strip().lower() for name in text.strip().split(delimiter)]
    unknown = [name for name in columns if name not in COLUMNS]
    missing = [name for name in REQUIRED if name not in columns]
    twice = sorted({name for name in columns if columns.count(name) > 1})
    for names, what in ((unknown, "unknown"), (missing, "missing"), (twice, "repeated")):
        if names:
            shown = ", ".join(name[:MAX_REFERENCE] or "(empty)" for name in names[:5])
            raise InputError(f"The register's header has {what} columns: {shown}.", hint=hint)
    return delimiter, columns


def _row(line: int, text: str, delimiter: str, columns: list[str]) -> RegisterRow | RowProblem:
    try:
        return _read(line, dict(zip(columns, _split(text, delimiter, len(columns)), strict=True)))
    except _Bad as bad:
        return RowProblem(line, bad.column, bad.reason)


def _split(text: str, delimiter: str, count: int) -> list[str]:
    if len(text) > MAX_LINE:
        raise _Bad("", f"the row is longer than {MAX_LINE} characters")
    if "\0" in text:
        raise _Bad("", "the row holds a null character")
    try:
        values = next(csv.reader([text.rstrip("\r\n")], delimiter=delimiter, strict=True), [])
    except csv.Error as error:
        raise _Bad("", f"the row cannot be split into fields: {error}") from error
    if len(values) != count:
        raise _Bad("", f"the row has {len(values)} fields, the header {count}")
    return [value.strip() for value in values]


def _read(line: int, values: dict[str, str]) -> RegisterRow:
    category = _category(values["category"])
    number = _number("number", values["number"])
    last = values.get("number_to", "")
    number_to = _number("number_to", last) if last else number
    if number_to != number:
        _check_range(number, number_to, category)
    return RegisterRow(
        line,
        _issuer(values["issuer"]),
        _matching(
            "document_type",
            values["document_type"].translate(_CAPITALS).rstrip("<"),
            _TYPE,
            "one or two letters, as P or ID",
        ),
        number,
        number_to,
        category,
        _date(values["reported_on"]),
        _matching("reference", _short("reference", values["reference"], MAX_REFERENCE), _REFERENCE, "no spaces"),
        _short("circumstances", values.get("circumstances", ""), MAX_CIRCUMSTANCES),
    )


def _issuer(text: str) -> str:
    issuer = normal_issuer(text)
    if lookup(issuer) is None:
        raise _Bad("issuer", f"{text[:MAX_REFERENCE]!r} is no code of ISO 3166-1 or Doc 9303-3")
    return issuer


def _category(text: str) -> RegisterCategory:
    try:
        return RegisterCategory(text.lower())
    except ValueError:
        raise _Bad("category", f"{text[:MAX_REFERENCE]!r} is none of {', '.join(RegisterCategory)}") from None


def _number(column: str, text: str) -> str:
    number = normal_number(text)
    if not 1 <= len(number) <= MAX_NUMBER or _NUMBER.fullmatch(number) is None:
        raise _Bad(column, f"{text[:MAX_REFERENCE]!r} is no document number of 1 to {MAX_NUMBER} letters and digits")
    return number


def _check_range(first: str, last: str, category: RegisterCategory) -> None:
    if category not in RANGES:
        raise _Bad("number_to", f"a range is only for {' and '.join(RANGES)}, not for {category}")
    if len(first) != len(last):
        raise _Bad("number_to", "both ends of a range must have the same length")
    tail = _tail_length(first, last)
    if tail == 0 or not (_all_digits(first[-tail:]) and _all_digits(last[-tail:])):
        raise _Bad("number_to", "the ends of a range may differ only in digits at their end")
    size = int(last[-tail:]) - int(first[-tail:]) + 1
    if not 1 < size <= MAX_RANGE:
        raise _Bad("number_to", f"the range holds {size} numbers; 2 to {MAX_RANGE} are allowed")


def _tail_length(first: str, last: str) -> int:
    """How many characters stand behind what both numbers begin with."""
    same = next((at for at, (one, other) in enumerate(zip(first, last, strict=True)) if one != other), len(first))
    return len(first) - same


def _all_digits(text: str) -> bool:
    return all(character in _DIGITS for character in text)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text if _DAY.fullmatch(text) else "")  # week dates and others are not meant
    except ValueError:
        raise _Bad("reported_on", f"{text[:MAX_REFERENCE]!r} is no date; write it as 2025-05-15") from None


def _matching(column: str, text: str, pattern: re.Pattern[str], expected: str) -> str:
    if pattern.fullmatch(text) is None:
        raise _Bad(column, f"{text[:MAX_REFERENCE]!r} is not allowed here: {expected}")
    return text


def _short(column: str, text: str, most: int) -> str:
    if len(text) > most:
        raise _Bad(column, f"longer than {most} characters")
    return text
