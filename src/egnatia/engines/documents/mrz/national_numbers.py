"""What a national number says about its holder, by the rule of its issuer."""

import re
from dataclasses import dataclass

from egnatia.engines.documents.mrz.dates import possible
from egnatia.engines.documents.mrz.digits import FILLER
from egnatia.engines.documents.mrz.issuer_rules import IssuerRules, NationalNumber, YearForm
from egnatia.engines.documents.mrz.types import PartialDate, Sex
from egnatia.model.national_numbers import checked, year_of_decade, year_of_three

_NO_SIGN = re.compile(r"[^A-Z0-9]+")
_LENGTHS = {YearForm.TWO: 2, YearForm.THREE: 3, YearForm.FOUR: 4, YearForm.DECADE: 2}


@dataclass(frozen=True, slots=True)
class NumberReading:
    """A number that has the shape of a rule, and what it says."""

    rule: NationalNumber
    number: str
    birth: PartialDate | None
    """None where the rule has no date of birth. The year has two digits where the number leaves the century open."""
    sex: Sex | None
    checked: bool | None
    """Whether the check character is right; None where there is none."""


def read_national_number(text: str, issuer: str, rules: IssuerRules) -> NumberReading | None:
    """The first rule of the issuer that a text has the shape of; None when there is none.

    A number whose date of birth is no day at all is none of that rule: it is another number, or zeros in an empty field.

    Args:
        text: optional data of a zone, or a number as printed.
        issuer: three-letter code of who issued the document, which says whose numbers are expected. The holder's
            nationality is never looked at.
        rules: those in force.
    """
    number = _NO_SIGN.sub("", text.upper())
    if not number:
        return None
    for rule in rules.numbers:
        if issuer in rule.issuers and len(number) == len(rule.shape) and has_shape(number, rule.shape):
            reading = _read(rule, number)
            if reading.birth is None or _is_a_day(reading.birth):
                return reading
    return None


def _is_a_day(birth: PartialDate) -> bool:
    """Whether such a day can be; the year may lack its century, and a decade's sign may be unknown."""
    if not birth.month or not birth.day:
        return False
    whole = birth.year is not None and birth.year > 99  # noqa: PLR2004 - two digits leave the century open
    return birth.exact() is not None if whole else possible(birth)


def has_shape(number: str, shape: str) -> bool:
    """Whether each character is of the kind that the shape has in its place."""
    kinds = {"9": str.isdigit, "A": str.isalpha, "*": str.isalnum}
    return len(number) == len(shape) and all(
        kinds[kind](character) if kind in kinds else kind == character
        for character, kind in zip(number, shape, strict=True)
    )


def _read(rule: NationalNumber, number: str) -> NumberReading:
    sex = _serial_sex(rule, number)
    birth, month_sex = _birth(rule, number)
    leading = next((sign for sign in rule.leading if number[0] == str(sign.mark)), None)
    if leading is not None and leading.sex is not None:
        sex = leading.sex
    return NumberReading(rule, number, birth, sex or month_sex, checked(rule.check, number))


def _birth(rule: NationalNumber, number: str) -> tuple[PartialDate | None, Sex | None]:
    where = rule.birth
    if where is None:
        return None, None
    month, day = int(number[where.month_at : where.month_at + 2]), int(number[where.day_at : where.day_at + 2])
    century: int | None = None
    sex: Sex | None = None
    for sign in rule.month_offsets:
        if 1 <= month - sign.mark <= 12:  # noqa: PLR2004 - months
            month, century, sex = month - sign.mark, sign.century, sign.sex
            break
    for sign in rule.leading:
        if number[0] == str(sign.mark):
            century = sign.century
    year = _year(rule, number[where.year_at : where.year_at + _LENGTHS[where.year_form]], century)
    return PartialDate(year, month, day), sex


def _year(rule: NationalNumber, text: str, century: int | None) -> int | None:
    where = rule.birth
    if where is None:
        return None
    if where.year_form is YearForm.DECADE:
        return year_of_decade(text, where.decades, where.first)
    if not text.isdigit():
        return None
    year = int(text)
    if where.year_form is YearForm.THREE:
        return year_of_three(year)
    if where.year_form is YearForm.TWO and century is not None:
        return century + year
    return year


def _serial_sex(rule: NationalNumber, number: str) -> Sex | None:
    where = rule.sex
    if where is None:
        return None
    digits = number[where.at : where.at + where.length]
    if not digits.isdigit():
        return None
    if where.female_from is not None:
        return Sex.FEMALE if int(digits) >= where.female_from else Sex.MALE
    other = Sex.MALE if where.odd is Sex.FEMALE else Sex.FEMALE
    return where.odd if int(digits) % 2 else other


def optional_numbers(optional: tuple[str, ...]) -> tuple[str, ...]:
    """The values that optional data may hold: the parts between fillers, which are never put together."""
    values = [part for field in optional for part in field.split(FILLER)]
    return tuple(dict.fromkeys(value for value in values if value))
