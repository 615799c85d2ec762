"""Active authentication: the chip signs a challenge with the key of DG15 (ICAO Doc 9303-11 section 6.1).

RSA signs by ISO/IEC 9796-2 scheme 1, in which part of the message comes out of the signature itself; elliptic curves
sign plainly, and some cards wrap that in DER.
"""

import hashlib
import hmac
from dataclasses import dataclass

from egnatia.engines.documents.chip.security_infos import InfoKind, SecurityInfo
from egnatia.engines.documents.trust.curves import verify_ecdsa
from egnatia.engines.documents.trust.keys import EcKey, PublicKey, RsaKey, read_key
from egnatia.engines.documents.trust.remarks import Fault
from egnatia.engines.documents.trust.tlv import Malformed, read

_TRAILERS = {0x33: "sha1", 0x34: "sha256", 0x35: "sha512", 0x36: "sha384", 0x38: "sha224"}
"""Hash identifiers of two-byte trailers (ISO/IEC 10118-3)."""
_IMPLICIT, _EXPLICIT = 0xBC, 0xCC
_PLAIN = {
    "0.4.0.127.0.7.1.1.4.1.1": "sha1",
    "0.4.0.127.0.7.1.1.4.1.2": "sha224",
    "0.4.0.127.0.7.1.1.4.1.3": "sha256",
    "0.4.0.127.0.7.1.1.4.1.4": "sha384",
    "0.4.0.127.0.7.1.1.4.1.5": "sha512",
}
_BITS = {"sha224": 224, "sha256": 256, "sha384": 384, "sha512": 512}


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether an answer holds; None where it could not be tried. `note` says how, or why not."""

    holds: bool | None
    note: str = ""


def verify_active(spki: bytes, challenge: bytes, response: bytes, infos: tuple[SecurityInfo, ...] = ()) -> Answer:
    """Whether the chip with this key answered this challenge; never raises.

    Args:
        spki: the key of DG15.
        challenge: what the reader sent (RND.IFD, 8 bytes).
        response: what the chip answered.
        infos: of DG14, where it names the hash for elliptic curves.
    """
    key = read_key(spki)
    if isinstance(key, Fault):
        return Answer(None, key.detail)
    if not challenge or not response:
        return Answer(False, "an empty challenge or answer")
    if isinstance(key.value, RsaKey):
        return _rsa(key.value, challenge, response)
    if not isinstance(key.value, EcKey):
        return Answer(None, f"a key of {key.kind}")
    return _elliptic(key.value, challenge, response, infos)


def _rsa(key: RsaKey, challenge: bytes, response: bytes) -> Answer:
    size = (key.bits + 7) // 8
    number = int.from_bytes(response, "big")
    if len(response) != size or number >= key.modulus:
        return Answer(False, f"an answer of {len(response)} bytes to a key of {size}")
    opened = pow(number, key.exponent, key.modulus)
    # A signer may give the smaller of two numbers (ISO/IEC 9796-2 annex B); the last four bits tell which it was.
    for candidate in (opened, key.modulus - opened):
        if candidate & 0xF == 0xC:  # noqa: PLR2004 - every trailer ends so
            answer = _recover(candidate.to_bytes(size, "big").lstrip(b"\0"), challenge)
            if answer.holds:
                return answer
    return Answer(False, "the answer does not open to the challenge")


def _recover(message: bytes, challenge: bytes) -> Answer:
    """Split header, recovered part, hash and trailer, and take the hash over recovered part and challenge."""
    if len(message) < 4:  # noqa: PLR2004 - header, one byte of hash, trailer
        return Answer(False)
    name, trailer = "sha1", 1
    if message[-1] == _EXPLICIT:
        name, trailer = _TRAILERS.get(message[-2], ""), 2
    elif message[-1] != _IMPLICIT:
        return Answer(False)
    start = _after_header(message)
    if not name or start == 0:
        return Answer(None if not name else False, "a hash that is not known here" if not name else "")
    size = hashlib.new(name, usedforsecurity=False).digest_size
    end = len(message) - trailer - size
    if end < start:
        return Answer(False)
    digest = hashlib.new(name, message[start:end] + challenge, usedforsecurity=False).digest()
    return Answer(hmac.compare_digest(digest, message[end : end + size]), name)


def _after_header(message: bytes) -> int:
    """Where the recovered part begins: after 6A, or after 6B BB .. BA where it is padded; 0 where neither stands."""
    if message[0] == 0x6A:  # noqa: PLR2004 - partial recovery, no padding
        return 1
    if message[0] != 0x6B:  # noqa: PLR2004 - partial recovery, padding follows
        return 0
    place = 1
    while place < len(message) and message[place] == 0xBB:  # noqa: PLR2004 - padding
        place += 1
    return place + 1 if place < len(message) and message[place] == 0xBA else 0  # noqa: PLR2004 - its end


def _elliptic(key: EcKey, challenge: bytes, response: bytes, infos: tuple[SecurityInfo, ...]) -> Answer:
    """Plain r and s first, then DER; with the hash that DG14 names, else with those that fit the key's size."""
    declared = next((_PLAIN.get(info.algorithm) for info in infos if info.kind is InfoKind.ACTIVE), None)
    fitting = [name for name, bits in _BITS.items() if bits <= key.bits] or ["sha256", "sha224"]
    names = list(dict.fromkeys(([declared] if declared else []) + fitting[::-1]))
    for form, numbers in (("plain", _halves(response)), ("DER", _der(response))):
        if numbers is None:
            continue
        for name in names:
            digest = hashlib.new(name, challenge, usedforsecurity=False).digest()
            if verify_ecdsa(key.curve, key.point, digest, *numbers):
                odd = form != "plain" or (declared is not None and name != declared)
                return Answer(True, f"{form}, {name}" if odd else "")
    return Answer(False, "the answer is no signature of the challenge")


def _halves(response: bytes) -> tuple[int, int] | None:
    if len(response) % 2:
        return None
    half = len(response) // 2
    return int.from_bytes(response[:half], "big"), int.from_bytes(response[half:], "big")


def _der(response: bytes) -> tuple[int, int] | None:
    tree = read(response, 1_000)
    if isinstance(tree, Fault) or tree.remarks:
        return None
    try:
        members = tree.top.members(0x10, "signature")
        return (members[0].as_int("r"), members[1].as_int("s")) if len(members) == 2 else None  # noqa: PLR2004 - r and s
    except Malformed:
        return None


def weak_active_key(spki: bytes) -> str:
    """The kind of a DG15 key that is too short for today; empty for a strong one."""
    key = read_key(spki)
    weak = isinstance(key, PublicKey) and any("WEAK" in remark.code for remark in key.remarks)
    return key.kind if weak and isinstance(key, PublicKey) else ""
