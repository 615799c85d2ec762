"""Kinship: how much likelier two profiles are if their sources are related in a stated way than if they are strangers.

For missing persons, unidentified remains and families' claims, where an agreement names it; never a search of relatives
for crime (requirement FOR-07). Formula: for coefficients k0, k1, k2 (chances that two people share 0, 1 or 2 alleles by
descent at a locus) the index is k0 + k1 X / P + k2 [same] / P, where P is the chance of the second genotype given the
first and X that chance when one allele is shared by descent; both with coancestry theta (Balding and Nichols 1994; Evett
and Weir 1998). A child's allele may have mutated: proportional model, which reads the same from parent and child. Tests
hold every index to the pedigree written out in exact fractions; `kinship_search` looks among millions.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from egnatia.engines.dna.alleles import WILDCARD
from egnatia.engines.dna.frequencies import LocusFrequencies, Population
from egnatia.engines.dna.probability import THETA, genotype_given, log10_of, next_allele
from egnatia.engines.dna.types import PAIR, Designation, Kind, Profile
from egnatia.errors import InputError

MUTATION = 0.002
"""Mutations in one transmission at one locus: the order of the rates counted for these loci (AABB 2008: 0.1 to 0.3 %)."""


@dataclass(frozen=True, slots=True)
class Relation:
    """How two people are related.

    Attributes:
        k0: chance of no allele shared by descent at a locus.
        k1: chance of one.
        k2: chance of two.
        direct: whether one is the other's child, so that a mutation explains a locus without a shared allele.
        transmissions: from one of the two to the other along one line of descent: 1 to a child, 2 between siblings.

    Raises:
        InputError: the three are no chances that sum to one.
    """

    name: str
    k0: float
    k1: float
    k2: float
    direct: bool = False
    transmissions: int = 0

    def __post_init__(self) -> None:
        """Refuse what is no relation."""
        if min(self.k0, self.k1, self.k2) < 0 or not math.isclose(self.k0 + self.k1 + self.k2, 1, abs_tol=1e-9):
            raise InputError(f"{self.k0}, {self.k1}, {self.k2} are no chances that sum to one")


PARENT = Relation("parent or child", 0.0, 1.0, 0.0, direct=True, transmissions=1)
SIBLINGS = Relation("full siblings", 0.25, 0.5, 0.25, transmissions=2)
HALF = Relation("half siblings, grandparent, uncle or aunt", 0.5, 0.5, 0.0, transmissions=2)
COUSINS = Relation("first cousins", 0.75, 0.25, 0.0, transmissions=4)
RELATIONS = {"parent": PARENT, "siblings": SIBLINGS, "half": HALF, "cousins": COUSINS}
FAMILY_KINDS = (Kind.MISSING, Kind.REMAINS, Kind.RELATIVE)
"""Kinds among which relatives are looked for: people who are missed, and families who asked. Never offenders or traces."""


@dataclass(frozen=True, slots=True)
class Model:
    """What an index is reckoned with.

    Attributes:
        theta: coancestry.
        mutation: chance that one transmission changes an allele.
        everywhere: whether every transmission may, and not that from parent to child alone, which is the one that a
            mutation can exclude; forrel reckons so where a mutation model is set.
    """

    theta: float = THETA
    mutation: float = MUTATION
    everywhere: bool = False


def locus_index(
    one: Designation, other: Designation, table: LocusFrequencies, relation: Relation, model: Model
) -> float | None:
    """The index at one locus; None where either side has a wildcard or more than two alleles."""
    if len(one) != PAIR or len(other) != PAIR or WILDCARD in (*one, *other):
        return None
    strangers = genotype_given(other, one, table, model.theta)
    shared = _one_shared(one, other, table, model)
    k0, k1, k2 = by_descent(relation, table, model)
    return k0 + (k1 * shared + k2 * (one == other)) / strangers


def by_descent(relation: Relation, table: LocusFrequencies, model: Model) -> tuple[float, float, float]:
    """Chances of 0, 1 and 2 alleles shared by descent that no mutation changed on the way.

    A mutated allele is drawn anew from the population, so a line of descent of n transmissions still holds with chance
    f = (1 - lost)^n. Two lines that share with chances s and t have k2 = s t and k1 + 2 k2 = s + t, hence the formula.
    """
    if not (relation.direct or model.everywhere):
        return relation.k0, relation.k1, relation.k2
    holds = (1 - lost_share(table, model.mutation)) ** relation.transmissions
    k2 = holds**2 * relation.k2
    k1 = holds * (relation.k1 + 2 * relation.k2) - 2 * k2
    return 1 - k1 - k2, k1, k2


def _one_shared(one: Designation, other: Designation, table: LocusFrequencies, model: Model) -> float:
    """Chance of the second genotype when it has one allele of the first by descent, and draws the other."""
    total = 0.0
    for mine in one:
        for shared, drawn in {(other[0], other[1]), (other[1], other[0])}:
            if mine == shared:
                total += 0.5 * next_allele(table.of(drawn), one.count(drawn), 2, model.theta)
    return total


def lost_share(table: LocusFrequencies, mutation: float) -> float:
    """Chance that a transmitted allele is drawn anew from the population, so that `mutation` of them change."""
    differing = 1 - sum(share**2 for share in table.seen.values())
    return min(1.0, mutation / differing) if differing > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Kinship:
    """How two profiles speak for one relation, by the population that speaks least for it.

    Attributes:
        log10: of the index; 3 says a thousand times likelier related so than strangers.
        loci: that were compared.
        excluding: of these, loci where no allele is shared; of parent and child each needs a mutation.
    """

    relation: str
    population: str
    log10: float
    loci: int
    excluding: tuple[str, ...]


def kinship(
    one: Profile, other: Profile, relation: Relation, populations: Sequence[Population], model: Model
) -> Kinship:
    """The index of two profiles for one relation, the least over the populations (Ge and Budowle 2012).

    Raises:
        InputError: no population has figures for any locus of both.
    """
    found = [_kinship(one, other, relation, each, model) for each in populations]
    if not found or not max(each.loci for each in found):
        raise InputError("no population has figures for a locus of both profiles")
    most = max(each.loci for each in found)
    return min((each for each in found if each.loci == most), key=lambda each: each.log10)


def _kinship(one: Profile, other: Profile, relation: Relation, population: Population, model: Model) -> Kinship:
    said: dict[str, float] = {}
    for name, seen in one.loci.items():
        if name in other.loci and name in population.loci:
            index = locus_index(seen, other.loci[name], population.loci[name], relation, model)
            if index is not None:
                said[name] = log10_of(index)
    excluding = tuple(name for name in said if not {*one.loci[name]} & {*other.loci[name]})
    return Kinship(relation.name, population.name, math.fsum(said.values()), len(said), excluding)
