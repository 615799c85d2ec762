"""Public keys of certificates and chips: read from their SubjectPublicKeyInfo, checked, and ready to verify with.

Source: RFC 3279 section 2.3, RFC 4055 section 1.2, RFC 5480, Doc 9303-12 section 4.1 (explicit parameters).
"""

import hashlib
from dataclasses import dataclass
from typing import Final

from egnatia.engines.documents.trust.algorithms import DSA, EC, PSS, RSA, Algorithm, Scheme, read_algorithm, read_scheme
from egnatia.engines.documents.trust.curve_table import Curve
from egnatia.engines.documents.trust.curves import Point, explicit_curve, named_curve, read_point
from egnatia.engines.documents.trust.remarks import Fault, FaultCode, Remark, RemarkCode
from egnatia.engines.documents.trust.tlv import Element, Malformed, read, read_inner

MAX_RSA_BITS: Final = 16_384
"""Four times the largest in the real lists; what verifying with it costs stays under 20 ms."""
MIN_RSA_BITS: Final = 1_024
"""Smaller ones can be factored by anybody; none is in the real lists."""
WEAK_RSA_BITS: Final = 2_048
"""Below it a remark: Doc 9303-12 section 4.4.1 asks for 2048 and more."""
WEAK_CURVE_BITS: Final = 224
"""Below it a remark: Doc 9303-12 section 4.4.3 asks for 224 and more."""
_MAX_EXPONENT_BITS: Final = 64
"""Exponents of the real lists have at most 18 bits; a long one would only cost time."""
_USUAL_EXPONENTS: Final = frozenset({3, 17, 65_537})
_DSA_SIZES: Final = frozenset({(1_024, 160), (2_048, 224), (2_048, 256), (3_072, 256)})
"""Bits of modulus and subgroup (FIPS 186-4 section 4.2)."""
_MAX_KEY: Final = 20_000
"""Bytes of a key's structure: an RSA key of 16384 bits has 2,100."""


@dataclass(frozen=True, slots=True)
class RsaKey:
    """An RSA key; `pss` is set where the key itself is bound to PSS, with its parameters where it has any."""

    modulus: int
    exponent: int
    pss: bool = False
    restriction: Scheme | None = None

    @property
    def bits(self) -> int:
        """Bits of the modulus."""
        return self.modulus.bit_length()


@dataclass(frozen=True, slots=True)
class EcKey:
    """A key on one of the known curves; `explicit` where its parameters were written out."""

    curve: Curve
    point: Point
    explicit: bool

    @property
    def bits(self) -> int:
        """Bits of the field."""
        return self.curve.p.bit_length()


@dataclass(frozen=True, slots=True)
class DsaKey:
    """A DSA key: its group (FIPS 186-4 section 4.1) and the public number."""

    p: int
    q: int
    g: int
    y: int

    @property
    def bits(self) -> int:
        """Bits of the modulus."""
        return self.p.bit_length()


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key with its bytes as they were written and what is odd about it."""

    raw: bytes
    """The SubjectPublicKeyInfo."""
    bits_raw: bytes
    """The content of its BIT STRING: what a key identifier is the hash of."""
    value: RsaKey | EcKey | DsaKey
    remarks: tuple[Remark, ...] = ()

    @property
    def kind(self) -> str:
        """What it is, in words: `RSA 4096`, `brainpoolP384r1`."""
        value = self.value
        if isinstance(value, EcKey):
            return value.curve.name
        return f"{'RSA' if isinstance(value, RsaKey) else 'DSA'} {value.bits}"

    def identifier(self) -> bytes:
        """The usual key identifier: SHA-1 of the key's bits (RFC 5280 section 4.2.1.2, method 1)."""
        return hashlib.sha1(self.bits_raw, usedforsecurity=False).digest()

    def hashes_to(self, identifier: bytes) -> bool:
        """Whether a key identifier is a hash of this key, so that no other key has it by chance.

        Authorities count keys too, or keep one identifier for the next key: Hungary, Israel and Turkey each have two keys
        of one identifier in the lists of 2024 to 2026. Source: RFC 5280 section 4.2.1.2 (both methods), RFC 7093.
        """
        whole = self.identifier()
        short = bytes([0x40 | whole[12] & 0x0F]) + whole[13:]
        over_all = hashlib.sha1(self.raw, usedforsecurity=False).digest()
        longer = [hashlib.sha256(each).digest() for each in (self.bits_raw, self.raw)]
        return identifier in {whole, short, over_all, *longer, *(each[:20] for each in longer)}


def read_key(spki_der: bytes) -> PublicKey | Fault:
    """Read a SubjectPublicKeyInfo; never raises on any bytes."""
    tree = read(spki_der, _MAX_KEY)
    if isinstance(tree, Fault):
        return tree
    try:
        return read_key_element(tree.top, tree.remarks)
    except Malformed as error:
        return error.fault


