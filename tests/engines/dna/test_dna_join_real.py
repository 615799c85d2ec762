"""Real people against themselves, and what a join loses of simulated ones: groups, aliases, traces found again."""

import csv
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from egnatia.engines.dna.columns import Columns, pack, unpack
from egnatia.engines.dna.duplicates import LEAD, Group, duplicates, groups_of
from egnatia.engines.dna.frequencies import shipped_populations
from egnatia.engines.dna.join import join
from egnatia.engines.dna.loci import LOCI, SETS
from egnatia.engines.dna.normalise import profile_of
from egnatia.engines.dna.pairs import Pairs
from egnatia.engines.dna.rule_file import read_rules, shipped_rules
from egnatia.engines.dna.simulate import children, chosen, draw, mistyped_once, together
from egnatia.engines.dna.simulated_sets import KITS, UNKNOWN, Recipe, simulate, with_wildcards
from egnatia.engines.dna.types import Kind, Profile
from egnatia.errors import InputError

SHARED = Path(__file__).parents[4] / "shared" / "data" / "dna"
NIST = [each for each in shipped_populations() if each.name.startswith("NIST")]


@pytest.fixture(scope="module")
def people() -> Columns:
    path = SHARED / "nist1036_genotypes.csv"
    if not path.exists():
        pytest.skip(f"the shared test data is not here: {path.name}")
    with path.open(encoding="utf-8", newline="") as file:
        rows = [*csv.DictReader(file)]
    names = dict.fromkeys(key[:-2] for key in rows[0] if key[-2:] in {"_1", "_2"})
    return pack(
        profile_of(row["sample"], Kind.PERSON, [(name, [row[f"{name}_1"], row[f"{name}_2"]]) for name in names]).profile
        for row in rows
    )


def _rules(loci: str, least: int) -> bytes:
    """Pairs that agree in full at so many of some loci, whatever the others say."""
    return f"""
        id = "all"
        version = "1"
        title = "every pair"
        source = "test"
        loci = "{loci}"
        kinds = [["person", "person"]]
        [[classes]]
        label = "any"
        near = true
        min_full = {least}
        min_compared = {least}
        max_mismatched = 60
        """.encode()


@pytest.mark.parametrize(
    ("loci", "least", "pairs"),
    [("ess-7", 4, 119 + 2), ("ess-12", 5, 148 + 8 + 1), ("codis-13", 6, 72 + 6), ("dna-17", 6, 47 + 1 + 1)],
)
def test_real_people_by_loci_that_agree_in_full(people: Columns, loci: str, least: int, pairs: int) -> None:
    """536,130 pairs, as counted elsewhere (DNAtools for the last): rules for which no index serves."""
    rules = read_rules(_rules(loci, least))
    assert sum(map(len, join(people, people, rules))) == pairs


SHIFTED = """
    id = "ten"
    version = "1"
    title = "ten loci in full"
    source = "test"
    loci = ["TH01", "D21S11", "FGA", "D3S1358", "D18S51", "D1S1656", "D10S1248", "D22S1045", "D19S433", "D2S1338"]
    kinds = [["person", "person"]]
    [[classes]]
    label = "ten"
    min_full = 10
    min_compared = 10
    """


def test_the_two_real_people_who_agree_at_ten_loci_are_found_by_the_index(people: Columns) -> None:
    (found,) = groups_of(join(people, people, read_rules(SHIFTED.encode())))
    assert {people.ref(number) for number in found.members} == {"MT94892", "GT37812"}


def test_no_two_of_the_real_people_are_candidates_by_pruem_and_every_alias_is(people: Columns) -> None:
    rules = shipped_rules("prum-ess12")
    assert duplicates(people, rules) == ()
    aliases = [
        Profile(f"A-{number}", Kind.PERSON, {name: each.loci[name] for name in SETS["dna-17"] if name in each.loci})
        for number, each in enumerate(unpack(people))
        if number % 100 == 0
    ]
    found = duplicates(pack([*unpack(people), *aliases]), rules)
    assert [each.members for each in found] == [(number * 100, 1036 + number) for number in range(11)]
    assert all(rules.classes[label].label == "quality 1" for each in found for _, _, label in each.pairs)


def _pairs(*some: tuple[int, int]) -> Pairs:
    left, right = np.array(some, dtype=np.int64).reshape(-1, 2).T
    return Pairs(left, right, np.zeros(len(left), dtype=np.uint8))


