"""The chip's side of the three protocols, played for tests with keys of their own."""

# ruff: noqa: S305, S324 - the protocols are as the standard has them

import hashlib

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.cmac import CMAC
from tests.engines.documents.chip.chips import CAM_SECRET, CHIP_SECRET, CURVE
from tests.engines.documents.trust.making import Signer, ecdsa, integer, rsa_key, seq

from egnatia.engines.documents.chip.chip_keys import add, base_point, multiply
from egnatia.engines.documents.chip.evidence import ActiveEvidence, ChipEvidence, PaceEvidence
from egnatia.engines.documents.chip.secure_messaging import Suite, derive

CHALLENGE = bytes.fromhex("a1b2c3d4e5f60718")
TERMINAL, MAPPING, SESSION, CHIP_MAPPING, CHIP_SESSION = 0xA11CE, 0xB0B, 0xCAFE, 0xD00D, 0xFEED
NONCE = bytes.fromhex("00112233445566778899aabbccddeeff")
ACCESS = "L898902C3674081223504152"
"""Number, birth and expiry of the default zone, each with its check digit."""


def point(secret: int, base: tuple[int, int] | None = None) -> tuple[int, int]:
    found = multiply(CURVE, secret, base or base_point(CURVE))
    assert found is not None
    return found


def coded(where: tuple[int, int]) -> bytes:
    return b"\x04" + where[0].to_bytes(32, "big") + where[1].to_bytes(32, "big")


def octets(secret: int) -> bytes:
    return secret.to_bytes(32, "big")


def answer(key: Signer, challenge: bytes = CHALLENGE, *, form: str = "plain", digest: str = "sha256") -> ActiveEvidence:
    """Active authentication by an elliptic-curve key."""
    assert isinstance(key.private, tuple)
    r, s = ecdsa(*key.private, hashlib.new(digest, challenge).digest())
    size = (key.private[0].n.bit_length() + 7) // 8
    plain = r.to_bytes(size, "big") + s.to_bytes(size, "big")
    return ActiveEvidence(challenge, plain if form == "plain" else seq(integer(r), integer(s)))


def rsa_answer(number: int = 0, challenge: bytes = CHALLENGE, **how: object) -> ActiveEvidence:
    """Active authentication by RSA: ISO/IEC 9796-2 scheme 1, by the words of the standard.

    `how` may set `digest`, `trailer` (bytes), `padding` (nibble bytes BB before BA) and `smaller` (the smaller root).
    """
    numbers = rsa_key(number).private_numbers()
    modulus = numbers.public_numbers.n
    size = (modulus.bit_length() + 7) // 8
    digest = str(how.get("digest", "sha1"))
    trailer = how.get("trailer", b"\xbc")
    assert isinstance(trailer, bytes)
    padding = how.get("padding")
    head = b"\x6a" if padding is None else b"\x6b" + b"\xbb" * int(str(padding)) + b"\xba"
    room = size - len(head) - len(trailer) - hashlib.new(digest).digest_size
    known = bytes(range(1, 256)) * 2
    body = known[:room]
    message = head + body + hashlib.new(digest, body + challenge).digest() + trailer
    opened = pow(int.from_bytes(message, "big"), numbers.d, modulus)
    return ActiveEvidence(
        challenge, (min(opened, modulus - opened) if how.get("smaller") else opened).to_bytes(size, "big")
    )


def code(suite: Suite, key: bytes, counter: int, covered: bytes) -> bytes:
    """The code of secure messaging, written down once more."""
    block = 8 if suite is Suite.TRIPLE_DES else 16
    text = counter.to_bytes(block, "big") + covered + b"\x80"
    text += bytes(-len(text) % block)
    if suite is not Suite.TRIPLE_DES:
        made = CMAC(AES(key))
        made.update(text)
        return made.finalize()[:8]
    running = bytes(8)
    single = Cipher(TripleDES(key[:8] * 3), modes.ECB())
    for at in range(0, len(text), 8):
        step = single.encryptor()
        running = step.update(bytes(a ^ b for a, b in zip(running, text[at : at + 8], strict=True)))
    back = Cipher(TripleDES(key[8:16] * 3), modes.ECB()).decryptor()
    return single.encryptor().update(back.update(running))


def chip_answer(
    secret: int = CHIP_SECRET,
    suite: Suite = Suite.AES_128,
    *,
    terminal: int = TERMINAL,
    counter: int = 2,
    status: str = "9000",
) -> ChipEvidence:
    """Chip authentication by the chip that holds a secret."""
    shared = point(secret, point(terminal))
    keys = derive(octets(shared[0]), suite)
    covered = b"\x99\x02" + bytes.fromhex(status)
    made = code(suite, keys.message, counter, covered)
    return ChipEvidence(octets(terminal), coded(point(terminal)), covered + b"\x8e\x08" + made + b"\x90\x00", counter)


def encrypted_nonce(access: str = ACCESS, nonce: bytes = NONCE) -> bytes:
    password = hashlib.sha1(access.encode()).digest()
    key = hashlib.sha1(password + b"\0\0\0\x03").digest()[:16]
    made = Cipher(AES(key), modes.CBC(bytes(16))).encryptor()
    return made.update(nonce)


def mapping_answer(secret: int = CAM_SECRET, *, access: str | None = ACCESS, session: int = SESSION) -> PaceEvidence:
    """PACE with chip authentication mapping by the chip that holds a secret."""
    shared = point(CHIP_MAPPING, point(MAPPING))
    generator = add(CURVE, point(int.from_bytes(NONCE, "big")), shared)
    assert generator is not None
    terminal, chip = point(session, generator), point(CHIP_SESSION, generator)
    agreed = point(session, chip)
    keys = derive(octets(agreed[0]), Suite.AES_128)
    data = octets(pow(secret, -1, CURVE.n) * CHIP_MAPPING % CURVE.n) + b"\x80" + bytes(15)
    first = Cipher(AES(keys.encryption), modes.ECB()).encryptor().update(b"\xff" * 16)
    sent = Cipher(AES(keys.encryption), modes.CBC(first)).encryptor().update(data)
    return PaceEvidence(
        "0.4.0.127.0.7.2.2.4.6.2",
        13,
        NONCE,
        octets(MAPPING),
        coded(point(MAPPING)),
        coded(point(CHIP_MAPPING)),
        octets(session),
        coded(terminal),
        coded(chip),
        sent,
        b"" if access is None else encrypted_nonce(access),
    )
