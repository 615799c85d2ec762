"""The printed dates against the zone's, and in their order."""

import re
from datetime import date
from typing import TypeAlias

from egnatia.engines.documents.checks import Check
from egnatia.engines.documents.mrz.dates import first_day, last_day
from egnatia.engines.documents.mrz.printed_dates import DateGrade, PrintedDate, compare_dates, read_printed_date
from egnatia.engines.documents.mrz.types import Field, PartialDate, ZoneDocument
from egnatia.engines.documents.types import Compared, Result, Source
from egnatia.engines.documents.visual.catalogue import VisualCheck
from egnatia.engines.documents.visual.doubts import Texts
from egnatia.engines.documents.visual.findings import VisualFinding, find
from egnatia.engines.documents.visual.places import page_place, zone_place
from egnatia.engines.documents.visual.types import Printed, VisualField, VisualFields
from egnatia.engines.documents.visual.verdicts import Agreement, Outcome, weighed

OLDEST_YEARS = 125
"""No holder is older than the oldest person on record was (122 years)."""
LONGEST_YEARS = 60
"""Cards without an end are printed with a date far ahead; none was met beyond this."""
_EARLIEST_EXPIRY = 1980
"""Machine-readable documents exist since then (Doc 9303, first edition 1980)."""
_NO_DATE = 7
"""More digits than a date of the zone has."""
_YEARS = range(_EARLIEST_EXPIRY - OLDEST_YEARS, _EARLIEST_EXPIRY + 2 * OLDEST_YEARS)
"""Years of four digits that a document may have printed: the zone has two of them, so any number would end like its year."""
_DIGITS = "0123456789"
_BETWEEN = re.compile(r"[\W_]+|[^\W\d_]{3,}")
"""What stands between the numbers of a date: signs, and the word of a month. The rest may hold an I for a 1."""
_LENGTHS = frozenset({1, 2, 4, 8})
"""Digits of a day, a month or a year, or of all three undivided. What the reader may have dropped is put back one character
at a time, and a day of three digits or a year of five would make the zone's date of another one: 022 of 02, 01964 of 0964."""
_FIELDS = {
    VisualField.BIRTH_DATE: (VisualCheck.VISUAL_BIRTH_DATE, Field.BIRTH_DATE),
    VisualField.EXPIRY_DATE: (VisualCheck.VISUAL_EXPIRY_DATE, Field.EXPIRY_DATE),
}
_AGREEMENTS = {
    DateGrade.EXACT: Agreement.AGREE,
    DateGrade.READING: Agreement.READING,
    DateGrade.PARTLY: Agreement.OPEN,
    DateGrade.NOT_COVERED: Agreement.OPEN,
    DateGrade.CONTRADICTION: Agreement.DIFFER,
}
_CODES = {
    DateGrade.READING: VisualFinding.VISUAL_READING,
    DateGrade.PARTLY: VisualFinding.VISUAL_DATE_PARTLY,
    DateGrade.NOT_COVERED: VisualFinding.VISUAL_UNREADABLE,
    DateGrade.CONTRADICTION: VisualFinding.VISUAL_DATE_DIFFERS,
}


def check_date(zone: ZoneDocument, visual: VisualFields, field: VisualField, day: date) -> Check:
    """One printed date against the zone's date."""
    code, zone_field = _FIELDS[field]
    versions = visual.printed(field)
    reading = zone.reading(zone_field)
    if not versions or not versions[0].text.strip() or reading is None:
        return Check(code, Result.NOT_SUPPORTED)
    printed = versions[0]
    of_zone = zone.birth if field is VisualField.BIRTH_DATE else zone.expiry
    grade = compare_dates(printed.text, of_zone)
    compared = (Compared(Source.ZONE, zone_field, reading.text), Compared(Source.VISUAL, field, printed.text))
    places = (*zone_place(zone, zone_field), *page_place(printed, field, visual))
    came = _outcome(grade, printed, of_zone)
    if came.bearing is not None:
        finding = find(_CODES[grade], field, compared, places, bearing=came.bearing, expected=_expected(of_zone))
        return Check(code, came.result, (finding,), compared, places)
    if not _possible_century(printed.text, field, day):
        came = _outcome_of_century(printed, of_zone, field, day)
        finding = find(
            VisualFinding.VISUAL_DATE_CENTURY,
            field,
            compared,
            places,
            bearing=came.bearing,
            expected="a century that can be",
        )
        return Check(code, came.result, (finding,), compared, places)
    return Check(code, came.result, (), compared, places)


def _outcome(grade: DateGrade, printed: Printed, of_zone: PartialDate) -> Outcome:
    wrong = _distance(printed.text, of_zone)
    unread = wrong == _NO_DATE
    return weighed(
        _AGREEMENTS[grade], (printed,), lambda texts: _doubted(texts[0], of_zone), _DIGITS, 0 if unread else wrong
    )


