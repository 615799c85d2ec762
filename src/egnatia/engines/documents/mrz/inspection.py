"""The whole inspection of one zone: read, check, propose a repair, advise."""

from dataclasses import dataclass
from datetime import date

from egnatia.engines.documents.checks import advise
from egnatia.engines.documents.findings import Finding
from egnatia.engines.documents.mrz.checks import (
    check_characters,
    check_digits,
    check_issuer,
    check_name,
    check_nationality,
    check_number,
    check_sex,
)
from egnatia.engines.documents.mrz.date_checks import check_order, check_printed
from egnatia.engines.documents.mrz.dates import last_day, resolve_birth, resolve_expiry
from egnatia.engines.documents.mrz.document_codes import check_document_code
from egnatia.engines.documents.mrz.findings import FindingCode, find
from egnatia.engines.documents.mrz.issuer_checks import check_issuer_rules, explained
from egnatia.engines.documents.mrz.issuer_rules import IssuerRules, shipped_rules
from egnatia.engines.documents.mrz.national_layouts import national_layout
from egnatia.engines.documents.mrz.reader import read_zone
from egnatia.engines.documents.mrz.repair import possible_repairs
from egnatia.engines.documents.mrz.types import Field, PartialDate, Repair, ZoneDocument
from egnatia.engines.documents.types import Advice

_OF_DIGITS = frozenset(
    {FindingCode.CHECK_DIGIT_REFUTED, FindingCode.CHECK_DIGIT_MISSING, FindingCode.COMPOSITE_REFUTED}
)
"""Findings that a repair could explain."""


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was read, what was found in it, and the machine's advice. The verdict is a person's."""

    document: ZoneDocument
    birth: PartialDate
    """With its century chosen: the latest one not after the day of inspection."""
    expiry: PartialDate
    findings: tuple[Finding, ...]
    repair: Repair | None
    """The proposal, when exactly one replacement of confusable characters makes every check digit right."""
    advice: Advice


def inspect(text: str | bytes, today: date, rules: IssuerRules | None = None) -> Inspection:
    """Read a zone and check all that a zone alone can show.

    Args:
        text: the zone as typed, pasted or scanned.
        today: the day of the inspection; it decides centuries and whether the document has expired.
        rules: what is known about issuers; None for the rules that come with this program.

    Raises:
        InputError: the text is not a machine-readable zone.
    """
    return inspect_document(read_zone(text), today, rules)


def inspect_document(document: ZoneDocument, today: date, rules: IssuerRules | None = None) -> Inspection:
    """Check a zone that was already read."""
    birth, expiry = resolve_birth(document.birth, today), resolve_expiry(document.expiry, today)
    repairs: tuple[Repair, ...] = ()
    if document.national_layout:
        own = national_layout(document.lines)
        found = "a layout of its own" if own is None else own.title
        findings = [find(FindingCode.LAYOUT_NATIONAL, Field.ZONE, "a layout of Doc 9303", found)]
    else:
        known = shipped_rules() if rules is None else rules
        findings = _findings(document, birth, expiry, today)
        if known.patterns or document.issuer in known.with_numbers:
            findings += check_issuer_rules(document, known)
        if findings:
            if any(finding.code in _OF_DIGITS for finding in findings):
                repairs = possible_repairs(document)
            findings = explained(findings, document, last_day(expiry), known)
    if repairs:  # misread characters can explain it, so several wrong digits are no sign of a false document
        findings = [finding for finding in findings if finding.code is not FindingCode.SEVERAL_DIGITS_REFUTED]
    return Inspection(
        document, birth, expiry, tuple(findings), repairs[0] if len(repairs) == 1 else None, advise(findings)
    )


def _findings(document: ZoneDocument, birth: PartialDate, expiry: PartialDate, today: date) -> list[Finding]:
    last = last_day(expiry)
    expired = last is not None and last < today
    return [
        *check_document_code(document, last),
        *check_issuer(document, expired=expired),
        *check_characters(document),
        *check_digits(document),
        *check_number(document),
        *check_name(document),
        *check_nationality(document),
        *check_sex(document),
        *check_printed(document),
        *check_order(birth, expiry, today),
    ]
