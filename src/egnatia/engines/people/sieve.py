"""From millions of records to some dozens worth comparing in full, by sums over packed columns.

First, what is like each asked part leads to records by its postings; a record weighs the sum of what agrees, in the bits that
its agreement is worth. Second, the heaviest are given points field by field from their columns, close to what the full
comparison will say, without reading a record. Both depend on what records say alone: not on their order, slots or references.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from egnatia.engines.people import dates
from egnatia.engines.people.features import OTHER_BESIDE, OTHER_MORE, OTHER_PART, SPARE_COSTS, WHOLE
from egnatia.engines.people.frequencies import Rarity
from egnatia.engines.people.level import (
    ALIAS,
    FAMILY,
    FATHER,
    FIRST,
    MOTHER,
    NUMBER_MASK,
    ROLE_BITS,
    Ints,
    Level,
    Weights,
    day_number,
)
from egnatia.engines.people.match import TWIN
from egnatia.engines.people.naming import IN_NAME_COST, TOGETHER_BITS, TOGETHER_FATHER, WHOLE_COST
from egnatia.engines.people.types import PartialDate

SIEVED = 1_500
"""Records that get points, and all that weigh the same as the last of them: bench/people/scale.py."""
NUMBER_BITS = 20.0
"""Of a number that is shared, whatever its kind: enough to be compared in full."""
_WHOLE, _SWAPPED, _MONTH, _PARTLY = 13.0, dates.SWAPPED_BITS, 9.0, dates.TYPED_BITS
"""Weight of a date that agrees, has day and month exchanged, has year and month alone, or two of three."""
_YEARS_AROUND = 100
"""Years in which a date with another year is looked for."""
_DIGITS_NEAR = 2
_OWN = (FIRST, FAMILY, ALIAS)
_NOTHING = 7
"""In the place of a field where a record has fewer parts than another."""
_DATE_SHARED = 6.0
SLIGHT = 2.0**-10
"""Bits of a part that is so common or so unlike that it adds nothing, and is still no other name."""
Found = np.ndarray[Any, np.dtype[np.int64]]
Floats = np.ndarray[Any, np.dtype[np.float32]]
Bools = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True, slots=True)
class AskedPart:
    """One part of an asked name.

    Attributes:
        role: the field in which it was asked.
        like: numbers of the parts that are like it, with the bits that each is worth in a name, `SLIGHT` at least; lightest
            first.
        parent: the same bits where the part stands in a parent's name.
    """

    role: int
    like: tuple[tuple[int, float], ...]
    parent: tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True)
class AskedPerson:
    """Whom the sieve looks for.

    Attributes:
        parts: the parts of all names.
        extra: neighbouring parts written together, and halves of parts that are two on file.
        born: the date of birth.
        numbers: hashes of documents and personal numbers.
        rarity: what the agreement of a value is worth in the register.
    """

    parts: tuple[AskedPart, ...]
    extra: tuple[AskedPart, ...]
    born: PartialDate | None
    numbers: tuple[int, ...]
    rarity: Rarity


@dataclass(frozen=True, slots=True)
class Sifted:
    """Records of one level that may be meant: their slots and points."""

    level: Level
    slots: Found
    points: Weights


def sift(levels: Sequence[Level], asked: AskedPerson) -> list[Sifted]:
    """The records of all levels that weigh most, with their points."""
    weighed = [_weighed(level, asked) for level in levels]
    weights = np.concatenate([weight for _, weight in weighed]) if weighed else np.zeros(0, dtype=np.float32)
    cut = 0.0
    if len(weights) > SIEVED:
        cut = float(np.partition(weights, -SIEVED)[-SIEVED])
    found = []
    for level, (slots, weight) in zip(levels, weighed, strict=True):
        kept = slots[weight >= cut]
        if len(kept):
            found.append(Sifted(level, kept, points(level, kept, asked)))
    return found


class _Scratch(threading.local):
    """Two rows of zeros for each thread, as long as the largest level: fresh ones would be paged in anew by every search."""

    def __init__(self) -> None:
        self._rows = np.zeros((2, 0), dtype=np.float32)

    def take(self, size: int) -> tuple[Weights, Weights]:
        """Both rows; whoever has made them zeros again gives them back."""
        rows, self._rows = self._rows, np.zeros((2, 0), dtype=np.float32)
        if rows.shape[1] < size:
            rows = np.zeros((2, size), dtype=np.float32)
        return rows[0], rows[1]

    def give_back(self, total: Weights, one: Weights, touched: Ints) -> None:
        """Take the rows for the next search; only `touched` entries are not zero."""
        total[touched] = 0
        one[touched] = 0
        self._rows = np.asarray(total.base)


_SCRATCH = _Scratch()


def _weighed(level: Level, asked: AskedPerson) -> tuple[Found, Weights]:
    """Every living record that agrees in anything, and the sum of what agrees."""
    total, one = _SCRATCH.take(len(level))
    touched: list[Ints] = []
    for each in (*asked.parts, *asked.extra):
        if each.role in (FIRST, FAMILY):
            touched += _add(total, one, [(level.parts.of(number), bits) for number, bits in each.like if bits > SLIGHT])
    touched += _add(total, one, _dated(level, asked.born))
    touched += _add(total, one, [(level.numbers.of(number), NUMBER_BITS) for number in asked.numbers])
    marked = np.concatenate(touched) if touched else np.zeros(0, dtype=np.uint32)
    slots = marked[_is_first(marked, one)]
    slots = slots[level.alive[slots]].astype(np.int64)
    weights = total[slots]
    _SCRATCH.give_back(total, one, marked)
    return slots, weights


def _is_first(slots: Ints, marks: Weights) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which entries are the last of their slot; `marks` is of the level's size, and is written over."""
    order = np.arange(1, len(slots) + 1, dtype=np.float64)
    places = marks.astype(np.float64) if len(slots) >= 1 << 24 else marks
    places[slots] = order
    return np.asarray(places[slots] == order)


