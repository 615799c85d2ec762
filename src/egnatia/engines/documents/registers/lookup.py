"""How a number is looked up: the exact number first, then ranges, then, only if asked, numbers near it.

`Lookup` is what an inspection needs of a register; the node's own tables are one, and `RegisterIndex` is another over
rows read from a file. Both answer the same to the same rows (tests/enquiries/test_register_lookup.py compares them).
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from egnatia.engines.documents.registers.nearness import Nearness, near_numbers
from egnatia.engines.documents.registers.register import MAX_RANGE, RegisterRow, matches, normal_issuer, normal_number
from egnatia.model.states import RegisterCategory

MAX_NEAR: Final = 5
"""Near numbers given back, the likeliest first: more cannot be compared by eye at a counter."""


@dataclass(frozen=True, slots=True)
class Registered:
    """One entry of a register that a number agrees with, or nearly agrees with."""

    reference: str
    document_type: str
    number: str
    number_to: str
    category: RegisterCategory
    near: Nearness | None = None
    """None where the entry is of exactly this number, or of a range that holds it."""

    @property
    def is_range(self) -> bool:
        """Whether the entry is of a range of numbers."""
        return self.number != self.number_to


class Lookup(Protocol):
    """A register that can be asked about one number of one issuer."""

    def covers(self, issuer: str) -> bool:
        """Whether this register speaks for the issuer at all: without that, nothing found means nothing."""
        ...

    def exact(self, issuer: str, number: str) -> tuple[Registered, ...]:
        """Entries of exactly this number, and ranges that hold it."""
        ...

    def near(self, issuer: str, numbers: Mapping[str, Nearness]) -> tuple[Registered, ...]:
        """Entries of single documents with one of these numbers; the likeliest first, at most `MAX_NEAR`."""
        ...


def lowest_start(number: str) -> str:
    """The lowest number at which a range that holds this one can begin.

    A range differs only in digits at its end and holds at most `MAX_RANGE` numbers, so it begins at most that far below;
    this is what bounds the search for ranges, however many there are.
    """
    head = number.rstrip("0123456789")
    digits = number[len(head) :]
    if not digits:
        return number
    return head + str(max(0, int(digits) - MAX_RANGE + 1)).rjust(len(digits), "0")


def ordered(entries: Iterable[Registered]) -> tuple[Registered, ...]:
    """Near entries in the order in which they are shown."""
    kinds = list(Nearness)
    return tuple(
        sorted(entries, key=lambda each: (kinds.index(each.near or Nearness.LOOK_ALIKE), each.number, each.reference))
    )[:MAX_NEAR]


class RegisterIndex:
    """Rows of a register in memory. Invariant: every row is found by its number, every range by its first number."""

    def __init__(self, rows: Iterable[RegisterRow], issuers: Iterable[str] = ()) -> None:
        """Index the rows; `issuers` are spoken for even where no row is theirs."""
        self._singles: dict[tuple[str, str], list[RegisterRow]] = {}
        self._ranges: dict[tuple[str, int], list[RegisterRow]] = {}
        self._issuers = {normal_issuer(issuer) for issuer in issuers}
        for row in rows:
            self._issuers.add(row.issuer)
            if row.number == row.number_to:
                self._singles.setdefault((row.issuer, row.number), []).append(row)
            else:
                self._ranges.setdefault((row.issuer, len(row.number)), []).append(row)
        for ranges in self._ranges.values():
            ranges.sort(key=lambda row: (row.number, row.reference))

    def covers(self, issuer: str) -> bool:
        """Whether a row or the caller says that the register is this issuer's."""
        return normal_issuer(issuer) in self._issuers

    def exact(self, issuer: str, number: str) -> tuple[Registered, ...]:
        """Entries of exactly this number, and ranges that hold it, by reference."""
        code, wanted = normal_issuer(issuer), normal_number(number)
        found = list(self._singles.get((code, wanted), ()))
        ranges = self._ranges.get((code, len(wanted)), [])
        lowest = lowest_start(wanted)
        end = bisect_right(ranges, wanted, key=lambda row: row.number)
        for row in reversed(ranges[:end]):
            if row.number < lowest:
                break
            if matches(row, code, wanted):
                found.append(row)
        return tuple(_entry(row) for row in sorted(found, key=lambda row: row.reference))

    def near(self, issuer: str, numbers: Mapping[str, Nearness]) -> tuple[Registered, ...]:
        """Entries of single documents with one of these numbers."""
        code = normal_issuer(issuer)
        return ordered(
            _entry(row, kind) for each, kind in numbers.items() for row in self._singles.get((code, each), ())
        )


def _entry(row: RegisterRow, near: Nearness | None = None) -> Registered:
    return Registered(row.reference, row.document_type, row.number, row.number_to, row.category, near)


def near_entries(lookup: Lookup, issuer: str, number: str, digit: str = "") -> tuple[Registered, ...]:
    """What the register has of numbers near this one; see `near_numbers` for what is near."""
    return lookup.near(normal_issuer(issuer), near_numbers(normal_number(number), digit))
