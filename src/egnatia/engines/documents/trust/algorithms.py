"""Algorithm identifiers: which hash, which signature scheme, with which parameters.

What is not in these tables is a fault and never guessed. A hash that is too weak to sign anything new today is a
remark: documents signed with it are still valid.

Source: RFC 3279, 4055, 5754, 5758, 8017 (appendix A), BSI TR-03111 (plain ECDSA), Doc 9303-12 section 4.4.
"""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from egnatia.engines.documents.trust.remarks import Fault, FaultCode, Remark, RemarkCode
from egnatia.engines.documents.trust.tlv import Element, Malformed, read_inner, settled


class SchemeKind(StrEnum):
    """How a signature is made."""

    PKCS1 = "pkcs1"
    PSS = "pss"
    ECDSA = "ecdsa"
    ECDSA_PLAIN = "ecdsa_plain"
    """r and s one after the other, without ASN.1 (BSI TR-03111)."""
    DSA = "dsa"
    """Allowed to the first documents (Doc 9303, sixth edition); no list names a key of it."""


@dataclass(frozen=True, slots=True)
class Algorithm:
    """An AlgorithmIdentifier as written: its identifier and its parameters' bytes (None where absent)."""

    oid: str
    parameters: bytes | None = None


@dataclass(frozen=True, slots=True)
class Scheme:
    """What an algorithm identifier means.

    Args:
        kind: how the signature is made.
        digest: the hash's name for hashlib; None where the identifier leaves it to another (rsaEncryption).
        mask: the hash of the mask generation, for PSS.
        salt: bytes of salt, for PSS.
        remarks: what is odd about the identifier.
    """

    kind: SchemeKind
    digest: str | None
    mask: str | None = None
    salt: int | None = None
    remarks: tuple[Remark, ...] = ()


DIGESTS: Final = {
    "1.3.14.3.2.26": "sha1",
    "2.16.840.1.101.3.4.2.4": "sha224",
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}
DIGEST_OIDS: Final = {name: oid for oid, name in DIGESTS.items()}
WEAK_DIGESTS: Final = frozenset({"sha1"})
"""Not to be used for new signatures (Doc 9303-12 section 4.4.2 leaves SHA-1 out)."""
RSA: Final = "1.2.840.113549.1.1.1"
PSS: Final = "1.2.840.113549.1.1.10"
EC: Final = "1.2.840.10045.2.1"
DSA: Final = "1.2.840.10040.4.1"
_MGF1: Final = "1.2.840.113549.1.1.8"
_NULL: Final = b"\x05\x00"
_PKCS1: Final = {
    RSA: None,
    "1.2.840.113549.1.1.5": "sha1",
    "1.2.840.113549.1.1.14": "sha224",
    "1.2.840.113549.1.1.11": "sha256",
    "1.2.840.113549.1.1.12": "sha384",
    "1.2.840.113549.1.1.13": "sha512",
}
_ECDSA: Final = {
    EC: None,
    "1.2.840.10045.4.1": "sha1",
    "1.2.840.10045.4.3.1": "sha224",
    "1.2.840.10045.4.3.2": "sha256",
    "1.2.840.10045.4.3.3": "sha384",
    "1.2.840.10045.4.3.4": "sha512",
}
_PLAIN: Final = {
    "0.4.0.127.0.7.1.1.4.1.1": "sha1",
    "0.4.0.127.0.7.1.1.4.1.2": "sha224",
    "0.4.0.127.0.7.1.1.4.1.3": "sha256",
    "0.4.0.127.0.7.1.1.4.1.4": "sha384",
    "0.4.0.127.0.7.1.1.4.1.5": "sha512",
}
_DSA: Final = {
    DSA: None,
    "1.2.840.10040.4.3": "sha1",
    "2.16.840.1.101.3.4.3.1": "sha224",
    "2.16.840.1.101.3.4.3.2": "sha256",
    "2.16.840.1.101.3.4.3.3": "sha384",
    "2.16.840.1.101.3.4.3.4": "sha512",
}
_MAX_SALT: Final = 512
"""Bytes: a salt as long as the longest hash is 64."""


def digest_of(name: str, data: bytes) -> bytes:
    """The hash of some data, by a name of `DIGESTS`."""
    return hashlib.new(name, data, usedforsecurity=False).digest()