def _add(total: Weights, one: Weights, runs: list[tuple[Ints, float]]) -> list[Ints]:
    """Add for every record the weight of the last run that it is in; runs are lightest first. `one` is left all zero."""
    slots = [run for run, _ in runs if len(run)]
    if not slots:
        return []
    for run, weight in runs:
        one[run] = weight
    every = np.concatenate(slots)
    total[every] += one[every]  # an entry that stands twice is added once: both read the same sum
    one[every] = 0
    return [every]


def _dated(level: Level, born: PartialDate | None) -> list[tuple[Ints, float]]:
    """Records whose date of birth agrees as a whole, exchanged, or in two of three."""
    if born is None or born.month is None:
        return []
    month = day_number(PartialDate(born.year, born.month))
    if born.day is None:
        return [(level.dates.between(month, month + 31), _MONTH)]
    years = range(max(1, born.year - _YEARS_AROUND), born.year + _YEARS_AROUND + 1)
    others = [(born.year, each) for each in range(1, 13)] + [(year, born.month) for year in years]
    near = [(year * 512 + each * 32 + born.day) for year, each in others if (year, each) != (born.year, born.month)]
    runs = [(level.dates.between(month + 1, month + 31), _PARTLY)]
    runs += [(run, _PARTLY) for run in level.dates.several(near)]
    runs.append((level.dates.of(born.year * 512 + born.day * 32 + born.month), _SWAPPED))
    runs.append((level.dates.of(month), _MONTH))
    runs.append((level.dates.of(day_number(born)), _WHOLE))
    return runs


def points(level: Level, slots: Found, asked: AskedPerson) -> Floats:
    """How much speaks for each record, in bits, from packed columns alone."""
    names = _Names(level, slots)
    dated = _date_points(level.born[slots], asked.born, asked.rarity)
    total = names.points(asked, dated) + dated
    for number in asked.numbers:
        total[np.isin(slots, level.numbers.of(number))] += NUMBER_BITS
    return total


