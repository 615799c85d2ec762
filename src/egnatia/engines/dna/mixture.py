"""Mixtures: how much likelier a trace of several people is if a candidate is one of them than if a stranger is.

Semi-continuous model: alleles are seen or not, heights are not read. An allele of a contributor drops out with a chance of
its own (a homozygote's with the square), alleles of nobody drop in, and contributors nobody knows are summed over every
genotype they could have, by Balding and Nichols' chances. Alleles that were not seen stand together as one class. The
complete model sums over it under both hypotheses; SmartRank leaves it out under the prosecution's, which is quicker there
and here only for comparison (`complete=False`).

Sources: Gill, Whitaker and others on LoComatioN (2007); Haned, Slooten and Gill (2012); held to SmartRank 1.1.1's own
validation cases to five figures.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement
from typing import Any

import numpy as np

from egnatia.engines.dna.alleles import Allele
from egnatia.engines.dna.frequencies import LocusFrequencies
from egnatia.engines.dna.probability import THETA, log10_of
from egnatia.engines.dna.types import PAIR, Designation
from egnatia.errors import InputError

Row = np.ndarray[Any, np.dtype[np.float64]]
UNSEEN = Allele(-1)
"""All alleles of a locus that the trace does not show, taken as one."""
MOST_UNKNOWN = 4
"""Contributors that nobody knows, under either hypothesis: five people in one trace tell nothing apart."""
MOST_SEEN = 10
"""Alleles of one locus; five contributors have at most ten."""


@dataclass(frozen=True, slots=True)
class Chances:
    """What the model is reckoned with.

    Attributes:
        drop_out: chance that one allele of a contributor is not seen.
        drop_in: chance that an allele of nobody is.
        theta: coancestry.
        unknown: contributors besides the candidate; one more stands in for the candidate under the other hypothesis.
        complete: sum over alleles that were not seen under both hypotheses.

    Raises:
        InputError: a value is no chance, or there are more contributors than can be told apart.
    """

    drop_out: float = 0.1
    drop_in: float = 0.05
    theta: float = THETA
    unknown: int = 1
    complete: bool = True

    def __post_init__(self) -> None:
        """Refuse what the model has no meaning for."""
        if not (0 <= self.drop_out < 1 and 0 <= self.drop_in < 1 and 0 <= self.theta < 1):
            raise InputError("drop-out, drop-in and theta are chances from 0 to below 1")
        if not 0 <= self.unknown < MOST_UNKNOWN:
            raise InputError(
                f"at most {MOST_UNKNOWN - 1} unknown contributors beside the candidate", hint="Fewer of them."
            )


@dataclass(frozen=True, slots=True)
class _Strangers:
    """Every set of genotypes that some strangers may have at one locus.

    Attributes:
        copies: alleles of each kind in a set, one column a kind; the last is the class of the unseen.
        drops: how often the drop-out chance stands for each kind: once for a heterozygote's, twice for a homozygote's.
        weight: in how many orders and phases the set comes.
    """

    copies: np.ndarray[Any, np.dtype[np.int64]]
    drops: np.ndarray[Any, np.dtype[np.int64]]
    weight: Row


def _strangers(kinds: int, number: int) -> _Strangers:
    """Sets of genotypes of `number` strangers over kinds of alleles that are counted from 0."""
    genotypes = [*combinations_with_replacement(range(kinds), PAIR)]
    sets = [*combinations_with_replacement(range(len(genotypes)), number)]
    copies, drops = np.zeros((len(sets), kinds), np.int64), np.zeros((len(sets), kinds), np.int64)
    weight = np.ones(len(sets))
    for row, chosen in enumerate(sets):
        for low, high in (genotypes[each] for each in chosen):
            copies[row, low] += 1
            copies[row, high] += 1
            drops[row, low] += 2 if low == high else 1
            drops[row, high] += 0 if low == high else 1
            weight[row] *= 1 if low == high else 2
        repeats = math.prod(math.factorial(each) for each in Counter(chosen).values())
        weight[row] *= math.factorial(number) / repeats
    return _Strangers(copies, drops, weight)


class MixedLocus:
    """One locus of a trace, ready to be asked about any genotype.

    Args:
        seen: alleles of the trace; wildcards say nothing and are left out.
        table: frequencies of the locus.
        chances: of the model.

    Raises:
        InputError: the locus shows more alleles than the model tells apart.
    """

    def __init__(self, seen: Designation, table: LocusFrequencies, chances: Chances) -> None:
        self.seen = tuple(sorted({each for each in seen if each > 0}))
        if len(self.seen) > MOST_SEEN:
            raise InputError(f"a locus shows {len(self.seen)} alleles; at most {MOST_SEEN} are weighed")
        self._chances = chances
        shares = [table.of(each) for each in self.seen]
        others = sum(share for allele, share in table.seen.items() if allele not in self.seen)
        self._shares = np.array([*shares, others])
        self._among: dict[tuple[bool, int], _Strangers] = {}
        self._defence = self._likelihood((), chances.unknown + 1, unseen=True)
        self._known: dict[tuple[int, ...], float] = {}

    def ratio(self, genotype: Designation) -> float | None:
        """How much the locus speaks for a candidate with this genotype; None where it is not known in full."""
        if len(genotype) != PAIR or min(genotype) <= 0:
            return None
        numbers = {allele: number for number, allele in enumerate(self.seen)}
        key = tuple(sorted(numbers.get(each, len(self.seen)) for each in genotype))
        if key not in self._known:
            chances = self._chances
            self._known[key] = self._likelihood(key, chances.unknown, unseen=chances.complete) / self._defence
        return self._known[key]

    def _likelihood(self, candidate: tuple[int, ...], number: int, *, unseen: bool) -> float:
        """Chance of the trace when the candidate, if any, and `number` strangers left it."""
        kinds = len(self.seen) + 1
        strangers = self._sets(number, unseen=unseen)
        mine = np.bincount(np.array(candidate, dtype=np.int64), minlength=kinds)
        drawn = self._drawn(strangers.copies, mine)
        drops = np.power(self._chances.drop_out, strangers.drops + mine)
        drops = np.where(strangers.copies + mine > 0, drops, 1.0)
        shown = strangers.copies[:, :-1] + mine[:-1] > 0
        seen = np.where(shown, 1 - drops[:, :-1], self._chances.drop_in * self._shares[:-1]).prod(axis=1)
        nobodys = np.where(shown.all(axis=1), 1 - self._chances.drop_in, 1.0)
        return float((strangers.weight * drawn * seen * nobodys * drops[:, -1]).sum())

    def _sets(self, number: int, *, unseen: bool) -> _Strangers:
        """Genotypes of the strangers; without the class of the unseen its column is empty."""
        if (unseen, number) not in self._among:
            made = _strangers(len(self.seen) + unseen, number)
            if not unseen:
                none = np.zeros((len(made.weight), 1), np.int64)
                made = _Strangers(np.hstack([made.copies, none]), np.hstack([made.drops, none]), made.weight)
            self._among[unseen, number] = made
        return self._among[unseen, number]

    def _drawn(self, copies: np.ndarray[Any, np.dtype[np.int64]], mine: np.ndarray[Any, Any]) -> Row:
        """Chance to draw these alleles, given the candidate's (Balding and Nichols)."""
        theta = self._chances.theta
        total = np.ones(len(copies))
        for kind, share in enumerate(self._shares):
            for already in range(int(copies[:, kind].max(initial=0))):
                factor = (mine[kind] + already) * theta + (1 - theta) * share
                total *= np.where(copies[:, kind] > already, factor, 1.0)
        drawn, before = int(copies[0].sum()) if len(copies) else 0, int(mine.sum())
        return np.asarray(total / math.prod(1 + (before + each - 1) * theta for each in range(drawn)))


