"""The visual zone against the machine-readable zone: every field that both have, with both values."""

from dataclasses import replace
from datetime import date

from egnatia.engines.documents.checks import Check
from egnatia.engines.documents.findings import Finding
from egnatia.engines.documents.mrz.dates import resolve_birth, resolve_expiry
from egnatia.engines.documents.mrz.document_codes import check_issued
from egnatia.engines.documents.mrz.issuer_checks import contradictions
from egnatia.engines.documents.mrz.issuer_rules import IssuerRules, shipped_rules
from egnatia.engines.documents.mrz.national_numbers import read_national_number
from egnatia.engines.documents.mrz.types import Field, ZoneDocument
from egnatia.engines.documents.types import Bearing, Compared, Result, Severity, Source
from egnatia.engines.documents.visual.catalogue import VisualCheck
from egnatia.engines.documents.visual.dates import check_date, check_order, issue_day
from egnatia.engines.documents.visual.doubts import Texts, legible, own_doubt
from egnatia.engines.documents.visual.findings import VisualFinding, find
from egnatia.engines.documents.visual.names import check_names
from egnatia.engines.documents.visual.numbers import (
    check_code,
    check_issuer,
    check_nationality,
    check_number,
    check_personal_number,
    check_sex,
)
from egnatia.engines.documents.visual.types import Printed, VisualField, VisualFields
from egnatia.engines.documents.visual.verdicts import SLIGHT_DOUBT, doubt

_HOLDER = frozenset(
    {
        VisualCheck.VISUAL_NAME,
        VisualCheck.VISUAL_BIRTH_DATE,
        VisualCheck.VISUAL_EXPIRY_DATE,
        VisualCheck.VISUAL_SEX,
        VisualCheck.VISUAL_NUMBER,
    }
)
"""Checks of which two that fail say more than one: no single misreading explains both."""
_NONE = 9
"""More contradictions than one number can have: the text is none."""


def compare(zone: ZoneDocument, visual: VisualFields, day: date, rules: IssuerRules | None = None) -> tuple[Check, ...]:
    """Hold everything on the page against the zone.

    Args:
        zone: as read; what its own check digits say is a matter of `mrz`.
        visual: the page as read or typed.
        day: of the inspection.
        rules: what is known about issuers; None for the rules that come with this program.

    Returns:
        One check for every question of the catalogue that this page and zone allow to ask, `not_supported` where the
        page does not have the field. None bears on the advice because of a nationality or a place of birth.
    """
    if zone.national_layout:
        return ()
    checks = [
        *check_names(zone, visual),
        check_date(zone, visual, VisualField.BIRTH_DATE, day),
        check_date(zone, visual, VisualField.EXPIRY_DATE, day),
        check_order(resolve_birth(zone.birth, day), resolve_expiry(zone.expiry, day), visual, day),
        check_sex(zone, visual),
        check_number(zone, visual),
        check_personal_number(zone, visual),
        _check_national_number(zone, visual, shipped_rules() if rules is None else rules),
        check_issuer(zone, visual),
        check_code(zone, visual),
        _check_code_date(zone, visual, day),
        check_nationality(zone, visual),
    ]
    return (*checks, _check_agreement(checks))


def _check_code_date(zone: ZoneDocument, visual: VisualFields, day: date) -> Check:
    """The rules for the second letter of a passport's code that depend on the day of issue, which only the page has."""
    issued = None if visual.issue_date is None else issue_day(visual.issue_date, day)
    if issued is None:
        return Check(VisualCheck.VISUAL_CODE_DATE, Result.NOT_SUPPORTED)
    findings = tuple(check_issued(zone, issued))
    result = Result.FAILED if findings else Result.SUCCESSFUL
    return Check(VisualCheck.VISUAL_CODE_DATE, result, findings)


def _check_national_number(zone: ZoneDocument, visual: VisualFields, rules: IssuerRules) -> Check:
    """The printed personal number, by the issuer's rule, against the zone's date of birth and sex."""
    printed = visual.personal_number
    reading = None if printed is None else read_national_number(printed.text, zone.issuer, rules)
    if printed is None or reading is None:
        return Check(VisualCheck.VISUAL_NATIONAL_NUMBER, Result.NOT_SUPPORTED)
    findings = tuple(contradictions(reading, zone.birth, zone.sex, Source.VISUAL))
    if findings and _misread(printed, zone, rules):
        findings = tuple(replace(one, bearing=Bearing.NONE, severity=Severity.INFO) for one in findings)
    said = Compared(Source.RULE, reading.rule.id, reading.rule.source)
    if _bears(findings):
        return Check(VisualCheck.VISUAL_NATIONAL_NUMBER, Result.FAILED, findings, (said,))
    result = Result.UNDETERMINED if findings else Result.SUCCESSFUL
    return Check(VisualCheck.VISUAL_NATIONAL_NUMBER, result, findings, (said,))


def _misread(printed: Printed, zone: ZoneDocument, rules: IssuerRules) -> bool:
    """Whether the reader's own doubt lets the number be one that fits the holder."""
    if not printed.letters:
        return doubt(printed) >= SLIGHT_DOUBT

    def distance(texts: Texts) -> int:
        again = read_national_number(texts[0], zone.issuer, rules)
        if again is None:
            return _NONE
        found = contradictions(again, zone.birth, zone.sex, Source.VISUAL)
        return sum(one.bearing is not Bearing.NONE for one in found)

    return not legible(printed) or own_doubt((printed,), distance, "0123456789")


def _check_agreement(checks: list[Check]) -> Check:
    """Two or more of the holder's and the document's own data contradict each other, read well."""
    failed = [check for check in checks if check.code in _HOLDER and _bears(check.findings)]
    if not any(check.code in _HOLDER and check.result is not Result.NOT_SUPPORTED for check in checks):
        return Check(VisualCheck.VISUAL_AGREEMENT, Result.NOT_SUPPORTED)
    if len(failed) < 2:  # noqa: PLR2004 - one may be a misreading
        return Check(VisualCheck.VISUAL_AGREEMENT, Result.SUCCESSFUL)
    compared = (
        Compared(Source.ZONE, Field.ZONE, "fields that agree with the page"),
        Compared(Source.VISUAL, Field.ZONE, ", ".join(str(check.findings[0].field) for check in failed)),
    )
    finding = find(VisualFinding.VISUAL_SEVERAL_DIFFER, Field.ZONE, compared)
    return Check(VisualCheck.VISUAL_AGREEMENT, Result.FAILED, (finding,))


def _bears(findings: tuple[Finding, ...]) -> bool:
    return any(finding.bearing is not Bearing.NONE for finding in findings)
