"""What stands beside a hit: every figure against a way of reckoning it that is not the statement's own."""

import json
import math
from collections.abc import Mapping
from dataclasses import replace
from itertools import combinations_with_replacement, pairwise
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.dna.reckoned import candidate_chance

from egnatia.engines.dna.alleles import WILDCARD, Allele
from egnatia.engines.dna.coincidence import locus_spread, of_databases, of_search
from egnatia.engines.dna.databases import of_agreement
from egnatia.engines.dna.frequencies import LocusFrequencies, Population, shipped_populations
from egnatia.engines.dna.hit_figures import TYPING_ERROR, in_common
from egnatia.engines.dna.kernel import bound
from egnatia.engines.dna.loci import SETS
from egnatia.engines.dna.mixture import Chances, mixed_loci, mixture_ratio
from egnatia.engines.dna.normalise import profile_of
from egnatia.engines.dna.probability import genotype_given, match_probability
from egnatia.engines.dna.rule_file import shipped_rules
from egnatia.engines.dna.rules import MicroTable, RuleSet
from egnatia.engines.dna.statement import HitStatement, Sizes, statement
from egnatia.engines.dna.types import Agreement, Kind, LocusEvidence, Profile, Tally, tally_of
from egnatia.engines.dna.words import LOOK_AGAIN, MORE_LOCI, WARNING
from egnatia.errors import InputError

BASE = {
    "vWA": "16 17", "TH01": "6 9.3", "D21S11": "29 31.2", "FGA": "21 24", "D8S1179": "13 14", "D3S1358": "15 16",
    "D18S51": "12 17", "D16S539": "11 12", "D2S1338": "17 25", "D19S433": "13 14", "D1S1656": "15 17.3",
    "D12S391": "18 22",
}  # fmt: skip
SIZES = Sizes(7_200_000, 7_200_000, 100_000)
POPULATIONS = shipped_populations()
COUNTED = [
    Population(each.name, {name: LocusFrequencies(table.seen, 10**12) for name, table in each.loci.items()})
    for each in POPULATIONS
]
"""The same without a least frequency."""


def _profile(kind: Kind = Kind.PERSON, loci: int = 12, changes: Mapping[str, str] = MappingProxyType({})) -> Profile:
    rows = dict(list(BASE.items())[:loci]) | dict(changes)
    return profile_of("SECRET-REF", kind, [(name, text.split()) for name, text in rows.items() if text]).profile


def _stated(
    rules: str = "prum-ess12",
    loci: int = 12,
    changes: Mapping[str, str] = MappingProxyType({}),
    kind: Kind = Kind.TRACE,
) -> HitStatement:
    return statement(_profile(kind, loci, changes), _profile(loci=loci), shipped_rules(rules), SIZES)


CASES: list[tuple[str, int, dict[str, str], Kind]] = [
    ("prum-ess7", 7, {}, Kind.TRACE),
    ("prum-ess7", 7, {"vWA": "16 *"}, Kind.TRACE),
    ("prum-ess7", 8, {"TH01": "6 10"}, Kind.TRACE),
    ("prum-ess12", 8, {"vWA": "16 18"}, Kind.TRACE),
    ("cautious", 12, {"FGA": "21"}, Kind.REMAINS),
    ("codis-high", 10, {}, Kind.TRACE),
    ("codis-moderate", 10, {"vWA": "16"}, Kind.TRACE),
    ("codis-low", 10, {"vWA": "16 19"}, Kind.TRACE),
    ("codis-moderate", 10, {"vWA": "16 17 18", "FGA": "20 21 24 25"}, Kind.MIXTURE),
]


@pytest.mark.parametrize(("rules", "loci", "changes", "kind"), CASES)
def test_every_hit_has_every_figure(rules: str, loci: int, changes: dict[str, str], kind: Kind) -> None:
    found = _stated(rules, loci, changes, kind)
    assert len(found.figures) == len(POPULATIONS) >= 3
    for each in found.figures:
        assert each.log10_rmp < 0
        assert 0 <= each.near_of_search <= each.of_search <= SIZES.searched
        assert each.of_agreement is not None
        assert each.near_of_agreement is not None
        assert 0 <= each.near_of_agreement <= each.of_agreement <= SIZES.pairs
        assert each.of_search > 0
        assert each.loci + len(each.left_out) == found.compared
    order = [each.log10_lr if kind is Kind.MIXTURE else -each.log10_rmp for each in found.figures]
    assert order == sorted(order)
    assert len(found.sentences) == 5
    assert found.warning == WARNING
    assert (LOOK_AGAIN in found.advice) is found.near


