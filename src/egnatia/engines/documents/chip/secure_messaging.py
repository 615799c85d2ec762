"""Keys and codes of secure messaging, as far as one recorded response needs them.

Source: ICAO Doc 9303-11 sections 9.7.1 (key derivation) and 9.8 (secure messaging), ISO/IEC 9797-1 algorithm 3.
"""

import hashlib
import hmac
from dataclasses import dataclass
from enum import IntEnum

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.cmac import CMAC

from egnatia.engines.documents.chip.tlv import find, read_nodes

_STATUS, _MAC = 0x99, 0x8E
_DONE = b"\x90\x00"
_MAC_BYTES = 8
_DES_BLOCK, _AES_BLOCK = 8, 16


class Suite(IntEnum):
    """The last arc of a protocol's identifier: which cipher and how long its keys."""

    TRIPLE_DES = 1
    AES_128 = 2
    AES_192 = 3
    AES_256 = 4


_SIZES = {Suite.TRIPLE_DES: 16, Suite.AES_128: 16, Suite.AES_192: 24, Suite.AES_256: 32}
ENCRYPTION, MESSAGE, PASSWORD = 1, 2, 3
"""Counters of the key derivation."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The two keys of a session."""

    suite: Suite
    encryption: bytes
    message: bytes


def derive(secret: bytes, suite: Suite) -> Keys:
    """Session keys from a shared secret."""
    digest = hashlib.sha1 if suite in {Suite.TRIPLE_DES, Suite.AES_128} else hashlib.sha256
    size = _SIZES[suite]
    encryption, message = (
        digest(secret + counter.to_bytes(4, "big")).digest()[:size] for counter in (ENCRYPTION, MESSAGE)
    )
    return Keys(suite, encryption, message)


def decrypt_nonce(password: bytes, suite: Suite, encrypted: bytes) -> bytes | None:
    """The nonce of PACE under the key of a password (Doc 9303-11 section 4.4.3.1); None where it is no whole block."""
    if suite is Suite.TRIPLE_DES or not encrypted or len(encrypted) % _AES_BLOCK:
        return None
    digest = hashlib.sha1 if suite is Suite.AES_128 else hashlib.sha256
    key = digest(password + PASSWORD.to_bytes(4, "big")).digest()[: _SIZES[suite]]
    plain = Cipher(AES(key), modes.CBC(b"\0" * _AES_BLOCK)).decryptor()
    return plain.update(encrypted) + plain.finalize()


def response_holds(keys: Keys, response: bytes, counter: int) -> bool | None:
    """Whether a protected response has the right code and says that all went well.

    Args:
        keys: of the session.
        response: the whole response: data objects and, where they were kept, the two status bytes after them.
        counter: the send sequence counter that the response was made with.

    Returns:
        None where it is no protected response at all.
    """
    body = response[:-2] if response.endswith(_DONE) and len(response) > 2 else response  # noqa: PLR2004 - status bytes
    nodes, flaw = read_nodes(body)
    mac, status = find(nodes, _MAC), find(nodes, _STATUS)
    if flaw is not None or mac is None or status is None or nodes[-1] is not mac:
        return None
    if len(mac.value) != _MAC_BYTES:
        return False  # an empty code would equal that of a counter that cannot be
    covered = body[: mac.start]
    right = hmac.compare_digest(_code(keys, counter, covered), mac.value)
    return right and status.value == _DONE


def _code(keys: Keys, counter: int, covered: bytes) -> bytes:
    """The message authentication code over the counter and the covered objects."""
    block = _DES_BLOCK if keys.suite is Suite.TRIPLE_DES else _AES_BLOCK
    if counter >= 1 << (8 * block):
        return b""
    padded = counter.to_bytes(block, "big") + covered + b"\x80"
    padded += b"\0" * (-len(padded) % block)
    if keys.suite is Suite.TRIPLE_DES:
        return _retail(keys.message, padded)
    code = CMAC(AES(keys.message))
    code.update(padded)
    return code.finalize()[:_MAC_BYTES]


def _retail(key: bytes, padded: bytes) -> bytes:
    """ISO/IEC 9797-1 algorithm 3 with DES: all blocks with the first key, the last one with both."""
    first, second = key[:8], key[8:16]
    running = b"\0" * _DES_BLOCK
    head, last = padded[:-_DES_BLOCK], padded[-_DES_BLOCK:]
    if head:
        single = Cipher(TripleDES(first * 3), modes.CBC(running)).encryptor()
        running = (single.update(head) + single.finalize())[-_DES_BLOCK:]
    mixed = bytes(one ^ other for one, other in zip(running, last, strict=True))
    both = Cipher(TripleDES(first + second + first), modes.ECB()).encryptor()  # noqa: S305 - one block, as the standard has it
    return both.update(mixed) + both.finalize()


def decrypt_chip_data(keys: Keys, encrypted: bytes) -> bytes | None:
    """The chip authentication data of PACE-CAM (Doc 9303-11 section 4.4.3.5.2); None where the padding is wrong."""
    if keys.suite is Suite.TRIPLE_DES or not encrypted or len(encrypted) % _AES_BLOCK:
        return None
    # The initial vector is the encryption of minus one under the same key.
    start = Cipher(AES(keys.encryption), modes.ECB()).encryptor()  # noqa: S305 - one block, as the standard has it
    vector = start.update(b"\xff" * _AES_BLOCK) + start.finalize()
    plain = Cipher(AES(keys.encryption), modes.CBC(vector)).decryptor()
    opened = plain.update(encrypted) + plain.finalize()
    data, mark, _ = opened.rstrip(b"\0").rpartition(b"\x80")
    return data if mark and opened.rstrip(b"\0").endswith(b"\x80") else None
