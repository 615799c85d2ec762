"""Mixtures: another program's validation cases, the formula written out by hand, and laws that every ratio obeys."""

import itertools
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.dna.alleles import WILDCARD, Allele
from egnatia.engines.dna.frequencies import LocusFrequencies, Population, shipped_populations
from egnatia.engines.dna.loci import SETS, locus_name
from egnatia.engines.dna.mixture import Chances, MixedLocus, mixed_loci, mixture_ratio
from egnatia.engines.dna.mixture_search import contributors
from egnatia.engines.dna.normalise import profile_of
from egnatia.engines.dna.probability import next_allele
from egnatia.engines.dna.simulate import as_columns, draw
from egnatia.engines.dna.types import Designation, Kind, Profile
from egnatia.errors import InputError

VECTORS = json.loads((Path(__file__).parent / "vectors" / "smartrank.json").read_text(encoding="utf-8"))


def _tables(rare: float) -> dict[str, LocusFrequencies]:
    return {
        locus_name(name) or "": LocusFrequencies(
            {Allele(round(float(allele) * 10)): share for allele, share in alleles.items()}, round(5 / rare)
        )
        for name, alleles in VECTORS["frequencies"].items()
    }


COMPLETE = {"FOEC0000BE#08": 3.3467e8, "GBCX0000LU#09": 3.5914e5}
"""The same two people when alleles that were not seen are summed over on both sides."""


@pytest.mark.parametrize("case", VECTORS["cases"], ids=["first", "second"])
def test_the_ratios_of_another_program(case: dict[str, Any]) -> None:
    trace = profile_of("T", Kind.MIXTURE, case["trace"].items()).profile
    for complete, expected in ((False, case["expected"]), (True, COMPLETE)):
        chances = Chances(case["drop_out"], case["drop_in"], case["theta"], case["unknown"], complete)
        loci = mixed_loci(trace.loci, _tables(case["rare"]), chances)
        for ref, raw in case["candidates"].items():
            if ref in expected:
                candidate = profile_of(ref, Kind.PERSON, raw.items()).profile
                log10, known = mixture_ratio(loci, candidate.loci)
                assert len(known) == 16
                assert 10**log10 == pytest.approx(expected[ref], rel=5e-5)


A, B, C, D = (Allele(each) for each in (100, 110, 120, 130))
TABLE = LocusFrequencies({A: 0.1, B: 0.2, C: 0.3, D: 0.4}, 10**9)
GENOTYPES = [*itertools.combinations_with_replacement((A, B, C, D), 2)]


def _drawn(genotypes: tuple[Designation, ...], seen: tuple[Allele, ...], theta: float) -> float:
    chance = 1.0
    for one, other in genotypes:
        chance *= 1 if one == other else 2
        for allele in (one, other):
            chance *= next_allele(TABLE.of(allele), seen.count(allele), len(seen), theta)
            seen = (*seen, allele)
    return chance


def _shown(trace: set[Allele], people: tuple[Designation, ...], chances: Chances) -> float:
    """The chance of what the trace shows, written out allele by allele."""
    there = {allele for pair in people for allele in pair}
    chance = 1.0
    for allele in there:
        lost = math.prod(chances.drop_out ** pair.count(allele) for pair in people if allele in pair)
        chance *= 1 - lost if allele in trace else lost
    strange = trace - there
    chance *= math.prod(chances.drop_in * TABLE.of(each) for each in strange) if strange else 1 - chances.drop_in
    return chance


def _by_hand(trace: set[Allele], candidate: Designation, chances: Chances) -> float:
    """Both likelihoods as plain sums over everybody's genotypes, every allele by itself."""
    prosecution = sum(
        _drawn(others, candidate, chances.theta) * _shown(trace, (candidate, *others), chances)
        for others in itertools.product(GENOTYPES, repeat=chances.unknown)
    )
    defence = sum(
        _drawn(others, (), chances.theta) * _shown(trace, others, chances)
        for others in itertools.product(GENOTYPES, repeat=chances.unknown + 1)
    )
    return prosecution / defence


