"""A person in the question form: the numbers, one to a line, and what is wrong with any part, before the engine says no.

Whatever the engine would refuse is said here at its field and in the officer's language.
"""

from collections.abc import Callable, Mapping

from egnatia.console.catalogues import N_
from egnatia.engines.people import PartialDate, PersonQuery, parse_date
from egnatia.engines.people.types import MAX_NAME_LENGTH
from egnatia.enquiries.numbers import MAX_NUMBERS, Number, read_numbers
from egnatia.errors import InputError

NAMES = ("family_names", "first_names", "father_name", "mother_name")
TOO_LITTLE = N_("Give at least two of family names, first names and date of birth.")
_LONG = N_("A name has at most 200 characters.")
_DATE = N_("This is no date of birth of our calendar: write year, month and day, such as 1990-03-07.")
_MANY = N_("Give at most four numbers, one to a line.")
_NO_NUMBER = N_("This is no number a person could be found by; give five letters and digits or more, and no address:")
_SHOWN = 40
"""Characters of a wrong number in its problem."""


def numbers_of(values: Mapping[str, str]) -> tuple[str, ...]:
    """The numbers as they were typed, one to a line or with semicolons between."""
    lines = values.get("identifiers", "").replace(";", "\n").splitlines()
    return tuple(each.strip() for each in lines if each.strip())


def person_problems(values: Mapping[str, str], say: Callable[[str], str]) -> dict[str, str]:
    """What is wrong with a question about a person, by field, in the officer's language."""
    found = {name: say(_LONG) for name in NAMES if len(values[name]) > MAX_NAME_LENGTH}
    born: PartialDate | None = None
    try:
        born = parse_date(values["birth_date"])
    except InputError:
        found["birth_date"] = say(_DATE)
    if not found and not _is_enough(values, born):
        found["family_names"] = say(TOO_LITTLE)
    return found | _of_numbers(numbers_of(values), say)


def _is_enough(values: Mapping[str, str], born: PartialDate | None) -> bool:
    """Whether two of the three are there; `UNKNOWN` is no name, and a year alone no date of birth."""
    try:
        PersonQuery(values["first_names"], values["family_names"], born)
    except InputError:
        return False
    return True


def _of_numbers(numbers: tuple[str, ...], say: Callable[[str], str]) -> dict[str, str]:
    if len(numbers) > MAX_NUMBERS:
        return {"identifiers": say(_MANY)}
    wrong = [each[:_SHOWN] for each in numbers if not _can_find(each)]
    return {"identifiers": f"{say(_NO_NUMBER)} {', '.join(wrong)}"} if wrong else {}


def _can_find(number: str) -> bool:
    try:
        read_numbers([number])
    except InputError:
        return False
    return len(number) <= MAX_NAME_LENGTH


def read_for_check(values: Mapping[str, str]) -> tuple[Number, ...]:
    """The numbers as they are read, for the page before sending; the answers must have no problems."""
    return read_numbers(numbers_of(values), parse_date(values["birth_date"]))
