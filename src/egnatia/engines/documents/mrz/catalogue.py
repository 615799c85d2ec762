"""The machine-readable zone's part of the tree: what is asked of a zone alone, and how each question ended."""

from enum import StrEnum

from egnatia.engines.documents.checks import Check, CheckRule, Section
from egnatia.engines.documents.findings import Finding
from egnatia.engines.documents.mrz.findings import FindingCode
from egnatia.engines.documents.mrz.inspection import Inspection
from egnatia.engines.documents.mrz.issuer_checks import has_national_number, has_pattern
from egnatia.engines.documents.mrz.issuer_rules import IssuerRules, shipped_rules
from egnatia.engines.documents.mrz.layouts import LAYOUTS
from egnatia.engines.documents.mrz.types import ZoneDocument
from egnatia.engines.documents.types import Bearing, Compared, Result, Source, Weight


class ZoneCheck(StrEnum):
    """The closed list of checks; one question each."""

    ZONE_LAYOUT = "ZONE_LAYOUT"
    ZONE_CHARACTERS = "ZONE_CHARACTERS"
    ZONE_CHECK_DIGITS = "ZONE_CHECK_DIGITS"
    ZONE_COMPOSITE = "ZONE_COMPOSITE"
    ZONE_DOCUMENT_CODE = "ZONE_DOCUMENT_CODE"
    ZONE_ISSUER = "ZONE_ISSUER"
    ZONE_NAME = "ZONE_NAME"
    ZONE_NUMBER = "ZONE_NUMBER"
    ZONE_NUMBER_PATTERN = "ZONE_NUMBER_PATTERN"
    ZONE_SEX = "ZONE_SEX"
    ZONE_DATES = "ZONE_DATES"
    ZONE_NATIONAL_NUMBER = "ZONE_NATIONAL_NUMBER"
    ZONE_NATIONALITY = "ZONE_NATIONALITY"
    ZONE_VALIDITY = "ZONE_VALIDITY"


_MRZ = "BSI TR-03135-1 v2.5, consistency of the machine-readable zone"


def _rule(
    title: str, source: str, weight: Weight = Weight.OPTIONAL, section: Section = Section.OPTICAL, version: int = 1
) -> CheckRule:
    return CheckRule(section, title, weight, source, version)


CHECKS: dict[StrEnum, CheckRule] = {
    ZoneCheck.ZONE_LAYOUT: _rule("Layout of the zone", "Doc 9303 parts 4 to 7 section 4.2.2", Weight.MANDATORY),
    ZoneCheck.ZONE_CHARACTERS: _rule("Characters of the zone", f"{_MRZ}; Doc 9303-3 section 4.5"),
    ZoneCheck.ZONE_CHECK_DIGITS: _rule("Check digits of the zone", f"{_MRZ}; Doc 9303-3 section 4.9", Weight.MANDATORY),
    ZoneCheck.ZONE_COMPOSITE: _rule("Composite check digit of the zone", f"{_MRZ}; Doc 9303-3 section 4.9"),
    ZoneCheck.ZONE_DOCUMENT_CODE: _rule("Document code", "Doc 9303-4 section 4.4, parts 5 and 6 note k, part 8"),
    ZoneCheck.ZONE_ISSUER: _rule("Code of the issuer", "ISO 3166-1 and Doc 9303-3 section 5"),
    ZoneCheck.ZONE_NAME: _rule("Name in the zone", "Doc 9303-3 section 4.6"),
    ZoneCheck.ZONE_NUMBER: _rule("Document number in the zone", "Doc 9303 parts 4 to 7 section 4.2.2"),
    ZoneCheck.ZONE_NUMBER_PATTERN: _rule("Shape of the document number", "rules of the issuers", version=2),
    ZoneCheck.ZONE_SEX: _rule("Sex in the zone", "Doc 9303-4 section 4.2.2"),
    ZoneCheck.ZONE_DATES: _rule("Dates of the zone", "Doc 9303-3 section 4.8"),
    ZoneCheck.ZONE_NATIONAL_NUMBER: _rule("National number, date of birth and sex", "rules of the issuers", version=2),
    ZoneCheck.ZONE_NATIONALITY: _rule(
        "Code of the nationality", "written down only: nationality never bears on the advice", Weight.EVALUATORY
    ),
    ZoneCheck.ZONE_VALIDITY: _rule(
        "Validity of the document", "BSI TR-03135-1 v2.5, expiry check", section=Section.COMBINED
    ),
}
"""Every check of this part with its rule."""

