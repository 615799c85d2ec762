"""Who is looked for, who is on record, and what a comparison found.

Nationality, place of birth, sex and everything else that could stand for origin have no field here: what the engine
cannot be given it cannot use (requirement E-01).
"""

import calendar
import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from egnatia.engines.people.identifiers import SHORTEST, without_name
from egnatia.engines.people.names import tokens
from egnatia.engines.people.parts import parts
from egnatia.errors import InputError
from egnatia.model.ids import RecordRef

MAX_NAME_LENGTH = 200
"""Characters in one name field. The longest name zone of a travel document has 39 (ICAO Doc 9303-4)."""
MAX_WORDS = 24
"""Words in one name field; a person with all names of a royal house has some twenty. Comparing takes time by the square of it."""
MAX_ALL_WORDS = 160
"""Words in all names of one person: twenty other names of seven words. Every name of one is compared with every one of another."""
_SEVERAL = "\ufb00"
"""From here on one sign may stand for several words."""
MAX_LIST = 20
"""Identifiers or aliases of one person; more is a file error rather than a person."""
MAX_REF = 40
"""Characters of a reference number, as the store holds them."""
FIRST_YEAR, LAST_YEAR = 1850, 2100
"""Years of birth that are no typing error."""
MONTHS = 12
PARTS_NEEDED = 2
"""Of first names, family names and date of birth (ENQ-10)."""
SHORTEST_IDENTIFIER = SHORTEST
OTHER_CALENDARS = {range(1270, 1500): "Persian or Islamic", range(2400, 2700): "Buddhist"}
"""Years that other calendars count today, for persons alive or lately dead."""
_YEAR_FIRST = re.compile(r"(\d{4})(?:[-./](\d{1,2})(?:[-./](\d{1,2}))?)?")
_DAY_FIRST = re.compile(r"(\d{1,2})[-./](\d{1,2})[-./](\d{4})\.?")
_CALENDAR_HINT = "Give the Gregorian date that the document states; if it states none, leave the date out."
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date of birth of which the month or the day may be unknown.

    Raises:
        InputError: the calendar has no such date, the year is not 1850 to 2100, or a day stands without its month.
    """

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        """Refuse what is no date."""
        if not FIRST_YEAR <= self.year <= LAST_YEAR:
            raise InputError(f"{self.year} is not a year of birth", hint="Write the year with four digits.")
        if self.month is None:
            if self.day is not None:
                raise InputError("a day of birth stands without its month")
        elif not 1 <= self.month <= MONTHS:
            raise InputError(f"{self.month} is not a month")
        elif self.day is not None and not 1 <= self.day <= calendar.monthrange(self.year, self.month)[1]:
            raise InputError(f"{self.year}-{self.month:02d} has no day {self.day}")

    @property
    def placeholder(self) -> bool:
        """Whether this is 1 January, which registers write for `only the year is known`."""
        return self.month == 1 and self.day == 1

    def __str__(self) -> str:
        """As much of `YYYY-MM-DD` as is known."""
        return _written(self.year, self.month, self.day)


@lru_cache(maxsize=1 << 15)
def _written(year: int, month: int | None, day: int | None) -> str:
    """A date as text; registers repeat their dates."""
    return "-".join([f"{year:04d}"] + [f"{part:02d}" for part in (month, day) if part is not None])


@lru_cache(maxsize=1 << 15)
def parse_date(text: str) -> PartialDate | None:
    """Read a date of birth as registers write it; None when the field is empty or all unknown.

    A date of another calendar, or in digits that go with one, is refused and not converted: which calendar it is, and by which
    of its tables a day falls, is known where it was written down and not here.

    Accepts `1990`, `1990-03`, `1990-03-07`, `07.03.1990`, `7/3/1990` (day first, as on the continent and in Britain),
    `19900307`, and `00` or `XX` for an unknown month or day.

    Raises:
        InputError: it is neither of these, or no such date exists.
    """
    if not text.isascii() and any(map(str.isdecimal, re.sub("[ -~]", "", text))):
        raise InputError(f"{text!r} is not in the digits 0 to 9", hint=_CALENDAR_HINT)
    cleaned = re.sub(r"[Xx<]", "0", text.strip())
    if not cleaned.strip("0-./ "):
        return None
    if found := _COMPACT.fullmatch(cleaned) or _YEAR_FIRST.fullmatch(cleaned):
        year, month, day = (int(part or 0) for part in found.groups())
    elif found := _DAY_FIRST.fullmatch(cleaned):
        day, month, year = (int(part) for part in found.groups())
    else:
        raise InputError(f"{text!r} is not a date of birth", hint="Write it as YYYY-MM-DD, YYYY-MM or YYYY.")
    for years, calendar_name in OTHER_CALENDARS.items():
        if year in years:
            raise InputError(f"{text!r} looks like a date of the {calendar_name} calendar", hint=_CALENDAR_HINT)
    return PartialDate(year, month or None, (day or None) if month else None)


def check_length(text: str) -> None:
    """Refuse a text that is longer than any name: comparing takes time by the square of its parts.

    Raises:
        InputError: it is.
    """
    if len(text) > MAX_NAME_LENGTH:
        raise InputError(
            f"a name or identifier is longer than {MAX_NAME_LENGTH} characters", hint="Give one name in one field."
        )


def _check_sizes(texts: tuple[str, ...], lists: tuple[tuple[str, ...], ...]) -> None:
    """Refuse fields that no person has."""
    every = [*texts, *(item for items in lists for item in items)]
    for text in every:
        if len(text) > MAX_NAME_LENGTH:
            check_length(text)
    if any(len(items) > MAX_LIST for items in lists):
        raise InputError(f"a person has more than {MAX_LIST} identifiers or aliases")


def _check_words(names: tuple[str, ...]) -> None:
    """Refuse a text of more words than any name has; short texts need not be read for that."""
    for text in names:
        if (len(text) > MAX_WORDS or max(text, default="") >= _SEVERAL) and len(parts(text)) > MAX_WORDS:
            raise InputError(f"a name has more than {MAX_WORDS} words", hint="Give one name in one field.")
    if sum(map(len, names)) > MAX_ALL_WORDS and sum(len(parts(text)) for text in names) > MAX_ALL_WORDS:
        raise InputError(f"the names of one person have more than {MAX_ALL_WORDS} words", hint="Leave out other names.")


@dataclass(frozen=True, slots=True)
class PersonQuery:
    """Whom an officer looks for.

    At least two of first names, family names and date of birth are needed, or one identifier (requirement ENQ-10;
    Regulation (EU) 2024/982 art. 43). A placeholder such as `UNKNOWN` is no name, and a year alone is no date of birth.

    Raises:
        InputError: it has less than that, or a field is too long.
    """

    first_names: str = ""
    family_names: str = ""
    birth_date: PartialDate | None = None
    father_name: str = ""
    identifiers: tuple[str, ...] = ()
    mother_name: str = ""

    def __post_init__(self) -> None:
        """Refuse a question that would return half a population."""
        names = (self.first_names, self.family_names, self.father_name, self.mother_name)
        _check_sizes(names, (self.identifiers,))
        _check_words(names)
        dated = self.birth_date is not None and self.birth_date.month is not None
        given = [bool(tokens(self.first_names)), bool(tokens(self.family_names)), dated]
        if sum(given) < PARTS_NEEDED and not any(identifier_text(item) for item in self.identifiers):
            raise InputError(
                "too little to look for a person",
                hint="Give two of: first names, family names, date of birth with its month; or a document or "
                "personal number.",
            )


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """A person on this node's register, by its reference number.

    `aliases` are whole names in any of the forms `First Family`, `FAMILY, First` or `FAMILY<<FIRST`.

    Raises:
        InputError: the reference is missing or too long, nothing identifies the person, or a field is too long.
    """

    ref: RecordRef
    first_names: str = ""
    family_names: str = ""
    birth_date: PartialDate | None = None
    father_name: str = ""
    identifiers: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    mother_name: str = ""

    def __post_init__(self) -> None:
        """Refuse a record that could never be found or named."""
        names = (self.first_names, self.family_names, self.father_name, self.mother_name)
        _check_sizes(names, (self.identifiers, self.aliases))
        _check_words((*names, *self.aliases))
        if not 1 <= len(self.ref) <= MAX_REF:
            raise InputError("a record's reference has 1 to 40 characters")
        named = any(tokens(text) for text in (self.first_names, self.family_names, *self.aliases))
        if not named and not any(identifier_text(item) for item in self.identifiers):
            raise InputError(f"record {self.ref} has neither a name nor an identifier")


def identifier_text(identifier: str) -> str:
    """A document or personal number as compared: letters and digits only, upper case; empty below five of them.

    Five, because the shortest personal and document numbers in use on this route have more, and `12` proves nothing. An
    address is no number: it finds nobody by itself and has no tag.
    """
    number = without_name(identifier)
    kept = "".join(character for character in (number or "").upper() if character.isalnum())
    return kept if len(kept) >= SHORTEST_IDENTIFIER else ""


class Band(StrEnum):
    """What a score means for the person who reads it. None of them is a decision."""

    STRONG = "strong"
    POSSIBLE = "possible"
    WEAK = "weak"


class Claim(StrEnum):
    """What one comparison of one field found."""

    PRIOR = "prior"
    NAME_SAME = "name_same"
    NAME_SIMILAR = "name_similar"
    NAME_PARTLY = "name_partly"
    NAME_DIFFERENT = "name_different"
    FAMILY_NAME_SAME = "family_name_same"
    FAMILY_NAME_SIMILAR = "family_name_similar"
    FAMILY_NAME_PARTLY = "family_name_partly"
    FAMILY_NAME_DIFFERENT = "family_name_different"
    FIRST_NAME_SAME = "first_name_same"
    FIRST_NAME_SIMILAR = "first_name_similar"
    FIRST_NAME_PARTLY = "first_name_partly"
    FIRST_NAME_DIFFERENT = "first_name_different"
    FATHER_NAME_SAME = "father_name_same"
    FATHER_NAME_SIMILAR = "father_name_similar"
    FATHER_NAME_DIFFERENT = "father_name_different"
    BIRTH_DATE_SAME = "birth_date_same"
    BIRTH_DATE_TYPED = "birth_date_typed"
    BIRTH_DATE_PARTLY = "birth_date_partly"
    BIRTH_DATE_SWAPPED = "birth_date_swapped"
    BIRTH_DATE_PLACEHOLDER = "birth_date_placeholder"
    BIRTH_DATE_DIFFERENT = "birth_date_different"
    IDENTIFIER_SAME = "identifier_same"
    IDENTIFIER_ALIKE = "identifier_alike"
    ADDRESS_SAME = "address_same"
    FATHER_IN_NAME = "father_in_name"
    MOTHER_NAME_SAME = "mother_name_same"
    MOTHER_NAME_SIMILAR = "mother_name_similar"
    MOTHER_NAME_DIFFERENT = "mother_name_different"
    NAMES_GO_TOGETHER = "names_go_together"
    RELATIVE_POSSIBLE = "relative_possible"
    OTHERS_ALIKE = "others_alike"


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one field added to the score, in bits (base-2 log-odds), with the two values it compared."""

    field: str
    claim: Claim
    added: float
    left: str
    right: str


@dataclass(frozen=True, slots=True)
class Match:
    """A record that resembles the person looked for.

    `score` is `1 / (1 + 2 ** -bits)`, where bits is the sum of what the evidence added: the probability that the record is of the
    person, measured on simulated registers (bench/people/calibration.py). It is evidence for a reader and no decision.
    """

    ref: RecordRef
    score: float
    band: Band
    evidence: tuple[Contribution, ...]

    @property
    def bits(self) -> float:
        """The sum of the parts."""
        return sum(part.added for part in self.evidence)
