"""Who signed a seal: the certificate it names, whether the signature holds under it, and which authority certified it.

A seal of bytes names its signer by two letters of the country, two of the name and the certificate's serial number in
hexadecimal (Doc 9303-13 section 2.2.1; of the signer DEZV by the certificate's SHA-1, BSI TR-03171); ICAO's datastructure for
barcode by the last five bytes of its SHA-1; a VDS-NC carries it. A carried certificate proves nothing by itself: whoever
makes a seal can carry one of his own, so it counts only under an authority of the store.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from egnatia.engines.documents.seals.types import Seal, SealKind
from egnatia.engines.documents.trust.algorithms import Scheme, SchemeKind
from egnatia.engines.documents.trust.certificates import Certificate, read_certificate, verify_certificate
from egnatia.engines.documents.trust.countries import Issuing, issuing, state_of_document
from egnatia.engines.documents.trust.crl import RevocationList, verify_crl
from egnatia.engines.documents.trust.keys import EcKey
from egnatia.engines.documents.trust.names import COMMON_NAME, Likeness
from egnatia.engines.documents.trust.remarks import Fault
from egnatia.engines.documents.trust.signatures import Verified, verify_scheme

_MOST_TRIED: Final = 40
"""Authorities whose key is tried on one certificate, and signers of one name on one seal; the largest list has 15
authorities of one state."""
_HASHES: Final = ((224, "sha224"), (256, "sha256"), (384, "sha384"))
"""By the bits of the order of the curve's base point (Doc 9303-13 section 2.4); more calls for SHA-512."""


_TRIED: Final = ("sha256", "sha384", "sha512", "sha224")
"""A seal of bytes does not name its hash, and signers are met that use another than their curve calls for."""


class FoundBy(StrEnum):
    """How a signer's certificate was found."""

    REFERENCE = "reference"
    """Exactly as the seal names it."""
    NAME = "name"
    """By the signer's name alone, and the signature holds: the reference is wrong."""
    CARRIED = "carried"
    """The seal carries it."""


@dataclass(frozen=True, slots=True)
class SealTrust:
    """What this installation knows and trusts on the day of the inspection.

    Attributes:
        moment: when the inspection takes place.
        signers: certificates of seal signers, trusted or not.
        authorities: certificates of country signing authorities, all of them trusted.
        revocations: revocation lists; one counts only if an authority's key verifies it.
        trusted: SHA-256 fingerprints of signers that the operator trusts without an authority.
    """

    moment: datetime
    signers: tuple[Certificate, ...] = ()
    authorities: tuple[Certificate, ...] = ()
    revocations: tuple[RevocationList, ...] = ()
    trusted: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Signer:
    """The signer of one seal: its certificate, how it was found, and what its key says of the signature."""

    certificate: Certificate
    found_by: FoundBy
    verified: Verified
    authority: Certificate | None
    """Whose key signed the certificate; None where no known authority's did."""


def signer_of(seal: Seal, trust: SealTrust) -> Signer | None:
    """The signer's certificate, the best that is known: one whose key verifies the seal before one whose does not."""
    tried: list[Signer] = []
    for certificate, found_by in _candidates(seal, trust):
        verified = verify_seal(seal, certificate)
        signer = Signer(certificate, found_by, verified, None)
        if verified.ok:
            return Signer(certificate, found_by, verified, authority_of(certificate, trust))
        if found_by is not FoundBy.NAME:
            tried.append(signer)
    if not tried:
        return None
    first = tried[0]
    return Signer(first.certificate, first.found_by, first.verified, authority_of(first.certificate, trust))


def _candidates(seal: Seal, trust: SealTrust) -> Iterable[tuple[Certificate, FoundBy]]:
    carried = read_certificate(seal.certificate) if seal.certificate is not None else None
    if isinstance(carried, Certificate):
        yield carried, FoundBy.CARRIED
    named = sorted(
        (each for each in trust.signers if _named(seal, each)), key=lambda each: not _referenced(seal, each)
    )[:_MOST_TRIED]
    for certificate in named:
        if _referenced(seal, certificate):
            yield certificate, FoundBy.REFERENCE
    for certificate in named:
        if not _referenced(seal, certificate):
            yield certificate, FoundBy.NAME


def _named(seal: Seal, certificate: Certificate) -> bool:
    """Whether a certificate may be the signer's at all: by the name in a seal of bytes, else by the state."""
    if seal.kind is SealKind.VDS:
        names = certificate.subject.values(COMMON_NAME)
        written = f"{certificate.country or ''}{names[-1] if names else ''}".upper()
        return written == seal.signer.upper() or _referenced_by_hash(seal, certificate)
    of_the_state = certificate.state is not None and certificate.state == state_of_document(seal.issuer)
    return of_the_state or _referenced_by_hash(seal, certificate)


