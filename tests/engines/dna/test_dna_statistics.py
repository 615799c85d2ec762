"""Match probabilities and expected coincidences: formulas, published tables, simulation."""

import itertools
import math
import random
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.dna.reckoned import candidate_chance, write_frequencies

from egnatia.engines.dna.alleles import WILDCARD, Allele
from egnatia.engines.dna.coincidence import (
    full_match,
    locus_spread,
    of_databases,
    of_search,
    one_off,
    together,
)
from egnatia.engines.dna.frequencies import (
    LocusFrequencies,
    Population,
    read_frequencies,
    shipped_populations,
)
from egnatia.engines.dna.kernel import bound
from egnatia.engines.dna.loci import SETS
from egnatia.engines.dna.probability import genotype_given, locus_probability, match_probability
from egnatia.engines.dna.rule_file import shipped, shipped_rules
from egnatia.engines.dna.types import Agreement, Kind, Profile
from egnatia.errors import InputError

TEN, ELEVEN, TWELVE = Allele(100), Allele(110), Allele(120)
MEASURE = partial(shipped_rules("prum-ess7").measure(), "FGA")
TABLE = LocusFrequencies({TEN: 0.2, ELEVEN: 0.3, TWELVE: 0.5}, 1_000_000)


def _population(name: str) -> Population:
    return next(each for each in shipped_populations() if each.name == name)


UK = _population("UK EA1 and EA2")


@pytest.mark.parametrize(
    ("pair", "theta", "expected"),
    [
        ((TEN, TEN), 0.0, 0.04),
        ((TEN, ELEVEN), 0.0, 0.12),
        ((TEN, TEN), 0.01, (0.02 + 0.99 * 0.2) * (0.03 + 0.99 * 0.2) / (1.01 * 1.02)),
        ((TEN, ELEVEN), 0.03, 2 * (0.03 + 0.97 * 0.2) * (0.03 + 0.97 * 0.3) / (1.03 * 1.06)),
        ((TEN, WILDCARD), 0.0, 1 - 0.8**2),
        ((WILDCARD, TEN), 0.0, 1 - 0.8**2),
        ((WILDCARD, WILDCARD), 0.01, 1.0),
    ],
)
def test_match_probability_at_one_locus(pair: tuple[Allele, Allele], theta: float, expected: float) -> None:
    assert locus_probability(pair, TABLE, theta) == pytest.approx(expected, rel=1e-12)


@given(st.floats(0, 0.5))
@settings(deadline=None, derandomize=True, max_examples=50)
def test_a_wildcard_is_the_mean_over_what_it_may_stand_for(theta: float) -> None:
    """By total probability: the typed allele is there, the other one is drawn given it, then another person's two."""
    drawn = {each: ((each == TEN) * theta + (1 - theta) * TABLE.of(each)) for each in TABLE.seen}
    mean = 0.0
    for other, chance in drawn.items():
        spread = locus_spread((min(TEN, other), max(TEN, other)), MEASURE, TABLE, theta)
        assert sum(spread.values()) == pytest.approx(1)
        mean += chance * _contains(TEN, (TEN, other), theta)
    assert locus_probability((TEN, WILDCARD), TABLE, theta) == pytest.approx(mean, rel=1e-9)


def _contains(allele: Allele, given_pair: tuple[Allele, Allele], theta: float) -> float:
    """Chance that a person holds the allele, given somebody's genotype: one minus that of neither of the two."""
    seen, share = given_pair.count(allele), TABLE.of(allele)
    first = (seen * theta + (1 - theta) * share) / (1 + theta)
    second = (seen * theta + (1 - theta) * share) / (1 + 2 * theta)
    return 1 - (1 - first) * (1 - second)


@given(st.floats(0, 0.2), st.floats(0, 0.2))
@settings(deadline=None, derandomize=True, max_examples=50)
def test_more_coancestry_never_makes_a_rare_match_rarer(one: float, other: float) -> None:
    low, high = sorted((one, other))
    for pair in itertools.combinations_with_replacement((TEN, ELEVEN), 2):
        assert genotype_given(pair, pair, TABLE, low) <= genotype_given(pair, pair, TABLE, high) + 1e-12


@pytest.mark.parametrize("theta", [-0.01, 1.0, 2.0, math.nan])
def test_theta_that_is_none_is_refused(theta: float) -> None:
    with pytest.raises(InputError, match="coancestry"):
        locus_probability((TEN, TEN), TABLE, theta)


