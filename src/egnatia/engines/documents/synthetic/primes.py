"""The primes that every RSA key of the generator is made of: published, so that no key of it can ever be trusted.

`cryptography` makes no RSA key from a seed, and searching primes of 2,048 bits in Python takes seconds. So the primes
stand in `primes.json`; `search` is how they were found, and a test finds some of them again. A key is a pair of them,
which gives 276 keys of each size to 4,096 bits: enough for invented authorities, and worthless for anything else.
"""

import hashlib
import json
from functools import cache
from importlib.resources import files
from math import gcd

EXPONENTS: tuple[int, ...] = (65537, 3, 38129, 56611, 107903)
"""Public exponents of the certificates in the German and Dutch master lists of 2024 to 2026; every prime suits all."""
POOL: dict[int, int] = {512: 24, 1024: 24, 1536: 24, 2048: 24, 3072: 6}
"""Primes in the file by their size in bits."""
_SMALL_LIMIT = 1 << 16
_WITNESSES = (2, 3, 5, 7, 11, 13, 17, 19)


@cache
def pool() -> dict[int, tuple[int, ...]]:
    """Every prime of the file, by size in bits."""
    text = files(__package__).joinpath("primes.json").read_text(encoding="ascii")
    return {int(bits): tuple(int(each, 16) for each in listed) for bits, listed in json.loads(text).items()}


def pair(bits: int, seed: str, index: int) -> tuple[int, int]:
    """Two different primes of `bits` bits each, chosen by a seed; another index always gives another pair.

    Raises:
        KeyError: there are no primes of that size.
    """
    primes = pool()[bits]
    pairs = len(primes) * (len(primes) - 1) // 2
    chosen = (int.from_bytes(hashlib.sha256(f"{bits} {seed}".encode()).digest()) + index) % pairs
    for first in range(len(primes) - 1):
        rest = len(primes) - 1 - first
        if chosen < rest:
            return primes[first], primes[first + 1 + chosen]
        chosen -= rest
    raise KeyError(bits)


def search(bits: int, index: int) -> int:
    """The prime number `index` of a size: the first one from a hashed starting point that suits every exponent."""
    start = hashlib.shake_256(f"egnatia synthetic prime {bits} {index}".encode()).digest(bits // 8)
    number = int.from_bytes(start) | 3 << bits - 2 | 1
    while not (_suits(number) and is_prime(number)):
        number += 2
    return number


def is_prime(number: int) -> bool:
    """Whether a number passes trial division and Miller and Rabin's test for eight bases."""
    if any(number % small == 0 for small in _small()):
        return False
    twos = (number - 1 & 1 - number).bit_length() - 1
    return all(_passes(number, base, twos) for base in _WITNESSES)


def _suits(number: int) -> bool:
    return all(gcd(number - 1, exponent) == 1 for exponent in EXPONENTS)


def _passes(number: int, base: int, twos: int) -> bool:
    value = pow(base, number - 1 >> twos, number)
    if value in {1, number - 1}:
        return True
    for _ in range(twos - 1):
        value = value * value % number
        if value == number - 1:
            return True
    return False


@cache
def _small() -> tuple[int, ...]:
    sieve = bytearray([1]) * _SMALL_LIMIT
    for each in range(2, 1 << 8):
        if sieve[each]:
            sieve[each * each :: each] = bytes(len(range(each * each, _SMALL_LIMIT, each)))
    return tuple(each for each in range(2, _SMALL_LIMIT) if sieve[each])