@pytest.mark.parametrize("trace", [(A, B), (A, B, C), (B,), (C, D)])
@pytest.mark.parametrize("candidate", [(A, B), (A, A), (B, D), (A, D)])
@pytest.mark.parametrize("unknown", [0, 1, 2])
def test_the_formula_written_out(trace: tuple[Allele, ...], candidate: Designation, unknown: int) -> None:
    """Alleles that were not seen stand together, and nothing is lost by that: what drops out is the square for any two."""
    chances = Chances(0.1, 0.05, 0.02, unknown)
    found = MixedLocus(trace, TABLE, chances).ratio(candidate)
    assert found == pytest.approx(_by_hand({*trace}, candidate, chances), rel=1e-9)


@given(
    st.sets(st.sampled_from([A, B, C, D]), min_size=1, max_size=4),
    st.builds(Chances, st.floats(0, 0.5), st.floats(0.001, 0.3), st.floats(0, 0.1), st.integers(0, 2)),
)
@settings(deadline=None, derandomize=True, max_examples=60)
def test_a_stranger_is_expected_to_speak_as_much_for_as_against(seen: set[Allele], chances: Chances) -> None:
    """The mean ratio over people drawn from the population is one, whatever was seen and however it is reckoned."""
    locus = MixedLocus(tuple(sorted(seen)), TABLE, chances)
    mean = 0.0
    for genotype in GENOTYPES:
        ratio = locus.ratio(genotype)
        assert ratio is not None
        mean += _drawn((genotype,), (), chances.theta) * ratio
    assert mean == pytest.approx(1, rel=1e-9)


def test_a_contributor_is_spoken_for_and_a_stranger_against() -> None:
    locus = MixedLocus((A, B, C), TABLE, Chances(0.05, 0.05))
    inside, half, outside = (locus.ratio(each) for each in ((A, B), (A, D), (D, D)))
    assert inside is not None
    assert half is not None
    assert outside is not None
    assert inside > 1 > half > outside > 0


@pytest.mark.parametrize("genotype", [(WILDCARD, A), (A, B, C), (WILDCARD, WILDCARD)])
def test_a_genotype_that_is_not_known_says_nothing(genotype: Designation) -> None:
    assert MixedLocus((A, B), TABLE, Chances()).ratio(genotype) is None


