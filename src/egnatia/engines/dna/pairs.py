"""Pairs of profiles of two sets, and of which class of the rules each is.

The measure of the rules is asked once for every pair of designations that comes up: one truth with `RuleSet.compare`, to
which the tests hold it.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from egnatia.engines.dna.columns import Columns
from egnatia.engines.dna.kernel import Counts, cell, fits
from egnatia.engines.dna.loci import LOCI
from egnatia.engines.dna.rules import RuleSet
from egnatia.engines.dna.types import tally_of

Numbers = np.ndarray[Any, np.dtype[np.int64]]
"""Numbers of profiles in their columns."""
NO_CLASS = 255
"""In place of a class: no candidate."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Candidates: for each the profile on either side, and the class by its place in the rules."""

    left: Numbers
    right: Numbers
    classes: np.ndarray[Any, np.dtype[np.uint8]]

    def __len__(self) -> int:
        """How many there are."""
        return len(self.left)

    def turned(self) -> "Pairs":
        """The same with the sides exchanged."""
        return Pairs(self.right, self.left, self.classes)


def classes_of(counts: Counts, rules: RuleSet) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """The first class that fits each of some counts, or `NO_CLASS`."""
    found = np.full(len(counts), NO_CLASS, dtype=np.uint8)
    for number, each in reversed([*enumerate(rules.classes)]):
        found[fits(each, counts)] = number
    return found


class Judge:
    """Counts what the comparison of pairs of profiles comes to. Remembers what two designations come to."""

    def __init__(self, left: Columns, right: Columns, rules: RuleSet) -> None:
        self._left, self._right, self._rules = left, right, rules
        self._measure = rules.measure()
        self._rows = [
            row
            for row, locus in enumerate(LOCI)
            if locus.name in rules.loci and len(left.books[row]) > 1 and len(right.books[row]) > 1
        ]
        self._cells: dict[int, dict[int, int]] = {row: {} for row in self._rows}

    def judge(self, left: Numbers, right: Numbers) -> Pairs:
        """Those of the pairs that are candidates, with their classes."""
        classes = classes_of(self.counts(left, right), self._rules)
        found = classes != NO_CLASS
        return Pairs(left[found], right[found], classes[found])

    def counts(self, left: Numbers, right: Numbers) -> Counts:
        """The counts of the comparison of each pair, as the kernel has them."""
        counts = np.zeros(len(left), dtype=np.uint32)
        for row in self._rows:
            keys = self._left.codes[row, left].astype(np.uint32) << 16 | self._right.codes[row, right]
            distinct, places = np.unique(keys, return_inverse=True)
            counts += np.array([self._cell(row, key) for key in distinct.tolist()], dtype=np.uint32)[places]
        return counts

    def _cell(self, row: int, key: int) -> int:
        known = self._cells[row]
        if key not in known:
            one, other = self._left.books[row][key >> 16], self._right.books[row][key & 0xFFFF]
            known[key] = cell(tally_of(self._measure(LOCI[row].name, one, other) if one and other else None))
        return known[key]
