"""Revocation lists: which certificates an authority has taken back, since when and why.

Source: RFC 5280 section 5, Doc 9303-12 section 7.2 (profile; one list per country, no delta lists).
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from egnatia.engines.documents.trust.algorithms import Algorithm, read_algorithm
from egnatia.engines.documents.trust.extensions import addresses
from egnatia.engines.documents.trust.keys import PublicKey
from egnatia.engines.documents.trust.names import Likeness, Name, read_name
from egnatia.engines.documents.trust.remarks import Fault, FaultCode, Remark, RemarkCode
from egnatia.engines.documents.trust.signatures import Verified, verify
from egnatia.engines.documents.trust.times import read_time
from egnatia.engines.documents.trust.tlv import CONTEXT, SEQUENCE, Element, Malformed, read, read_inner, settled

MAX_CRL: Final = 2_500_000
"""Bytes: 48,000 revoked certificates with their reasons, which are read in 0.9 s."""
MAX_REVOKED: Final = 50_000
"""Certificates of one list: a country has some hundreds of signers in all its years."""
_MAX_PARTS: Final = 64
"""Elements of one entry: number, date and three extensions have under 20."""
_DEPTH: Final = 3
"""Levels taken apart at once: the entries as they stand; each is read by itself."""
_REASONS: Final = {
    0: "unspecified",
    1: "key_compromise",
    2: "ca_compromise",
    3: "affiliation_changed",
    4: "superseded",
    5: "cessation_of_operation",
    6: "certificate_hold",
    8: "remove_from_crl",
    9: "privilege_withdrawn",
    10: "aa_compromise",
}
"""RFC 5280 section 5.3.1."""
_NUMBER, _AUTHORITY_KEY, _DELTA, _PART = "2.5.29.20", "2.5.29.35", "2.5.29.27", "2.5.29.28"
"""Extensions of a list (RFC 5280 section 5.2)."""
_REASON, _INVALID_SINCE, _CERTIFICATE_ISSUER = "2.5.29.21", "2.5.29.24", "2.5.29.29"
"""Extensions of an entry (RFC 5280 section 5.3)."""
_MAX_EXTENSIONS: Final = 1_000
"""Elements of a list's extensions: real ones have under 30."""
_TIMES: Final = frozenset({0x17, 0x18})


@dataclass(frozen=True, slots=True)
class RevokedEntry:
    """One certificate that was taken back."""

    serial: int
    revoked_at: datetime
    reason: str
    """A reason of RFC 5280; `unspecified` where none is given."""


@dataclass(frozen=True, slots=True)
class _Scope:
    """What the extensions say of the list as a whole."""

    number: int | None = None
    key_id: bytes | None = None
    partial: bool = False
    points: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class RevocationList:
    """One list as read; its signature is verified against an authority's key by `verify_crl`."""

    raw: bytes
    tbs: bytes
    digest: str
    """SHA-256 of `raw` in hexadecimal."""
    issuer: Name
    this_update: datetime
    next_update: datetime | None
    number: int | None
    authority_key_id: bytes | None
    entries: dict[int, RevokedEntry]
    """By serial number; those that an indirect list has of other issuers are left out."""
    partial: bool
    """Whether it speaks of some certificates only (a delta, a limited or indirect list, a critical extension that is not
    known here): what it names is revoked, what it does not name is not shown to be good (RFC 5280 section 5.2)."""
    points: tuple[str, ...]
    """Where a list in parts says that this part is published: it is whole for certificates that name one of these."""
    algorithm: Algorithm
    signature: bytes
    remarks: tuple[Remark, ...]


def read_crl(der: bytes) -> RevocationList | Fault:
    """Read a revocation list; never raises on any bytes."""
    tree = read(der, MAX_CRL, depth=_DEPTH)
    if isinstance(tree, Fault):
        return tree
    try:
        return _read(tree.top, tree.remarks)
    except Malformed as error:
        return error.fault


def verify_crl(crl: RevocationList, key: PublicKey) -> Verified:
    """Whether a key signed a revocation list."""
    return verify(key, crl.algorithm, crl.signature, crl.tbs)


def _read(top: Element, remarks: tuple[Remark, ...]) -> RevocationList:
    members = top.members(SEQUENCE, "revocation list")
    if len(members) != 3:  # noqa: PLR2004 - signed part, algorithm, signature
        raise top.broken("revocation list: three parts expected")
    tbs, outer, signature = members
    fields = list(tbs.members(SEQUENCE, "signed part"))
    if fields and fields[0].tag == 0x02:  # noqa: PLR2004 - the version, an INTEGER
        fields.pop(0)
    if len(fields) < 3:  # noqa: PLR2004 - algorithm, issuer, date
        raise tbs.broken("revocation list: algorithm, issuer and date expected")
    algorithm = read_algorithm(fields[0], "algorithm of the list")
    agrees = algorithm == read_algorithm(outer, "outer algorithm")
    issuer = read_name(fields[1])
    begin, until, listed, extensions = _rest(fields[2:])
    entries, limited = _entries(listed, issuer)
    scope = _extensions(extensions)
    return RevocationList(
        raw=top.raw,
        tbs=tbs.raw,
        digest=hashlib.sha256(top.raw).hexdigest(),
        issuer=issuer,
        this_update=begin,
        next_update=until,
        number=scope.number,
        authority_key_id=scope.key_id,
        entries=entries,
        partial=scope.partial or limited,
        points=scope.points,
        algorithm=algorithm,
        signature=signature.as_bits("signature"),
        remarks=(*remarks, *(() if agrees else (Remark(RemarkCode.TRUST_ALGORITHMS_DISAGREE),)), *scope.remarks),
    )


