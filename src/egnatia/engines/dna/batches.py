"""Batches: some profiles of the smaller side of a join, laid into the indexes of their blocks."""

from dataclasses import dataclass

import numpy as np

from egnatia.engines.dna.block_index import BlockIndex, Owners, index_block
from egnatia.engines.dna.blocks import MOST_DEVIATIONS, Chance, Grid, Small, assign, bits, gather, longest, needs
from egnatia.engines.dna.columns import Columns
from egnatia.engines.dna.marks import Mark, marks_of
from egnatia.engines.dna.pairs import Numbers
from egnatia.engines.dna.rules import RuleSet
from egnatia.engines.dna.signatures import Words, words_of

BATCH_ENTRIES = 1 << 24
"""Entries of the indexes of one batch: about 500 MB with their tables."""
_SAMPLE = 1 << 11
"""Profiles of the larger side from which it is judged what a block finds."""
_NOBODY = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Batch:
    """Profiles of the smaller side with their indexes.

    Attributes:
        numbers: of the profiles; indexes name them by their place here.
        words: for each way to agree the signatures of the profiles.
        most: loci that may deviate, of any of them.
        indexes: one for each block.
        scanned: numbers of those that are compared with every profile instead.
    """

    numbers: Numbers
    words: tuple[Words, ...]
    most: int
    indexes: tuple[BlockIndex, ...]
    scanned: Numbers


class Preparer:
    """Prepares batches of the left side of one join."""

    def __init__(self, left: Columns, right: Columns, rules: RuleSet) -> None:
        self._left, self._rules = left, rules
        self.marks = marks_of(left, right, rules)
        self._longest = longest(len(right), self.marks, rules) if self.marks else 0
        self._chance = Chance(right.codes[:, :: max(1, len(right) // _SAMPLE)], self.marks) if self.marks else None

    def batch_size(self) -> int:
        """Profiles of one batch."""
        if not self.marks:
            return max(1, len(self._left))
        ways = 1 + max(len(each.left) for each in self.marks)
        return max(1, BATCH_ENTRIES // int(2 * ways**self._longest))

    def batch(self, numbers: Numbers) -> Batch:
        """Index some profiles of the left side."""
        if self._chance is None:
            return Batch(_NOBODY, (), 0, (), numbers)
        codes = self._left.codes[:, numbers]
        need = needs(codes, self.marks, self._rules)
        scanned = need.room > MOST_DEVIATIONS
        blocks: dict[int, list[Small]] = {}
        for room in range(int(need.room.max(initial=-1)) + 1):
            if room <= MOST_DEVIATIONS:
                places = np.flatnonzero(need.room == room)
                grids, hopeless = assign(need.usable[places], room + 1, self._longest, self.marks)
                scanned[places[hopeless]] = True
                self._lay([grid[~hopeless] for grid in grids], places[~hopeless], blocks)
        marks = tuple(tuple(way.take(codes[each.row]) for way in each.left) for each in self.marks)
        made = tuple(_index(block, np.concatenate(parts), marks, need.spare) for block, parts in sorted(blocks.items()))
        most = int(need.room[~scanned].max(initial=0))
        words = tuple(words_of([ways[way] for ways in marks]) for way in range(len(marks[0])))
        return Batch(numbers, words, most, made, numbers[scanned])

    def _lay(self, grids: list[Grid], places: Owners, blocks: dict[int, list[Small]]) -> None:
        """Add profiles to the blocks that each grid gives them."""
        if self._chance is not None:
            for grid in grids:
                for block, owners in gather(grid, self._chance).items():
                    blocks.setdefault(block, []).append(places[owners])


def _index(block: int, owners: Owners, marks: tuple[tuple[Mark, ...], ...], spare: Small) -> BlockIndex:
    loci = tuple(bits(block))
    return index_block(loci, [[way[owners] for way in marks[place]] for place in loci], spare[owners], owners)
