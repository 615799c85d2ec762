"""Dates of two-digit years: reading them, and choosing their century."""

from calendar import monthrange
from datetime import date

from egnatia.engines.documents.mrz.digits import DIGITS
from egnatia.engines.documents.mrz.types import PartialDate

EXPIRY_YEARS_AHEAD = 15
"""An expiry date lies at most this far ahead (BSI TR-03135-1 v2.5, expiry check); later means the century before."""
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_LEAP_EVERY = 4


def read_date(text: str) -> tuple[PartialDate, bool]:
    """Read YYMMDD, in which fillers stand for what is unknown (Doc 9303-3 section 4.8).

    Two zeros for the month or the day, which some issuers print, count as unknown too.

    Returns:
        The date with the two digits of its year, and whether every part was digits or fillers.
    """
    if text.isascii() and text.isdigit():
        return PartialDate(int(text[:2]), int(text[2:4]) or None, int(text[4:]) or None), True
    year, month, day = (_part(text[at : at + 2]) for at in (0, 2, 4))
    readable = year is not False and month is not False and day is not False
    return PartialDate(None if year is False else year, month or None, day or None), readable


def _part(two: str) -> int | bool | None:
    """The number, None for fillers, False for anything else."""
    if two == "<<":
        return None
    return int(two) if two[0] in DIGITS and two[1] in DIGITS else False


def possible(printed: PartialDate) -> bool:
    """Whether some year makes the known month and day a calendar date."""
    if printed.month is not None and printed.month > len(_DAYS):
        return False
    if printed.day is None:
        return True
    if printed.month is None:
        return printed.day <= max(_DAYS)
    # The century is unknown: 00 may be 2000, a leap year, or 1900, which is none.
    short = printed.month == 2 and printed.year is not None and printed.year % _LEAP_EVERY  # noqa: PLR2004 - February
    return printed.day <= _DAYS[printed.month - 1] - bool(short)


def resolve_birth(printed: PartialDate, today: date) -> PartialDate:
    """The latest century in which the birth lies not after `today`; a person is then at most 99 years old."""
    if printed.year is None:
        return printed
    year = today.year - today.year % 100 + printed.year
    if (year, printed.month or 1, printed.day or 1) > (today.year, today.month, today.day):
        year -= 100
    return PartialDate(year, printed.month, printed.day)


def resolve_expiry(printed: PartialDate, today: date) -> PartialDate:
    """The latest century in which the expiry lies at most `EXPIRY_YEARS_AHEAD` years after `today`."""
    if printed.year is None:
        return printed
    year = today.year - today.year % 100 + printed.year
    if year > today.year + EXPIRY_YEARS_AHEAD:
        year -= 100
    elif year + 100 <= today.year + EXPIRY_YEARS_AHEAD:
        year += 100
    return PartialDate(year, printed.month, printed.day)


def last_day(value: PartialDate) -> date | None:
    """The latest day that a date with a known year can mean; None when the year is unknown or the day impossible."""
    if value.year is None or not 1 <= (value.month or 12) <= 12:  # noqa: PLR2004 - months of a year
        return None
    month = value.month or 12
    try:
        return date(value.year, month, value.day or monthrange(value.year, month)[1])
    except ValueError:
        return None


def first_day(value: PartialDate) -> date | None:
    """The earliest day that a date with a known year can mean; None when the year is unknown or the day impossible."""
    if value.year is None:
        return None
    try:
        return date(value.year, value.month or 1, value.day or 1)
    except ValueError:
        return None
