"""Kinship at scale: the fast pass against the reference, and both against pedigrees written out in exact fractions."""

import itertools
import math
from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.dna.alleles import WILDCARD, Allele
from egnatia.engines.dna.columns import Columns, pack
from egnatia.engines.dna.frequencies import LocusFrequencies, Population, shipped_populations
from egnatia.engines.dna.kinship import (
    COUSINS,
    HALF,
    PARENT,
    SIBLINGS,
    Model,
    Relation,
    by_descent,
    kinship,
    locus_index,
)
from egnatia.engines.dna.kinship_search import CHUNK, index_table, relatives
from egnatia.engines.dna.loci import SETS
from egnatia.engines.dna.simulate import as_columns, children, draw
from egnatia.engines.dna.types import Designation, Kind, Profile

POPULATIONS = shipped_populations()
LOCI = SETS["dna-17"]
TOGETHER = (PARENT, SIBLINGS, HALF)
_RELATION = {each.name: each for each in TOGETHER}
A, B, C = (Allele(each) for each in (100, 110, 120))
SHARES = {A: Fraction(1, 10), B: Fraction(3, 10), C: Fraction(6, 10)}
TABLE = LocusFrequencies({allele: float(share) for allele, share in SHARES.items()}, 10**9)
GENOTYPES = [*itertools.combinations_with_replacement(SHARES, 2)]

Genes = tuple[Allele, ...]


def _founders(count: int, theta: Fraction) -> Iterator[tuple[Genes, Fraction]]:
    """Alleles of founders in one subpopulation, drawn one after the other (Balding and Nichols)."""
    for drawn in itertools.product(SHARES, repeat=count):
        chance = Fraction(1)
        for number, allele in enumerate(drawn):
            before = drawn[:number]
            share = before.count(allele) * theta + (1 - theta) * SHARES[allele]
            chance *= share / (1 + (number - 1) * theta) if number else SHARES[allele]
        yield drawn, chance


def _passed(genes: Genes, rate: Fraction) -> list[tuple[Allele, Fraction]]:
    """What a parent passes on: either gene, changed in proportion to how common the new allele is."""
    anew = rate / (1 - sum(share**2 for share in SHARES.values()))
    kept = (1 - anew) / 2
    return [(allele, anew * share + kept * genes.count(allele)) for allele, share in SHARES.items()]


Pedigree = Iterator[tuple[Genes, Genes, Fraction]]


def _parent_and_child(theta: Fraction, rate: Fraction) -> Pedigree:
    for (a, b, c), chance in _founders(3, theta):
        for passed, share in _passed((a, b), rate):
            yield (a, b), (passed, c), chance * share


def _full_siblings(theta: Fraction, rate: Fraction) -> Pedigree:
    for (a, b, c, d), chance in _founders(4, theta):
        mother, father = _passed((a, b), rate), _passed((c, d), rate)
        for (m1, s1), (f1, s2), (m2, s3), (f2, s4) in itertools.product(mother, father, mother, father):
            yield (m1, f1), (m2, f2), chance * s1 * s2 * s3 * s4


def _half_siblings(theta: Fraction, rate: Fraction) -> Pedigree:
    for (a, b, c, d), chance in _founders(4, theta):
        for (m1, s1), (m2, s2) in itertools.product(_passed((a, b), rate), repeat=2):
            yield (m1, c), (m2, d), chance * s1 * s2


def _joint(pedigree: Pedigree) -> dict[tuple[Genes, Genes], Fraction]:
    """Chance of each two genotypes of the two people of a pedigree."""
    found: dict[tuple[Genes, Genes], Fraction] = {}
    for one, other, chance in pedigree:
        key = tuple(sorted(one)), tuple(sorted(other))
        found[key] = found.get(key, Fraction(0)) + chance
    assert sum(found.values()) == 1
    return found


def _strangers(theta: Fraction) -> dict[tuple[Genes, Genes], Fraction]:
    return _joint(((a, b), (c, d), chance) for (a, b, c, d), chance in _founders(4, theta))