def test_groups_are_what_leads_to_each_other() -> None:
    found = groups_of([_pairs((3, 9), (1, 2)), _pairs(), _pairs((2, 8), (8, 30)), _pairs((7, 30), (4, 5))])
    assert [each.members for each in found] == [(1, 2, 7, 8, 30), (3, 9), (4, 5)]
    assert found[1] == Group((3, 9), ((3, 9, 0),))
    assert [pair[:2] for pair in found[0].pairs] == [(1, 2), (2, 8), (7, 30), (8, 30)]
    assert groups_of([]) == ()


def test_a_chain_as_long_as_one_likes_is_one_group() -> None:
    links = [(number, number + 1) for number in range(3_000)]
    (found,) = groups_of([_pairs(*links[::-1])])
    assert found.members == tuple(range(3_001))


def test_duplicates_are_of_persons_alone_and_only_where_rules_permit_it() -> None:
    loci = dict(
        next(
            unpack(simulate(Recipe(1, 0, kits={"dna-17": 1.0}, missing=0.0), NIST, np.random.default_rng(1)).persons)
        ).loci
    )
    kinds = (Kind.PERSON, Kind.TRACE, Kind.PERSON, Kind.REMAINS, Kind.VICTIM)
    columns = pack([Profile(f"X-{number}", kind, loci) for number, kind in enumerate(kinds)])
    assert [each.members for each in duplicates(columns, shipped_rules("prum-ess7"))] == [(0, 2)]
    with pytest.raises(InputError, match="does not compare persons with persons"):
        duplicates(columns, shipped_rules("cautious"))
    assert "No act follows" in LEAD


def test_traces_of_known_people_are_found_again_where_rules_have_room() -> None:
    """Old kits, gaps, wildcards and errors: what is not found has too few loci in common, or two deviations."""
    made = simulate(Recipe(4_000, 400, wildcards=0.02), NIST, np.random.default_rng(3))
    rules = shipped_rules("prum-ess12")
    found = {
        (left, right)
        for each in join(made.traces, made.persons, rules)
        for left, right in zip(each.left.tolist(), each.right.tolist(), strict=True)
    }
    known = [(trace, person) for trace, person in enumerate(made.sources.tolist()) if person != UNKNOWN]
    assert len(known) > 150
    missed = [pair for pair in known if pair not in found]
    assert len(missed) < len(known) / 5
    for trace, person in missed:
        mine, theirs = made.traces.profile(trace), made.persons.profile(person)
        assert rules.compare(mine, theirs)[1] is None or rules.wants(mine) or rules.wants(theirs)
    strangers = {pair for pair in found if pair not in {*known}}
    assert len(strangers) < 20


def test_kits_gaps_and_wildcards_come_as_often_as_asked() -> None:
    recipe = Recipe(6_000, 6_000, kits={"sgm-plus": 0.25, "dna-17": 0.75}, missing=0.2, wildcards=0.1)
    made = simulate(recipe, NIST, np.random.default_rng(4))
    typed = {locus.name: np.count_nonzero(made.persons.codes[row]) / 6_000 for row, locus in enumerate(LOCI)}
    assert {name for name, share in typed.items() if share} == {*SETS["dna-17"]}
    for name in SETS["dna-17"]:
        expected = 0.8 if name in SETS["sgm-plus"] else 0.6
        assert abs(typed[name] - expected) < 0.04
    seen = [each for profile in unpack(made.traces) for each in profile.loci.values()]
    assert abs(sum(0 in each for each in seen) / len(seen) - 0.1) < 0.01
    assert all(len(each) == 2 and any(each) for each in seen)
    assert not any(0 in each for profile in unpack(made.persons) for each in profile.loci.values())


def test_errors_are_one_allele_of_so_many_traces() -> None:
    recipe = Recipe(300, 2_000, kits={"dna-17": 1.0}, missing=0.0, errors=0.3, known=1.0)
    made = simulate(recipe, NIST, np.random.default_rng(5))
    rules = shipped_rules("prum-ess12")
    counted: Counter[str] = Counter()
    for trace, person in enumerate(made.sources.tolist()):
        evidence, _ = rules.compare(made.traces.profile(trace), made.persons.profile(person))
        counted[f"{evidence.tally.full} in full, {evidence.tally.third + evidence.tally.fourth} off"] += 1
    assert {*counted} == {"16 in full, 0 off", "15 in full, 1 off"}
    assert abs(counted["15 in full, 1 off"] / 2_000 - 0.3) < 0.04


