"""What does not fit together within one record or question: found before anything is compared, and never repaired here.

A number that breaks its own rule was mistyped or made up; a date inside a number that is not the date of birth beside it means
that one of the two is of somebody else. Which one is wrong, no rule can say. Region and sex inside a number are not read.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from egnatia.engines.people.identifiers import IdentifierKind, iban_is_right, read_identifiers
from egnatia.engines.people.national import read_national
from egnatia.engines.people.types import FIRST_YEAR, LAST_YEAR, PartialDate, PersonQuery, PersonRecord


class ProblemCode(StrEnum):
    """What does not fit."""

    NUMBER_WRONG = "number_wrong"
    NUMBER_OF_NO_RULE = "number_of_no_rule"
    NUMBER_DATE_DIFFERS = "number_date_differs"
    NUMBERS_DISAGREE = "numbers_disagree"
    IBAN_WRONG = "iban_wrong"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that does not fit, with the two values that disagree."""

    code: ProblemCode
    left: str
    right: str = ""


def problems(subject: PersonQuery | PersonRecord) -> tuple[Problem, ...]:
    """Everything within a record or question that does not fit together, sorted."""
    found: list[Problem] = []
    days: dict[str, str] = {}
    for each in read_identifiers(subject.identifiers):
        if each.kind is IdentifierKind.IBAN and not iban_is_right(each.text):
            found.append(Problem(ProblemCode.IBAN_WRONG, each.text))
        if each.kind is not IdentifierKind.NATIONAL:
            continue
        number = read_national(each.text)
        if number is None or number.right is False:
            found.append(
                Problem(ProblemCode.NUMBER_OF_NO_RULE if number is None else ProblemCode.NUMBER_WRONG, each.text)
            )
        elif number.born is not None:
            days[number.born.isoformat()] = each.text
            if not _fits(subject.birth_date, number.born):
                found.append(Problem(ProblemCode.NUMBER_DATE_DIFFERS, each.text, str(subject.birth_date)))
    if len(days) > 1:
        found.append(Problem(ProblemCode.NUMBERS_DISAGREE, *sorted(days.values())[:2]))
    return tuple(sorted(found, key=lambda each: (each.code, each.left, each.right)))


def _fits(born: PartialDate | None, inside: date) -> bool:
    """Whether a date of birth can be the one inside a number, as far as it is known."""
    if born is None:
        return True
    if born.placeholder or born.month is None:
        return born.year == inside.year
    return (born.year, born.month) == (inside.year, inside.month) and born.day in {None, inside.day}


def born_inside(subject: PersonQuery | PersonRecord) -> PartialDate | None:
    """The date of birth inside the only national number that is right and has one; None where numbers disagree."""
    found = {
        number.born
        for each in read_identifiers(subject.identifiers)
        if each.kind is IdentifierKind.NATIONAL and (number := read_national(each.text)) is not None and number.right
    } - {None}
    day = found.pop() if len(found) == 1 else None
    return None if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR else PartialDate(day.year, day.month, day.day)
