"""The signed envelope: DSSE, so that type and length are signed with the payload and nothing is ever re-serialised.

Format and pre-authentication encoding: DSSE v1 (secure-systems-lab/dsse, protocol.md and envelope.md). What is stored,
hashed and compared is the payload as it was signed.
"""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from egnatia.errors import RefusedError
from egnatia.exchange import signatures, strict_json
from egnatia.model.states import RefusalReason

MESSAGE_TYPE = "application/vnd.egnatia.message+json"
CARD_TYPE = "application/vnd.egnatia.card+json"
_FIELDS = frozenset({"payload", "payloadType", "signatures"})
_SIGNATURE_FIELDS = frozenset({"keyid", "sig"})
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")
_KEY_ID = re.compile(r"[A-Za-z0-9+/]{16}")


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


def seal_envelope(key: Ed25519PrivateKey, payload_type: str, payload: bytes) -> bytes:
    """Sign a payload and put it into an envelope."""
    signature = {
        "keyid": signatures.key_id(signatures.public_bytes(key)),
        "sig": base64.b64encode(key.sign(signed_bytes(payload_type, payload))).decode(),
    }
    return strict_json.render(
        {"payload": base64.b64encode(payload).decode(), "payloadType": payload_type, "signatures": [signature]}
    )


def open_envelope(content: bytes, payload_type: str) -> Envelope:
    """Take an envelope apart without believing it.

    Raises:
        RefusedError: TOO_LARGE or MALFORMED.
    """
    values = strict_json.parse(content, "envelope")
    strict_json.take_fields(values, _FIELDS, "envelope")
    if values["payloadType"] != payload_type:
        raise strict_json.refuse(f"the envelope's payloadType is not {payload_type}")
    listed = values["signatures"]
    if not isinstance(listed, list) or len(listed) != 1 or not isinstance(listed[0], dict):
        raise strict_json.refuse("the envelope must have exactly one signature")
    strict_json.take_fields(listed[0], _SIGNATURE_FIELDS, "signature")
    return Envelope(
        _decoded(values, "payload"),
        payload_type,
        strict_json.take_text(listed[0], "keyid", _KEY_ID, "signature"),
        _decoded(listed[0], "sig"),
    )


def _decoded(values: dict[str, object], name: str) -> bytes:
    text = strict_json.take_text(values, name, _BASE64, "envelope")
    try:
        decoded = base64.b64decode(text, validate=True)
    except binascii.Error:
        raise strict_json.refuse(f"the field {name!r} of the envelope is not base64") from None
    if base64.b64encode(decoded).decode() != text:
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