def test_a_full_match_is_as_rare_as_the_profile() -> None:
    found = _stated()
    for each in found.figures:
        population = next(one for one in POPULATIONS if one.name == each.population)
        expected = match_probability(_profile(), population, 0.01)
        assert each.log10_rmp == pytest.approx(expected.log10, rel=1e-12)
        assert each.log10_lr == -each.log10_rmp
    same, *_ = of_search(_profile(), shipped_rules("prum-ess12"), SIZES.searched, POPULATIONS, 0.01)
    assert found.most_expected == pytest.approx(same.matches, rel=1e-12)
    assert found.least_log10_lr == -found.figures[0].log10_rmp


def test_only_loci_that_were_compared_are_reckoned_with() -> None:
    """A profile of twelve loci that meets one of seven is as rare as those seven say, and chance as great."""
    whole = statement(_profile(Kind.TRACE), _profile(loci=7), shipped_rules("prum-ess7"), SIZES)
    seven = _stated("prum-ess7", 7)
    assert whole.figures == seven.figures
    assert whole.most_expected > 100 * _stated("prum-ess7", 12).most_expected


@pytest.mark.parametrize(
    ("left", "right", "agreement", "common"),
    [
        ((120, 130), (120, 130), Agreement.FULL, (120, 130)),
        ((0, 120), (120, 130), Agreement.WILDCARD, (0, 120)),
        ((120, 120), (0, 120), Agreement.WILDCARD, (0, 120)),
        ((0, 120), (0, 120), Agreement.WILDCARD, (0, 120)),
        ((0, 120), (0, 130), Agreement.WILDCARD, (0, 0)),
        ((93, 120), (100, 120), Agreement.MICRO_VARIANT, None),
        ((110, 120), (120, 130), Agreement.ONE_OFF, None),
    ],
)
def test_what_two_have_in_common(
    left: tuple[int, int], right: tuple[int, int], agreement: Agreement, common: tuple[int, int] | None
) -> None:
    one, other = (tuple(Allele(each) for each in pair) for pair in (left, right))
    for sides in ((one, other), (other, one)):
        assert in_common(LocusEvidence("FGA", *sides, agreement)) == common


def test_where_both_have_a_wildcard_only_what_is_shared_counts() -> None:
    six = _stated("prum-ess7", 6)
    empty = statement(
        _profile(Kind.TRACE, 7, changes={"D18S51": "12 *"}),
        _profile(loci=7, changes={"D18S51": "17 *"}),
        shipped_rules("prum-ess7"),
        SIZES,
    )
    assert [each.log10_rmp for each in empty.figures] == [each.log10_rmp for each in six.figures]
    assert empty.wildcards == 1
    assert all(mine.of_search >= its.of_search for mine, its in zip(empty.figures, six.figures, strict=True))


@pytest.mark.parametrize(("changes", "alleles"), [({"vWA": "16 18"}, 1), ({"TH01": "6 10"}, 1)])
def test_a_deviation_speaks_against_one_person(changes: dict[str, str], alleles: int) -> None:
    rules = shipped_rules("prum-ess12")
    pair_ = _profile(Kind.TRACE, 8, changes), _profile(loci=8)
    near = statement(*pair_, shipped_rules("prum-ess12"), SIZES, COUNTED)
    rest = _profile(changes=dict.fromkeys(changes, ""), loci=8)
    (name,) = changes
    measure = rules.measure()
    for each in near.figures:
        population = next(one for one in COUNTED if one.name == each.population)
        rmp = match_probability(rest, population, 0.01).log10
        assert each.log10_rmp == pytest.approx(rmp)
        pair = _profile(loci=8, changes=changes).loci[name], _profile(loci=8).loci[name]
        outcome = tally_of(measure(name, *pair))
        chance = max(_by_genotypes(side, outcome, name, population, rules) for side in pair)
        assert each.log10_lr == pytest.approx(-rmp + alleles * math.log10(TYPING_ERROR) - math.log10(chance))
        assert each.log10_lr < -each.log10_rmp


def _by_genotypes(side: tuple[Allele, ...], outcome: Tally, name: str, population: Population, rules: RuleSet) -> float:
    """Chance of an outcome, genotype by genotype."""
    table = population.loci[name]
    return math.fsum(
        genotype_given(pair, side, table, 0.01)
        for pair in combinations_with_replacement(sorted({*table.seen, *side}), 2)
        if tally_of(rules.measure()(name, side, pair)) == outcome
    )


