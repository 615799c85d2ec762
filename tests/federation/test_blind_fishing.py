"""Fishing by blind questions: the holder sees their number, the asker reads its own, and one day counts both ways."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.federation.test_blind_flow import STOLEN, ask, fetch_all, offer, publish_all, result
from tests.federation.test_blind_shields import known_document
from tests.federation.test_fishing import alerts, number_draft, review
from tests.federation.test_permits_and_quotas import QUOTA, small_quota, with_register
from tests.federation.world import ALB, GBR, XKX, World, document_draft

from egnatia.enquiries.fishing.volume import HOUR, LEAST, NO_OFFICER, many_from
from egnatia.errors import RefusedError
from egnatia.model.states import AskState, BlindList, FishingRule, Offence, Purpose, RefusalReason
from egnatia.settings import EnquirySettings

DAY = 24
"""The quota of a day in these tests: an alert from 12 blind questions in an hour on."""


@pytest.fixture
def offered(world: World) -> World:
    """XKX's lists can be asked blind by ALB, 24 times a day."""
    register = small_quota("ALB", "XKX").replace(f"quota_day = {QUOTA}".encode(), f"quota_day = {DAY}".encode())
    for code in (ALB, XKX):
        with_register(world, code, register)
    offer(world)
    return world


def guess(world: World, count: int, *, minutes: float = 1.0, first: int = 0) -> None:
    for number in range(first, first + count):
        ask(world, values={**STOLEN, "number": f"P9904{number * 7919 % 10_000:04d}"})
        world.deliver()
        world.clock.turn(minutes=minutes)


def test_half_a_day_of_blind_questions_in_an_hour_is_told_to_the_holders_supervisor(offered: World) -> None:
    world = offered
    guess(world, 11)
    assert alerts(world, XKX) == []
    guess(world, 3, first=11)
    (alert,) = alerts(world, XKX)
    assert (alert.partner, alert.officer_ref, alert.rule) == (ALB, NO_OFFICER, FishingRule.MANY_BLIND_QUESTIONS)
    assert (alert.count, alert.cases) == (14, ())
    assert world.kinds(XKX).count("fishing.suspected") == 1
    assert result(world) == (AskState.HIT, None), "a pattern refuses nothing"


def test_as_many_over_the_day_are_no_pattern(offered: World) -> None:
    guess(offered, 20, minutes=10)
    assert alerts(offered, XKX) == []


def test_what_the_holder_sees_survives_its_restart(offered: World) -> None:
    guess(offered, 8)
    offered.restart(XKX)
    guess(offered, 4, first=8)
    assert [each.rule for each in alerts(offered, XKX)] == [FishingRule.MANY_BLIND_QUESTIONS]


@pytest.mark.parametrize(("quota", "wanted"), [(1, LEAST), (15, LEAST), (16, 8), (24, 12), (200, 100), (10**6, 5_000)])
def test_the_threshold_is_half_of_what_a_day_allows_and_never_a_handful(quota: int, wanted: int) -> None:
    assert many_from(quota) == wanted
    assert timedelta(hours=1) == HOUR


def test_our_own_review_reads_blind_questions_as_well(offered: World) -> None:
    for number in range(8):
        ask(offered, values={**STOLEN, "number": f"P 99041{number:02d}"})
    assert review(offered, ALB) == 1
    (alert,) = alerts(offered, ALB)
    assert (alert.partner, alert.officer_ref, alert.rule, alert.count) == (
        None,
        offered.officer(ALB).id,
        FishingRule.NEIGHBOURING_NUMBERS,
        8,
    )


def test_open_and_blind_questions_make_up_one_sweep(offered: World) -> None:
    for number in range(4):
        offered.ask(ALB, number_draft(number))
        offered.clock.turn(minutes=1)
        ask(offered, values={**STOLEN, "number": f"p10417{number + 50:02d}"})
    assert review(offered, ALB) == 1
    assert alerts(offered, ALB)[0].count == 8


def test_the_same_number_asked_of_many_partners_is_no_sweep(offered: World) -> None:
    for _ in range(12):
        ask(offered)
    assert review(offered, ALB) == 0


def test_the_day_of_a_grant_is_one_for_open_and_blind_questions_at_both_ends(world: World) -> None:
    for code in (ALB, XKX):
        with_register(world, code, small_quota("ALB", "XKX"))
    offer(world)
    assert [result(world) for _ in range(2)] == [(AskState.HIT, None)] * 2
    open_draft = document_draft(partners=(XKX,))
    first = world.ask(ALB, open_draft)
    assert [each.refusal for each in first.asks] == [None]
    assert [each.refusal for each in world.ask(ALB, open_draft).asks] == [RefusalReason.QUOTA_EXCEEDED]
    with_register(world, ALB, small_quota("GBR", "XKX"))  # our own register allows more; the answering end counts too
    world.deliver()
    late = world.ask(ALB, open_draft)
    world.deliver()
    assert world.view(ALB, late.id).asks[0].refusal is RefusalReason.QUOTA_EXCEEDED


def test_the_day_of_an_officer_is_one_for_open_and_blind_questions(offered: World) -> None:
    node = offered.nodes[ALB]
    node.desk = replace(node.desk, limits=EnquirySettings(officer_day=2, case_day=200))
    ask(offered)
    offered.ask(ALB, document_draft(partners=(XKX,)))
    for again in (lambda: ask(offered), lambda: offered.ask(ALB, document_draft(partners=(XKX,)))):
        with pytest.raises(RefusedError) as caught:
            again()
        assert caught.value.reason is RefusalReason.QUOTA_EXCEEDED


def test_blind_persons_and_numbers_of_other_lists_are_read_too(world: World) -> None:
    known_document(world)
    publish_all(world, GBR)
    fetch_all(world, ALB, GBR)
    for number in range(8):
        ask(
            world,
            partners=(GBR,),
            which=BlindList.PERSON_DOCUMENTS,
            purpose=Purpose.INVESTIGATION,
            offence=Offence.SMUGGLING_OF_PERSONS,
            values={"number": f"BA99041{number:02d}"},
        )
    assert review(world, ALB) == 1
