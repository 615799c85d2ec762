"""What the console calls the parts, verdicts and findings of a travel document, and the fields of core data."""

from collections.abc import Mapping
from enum import StrEnum

from egnatia.console.catalogues import N_
from egnatia.engines.documents.report.words import SEVERITIES, VERDICTS, ZONE_FIELDS
from egnatia.engines.documents.report.words_findings import ZONE_TITLES

DOCUMENT_PHRASES: tuple[Mapping[StrEnum, str], ...] = (ZONE_FIELDS, VERDICTS, SEVERITIES, ZONE_TITLES)

CORE_LABELS: dict[str, str] = {
    "taken": N_("Taken on, and where"),
    "offence": N_("Offence"),
    "case_number": N_("Number of the case"),
    "authority": N_("Authority that keeps it"),
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
