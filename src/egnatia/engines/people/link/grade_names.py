"""Grades of names, for many pairs at once: spelling by edits, sound by key, and parts that one side lacks.

Each pair of different names is graded once, however many pairs of records have it, and each pair of different parts once.
Symmetric, and independent of the order in which the parts of a name are written.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from egnatia.engines.people.link.fields import Grade
from egnatia.engines.people.link.lists import Codes, Ints, Lists, lists_of, spans, taken
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

    def __init__(self, names: Sequence[tuple[Part, ...]]) -> None:
        parts = sorted({part for name in names for part in name})
        numbers = {part: number for number, part in enumerate(parts)}
        self._parts = lists_of([numbers[part] for part in name] for name in names)
        written: dict[str, int] = {}
        self._joined = np.array(
            [written.setdefault("".join(part.text for part in name), len(written)) for name in names], dtype=np.int64
        )
        self._text = [part.foreign or part.text for part in parts]
        self._bones = [part.bones for part in parts]
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
        for pair in np.flatnonzero(alike).tolist():
            table = parts[starts[pair] : starts[pair] + sizes[pair]].reshape(int(rows[pair]), int(columns[pair]))
            made[pair] = _of_several(table, self._small[_list(mine, pair)], self._small[_list(theirs, pair)])
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
        begins = np.zeros(len(left), dtype=bool)
        for pair in np.flatnonzero((self._letter[left] == self._letter[right]) & (spelled < SIMILAR)).tolist():
            begins[pair] = _begins(texts[0][pair], texts[1][pair])
        sound = self._sound[left] == self._sound[right]
        near = (heard <= 1) & (np.minimum(self._heard[left], self._heard[right]) >= LONG_SOUND)
        begin = self._vowel[left] == self._vowel[right]
        latin = ~(self._foreign[left] | self._foreign[right])
        return _graded(
            equivalent=sound & (self._strong[left] | ((spelled >= SHORT_SIMILAR) & begin)),
            close=latin & (edits == 1) & (longest >= CLOSE_LETTERS),
            similar=(spelled >= SIMILAR) | (latin & (begins | (near & (spelled >= SHORT_SIMILAR)))),
        )


def _list(lists: Lists, number: int) -> Ints:
    return lists.flat[lists.starts[number] : lists.starts[number + 1]].astype(np.int64)


def _of_several(table: Grades, small_left: Flags, small_right: Flags) -> Grade:
    """The grade of two names from the grades of their parts, one row for each part of the left name.

    Parts are paired best first. Every part of the shorter name that is no small word has to find one; if all do, the names are
    `EQUIVALENT` when nothing stays over on either side, and `CLOSE` when something does or a letter is wrong.
    """
    if table.shape[0] > table.shape[1]:
        table, small_left, small_right = table.T, small_right, small_left
    free = table.copy()
    free[small_left[:, None] != small_right[None, :]] = 0
    found: list[int] = []
    for _ in range(table.shape[0]):
        best = int(free.argmax())
        row, column = divmod(best, table.shape[1])
        if free[row, column] < Grade.CLOSE:
            break
        if not small_left[row]:
            found.append(int(free[row, column]))
        free[row, :], free[:, column] = 0, 0
    named = int((~small_left).sum())
    if found and len(found) == named:
        complete = named == int((~small_right).sum())
        return Grade.EQUIVALENT if complete and min(found) >= Grade.EQUIVALENT else Grade.CLOSE
    return Grade.SIMILAR if max(found, default=0) >= Grade.EQUIVALENT else Grade.DIFFERENT


def _strong(sound: str) -> bool:
    return sound.startswith("=") or len(sound) >= LONG_SOUND


def _begins(left: str, right: str) -> bool:
    """Whether one is the other cut short, or its initial."""
    short, long = (left, right) if len(left) <= len(right) else (right, left)
    return long.startswith(short) and (len(short) >= SHORTEST_BEGINNING or len(short) == 1)


def _graded(*, equivalent: Flags, close: Flags, similar: Flags) -> Grades:
    """The best grade that holds."""
    made = np.full(len(close), Grade.DIFFERENT, dtype=np.uint8)
    made[similar] = Grade.SIMILAR
    made[close] = Grade.CLOSE
    made[equivalent] = Grade.EQUIVALENT
    return made
