"""Signed data read from any bytes, and its signers verified.

`read_signed_data` takes the structure apart and says what is odd; `verify_signer` decides whether a signature holds.
The two are apart because a border needs to see what a security object claims even where nothing about it verifies.

What is not covered by a signature (the version, the list of digests, the signer's identifier, unsigned attributes) is
compared with what is; each disagreement is a remark, because a changed file must not look like an unchanged one.

Source: RFC 5652 sections 5.1 to 5.6 and 11, Doc 9303-10 section 4.6.2, Doc 9303-12 section 8.
"""

from dataclasses import replace
from typing import Final

from egnatia.engines.documents.trust.algorithms import read_algorithm, read_digest
from egnatia.engines.documents.trust.certificates import Certificate, read_certificate
from egnatia.engines.documents.trust.names import read_name
from egnatia.engines.documents.trust.remarks import Fault, FaultCode, Remark, RemarkCode
from egnatia.engines.documents.trust.signed_data import (
    MAX_EMBEDDED,
    MAX_SIGNED,
    MAX_SIGNERS,
    SIGNED_DATA,
    ContentKind,
    FoundBy,
    SignedData,
    SignerIdentifier,
    SignerInfo,
    SignerVerdict,
)
from egnatia.engines.documents.trust.signers import verify_signer, verify_signers
from egnatia.engines.documents.trust.times import read_time
from egnatia.engines.documents.trust.tlv import (
    CONTEXT,
    INTEGER,
    SEQUENCE,
    SET,
    Element,
    Malformed,
    distinguished,
    encoded,
    read,
)

__all__ = [
    "ContentKind",
    "FoundBy",
    "SignedData",
    "SignerIdentifier",
    "SignerInfo",
    "SignerVerdict",
    "read_signed_data",
    "verify_signer",
    "verify_signers",
]

_WRAPPER: Final = 0x57
"""EF.SOD's own tag 0x77 without the bit for constructed."""
_SET_OF: Final = 0x31
"""The tag octet of a SET, constructed."""
_CONTENT_TYPE: Final = "1.2.840.113549.1.9.3"
_MESSAGE_DIGEST: Final = "1.2.840.113549.1.9.4"
_SIGNING_TIME: Final = "1.2.840.113549.1.9.5"
_USUAL: Final = frozenset(
    {
        ContentKind.SECURITY_OBJECT,
        ContentKind.MASTER_LIST,
        ContentKind.DEVIATION_LIST,
        ContentKind.DEFECT_LIST,
        ContentKind.CARD_SECURITY,
    }
)


def read_signed_data(data: bytes, limit: int = MAX_SIGNED) -> SignedData | Fault:
    """Read signed data, inside EF.SOD's wrapper or not; never raises on any bytes.

    Args:
        data: any bytes.
        limit: bytes that are accepted at most.
    """
    tree = read(data, limit)
    if isinstance(tree, Fault):
        return tree
    try:
        top = tree.top
        if top.tag == _WRAPPER and len(top.children) == 1:
            top = top.children[0]
        return _read(top, tree.remarks)
    except Malformed as error:
        return error.fault


def _read(top: Element, remarks: tuple[Remark, ...]) -> SignedData:
    members = top.members(SEQUENCE, "content")
    if len(members) != 2 or members[0].as_oid("type of the content") != SIGNED_DATA:  # noqa: PLR2004 - type and content
        raise top.broken("signed data expected")
    body = _only(members[1], "signed data").members(SEQUENCE, "signed data")
    if len(body) < 4:  # noqa: PLR2004 - version, digests, content, signers
        raise top.broken("signed data: four parts expected")
    version, digests, content, *optional, signers = body
    if any(each.tag not in CONTEXT[:2] for each in optional):
        raise top.broken("signed data: a part that does not belong there")
    content_type, octets = _content(content)
    embedded, unread = _certificates(optional)
    found = SignedData(
        raw=top.raw,
        version=version.as_int("version", max_bytes=4),
        digests=tuple(read_algorithm(each, "digest") for each in digests.members(SET, "digests")),
        content_type=content_type,
        content=octets,
        certificates=embedded,
        revocations=tuple(each.raw for part in optional if part.tag == CONTEXT[1] for each in part.children),
        signers=_signers(signers),
        remarks=(*remarks, *unread),
    )
    return _with_remarks(found)


def _with_remarks(found: SignedData) -> SignedData:
    """What the structure itself tells: an unusual type, a version that does not fit, several signers."""
    odd = []
    if found.kind not in _USUAL:
        odd.append(Remark(RemarkCode.TRUST_CONTENT_TYPE_OTHER, found.content_type))
    due = 1 if found.kind is ContentKind.DATA and all(each.version == 1 for each in found.signers) else 3
    if found.version != due:
        odd.append(Remark(RemarkCode.TRUST_VERSION_DIFFERS, f"{found.version} where the content calls for {due}"))
    if len(found.signers) > 1:
        odd.append(Remark(RemarkCode.TRUST_SEVERAL_SIGNERS, str(len(found.signers))))
    used = {each.digest.oid for each in found.signers}
    spare = [each.oid for each in found.digests if each.oid not in used or isinstance(read_digest(each), Fault)]
    if spare:
        odd.append(Remark(RemarkCode.TRUST_DIGEST_NOT_ANNOUNCED, f"announced and not used: {', '.join(spare)}"))
    return replace(found, remarks=(*found.remarks, *odd))


