"""The figures of a hit: what each population's table says of two profiles that are candidates for each other.

What two profiles have in common decides, not what one of them has: where one has a wildcard, or one allele that the other
has beside a second, only the shared allele counts; where they deviate, nothing is said to be shared, and the likelihood
ratio takes the chance of a typing error. Reckoned in every population; none is anybody's property.
"""

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from egnatia.engines.dna.alleles import WILDCARD
from egnatia.engines.dna.coincidence import (
    AGREES,
    BY_WILDCARD,
    Expectation,
    Groups,
    Spread,
    expectation,
    locus_spread,
    of_search,
)
from egnatia.engines.dna.databases import of_agreement
from egnatia.engines.dna.frequencies import Population
from egnatia.engines.dna.mixture import MOST_SEEN, MOST_UNKNOWN, Chances, mixed_loci, mixture_ratio
from egnatia.engines.dna.probability import locus_probability
from egnatia.engines.dna.rules import RuleSet
from egnatia.engines.dna.types import (
    PAIR,
    Agreement,
    Designation,
    Evidence,
    Kind,
    LocusEvidence,
    Profile,
    Stringency,
    tally_of,
)
from egnatia.errors import InputError

LEAST_POPULATIONS = 3
"""In which a hit is stated at least: what is rare in one may be common in another."""
TYPING_ERROR = 0.001
"""Chance that one allele of one person is typed differently by two laboratories. 2,085 men typed with six kits gave 19
such loci (Westen and others 2014), below 0.001 a locus and pair of kits; those were reference samples and traces are worse."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """Among how many profiles a coincidence may be found.

    Attributes:
        searched: profiles that this search met.
        persons: that the agreement lets be compared, of both sides together; 0 where nobody said.
        traces: likewise; for a hit of two traces those of one side stand here and those of the other as `persons`.

    Raises:
        InputError: a number is negative.
    """

    searched: int
    persons: int = 0
    traces: int = 0

    def __post_init__(self) -> None:
        """Refuse what is no number of profiles."""
        if min(self.searched, self.persons, self.traces) < 0:
            raise InputError("a database has no negative number of profiles")

    @property
    def pairs(self) -> int:
        """Comparisons that the agreement makes in all."""
        return self.persons * self.traces


@dataclass(frozen=True, slots=True)
class Figures:
    """What one population's figures say of a hit.

    Attributes:
        log10_rmp: logarithm of the chance that somebody unrelated has what both profiles have in common (NRC 1996, 4.10);
            of a mixture, that somebody has the person's genotype.
        log10_lr: logarithm of the likelihood ratio of one person against two unrelated ones. Loci that deviate count with
            the chance of an error in typing; for a mixture it is that of the semi-continuous model.
        of_search: candidates that chance alone would give in this search.
        of_agreement: likewise between the whole databases; None where nobody said how large they are.
        near_of_search: near matches among the first.
        near_of_agreement: near matches among the second.
        loci: compared ones that the population has figures for.
        left_out: the others; there everybody is taken to agree.
    """

    population: str
    log10_rmp: float
    log10_lr: float
    of_search: float
    of_agreement: float | None
    near_of_search: float
    near_of_agreement: float | None
    loci: int
    left_out: tuple[str, ...]


def figures_of(
    pair: tuple[Profile, Profile],
    evidence: Evidence,
    rules: RuleSet,
    sizes: Sizes,
    populations: Sequence[Population],
    theta: float,
) -> tuple[Figures, ...]:
    """The figures in each population that has any for these loci, the most cautious first.

    That is the highest match probability, and for a mixture the lowest likelihood ratio.

    Raises:
        InputError: fewer than three populations have figures, both are mixtures, or theta is no coancestry coefficient.
    """
    loci = [each.locus for each in evidence.loci]
    able = [each for each in populations if any(name in each.loci for name in loci)]
    if len(able) < LEAST_POPULATIONS:
        raise InputError(
            f"{len(able)} populations have figures for these loci; a hit is stated in {LEAST_POPULATIONS} at least",
            hint="Name more tables of frequencies; docs/reference/dna.md lists the shipped ones.",
        )
    if Kind.MIXTURE in (pair[0].kind, pair[1].kind) or any(
        max(len(each.left), len(each.right)) > PAIR for each in evidence.loci
    ):
        return _of_mixture(pair, evidence, rules, sizes, able, theta)
    return _of_single(evidence, rules, sizes, able, theta)


def in_common(each: LocusEvidence) -> Designation | None:
    """What two single sources have in common at a locus: both alleles, one and a wildcard, or two wildcards.

    None where they deviate. A locus of moderate stringency is read as if the missing allele had dropped out, which speaks
    neither for nor against.
    """
    if each.agreement in (Agreement.FULL, Stringency.HIGH):
        return each.left
    if each.agreement in (Agreement.WILDCARD, Stringency.MODERATE):
        shared = Counter(each.left) & Counter(each.right)
        known = sorted(shared.elements())
        return (*[WILDCARD] * (PAIR - len(known)), *known)
    return None


def _of_single(
    evidence: Evidence, rules: RuleSet, sizes: Sizes, populations: Sequence[Population], theta: float
) -> tuple[Figures, ...]:
    """Of two single sources: each locus against everybody once, then all loci of each population together."""
    common = {each.locus: in_common(each) for each in evidence.loci}
    known = {name: PAIR if seen is None else sum(map(bool, seen)) for name, seen in common.items()}
    whole = {each.population: each for each in of_agreement(known, rules, sizes.pairs, populations, theta)}
    spreads = {each.locus: _spreads(each, common[each.locus], rules, populations, theta) for each in evidence.loci}
    found = []
    for each in populations:
        mine = {name: spread[each.name] for name, spread in spreads.items()}
        search = expectation(each.name, sizes.searched, [*mine.values()], rules)
        rmp = _rarity(common, each, theta)
        lr = math.fsum(_deviation(locus, each, rules, theta) for locus in evidence.loci if common[locus.locus] is None)
        found.append(_figures(each, (rmp, lr - rmp), search, whole[each.name] if sizes.pairs else None, common))
    return tuple(sorted(found, key=lambda each: -each.log10_rmp))


def _spreads(
    locus: LocusEvidence, common: Designation | None, rules: RuleSet, populations: Sequence[Population], theta: float
) -> dict[str, Spread]:
    """How one locus of the pair comes out against somebody unrelated of each population."""
    asked = locus.left if common is None else common
    if not any(asked):
        return dict.fromkeys((each.name for each in populations), BY_WILDCARD)
    tables = {each.name: each.loci[locus.locus] for each in populations if locus.locus in each.loci}
    groups = Groups(asked, partial(rules.measure(), locus.locus), tables.values())
    return {
        each.name: groups.spread(tables[each.name], theta) if each.name in tables else AGREES for each in populations
    }


def _rarity(seen: Mapping[str, Designation | None], population: Population, theta: float) -> float:
    """Logarithm of the match probability of what is in common, over the loci that the population has figures for."""
    return math.fsum(
        math.log10(locus_probability(each, population.loci[name], theta))
        for name, each in seen.items()
        if each is not None and name in population.loci
    )


def _deviation(locus: LocusEvidence, population: Population, rules: RuleSet, theta: float) -> float:
    """How much a locus that deviates speaks against one person: the chance of an error against that of a stranger.

    A stranger to either of the two, whichever deviates so more often, so that both sides reckon the same; where a population
    has no figures, for sure.
    """
    alleles = locus.micro + locus.mismatched or (1 if locus.agreement is Stringency.LOW else PAIR)
    error, chance, measure = TYPING_ERROR**alleles, 1.0, partial(rules.measure(), locus.locus)
    if locus.locus in population.loci:
        table, outcome = population.loci[locus.locus], tally_of(locus)
        sides = (locus_spread(side, measure, table, theta) for side in (locus.left, locus.right))
        chance = max(spread.get(outcome, 0.0) for spread in sides)
    return math.log10(error / max(chance, error))


def _of_mixture(
    pair: tuple[Profile, Profile],
    evidence: Evidence,
    rules: RuleSet,
    sizes: Sizes,
    populations: Sequence[Population],
    theta: float,
) -> tuple[Figures, ...]:
    """Of a mixture and a person: the person's rarity, and the likelihood ratio of the semi-continuous model.

    The agreement is taken to hold traces like this one.
    """
    trace, person = _roles(pair, evidence)
    sides = {each.locus: (trace.loci[each.locus], person.loci[each.locus]) for each in evidence.loci}
    genotypes = {name: genotype for name, (_, genotype) in sides.items()}
    most = max(len({*seen} - {WILDCARD}) for seen, _ in sides.values())
    chances = Chances(theta=theta, unknown=min(MOST_UNKNOWN, max(PAIR, -(-most // PAIR))) - 1)
    weighable = {name: seen for name, (seen, _) in sides.items() if len({*seen} - {WILDCARD}) <= MOST_SEEN}
    question = Profile(trace.ref, trace.kind, {name: seen for name, (seen, _) in sides.items()})
    search = {each.population: each for each in of_search(question, rules, sizes.searched, populations, theta)}
    whole = {each.population: each for each in of_search(question, rules, sizes.pairs, populations, theta)}
    found = []
    for each in populations:
        known = {name: seen for name, seen in weighable.items() if name in each.loci}
        lr = mixture_ratio(mixed_loci(known, each.loci, chances), genotypes)[0] if known else 0.0
        rmp = _rarity(genotypes, each, theta)
        found.append(_figures(each, (rmp, lr), search[each.name], whole[each.name] if sizes.pairs else None, sides))
    return tuple(sorted(found, key=lambda each: each.log10_lr))


def _roles(pair: tuple[Profile, Profile], evidence: Evidence) -> tuple[Profile, Profile]:
    """The mixture and the person of a pair."""

    def is_mixed(one: Profile) -> bool:
        return one.kind is Kind.MIXTURE or any(len(one.loci[each.locus]) > PAIR for each in evidence.loci)

    one, other = pair
    if is_mixed(one) and is_mixed(other):
        raise InputError("no likelihood ratio is given for two mixtures", hint="Search each with single sources.")
    return (one, other) if is_mixed(one) else (other, one)


def _figures(
    population: Population,
    evidence: tuple[float, float],
    search: Expectation,
    whole: Expectation | None,
    loci: Collection[str],
) -> Figures:
    left_out = tuple(name for name in loci if name not in population.loci)
    return Figures(
        population.name,
        *evidence,
        search.matches,
        None if whole is None else whole.matches,
        search.near,
        None if whole is None else whole.near,
        sum(name in population.loci for name in loci),
        left_out,
    )
