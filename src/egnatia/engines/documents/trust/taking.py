"""Trust files between partners: what may be shared, and what is done with one that comes in.

A partner's file is taken whole or not at all. Nothing older than what was taken before is taken again, two different
contents under one version are a reason to stop, and where a partner's facts contradict ours, ours stay and the
contradiction is reported to a person.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from egnatia.engines.documents.trust.defects import Defect
from egnatia.engines.documents.trust.holdings import Holdings, ListVersion, PartnerVersion
from egnatia.engines.documents.trust.imports import insist_signed
from egnatia.engines.documents.trust.trust_file import TrustFile, read_trust_file
from egnatia.errors import ConflictError, Error, TamperedError


@dataclass(frozen=True, slots=True)
class Taken:
    """New holdings after a partner's file, what is new, and what contradicts what was held."""

    holdings: Holdings
    partner: str
    version: int
    certificates: int
    versions: int
    crls: int
    defects: int
    conflicts: tuple[str, ...]


def shareable(holdings: Holdings) -> Holdings:
    """What a partner may be given: only what was imported here, and every revocation list (they prove themselves)."""
    versions = tuple(each for each in holdings.versions if not each.via)
    named = {fingerprint for each in versions for fingerprint in each.certificates}
    roots = {each.root_fingerprint for each in versions}
    certificates = {name: each for name, each in holdings.certificates.items() if name in named or name in roots}
    defects = tuple(each for each in holdings.defects if not each.via)
    return Holdings(certificates, versions, holdings.crls, defects)


def take(holdings: Holdings, data: bytes, key: str, now: datetime, formerly: frozenset[str] = frozenset()) -> Taken:
    """Take a partner's signed file.

    Args:
        holdings: what is held.
        data: the file.
        key: the partner's Ed25519 key in hexadecimal, got by another way.
        now: becomes the day of import of everything in it.
        formerly: keys that are known to have been this partner's before, by another way than the file.

    Raises:
        InputError: it is no trust file.
        TamperedError: its signature or hash does not hold, or the version is one that was taken with another content.
        ConflictError: it is older than what was taken from this partner, or the same.
    """
    found = read_trust_file(data, key)
    _insist_newer(holdings, found, formerly)
    merged, conflicts = _merged(holdings, found, now)
    header = found.header
    last = PartnerVersion(header.maker, header.version, header.content_hash, header.key)
    others = tuple(each for each in holdings.partners if each.partner != header.maker)
    merged = replace(merged, partners=(*others, last))
    return Taken(
        holdings=merged,
        partner=header.maker,
        version=header.version,
        certificates=len(merged.certificates) - len(holdings.certificates),
        versions=len(merged.versions) - len(holdings.versions),
        crls=len(merged.crls) - len(holdings.crls),
        defects=len(merged.defects) - len(holdings.defects),
        conflicts=conflicts,
    )


def _insist_newer(holdings: Holdings, found: TrustFile, formerly: frozenset[str]) -> None:
    header = found.header
    held = next((each for each in holdings.partners if each.partner == header.maker), None)
    if held is None:
        return
    if held.key not in {header.key, *formerly}:
        raise TamperedError(
            f"{header.maker} signed with another key before", hint="Confirm the new key with the partner by telephone."
        )
    if header.version < held.version:
        raise ConflictError(f"version {held.version} of {header.maker} is held; this is the older {header.version}")
    if header.version == held.version and header.content_hash != held.digest:
        raise TamperedError(f"{header.maker} made two different files of version {header.version}")
    if header.version == held.version:
        raise ConflictError(
            f"version {held.version} of {header.maker} is held already", hint="Nothing needs to be done."
        )


def _merged(holdings: Holdings, found: TrustFile, now: datetime) -> tuple[Holdings, tuple[str, ...]]:
    maker, theirs = found.header.maker, found.holdings
    conflicts: list[str] = []
    versions = [*holdings.versions]
    for each in theirs.versions:
        against = _contradiction(holdings, each)
        if against is not None:
            conflicts.append(f"{maker}: {against}")
        elif each.key not in {one.key for one in versions}:
            versions.append(replace(each, via=maker, imported_at=now))
    certificates = theirs.certificates | holdings.certificates
    defects = [*holdings.defects, *(each for each in _named(theirs.defects, maker) if each not in holdings.defects)]
    wider = replace(holdings, certificates=certificates, versions=tuple(versions), defects=tuple(defects))
    return _with_crls(wider, found, conflicts), tuple(conflicts)


def _contradiction(holdings: Holdings, theirs: ListVersion) -> str | None:
    """Why a list version of theirs cannot stand beside ours; ours stays."""
    for ours in holdings.versions:
        if ours.key == theirs.key and ours.certificates != theirs.certificates:
            return f"the list {theirs.source} of {theirs.day} holds other certificates there, with the same hash"
        if theirs.source != "direct" and (ours.source, ours.day) == theirs.key[:2] and ours.digest != theirs.digest:
            return f"another file for the list {theirs.source} of {theirs.day}"
    return None


def _named(defects: tuple[Defect, ...], maker: str) -> tuple[Defect, ...]:
    return tuple(replace(each, via=maker) for each in defects)


def _with_crls(holdings: Holdings, found: TrustFile, conflicts: list[str]) -> Holdings:
    held = {each.digest for each in holdings.crls}
    good = []
    for each in found.holdings.crls:
        if each.digest in held:
            continue
        try:
            insist_signed(holdings, each)
        except Error as error:
            conflicts.append(f"{found.header.maker}: {error.message}")
        else:
            good.append(each)
    return replace(holdings, crls=(*holdings.crls, *good))
