"""Elimination: whether a trace may be of somebody who touched it, or of its victim, before anybody else hears of it.

What is found here is held back, so the net is cast wider than any search: under the rules of every agreement at once,
whatever kinds and however few loci they want, and besides as a contributor by the semi-continuous model, of one person
whose alleles dropped out and of several. Low stringency alone is left out: by it every hundredth stranger would agree.

How often somebody is held back who has nothing to do with a trace: an unrelated person's ratio reaches L in at most one
case of L (Turing, as quoted by Good 1950), whatever the loci, and it has to reach it in every population's figures.
`bench/dna/contamination.py` measures both sides.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations_with_replacement
from typing import Any

import numpy as np

from egnatia.engines.dna.alleles import WILDCARD
from egnatia.engines.dna.columns import Columns
from egnatia.engines.dna.eligible import Flags
from egnatia.engines.dna.frequencies import shipped_populations
from egnatia.engines.dna.kernel import ROUNDING, Counts, cell, fits, laxest_of
from egnatia.engines.dna.loci import LOCI
from egnatia.engines.dna.mixture import MOST_SEEN, Chances, MixedLocus, ratio_table
from egnatia.engines.dna.rule_file import shipped, shipped_rules
from egnatia.engines.dna.rules import Inclusion, RuleSet
from egnatia.engines.dna.types import PAIR, Designation, Kind, Profile, Stringency, Tally, tally_of

LIMIT = 5.5
"""Logarithm of the ratio from which a profile is held to have contributed: of a thousand innocent traces against a thousand
people less than one reaches it (bench/dna/contamination.py, which shows the limits beside it too)."""
MAX_HOW = 40
"""Characters of how a profile agrees, as the store holds them."""
CONTRIBUTOR = "contributor"
"""What is said of a profile that agrees with a trace as one of several, or with alleles that dropped out."""
MOST_WEIGHED = 3
"""Contributors that are weighed; with four, genotypes by the ten thousand would be summed at every locus."""
_ALONE = (Chances(unknown=0), Chances(unknown=0, drop_out=0.4), Chances(unknown=1))
"""How a trace of seemingly one person is weighed: all of it, a faint one that lost alleles, and hidden behind another."""
_TABLES = 4_096
"""Tables kept in mind: seventeen loci show some eighty designations each; what comes on top begins the memory anew."""
_PLACES = {locus.name: place for place, locus in enumerate(LOCI)}
_Table = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Agreeing:
    """A profile that a trace may be of.

    Attributes:
        ref: of the profile.
        kind: of it.
        how: rule set and class, or `contributor`.
        near: whether something deviates, or it was found as a contributor.
        log10: logarithm of the ratio, of a contributor.
    """

    ref: str
    kind: Kind
    how: str
    near: bool
    log10: float | None = None


@cache
def widest_rules() -> tuple[RuleSet, ...]:
    """Every shipped rule set without its bounds on kinds and on what a profile needs, low stringency left out."""
    pairs = frozenset(frozenset(each) for each in combinations_with_replacement(Kind, PAIR))
    all_of_them = (shipped_rules(name) for name in shipped())
    kept = [each for each in all_of_them if laxest_of(each) not in {Stringency.LOW, Stringency.NONE}]
    return tuple(replace(each, kinds=pairs, inclusion=Inclusion()) for each in kept)


def weighed_as(trace: Profile) -> tuple[Chances, ...]:
    """By how many contributors a trace is weighed: as few as its alleles allow, and where one would do also two."""
    most = max((len({*seen} - {WILDCARD}) for seen in trace.loci.values()), default=0)
    least = max(1, -(-most // PAIR))
    return _ALONE if least == 1 else (Chances(unknown=min(least, MOST_WEIGHED) - 1),)


class Eliminators:
    """The profiles of those who may have touched traces, and of victims, ready to be held against any trace.

    Invariant: what is remembered was made of these columns and of nothing else, and changes no answer. Several threads may
    ask.

    Args:
        columns: packed profiles of any kind; whoever gathers them says who belongs here.
        limit: logarithm of the ratio from which a contributor is reported.
    """

    def __init__(self, columns: Columns, limit: float = LIMIT) -> None:
        self.columns = columns
        self.limit = limit
        self._tables: dict[tuple[object, int, Designation], _Table] = {}

    def __len__(self) -> int:
        """How many there are."""
        return len(self.columns)

    def agreeing(self, trace: Profile) -> tuple[Agreeing, ...]:
        """Everybody that the trace may be of, by reference: in the best class that fits, else as a contributor."""
        if not len(self):
            return ()
        found = {each.ref: each for each in self._contributors(trace)}
        found |= {each.ref: each for each in self._matching(trace)}
        return tuple(found[ref] for ref in sorted(found))

    def _matching(self, trace: Profile) -> Iterator[Agreeing]:
        """Profiles that agree by some rule set, the best class of each last."""
        fitting: list[tuple[bool, str, Flags]] = []
        for rules in widest_rules():
            counts = self._counts(trace, rules)
            fitting += [(each.near, f"{rules.id}: {each.label}", fits(each, counts)) for each in rules.classes]
        for near, how, which in sorted(fitting, key=lambda each: each[0], reverse=True):
            for number in np.flatnonzero(which).tolist():
                yield Agreeing(self.columns.ref(number), self.columns.kind(number), how[:MAX_HOW], near)

    def _counts(self, trace: Profile, rules: RuleSet) -> Counts:
        """What every profile's comparison comes to; a mixed locus is weighed, not counted."""
        total = np.zeros(len(self), dtype=np.uint32)
        for name, seen in trace.loci.items():
            if name in rules.loci and len(seen) == PAIR:
                total += self._cells(rules, _PLACES[name], seen).take(self.columns.codes[_PLACES[name]])
        return total

    def _cells(self, rules: RuleSet, row: int, seen: Designation) -> _Table:
        # Rule sets that measure alike share a table.
        key = ((rules.by_stringency, rules.micro_variants, rules.five_bases), row, seen)
        made = self._tables.get(key)
        if made is None:
            measure, name = rules.measure(), LOCI[row].name
            found = [tally_of(measure(name, seen, each)) if each else Tally() for each in self.columns.books[row]]
            made = self._keep(key, np.array([cell(each) for each in found], dtype=np.uint32))
        return made

    def _contributors(self, trace: Profile) -> Iterator[Agreeing]:
        """Profiles whose ratio reaches the limit in every population, by some number of contributors."""
        scores = self._scores(trace, weighed_as(trace))
        for number in np.flatnonzero(scores >= self.limit - ROUNDING).tolist():
            ref, kind = self.columns.ref(number), self.columns.kind(number)
            yield Agreeing(ref, kind, CONTRIBUTOR, near=True, log10=round(float(scores[number]), 3))

    def _scores(self, trace: Profile, chances: tuple[Chances, ...]) -> _Table:
        """For each profile the best way of weighing, by the population in which it says least."""
        total = np.zeros((len(chances), len(shipped_populations()), len(self)))
        for name, seen in trace.loci.items():
            known = len({*seen} - {WILDCARD})
            if 0 < known <= MOST_SEEN and any(name in each.loci for each in shipped_populations()):
                total += self._ratios(chances, _PLACES[name], seen)[:, :, self.columns.codes[_PLACES[name]]]
        return np.asarray(total.min(axis=1).max(axis=0))

    def _ratios(self, chances: tuple[Chances, ...], row: int, seen: Designation) -> _Table:
        """For every way of weighing and every population what each code of a locus says."""
        key = (chances, row, seen)
        made = self._tables.get(key)
        if made is None:
            name, book = LOCI[row].name, self.columns.books[row]
            silent = np.zeros(len(book), dtype=np.float32)
            ratios = [
                [
                    ratio_table(MixedLocus(seen, each.loci[name], model), book) if name in each.loci else silent
                    for each in shipped_populations()
                ]
                for model in chances
            ]
            made = self._keep(key, np.array(ratios))
        return made

    def _keep(self, key: tuple[object, int, Designation], table: _Table) -> _Table:
        if len(self._tables) >= _TABLES:
            self._tables.clear()
        self._tables[key] = table
        return table
