"""Texts as numbers, many at once: the key of each, and of each with one character taken out.

A key is the value of a polynomial over the characters, modulo 2^64 (Karp and Rabin, 1987). With one character out it is a part of the
sum before and a part behind, so all of them come from two running sums and no text is written again. Two texts share a key by
accident only, and whoever meets so is told apart by comparing.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from egnatia.engines.people.link.lists import Ints, Keys, Lists, spans

_BASE = np.uint64(0x9E3779B97F4A7C15)
"""An odd number without a pattern: 2^64 divided by the golden ratio."""
_AT_ONCE = 1_000_000
"""Characters that are looked at in one array; one text longer than that is looked at alone."""
Letters = np.ndarray[Any, np.dtype[np.uint64]]


def hashed(texts: Sequence[str]) -> Keys:
    """The key of each text; 0 for an empty one."""
    made = np.zeros(len(texts), dtype=np.uint64)
    for places, letters in _by_length(texts):
        made[places] = (letters * _powers(letters.shape[1])).sum(axis=1, dtype=np.uint64)
    return made


def spellings(texts: Sequence[str], shortest: int, kept: int = 0) -> Lists:
    """The key of each text, and of the same with each of its characters taken out.

    Args:
        texts: any.
        shortest: characters from which one is taken out, the kept ones not counted.
        kept: characters at the beginning that stay.
    """
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    without = np.where(lengths - kept >= shortest, lengths - kept, 0)
    starts = np.concatenate([[0], np.cumsum((lengths > 0) + without)])
    flat = np.zeros(int(starts[-1]), dtype=np.uint64)
    flat[starts[:-1][lengths > 0]] = hashed(texts)[lengths > 0]
    for places, letters in _by_length(texts):
        if letters.shape[1] - kept >= shortest:
            found = _without_one(letters)[:, kept:]
            flat[spans(starts[places] + 1, without[places])] = found.ravel()
    return Lists(starts, flat)


def _by_length(texts: Sequence[str]) -> Iterator[tuple[Ints, Letters]]:
    """Texts of one length at a time: their places, and their characters as rows of numbers."""
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    order = np.argsort(lengths, kind="stable")
    for length in np.unique(lengths[lengths > 0]).tolist():
        low, high = np.searchsorted(lengths[order], [length, length + 1]).tolist()
        step = max(1, _AT_ONCE // length)
        for start in range(low, high, step):
            places = order[start : min(high, start + step)]
            written = np.array([texts[place] for place in places.tolist()], dtype=f"<U{length}")
            yield places, written.view(np.uint32).reshape(len(places), length).astype(np.uint64)


def _powers(length: int) -> Keys:
    """The base to the power of how many characters follow."""
    made = np.ones(length, dtype=np.uint64)
    made[1:] = _BASE
    powers: Keys = np.multiply.accumulate(made)[::-1]
    return powers


def _without_one(letters: Letters) -> Letters:
    """For each character of each text the key of the text without it."""
    powers = _powers(letters.shape[1])
    made = np.zeros_like(letters)
    np.cumsum(letters[:, :-1] * powers[1:], axis=1, out=made[:, 1:])
    behind = (letters * powers)[:, ::-1].cumsum(axis=1, dtype=np.uint64)[:, ::-1]
    made[:, :-1] += behind[:, 1:]
    return made
