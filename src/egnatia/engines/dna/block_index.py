"""The index of one block: profiles of one side under every sum of marks with which the other side may meet them.

It is made of the smaller side for one run and thrown away, so nothing of it is stored and nothing can be out of date; the
larger side is read once from end to end. A sum is looked up first in a table of yes and no that a core keeps at hand.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from egnatia.engines.dna.blocks import Small
from egnatia.engines.dna.marks import Mark

Owners = np.ndarray[Any, np.dtype[np.int64]]
"""Numbers of profiles within a batch of the indexed side."""
WORD = 32
LEAST_BITS, MOST_BITS = 10, 22
"""Of a sum, by which entries are laid into buckets."""
FILTER_BITS, KEPT_BITS = 5, 21
"""Thirty-two yes or no for a sum, so that few sums are looked for in vain, as long as a core keeps them at hand."""
AT_HAND = 1 << 15
"""Profiles whose sums are made and looked up together (bench/dna/join.py)."""
PIECE = 1 << 20
"""Candidates handed out together, where there are many: a bound on memory."""


@dataclass(frozen=True, slots=True)
class BlockIndex:
    """The profiles of one block by their sums.

    Attributes:
        loci: of the block, by their place in the marks.
        sums: in order, each once, and behind them the highest number there is, so that looking ends.
        begins: where the profiles of each sum begin; one more than there are sums.
        owners: the profiles.
        starts: where the sums of each bucket begin.
        present: whether any sum has these leading bits.
    """

    loci: tuple[int, ...]
    sums: Mark
    begins: Owners
    owners: Owners
    starts: Owners
    present: np.ndarray[Any, np.dtype[np.bool_]]

    def look(self, marks: Sequence[Mark]) -> Iterator[tuple[Owners, Owners]]:
        """Which profiles of the other side, by their place in the marks, are met by which of this, piece by piece."""
        rows, sums = self._met(marks)
        groups = self._groups(sums)
        known = np.flatnonzero(self.sums[groups] == sums)
        rows, groups = rows[known], groups[known]
        first = self.begins[groups]
        counts = self.begins[groups + 1] - first
        ends = np.cumsum(counts)
        whole = int(ends[-1]) if len(ends) else 0
        cuts = np.searchsorted(ends, np.arange(PIECE, whole, PIECE), side="right").tolist()
        for start, stop in zip([0, *cuts], [*cuts, len(rows)], strict=True):
            which, places = _spread(first[start:stop], counts[start:stop])
            yield rows[start:stop][which], self.owners[places]

    def _met(self, marks: Sequence[Mark]) -> tuple[Owners, Mark]:
        """Profiles whose sum may be in the index, and their sums; a few at a time, so that all of it stays at hand."""
        shift, size = WORD - _bits(len(self.present)), len(marks[0])
        room = np.empty(min(AT_HAND, size), dtype=np.intp)
        met, found = [np.zeros(0, dtype=np.intp)], [np.zeros(0, dtype=np.uint32)]
        for start in range(0, size, AT_HAND):
            cut = slice(start, start + AT_HAND)
            sums = marks[self.loci[0]][cut].copy()
            for place in self.loci[1:]:
                sums += marks[place][cut]
            places = room[: len(sums)]
            np.right_shift(sums, shift, out=places, casting="unsafe")
            rows = np.flatnonzero(self.present.take(places, mode="clip"))
            met.append(rows + start)
            found.append(sums[rows])
        return np.concatenate(met), np.concatenate(found)

    def _groups(self, sums: Mark) -> Owners:
        """Where each sum is among those of the index, or would be."""
        groups = self.starts[sums >> np.uint32(WORD - _bits(len(self.starts)))]
        behind = np.flatnonzero(self.sums[groups] < sums)
        while len(behind):
            groups[behind] += 1
            behind = behind[self.sums[groups[behind]] < sums[behind]]
        return np.asarray(groups)


def _bits(size: int) -> int:
    return size.bit_length() - 1


def _spread(first: Owners, counts: Owners) -> tuple[Owners, Owners]:
    """For runs that begin at `first` and are so long: which run each place is of, and the places."""
    which = np.repeat(np.arange(len(first)), counts)
    return which, np.arange(len(which)) + (first - np.cumsum(counts) + counts)[which]


def index_block(loci: tuple[int, ...], marks: Sequence[Sequence[Mark]], spare: Small, owners: Owners) -> BlockIndex:
    """The index of a block.

    Args:
        loci: of the block.
        marks: for each of these loci the marks that agree with each profile, one array for each way.
        spare: how many loci the other side may lack, for each profile.
        owners: the numbers of the profiles.
    """
    sums = np.zeros((1, len(owners)), dtype=np.uint32)
    lacking = np.zeros(1, dtype=np.int64)
    for ways in marks:
        sums = np.concatenate([*(sums + way for way in ways), sums])
        lacking = np.concatenate([*([lacking] * len(ways)), lacking + 1])
    way, place = np.nonzero(lacking[:, None] <= spare)
    entries = sums[way, place].astype(np.uint64) << np.uint64(WORD) | owners[place].astype(np.uint64)
    entries.sort()
    upper = (entries >> np.uint64(WORD)).astype(np.uint32)
    begins = np.flatnonzero(np.concatenate([[True], upper[1:] != upper[:-1]]))[: len(entries)]
    distinct = upper[begins]
    bits = min(max(len(distinct).bit_length(), LEAST_BITS), MOST_BITS)
    filter_bits = max(min(bits + FILTER_BITS, KEPT_BITS), bits)
    counts = np.bincount(distinct >> np.uint32(WORD - bits), minlength=1 << bits)
    present = np.zeros(1 << filter_bits, dtype=bool)
    present[distinct >> np.uint32(WORD - filter_bits)] = True
    return BlockIndex(
        loci,
        np.append(distinct, np.uint32((1 << WORD) - 1)),
        np.concatenate([begins, [len(entries)] * 2]),
        (entries & np.uint64((1 << WORD) - 1)).astype(np.int64),
        np.cumsum(counts) - counts,
        present,
    )
