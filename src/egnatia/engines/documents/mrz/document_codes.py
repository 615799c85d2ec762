"""Rules about the two letters of the document code (Doc 9303-4 section 4.4, 9303-5 and 9303-6 note k, 9303-8)."""

from datetime import date

from egnatia.engines.documents.findings import Finding
from egnatia.engines.documents.mrz.findings import FindingCode, find
from egnatia.engines.documents.mrz.layouts import LAYOUTS
from egnatia.engines.documents.mrz.types import DocumentType, Field, Format, ZoneDocument

PASSPORT_CODES: dict[str, str] = {
    "PP": "ordinary passport",
    "PE": "emergency passport",
    "PD": "diplomatic passport",
    "PO": "official or service passport",
    "PR": "refugee passport",
    "PT": "passport of an alien or non-citizen",
    "PS": "passport of a stateless person",
    "PL": "laissez-passer",
    "PM": "military passport",
    "PU": "emergency travel document on a single sheet",
}
"""Harmonised codes (Doc 9303-4 section 4.4 as amended; PU from Doc 9303-8)."""

SINGLE_SHEET = "PU"
"""The only passport code in a zone of TD2 size: an emergency travel document on one sheet, with or without a seal
(Doc 9303-8 sections 4.1.5 and 6.1.2 and appendix B)."""

VOLUNTARY_FROM = date(2026, 1, 1)
"""A second letter issued from this day on must be one of the harmonised ones."""
REQUIRED_FROM = date(2028, 1, 1)
"""A harmonised second letter is required in every passport issued from this day on."""
LAST_WITHOUT = date(2038, 1, 1)
"""A passport without a harmonised second letter must expire before this day."""
_HARMONISED = "one of " + ", ".join(PASSPORT_CODES)


def check_document_code(document: ZoneDocument, expiry: date | None) -> list[Finding]:
    """Whether the code is known, fits the format, and obeys the rules for its second letter.

    Args:
        document: what was read.
        expiry: the last day of validity, where it is known.
    """
    code = document.code
    if document.type is DocumentType.UNKNOWN:
        expected = "a first letter of P, V, A, C or I"
        return [find(FindingCode.DOCUMENT_CODE_UNKNOWN, Field.DOCUMENT_CODE, expected, code or "fillers")]
    allowed = LAYOUTS[document.format].first_letters
    single_sheet = code == SINGLE_SHEET and document.format is Format.TD2
    if code[0] not in allowed and not single_sheet:
        expected = f"a first letter of {', '.join(allowed)} in {document.format}"
        return [find(FindingCode.DOCUMENT_CODE_FORMAT, Field.DOCUMENT_CODE, expected, code)]
    if document.type is DocumentType.PASSPORT:
        return _passport(code, expiry)
    return _card(code, document.format)


def check_issued(document: ZoneDocument, issued: date) -> list[Finding]:
    """The rules for a passport's second letter that depend on the day of issue, which a zone alone does not have.

    Doc 9303-4 section 4.4: from 1 January 2026 a second letter has to be a harmonised one, from 1 January 2028 there has
    to be one. The same days hold for PE and PU (Doc 9303-8 section 4.1.5).
    """
    code = document.code
    if document.type is not DocumentType.PASSPORT or code in PASSPORT_CODES:
        return []
    from_day = REQUIRED_FROM if len(code) == 1 else VOLUNTARY_FROM
    if issued < from_day:
        return []
    expected = f"{_HARMONISED}, since it was issued on or after {from_day}"
    return [find(FindingCode.SECOND_LETTER_REQUIRED, Field.DOCUMENT_CODE, expected, code)]


def _passport(code: str, expiry: date | None) -> list[Finding]:
    if code in PASSPORT_CODES:
        return []
    if expiry is not None and expiry >= LAST_WITHOUT:
        expected = f"{_HARMONISED}, since it expires on or after {LAST_WITHOUT}"
        return [find(FindingCode.SECOND_LETTER_REQUIRED, Field.DOCUMENT_CODE, expected, code)]
    if len(code) == 1:
        return []
    return [find(FindingCode.SECOND_LETTER_NOT_HARMONISED, Field.DOCUMENT_CODE, _HARMONISED, code)]


def _card(code: str, kind: Format) -> list[Finding]:
    second = code[1:]
    refused = {"V"} | ({"I"} if code[0] == "A" and kind is Format.TD1 else set())
    if code == "AC" and kind is Format.TD2:
        refused.add("C")
    if code[0] != "V" and second in refused:
        expected = f"any letter but {' and '.join(sorted(refused))} after {code[0]} in {kind}"
        return [find(FindingCode.SECOND_LETTER_NOT_ALLOWED, Field.DOCUMENT_CODE, expected, code)]
    return []