def read_key_element(element: Element, remarks: tuple[Remark, ...] = ()) -> PublicKey | Fault:
    """Read a key from an element that was taken apart already.

    Raises:
        Malformed: it is no SubjectPublicKeyInfo.
    """
    members = element.members(0x10, "public key")
    if len(members) != 2:  # noqa: PLR2004 - algorithm and key
        raise element.broken("public key: two parts expected")
    algorithm = read_algorithm(members[0], "algorithm of the key")
    bits = members[1].as_bits("public key")
    value: RsaKey | EcKey | DsaKey | Fault
    if algorithm.oid in {RSA, PSS}:
        value = _rsa(algorithm, bits)
    elif algorithm.oid == EC:
        value = _ec(members[0], bits)
    elif algorithm.oid == DSA:
        value = _dsa(members[0], bits)
    else:
        return Fault(FaultCode.UNSUPPORTED, f"keys of algorithm {algorithm.oid} are not known here", element.start)
    if isinstance(value, Fault):
        return value
    return PublicKey(element.raw, bits, value, remarks + _remarks(value))


def _rsa(algorithm: Algorithm, bits: bytes) -> RsaKey | Fault:
    members = read_inner(bits, "RSA key").members(0x10, "RSA key")
    if len(members) != 2:  # noqa: PLR2004 - modulus and exponent
        return Fault(FaultCode.UNEXPECTED, "an RSA key of other than two numbers")
    modulus, exponent = members[0].as_int("modulus"), members[1].as_int("exponent")
    if modulus % 2 == 0 or not MIN_RSA_BITS <= modulus.bit_length() <= MAX_RSA_BITS or modulus < 0:
        return Fault(FaultCode.BAD_KEY, f"an RSA modulus of {modulus.bit_length()} bits, even or negative")
    if exponent % 2 == 0 or exponent < 3 or exponent.bit_length() > _MAX_EXPONENT_BITS:  # noqa: PLR2004 - 1 signs anything
        return Fault(FaultCode.BAD_KEY, f"an RSA exponent of {exponent.bit_length()} bits, even or too small")
    if algorithm.oid == RSA or algorithm.parameters is None:
        return RsaKey(modulus, exponent, algorithm.oid == PSS)
    restriction = read_scheme(algorithm)
    return restriction if isinstance(restriction, Fault) else RsaKey(modulus, exponent, True, restriction)


def _ec(algorithm: Element, bits: bytes) -> EcKey | Fault:
    if len(algorithm.children) != 2:  # noqa: PLR2004 - identifier and curve
        return Fault(FaultCode.UNEXPECTED, "an elliptic curve key without its curve", algorithm.start)
    parameters = algorithm.children[1]
    explicit = parameters.constructed
    curve = explicit_curve(parameters) if explicit else named_curve(parameters.as_oid("curve"))
    if isinstance(curve, Fault):
        return curve
    point = read_point(curve, bits)
    return point if isinstance(point, Fault) else EcKey(curve, point, explicit)


def _dsa(algorithm: Element, bits: bytes) -> DsaKey | Fault:
    """A DSA key whose numbers are of one group (FIPS 186-4 appendix A.2.2): else anything could be made to verify."""
    if len(algorithm.children) != 2:  # noqa: PLR2004 - identifier and group
        return Fault(FaultCode.UNEXPECTED, "a DSA key without its group", algorithm.start)
    numbers = [each.as_int("group", max_bytes=600) for each in algorithm.children[1].members(0x10, "DSA group")]
    if len(numbers) != 3:  # noqa: PLR2004 - p, q and g
        return Fault(FaultCode.UNEXPECTED, "a DSA group of other than three numbers", algorithm.start)
    p, q, g = numbers
    y = read_inner(bits, "DSA key").as_int("DSA key", max_bytes=600)
    if (p.bit_length(), q.bit_length()) not in _DSA_SIZES or min(numbers) < 1:
        return Fault(FaultCode.BAD_KEY, f"a DSA group of {p.bit_length()} and {q.bit_length()} bits")
    if not (1 < g < p and 1 < y < p) or pow(g, q, p) != 1 or pow(y, q, p) != 1:
        return Fault(FaultCode.BAD_KEY, "a DSA key that is not of its group")
    return DsaKey(p, q, g, y)


def _remarks(value: RsaKey | EcKey | DsaKey) -> tuple[Remark, ...]:
    found = []
    if value.bits < (WEAK_CURVE_BITS if isinstance(value, EcKey) else WEAK_RSA_BITS):
        found.append(Remark(RemarkCode.TRUST_WEAK_KEY, f"{value.bits} bits"))
    if isinstance(value, RsaKey) and value.exponent not in _USUAL_EXPONENTS:
        found.append(Remark(RemarkCode.TRUST_ODD_EXPONENT, str(value.exponent)))
    if isinstance(value, EcKey) and not value.explicit:
        found.append(Remark(RemarkCode.TRUST_NAMED_CURVE, value.curve.name))
    return tuple(found)
