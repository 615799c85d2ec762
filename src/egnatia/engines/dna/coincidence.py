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

from egnatia.engines.dna.alleles import WILDCARD, Allele
from egnatia.engines.dna.frequencies import LocusFrequencies, Population
from egnatia.engines.dna.kernel import PLACES, bound, cell
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
        matches: expected number of coincidental candidates of any class.
        log10_each: logarithm of the chance that one unrelated profile is a candidate.
        near: of `matches`, those that would be near matches.
        loci: that the population has figures for; at any other an unrelated profile is taken to agree in full.
    """

    population: str
    compared: int
    matches: float
    log10_each: float
    near: float = 0.0
    loci: int = 0


def of_search(
    query: Profile, rules: RuleSet, compared: int, populations: Sequence[Population], theta: float
) -> tuple[Expectation, ...]:
    """What one search leads to expect, in each population, the most cautious first.

    Every profile that is met is taken to have all loci of the question; one with fewer agrees more easily by chance, but is
    a candidate only when it has as many as the rules want. `statement` reckons with the loci of the pair instead. Where a
    population has no figures for a locus, everybody is taken to agree there: nothing is made rarer than figures say.
    """
    measure, spreads = rules.measure(), dict[str, list[Spread]]()
    for name in rules.loci:
        if name in query.loci:
            tables = [each.loci.get(name) for each in populations]
            groups = Groups(query.loci[name], partial(measure, name), (each for each in tables if each is not None))
            for population, table in zip(populations, tables, strict=True):
                found = groups.spread(table, theta) if table is not None else AGREES
                spreads.setdefault(population.name, []).append(found)
    expected = [expectation(each.name, compared, spreads.get(each.name, []), rules) for each in populations]
    return tuple(sorted(expected, key=lambda each: -each.matches))


def expectation(population: str, compared: int, spreads: Sequence["Spread"], rules: RuleSet) -> Expectation:
    """What so many comparisons lead to expect when each of their loci comes out as these spreads say."""
    outcomes = together(spreads, rules.classes, bound(rules))
    labelled = [(rules.classify(found), chance) for found, chance in outcomes.items()]
    each = math.fsum(chance for label, chance in labelled if label is not None)
    near = math.fsum(chance for label, chance in labelled if label is not None and label.near)
    known = sum(spread is not AGREES for spread in spreads)
    return Expectation(population, compared, compared * each, _log10(each), compared * near, known)


AGREES: Spread = {Tally(1, 1): 1.0}
"""A locus of which nothing is known: everybody agrees there in full."""
BY_WILDCARD: Spread = {Tally(1, second=1): 1.0}
"""A locus where each of two profiles has a wildcard, and nothing in common: everybody agrees there, by a wildcard."""


class Groups:
    """One locus of a profile, and the alleles that others may have there, those together that it makes no difference of.

    Args:
        seen: what the profile has there.
        measure: how two designations of this locus are compared.
        tables: of the populations to be asked about.
    """

    def __init__(self, seen: Designation, measure: OneLocus, tables: Iterable[LocusFrequencies]) -> None:
        self._known = tuple(each for each in seen if each != WILDCARD) if len(seen) == PAIR else ()
        own = self._own = sorted({*seen} - {WILDCARD})
        groups: dict[Allele | tuple[Tally, ...], list[Allele]] = {}
        for allele in sorted({*own}.union(*(each.seen for each in tables))):
            alike = tuple(tally_of(measure((each, each), (allele, allele))) for each in own)
            groups.setdefault(allele if allele in own else alike, []).append(allele)
        self._groups = [*groups.values()]
        self._outcomes = [
            (one, other, tally_of(measure(seen, tuple(sorted((self._groups[one][0], self._groups[other][0]))))))
            for one, other in combinations_with_replacement(range(len(self._groups)), PAIR)
        ]

    def spread(self, table: LocusFrequencies, theta: float) -> Spread:
        """How the locus comes out against somebody unrelated of this population.

        With w = k theta + (1 - theta) p for an allele of which k are known, two alleles of different groups are drawn with
        chance 2 W V, two of the same with W (W + theta), W and V the sums over the groups.
        """
        known = self._known
        mass = [
            math.fsum(known.count(each) * theta + (1 - theta) * self._share(each, table) for each in group)
            for group in self._groups
        ]
        drawn = (1 + (len(known) - 1) * theta) * (1 + len(known) * theta)
        spread: Spread = {}
        for one, other, outcome in self._outcomes:
            chance = mass[one] * (mass[one] + theta) if one == other else 2 * mass[one] * mass[other]
            spread[outcome] = spread.get(outcome, 0.0) + chance / drawn
        return spread

    def _share(self, allele: Allele, table: LocusFrequencies) -> float:
        return table.of(allele) if allele in self._own else table.seen.get(allele, 0.0)


def locus_spread(seen: Designation, measure: OneLocus, table: LocusFrequencies, theta: float) -> Spread:
    """How one locus of a profile comes out against that of somebody unrelated, over every genotype there is.

    The other person is of the same subpopulation, so what is known of this one's alleles makes them likelier; of a mixture
    nothing is known of anybody's genotype. The profile's own alleles have the table's least frequency at least, so that the
    chances of one locus may add up to a little more than one; all others are as they were counted.
    """
    return Groups(seen, measure, [table]).spread(table, theta)


def together(spreads: Iterable[Spread], classes: Sequence[MatchClass], most: int) -> Spread:
    """The spread of several loci from those of each, without what no class has room for; loci are independent."""
    short = [each.stringency for each in classes if each.stringency is not None]
    places = SHORT_OF[max(short, key=[*Stringency].index)] if short else (4,)
    total = {0: 1.0}
    for spread in spreads:
        here = [(_packed(found, places), share) for found, share in spread.items() if share]
        grown: dict[int, float] = {}
        for before, chance in total.items():
            for more, share in here:
                key = before + more
                if key >> _AGAINST <= most:
                    grown[key] = grown.get(key, 0.0) + chance * share
        total = grown
    return {Tally(*(key >> bit & bits for bit, bits in PLACES)): chance for key, chance in total.items()}


_AGAINST = 32
"""Where the disagreement stands beside the counts of a cell."""


def _packed(found: Tally, places: Sequence[int]) -> int:
    """The numbers of one locus side by side, as the kernel has them, and how much they speak against a candidate."""
    return cell(found) + (sum(found[place] for place in places) << _AGAINST)


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
