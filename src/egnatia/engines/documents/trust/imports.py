"""Bringing something into a trust store: lists, single certificates, revocation lists, defects.

Each function takes holdings and returns new ones with a report; nothing is changed in place and nothing is dropped.
What does not verify is refused; what nobody vouches for comes in only where the operator says so, and stays marked.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from egnatia.engines.documents.trust.certificates import Certificate, read_certificate
from egnatia.engines.documents.trust.crl import RevocationList, read_crl, verify_crl
from egnatia.engines.documents.trust.defect_lists import read_defect_list
from egnatia.engines.documents.trust.defects import Defect
from egnatia.engines.documents.trust.holdings import DIRECT, Holdings, ListVersion
from egnatia.engines.documents.trust.master_lists import ListTrust, MasterList, read_master_list
from egnatia.engines.documents.trust.names import Likeness
from egnatia.engines.documents.trust.remarks import Fault
from egnatia.errors import ConflictError, InputError, TamperedError


@dataclass(frozen=True, slots=True)
class Imported:
    """New holdings, and what is new in them."""

    holdings: Holdings
    what: str
    """In words: `list DE of 2026-05-28: 588 certificates, 47 new, 0 left out`."""
    added: int
    """Certificates that the store did not have."""
    removed: int = 0
    """Certificates that the version before had and this one leaves out."""
    warnings: tuple[str, ...] = ()


def import_list(
    holdings: Holdings,
    data: bytes,
    source: str,
    now: datetime,
    roots: Sequence[Certificate] = (),
    *,
    vouched: bool = False,
    day: date | None = None,
) -> Imported:
    """Bring in one version of a master list.

    Args:
        holdings: what the store holds.
        data: the file.
        source: short name of who publishes it.
        now: when it is imported.
        roots: certificates that the operator trusts to issue list signers; roots of earlier versions are remembered.
        vouched: the operator takes it on himself to believe a list for which no root vouches.
        day: the version's date, where the signer does not say when he signed.

    Raises:
        InputError: it is no list, it has no date, or nobody vouches for it.
        TamperedError: its signature does not hold.
    """
    found = read_master_list(data, (*roots, *_remembered(holdings)), holdings.certificates)
    if isinstance(found, Fault):
        raise InputError(f"this is no master list: {found.detail}")
    _insist(found, vouched=vouched)
    signed_at = found.signed_at
    on = day if signed_at is None else signed_at.date()
    if on is None:
        raise InputError("the list does not say when it was signed", hint="Give the date of the version.")
    version = _version(found, data, source, on, now)
    if version.key in {each.key for each in holdings.versions}:
        raise ConflictError(f"this version of the list {source} is held already", hint="Nothing needs to be done.")
    return _with_version(
        holdings, version, (*found.certificates, *found.path[-1:]), _warnings(found, holdings, version)
    )


def _remembered(holdings: Holdings) -> tuple[Certificate, ...]:
    """Roots that an operator gave before."""
    fingerprints = {
        each.root_fingerprint for each in holdings.versions if each.trust is ListTrust.ROOT and not each.via
    }
    return tuple(found for each in sorted(fingerprints) if (found := holdings.certificates.get(each)) is not None)


def _insist(found: MasterList, *, vouched: bool) -> None:
    if found.trust is ListTrust.BROKEN:
        raise TamperedError(
            "the list's signature does not hold", hint="Fetch the list again from its publisher; do not use this file."
        )
    if vouched:
        return
    if found.trust is ListTrust.ROOT and found.may_sign:
        return
    said = {
        ListTrust.ROOT: "its signer's certificate was made for something else than master lists",
        ListTrust.ITSELF: "only the list itself holds the root of its signer",
        ListTrust.NO_ISSUER: "nothing that is known issued its signer's certificate",
        ListTrust.UNSIGNED: "nobody signed it",
    }[found.trust]
    raise InputError(
        f"nobody vouches for this list: {said}",
        hint="Give the publisher's root certificate, got by another way, or say that you vouch for the list yourself.",
    )


def _version(found: MasterList, data: bytes, source: str, on: date, now: datetime) -> ListVersion:
    signer = found.path[0] if found.path else None
    return ListVersion(
        source=source,
        day=on,
        digest=hashlib.sha256(data).hexdigest(),
        imported_at=now,
        trust=found.trust,
        signer="" if signer is None else str(signer.subject),
        signer_fingerprint="" if signer is None else signer.fingerprint,
        root_fingerprint=found.path[-1].fingerprint if len(found.path) > 1 else "",
        certificates=frozenset(each.fingerprint for each in found.certificates),
    )


def _warnings(found: MasterList, holdings: Holdings, version: ListVersion) -> tuple[str, ...]:
    said = [f"a certificate could not be read: {each.detail}" for each in found.unreadable]
    if found.repeated:
        said.append(f"{found.repeated} certificates stand in the list more than once")
    if found.trust is not ListTrust.UNSIGNED and not found.may_sign:
        said.append("the signer's certificate is not marked for master lists")
    if found.signed_at is not None and any(not each.valid_on(found.signed_at) for each in found.path):
        said.append("a certificate of its signer's path was not valid when it was signed")
    if version.day > version.imported_at.date():
        said.append("it is signed on a day that has not come yet")
    if any(each.source == version.source and each.day > version.day for each in holdings.versions):
        said.append("a later version is held already; this one is history")
    if any(each.source == version.source and each.day == version.day for each in holdings.versions):
        said.append("another version of the same day is held: the one imported last counts")
    if version.trust is not ListTrust.ROOT:
        said.append("no root vouches for it; the operator does")
    return tuple(said)


def _with_version(
    holdings: Holdings, version: ListVersion, certificates: Sequence[Certificate], warnings: tuple[str, ...]
) -> Imported:
    known = holdings.certificates
    new = {each.fingerprint: each for each in certificates if each.fingerprint not in known}
    before = [each for each in holdings.versions if each.source == version.source and each.day <= version.day]
    left_out = max(before, key=lambda each: each.day).certificates - version.certificates if before else frozenset()
    listed = len(version.certificates)
    what = f"list {version.source} of {version.day}: {listed} certificates, {len(new)} new, {len(left_out)} left out"
    wider = replace(holdings, certificates=known | new, versions=(*holdings.versions, version))
    return Imported(wider, what, len(new), len(left_out), warnings)


def import_certificate(holdings: Holdings, der: bytes, now: datetime, day: date) -> Imported:
    """Bring in one certificate that was handed over by itself (diplomatic exchange).

    Raises:
        InputError: it is no certificate.
        ConflictError: it was handed over already.
    """
    found = read_certificate(der)
    if isinstance(found, Fault):
        raise InputError(f"this is no certificate: {found.detail}")
    version = ListVersion(
        DIRECT, day, found.fingerprint, now, ListTrust.ROOT, "", "", "", frozenset({found.fingerprint})
    )
    if any(each.source == DIRECT and each.digest == found.fingerprint for each in holdings.versions):
        raise ConflictError("this certificate was handed over already", hint="Nothing needs to be done.")
    done = _with_version(holdings, version, (found,), ())
    return replace(done, what=f"certificate {found.subject}, handed over on {day}", removed=0)


def import_crl(holdings: Holdings, der: bytes) -> Imported:
    """Bring in a revocation list whose issuer's certificate the store holds.

    Raises:
        InputError: it is no such list, or its issuer is not held.
        TamperedError: no key of its issuer signed it.
        ConflictError: it is held already.
    """
    found = read_crl(der)
    if isinstance(found, Fault):
        raise InputError(f"this is no revocation list: {found.detail}")
    if any(each.digest == found.digest for each in holdings.crls):
        raise ConflictError("this revocation list is held already", hint="Nothing needs to be done.")
    insist_signed(holdings, found)
    what = f"revocation list of {found.issuer}, {found.this_update:%Y-%m-%d}: {len(found.entries)} certificates"
    return Imported(replace(holdings, crls=(*holdings.crls, found)), what, 0)


def insist_signed(holdings: Holdings, crl: RevocationList) -> None:
    """See that a key of the list's issuer signed it.

    Raises:
        InputError: the issuer is not held.
        TamperedError: none of its keys signed it.
    """
    issuers = [
        each
        for each in holdings.certificates.values()
        if each.may_issue and each.subject.likeness(crl.issuer) is not Likeness.NONE
    ]
    if not issuers:
        raise InputError(f"no certificate of {crl.issuer} is held", hint="Import a master list that has it first.")
    if not any(not isinstance(each.key, Fault) and verify_crl(crl, each.key).ok for each in issuers):
        raise TamperedError(f"no key of {crl.issuer} signed this revocation list")


def import_defect_list(
    holdings: Holdings, data: bytes, source: str, roots: Sequence[Certificate], day: date
) -> Imported:
    """Bring in a signed list of defects or deviations.

    Raises:
        InputError: it is no such list, or no root vouches for its signer.
        TamperedError: its signature does not hold.
    """
    found = read_defect_list(data, (*roots, *_remembered(holdings)), source, day)
    if isinstance(found, Fault):
        raise InputError(f"this is no list of defects: {found.detail}")
    if not found.verdict.ok:
        raise TamperedError("the list's signature does not hold", hint="It is not applied; fetch it again.")
    if not found.trusted:
        raise InputError("no given root vouches for the list's signer", hint="Give the publisher's root certificate.")
    return import_defects(holdings, found.defects, f"list of defects {source}")


def import_defects(holdings: Holdings, defects: Sequence[Defect], what: str) -> Imported:
    """Bring in defects that were read from data; those held already are passed over."""
    new = tuple(each for each in defects if each not in holdings.defects)
    wider = replace(holdings, defects=(*holdings.defects, *new))
    return Imported(wider, f"{what}: {len(new)} new of {len(defects)}", 0)
