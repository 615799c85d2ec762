"""National numbers of the region: whether one is written right, and which day of birth is inside.

A number says more than a day of birth: its region code says where somebody was registered, other digits say the sex. Neither is
read here, because origin and sex have no place in this engine (requirement E-01). The rules are in `model.national_numbers`,
which the documents engine reads too. That a number is right says nothing of who carries it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from egnatia.model.national_numbers import (
    ALBANIAN_CHECK,
    JMBG_CHECK,
    KOSOVO_CHECK,
    checked,
    day_of,
    month_without,
    year_of_decade,
    year_of_three,
)


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
        right: whether its check character is the one that the rule asks for; None where such numbers have none.
        born: the day of birth inside; None where the rule has none or the digits are no day.
    """

    rule: NationalRule
    text: str
    right: bool | None
    born: date | None


def read_national(text: str) -> NationalNumber | None:
    """A text of letters and digits as a national number; None when it has the shape of none."""
    return next((read(text) for shape, read in _RULES if shape.fullmatch(text)), None)


def _albanian(text: str) -> NationalNumber:
    year = year_of_decade(text)
    born = None if year is None else day_of(year, month_without(int(text[2:4])), int(text[4:6]))
    return NationalNumber(NationalRule.ALBANIA, text, checked(ALBANIAN_CHECK, text), born)


def _jmbg(text: str) -> NationalNumber:
    born = day_of(year_of_three(int(text[4:7])), int(text[2:4]), int(text[:2]))
    return NationalNumber(NationalRule.JMBG, text, checked(JMBG_CHECK, text), born)


def _kosovo(text: str) -> NationalNumber:
    return NationalNumber(NationalRule.KOSOVO, text, checked(KOSOVO_CHECK, text), None)


_RULES: tuple[tuple[re.Pattern[str], Callable[[str], NationalNumber]], ...] = (
    (re.compile(r"[0-9A-T][0-9]{8}[A-W]"), _albanian),
    (re.compile(r"[0-9]{13}"), _jmbg),
    (re.compile(r"[0-9]{10}"), _kosovo),
)
