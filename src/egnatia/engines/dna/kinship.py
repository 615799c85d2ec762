"""Kinship: how much likelier two profiles are if their sources are related in a stated way than if they are strangers.

For missing persons, unidentified remains and families' claims, where an agreement names it; never a search of relatives
for crime (requirement FOR-07). Formula: for coefficients k0, k1, k2 (chances that two people share 0, 1 or 2 alleles by
descent at a locus) the index is k0 + k1 X / P + k2 [same] / P, where P is the chance of the second genotype given the
first and X that chance when one allele is shared by descent; both with coancestry theta (Balding and Nichols 1994; Evett
and Weir 1998). A child's allele may have mutated: proportional model, which reads the same from parent and child.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from egnatia.engines.dna.alleles import WILDCARD
from egnatia.engines.dna.columns import Columns
from egnatia.engines.dna.frequencies import LocusFrequencies, Population
from egnatia.engines.dna.kernel import CHUNK, ROUNDING
from egnatia.engines.dna.loci import LOCI
from egnatia.engines.dna.probability import THETA, genotype_given, log10_of, next_allele
from egnatia.engines.dna.types import PAIR, Designation, Kind, Profile
from egnatia.errors import InputError

Scores = np.ndarray[Any, np.dtype[np.float32]]
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

    Raises:
        InputError: the three are no chances that sum to one.
    """

    name: str
    k0: float
    k1: float
    k2: float
    direct: bool = False

    def __post_init__(self) -> None:
        """Refuse what is no relation."""
        if min(self.k0, self.k1, self.k2) < 0 or not math.isclose(self.k0 + self.k1 + self.k2, 1, abs_tol=1e-9):
            raise InputError(f"{self.k0}, {self.k1}, {self.k2} are no chances that sum to one")


PARENT = Relation("parent or child", 0.0, 1.0, 0.0, direct=True)
SIBLINGS = Relation("full siblings", 0.25, 0.5, 0.25)
HALF = Relation("half siblings, grandparent, uncle or aunt", 0.5, 0.5, 0.0)
COUSINS = Relation("first cousins", 0.75, 0.25, 0.0)
RELATIONS = {"parent": PARENT, "siblings": SIBLINGS, "half": HALF, "cousins": COUSINS}
FAMILY_KINDS = (Kind.MISSING, Kind.REMAINS, Kind.RELATIVE)
"""Kinds among which relatives are looked for: people who are missed, and families who asked. Never offenders or traces."""


@dataclass(frozen=True, slots=True)
class Model:
    """What an index is reckoned with: coancestry, and mutations in one transmission."""

    theta: float = THETA
    mutation: float = MUTATION


def locus_index(
    one: Designation, other: Designation, table: LocusFrequencies, relation: Relation, model: Model
) -> float | None:
    """The index at one locus; None where either side has a wildcard or more than two alleles."""
    if len(one) != PAIR or len(other) != PAIR or WILDCARD in (*one, *other):
        return None
    strangers = genotype_given(other, one, table, model.theta)
    shared = _one_shared(one, other, table, model)
    if relation.direct:
        lost = _lost(table, model.mutation)
        shared = (1 - lost) * shared + lost * strangers
    same = one == other
    return relation.k0 + relation.k1 * shared / strangers + relation.k2 * same / strangers


def _one_shared(one: Designation, other: Designation, table: LocusFrequencies, model: Model) -> float:
    """Chance of the second genotype when it has one allele of the first by descent, and draws the other."""
    total = 0.0
    for mine in one:
        for shared, drawn in {(other[0], other[1]), (other[1], other[0])}:
            if mine == shared:
                total += 0.5 * next_allele(table.of(drawn), one.count(drawn), 2, model.theta)
    return total


def _lost(table: LocusFrequencies, mutation: float) -> float:
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


@dataclass(frozen=True, slots=True)
class Relative:
    """A profile that may be of a relative."""

    number: int
    ref: str
    kind: Kind
    found: Kinship


def relatives(
    query: Profile,
    columns: Columns,
    relation: Relation,
    populations: Sequence[Population],
    kinds: Iterable[Kind],
    *,
    least: float,
    model: Model,
) -> tuple[Relative, ...]:
    """Profiles of these kinds whose index reaches `least` (a logarithm) in every population, the highest first.

    The columns are searched by the sum of what each locus says at most; only what passes is reckoned by population, so
    nothing that reaches the bound is missed.
    """
    bounds = _bounds(query, columns, relation, populations, model)
    permitted = columns.of_kinds(kinds)
    found: list[Relative] = []
    for start in range(0, len(columns), CHUNK):
        codes = columns.codes[:, start : start + CHUNK]
        scores = np.zeros(codes.shape[1], dtype=np.float32)
        for row, table in bounds:
            scores += table.take(codes[row])
        for number in (start + np.flatnonzero(scores >= least - ROUNDING)).tolist():
            if permitted[number]:
                profile = columns.profile(number)
                exact = kinship(query, profile, relation, populations, model)
                if exact.log10 >= least:
                    found.append(Relative(number, profile.ref, profile.kind, exact))
    return tuple(sorted(found, key=lambda each: (-each.found.log10, each.ref)))


def _bounds(
    query: Profile, columns: Columns, relation: Relation, populations: Sequence[Population], model: Model
) -> list[tuple[int, Scores]]:
    """For each locus the most that any population says for each code."""
    made = []
    for row, locus in enumerate(LOCI):
        tables = [each.loci[locus.name] for each in populations if locus.name in each.loci]
        if locus.name in query.loci and tables:
            asked, book = query.loci[locus.name], columns.books[row]
            silent = [0.0] * (len(tables) < len(populations))  # a population without figures here says nothing
            best = [max(*silent, *(_said(asked, each, table, relation, model) for table in tables)) for each in book]
            made.append((row, np.array(best, dtype=np.float32)))
    return made


def _said(asked: Designation, held: Designation, table: LocusFrequencies, relation: Relation, model: Model) -> float:
    index = locus_index(asked, held, table, relation, model) if held else None
    return 0.0 if index is None else log10_of(index)