def mixed_loci(
    trace: Mapping[str, Designation], tables: Mapping[str, LocusFrequencies], chances: Chances
) -> dict[str, MixedLocus]:
    """The loci of a trace that a population has figures for, ready to be asked.

    Raises:
        InputError: there is none, or a locus shows too many alleles.
    """
    made = {name: MixedLocus(seen, tables[name], chances) for name, seen in trace.items() if name in tables}
    if not made:
        raise InputError("no locus of the trace has figures", hint="Name frequencies that cover its loci.")
    return made


def mixture_ratio(
    loci: Mapping[str, MixedLocus], candidate: Mapping[str, Designation]
) -> tuple[float, tuple[str, ...]]:
    """Logarithm of the likelihood ratio for one candidate, and the loci it was reckoned from."""
    said = {name: loci[name].ratio(seen) for name, seen in candidate.items() if name in loci}
    known = {name: ratio for name, ratio in said.items() if ratio is not None}
    return math.fsum(log10_of(each) for each in known.values()), tuple(known)


def ratio_table(locus: MixedLocus, book: Sequence[Designation]) -> np.ndarray[Any, np.dtype[np.float32]]:
    """What every code of a column says for its genotype, as a logarithm; nothing is said by what is not typed."""
    ratios: Iterable[float | None] = (locus.ratio(each) if each else None for each in book)
    return np.array([0.0 if each is None else log10_of(each) for each in ratios], dtype=np.float32)