_F = FindingCode
OF_FINDING: dict[FindingCode, ZoneCheck] = {
    **dict.fromkeys((_F.LAYOUT_NATIONAL,), ZoneCheck.ZONE_LAYOUT),
    **dict.fromkeys((_F.CHARACTER_NOT_ALLOWED,), ZoneCheck.ZONE_CHARACTERS),
    **dict.fromkeys((_F.CHECK_DIGIT_REFUTED, _F.CHECK_DIGIT_MISSING, _F.SEVERAL_DIGITS_REFUTED), ZoneCheck.ZONE_CHECK_DIGITS),
    **dict.fromkeys((_F.COMPOSITE_REFUTED,), ZoneCheck.ZONE_COMPOSITE),
    **dict.fromkeys(
        (_F.DOCUMENT_CODE_UNKNOWN, _F.DOCUMENT_CODE_FORMAT, _F.SECOND_LETTER_NOT_ALLOWED, _F.SECOND_LETTER_NOT_HARMONISED,
         _F.SECOND_LETTER_REQUIRED),
        ZoneCheck.ZONE_DOCUMENT_CODE,
    ),
    **dict.fromkeys(
        (_F.ISSUER_UNKNOWN, _F.ISSUER_DEPRECATED, _F.ISSUER_ISSUES_NOTHING, _F.ISSUER_OTHER_CODE, _F.SPECIMEN),
        ZoneCheck.ZONE_ISSUER,
    ),
    **dict.fromkeys((_F.NAME_MISSING, _F.NAME_STRUCTURE, _F.NAME_TRUNCATED, _F.NAME_NO_SECONDARY), ZoneCheck.ZONE_NAME),
    **dict.fromkeys((_F.NUMBER_EMPTY, _F.NUMBER_STARTS_WITH_FILLER, _F.FILLER_IN_NUMBER), ZoneCheck.ZONE_NUMBER),
    **dict.fromkeys((_F.NUMBER_PATTERN,), ZoneCheck.ZONE_NUMBER_PATTERN),
    **dict.fromkeys((_F.SEX_NOT_ALLOWED, _F.SEX_PRINTED_X), ZoneCheck.ZONE_SEX),
    **dict.fromkeys(
        (_F.DATE_UNREADABLE, _F.DATE_IMPOSSIBLE, _F.DATE_PARTLY_UNKNOWN, _F.EXPIRY_BEFORE_BIRTH, _F.BIRTH_IN_FUTURE),
        ZoneCheck.ZONE_DATES,
    ),
    **dict.fromkeys(
        (_F.NATIONAL_NUMBER_BIRTH, _F.NATIONAL_NUMBER_SEX, _F.NATIONAL_NUMBER_CHECK), ZoneCheck.ZONE_NATIONAL_NUMBER
    ),
    **dict.fromkeys((_F.NATIONALITY_UNKNOWN, _F.NATIONALITY_DEPRECATED), ZoneCheck.ZONE_NATIONALITY),
    **dict.fromkeys((_F.EXPIRED, _F.EXPIRY_UNKNOWN), ZoneCheck.ZONE_VALIDITY),
}  # fmt: skip
"""The check that each finding belongs to."""


def zone_checks(inspection: Inspection, rules: IssuerRules | None = None) -> tuple[Check, ...]:
    """The checks of an inspected zone, in the order of the catalogue, each with the findings that belong to it.

    Args:
        inspection: of the zone.
        rules: those that it was inspected by; None for the rules that come with this program. What no rule speaks of was
            not asked, and is `not_supported`.
    """
    document = inspection.document
    if document.national_layout:
        return (Check(ZoneCheck.ZONE_LAYOUT, Result.UNDETERMINED, inspection.findings),)
    sorted_out: dict[ZoneCheck, list[Finding]] = {code: [] for code in ZoneCheck}
    for finding in inspection.findings:
        sorted_out[OF_FINDING[FindingCode(finding.code)]].append(finding)
    unasked = _without_a_rule(document, shipped_rules() if rules is None else rules)
    return tuple(
        Check(
            code,
            Result.NOT_SUPPORTED if code in unasked and not findings else _result(code, findings, document),
            tuple(findings),
            _compared(code, document),
        )
        for code, findings in sorted_out.items()
    )


def _without_a_rule(document: ZoneDocument, rules: IssuerRules) -> frozenset[ZoneCheck]:
    """Checks that only a rule of the issuer can answer, where there is none or nothing that it speaks of."""
    asked = {
        ZoneCheck.ZONE_NATIONAL_NUMBER: has_national_number(document, rules),
        ZoneCheck.ZONE_NUMBER_PATTERN: has_pattern(document, rules),
    }
    return frozenset(code for code, was_asked in asked.items() if not was_asked)


def _result(code: ZoneCheck, findings: list[Finding], document: ZoneDocument) -> Result:
    """Failed where a finding bears on the advice, open where the issuer or kind is unknown, else successful."""
    codes = {finding.code for finding in findings}
    bearings = {finding.bearing for finding in findings}
    if bearings & {Bearing.FALSITY, Bearing.DISCREPANCY} or codes & {_F.EXPIRED, _F.NATIONALITY_UNKNOWN}:
        return Result.FAILED
    if Bearing.UNKNOWN in bearings or codes & {_F.EXPIRY_UNKNOWN, _F.NATIONAL_NUMBER_CHECK}:
        return Result.UNDETERMINED
    if code is ZoneCheck.ZONE_COMPOSITE and LAYOUTS[document.format].composite_check < 0:
        return Result.NOT_SUPPORTED
    return Result.SUCCESSFUL


def _compared(code: ZoneCheck, document: ZoneDocument) -> tuple[Compared, ...]:
    """For the check digits: what is printed and what the characters call for."""
    if code not in {ZoneCheck.ZONE_CHECK_DIGITS, ZoneCheck.ZONE_COMPOSITE}:
        return ()
    composite = code is ZoneCheck.ZONE_COMPOSITE
    readings = [one for one in document.fields if one.computed and (one.field == "composite") is composite]
    return tuple(
        Compared(Source.ZONE, one.field, f"{one.printed or '-'} printed, {one.computed} calculated") for one in readings
    )
