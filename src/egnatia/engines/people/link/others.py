"""What the other records of a register say about a pair: who else either of the two may be, and who stands between them.

A pair is weighed by what its two records agree in. That is not all that is known of it:

- *Candidates.* Of two namesakes without a date one at the most is the person, where nobody is on file three times. A pair (a, b)
  whose own bits are odds o(a, b) is set against everything else that a and b may be:

      log2((1 + sum of o(a, c) t(b, c)) / (alone + sum of o(a, c)))

  bits more, over every other candidate c of a, and as much from the side of b; but that one c is a's and b's at once, and not both
  theirs, cannot be, and is taken out of the product of both sides. `alone` is the share of records that have no second one, so that an
  only candidate gains a little; t(b, c) is how likely b and c are both the person's when one of them is.
- *A third between.* If a and c are one person's and c and b too, so are a and b, however little the two have in common. A pair weighs
  what such a chain does, `-log2(1 / o(a, c) + 1 / o(c, b))` and `log2(t)`, less what contradicts in the pair itself, if that is more.

t is learned from the register. Where hardly anybody has a third record candidates compete and chains hold little; where everybody
has, it is the other way round.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from egnatia.engines.people.link.em import Rates
from egnatia.engines.people.link.lists import Codes, Ints, spans
from egnatia.engines.people.link.values import Flags

FROM_BITS = -5.0
"""Bits from which a pair counts among the candidates of its records: thirty such weigh as much as one that is as likely as not. From -8
nothing else is found (bench/people/linkage.py), in three times the time."""
LEAST_ALONE = 0.5
"""Share of records without a second one that is assumed at the least, which lets an only candidate gain two bits at the most: in a
register in which everybody has a second record that would otherwise speak for any pair."""
KNOWN_FROM = float(np.log2(0.99 / 0.01))
"""Bits from which a pair is counted to learn how many records a person has: of a hundred such pairs one is somebody else's."""
OFTEN = 0.5
"""t from which it is taken to be 1: other candidates could take less than a bit from either side."""
SELDOM = 1 / 32
"""t below which no chain is looked for: it would have to be five bits stronger than what it says."""
LEAST_MORE = 0.1
"""t that is assumed at the least where the two have something in common: in a register where so far nobody has a third record
somebody may. Three or four spellings of one
man among 900 persons with two records each stay one group by it (tests/engines/people/link/test_link_others.py), where without it the
odd ones are lost; it costs .001 to .004 of the recall at a precision of .995 where truly nobody has a third (bench/people/linkage.py)."""
_MOST = 40.0
"""Bits to which odds are counted, so that their sums stay exact enough."""
_FINEST = 2.0**20
"""Parts of a bit to which the result is rounded: sums of odds may be made in any order."""
AT_ONCE = 2_000_000
"""Other neighbours that are looked at in one turn: some 100 MB."""
Sides = np.ndarray[Any, np.dtype[np.int8]]


@dataclass(frozen=True, slots=True)
class Habits:
    """How many records a person has in a register, as far as pairs say by themselves.

    Attributes:
        alone: for each side the share of records that have no second one, `LEAST_ALONE` at the least.
        more: t where nothing else is known: share of records with a third one among those with a second, by the share of all
            that have a second; 1 at the most.
    """

    alone: Rates
    more: float


def others_alike(left: Codes, right: Codes, bits: Rates, against: Rates, sides: Sides) -> Rates:
    """What each pair weighs more or less because of other records.

    Args:
        left: the first record of every pair, each pair once.
        right: the second, which has the higher number.
        bits: what each weighs by itself, the prior included.
        against: what contradicts in each, never positive.
        sides: which register each record is of.
    """
    keys = left.astype(np.int64) << 32 | right
    order = np.argsort(keys)
    keys, own = keys[order], bits[order]
    gained, habits = _by_candidates(keys, own, sides)
    if habits.more >= SELDOM:
        chain = _by_a_third(keys, own + gained, len(sides)) + np.log2(habits.more) + against[order]
        gained = np.maximum(gained, chain - own)
    made = np.zeros(len(bits))
    made[order] = np.rint(gained * _FINEST) / _FINEST
    return made


class _Near:
    """Every pair from the side of each of its records. Invariant: pairs are in the order of their keys, each once."""

    def __init__(self, keys: Ints, records: int) -> None:
        self.ends = keys >> 32, keys & 0xFFFFFFFF
        owners = np.concatenate(self.ends)
        order = np.argsort(owners, kind="stable")
        self.others = np.concatenate(self.ends[::-1])[order]
        self.pairs = order % max(1, len(keys))
        self._starts = np.concatenate([[0], np.cumsum(np.bincount(owners, minlength=records))])

    def around(self, mine: Ints, theirs: Ints) -> Iterator[tuple[slice, Ints, Ints]]:
        """For pairs of records, some at a time: for each other neighbour of `mine` the pair, and the neighbour's place."""
        sizes = self._starts[mine + 1] - self._starts[mine]
        ends = np.cumsum(sizes)
        cuts = np.searchsorted(ends, np.arange(AT_ONCE, int(ends[-1]) + AT_ONCE, AT_ONCE)) + 1 if len(ends) else ends
        start = 0
        for stop in np.unique(np.minimum(np.append(cuts, len(mine)), len(mine))).tolist():
            pair = np.repeat(np.arange(start, stop), sizes[start:stop])
            near = spans(self._starts[mine[start:stop]], sizes[start:stop])
            other = self.others[near] != theirs[pair]
            yield slice(start, stop), pair[other], near[other]
            start = stop


