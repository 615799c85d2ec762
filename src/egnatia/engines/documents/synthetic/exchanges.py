"""Recorded evidence of a specimen chip that answers: the JSON file that a reader would keep, the chip's side included.

Each function plays terminal and chip with keys of the generator and writes down what was said, in the format of
`chip/evidence.py`. An attack changes one of the sides: another chip key, another challenge, an old record.

Source: Doc 9303-11 sections 4.4 (PACE with chip authentication mapping), 6.1 (active), 6.2 (chip authentication),
9.7.1 (key derivation) and 9.8 (secure messaging). Only AES-128 is played.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.cmac import CMAC

from egnatia.engines.documents.synthetic.algorithms import encode_point
from egnatia.engines.documents.synthetic.answers import agree, answer_ec, answer_rsa, mapping_data
from egnatia.engines.documents.synthetic.curves import Curve, Point
from egnatia.engines.documents.synthetic.keys import EcKey, Hash, Key, RsaKey, make_key
from egnatia.engines.documents.synthetic.security_infos import CIPHERS, DOMAIN_P256, PACE_ECDH_CAM

_BLOCK = 16
_STATUS = b"\x99\x02\x90\x00"
"""The protected status bytes of a command that succeeded."""
CHALLENGE = bytes(range(0xA0, 0xA8))
"""What the terminal asks where a caller has no challenge of its own."""


def evidence(*parts: Mapping[str, Any]) -> bytes:
    """An evidence file of these parts."""
    whole: dict[str, Any] = {"version": 1}
    for part in parts:
        whole |= part
    return json.dumps(whole).encode()


def active(key: Key, challenge: bytes = CHALLENGE, algorithm: Hash = Hash.SHA256) -> dict[str, Any]:
    """Active authentication by the chip that holds this key."""
    answer = (
        answer_rsa(key, algorithm, challenge, b"chip")
        if isinstance(key, RsaKey)
        else answer_ec(key, algorithm, challenge)
    )
    return {"active_authentication": {"challenge": challenge.hex(), "response": answer.hex()}}


def chip(key: EcKey, seed: str = "terminal", counter: int = 2) -> dict[str, Any]:
    """Chip authentication by the chip that holds this key: its first response under the agreed keys."""
    terminal = _key(key.curve, seed)
    code = _code(_derived(agree(key, terminal.point), 2), counter)
    return {
        "chip_authentication": {
            "terminal_private_key": _octets(terminal).hex(),
            "terminal_public_key": _point(terminal).hex(),
            "response": (_STATUS + b"\x8e\x08" + code + b"\x90\x00").hex(),
            "counter": f"{counter:032x}",
        }
    }


def pace(key: EcKey, seed: str = "pace", mapped_by: EcKey | None = None) -> dict[str, Any]:
    """PACE with chip authentication mapping by the chip that holds this key, on P-256.

    Args:
        key: the chip's static key.
        seed: for every other key of the exchange.
        mapped_by: another static key, by which the chip pretends to explain its mapping.
    """
    curve = key.curve
    ours, theirs = _key(curve, f"{seed} terminal mapping"), _key(curve, f"{seed} chip mapping")
    nonce = hashlib.sha256(f"{seed} nonce".encode()).digest()[:_BLOCK]
    generator = curve.add(
        curve.multiply(int.from_bytes(nonce), curve.generator), curve.multiply(ours.private, theirs.point)
    )
    terminal, answering = (_key(curve, f"{seed} {side}").private for side in ("terminal", "chip"))
    own, other = curve.multiply(terminal, generator), curve.multiply(answering, generator)
    data = mapping_data(mapped_by or key, theirs)
    encrypted = _encrypted(_derived(_x(curve, curve.multiply(terminal, other)), 1), data)
    return {
        "pace_cam": {
            "protocol": f"{PACE_ECDH_CAM}.{CIPHERS['aes128']}",
            "parameters": DOMAIN_P256,
            "nonce": nonce.hex(),
            "terminal_mapping_private_key": _octets(ours).hex(),
            "terminal_mapping_public_key": _point(ours).hex(),
            "chip_mapping_public_key": _point(theirs).hex(),
            "terminal_private_key": terminal.to_bytes(curve.width).hex(),
            "terminal_public_key": _written(curve, own).hex(),
            "chip_public_key": _written(curve, other).hex(),
            "encrypted_chip_data": encrypted.hex(),
        }
    }


def _key(curve: Curve, seed: str) -> EcKey:
    key = make_key(curve.name, seed)
    if not isinstance(key, EcKey):
        raise TypeError("a curve's key is one on a curve")
    return key


def _octets(key: EcKey) -> bytes:
    return key.private.to_bytes(key.curve.width)


def _point(key: EcKey) -> bytes:
    return encode_point(key.curve, key.point)


def _written(curve: Curve, point: Point) -> bytes:
    if point is None:
        raise ValueError("a key agreement that ends at infinity")
    return encode_point(curve, point)


def _x(curve: Curve, point: Point) -> bytes:
    return _written(curve, point)[1 : 1 + curve.width]


def _derived(secret: bytes, counter: int) -> bytes:
    """A session key for AES-128: 1 encrypts, 2 authenticates."""
    return hashlib.sha1(secret + counter.to_bytes(4), usedforsecurity=False).digest()[:_BLOCK]


def _code(key: bytes, counter: int) -> bytes:
    """The code over the send sequence counter and the protected status."""
    padded = counter.to_bytes(_BLOCK) + _STATUS + b"\x80"
    code = CMAC(AES(key))
    code.update(padded.ljust(-(-len(padded) // _BLOCK) * _BLOCK, b"\0"))
    return code.finalize()[:8]


def _encrypted(key: bytes, data: bytes) -> bytes:
    """The chip's data under the vector that is the encryption of all ones (Doc 9303-11 section 4.4.3.5.3)."""
    start = Cipher(AES(key), modes.ECB()).encryptor()  # noqa: S305 - one block, as the standard has it
    vector = start.update(b"\xff" * _BLOCK) + start.finalize()
    padded = data + b"\x80"
    cipher = Cipher(AES(key), modes.CBC(vector)).encryptor()
    return cipher.update(padded.ljust(-(-len(padded) // _BLOCK) * _BLOCK, b"\0")) + cipher.finalize()
