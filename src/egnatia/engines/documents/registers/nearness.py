"""Numbers that are nearly one another: how a number may have been misread or mistyped, each way with its name.

A near number is never the number. What it is good for is to read again: a look-alike or two neighbours swapped is how
machines and hands go wrong; any other single character is how a digit is mistyped. The number that was meant has the
check digit that is printed, so where one was read only numbers with that digit are left, about one in ten (Doc 9303-3 section 4.9).
In a register that holds every twentieth number of its issuer, 97 of 100 numbers that are not registered have a near one
that is; of those with a check digit five (bench/documents/registers.py). Read the zone.
"""

from enum import StrEnum
from itertools import combinations
from typing import Final

from egnatia.engines.documents.mrz.digits import check_digit
from egnatia.engines.documents.mrz.repair import CONFUSABLE

_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
MAX_LOOK_ALIKES: Final = 2
"""Characters that may all be misread at once: as many as the zone's own repair tries (`mrz/repair.py`)."""
_MOST: Final = 4_000
"""Numbers tried for one: those of nine characters have about 1,000, the longest of twenty about 3,500."""


class Nearness(StrEnum):
    """How two numbers differ, the likeliest first."""

    LOOK_ALIKE = "look_alike"
    """One or two characters that look alike in print: O and 0, I and 1, B and 8."""
    SWAPPED = "swapped"
    """Two neighbouring characters in each other's place."""
    ONE_CHARACTER = "one_character"
    """One other character."""
    ONE_MORE_OR_LESS = "one_more_or_less"
    """One character too many or too few."""


def near_numbers(number: str, digit: str = "") -> dict[str, Nearness]:
    """Every number that this one may have been meant to be, with the likeliest way.

    Args:
        number: capitals and digits, as `normal_number` makes them.
        digit: the check digit printed beside it; "" where none was read. Only numbers that call for it are left.
    """
    found: dict[str, Nearness] = {}
    for kind, numbers in (
        (Nearness.LOOK_ALIKE, _look_alikes(number)),
        (Nearness.SWAPPED, _swapped(number)),
        (Nearness.ONE_CHARACTER, _replaced(number)),
        (Nearness.ONE_MORE_OR_LESS, _longer_and_shorter(number)),
    ):
        for each in numbers:
            if each and each != number:
                found.setdefault(each, kind)
    kept = {each: kind for each, kind in found.items() if not digit or check_digit(each) == digit}
    return dict(list(kept.items())[:_MOST])


def _look_alikes(number: str) -> list[str]:
    places = [at for at, character in enumerate(number) if character in CONFUSABLE]
    made: list[str] = []
    for count in range(1, MAX_LOOK_ALIKES + 1):
        for chosen in combinations(places, count):
            made += _exchanged(number, chosen)
    return made


def _exchanged(number: str, places: tuple[int, ...]) -> list[str]:
    made = [number]
    for at in places:
        made = [text[:at] + other + text[at + 1 :] for text in made for other in sorted(CONFUSABLE[number[at]])]
    return made


def _swapped(number: str) -> list[str]:
    return [number[:at] + number[at + 1] + number[at] + number[at + 2 :] for at in range(len(number) - 1)]


def _replaced(number: str) -> list[str]:
    return [number[:at] + other + number[at + 1 :] for at in range(len(number)) for other in _ALPHABET]


def _longer_and_shorter(number: str) -> list[str]:
    shorter = [number[:at] + number[at + 1 :] for at in range(len(number))]
    return shorter + [number[:at] + other + number[at:] for at in range(len(number) + 1) for other in _ALPHABET]
