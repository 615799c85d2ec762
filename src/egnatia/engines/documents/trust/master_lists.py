"""Master lists: the country signing certificates that one authority vouches for, and whether it really does.

German, Dutch, Italian and United Nations lists are signed data; some publications hold the bare list, which nobody
signed. A list's own signature only says that its certificates belong together: that its signer may be believed comes
from a root which the operator got by another way. A chain that ends inside the list itself is said to do so.

Source: Doc 9303-12 section 9 (structure, signer, content type), section 7.1 (profile of the list signer).
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from egnatia.engines.documents.trust.certificates import (
    Certificate,
    read_certificate,
    signed_itself,
    verify_certificate,
)
from egnatia.engines.documents.trust.cms import read_signed_data, verify_signer, verify_signers
from egnatia.engines.documents.trust.extensions import MASTER_LIST_SIGNER
from egnatia.engines.documents.trust.names import Likeness
from egnatia.engines.documents.trust.remarks import Fault, FaultCode
from egnatia.engines.documents.trust.signed_data import MAX_SIGNED, ContentKind, SignedData, SignerVerdict
from egnatia.engines.documents.trust.tlv import INTEGER, SEQUENCE, SET, Malformed, read, settled

NONE_KNOWN: Final[Mapping[str, Certificate]] = MappingProxyType({})
MAX_LISTED: Final = 10_000
"""Certificates of one list: the largest real one has 588."""
_BARE: Final = 2
"""Levels that are taken apart: list, set, and the certificates as they stand."""
_MAX_STEPS: Final = 4
"""Certificates between a list's signer and its root: one in every real list."""
_MAX_ISSUERS: Final = 4
"""Certificates with one key: a root and the links to it."""
_MAX_VERIFIED: Final = 64
"""Signatures verified on the ways from one signer to a root: the real lists need 17. A list can hold ten thousand
certificates of its signer's name."""


class ListTrust(StrEnum):
    """Why a list may be believed, from the best reason down."""

    ROOT = "root"
    """Its signer's certificate comes from a root that the operator gave."""
    ITSELF = "itself"
    """Its signer's certificate comes from an authority in the list itself: consistent, and no more than that."""
    NO_ISSUER = "no_issuer"
    """The signature holds, but the signer's certificate comes from nobody known."""
    BROKEN = "broken"
    """The signature does not hold."""
    UNSIGNED = "unsigned"
    """A bare list: nobody signed it."""


_BEST_FIRST: Final = tuple(ListTrust)


@dataclass(frozen=True, slots=True)
class MasterList:
    """One list as read, its signature verified."""

    certificates: tuple[Certificate, ...]
    """Each once, in the order of the list."""
    unreadable: tuple[Fault, ...]
    repeated: int
    """Certificates that stand in the list more than once."""
    trust: ListTrust
    verdict: SignerVerdict | None
    """Of the signature; None for a bare list."""
    path: tuple[Certificate, ...]
    """From the signer's certificate to the root that it comes from."""
    may_sign: bool
    """Whether the signer's certificate is marked for master lists (its extended key usage)."""

    @property
    def signed_at(self) -> datetime | None:
        """When it was signed, as the signer says."""
        signer = None if self.verdict is None else self.verdict.signer
        return None if signer is None else signer.signing_time


def read_master_list(
    data: bytes, roots: Sequence[Certificate] = (), known: Mapping[str, Certificate] = NONE_KNOWN
) -> MasterList | Fault:
    """Read a list and verify who signed it; never raises on any bytes.

    Args:
        data: signed data of the type for master lists, or a bare list.
        roots: certificates that the operator trusts to issue list signers.
        known: certificates by fingerprint that were read before and need not be read again.
    """
    tree = read(data, MAX_SIGNED, depth=1)
    if isinstance(tree, Fault):
        return tree
    try:
        members = tree.top.members(SEQUENCE, "master list")
        if members and members[0].tag == INTEGER:
            return _bare(data, known)
        return _signed(data, roots, known)
    except Malformed as error:
        return error.fault


def _bare(data: bytes, known: Mapping[str, Certificate]) -> MasterList:
    certificates, unreadable, repeated = _listed(data, known)
    return MasterList(certificates, unreadable, repeated, ListTrust.UNSIGNED, None, (), False)


