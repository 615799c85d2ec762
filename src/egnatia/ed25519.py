"""Ed25519 with one answer for every verifier: the only place of this project that checks a signature.

RFC 8032 leaves room: libraries disagree on small-order keys, non-canonical points and mixed cases (of 914 published CCTV
vectors, 165 are judged differently by two libraries here). A signature that only some partners accept could be used to
make two ledgers disagree, so all borderline cases are refused before the library is asked: messages, cards, checkpoints
and cosignatures alike. The rule in words is in docs/adr/0012.

The equation itself is computed by OpenSSL, or by libsodium where a node serves: it takes 49 µs instead of 110 (CPU time, one
check). Both compute it without the cofactor, which is asked of libsodium before it is believed. Messages are signed by the
same library (22 µs instead of 36): a signature of Ed25519 has no randomness in it, so its bytes are the same by either.
"""

import contextlib
import ctypes
from collections.abc import Callable
from functools import lru_cache
from importlib import import_module
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

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
Signing = Callable[[Ed25519PrivateKey, bytes], bytes]
"""The signature of RFC 8032 section 5.1.6 by a key over what is signed."""
_SAMPLE_SECRET = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
_SAMPLE_SIGNATURE = bytes.fromhex(
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
)
"""TEST 2 of RFC 8032 section 7.1, a signature over the one byte 0x72."""
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


def by_openssl(key: Ed25519PrivateKey, content: bytes) -> bytes:
    """The signature by OpenSSL."""
    return key.sign(content)


def sign(key: Ed25519PrivateKey, content: bytes) -> bytes:
    """The signature of a key over `content`: the same 64 bytes whichever library computes them."""
    return _signing[0](key, content)


def libsodium() -> Equation:
    """The equation by the libsodium that `rbcl` bundles; loading it takes 0.1 s.

    Raises:
        OSError: it cannot be loaded, for example because no library may be loaded from the directory for temporary files.
    """
    check = _library().crypto_sign_ed25519_verify_detached
    check.argtypes = (ctypes.c_char_p, ctypes.c_char_p, ctypes.c_ulonglong, ctypes.c_char_p)
    check.restype = ctypes.c_int

    def holds(public_key: bytes, signature: bytes, content: bytes) -> bool:
        return bool(check(signature, content, len(content), public_key) == 0)

    return holds


def by_libsodium() -> Signing:
    """The signing by the same.

    Raises:
        OSError: as `libsodium`.
    """
    write = _library().crypto_sign_ed25519_detached
    write.argtypes = (ctypes.c_char_p, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_ulonglong, ctypes.c_char_p)
    write.restype = ctypes.c_int

    def signed(key: Ed25519PrivateKey, content: bytes) -> bytes:
        made = ctypes.create_string_buffer(SIGNATURE_BYTES)
        write(made, None, content, len(content), _secret(key))
        return made.raw

    return signed


def _library() -> ctypes.PyDLL:
    bundled = import_module("rbcl._sodium")  # rbcl itself wraps the group alone
    with contextlib.suppress(OSError):  # it is unpacked anew for each process, and left there
        Path(bundled.lib_path).unlink(missing_ok=True)
    # PyDLL keeps the interpreter's lock: handing it over and waiting for it takes longer than a check.
    return ctypes.PyDLL(None, handle=bundled._sodium._handle)  # noqa: SLF001


@lru_cache(maxsize=16)
def _secret(key: Ed25519PrivateKey) -> bytes:
    """A key as libsodium takes it: the secret half, then the public one, always made from that very secret."""
    return key.private_bytes_raw() + key.public_key().public_bytes_raw()


def is_believed(equation: Equation) -> bool:
    """Whether an equation is the rule's: a later libsodium may compute it with the cofactor, and would not be."""
    return all(
        equation(_MIXED_KEY, _MIXED_R + bytes.fromhex(scalar), text) is holds for text, scalar, holds in _SAMPLES
    )


def is_trusted(signing: Signing) -> bool:
    """Whether it writes the published signature of a sample."""
    return signing(Ed25519PrivateKey.from_private_bytes(_SAMPLE_SECRET), b"\x72") == _SAMPLE_SIGNATURE


def quicken() -> bool:
    """Have libsodium compute equations and signatures from now on in this process, if it can be had and computes the rule's.

    Returns:
        Whether it computes the equations.
    """
    if _equation[0] is openssl:
        with contextlib.suppress(OSError):
            equation, signing = libsodium(), by_libsodium()
            _equation[0] = equation if is_believed(equation) else openssl
            _signing[0] = signing if is_trusted(signing) else by_openssl
    return _equation[0] is not openssl


_equation: list[Equation] = [openssl]
_signing: list[Signing] = [by_openssl]
