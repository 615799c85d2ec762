"""What the rules of issuers find in a zone: national numbers that contradict it, odd numbers, and defects that explain."""

from dataclasses import replace
from datetime import date

from egnatia.engines.documents.findings import Finding
from egnatia.engines.documents.mrz.digits import FILLER
from egnatia.engines.documents.mrz.findings import FindingCode, find
from egnatia.engines.documents.mrz.issuer_rules import Confidence, Deviation, IssuerRules, NumberPattern
from egnatia.engines.documents.mrz.national_numbers import (
    NumberReading,
    has_shape,
    optional_numbers,
    read_national_number,
)
from egnatia.engines.documents.mrz.types import Field, PartialDate, Sex, ZoneDocument
from egnatia.engines.documents.types import Bearing, Compared, Severity, Source


def check_issuer_rules(document: ZoneDocument, rules: IssuerRules) -> list[Finding]:
    """National numbers in the optional data against date of birth and sex, and the shape of the document's number."""
    findings = _by_national_number(document, rules)
    odd = [pattern for pattern in rules.patterns if _covers(pattern, document) and not _fits(pattern, document)]
    return findings + [_odd_number(pattern, document) for pattern in odd]


def has_national_number(document: ZoneDocument, rules: IssuerRules) -> bool:
    """Whether the optional data hold a number that a rule of the issuer can read: without one nothing was compared."""
    return _national_number(document, rules) is not None


def has_pattern(document: ZoneDocument, rules: IssuerRules) -> bool:
    """Whether a rule says which shapes the numbers of such documents have."""
    return any(_covers(pattern, document) for pattern in rules.patterns)


def _by_national_number(document: ZoneDocument, rules: IssuerRules) -> list[Finding]:
    reading = _national_number(document, rules)
    return [] if reading is None else contradictions(reading, document.birth, document.sex, Source.ZONE)


def _national_number(document: ZoneDocument, rules: IssuerRules) -> NumberReading | None:
    if document.issuer not in rules.with_numbers:
        return None
    readings = (read_national_number(text, document.issuer, rules) for text in optional_numbers(document.optional))
    return next((reading for reading in readings if reading is not None), None)


def contradictions(reading: NumberReading, birth: PartialDate, sex: Sex, source: Source) -> list[Finding]:
    """Where a national number contradicts the zone's date of birth or sex; the zone has two digits of the year.

    A number whose check character is wrong proves nothing on its own: some were given out with a wrong one, and
    specimens carry invented ones.
    """
    findings: list[Finding] = []
    sure = reading.rule.confidence is Confidence.CONFIRMED and reading.checked is not False
    bearing = Bearing.DISCREPANCY if sure else Bearing.NONE
    severity = Severity.SERIOUS if sure else Severity.INFO
    if reading.birth is not None and _dates_differ(reading.birth, birth):
        findings.append(
            _contradiction(FindingCode.NATIONAL_NUMBER_BIRTH, reading, str(birth), source, severity, bearing)
        )
    differs = reading.sex is not None and sex in {Sex.MALE, Sex.FEMALE} and reading.sex is not sex
    if differs:
        findings.append(_contradiction(FindingCode.NATIONAL_NUMBER_SEX, reading, str(sex), source, severity, bearing))
    if reading.checked is False:
        expected = f"the check character that {reading.rule.title} calls for"
        findings.append(find(FindingCode.NATIONAL_NUMBER_CHECK, Field.OPTIONAL, expected, reading.number))
    return findings


def _dates_differ(one: PartialDate, other: PartialDate) -> bool:
    pairs = (
        (None if one.year is None else one.year % 100, None if other.year is None else other.year % 100),
        (one.month, other.month),
        (one.day, other.day),
    )
    return any(a is not None and b is not None and a != b for a, b in pairs)


def _contradiction(
    code: FindingCode, reading: NumberReading, zone_value: str, source: Source, severity: Severity, bearing: Bearing
) -> Finding:
    birth = code is FindingCode.NATIONAL_NUMBER_BIRTH
    said = str(reading.birth) if birth else str(reading.sex)
    field = Field.BIRTH_DATE if birth else Field.SEX
    made = find(code, field, f"{said}, by {reading.rule.title}", zone_value, severity=severity, bearing=bearing)
    compared = (
        Compared(source, f"{reading.rule.id} {reading.number}", said),
        Compared(Source.ZONE, field, zone_value),
        Compared(Source.RULE, reading.rule.id, reading.rule.source),
    )
    return replace(made, compared=compared)


def _covers(pattern: NumberPattern, document: ZoneDocument) -> bool:
    return document.issuer in pattern.issuers and _code_among(document.code, pattern.document_codes)


def _code_among(code: str, wanted: tuple[str, ...]) -> bool:
    return not wanted or code in wanted or code[:1] in wanted


def _fits(pattern: NumberPattern, document: ZoneDocument) -> bool:
    number = document.number.replace(FILLER, "")
    return not number or any(has_shape(number, shape) for shape in pattern.shapes)


def _odd_number(pattern: NumberPattern, document: ZoneDocument) -> Finding:
    sure = pattern.confidence is Confidence.CONFIRMED
    made = find(
        FindingCode.NUMBER_PATTERN,
        Field.NUMBER,
        f"a number of the shape {' or '.join(pattern.shapes)}",
        document.number,
        severity=Severity.WARN if sure else Severity.INFO,
        bearing=Bearing.DISCREPANCY if sure else Bearing.NONE,
    )
    return replace(made, compared=(Compared(Source.RULE, pattern.id, pattern.source),))


def explained(
    findings: list[Finding], document: ZoneDocument, last_day: date | None, rules: IssuerRules
) -> list[Finding]:
    """The same findings, where a known defect of the issuer explains one with that explanation and no bearing."""
    known = [one for one in rules.deviations if _applies(one, document, last_day)]
    if not known:
        return findings
    return [_explained(finding, known) for finding in findings]


def _explained(finding: Finding, known: list[Deviation]) -> Finding:
    for deviation in known:
        fits = not deviation.fields or finding.field in deviation.fields
        if fits and finding.code in deviation.explains:
            note = Compared(Source.RULE, deviation.id, deviation.source)
            return replace(
                finding,
                severity=Severity.INFO,
                bearing=Bearing.NONE,
                innocent=f"a known defect of this issuer: {deviation.description}",
                compared=(*finding.compared, note),
            )
    return finding


def _applies(deviation: Deviation, document: ZoneDocument, last_day: date | None) -> bool:
    if document.issuer not in deviation.issuers or not _code_among(document.code, deviation.document_codes):
        return False
    if deviation.formats and document.format not in deviation.formats:
        return False
    if deviation.number_prefixes and not document.number.startswith(deviation.number_prefixes):
        return False
    early = deviation.expires_from is not None and (last_day is None or last_day < deviation.expires_from)
    late = deviation.expires_to is not None and (last_day is None or last_day > deviation.expires_to)
    return not (early or late)
