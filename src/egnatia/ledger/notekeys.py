"""Keys of signed notes: names, key ids and the text form in which partners hand them to one another (C2SP vkeys)."""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from enum import IntEnum

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from egnatia.ed25519 import is_signed
from egnatia.errors import InputError, TamperedError

MAX_NAME_BYTES = 150
"""A cosignature line of a name this long just fits the table's 300 characters."""
KEY_ID_BYTES = 4
_PUBLIC_BYTES = 32


class KeyKind(IntEnum):
    """Signature types of C2SP signed-note that are used here."""

    NOTE = 0x01
    COSIGNATURE = 0x04


@dataclass(frozen=True, slots=True)
class VerifyKey:
    """A public key with the name and the purpose under which it signs.

    Attributes:
        name: key name; for a node the origin of its ledger.
        kind: whether it signs notes or cosigns checkpoints.
        public: 32 bytes, Ed25519 (RFC 8032).
    """

    name: str
    kind: KeyKind
    public: bytes

    @property
    def key_id(self) -> bytes:
        """The four bytes that tell keys of one name apart."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:KEY_ID_BYTES]

    @property
    def text(self) -> str:
        """The `vkey` form: name, key id in hex, type and key in base64, joined by plus signs."""
        material = base64.b64encode(bytes([self.kind]) + self.public).decode()
        return f"{self.name}+{self.key_id.hex()}+{material}"

    def check(self, signature: bytes, message: bytes) -> None:
        """Verify one Ed25519 signature under the strict rule of `ed25519`.

        Raises:
            TamperedError: it does not hold.
        """
        if not is_signed(self.public, signature, message):
            raise TamperedError(f"the signature of {self.name} does not hold")


def verify_key(name: str, kind: KeyKind, public: bytes) -> VerifyKey:
    """A key made from its parts.

    Raises:
        InputError: the name or the key is not well formed.
    """
    check_name(name)
    if len(public) != _PUBLIC_BYTES:
        raise InputError("an Ed25519 public key has 32 bytes")
    return VerifyKey(name, kind, public)


def key_of(name: str, kind: KeyKind, private: Ed25519PrivateKey) -> VerifyKey:
    """The public half of a signing key under this name."""
    return verify_key(name, kind, private.public_key().public_bytes_raw())


def parse_verify_key(text: str) -> VerifyKey:
    """Read the `vkey` form.

    Raises:
        InputError: it is not one, its type is not known here, or its id does not belong to it.
    """
    parts = text.split("+", 2)
    if len(text) > MAX_NAME_BYTES + 100 or len(parts) != 3:  # noqa: PLR2004 - name, id, material
        raise InputError("a verify key reads NAME+ID+KEY")
    material = decode_base64(parts[2])
    if len(material) != 1 + _PUBLIC_BYTES or material[0] not in tuple(KeyKind):
        raise InputError("a verify key holds an Ed25519 key for notes (type 1) or cosignatures (type 4)")
    key = verify_key(parts[0], KeyKind(material[0]), material[1:])
    if parts[1] != key.key_id.hex():
        raise InputError(f"the id {parts[1][:8]} does not belong to the verify key of {key.name}")
    return key


def check_name(name: str) -> None:
    """Refuse a key name that signature lines cannot carry.

    Raises:
        InputError: it is empty, too long, or holds a space, a plus sign or a control character.
    """
    broken = any(char.isspace() or char == "+" or ord(char) < 0x20 or 0xD800 <= ord(char) <= 0xDFFF for char in name)  # noqa: PLR2004
    if not name or broken or len(name.encode()) > MAX_NAME_BYTES:
        raise InputError(f"a key name has 1 to {MAX_NAME_BYTES} bytes, no space and no plus sign")


def decode_base64(text: str) -> bytes:
    """Standard base64 (RFC 4648 section 4) in its one canonical spelling.

    Raises:
        InputError: it is not.
    """
    try:
        value = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise InputError("not base64") from None
    if base64.b64encode(value).decode() != text:
        raise InputError("base64 in a spelling of its own")
    return value