def _found(keys: Ints, one: Ints, other: Ints) -> tuple[Ints, Flags]:
    """Places of pairs of records among keys, and which of them are there."""
    wanted = np.minimum(one, other) << 32 | np.maximum(one, other)
    places = np.minimum(np.searchsorted(keys, wanted), max(0, len(keys) - 1))
    return places, keys[places] == wanted if len(keys) else np.zeros(len(wanted), dtype=bool)


def _by_candidates(keys: Ints, bits: Rates, sides: Sides) -> tuple[Rates, Habits]:
    """What each pair gains or loses by the other candidates of its records, and the habits of the register."""
    made = np.zeros(len(bits))
    chosen = np.flatnonzero(bits >= FROM_BITS)
    odds = np.exp2(np.minimum(bits[chosen], _MOST))
    near = _Near(keys[chosen], len(sides))
    habits = _habits(near, odds, bits[chosen] >= KNOWN_FROM, sides)
    one, other = (_summed(near, odds, ends, habits.more) for ends in (near.ends, near.ends[::-1]))
    one_alone, other_alone = (habits.alone[sides[end]] for end in near.ends)
    with_more = (1 + one[1]) * (1 + other[1]) - one[3]
    made[chosen] = np.log2(with_more / ((one_alone + one[0]) * (other_alone + other[0]) - one[2]))
    return made, habits


def _summed(near: _Near, odds: Rates, ends: tuple[Ints, Ints], more: float) -> Rates:
    """Four sums for each pair (a, b) over the other candidates c of a.

    The odds of a and c, those as far as b and c go together, and both again times what the same c is to b, where it is b's candidate
    too: that c is a's and that c is b's are not two things that might both be.
    """
    made = np.zeros((4, len(odds)))
    keys = near.ends[0] << 32 | near.ends[1]
    for some, pair, place in near.around(*ends):
        mine, theirs = odds[near.pairs[place]], np.zeros(len(pair))
        if more < OFTEN:
            found, there = _found(keys, ends[1][pair], near.others[place])
            theirs = np.where(there, odds[found], 0.0)
        held = mine * _together(theirs, more)
        for row, terms in enumerate((mine, held, mine * theirs, held * theirs * _together(mine, more))):
            made[row, some] += np.bincount(pair - some.start, weights=terms, minlength=some.stop - some.start)
    return made


def _habits(near: _Near, odds: Rates, known: Flags, sides: Sides) -> Habits:
    """How many records a person has, by the odds of all pairs and the number of known ones.

    One record with a third one and one without are counted beside those that are there: that of twenty records none has a third says
    little of the next (Laplace's rule of succession).
    """
    first, last = near.ends
    total = np.bincount(first, odds, len(sides)) + np.bincount(last, odds, len(sides))
    second = total / (1 + total)
    found = np.bincount(first[known], minlength=len(sides)) + np.bincount(last[known], minlength=len(sides))
    several, any_at_all = int((found > 1).sum()) + 1, int((found > 0).sum()) + 2
    share = [float(1 - second[sides == side].mean()) if (sides == side).any() else 1.0 for side in (0, 1)]
    more = several / any_at_all / max(float(second.sum()) / max(1, len(second)), 1e-9)
    return Habits(np.maximum(share, LEAST_ALONE), min(1.0, more))


def _together(odds: Rates, more: float) -> Rates:
    """How likely it is of two records with such odds that both are of a person of whom one is."""
    if more >= OFTEN:
        return np.ones(len(odds))
    expected = odds * max(more, LEAST_MORE)
    same = expected / (1 + expected)
    likely: Rates = same + (1 - same) * more
    return likely


def _by_a_third(keys: Ints, bits: Rates, records: int) -> Rates:
    """What the best chain through a third record weighs; of links that are rather one person's than two."""
    chain = np.full(len(bits), -np.inf)
    links = np.flatnonzero(bits > 0)
    near = _Near(keys[links], records)
    ends = keys >> 32, keys & 0xFFFFFFFF
    for some, pair, place in near.around(*ends):
        other, there = _found(keys[links], near.others[place], ends[1][pair])
        first, second = bits[links[near.pairs[place[there]]]], bits[links[other[there]]]
        np.maximum.at(chain[some], pair[there] - some.start, -np.logaddexp2(-first, -second))
    return chain