def _rest(fields: list[Element]) -> tuple[datetime, datetime | None, tuple[Element, ...], Element | None]:
    """This update, next update, entries and extensions, as far as they are there."""
    begin, rest = read_time(fields[0], "date of the list")[0], fields[1:]
    until = read_time(rest.pop(0), "date of the next list")[0] if rest and rest[0].tag in _TIMES else None
    listed = rest.pop(0).children if rest and rest[0].tag == SEQUENCE else ()
    if len(listed) > MAX_REVOKED:
        raise Malformed(f"{len(listed):,} revoked certificates", code=FaultCode.TOO_LARGE)
    extensions = rest.pop(0) if rest and rest[0].tag == CONTEXT[0] else None
    if rest:
        raise rest[0].broken("revocation list: a part that does not belong there")
    return begin, until, listed, extensions


def _entries(listed: tuple[Element, ...], issuer: Name) -> tuple[dict[int, RevokedEntry], bool]:
    """The issuer's own entries by serial number, and whether something critical about one of all is not known here.

    In an indirect list an entry's issuer holds for those after it too, until another is named (RFC 5280 section 5.3.3).
    """
    found: dict[int, RevokedEntry] = {}
    own, limited = True, False
    for each in listed:
        entry, named, unknown = _entry(each.raw)
        if named is not None:
            own = named.likeness(issuer) is not Likeness.NONE
        if own:
            found[entry.serial] = entry
        limited = limited or unknown
    return found, limited


def _entry(raw: bytes) -> tuple[RevokedEntry, Name | None, bool]:
    """An entry, the issuer that it names, and whether it has a critical extension that is not known here."""
    members = read_inner(raw, "revoked certificate", 10_000, _MAX_PARTS).members(SEQUENCE, "revoked certificate")
    if len(members) < 2:  # noqa: PLR2004 - serial and date
        raise Malformed("revoked certificate: serial number and date expected")
    serial = members[0].as_int("serial number", max_bytes=200)
    when = read_time(members[1], "date of revocation")[0]
    reason, named, unknown = 0, None, False
    for each in members[2].members(SEQUENCE, "extensions of an entry") if len(members) > 2 else ():  # noqa: PLR2004
        oid, critical, value = _parts(each)
        if oid == _REASON:
            reason = int.from_bytes(read_inner(value, "reason", 10).primitive(0x0A, "reason"), "big")
        elif oid == _CERTIFICATE_ISSUER:
            named = _directory_name(read_inner(value, "issuer of the certificate", 10_000, _MAX_PARTS))
        else:
            unknown = unknown or (critical and oid != _INVALID_SINCE)
    return RevokedEntry(serial, when, _REASONS.get(reason, str(reason))), named, unknown


def _directory_name(names: Element) -> Name:
    """The distinguished name among some general names.

    Raises:
        Malformed: there is none, so that nobody can tell whose certificate is meant.
    """
    held = next((each for each in names.children if each.tag == CONTEXT[4] and len(each.children) == 1), None)
    if held is None:
        raise names.broken("issuer of the certificate: a distinguished name expected")
    return read_name(held.children[0])


def _parts(extension: Element) -> tuple[str, bool, bytes]:
    parts = extension.members(SEQUENCE, "extension")
    if not 2 <= len(parts) <= 3:  # noqa: PLR2004 - identifier, perhaps critical, value
        raise extension.broken("extension: identifier and value expected")
    critical = len(parts) == 3 and bool(parts[1].content.strip(b"\0"))  # noqa: PLR2004 - critical is written
    return parts[0].as_oid("extension"), critical, parts[-1].as_octets("extension")


def _extensions(holder: Element | None) -> _Scope:
    scope = _Scope()
    if holder is None:
        return scope
    listed = settled(read(holder.raw, MAX_CRL, elements=_MAX_EXTENSIONS)).top.children
    for each in listed[0].members(SEQUENCE, "extensions") if listed else ():
        oid, critical, value = _parts(each)
        try:
            scope = _with(scope, oid, value, critical=critical)
        except Malformed as error:
            odd = Remark(RemarkCode.TRUST_EXTENSION_MALFORMED, f"{oid}: {error.fault.detail}")
            scope = replace(scope, partial=scope.partial or critical, remarks=(*scope.remarks, odd))
    return scope


def _with(scope: _Scope, oid: str, value: bytes, *, critical: bool) -> _Scope:
    """What is known of a list once one more of its extensions was read."""
    if oid == _NUMBER:
        return replace(scope, number=read_inner(value, "number of the list", 100).as_int("number of the list"))
    if oid == _AUTHORITY_KEY:
        return replace(scope, key_id=_key_id(value))
    if oid == _PART:
        members = read_inner(value, "part of a list", 10_000, _MAX_PARTS).members(SEQUENCE, "part of a list")
        # [1] says that signers' certificates are all it speaks of, and these are the ones that are asked for.
        limits = [each for each in members if each.tag not in {CONTEXT[0], CONTEXT[1]} and each.content != b"\0"]
        points = tuple(text for each in members if each.tag == CONTEXT[0] for text in addresses(each))
        named = any(each.tag == CONTEXT[0] for each in members)
        return replace(scope, partial=scope.partial or bool(limits) or (named and not points), points=points)
    if oid == _DELTA:
        return replace(scope, partial=True)
    if critical:
        unknown = Remark(RemarkCode.TRUST_CRITICAL_UNKNOWN, oid)
        return replace(scope, partial=True, remarks=(*scope.remarks, unknown))
    return scope


def _key_id(value: bytes) -> bytes | None:
    members = read_inner(value, "authority key identifier").members(SEQUENCE, "authority key identifier")
    return next((each.content for each in members if each.tag == CONTEXT[0]), None)
