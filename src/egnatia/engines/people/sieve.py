"""From millions of records to some dozens worth comparing in full, by sums over packed columns.

First, what is like each asked part leads to records by its postings; a record weighs the sum of what agrees, in the bits that
its agreement is worth. Second, the heaviest are given points field by field from their columns, close to what the full
comparison will say, without reading a record. Both depend on what records say alone: not on their order, slots or references.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from egnatia.engines.people import dates
from egnatia.engines.people.asked import NUMBER_BITS, SLIGHT, AskedPerson, Worth
from egnatia.engines.people.level import Ints, Level, Weights, day_number
from egnatia.engines.people.points import points
from egnatia.engines.people.types import PartialDate

SIEVED = 1_500
"""Records that get points, and all that weigh the same as the last of them: bench/people/scale.py."""
_WHOLE, _SWAPPED, _MONTH, _PARTLY = 13.0, dates.SWAPPED_BITS, 9.0, dates.TYPED_BITS
"""Weight of a date that agrees, has day and month exchanged, has year and month alone, or two of three."""
_YEARS_AROUND = 100
"""Years in which a date with another year is looked for."""
Found = np.ndarray[Any, np.dtype[np.int64]]


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


def _weighed(level: Level, asked: AskedPerson) -> tuple[Found, Weights]:
    """Every living record that agrees in anything, and the sum of what agrees: of each asked value the heaviest agreement."""
    runs = [_like(level, each.like) for each in (*asked.parts, *asked.extra) if len(each.like.numbers)]
    runs += [_together(_dated(level, asked.born))]
    runs += [_together([(level.numbers.of(number), NUMBER_BITS) for number in asked.numbers])]
    slots, weights = (np.concatenate([run[place] for run in runs]) for place in (0, 1))
    values = np.repeat(np.arange(len(runs), dtype=np.uint32), [len(run) for run, _ in runs])
    found, total = _summed(slots, weights, values)
    alive = level.alive[found]
    return found[alive].astype(np.int64), total[alive]


def _like(level: Level, like: Worth) -> tuple[Ints, Weights]:
    """Records that have a part that is like an asked one, with what it is worth; lightest first."""
    heavy = like.bits > SLIGHT
    slots, lengths = level.parts.several(like.numbers[heavy])
    return slots, np.repeat(like.bits[heavy], lengths)


def _together(runs: Sequence[tuple[Ints, float]]) -> tuple[Ints, Weights]:
    """Runs of records, lightest first, as one with the weight of each record."""
    if not runs:
        return np.zeros(0, dtype=np.uint32), np.zeros(0, dtype=np.float32)
    weights = np.array([weight for _, weight in runs], dtype=np.float32)
    return np.concatenate([run for run, _ in runs]), np.repeat(weights, [len(run) for run, _ in runs])


def _summed(slots: Ints, weights: Weights, values: Ints) -> tuple[Ints, Weights]:
    """Each different slot, and the sum over the asked values of the last weight that each has for it.

    Sorted rather than added up in a row for each record of the level: what a search touches is a hundredth of a million.
    """
    if not len(slots):
        return slots, weights
    order = np.sort(slots.astype(np.uint64) << np.uint64(32) | np.arange(len(slots), dtype=np.uint64))
    places, slots = (order & np.uint64(0xFFFFFFFF)).astype(np.int64), (order >> np.uint64(32)).astype(np.uint32)
    values = values[places]
    other = slots[1:] != slots[:-1]
    last = np.append(other | (values[1:] != values[:-1]), True)
    slots, weights = slots[last], weights[places[last]]
    starts = np.flatnonzero(np.append(True, slots[1:] != slots[:-1]))
    return slots[starts], np.add.reduceat(weights, starts)


def _dated(level: Level, born: PartialDate | None) -> list[tuple[Ints, float]]:
    """Records whose date of birth agrees as a whole, exchanged, or in two of three."""
    if born is None or born.month is None:
        return []
    month = day_number(PartialDate(born.year, born.month))
    if born.day is None:
        return [(level.dates.between(month, month + 31), _MONTH)]
    years = np.arange(max(1, born.year - _YEARS_AROUND), born.year + _YEARS_AROUND + 1, dtype=np.uint32)
    months = np.arange(1, 13, dtype=np.uint32)
    near = np.concatenate([born.year * 512 + months * 32, years * 512 + born.month * 32]) + np.uint32(born.day)
    runs = [(level.dates.between(month + 1, month + 31), _PARTLY)]
    runs.append((level.dates.several(near[near != day_number(born)])[0], _PARTLY))
    runs.append((level.dates.of(born.year * 512 + born.day * 32 + born.month), _SWAPPED))
    runs.append((level.dates.of(month), _MONTH))
    runs.append((level.dates.of(day_number(born)), _WHOLE))
    return runs
