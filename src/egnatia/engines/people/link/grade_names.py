"""Grades of names, for many pairs at once: spelling by edits, sound by key, and parts that one side lacks.

Each pair of different names is graded once, however many pairs of records have it, and each pair of different parts once.
Symmetric, and independent of the order in which the parts of a name are written.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA, Prefix

from egnatia.engines.people.languages import shorts
from egnatia.engines.people.link.fields import Grade
from egnatia.engines.people.link.lists import Codes, Ints, Lists, spans, taken
from egnatia.engines.people.link.spelling import hashed
from egnatia.engines.people.link.values import MAX_PARTS
from egnatia.engines.people.parts import Part

Grades = np.ndarray[Any, np.dtype[np.uint8]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]
CLOSE_LETTERS = 4
"""Letters from which one wrong letter is a slip of the pen; `Ana` and `Ina` are two names."""
SIMILAR = 0.72
"""Share of letters in place from which spellings are similar, as in `features`."""
SHORT_SIMILAR = 0.5
"""The same for two names with one sound key of one or two consonants, which unrelated short names share; they also have to begin
with the same vowel if they begin with one: Hoxha and Hodža are one name, Ana and Ina are two."""
LONG_SOUND = 3
"""Consonants from which one sound key is one sound, as in `likeness`."""
SHORTEST_BEGINNING = 3
"""Letters of a name cut short, such as `Ben` for `Benjamin`."""
_AT_ONCE = 500_000
"""Pairs of names that are graded at a time; their parts are graded in one array."""


class NameGrader:
    """Grades pairs of a register's different names. Invariant: what it knows of each name and part is in the same place."""

    def __init__(self, parts: Sequence[Part], names: Lists) -> None:
        self._parts = names
        self._text = [part.foreign or part.text for part in parts]
        self._bones = [part.bones for part in parts]
        short = shorts()
        self._names = [(part.text, part.sound) for part in parts]
        self._short_for = [short.get(part.text, frozenset()) for part in parts]
        self._short = np.array([bool(names) for names in self._short_for], dtype=bool)
        self._joined = hashed(_joined([part.text for part in parts], names))
        self._small = np.array([part.weight < 1 for part in parts], dtype=bool)
        self._foreign = np.array([bool(part.foreign) for part in parts], dtype=bool)
        sounds: dict[str, int] = {}
        self._sound = np.array([sounds.setdefault(part.sound, len(sounds)) for part in parts], dtype=np.int64)
        self._strong = np.array([_strong(part.sound) for part in parts], dtype=bool)
        self._letter = np.array([ord(text[0]) for text in self._text], dtype=np.int64)
        self._vowel = np.array([ord(text[0]) if text[0] in "aeiouy" else 0 for text in self._text], dtype=np.int64)
        self._length = np.array([len(text) for text in self._text], dtype=np.int64)
        self._heard = np.array([len(bones) for bones in self._bones], dtype=np.int64)

    def grades(self, left: Codes, right: Codes) -> Grades:
        """The grade of each pair of names, given by their numbers."""
        made = np.full(len(left), Grade.SAME, dtype=np.uint8)
        made[(left == 0) | (right == 0)] = Grade.MISSING
        differ = np.flatnonzero((left != right) & (made > 0))
        low, high = np.minimum(left[differ], right[differ]), np.maximum(left[differ], right[differ])
        once, places = np.unique(low.astype(np.int64) << 32 | high, return_inverse=True)
        chunks = [once[start : start + _AT_ONCE] for start in range(0, len(once), _AT_ONCE)]
        found = [self._different(chunk >> 32, chunk & 0xFFFFFFFF) for chunk in chunks]
        made[differ] = np.concatenate([*found, made[:0]])[places]
        return made

    def _different(self, left: Ints, right: Ints) -> Grades:
        """Grades of pairs of different names: of their parts if each has one, else of the best way to pair the parts."""
        mine, theirs = taken(self._parts, left), taken(self._parts, right)
        rows, columns = mine.sizes, theirs.sizes
        each = columns[mine.owners]
        one = np.repeat(mine.flat, each).astype(np.int64)
        other = theirs.flat[spans(theirs.starts[:-1][mine.owners], each)].astype(np.int64)
        parts = self._of_parts(one, other)
        sizes = rows * columns
        starts = np.cumsum(sizes) - sizes
        made = np.maximum.reduceat(parts, starts) if len(starts) else parts
        several = sizes > 1
        alike = several & (made >= Grade.EQUIVALENT)
        made[several & ~alike] = Grade.DIFFERENT
        shapes = rows * (MAX_PARTS + 1) + columns
        for shape in np.unique(shapes[alike]).tolist():
            some = np.flatnonzero(alike & (shapes == shape))
            height, width = divmod(shape, MAX_PARTS + 1)
            tables = parts[starts[some][:, None] + np.arange(height * width)].reshape(-1, height, width)
            small = (self._small[_side_by_side(lists, some)] for lists in (mine, theirs))
            made[some] = _of_several(tables, *small)
        made[several & (self._joined[left] == self._joined[right])] = Grade.EQUIVALENT
        return made

    def _of_parts(self, left: Ints, right: Ints) -> Grades:
        """Grades of pairs of parts, each different pair graded once."""
        low, high = np.minimum(left, right), np.maximum(left, right)
        once, places = np.unique(low << 32 | high, return_inverse=True)
        one, other = once >> 32, once & 0xFFFFFFFF
        grades = np.full(len(once), Grade.SAME, dtype=np.uint8)
        differ = one != other
        grades[differ] = self._of_two(one[differ], other[differ])
        return grades[places]

    def _of_two(self, left: Ints, right: Ints) -> Grades:
        """Grades of pairs of different parts."""
        texts = [self._text[n] for n in left.tolist()], [self._text[n] for n in right.tolist()]
        bones = [self._bones[n] for n in left.tolist()], [self._bones[n] for n in right.tolist()]
        edits = process.cpdist(*texts, scorer=OSA.distance, dtype=np.int32)
        heard = process.cpdist(*bones, scorer=OSA.distance, dtype=np.int32, score_cutoff=1)
        longest = np.maximum(self._length[left], self._length[right])
        spelled = 1 - edits / longest
        begins = self._begins(left, right, (self._letter[left] == self._letter[right]) & (spelled < SIMILAR))
        begins |= self._short_forms(left, right)
        sound = self._sound[left] == self._sound[right]
        near = (heard <= 1) & (np.minimum(self._heard[left], self._heard[right]) >= LONG_SOUND)
        begin = self._vowel[left] == self._vowel[right]
        latin = ~(self._foreign[left] | self._foreign[right])
        return _graded(
            equivalent=sound & (self._strong[left] | ((spelled >= SHORT_SIMILAR) & begin)),
            close=latin & (edits == 1) & (longest >= CLOSE_LETTERS),
            similar=(spelled >= SIMILAR) | (latin & (begins | (near & (spelled >= SHORT_SIMILAR)))),
        )

    def _begins(self, left: Ints, right: Ints, asked: Flags) -> Flags:
        """Which of the pairs that are asked about are a part and the same cut short, or its initial."""
        made = np.zeros(len(left), dtype=bool)
        some = np.flatnonzero(asked)
        texts = [self._text[n] for n in left[some].tolist()], [self._text[n] for n in right[some].tolist()]
        shortest = np.minimum(self._length[left[some]], self._length[right[some]])
        whole = process.cpdist(*texts, scorer=Prefix.similarity, dtype=np.int32) == shortest
        made[some] = whole & ((shortest >= SHORTEST_BEGINNING) | (shortest == 1))
        return made

    def _short_forms(self, left: Ints, right: Ints) -> Flags:
        """Which pairs are a name and the short form by which its bearers are called."""
        made = np.zeros(len(left), dtype=bool)
        for pair in np.flatnonzero(self._short[left] | self._short[right]).tolist():
            one, other = int(left[pair]), int(right[pair])
            made[pair] = not self._short_for[one].isdisjoint(self._names[other]) or not self._short_for[
                other
            ].isdisjoint(self._names[one])
        return made


