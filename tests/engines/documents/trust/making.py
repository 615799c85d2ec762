"""Certificates, signed data and lists made for tests, every octet under the test's control; nothing here is trusted."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from egnatia.engines.documents.trust.curve_table import CURVES, Curve
from egnatia.engines.documents.trust.curves import _sum_of_multiples

BEGIN, END = datetime(2020, 1, 1, tzinfo=UTC), datetime(2035, 1, 1, tzinfo=UTC)
HASHES = {
    "sha1": hashes.SHA1(),  # noqa: S303 - old documents
    "sha224": hashes.SHA224(),
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
HASH_OIDS = {
    "sha1": "1.3.14.3.2.26", "sha224": "2.16.840.1.101.3.4.2.4", "sha256": "2.16.840.1.101.3.4.2.1",
    "sha384": "2.16.840.1.101.3.4.2.2", "sha512": "2.16.840.1.101.3.4.2.3",
}  # fmt: skip
RSA_OIDS = {"sha1": 5, "sha224": 14, "sha256": 11, "sha384": 12, "sha512": 13}
ECDSA_OIDS = {"sha1": "1.2.840.10045.4.1"} | {
    f"sha{n}": f"1.2.840.10045.4.3.{i}" for i, n in enumerate((224, 256, 384, 512), 1)
}
BY_NAME = {curve.name: curve for curve in CURVES}


def tlv(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(octets)]) + octets + content


def seq(*parts: bytes) -> bytes:
    return tlv(0x30, *parts)


def set_of(*parts: bytes) -> bytes:
    return tlv(0x31, *sorted(parts))


def integer(value: int) -> bytes:
    return tlv(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def oid(dotted: str) -> bytes:
    first, second, *rest = map(int, dotted.split("."))
    out = bytearray()
    for arc in (40 * first + second, *rest):
        septets = [arc & 0x7F]
        while arc := arc >> 7:
            septets.append(arc & 0x7F | 0x80)
        out += bytes(reversed(septets))
    return tlv(0x06, bytes(out))


def octets(content: bytes) -> bytes:
    return tlv(0x04, content)


def bits(content: bytes) -> bytes:
    return tlv(0x03, b"\0", content)


NULL = b"\x05\x00"
TYPES = {"C": "2.5.4.6", "O": "2.5.4.10", "OU": "2.5.4.11", "CN": "2.5.4.3", "SN": "2.5.4.5"}


def name(text: str, tag: int = 0x0C) -> bytes:
    """`C=UT, CN=Utopia` as a name; the country is always a PrintableString."""
    parts = [each.split("=", 1) for each in text.split(", ")] if text else []
    coded = {0x0C: "utf-8", 0x13: "latin-1", 0x14: "latin-1", 0x1E: "utf-16-be"}[tag]
    return seq(*(
        set_of(seq(oid(TYPES[kind]), tlv(0x13, value.encode()) if kind == "C" else tlv(tag, value.encode(coded))))
        for kind, value in parts
    ))  # fmt: skip


def utc_time(moment: datetime) -> bytes:
    if moment.year >= 2050:
        return tlv(0x18, moment.strftime("%Y%m%d%H%M%SZ").encode())
    return tlv(0x17, moment.strftime("%y%m%d%H%M%SZ").encode())


def explicit(curve: Curve, **changed: int) -> bytes:
    """The parameters of a curve written out, some of them changed."""
    value = {field: changed.get(field, getattr(curve, field)) for field in ("p", "a", "b", "x", "y", "n", "h")}
    size = curve.size
    base = b"\x04" + value["x"].to_bytes(size, "big") + value["y"].to_bytes(size, "big")
    shape = seq(octets(value["a"].to_bytes(size, "big")), octets(value["b"].to_bytes(size, "big")))
    field = seq(oid("1.2.840.10045.1.1"), integer(value["p"]))
    return seq(integer(1), field, shape, octets(base), integer(value["n"]), integer(value["h"]))


@dataclass(frozen=True)
class Signer:
    """A private key with its public key's bytes; it signs by one scheme."""

    spki: bytes
    algorithm: bytes
    scheme: str
    digest: str
    private: rsa.RSAPrivateKey | tuple[Curve, int]

    def sign(self, message: bytes) -> bytes:
        hashing = HASHES[self.digest]
        if isinstance(self.private, rsa.RSAPrivateKey):
            if self.scheme == "pss":
                return self.private.sign(message, padding.PSS(padding.MGF1(hashing), hashing.digest_size), hashing)
            if self.scheme == "nullless":
                return raw_rsa(self.private, digest_info(self.digest, message, null=False))
            return self.private.sign(message, padding.PKCS1v15(), hashing)
        r, s = ecdsa(*self.private, hashlib.new(self.digest, message).digest())
        if self.scheme == "plain":
            size = (self.private[0].n.bit_length() + 7) // 8
            return r.to_bytes(size, "big") + s.to_bytes(size, "big")
        return seq(integer(r), integer(s))


