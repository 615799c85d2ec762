"""Certificates of travel-document authorities, right or with the one fault that a test wants.

What each kind carries follows Doc 9303-12 section 7.1; `Liberties` lists everything that may be done differently, each
met in a real list or needed by a conformance case.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from egnatia.engines.documents.synthetic import der
from egnatia.engines.documents.synthetic.algorithms import (
    KeyForm,
    public_key_bits,
    public_key_info,
    signature_identifier,
)
from egnatia.engines.documents.synthetic.keys import Key, Scheme, sign
from egnatia.engines.documents.synthetic.names import Name

KEY_ID, AUTHORITY_KEY_ID, BASIC, USAGE = "2.5.29.14", "2.5.29.35", "2.5.29.19", "2.5.29.15"
PRIVATE_PERIOD, EXTENDED, ALT_NAME, ISSUER_ALT_NAME = "2.5.29.16", "2.5.29.37", "2.5.29.17", "2.5.29.18"
CRL_POINTS, DOCUMENT_TYPES, NAME_CHANGE = "2.5.29.31", "2.23.136.1.1.6.2", "2.23.136.1.1.6.1"
MASTER_LIST_SIGNING, DEVIATION_LIST_SIGNING = "2.23.136.1.1.3", "2.23.136.1.1.8"
SEAL_SIGNING = "2.23.136.1.1.14.2"
"""Extended key usage of a signer of visible digital seals (Doc 9303-13)."""
_DIGITAL_SIGNATURE, _CERTIFICATES_AND_LISTS = (bytes((0x80,)), 7), (bytes((0x06,)), 1)


class Role(StrEnum):
    """What a certificate is for."""

    AUTHORITY = "authority"
    """Country signing certificate authority (CSCA), self-signed or a link to its next key."""
    DOCUMENT_SIGNER = "document_signer"
    MASTER_LIST_SIGNER = "master_list_signer"
    DEVIATION_LIST_SIGNER = "deviation_list_signer"
    SEAL_SIGNER = "seal_signer"


@dataclass(frozen=True, slots=True)
class Liberties:
    """What may be different from Doc 9303-12; with the defaults nothing is.

    Args:
        serial: serial number; negative and zero ones are written as given; None for one hashed from the key.
        key_form: how the subject's public key is written.
        issuer_name: written instead of the issuer's own.
        authority_key_id: written instead of the issuer's.
        omit: object identifiers of extensions left out.
        extra: encoded extensions added at the end.
        uncritical: object identifiers of extensions that lose their critical mark.
        inner_scheme: named inside the signed part instead of the scheme that signs.
        broken: the signature's last bit is turned over.
        document_types: letters of the DocumentType extension of a document signer.
        private_until: end of the private key's use; None leaves the extension out.
        version: 2 means version 3.
        path_length: of the basic constraints.
        bad_boolean: TRUE is written as 01 instead of FF in the basic constraints, which DER forbids.
    """

    serial: int | None = None
    key_form: KeyForm = field(default_factory=KeyForm)
    issuer_name: Name | None = None
    authority_key_id: bytes | None = None
    omit: frozenset[str] = frozenset()
    extra: tuple[bytes, ...] = ()
    uncritical: frozenset[str] = frozenset()
    inner_scheme: Scheme | None = None
    broken: bool = False
    document_types: tuple[str, ...] = ("P",)
    private_until: datetime | None = None
    version: int = 2
    path_length: int = 0
    bad_boolean: bool = False


AS_THE_RULES_SAY = Liberties()


@dataclass(frozen=True, slots=True)
class Credential:
    """A certificate with its key: what signs certificates, security objects, lists and seals."""

    name: Name
    key: Key
    scheme: Scheme
    certificate: bytes
    issuer: Name
    serial: int

    def key_id(self) -> bytes:
        """The subject key identifier (SHA-1 of the public key)."""
        return key_identifier(self.key)


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a certificate is for, and from when until when."""

    role: Role
    name: Name
    key: Key
    scheme: Scheme
    """How this key will sign."""
    not_before: datetime
    not_after: datetime
    state: str = "UTO"
    """Three letters of the state, for the alternative names."""


def key_identifier(key: Key) -> bytes:
    """SHA-1 of the public key (RFC 5280 section 4.2.1.2, first method)."""
    return hashlib.sha1(public_key_bits(key), usedforsecurity=False).digest()


def extension(identifier: str, value: bytes, *, critical: bool = False) -> bytes:
    """One encoded extension."""
    return der.sequence(der.oid(identifier), der.boolean(True) if critical else b"", der.octets(value))


