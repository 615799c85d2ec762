"""What a chip answers when it is asked to show that it is the original: active authentication and chip authentication.

The chip's side only, over keys of the generator. Source: Doc 9303-11 sections 6.1 and 6.2, ISO/IEC 9796-2 scheme 1,
BSI TR-03111 section 5.2.
"""

from egnatia.engines.documents.synthetic.keys import EcKey, Hash, RsaKey, digest, ecdsa

_TRAILERS = {
    Hash.SHA1: b"\xbc",
    Hash.SHA224: b"\x38\xcc",
    Hash.SHA256: b"\x34\xcc",
    Hash.SHA384: b"\x36\xcc",
    Hash.SHA512: b"\x35\xcc",
}
"""Ends of the recoverable message by its hash (ISO/IEC 10118-3 numbers; SHA-1 alone may use the short one)."""


def answer_rsa(
    key: RsaKey, algorithm: Hash, challenge: bytes, nonce: bytes = b"", trailer: bytes | None = None
) -> bytes:
    """The chip's signature with an RSA key: partial message recovery over its own nonce and the terminal's challenge.

    Args:
        key: the chip's key, whose public half is in DG15.
        algorithm: the hash.
        challenge: what the terminal sent, 8 bytes.
        nonce: repeated or cut to fill the recoverable part; zeros where empty.
        trailer: another end than the hash's own.
    """
    end = _TRAILERS[algorithm] if trailer is None else trailer
    room = key.width - 1 - len(end) - len(digest(algorithm, b""))
    recoverable = ((nonce or b"\0") * room)[:room]
    block = b"\x6a" + recoverable + digest(algorithm, recoverable + challenge) + end
    return key.power(int.from_bytes(block)).to_bytes(key.width)


def answer_ec(key: EcKey, algorithm: Hash, challenge: bytes) -> bytes:
    """The chip's signature with an EC key: r and s one after the other."""
    width = (key.curve.order.bit_length() + 7) // 8
    return b"".join(each.to_bytes(width) for each in ecdsa(key, algorithm, challenge))


def agree(key: EcKey, point: tuple[int, int]) -> bytes:
    """The shared secret of a key and another's public point: the first coordinate (TR-03111 section 4.3)."""
    shared = key.curve.multiply(key.private, point)
    if shared is None:
        raise ValueError("the other side's point is of small order")
    return shared[0].to_bytes(key.curve.width)


def mapping_data(static: EcKey, mapped: EcKey) -> bytes:
    """What a chip sends in PACE with chip authentication mapping: the number that turns its static key into the mapped one.

    The static key's inverse times the private number of the mapping (Doc 9303-11 section 4.4.3.5.1), modulo the order.
    """
    order = static.curve.order
    number = pow(static.private, -1, order) * mapped.private % order
    return number.to_bytes((order.bit_length() + 7) // 8)
