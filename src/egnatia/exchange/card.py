"""The partner card: what a node gives its partners so that they can talk to it, signed by the key it announces.

The signature proves that whoever made the card holds the signing key, not who that is: a person compares the
fingerprint over another channel before registering it.
"""

import base64
import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

from egnatia.errors import InputError, RefusedError
from egnatia.exchange import signatures, strict_json
from egnatia.exchange.envelope import CARD_TYPE, open_envelope, seal_envelope, verify_envelope
from egnatia.exchange.keys import NodeKeys, agreement_bytes, authority_pem, tls_fingerprint
from egnatia.model.ids import PARTNER_CODE, PartnerCode
from egnatia.model.states import RefusalReason

VERSION = 1
"""Of cards, not of messages. It stays 1 as long as the release before has to read it: 0.1.0 refuses any other field."""
_TEXT_FIELDS = {
    "code": PARTNER_CODE,
    "name": re.compile(r"[^\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]{1,80}"),
    "address": re.compile(r"https://(\[[0-9a-f:]+\]|[A-Za-z0-9.-]+)(:[0-9]{1,5})?"),
    "signing_key": re.compile(r"[A-Za-z0-9+/]{43}="),
    "agreement_key": re.compile(r"[A-Za-z0-9+/]{43}="),
    "tls_ca": re.compile(r"-----BEGIN CERTIFICATE-----\n[A-Za-z0-9+/=\n]{100,4000}-----END CERTIFICATE-----\n"),
    "tls_sha256": re.compile(r"[0-9a-f]{64}"),
    "ledger_origin": re.compile(r"[^\x00-\x20\x7f+]{1,150}"),
}
_FIELDS = frozenset({"v", *_TEXT_FIELDS})
CACHED_CARDS = 256
"""More than a task force ever has; a card is read again only when its bytes change."""


@dataclass(frozen=True, slots=True)
class PartnerCard:
    """How to reach and recognise one partner.

    Attributes:
        code: the partner's code.
        name: what people call it.
        address: base URL of its exchange, `https://host:port` without a path.
        signing_key: 32-byte Ed25519 public key of its messages, answers and checkpoints.
        agreement_key: 32-byte X25519 public key.
        tls_ca_pem: its own certificate authority.
        tls_sha256: SHA-256 of its one certificate, in hexadecimal.
        ledger_origin: the name of its ledger (C2SP tlog-checkpoint).
    """

    code: PartnerCode
    name: str
    address: str
    signing_key: bytes
    agreement_key: bytes
    tls_ca_pem: str
    tls_sha256: str
    ledger_origin: str


def card_fingerprint(content: bytes) -> str:
    """What two people read to each other before a card is registered: SHA-256 of the file, in groups of four."""
    digest = hashlib.sha256(content).hexdigest()
    return " ".join(digest[start : start + 4] for start in range(0, len(digest), 4))


def make_card(keys: NodeKeys, name: str, address: str, ledger_origin: str) -> bytes:
    """This node's own card, signed.

    Args:
        keys: this node's.
        name: what people call it, at most 80 characters.
        address: base URL of its exchange, `https://host:port`.
        ledger_origin: the name of its ledger.

    Raises:
        InputError: a field does not have its form, so that partners would refuse it.
        ConfigError: the TLS files cannot be read.
    """
    payload = {
        "v": VERSION,
        "code": keys.code,
        "name": name,
        "address": address,
        "signing_key": base64.b64encode(signatures.public_bytes(keys.signing)).decode(),
        "agreement_key": base64.b64encode(agreement_bytes(keys)).decode(),
        "tls_ca": authority_pem(keys),
        "tls_sha256": tls_fingerprint(keys),
        "ledger_origin": ledger_origin,
    }
    content = seal_envelope(keys.signing, CARD_TYPE, strict_json.render(payload))
    try:
        read_card(content)
    except RefusedError as error:
        raise InputError(f"no card can be made from this: {error.message}") from None
    return content


@lru_cache(maxsize=CACHED_CARDS)
def read_card(content: bytes) -> PartnerCard:
    """Read a card strictly and verify that it is signed by its own key.

    Raises:
        RefusedError: one of `strict_json.FORMS`, or BAD_SIGNATURE.
    """
    envelope = open_envelope(content, CARD_TYPE)
    values = strict_json.parse(envelope.payload, "card")
    if type(values.get("v")) is int and values["v"] != VERSION:
        detail = f"the card is of version {values['v']}; this node speaks {VERSION}"
        raise strict_json.refuse(detail, RefusalReason.VERSION_UNSUPPORTED)
    strict_json.take_fields(values, _FIELDS, "card")
    if type(values["v"]) is not int:
        raise strict_json.refuse("the card's version is not a number")
    card = _card(values)
    if not signatures.is_sound_point(card.signing_key):
        raise strict_json.refuse("the card's signing key is not a sound Ed25519 key")
    _check_authority(card.tls_ca_pem)
    verify_envelope(envelope, card.signing_key, card.code)
    return card


def _card(values: dict[str, Any]) -> PartnerCard:
    text = {name: strict_json.take_text(values, name, pattern, "card") for name, pattern in _TEXT_FIELDS.items()}
    return PartnerCard(
        code=PartnerCode(text["code"]),
        name=text["name"],
        address=text["address"],
        signing_key=base64.b64decode(text["signing_key"]),
        agreement_key=base64.b64decode(text["agreement_key"]),
        tls_ca_pem=text["tls_ca"],
        tls_sha256=text["tls_sha256"],
        ledger_origin=text["ledger_origin"],
    )


def _check_authority(pem: str) -> None:
    try:
        certificate = x509.load_pem_x509_certificate(pem.encode())
        constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
        certificate.verify_directly_issued_by(certificate)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm, x509.ExtensionNotFound):
        raise strict_json.refuse("the card's TLS authority is not a self-signed certificate") from None
    if not constraints.ca:
        raise strict_json.refuse("the card's TLS certificate is not an authority's")
