"""How many candidates chance alone would give: for one search, and for two whole databases.

The danger of a large exchange is not what it misses but what it finds by chance: at six loci, and 7.2 million persons
against 100,000 traces, tens of thousands of pairs agree in full (bench/dna/coincidences.py). So no candidate is shown
without this number. It holds for unrelated people; relatives agree far more often, and the words say so.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement

from egnatia.engines.dna.alleles import WILDCARD, Allele
from egnatia.engines.dna.frequencies import LocusFrequencies, Population
from egnatia.engines.dna.probability import locus_probability, next_allele
from egnatia.engines.dna.rules import MOST, MatchClass, RuleSet
from egnatia.engines.dna.types import PAIR, Agreement, Designation, Profile

Spread = dict[tuple[int, int, int], float]
"""Chance of each outcome of one locus, by (full, wildcard, mismatched alleles), or of several loci by their sums."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """What chance alone is expected to give.

    Attributes:
        population: whose figures were used.
        compared: profiles that the question met, or pairs of profiles.
        matches: expected number of coincidental candidates.
        log10_each: logarithm of the chance that one unrelated profile is a candidate.
    """

    population: str
    compared: int
    matches: float
    log10_each: float

    @property
    def at_least_one(self) -> float:
        """Chance of one coincidental candidate or more (Poisson)."""
        return -math.expm1(-self.matches)


def of_search(
    query: Profile, rules: RuleSet, compared: int, populations: Sequence[Population], theta: float
) -> tuple[Expectation, ...]:
    """What one search leads to expect, in each population, the most cautious first.

    Every profile that is met is taken to have all loci of the question; profiles with fewer agree more easily by chance,
    so ask `at_loci` for them. Micro-variants count as mismatches here, which is within the same bound of deviations.
    """
    found = [_of_search(query, rules, compared, each, theta) for each in populations]
    return tuple(sorted(found, key=lambda each: -each.matches))


def _of_search(query: Profile, rules: RuleSet, compared: int, population: Population, theta: float) -> Expectation:
    spreads = [
        locus_spread(seen, population.loci[name], theta)
        for name, seen in query.loci.items()
        if name in rules.loci and name in population.loci and len(seen) == PAIR
    ]
    chance = candidate_chance(spreads, rules.classes)
    return Expectation(population.name, compared, compared * chance, _log10(chance))


def locus_spread(seen: Designation, table: LocusFrequencies, theta: float) -> Spread:
    """How one locus of a profile comes out against that of somebody unrelated."""
    known = [each for each in seen if each != WILDCARD]
    if not known:
        return {(0, 0, 0): 1.0}
    agreeing = min(1.0, locus_probability(seen, table, theta))
    if len(known) == 1:
        return {(0, 1, 0): agreeing, (0, 0, 1): 1 - agreeing}
    one = min(1 - agreeing, _one_off(known[0], known[1], table, theta))
    return {(1, 0, 0): agreeing, (0, 0, 1): one, (0, 0, 2): 1 - agreeing - one}


def _one_off(left: Allele, right: Allele, table: LocusFrequencies, theta: float) -> float:
    """Chance of exactly one differing allele.

    The other genotype holds one of the two alleles and something else, or, against two different ones, one of them twice.
    """
    total = 0.0
    alleles = {*table.seen, left, right}
    for one, other in combinations_with_replacement(sorted(alleles), PAIR):
        if _differing((left, right), (one, other)) == 1:
            total += _conditional((one, other), (left, right), table, theta)
    return total


def _differing(left: tuple[Allele, Allele], right: tuple[Allele, Allele]) -> int:
    straight = (left[0] != right[0]) + (left[1] != right[1])
    return min(straight, (left[0] != right[1]) + (left[1] != right[0]))


def _conditional(
    pair: tuple[Allele, Allele], given: tuple[Allele, Allele], table: LocusFrequencies, theta: float
) -> float:
    """Chance of a genotype given another one of the same subpopulation (Balding and Nichols)."""
    chance = 1.0 if pair[0] == pair[1] else 2.0
    drawn: tuple[Allele, ...] = given
    for allele in pair:
        chance *= next_allele(table.of(allele), drawn.count(allele), len(drawn), theta)
        drawn = (*drawn, allele)
    return chance


def together(spreads: Iterable[Spread]) -> Spread:
    """The spread of several loci from those of each; loci are independent of one another."""
    total: Spread = {(0, 0, 0): 1.0}
    for spread in spreads:
        grown: Spread = {}
        for before, chance in total.items():
            for here, share in spread.items():
                key = (before[0] + here[0], before[1] + here[1], before[2] + here[2])
                grown[key] = grown.get(key, 0.0) + chance * share
        total = {key: chance for key, chance in grown.items() if chance}
    return total


def candidate_chance(spreads: Sequence[Spread], classes: Sequence[MatchClass]) -> float:
    """Chance that somebody unrelated is a candidate of any of these classes."""
    compared = sum((0, 0, 0) not in each for each in spreads)
    most = max((_deviations(each) for each in classes), default=0)
    kept = [{key: chance for key, chance in each.items() if key[2] <= most} for each in spreads]
    return sum(chance for key, chance in together(kept).items() if any(_fits(each, key, compared) for each in classes))


def _deviations(match_class: MatchClass) -> int:
    return min(match_class.max_mismatched + match_class.max_micro, match_class.max_deviations)


def _fits(match_class: MatchClass, counts: tuple[int, int, int], compared: int) -> bool:
    full, wild, mismatched = counts
    return (
        full >= match_class.min_full
        and compared >= match_class.min_compared
        and wild <= match_class.max_wildcards
        and mismatched <= min(_deviations(match_class), MOST)
    )


def _log10(chance: float) -> float:
    return math.log10(chance) if chance > 0 else -math.inf


def full_match(table: LocusFrequencies) -> float:
    """Chance that two unrelated people have the same genotype at one locus; theta 0, frequencies as counted."""
    shares = [*table.seen.values()]
    squares = sum(share**2 for share in shares)
    return 2 * squares**2 - sum(share**4 for share in shares)


def one_off(table: LocusFrequencies) -> float:
    """Chance that two unrelated people's genotypes differ in exactly one allele; theta 0, frequencies as counted."""
    shares = [*table.seen.values()]
    second, third, fourth = (sum(share**power for share in shares) for power in (2, 3, 4))
    # ab against ac: 4 sum p_a^2 p_b p_c over ordered pairs of different b, c other than a; aa against ab, both ways round.
    return 4 * (second - 2 * third - second**2 + 2 * fourth) + 4 * (third - fourth)


def of_databases(
    persons: int, traces: int, loci: Iterable[str], population: Population, *, full: int = 6
) -> Mapping[Agreement, float]:
    """Coincidental pairs to expect between two whole databases of unrelated people, all compared at these loci.

    Returns the pairs that agree in full, and those with one allele off where `full` loci agree beside it; theta 0.
    """
    tables = [population.loci[name] for name in loci]
    same = [full_match(each) for each in tables]
    off = [one_off(each) for each in tables]
    pairs = persons * traces
    product = math.prod(same)
    near = sum(product / one * other for one, other in zip(same, off, strict=True)) if len(same) > full else 0.0
    return {Agreement.FULL: pairs * product, Agreement.ONE_OFF: pairs * near}