def _only(element: Element, what: str) -> Element:
    """The one value under an explicit [0]."""
    if element.tag != CONTEXT[0] or len(element.children) != 1:
        raise element.broken(f"{what}: one value expected")
    return element.children[0]


def _content(element: Element) -> tuple[str, bytes | None]:
    members = element.members(SEQUENCE, "content")
    if not 1 <= len(members) <= 2:  # noqa: PLR2004 - type, perhaps content
        raise element.broken("content: type and octets expected")
    octets = _only(members[1], "content").as_octets("content") if len(members) > 1 else None
    return members[0].as_oid("type of the content"), octets


def _certificates(optional: list[Element]) -> tuple[tuple[Certificate, ...], tuple[Remark, ...]]:
    given = [each for part in optional if part.tag == CONTEXT[0] for each in part.children]
    if len(given) > MAX_EMBEDDED:
        raise Malformed(f"{len(given)} certificates in signed data", code=FaultCode.TOO_LARGE)
    found, odd = [], []
    for element in given:
        certificate = read_certificate(element.raw)
        if isinstance(certificate, Fault):
            odd.append(Remark(RemarkCode.TRUST_CERTIFICATE_UNREADABLE, certificate.detail))
        else:
            found.append(certificate)
    return tuple(found), tuple(odd)


def _signers(element: Element) -> tuple[SignerInfo, ...]:
    members = element.members(SET, "signers")
    if len(members) > MAX_SIGNERS:
        raise Malformed(f"{len(members)} signers", element.start, FaultCode.TOO_LARGE)
    return tuple(_signer(each) for each in members)


def _signer(element: Element) -> SignerInfo:
    members = list(element.members(SEQUENCE, "signer"))
    tags = [each.tag for each in members]
    unsigned = bool(tags) and tags[-1] == CONTEXT[1]
    fixed = members[: len(members) - unsigned]
    attributes = fixed.pop(3) if len(fixed) > 3 and tags[3] == CONTEXT[0] else None  # noqa: PLR2004 - their place
    if len(fixed) != 5:  # noqa: PLR2004 - version, identifier, digest, algorithm, signature
        raise element.broken("signer: five parts expected")
    version, identifier, digest, algorithm, signature = fixed
    number, named = version.as_int("version", max_bytes=4), _identifier(identifier)
    values = {} if attributes is None else _attributes(attributes)
    time = values.get(_SIGNING_TIME)
    return SignerInfo(
        version=number,
        identifier=named,
        digest=read_algorithm(digest, "digest"),
        attributes=None if attributes is None else _hashed(attributes),
        attributes_der=None if attributes is None else _in_order(attributes),
        content_type=values[_CONTENT_TYPE].as_oid("type of the content") if _CONTENT_TYPE in values else None,
        message_digest=values[_MESSAGE_DIGEST].as_octets("digest") if _MESSAGE_DIGEST in values else None,
        signing_time=None if time is None else read_time(time, "time of signing")[0],
        algorithm=read_algorithm(algorithm, "signature algorithm"),
        signature=signature.as_octets("signature"),
        unsigned=unsigned,
        remarks=_signer_remarks(number, named, unsigned=unsigned),
    )


def _signer_remarks(version: int, identifier: SignerIdentifier, *, unsigned: bool) -> tuple[Remark, ...]:
    odd = []
    due = 1 if identifier.key_id is None else 3
    if version != due:
        odd.append(Remark(RemarkCode.TRUST_VERSION_DIFFERS, f"signer {version} where its identifier calls for {due}"))
    if unsigned:
        odd.append(Remark(RemarkCode.TRUST_UNSIGNED_ATTRIBUTES))
    return tuple(odd)


def _identifier(element: Element) -> SignerIdentifier:
    if element.tag == CONTEXT[0]:
        return SignerIdentifier(key_id=element.as_octets("signer's key identifier", CONTEXT[0]))
    members = element.members(SEQUENCE, "signer's identifier")
    if len(members) != 2 or members[1].tag != INTEGER:  # noqa: PLR2004 - issuer and serial
        raise element.broken("signer's identifier: issuer and serial number expected")
    return SignerIdentifier(read_name(members[0]), members[1].as_int("serial number", max_bytes=200))


def _attributes(element: Element) -> dict[str, Element]:
    """The single value of each attribute; one that stands twice, or has no or several values where one is due, is wrong."""
    found: dict[str, Element] = {}
    for each in element.children:
        members = each.members(SEQUENCE, "signed attribute")
        if len(members) != 2:  # noqa: PLR2004 - type and values
            raise each.broken("signed attribute: type and values expected")
        oid, values = members[0].as_oid("signed attribute"), members[1].members(SET, "signed attribute")
        if oid in {_CONTENT_TYPE, _MESSAGE_DIGEST, _SIGNING_TIME} and (oid in found or len(values) != 1):
            raise each.broken("signed attribute: exactly one value expected")
        if values:
            found[oid] = values[0]
    return found


def _hashed(attributes: Element) -> bytes:
    """The attributes' own bytes under the tag of a SET and a shortest length (RFC 5652 section 5.4)."""
    return encoded(_SET_OF, attributes.content)


def _in_order(attributes: Element) -> bytes | None:
    """The attributes as a SET in DER, where they were not written so."""
    ordered = distinguished(attributes._replace(tag=SET))
    return None if ordered == _hashed(attributes) else ordered