def test_a_mixture_has_no_match_probability() -> None:
    with pytest.raises(InputError, match="no match probability"):
        locus_probability((TEN, ELEVEN, TWELVE), TABLE, 0.01)


def test_a_profile_multiplies_and_names_what_it_left_out() -> None:
    profile = Profile("P", Kind.PERSON, {"TH01": (Allele(60), Allele(93)), "TPOX": (Allele(80), Allele(80))})
    found = match_probability(profile, UK, 0.01)
    assert found.loci == ("TH01",)
    assert found.left_out == ("TPOX",)
    assert 10**found.log10 == pytest.approx(locus_probability(profile.loci["TH01"], UK.loci["TH01"], 0.01))


def test_alleles_never_seen_count_as_seen_five_times() -> None:
    assert UK.loci["TH01"].of(Allele(123)) == pytest.approx(5 / 2550)
    assert UK.loci["TH01"].of(Allele(50)) == pytest.approx(7 / 2550, rel=1e-4)


EXPECTED = {
    "ess-7": (819, 51_900),
    "sgm-plus": (0.16, 14),
    "ess-12": (0.0004, 0.043),
}
"""7.2 million persons against 100,000 traces by the UK's DNA-17 counts, as computed by others from the same figures."""


@pytest.mark.parametrize(("loci", "pairs"), EXPECTED.items())
def test_coincidences_between_two_databases(loci: str, pairs: tuple[float, float]) -> None:
    found = of_databases(7_200_000, 100_000, SETS[loci], UK)
    assert found[Agreement.FULL] == pytest.approx(pairs[0], rel=0.04)
    assert found[Agreement.ONE_OFF] == pytest.approx(pairs[1], rel=0.02)


def test_six_loci_give_no_near_match_by_the_rule() -> None:
    assert of_databases(1_000, 1_000, SETS["sgm"], UK)[Agreement.ONE_OFF] == 0


@pytest.mark.parametrize("locus", ["TH01", "SE33", "vWA"])
def test_the_closed_forms_are_the_sums_over_all_pairs_of_genotypes(locus: str) -> None:
    shares = dict(itertools.islice(UK.loci[locus].seen.items(), 9))
    table = LocusFrequencies(shares, 10**6)
    full = off = 0.0
    for (a, p), (b, q), (c, r), (d, s) in itertools.product(shares.items(), repeat=4):
        differing = min((a != c) + (b != d), (a != d) + (b != c))
        full += p * q * r * s * (differing == 0)
        off += p * q * r * s * (differing == 1)
    assert full_match(table) == pytest.approx(full, rel=1e-9)
    total = sum(shares.values())
    scaled = LocusFrequencies({allele: share / total for allele, share in shares.items()}, 10**6)
    assert one_off(scaled) == pytest.approx(off / total**4, rel=1e-9)


@pytest.mark.parametrize("pair", [(TEN, TEN), (TEN, ELEVEN), (ELEVEN, TWELVE), (TEN, WILDCARD)])
@pytest.mark.parametrize("theta", [0.0, 0.02])
def test_a_locus_comes_out_in_one_of_its_ways(pair: tuple[Allele, Allele], theta: float) -> None:
    spread = locus_spread(pair, MEASURE, TABLE, theta)
    assert sum(spread.values()) == pytest.approx(1)
    assert min(spread.values()) >= 0
    assert sum(together([spread] * 5, (), 99).values()) == pytest.approx(1)


DRAWN: dict[str, tuple[int, dict[str, tuple[Allele, ...]], int]] = {
    "prum-ess12": (10, {"vWA": (WILDCARD, ELEVEN)}, 5),
    "cautious": (10, {}, 2),
    "codis-moderate": (9, {}, 20),
    "codis-low": (9, {"vWA": (TEN, ELEVEN, TWELVE)}, 20),
}
"""Loci compared, what the question has besides twelves and elevens, and the least that has to be expected."""


