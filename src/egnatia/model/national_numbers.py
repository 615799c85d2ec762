"""How states of the region build the number that they give to a person: shapes, check characters, days of birth.

Two engines read such numbers, one in the optional data of a travel document and one among a person's identifiers, and may not
import each other; the rules are therefore here, once. The documents engine reads rules of further issuers from a file of
the same form (`issuer_rules.toml`); a test holds its three rules against these.

Sources: Albania, decision 827 of 11 December 2003 of its Council of Ministers and the public programs nidx and idnumbers
(letter modulo 23); the JMBG, EMBG or EMSO, Yugoslav law of 1976 as its successor states took it over, and python-stdnum's
si.emso; Kosovo, nidx. A number that is right says nothing of who carries it.
"""

from dataclasses import dataclass
from datetime import date

_DIGITS = "0123456789"
_NO_DIGIT = 10
_MILLENNIUM_FROM = 800
"""Three digits of a year from here on are of the years from 1800 to 1999."""
_MONTHS = 12


@dataclass(frozen=True, slots=True)
class CheckRule:
    """A weighted sum over the places before the check character, and the character for each remainder."""

    at: int
    weights: tuple[int, ...]
    modulus: int
    digits: str
    again: tuple[int, ...] = ()
    """Weights of a second attempt, where the first gives 10."""
    values: str = ""
    """Letters in the order of their values; digits always count as themselves."""
    exempt: str = ""
    """Numbers that start with this have no check digit."""


ALBANIAN_LETTERS = "WABCDEFGHIJKLMNOPQRSTUV"
ALBANIAN_DECADES, ALBANIAN_FIRST_YEAR = "0123456789ABCDEFGHIJKLMNOPQRST", 1800
"""The first sign: a decade each, from that year on."""
ALBANIAN_MONTHS = (0, 30, 50, 80)
"""What is added to the month: for men, women, and each of them with a number given to foreigners."""
ALBANIAN_CHECK = CheckRule(9, (1, 1, 2, 3, 4, 5, 6, 7, 8), 23, ALBANIAN_LETTERS, values=ALBANIAN_LETTERS)
JMBG_CHECK = CheckRule(12, (7, 6, 5, 4, 3, 2) * 2, 11, "00987654321")
"""Remainders 0 and 1 both give 0: the law writes 0 where the difference to eleven has two digits."""
KOSOVO_CHECK = CheckRule(9, (4, 3, 2, 7, 6, 5, 4, 3, 2), 11, "00987654321", exempt="9")


def checked(rule: CheckRule | None, number: str) -> bool | None:
    """Whether the check character of a number is the one that its rule asks for; None where it has none."""
    if rule is None or (rule.exempt and number.startswith(rule.exempt)):
        return None
    rest = _rest(rule, number, rule.weights)
    if rule.again and rest == _NO_DIGIT:
        rest = _rest(rule, number, rule.again)
    return rest is not None and number[rule.at] == rule.digits[rest]


def _rest(rule: CheckRule, number: str, weights: tuple[int, ...]) -> int | None:
    """The remainder of the weighted sum; None where a character has no value."""
    total = 0
    for character, weight in zip(number, weights, strict=False):
        value = int(character) if character in _DIGITS else rule.values.find(character)
        if value < 0:
            return None
        total += weight * value
    return total % rule.modulus


def year_of_three(digits: int) -> int:
    """The year of its last three digits, from 1800 to 2799."""
    return digits + (1000 if digits >= _MILLENNIUM_FROM else 2000)


def year_of_decade(signs: str, decades: str = ALBANIAN_DECADES, first: int = ALBANIAN_FIRST_YEAR) -> int | None:
    """The year of a sign for the decade and a digit; None where one of them says none."""
    decade = decades.find(signs[0])
    return first + 10 * decade + int(signs[1]) if decade >= 0 and signs[1] in _DIGITS else None


def month_without(month: int, added: tuple[int, ...] = ALBANIAN_MONTHS) -> int:
    """The month of birth without what a rule adds to it; 0 where no month is left."""
    return next((month - more for more in added if 1 <= month - more <= _MONTHS), 0)


def day_of(year: int, month: int, day: int) -> date | None:
    """The day; None where the calendar has none such."""
    try:
        return date(year, month, day)
    except ValueError:
        return None
