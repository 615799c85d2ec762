"""Fishing by DNA, seen at both ends: one profile in many variants, profiles of other cases, many within an hour."""

import json
from dataclasses import replace

import pytest
from tests.federation.alerting import speak
from tests.federation.dna_acts import CASE, KIND, as_kind, ask, body, link, say, somebody, states, store, with_loci
from tests.federation.test_fishing import alerts, review
from tests.federation.world import ALB, GBR, World

from egnatia.agreements import import_register
from egnatia.engines.dna.alleles import Allele
from egnatia.engines.dna.types import Profile
from egnatia.enquiries.dna.profiles import forget_profile
from egnatia.enquiries.fishing.profiles import LIKE
from egnatia.enquiries.fishing.volume import NO_OFFICER
from egnatia.model.events import EventKind
from egnatia.model.states import FishingRule, RefusalReason
from egnatia.scenario.task_force import agreements

VARIANTS, OUTSIDE = FishingRule.ONE_PROFILE_MANY_TIMES, FishingRule.PROFILES_OUTSIDE_CASE
TERMS = b'dna = { rules = "cautious", asked_with = ["trace", "remains"], batch_max = 1000 }'
QUESTIONS = [f"00000000-0000-7000-8000-{number:012d}" for number in range(40)]


def variant(number: int, ref: str = "") -> Profile:
    """One person's trace with one allele moved at one locus after the other."""
    base = somebody("the one")
    name = [*base.loci][number % len(base.loci)]
    one, other = base.loci[name]
    return as_kind(with_loci(base, **{name: (one, Allele(other + 10))}), ref or f"T-{number}")


def ask_all(world: World, count: int, case_ref: str = CASE) -> None:
    """Store variants at GBR, linked to the case, and ask ALB about each."""
    speak(world)
    for number in range(count):
        store(world, GBR, variant(number))
        link(world, GBR, f"T-{number}", case_ref=case_ref)
        ask(world, ref=f"T-{number}")
        world.clock.turn(minutes=5)


def rules(world: World, code: str) -> set[tuple[str | None, FishingRule]]:
    return {(each.partner, each.rule) for each in alerts(world, ALB if code == ALB else GBR)}


def test_a_near_match_probed_is_seen_by_both_nodes(two: World) -> None:
    ask_all(two, LIKE)
    assert review(two, GBR) == 1
    (ours,), (theirs,) = alerts(two, GBR), alerts(two, ALB)
    examiner = two.officer(GBR, "examiner").id
    assert (ours.partner, ours.officer_ref, ours.rule, ours.cases) == (None, examiner, VARIANTS, (CASE,))
    assert (theirs.partner, theirs.officer_ref, theirs.rule, theirs.cases) == (GBR, NO_OFFICER, VARIANTS, ())
    assert ours.count == theirs.count == LIKE
    assert review(two, GBR) == 0, "the same pattern is one alert a day"


def test_one_fewer_is_no_pattern_and_neither_is_the_same_profile_again(two: World) -> None:
    ask_all(two, LIKE - 1)
    for _ in range(5):
        ask(two, ref="T-0")
    assert review(two, GBR) == 0
    assert alerts(two, GBR) == alerts(two, ALB) == []


def test_nothing_of_the_loci_is_written_where_it_is_answered(two: World) -> None:
    ask_all(two, LIKE)
    (entry,) = [each for each in two.entries(ALB) if each.kind == EventKind.FISHING_SUSPECTED]
    assert entry.content == {"rule": VARIANTS, "count": LIKE, "officer": NO_OFFICER}
    before = two.files(ALB)
    window = two.nodes[ALB]._fishing._partners[GBR].profiles
    hashes = {each for asked in window._numbered.values() for each in asked.loci.values()}
    assert len(hashes) >= LIKE
    assert not any(each in before or each.hex().encode() in before for each in hashes)


def test_what_a_partner_spells_otherwise_is_the_same_question(two: World) -> None:
    """Alleles in another order and loci in another are one profile: no variant, and no way round one."""
    ask_all(two, 1)
    loci = body(variant(0))["profile"]
    assert isinstance(loci, dict)
    turned = {name: [*reversed(seen)] for name, seen in reversed(loci["loci"].items())}
    said = body(variant(0)) | {"profile": {"identified": False, "loci": turned}}
    for conversation in QUESTIONS[:20]:
        say(two, said, conversation)
    assert alerts(two, ALB) == []


