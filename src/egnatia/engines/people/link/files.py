"""Registers for linkage from CSV files, read as columns, so that each different value is checked once.

Columns are those of `egnatia people search` and, for linkage alone, `mother_name`, `address`, `residence`, `postcode` and
`occupation`. Core data that could stand for origin (`nationality`, `place_of_birth`, `sex`) may be in the file and is not read.
A line that cannot be read is named with its number and left out. A date that no calendar has is kept as it is written.
"""

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import BinaryIO

from egnatia.engines.people.formats import CORE_COLUMNS, MAX_LINE, RowProblem
from egnatia.engines.people.link.fields import READ, Field
from egnatia.engines.people.link.register import SEVERAL, Register, address_among, register_of_columns
from egnatia.engines.people.names import tokens
from egnatia.engines.people.table_lines import broken, column_names, is_formula, lines
from egnatia.engines.people.types import MAX_LIST, MAX_NAME_LENGTH, MAX_REF, identifier_text

_KEPT = 1 << 18
_EVERY = 10_000
ALIASES = "aliases"
COLUMNS = tuple(dict.fromkeys(["ref", ALIASES, *(each.value for each in READ), *CORE_COLUMNS]))
"""What a file may hold; core data among it are not read."""


@dataclass(slots=True)
class RegisterFile:
    """What a file holds: references, columns of texts in the same order, other names by reference, and lines left out."""

    refs: list[str] = field(default_factory=list)
    texts: dict[Field, list[str]] = field(default_factory=dict)
    aliases: dict[str, tuple[str, ...]] = field(default_factory=dict)
    problems: list[RowProblem] = field(default_factory=list)


def read_register(stream: BinaryIO, told: Callable[[int], None] = lambda _: None) -> RegisterFile:
    """Read a register.

    Args:
        stream: a CSV file in UTF-8, with or without a byte order mark, with commas or semicolons.
        told: told after how many records it is.

    Raises:
        InputError: the file has no usable header, or its quoting is broken.
    """
    texts = _lines(stream)
    names, delimiter = column_names(next(texts, ""), COLUMNS)
    made = RegisterFile(texts={each: [] for each in READ if each.value in names or each is Field.ADDRESS})
    seen: set[str] = set()
    for number, values in _values(texts, delimiter):
        if any(map(str.strip, values)):
            wrong = _take(made, names, values, seen)
            if wrong:
                made.problems.append(RowProblem(number, wrong))
            elif len(made.refs) % _EVERY == 0:
                told(len(made.refs))
    return made


def _lines(stream: BinaryIO) -> Iterator[str]:
    for line in lines(stream, MAX_LINE):
        yield line.replace(b"\0", b"").decode("utf-8", "surrogateescape")


def _values(texts: Iterator[str], delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(texts, delimiter=delimiter, strict=True)
    try:
        for values in reader:
            yield reader.line_num + 1, values
    except csv.Error as fault:
        raise broken(reader.line_num + 1, fault) from fault


def _take(made: RegisterFile, names: Sequence[str], values: Sequence[str], seen: set[str]) -> str:
    """Take one line into the columns; what is wrong with it, if anything is."""
    if len(values) != len(names):
        return f"{len(values)} values instead of {len(names)}"
    given = dict(zip(names, map(str.strip, values), strict=True))
    ref = given["ref"]
    aliases = tuple(text for each in given.get(ALIASES, "").split(SEVERAL) if (text := each.strip()))
    wrong = _wrong(given, ref, aliases, seen)
    if wrong:
        return wrong
    seen.add(ref)
    made.refs.append(ref)
    for each, column in made.texts.items():
        column.append(given.get(each.value, ""))
    if not made.texts[Field.ADDRESS][-1] and ":" in given.get(Field.NUMBERS.value, ""):
        made.texts[Field.ADDRESS][-1] = address_among(given[Field.NUMBERS.value].split(SEVERAL))
    if aliases:
        made.aliases[ref] = aliases
    return ""


def _wrong(given: dict[str, str], ref: str, aliases: tuple[str, ...], seen: set[str]) -> str:
    """What is wrong with a line's values; empty where nothing is."""
    numbers = given.get(Field.NUMBERS.value, "")
    texts = (*(given.get(each.value, "") for each in READ if each is not Field.NUMBERS), *aliases)
    found = {
        "a record's reference has 1 to 40 characters": not 1 <= len(ref) <= MAX_REF,
        "a reference that begins as a formula does in a spreadsheet, where links are read": is_formula(ref),
        f"the reference {ref} stands twice in the file": ref in seen,
        f"a field is longer than {MAX_NAME_LENGTH} characters": max(map(len, texts)) > MAX_NAME_LENGTH,
        "it is not UTF-8": not all(map(_is_text, (*texts, numbers, ref))),
        f"a person has more than {MAX_LIST} identifiers or aliases": max(len(aliases), numbers.count(SEVERAL) + 1)
        > MAX_LIST,
    }
    wrong = next((text for text, holds in found.items() if holds), "")
    return wrong or ("" if _named(given, aliases) else "it has neither a name nor an identifier")


def _named(given: dict[str, str], aliases: tuple[str, ...]) -> bool:
    """Whether anything says who it is."""
    names = (given.get(Field.FIRST.value, ""), given.get(Field.FAMILY.value, ""), *aliases)
    if any(map(_names_somebody, names)):
        return True
    return any(map(identifier_text, given.get(Field.NUMBERS.value, "").split(SEVERAL)))


def _is_text(text: str) -> bool:
    return text.isascii() or not any("\udc80" <= character <= "\udcff" for character in text)


@lru_cache(maxsize=_KEPT)
def _names_somebody(text: str) -> bool:
    return bool(tokens(text))


def register_from(
    first: RegisterFile, second: RegisterFile | None = None, names: tuple[str, str] = ("", "")
) -> Register:
    """A register of one file, or of two that are linked with each other.

    References of two files are written `NAME/REF`, because two registers number their records alike.
    """
    if second is None:
        return register_of_columns(first.refs, first.texts, None, first.aliases)
    both = ((names[0], first), (names[1], second))
    refs = [f"{name}/{ref}" for name, one in both for ref in one.refs]
    sides = [side for side, (_, one) in enumerate(both) for _ in one.refs]
    texts = {
        each: [text for _, one in both for text in one.texts.get(each, [""] * len(one.refs))]
        for each in READ
        if each in first.texts or each in second.texts
    }
    aliases = {f"{name}/{ref}": other for name, one in both for ref, other in one.aliases.items()}
    return register_of_columns(refs, texts, sides, aliases)
