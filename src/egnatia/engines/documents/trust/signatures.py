"""Signatures verified as issued documents need it: strictly, with the few real deviations named and nothing else allowed.

RSA with PKCS#1 v1.5 is compared octet for octet with the one encoding that is right, or with that one without the NULL
in its DigestInfo (the UN master list of 2023 is signed so); no parser looks at what an attacker may have arranged, so
neither garbage after the hash nor a short padding can pass (Bleichenbacher's forgery of 2006, BERserk of 2014).

Source: RFC 8017 sections 8.1.2, 8.2.2 and 9.2, RFC 5758, SEC 1 v2 section 4.1.4, BSI TR-03111 section 5.2.
"""

from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature

from egnatia.engines.documents.trust.algorithms import (
    DIGEST_OIDS,
    WEAK_DIGESTS,
    Algorithm,
    Scheme,
    SchemeKind,
    digest_of,
    read_scheme,
)
from egnatia.engines.documents.trust.curves import verify_ecdsa
from egnatia.engines.documents.trust.keys import DsaKey, EcKey, PublicKey, RsaKey
from egnatia.engines.documents.trust.remarks import Fault, FaultCode, Remark, RemarkCode
from egnatia.engines.documents.trust.tlv import Malformed, read

_HASHES: Final[dict[str, hashes.HashAlgorithm]] = {
    "sha1": hashes.SHA1(),  # noqa: S303 - issued documents are verified, none is signed
    "sha224": hashes.SHA224(),
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


_KEYS: Final[dict[SchemeKind, type]] = {
    SchemeKind.PKCS1: RsaKey,
    SchemeKind.PSS: RsaKey,
    SchemeKind.ECDSA: EcKey,
    SchemeKind.ECDSA_PLAIN: EcKey,
    SchemeKind.DSA: DsaKey,
}


@dataclass(frozen=True, slots=True)
class Verified:
    """Whether a signature holds, what is odd about it, and why it could not be tried where it could not."""

    ok: bool
    remarks: tuple[Remark, ...] = ()
    fault: Fault | None = None
    """Set where nothing was verified: an unknown algorithm, a key of another kind. `ok` is False then."""
    scheme: Scheme | None = None


def verify(key: PublicKey, algorithm: Algorithm, signature: bytes, message: bytes) -> Verified:
    """Verify a signature over a message with the algorithm that its identifier names; never raises."""
    scheme = read_scheme(algorithm)
    if isinstance(scheme, Fault):
        return Verified(False, fault=scheme)
    return verify_scheme(key, scheme, signature, message)


def verify_scheme(key: PublicKey, scheme: Scheme, signature: bytes, message: bytes) -> Verified:
    """Verify a signature by a scheme that was read already; its hash has to be known."""
    if scheme.digest is None:
        return Verified(False, fault=Fault(FaultCode.UNEXPECTED, "a signature algorithm that names no hash"))
    value = key.value
    if not isinstance(value, _KEYS[scheme.kind]):
        return Verified(
            False, fault=Fault(FaultCode.UNEXPECTED, f"a signature by {scheme.kind} with a key of {key.kind}")
        )
    digest = digest_of(scheme.digest, message)
    if isinstance(value, RsaKey):
        done = (
            _pss(value, scheme, signature, digest)
            if scheme.kind is SchemeKind.PSS
            else _pkcs1(value, scheme, signature, digest)
        )
    else:
        done = (
            _dsa(value, scheme, signature, digest)
            if isinstance(value, DsaKey)
            else _ecdsa(value, scheme, signature, digest)
        )
    weak = (Remark(RemarkCode.TRUST_WEAK_HASH, scheme.digest),) if scheme.digest in WEAK_DIGESTS else ()
    return Verified(done.ok, scheme.remarks + weak + done.remarks, done.fault, scheme)


def _pkcs1(key: RsaKey, scheme: Scheme, signature: bytes, digest: bytes) -> Verified:
    """PKCS#1 v1.5 by comparing the whole encoded message (RFC 8017 section 8.2.2)."""
    if key.pss:
        return Verified(False, fault=Fault(FaultCode.UNEXPECTED, "a PKCS#1 v1.5 signature with a key bound to PSS"))
    size = (key.bits + 7) // 8
    number = int.from_bytes(signature, "big")
    if len(signature) != size or number >= key.modulus:
        return Verified(False)
    opened = pow(number, key.exponent, key.modulus).to_bytes(size, "big")
    if opened == _encoded(str(scheme.digest), digest, size, null=True):
        return Verified(True)
    if opened == _encoded(str(scheme.digest), digest, size, null=False):
        return Verified(True, (Remark(RemarkCode.TRUST_DIGEST_INFO_WITHOUT_NULL, str(scheme.digest)),))
    return Verified(False)


def _encoded(name: str, digest: bytes, size: int, *, null: bool) -> bytes:
    """The encoded message 00 01 FF..FF 00 DigestInfo (RFC 8017 section 9.2); every length fits one octet."""
    arcs = _oid_octets(DIGEST_OIDS[name])
    inner = b"\x06" + bytes([len(arcs)]) + arcs + (b"\x05\x00" if null else b"")
    body = b"\x30" + bytes([len(inner)]) + inner + b"\x04" + bytes([len(digest)]) + digest
    info = b"\x30" + bytes([len(body)]) + body
    return b"\x00\x01" + b"\xff" * (size - len(info) - 3) + b"\x00" + info


def _oid_octets(dotted: str) -> bytes:
    first, second, *rest = map(int, dotted.split("."))
    out = bytearray([40 * first + second])
    for arc in rest:
        septets = [arc & 0x7F]
        while arc := arc >> 7:
            septets.append(arc & 0x7F | 0x80)
        out += bytes(reversed(septets))
    return bytes(out)


def _pss(key: RsaKey, scheme: Scheme, signature: bytes, digest: bytes) -> Verified:
    """PSS with the hash, mask and salt of the signature's own parameters; the key's restriction is compared."""
    bound = key.restriction
    differs = bound is not None and (
        (bound.digest, bound.mask) != (scheme.digest, scheme.mask) or (bound.salt or 0) > (scheme.salt or 0)
    )
    odd = (Remark(RemarkCode.TRUST_PSS_PARAMETERS_DIFFER),) if differs else ()
    try:
        public = rsa.RSAPublicNumbers(key.exponent, key.modulus).public_key()
        form = padding.PSS(padding.MGF1(_HASHES[str(scheme.mask)]), int(scheme.salt or 0))
        public.verify(signature, digest, form, Prehashed(_HASHES[str(scheme.digest)]))
    except InvalidSignature:
        return Verified(False, odd)
    except (UnsupportedAlgorithm, ValueError) as error:
        return Verified(False, odd, Fault(FaultCode.UNSUPPORTED, f"PSS: {error}"))
    return Verified(True, odd)


def _ecdsa(key: EcKey, scheme: Scheme, signature: bytes, digest: bytes) -> Verified:
    numbers = _plain(key, signature) if scheme.kind is SchemeKind.ECDSA_PLAIN else _numbers(key, signature)
    if numbers is None:
        return Verified(False)
    return Verified(verify_ecdsa(key.curve, key.point, digest, *numbers))


def _dsa(key: DsaKey, scheme: Scheme, signature: bytes, digest: bytes) -> Verified:
    """DSA (FIPS 186-4 section 4.7) over a signature in DER."""
    numbers = _pair(signature, (key.q.bit_length() + 7) // 8)
    if numbers is None:
        return Verified(False)
    try:
        group = dsa.DSAParameterNumbers(key.p, key.q, key.g)
        public = dsa.DSAPublicNumbers(key.y, group).public_key()
        public.verify(encode_dss_signature(*numbers), digest, Prehashed(_HASHES[str(scheme.digest)]))
    except InvalidSignature:
        return Verified(False)
    except (UnsupportedAlgorithm, ValueError) as error:
        return Verified(False, fault=Fault(FaultCode.UNSUPPORTED, f"DSA: {error}"))
    return Verified(True)


def _plain(key: EcKey, signature: bytes) -> tuple[int, int] | None:
    size = (key.curve.n.bit_length() + 7) // 8
    if len(signature) != 2 * size:
        return None
    return int.from_bytes(signature[:size], "big"), int.from_bytes(signature[size:], "big")


def _numbers(key: EcKey, signature: bytes) -> tuple[int, int] | None:
    """R and s of an ECDSA signature."""
    return _pair(signature, key.curve.size)


def _pair(signature: bytes, size: int) -> tuple[int, int] | None:
    """Read r and s from their SEQUENCE in DER; with a spare octet or a needless zero it is no signature."""
    tree = read(signature, 4 * size + 32)
    if isinstance(tree, Fault) or tree.remarks or len(tree.top.children) != 2:  # noqa: PLR2004 - r and s
        return None
    try:
        r, s = tree.top.members(0x10, "signature")
        numbers = r.as_int("r", max_bytes=size + 2), s.as_int("s", max_bytes=size + 2)
    except Malformed:
        return None
    minimal = all(
        (value.bit_length() // 8) + 1 == len(each.content) for value, each in zip(numbers, (r, s), strict=True)
    )
    return numbers if minimal else None
