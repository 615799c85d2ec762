"""Every different part of the names on file, and which of them are like a given one.

A register of a million persons has some fifty thousand different parts. What is fuzzy is looked up here; persons are then
found by whole parts. A part is filed under its sound, its spelling, its spelling with one letter taken out, and, so that
scripts meet, its consonants. Keys are cut to 32 bits: what meets there by accident is told apart by comparing.

Parts that were read from a disk stay there, mapped; what is filed later is kept beside them.
"""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from zlib import crc32

import numpy as np
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

from egnatia.engines.people.frequencies import sounding
from egnatia.engines.people.likeness import consonants, part_likeness
from egnatia.engines.people.parts import Part, parts
from egnatia.engines.people.variants import other_sounds, romanised_key, worth_rules
from egnatia.errors import InputError

LIKE_FROM = 0.7
"""Likeness from which a part is looked up for another one: below any pair that `features.SIMILAR` lets count."""
SHORTEST_DELETED = 3
"""Letters from which a spelling is also filed with one letter taken out; shorter ones would meet everybody."""
_LOOSE_SHARE = 4
"""One in so many parts may be new before all are sorted again."""
_SPELLED_FROM = 0.3
"""Likeness of spelling below which only the same sound, a beginning or another script can make `LIKE_FROM`: the sound counts
half, so .4 of spelling is the least that the sound can still lift."""
_WORTH_SIFTING = 24
"""Parts from which it pays to look at spelling alone first."""
_REMEMBERED = 4_096
"""Parts for which what is like them is remembered: the same given names are asked again and again."""
_BETWEEN = "\x1f"
"""What stands between the fields of a part as bytes; no part holds a control character (`names.words`)."""
_SAMPLES = (
    "Xhemail Gjergj Qemal Çeku Shpëtim Thaçi Rexhepi Krasniqi Hoxhaj Dhimitër Llazar Rrahman Nikolla Gjon Zhuljeta Yll",
    "Џемаил Ѓорѓи Ќире Ђорђевић Љубиша Његош Трајковска Дончо",
    "Đorđe Petrović Žarko Šćepanović Nebojša Čedomir al-Rahman bin Smith-Jones O'Neil Ig0r Joseph Xavier Schwarz Tchaikovsky",
    "محمد نجيب Αλέξανδρος 習近平 Գևորգ გიორგი",
)
"""Names that show how names are read, for `reading`."""
Keys = np.ndarray[Any, np.dtype[np.uint32]]
Bytes = np.ndarray[Any, np.dtype[np.uint8]]
Counts = np.ndarray[Any, np.dtype[np.int64]]
Like = list[tuple[int, float]]
"""Number and likeness; least alike first."""


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
    keys.update(_key("=", sound) for sound in other_sounds(part.text))
    keys.add(_key("r", romanised_key(part.text) or part.text))
    return keys


@dataclass(frozen=True, slots=True)
class Filed:
    """Parts as they lie on a disk, one behind the other, and who has which key.

    Attributes:
        texts: UTF-8 of every part.
        ends: where each ends.
        keys: sorted; for each its owner's number in `owners`.
        owners: numbers of parts.
        sounds: of every part the hash of what it is counted under by sound (`frequencies.sounding`).
    """

    texts: Bytes
    ends: Keys
    keys: Keys
    owners: Keys
    sounds: Keys

    def __len__(self) -> int:
        """How many parts there are."""
        return len(self.ends)

    def part(self, number: int) -> Part:
        """One part."""
        start = int(self.ends[number - 1]) if number else 0
        try:
            written = bytes(self.texts[start : int(self.ends[number])]).decode()
            text, sound, bones, foreign, weight = written.split(_BETWEEN)
            return Part(text, sound, bones, foreign, float(weight))
        except ValueError as wrong:
            raise InputError("the index holds something that is no name", hint="Make the index again.") from wrong


def _nothing_filed() -> Filed:
    none = np.zeros(0, dtype=np.uint32)
    return Filed(np.zeros(0, dtype=np.uint8), none, none, none, none)


