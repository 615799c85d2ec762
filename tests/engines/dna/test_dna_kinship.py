"""Kinship: textbook values, laws that every index obeys, families found among strangers, and nothing missed."""

import itertools
import math

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
    kinship,
    locus_index,
)
from egnatia.engines.dna.kinship_search import relatives
from egnatia.engines.dna.loci import SETS
from egnatia.engines.dna.probability import NEVER, next_allele
from egnatia.engines.dna.simulate import as_columns, children, draw
from egnatia.engines.dna.types import Designation, Kind, Profile
from egnatia.errors import InputError

A, B, C, D = (Allele(each) for each in (100, 110, 120, 130))
TABLE = LocusFrequencies({A: 0.1, B: 0.2, C: 0.3, D: 0.4}, 10**9)
PLAIN = Model(theta=0.0, mutation=0.0)
GENOTYPES = [*itertools.combinations_with_replacement((A, B, C, D), 2)]
PA, PB = 0.1, 0.2
TEXTBOOK: list[tuple[Designation, Designation, Relation, float]] = [
    ((A, A), (A, A), PARENT, 1 / PA),
    ((A, A), (A, B), PARENT, 1 / (2 * PA)),
    ((A, B), (A, A), PARENT, 1 / (2 * PA)),
    ((A, B), (A, B), PARENT, (PA + PB) / (4 * PA * PB)),
    ((A, B), (A, C), PARENT, 1 / (4 * PA)),
    ((A, B), (C, D), PARENT, 0),
    ((A, A), (B, B), PARENT, 0),
    ((A, A), (A, A), SIBLINGS, (1 + PA) ** 2 / (4 * PA**2)),
    ((A, A), (A, B), SIBLINGS, (1 + PA) / (4 * PA)),
    ((A, B), (A, B), SIBLINGS, (1 + PA + PB + 2 * PA * PB) / (8 * PA * PB)),
    ((A, B), (A, C), SIBLINGS, (1 + 2 * PA) / (8 * PA)),
    ((A, B), (C, D), SIBLINGS, 0.25),
    ((A, A), (A, A), HALF, (1 + PA) / (2 * PA)),
    ((A, B), (C, D), HALF, 0.5),
    ((A, B), (A, C), COUSINS, (1 + 12 * PA) / (16 * PA)),
    ((A, B), (C, D), COUSINS, 0.75),
]
"""Indices at theta 0 as the literature gives them (Evett and Weir 1998, table 4.8)."""


@pytest.mark.parametrize(("one", "other", "relation", "expected"), TEXTBOOK)
def test_textbook_values(one: Designation, other: Designation, relation: Relation, expected: float) -> None:
    assert locus_index(one, other, TABLE, relation, PLAIN) == pytest.approx(expected, rel=1e-12)
    assert locus_index(other, one, TABLE, relation, PLAIN) == pytest.approx(expected, rel=1e-12)


def _chance(pair: Designation, seen: Designation, theta: float) -> float:
    first = next_allele(TABLE.of(pair[0]), seen.count(pair[0]), 2, theta)
    second = next_allele(TABLE.of(pair[1]), (*seen, pair[0]).count(pair[1]), 3, theta)
    return first * second * (1 if pair[0] == pair[1] else 2)


@given(
    st.sampled_from(GENOTYPES),
    st.sampled_from([PARENT, SIBLINGS, HALF, COUSINS]),
    st.floats(0, 0.2),
    st.floats(0, 0.05),
)
@settings(deadline=None, derandomize=True, max_examples=100)
def test_a_stranger_is_expected_to_speak_as_much_for_as_against(
    one: Designation, relation: Relation, theta: float, mutation: float
) -> None:
    """The mean of a likelihood ratio over people who are no relatives is one, whatever the model."""
    model = Model(theta, mutation)
    total = 0.0
    for other in GENOTYPES:
        index = locus_index(one, other, TABLE, relation, model)
        assert index is not None
        total += _chance(other, one, theta) * index
    assert total == pytest.approx(1, rel=1e-9)


@given(st.sampled_from(GENOTYPES), st.sampled_from(GENOTYPES), st.floats(0, 0.1))
@settings(deadline=None, derandomize=True, max_examples=100)
def test_parent_and_child_read_the_same_from_both_sides(one: Designation, other: Designation, theta: float) -> None:
    model = Model(theta, 0.01)
    left, right = (locus_index(*pair, TABLE, PARENT, model) for pair in ((one, other), (other, one)))
    assert left == pytest.approx(right, rel=1e-9)


def test_a_mutation_leaves_a_locus_that_excludes_a_small_chance() -> None:
    excluded = locus_index((A, A), (B, B), TABLE, PARENT, Model(0.0, 0.002))
    assert excluded is not None
    assert 0.001 < excluded < 0.01
    assert locus_index((A, A), (B, B), TABLE, SIBLINGS, Model(0.0, 0.002)) == 0.25


@pytest.mark.parametrize("pair", [((A, WILDCARD), (A, B)), ((A, B), (A, B, C)), ((A, B), (WILDCARD, B))])
def test_what_is_not_known_in_full_is_not_compared(pair: tuple[Designation, Designation]) -> None:
    assert locus_index(*pair, TABLE, SIBLINGS, PLAIN) is None


