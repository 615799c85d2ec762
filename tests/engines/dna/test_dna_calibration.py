"""Whether what is expected by chance is what chance gives: simulated exchanges, a small version of the bench."""

import math
from itertools import pairwise

import numpy as np
import pytest
from bench.dna.calibration import Exchange, exchange, poisson_interval

from egnatia.engines.dna.alleles import Allele
from egnatia.engines.dna.coincidence import of_search
from egnatia.engines.dna.columns import pack
from egnatia.engines.dna.databases import of_agreement
from egnatia.engines.dna.frequencies import LocusFrequencies, Population, shipped_populations
from egnatia.engines.dna.hit_figures import Sizes
from egnatia.engines.dna.join import join
from egnatia.engines.dna.loci import SETS
from egnatia.engines.dna.rule_file import shipped_rules
from egnatia.engines.dna.search import search
from egnatia.engines.dna.simulate import as_columns, draw
from egnatia.engines.dna.statement import statement
from egnatia.engines.dna.types import Kind, Profile

EXCHANGES = 60


@pytest.fixture(scope="module")
def made() -> list[Exchange]:
    rng = np.random.default_rng(2026)
    return [exchange(rng, scale=0.5) for _ in range(EXCHANGES)]


def test_the_counts_lie_where_a_poisson_distribution_has_them(made: list[Exchange]) -> None:
    """Of a hundred exchanges ninety-eight at least; the bench counts a thousand."""
    outside = [
        each for each in made for low, high in [poisson_interval(each.expected)] if not low <= each.observed <= high
    ]
    assert len(outside) <= 0.02 * EXCHANGES
    assert {each.rules for each in made} == {"prum-ess7", "prum-ess12", "cautious"}
    assert len({each.population for each in made}) > 6
    assert sum(each.observed > 0 for each in made) > EXCHANGES / 3


def test_all_of_them_together_are_what_was_expected(made: list[Exchange]) -> None:
    """A bias that no single interval shows would show in the sum: within three standard deviations."""
    expected, observed = sum(each.expected for each in made), sum(each.observed for each in made)
    assert expected > 50
    assert abs(observed - expected) < 3 * math.sqrt(expected)


@pytest.mark.parametrize("name", ["prum-ess7", "cautious"])
def test_the_searches_of_an_exchange_expect_together_what_the_agreement_does(name: str) -> None:
    """One is reckoned from every trace's own alleles, the other from nobody's; over many traces they come to the same."""
    rng, rules, loci = np.random.default_rng(5), shipped_rules(name), SETS["sgm"]
    population = shipped_populations()[4]
    traces = as_columns(draw(population, loci, 250, rng), Kind.TRACE, "T-", 0.0, rng)
    searched = [of_search(traces.profile(each), rules, 10**6, [population], 0.0)[0].matches for each in range(250)]
    (whole,) = of_agreement(dict.fromkeys(loci, 2), rules, 250 * 10**6, [population], 0.0)
    error = float(np.std(searched)) * math.sqrt(250)
    assert abs(sum(searched) - whole.matches) < 3 * error
    assert error < 0.5 * whole.matches


@pytest.mark.parametrize(
    ("expected", "interval"),
    [(0.0, (0, 0)), (0.004, (0, 0)), (0.01, (0, 1)), (1.0, (0, 4)), (10.0, (3, 19)), (100.0, (75, 127))],
)
def test_the_interval_is_that_of_the_tables(expected: float, interval: tuple[int, int]) -> None:
    """Central 99 % intervals as tables of the Poisson distribution give them."""
    assert poisson_interval(expected) == interval


def test_the_interval_of_a_large_mean_is_that_of_a_bell() -> None:
    low, high = poisson_interval(90_000.0)
    assert low == pytest.approx(90_000 - 2.576 * 300, abs=4)
    assert high == pytest.approx(90_000 + 2.576 * 300, abs=4)
    bounds = [poisson_interval(mean / 4) for mean in range(0, 80, 3)]
    assert all(one[0] <= other[0] and one[1] <= other[1] for one, other in pairwise(bounds))


FEW = LocusFrequencies({Allele(100): 0.5, Allele(110): 0.3, Allele(120): 0.2}, 10**9)


def test_what_one_trace_meets_hangs_together_and_the_mean_holds_all_the_same() -> None:
    """Loci that tell hardly anybody apart: each trace meets many, so the counts spread wider than a Poisson distribution.

    This is what the docstring of the bench says of exchanges in which a trace meets several coincidences: the mean is right
    and the interval too narrow.
    """
    population, loci = Population("few", dict.fromkeys(SETS["sgm"], FEW)), SETS["sgm"]
    rules, counts, expected = shipped_rules("prum-ess7"), [], 0.0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        persons = as_columns(draw(population, loci, 10_000, rng), Kind.PERSON, "P-", 0.0, rng)
        traces = as_columns(draw(population, loci, 20, rng), Kind.TRACE, "T-", 0.0, rng)
        counts.append(sum(len(found) for found in join(traces, persons, rules)))
        expected = of_agreement(dict.fromkeys(loci, 2), rules, 200_000, [population], 0.0)[0].matches
    assert np.mean(counts) == pytest.approx(expected, rel=0.25)
    assert np.var(counts) > 1.5 * expected


def test_every_candidate_of_a_search_has_its_statement_with_three_populations_or_more() -> None:
    rng = np.random.default_rng(9)
    population = next(each for each in shipped_populations() if each.name == "UK EA1 and EA2")
    loci = SETS["ess-7"]
    persons = as_columns(draw(population, loci, 60_000, rng), Kind.PERSON, "P-", 0.0, rng)
    traces = as_columns(draw(population, loci, 150, rng), Kind.TRACE, "T-", 0.0, rng)
    rules, sizes, stated = shipped_rules("prum-ess7"), Sizes(len(persons), len(persons), len(traces)), 0
    for found in join(traces, persons, rules):
        for one, other, place in zip(found.left.tolist(), found.right.tolist(), found.classes.tolist(), strict=True):
            hit = statement(traces.profile(one), persons.profile(other), rules, sizes)
            assert hit.label == rules.classes[place].label
            assert len(hit.figures) >= 3
            assert hit.most_expected > 0
            assert hit.warning
            stated += 1
    assert stated > 0


def test_a_person_who_left_the_trace_stands_out_of_what_chance_gives() -> None:
    rng = np.random.default_rng(3)
    population = shipped_populations()[0]
    persons = as_columns(draw(population, SETS["dna-17"], 2_000, rng), Kind.PERSON, "P-", 0.0, rng)
    left = persons.profile(77)
    trace = Profile("T-1", Kind.TRACE, left.loci)
    (found,) = search(trace, pack(persons.profile(number) for number in range(200)), shipped_rules("prum-ess12"))
    hit = statement(trace, left, shipped_rules("prum-ess12"), Sizes(2_000, 2_000, 1))
    assert found.ref == "P-77"
    assert hit.most_expected < 1e-9
