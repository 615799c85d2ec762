"""Two databases: how one locus of two unrelated people comes out, whoever they are.

Over every pair of genotypes at once, since a variable locus with sixty alleles has more than a million pairs. Both people
are of one subpopulation: the first draws two alleles, the second two more (Balding and Nichols). Frequencies are as counted:
no profile is special here, and a least frequency would only add people. At theta 0 the figures are those of the closed
forms in `coincidence`, to which tests hold them; bench/dna/calibration.py counts whether they come true.
"""

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache, partial
from typing import Any

import numpy as np

from egnatia.engines.dna.alleles import WILDCARD, Allele
from egnatia.engines.dna.coincidence import AGREES, BY_WILDCARD, Expectation, Spread, expectation, locus_spread
from egnatia.engines.dna.frequencies import LocusFrequencies, Population
from egnatia.engines.dna.rules import RuleSet
from egnatia.engines.dna.types import PAIR, Tally, tally_of

Grid = np.ndarray[Any, np.dtype[np.int64]]
Row = np.ndarray[Any, np.dtype[np.float64]]
_Figures = tuple[tuple[Allele, float], ...]
"""Alleles and how often they are drawn: what a cache can keep a result by."""
_MISMATCH, _MICRO = 3, 2
"""What one allele adds to the cost of laying two genotypes over each other: fewer deviations count before fewer mismatches
among them, as in `compare_locus`."""
_NOTHING = 2 * _MISMATCH
"""Cost of two genotypes that have nothing in common."""


def of_agreement(
    known: Mapping[str, int], rules: RuleSet, pairs: int, populations: Sequence[Population], theta: float
) -> tuple[Expectation, ...]:
    """Coincidental candidates among so many pairs of unrelated people, in each population, the most cautious first.

    Args:
        known: loci at which every pair is compared, each with the alleles by which: 2; 1 where one of the two has a wildcard
            beside an allele; 0 where both have one, and nothing else in common.
        rules: of the agreement; near matches count.
        pairs: of profiles that the agreement lets be compared.
        populations: to reckon in; where one has no figures for a locus, everybody is taken to agree there.
        theta: coancestry within a pair.
    """
    loci = [name for name in rules.loci if name in known]
    found = []
    for each in populations:
        spreads = [_spread(each.loci.get(name), name, known[name], rules, theta) for name in loci]
        found.append(expectation(each.name, pairs, spreads, rules))
    return tuple(sorted(found, key=lambda each: -each.matches))


def _spread(table: LocusFrequencies | None, name: str, known: int, rules: RuleSet, theta: float) -> Spread:
    if not known:
        return BY_WILDCARD
    if table is None:
        return AGREES
    total = math.fsum(table.seen.values())
    figures = tuple((allele, share / total) for allele, share in sorted(table.seen.items()) if share)
    return _full_pair(figures, name, rules, theta) if known == PAIR else _wild_pair(figures, name, rules, theta)


@lru_cache(maxsize=4096)
def _full_pair(figures: _Figures, name: str, rules: RuleSet, theta: float) -> Spread:
    """How two unrelated people of whom both alleles are known come out at one locus."""
    alleles, shares = [each for each, _ in figures], np.array([share for _, share in figures])
    low, high = np.triu_indices(len(alleles))
    cost = _cost(low, high, _steps(alleles, name, rules))
    one, other = np.nonzero(cost < _NOTHING)
    chance = _drawn(shares, theta, (low[one], high[one], low[other], high[other]))
    alike = cost[one, other] * 4 + (low == high)[one] * 2 + (low == high)[other]
    spread: Spread = {}
    for value in np.unique(alike).tolist():
        rows = np.flatnonzero(alike == value)
        of_first = [(alleles[low[at[rows[0]]]], alleles[high[at[rows[0]]]]) for at in (one, other)]
        _add(spread, tally_of(rules.measure()(name, *of_first)), float(chance[rows].sum()))
    _add(spread, _nothing(rules), max(0.0, 1.0 - math.fsum(spread.values())))
    return spread


def _add(spread: Spread, outcome: Tally, chance: float) -> None:
    spread[outcome] = spread.get(outcome, 0.0) + chance


def _nothing(rules: RuleSet) -> Tally:
    """A locus at which two people have nothing in common."""
    return Tally(1, fourth=1 if rules.by_stringency else 2)


def _steps(alleles: list[Allele], name: str, rules: RuleSet) -> Grid:
    """What it costs to lay each allele over each other."""
    measure = rules.measure()
    same = [[tally_of(measure(name, (one, one), (other, other))) for other in alleles] for one in alleles]
    return np.array([[0 if each.full else _MICRO if each.third == PAIR else _MISMATCH for each in row] for row in same])


def _cost(low: Grid, high: Grid, steps: Grid) -> Grid:
    """What it costs to lay each genotype over each other, the cheaper of the two ways."""
    straight = steps[np.ix_(low, low)] + steps[np.ix_(high, high)]
    crossed = steps[np.ix_(low, high)] + steps[np.ix_(high, low)]
    return np.asarray(np.minimum(straight, crossed))


def _drawn(shares: Row, theta: float, four: tuple[Grid, Grid, Grid, Grid]) -> Row:
    """Chance to draw a first genotype and then a second one, each in either order."""
    a, b, c, d = four
    total = shares[a] * ((a == b) * theta + (1 - theta) * shares[b])
    total *= (0.0 + (a == c) + (b == c)) * theta + (1 - theta) * shares[c]
    total *= (0.0 + (a == d) + (b == d) + (c == d)) * theta + (1 - theta) * shares[d]
    return np.asarray(total * np.where(a == b, 1, 2) * np.where(c == d, 1, 2) / ((1 + theta) * (1 + 2 * theta)))


@lru_cache(maxsize=4096)
def _wild_pair(figures: _Figures, name: str, rules: RuleSet, theta: float) -> Spread:
    """How it comes out where of one of the two people only one allele is known."""
    table = LocusFrequencies(dict(figures), 10**9)
    spread: Spread = {}
    for allele, share in figures:
        for outcome, chance in locus_spread((WILDCARD, allele), partial(rules.measure(), name), table, theta).items():
            _add(spread, outcome, share * chance)
    return spread
