"""The group ristretto255 (RFC 9496) as libsodium has it, with every encoding checked before it is used.

`rbcl` bundles libsodium. It is imported at the first use: its loading takes 0.1 s, and most commands never need it.
libsodium's own functions run in constant time; nothing here branches on a secret.
"""

import hashlib
from functools import cache
from importlib import import_module
from types import ModuleType

from egnatia.engines.blind.types import ELEMENT_BYTES, SCALAR_BYTES
from egnatia.errors import InputError
from egnatia.model.ids import Randomness

ORDER = 2**252 + 27742317777372353535851937790883648493
"""Order of the group (RFC 9496 section 4)."""
FIELD = 2**255 - 19
"""The field of the encodings (RFC 9496 section 4.3.1: a larger number is no encoding)."""
IDENTITY = bytes(ELEMENT_BYTES)
_WIDE = 64
_BLOCK = 128
"""SHA-512's block, s_in_bytes of RFC 9380 section 5.3.1."""
_MAX_DST = 255


@cache
def _sodium() -> ModuleType:
    return import_module("rbcl")


def expand_message(message: bytes, dst: bytes, length: int) -> bytes:
    """`expand_message_xmd` with SHA-512 (RFC 9380 section 5.3.1).

    Raises:
        InputError: more than 255 blocks, or a domain that is too long.
    """
    blocks = -(-length // hashlib.sha512().digest_size)
    if blocks > _MAX_DST or len(dst) > _MAX_DST:
        raise InputError("expand_message_xmd gives at most 16,320 bytes under a domain of at most 255")
    domain = dst + bytes([len(dst)])
    first = hashlib.sha512(bytes(_BLOCK) + message + length.to_bytes(2, "big") + b"\x00" + domain).digest()
    part = hashlib.sha512(first + b"\x01" + domain).digest()
    parts = [part]
    for number in range(2, blocks + 1):
        mixed = bytes(left ^ right for left, right in zip(first, part, strict=True))
        part = hashlib.sha512(mixed + bytes([number]) + domain).digest()
        parts.append(part)
    return b"".join(parts)[:length]


def hash_to_group(message: bytes, dst: bytes) -> bytes:
    """An element that nobody knows a logarithm of (RFC 9497 section 4.1, RFC 9380 appendix B)."""
    element: bytes = _sodium().crypto_core_ristretto255_from_hash(expand_message(message, dst, _WIDE))
    return element


def hash_to_scalar(message: bytes, dst: bytes) -> bytes:
    """A scalar, uniform to within 2^-259 (RFC 9497 section 4.1)."""
    return reduce(expand_message(message, dst, _WIDE))


def reduce(wide: bytes) -> bytes:
    """64 bytes modulo the order of the group."""
    scalar: bytes = _sodium().crypto_core_ristretto255_scalar_reduce(wide)
    return scalar


def fresh_scalar(randomness: Randomness) -> bytes:
    """A uniform scalar that is not zero (RFC 9497 section 4.7.2: 64 bytes, reduced)."""
    while True:
        scalar = reduce(randomness.randbytes(_WIDE))
        if any(scalar):
            return scalar


def check_element(element: bytes, what: str) -> bytes:
    """The element, if it is one, in its only encoding, and not the identity (RFC 9497 section 2.1).

    Every sound encoding is of prime order: ristretto255 has no elements of small order.

    Raises:
        InputError: it is not.
    """
    if len(element) != ELEMENT_BYTES:
        raise InputError(f"the {what} is not an element of {ELEMENT_BYTES} bytes")
    if element == IDENTITY:
        raise InputError(f"the {what} is the identity element")
    # libsodium's own check ignores the top bit, so that each element has a second encoding there (found by a test).
    canonical = int.from_bytes(element, "little") < FIELD
    if not canonical or not _sodium().crypto_core_ristretto255_is_valid_point(element):
        raise InputError(f"the {what} is not the canonical encoding of an element")
    return element


def check_scalar(scalar: bytes, what: str) -> bytes:
    """The scalar, if it is smaller than the order of the group.

    Raises:
        InputError: it is not.
    """
    if len(scalar) != SCALAR_BYTES or int.from_bytes(scalar, "little") >= ORDER:
        raise InputError(f"the {what} is not a scalar in its canonical encoding")
    return scalar


def multiply(scalar: bytes, element: bytes) -> bytes:
    """`scalar` times a checked element; the scalar may be zero."""
    product: bytes = _sodium().crypto_scalarmult_ristretto255_allow_scalar_zero(scalar, element)
    return product


def multiply_base(scalar: bytes) -> bytes:
    """`scalar` times the generator; the scalar may be zero."""
    product: bytes = _sodium().crypto_scalarmult_ristretto255_base_allow_scalar_zero(scalar)
    return product


def add(left: bytes, right: bytes) -> bytes:
    """The sum of two elements."""
    total: bytes = _sodium().crypto_core_ristretto255_add(left, right)
    return total


def invert(scalar: bytes) -> bytes:
    """The inverse of a scalar that is not zero."""
    inverse: bytes = _sodium().crypto_core_ristretto255_scalar_invert(scalar)
    return inverse


def multiply_scalars(left: bytes, right: bytes) -> bytes:
    """The product of two scalars."""
    product: bytes = _sodium().crypto_core_ristretto255_scalar_mul(left, right)
    return product


def subtract_scalars(left: bytes, right: bytes) -> bytes:
    """The difference of two scalars."""
    difference: bytes = _sodium().crypto_core_ristretto255_scalar_sub(left, right)
    return difference