class _Names:
    """The parts of some records' names, and what asked parts are worth to each record, field by field."""

    def __init__(self, level: Level, slots: Found) -> None:
        ends = level.name_ends[slots].astype(np.int64)
        starts = np.where(slots > 0, level.name_ends[np.maximum(slots - 1, 0)], 0).astype(np.int64)
        width = int((ends - starts).max(initial=0))
        places = starts + np.arange(width)[:, np.newaxis]
        there = places < ends
        names = level.names[np.where(there, places, 0)] if width else np.zeros((0, len(slots)), dtype=np.uint32)
        self._count = len(slots)
        self._standing: dict[tuple[int, ...], Bools] = {}
        self._numbers = names & np.uint32(NUMBER_MASK)
        self._roles = np.where(there, names >> np.uint32(ROLE_BITS), _NOTHING)

    def points(self, asked: AskedPerson, dated: Floats) -> Floats:
        """Points of all names."""
        rows = [(part.role, self._worth(part.like)) for part in asked.parts if part.role in (FIRST, FAMILY)]
        first, met = self._field([row for role, row in rows if role == FIRST], (FIRST,))
        family, kin = self._field([row for role, row in rows if role == FAMILY], (FAMILY,))
        every = [row for _, row in rows]
        whole, paired = self._field(every, (FIRST, FAMILY), beside=WHOLE.beside)
        alias, known = self._field(every, (ALIAS,), beside=WHOLE.beside, missing=-99.0)
        fields = first + family + np.float32(TOGETHER_BITS) * ((met > 0) & (kin > 0))
        elsewhere = np.maximum(whole + TOGETHER_BITS * (paired > 1), alias + TOGETHER_BITS * (known > 1)) - WHOLE_COST
        names = np.maximum(fields, elsewhere).astype(np.float32)
        if asked.extra:
            more = [self._worth(part.like) for part in asked.extra]
            names += self._agreed([*every, *more], _OWN) - self._agreed(every, _OWN)
        parents = self._parents(asked)
        parents += np.float32(TOGETHER_FATHER) * ((parents > 0) & (paired > 0))
        related = (kin > 0) & (met == 0) & self._has(FIRST)
        parents[related] = np.minimum(parents[related], 0)
        parents[related & (dated > _DATE_SHARED)] += np.float32(TWIN)
        return np.asarray(names + parents)

    def _field(
        self, rows: list[Floats], roles: tuple[int, ...], *, beside: float = OTHER_BESIDE, missing: float = 0.0
    ) -> tuple[Floats, Floats]:
        """Points of asked parts against the parts of some fields, as `features.name_bits` adds them; and how many agree."""
        where = self._in(roles)
        there = where.sum(axis=0, dtype=np.float32)
        if not rows:
            return np.zeros(self._count, dtype=np.float32), np.zeros(self._count, dtype=np.float32)
        met = np.stack([self._best(row, roles) for row in rows]) > 0
        found = np.where(where, np.maximum.reduce(rows), np.float32(0)) > 0
        matched = np.minimum(met.sum(axis=0, dtype=np.float32), found.sum(axis=0, dtype=np.float32))
        others = np.minimum(len(rows), there) - matched
        spare = np.abs(len(rows) - there)
        agreed = self._agreed(rows, roles)
        agreed = agreed - SPARE_COSTS[0] * np.minimum(spare, 1) - SPARE_COSTS[1] * np.maximum(spare - 1, 0)
        share = np.where(agreed > 0, beside, 1.0)
        against = (OTHER_PART + OTHER_MORE * np.clip(others - 1, 0, 2)) * share
        made = np.where(there > 0, agreed + np.where(others > 0, against, 0), missing)
        return made.astype(np.float32), matched

    def _agreed(self, rows: list[Floats], roles: tuple[int, ...]) -> Floats:
        """What agrees: no more than each asked part has a part for, and no more than each part has an asked one for.

        So one part of a record does not count for two that are asked: neither for Kalt and for Kaltan, nor for both halves.
        """
        asked = sum(self._best(row, roles) for row in rows)
        filed = np.where(self._in(roles), np.maximum.reduce(rows), np.float32(0)).sum(axis=0) if rows else 0.0
        return np.minimum(asked, filed).astype(np.float32) if rows else np.zeros(self._count, dtype=np.float32)

    def _parents(self, asked: AskedPerson) -> Floats:
        """Points of the parents' names, and of a father's that stands inside the asked ones."""
        total = np.zeros(self._count, dtype=np.float32)
        for role in (FATHER, MOTHER):
            rows = [self._worth(part.parent) for part in asked.parts if part.role == role]
            if rows:
                total += self._field(rows, (role,))[0]
        if not any(part.role == FATHER for part in asked.parts):
            inside = [self._best(self._worth(part.parent), (FATHER,)) for part in asked.parts if part.role == FIRST]
            if len(inside) > 1:
                total += np.maximum(np.max(inside, axis=0) - np.float32(IN_NAME_COST), 0)
        return total

    def _worth(self, like: tuple[tuple[int, float], ...]) -> Floats:
        """For each part of the records what it is worth to one asked part."""
        if not like:
            return np.zeros(self._numbers.shape, dtype=np.float32)
        numbers = np.array([number for number, _ in like], dtype=np.uint32)
        order = np.argsort(numbers)
        numbers, bits = numbers[order], np.array([each for _, each in like], dtype=np.float32)[order]
        places = np.minimum(numbers.searchsorted(self._numbers), len(numbers) - 1)
        return np.where(numbers[places] == self._numbers, bits[places], np.float32(0))

    def _best(self, worth: Floats, roles: tuple[int, ...]) -> Floats:
        """For each record the most that one of its parts in these fields is worth."""
        return np.asarray(np.where(self._in(roles), worth, np.float32(0)).max(axis=0, initial=0))

    def _in(self, roles: tuple[int, ...]) -> Bools:
        """Which parts stand in these fields."""
        known = self._standing.get(roles)
        if known is None:
            wanted = np.zeros(_NOTHING + 1, dtype=bool)
            wanted[list(roles)] = True
            known = self._standing[roles] = np.asarray(wanted[self._roles])
        return known

    def _has(self, role: int) -> Bools:
        return np.asarray(self._in((role,)).any(axis=0))


