"""A join finds what comparing every pair finds, no more and no less: gaps, wildcards, micro-variants, mixtures, all rules."""

import random
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.dna import blocks
from egnatia.engines.dna.alleles import WILDCARD, Allele
from egnatia.engines.dna.batches import Preparer
from egnatia.engines.dna.columns import load, pack, save
from egnatia.engines.dna.increment import increment
from egnatia.engines.dna.join import _distinct, _Join, join
from egnatia.engines.dna.loci import SETS
from egnatia.engines.dna.pairs import Pairs
from egnatia.engines.dna.rule_file import read_rules, shipped, shipped_rules
from egnatia.engines.dna.rules import RuleSet
from egnatia.engines.dna.types import Designation, Kind, Profile
from egnatia.errors import InputError

LOCI = (*SETS["dna-17"], "Penta D", "Penta E")
KITS = (LOCI, SETS["dna-17"], SETS["sgm-plus"], SETS["ess-7"])
Found = set[tuple[int, int, str]]


def _locus(rng: random.Random, kind: Kind) -> Designation:
    """Few alleles, with parts of repeats on both sides of a whole one, so that chance gives every kind of agreement."""
    size = rng.choice([1, 2, 3, 4]) if kind is Kind.MIXTURE else 2
    alleles = [Allele(rng.choice([120, 120, 130, 123, 122, 133])) for _ in range(size)]
    if rng.random() < 0.05:
        alleles[0] = WILDCARD
    if rng.random() < 0.01:
        alleles = [WILDCARD] * 2
    alleles = alleles * 2 if len(alleles) == 1 else alleles
    return tuple(sorted(alleles))


def _again(seen: Designation, rng: random.Random) -> Designation:
    """The same locus typed again by somebody who reads one allele otherwise, or not at all."""
    alleles = [*seen]
    alleles[rng.randrange(len(alleles))] = Allele(rng.choice([WILDCARD, 120, 123, 130, 140]))
    return tuple(sorted(alleles))


def _profiles(rng: random.Random, count: int, kinds: tuple[Kind, ...] = tuple(Kind)) -> list[Profile]:
    """Most are an earlier one typed again by another kit, with gaps and with none to three loci read otherwise."""
    made: list[Profile] = []
    for number in range(count):
        kind = rng.choice(kinds)
        loci = {name: _locus(rng, kind) for name in LOCI}
        if made and rng.random() < 0.8:
            loci |= {name: seen for name, seen in rng.choice(made).loci.items() if len(seen) == 2}
            for name in rng.sample(LOCI, rng.choice([0, 1, 1, 2, 3])):
                loci[name] = _again(loci[name], rng) if rng.random() < 0.7 else _locus(rng, kind)
        kit = rng.choice(KITS)
        gaps = rng.choice([0, 0.05, 0.1, 0.3])
        typed = {name: seen for name, seen in loci.items() if name in kit and rng.random() >= gaps}
        made.append(Profile(f"P-{number}", kind, typed))
    return made


def _by_hand(left: list[Profile], right: list[Profile], rules: RuleSet) -> Found:
    found = set()
    lacking = {id(each): rules.wants(each) for each in (*left, *right)}
    for one, mine in enumerate(left):
        for other, theirs in enumerate(right):
            permitted = rules.permits(mine.kind, theirs.kind) and (left is not right or one < other)
            if permitted and lacking[id(mine)] is None and lacking[id(theirs)] is None:
                _, match_class = rules.compare(mine, theirs)
                if match_class:
                    found.add((one, other, match_class.label))
    return found


def _told(found: Iterable[Pairs], rules: RuleSet) -> Found:
    listed = [
        (left, right, rules.classes[label].label)
        for each in found
        for left, right, label in zip(each.left.tolist(), each.right.tolist(), each.classes.tolist(), strict=True)
    ]
    assert len(listed) == len({*listed}), "a pair was told twice"
    return {*listed}


@pytest.mark.parametrize("name", shipped())
@pytest.mark.parametrize("seed", [1, 2])
def test_a_join_finds_what_comparing_every_pair_finds(name: str, seed: int) -> None:
    profiles = _profiles(random.Random(seed), 260)
    rules, left, right = shipped_rules(name), profiles[:90], profiles[90:]
    expected = _by_hand(left, right, rules)
    assert _told(join(pack(left), pack(right), rules), rules) == expected
    turned = {(other, one, label) for one, other, label in expected}
    assert _told(join(pack(right), pack(left), rules), rules) == turned, "the larger set first"
    assert len(expected) > 2


