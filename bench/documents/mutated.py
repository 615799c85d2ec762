"""Ways to spoil bytes: flipped, cut, doubled, moved, with lengths that lie. The same seed spoils the same way."""

import random
from collections.abc import Callable

Mutator = Callable[[random.Random, bytearray], None]
_LENGTHS = (b"\x80", b"\x84\xff\xff\xff\xff", b"\x82\xff\xff", b"\x81\x80", b"\x7f", b"\x00", b"\x88" + b"\xff" * 8)
"""Lengths that no honest file has: indefinite, far too long, too short, in too many bytes."""


def _place(rng: random.Random, data: bytearray) -> int:
    """A place in the data, in every second case among the first 64 bytes, where the headers are."""
    size = len(data) if rng.random() < 0.5 else min(len(data), 64)
    return rng.randrange(size) if size else 0


def _flip(rng: random.Random, data: bytearray) -> None:
    data[_place(rng, data)] ^= 1 << rng.randrange(8)


def _set(rng: random.Random, data: bytearray) -> None:
    data[_place(rng, data)] = rng.choice((0x00, 0xFF, 0x7F, 0x80, 0x30, rng.randrange(256)))


def _cut(rng: random.Random, data: bytearray) -> None:
    start = _place(rng, data)
    del data[start : start + rng.choice((1, 2, 4, 16, len(data)))]


def _double(rng: random.Random, data: bytearray) -> None:
    start = _place(rng, data)
    piece = data[start : start + rng.choice((1, 2, 8, 64, 512))]
    data[start:start] = piece * rng.choice((1, 1, 1, 50))


def _insert(rng: random.Random, data: bytearray) -> None:
    start = _place(rng, data)
    data[start:start] = rng.randbytes(rng.choice((1, 2, 8, 64)))


def _move(rng: random.Random, data: bytearray) -> None:
    start, size = _place(rng, data), rng.choice((1, 4, 16, 128))
    piece = data[start : start + size]
    del data[start : start + size]
    at = _place(rng, data)
    data[at:at] = piece


def _length(rng: random.Random, data: bytearray) -> None:
    start = _place(rng, data)
    data[start : start + 1] = rng.choice(_LENGTHS)


def _nest(rng: random.Random, data: bytearray) -> None:
    """A tower of constructed tags before a place."""
    start = _place(rng, data)
    data[start:start] = rng.choice((b"\x30\x80", b"\xa0\x84\x00\x00\xff\xff", b"\x7f\x61\x82\x10\x00")) * rng.choice(
        (3, 30, 3_000)
    )


MUTATORS: tuple[Mutator, ...] = (_flip, _flip, _flip, _set, _set, _cut, _double, _insert, _move, _length, _nest)
"""Every way; the gentlest more often than the others."""


def spoil(rng: random.Random, sound: bytes) -> bytes:
    """The bytes with one to four spoiled places; never the same bytes."""
    while True:
        data = bytearray(sound)
        for _ in range(rng.choice((1, 1, 1, 2, 4))):
            if data:
                rng.choice(MUTATORS)(rng, data)
        if bytes(data) != sound:
            return bytes(data)
