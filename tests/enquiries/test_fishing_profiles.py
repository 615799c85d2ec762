"""One profile tried in many variants: found from the threshold on, whoever shuffles, and never among ordinary traces."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.dna.alleles import WILDCARD, Allele
from egnatia.engines.dna.types import Profile
from egnatia.enquiries.fishing.profiles import KEPT, LIKE, SHARED_LOCI, ProfileWindow, Typed, alike, typed, variants
from egnatia.enquiries.fishing.rules import WINDOW, Finding
from egnatia.model.dna import ProfileKind
from egnatia.model.states import FishingRule
from egnatia.scenario.profiles import drawn

KEY = bytes(range(32))
START = datetime(2025, 5, 15, 8, tzinfo=UTC)
CASE = "DUR-2025-0417"


def somebody(seed: object) -> Profile:
    return drawn(random.Random(str(seed)), "T-1", ProfileKind.TRACE)


def asked(profile: Profile, minute: float = 0, case_ref: str = CASE, key: bytes = KEY) -> Typed:
    return typed(key, profile, START + timedelta(minutes=minute), case_ref)


def changed(profile: Profile, number: int) -> Profile:
    """One allele of one locus moved: what somebody does who looks for the limit of a near match."""
    name = [*profile.loci][number % len(profile.loci)]
    one, other = profile.loci[name]
    step = 10 * (1 + number // len(profile.loci))
    return replace(profile, loci={**profile.loci, name: (one, Allele(other + step))})


def without(profile: Profile, *names: str) -> Profile:
    return replace(profile, loci={name: seen for name, seen in profile.loci.items() if name not in names})


def probes(count: int, profile: Profile | None = None) -> list[Typed]:
    base = profile or somebody("base")
    return [asked(changed(base, number), number) for number in range(count)]


def test_variants_of_one_profile_are_found_from_the_threshold_on_and_counted() -> None:
    assert variants(probes(LIKE - 1)) is None
    last = START + timedelta(minutes=LIKE - 1)
    rule = FishingRule.ONE_PROFILE_MANY_TIMES
    assert variants(probes(LIKE)) == Finding(rule, LIKE, (CASE,), START, last)
    found = variants(probes(30))
    assert found is not None
    assert found.count == 30


def test_the_same_profile_asked_of_everybody_is_one_question() -> None:
    assert variants([asked(somebody("base"), number) for number in range(50)]) is None


def test_a_profile_that_was_typed_again_is_two() -> None:
    whole = somebody("base")
    names = [*whole.loci]
    grown = [without(whole, *names[count:]) for count in (10, 12, 16)]
    assert variants([asked(each, number) for number in range(5) for each in grown]) is None


def test_loci_left_out_one_after_the_other_are_variants_too() -> None:
    whole = somebody("base")
    found = variants([asked(without(whole, name), number) for number, name in enumerate(whole.loci)])
    assert found is not None
    assert found.count == len(whole.loci)


def test_ordinary_traces_are_no_variants_of_one_another() -> None:
    assert variants([asked(somebody(number), number / 10) for number in range(KEPT)]) is None


def test_brothers_are_not_nearly_one_profile() -> None:
    """Ten children of one couple, each locus one allele of either: some agree at six of sixteen loci, none at eleven."""
    rng = random.Random("family")
    mother, father = somebody("mother"), somebody("father")
    children = []
    for number in range(10):
        loci = {
            name: tuple(sorted((rng.choice(mother.loci[name]), rng.choice(father.loci[name])))) for name in mother.loci
        }
        children.append(asked(replace(mother, loci=loci), number))
    assert variants(children) is None
    shared = [len(one.exact & other.exact) for one in children for other in children if one is not other]
    assert max(shared) >= SHARED_LOCI, "or the test says nothing"


def test_other_questions_between_them_hide_nothing() -> None:
    mixed: list[Typed] = []
    for number in range(LIKE):
        mixed += [asked(somebody(f"{number} {other}"), number + other / 100) for other in range(40)]
        mixed.append(asked(changed(somebody("base"), number), number + 0.9))
    found = variants(mixed)
    assert found is not None
    assert found.count == LIKE


def test_a_day_later_it_begins_anew() -> None:
    early = probes(LIKE - 1)
    late = asked(changed(somebody("base"), 20), WINDOW / timedelta(minutes=1))
    assert variants([*early[1:], late]) is None
    assert variants([*early, replace(late, at=START + WINDOW - timedelta(seconds=1))]) is not None


def test_cases_are_named_and_those_of_a_partner_are_not() -> None:
    base = somebody("base")
    ours = [asked(changed(base, number), number, f"DUR-2025-{number % 3:04d}") for number in range(LIKE)]
    found = variants(ours)
    assert found is not None
    assert found.cases == ("DUR-2025-0000", "DUR-2025-0001", "DUR-2025-0002")
    theirs = variants([replace(each, case_ref="") for each in ours])
    assert theirs is not None
    assert theirs.cases == ()


def test_what_is_kept_is_bounded_and_forgotten_as_a_whole() -> None:
    window = ProfileWindow()
    for number in range(KEPT + 50):
        window.note(asked(somebody(number % 60), number / 100))
    assert len(window._kept) == len(window._numbered) == KEPT
    kept = {number for number, _ in window._kept}
    assert {number for each in window._by_locus.values() for number in each} == kept
    window.note(asked(somebody("later"), 3 * 24 * 60))
    assert len(window._kept) == 1
    assert sum(map(len, window._by_locus.values())) == len(asked(somebody("later")).loci)


def test_a_profile_without_a_full_locus_is_nearly_nothing() -> None:
    base = somebody("base")
    wild = replace(base, loci={name: (Allele(WILDCARD), seen[1]) for name, seen in base.loci.items()})
    assert asked(wild).loci == {}
    assert variants([asked(wild, number) for number in range(20)]) is None


def test_hashes_tell_nothing_without_their_key() -> None:
    one, other = asked(somebody("base")), asked(somebody("base"), key=bytes(32))
    assert one.loci.keys() == other.loci.keys()
    assert not {*one.loci.values()} & {*other.loci.values()}
    assert {len(each) for each in one.loci.values()} == {12}


def test_the_same_alleles_at_two_loci_are_two_hashes() -> None:
    pair = (Allele(120), Allele(130))
    profile = Profile("T-1", ProfileKind.TRACE, {"D8S1179": pair, "D16S539": pair})
    assert len({*asked(profile).loci.values()}) == 2


@pytest.mark.parametrize(("shared", "common", "expected"), [(3, 3, False), (4, 4, True), (4, 6, False), (5, 6, True)])
def test_nearly_one_profile_is_four_loci_and_seven_in_ten(shared: int, common: int, *, expected: bool) -> None:
    names = [*somebody("base").loci][:common]
    one = Typed(START, "", dict.fromkeys(names, b"a"))
    other = Typed(START, "", {name: b"a" if number < shared else b"b" for number, name in enumerate(names)})
    assert alike(one, shared, other) is expected


@settings(deadline=None, derandomize=True, max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 40)), max_size=40), st.integers(0, 3))
def test_the_window_finds_what_comparing_all_pairs_finds(moves: list[tuple[int, int]], hours: int) -> None:
    """Three people's profiles in variants, in any order and over up to three days, against the plain reckoning."""
    people = [somebody(number) for number in range(3)]
    window = ProfileWindow()
    seen: list[Typed] = []
    for count, (who, how) in enumerate(moves):
        each = asked(changed(people[who], how), count * hours * 60)
        found = window.note(each)
        seen = [one for one in [*seen, each] if each.at - one.at < WINDOW]
        group = [one for one in seen if one is each or alike(each, len(each.exact & one.exact), one)]
        distinct = len({one.exact for one in group})
        assert (found.count if found else 0) == (distinct if distinct >= LIKE else 0)