@pytest.mark.parametrize("chances", [(0.5, 0.5, 0.5), (1.5, -0.5, 0.0), (0.0, 0.0, 0.0)])
def test_chances_that_are_none_make_no_relation(chances: tuple[float, float, float]) -> None:
    with pytest.raises(InputError, match="sum to one"):
        Relation("nothing", *chances)


POPULATIONS = shipped_populations()
LOCI = SETS["dna-17"]
MODEL = Model()


def _family(seed: int, count: int) -> tuple[Columns, Columns, Columns]:
    """Mothers, and two children of each."""
    rng = np.random.default_rng(seed)
    uk = next(each for each in POPULATIONS if each.name == "UK EA1 and EA2")
    mothers, fathers = draw(uk, LOCI, count, rng), draw(uk, LOCI, count, rng)
    born = [children(mothers, fathers, rng) for _ in range(2)]
    return (
        as_columns(mothers, Kind.RELATIVE, "M-", 0.0, rng),
        as_columns(born[0], Kind.MISSING, "C-", 0.03, rng),
        as_columns(born[1], Kind.MISSING, "S-", 0.03, rng),
    )


def test_families_are_found_among_strangers() -> None:
    mothers, first, second = _family(417, 400)
    found = {PARENT: 0, SIBLINGS: 0}
    for number in range(0, 400, 20):
        for relation, columns, ref in ((PARENT, mothers, "M-"), (SIBLINGS, second, "S-")):
            list_ = relatives(first.profile(number), columns, relation, POPULATIONS, [*Kind], least=2.0, model=MODEL)
            found[relation] += any(each.ref == f"{ref}{number}" for each in list_)
            assert len(list_) < 8
    assert found[PARENT] >= 19
    assert found[SIBLINGS] >= 15


@pytest.mark.parametrize("relation", [PARENT, SIBLINGS, HALF])
def test_the_search_misses_nothing_that_reckoning_every_pair_finds(relation: Relation) -> None:
    mothers, first, _ = _family(3, 150)
    populations = POPULATIONS[::3]
    for number in range(3):
        query = first.profile(number)
        reckoned = {
            f"M-{other}": kinship(query, mothers.profile(other), relation, populations, MODEL).log10
            for other in range(150)
        }
        for least in (-1.0, 0.0, 1.5):
            found = relatives(query, mothers, relation, populations, [Kind.RELATIVE], least=least, model=MODEL)
            assert {each.ref for each in found} == {ref for ref, value in reckoned.items() if value >= least}
            values = [each.found.log10 for each in found]
            assert values == sorted(values, reverse=True)


def test_the_population_that_speaks_least_decides_and_exclusions_are_named() -> None:
    mothers, first, _ = _family(5, 3)
    one, other = first.profile(0), mothers.profile(1)
    found = kinship(one, other, PARENT, POPULATIONS, MODEL)
    alone = {each.name: kinship(one, other, PARENT, [each], MODEL) for each in POPULATIONS}
    assert found.log10 == min(each.log10 for each in alone.values())
    assert found.population == min(alone, key=lambda name: alone[name].log10)
    expected = {name for name in one.loci if name in other.loci and not {*one.loci[name]} & {*other.loci[name]}}
    assert {*found.excluding} == expected


def test_kinds_that_may_not_be_looked_at_are_not() -> None:
    mothers, first, _ = _family(6, 50)
    assert relatives(first.profile(0), mothers, PARENT, POPULATIONS, [Kind.PERSON], least=-50.0, model=MODEL) == ()


def test_without_mutation_one_excluding_locus_ends_it() -> None:
    one = Profile("A", Kind.MISSING, {"FGA": (Allele(200), Allele(200))})
    other = Profile("B", Kind.RELATIVE, {"FGA": (Allele(210), Allele(210))})
    assert kinship(one, other, PARENT, POPULATIONS, PLAIN).log10 == NEVER


def test_loci_that_one_population_lacks_never_hide_a_relative() -> None:
    """The bound of the search is over all populations; one without figures for a locus says nothing there."""
    rich = Population("rich", {"FGA": TABLE, "TH01": TABLE})
    poor = Population("poor", {"FGA": TABLE, "vWA": TABLE})
    one = Profile("A", Kind.MISSING, {"FGA": (A, A), "TH01": (A, A), "vWA": (A, A)})
    other = Profile("B", Kind.RELATIVE, {"FGA": (A, A), "TH01": (B, B), "vWA": (A, A)})

    least = kinship(one, other, SIBLINGS, [rich, poor], MODEL).log10
    found = relatives(one, pack([other]), SIBLINGS, [rich, poor], [Kind.RELATIVE], least=least, model=MODEL)
    assert [each.ref for each in found] == ["B"]


def test_profiles_without_a_locus_in_common_are_refused() -> None:
    with pytest.raises(InputError, match="no population has figures"):
        kinship(Profile("A", Kind.MISSING), Profile("B", Kind.RELATIVE), PARENT, POPULATIONS, MODEL)
    assert math.isfinite(NEVER)