def digest_info(digest: str, message: bytes, *, null: bool, garbage: bytes = b"") -> bytes:
    algorithm = seq(oid(HASH_OIDS[digest]), NULL if null else b"")
    return seq(algorithm, octets(hashlib.new(digest, message).digest()), garbage)


def raw_rsa(private: rsa.RSAPrivateKey, info: bytes, fill: int | None = None, tail: bytes = b"") -> bytes:
    """The private operation on 00 01 FF..FF 00 info tail."""
    numbers = private.private_numbers()
    modulus = numbers.public_numbers.n
    size = (modulus.bit_length() + 7) // 8
    filling = size - len(info) - 3 if fill is None else fill
    encoded = (b"\x00\x01" + b"\xff" * filling + b"\x00" + info + tail).ljust(size, b"\0")[:size]
    return pow(int.from_bytes(encoded, "big"), numbers.d, modulus).to_bytes(size, "big")


@lru_cache(4096)
def ecdsa(curve: Curve, secret: int, digest: bytes) -> tuple[int, int]:
    """A signature on any curve of the table, the nonce from the message; for tests only."""
    hashed = int.from_bytes(digest, "big") >> max(0, 8 * len(digest) - curve.n.bit_length())
    nonce = int.from_bytes(hashlib.sha512(digest + secret.to_bytes(80, "big")).digest(), "big") % (curve.n - 1) + 1
    r = affine(curve, nonce)[0] % curve.n
    return r, pow(nonce, -1, curve.n) * (hashed + r * secret) % curve.n


@lru_cache
def affine(curve: Curve, factor: int) -> tuple[int, int]:
    x, y, z = _sum_of_multiples(curve, factor, (curve.x, curve.y), 0)
    inverse = pow(z, -1, curve.p)
    return x * inverse**2 % curve.p, y * inverse**3 % curve.p


@lru_cache
def rsa_key(number: int) -> rsa.RSAPrivateKey:
    """The key of a number, as long as the tests run."""
    assert number >= 0
    return rsa.generate_private_key(65537, 2048)


def rsa_signer(number: int = 0, digest: str = "sha256", scheme: str = "pkcs1") -> Signer:
    private = rsa_key(number)
    spki = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    algorithm = pss_algorithm(digest) if scheme == "pss" else seq(oid(f"1.2.840.113549.1.1.{RSA_OIDS[digest]}"), NULL)
    return Signer(spki, algorithm, scheme, digest, private)


def pss_algorithm(digest: str, salt: int | None = None) -> bytes:
    hashing = seq(oid(HASH_OIDS[digest]), NULL)
    mask = seq(oid("1.2.840.113549.1.1.8"), hashing)
    length = HASHES[digest].digest_size if salt is None else salt
    return seq(oid("1.2.840.113549.1.1.10"), seq(tlv(0xA0, hashing), tlv(0xA1, mask), tlv(0xA2, integer(length))))


@lru_cache
def ec_signer(
    curve_name: str = "brainpoolP256r1",
    number: int = 0,
    digest: str = "sha256",
    *,
    named: bool = False,
    null: bool = False,
    scheme: str = "ecdsa",
) -> Signer:
    curve = BY_NAME[curve_name]
    secret = int.from_bytes(hashlib.sha512(f"{curve_name} {number}".encode()).digest(), "big") % (curve.n - 1) + 1
    x, y = affine(curve, secret)
    point = b"\x04" + x.to_bytes(curve.size, "big") + y.to_bytes(curve.size, "big")
    spki = seq(seq(oid("1.2.840.10045.2.1"), oid(curve.oid) if named else explicit(curve)), bits(point))
    plain = f"0.4.0.127.0.7.1.1.4.1.{1 + list(HASH_OIDS).index(digest)}"
    algorithm = seq(oid(plain if scheme == "plain" else ECDSA_OIDS[digest]), NULL if null else b"")
    return Signer(spki, algorithm, scheme, digest, (curve, secret))


def key_id(signer: Signer) -> bytes:
    """SHA-1 over the key's bits: what follows the algorithm in the structure."""
    from egnatia.engines.documents.trust.keys import PublicKey, read_key

    key = read_key(signer.spki)
    assert isinstance(key, PublicKey)
    return key.identifier()


def extension(dotted: str, value: bytes, *, critical: bool = False) -> bytes:
    return seq(oid(dotted), tlv(0x01, b"\xff") if critical else b"", octets(value))


def subject_key(identifier: bytes) -> bytes:
    return extension("2.5.29.14", octets(identifier))


