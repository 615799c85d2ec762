"""The case: a passport is presented at the Port of Durrës, exit lane 3, and its number is one of a stolen batch.

The holder is invented. The zone's check digits are right, as a careful forger makes them: arithmetic alone finds
nothing, the issuer's register does.
"""

CASE_REF = "DUR-2025-0417"
PERSON_REF = "D-417"
PLACE = "Port of Durrës, exit lane 3"
PASSPORT = "P<RKSKRASNIQI<<ARBEN<<<<<<<<<<<<<<<<<<<<<<<<\nP0041763<4RKS9403187M30091411177284550<<<<88"
"""Machine-readable zone of the passport presented, TD3 (ICAO Doc 9303 part 4)."""

STOLEN_BLANKS = ("P0041700", "P0041799")
"""The batch that the issuer registered as stolen blanks."""
STOLEN_BLANKS_REF = "XKX-D-000417"
CIRCUMSTANCES = (
    "One hundred blank passport booklets missing from a transport between two personalisation sites; police report "
    "lodged the same day; none of the numbers was ever issued."
)

KNOWN_REF = "GBR-P-002210"
"""A person in the British register whose name and date of birth resemble those on the passport."""
KNOWN_PERSON = {
    "ref": KNOWN_REF,
    "first_names": "Arbën",
    "family_names": "Krasniqi",
    "birth_date": "1994-03-18",
    "father_name": "Gëzim",
    "identifiers": "",
    "aliases": "KRASNIQI, Ben",
    "place_of_birth": "Pejë",
    "nationality": "RKS",
    "sex": "M",
}
