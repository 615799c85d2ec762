"""Blocks of loci: by which few loci each profile of one side is looked for in the other, so that none is missed.

Pigeonhole. A candidate deviates at no more than so many loci (`limits`); so of one block of loci more than that, no two
sharing a locus, at least one does not deviate at all. What is found by any block of a profile therefore holds every
candidate for it, and is compared in full afterwards. Which loci make the blocks changes only how much is found in vain:
loci that the profile has, most telling first, dealt out in turn, at most so many to a block. Gaps and wildcards of the
other side are no exception: such a locus says nothing, and the profile is looked for under every way to leave loci out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from egnatia.engines.dna.kernel import laxest_of
from egnatia.engines.dna.marks import Marks
from egnatia.engines.dna.rules import RuleSet
from egnatia.engines.dna.types import Stringency

Grid = np.ndarray[Any, np.dtype[np.bool_]]
"""Yes or no for each profile and locus."""
Small = np.ndarray[Any, np.dtype[np.int64]]
"""One small number for each profile."""
LOOK, CANDIDATE = 3.5, 35.0
"""Nanoseconds: one profile looked up in one block; one candidate looked at (bench/dna/join.py). Wrong ones cost time only."""
SCAN = 20.0
"""Nanoseconds: one profile compared without an index. A profile whose blocks would cost more is compared with all."""
MOST_DEVIATIONS = 3
"""Past so many deviations blocks are so small that they rule out nothing."""
WAYS = 1 << 10
"""Ways in which one profile may stand in one block, at most: a bound on memory."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one class leaves room for: loci in full, at least, and loci that deviate, at most."""

    full: int
    deviating: int


def limits(rules: RuleSet) -> tuple[Limits, ...]:
    """The limits of each class. A locus in full has the same mark on both sides; one that deviates has two."""
    found = []
    for each in rules.classes:
        if each.stringency is None:
            most = min(each.max_deviations, each.max_micro + each.max_mismatched)
            least = max(each.min_full, each.min_compared - each.max_wildcards - most)
        else:
            most, least = each.max_below, each.min_full
            if each.stringency is Stringency.HIGH:
                least = max(least, each.min_compared - most)
        found.append(Limits(least, most))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Needs:
    """What the profiles of the left side bring to their blocks.

    Attributes:
        usable: which loci a block of this profile may have.
        room: loci that may deviate among those that can agree in full; -1 where the profile can be in no class.
        spare: of the loci that can agree in full, how many the other side may lack.
    """

    usable: Grid
    room: Small
    spare: Small


def needs(codes: np.ndarray[Any, Any], marks: tuple[Marks, ...], rules: RuleSet) -> Needs:
    """What profiles with these codes need under these rules."""
    usable = np.stack([each.left[0].take(codes[each.row]) != 0 for each in marks], axis=1)
    full = sum((each.full.take(codes[each.row]).astype(np.int64) for each in marks), np.zeros(len(usable), np.int64))
    room = np.full(len(usable), -1, dtype=np.int64)
    for each in limits(rules):
        room = np.maximum(room, np.minimum(each.deviating, full - each.full))
    return Needs(usable, room, full - min(each.full for each in limits(rules)))


def longest(right: int, marks: tuple[Marks, ...], rules: RuleSet) -> int:
    """Loci to a block at most, so that a block finds about as many profiles as looking them up costs."""
    ways = max(len(each.left) for each in marks) + 1
    bound = {True: 6, False: 5}[laxest_of(rules) in {None, Stringency.HIGH}]
    passing = float(np.median([each.passing for each in marks[: 2 * bound]]))
    wanted = np.log(max(right, 64) / 64) / -np.log(min(passing, 0.9))
    return max(2, min(int(wanted), bound, int(np.log(WAYS) / np.log(ways))))


def assign(usable: Grid, parts: int, most: int, marks: tuple[Marks, ...]) -> tuple[list[Grid], Grid]:
    """Blocks for each profile, one of each part, and which profiles are better compared with everything.

    All profiles share the same parts of the loci, so that they share blocks; one that this leaves with a poor block deals
    out its own loci.
    """
    loci = usable.shape[1]
    turn = _turn(np.arange(loci), parts)
    shared, own = [], []
    ranks = np.cumsum(usable, axis=1) - 1
    turns = _turn(ranks, parts)
    for part in range(parts):
        mine = usable & (turn == part)
        shared.append(mine & (np.cumsum(mine, axis=1) <= most))
        own.append(usable & (turns == part) & (ranks < parts * most))
    logs = np.log([each.passing for each in marks])
    costs = [sum(np.exp(block @ logs) for block in blocks) for blocks in (shared, own)]
    better = np.asarray(costs[1] * 4 < costs[0])
    blocks = [np.where(better[:, None], theirs, ours) for ours, theirs in zip(shared, own, strict=True)]
    hopeless = np.asarray(np.minimum(*costs) * CANDIDATE > SCAN)
    return blocks, hopeless


def _turn(numbers: np.ndarray[Any, Any], parts: int) -> np.ndarray[Any, Any]:
    """Which part comes next when loci are dealt out there and back."""
    place = numbers % (2 * parts)
    return np.asarray(np.minimum(place, 2 * parts - 1 - place))


class Chance:
    """How much of the right side agrees by chance with a profile over the loci of a block.

    Gaps come together (an old kit lacks all the newer loci), so this is judged from profiles of a sample.
    """

    def __init__(self, codes: np.ndarray[Any, Any], marks: tuple[Marks, ...]) -> None:
        said = np.stack([each.right.take(codes[each.row]) != 0 for each in marks], axis=1)
        self._logs = said * np.log([each.agreeing for each in marks])

    def of(self, block: int) -> float:
        """The share, for a block given as bits."""
        loci = [*bits(block)]
        return float(np.exp(self._logs[:, loci].sum(axis=1)).mean()) if len(self._logs) else 1.0


def bits(block: int) -> Iterator[int]:
    """The loci of a block that is given as bits."""
    return (place for place in range(block.bit_length()) if block >> place & 1)


def gather(blocks: Grid, chance: Chance) -> dict[int, Small]:
    """Profiles by their block, the block as bits; what few profiles have becomes a shorter block that more of them share."""
    if not len(blocks):
        return {}
    keys = blocks @ (1 << np.arange(blocks.shape[1], dtype=np.int64))
    order = np.argsort(keys, kind="stable")
    distinct, starts = np.unique(keys[order], return_index=True)
    found = {key: [part] for key, part in zip(distinct.tolist(), np.split(order, starts[1:]), strict=True)}
    for size in range(max((key.bit_count() for key in found), default=0), 1, -1):
        for key in [each for each in found if each.bit_count() == size]:
            shorter = key & ~(1 << key.bit_length() - 1)
            count = sum(len(each) for each in found[key])
            if count * (chance.of(shorter) - chance.of(key)) * CANDIDATE < LOOK:
                found.setdefault(shorter, []).extend(found.pop(key))
    return {key: np.concatenate(parts) for key, parts in found.items()}
