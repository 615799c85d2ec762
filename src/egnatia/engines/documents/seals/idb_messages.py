"""What may stand in a seal of ICAO's datastructure for barcode, by its tag.

Tags 0x01 to 0x0A are ICAO's (Technical Report "ICAO Datastructure for Barcode"); 0x80 and above are national, here
those that the German documents use. The lists were read from the public implementation vdstools (github
tsenger/vdstools, July 2026), because the report itself was not at hand: a departure from a newer edition of the
report shows as an unknown feature, never as an invalid seal. Its visa of March 2026 keeps the whole zone, a stay of one
byte and longer passport numbers, where its list still says otherwise; both are taken here.
"""

from typing import Final

from egnatia.engines.documents.seals.types import FeatureRule
from egnatia.engines.documents.seals.values import Coding

_MOST: Final = 1_024
"""Bytes of a picture or of a file of the chip in a seal."""

_VISA: Final = (
    FeatureRule(1, "zone", Coding.ZONE_MRV_A, 48, 60, required=False),
    FeatureRule(2, "zone", Coding.ZONE_MRV_B, 44, 48, required=False),
    FeatureRule(3, "number_of_entries", Coding.NUMBER, 1, 1),
    FeatureRule(4, "duration_of_stay", Coding.STAY, 1, 3),
    FeatureRule(5, "passport_number", Coding.C40, 6, 8),
    FeatureRule(6, "visa_type", Coding.BYTES, 1, 4, required=False),
    FeatureRule(7, "additional", Coding.BYTES, 0, 254, required=False),
)
_TEST: Final = (
    FeatureRule(1, "certificate_number", Coding.C40, 2, 12, required=False),
    FeatureRule(2, "holder", Coding.C40, 2, 26),
    FeatureRule(3, "birth_date", Coding.MASKED_DATE, 4, 4),
    FeatureRule(4, "document_type", Coding.C40, 2, 2),
    FeatureRule(5, "document_number", Coding.C40, 2, 16),
    FeatureRule(6, "facility", Coding.C40, 2, 14),
    FeatureRule(7, "country", Coding.C40, 2, 2),
    FeatureRule(8, "facility_telephone", Coding.C40, 12, 12),
    FeatureRule(9, "facility_mail", Coding.TEXT, 1, 255),
    FeatureRule(10, "facility_address", Coding.TEXT, 1, 255),
    FeatureRule(11, "taken_at", Coding.DATE_TIME, 6, 6),
    FeatureRule(12, "reported_at", Coding.DATE_TIME, 6, 6),
    FeatureRule(13, "test", Coding.NUMBER, 1, 1),
    FeatureRule(14, "result", Coding.NUMBER, 1, 1),
    FeatureRule(15, "method", Coding.NUMBER, 1, 1, required=False),
    FeatureRule(16, "optional", Coding.C40, 2, 14, required=False),
)
_DOSE: Final = (
    FeatureRule(51, "given_on", Coding.MASKED_DATE, 4, 4),
    FeatureRule(52, "dose", Coding.C40, 2, 2),
    FeatureRule(53, "doses", Coding.C40, 2, 2, required=False),
    FeatureRule(54, "country", Coding.C40, 2, 2),
    FeatureRule(55, "centre", Coding.C40, 2, 14),
    FeatureRule(56, "batch", Coding.C40, 2, 14),
    FeatureRule(57, "next_due_on", Coding.MASKED_DATE, 4, 4, required=False),
)
_VACCINE: Final = (
    FeatureRule(31, "vaccine", Coding.C40, 6, 6),
    FeatureRule(32, "brand", Coding.C40, 2, 254),
    FeatureRule(33, "manufacturer", Coding.C40, 2, 254, required=False),
    FeatureRule(34, "authorisation_holder", Coding.C40, 2, 254, required=False),
    FeatureRule(35, "disease", Coding.C40, 6, 6),
    FeatureRule(36, "dose_given", Coding.PARTS, 22, 56, parts=_DOSE),
)
_VACCINATION: Final = (
    FeatureRule(1, "certificate_number", Coding.C40, 2, 12),
    FeatureRule(2, "valid_from", Coding.MASKED_DATE, 4, 4, required=False),
    FeatureRule(3, "valid_until", Coding.MASKED_DATE, 4, 4, required=False),
    FeatureRule(4, "holder", Coding.C40, 2, 26),
    FeatureRule(5, "birth_date", Coding.MASKED_DATE, 4, 4, required=False),
    FeatureRule(6, "sex", Coding.TEXT, 1, 1),
    FeatureRule(7, "document_number", Coding.C40, 2, 8, required=False),
    FeatureRule(8, "additional_number", Coding.C40, 2, 16, required=False),
    FeatureRule(9, "vaccination", Coding.PARTS, 44, 842, parts=_VACCINE),
    FeatureRule(10, "optional", Coding.C40, 2, 14, required=False),
)
_RECOVERY: Final = (
    FeatureRule(1, "certificate_number", Coding.C40, 2, 12),
    FeatureRule(2, "valid_from", Coding.MASKED_DATE, 4, 4, required=False),
    FeatureRule(3, "valid_until", Coding.MASKED_DATE, 4, 4, required=False),
    FeatureRule(4, "holder", Coding.C40, 2, 26),
    FeatureRule(5, "birth_date", Coding.MASKED_DATE, 4, 4),
    FeatureRule(6, "document_type", Coding.C40, 2, 2),
    FeatureRule(7, "document_number", Coding.C40, 2, 16),
    FeatureRule(8, "country", Coding.C40, 2, 2),
    FeatureRule(9, "first_positive_on", Coding.MASKED_DATE, 4, 4),
    FeatureRule(10, "optional", Coding.C40, 2, 14, required=False),
)
_AUTHORISATION: Final = (
    FeatureRule(1, "authorisation_number", Coding.C40, 2, 10),
    FeatureRule(2, "holder", Coding.C40, 2, 26),
    FeatureRule(3, "passport_number", Coding.C40, 8, 8),
    FeatureRule(4, "birth_date", Coding.MASKED_DATE, 4, 4),
    FeatureRule(5, "nationality", Coding.C40, 2, 2),
    FeatureRule(6, "sex", Coding.TEXT, 1, 1),
    FeatureRule(7, "place_of_issue", Coding.C40, 2, 10),
    FeatureRule(8, "valid_from", Coding.MASKED_DATE, 4, 4),
    FeatureRule(9, "valid_until", Coding.MASKED_DATE, 4, 4),
    FeatureRule(10, "duration_of_stay", Coding.C40, 2, 2),
    FeatureRule(11, "number_of_entries", Coding.NUMBER, 1, 1),
    FeatureRule(12, "category", Coding.C40, 2, 32),
    FeatureRule(13, "additional", Coding.C40, 2, 67, required=False),
)

