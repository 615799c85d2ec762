"""Between the first person and the second the world goes on: what held when it was proposed must hold when it leaves."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from tests.federation import test_handling_flow as flow
from tests.federation.acts import Tale, check_whole, deliver, follow
from tests.federation.test_handling_flow import asked, held
from tests.federation.test_permits_and_quotas import grant, with_register
from tests.federation.world import ALB, CODES, GBR, XKX, World

from egnatia.agreements import import_register
from egnatia.agreements.handling import TokenUse, from_text, label_sha256, wider_in
from egnatia.enquiries import followups, releases
from egnatia.enquiries.labels import Terms
from egnatia.enquiries.onward import deciding
from egnatia.enquiries.onward.messages import CONSENT_REQUEST
from egnatia.enquiries.onward.reach import circles
from egnatia.errors import RefusedError
from egnatia.model.handling import ActionLimit, Label, Onward
from egnatia.model.ids import PartnerCode
from egnatia.model.states import FollowUpState, RefusalReason
from egnatia.scenario.task_force import agreements

__all__ = ["asked", "held"]
REASON = "The batch was withdrawn; nothing of it may be shown."
REQUEST = "0fa3c5d2-1111-4222-8333-444455556666"


def under(code: str) -> bytes:
    """The demonstration register, in which the grant behind the follow-up asks for another handling."""
    return grant("ALB", "XKX", "travel_document", (b'handling_default = "H1"', f'handling_default = "{code}"'.encode()))


def standing(code: PartnerCode, status: str, since: str) -> bytes:
    """The demonstration register with one more standing of a partner."""
    content = agreements().decode()
    head, mark, rest = content.partition(f'code = "{code}"')
    assert mark
    place = rest.index("[[", 1)
    block = f'[[partner.status]]\nstatus = "{status}"\nsince = {since}\nsource = "test"\n\n'
    first = rest.find("[[partner]]") if "[[partner]]" in rest else rest.find("[[agreement]]")
    cut = min(each for each in (first, rest.find("[[agreement]]")) if each > 0)
    assert place > 0
    return (head + mark + rest[:cut] + block + rest[cut:]).encode()


def no(reason: RefusalReason, act: Callable[[], object]) -> str:
    with pytest.raises(RefusedError) as caught:
        act()
    assert caught.value.reason is reason, caught.value.message
    return caught.value.message


# The grant asks for more by the time the second person looks.


@pytest.mark.parametrize("code", ["H1.H2", "H2", "H0.H1.H2"])
def test_a_stricter_grant_stops_what_was_proposed_under_the_looser_one(asked: Tale, code: str) -> None:
    world = asked.world
    flow.propose(asked)
    with_register(world, XKX, under(code))
    said = no(RefusalReason.HANDLING_FORBIDS, lambda: world.approve(XKX, asked.release))
    assert code in said
    assert world.look(XKX, lambda tx: followups.get(tx, asked.follow_up, followups.IN)).state is FollowUpState.PROPOSED
    assert world.deliver() == 0
    assert "release.approved" not in world.kinds(XKX)


def test_sent_back_and_proposed_anew_it_leaves_under_the_new_one(asked: Tale) -> None:
    world = asked.world
    flow.propose(asked)
    with_register(world, XKX, under("H1.H2"))
    officer = world.officer(XKX, "approver-2")
    world.do(XKX, lambda tx: releases.send_back(tx, officer, asked.release, REASON, world.clock()))
    flow.release_to_alb(asked)
    label = from_text(flow.stored(asked).label)
    assert label.onward is Onward.ASK_ORIGINATOR
    assert wider_in(label, flow.base()) == ()
    check_whole(world, XKX)


@pytest.mark.parametrize("code", ["H0", "H1"])
def test_a_looser_grant_stops_nothing(asked: Tale, code: str) -> None:
    world = asked.world
    flow.propose(asked)
    with_register(world, XKX, under(code) if code != "H1" else agreements() + b"\n# a newer version\n")
    world.approve(XKX, asked.release)
    world.deliver()
    assert from_text(flow.stored(asked).label) == flow.base()


def test_a_label_that_is_strict_enough_for_the_new_grant_leaves(asked: Tale) -> None:
    world = asked.world
    strict: Label = replace(flow.base(), onward=Onward.ASK_ORIGINATOR, action=ActionLimit.COVERT_USE)
    flow.propose(asked, Terms(strict))
    with_register(world, XKX, under("H1.H2"))
    world.approve(XKX, asked.release)
    world.deliver()
    assert from_text(flow.stored(asked).label) == strict


def test_a_grant_whose_code_nobody_knows_lets_nothing_out(asked: Tale) -> None:
    world = asked.world
    flow.propose(asked)
    with_register(world, XKX, under("H9"))
    no(RefusalReason.HANDLING_UNKNOWN, lambda: world.approve(XKX, asked.release))


def test_a_label_whose_day_came_between_the_two_lets_nothing_out(asked: Tale) -> None:
    world = asked.world
    flow.propose(asked, Terms(replace(flow.base(), erase_on=date(2025, 5, 16))))
    world.clock.turn(hours=20, minutes=59)
    assert world.clock().date() == date(2025, 5, 15)
    world.clock.turn(minutes=1)
    no(RefusalReason.HANDLING_FORBIDS, lambda: world.approve(XKX, asked.release))


# A partner that the register suspends.


@pytest.mark.parametrize(("status", "left"), [("suspended", 1), ("withdrawn", 1), ("observer", 0), ("talks", 0)])
def test_the_task_force_of_a_day_is_who_stands_in_it_that_day(world: World, status: str, left: int) -> None:
    """A register that says `suspended since the 20th` says it for the 20th, not for the day it was imported."""
    with_register(world, XKX, standing(GBR, status, "2025-05-20"))
    desk = world.nodes[XKX].desk

    def inside(day: int) -> frozenset[str]:
        return world.look(XKX, lambda tx: circles(tx, desk, date(2025, 5, day))).task_force

    assert inside(19) == frozenset(CODES)
    assert inside(20) == frozenset(CODES) - ({GBR} if left else set())
    assert world.look(XKX, lambda tx: circles(tx, desk, date(2000, 1, 1))).task_force == frozenset()


@pytest.mark.parametrize("status", ["suspended", "withdrawn"])
def test_nobody_consents_that_a_partner_receives_an_item_which_the_register_suspended(held: Tale, status: str) -> None:
    """Two people of the originator would sign a token that no agreement carries."""
    world = held.world
    with_register(world, XKX, standing(GBR, status, "2025-05-15"))
    request = flow.ask(held)
    world.deliver()
    found = flow.request_at(held, ALB, request)
    assert (found.state, found.refusal) == ("refused", RefusalReason.ONWARD_NOT_ALLOWED)


@pytest.mark.parametrize("use", list(TokenUse))
def test_who_is_suspended_by_the_register_asks_for_no_consent(held: Tale, use: TokenUse) -> None:
    world = held.world
    with_register(world, XKX, standing(ALB, "suspended", "2025-05-15"))
    body = {
        "request": REQUEST,
        "item": str(held.follow_up),
        "use": use.value,
        "to": "ALB" if use is TokenUse.EVIDENCE else "GBR",
        "purpose": "border_check",
        "officer": "off-0001",
        "label_sha256": label_sha256(flow.base()),
        "justification": flow.WHY,
    }
    answer = world.send_body(ALB, XKX, CONSENT_REQUEST, body, str(held.enquiry))
    assert (answer.kind, answer.body["reason"]) == ("refusal", "ONWARD_NOT_ALLOWED")


@pytest.mark.parametrize("whose", [ALB, GBR])
@pytest.mark.parametrize("step", ["propose", "grant"])
def test_a_standing_that_changes_at_midnight_between_the_two_people_stops_the_token(
    held: Tale, whose: PartnerCode, step: str
) -> None:
    world = held.world
    with_register(world, XKX, standing(whose, "suspended", "2025-05-16"))
    request = flow.ask(held)
    world.deliver()
    desk, first, second = world.nodes[XKX].desk, world.officer(XKX, "approver-1"), world.officer(XKX, "approver-2")
    terms = (10, flow.REASON)

    def propose() -> None:
        world.do(XKX, lambda tx: deciding.propose_consent(tx, desk, first, request, terms, world.clock()))

    if step == "grant":
        propose()
    world.clock.turn(days=1)
    act = propose if step == "propose" else _grant(held, request, second)
    no(RefusalReason.ONWARD_NOT_ALLOWED, act)
    assert "consent.granted" not in world.kinds(XKX)


def _grant(held: Tale, request: str, officer: object) -> Callable[[], None]:
    world, desk = held.world, held.world.nodes[XKX].desk
    return lambda: world.do(XKX, lambda tx: deciding.grant_consent(tx, desk, officer, request, world.clock()))  # type: ignore[arg-type]


def test_the_holder_passes_nothing_on_to_somebody_who_left_by_its_own_register(held: Tale) -> None:
    world = held.world
    with_register(world, ALB, standing(GBR, "withdrawn", "2025-05-15"))
    allowed = world.look(ALB, lambda tx: circles(tx, world.nodes[ALB].desk, world.clock().date())).task_force
    assert GBR not in allowed
    flow.allowed(held)
    message = no(RefusalReason.PARTNER_WITHDRAWN, lambda: flow.forward(held))
    assert "GBR" in message


# Rejoining.


def test_who_comes_back_is_inside_again_and_old_tokens_with_it(held: Tale) -> None:
    """A suspension by the register ends with the register; the token's own end is what bounds it."""
    world = held.world
    flow.allowed(held)
    for code in (ALB, XKX, GBR):
        with_register(world, code, standing(GBR, "suspended", "2025-05-16"))
    world.clock.turn(days=1)
    no(RefusalReason.PARTNER_SUSPENDED, lambda: flow.forward(held))
    for code in (ALB, XKX, GBR):
        world.do(code, lambda tx: import_register(tx, agreements(), "off-installer", world.clock()))
    flow.forward(held)
    world.deliver()
    assert from_text(stored_at_gbr(world)) == flow.base()
    world.clock.turn(days=10)
    no(RefusalReason.ONWARD_NOT_ALLOWED, lambda: flow.forward(held))


def stored_at_gbr(world: World) -> str:
    from egnatia.store.tables import forwarded_item

    row = world.look(GBR, lambda tx: tx.execute(forwarded_item.select()).one())
    return str(row.label)


def test_a_follow_up_is_not_answered_while_the_register_suspends_who_asked(world: World) -> None:
    flow.know(world)
    tale = Tale(world)
    tale.ask(partners=(XKX,))
    deliver(tale)
    tale.take()
    world.confirm(ALB, tale.candidate)
    follow(tale)
    deliver(tale)
    flow.propose(tale)
    with_register(world, XKX, standing(ALB, "suspended", "2025-05-16"))
    world.clock.turn(days=1)
    no(RefusalReason.PARTNER_SUSPENDED, lambda: world.approve(XKX, tale.release))
    assert world.deliver() == 0
