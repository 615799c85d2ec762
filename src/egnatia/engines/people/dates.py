"""How far two dates of birth agree, by degrees: what a pen, a keyboard and a form do to a date.

`1990-03-07` and `1990-07-03` are one date written in two orders; `1990-03-01` is one key beside it; 1 January is what registers
write where only the year is known. Each degree is worth what chance leaves of it: base-2 likelihood ratios of how often two
records of one person differ so (the noise that bench/people/calibration.py counts) against how often two persons do.
"""

from functools import lru_cache

from egnatia.engines.people.frequencies import Rarity
from egnatia.engines.people.types import Claim, PartialDate

SPREAD_DAYS = 16_000
"""Days of birth of the persons on a register that are about equally frequent: some 45 years."""
SPREAD_MONTHS = 530
SPREAD_YEARS = 45
SAME_COST = 0.2
"""Nine in ten record pairs of one person, both with a full date, have the same: `-log2(.88)`."""
SWAPPED_BITS = 8.0
TYPED_BITS = 4.5
"""One digit wrong, or two neighbours exchanged: some 25 of the 16,000 days are so near, and one pair in forty is."""
KEYBOARD_BITS = 1.0
"""More where the two digits are neighbours on a keyboard."""
PARTLY_BITS = 1.5
"""Two of year, month and day, and no slip that explains the third."""
MONTH_COST = 0.5
YEAR_BITS = 5.0
"""One of 45 years, less half a bit; registers count years only where nothing else is known, which is too seldom."""
DIFFERENT_BITS = -5.0
"""One pair in thirty of one person has dates that have nothing to do with each other."""
NEAR_YEAR_BITS = -2.5
"""A placeholder one year away: whose year alone is known is often told a year wrong."""
NEIGHBOURS = frozenset(
    map(frozenset, ["01", "12", "23", "34", "45", "56", "67", "78", "89", "90", "14", "25", "36", "47", "58", "69"])
)
"""Digits beside each other in the top row of a keyboard, or above each other on its keypad."""
_TWO_OF_THREE = 2
_DIGITS_OFF = 2


def date_bits(left: PartialDate, right: PartialDate, rarity: Rarity) -> tuple[Claim, float]:
    """Claim and bits for two dates of birth; the same with the sides exchanged."""
    claim, fixed = _degree(left, right)
    if fixed is not None:
        return claim, fixed
    if claim is Claim.BIRTH_DATE_SAME:
        return claim, rarity.born(left, SPREAD_DAYS) - SAME_COST
    if claim is Claim.BIRTH_DATE_PARTLY:
        return claim, rarity.born(PartialDate(left.year, left.month), SPREAD_MONTHS) - MONTH_COST
    return claim, YEAR_BITS


@lru_cache(maxsize=1 << 14)
def _degree(left: PartialDate, right: PartialDate) -> tuple[Claim, float | None]:
    """Claim, and bits where they do not depend on the register."""
    if _year_only(left) or _year_only(right):
        if left.year == right.year:
            return Claim.BIRTH_DATE_PLACEHOLDER, None
        return Claim.BIRTH_DATE_DIFFERENT, NEAR_YEAR_BITS if abs(left.year - right.year) == 1 else DIFFERENT_BITS
    if left.day is None or right.day is None:
        same = (left.year, left.month) == (right.year, right.month)
        return (Claim.BIRTH_DATE_PARTLY, None) if same else (Claim.BIRTH_DATE_DIFFERENT, DIFFERENT_BITS)
    return (Claim.BIRTH_DATE_SAME, None) if left == right else _slip(left, right)


def _year_only(born: PartialDate) -> bool:
    return born.placeholder or born.month is None


def _slip(left: PartialDate, right: PartialDate) -> tuple[Claim, float]:
    """Claim and bits for two full dates that differ."""
    if left.year == right.year and (left.month, left.day) == (right.day, right.month):
        return Claim.BIRTH_DATE_SWAPPED, SWAPPED_BITS
    typed = _typed(_digits(left), _digits(right))
    if typed:
        return Claim.BIRTH_DATE_TYPED, typed
    agreeing = (left.year == right.year) + (left.month == right.month) + (left.day == right.day)
    if agreeing == _TWO_OF_THREE:
        return Claim.BIRTH_DATE_PARTLY, PARTLY_BITS
    return Claim.BIRTH_DATE_DIFFERENT, DIFFERENT_BITS


def _digits(born: PartialDate) -> str:
    return f"{born.year:04d}{born.month:02d}{born.day:02d}"


def _typed(left: str, right: str) -> float:
    """Bits where one slip of the hand leads from one date to the other: a wrong digit, or two that changed places; else 0."""
    off = [place for place in range(len(left)) if left[place] != right[place]]
    if len(off) == 1:
        pair = frozenset((left[off[0]], right[off[0]]))
        return TYPED_BITS + KEYBOARD_BITS * (pair in NEIGHBOURS)
    exchanged = len(off) == _DIGITS_OFF and off[1] == off[0] + 1 and left[off[0]] == right[off[1]]
    return TYPED_BITS if exchanged and left[off[1]] == right[off[0]] else 0.0
