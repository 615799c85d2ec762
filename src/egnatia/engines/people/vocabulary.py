"""Every different part of the names on file, and which of them are like a given one.

A register of a million persons has some ten thousand different parts. What is fuzzy is looked up here; persons are then
found by whole parts. A part is filed under its sound, its spelling, its spelling with one letter taken out, and, so that
scripts meet, its consonants. Keys are cut to 32 bits: what meets there by accident is told apart by comparing.
"""

from array import array
from collections.abc import Iterator
from typing import Any
from zlib import crc32

import numpy as np

from egnatia.engines.people.likeness import consonants, part_likeness
from egnatia.engines.people.parts import Part

LIKE_FROM = 0.7
"""Likeness from which a part is looked up for another one: below any pair that `features.SIMILAR` lets count."""
SHORTEST_DELETED = 4
"""Letters from which a spelling is also filed with one letter taken out; shorter ones would meet everybody."""
_LOOSE_SHARE = 4
"""One in so many parts may be new before all are sorted again."""
Keys = np.ndarray[Any, np.dtype[np.uint32]]


def _key(kind: str, text: str) -> int:
    return crc32(f"{kind}{text}".encode())


def _spellings(text: str) -> Iterator[str]:
    yield text
    if len(text) >= SHORTEST_DELETED:
        for place in range(len(text)):
            yield text[:place] + text[place + 1 :]


def _keys(part: Part, *, asked: bool) -> set[int]:
    """Keys under which a part is filed, or looked up: by consonants a part is looked up among those of other scripts."""
    keys = {_key("=", part.sound), _key("=", part.bones)}
    keys.update(_key("t", spelling) for spelling in _spellings(part.text))
    keys.add(_key("f" if bool(part.foreign) is not asked else "l", consonants(part.text)))
    return keys


class Vocabulary:
    """Parts by number, with how many records have each. Invariant: every part is filed under all of its keys."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, str], int] = {}
        self._parts: list[Part] = []
        self._counts = array("I")
        self._keys: Keys = np.zeros(0, dtype=np.uint32)
        self._owners: Keys = np.zeros(0, dtype=np.uint32)
        self._loose: dict[int, list[int]] = {}
        self._sorted_parts = 0

    def __len__(self) -> int:
        """How many different parts there are."""
        return len(self._parts)

    def number(self, part: Part) -> int:
        """The number of a part, a new one if it was never filed."""
        name = (part.text, part.foreign)
        known = self._numbers.get(name)
        if known is not None:
            return known
        number = self._numbers[name] = len(self._parts)
        self._parts.append(part)
        self._counts.append(0)
        for key in _keys(part, asked=False):
            self._loose.setdefault(key, []).append(number)
        if len(self._parts) - self._sorted_parts > max(1_000, self._sorted_parts // _LOOSE_SHARE):
            self._sort()
        return number

    def count(self, number: int, by: int) -> None:
        """Note that so many more records have a part."""
        self._counts[number] += by

    def has(self, text: str) -> bool:
        """Whether a Latin part is on some record's file."""
        number = self._numbers.get((text, ""))
        return number is not None and self._counts[number] > 0

    def like(self, part: Part) -> list[tuple[int, float, int]]:
        """Parts that are like one: number, likeness, and how many records have it; least alike first."""
        found = {number for key in _keys(part, asked=True) for number in self._owners_of(key)}
        scored = ((part_likeness(part, self._parts[number]), number) for number in found if self._counts[number])
        return [(number, alike, self._counts[number]) for alike, number in sorted(scored) if alike >= LIKE_FROM]

    def _owners_of(self, key: int) -> list[int]:
        low, high = np.searchsorted(self._keys, [key, key + 1])
        return [*self._owners[low:high].tolist(), *self._loose.get(key, ())]

    def _sort(self) -> None:
        """Put the loose keys among the sorted ones."""
        keys = np.array([key for key, owners in self._loose.items() for _ in owners], dtype=np.uint32)
        owners = np.array([number for owners in self._loose.values() for number in owners], dtype=np.uint32)
        keys, owners = np.concatenate([self._keys, keys]), np.concatenate([self._owners, owners])
        order = np.argsort(keys, kind="stable")
        self._keys, self._owners = keys[order], owners[order]
        self._loose, self._sorted_parts = {}, len(self._parts)
