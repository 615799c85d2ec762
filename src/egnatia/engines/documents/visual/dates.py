"""The printed dates against the zone's, and in their order."""

from datetime import date

from egnatia.engines.documents.checks import Check
from egnatia.engines.documents.mrz.dates import first_day, last_day
from egnatia.engines.documents.mrz.printed_dates import DateGrade, PrintedDate, compare_dates, read_printed_date
from egnatia.engines.documents.mrz.types import Field, PartialDate, ZoneDocument
from egnatia.engines.documents.types import Bearing, Compared, Result, Source
from egnatia.engines.documents.visual.catalogue import VisualCheck
from egnatia.engines.documents.visual.findings import VisualFinding, find
from egnatia.engines.documents.visual.places import page_place, zone_place
from egnatia.engines.documents.visual.types import Printed, VisualField, VisualFields
from egnatia.engines.documents.visual.verdicts import Agreement, Outcome, doubt, outcome

OLDEST_YEARS = 125
"""No holder is older than the oldest person on record was (122 years)."""
LONGEST_YEARS = 60
"""Cards without an end are printed with a date far ahead; none was met beyond this."""
_EARLIEST_EXPIRY = 1980
"""Machine-readable documents exist since then (Doc 9303, first edition 1980)."""
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
        finding = find(VisualFinding.VISUAL_DATE_CENTURY, field, compared, places, expected="a century that can be")
        return Check(code, Result.FAILED, (finding,), compared, places)
    return Check(code, came.result, (), compared, places)


def _outcome(grade: DateGrade, printed: Printed, of_zone: PartialDate) -> Outcome:
    read = read_printed_date(printed.text)
    return outcome(_AGREEMENTS[grade], doubt(printed), 0 if read is None else _digits_apart(read, of_zone))


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
    born, ends = first_day(birth), last_day(expiry)
    limits = [("after the birth", born, True), ("before the expiry", ends, False), ("not after today", day, False)]
    findings = []
    for words, limit, after in limits:
        if limit is None or (issued >= limit if after else issued <= limit):
            continue
        compared = (Compared(Source.RULE, words, f"{limit}"), Compared(Source.VISUAL, "issue_date", printed.text))
        places = page_place(printed, VisualField.ISSUE_DATE, visual)
        bearing = outcome(Agreement.DIFFER, doubt(printed)).bearing or Bearing.NONE
        findings.append(
            find(VisualFinding.VISUAL_DATE_ORDER, VisualField.ISSUE_DATE, compared, places, bearing=bearing)
        )
    bears = any(finding.bearing is not Bearing.NONE for finding in findings)
    result = Result.FAILED if bears else Result.UNDETERMINED if findings else Result.SUCCESSFUL
    return Check(VisualCheck.VISUAL_DATE_ORDER, result, tuple(findings))


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