class Vocabulary:
    """Parts by number, with how many records have each in a name and in a parent's name.

    Invariant: every part is filed under all of its keys.
    """

    def __init__(self, filed: Filed | None = None, counts: Keys | None = None, parents: Keys | None = None) -> None:
        self._filed = filed or _nothing_filed()
        self._keys, self._owners = self._filed.keys, self._filed.owners
        self._read: dict[int, Part] = {}
        self._numbers: dict[tuple[str, str, str, str], int] = {}
        self._parts: list[Part] = []
        self._counts, self._parents, self._sounds = (
            array("I", b"" if each is None else np.ascontiguousarray(each, dtype=np.uint32).tobytes())
            for each in (counts, parents, self._filed.sounds)
        )
        self._by_sound: tuple[Keys, Counts, Counts] | None = None
        self._loose: dict[int, list[int]] = {}
        self._sorted_parts = len(self._filed)
        self._liked: dict[Part, Like] = {}

    def __len__(self) -> int:
        """How many different parts there are."""
        return len(self._counts)

    def part(self, number: int) -> Part:
        """The part of a number."""
        if number >= len(self._filed):
            return self._parts[number - len(self._filed)]
        known = self._read.get(number)
        if known is None:
            known = self._read[number] = self._filed.part(number)
        return known

    def number(self, part: Part) -> int:
        """The number of a part, a new one if it was never filed."""
        name = (part.text, part.sound, part.bones, part.foreign)
        known = self._numbers.get(name)
        if known is None:
            known = self._numbers[name] = self._filed_number(part)
        return known

    def _filed_number(self, part: Part) -> int:
        for number in self._owners_of_one(_key("t", part.text)) if len(self._filed) else ():
            if number < len(self._filed) and self.part(number) == part:
                return number
        number = len(self._counts)
        self._parts.append(part)
        self._counts.append(0)
        self._parents.append(0)
        self._sounds.append(_sound_of(part))
        for key in _keys(part, asked=False):
            self._loose.setdefault(key, []).append(number)
        if len(self) - self._sorted_parts > max(1_000, self._sorted_parts // _LOOSE_SHARE):
            self._sort()
        return number

    def count(self, number: int, by: int) -> None:
        """Note that so many more records have a part in a name."""
        self._counts[number] += by
        self._changed()

    def count_parent(self, number: int, by: int) -> None:
        """Note that so many more records have a part in a parent's name."""
        self._parents[number] += by
        self._changed()

    def _changed(self) -> None:
        """Forget what was worked out from the counts as they were."""
        self._by_sound = None
        if self._liked:
            self._liked = {}

    def has(self, text: str) -> bool:
        """Whether a Latin part is on some record's file."""
        found = self._owners_of_one(_key("t", text))
        parts = ((self._counts[number], self.part(number)) for number in found)
        return any(count and part.text == text and not part.foreign for count, part in parts)

    def counted(self, part: Part) -> int:
        """How many records have a part in a name, counted by how it is written."""
        return sum(self._counts[number] for number in self._same(part))

    def counted_parent(self, part: Part) -> int:
        """How many records have a part in a parent's name."""
        return sum(self._parents[number] for number in self._same(part))

    def counted_sound(self, part: Part, *, parent: bool) -> int:
        """How many records have each part of this sound in a name, or in a parent's, added up."""
        if self._by_sound is None:
            self._by_sound = self._count_sounds()
        keys, own, parents = self._by_sound
        wanted = np.uint32(_sound_of(part))
        place = int(keys.searchsorted(wanted))
        found = place < len(keys) and keys[place] == wanted
        return int((parents if parent else own)[place]) if found else 0

    def _count_sounds(self) -> "tuple[Keys, Counts, Counts]":
        """Every sound on file, sorted, and how many records have it in a name and in a parent's."""
        keys, places = np.unique(np.array(self._sounds, dtype=np.uint32), return_inverse=True)
        own, parents = (
            np.bincount(places, weights=np.array(each, dtype=np.float64), minlength=len(keys)).astype(np.int64)
            for each in (self._counts, self._parents)
        )
        return keys, own, parents

    def _same(self, part: Part) -> list[int]:
        written = part.foreign or part.text
        found = ((number, self.part(number)) for number in self._owners_of_one(_key("t", part.text)))
        return [number for number, other in found if (other.foreign or other.text) == written]

    def like(self, part: Part) -> Like:
        """Parts that some record has and that are like one: number and likeness, least alike first."""
        known = self._liked.get(part)
        if known is None:
            if len(self._liked) >= _REMEMBERED:
                self._liked = {}
            known = self._liked[part] = self._like(part)
        return known

    def _like(self, part: Part) -> Like:
        keyed = self._owners_of(_keys(part, asked=True))
        found = [number for number in keyed if self._counts[number] or self._parents[number]]
        scored = ((part_likeness(part, self.part(number)), number) for number in self._sifted(part, found))
        return [(number, alike) for alike, number in sorted(scored) if alike >= LIKE_FROM]

    def _sifted(self, part: Part, found: list[int]) -> list[int]:
        """Those that can be like a part at all, by spelling alone."""
        if len(found) < _WORTH_SIFTING or part.foreign:
            return found
        others = [self.part(number) for number in found]
        spelled = cdist([part.text], [other.text for other in others], scorer=OSA.normalized_similarity)[0].tolist()
        return [
            number
            for number, other, alike in zip(found, others, spelled, strict=True)
            if alike >= _SPELLED_FROM
            or other.foreign
            or other.sound == part.sound
            or worth_rules(part.text, other.text, 0)
        ]

    def _owners_of_one(self, key: int) -> list[int]:
        wanted = np.uint32(key)
        low, high = self._keys.searchsorted(wanted), self._keys.searchsorted(wanted, side="right")
        found: list[int] = self._owners[low:high].tolist()
        return found + self._loose.get(key, [])

    def _owners_of(self, keys: Iterable[int]) -> list[int]:
        """Numbers of the parts that have one of the keys, each once."""
        wanted = np.array([*keys], dtype=np.uint32)
        lows = np.searchsorted(self._keys, wanted).tolist()
        highs = np.searchsorted(self._keys, wanted, side="right").tolist()
        runs = [self._owners[low:high] for low, high in zip(lows, highs, strict=True) if high > low]
        found = set(np.concatenate(runs).tolist()) if runs else set()
        if self._loose:
            found.update(number for key in wanted.tolist() for number in self._loose.get(key, ()))
        return list(found)

    def _sort(self) -> None:
        """Put the loose keys among the sorted ones."""
        keys = np.array([key for key, owners in self._loose.items() for _ in owners], dtype=np.uint32)
        owners = np.array([number for owners in self._loose.values() for number in owners], dtype=np.uint32)
        keys, owners = np.concatenate([self._keys, keys]), np.concatenate([self._owners, owners])
        order = np.argsort(keys, kind="stable")
        self._keys, self._owners = keys[order], owners[order]
        self._loose, self._sorted_parts = {}, len(self)

    def filed(self) -> Filed:
        """All parts as they would lie on a disk."""
        self._sort()
        return _filed(map(self.part, range(len(self))), self._keys, self._owners, self.sounds())

    def only(self, numbers: Sequence[int]) -> "Vocabulary":
        """The same with some parts only, numbered in this order; what is left out is in it no more."""
        self._sort()
        renamed = np.full(len(self), -1, dtype=np.int64)
        renamed[np.array(numbers, dtype=np.int64)] = np.arange(len(numbers))
        owners = renamed[self._owners]
        keys, owners = self._keys[owners >= 0], owners[owners >= 0]
        order = np.lexsort((owners, keys))
        chosen = np.array(numbers, dtype=np.int64)
        filed = _filed(map(self.part, numbers), keys[order], owners[order].astype(np.uint32), self.sounds()[chosen])
        counts, parents = (each[chosen] for each in self.counts())
        return Vocabulary(filed, counts, parents)

    def counts(self) -> tuple[Keys, Keys]:
        """How many records have each part in a name, and in a parent's name."""
        return np.array(self._counts, dtype=np.uint32), np.array(self._parents, dtype=np.uint32)

    def sounds(self) -> Keys:
        """Of every part the hash of what it is counted under by sound."""
        return np.array(self._sounds, dtype=np.uint32)


@cache
def reading() -> int:
    """A number that changes when names are read, or their keys made, in another way: an index of another way finds nothing."""
    found = (part for name in _SAMPLES for part in parts(name))
    return crc32(
        "".join(
            f"{part}{sounding(part)}{sorted(_keys(part, asked=asked))}" for part in found for asked in (False, True)
        ).encode()
    )


def _sound_of(part: Part) -> int:
    return crc32(sounding(part).encode())


def _filed(parts: Iterable[Part], keys: Keys, owners: Keys, sounds: Keys) -> Filed:
    written = [_written(part) for part in parts]
    ends = np.cumsum([len(each) for each in written], dtype=np.uint32)
    return Filed(np.frombuffer(b"".join(written), dtype=np.uint8), ends, keys, owners, sounds)


def _written(part: Part) -> bytes:
    return _BETWEEN.join((part.text, part.sound, part.bones, part.foreign, f"{part.weight:g}")).encode()
