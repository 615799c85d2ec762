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
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from egnatia.engines.dna.frequencies import LocusFrequencies
from egnatia.engines.dna.probability import NEVER, THETA, log10_of
from egnatia.engines.dna.types import PAIR, Designation
from egnatia.errors import InputError

Row = np.ndarray[Any, np.dtype[np.float64]]
Keys = np.ndarray[Any, np.dtype[np.int64]]
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


class MixedLocus:
    """One locus of a trace, ready to be asked about any genotype.

    What a contributor leaves depends on how many copies of each kind of allele all of them have together: the chance that
    all copies of a kind drop out is the drop-out chance to that power. Draws can be exchanged, so the sum over everybody's
    genotypes is the sum over such copies, which is one coefficient of a product of polynomials, one a kind.

    Args:
        seen: alleles of the trace; wildcards say nothing and are left out.
        table: frequencies of the locus.
        chances: of the model.

    Raises:
        InputError: the locus shows more alleles than the model tells apart, or than so many people can leave.
    """

    def __init__(self, seen: Designation, table: LocusFrequencies, chances: Chances) -> None:
        self.seen = tuple(sorted({each for each in seen if each > 0}))
        if len(self.seen) > MOST_SEEN:
            raise InputError(f"a locus shows {len(self.seen)} alleles; at most {MOST_SEEN} are weighed")
        self._chances = chances
        shares = [table.of(each) for each in self.seen]
        others = sum(share for allele, share in table.seen.items() if allele not in self.seen)
        self._shares = np.array([*shares, others])
        kinds = len(self._shares)
        candidates = np.zeros((kinds, kinds, kinds), dtype=np.int64)
        for kind in range(kinds):
            candidates[kind, :, kind] += 1
            candidates[:, kind, kind] += 1
        defence = self._likelihoods(np.zeros((1, kinds), dtype=np.int64), chances.unknown + 1, unseen=True)
        prosecution = self._likelihoods(candidates.reshape(-1, kinds), chances.unknown, unseen=chances.complete)
        if not defence[0] > 0:
            raise InputError(
                f"{chances.unknown + 1} people cannot leave {len(self.seen)} alleles at a locus where none drops in",
                hint="Allow more contributors, or drop-in.",
            )
        self._ratios = prosecution / defence

    def ratio(self, genotype: Designation) -> float | None:
        """How much the locus speaks for a candidate with this genotype; None where it is not known in full."""
        (key,) = self.keys([genotype]).tolist()
        return None if key < 0 else float(self._ratios[key])

    def keys(self, genotypes: Sequence[Designation]) -> Keys:
        """Which of the ratios is each genotype's; -1 where it is not known in full."""
        numbers, kinds = {allele: number for number, allele in enumerate(self.seen)}, len(self._shares)
        return np.array(
            [
                numbers.get(each[0], kinds - 1) * kinds + numbers.get(each[1], kinds - 1)
                if len(each) == PAIR and min(each) > 0
                else -1
                for each in genotypes
            ],
            dtype=np.int64,
        )

    def logarithms(self, keys: Keys) -> Row:
        """Logarithms of the ratios of these keys; nothing is said where one is unknown."""
        made = np.full(len(self._ratios) + 1, NEVER)
        np.log10(self._ratios, out=made[:-1], where=self._ratios > 0)
        made[-1] = 0.0
        return np.asarray(made[keys])

    def _likelihoods(self, mine: Keys, number: int, *, unseen: bool) -> Row:
        """Chance of the trace for each candidate's copies of each kind, when `number` strangers left it besides."""
        draws, theta = PAIR * number, self._chances.theta
        every, all_shown = (self._kinds(mine, draws, unseen=unseen, drop_in=each) for each in (True, False))
        total = _coefficient(every) - self._chances.drop_in * _coefficient(all_shown)
        before = mine.sum(axis=1)
        orders = np.prod([1 + (before + each - 1) * theta for each in range(draws)], axis=0)
        return np.asarray(np.maximum(total, 0.0) * math.factorial(draws) / orders)

    def _kinds(self, mine: Keys, draws: int, *, unseen: bool, drop_in: bool) -> Row:
        """For each candidate and kind the polynomial whose coefficients are of 0, 1, ... copies among the strangers.

        Without drop-in every allele of the trace has to be somebody's.
        """
        theta = self._chances.theta
        made = np.ones((*mine.shape, draws + 1))
        for copies in range(draws):
            drawn = (mine + copies) * theta + (1 - theta) * self._shares
            made[:, :, copies + 1] = made[:, :, copies] * drawn / (copies + 1)
        held = mine[:, :, None] + np.arange(draws + 1)
        lost = np.power(self._chances.drop_out, held)
        nobodys = self._chances.drop_in * self._shares[:-1, None] if drop_in else 0.0
        made[:, :-1] *= np.where(held[:, :-1] > 0, 1 - lost[:, :-1], nobodys)
        made[:, -1] *= lost[:, -1]
        if not unseen:
            made[:, -1, 1:] = 0.0
        return made


def _coefficient(kinds: Row) -> Row:
    """The highest coefficient that counts of the product of all kinds' polynomials, for each candidate."""
    total = kinds[:, 0]
    length = kinds.shape[2]
    for kind in range(1, kinds.shape[1]):
        grown = np.zeros_like(total)
        for copies in range(length):
            grown[:, copies:] += kinds[:, kind, copies, None] * total[:, : length - copies]
        total = grown
    return total[:, -1]


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
    return locus.logarithms(locus.keys(book)).astype(np.float32)