def _outcome_of_century(printed: Printed, of_zone: PartialDate, field: VisualField, day: date) -> Outcome:
    def distance(texts: Texts) -> int:
        return _doubted(texts[0], of_zone) + (not _possible_century(texts[0], field, day))

    return weighed(Agreement.DIFFER, (printed,), distance, _DIGITS)


def _distance(text: str, of_zone: PartialDate) -> int:
    """How far a printed date is from the zone's: digits that differ, more than there are where it is no date."""
    read = read_printed_date(text)
    if read is None or any(one.year is not None and 99 < one.year not in _YEARS for one in read.readings):  # noqa: PLR2004 - two printed digits
        return _NO_DATE
    if _AGREEMENTS[compare_dates(text, of_zone)] in {Agreement.AGREE, Agreement.READING}:
        return 0
    return max(1, _digits_apart(read, of_zone))


def _doubted(text: str, of_zone: PartialDate) -> int:
    """The same of what may have been printed instead: nobody prints a day of three digits."""
    fits = all(len(part) in _LENGTHS for part in _BETWEEN.split(text) if part)
    return _distance(text, of_zone) if fits else _NO_DATE


def _digits_apart(read: PrintedDate, of_zone: PartialDate) -> int:
    """How many of the six digits differ, in the reading that comes closest."""
    return min(sum(a != b for a, b in zip(_six(one), _six(of_zone), strict=True)) for one in read.readings)


def _six(value: PartialDate) -> str:
    parts = (None if value.year is None else value.year % 100, value.month, value.day)
    return "".join("<<" if part is None else f"{part % 100:02d}" for part in parts)


def _expected(value: PartialDate) -> str:
    return f"the zone's date, {value}"


def _possible_century(text: str, field: VisualField, day: date) -> bool:
    """Whether a year printed in full can be: the zone has its last two digits only."""
    read = read_printed_date(text)
    years = () if read is None else tuple(one.year for one in read.readings if one.year is not None and one.year > 99)  # noqa: PLR2004 - two digits
    if field is VisualField.BIRTH_DATE:
        return all(day.year - OLDEST_YEARS <= year <= day.year for year in years)
    return all(_EARLIEST_EXPIRY <= year <= day.year + LONGEST_YEARS for year in years)


def check_order(birth: PartialDate, expiry: PartialDate, visual: VisualFields, day: date) -> Check:
    """Whether the document was issued after the holder's birth, before it ran out, and not after today."""
    printed = visual.issue_date
    issued = None if printed is None else issue_day(printed, day)
    if printed is None or issued is None:
        return Check(VisualCheck.VISUAL_DATE_ORDER, Result.NOT_SUPPORTED)
    limits: _Limits = (
        ("after the birth", first_day(birth), True),
        ("before the expiry", last_day(expiry), False),
        ("not after today", day, False),
    )
    broken = _broken(issued, limits)
    if not broken:
        return Check(VisualCheck.VISUAL_DATE_ORDER, Result.SUCCESSFUL)
    came = weighed(Agreement.DIFFER, (printed,), lambda texts: _disorder(texts[0], limits, day), _DIGITS)
    places = page_place(printed, VisualField.ISSUE_DATE, visual)
    shown = Compared(Source.VISUAL, "issue_date", printed.text)
    findings = tuple(
        find(
            VisualFinding.VISUAL_DATE_ORDER,
            VisualField.ISSUE_DATE,
            (Compared(Source.RULE, words, f"{limit}"), shown),
            places,
            bearing=came.bearing,
        )
        for words, limit in broken
    )
    return Check(VisualCheck.VISUAL_DATE_ORDER, came.result, findings)


_Limits: TypeAlias = tuple[tuple[str, date | None, bool], ...]
"""What a day of issue has to keep to: in words, the day, and whether it comes after or before that."""


def _broken(issued: date, limits: _Limits) -> list[tuple[str, date]]:
    """The limits that a day of issue does not keep to."""
    return [
        (words, limit)
        for words, limit, after in limits
        if limit is not None and (issued < limit if after else issued > limit)
    ]


def _disorder(text: str, limits: _Limits, day: date) -> int:
    """How many limits a printed day of issue breaks; more than there are where it is no day."""
    issued = issue_day(Printed(text), day)
    return len(limits) + 1 if issued is None else len(_broken(issued, limits))


def issue_day(printed: Printed, day: date) -> date | None:
    """The day of issue, where it can be read in full; of two digits the latest year that is not ahead."""
    read = read_printed_date(printed.text)
    if read is None or len(read.readings) != 1:
        return None
    value = read.readings[0]
    year = value.year
    if year is not None and year <= 99:  # noqa: PLR2004 - two printed digits
        year += day.year - day.year % 100
        year -= 100 if year > day.year else 0
    return PartialDate(year, value.month, value.day).exact()
