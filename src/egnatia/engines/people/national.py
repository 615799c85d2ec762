"""National numbers of the region: whether one is written right, and which day of birth is inside.

A number says more than a day of birth: its region code says where somebody was registered, other digits say the sex. Neither is
read here, because origin and sex have no place in this engine (requirement E-01). The rules are those of public programs:
Albania by decision 827 of 11 December 2003 of its Council of Ministers (letter modulo 23), Kosovo and the JMBG or EMBG of the
former Yugoslavia by a digit modulo 11. That a number is right says nothing of who carries it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

_ALBANIAN = re.compile(r"[0-9A-T][0-9]{8}[A-W]")
_ALBANIAN_DIGITS = "WABCDEFGHIJKLMNOPQRSTUV"
_DECADES = "0123456789ABCDEFGHIJKLMNOPQRST"
_FIRST_DECADE = 1800
_OTHER_MONTHS = (50, 30, 80)
"""What is added to the month beside the plain one: for women, and for numbers given to foreigners."""
_MONTHS = 12
_JMBG_WEIGHTS = (7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_KOSOVO_WEIGHTS = (4, 3, 2, 7, 6, 5, 4, 3, 2)
_MILLENNIUM_FROM = 800
"""Three digits of a year from here on are of the second millennium."""
_MODULUS = 11


class NationalRule(StrEnum):
    """Whose rule a number follows."""

    ALBANIA = "albania"
    JMBG = "jmbg"
    KOSOVO = "kosovo"


@dataclass(frozen=True, slots=True)
class NationalNumber:
    """A text in the shape of a national number.

    Attributes:
        rule: whose.
        text: its letters and digits.
        right: whether its check character is the one that the rule asks for.
        born: the day of birth inside; None where the rule has none or the digits are no day.
    """

    rule: NationalRule
    text: str
    right: bool
    born: date | None


def read_national(text: str) -> NationalNumber | None:
    """A text of letters and digits as a national number; None when it has the shape of none."""
    for matches, read in _RULES:
        if matches(text):
            return read(text)
    return None


def _albanian(text: str) -> NationalNumber:
    values = [int(each) if each.isdigit() else _ALBANIAN_DIGITS.index(each) for each in text[:9]]
    total = sum(max(place, 1) * value for place, value in enumerate(values))
    year = _FIRST_DECADE + 10 * _DECADES.index(text[0]) + int(text[1])
    month = int(text[2:4])
    plain = next((month - more for more in (0, *_OTHER_MONTHS) if 1 <= month - more <= _MONTHS), 0)
    right = _ALBANIAN_DIGITS[total % len(_ALBANIAN_DIGITS)] == text[9]
    return NationalNumber(NationalRule.ALBANIA, text, right, _day(year, plain, int(text[4:6])))


def _jmbg(text: str) -> NationalNumber:
    year = int(text[4:7]) + (1000 if int(text[4:7]) >= _MILLENNIUM_FROM else 2000)
    born = _day(year, int(text[2:4]), int(text[:2]))
    return NationalNumber(NationalRule.JMBG, text, _check(text, _JMBG_WEIGHTS), born)


def _kosovo(text: str) -> NationalNumber:
    return NationalNumber(NationalRule.KOSOVO, text, _check(text, _KOSOVO_WEIGHTS), None)


def _check(text: str, weights: tuple[int, ...]) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(text, weights, strict=False))
    return (_MODULUS - total % _MODULUS) % _MODULUS == int(text[-1])


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _digits(count: int) -> Callable[[str], bool]:
    pattern = re.compile(rf"[0-9]{{{count}}}")
    return lambda text: pattern.fullmatch(text) is not None


_RULES: tuple[tuple[Callable[[str], object], Callable[[str], NationalNumber]], ...] = (
    (_ALBANIAN.fullmatch, _albanian),
    (_digits(13), _jmbg),
    (_digits(10), _kosovo),
)
