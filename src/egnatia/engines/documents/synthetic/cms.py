"""Signed messages: security objects, master lists and defect lists, right or with the one fault that a test wants.

Source: RFC 5652 and RFC 3369 (SignedData), Doc 9303-10 section 4.6.2 (EF.SOD), Doc 9303-12 section 8 (master lists).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from egnatia.engines.documents.synthetic import der
from egnatia.engines.documents.synthetic.algorithms import hash_identifier, plain_identifier, signature_identifier
from egnatia.engines.documents.synthetic.certificates import Credential
from egnatia.engines.documents.synthetic.keys import Hash, Padding, Scheme, digest, sign
from egnatia.engines.documents.synthetic.names import Name

SIGNED_DATA, DATA = "1.2.840.113549.1.7.2", "1.2.840.113549.1.7.1"
LDS_SECURITY_OBJECT, MASTER_LIST, DEVIATION_LIST = "2.23.136.1.1.1", "2.23.136.1.1.2", "2.23.136.1.1.7"
_CONTENT_TYPE, _MESSAGE_DIGEST, _SIGNING_TIME = (f"1.2.840.113549.1.9.{arc}" for arc in (3, 4, 5))
_CHUNK = 1000
"""Bytes of each piece of a constructed string, as the Java library of New Zealand's objects cuts them."""


@dataclass(frozen=True, slots=True)
class MessageLiberties:
    """What may be different from Doc 9303-10; with the defaults nothing is.

    Args:
        certificates: embedded instead of the signer's own; () for none.
        revocation_lists: encoded lists embedded beside them.
        scheme: of this signature, instead of the signer's.
        named_scheme: written into the message instead of the one that signs.
        plain_algorithm: `rsaEncryption` instead of the full algorithm in SignerInfo.
        digest_algorithm: written as SignerInfo's digest; None for the hash of the scheme.
        digest_null: the digest's identifier carries a NULL.
        listed_digests: written into the set of digest algorithms; None for SignerInfo's only.
        by_key_id: the signer is named by key identifier instead of issuer and serial number.
        issuer: written as the signer's issuer instead of the certificate's.
        serial: written as the signer's serial number instead of the certificate's.
        key_id: written as the signer's key identifier instead of its own.
        signed_attributes: False signs the content itself.
        signing_time: among the signed attributes.
        message_digest: written instead of the content's true digest.
        attribute_content_type: written in the signed attributes instead of the message's own.
        unsorted: the signed attributes stand, and are signed, in an order that DER forbids.
        version: of SignedData; None for 3.
        signers: how many times the signer's information stands there; 0 for none.
        indefinite: the outer layers have indefinite length and the content is cut in pieces (BER).
        detached: the content is left out.
        broken: the signature's last bit is turned over.
    """

    certificates: tuple[bytes, ...] | None = None
    revocation_lists: tuple[bytes, ...] = ()
    scheme: Scheme | None = None
    named_scheme: Scheme | None = None
    plain_algorithm: bool = False
    digest_algorithm: Hash | None = None
    digest_null: bool = False
    listed_digests: tuple[Hash, ...] | None = None
    by_key_id: bool = False
    issuer: Name | None = None
    serial: int | None = None
    key_id: bytes | None = None
    signed_attributes: bool = True
    signing_time: datetime | None = None
    message_digest: bytes | None = None
    attribute_content_type: str = ""
    unsorted: bool = False
    version: int | None = None
    signers: int = 1
    indefinite: bool = False
    detached: bool = False
    broken: bool = False


AS_USUAL = MessageLiberties()


def sign_cms(content: bytes, content_type: str, signer: Credential, liberties: MessageLiberties = AS_USUAL) -> bytes:
    """A ContentInfo with SignedData around a content.

    Raises:
        ValueError: the signer's key and the scheme do not go together.
    """
    scheme = liberties.scheme or signer.scheme
    hashed = liberties.digest_algorithm or scheme.hash
    listed = (hashed,) if liberties.listed_digests is None else liberties.listed_digests
    embedded = (signer.certificate,) if liberties.certificates is None else liberties.certificates
    information = _signer_info(content, content_type, signer, liberties)
    parts = (
        der.integer(3 if liberties.version is None else liberties.version),
        der.set_of(hash_identifier(each, null=liberties.digest_null) for each in listed),
        _encapsulated(content, content_type, liberties),
        der.context(0, b"".join(embedded)) if embedded else b"",
        der.context(1, b"".join(liberties.revocation_lists)) if liberties.revocation_lists else b"",
        der.set_of([information] * liberties.signers),
    )
    if liberties.indefinite:
        inner = der.indefinite(der.SEQUENCE, b"".join(parts))
        return der.indefinite(der.SEQUENCE, der.oid(SIGNED_DATA) + der.indefinite(0xA0, inner))
    return der.sequence(der.oid(SIGNED_DATA), der.context(0, der.sequence(*parts)))


