"""Defect lists and deviation lists: the signed lists in which authorities publish known defects.

A list whose signature does not hold is read as far as a person may want to see it, and is never applied (BSI TR-03129-2
section 7.2). Whose key signed it is decided as for master lists: by a root that the operator gave.

Source: BSI TR-03129-2 v1.4.1 section 7 (versions 1 and 2), Doc 9303-12 section 10, Doc 9303-3 section 7.3.5.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from egnatia.engines.documents.trust.algorithms import Algorithm, read_algorithm, read_digest
from egnatia.engines.documents.trust.certificates import Certificate, verify_certificate
from egnatia.engines.documents.trust.cms import read_signed_data, verify_signer
from egnatia.engines.documents.trust.defects import Defect, DefectKind, Scope
from egnatia.engines.documents.trust.names import read_name
from egnatia.engines.documents.trust.remarks import Fault, FaultCode
from egnatia.engines.documents.trust.signed_data import ContentKind, SignedData, SignerVerdict
from egnatia.engines.documents.trust.times import read_time
from egnatia.engines.documents.trust.tlv import (
    CONTEXT,
    INTEGER,
    OCTETS,
    OID,
    SEQUENCE,
    SET,
    Element,
    Malformed,
    read_inner,
    settled,
)

MAX_DEFECT_LIST: Final = 16_000_000
"""Bytes: the Italian deviation list of 2018 names 346,275 cards in about 4 MB."""
MAX_DEFECTS: Final = 20_000
MAX_TEXT: Final = 1_000
"""Characters of a description that are kept."""
MAX_NUMBERS: Final = 1_000_000
"""Document numbers of one list."""
_KINDS: Final = {
    "0.4.0.127.0.7.3.1.5.1.1": DefectKind.CERTIFICATE_REVOKED,
    "0.4.0.127.0.7.3.1.5.1.2": DefectKind.CERTIFICATE_REPLACED,
    "0.4.0.127.0.7.3.1.5.1.3": DefectKind.CHIP_KEY_COMPROMISED,
    "0.4.0.127.0.7.3.1.5.1.4": DefectKind.ACTIVE_KEY_COMPROMISED,
    "0.4.0.127.0.7.3.1.5.1.5": DefectKind.PROTOCOL_FAILS,
    "0.4.0.127.0.7.3.1.5.1.6": DefectKind.VALIDITY_WRONG,
    "0.4.0.127.0.7.3.1.5.2.1": DefectKind.GROUP_MALFORMED,
    "0.4.0.127.0.7.3.1.5.2.2": DefectKind.SECURITY_OBJECT_WRONG,
    "0.4.0.127.0.7.3.1.5.2.3": DefectKind.CONTENTS_DISAGREE,
    "0.4.0.127.0.7.3.1.5.2.4": DefectKind.SIGNER_IDENTIFIER_WRONG,
    "0.4.0.127.0.7.3.1.5.2.5": DefectKind.COUNTRY_WRONG,
    "0.4.0.127.0.7.3.1.5.4.1": DefectKind.CARD_SECURITY_MALFORMED,
    "0.4.0.127.0.7.3.1.5.4.2": DefectKind.CHIP_SECURITY_MALFORMED,
    "0.4.0.127.0.7.3.1.5.4.3": DefectKind.POWER_DOWN,
    "2.23.136.1.1.7.1.1": DefectKind.CERTIFICATE_SIGNATURE,
    "2.23.136.1.1.7.1.2": DefectKind.CERTIFICATE_ENCODING,
    "2.23.136.1.1.7.1.3": DefectKind.AUTHORITY_ENCODING,
    "2.23.136.1.1.7.1.4": DefectKind.ACTIVE_KEY_COMPROMISED,
    "2.23.136.1.1.7.2.1": DefectKind.GROUP_MALFORMED,
    "2.23.136.1.1.7.2.2": DefectKind.GROUP_HASH_WRONG,
    "2.23.136.1.1.7.2.3": DefectKind.SECURITY_OBJECT_WRONG,
    "2.23.136.1.1.7.2.4": DefectKind.CONTENTS_DISAGREE,
    "2.23.136.1.1.7.3.1": DefectKind.ZONE_WRONG,
    "2.23.136.1.1.7.3.2": DefectKind.ZONE_CHECK_DIGIT,
    "2.23.136.1.1.7.4": DefectKind.CHIP_UNUSABLE,
}
_STATUS: Final = {
    1: DefectKind.CERTIFICATE_ON_HOLD,
    2: DefectKind.CERTIFICATE_FOR_TESTS,
    5: DefectKind.CERTIFICATE_ON_HOLD,
}
"""Status codes of a revoked signer that mean less than revoked (TR-03135-1 table 4.52); 32 and more as well."""
_PROPRIETARY: Final = 32
_FAILURES: Final = ("CA", "AA", "CA AA", "PACE-CAM", "CA PACE-CAM", "AA PACE-CAM", "CA AA PACE-CAM")
_VALIDITIES: Final = ("authority", "signer", "authority signer")
_WORDS: Final = {DefectKind.PROTOCOL_FAILS: _FAILURES, DefectKind.VALIDITY_WRONG: _VALIDITIES}
_ENUMERATED: Final = 0x0A


@dataclass(frozen=True, slots=True)
class DefectList:
    """A list as read; to be applied only where `trusted`."""

    defects: tuple[Defect, ...]
    verdict: SignerVerdict
    trusted: bool
    """Its signature holds, and a given root (or the signer's certificate itself) vouches for the signer."""


def read_defect_list(data: bytes, roots: Sequence[Certificate], source: str, known_since: date) -> DefectList | Fault:
    """Read a signed list of defects or deviations and verify it; never raises on any bytes.

    Args:
        data: signed data of one of the two types.
        roots: certificates that the operator trusts to issue list signers, or to sign lists.
        source: who publishes it, for people.
        known_since: when it was published, where the signer does not say when he signed.
    """
    try:
        signed = settled(read_signed_data(data, MAX_DEFECT_LIST))
        verdict = verify_signer(signed)
        when = None if verdict.signer is None else verdict.signer.signing_time
        day = known_since if when is None else when.date()
        return DefectList(_content(signed, source, day), verdict, _trusted(verdict, roots))
    except Malformed as error:
        return error.fault


def _trusted(verdict: SignerVerdict, roots: Sequence[Certificate]) -> bool:
    signer = verdict.certificate
    if not verdict.ok or signer is None:
        return False
    return any(
        root.fingerprint == signer.fingerprint
        or (root.may_issue and not isinstance(root.key, Fault) and verify_certificate(signer, root.key).ok)
        for root in roots
    )


def _content(signed: SignedData, source: str, day: date) -> tuple[Defect, ...]:
    if signed.content is None:
        raise Malformed("a list without its content")
    top = read_inner(signed.content, "list", MAX_DEFECT_LIST, MAX_NUMBERS)
    if signed.kind is ContentKind.DEFECT_LIST:
        found = _bsi(top, source, day)
    elif signed.kind is ContentKind.DEVIATION_LIST:
        found = _icao(top, source, day)
    else:
        raise Malformed(f"signed data of type {signed.content_type}, which is no list of defects")
    if len(found) > MAX_DEFECTS or sum(len(each.scope.numbers or ()) for each in found) > MAX_NUMBERS:
        raise Malformed("more defects or numbers than are read", code=FaultCode.TOO_LARGE)
    return tuple(found)


def _bsi(top: Element, source: str, day: date) -> list[Defect]:
    members = top.members(SEQUENCE, "defect list")
    if len(members) != 3:  # noqa: PLR2004 - version, hash, defects
        raise top.broken("defect list: three parts expected")
    digest_name = settled(read_digest(Algorithm(members[1].as_oid("hash"))))
    found = []
    for each in members[2].members(SET, "defects"):
        parts = each.members(SEQUENCE, "defect")
        known = next((part for part in parts if part.tag == SET), None)
        if known is None:
            raise each.broken("defect: what is known is missing")
        scope = _bsi_scope(parts[: parts.index(known)], digest_name)
        found += [_bsi_defect(item, scope, source, day) for item in known.children]
    return found


def _bsi_scope(parts: tuple[Element, ...], digest_name: str) -> Scope:
    scope = Scope()
    for part in parts:
        if part.tag == OCTETS:
            scope = replace(scope, digest_name=digest_name, digest=part.as_octets("hash of a certificate"))
        elif part.tag == CONTEXT[0]:
            scope = replace(scope, key_id=part.as_octets("key identifier", CONTEXT[0]))
        else:
            scope = _by_name(scope, part.members(SEQUENCE, "signer's identifier"), part)
    if not scope.names_signer:
        raise Malformed("defect: it names no signer")
    return scope


def _by_name(scope: Scope, members: tuple[Element, ...], holder: Element) -> Scope:
    if len(members) != 2:  # noqa: PLR2004 - issuer and serial number
        raise holder.broken("signer's identifier: issuer and serial number expected")
    return replace(scope, issuer=read_name(members[0]), serial=members[1].as_int("serial number", max_bytes=200))


def _bsi_defect(item: Element, scope: Scope, source: str, day: date) -> Defect:
    """A known defect of version 1 (a sequence) or 2 ([0], with tagged parameters and a description)."""
    if item.tag not in {SEQUENCE, CONTEXT[0]} or not item.children:
        raise item.broken("known defect expected")
    kind = _KINDS.get(item.children[0].as_oid("kind of defect"), DefectKind.OTHER)
    rest = item.children[1:]
    description = next((each.content.decode("utf-8", "replace") for each in rest if each.tag == CONTEXT[1]), "")
    given = next((each for each in rest if each.tag != CONTEXT[1]), None)
    if given is not None and given.tag == CONTEXT[0] and given.constructed and len(given.children) == 1:
        given = given.children[0]
    known = Defect(kind, scope, source, day, description[:MAX_TEXT])
    return known if given is None else _with_parameter(known, given)


def _with_parameter(known: Defect, given: Element) -> Defect:
    kind = known.kind
    if kind is DefectKind.CERTIFICATE_REVOKED:
        status = _number(given)
        kind = DefectKind.CERTIFICATE_ON_HOLD if status >= _PROPRIETARY else _STATUS.get(status, kind)
        return replace(known, kind=kind, detail=known.detail or f"status {status}")
    if kind in {DefectKind.CERTIFICATE_REPLACED, DefectKind.CARD_SECURITY_MALFORMED}:
        inner = given.as_octets("replacement") if given.tag == OCTETS else given.raw
        return replace(known, replacement=inner)
    if kind in _WORDS:
        number = _number(given)
        words = _WORDS[kind]
        return replace(known, detail=words[number] if number < len(words) else str(number))
    if kind is DefectKind.GROUP_MALFORMED:
        return replace(known, groups=_groups(given))
    text = given.content.decode("latin-1")[:MAX_TEXT] if kind is DefectKind.COUNTRY_WRONG else known.detail
    return replace(known, detail=text)


def _number(element: Element) -> int:
    content = element.content
    if element.tag not in {INTEGER, _ENUMERATED} or element.constructed or not 1 <= len(content) <= 4:  # noqa: PLR2004 - octets of a small number
        raise element.broken("a small number expected")
    return int.from_bytes(content, "big")


def _groups(element: Element) -> tuple[int, ...]:
    """One number, or a set of numbers."""
    listed = element.children if element.constructed else (element,)
    return tuple(sorted({_number(each) for each in listed}))


def _icao(top: Element, source: str, day: date) -> list[Defect]:
    members = top.members(SEQUENCE, "deviation list")
    if not 2 <= len(members) <= 3:  # noqa: PLR2004 - version, perhaps a hash, deviations
        raise top.broken("deviation list: version and deviations expected")
    version, *middle, deviations = members
    version.as_int("version of the list", max_bytes=4)
    digest_name = settled(read_digest(read_algorithm(middle[0], "hash"))) if middle else None
    found = []
    for each in deviations.members(SET, "deviations"):
        parts = each.members(SEQUENCE, "deviation")
        if len(parts) != 2:  # noqa: PLR2004 - documents and descriptions
            raise each.broken("deviation: documents and descriptions expected")
        scope = _icao_scope(parts[0], digest_name)
        found += [_icao_defect(item, scope, source, day) for item in parts[1].members(SET, "descriptions")]
    return found


def _icao_scope(element: Element, digest_name: str | None) -> Scope:
    scope = Scope()
    for part in element.members(SEQUENCE, "documents"):
        if part.tag == CONTEXT[0]:
            scope = replace(scope, document_type=part.content.decode("latin-1").rstrip("< "))
        elif part.tag == CONTEXT[1]:
            scope = _by_name(scope, part.children, part)
        elif part.tag == CONTEXT[2]:
            scope = replace(scope, key_id=part.as_octets("key identifier", CONTEXT[2]))
        elif part.tag == CONTEXT[3]:
            digest = part.as_octets("hash of a certificate", CONTEXT[3])
            scope = replace(scope, digest_name=digest_name, digest=digest)
        elif part.tag == CONTEXT[4] and len(part.children) == 2:  # noqa: PLR2004 - first and last
            first, last = (read_time(each, "date of issue")[0].date() for each in part.children)
            scope = replace(scope, issued_from=first, issued_until=last)
        elif part.tag == CONTEXT[5]:
            scope = replace(scope, numbers=frozenset(each.content.decode("latin-1") for each in part.children))
        else:
            raise part.broken("documents: a part that does not belong there")
    return scope


def _icao_defect(item: Element, scope: Scope, source: str, day: date) -> Defect:
    parts = list(item.members(SEQUENCE, "description"))
    text = parts.pop(0).content.decode("latin-1") if parts and parts[0].tag != OID else ""
    if not parts:
        raise item.broken("description: a kind expected")
    kind = _KINDS.get(parts[0].as_oid("kind of deviation"), DefectKind.OTHER)
    given = next((each for each in parts[1:] if each.tag == CONTEXT[0]), None)
    groups: tuple[int, ...] = ()
    if given is not None and kind in {DefectKind.GROUP_MALFORMED, DefectKind.GROUP_HASH_WRONG}:
        groups = _groups(given) if given.constructed else (int.from_bytes(given.content[:2], "big"),)
    return Defect(kind, scope, source, day, text[:MAX_TEXT], groups)
