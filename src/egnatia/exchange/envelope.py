"""The signed envelope: DSSE, so that type and length are signed with the payload and nothing is ever re-serialised.

Format and pre-authentication encoding: DSSE v1 (secure-systems-lab/dsse, protocol.md and envelope.md). What is stored,
hashed and compared is the payload as it was signed.
"""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from egnatia.ed25519 import sign
from egnatia.errors import RefusedError
from egnatia.exchange import signatures, strict_json
from egnatia.model.states import RefusalReason

MESSAGE_TYPE = "application/vnd.egnatia.message+json"
CARD_TYPE = "application/vnd.egnatia.card+json"
_FIELDS = frozenset({"payload", "payloadType", "signatures"})
_SIGNATURE_FIELDS = frozenset({"keyid", "sig"})
_CHOICES = frozenset(
    {"alg", "algorithm", "scheme", "crv", "enc", "header", "protected", "jwk", "jku", "kid", "x5c", "x5u"}
)
"""Fields by which other formats (JOSE RFC 7515, COSE, XMLDSig in JSON) let a signer choose algorithm or key."""
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")
_FORM = b'{"payload":"%s","payloadType":"%s","signatures":[{"keyid":"%s","sig":"%s"}]}'
_TAIL = 200
"""From the end, within which an envelope of ours has its key id: 16 characters, and 88 of signature after it."""
_KEY_ID = re.compile(r"[A-Za-z0-9+/]{16}")
_OF_OURS = re.compile(
    rb'\{"payload":"([A-Za-z0-9+/]+={0,2})","payloadType":"([a-z.+/]+)",'
    rb'"signatures":\[\{"keyid":"([A-Za-z0-9+/]{16})","sig":"([A-Za-z0-9+/]{86}==)"\}\]\}'
)
"""Exactly what `_FORM` writes. JSON has one reading of it, so nobody has to read it as JSON."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """An envelope taken apart; nothing about it is verified yet.

    Attributes:
        payload: the signed bytes.
        payload_type: what they are.
        key_id: the signer's hint which key it used.
        signature: 64 bytes.
    """

    payload: bytes
    payload_type: str
    key_id: str
    signature: bytes

    @property
    def sha256(self) -> bytes:
        """SHA-256 of the payload: the message's identity in ledgers and answers."""
        return hashlib.sha256(self.payload).digest()