def _signed(data: bytes, roots: Sequence[Certificate], known: Mapping[str, Certificate]) -> MasterList:
    signed = settled(read_signed_data(data))
    if signed.kind is not ContentKind.MASTER_LIST or signed.content is None:
        raise Malformed(f"signed data of type {signed.content_type}, which is no master list")
    certificates, unreadable, repeated = _listed(signed.content, known)
    holding = [each for each in verify_signers(signed) if each.ok and each.certificate is not None]
    if not holding:
        return MasterList(certificates, unreadable, repeated, ListTrust.BROKEN, verify_signer(signed), (), False)
    ways = [(each, *_trust(each, roots, signed, certificates)) for each in holding]
    verdict, trust, path = min(ways, key=lambda way: _BEST_FIRST.index(way[1]))
    may_sign = MASTER_LIST_SIGNER in path[0].extensions.extended_usage
    return MasterList(certificates, unreadable, repeated, trust, verdict, path, may_sign)


def _trust(
    verdict: SignerVerdict, roots: Sequence[Certificate], signed: SignedData, certificates: Sequence[Certificate]
) -> tuple[ListTrust, tuple[Certificate, ...]]:
    """Why one of the list's signers may be believed."""
    if verdict.certificate is None:
        return ListTrust.BROKEN, ()
    trust, path = _path(verdict.certificate, roots, (*signed.certificates, *certificates))
    listed = {each.fingerprint for each in certificates}
    if trust is ListTrust.ITSELF and not any(each.fingerprint in listed for each in path[1:]):
        return ListTrust.NO_ISSUER, path  # a root that only came along with the signature vouches for nothing
    return trust, path


def _listed(data: bytes, known: Mapping[str, Certificate]) -> tuple[tuple[Certificate, ...], tuple[Fault, ...], int]:
    members = settled(read(data, MAX_SIGNED, depth=_BARE)).top.members(SEQUENCE, "master list")
    if len(members) != 2 or members[0].as_int("version of the list", max_bytes=4) < 0:  # noqa: PLR2004 - version and set
        raise Malformed("master list: version and certificates expected")
    elements = members[1].members(SET, "master list")
    if len(elements) > MAX_LISTED:
        raise Malformed(f"{len(elements)} certificates in one list", code=FaultCode.TOO_LARGE)
    read_already: dict[str, Certificate | Fault] = {}
    for element in elements:
        raw = element.raw
        fingerprint = hashlib.sha256(raw).hexdigest()
        if fingerprint not in read_already:
            read_already[fingerprint] = known.get(fingerprint) or read_certificate(raw)
    found = tuple(each for each in read_already.values() if not isinstance(each, Fault))
    unreadable = tuple(each for each in read_already.values() if isinstance(each, Fault))
    return found, unreadable, len(elements) - len(read_already)


def _path(
    signer: Certificate, roots: Sequence[Certificate], others: Sequence[Certificate]
) -> tuple[ListTrust, tuple[Certificate, ...]]:
    """The way from the signer's certificate to a given root, else to whatever self-signed one it leads to."""
    given = {root.fingerprint for root in roots}
    found = _ways((signer,), (*roots, *others), given, [_MAX_VERIFIED])
    rooted = [way for way in found if way[-1].fingerprint in given]
    if rooted:
        return ListTrust.ROOT, min(rooted, key=len)
    best = max(found, key=lambda way: (signed_itself(way[-1]), len(way)))
    return (ListTrust.ITSELF if len(best) > 1 else ListTrust.NO_ISSUER), best


def _ways(
    way: tuple[Certificate, ...], candidates: Sequence[Certificate], given: set[str], left: list[int]
) -> list[tuple[Certificate, ...]]:
    """Every way up from here; a new root is reached through its link certificate from the old one as well.

    `left` holds the one number of signatures that may still be verified, for all ways together.
    """
    last = way[-1]
    if last.fingerprint in given or len(way) > _MAX_STEPS or (len(way) > 1 and signed_itself(last)):
        return [way]
    issuers = _issuers(last, candidates, way, left)
    return [longer for each in issuers for longer in _ways((*way, each), candidates, given, left)] or [way]


def _issuers(
    certificate: Certificate, candidates: Sequence[Certificate], way: Sequence[Certificate], left: list[int]
) -> list[Certificate]:
    """The candidates of the issuer's name whose key signed the certificate, each once; those that it names come first."""
    passed = {each.fingerprint for each in way}
    named = {
        each.fingerprint: each
        for each in candidates
        if each.fingerprint not in passed
        and each.may_issue
        and each.subject.likeness(certificate.issuer) is not Likeness.NONE
    }
    meant = certificate.extensions.authority_key_id
    found: list[Certificate] = []
    for each in sorted(named.values(), key=lambda one: one.key_id != meant):
        if isinstance(each.key, Fault):
            continue
        if len(found) == _MAX_ISSUERS or left[0] == 0:
            break
        left[0] -= 1
        if verify_certificate(certificate, each.key).ok:
            found.append(each)
    return found
