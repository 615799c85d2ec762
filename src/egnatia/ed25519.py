"""Ed25519 with one answer for every verifier: the only place of this project that checks a signature.

RFC 8032 leaves room: libraries disagree on small-order keys, non-canonical points and mixed cases (of 914 published CCTV
vectors, 165 are judged differently by two libraries here). A signature that only some partners accept could be used to
make two ledgers disagree, so all borderline cases are refused before the library is asked: messages, cards, checkpoints
and cosignatures alike. The rule in words is in docs/adr/0012.

The equation itself is computed by OpenSSL, or by libsodium where a node serves: it takes 49 µs instead of 110 (CPU time, one
check). Both compute it without the cofactor, which is asked of libsodium before it is believed.
"""

import contextlib
import ctypes
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

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

Equation = Callable[[bytes, bytes, bytes], bool]
"""Whether the equation of RFC 8032 section 5.1.7 holds, without the cofactor, of a key, a signature and what was signed."""
_MIXED_KEY = bytes.fromhex("10eb7c3acfb2bed3e0d6ab89bf5a3d6afddd1176ce4812e38d9fd485058fdb1f")
_MIXED_R = bytes.fromhex("36684ea91032ba5b1dbab2d02f4debc74c3327f2b3802e2e4d371aa42b12b56b")
_SAMPLES = (
    (b"ed25519vectors", "bbfd00bd9c259d8d222d15e67a3d8228585050dbb9b9585be20d8fadc721da03", True),
    (b"ed25519vectors 10", "c02e2b9e63e385c058bf62b14b3a2b29ccefe8e38ddb536bc3f9865320a3d801", False),
    (b"ed25519vectors 11", "bbfd00bd9c259d8d222d15e67a3d8228585050dbb9b9585be20d8fadc721da03", False),
)
"""Numbers 7 and 6 of CCTV's vectors (C2SP/CCTV, ed25519), the second of which holds with the cofactor alone, and a wrong one."""


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
    return _equation[0](public_key, signature, content)


def openssl(public_key: bytes, signature: bytes, content: bytes) -> bool:
    """The equation by OpenSSL."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, content)
    except (InvalidSignature, ValueError):
        return False
    return True


def libsodium() -> Equation:
    """The equation by the libsodium that `rbcl` bundles; loading it takes 0.1 s.

    Raises:
        OSError: it cannot be loaded, for example because no library may be loaded from the directory for temporary files.
    """
    bundled = import_module("rbcl._sodium")  # rbcl itself wraps the group alone
    with contextlib.suppress(OSError):  # it is unpacked anew for each process, and left there
        Path(bundled.lib_path).unlink(missing_ok=True)
    # PyDLL keeps the interpreter's lock: handing it over and waiting for it takes longer than a check.
    library = ctypes.PyDLL(None, handle=bundled._sodium._handle)  # noqa: SLF001
    check = library.crypto_sign_ed25519_verify_detached
    check.argtypes = (ctypes.c_char_p, ctypes.c_char_p, ctypes.c_ulonglong, ctypes.c_char_p)
    check.restype = ctypes.c_int

    def holds(public_key: bytes, signature: bytes, content: bytes) -> bool:
        return bool(check(signature, content, len(content), public_key) == 0)

    return holds


def is_believed(equation: Equation) -> bool:
    """Whether an equation is the rule's: a later libsodium may compute it with the cofactor, and would not be."""
    return all(
        equation(_MIXED_KEY, _MIXED_R + bytes.fromhex(scalar), text) is holds for text, scalar, holds in _SAMPLES
    )


def quicken() -> bool:
    """Have libsodium compute the equation from now on in this process, if it can be had and computes the rule's.

    Returns:
        Whether it does.
    """
    if _equation[0] is openssl:
        with contextlib.suppress(OSError):
            found = libsodium()
            _equation[0] = found if is_believed(found) else openssl
    return _equation[0] is not openssl


_equation: list[Equation] = [openssl]
