"""Known defects of issued documents: what an issuer or a partner says is wrong with which documents.

A defect does not make a document false. It changes what a failed check means: a security object whose issuer published
that its signature is wrong is `undetermined` and not `failed`; a signer whose key is compromised proves nothing.

Defects come as signed lists of ICAO (deviations) or BSI (defects), and as this project's own dated data
(`defect_data`). A defect names its documents by their signer, by issuer and type, by date of issue or by number; where
several are given, all have to fit (Doc 9303-3 section 7.3.6).

Source: Doc 9303-3 section 7.3, Doc 9303-12 section 10, BSI TR-03129-2 v1.4.1 section 7, BSI TR-03135-1 v2.4 table 4.52.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from egnatia.engines.documents.trust.algorithms import digest_of
from egnatia.engines.documents.trust.certificates import Certificate
from egnatia.engines.documents.trust.countries import state_of_document
from egnatia.engines.documents.trust.names import Likeness, Name


class DefectKind(StrEnum):
    """What is wrong; the words of the two standards under one roof."""

    CERTIFICATE_REVOKED = "certificate_revoked"
    """The signer's key may be in other hands."""
    CERTIFICATE_ON_HOLD = "certificate_on_hold"
    """A revocation that is still looked into, or a signer called inadequate."""
    CERTIFICATE_FOR_TESTS = "certificate_for_tests"
    CERTIFICATE_REPLACED = "certificate_replaced"
    """It cannot be read as it stands; `replacement` holds one that can."""
    CERTIFICATE_ENCODING = "certificate_encoding"
    CERTIFICATE_SIGNATURE = "certificate_signature"
    AUTHORITY_ENCODING = "authority_encoding"
    VALIDITY_WRONG = "validity_wrong"
    CHIP_KEY_COMPROMISED = "chip_key_compromised"
    ACTIVE_KEY_COMPROMISED = "active_key_compromised"
    PROTOCOL_FAILS = "protocol_fails"
    """Chip or active authentication, or PACE with chip mapping, fails on good documents; the parameter says which."""
    WEAK_KEY = "weak_key"
    """Keys that can be calculated from public data (for example CVE-2017-15361)."""
    GROUP_MALFORMED = "group_malformed"
    GROUP_HASH_WRONG = "group_hash_wrong"
    SECURITY_OBJECT_WRONG = "security_object_wrong"
    CONTENTS_DISAGREE = "contents_disagree"
    """EF.COM and EF.SOD list different data groups."""
    SIGNER_IDENTIFIER_WRONG = "signer_identifier_wrong"
    COUNTRY_WRONG = "country_wrong"
    """The signer's certificate names no country or another one; the parameter is the right one."""
    CARD_SECURITY_MALFORMED = "card_security_malformed"
    CHIP_SECURITY_MALFORMED = "chip_security_malformed"
    ZONE_WRONG = "zone_wrong"
    ZONE_CHECK_DIGIT = "zone_check_digit"
    CHIP_UNUSABLE = "chip_unusable"
    POWER_DOWN = "power_down"
    OTHER = "other"


DISTRUSTED: Final = frozenset({DefectKind.CERTIFICATE_REVOKED, DefectKind.CERTIFICATE_FOR_TESTS})
"""After these a signer proves nothing (TR-03135-1 table 4.52: not trusted)."""
DOUBTED: Final = frozenset({DefectKind.CERTIFICATE_ON_HOLD, DefectKind.WEAK_KEY})
"""After these its trust is undetermined."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which documents a defect is about; what is None does not matter, what is given has to fit."""

    issuer: Name | None = None
    """Of the signer's certificate, with its serial number."""
    serial: int | None = None
    key_id: bytes | None = None
    """Of the signer's certificate."""
    digest_name: str | None = None
    digest: bytes | None = None
    """Of the signer's whole certificate."""
    authority_key_id: bytes | None = None
    """Every signer under this authority."""
    state: str | None = None
    """Issuer of the document, as a three-letter code."""
    document_type: str | None = None
    """As in the zone: `P`, `C`."""
    issued_from: date | None = None
    issued_until: date | None = None
    numbers: frozenset[str] | None = None

    @property
    def names_signer(self) -> bool:
        """Whether it names signers at all."""
        named = (self.issuer, self.key_id, self.digest, self.authority_key_id)
        return any(each is not None for each in named)


@dataclass(frozen=True, slots=True)
class Defect:
    """One thing that is known to be wrong with some documents."""

    kind: DefectKind
    scope: Scope
    source: str
    """Who says so and where: `Italian deviation list of 30 May 2018`."""
    known_since: date
    detail: str = ""
    """For people, and the parameter in words."""
    groups: tuple[int, ...] = ()
    """Data groups by number; 20 is EF.SOD and 21 EF.COM (Doc 9303-12)."""
    replacement: bytes | None = None
    """A certificate or a card security object to use instead."""
    withdrawn_on: date | None = None
    via: str = ""
    """Partner whose signed file brought it; empty where it was imported here."""


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """What is known of the document at hand; None where it is not known."""

    issuer: str | None = None
    """The zone's code."""
    document_type: str | None = None
    number: str | None = None
    issued_on: date | None = None


NOTHING_KNOWN: Final = DocumentFacts()


def applying(
    defects: Iterable[Defect], signer: Certificate | None, day: date, document: DocumentFacts = NOTHING_KNOWN
) -> tuple[Defect, ...]:
    """The defects known on a day that are about this document.

    Args:
        defects: all that the store holds.
        signer: the document signer's certificate; None where there is none yet.
        day: what became known later does not count.
        document: a scope that needs a fact which is not known here does not fit.
    """
    return tuple(
        each
        for each in defects
        if each.known_since <= day
        and (each.withdrawn_on is None or day < each.withdrawn_on)
        and _fits_signer(each.scope, signer)
        and _fits_document(each.scope, document)
    )


def _fits_signer(scope: Scope, signer: Certificate | None) -> bool:
    if not scope.names_signer:
        return True
    if signer is None:
        return False
    by_name = scope.issuer is None or (
        scope.serial == signer.serial and scope.issuer.likeness(signer.issuer) is not Likeness.NONE
    )
    by_digest = scope.digest is None or digest_of(scope.digest_name or "sha256", signer.raw) == scope.digest
    by_key = scope.key_id is None or scope.key_id == signer.key_id
    above = scope.authority_key_id
    return by_name and by_digest and by_key and (above is None or above == signer.extensions.authority_key_id)


def _fits_document(scope: Scope, document: DocumentFacts) -> bool:
    if scope.state is not None and (document.issuer is None or state_of_document(document.issuer) != scope.state):
        return False
    if scope.document_type is not None and not (document.document_type or "").startswith(scope.document_type):
        return False
    if scope.numbers is not None and document.number not in scope.numbers:
        return False
    if scope.issued_from is None and scope.issued_until is None:
        return True
    on = document.issued_on
    return on is not None and (scope.issued_from or date.min) <= on <= (scope.issued_until or date.max)
