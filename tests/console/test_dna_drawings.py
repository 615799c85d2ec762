"""What the DNA pages draw, as numbers: sides that mark the alleles apart, the scale, the network; and the words for them."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.enquiries.dna_rows import BASE, a_profile, stated

from egnatia.console.catalogues import LANGUAGES, translations
from egnatia.console.dna_amounts import amount, chance
from egnatia.console.dna_drawings import LEAST, LEFT, MOST, MOST_DRAWN, RIGHT, WIDE, Network, network, scale
from egnatia.console.dna_sides import MARKS, Finding, Side, sides
from egnatia.console.language import language
from egnatia.console.pages.dna import STATE_MARKS, _advice
from egnatia.console.words import phrase
from egnatia.engines.dna.normalise import profile_of
from egnatia.engines.dna.rule_file import shipped_rules
from egnatia.engines.dna.types import Agreement, Stringency, write_designation
from egnatia.engines.dna.words import LOOK_AGAIN, MORE_LOCI, WARNING, advice_in_words
from egnatia.enquiries.dna.clusters import Match, clusters
from egnatia.enquiries.dna.dispositions import QueueState
from egnatia.model.dna import ProfileKind
from egnatia.model.ids import CandidateId, PartnerCode

DAY = datetime(2025, 5, 15, 3, 0, tzinfo=UTC)
TRACE, PERSON = ProfileKind.TRACE, ProfileKind.PERSON
DRAWN = {"done", "hit", "none", "wait", "no", "late", "note", "open"}
"""Marks that the macro of the pages can draw."""


def plain(*loci: tuple[str, str, str, str]) -> dict[str, Any]:
    names = ("locus", "asked", "found", "agreement")
    return {"loci": [dict(zip(names, each, strict=True)) for each in loci]}


def marked(side: Side) -> tuple[list[str], list[str]]:
    """The alleles that are marked on each side."""
    return [each.text for each in side.ours if each.alone], [each.text for each in side.theirs if each.alone]


@pytest.mark.parametrize(
    ("ours", "theirs", "agreement", "alone"),
    [
        ("12,13", "12,13", "full", ([], [])),
        ("12,12", "12,13", "one allele off", (["12"], ["13"])),
        ("12,13", "14,15", "different", (["12", "13"], ["14", "15"])),
        ("12,*", "12,14", "wildcard", ([], [])),
        ("12,13", "12,*", "wildcard", ([], [])),
        ("6,9.3", "6,10", "micro-variant", (["9.3"], ["10"])),
        ("13,13", "13,14", "moderate", (["13"], ["14"])),
        ("12,13,14", "12,13", "moderate", (["14"], [])),
        ("*,12", "13,14", "one allele off", (["12"], ["14"])),
    ],
)
def test_alleles_without_a_counterpart_are_marked(
    ours: str, theirs: str, agreement: str, alone: tuple[list[str], list[str]]
) -> None:
    [side] = sides(plain(("TH01", ours, theirs, agreement)), None, None)
    assert marked(side) == alone


def test_what_deviates_is_first_and_the_rest_in_the_catalogues_order() -> None:
    statement = plain(
        ("vWA", "16,17", "16,17", "full"),
        ("TH01", "6,9.3", "6,10", "micro-variant"),
        ("FGA", "21,24", "21,25", "one allele off"),
        ("D8S1179", "13,*", "13,14", "wildcard"),
        ("D18S51", "12,17", "13,18", "different"),
    )
    found = [each.locus for each in sides(statement, None, None)]
    assert found == ["D18S51", "FGA", "TH01", "D8S1179", "vWA"]


def test_loci_of_one_side_stand_last_and_nothing_in_them_is_marked() -> None:
    statement = plain(("vWA", "16,17", "16,17", "full"))
    ours, theirs = a_profile("T-1"), a_profile("X-1", PERSON, {"TH01": ""})
    every = sides(statement, ours, theirs)
    assert every[0].locus == "vWA"
    assert {each.locus for each in every} == {*BASE}
    single = next(each for each in every if each.locus == "TH01")
    assert (single.finding, [each.text for each in single.ours], single.theirs) == (Finding.ONLY_ONE, ["6", "9.3"], ())
    assert marked(single) == ([], [])


@pytest.mark.parametrize(
    ("ours", "theirs", "finding"),
    [("XY", "XY", Finding.SEX_SAME), ("XY", "X", Finding.SEX_DIFFERS), ("X", "", Finding.ONLY_ONE), ("", "", None)],
)
def test_the_sex_marker_is_named_and_never_counts(ours: str, theirs: str, finding: Finding | None) -> None:
    pair = replace(a_profile("T-1"), amelogenin=ours), replace(a_profile("X-1"), amelogenin=theirs)
    named = [each for each in sides(plain(), *pair) if each.locus == "AMEL"]
    assert [each.finding for each in named] == ([] if finding is None else [finding])


def test_a_candidate_of_which_everything_was_erased_shows_nothing_wrong() -> None:
    assert sides(None, None, None) == []
    assert {each.finding for each in sides(None, a_profile("T-1"), None)} == {Finding.ONLY_ONE}


@pytest.mark.parametrize("deviation", ["", "18 23", "18 *"])
def test_the_sides_of_a_real_statement_have_every_compared_locus(deviation: str) -> None:
    found = stated(TRACE, PERSON, deviation)
    every = sides(found.as_dict(), a_profile("T-1"), a_profile("X-1", PERSON, {"D12S391": deviation or "18 22"}))
    assert len(every) == found.compared == len(BASE)
    assert sum(each.finding is Finding.FULL for each in every) == found.full


def test_every_finding_of_the_engine_has_a_mark_that_can_be_drawn_and_words_of_its_own() -> None:
    assert {each.value for each in (*Agreement, *Stringency)} <= {each.value for each in Finding}
    assert set(MARKS) == set(Finding)
    assert set(MARKS.values()) | set(STATE_MARKS.values()) <= DRAWN
    assert set(STATE_MARKS) == set(QueueState)
    assert len({phrase(each) for each in Finding}) == len(Finding)


@pytest.mark.parametrize("tag", [each for each in LANGUAGES if each != "en"])
@pytest.mark.parametrize("near", [True, False])
def test_every_advice_that_the_engine_can_give_is_said_in_every_language(tag: str, *, near: bool) -> None:
    rules = replace(shipped_rules("prum-ess12"), max_expected=1e-9)
    for said in advice_in_words(0.5, rules, near=near, sexes=("X", "XY")):
        assert _advice(language(tag), said) != said
        assert "XY" not in _advice(language(tag), said)


@pytest.mark.parametrize("text", [WARNING, MORE_LOCI, LOOK_AGAIN])
def test_the_engines_own_texts_have_translations(text: str) -> None:
    for tag in (each for each in LANGUAGES if each != "en"):
        assert translations(tag).gettext(text) != text


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.floats(0, 1e12), st.floats(0, 1e12))
def test_the_scale_keeps_the_order_and_stays_in_the_drawing(search: float, agreement: float) -> None:
    drawn = scale(search, agreement)
    assert drawn.agreement is not None
    for point in (drawn.search, drawn.agreement):
        assert drawn.ticks[0].x <= point.x <= drawn.ticks[-1].x <= WIDE
        assert point.end == (point.x > WIDE / 2)
    if search < agreement:
        assert drawn.search.x <= drawn.agreement.x
    assert (search >= 1) == (drawn.search.x >= drawn.one) or abs(search - 1) < 0.01


def test_the_scale_has_ticks_by_powers_of_ten_and_says_what_is_beyond() -> None:
    drawn = scale(0.0, 10.0 ** (MOST + 3))
    assert [each.text for each in drawn.ticks] == ["10⁻¹²", "10⁻⁸", "10⁻⁴", "1", "10⁴"]
    assert [each.x for each in drawn.ticks] == sorted(each.x for each in drawn.ticks)
    assert drawn.agreement is not None
    assert (drawn.search.x, drawn.search.beyond) == (drawn.ticks[0].x, True)
    assert (drawn.agreement.x, drawn.agreement.beyond) == (drawn.ticks[-1].x, True)
    assert not scale(10.0**LEAST, None).search.beyond
    assert scale(1.0, None).agreement is None


def lines(*pairs: tuple[str, str], persons: dict[str, str] | None = None) -> Network:
    """The drawing of hits that are all of one series."""
    known = persons or {}
    every = [
        Match(
            *(CandidateId(f"c{at}"), "DUR-2025-0417", ours, PERSON if ours in known else TRACE, known.get(ours)),
            *(PartnerCode("GBR"), theirs, True, at % 2 == 1, DAY),
        )
        for at, (ours, theirs) in enumerate(pairs)
    ]
    return network(clusters(every)[0])


def test_ours_stand_left_theirs_right_and_every_hit_is_one_line() -> None:
    drawn = lines(("T-1", "N-1"), ("T-2", "N-1"), ("T-2", "N-2"))
    assert [each.member.ref for each in drawn.ours] == ["T-1", "T-2"]
    assert {each.x for each in drawn.ours} == {LEFT}
    assert {each.x for each in drawn.theirs} == {RIGHT}
    assert [(each.ours.member.ref, each.theirs.member.ref, each.near) for each in drawn.threads] == [
        ("T-1", "N-1", False), ("T-2", "N-1", True), ("T-2", "N-2", False),
    ]  # fmt: skip
    assert (drawn.bows, drawn.left_out) == ((), 0)


def test_theirs_stand_by_what_they_meet_so_that_few_lines_cross() -> None:
    drawn = lines(("T-1", "N-9"), ("T-1", "N-5"), ("T-2", "N-5"), ("T-2", "N-1"))
    assert [each.member.ref for each in drawn.theirs] == ["N-9", "N-5", "N-1"]


def test_two_profiles_of_one_person_stand_together_with_a_bow() -> None:
    drawn = lines(("P-1", "N-1"), ("P-9", "N-1"), ("P-5", "N-1"), persons={"P-1": "D-7", "P-9": "D-7", "P-5": "D-8"})
    assert [(each.top.member.ref, each.bottom.member.ref) for each in drawn.bows] == [("P-1", "P-9")]
    assert drawn.bows[0].bottom.y - drawn.bows[0].top.y == drawn.ours[1].y - drawn.ours[0].y


def test_a_large_series_is_drawn_in_part_and_says_how_much_is_left_out() -> None:
    drawn = lines(*((f"T-{at:03d}", "N-1") for at in range(MOST_DRAWN + 7)))
    assert (len(drawn.ours), drawn.left_out) == (MOST_DRAWN, 7)
    assert len(drawn.threads) == MOST_DRAWN
    assert drawn.high > max(each.y for each in drawn.ours)


def test_no_two_profiles_stand_on_one_another() -> None:
    drawn = lines(*((f"T-{at}", f"N-{at % 3}") for at in range(9)), ("T-0", "N-1"), ("T-1", "N-2"))
    for column in (drawn.ours, drawn.theirs):
        assert all(after.y - before.y >= 24 for before, after in pairwise(column))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (0.031, "0.031"),
        (0.0072, "7.2 \N{MULTIPLICATION SIGN} 10⁻³"),
        (0.5, "0.5"),
        (4.25, "4.2"),
        (420.7, "420"),
        (18_234, "18,000"),
        (999_999.9, "1,000,000"),
        (1.26e12, "1.3 \N{MULTIPLICATION SIGN} 10¹²"),
        (5e-30, "5 \N{MULTIPLICATION SIGN} 10⁻³⁰"),
    ],
)
def test_numbers_have_two_digits_that_mean_something(value: float, text: str) -> None:
    assert amount(language("en"), value) == text


@pytest.mark.parametrize("tag", LANGUAGES)
@pytest.mark.parametrize("expected", [None, 0.0, 1e-9, 0.49, 0.5, 3.0, 1e9])
def test_chance_is_one_sentence_in_every_language(tag: str, expected: float | None) -> None:
    said = chance(language(tag), expected)
    assert said.endswith(".")
    assert "%(" not in said
    if tag != "en":
        assert said != chance(language("en"), expected)
    if expected is not None and 0 < expected < 0.5:
        assert re.search(r"\d", said)


ALLELES = st.sampled_from(["8", "9", "9.3", "10", "11", "*"])
DESIGNATIONS = st.tuples(ALLELES, ALLELES).filter(lambda pair: pair != ("*", "*"))


@settings(deadline=None, derandomize=True, max_examples=50)
@given(DESIGNATIONS, DESIGNATIONS)
def test_marked_alleles_are_those_that_a_comparison_counts(ours: tuple[str, str], theirs: tuple[str, str]) -> None:
    """As many on each side as do not agree by the engine, whichever way the two are laid over each other."""
    rules = shipped_rules("prum-ess12")
    pair = [profile_of("X-1", TRACE, [("TH01", each)]).profile for each in (ours, theirs)]
    evidence, _ = rules.compare(*pair)
    [found] = evidence.loci
    plainly = plain(("TH01", write_designation(found.left), write_designation(found.right), found.agreement.value))
    turned = plain(("TH01", write_designation(found.right), write_designation(found.left), found.agreement.value))
    [side], [other] = sides(plainly, None, None), sides(turned, None, None)
    left, right = marked(side)
    assert marked(other) == (right, left)
    assert len(left) == len(right) == found.micro + found.mismatched