def test_refused_questions_count_too(two: World) -> None:
    """Too few loci for the rules, each time others: refused one by one, and still a search."""
    ask_all(two, 1)
    base = somebody("the one", "T-1", KIND.TRACE)
    names = [*base.loci]
    for number, conversation in enumerate(QUESTIONS[: LIKE + 3]):
        few = {name: base.loci[name] for name in names[:4] + names[4 + number : 5 + number]}
        answered = say(two, body(replace(base, loci=few)), conversation)
        assert answered.body["reason"] == RefusalReason.PROFILE_TOO_SMALL
    assert rules(two, ALB) == {(GBR, VARIANTS)}


def test_a_restart_empties_the_window_of_who_answers_and_not_of_who_asks(two: World) -> None:
    ask_all(two, LIKE - 1)
    for code in (ALB, GBR):
        two.restart(code)
    store(two, GBR, variant(LIKE))
    link(two, GBR, f"T-{LIKE}", case_ref=CASE)
    ask(two, ref=f"T-{LIKE}")
    assert alerts(two, ALB) == []
    assert review(two, GBR) == 1


def test_a_profile_that_was_erased_is_passed_over_in_the_review(two: World) -> None:
    ask_all(two, LIKE)
    two.do(GBR, lambda tx: forget_profile(tx, "T-3"))
    assert review(two, GBR) == 0


@pytest.mark.parametrize("linked", [None, "DUR-2025-0999"])
def test_profiles_of_other_cases_are_a_pattern_at_home(two: World, linked: str | None) -> None:
    speak(two)
    for number in range(LIKE):
        store(two, GBR, somebody(str(number), f"T-{number}", KIND.TRACE))
        if linked:
            link(two, GBR, f"T-{number}", case_ref=linked)
        ask(two, ref=f"T-{number}")
        assert review(two, GBR) == (number == LIKE - 1)
    (alert,) = alerts(two, GBR)
    assert (alert.rule, alert.count, alert.cases) == (OUTSIDE, LIKE, (CASE,))
    assert alerts(two, ALB) == [], "a partner knows no case"


def test_profiles_of_the_case_and_those_of_a_batch_are_none(two: World) -> None:
    speak(two)
    for number in range(2 * LIKE):
        store(two, GBR, somebody(str(number), f"T-{number}", KIND.TRACE))
        if number % 2:
            link(two, GBR, f"T-{number}", case_ref=CASE)
        ask(two, ref=f"T-{number}", batch_id=None if number % 2 else "a batch")
    assert review(two, GBR) == 0


def test_the_same_profile_again_and_again_is_one_profile_outside_its_case(two: World) -> None:
    speak(two)
    store(two, GBR, somebody("one", "T-1", KIND.TRACE))
    for _ in range(LIKE + 2):
        ask(two, ref="T-1")
    assert review(two, GBR) == 0


def without_batches(world: World, quota: int = 20) -> None:
    """The grant for persons lets nothing be asked but one by one."""
    text = agreements().replace(TERMS, TERMS.replace(b", batch_max = 1000", b""))
    text = text.replace(b"quota_day = 200", b"quota_day = %d" % quota)
    for code in (ALB, GBR):
        world.do(code, lambda tx: import_register(tx, text, "off-installer", world.clock()))


@pytest.mark.parametrize("batches", [True, False])
def test_many_within_an_hour_are_a_pattern_where_a_grant_has_no_batches(two: World, *, batches: bool) -> None:
    ask_all(two, 1)
    if not batches:
        without_batches(two)
    for number, conversation in enumerate(QUESTIONS[:12]):
        two.clock.turn(minutes=4)
        say(two, body(somebody(str(number), "T-1", KIND.TRACE)), conversation)
    expected = set() if batches else {(GBR, FishingRule.MANY_DNA_QUESTIONS)}
    assert rules(two, ALB) == expected


def test_a_day_of_work_is_no_hour(two: World) -> None:
    ask_all(two, 1)
    without_batches(two)
    for number, conversation in enumerate(QUESTIONS[:15]):
        two.clock.turn(minutes=10)
        say(two, body(somebody(str(number), "T-1", KIND.TRACE)), conversation)
    assert alerts(two, ALB) == []


def test_a_pattern_refuses_nothing(two: World) -> None:
    ask_all(two, LIKE + 2)
    store(two, GBR, variant(20))
    assert states(two, GBR, ask(two, ref="T-20").id) == {"ALB": ("no_hit", None)}


def test_alerts_say_no_locus_and_no_number(two: World) -> None:
    ask_all(two, LIKE)
    review(two, GBR)
    for code in (ALB, GBR):
        kept = [each.content for each in two.entries(code) if each.kind == EventKind.FISHING_SUSPECTED]
        assert not any(word in json.dumps(kept) for word in ("DNA-", "TH01", "T-0"))
