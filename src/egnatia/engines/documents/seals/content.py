"""What a seal says, by itself: its features against their profile, its days, the check digits of its zone."""

from datetime import date

from egnatia.engines.documents.checks import Check
from egnatia.engines.documents.findings import Finding
from egnatia.engines.documents.mrz.reader import read_lines
from egnatia.engines.documents.mrz.types import Verdict, ZoneDocument
from egnatia.engines.documents.seals.catalogue import SealCheck
from egnatia.engines.documents.seals.findings import SealField, SealFinding, find, of_flaw
from egnatia.engines.documents.seals.types import FlawKind, Seal, SealKind, SealReading
from egnatia.engines.documents.types import Result
from egnatia.errors import InputError


def check_semantics(reading: SealReading, seal: Seal, today: date) -> Check:
    """Every required feature is there, and each says what its coding allows (5.9.1.2.2)."""
    findings = [
        of_flaw(SealFinding.SEAL_CONTENT_WRONG, SealField.FEATURES, flaw)
        for flaw in reading.flaws
        if flaw.kind is FlawKind.MEANING
    ]
    findings += _days(seal, today)
    unknown = [
        of_flaw(SealFinding.SEAL_CONTENT_UNKNOWN, SealField.FEATURES, flaw)
        for flaw in reading.flaws
        if flaw.kind is FlawKind.UNKNOWN
    ]
    if seal.kind is SealKind.VDS and seal.reference and not seal.reference.strip("0"):
        found = f"reference {seal.reference}"
        findings.append(find(SealFinding.SEAL_FOR_TESTING, SealField.HEADER, "a reference other than 0", found))
    if findings:
        return Check(SealCheck.SEAL_SEMANTICS, Result.FAILED, (*findings, *unknown))
    result = Result.NOT_SUPPORTED if seal.profile is None else Result.SUCCESSFUL
    return Check(SealCheck.SEAL_SEMANTICS, result, tuple(unknown))


def _days(seal: Seal, today: date) -> list[Finding]:
    """No day of the header lies ahead by more than one."""
    found: list[Finding] = []
    for name, day in (("issued", seal.issued_on), ("signed", seal.signed_on)):
        if day is not None and (day - today).days > 1:  # a day, because it may be tomorrow already where it was issued
            expected = f"{name} by {today.isoformat()}"
            found.append(find(SealFinding.SEAL_DATE_IMPLAUSIBLE, SealField.DATES, expected, day.isoformat()))
    return found


def zone_in(seal: Seal) -> ZoneDocument | None:
    """The zone that a seal holds, a visa's filled up behind its last check digit; None where it holds none."""
    feature = seal.feature("zone")
    if feature is None or "\n" not in feature.value:
        return None
    lines = tuple(feature.value.split("\n"))
    try:
        return read_lines(tuple(line.ljust(len(lines[0]), "<") for line in lines))
    except InputError:
        return None


def check_digits(seal: Seal) -> Check:
    """Every check digit of the zone in the seal (5.9.1.2.3); a visa's zone is cut behind the last one it has."""
    zone = zone_in(seal)
    if zone is None or zone.national_layout:
        return Check(SealCheck.SEAL_MRZ_DIGITS, Result.NOT_SUPPORTED)
    wrong = tuple(
        find(
            SealFinding.SEAL_ZONE_DIGIT_WRONG,
            SealField.ZONE,
            f"{reading.field.replace('_', ' ')}: check digit {reading.computed or 'that can be calculated'}",
            reading.printed,
        )
        for reading in zone.fields
        if reading.verdict in {Verdict.REFUTED, Verdict.UNDETERMINED}
    )
    return Check(SealCheck.SEAL_MRZ_DIGITS, Result.FAILED if wrong else Result.SUCCESSFUL, wrong)