IDB_MESSAGES: Final = (
    FeatureRule(0x01, "visa", Coding.PARTS, 62, 328, required=False, parts=_VISA),
    FeatureRule(
        0x02,
        "emergency_travel_document",
        Coding.PARTS,
        50,
        50,
        required=False,
        parts=(FeatureRule(2, "zone", Coding.ZONE, 48, 48),),
    ),
    FeatureRule(0x03, "proof_of_testing", Coding.PARTS, 68, 659, required=False, parts=_TEST),
    FeatureRule(0x04, "proof_of_vaccination", Coding.PARTS, 57, 951, required=False, parts=_VACCINATION),
    FeatureRule(0x05, "proof_of_recovery", Coding.PARTS, 46, 108, required=False, parts=_RECOVERY),
    FeatureRule(0x06, "travel_authorisation", Coding.PARTS, 58, 197, required=False, parts=_AUTHORISATION),
    FeatureRule(0x07, "zone", Coding.ZONE, 60, 60, required=False),
    FeatureRule(0x08, "zone", Coding.ZONE, 60, 60, required=False),
    FeatureRule(0x09, "access_number", Coding.C40, 4, 4, required=False),
    FeatureRule(0x0A, "card_access", Coding.BYTES, 0, _MOST, required=False),
    FeatureRule(0x80, "face_image", Coding.BYTES, 1, _MOST, required=False),
    FeatureRule(0x81, "zone", Coding.ZONE, 48, 48, required=False),
    FeatureRule(0x82, "document_reference", Coding.C40, 6, 6, required=False),
    FeatureRule(0x83, "azr_number", Coding.C40, 8, 8, required=False),
    FeatureRule(0x84, "expiry_date", Coding.MASKED_DATE, 4, 4, required=False),
    FeatureRule(0x85, "document_number", Coding.C40, 6, 6, required=False),
    FeatureRule(0x86, "national_document", Coding.NUMBER, 1, 1, required=False),
)

GERMAN_DOCUMENTS: Final = {
    1: "substitute_identity_document",
    2: "substitute_passport",
    3: "emergency_travel_document",
    4: "temporary_identity_card",
    5: "temporary_official_passport",
    6: "temporary_passport",
    7: "temporary_diplomatic_passport",
    8: "temporary_travel_document_refugee",
    9: "temporary_travel_document_stateless",
    10: "temporary_travel_document_foreigner",
    11: "permission_to_stay_asylum",
    12: "suspension_of_removal",
    13: "arrival_attestation",
    14: "provisional_residence_document",
    15: "temporary_identity_document",
    16: "permanent_residence_certificate",
    17: "frontier_worker_permit",
    18: "supplementary_sheet",
}
"""What the number of the feature `national_document` says in a seal whose issuer is D."""
