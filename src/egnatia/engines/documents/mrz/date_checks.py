"""Checks of the dates: readable, possible, and in an order that can be."""

from datetime import date

from egnatia.engines.documents.findings import Finding
from egnatia.engines.documents.mrz.dates import first_day, last_day, possible, read_date
from egnatia.engines.documents.mrz.findings import FindingCode, find
from egnatia.engines.documents.mrz.types import Field, FieldReading, PartialDate, Verdict, ZoneDocument
from egnatia.engines.documents.types import Bearing, Severity

_NEAR_FUTURE_DAYS = 366
"""A birth date that a century's difference would put less than a year ahead may be one that lies ahead."""


def check_printed(document: ZoneDocument) -> list[Finding]:
    """Both dates as printed: digits or fillers, and days that exist."""
    if _whole(document.birth) and _whole(document.expiry):
        return []
    findings: list[Finding] = []
    for reading in document.fields:
        if reading.field is Field.BIRTH_DATE or reading.field is Field.EXPIRY_DATE:
            findings.extend(_printed(reading))
    return findings


def _whole(value: PartialDate) -> bool:
    """Whether every part was read and such a day can be: then there is nothing to find, as in nearly every zone."""
    return value.year is not None and value.month is not None and value.day is not None and possible(value)


def _printed(reading: FieldReading) -> list[Finding]:
    value, readable = read_date(reading.text)
    if not readable:
        return [
            find(FindingCode.DATE_UNREADABLE, reading.field, "six digits, or fillers for what is unknown", reading.text)
        ]
    if not possible(value):
        return [_impossible(reading)]
    if value.year is not None and value.month is not None and value.day is not None:
        return []
    if reading.field is Field.EXPIRY_DATE:
        return [find(FindingCode.EXPIRY_UNKNOWN, reading.field, "a full date", reading.text)]
    return [find(FindingCode.DATE_PARTLY_UNKNOWN, reading.field, "a full date", reading.text)]


def _impossible(reading: FieldReading) -> Finding:
    """A day that does not exist and yet has the right check digit was not misread: somebody calculated it."""
    verified = reading.verdict is Verdict.VERIFIED
    return find(
        FindingCode.DATE_IMPOSSIBLE,
        reading.field,
        "a day of the calendar",
        f"{reading.text}, {'with the right check digit' if verified else 'check digit not right either'}",
        severity=Severity.SERIOUS if verified else Severity.WARN,
        bearing=Bearing.FALSITY if verified else Bearing.DISCREPANCY,
    )


def check_order(birth: PartialDate, expiry: PartialDate, today: date) -> list[Finding]:
    """Birth before expiry, expiry not passed, birth not ahead; unknown parts get the benefit of the doubt."""
    findings: list[Finding] = []
    last, born = last_day(expiry), first_day(birth)
    if last is not None and last < today:
        findings.append(find(FindingCode.EXPIRED, Field.EXPIRY_DATE, f"{today} or later", str(expiry)))
    if last is not None and born is not None and last < born:
        findings.append(find(FindingCode.EXPIRY_BEFORE_BIRTH, Field.EXPIRY_DATE, f"after {birth}", str(expiry)))
    if born is not None and _may_lie_ahead(birth, today):
        expected = f"a date up to {today}"
        found = f"{birth} or a hundred years later"
        findings.append(find(FindingCode.BIRTH_IN_FUTURE, Field.BIRTH_DATE, expected, found))
    return findings


def _may_lie_ahead(birth: PartialDate, today: date) -> bool:
    if birth.year is None or birth.year + 99 > today.year + 1 or birth.year + 101 < today.year:
        return False
    later = first_day(PartialDate(birth.year + 100, birth.month, birth.day))
    return later is not None and 0 < (later - today).days <= _NEAR_FUTURE_DAYS
