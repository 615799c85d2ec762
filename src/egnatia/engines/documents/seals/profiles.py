"""What each type of document puts into a VDS seal.

Visa: Doc 9303-7 section 9.1; emergency travel document: Doc 9303-8 section 6.1; the German profiles: BSI TR-03137-1
v2.5 chapters 5 to 10. Odd type categories are ICAO's, even ones a country's own (Doc 9303-13 section 2.2).
"""

from typing import Final

from egnatia.engines.documents.seals.types import FeatureRule, Profile
from egnatia.engines.documents.seals.values import Coding

_TD2: Final = (Coding.ZONE, 48, 48)
_NUMBER: Final = (Coding.C40, 6, 6)
"""Nine characters."""

VDS_PROFILES: Final[dict[str, Profile]] = {
    profile.code: profile
    for profile in (
        Profile(
            "5d01",
            "visa",
            (
                FeatureRule(1, "zone", Coding.ZONE_MRV_A, 48, 48, required=False),
                FeatureRule(2, "zone", Coding.ZONE_MRV_B, 44, 44, required=False),
                FeatureRule(3, "number_of_entries", Coding.NUMBER, 1, 1, required=False),
                FeatureRule(4, "duration_of_stay", Coding.STAY, 3, 3),
                FeatureRule(5, "passport_number", *_NUMBER),
                FeatureRule(6, "visa_type", Coding.BYTES, 1, 4, required=False),
                FeatureRule(7, "additional", Coding.BYTES, 0, 254, required=False),
            ),
            one_of=("zone",),
        ),
        Profile("5e03", "emergency_travel_document", (FeatureRule(2, "zone", *_TD2),)),
        Profile(
            "fd02",
            "arrival_attestation",
            (FeatureRule(2, "zone", *_TD2), FeatureRule(3, "azr_number", Coding.C40, 8, 8)),
        ),
        Profile(
            "fc04",
            "social_insurance_card",
            (
                FeatureRule(1, "social_insurance_number", Coding.C40, 8, 8),
                FeatureRule(2, "surname", Coding.TEXT, 1, 90),
                FeatureRule(3, "first_name", Coding.TEXT, 1, 90),
                FeatureRule(4, "birth_name", Coding.TEXT, 1, 90, required=False),
            ),
        ),
        Profile(
            "fb06",
            "residence_permit",
            (FeatureRule(2, "zone", *_TD2), FeatureRule(3, "passport_number", *_NUMBER)),
        ),
        Profile(
            "fa06",
            "supplementary_sheet",
            (FeatureRule(4, "zone", *_TD2), FeatureRule(5, "sheet_number", *_NUMBER)),
        ),
        Profile(
            "f908",
            "address_sticker_identity_card",
            (
                FeatureRule(1, "document_number", *_NUMBER),
                FeatureRule(2, "municipality_code", Coding.C40, 6, 6),
                FeatureRule(3, "address", Coding.C40, 6, 18),
            ),
        ),
        Profile(
            "f90c",
            "address_sticker_residence_permit",
            (
                FeatureRule(1, "document_number", *_NUMBER),
                FeatureRule(2, "municipality_code", Coding.C40, 6, 6),
                FeatureRule(3, "address", Coding.C40, 6, 18),
            ),
        ),
        Profile(
            "f80a",
            "residence_sticker_passport",
            (
                FeatureRule(1, "document_number", *_NUMBER),
                FeatureRule(2, "municipality_code", Coding.C40, 6, 6),
                FeatureRule(3, "postal_code", Coding.C40, 4, 4),
            ),
        ),
    )
}
"""By the two bytes at the end of the header: feature definition and type category."""
