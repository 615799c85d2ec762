"""Signing keys as the exchange names them. How a signature is checked is `egnatia.ed25519`, the one rule of the house."""

import base64
import hashlib

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from egnatia.ed25519 import KEY_BYTES, SIGNATURE_BYTES, is_signed, is_sound_point

__all__ = ["KEY_BYTES", "SIGNATURE_BYTES", "is_signed", "is_sound_point", "key_id", "public_bytes"]


def public_bytes(key: Ed25519PrivateKey) -> bytes:
    """The 32-byte public key that belongs to a signing key."""
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def key_id(public_key: bytes) -> str:
    """A short name of a public key: base64 of the first 12 bytes of its SHA-256. A hint only, never trusted."""
    return base64.b64encode(hashlib.sha256(public_key).digest()[:12]).decode()