@pytest.mark.parametrize("name", DRAWN)
def test_the_expectation_of_a_search_is_what_drawing_people_gives(name: str) -> None:
    """30,000 people of few alleles, micro-variants among them: what the rules call a candidate, counted and expected."""
    rng = random.Random(417)
    rules, (count, changes, least) = shipped_rules(name), DRAWN[name]
    table = LocusFrequencies({TEN: 0.1, ELEVEN: 0.3, Allele(113): 0.1, TWELVE: 0.5}, 1_000_000)
    names = SETS["codis-20"][:count]
    population = Population("four alleles", dict.fromkeys(names, table))
    kind = Kind.MIXTURE if name == "codis-low" else Kind.TRACE
    loci: dict[str, tuple[Allele, ...]] = dict.fromkeys(names, (ELEVEN, TWELVE))
    query = Profile("Q", kind, loci | changes)
    people, weights = [*table.seen], [*table.seen.values()]
    found = 0
    for _ in range(30_000):
        drawn = iter(rng.choices(people, weights, k=2 * len(names)))
        stranger = {each: tuple(sorted((next(drawn), next(drawn)))) for each in names}
        found += rules.compare(query, Profile("P", Kind.PERSON, stranger))[1] is not None
    (expected,) = of_search(query, rules, 30_000, [population], 0.0)
    assert expected.matches > least
    assert abs(found - expected.matches) < 4 * math.sqrt(expected.matches) + 1


def test_every_population_is_given_the_most_cautious_first() -> None:
    query = Profile("Q", Kind.TRACE, {"TH01": (Allele(60), Allele(93)), "FGA": (Allele(210), Allele(220))})
    found = of_search(query, shipped_rules("prum-ess7"), 1000, shipped_populations(), 0.01)
    assert len(found) == len(shipped_populations())
    assert [each.matches for each in found] == sorted((each.matches for each in found), reverse=True)


def test_no_class_and_no_locus_give_no_candidate() -> None:
    assert candidate_chance([], shipped_rules("prum-ess7").classes, 1) == 0
    query = Profile("Q", Kind.TRACE, {})
    assert of_search(query, shipped_rules("prum-ess7"), 10**9, [UK], 0.01)[0].matches == 0


@pytest.mark.parametrize("name", shipped())
def test_more_loci_never_make_a_coincidence_likelier(name: str) -> None:
    rules = shipped_rules(name)
    spreads = [locus_spread((TEN, TWELVE), partial(rules.measure(), "FGA"), TABLE, 0.01)] * 16
    chances = [candidate_chance(spreads[:count], rules.classes, bound(rules)) for count in range(10, 17)]
    assert chances == sorted(chances, reverse=True)
    assert chances[-1] > 0


HEAD = "population,locus,allele,frequency,n_alleles\n"


def test_a_table_is_written_and_read_again() -> None:
    text = "".join(write_frequencies(shipped_populations()))
    again = read_frequencies(text, "again")
    assert [each.name for each in again] == [each.name for each in shipped_populations()]
    for one, other in zip(again, shipped_populations(), strict=True):
        assert one.loci == other.loci


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("", "no locus that this engine knows"),
        ("A,DYS391,10,1,100\n", "no locus that this engine knows"),
        ("A,FGA,20,0.5,100\nA,FGA,21,0.4,100\n", "sums to 0.9000"),
        ("A,FGA,20,0.7,100\nA,FGA,21,0.4,100\n", "sums to 1.1000"),
        ("A,FGA,20,0.5,100\nA,FGA,20,0.5,100\n", "stands twice"),
        ("A,FGA,20,0.5,100\nA,FGA,20.0,0.5,100\n", "stands twice"),
        ("A,FGA,OL,1,100\n", "is no allele"),
        ("A,FGA,20,one,100\n", "is no frequency"),
        ("A,FGA,20,nan,100\n", "is no frequency"),
        ("A,FGA,20,-0.1,100\n", "is no frequency"),
        ("A,FGA,20,inf,100\n", "is no frequency"),
        ("A,FGA,20,1,0\n", "is no number of alleles"),
        ("A,FGA,20,1,many\n", "is no number of alleles"),
        ("A,FGA,20\n", "is no frequency"),
        ("A,FGA,20,1,100\nB,FGA,20,1,200\n", "A and B have the same table"),
    ],
)
def test_a_table_that_spoils_statistics_is_refused(rows: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_frequencies(HEAD + rows, "a table")


def test_a_table_without_its_columns_is_refused() -> None:
    with pytest.raises(InputError, match="lacks the columns frequency"):
        read_frequencies("population,locus,allele\nA,FGA,20\n", "a table")


def test_a_table_that_does_not_say_how_many_were_counted_is_read_with_caution() -> None:
    (population,) = read_frequencies("population,locus,allele,frequency\nA,FGA,20,1\n", "a table")
    assert population.loci["FGA"].counted == 200