def read_algorithm(element: Element, what: str) -> Algorithm:
    """An AlgorithmIdentifier as written.

    Raises:
        Malformed: it is none.
    """
    members = element.members(0x10, what)
    if not 1 <= len(members) <= 2:  # noqa: PLR2004 - identifier and parameters
        raise element.broken(f"{what}: an algorithm identifier expected")
    return Algorithm(members[0].as_oid(what), members[1].raw if len(members) > 1 else None)


def read_digest(algorithm: Algorithm) -> str | Fault:
    """The name of a hash from its algorithm identifier; parameters may be absent or NULL (RFC 5754 section 2)."""
    name = DIGESTS.get(algorithm.oid)
    if name is None or algorithm.parameters not in {None, _NULL}:
        return Fault(FaultCode.UNSUPPORTED, f"hash {algorithm.oid} is not known here, or has parameters")
    return name


def read_scheme(algorithm: Algorithm) -> Scheme | Fault:
    """What a signature's algorithm identifier means; the hash is weighed where the signature is verified."""
    oid, parameters = algorithm.oid, algorithm.parameters
    if oid == PSS:
        return _pss(parameters)
    if oid in _PKCS1:
        odd = () if parameters == _NULL else (Remark(RemarkCode.TRUST_NULL_MISSING, oid),)
        scheme = Scheme(SchemeKind.PKCS1, _PKCS1[oid], remarks=odd)
        return scheme if parameters in {None, _NULL} else _unexpected(oid)
    for table, kind in ((_ECDSA, SchemeKind.ECDSA), (_PLAIN, SchemeKind.ECDSA_PLAIN), (_DSA, SchemeKind.DSA)):
        if oid in table:
            extra = (Remark(RemarkCode.TRUST_EXTRA_NULL, oid),) if parameters == _NULL else ()
            plain = (Remark(RemarkCode.TRUST_PLAIN_ECDSA, oid),) if kind is SchemeKind.ECDSA_PLAIN else ()
            fits = parameters in {None, _NULL} or oid == EC
            return Scheme(kind, table[oid], remarks=extra + plain) if fits else _unexpected(oid)
    return Fault(FaultCode.UNSUPPORTED, f"signature algorithm {oid} is not known here")


def _unexpected(oid: str) -> Fault:
    return Fault(FaultCode.UNEXPECTED, f"signature algorithm {oid} with parameters that do not belong to it")


def _pss(parameters: bytes | None) -> Scheme | Fault:
    """PSS with the hash, mask and salt that the parameters say (RFC 8017 appendix A.2.3); each may be left out."""
    if parameters is None:
        return Fault(FaultCode.UNEXPECTED, "PSS without parameters")
    try:
        return _pss_parts(read_inner(parameters, "PSS parameters", 1_000))
    except Malformed as error:
        return error.fault


def _pss_parts(top: Element) -> Scheme:
    parts = {each.tag: each for each in top.members(0x10, "PSS parameters")}
    if len(parts) != len(top.children) or not parts.keys() <= {0x80, 0x81, 0x82, 0x83}:
        raise top.broken("PSS parameters: parts that do not belong there")
    digest, mask, salt = _digest(parts.get(0x80)), _mask(parts.get(0x81)), _number(parts.get(0x82), 20)
    if _number(parts.get(0x83), 1) != 1 or not 0 <= salt <= _MAX_SALT:
        raise top.broken("PSS parameters: trailer or salt length that cannot be")
    written = {0x80, 0x81, 0x82} <= parts.keys()
    odd = () if written else (Remark(RemarkCode.TRUST_PSS_DEFAULTS, f"{digest}, salt of {salt} bytes"),)
    return Scheme(SchemeKind.PSS, digest, mask, salt, odd)


def _inner(element: Element) -> Element:
    if len(element.children) != 1:
        raise element.broken("PSS parameters: one value expected")
    return element.children[0]


def _number(element: Element | None, default: int) -> int:
    return default if element is None else _inner(element).as_int("PSS parameter", max_bytes=4)


def _digest(element: Element | None) -> str:
    return "sha1" if element is None else settled(read_digest(read_algorithm(_inner(element), "hash of PSS")))


def _mask(element: Element | None) -> str:
    if element is None:
        return "sha1"
    members = _inner(element).members(0x10, "mask of PSS")
    if len(members) != 2 or members[0].as_oid("mask of PSS") != _MGF1:  # noqa: PLR2004 - MGF1 and its hash
        raise element.broken("PSS with another mask generation than MGF1")
    return settled(read_digest(read_algorithm(members[1], "hash of the mask")))
