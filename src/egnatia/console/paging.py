"""Long lists in pages of a size that stays light in every script (a Cyrillic letter is two bytes)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode

from egnatia.console.visit import Html, Reply, Visit
from egnatia.store.database import Transaction

PAGE_ROWS = 30
"""Rows of a page: about 45 kB of HTML where rows are longest; the design's limit for list pages is 60 kB."""
MAX_DIGITS = 18
"""Digits of a number that still fits a column of the database."""
T = TypeVar("T")
Filters = Mapping[str, tuple[str, Callable[[T], bool]]]
"""What a list can be cut down to: by its name in the address, its words and which lines belong to it."""


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


def filtered(every: Sequence[T], filters: Filters[T], visit: Visit) -> tuple[list[T], dict[str, Any]]:
    """The lines that the address's `show` asks for, by the first filter where it asks for none, and a template's values."""
    asked = visit.query.get("show")
    chosen = asked if asked in filters else next(iter(filters))
    belong = {name: [row for row in every if shown(row)] for name, (_, shown) in filters.items()}
    values = {
        "part": part_of(belong[chosen], visit),
        "filters": {name: label for name, (label, _) in filters.items()},
        "chosen": chosen,
        "counts": {name: len(rows) for name, rows in belong.items()},
    }
    return belong[chosen], values


def filtered_page(
    template: str, read: Callable[[Transaction], Sequence[T]], filters: Filters[T], visit: Visit
) -> Reply:
    """A list that opens nothing, cut down as the address asks; the twin has every line of the filter."""
    with visit.node.database.read() as tx:
        every = read(tx)
    rows, values = filtered(every, filters, visit)
    return Html(template, values, data=rows)


def whole_number(text: str) -> int | None:
    """The number that an address or a form gives; None for what is none, or has more digits than any list has rows."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= MAX_DIGITS else None


def _address(visit: Visit, name: str, number: int) -> str:
    kept = [(key, value) for key, values in visit.query.values.items() if key not in {name, "done"} for value in values]
    return f"?{urlencode([*kept, (name, str(number))])}"
