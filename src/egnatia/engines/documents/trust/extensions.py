"""The extensions of a certificate that matter for travel documents; a malformed one is a remark, never a failure.

Source: RFC 5280 section 4.2.1, Doc 9303-12 section 7.1 (certificate profiles) and 7.1.1 (document type list).
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from egnatia.engines.documents.trust.names import Name, read_name
from egnatia.engines.documents.trust.remarks import Remark, RemarkCode
from egnatia.engines.documents.trust.times import read_time
from egnatia.engines.documents.trust.tlv import CONTEXT, INTEGER, Element, Malformed, read_inner

MAX_PARTS: Final = 1_000
"""Elements of one extension: those of the real lists have under 40."""
KEY_USAGES: Final = (
    "digital_signature",
    "non_repudiation",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)
"""By the number of their bit (RFC 5280 section 4.2.1.3)."""
MASTER_LIST_SIGNER: Final = "2.23.136.1.1.3"
DEVIATION_LIST_SIGNER: Final = "2.23.136.1.1.8"
_KEY_USAGE: Final = "2.5.29.15"
_KNOWN_ELSEWHERE: Final = frozenset({"2.5.29.17", "2.5.29.18", "2.5.29.32", "2.23.136.1.1.6.1", "2.5.29.9"})
"""Alternative names, policies, change of name, directory attributes: nothing here depends on them."""


@dataclass(frozen=True, slots=True)
class Extensions:
    """What a certificate's extensions say; None or empty where they do not."""

    subject_key_id: bytes | None = None
    authority_key_id: bytes | None = None
    authority_issuer: Name | None = None
    authority_serial: int | None = None
    key_usage: frozenset[str] | None = None
    key_usage_critical: bool | None = None
    is_authority: bool | None = None
    path_length: int | None = None
    extended_usage: tuple[str, ...] = ()
    document_types: tuple[str, ...] = ()
    private_from: datetime | None = None
    private_until: datetime | None = None
    crl_points: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = field(default=())


def read_extensions(holder: Element | None) -> Extensions:
    """Every extension of the [3] element of a certificate, or nothing where it has none.

    Raises:
        Malformed: the whole is no list of extensions; a fault inside one of them is a remark.
    """
    if holder is None:
        return Extensions()
    if len(holder.children) != 1:
        raise holder.broken("extensions: one list expected")
    found, seen = Extensions(), set()
    for each in holder.children[0].members(0x10, "extensions"):
        oid, critical, value = _parts(each)
        if oid in seen:
            found = _noted(found, RemarkCode.TRUST_EXTENSION_REPEATED, oid)
            continue
        seen.add(oid)
        found = _with(found, oid, value, critical=critical)
    return found


def _parts(extension: Element) -> tuple[str, bool, bytes]:
    members = extension.members(0x10, "extension")
    if not 2 <= len(members) <= 3:  # noqa: PLR2004 - identifier, perhaps critical, value
        raise extension.broken("extension: identifier and value expected")
    critical = len(members) == 3 and bool(members[1].content.strip(b"\0"))  # noqa: PLR2004 - critical is written
    return members[0].as_oid("extension"), critical, members[-1].as_octets("value of an extension")


def _with(found: Extensions, oid: str, value: bytes, *, critical: bool) -> Extensions:
    reader = _READERS.get(oid)
    if reader is None:
        known = oid in _KNOWN_ELSEWHERE or not critical
        return found if known else _noted(found, RemarkCode.TRUST_CRITICAL_UNKNOWN, oid)
    try:
        marked = replace(found, key_usage_critical=critical) if oid == _KEY_USAGE else found
        return reader(marked, read_inner(value, oid, 50_000, MAX_PARTS))
    except Malformed as error:
        return _noted(found, RemarkCode.TRUST_EXTENSION_MALFORMED, f"{oid}: {error.fault.detail}")


def _noted(found: Extensions, code: RemarkCode, detail: str) -> Extensions:
    return replace(found, remarks=(*found.remarks, Remark(code, detail)))


def _subject_key(found: Extensions, top: Element) -> Extensions:
    return replace(found, subject_key_id=top.as_octets("subject key identifier"))


def _authority_key(found: Extensions, top: Element) -> Extensions:
    parts = {each.tag: each for each in top.members(0x10, "authority key identifier")}
    identifier = parts[0x80].primitive(0x80, "authority key identifier") if CONTEXT[0] in parts else None
    serial = int.from_bytes(parts[0x82].content, "big", signed=True) if CONTEXT[2] in parts else None
    return replace(found, authority_key_id=identifier, authority_issuer=_directory_name(parts), authority_serial=serial)


def _directory_name(parts: dict[int, Element]) -> Name | None:
    names = parts[0x81].children if CONTEXT[1] in parts else ()
    held = next((each for each in names if each.tag == CONTEXT[4] and len(each.children) == 1), None)
    return None if held is None else read_name(held.children[0])


def _key_usage(found: Extensions, top: Element) -> Extensions:
    content = top.primitive(0x03, "key usage")
    bits = "".join(f"{octet:08b}" for octet in content[1:3])
    return replace(found, key_usage=frozenset(name for name, bit in zip(KEY_USAGES, bits, strict=False) if bit == "1"))


def _basic_constraints(found: Extensions, top: Element) -> Extensions:
    members = top.members(0x10, "basic constraints")
    flag = members[0].primitive(0x01, "CA flag") if members and members[0].tag == 0x01 else b"\0"
    length = members[-1].as_int("path length", max_bytes=4) if members and members[-1].tag == INTEGER else None
    return replace(found, is_authority=flag != b"\0", path_length=length)


def _extended_usage(found: Extensions, top: Element) -> Extensions:
    return replace(
        found, extended_usage=tuple(each.as_oid("extended use") for each in top.members(0x10, "extended use"))
    )


def _document_types(found: Extensions, top: Element) -> Extensions:
    members = top.members(0x10, "document types")
    listed = members[-1].members(0x11, "document types") if members else ()
    return replace(found, document_types=tuple(each.content.decode("latin-1") for each in listed))


def _private_period(found: Extensions, top: Element) -> Extensions:
    """The period is GeneralizedTime under [0] and [1] (RFC 3280 section 4.2.1.4)."""
    times = {
        each.tag: read_time(each._replace(tag=0x18), "private key's period")[0]
        for each in top.members(0x10, "private key's period")
    }
    return replace(found, private_from=times.get(0x80), private_until=times.get(0x81))


def _crl_points(found: Extensions, top: Element) -> Extensions:
    points = top.members(0x10, "revocation list's places")
    found_at = tuple(text for point in points for text in addresses(point))
    return replace(found, crl_points=found_at)


def addresses(element: Element) -> tuple[str, ...]:
    """Every uniformResourceIdentifier [6] below."""
    if element.tag == CONTEXT[6] and not element.constructed:
        return (element.content.decode("latin-1"),)
    return tuple(text for each in element.children for text in addresses(each))


_READERS: Final[dict[str, Callable[[Extensions, Element], Extensions]]] = {
    "2.5.29.14": _subject_key,
    "2.5.29.15": _key_usage,
    "2.5.29.16": _private_period,
    "2.5.29.19": _basic_constraints,
    "2.5.29.31": _crl_points,
    "2.5.29.35": _authority_key,
    "2.5.29.37": _extended_usage,
    "2.23.136.1.1.6.2": _document_types,
}
