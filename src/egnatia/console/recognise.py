"""What somebody typed or pasted into the search box: a pure function that names its reading and never guesses silently.

The page says what was recognised and offers the step it leads to; nothing is sent or stored by recognising.
"""

import re
import uuid
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from egnatia.engines.documents import read_zone
from egnatia.enquiries.desk import CASE_REF
from egnatia.errors import InputError

MAX_TYPED = 2_000
"""Characters looked at: a machine-readable zone has at most 90, a long name with a date about 120."""
_RECORD_REF = re.compile(r"[A-Z]{3}-[A-Z]-\d{4,10}")
"""A partner's reference number as replies carry it, e.g. `XKX-D-000417`."""
_DOCUMENT_NUMBER = re.compile(r"(?:([A-Z]{3}) )?((?=(?:[A-Z]*\d){4})[A-Z0-9]{6,15})")
"""6 to 15 letters and digits with at least four digits: shorter ones are not numbers of travel documents in use."""
_DATES = (
    re.compile(r"\b(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})\b"),
    re.compile(r"\b(?P<day>\d{1,2})[./](?P<month>\d{1,2})[./](?P<year>\d{4})\b"),
)
_NAME = re.compile(r"[^\W\d_][^\d_]*")


class Reading(StrEnum):
    """What the text was recognised as."""

    ZONE = "zone"
    ENQUIRY = "enquiry"
    CASE = "case"
    RECORD_REF = "record_ref"
    PERSON = "person"
    DOCUMENT_NUMBER = "document_number"
    NAME_ONLY = "name_only"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Recognised:
    """A reading, and the text's parts under the names that the next form uses."""

    reading: Reading
    text: str
    parts: dict[str, str]


def recognise(typed: str, today: date) -> Recognised:
    """Read what was typed; the first reading that fits wins, from the most to the least particular.

    Args:
        typed: the text as it came.
        today: decides whether a date of birth can be one.
    """
    text = typed.strip()[:MAX_TYPED]
    for read in (_as_zone, _as_reference, _as_person, _as_number, _as_name):
        found = read(text, today)
        if found is not None:
            return found
    return Recognised(Reading.NOTHING, text, {})


def _as_zone(text: str, today: date) -> Recognised | None:
    """A machine-readable zone has fillers; a text without any is not tried."""
    del today
    if "<" not in text:
        return None
    try:
        read_zone(text)
    except InputError:
        return None
    return Recognised(Reading.ZONE, text, {"zone": text})


def _as_reference(text: str, today: date) -> Recognised | None:
    del today
    capital = text.upper()
    if CASE_REF.fullmatch(capital):
        return Recognised(Reading.CASE, capital, {"case_ref": capital})
    if _RECORD_REF.fullmatch(capital):
        return Recognised(Reading.RECORD_REF, capital, {"ref": capital})
    try:
        known = str(uuid.UUID(text))
    except ValueError:
        return None
    return Recognised(Reading.ENQUIRY, known, {"id": known})


def _as_person(text: str, today: date) -> Recognised | None:
    """A name and a date of birth, in either order; the date may be ISO 8601 or day first."""
    for pattern in _DATES:
        found = pattern.search(text)
        if found is not None:
            born = _date(found, today)
            name = " ".join((text[: found.start()] + " " + text[found.end() :]).split()).strip(" ,;")
            if born is None or not _NAME.fullmatch(name):
                return None
            return Recognised(Reading.PERSON, text, {**_names(name), "birth_date": born.isoformat()})
    return None


def _date(found: re.Match[str], today: date) -> date | None:
    """The date of birth, or None when there is no such day or it is not in the past."""
    try:
        born = date(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError:
        return None
    return born if born < today else None


def _names(name: str) -> dict[str, str]:
    """Family and first names: split at a comma, else a word in capitals is the family name, else the last word is."""
    before, comma, after = name.partition(",")
    if comma:
        return {"family_names": before.strip(), "first_names": after.strip()}
    words = name.split()
    capitals = [word for word in words if word.isupper() and len(word) > 1]
    family = capitals if 0 < len(capitals) < len(words) else words[-1:]
    return {"family_names": " ".join(family), "first_names": " ".join(word for word in words if word not in family)}


def _as_number(text: str, today: date) -> Recognised | None:
    del today
    found = _DOCUMENT_NUMBER.fullmatch(text.upper())
    if found is None:
        return None
    issuer, number = found.groups(default="")
    return Recognised(Reading.DOCUMENT_NUMBER, number, {"number": number} | ({"issuer": issuer} if issuer else {}))


def _as_name(text: str, today: date) -> Recognised | None:
    del today
    if not _NAME.fullmatch(text) or "<" in text:
        return None
    return Recognised(Reading.NAME_ONLY, text, _names(text))