def issue(issuer: Credential | None, subject: Subject, liberties: Liberties = AS_THE_RULES_SAY) -> Credential:
    """Issue a certificate; without an issuer the subject signs its own.

    Raises:
        ValueError: the signing key is too short for the scheme's hash.
    """
    signing_key = subject.key if issuer is None else issuer.key
    scheme = subject.scheme if issuer is None else issuer.scheme
    issuer_name = liberties.issuer_name or (subject.name if issuer is None else issuer.name)
    serial = _serial(subject, issuer_name) if liberties.serial is None else liberties.serial
    signed = der.sequence(
        der.context(0, der.integer(liberties.version)),
        der.integer(serial),
        signature_identifier(liberties.inner_scheme or scheme),
        issuer_name.encode(),
        der.sequence(der.moment(subject.not_before), der.moment(subject.not_after)),
        subject.name.encode(),
        public_key_info(subject.key, liberties.key_form),
        der.context(3, der.sequence(*_extensions(subject, key_identifier(signing_key), liberties))),
    )
    signature = bytearray(sign(signing_key, scheme, signed))
    signature[-1] ^= liberties.broken
    certificate = der.sequence(signed, signature_identifier(scheme), der.bits(bytes(signature)))
    return Credential(subject.name, subject.key, subject.scheme, certificate, issuer_name, serial)


def _serial(subject: Subject, issuer_name: Name) -> int:
    """A positive number of 8 bytes, the same for the same subject, issuer and time."""
    told = b"|".join((public_key_bits(subject.key), issuer_name.encode(), der.generalized(subject.not_before)))
    return int.from_bytes(hashlib.sha256(told).digest()[:8]) >> 1 | 1


def _extensions(subject: Subject, authority: bytes, liberties: Liberties) -> tuple[bytes, ...]:
    values = {
        AUTHORITY_KEY_ID: der.sequence(der.context(0, liberties.authority_key_id or authority, constructed=False)),
        KEY_ID: der.octets(key_identifier(subject.key)),
        **_role_values(subject, liberties),
        ALT_NAME: _location(subject.state),
        ISSUER_ALT_NAME: _location(subject.state),
        CRL_POINTS: _crl_points(subject.state),
    }
    critical = {BASIC, USAGE, EXTENDED} - liberties.uncritical
    listed = (
        extension(identifier, value, critical=identifier in critical)
        for identifier, value in values.items()
        if identifier not in liberties.omit
    )
    return (*listed, *liberties.extra)


def _role_values(subject: Subject, liberties: Liberties) -> dict[str, bytes]:
    """What belongs to the role (Doc 9303-12 table 5)."""
    ending = liberties.private_until
    period = {} if ending is None else {PRIVATE_PERIOD: _period(subject.not_before, ending)}
    if subject.role is Role.AUTHORITY:
        true = der.tlv(1, b"\1") if liberties.bad_boolean else der.boolean(True)
        basic = der.sequence(true, der.integer(liberties.path_length))
        return {BASIC: basic, USAGE: der.bits(*_CERTIFICATES_AND_LISTS)} | period
    usage = {USAGE: der.bits(*_DIGITAL_SIGNATURE)}
    if subject.role is Role.DOCUMENT_SIGNER:
        letters = der.set_of(der.text(each, der.PRINTABLE) for each in liberties.document_types)
        return usage | {DOCUMENT_TYPES: der.sequence(der.integer(0), letters)} | period
    return usage | {EXTENDED: der.sequence(der.oid(_EXTENDED_BY_ROLE[subject.role]))} | period


_EXTENDED_BY_ROLE = {
    Role.MASTER_LIST_SIGNER: MASTER_LIST_SIGNING,
    Role.DEVIATION_LIST_SIGNER: DEVIATION_LIST_SIGNING,
    Role.SEAL_SIGNER: SEAL_SIGNING,
}


def _period(start: datetime, end: datetime) -> bytes:
    """PrivateKeyUsagePeriod (RFC 3280 section 4.2.1.4)."""
    times = (der.generalized(start)[2:], der.generalized(end)[2:])
    return der.sequence(*(der.context(number, time, constructed=False) for number, time in enumerate(times)))


def _location(state: str) -> bytes:
    """The alternative name that Doc 9303-12 wants: a directory name with the state's letters as its locality."""
    return der.sequence(der.context(4, Name((("locality", state),), der.PRINTABLE).encode()))


def _crl_points(state: str) -> bytes:
    """Where the revocation list lies, at an address that nobody can ever have (RFC 2606)."""
    address = der.context(6, f"https://pkd.invalid/{state}/SPECIMEN.crl".encode(), constructed=False)
    return der.sequence(der.sequence(der.context(0, der.context(0, address))))