def _referenced(seal: Seal, certificate: Certificate) -> bool:
    if seal.kind is SealKind.VDS:
        digits = seal.reference.lower()
        serial = int(digits, 16) if digits and set(digits) <= set("0123456789abcdef") else None
        return serial == certificate.serial or _referenced_by_hash(seal, certificate)
    return seal.kind is SealKind.IDB and _referenced_by_hash(seal, certificate)


def _referenced_by_hash(seal: Seal, certificate: Certificate) -> bool:
    fingerprint = hashlib.sha1(certificate.raw, usedforsecurity=False).hexdigest()
    whole = seal.kind is SealKind.VDS and len(seal.reference) == len(fingerprint)
    ending = seal.kind is SealKind.IDB and len(seal.reference) == 10  # noqa: PLR2004 - five bytes
    return (whole and seal.reference.lower() == fingerprint) or (ending and fingerprint.endswith(seal.reference))


def carried_as_named(seal: Seal, certificate: Certificate) -> bool:
    """Whether a carried certificate is the one that the seal's header names; true where it names none."""
    return not seal.reference or _referenced_by_hash(seal, certificate)


def verify_seal(seal: Seal, certificate: Certificate) -> Verified:
    """Whether a certificate's key made the seal's signature over the very bytes that were read."""
    key = certificate.key
    if isinstance(key, Fault):
        return Verified(False, fault=key)
    if seal.signature is None:
        return Verified(False)
    first = expected_hash(seal, certificate)
    names = (first, *(name for name in _TRIED if name != first)) if not seal.algorithm else (first,)
    for name in names:
        done = verify_scheme(key, Scheme(SchemeKind.ECDSA_PLAIN, name), seal.signature, seal.signed)
        if done.ok or done.fault is not None:
            return done
    return done


def expected_hash(seal: Seal, certificate: Certificate) -> str:
    """The hash that the seal names, else the one that belongs to the signer's curve."""
    key = certificate.key
    if seal.algorithm or isinstance(key, Fault) or not isinstance(key.value, EcKey):
        return seal.algorithm or _TRIED[0]
    return hash_of_curve(key.value)


def hash_of_curve(key: EcKey) -> str:
    """The hash that belongs to a curve, by the bits of its order."""
    order = key.curve.n.bit_length()
    return next((name for bits, name in _HASHES if order <= bits), "sha512")


def authority_of(certificate: Certificate, trust: SealTrust) -> Certificate | None:
    """The authority whose key signed a certificate; those that it names come first, then those of its state."""
    ranked = sorted(trust.authorities, key=lambda each: (_rank(certificate, each), each.fingerprint))
    for authority in ranked[:_MOST_TRIED]:
        if not authority.may_issue or isinstance(authority.key, Fault) or _rank(certificate, authority) > _OF_ITS_STATE:
            continue
        if verify_certificate(certificate, authority.key).ok:
            return authority
    return None


_OF_ITS_STATE: Final = 2


def _rank(certificate: Certificate, authority: Certificate) -> int:
    wanted = certificate.extensions.authority_key_id
    if wanted is not None and authority.key_id == wanted:
        return 0
    if certificate.issuer.likeness(authority.subject) is not Likeness.NONE:
        return 1
    return (
        _OF_ITS_STATE if certificate.state is not None and certificate.state == authority.state else _OF_ITS_STATE + 1
    )


def has_authority(certificate: Certificate, trust: SealTrust) -> bool:
    """Whether the store has an authority of the certificate's state at all."""
    return any(_rank(certificate, each) <= _OF_ITS_STATE for each in trust.authorities)


def revocation_of(
    certificate: Certificate, authority: Certificate, trust: SealTrust
) -> tuple[RevocationList | None, str]:
    """The latest list of this authority, and the reason and day of a revocation; "" where there is none."""
    latest: RevocationList | None = None
    for crl in trust.revocations:
        same = crl.issuer.likeness(authority.subject) is not Likeness.NONE
        if not same or isinstance(authority.key, Fault) or not verify_crl(crl, authority.key).ok:
            continue
        latest = crl if latest is None or crl.this_update > latest.this_update else latest
        entry = crl.entries.get(certificate.serial)
        if entry is not None and entry.revoked_at <= trust.moment:
            return crl, f"{entry.reason.replace('_', ' ')}, {entry.revoked_at.date().isoformat()}"
    return latest, ""


def signer_state(seal: Seal, certificate: Certificate) -> Issuing:
    """Whether seal and signer are of one state."""
    return issuing(seal.issuer, certificate.country or "")