@pytest.mark.parametrize("name", shipped())
def test_a_set_with_itself_tells_each_pair_once_and_nobody_with_himself(name: str) -> None:
    profiles = _profiles(random.Random(3), 150)
    rules, columns = shipped_rules(name), pack(profiles)
    found = _told(join(columns, columns, rules), rules)
    assert found == _by_hand(profiles, profiles, rules)
    assert found
    assert all(one < other for one, other, _ in found)


RELAXED = """
    id = "relaxed"
    version = "1"
    title = "{title}"
    source = "test"
    loci = "dna-17"
    micro_variants = "prum"
    five_bases = ["Penta D", "Penta E", "CD4"]
    kinds = [["person", "trace"], ["trace", "trace"], ["mixture", "person"], ["person", "person"]]
    {classes}
    """
TWO_OFF = """
    [[classes]]
    label = "two off"
    near = true
    min_full = 4
    min_compared = 5
    max_mismatched = 2
    max_micro = 1
    max_deviations = 2
    """
WILD_ALONE = """
    [[classes]]
    label = "hardly anything"
    min_full = 1
    min_compared = 3
    [[classes]]
    label = "one off"
    near = true
    min_full = 2
    min_compared = 9
    max_wildcards = 1
    max_mismatched = 1
    """
FIVE_OFF = """
    [[classes]]
    label = "five off"
    near = true
    min_full = 3
    min_compared = 6
    max_mismatched = 5
    """
STRINGENT = """
    [[classes]]
    label = "high but two"
    near = true
    stringency = "high"
    min_full = 0
    min_compared = 5
    max_below = 2
    [[classes]]
    label = "moderate but one"
    near = true
    stringency = "moderate"
    min_full = 2
    min_compared = 6
    max_below = 1
    """
HIGH_BUT = """
    [[classes]]
    label = "high but one"
    near = true
    stringency = "high"
    min_full = 0
    min_compared = 6
    max_below = 1
    """


@pytest.mark.parametrize("classes", [TWO_OFF, WILD_ALONE, FIVE_OFF, STRINGENT, HIGH_BUT])
def test_rules_that_nobody_ships_are_followed_too(classes: str) -> None:
    rules = read_rules(RELAXED.format(title="relaxed", classes=classes).encode())
    profiles = _profiles(random.Random(5), 120, (Kind.PERSON, Kind.TRACE, Kind.MIXTURE))
    left, right = profiles[:45], profiles[45:]
    expected = _by_hand(left, right, rules)
    assert _told(join(pack(left), pack(right), rules), rules) == expected
    assert len(expected) > 5


@given(st.integers(0, 2**32), st.sampled_from(shipped()), st.integers(1, 40), st.integers(1, 60))
@settings(deadline=None, derandomize=True, max_examples=30)
def test_small_sets_of_any_size(seed: int, name: str, left: int, right: int) -> None:
    profiles = _profiles(random.Random(seed), left + right, (Kind.PERSON, Kind.TRACE, Kind.REMAINS, Kind.MIXTURE))
    rules = shipped_rules(name)
    mine, theirs = profiles[:left], profiles[left:]
    assert _told(join(pack(mine), pack(theirs), rules), rules) == _by_hand(mine, theirs, rules)


def _one(alleles: int = 120, **changed: tuple[int, int] | None) -> dict[str, Designation]:
    loci: dict[str, Designation] = {name: (Allele(alleles), Allele(alleles + 10)) for name in SETS["ess-7"]}
    for name, seen in changed.items():
        if seen is None:
            del loci[name]
        else:
            loci[name] = (Allele(seen[0]), Allele(seen[1]))
    return loci


@pytest.mark.parametrize(
    ("right", "label"),
    [
        (_one(), "quality 1"),
        (_one(TH01=(0, 120)), "quality 2"),
        (_one(TH01=None), "quality 1"),
        (
            _one(TH01=(120, 132)),
            None,
        ),  # two steps of a micro-variant make no near match of another allele: 13.2 is not 13
        (_one(TH01=(123, 130)), "quality 4"),
        (_one(TH01=(120, 131)), "quality 3"),
        (_one(TH01=None, vWA=(120, 150)), None),
        (_one(TH01=(120, 150), vWA=(120, 150)), None),
    ],
)
def test_each_kind_of_agreement_by_hand(right: dict[str, Designation], label: str | None) -> None:
    rules = shipped_rules("prum-ess7")
    trace, person = Profile("T", Kind.TRACE, _one()), Profile("P", Kind.PERSON, right)
    expected = rules.compare(trace, person)[1] if rules.wants(person) is None else None
    found = _told(join(pack([trace]), pack([person]), rules), rules)
    assert found == ({(0, 0, expected.label)} if expected else set())
    if label != "quality 4" and label is not None:
        assert expected is not None
        assert expected.label == label