def _encapsulated(content: bytes, content_type: str, liberties: MessageLiberties) -> bytes:
    if liberties.detached:
        return der.sequence(der.oid(content_type))
    if not liberties.indefinite:
        return der.sequence(der.oid(content_type), der.context(0, der.octets(content)))
    pieces = b"".join(der.octets(content[start : start + _CHUNK]) for start in range(0, len(content), _CHUNK))
    string = der.indefinite(0x20 | der.OCTETS, pieces)
    return der.indefinite(der.SEQUENCE, der.oid(content_type) + der.indefinite(0xA0, string))


def _signer_info(content: bytes, content_type: str, signer: Credential, liberties: MessageLiberties) -> bytes:
    scheme = liberties.scheme or signer.scheme
    hashed = liberties.digest_algorithm or scheme.hash
    attributes = _attributes(content, content_type, hashed, liberties) if liberties.signed_attributes else b""
    signature = bytearray(sign(signer.key, scheme, der.tlv(der.SET, attributes) if attributes else content))
    signature[-1] ^= liberties.broken
    named = liberties.named_scheme or scheme
    algorithm = plain_identifier(named) if liberties.plain_algorithm else signature_identifier(named)
    return der.sequence(
        der.integer(3 if liberties.by_key_id else 1),
        _signer_identifier(signer, liberties),
        hash_identifier(hashed, null=liberties.digest_null),
        der.context(0, attributes) if attributes else b"",
        algorithm,
        der.octets(bytes(signature)),
    )


def _signer_identifier(signer: Credential, liberties: MessageLiberties) -> bytes:
    if liberties.by_key_id:
        return der.context(0, liberties.key_id or signer.key_id(), constructed=False)
    serial = signer.serial if liberties.serial is None else liberties.serial
    return der.sequence((liberties.issuer or signer.issuer).encode(), der.integer(serial))


def _attributes(content: bytes, content_type: str, hashed: Hash, liberties: MessageLiberties) -> bytes:
    """The signed attributes, without the tag of their set."""
    true_digest = digest(hashed, content)
    attributes = [
        _attribute(_CONTENT_TYPE, der.oid(liberties.attribute_content_type or content_type)),
        _attribute(_MESSAGE_DIGEST, der.octets(liberties.message_digest or true_digest)),
    ]
    if liberties.signing_time is not None:
        attributes.append(_attribute(_SIGNING_TIME, der.moment(liberties.signing_time)))
    return b"".join(sorted(attributes, reverse=liberties.unsorted))


def _attribute(kind: str, value: bytes) -> bytes:
    return der.sequence(der.oid(kind), der.set_of([value]))


def master_list_content(certificates: Iterable[bytes], version: int = 0) -> bytes:
    """CscaMasterList (Doc 9303-12 section 8.2): what a master list's signer signs."""
    return der.sequence(der.integer(version), der.set_of(certificates))


def lds_security_object(hashes: dict[int, bytes], algorithm: Hash, versions: tuple[str, str] | None = None) -> bytes:
    """LDSSecurityObject (Doc 9303-10 section 4.6.2.3): the digest of each data group.

    Args:
        hashes: digest by number of the data group, written in the order given.
        algorithm: that made them.
        versions: of the LDS and of Unicode, e.g. `("0108", "040000")`, which makes it version 1.
    """
    listed = (der.sequence(der.integer(number), der.octets(value)) for number, value in hashes.items())
    told = der.sequence(*(der.text(each, der.PRINTABLE) for each in versions)) if versions else b""
    null = hash_identifier(algorithm, null=True)
    return der.sequence(der.integer(1 if versions else 0), null, der.sequence(*listed), told)


def ecdsa_null(scheme: Scheme) -> Scheme:
    """The scheme with the NULL that six certificates of the German list carry and that does not belong there."""
    return Scheme(Padding.ECDSA, scheme.hash, identifier_null=True)
