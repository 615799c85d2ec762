"""How many candidates chance alone would give: for one search, and for two whole databases.

The danger of a large exchange is not what it misses but what it finds by chance: at six loci, and 7.2 million persons
against 100,000 traces, tens of thousands of pairs agree in full (bench/dna/coincidences.py). So no candidate is shown
without this number. It holds for unrelated people; relatives agree far more often, and the words say so.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations_with_replacement

from egnatia.engines.dna.alleles import WILDCARD
from egnatia.engines.dna.frequencies import LocusFrequencies, Population
from egnatia.engines.dna.kernel import bound
from egnatia.engines.dna.probability import genotype_given
from egnatia.engines.dna.rules import SHORT_OF, MatchClass, RuleSet
from egnatia.engines.dna.types import PAIR, Agreement, Designation, LocusEvidence, Profile, Stringency, Tally, tally_of

OneLocus = Callable[[Designation, Designation], LocusEvidence | None]
"""How two designations of one locus are compared."""
Spread = dict[Tally, float]
"""Chance of each outcome of one locus, or of several by their sums."""


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


def of_search(
    query: Profile, rules: RuleSet, compared: int, populations: Sequence[Population], theta: float
) -> tuple[Expectation, ...]:
    """What one search leads to expect, in each population, the most cautious first.

    Every profile that is met is taken to have all loci of the question; one with fewer agrees more easily by chance, but is
    a candidate only when it has as many as the rules want.
    """
    found = [_of_search(query, rules, compared, each, theta) for each in populations]
    return tuple(sorted(found, key=lambda each: -each.matches))


def _of_search(query: Profile, rules: RuleSet, compared: int, population: Population, theta: float) -> Expectation:
    measure, most = rules.measure(), bound(rules)
    spreads = [
        locus_spread(seen, partial(measure, name), population.loci[name], theta)
        for name, seen in query.loci.items()
        if name in rules.loci and name in population.loci
    ]
    chance = candidate_chance(spreads, rules.classes, most)
    return Expectation(population.name, compared, compared * chance, _log10(chance))


def locus_spread(seen: Designation, measure: OneLocus, table: LocusFrequencies, theta: float) -> Spread:
    """How one locus of a profile comes out against that of somebody unrelated, over every genotype there is.

    The other person is of the same subpopulation, so what is known of this one's alleles makes them likelier; of a mixture
    nothing is known of anybody's genotype. Frequencies are those of the table with its least, so that the chances of one
    locus may add up to a little more than one: nothing is made rarer than it was counted.
    """
    known = tuple(each for each in seen if each != WILDCARD) if len(seen) == PAIR else ()
    spread: Spread = {}
    for pair in combinations_with_replacement(sorted({*table.seen, *known}), PAIR):
        outcome = tally_of(measure(seen, pair))
        spread[outcome] = spread.get(outcome, 0.0) + genotype_given(pair, known, table, theta)
    return spread


def together(spreads: Iterable[Spread], classes: Sequence[MatchClass], most: int) -> Spread:
    """The spread of several loci from those of each, without what no class has room for; loci are independent."""
    total: Spread = {Tally(): 1.0}
    short = [each.stringency for each in classes if each.stringency is not None]
    places = SHORT_OF[max(short, key=[*Stringency].index)] if short else (4,)
    for spread in spreads:
        grown: Spread = {}
        for before, chance in total.items():
            for here, share in spread.items():
                key = before.plus(here)
                if sum(key[place] for place in places) <= most:
                    grown[key] = grown.get(key, 0.0) + chance * share
        total = grown
    return total


def candidate_chance(spreads: Sequence[Spread], classes: Sequence[MatchClass], most: int) -> float:
    """Chance that somebody unrelated is a candidate of any of these classes."""
    outcomes = together(spreads, classes, most)
    return math.fsum(chance for found, chance in outcomes.items() if any(each.fits(found) for each in classes))


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