def _joined(texts: Sequence[str], names: Lists) -> list[str]:
    """Each name's parts written together."""
    flat = names.flat.tolist()
    ends = pairwise(names.starts.tolist())
    return [texts[flat[a]] if b - a == 1 else "".join([texts[n] for n in flat[a:b]]) for a, b in ends]


def _side_by_side(lists: Lists, some: Ints) -> Ints:
    """Some lists of one length as rows."""
    return taken(lists, some).flat.astype(np.int64).reshape(len(some), -1)


def _of_several(tables: Grades, small_left: Flags, small_right: Flags) -> Grades:
    """The grade of each pair of names from the grades of their parts: a table for each, one row for each part of the left name.

    Parts are paired best first. Every part of the shorter name that is no small word has to find one; if all do, the names are
    `EQUIVALENT` when nothing stays over on either side, and `CLOSE` when something does or a letter is wrong.
    """
    if tables.shape[1] > tables.shape[2]:
        tables, small_left, small_right = tables.transpose(0, 2, 1), small_right, small_left
    free = np.where(small_left[:, :, None] == small_right[:, None, :], tables, 0)
    pair, width = np.arange(len(free)), free.shape[2]
    found = np.zeros((free.shape[1], len(free)), dtype=np.uint8)
    for turn in range(free.shape[1]):
        row, column = np.divmod(free.reshape(len(free), -1).argmax(axis=1), width)
        grade = free[pair, row, column]
        found[turn] = np.where((grade >= Grade.CLOSE) & ~small_left[pair, row], grade, 0)
        free[pair, row, :], free[pair, :, column] = 0, 0
    named = (~small_left).sum(axis=1)
    every = (named > 0) & ((found > 0).sum(axis=0) == named)
    complete = named == (~small_right).sum(axis=1)
    worst = np.where(found > 0, found, Grade.SAME).min(axis=0)
    best = found.max(axis=0)
    grades = np.where(best >= Grade.EQUIVALENT, Grade.SIMILAR, Grade.DIFFERENT)
    grades = np.where(every, np.where(complete & (worst >= Grade.EQUIVALENT), Grade.EQUIVALENT, Grade.CLOSE), grades)
    return grades.astype(np.uint8)


def _strong(sound: str) -> bool:
    return sound.startswith("=") or len(sound) >= LONG_SOUND


def _graded(*, equivalent: Flags, close: Flags, similar: Flags) -> Grades:
    """The best grade that holds."""
    made = np.full(len(close), Grade.DIFFERENT, dtype=np.uint8)
    made[similar] = Grade.SIMILAR
    made[close] = Grade.CLOSE
    made[equivalent] = Grade.EQUIVALENT
    return made
