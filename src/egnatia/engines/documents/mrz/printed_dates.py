"""Dates as pages print them, in many styles and languages, and whether one is the zone's date.

A printed date is a day, a month as number or word, and a year of two or four digits (Doc 9303-3 section 3.8); unknown
parts are X. Numbers are read day first, as the standard has it, or year first; a month is taken first only where it
cannot be a day. What look-alike letters stand in the place of digits, and digits in that of letters, is read as meant.
"""

# ruff: noqa: RUF001 - national letters are the subject

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from egnatia.engines.documents.mrz.dates import possible
from egnatia.engines.documents.mrz.month_words import MONTHS
from egnatia.engines.documents.mrz.types import PartialDate

MAX_LENGTH = 60
"""Characters of a printed date that are looked at."""
_AS_DIGIT = str.maketrans(
    {"O": "0", "Q": "0", "D": "0", "I": "1", "L": "1", "|": "1", "Z": "2", "S": "5", "B": "8", "G": "6"}
)
_AS_LETTER = str.maketrans("0158264", "OISBZGA")
_PART = re.compile(r"[^\W_]+")
_UNKNOWN = re.compile(r"[XХ<*]{1,4}")


_YEAR = 4


class DateGrade(StrEnum):
    """How a printed date and the zone's agree."""

    EXACT = "exact"
    READING = "reading"
    """The same once look-alikes in the places of digits and letters are read as meant."""
    PARTLY = "partly"
    """What both know agrees, but one of them leaves open what the other has."""
    CONTRADICTION = "contradiction"
    NOT_COVERED = "not_covered"
    """One of them cannot be read as a date."""


@dataclass(frozen=True, slots=True)
class PrintedDate:
    """What a printed date may mean: more than one reading where a month's word is ambiguous."""

    readings: tuple[PartialDate, ...]
    misread: bool = False
    """Whether look-alikes had to be read as digits or letters."""


def read_printed_date(text: str) -> PrintedDate | None:
    """Read a date as printed; None when it is none. A day that does not exist is read all the same.

    Examples: `12 AUG/AOÛT 74`, `12.08.1974`, `1974-08-12`, `12GUS1974`, `19740812`, `XX XX 1974`, `Aug 12, 1974`.
    """
    plain = _plain(text[:MAX_LENGTH])
    parts = _PART.findall(_apart(plain))
    words = [part for part in parts if not _numeric(part) and not _UNKNOWN.fullmatch(part)]
    if words:
        return _with_word(parts, words)
    if len(parts) == 1:
        parts = _undivided(parts[0])
    return _numbers(parts)


def _plain(text: str) -> str:
    """Capitals without marks; what is known under its mark (Й, Ї) keeps it."""
    letters = unicodedata.normalize("NFC", text).upper()
    return "".join(
        letter if "\u0400" <= letter <= "\u04ff" else unicodedata.normalize("NFD", letter)[:1] for letter in letters
    ).replace("<", "X")


def _apart(text: str) -> str:
    """Put space between letters and digits: 12AUG1974."""
    return re.sub(r"(?<=\d)(?=[^\W\d_]{3})|(?<=[^\W\d_]{3})(?=\d\d)", " ", text)


def _numeric(part: str) -> bool:
    return part.translate(_AS_DIGIT).isdigit() and any(sign.isdigit() for sign in part)


def _number(part: str) -> tuple[int | None, bool]:
    """The number of a part, None for X, and whether a look-alike had to be read."""
    if _UNKNOWN.fullmatch(part):
        return None, False
    value = int(part.translate(_AS_DIGIT))
    long = len(part) == _YEAR and value < 1000  # noqa: PLR2004 - no year of this era; kept as one that is none
    return value % 100 + 100 if long else value, not part.isdigit()


def _with_word(parts: list[str], words: list[str]) -> PrintedDate | None:
    """A month as a word, once or in two languages, with one or two numbers around it."""
    months = [_months(word) for word in words]
    known = [found for found, _ in months if found]
    rest = [part for part in parts if part not in words]
    if not known or len(rest) not in {1, 2}:
        return None
    numbers = [_number(part) for part in rest]
    common = frozenset.intersection(*known) or known[0]
    misread = any(odd for found, odd in months if found) or any(odd for _, odd in numbers)
    day, year = (numbers[0][0], numbers[1][0]) if len(numbers) > 1 else (None, numbers[0][0])
    if len(rest) > 1 and len(rest[0]) == 4:  # noqa: PLR2004 - a year of four digits first
        day, year = year, day
    readings = tuple(PartialDate(year, month, day) for month in sorted(common))
    return PrintedDate(tuple(value for value in readings if _sound(value)) or readings, misread)


