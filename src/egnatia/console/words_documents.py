"""What the console calls the parts, verdicts and findings of a travel document, and the fields of core data."""

from collections.abc import Mapping
from enum import StrEnum

from egnatia.console.catalogues import N_
from egnatia.engines.documents import Field, Severity, Verdict
from egnatia.engines.documents.report.words_findings import ZONE_TITLES

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
DOCUMENT_PHRASES: tuple[Mapping[StrEnum, str], ...] = (_FIELDS, _VERDICTS, _SEVERITIES, ZONE_TITLES)

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
