"""What the console calls the parts, verdicts and findings of a travel document, and the fields of core data."""

from collections.abc import Mapping
from enum import StrEnum

from egnatia.console.catalogues import N_
from egnatia.engines.documents import Field, FindingCode, Severity, Verdict

_FIELDS: dict[StrEnum, str] = {
    Field.DOCUMENT_CODE: N_("Document code"),
    Field.ISSUER: N_("Issuing state"),
    Field.NAME: N_("Name"),
    Field.NUMBER: N_("Document number"),
    Field.NATIONALITY: N_("Nationality"),
    Field.BIRTH_DATE: N_("Date of birth"),
    Field.SEX: N_("Sex"),
    Field.EXPIRY_DATE: N_("Date of expiry"),
    Field.OPTIONAL: N_("Optional data"),
    Field.OPTIONAL_2: N_("Optional data, second part"),
    Field.COMPOSITE: N_("Composite check digit"),
    Field.ZONE: N_("Whole zone"),
}
_VERDICTS: dict[StrEnum, str] = {
    Verdict.VERIFIED: N_("check digit right"),
    Verdict.REFUTED: N_("check digit wrong"),
    Verdict.NOT_PRINTED: N_("no check digit here"),
    Verdict.UNDETERMINED: N_("cannot be calculated"),
}
_SEVERITIES: dict[StrEnum, str] = {
    Severity.INFO: N_("for information"),
    Severity.WARN: N_("attention"),
    Severity.SERIOUS: N_("serious"),
}
_FINDINGS: dict[StrEnum, str] = {
    FindingCode.CHECK_DIGIT_REFUTED: N_("A check digit is wrong"),
    FindingCode.CHECK_DIGIT_MISSING: N_("A check digit is missing"),
    FindingCode.COMPOSITE_REFUTED: N_("The composite check digit is wrong"),
    FindingCode.SEVERAL_DIGITS_REFUTED: N_("Several check digits are wrong"),
    FindingCode.CHARACTER_NOT_ALLOWED: N_("A character may not stand here"),
    FindingCode.NUMBER_EMPTY: N_("The document number is empty"),
    FindingCode.NUMBER_STARTS_WITH_FILLER: N_("The document number starts with a filler"),
    FindingCode.FILLER_IN_NUMBER: N_("A filler stands inside the document number"),
    FindingCode.DATE_UNREADABLE: N_("A date cannot be read"),
    FindingCode.DATE_IMPOSSIBLE: N_("There is no such day"),
    FindingCode.DATE_PARTLY_UNKNOWN: N_("A date is unknown in part"),
    FindingCode.EXPIRY_UNKNOWN: N_("The date of expiry is unknown"),
    FindingCode.EXPIRED: N_("The document has expired"),
    FindingCode.EXPIRY_BEFORE_BIRTH: N_("It expires before the date of birth"),
    FindingCode.BIRTH_IN_FUTURE: N_("The date of birth lies in the future"),
    FindingCode.ISSUER_UNKNOWN: N_("The issuing state's code is unknown"),
    FindingCode.ISSUER_DEPRECATED: N_("The issuing state's code is no longer in use"),
    FindingCode.ISSUER_ISSUES_NOTHING: N_("This code issues no travel documents"),
    FindingCode.ISSUER_OTHER_CODE: N_("The issuing state uses another code"),
    FindingCode.SPECIMEN: N_("This is a specimen"),
    FindingCode.NATIONALITY_UNKNOWN: N_("The nationality's code is unknown"),
    FindingCode.NATIONALITY_DEPRECATED: N_("The nationality's code is no longer in use"),
    FindingCode.DOCUMENT_CODE_UNKNOWN: N_("The document code is unknown"),
    FindingCode.DOCUMENT_CODE_FORMAT: N_("The document code does not belong to this format"),
    FindingCode.SECOND_LETTER_NOT_ALLOWED: N_("The second letter of the document code is advised against"),
    FindingCode.SECOND_LETTER_NOT_HARMONISED: N_("The second letter of the document code is not harmonised"),
    FindingCode.SECOND_LETTER_REQUIRED: N_("The second letter of the document code is missing"),
    FindingCode.LAYOUT_NATIONAL: N_("This is a national layout"),
    FindingCode.NAME_MISSING: N_("The name is missing"),
    FindingCode.NAME_STRUCTURE: N_("The name has an unusual structure"),
    FindingCode.NAME_TRUNCATED: N_("The name may have been cut"),
    FindingCode.NAME_NO_SECONDARY: N_("There is only one name"),
    FindingCode.SEX_NOT_ALLOWED: N_("This sign may not stand in the field for sex"),
    FindingCode.SEX_PRINTED_X: N_("X stands in the field for sex instead of a filler"),
    FindingCode.NATIONAL_NUMBER_BIRTH: N_("The national number contradicts the date of birth"),
    FindingCode.NATIONAL_NUMBER_SEX: N_("The national number contradicts the sex"),
    FindingCode.NATIONAL_NUMBER_CHECK: N_("The national number has a wrong check digit"),
    FindingCode.NUMBER_PATTERN: N_("The document number has a shape that this issuer does not use"),
}
DOCUMENT_PHRASES: tuple[Mapping[StrEnum, str], ...] = (_FIELDS, _VERDICTS, _SEVERITIES, _FINDINGS)

CORE_LABELS: dict[str, str] = {
    "family_names": N_("Family names"),
    "first_names": N_("First names"),
    "alias": N_("Other names"),
    "birth_date": N_("Date of birth"),
    "place_of_birth": N_("Place of birth"),
    "nationality": N_("Nationality"),
    "sex": N_("Sex"),
    "father_name": N_("Father's name"),
    "document_numbers": N_("Document numbers"),
    "address": N_("Address"),
    "photo": N_("Photograph"),
    "issuer": N_("Issuing state"),
    "document_type": N_("Type of document"),
    "number_from": N_("First number"),
    "number_to": N_("Last number"),
    "category": N_("Registered as"),
    "reported_on": N_("Reported on"),
    "circumstances": N_("Circumstances"),
}
"""Core-data fields of every subject; the whitelists themselves are in `enquiries.subjects`."""
