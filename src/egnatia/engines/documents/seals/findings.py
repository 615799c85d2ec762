"""Every finding that a seal can give: its severity, what it does to the advice, why it may be innocent, what settles it.

After the trust levels of Doc 9303-13 appendix D: a seal that cannot be read or whose signer ran out is a medium ground for
doubt, a wrong signature or another document's zone a high one. An unknown feature alone never is (section 2.3.1).
"""

from enum import StrEnum
from typing import Final

from egnatia.engines.documents.findings import Finding, Rule
from egnatia.engines.documents.seals.types import Flaw
from egnatia.engines.documents.types import Bearing, Compared, Place, Severity, Source


class SealFinding(StrEnum):
    """The closed list; `docs/reference/seals.md` explains each."""

    SEAL_MISSING = "SEAL_MISSING"
    SEAL_OF_OTHER_KIND = "SEAL_OF_OTHER_KIND"
    SEAL_UNREADABLE = "SEAL_UNREADABLE"
    SEAL_STRUCTURE_BROKEN = "SEAL_STRUCTURE_BROKEN"
    SEAL_DEPARTURE = "SEAL_DEPARTURE"
    SEAL_CONTENT_WRONG = "SEAL_CONTENT_WRONG"
    SEAL_CONTENT_UNKNOWN = "SEAL_CONTENT_UNKNOWN"
    SEAL_DATE_IMPLAUSIBLE = "SEAL_DATE_IMPLAUSIBLE"
    SEAL_FOR_TESTING = "SEAL_FOR_TESTING"
    SEAL_ZONE_DIGIT_WRONG = "SEAL_ZONE_DIGIT_WRONG"
    SEAL_WITHOUT_SIGNATURE = "SEAL_WITHOUT_SIGNATURE"
    SEAL_SIGNER_UNKNOWN = "SEAL_SIGNER_UNKNOWN"
    SEAL_SIGNER_REFERENCE_WRONG = "SEAL_SIGNER_REFERENCE_WRONG"
    SEAL_SIGNATURE_WRONG = "SEAL_SIGNATURE_WRONG"
    SEAL_HASH_OTHER = "SEAL_HASH_OTHER"
    SEAL_SIGNATURE_NOT_TRIED = "SEAL_SIGNATURE_NOT_TRIED"
    SEAL_AUTHORITY_UNKNOWN = "SEAL_AUTHORITY_UNKNOWN"
    SEAL_SIGNER_NOT_BY_AUTHORITY = "SEAL_SIGNER_NOT_BY_AUTHORITY"
    SEAL_SIGNER_NOT_VALID = "SEAL_SIGNER_NOT_VALID"
    SEAL_AUTHORITY_NOT_VALID = "SEAL_AUTHORITY_NOT_VALID"
    SEAL_SIGNED_OUT_OF_TIME = "SEAL_SIGNED_OUT_OF_TIME"
    SEAL_SIGNER_REVOKED = "SEAL_SIGNER_REVOKED"
    SEAL_REVOCATION_LIST_OLD = "SEAL_REVOCATION_LIST_OLD"
    SEAL_SIGNER_FOR_OTHER_DOCUMENTS = "SEAL_SIGNER_FOR_OTHER_DOCUMENTS"
    SEAL_SIGNER_OF_OTHER_STATE = "SEAL_SIGNER_OF_OTHER_STATE"
    SEAL_ISSUER_DIFFERS = "SEAL_ISSUER_DIFFERS"
    SEAL_ZONE_DIFFERS = "SEAL_ZONE_DIFFERS"
    SEAL_NUMBER_DIFFERS = "SEAL_NUMBER_DIFFERS"
    SEAL_DATES_DIFFER = "SEAL_DATES_DIFFER"


class SealField(StrEnum):
    """What a finding of this part speaks of."""

    SEAL = "seal"
    HEADER = "header"
    FEATURES = "features"
    SIGNATURE = "signature"
    SIGNER = "signer"
    AUTHORITY = "authority"
    ZONE = "zone"
    NUMBER = "number"
    DATES = "dates"


_SCAN = "Scan the code again, flat and in even light."
_SOFTWARE = "a fault in the issuer's software"
_ASK = "Ask the issuer whether it issued this document with this seal."
_STORE = "Get the signer's certificate from the issuer or the ICAO directory, and check again."
_COMPARE = "Compare the printed page with what the seal says, character by character."
_odd = Severity.WARN, Bearing.DISCREPANCY
_noted = Severity.INFO, Bearing.NONE
_unsure = Severity.WARN, Bearing.NONE
_unknown = Severity.WARN, Bearing.UNKNOWN
_serious = Severity.SERIOUS, Bearing.DISCREPANCY
_false = Severity.SERIOUS, Bearing.FALSITY

