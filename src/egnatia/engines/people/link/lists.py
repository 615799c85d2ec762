"""Lists of numbers, one for each record, one behind the other: what keys are made with, without a loop over records."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, TypeVar

import numpy as np

Ints = np.ndarray[Any, np.dtype[np.int64]]
Codes = np.ndarray[Any, np.dtype[np.int32]]
Keys = np.ndarray[Any, np.dtype[np.uint64]]
Numbers = TypeVar("Numbers", Ints, Keys)
_SHIFTS = np.uint64(30), np.uint64(27), np.uint64(31)
_FACTORS = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


@dataclass(frozen=True, slots=True)
class Lists:
    """List i is `flat[starts[i]:starts[i + 1]]`."""

    starts: Ints
    flat: Keys

    def __len__(self) -> int:
        """How many lists there are."""
        return len(self.starts) - 1

    @property
    def sizes(self) -> Ints:
        """How long each is."""
        return self.starts[1:] - self.starts[:-1]

    @property
    def owners(self) -> Ints:
        """For each element the number of its list."""
        return np.repeat(np.arange(len(self), dtype=np.int64), self.sizes)


def lists_of(items: Iterable[Sequence[int]]) -> Lists:
    """Lists from lists."""
    kept = list(items)
    starts = np.zeros(len(kept) + 1, dtype=np.int64)
    np.cumsum([len(each) for each in kept], out=starts[1:])
    return Lists(starts, np.fromiter(chain.from_iterable(kept), dtype=np.uint64, count=int(starts[-1])))


def where(known: np.ndarray[Any, np.dtype[np.bool_]], numbers: Ints | Codes) -> Lists:
    """A list of one number for each place that is known, an empty one elsewhere."""
    starts = np.zeros(len(known) + 1, dtype=np.int64)
    np.cumsum(known, out=starts[1:])
    return Lists(starts, numbers[known].astype(np.uint64))


def once(numbers: Numbers) -> Numbers:
    """Every different number, in order; by sorting, which for millions of them takes a tenth of the time of a table of hashes."""
    if not len(numbers):
        return numbers
    ordered = np.sort(numbers)
    new = np.ones(len(ordered), dtype=bool)
    new[1:] = ordered[1:] != ordered[:-1]
    return ordered[new]


def spans(starts: Ints, sizes: Ints) -> Ints:
    """The numbers from each start on, as many as each size says, one span behind the other."""
    ends = np.cumsum(sizes)
    total = int(ends[-1]) if len(ends) else 0
    return np.arange(total, dtype=np.int64) + np.repeat(starts - ends + sizes, sizes)


def taken(lists: Lists, numbers: Codes | Ints) -> Lists:
    """The lists with the given numbers, in that order."""
    sizes = lists.sizes[numbers]
    starts = np.zeros(len(sizes) + 1, dtype=np.int64)
    np.cumsum(sizes, out=starts[1:])
    return Lists(starts, lists.flat[spans(lists.starts[:-1][numbers], sizes)])


def joined(*several: Lists) -> Lists:
    """For each record the elements of all its lists."""
    starts = np.zeros(len(several[0]) + 1, dtype=np.int64)
    for each in several:
        starts += each.starts
    flat = np.empty(int(starts[-1]), dtype=np.uint64)
    free = starts[:-1].copy()
    for each in several:
        flat[spans(free, each.sizes)] = each.flat
        free += each.sizes
    return Lists(starts, flat)


def distinct(lists: Lists) -> Lists:
    """The same lists with their elements in order, each once."""
    owners = lists.owners
    order = np.lexsort((lists.flat, owners))
    owners, flat = owners[order], lists.flat[order]
    new = np.ones(len(flat), dtype=bool)
    new[1:] = (flat[1:] != flat[:-1]) | (owners[1:] != owners[:-1])
    starts = np.zeros(len(lists) + 1, dtype=np.int64)
    np.cumsum(np.bincount(owners[new], minlength=len(lists)), out=starts[1:])
    return Lists(starts, flat[new])


def crossed(left: Lists, right: Lists) -> Lists:
    """For each record every element of one list with every one of the other, added: the order of the two is lost."""
    per_left = right.sizes[left.owners]
    flat = np.repeat(left.flat, per_left) + right.flat[spans(right.starts[:-1][left.owners], per_left)]
    starts = np.zeros(len(left) + 1, dtype=np.int64)
    np.cumsum(left.sizes * right.sizes, out=starts[1:])
    return Lists(starts, flat)


def mixed(numbers: Keys, kind: int) -> Keys:
    """Numbers of one kind spread over 64 bits (the finaliser of SplitMix64; Steele, Lea and Flood, 2014).

    Sums of two kinds then meet by accident only, and whoever meets so is told apart by comparing.
    """
    made = numbers + np.uint64(kind << 40)
    made = (made ^ (made >> _SHIFTS[0])) * _FACTORS[0]
    made = (made ^ (made >> _SHIFTS[1])) * _FACTORS[1]
    return made ^ (made >> _SHIFTS[2])


def of_kind(lists: Lists, kind: int) -> Lists:
    """The same lists with their numbers mixed."""
    return Lists(lists.starts, mixed(lists.flat, kind))
