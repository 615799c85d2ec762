"""Revocation lists: which certificates an authority has taken back, since when and why.

Source: RFC 5280 section 5, Doc 9303-12 section 7.2 (profile; one list per country, no delta lists).
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from egnatia.engines.documents.trust.algorithms import Algorithm, read_algorithm
from egnatia.engines.documents.trust.keys import PublicKey
from egnatia.engines.documents.trust.names import Name, read_name
from egnatia.engines.documents.trust.remarks import Fault, Remark, RemarkCode
from egnatia.engines.documents.trust.signatures import Verified, verify
from egnatia.engines.documents.trust.times import read_time
from egnatia.engines.documents.trust.tlv import CONTEXT, SEQUENCE, Element, Malformed, read, read_inner, settled

MAX_CRL: Final = 2_500_000
"""Bytes: 48,000 revoked certificates with their reasons, which are read in 0.9 s."""
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
_TIMES: Final = frozenset({0x17, 0x18})


@dataclass(frozen=True, slots=True)
class RevokedEntry:
    """One certificate that was taken back."""

    serial: int
    revoked_at: datetime
    reason: str
    """A reason of RFC 5280; `unspecified` where none is given."""


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
    """By serial number."""
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
    begin, until, entries, extensions = _rest(fields[2:])
    number, key_id, odd = _extensions(extensions)
    return RevocationList(
        raw=top.raw,
        tbs=tbs.raw,
        digest=hashlib.sha256(top.raw).hexdigest(),
        issuer=read_name(fields[1]),
        this_update=begin,
        next_update=until,
        number=number,
        authority_key_id=key_id,
        entries=entries,
        algorithm=algorithm,
        signature=signature.as_bits("signature"),
        remarks=(*remarks, *(() if agrees else (Remark(RemarkCode.TRUST_ALGORITHMS_DISAGREE),)), *odd),
    )


def _rest(fields: list[Element]) -> tuple[datetime, datetime | None, dict[int, RevokedEntry], Element | None]:
    """This update, next update, entries and extensions, as far as they are there."""
    begin, rest = read_time(fields[0], "date of the list")[0], fields[1:]
    until = read_time(rest.pop(0), "date of the next list")[0] if rest and rest[0].tag in _TIMES else None
    entries = {}
    if rest and rest[0].tag == SEQUENCE:
        found = (_entry(each.raw) for each in rest.pop(0).children)
        entries = {entry.serial: entry for entry in found}
    extensions = rest.pop(0) if rest and rest[0].tag == CONTEXT[0] else None
    if rest:
        raise rest[0].broken("revocation list: a part that does not belong there")
    return begin, until, entries, extensions


def _entry(raw: bytes) -> RevokedEntry:
    members = read_inner(raw, "revoked certificate", 10_000).members(SEQUENCE, "revoked certificate")
    if len(members) < 2:  # noqa: PLR2004 - serial and date
        raise Malformed("revoked certificate: serial number and date expected")
    serial = members[0].as_int("serial number", max_bytes=200)
    reason = _reason(members[2]) if len(members) > 2 else 0  # noqa: PLR2004 - extensions follow
    return RevokedEntry(serial, read_time(members[1], "date of revocation")[0], _REASONS.get(reason, str(reason)))


def _reason(extensions: Element) -> int:
    for each in extensions.members(SEQUENCE, "extensions of an entry"):
        if each.children and each.children[0].as_oid("extension") == "2.5.29.21":
            inner = read_inner(each.children[-1].as_octets("reason"), "reason", 10)
            return int.from_bytes(inner.primitive(0x0A, "reason"), "big")
    return 0


def _extensions(holder: Element | None) -> tuple[int | None, bytes | None, tuple[Remark, ...]]:
    number, key_id, odd = None, None, []
    if holder is None:
        return number, key_id, ()
    listed = settled(read(holder.raw, MAX_CRL)).top.children
    for each in listed[0].members(SEQUENCE, "extensions") if listed else ():
        parts = each.members(SEQUENCE, "extension")
        if len(parts) < 2:  # noqa: PLR2004 - identifier and value
            raise each.broken("extension: identifier and value expected")
        oid, value = parts[0].as_oid("extension"), parts[-1].as_octets("extension")
        try:
            if oid == "2.5.29.20":
                number = read_inner(value, "number of the list", 100).as_int("number of the list")
            elif oid == "2.5.29.35":
                key_id = _key_id(value)
            elif len(parts) > 2:  # noqa: PLR2004 - critical is written
                odd.append(Remark(RemarkCode.TRUST_CRITICAL_UNKNOWN, oid))
        except Malformed as error:
            odd.append(Remark(RemarkCode.TRUST_EXTENSION_MALFORMED, f"{oid}: {error.fault.detail}"))
    return number, key_id, tuple(odd)


def _key_id(value: bytes) -> bytes | None:
    members = read_inner(value, "authority key identifier").members(SEQUENCE, "authority key identifier")
    return next((each.content for each in members if each.tag == CONTEXT[0]), None)