def _months(word: str) -> tuple[frozenset[int], bool]:
    """The months a word may name, and whether it had to be taken for one that looks like it."""
    found = MONTHS.get(word) or MONTHS.get(word.rstrip("."))
    if found:
        return found, False
    lettered = word.translate(_AS_LETTER)
    if lettered in MONTHS:
        return MONTHS[lettered], True
    near = [months for known, months in MONTHS.items() if _one_apart(known, lettered)]
    return (frozenset.union(*near), True) if near else (frozenset(), False)


def _one_apart(known: str, word: str) -> bool:
    """Whether one replaced letter makes one word of the other."""
    return len(known) == len(word) >= 3 and sum(a != b for a, b in zip(known, word, strict=True)) == 1  # noqa: PLR2004 - shorter words say too little


def _undivided(part: str) -> list[str]:
    """Eight digits in a row are a year, month and day, as in a chip's data groups, or day, month and year."""
    if len(part) != 8:  # noqa: PLR2004 - of a date without separators
        return [part]
    year_first = [part[:4], part[4:6], part[6:]]
    day_first = [part[:2], part[2:4], part[4:]]
    month, day = (part[at : at + 2].translate(_AS_DIGIT) for at in (4, 6))
    fits = "01" <= month <= "12" and "01" <= day <= "31"
    return year_first if fits and part[:2] in {"18", "19", "20"} else day_first


def _numbers(parts: list[str]) -> PrintedDate | None:
    """Three numbers: day, month, year; or year first; or month first where the second cannot be a month."""
    if len(parts) != 3 or not all(_numeric(part) or _UNKNOWN.fullmatch(part) for part in parts):  # noqa: PLR2004 - day, month, year
        return None
    (first, odd), (second, odder), (third, oddest) = (_number(part) for part in parts)
    orders = [(first, second, third), (second, first, third)]
    if len(parts[0]) == 4:  # noqa: PLR2004 - a year of four digits
        orders = [(third, second, first)]
    values = [PartialDate(year, month, day) for day, month, year in orders]
    return PrintedDate((next(filter(_sound, values), values[0]),), odd or odder or oddest)


def _sound(value: PartialDate) -> bool:
    """Whether such a date can be: a month of the year, a day of the month, a year of two or four digits."""
    if value.month == 0 or value.day == 0 or (value.year is not None and 99 < value.year < 1000):  # noqa: PLR2004 - digits of a year
        return False
    return possible(value)


def compare_dates(printed: str, zone_date: PartialDate) -> DateGrade:
    """Hold a printed date against the zone's.

    The last two digits of the year are compared: the zone has no others. `visual/checks.py` looks at the century.

    Args:
        printed: the date as printed, or eight digits from a chip.
        zone_date: from the zone, with or without its century.
    """
    read = read_printed_date(printed)
    if read is None or zone_date == PartialDate(None, None, None):
        return DateGrade.NOT_COVERED if read is None or not _all_unknown(read) else DateGrade.EXACT
    grades = [_grade(value, zone_date) for value in read.readings]
    for grade in (DateGrade.EXACT, DateGrade.PARTLY):
        if grade in grades:
            return DateGrade.READING if read.misread and grade is DateGrade.EXACT else grade
    return DateGrade.CONTRADICTION


def _all_unknown(read: PrintedDate) -> bool:
    return read.readings == (PartialDate(None, None, None),)


def _grade(printed: PartialDate, zone: PartialDate) -> DateGrade:
    pairs = ((_two(printed.year), _two(zone.year)), (printed.month, zone.month), (printed.day, zone.day))
    if all(one == other for one, other in pairs):
        return DateGrade.EXACT
    if all(one is None or other is None or one == other for one, other in pairs):
        return DateGrade.PARTLY
    return DateGrade.CONTRADICTION


def _two(year: int | None) -> int | None:
    return None if year is None else year % 100