def test_relatives_are_in_the_set_and_siblings_agree_more_often_than_strangers() -> None:
    made = simulate(Recipe(1_000, 0, relatives=0.4, missing=0.0), NIST, np.random.default_rng(6))
    persons = made.persons
    rows = [row for row, locus in enumerate(LOCI) if locus.name in SETS["sgm-plus"]]
    same = (persons.codes[rows, 600:800] == persons.codes[rows, 800:]).mean()
    strangers = (persons.codes[rows, 400:600] == persons.codes[rows, 800:]).mean()
    assert len(made.traces) == 0
    assert same > 0.3
    assert strangers < 0.12


def test_the_same_seed_draws_the_same_sets() -> None:
    recipe = Recipe(200, 50, wildcards=0.1)
    one, other, third = (simulate(recipe, NIST, np.random.default_rng(seed)) for seed in (7, 7, 8))
    assert [*unpack(one.traces)] == [*unpack(other.traces)]
    assert (one.sources == other.sources).all()
    assert [*unpack(one.persons)] != [*unpack(third.persons)]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"missing": 1.5}, "numbers from 0 to 1"),
        ({"kits": {}}, "some kit has one"),
        ({"kits": {"dna-17": 0.0}}, "some kit has one"),
        ({"kits": {"dna-18": 1.0}}, "no kit 'dna-18'"),
        ({"known": -0.1}, "numbers from 0 to 1"),
    ],
)
def test_a_recipe_that_cannot_be_drawn_is_refused(given: dict[str, object], said: str) -> None:
    with pytest.raises(InputError, match=said):
        Recipe(**{"persons": 1, "traces": 1, **given})  # type: ignore[arg-type]


def test_a_population_without_figures_for_a_kit_is_refused() -> None:
    uk = [each for each in shipped_populations() if each.name.startswith("UK")]
    with pytest.raises(InputError, match="no figures for TPOX"):
        simulate(Recipe(10, 0), uk, np.random.default_rng(9))
    assert len(simulate(Recipe(10, 0, kits={"dna-17": 1.0}), uk, np.random.default_rng(9)).persons) == 10


@pytest.mark.parametrize("persons", [0, 1, 2, 3])
def test_very_small_sets(persons: int) -> None:
    made = simulate(Recipe(persons, 3, relatives=1.0), NIST, np.random.default_rng(10))
    assert len(made.persons) == persons
    assert len(made.traces) == 3
    assert all(each == UNKNOWN for each in made.sources.tolist()) or persons


def test_people_of_several_populations_stand_together() -> None:
    rng = np.random.default_rng(11)
    groups = [draw(each, ("FGA", "TH01"), 50, rng) for each in NIST[:3]]
    whole = together(groups)
    assert len(whole) == 150
    for place, group in enumerate(groups):
        for name in ("FGA", "TH01"):
            mine = [[group.alleles[name][each] for each in pair] for pair in group.drawn[name]]
            theirs = [
                [whole.alleles[name][each] for each in pair] for pair in whole.drawn[name][place * 50 : place * 50 + 50]
            ]
            assert mine == theirs
    some = chosen(whole, np.array([149, 0, 0]))
    assert (some.drawn["FGA"] == whole.drawn["FGA"][[149, 0, 0]]).all()
    assert len(children(some, some, rng)) == 3


def test_nobody_is_misread_unless_asked_and_everybody_when_asked() -> None:
    rng = np.random.default_rng(12)
    people = draw(NIST[0], SETS["dna-17"], 400, rng)
    never, always = mistyped_once(people, 0.0, rng), mistyped_once(people, 1.0, rng)
    differing = sum((always.drawn[name] != people.drawn[name]).sum(axis=1) for name in people.drawn)
    assert (differing == 1).all()
    assert all((never.drawn[name] == people.drawn[name]).all() for name in people.drawn)


def test_wildcards_leave_one_allele_and_nothing_is_wild_twice() -> None:
    made = simulate(Recipe(300, 0, kits={"dna-17": 1.0}), NIST, np.random.default_rng(13)).persons
    before = [*unpack(made)]
    once = with_wildcards(made, 1.0, np.random.default_rng(14))
    twice = with_wildcards(once, 1.0, np.random.default_rng(15))
    assert [*unpack(once)] == [*unpack(twice)]
    for old, new in zip(before, unpack(once), strict=True):
        assert old.loci.keys() == new.loci.keys()
        assert all(seen[0] == 0 and seen[1] in old.loci[name] for name, seen in new.loci.items())
    assert {*KITS} == {"sgm-plus", "dna-17", "fusion-6c"}