@pytest.mark.parametrize(("rules", "loci", "changes", "kind"), CASES)
def test_both_sides_state_the_same_of_a_pair(rules: str, loci: int, changes: dict[str, str], kind: Kind) -> None:
    """Rarity, ratio and the agreement's coincidences; this search's are of the one that was searched with."""
    one, other = _profile(kind, loci, changes=changes), _profile(loci=loci)
    there, back = (statement(*pair, shipped_rules(rules), SIZES) for pair in ((one, other), (other, one)))
    assert there.label == back.label
    for mine, its in zip(there.figures, back.figures, strict=True):
        assert mine.log10_rmp == pytest.approx(its.log10_rmp, rel=1e-12)
        assert mine.log10_lr == pytest.approx(its.log10_lr, rel=1e-12)
        assert mine.of_agreement == its.of_agreement


def test_a_mixture_has_the_ratio_of_the_model() -> None:
    trace = _profile(Kind.MIXTURE, 10, {"vWA": "16 17 18", "FGA": "20 21 24 25"})
    found = statement(trace, _profile(loci=10), shipped_rules("codis-moderate"), SIZES)
    chances = Chances(theta=0.01, unknown=1)
    for each in found.figures:
        population = next(one for one in POPULATIONS if one.name == each.population)
        log10, loci = mixture_ratio(mixed_loci(trace.loci, population.loci, chances), _profile(loci=10).loci)
        assert each.log10_lr == pytest.approx(log10)
        assert each.loci == len(loci)
        assert each.log10_rmp == pytest.approx(match_probability(_profile(loci=10), population, 0.01).log10)
    whole = of_search(trace, shipped_rules("codis-moderate"), SIZES.pairs, POPULATIONS, 0.01)
    assert found.most_expected_of_agreement == pytest.approx(whole[0].matches)


def test_two_mixtures_have_no_ratio() -> None:
    rules = replace(shipped_rules("codis-moderate"), kinds=frozenset({frozenset({Kind.MIXTURE})}))
    with pytest.raises(InputError, match="two mixtures"):
        statement(_profile(Kind.MIXTURE), _profile(Kind.MIXTURE), rules, SIZES)


FEW = {Allele(100): 0.4, Allele(110): 0.3, Allele(113): 0.1, Allele(120): 0.2}


@pytest.mark.parametrize("name", ["prum-ess12", "codis-low"])
@pytest.mark.parametrize("theta", [0.0, 0.02])
@pytest.mark.parametrize("wild", [0, 2])
def test_two_databases_are_the_sum_over_every_pair_of_genotypes(name: str, theta: float, wild: int) -> None:
    """Nine loci written out outcome by outcome, genotype against genotype, by the reference comparison."""
    rules, table = shipped_rules(name), LocusFrequencies(FEW, 10**9)
    loci = SETS["codis-20"][:9]
    known = {each: 1 if number < wild else 2 for number, each in enumerate(loci)}
    population = Population("few", dict.fromkeys(loci, table))
    (found,) = of_agreement(known, rules, 1, [population], theta)
    spreads = [_slowly(each, known[each], rules, table, theta) for each in loci]
    assert found.matches == pytest.approx(candidate_chance(spreads, rules.classes, bound(rules)), rel=1e-9)
    assert 0 < found.matches < 1


def _slowly(name: str, alleles: int, rules: RuleSet, table: LocusFrequencies, theta: float) -> dict[Tally, float]:
    spread: dict[Tally, float] = {}
    genotypes = [*combinations_with_replacement(sorted(table.seen), 2)]
    known: list[tuple[tuple[Allele, ...], float]] = [
        (pair, genotype_given(pair, (), table, theta)) for pair in genotypes
    ]
    if alleles == 1:
        known = [((WILDCARD, each), table.of(each)) for each in table.seen]
    for one, chance in known:
        for other in genotypes:
            outcome = tally_of(rules.measure()(name, one, other))
            given_one = tuple(each for each in one if each)
            more = chance * genotype_given(other, given_one, table, theta)
            spread[outcome] = spread.get(outcome, 0.0) + more
    return spread


@pytest.mark.parametrize("loci", ["ess-7", "sgm-plus", "ess-12"])
def test_two_databases_agree_with_the_closed_forms(loci: str) -> None:
    """By rules without micro-variants, at theta 0 and with frequencies as counted, both say the same."""
    rules = shipped_rules("prum-ess12")
    plain = replace(
        rules, micro_variants=MicroTable.NONE, classes=tuple(each for each in rules.classes if not each.max_micro)
    )
    for population in COUNTED[:3]:
        pairs = of_databases(1_000_000, 1_000, SETS[loci], population)
        (found,) = of_agreement(dict.fromkeys(SETS[loci], 2), plain, 10**9, [population], 0.0)
        assert found.near == pytest.approx(pairs[Agreement.ONE_OFF], rel=1e-6)
        assert found.matches - found.near == pytest.approx(pairs[Agreement.FULL], rel=1e-4)


