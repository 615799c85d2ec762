"""Keys from a seed, and signatures that come out the same each time.

The arithmetic is that of `cryptography` where it has it: PKCS #1 signatures, and ECDSA with the nonce of RFC 6979 on
the curves that OpenSSL knows. Ours are the padding of RSA-PSS (its salt is hashed from key and message, so that the
same seed gives the same bytes), PKCS #1 with a DigestInfo that lacks its NULL, and ECDSA on other curves and on
tampered parameters. Every key is published (`primes.py`) or hashed from a public seed: they mark specimens, nothing else.
"""

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from egnatia.engines.documents.synthetic import der
from egnatia.engines.documents.synthetic.curves import CURVES, Curve, CurveName
from egnatia.engines.documents.synthetic.primes import pair


class Hash(StrEnum):
    """The hashes of travel documents (Doc 9303-12 section 4.4), with SHA-1 of the older ones."""

    SHA1 = "sha1"
    SHA224 = "sha224"
    SHA256 = "sha256"
    SHA384 = "sha384"
    SHA512 = "sha512"


class Padding(StrEnum):
    """How a hash becomes a signature."""

    PKCS1 = "pkcs1"
    PSS = "pss"
    ECDSA = "ecdsa"


@dataclass(frozen=True, slots=True)
class Scheme:
    """One way of signing, with the liberties that issuers have taken.

    Args:
        padding: the family of the scheme.
        hash: over what is signed.
        mgf_hash: of the mask of RSA-PSS; None for the same.
        salt: bytes of the salt of RSA-PSS; None for as many as the hash has.
        identifier_null: whether the algorithm's identifier carries a NULL; None for what the standards say
            (RFC 4055: always with RSA; RFC 5758: never with ECDSA).
        digest_info_null: whether the DigestInfo inside a PKCS #1 signature carries one.
    """

    padding: Padding
    hash: Hash
    mgf_hash: Hash | None = None
    salt: int | None = None
    identifier_null: bool | None = None
    digest_info_null: bool = True


@dataclass(frozen=True, slots=True)
class RsaKey:
    """An RSA key pair."""

    modulus: int
    exponent: int
    primes: tuple[int, int]

    @property
    def private(self) -> int:
        """The private exponent."""
        return pow(self.exponent, -1, (self.primes[0] - 1) * (self.primes[1] - 1))

    @property
    def width(self) -> int:
        """Bytes of the modulus and of every signature."""
        return (self.modulus.bit_length() + 7) // 8

    def power(self, value: int) -> int:
        """The private operation on a number below the modulus, by the Chinese remainder theorem."""
        p, q = self.primes
        at_p, at_q = (pow(value, pow(self.exponent, -1, prime - 1), prime) for prime in (p, q))
        return at_q + q * ((at_p - at_q) * pow(q, -1, p) % p)


@dataclass(frozen=True, slots=True)
class EcKey:
    """A key pair on an elliptic curve."""

    curve: Curve
    private: int
    point: tuple[int, int]


Key = RsaKey | EcKey
_OPENSSL: dict[CurveName, type[ec.EllipticCurve]] = {
    CurveName.P192: ec.SECP192R1,
    CurveName.P224: ec.SECP224R1,
    CurveName.P256: ec.SECP256R1,
    CurveName.P384: ec.SECP384R1,
    CurveName.P521: ec.SECP521R1,
    CurveName.BP256: ec.BrainpoolP256R1,
    CurveName.BP384: ec.BrainpoolP384R1,
    CurveName.BP512: ec.BrainpoolP512R1,
}
_HASHES: dict[Hash, hashes.HashAlgorithm] = {
    Hash.SHA1: hashes.SHA1(),  # noqa: S303 - Russian documents are still signed with it
    Hash.SHA224: hashes.SHA224(),
    Hash.SHA256: hashes.SHA256(),
    Hash.SHA384: hashes.SHA384(),
    Hash.SHA512: hashes.SHA512(),
}
HASH_OIDS: dict[Hash, str] = {
    Hash.SHA1: "1.3.14.3.2.26",
    Hash.SHA224: "2.16.840.1.101.3.4.2.4",
    Hash.SHA256: "2.16.840.1.101.3.4.2.1",
    Hash.SHA384: "2.16.840.1.101.3.4.2.2",
    Hash.SHA512: "2.16.840.1.101.3.4.2.3",
}


