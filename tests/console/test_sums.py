"""A sum of evidence as it is drawn: nothing left out, what speaks against first, the last line the result."""

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.console.sums import WIDTH, Step, blind_steps, steps
from egnatia.engines.people import Claim, Contribution, PersonQuery, PersonRecord, compare, parse_date
from egnatia.engines.people.judgement import PRIOR, judge, parts_of
from egnatia.engines.people.match import score_of
from egnatia.engines.people.tagging import Feature, Tag
from egnatia.model.ids import RecordRef
from egnatia.model.states import Evidence

LAWS = settings(deadline=None, derandomize=True, max_examples=50)
PARTS = st.builds(
    Contribution,
    st.sampled_from(["family_names", "first_names", "birth_date", "father_name"]),
    st.sampled_from([each for each in Claim if each is not Claim.PRIOR]),
    st.floats(-20, 20).map(lambda bits: round(bits, 3)),
    st.just("left"),
    st.just("right"),
)
START = Contribution("prior", Claim.PRIOR, -13.3, "", "")
DATES = {Evidence.BIRTH_DATE_SAME, Evidence.BIRTH_DATE_PARTLY}


@LAWS
@given(st.lists(PARTS, max_size=9))
def test_the_last_line_is_the_sum_of_all_parts(parts: list[Contribution]) -> None:
    made = steps([*parts, START])
    assert len(made) == len(parts) + 1
    assert math.isclose(made[-1].total, math.fsum(each.added for each in (*parts, START)), abs_tol=1e-9)
    running = 0.0
    for each in made:
        running += each.added
        assert math.isclose(each.total, running, abs_tol=1e-9)


@LAWS
@given(st.lists(PARTS, max_size=9))
def test_the_start_is_first_then_what_speaks_against_then_what_speaks_for(parts: list[Contribution]) -> None:
    made = steps([*parts, START])
    assert made[0].claim is Claim.PRIOR
    rest = made[1:]
    against = [each.added for each in rest if each.added <= 0]
    assert [each.added for each in rest][: len(against)] == sorted(against)
    assert [each.added for each in rest][len(against) :] == sorted((b.added for b in rest if b.added > 0), reverse=True)


@LAWS
@given(st.lists(PARTS, max_size=9), st.randoms(use_true_random=False))
def test_the_order_of_the_evidence_shows_nowhere(parts: list[Contribution], chance: random.Random) -> None:
    shuffled = [*parts]
    chance.shuffle(shuffled)
    assert [each.added for each in steps(parts)] == [each.added for each in steps(shuffled)]


@LAWS
@given(st.lists(PARTS, min_size=1, max_size=9))
def test_every_bar_lies_in_the_drawing_and_can_be_seen(parts: list[Contribution]) -> None:
    for each in steps([*parts, START]):
        assert each.wide > 0
        assert -0.1 <= each.left <= WIDTH
        assert each.left + each.wide <= WIDTH + 0.2


def test_a_bar_begins_where_the_one_before_it_ended() -> None:
    one, two, three = steps([START, Contribution("a", Claim.FAMILY_NAME_SAME, 8.0, "", ""),
                             Contribution("b", Claim.FATHER_NAME_DIFFERENT, -5.0, "", "")])  # fmt: skip
    assert (one.claim, two.claim, three.claim) == (
        Claim.PRIOR,
        Claim.FATHER_NAME_DIFFERENT,
        Claim.FAMILY_NAME_SAME,
    )
    assert one.against
    assert two.against
    assert not three.against
    assert math.isclose(two.left + two.wide, one.left, abs_tol=0.2)
    assert math.isclose(three.left, two.left, abs_tol=0.2)
    assert math.isclose(one.left + one.wide, WIDTH, abs_tol=0.2), "nothing reaches further than where it began: at zero"


def test_a_comparison_of_the_engine_adds_up_to_its_score() -> None:
    left = PersonQuery("Arben", "Krasniqi", parse_date("1994-03-18"), "Gëzim")
    right = PersonRecord(RecordRef("R-1"), "Arbën", "Krasniqi", parse_date("1994-03-18"), "Bujar")
    match = compare(left, right)
    made = steps(match.evidence)
    assert made[1].claim is Claim.FATHER_NAME_DIFFERENT, "the contradiction is met before any agreement"
    assert (made[1].asked, made[1].found) == ("Gëzim", "Bujar")
    assert math.isclose(score_of(made[-1].total), match.score)


def judged(*features: Feature) -> tuple[float, tuple[Evidence, ...]]:
    """What a partner says of a record that agrees in these features."""
    asked = [Tag(feature, bytes([place]) * 16) for place, feature in enumerate(features)]
    found = judge(asked, [each.value for each in asked])
    assert found is not None
    return found.quality, found.evidence


@LAWS
@given(st.sets(st.sampled_from(Feature), min_size=2))
def test_a_quality_is_taken_apart_into_what_made_it(features: set[Feature]) -> None:
    asked = [Tag(feature, bytes([place]) * 16) for place, feature in enumerate(sorted(features))]
    found = judge(asked, [each.value for each in asked])
    if found is None:
        return
    parts = parts_of(found.quality, found.evidence)
    assert {code for code, _ in parts} == set(found.evidence)
    assert round(score_of(PRIOR + sum(bits for _, bits in parts)), 3) == found.quality


@pytest.mark.parametrize(
    ("feature", "bits"), [(Feature.BIRTH_SWAPPED, 9.0), (Feature.BIRTH_YEAR_MONTH, 6.0), (Feature.BIRTH_YEAR_DAY, 6.0)]
)
def test_the_quality_tells_which_partial_date_it_was(feature: Feature, bits: float) -> None:
    quality, evidence = judged(Feature.FIRST_TOKEN, feature)
    assert dict(parts_of(quality, evidence))[Evidence.BIRTH_DATE_PARTLY] == bits


def test_of_two_that_the_quality_cannot_tell_apart_the_lesser_counts() -> None:
    quality, evidence = judged(Feature.IDENTIFIER, Feature.FAMILY_TOKEN, Feature.BIRTH_SWAPPED)
    assert quality == 1.0
    assert dict(parts_of(quality, evidence))[Evidence.BIRTH_DATE_PARTLY] == 6.0


@pytest.mark.parametrize(
    ("quality", "evidence"),
    [
        (0.7, (Evidence.FAMILY_NAME_SAME, Evidence.FIRST_NAME_SAME)),
        (1.0, (Evidence.NUMBER_EXACT, Evidence.REPORTED_STOLEN)),
        (1.0, ()),
    ],
)
def test_what_is_not_made_of_these_codes_is_not_drawn(quality: float, evidence: tuple[Evidence, ...]) -> None:
    assert parts_of(quality, evidence) == ()
    assert blind_steps(quality, evidence) == []


def test_nothing_speaks_against_in_step_one_but_the_start() -> None:
    made: list[Step] = blind_steps(*judged(Feature.FAMILY_TOKEN, Feature.FIRST_SOUND, Feature.BIRTH_DATE))
    assert [each.claim for each in made] == [
        Claim.PRIOR,
        Evidence.BIRTH_DATE_SAME,
        Evidence.FAMILY_NAME_SAME,
        Evidence.FIRST_NAME_SIMILAR,
    ]
    assert [each.against for each in made] == [True, False, False, False]
    assert made[-1].total == PRIOR + 13 + 9 + 5.5