PEDIGREES = [(PARENT, _parent_and_child), (SIBLINGS, _full_siblings), (HALF, _half_siblings)]


@pytest.mark.parametrize(("relation", "pedigree"), PEDIGREES, ids=lambda each: getattr(each, "__name__", None))
def test_every_index_is_the_pedigree_written_out_in_fractions(relation: Relation, pedigree: object) -> None:
    """At theta 0, with mutations on every transmission: what forrel's `kinshipLR` reckons. To 1e-12, asked for 1e-9."""
    rate = Fraction(2, 1000)
    assert callable(pedigree)
    for related, model in ((pedigree(Fraction(0), Fraction(0)), Model(0.0, 0.0)),
                           (pedigree(Fraction(0), rate), Model(0.0, float(rate), everywhere=True))):  # fmt: skip
        joint, apart = _joint(related), _strangers(Fraction(0))
        for one, other in itertools.product(GENOTYPES, repeat=2):
            expected = float(joint.get((one, other), Fraction(0)) / apart[one, other])
            assert locus_index(one, other, TABLE, relation, model) == pytest.approx(expected, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize(("relation", "pedigree"), PEDIGREES, ids=["parent", "siblings", "half"])
def test_coancestry_is_that_of_founders_of_one_subpopulation(relation: Relation, pedigree: object) -> None:
    """The lines of a family are drawn from one urn, so that everybody in it is a little related besides."""
    theta = Fraction(3, 100)
    assert callable(pedigree)
    joint, apart = _joint(pedigree(theta, Fraction(0))), _strangers(theta)
    for one, other in itertools.product(GENOTYPES, repeat=2):
        expected = float(joint.get((one, other), Fraction(0)) / apart[one, other])
        found = locus_index(one, other, TABLE, relation, Model(float(theta), 0.0))
        assert found == pytest.approx(expected, rel=1e-12, abs=1e-15)


def test_a_published_value_of_forrel() -> None:
    """Its own test: father A/A and child A/A, A seen in one of twenty, gives 20."""
    rare = LocusFrequencies({A: 0.05, B: 0.95}, 10**9)
    assert locus_index((A, A), (A, A), rare, PARENT, Model(0.0, 0.0)) == pytest.approx(20, rel=1e-12)


@given(st.floats(0, 1), st.floats(0, 1), st.integers(0, 6), st.floats(0, 0.3))
@settings(deadline=None, derandomize=True, max_examples=50)
def test_mutations_leave_chances_that_sum_to_one(first: float, second: float, transmissions: int, rate: float) -> None:
    """Any two lines of descent: what they share after mutations is what each still shares."""
    k1, k2 = first + second - 2 * first * second, first * second
    relation = Relation("two lines", 1 - k1 - k2, k1, k2, transmissions=transmissions)
    found = by_descent(relation, TABLE, Model(0.0, rate, everywhere=True))
    holds = (1 - min(1.0, rate / (1 - 0.01 - 0.09 - 0.36))) ** transmissions
    s, t = first * holds, second * holds
    assert found == pytest.approx(((1 - s) * (1 - t), s + t - 2 * s * t, s * t), abs=1e-12)
    assert by_descent(relation, TABLE, Model(0.0, rate)) == (relation.k0, relation.k1, relation.k2)


@given(
    st.sampled_from(["TH01", "SE33", "FGA"]),
    st.integers(0, len(POPULATIONS) - 1),
    st.integers(0, 10**6),
    st.floats(0, 0.2),
    st.floats(0, 0.01),
    st.booleans(),
)
@settings(deadline=None, derandomize=True, max_examples=20)
def test_all_genotypes_at_once_are_each_one_alone(
    locus: str,
    number: int,
    seed: int,
    theta: float,
    mutation: float,
    everywhere: bool,  # noqa: FBT001
) -> None:
    table, model = POPULATIONS[number].loci[locus], Model(theta, mutation, everywhere)
    alleles = [*sorted(table.seen), Allele(999)]
    asked = tuple(sorted((alleles[seed % len(alleles)], alleles[seed // 97 % len(alleles)])))
    pairs = [*itertools.combinations_with_replacement(alleles, 2)]
    relations = (*TOGETHER, COUSINS, Relation("any", 0.3, 0.6, 0.1, transmissions=3))
    made = index_table(asked, np.array(pairs), table, relations, model)
    for row, relation in zip(made, relations, strict=True):
        for said, other in zip(row.tolist(), pairs, strict=True):
            alone = locus_index(asked, other, table, relation, model)
            assert alone is not None
            assert 10**said == pytest.approx(alone, rel=1e-9, abs=1e-12)


def _kin(seed: int, count: int) -> tuple[Columns, list[Profile]]:
    """Strangers, and mothers, siblings and half siblings of those who are asked for, with gaps."""
    rng = np.random.default_rng(seed)
    uk = POPULATIONS[0]
    mothers, fathers, others = (draw(uk, LOCI, count, rng) for _ in range(3))
    asked, sibling, half = (
        children(mothers, fathers, rng),
        children(mothers, fathers, rng),
        children(mothers, others, rng),
    )
    people = [mothers, fathers, sibling, half]
    packed = [as_columns(each, Kind.RELATIVE, f"R{at}-", 0.05, rng) for at, each in enumerate(people)]
    columns = pack(each.profile(number) for each in packed for number in range(count))
    queries = as_columns(asked, Kind.MISSING, "Q-", 0.05, rng)
    return columns, [queries.profile(number) for number in range(4)]


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("least", [-2.0, 0.5, 3.0])
def test_three_relations_in_one_pass_are_three_reckoned_pair_by_pair(seed: int, least: float) -> None:
    columns, queries = _kin(seed, 40)
    populations = POPULATIONS[seed::3]
    for query in queries[:2]:
        expected = {}
        for number in range(len(columns)):
            other = columns.profile(number)
            for relation in TOGETHER:
                found = kinship(query, other, relation, populations, Model())
                if found.log10 >= least:
                    expected[other.ref, relation.name] = found
        given = relatives(query, columns, TOGETHER, populations, [Kind.RELATIVE], least=least, model=Model())
        assert {(each.ref, each.found.relation) for each in given} == {*expected}
        for each in given:
            alone = expected[each.ref, each.found.relation]
            assert each.found.log10 == pytest.approx(alone.log10, rel=1e-12)
            assert (each.found.population, each.found.loci) == (alone.population, alone.loci)
            assert each.found.excluding == alone.excluding
            assert each.figures[0] == (alone.population, each.found.log10)
            by_hand = [
                kinship(query, columns.profile(each.number), _RELATION[alone.relation], [one], Model())
                for one in populations
            ]
            assert [log10 for _, log10 in each.figures] == pytest.approx(
                sorted(one.log10 for one in by_hand), rel=1e-12
            )
    assert least > 0 or len(expected) > 100


def test_who_reaches_the_bound_by_a_hair_is_not_rounded_away() -> None:
    """Everybody is searched for with their own index as the bound; the first pass rounds, and never down."""
    columns, queries = _kin(6, 12)
    all_ = relatives(queries[0], columns, TOGETHER, POPULATIONS[:1], [Kind.RELATIVE], least=-60.0, model=Model())
    assert len(all_) == 3 * len(columns)
    for each in all_:
        again = relatives(
            queries[0], columns, TOGETHER, POPULATIONS[:1], [Kind.RELATIVE], least=each.found.log10, model=Model()
        )
        assert each in again


@given(st.floats(0, 1), st.floats(0, 1), st.floats(-3, 4))
@settings(deadline=None, derandomize=True, max_examples=12)
def test_any_relation_is_searched_as_it_is_reckoned(first: float, second: float, least: float) -> None:
    relation = Relation("any", (1 - first) * (1 - second), first + second - 2 * first * second, first * second)
    columns, queries = _kin(3, 12)
    populations = POPULATIONS[::4]
    reckoned = {
        each.ref: kinship(queries[0], each, relation, populations, Model()).log10
        for each in (columns.profile(number) for number in range(len(columns)))
    }
    found = relatives(queries[0], columns, relation, populations, [Kind.RELATIVE], least=least, model=Model())
    assert {each.ref for each in found} == {ref for ref, log10 in reckoned.items() if log10 >= least}


def test_more_than_three_relations_are_looked_for_in_turns() -> None:
    columns, queries = _kin(4, 30)
    five = (*TOGETHER, COUSINS, Relation("twins", 0.0, 0.0, 1.0))
    together = relatives(queries[0], columns, five, POPULATIONS, [Kind.RELATIVE], least=0.0, model=Model())
    alone = [
        each
        for relation in five
        for each in relatives(queries[0], columns, relation, POPULATIONS, [Kind.RELATIVE], least=0.0, model=Model())
    ]
    key = [(each.ref, each.found.relation, round(each.found.log10, 9)) for each in together]
    assert sorted(key) == sorted((each.ref, each.found.relation, round(each.found.log10, 9)) for each in alone)
    assert [each.found.log10 for each in together] == sorted((each.found.log10 for each in together), reverse=True)


def test_families_are_found_across_the_seams_of_chunks() -> None:
    columns, queries = _kin(5, 4)
    size = CHUNK + 7
    books, codes = columns.books, np.resize(columns.codes, (len(columns.codes), 0))
    strangers = np.tile(columns.codes[:, 4:8], size // 4 + 1)[:, : size - 1]
    codes = np.concatenate([strangers, columns.codes[:, :1]], axis=1)
    refs = b"X" * size
    many = Columns(
        books,
        np.ascontiguousarray(codes),
        np.full(size, columns.kinds[0]),
        np.frombuffer(refs, dtype=np.uint8),
        np.arange(1, size + 1, dtype=np.uint64),
    )
    found = relatives(queries[0], many, PARENT, POPULATIONS, [Kind.RELATIVE], least=3.0, model=Model())
    assert size - 1 in {each.number for each in found}


def test_how_many_strangers_reach_an_index_is_never_more_than_said() -> None:
    """The mean of an index over strangers is one, so that at most one of 1/x of them reaches x."""
    rng = np.random.default_rng(11)
    uk = POPULATIONS[0]
    strangers = as_columns(draw(uk, LOCI, 4000, rng), Kind.RELATIVE, "S-", 0.0, rng)
    asked = as_columns(draw(uk, LOCI, 12, rng), Kind.MISSING, "Q-", 0.0, rng)
    model, reached, said = Model(0.0), 0, 0.0
    for number in range(12):
        found = relatives(asked.profile(number), strangers, HALF, [uk], [Kind.RELATIVE], least=1.0, model=model)
        reached, said = reached + len(found), said + 4000 * 10**-1.0
        assert all(each.by_chance == pytest.approx(4000 * 10**-each.found.log10) for each in found)
    assert 0 < reached < said


@pytest.mark.parametrize("asked", [(A, WILDCARD), (A, B, C)])
def test_what_is_not_known_in_full_says_nothing(asked: Designation) -> None:
    population = Population("one", {"FGA": TABLE, "TH01": TABLE})
    query = Profile("Q", Kind.MISSING, {"FGA": tuple(sorted(asked)), "TH01": (A, B)})
    held = [
        Profile("known", Kind.RELATIVE, {"FGA": (A, A), "TH01": (A, B)}),
        Profile("unknown", Kind.RELATIVE, {"FGA": (WILDCARD, A), "TH01": (A, B)}),
        Profile("nothing", Kind.RELATIVE, {"FGA": (A, A)}),
    ]
    found = relatives(query, pack(held), SIBLINGS, [population], [Kind.RELATIVE], least=-9.0, model=Model())
    assert {(each.ref, each.found.loci) for each in found} == {("known", 1), ("unknown", 1)}
    assert len({each.found.log10 for each in found}) == 1
    assert math.isfinite(found[0].by_chance)