def signed_bytes(payload_type: str, payload: bytes) -> bytes:
    """DSSE's pre-authentication encoding: what the signature is really over."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


@lru_cache(maxsize=16)
def _name_of(key: Ed25519PrivateKey) -> str:
    """The name of a signing key; a node has few, and signs every answer."""
    return signatures.key_id(signatures.public_bytes(key))


def seal_envelope(key: Ed25519PrivateKey, payload_type: str, payload: bytes) -> bytes:
    """Sign a payload and put it into an envelope."""
    signature = base64.b64encode(sign(key, signed_bytes(payload_type, payload)))
    values = (base64.b64encode(payload), payload_type.encode(), _name_of(key).encode(), signature)
    return _FORM % values  # of these none has a character that JSON would escape


def resealed(content: bytes, key: Ed25519PrivateKey) -> bytes:
    """The same payload, signed by this key: what was signed before a rotation goes out under the key of today.

    The payload is not touched, so the message keeps its SHA-256 and is recognised when it was received before.

    Args:
        content: an envelope that this node made itself.
        key: the key to sign with; nothing is done when it was the signer.
    """
    mark = b'"keyid":"%s"' % _name_of(key).encode()
    if mark in content[-_TAIL:]:
        return content
    whole = strict_json.parse(content, "envelope")
    return seal_envelope(key, whole["payloadType"], base64.b64decode(whole["payload"]))


def open_envelope(content: bytes, payload_type: str) -> Envelope:
    """Take an envelope apart without believing it.

    Raises:
        RefusedError: the one of `strict_json.FORMS` that applies first.
    """
    return _opened_at_once(content, payload_type) or _opened_strictly(content, payload_type)


def _opened_at_once(content: bytes, payload_type: str) -> Envelope | None:
    """An envelope as this release writes it, at a third of the time; None for any other, and for one to be refused."""
    found = _OF_OURS.fullmatch(content) if len(content) <= strict_json.MAX_BYTES else None
    if found is None or found[2] != payload_type.encode():
        return None
    payload, signature = _canonical(found[1]), _canonical(found[4])
    if payload is None or signature is None:
        return None
    return Envelope(payload, payload_type, found[3].decode(), signature)


def _canonical(text: bytes) -> bytes | None:
    """What base64 stands for, if this is the one way to write it."""
    try:
        decoded = binascii.a2b_base64(text)
    except binascii.Error:
        return None
    return decoded if binascii.b2a_base64(decoded, newline=False) == text else None


def _opened_strictly(content: bytes, payload_type: str) -> Envelope:
    """Any envelope, or the reason why it is none."""
    values = strict_json.parse(content, "envelope")
    _no_choice(values)
    strict_json.take_fields(values, _FIELDS, "envelope")
    if values["payloadType"] != payload_type:
        detail = f"the envelope's payloadType is not {payload_type}"
        raise strict_json.refuse(detail, RefusalReason.PAYLOAD_TYPE_WRONG)
    listed = _the_signature(values["signatures"])
    signature = _decoded(listed, "sig")
    if len(signature) != signatures.SIGNATURE_BYTES:
        detail = f"the signature has {len(signature)} bytes; one by Ed25519 has {signatures.SIGNATURE_BYTES}"
        raise strict_json.refuse(detail, RefusalReason.ALGORITHM_REFUSED)
    key_id = strict_json.take_text(listed, "keyid", _KEY_ID, "signature")
    return Envelope(_decoded(values, "payload"), payload_type, key_id, signature)


def _no_choice(values: dict[str, object]) -> None:
    """There is one algorithm and one registered key, so whoever names one is refused, whatever he names."""
    if chosen := _CHOICES & set(values):
        detail = f"the envelope has a field {min(chosen)!r}; the signature is always Ed25519 by the registered key"
        raise strict_json.refuse(detail, RefusalReason.ALGORITHM_REFUSED)


def _the_signature(listed: object) -> dict[str, object]:
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise strict_json.refuse("the envelope's signatures are not a list of objects")
    if len(listed) != 1:
        detail = f"the envelope has {len(listed)} signatures instead of exactly one"
        raise strict_json.refuse(detail, RefusalReason.SIGNATURE_COUNT)
    only: dict[str, object] = listed[0]
    _no_choice(only)
    strict_json.take_fields(only, _SIGNATURE_FIELDS, "signature")
    return only


def _decoded(values: dict[str, object], name: str) -> bytes:
    decoded = _canonical(strict_json.take_text(values, name, _BASE64, "envelope").encode())
    if decoded is None:
        raise strict_json.refuse(f"the field {name!r} of the envelope is not canonical base64")
    return decoded


def verify_envelope(envelope: Envelope, public_key: bytes, signer: str) -> None:
    """Require that `public_key` signed the envelope.

    Args:
        envelope: taken apart.
        public_key: the registered key of the claimed signer.
        signer: who that is, for the error's text.

    Raises:
        RefusedError: BAD_SIGNATURE.
    """
    content = signed_bytes(envelope.payload_type, envelope.payload)
    if not signatures.is_signed(public_key, envelope.signature, content):
        raise RefusedError(
            RefusalReason.BAD_SIGNATURE,
            f"the signature is not that of {signer}'s registered key {signatures.key_id(public_key)}"
            f" (the envelope names key {envelope.key_id})",
            hint="If the partner has new keys, register its new card with `egnatia partner add --replace`.",
        )
