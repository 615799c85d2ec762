"""Algorithm identifiers and public keys as certificates and signed messages write them, right or with known quirks."""

from dataclasses import dataclass
from enum import StrEnum

from egnatia.engines.documents.synthetic import der
from egnatia.engines.documents.synthetic.curves import Curve
from egnatia.engines.documents.synthetic.keys import HASH_OIDS, EcKey, Hash, Key, Padding, Scheme

_RSA = {
    Hash.SHA1: "1.2.840.113549.1.1.5",
    Hash.SHA224: "1.2.840.113549.1.1.14",
    Hash.SHA256: "1.2.840.113549.1.1.11",
    Hash.SHA384: "1.2.840.113549.1.1.12",
    Hash.SHA512: "1.2.840.113549.1.1.13",
}
_ECDSA = {
    Hash.SHA1: "1.2.840.10045.4.1",
    Hash.SHA224: "1.2.840.10045.4.3.1",
    Hash.SHA256: "1.2.840.10045.4.3.2",
    Hash.SHA384: "1.2.840.10045.4.3.3",
    Hash.SHA512: "1.2.840.10045.4.3.4",
}
RSA_ENCRYPTION, RSA_PSS, MGF1 = "1.2.840.113549.1.1.1", "1.2.840.113549.1.1.10", "1.2.840.113549.1.1.8"
EC_PUBLIC_KEY, PRIME_FIELD = "1.2.840.10045.2.1", "1.2.840.10045.1.1"


class ParameterForm(StrEnum):
    """How a certificate states the curve of its key (Doc 9303-12 section 4.4 demands explicit ones)."""

    NAMED = "named"
    EXPLICIT = "explicit"
    NO_COFACTOR = "no_cofactor"
    """Explicit, without the optional cofactor."""
    COMPRESSED = "compressed"
    """Explicit, with the generator in compressed form."""


@dataclass(frozen=True, slots=True)
class KeyForm:
    """How a public key is written down.

    Args:
        parameters: of the curve.
        generic: an RSA key written as RSA-PSS only, without parameters, instead of plain RSA.
    """

    parameters: ParameterForm = ParameterForm.EXPLICIT
    generic: bool = False


def hash_identifier(algorithm: Hash, *, null: bool = False) -> bytes:
    """The AlgorithmIdentifier of a hash; RFC 5754 leaves its parameters out, many issuers write a NULL."""
    return der.sequence(der.oid(HASH_OIDS[algorithm]), der.NULL if null else b"")


def signature_identifier(scheme: Scheme) -> bytes:
    """The AlgorithmIdentifier of a signature."""
    if scheme.padding is Padding.PSS:
        return der.sequence(der.oid(RSA_PSS), _pss_parameters(scheme))
    table = _RSA if scheme.padding is Padding.PKCS1 else _ECDSA
    usual = scheme.padding is Padding.PKCS1
    null = usual if scheme.identifier_null is None else scheme.identifier_null
    return der.sequence(der.oid(table[scheme.hash]), der.NULL if null else b"")


def plain_identifier(scheme: Scheme) -> bytes:
    """The same with the key's algorithm instead of the signature's, as CMS allows for RSA (RFC 3370 section 3.2)."""
    if scheme.padding is Padding.PKCS1:
        return der.sequence(der.oid(RSA_ENCRYPTION), der.NULL)
    return signature_identifier(scheme)


def _pss_parameters(scheme: Scheme) -> bytes:
    """RSASSA-PSS-params (RFC 4055 section 3.1); what has its default value is left out, as DER wants it."""
    mask, defaults = scheme.mgf_hash or scheme.hash, (Hash.SHA1, 20)
    salt = HASH_SIZES[scheme.hash] if scheme.salt is None else scheme.salt
    parts = []
    if scheme.hash is not defaults[0]:
        parts.append(der.context(0, hash_identifier(scheme.hash, null=True)))
    if mask is not defaults[0]:
        parts.append(der.context(1, der.sequence(der.oid(MGF1), hash_identifier(mask, null=True))))
    if salt != defaults[1]:
        parts.append(der.context(2, der.integer(salt)))
    return der.sequence(*parts)


HASH_SIZES: dict[Hash, int] = {Hash.SHA1: 20, Hash.SHA224: 28, Hash.SHA256: 32, Hash.SHA384: 48, Hash.SHA512: 64}
"""Bytes of each hash."""


def public_key_info(key: Key, form: KeyForm) -> bytes:
    """SubjectPublicKeyInfo."""
    if isinstance(key, EcKey):
        point = encode_point(key.curve, key.point)
        return der.sequence(
            der.sequence(der.oid(EC_PUBLIC_KEY), curve_parameters(key.curve, form.parameters)), der.bits(point)
        )
    inner = der.sequence(der.integer(key.modulus), der.integer(key.exponent))
    algorithm = der.sequence(der.oid(RSA_PSS)) if form.generic else der.sequence(der.oid(RSA_ENCRYPTION), der.NULL)
    return der.sequence(algorithm, der.bits(inner))


def public_key_bits(key: Key) -> bytes:
    """The octets of the public key alone, over which key identifiers are hashed (RFC 5280 section 4.2.1.2)."""
    if isinstance(key, EcKey):
        return encode_point(key.curve, key.point)
    return der.sequence(der.integer(key.modulus), der.integer(key.exponent))


def encode_point(curve: Curve, point: tuple[int, int], *, compressed: bool = False) -> bytes:
    """A point as octets (SEC 1 section 2.3.3)."""
    x, y = (each.to_bytes(curve.width) for each in point)
    return bytes((2 | point[1] & 1,)) + x if compressed else b"\4" + x + y


def curve_parameters(curve: Curve, form: ParameterForm) -> bytes:
    """EcpkParameters (RFC 3279 section 2.3.5): the curve's name, or all its numbers."""
    if form is ParameterForm.NAMED:
        return der.oid(curve.oid)
    coefficients = der.sequence(*(der.octets(each.to_bytes(curve.width)) for each in (curve.a, curve.b)))
    base = encode_point(curve, curve.generator, compressed=form is ParameterForm.COMPRESSED)
    return der.sequence(
        der.integer(1),
        der.sequence(der.oid(PRIME_FIELD), der.integer(curve.p)),
        coefficients,
        der.octets(base),
        der.integer(curve.order),
        b"" if form is ParameterForm.NO_COFACTOR else der.integer(1),
    )