def test_a_gap_on_one_side_and_a_wildcard_on_the_other_hide_nobody() -> None:
    """Every profile lacks other loci, so no two have any block in full on both sides, and all are candidates."""
    rules = shipped_rules("prum-ess12")
    rng = random.Random(6)
    whole = {name: (Allele(120), Allele(rng.choice([130, 140]))) for name in SETS["dna-17"]}
    profiles = []
    for number in range(40):
        loci: dict[str, Designation] = dict(whole)
        for name in rng.sample(SETS["dna-17"], 4):
            del loci[name]
        wild = rng.choice([*loci])
        loci[wild] = (WILDCARD, loci[wild][0])
        profiles.append(Profile(f"T-{number}", Kind.TRACE, loci))
    found = _told(join(pack(profiles), pack(profiles), rules), rules)
    assert found == {
        (one, other, label)
        for one, mine in enumerate(profiles)
        for other, theirs in enumerate(profiles)
        for label in [(rules.compare(mine, theirs)[1] or rules.classes[0]).label]
        if rules.compare(mine, theirs)[1]
    }
    assert len(found) == 40 * 40


def test_spans_share_a_join_out_without_a_seam() -> None:
    profiles = _profiles(random.Random(7), 200)
    rules, left, right = shipped_rules("prum-ess12"), pack(profiles[:120]), pack(profiles[120:])
    whole = _told(join(left, right, rules), rules)
    parts = [
        _told(join(left, right, rules, span=range(start, min(start + 13, 80))), rules) for start in range(0, 80, 13)
    ]
    assert sum(map(len, parts)) == len(whole)
    assert set[tuple[int, int, str]]().union(*parts) == whole
    itself = [_told(join(left, left, rules, span=range(start, start + 30)), rules) for start in range(0, 120, 30)]
    assert set[tuple[int, int, str]]().union(*itself) == _told(join(left, left, rules), rules)


def test_strides_and_batches_meet_without_a_seam() -> None:
    profiles = _profiles(random.Random(8), 160)
    rules, left, right = shipped_rules("cautious"), pack(profiles[:70]), pack(profiles[70:])
    expected = _by_hand(profiles[:70], profiles[70:], rules)
    worker = _Join(left, right, rules)
    preparer = Preparer(left, right, rules)
    found: Found = set()
    for start in range(0, 70, 9):
        batch = preparer.batch(np.arange(start, min(start + 9, 70)))
        for first in range(0, 90, 11):
            found |= _told(worker._stride(batch, range(first, min(first + 11, 90))), rules)
    assert {each for each in found if rules.wants(profiles[each[0]]) is None} == expected


def test_saved_columns_join_as_those_in_memory(tmp_path: Path) -> None:
    profiles = _profiles(random.Random(9), 120)
    rules, left, right = shipped_rules("prum-ess7"), pack(profiles[:50]), pack(profiles[50:])
    save(left, tmp_path / "left")
    save(right, tmp_path / "right")
    mapped = _told(join(load(tmp_path / "left"), load(tmp_path / "right"), rules), rules)
    assert mapped == _told(join(left, right, rules), rules)


def test_books_in_another_order_mean_the_same() -> None:
    """Codes of one set say nothing in another: the same designations have other numbers there."""
    profiles = _profiles(random.Random(10), 100)
    rules = shipped_rules("prum-ess12")
    first = _told(join(pack(profiles[:40]), pack(profiles[40:]), rules), rules)
    turned = _told(join(pack(profiles[:40]), pack(profiles[:39:-1]), rules), rules)
    assert {(one, 59 - other, label) for one, other, label in turned} == first


@pytest.mark.parametrize("kind", [Kind.VICTIM, Kind.ELIMINATION, Kind.RELATIVE])
@pytest.mark.parametrize("name", shipped())
def test_victims_eliminations_and_relatives_are_in_no_pair(name: str, kind: Kind) -> None:
    loci = {locus: (Allele(120), Allele(130)) for locus in LOCI}
    rules = shipped_rules(name)
    left = pack([Profile("T", Kind.TRACE, loci), Profile("V", kind, loci)])
    right = pack([Profile("W", kind, loci), Profile("P", Kind.PERSON, loci)])
    assert {(one, other) for one, other, _ in _told(join(left, right, rules), rules)} == {(0, 1)}