@cache
def make_key(kind: str, seed: str, index: int = 0) -> Key:
    """The key that a seed stands for.

    Args:
        kind: `rsa2048` and so on, with `e3` behind it for another public exponent, or the name of a curve.
        seed: another seed gives another key; with RSA one of at most 276 (see `primes.py`).
        index: keys of one seed and kind with different indexes always differ.
    """
    if not kind.startswith("rsa"):
        curve = CURVES[CurveName(kind)]
        drawn = hashlib.shake_256(f"egnatia synthetic key {kind} {seed} {index}".encode()).digest(curve.width + 8)
        return _ec_key(curve, int.from_bytes(drawn) % (curve.order - 1) + 1)
    size, _, exponent = kind.removeprefix("rsa").partition("e")
    first, second = pair(int(size) // 2, seed, index)
    return RsaKey(first * second, int(exponent or 65537), (first, second))


def _ec_key(curve: Curve, private: int) -> EcKey:
    if CURVES[curve.name] is curve and curve.name in _OPENSSL:
        numbers = ec.derive_private_key(private, _OPENSSL[curve.name]()).public_key().public_numbers()
        return EcKey(curve, private, (numbers.x, numbers.y))
    point = curve.multiply(private, curve.generator)
    if point is None:
        raise ValueError("the private number is a multiple of the order")
    return EcKey(curve, private, point)


def look_alike(victim: EcKey, seed: str) -> EcKey:
    """A key that we can sign with and whose public point is the victim's: its curve has another generator.

    Only who compares explicit parameters in full sees it (CVE-2020-0601).
    """
    private = int.from_bytes(hashlib.sha512(seed.encode()).digest()) % (victim.curve.order - 1) + 1
    generator = victim.curve.multiply(pow(private, -1, victim.curve.order), victim.point)
    if generator is None:
        raise ValueError("the victim's public key is the point at infinity")
    return EcKey(replace(victim.curve, generator=generator), private, victim.point)


def digest(algorithm: Hash, message: bytes) -> bytes:
    """The hash of a message."""
    return hashlib.new(algorithm, message, usedforsecurity=False).digest()


def sign(key: Key, scheme: Scheme, message: bytes) -> bytes:
    """Sign a message; the same key, scheme and message always give the same signature.

    Raises:
        ValueError: the scheme and the key do not go together, or the key is too short for the hash.
    """
    if isinstance(key, EcKey):
        r, s = ecdsa(key, scheme.hash, message)
        return der.sequence(der.integer(r), der.integer(s))
    if scheme.padding is Padding.ECDSA:
        raise ValueError("an RSA key makes no ECDSA signature")
    if scheme.padding is Padding.PKCS1 and scheme.digest_info_null:
        return _rsa_private(key).sign(message, padding.PKCS1v15(), _HASHES[scheme.hash])
    hashed = digest(scheme.hash, message)
    block = _pss(key, scheme, hashed) if scheme.padding is Padding.PSS else _bare_pkcs1(key, scheme.hash, hashed)
    return key.power(int.from_bytes(block)).to_bytes(key.width)


def _rsa_private(key: RsaKey) -> rsa.RSAPrivateKey:
    p, q = key.primes
    private = key.private
    numbers = rsa.RSAPrivateNumbers(
        p,
        q,
        private,
        private % (p - 1),
        private % (q - 1),
        pow(q, -1, p),
        rsa.RSAPublicNumbers(key.exponent, key.modulus),
    )
    return numbers.private_key(unsafe_skip_rsa_key_validation=True)


def _bare_pkcs1(key: RsaKey, algorithm: Hash, hashed: bytes) -> bytes:
    """EMSA-PKCS1-v1_5 (RFC 8017 section 9.2) around a DigestInfo without NULL, as in the UN's list of 2023."""
    info = der.sequence(der.sequence(der.oid(HASH_OIDS[algorithm])), der.octets(hashed))
    return b"\0\1" + b"\xff" * (key.width - len(info) - 3) + b"\0" + info


def _pss(key: RsaKey, scheme: Scheme, hashed: bytes) -> bytes:
    """EMSA-PSS (RFC 8017 section 9.1.1) with a salt drawn from key and message."""
    size = len(hashed) if scheme.salt is None else scheme.salt
    salt = hashlib.shake_256(key.modulus.to_bytes(key.width) + hashed).digest(size)
    inner = digest(scheme.hash, bytes(8) + hashed + salt)
    length = (key.modulus.bit_length() + 6) // 8
    filled = bytes(length - size - len(inner) - 2) + b"\1" + salt
    mask = _mask(scheme.mgf_hash or scheme.hash, inner, len(filled))
    masked = int.from_bytes(filled) ^ int.from_bytes(mask)
    masked &= (1 << (key.modulus.bit_length() - 1 - 8 * (length - len(filled)))) - 1
    return masked.to_bytes(len(filled)) + inner + b"\xbc"


def _mask(algorithm: Hash, seed: bytes, length: int) -> bytes:
    """MGF1 (RFC 8017 appendix B.2.1)."""
    mask = b""
    while len(mask) < length:
        mask += digest(algorithm, seed + (len(mask) // hashlib.new(algorithm).digest_size).to_bytes(4))
    return mask[:length]


def ecdsa(key: EcKey, algorithm: Hash, message: bytes) -> tuple[int, int]:
    """The two numbers of an ECDSA signature, with the nonce of RFC 6979."""
    if CURVES[key.curve.name] is key.curve and key.curve.name in _OPENSSL:
        private = ec.derive_private_key(key.private, _OPENSSL[key.curve.name]())
        return decode_dss_signature(private.sign(message, ec.ECDSA(_HASHES[algorithm], deterministic_signing=True)))
    return own_ecdsa(key, algorithm, message)


def own_ecdsa(key: EcKey, algorithm: Hash, message: bytes) -> tuple[int, int]:
    """The same for every curve, in Python; for curves that OpenSSL lacks."""
    order = key.curve.order
    hashed = digest(algorithm, message)
    number = _leftmost(hashed, order)
    for nonce in _nonces(key, algorithm, hashed):
        point = key.curve.multiply(nonce, key.curve.generator)
        r = point[0] % order if point else 0
        s = pow(nonce, -1, order) * (number + r * key.private) % order
        if r and s:
            return r, s
    raise AssertionError("the nonces of RFC 6979 never end")


def _leftmost(octets: bytes, order: int) -> int:
    """bits2int (RFC 6979 section 2.3.2)."""
    return int.from_bytes(octets) >> max(0, 8 * len(octets) - order.bit_length())


def _nonces(key: EcKey, algorithm: Hash, hashed: bytes) -> Iterator[int]:
    """Every candidate of RFC 6979 section 3.2, in order."""
    order, width = key.curve.order, (key.curve.order.bit_length() + 7) // 8
    seed = key.private.to_bytes(width) + (_leftmost(hashed, order) % order).to_bytes(width)
    value, secret = b"\1" * len(hashed), bytes(len(hashed))
    for separator in (b"\0", b"\1"):
        secret = hmac.digest(secret, value + separator + seed, algorithm)
        value = hmac.digest(secret, value, algorithm)
    while True:
        drawn = b""
        while len(drawn) < width:
            value = hmac.digest(secret, value, algorithm)
            drawn += value
        if 0 < (nonce := _leftmost(drawn, order)) < order:
            yield nonce
        secret = hmac.digest(secret, value + b"\0", algorithm)
        value = hmac.digest(secret, value, algorithm)
