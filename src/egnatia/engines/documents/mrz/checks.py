"""The checks of one zone, each a plain function from what was read to findings."""

import re

from egnatia.engines.documents.findings import Finding
from egnatia.engines.documents.mrz.codes import ISSUING_KINDS, KNOWN_MISTAKES, Code, CodeKind, lookup
from egnatia.engines.documents.mrz.digits import DIGITS, FILLER
from egnatia.engines.documents.mrz.findings import FindingCode, find
from egnatia.engines.documents.mrz.names import regular
from egnatia.engines.documents.mrz.types import Field, Verdict, ZoneDocument
from egnatia.engines.documents.types import Bearing, Severity

_LETTERS = re.compile(r"[A-Z<]*")
_LEGAL = re.compile(r"[A-Z0-9<]*")
_VERIFIED, _NOT_PRINTED = Verdict.VERIFIED, Verdict.NOT_PRINTED
_NAME, _NATIONALITY = Field.NAME, Field.NATIONALITY
"""Fields of letters. A digit in a nationality is a misread letter, whichever it is: the form is judged, never the country."""
_JUDGED_ELSEWHERE = frozenset({Field.BIRTH_DATE, Field.EXPIRY_DATE, Field.SEX, Field.COMPOSITE})


def check_digits(document: ZoneDocument) -> list[Finding]:
    """Every check digit that is refuted, or that is missing where the format prints one."""
    findings: list[Finding] = []
    refuted = 0
    for reading in document.fields:
        if reading.verdict is _VERIFIED or reading.verdict is _NOT_PRINTED:
            continue
        composite = reading.field is Field.COMPOSITE
        if reading.verdict is Verdict.REFUTED:
            refuted += not composite
            code = FindingCode.COMPOSITE_REFUTED if composite else FindingCode.CHECK_DIGIT_REFUTED
            findings.append(find(code, reading.field, f"check digit {reading.computed}", reading.printed))
        elif reading.verdict is Verdict.UNDETERMINED and reading.printed not in DIGITS:
            expected = f"check digit {reading.computed}" if reading.computed else "a check digit"
            findings.append(find(FindingCode.CHECK_DIGIT_MISSING, reading.field, expected, reading.printed))
    if refuted > 1:
        expected = "check digits that agree with their fields"
        findings.append(find(FindingCode.SEVERAL_DIGITS_REFUTED, Field.ZONE, expected, f"{refuted} refuted"))
    return findings


def check_characters(document: ZoneDocument) -> list[Finding]:
    """Characters that do not belong into a field of letters or numbers; dates and sex are judged on their own."""
    findings: list[Finding] = []
    all_legal = all(map(_LEGAL.fullmatch, document.lines))
    for reading in document.fields:
        if reading.field is _NAME or reading.field is _NATIONALITY:
            if _LETTERS.fullmatch(reading.text) is None:
                expected = "letters and fillers only"
                findings.append(find(FindingCode.CHARACTER_NOT_ALLOWED, reading.field, expected, reading.text))
        elif not all_legal and reading.field not in _JUDGED_ELSEWHERE and _LEGAL.fullmatch(reading.text) is None:
            expected = "letters, digits and fillers"
            findings.append(find(FindingCode.CHARACTER_NOT_ALLOWED, reading.field, expected, reading.text))
    return findings


def check_number(document: ZoneDocument) -> list[Finding]:
    """Whether there is a number, and where fillers stand in it."""
    number = document.number
    if not number:
        return [find(FindingCode.NUMBER_EMPTY, Field.NUMBER, "a document number", "fillers only")]
    if number.startswith(FILLER):
        return [find(FindingCode.NUMBER_STARTS_WITH_FILLER, Field.NUMBER, "a number from the first position", number)]
    if FILLER in number:
        return [find(FindingCode.FILLER_IN_NUMBER, Field.NUMBER, "a number without a gap", number)]
    return []


def check_issuer(document: ZoneDocument, *, expired: bool) -> list[Finding]:
    """Whether the issuer's code is in the list, in use, and one that issues travel documents."""
    written = document.issuer
    code = lookup(written)
    if code is None:
        return [find(FindingCode.ISSUER_UNKNOWN, Field.ISSUER, _expected_code(written), written or "fillers")]
    if code.kind is CodeKind.SPECIMEN:
        return [find(FindingCode.SPECIMEN, Field.ISSUER, "the code of an issuer", written)]
    if code.kind is CodeKind.DEPRECATED:
        return [_deprecated_issuer(written, expired=expired)]
    if code.kind not in ISSUING_KINDS:
        return [find(FindingCode.ISSUER_ISSUES_NOTHING, Field.ISSUER, "a code of an issuer", _described(code))]
    if written == "DEU":
        return [find(FindingCode.ISSUER_OTHER_CODE, Field.ISSUER, "D<<", written)]
    return []


def _deprecated_issuer(written: str, *, expired: bool) -> Finding:
    """An old document of a former state is no surprise; one that is still valid today is."""
    return find(
        FindingCode.ISSUER_DEPRECATED,
        Field.ISSUER,
        "a code in use",
        written if expired else f"{written}, on a document that has not expired",
        severity=Severity.INFO if expired else Severity.WARN,
        bearing=Bearing.NONE if expired else Bearing.DISCREPANCY,
    )


def check_nationality(document: ZoneDocument) -> list[Finding]:
    """Whether the nationality's code is in the list. Whatever is found never changes the advice (DOC-09)."""
    written = document.nationality
    code = lookup(written)
    if code is None:
        return [find(FindingCode.NATIONALITY_UNKNOWN, Field.NATIONALITY, _expected_code(written), written or "fillers")]
    if code.kind is CodeKind.DEPRECATED:
        return [find(FindingCode.NATIONALITY_DEPRECATED, Field.NATIONALITY, "a code in use", written)]
    return []


def _expected_code(written: str) -> str:
    meant = KNOWN_MISTAKES.get(written)
    expected = "a code of ISO 3166-1 or Doc 9303-3 section 5"
    return expected if meant is None else f"{expected}; {meant} may be meant"


def _described(code: Code) -> str:
    return f"{code.code} ({code.name})" if code.name else code.code


def check_name(document: ZoneDocument) -> list[Finding]:
    """Whether there is a name, how its parts are separated, and whether it may be cut."""
    reading = document.reading(Field.NAME)
    if reading is None:
        return []
    name = document.name
    if not name.primary and not name.secondary:
        return [find(FindingCode.NAME_MISSING, Field.NAME, "a name", "fillers only")]
    findings: list[Finding] = []
    if not regular(reading.text):
        findings.append(
            find(
                FindingCode.NAME_STRUCTURE, Field.NAME, "one << between the identifiers, one < elsewhere", reading.text
            )
        )
    if not name.secondary:
        findings.append(find(FindingCode.NAME_NO_SECONDARY, Field.NAME, "two identifiers", "one"))
    if name.truncated:
        found = "a letter in the last position"
        findings.append(find(FindingCode.NAME_TRUNCATED, Field.NAME, "a filler in the last position", found))
    return findings


def check_sex(document: ZoneDocument) -> list[Finding]:
    """M, F or a filler; the X of the printed page does not belong into the zone (Doc 9303-4 note p)."""
    reading = document.reading(Field.SEX)
    written = FILLER if reading is None else reading.text
    if written in {"M", "F", FILLER}:
        return []
    code = FindingCode.SEX_PRINTED_X if written == "X" else FindingCode.SEX_NOT_ALLOWED
    return [find(code, Field.SEX, "M, F or a filler", written)]
