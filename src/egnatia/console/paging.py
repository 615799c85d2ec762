"""Long lists in pages of a size that stays light in every script (a Cyrillic letter is two bytes)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from egnatia.console.visit import Visit

PAGE_ROWS = 30
"""Rows of a page: about 45 kB of HTML where rows are longest; the design's limit for list pages is 60 kB."""
MAX_DIGITS = 18
"""Digits of a number that still fits a column of the database."""


@dataclass(frozen=True, slots=True)
class Part:
    """One page of a list.

    Attributes:
        rows: what is shown.
        first: number of the first row shown, from 1; 0 when there is none.
        last: number of the last row shown.
        total: rows of the whole list.
        before: address of the page before, if there is one.
        after: address of the page after, if there is one.
    """

    rows: Sequence[Any]
    first: int
    last: int
    total: int
    before: str | None
    after: str | None


def part_of(rows: Sequence[Any], visit: Visit, name: str = "page") -> Part:
    """The part of a list that the address asks for by its parameter `name`; a page that is not there is the last."""
    return part_by(len(rows), lambda start, most: rows[start : start + most], visit, name)


def part_by(total: int, read: Callable[[int, int], Sequence[Any]], visit: Visit, name: str = "page") -> Part:
    """The same where only the rows that are shown are read: `read` takes how many to skip and how many to read."""
    count = max(1, -(-total // PAGE_ROWS))
    text = visit.query.get(name)
    number = min(max(whole_number(text) or 1, 1), count)
    start = (number - 1) * PAGE_ROWS
    shown = read(start, PAGE_ROWS)
    return Part(
        rows=shown,
        first=start + 1 if shown else 0,
        last=start + len(shown),
        total=total,
        before=_address(visit, name, number - 1) if number > 1 else None,
        after=_address(visit, name, number + 1) if number < count else None,
    )


def whole_number(text: str) -> int | None:
    """The number that an address or a form gives; None for what is none, or has more digits than any list has rows."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= MAX_DIGITS else None


def _address(visit: Visit, name: str, number: int) -> str:
    kept = [(key, value) for key, values in visit.query.values.items() if key not in {name, "done"} for value in values]
    return f"?{urlencode([*kept, (name, str(number))])}"