RULES: Final[dict[SealFinding, Rule]] = {
    SealFinding.SEAL_MISSING: Rule(
        *_odd, "issued before the issuer introduced seals; the picture shows another side", _ASK
    ),
    SealFinding.SEAL_OF_OTHER_KIND: Rule(*_odd, "the issuer changed from one kind to another", _ASK),
    SealFinding.SEAL_UNREADABLE: Rule(*_unsure, "another bar code beside the seal; a worn or cut print", _SCAN),
    SealFinding.SEAL_STRUCTURE_BROKEN: Rule(*_odd, f"{_SOFTWARE}; a scanner that changes bytes", _SCAN),
    SealFinding.SEAL_DEPARTURE: Rule(*_noted, "issued like this by some authorities", "Nothing needs to be done."),
    SealFinding.SEAL_CONTENT_WRONG: Rule(*_odd, _SOFTWARE, _ASK),
    SealFinding.SEAL_CONTENT_UNKNOWN: Rule(*_noted, "a profile newer than this list", "Nothing needs to be done."),
    SealFinding.SEAL_DATE_IMPLAUSIBLE: Rule(*_odd, "a clock that was wrong where it was issued", _ASK),
    SealFinding.SEAL_FOR_TESTING: Rule(
        *_odd, "a specimen for training or testing", "A specimen is no travel document."
    ),
    SealFinding.SEAL_ZONE_DIGIT_WRONG: Rule(*_odd, _SOFTWARE, _ASK),
    SealFinding.SEAL_WITHOUT_SIGNATURE: Rule(*_odd, "a national code that was never meant to be signed", _ASK),
    SealFinding.SEAL_SIGNER_UNKNOWN: Rule(*_unknown, "the trust store does not have the signer's certificate", _STORE),
    SealFinding.SEAL_SIGNER_REFERENCE_WRONG: Rule(*_odd, _SOFTWARE, _STORE),
    SealFinding.SEAL_SIGNATURE_WRONG: Rule(
        *_false, "a scanner that changes bytes; a certificate with the same reference", _SCAN
    ),
    SealFinding.SEAL_HASH_OTHER: Rule(*_noted, "issued like this by some authorities", "Nothing needs to be done."),
    SealFinding.SEAL_SIGNATURE_NOT_TRIED: Rule(*_unknown, "an algorithm that is not known here", _STORE),
    SealFinding.SEAL_AUTHORITY_UNKNOWN: Rule(*_unknown, "the trust store has no authority of this state", _STORE),
    SealFinding.SEAL_SIGNER_NOT_BY_AUTHORITY: Rule(
        *_serious, "the state has an authority that the store lacks", _STORE
    ),
    SealFinding.SEAL_SIGNER_NOT_VALID: Rule(*_odd, "the document ran out with its signer", _ASK),
    SealFinding.SEAL_AUTHORITY_NOT_VALID: Rule(*_unsure, "an authority that has been replaced", _STORE),
    SealFinding.SEAL_SIGNED_OUT_OF_TIME: Rule(*_odd, "a date entered by hand where it was issued", _ASK),
    SealFinding.SEAL_SIGNER_REVOKED: Rule(
        *_serious, "revoked for an administrative reason after this seal was made", _ASK
    ),
    SealFinding.SEAL_REVOCATION_LIST_OLD: Rule(*_noted, "the store was not brought up to date lately", _STORE),
    SealFinding.SEAL_SIGNER_FOR_OTHER_DOCUMENTS: Rule(
        *_odd, "a certificate made before the list of types was in use", _ASK
    ),
    SealFinding.SEAL_SIGNER_OF_OTHER_STATE: Rule(*_serious, "one state signs for another by agreement", _ASK),
    SealFinding.SEAL_ISSUER_DIFFERS: Rule(*_serious, "the zone was misread; one state issues for another", _COMPARE),
    SealFinding.SEAL_ZONE_DIFFERS: Rule(*_serious, "the printed zone was misread", _COMPARE),
    SealFinding.SEAL_NUMBER_DIFFERS: Rule(*_serious, "the passport was replaced and the visa is still valid", _COMPARE),
    SealFinding.SEAL_DATES_DIFFER: Rule(*_odd, "the seal was made again for a document that was extended", _COMPARE),
}


def find(
    code: SealFinding,
    field: SealField,
    expected: str,
    found: str,
    *,
    bearing: Bearing | None = None,
    compared: tuple[Compared, ...] = (),
    places: tuple[Place, ...] = (),
) -> Finding:
    """Make a finding from its rule; the bearing may be overruled where a check knows more."""
    rule = RULES[code]
    shown = rule.bearing if bearing is None else bearing
    return Finding(code, field, rule.severity, shown, expected, found, rule.innocent, rule.settle, compared, places)


def of_flaw(code: SealFinding, field: SealField, flaw: Flaw) -> Finding:
    """A flaw of the reading as a finding, with the bytes it was found at."""
    places = () if flaw.start is None else (Place(Source.SEAL, flaw.where, flaw.start, flaw.end),)
    return find(code, field, f"{flaw.where}: {flaw.expected}", flaw.found, places=places)