@given(st.sampled_from(["TH01", "SE33", "vWA"]), st.floats(0, 0.1), st.integers(0, 10**6))
@settings(deadline=None, derandomize=True, max_examples=25)
def test_a_locus_in_groups_is_a_locus_genotype_by_genotype(locus: str, theta: float, seed: int) -> None:
    table = COUNTED[seed % len(COUNTED)].loci[locus]
    alleles = sorted(table.seen)
    pair = tuple(sorted((alleles[seed % len(alleles)], alleles[seed // 7 % len(alleles)])))
    for name in ("prum-ess7", "codis-low"):
        rules = shipped_rules(name)

        def measure(one: Any, other: Any, rules: RuleSet = rules) -> Any:
            return rules.measure()(locus, one, other)

        expected: dict[Tally, float] = {}
        for each in combinations_with_replacement(alleles, 2):
            outcome = tally_of(measure(pair, each))
            expected[outcome] = expected.get(outcome, 0.0) + genotype_given(each, pair, table, theta)
        found = locus_spread(pair, measure, table, theta)
        assert {key: value for key, value in found.items() if value} == {
            key: pytest.approx(value, rel=1e-9) for key, value in expected.items()
        }


def test_a_population_without_figures_for_a_locus_makes_nothing_rarer() -> None:
    """TPOX has figures in four of the ten populations: elsewhere everybody is taken to agree there."""
    without = _stated("prum-ess7", 6)
    asked = _profile(Kind.TRACE, 6, {"TPOX": "8 11"})
    found = statement(asked, replace(asked, kind=Kind.PERSON), shipped_rules("prum-ess7"), SIZES)
    lacking = {each.population: each for each in found.figures if each.left_out}
    assert {each.left_out for each in lacking.values()} == {("TPOX",)}
    assert 0 < len(lacking) < len(found.figures)
    for each in without.figures:
        if each.population in lacking:
            assert lacking[each.population].log10_rmp == each.log10_rmp
            assert lacking[each.population].of_search > each.of_search


def test_six_loci_of_which_one_has_no_figures_are_no_impossible_match() -> None:
    changes = {"D18S51": "", "CD4": "5 10"}
    one, other = _profile(Kind.TRACE, 7, changes=changes), _profile(loci=7, changes=changes)
    found = statement(
        one, replace(other, loci={name: other.loci[name] for name in other.loci}), shipped_rules("prum-ess7"), SIZES
    )
    assert found.most_expected > _stated("prum-ess7", 6).most_expected


@pytest.mark.parametrize("count", [0, 1, 2])
def test_fewer_than_three_populations_are_refused(count: int) -> None:
    with pytest.raises(InputError, match=f"{count} populations have figures"):
        statement(_profile(Kind.TRACE), _profile(), shipped_rules("prum-ess7"), SIZES, POPULATIONS[:count])
    empty = [Population(f"empty {number}", {}) for number in range(9)]
    with pytest.raises(InputError, match=f"{count} populations have figures"):
        statement(_profile(Kind.TRACE), _profile(), shipped_rules("prum-ess7"), SIZES, [*POPULATIONS[:count], *empty])


def test_who_is_no_candidate_has_no_statement() -> None:
    with pytest.raises(InputError, match="no candidates for each other"):
        _stated(changes={"vWA": "18 19"})


@pytest.mark.parametrize("theta", [-0.1, 1.0, math.nan])
def test_theta_that_is_none_is_refused(theta: float) -> None:
    with pytest.raises(InputError, match="coancestry"):
        statement(_profile(Kind.TRACE), _profile(), shipped_rules("prum-ess7"), SIZES, POPULATIONS, theta)


@pytest.mark.parametrize("sizes", [(-1, 0, 0), (0, -1, 0), (0, 0, -5)])
def test_no_database_has_less_than_nobody(sizes: tuple[int, int, int]) -> None:
    with pytest.raises(InputError, match="negative"):
        Sizes(*sizes)


def test_more_searched_means_more_by_chance() -> None:
    one, other, rules = _profile(Kind.TRACE), _profile(), shipped_rules("prum-ess12")
    found = [statement(one, other, rules, Sizes(10**power, 10**power, 10)) for power in range(3, 8)]
    for less, more in pairwise(found):
        assert more.most_expected == pytest.approx(10 * less.most_expected)
        assert more.figures[0].log10_rmp == less.figures[0].log10_rmp


def test_an_agreement_whose_size_nobody_said_is_said_to_be_unknown() -> None:
    found = statement(_profile(Kind.TRACE), _profile(), shipped_rules("prum-ess7"), Sizes(1000))
    assert found.most_expected_of_agreement is None
    assert {each.of_agreement for each in found.figures} == {None}
    assert "Nobody has said" in found.sentences[-1]
    json.dumps(found.as_dict(), allow_nan=False)


@pytest.mark.parametrize(("rules", "loci", "changes", "kind"), CASES)
def test_the_plain_form_is_json_and_names_nobody(rules: str, loci: int, changes: dict[str, str], kind: Kind) -> None:
    found = _stated(rules, loci, changes, kind)
    plain = found.as_dict()
    assert json.loads(json.dumps(plain, allow_nan=False)) == plain
    assert "SECRET-REF" not in json.dumps(plain)
    assert [*plain] == [
        "statement", "rules", "class", "near", "theta", "sizes", "compared", "full", "wildcards", "micro_variants",
        "mismatched", "loci", "figures", "sentences", "advice", "warning",
    ]  # fmt: skip
    assert plain["rules"] == {"id": rules, "version": "1"}
    assert len(plain["loci"]) == found.compared == loci - 2 * (rules == "prum-ess7" and loci > 10)
    assert {*plain["loci"][0]} == {"locus", "asked", "found", "agreement"}


TALLIES: list[tuple[str, Mapping[str, str], tuple[int, ...]]] = [
    ("prum-ess12", {}, (10, 10, 0, 0, 0)),
    ("prum-ess12", {"vWA": "16 *", "FGA": "* 24"}, (10, 8, 2, 0, 0)),
    ("prum-ess12", {"TH01": "6 9.2"}, (10, 9, 0, 1, 0)),
    ("prum-ess12", {"vWA": "16 18", "FGA": "* 24"}, (10, 8, 1, 0, 1)),
    ("codis-low", {"vWA": "16", "FGA": "21 25"}, (10, 8, 1, 0, 1)),
]


@pytest.mark.parametrize(("rules", "changes", "counts"), TALLIES)
def test_what_agrees_is_counted(rules: str, changes: dict[str, str], counts: tuple[int, ...]) -> None:
    found = _stated(rules, 10, changes=changes)
    assert (found.compared, found.full, found.wildcards, found.micro_variants, found.mismatched) == counts


def test_what_a_prosecutor_reads() -> None:
    six = _stated("prum-ess7", 6).sentences
    assert six[0] == "6 loci compared, 6 agree in full."
    assert six[1].startswith(
        "Of people unrelated to each other about one in 1.12 million has what the two have in common"
    )
    assert "the most cautious of 10 populations" in six[1]
    assert "about 1.12 million times likelier if it is of one person" in six[2]
    assert "expected to give about 6.4 such candidates in a search like this one (7,200,000 profiles" in six[3]
    assert "between all 7,200,000 and 100,000 profiles of the agreement" in six[4]
    assert "near matches included" in six[4]


def test_more_loci_are_asked_for_where_chance_gives_too_much() -> None:
    assert MORE_LOCI in _stated("cautious", 6).advice
    assert MORE_LOCI not in _stated("cautious", 12).advice
    assert _stated("cautious", 12).advice == ()


@pytest.mark.parametrize("population", POPULATIONS, ids=lambda each: each.name)
def test_the_least_frequency_is_for_a_profiles_own_alleles_and_makes_nobody_else(population: Population) -> None:
    """With it for everybody a locus would add up to 1.08 in small samples, and expectations to a third too many."""
    for name in SETS["ess-7"]:
        table = population.loci[name]
        common = sorted(table.seen, key=lambda each: -table.seen[each])[:2]
        rare = min(table.seen, key=lambda each: table.seen[each])

        def measure(one: Any, other: Any, name: str = name) -> Any:
            return shipped_rules("prum-ess7").measure()(name, one, other)

        usual = locus_spread(tuple(sorted(common)), measure, table, 0.0)
        assert math.fsum(usual.values()) == pytest.approx(1, abs=2e-4)
        scarce = locus_spread((rare, rare), measure, table, 0.0)
        assert math.fsum(scarce.values()) >= math.fsum(usual.values()) - 2e-4
        assert scarce[Tally(1, 1)] == pytest.approx(table.of(rare) ** 2)
