"""How often chance gives a genotype, and two people the same one.

Formulas: Balding and Nichols (1994), as recommendation 4.10 of the National Research Council (1996) gives them for two
people of one subpopulation with coancestry theta; the product is taken over loci. Values are kept as logarithms to base
ten: a full profile's is below 1e-20.
"""

import math
from dataclasses import dataclass

from egnatia.engines.dna.alleles import WILDCARD, Allele
from egnatia.engines.dna.frequencies import LocusFrequencies, Population
from egnatia.engines.dna.types import PAIR, Designation, Profile
from egnatia.errors import InputError

THETA = 0.01
"""For large populations (NRC 1996, chapter 4); 0.03 for small, isolated ones, and where a partner's own people have no
published table, as in Albania, Kosovo and North Macedonia."""


def next_allele(share: float, seen: int, before: int, theta: float) -> float:
    """Chance that the next allele drawn is one of frequency `share`, when `seen` of the `before` drawn ones were it."""
    return (seen * theta + (1 - theta) * share) / (1 + (before - 1) * theta)


def genotype_given(pair: Designation, given: Designation, table: LocusFrequencies, theta: float) -> float:
    """Chance of a genotype when these alleles of the same subpopulation are known; of none, where nothing is.

    Given the same genotype it is recommendation 4.10 of the National Research Council (1996).
    """
    chance = 1.0 if pair[0] == pair[1] else 2.0
    drawn = given
    for allele in pair:
        chance *= next_allele(table.of(allele), drawn.count(allele), len(drawn), theta)
        drawn = (*drawn, allele)
    return chance


def has_allele(allele: Allele, table: LocusFrequencies, theta: float) -> float:
    """Chance that another person has this allele at all, for a locus whose other allele is a wildcard.

    The one who was typed has it once for sure; that is all that is conditioned on, for nothing is known of the other. With
    theta 0 it is 1 - (1 - p)^2.
    """
    share = table.of(allele)
    first = next_allele(share, 1, 1, theta)
    lacks_second = 1 - next_allele(share, 1, 2, theta)
    return 1 - (1 - first) * lacks_second


def locus_probability(seen: Designation, table: LocusFrequencies, theta: float) -> float:
    """Chance that another person's genotype agrees with this one at one locus; 1 where nothing is known.

    Raises:
        InputError: theta is not from 0 to below 1, or the locus is of a mixture.
    """
    if not 0 <= theta < 1:
        raise InputError(f"{theta} is no coancestry coefficient", hint="Common values are 0.01 and 0.03.")
    if len(seen) != PAIR:
        raise InputError("a mixture has no match probability", hint="Ask for a likelihood ratio instead.")
    known = [each for each in seen if each != WILDCARD]
    if not known:
        return 1.0
    if len(known) == 1:
        return has_allele(known[0], table, theta)
    return genotype_given(seen, seen, table, theta)


NEVER = -30.0
"""Logarithm that stands for a ratio of nothing: one locus that excludes is not outweighed by thirty that agree."""


def log10_of(ratio: float) -> float:
    """Logarithm of a likelihood ratio, `NEVER` for none."""
    return math.log10(ratio) if ratio > 0 else NEVER


@dataclass(frozen=True, slots=True)
class MatchProbability:
    """How often a profile's genotype is expected among people unrelated to its source.

    Attributes:
        population: whose figures were used.
        theta: coancestry.
        log10: logarithm of the probability; its negative is that of the likelihood ratio for a single source.
        loci: that were counted.
        left_out: loci of the profile that the population's table lacks.
    """

    population: str
    theta: float
    log10: float
    loci: tuple[str, ...]
    left_out: tuple[str, ...]


def match_probability(
    profile: Profile, population: Population, theta: float, loci: tuple[str, ...] | None = None
) -> MatchProbability:
    """The random match probability over these loci, all of the profile's where none are named.

    Raises:
        InputError: theta is no coancestry coefficient, or the profile is of a mixture.
    """
    wanted = [name for name in profile.loci if loci is None or name in loci]
    counted = tuple(name for name in wanted if name in population.loci)
    total = math.fsum(
        math.log10(locus_probability(profile.loci[name], population.loci[name], theta)) for name in counted
    )
    return MatchProbability(
        population.name, theta, total, counted, tuple(name for name in wanted if name not in population.loci)
    )
