"""Ed25519 with one answer for every verifier: the only place of this project that checks a signature.

RFC 8032 leaves room: libraries disagree on small-order keys, non-canonical points and mixed cases (of 914 published CCTV
vectors, 165 are judged differently by two libraries here). A signature that only some partners accept could be used to
make two ledgers disagree, so all borderline cases are refused before the library is asked: messages, cards, checkpoints
and cosignatures alike. The rule in words is in docs/adr/0012.
"""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

KEY_BYTES = 32
SIGNATURE_BYTES = 64
_FIELD = 2**255 - 19
"""The prime p of the curve (RFC 8032 section 5.1)."""
_ORDER = 2**252 + 27742317777372353535851937790883648493
"""The order L of the base point (RFC 8032 section 5.1)."""
_ORDER_8_Y = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
_SMALL_ORDER_Y = frozenset({0, 1, _FIELD - 1, _ORDER_8_Y, _FIELD - _ORDER_8_Y})
"""The y coordinates of the eight points whose order divides 8; either sign of x is refused."""


def is_sound_point(encoded: bytes) -> bool:
    """Whether 32 bytes are a canonical encoding with a y that no small-order point has."""
    y = int.from_bytes(encoded, "little") & (2**255 - 1)
    return len(encoded) == KEY_BYTES and y < _FIELD and y not in _SMALL_ORDER_Y


def is_signed(public_key: bytes, signature: bytes, content: bytes) -> bool:
    """Whether `signature` over `content` holds under the strict rule.

    Args:
        public_key: 32 bytes.
        signature: 64 bytes, R then S.
        content: exactly the bytes that were signed.
    """
    if len(signature) != SIGNATURE_BYTES or not is_sound_point(public_key):
        return False
    commitment, scalar = signature[:KEY_BYTES], int.from_bytes(signature[KEY_BYTES:], "little")
    if not is_sound_point(commitment) or scalar >= _ORDER:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, content)
    except (InvalidSignature, ValueError):
        return False
    return True
