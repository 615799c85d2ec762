"""Every check of a seal: what it asks, what it counts for, and the section that demands it."""

from enum import StrEnum
from typing import Final

from egnatia.engines.documents.checks import CheckRule, Section
from egnatia.engines.documents.types import Weight


class SealCheck(StrEnum):
    """The closed list; `docs/reference/seals.md` explains each."""

    SEAL_PRESENCE = "SEAL_PRESENCE"
    SEAL_TECHNOLOGY = "SEAL_TECHNOLOGY"
    SEAL_DECODE = "SEAL_DECODE"
    SEAL_STRUCTURE = "SEAL_STRUCTURE"
    SEAL_SEMANTICS = "SEAL_SEMANTICS"
    SEAL_MRZ_DIGITS = "SEAL_MRZ_DIGITS"
    SEAL_SIGNER_FOUND = "SEAL_SIGNER_FOUND"
    SEAL_SIGNATURE = "SEAL_SIGNATURE"
    SEAL_SIGNER_SIGNATURE = "SEAL_SIGNER_SIGNATURE"
    SEAL_SIGNER_VALIDITY = "SEAL_SIGNER_VALIDITY"
    SEAL_AUTHORITY_VALIDITY = "SEAL_AUTHORITY_VALIDITY"
    SEAL_SIGNER_REVOCATION = "SEAL_SIGNER_REVOCATION"
    SEAL_SIGNER_TRUST = "SEAL_SIGNER_TRUST"
    SEAL_SIGNER_DOCUMENT_TYPE = "SEAL_SIGNER_DOCUMENT_TYPE"
    SEAL_SIGNER_COUNTRY = "SEAL_SIGNER_COUNTRY"
    SEAL_COUNTRY = "SEAL_COUNTRY"
    SEAL_MRZ = "SEAL_MRZ"
    SEAL_PASSPORT_NUMBER = "SEAL_PASSPORT_NUMBER"
    SEAL_DATES = "SEAL_DATES"


_TR: Final = "BSI TR-03135-1 v2.5 section"
_DOC: Final = "Doc 9303-13 appendix D"


def _rule(section: Section, title: str, weight: Weight, source: str) -> CheckRule:
    return CheckRule(section, title, weight, source)


CHECKS: Final[dict[StrEnum, CheckRule]] = {
    SealCheck.SEAL_PRESENCE: _rule(Section.SEAL, "A seal is where one belongs", Weight.OPTIONAL, f"{_TR} 5.9.1.1.1"),
    SealCheck.SEAL_TECHNOLOGY: _rule(
        Section.SEAL, "It is of the kind this document has", Weight.OPTIONAL, f"{_TR} 5.9.1.1.2"
    ),
    SealCheck.SEAL_DECODE: _rule(Section.SEAL, "The code can be read as a seal", Weight.OPTIONAL, f"{_TR} 5.9.1.1.3"),
    SealCheck.SEAL_STRUCTURE: _rule(
        Section.SEAL, "Header, features and signature stand as they must", Weight.OPTIONAL, f"{_TR} 5.9.1.2.1"
    ),
    SealCheck.SEAL_SEMANTICS: _rule(
        Section.SEAL, "Every feature is there and says something possible", Weight.OPTIONAL, f"{_TR} 5.9.1.2.2"
    ),
    SealCheck.SEAL_MRZ_DIGITS: _rule(
        Section.SEAL, "Check digits of the zone in the seal", Weight.OPTIONAL, f"{_TR} 5.9.1.2.3"
    ),
    SealCheck.SEAL_SIGNER_FOUND: _rule(
        Section.SEAL, "The signer's certificate is known", Weight.OPTIONAL, f"{_DOC}, UNKNOWN_CERTIFICATE"
    ),
    SealCheck.SEAL_SIGNATURE: _rule(Section.SEAL, "The seal's signature holds", Weight.OPTIONAL, f"{_TR} 5.9.1.4.1"),
    SealCheck.SEAL_SIGNER_SIGNATURE: _rule(
        Section.SEAL, "The signer is certified by its state's authority", Weight.OPTIONAL, f"{_TR} 5.9.1.3.1"
    ),
    SealCheck.SEAL_SIGNER_VALIDITY: _rule(
        Section.SEAL, "The signer's certificate is valid today", Weight.OPTIONAL, f"{_TR} 5.9.1.3.2"
    ),
    SealCheck.SEAL_AUTHORITY_VALIDITY: _rule(
        Section.SEAL, "The authority's certificate is valid today", Weight.OPTIONAL, f"{_TR} 5.9.1.3.3"
    ),
    SealCheck.SEAL_SIGNER_REVOCATION: _rule(
        Section.SEAL, "The signer was not revoked", Weight.OPTIONAL, f"{_DOC}, REVOKED_CERTIFICATE"
    ),
    SealCheck.SEAL_SIGNER_TRUST: _rule(
        Section.SEAL, "This installation trusts the signer", Weight.OPTIONAL, f"{_TR} 5.9.1.3.4"
    ),
    SealCheck.SEAL_SIGNER_DOCUMENT_TYPE: _rule(
        Section.SEAL, "The signer may sign this type of document", Weight.OPTIONAL, f"{_DOC}, INVALID_DOCUMENTTYPE"
    ),
    SealCheck.SEAL_SIGNER_COUNTRY: _rule(
        Section.SEAL, "The signer is of the state that issued", Weight.OPTIONAL, "Doc 9303-13 section 2.2.1"
    ),
    SealCheck.SEAL_COUNTRY: _rule(
        Section.COMBINED, "The seal names the zone's issuer", Weight.OPTIONAL, "Doc 9303-7 section 9.4"
    ),
    SealCheck.SEAL_MRZ: _rule(
        Section.COMBINED, "The zone in the seal is the printed one", Weight.OPTIONAL, f"{_TR} 5.7.7"
    ),
    SealCheck.SEAL_PASSPORT_NUMBER: _rule(
        Section.COMBINED, "The seal names this passport", Weight.OPTIONAL, f"{_TR} 5.7.4.3"
    ),
    SealCheck.SEAL_DATES: _rule(
        Section.COMBINED, "Dates of seal and zone agree", Weight.OPTIONAL, "our own; Doc 9303-13 section 2.2"
    ),
}