@pytest.mark.parametrize(
    "values",
    [
        {"drop_out": 1.0},
        {"drop_out": -0.1},
        {"drop_in": 1.0},
        {"theta": -0.1},
        {"unknown": 4},
        {"unknown": -1},
        {"drop_in": math.nan},
    ],
)
def test_chances_that_are_none_are_refused(values: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        Chances(**values)


def test_a_locus_with_too_many_alleles_is_refused() -> None:
    with pytest.raises(InputError, match="shows 11 alleles"):
        MixedLocus(tuple(Allele(each) for each in range(100, 210, 10)), TABLE, Chances())


POPULATIONS = shipped_populations()[::3]
LOCI = SETS["dna-17"]


def test_both_people_of_a_mixture_are_found_among_strangers() -> None:
    rng = np.random.default_rng(417)
    uk = next(each for each in shipped_populations() if each.name == "UK EA1 and EA2")
    columns = as_columns(draw(uk, LOCI, 1_000, rng), Kind.PERSON, "P-", 0.0, rng)
    one, other = columns.profile(3), columns.profile(700)
    seen = {name: tuple(sorted({*one.loci[name], *other.loci[name]})) for name in LOCI}
    trace = Profile("T", Kind.MIXTURE, {name: each if len(each) > 1 else each * 2 for name, each in seen.items()})
    found = contributors(trace, columns, POPULATIONS, [Kind.PERSON], Chances(0.02, 0.02), least=3.0)
    assert {each.ref for each in found} == {"P-3", "P-700"}
    assert {len(each.loci) for each in found} == {16}
    assert contributors(trace, columns, POPULATIONS, [Kind.VICTIM], Chances(), least=-40.0) == ()


def test_the_search_gives_what_reckoning_each_profile_gives() -> None:
    rng = np.random.default_rng(7)
    uk = next(each for each in shipped_populations() if each.name == "UK EA1 and EA2")
    columns = as_columns(draw(uk, LOCI, 120, rng), Kind.PERSON, "P-", 0.1, rng)
    trace = Profile("T", Kind.MIXTURE, columns.profile(5).loci)
    chances = Chances()
    by_hand = {}
    loci = [mixed_loci(trace.loci, each.loci, chances) for each in POPULATIONS]
    for number in range(120):
        profile = columns.profile(number)
        ratios = [mixture_ratio(each, profile.loci)[0] for each in loci]
        by_hand[profile.ref] = min(ratios)
    for least in (-8.0, -2.0, 4.0):
        found = contributors(trace, columns, POPULATIONS, [Kind.PERSON], chances, least=least)
        assert {each.ref: each.log10 for each in found} == {
            ref: pytest.approx(value, rel=1e-12) for ref, value in by_hand.items() if value >= least
        }
        for each in found:
            person = columns.profile(each.number)
            figures = sorted(mixture_ratio(one, person.loci)[0] for one in loci)
            assert [log10 for _, log10 in each.figures] == pytest.approx(figures, rel=1e-12)
            assert (each.population, each.log10) == each.figures[0]
        assert all(each.by_chance == pytest.approx(120 * min(1, 10**-each.log10)) for each in found)


def test_a_trace_without_figures_is_refused() -> None:
    nothing = Population("nowhere", {})
    trace = Profile("T", Kind.MIXTURE, {"FGA": (Allele(200), Allele(210))})
    rng = np.random.default_rng(8)
    columns = as_columns(draw(POPULATIONS[0], ("FGA",), 3, rng), Kind.PERSON, "P-", 0.0, rng)
    with pytest.raises(InputError, match="no locus of the trace has figures"):
        contributors(trace, columns, [nothing], [Kind.PERSON], Chances(), least=0.0)


def test_more_alleles_than_people_can_leave_are_refused_where_none_drops_in() -> None:
    seen = (A, B, C, D, Allele(140))
    with pytest.raises(InputError, match="2 people cannot leave 5 alleles"):
        MixedLocus(seen, TABLE, Chances(drop_in=0.0))
    assert MixedLocus(seen, TABLE, Chances(drop_in=0.0, unknown=2)).ratio((A, B)) is not None


@pytest.mark.parametrize("unknown", [1, 2, 3])
@pytest.mark.parametrize("complete", [True, False])
def test_without_drop_out_a_candidate_outside_the_trace_is_excluded(unknown: int, complete: bool) -> None:  # noqa: FBT001
    locus = MixedLocus((A, B, C), TABLE, Chances(0.0, 0.0, 0.0, unknown, complete))
    assert locus.ratio((A, D)) == 0
    inside = locus.ratio((A, B))
    assert inside is not None
    assert inside > 0


def test_how_many_strangers_reach_a_ratio_is_never_more_than_said() -> None:
    rng = np.random.default_rng(21)
    uk = next(each for each in shipped_populations() if each.name == "UK EA1 and EA2")
    columns = as_columns(draw(uk, LOCI[:8], 5_000, rng), Kind.PERSON, "P-", 0.0, rng)
    reached = 0
    for number in range(8):
        people = as_columns(draw(uk, LOCI[:8], 3, rng), Kind.PERSON, "X-", 0.0, rng)
        seen = {name: {each for at in range(3) for each in people.profile(at).loci[name]} for name in LOCI[:8]}
        trace = Profile(
            f"T-{number}", Kind.MIXTURE, {name: tuple(sorted(each)) for name, each in seen.items() if len(each) > 1}
        )
        found = contributors(trace, columns, [uk], [Kind.PERSON], Chances(0.05, 0.05, 0.0, 2), least=1.0)
        reached += len(found)
    assert 0 < reached < 8 * 5_000 * 0.1