def authority_key(identifier: bytes) -> bytes:
    return extension("2.5.29.35", seq(tlv(0x80, identifier)))


def authority_extensions(own: Signer, issuer: Signer) -> tuple[bytes, ...]:
    """What a country signing certificate has: both key identifiers, key usage, basic constraints."""
    usage = extension("2.5.29.15", tlv(0x03, b"\x01\x06"), critical=True)
    constraints = extension("2.5.29.19", seq(tlv(0x01, b"\xff"), integer(0)), critical=True)
    return subject_key(key_id(own)), authority_key(key_id(issuer)), usage, constraints


def certificate(
    subject: bytes,
    own: Signer,
    issuer: bytes | None = None,
    by: Signer | None = None,
    *,
    serial: int = 1,
    validity: tuple[datetime, datetime] = (BEGIN, END),
    extensions: Sequence[bytes] | None = None,
) -> bytes:
    """A certificate; self-signed where no issuer is given, with an authority's extensions where none are."""
    by = by or own
    listed = authority_extensions(own, by) if extensions is None else extensions
    tbs = seq(
        tlv(0xA0, integer(2)),
        integer(serial),
        by.algorithm,
        subject if issuer is None else issuer,
        seq(*map(utc_time, validity)),
        subject,
        own.spki,
        tlv(0xA3, seq(*listed)) if listed else b"",
    )
    return seq(tbs, by.algorithm, bits(by.sign(tbs)))


def attribute(dotted: str, value: bytes) -> bytes:
    return seq(oid(dotted), set_of(value))


def signed_data(
    content: bytes,
    kind: str,
    cert: bytes,
    by: Signer,
    *,
    identifier: bytes | None = None,
    digest: str = "sha256",
    embedded: Sequence[bytes] | None = None,
    attributes: Sequence[bytes] | None = None,
    changes: dict[str, bytes] | None = None,
) -> bytes:
    """Signed data by one signer.

    Args:
        identifier: the signer's identifier; issuer and serial number of the certificate where None.
        embedded: certificates that come with it; the signer's where None.
        attributes: signed attributes; type and digest where None, no attributes at all where empty.
        changes: parts put in place of what belongs there: version, digests, type, unsigned, signer_version.
    """
    changes = changes or {}
    listed = [
        attribute("1.2.840.113549.1.9.3", oid(kind)),
        attribute("1.2.840.113549.1.9.4", octets(hashlib.new(digest, content).digest())),
    ]
    listed = listed if attributes is None else list(attributes)
    signature = by.sign(set_of(*listed) if listed else content)
    info = signer_info(cert, by, listed, signature, identifier=identifier, digest=digest, changes=changes)
    return seq(
        oid("1.2.840.113549.1.7.2"),
        tlv(0xA0, seq(
            changes.get("version", integer(3)),
            changes.get("digests", set_of(seq(oid(HASH_OIDS[digest])))),
            seq(oid(kind), tlv(0xA0, octets(content))),
            tlv(0xA0, *([cert] if embedded is None else embedded)),
            tlv(0x31, info, changes.get("second", b"")),
        )),
    )  # fmt: skip


def signer_info(
    cert: bytes,
    by: Signer,
    listed: list[bytes],
    signature: bytes,
    *,
    identifier: bytes | None,
    digest: str,
    changes: dict[str, bytes],
) -> bytes:
    return seq(
        changes.get("signer_version", integer(1 if identifier is None or identifier[0] == 0x30 else 3)),
        named(cert) if identifier is None else identifier,
        seq(oid(HASH_OIDS[digest])),
        tlv(0xA0, *sorted(listed)) if listed else b"",
        by.algorithm,
        octets(signature),
        changes.get("unsigned", b""),
    )


def named(cert: bytes, issuer: bytes | None = None, serial: int | None = None) -> bytes:
    """The identifier of a certificate by issuer and serial number, either of them changed."""
    from egnatia.engines.documents.trust.certificates import Certificate, read_certificate

    read = read_certificate(cert)
    assert isinstance(read, Certificate)
    return seq(read.issuer.raw if issuer is None else issuer, integer(read.serial if serial is None else serial))


def wrapped(data: bytes) -> bytes:
    """Signed data as it stands in EF.SOD."""
    return tlv(0x77, data)


def master_list(certificates: Sequence[bytes]) -> bytes:
    return seq(integer(0), set_of(*certificates))


def security_object(groups: dict[int, bytes], digest: str = "sha256") -> bytes:
    values = (
        seq(integer(number), octets(hashlib.new(digest, content).digest()))
        for number, content in sorted(groups.items())
    )
    return seq(integer(0), seq(oid(HASH_OIDS[digest])), seq(*values))
