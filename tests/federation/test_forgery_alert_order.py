"""Whatever the order in which the states of an alert arrive, and however often, its receiver ends with the newest."""

from datetime import date
from itertools import permutations
from typing import Any

import pytest
from tests.federation.alerting import agree, alerts, speak
from tests.federation.world import ALB, MKD, World

from egnatia.agreements.handling import plain
from egnatia.casework.intelligence.forgery_alerts import usual_label
from egnatia.enquiries.forgery_alerts.held import Alert, flags_on
from egnatia.enquiries.forgery_alerts.messages import FORGERY_ALERT

REFERENCE = "ALB-F-0001"
FONTS = {1: "zone_pitch", 2: "text_font", 3: "mixed_fonts"}


@pytest.fixture
def force(world: World) -> World:
    agree(world)
    speak(world)
    return world


def state(number: int, *, withdrawn: str | None = None) -> dict[str, Any]:
    """The alert as it stood at one number; a withdrawn one names no grant, as ours do."""
    return {
        "reference": REFERENCE,
        "number": number,
        "grant": None if withdrawn else "alerts-mkd-alb",
        "changed_at": f"2025-05-15T02:0{number}:00Z",
        "review_on": "2025-11-01",
        "features": {} if withdrawn else {"issuer": ["ITA"], "font_fault": [FONTS[number]]},
        "blanks": [],
        "label": plain(usual_label(ALB, date(2025, 11, 1))),
        "withdrawn": withdrawn,
    }


def arrive(world: World, *states: dict[str, Any]) -> Alert:
    for each in states:
        answer = world.send_body(ALB, MKD, FORGERY_ALERT, each, REFERENCE)
        assert answer.kind == "forgery_alert_receipt", answer.body
        assert answer.body["number"] >= each["number"], "the receipt names what is held"
    (there,) = alerts(world, MKD)
    return there


@pytest.mark.parametrize("order", list(permutations([1, 2, 3])), ids=str)
@pytest.mark.parametrize("ends", [None, "mistaken"], ids=["standing", "withdrawn"])
def test_the_newest_state_stays_in_whatever_order_they_come(
    force: World, order: tuple[int, ...], ends: str | None
) -> None:
    there = arrive(force, *(state(number, withdrawn=ends if number == 3 else None) for number in order))
    assert (there.number, there.withdrawn) == (3, ends)
    assert {each.value for each in there.features if each.kind == "font_fault"} == (set() if ends else {FONTS[3]})
    flagging = force.look(MKD, lambda tx: flags_on(tx, force.clock().date()).templates)
    assert len(flagging) == (0 if ends else 1)


@pytest.mark.parametrize("order", [(1, 1, 2, 2), (2, 1, 2, 1), (1, 2, 1, 2)], ids=str)
def test_repetitions_leave_one_entry_for_each_state_that_was_new(force: World, order: tuple[int, ...]) -> None:
    before = force.kinds(MKD).count("forgery_alert.received")
    there = arrive(force, *(state(number) for number in order))
    assert there.number == 2
    new = 2 if order[0] == 1 else 1
    assert force.kinds(MKD).count("forgery_alert.received") - before == new


def test_when_it_came_first_stays_when_it_was_changed_moves_on(force: World) -> None:
    first = arrive(force, state(1))
    force.clock.turn(hours=5)
    later = arrive(force, state(2))
    assert later.confirmed_at == first.confirmed_at
    assert later.changed_at > first.changed_at


def test_the_same_message_twice_gets_the_same_bytes(force: World) -> None:
    """The inbox answers a repetition without asking anybody; nothing is entered twice."""
    arrive(force, state(1))
    call = force.calls[-1]
    entries = force.kinds(MKD)
    again = force.send_raw(ALB, MKD, call.request)
    assert (again.status, again.body) == (200, call.reply)
    assert force.kinds(MKD) == entries