def test_nobody_on_either_side() -> None:
    rules, some = shipped_rules("prum-ess7"), pack([Profile("T", Kind.TRACE, _one())])
    for left, right in ((pack([]), some), (some, pack([])), (pack([]), pack([]))):
        assert [*join(left, right, rules)] == []


def test_no_locus_in_common() -> None:
    left = pack([Profile("T", Kind.TRACE, {name: (Allele(120), Allele(130)) for name in SETS["ess-7"]})])
    right = pack([Profile("P", Kind.PERSON, {name: (Allele(120), Allele(130)) for name in SETS["dna-17"][10:]})])
    for name in shipped():
        assert [*join(left, right, shipped_rules(name))] == []


def test_progress_goes_up_and_ends() -> None:
    profiles = _profiles(random.Random(11), 60)
    seen: list[tuple[int, int]] = []
    rules = shipped_rules("prum-ess7")
    list(join(pack(profiles[:20]), pack(profiles[20:]), rules, show=lambda done, total: seen.append((done, total))))
    assert seen[-1][0] == seen[-1][1]
    assert all(done <= total for done, total in seen)


def test_copies_of_one_profile_are_all_pairs_of_it() -> None:
    rules, copies = shipped_rules("prum-ess7"), 150
    left, right = (pack([Profile("X", kind, _one())] * copies) for kind in (Kind.TRACE, Kind.PERSON))
    assert sum(map(len, join(left, right, rules))) == copies * copies
    assert sum(map(len, join(left, left, rules))) == copies * (copies - 1) // 2


def test_more_equal_profiles_than_memory_holds_are_refused() -> None:
    some = np.arange(500)
    assert _distinct(iter([some[::-1], some]), 1000).tolist() == some.tolist()
    with pytest.raises(InputError, match=r"more than 1,000 pairs agree among 131,072 profiles"):
        _distinct(iter([some, some, some[:1]]), 1000)


@pytest.mark.parametrize("name", ["prum-ess12", "codis-moderate", "codis-low"])
def test_night_after_night_finds_what_a_join_from_scratch_finds(name: str) -> None:
    profiles = _profiles(random.Random(12), 180)
    rules = shipped_rules(name)
    whole = pack(profiles)
    expected = _told(join(whole, whole, rules), rules)
    nights = [(0, 70), (70, 110), (110, 111), (111, 180)]
    sets = [pack(profiles[start:stop]) for start, stop in nights]
    found: Found = set()
    for night, (begin, _) in enumerate(nights):
        for each in increment(sets[night], sets[:night], rules):
            first = nights[each.against][0] if each.against is not None else begin
            for one, other, label in _told([each.pairs], rules):
                low, high = sorted((one + begin, other + first))
                pair = (low, high, label)
                assert pair not in found
                found.add(pair)
    assert found == expected
    assert expected


@pytest.mark.parametrize("longest", range(1, 8))
@pytest.mark.parametrize("name", ["prum-ess7", "cautious", "codis-high", "codis-moderate"])
def test_blocks_of_any_length_find_the_same(name: str, longest: int) -> None:
    """Small sets have short blocks; millions have the long ones, so these are asked for here."""
    profiles = _profiles(random.Random(14), 140)
    rules = shipped_rules(name)
    if name == "codis-moderate" and longest > 5:
        longest = 5  # four ways at a locus: more than five loci are never laid out
    worker = _Join(pack(profiles[:60]), pack(profiles[60:]), rules)
    worker._preparer._longest = longest
    found = _told(worker.run(range(80), lambda _done, _total: None), rules)
    assert found == _by_hand(profiles[:60], profiles[60:], rules)
    assert found


@pytest.mark.parametrize("price", [(1e-9, 1e9), (1e9, 1e-9)])
def test_what_is_thought_cheap_changes_nothing_that_is_found(price: tuple[float, float]) -> None:
    """Blocks never shortened and nearly everybody scanned, or blocks shortened to one locus: the same candidates."""
    profiles = _profiles(random.Random(15), 140)
    rules = shipped_rules("prum-ess12")
    expected = _by_hand(profiles[:60], profiles[60:], rules)
    before = blocks.LOOK, blocks.CANDIDATE
    try:
        blocks.LOOK, blocks.CANDIDATE = price
        found = _told(join(pack(profiles[:60]), pack(profiles[60:]), rules), rules)
    finally:
        blocks.LOOK, blocks.CANDIDATE = before
    assert found == expected
    assert found