def _date_points(born: Ints, asked: PartialDate | None, rarity: Rarity) -> Floats:
    """Points of dates of birth: near ones are compared one by one, each different date once, and the others differ."""
    made = np.zeros(len(born), dtype=np.float32)
    if asked is None:
        return made
    made[born > 0] = dates.DIFFERENT_BITS
    near = np.flatnonzero(_is_near(born, asked))
    values, places = np.unique(born[near], return_inverse=True)
    bits = [dates.date_bits(asked, PartialDate(each >> 9, (each >> 5) & 15 or None, each & 31 or None), rarity)[1]
            for each in values.tolist()]  # fmt: skip
    made[near] = np.array(bits, dtype=np.float32)[places]
    return made


def _is_near(born: Ints, asked: PartialDate) -> Bools:
    """Which dates can have anything to do with another."""
    year, month, day = born >> 9, (born >> 5) & 15, born & 31
    month_asked, day_asked = asked.month or 0, asked.day or 0
    agreed = (year == asked.year).astype(np.int8) + (month == month_asked) + (day == day_asked)
    swapped = (month == day_asked) & (day == month_asked)
    around = np.abs(year.astype(np.int64) - asked.year) <= 1
    return np.asarray((born > 0) & ((agreed >= _DIGITS_NEAR) | around & (swapped | (month <= 1) | (month_asked <= 1))))
