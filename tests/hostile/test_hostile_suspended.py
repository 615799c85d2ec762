"""A suspended partner: what was on its way to it stays here, and nothing of what it holds keys for opens any more."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import select
from tests.federation import test_blind_flow as blind
from tests.federation import test_handling_flow as flow
from tests.federation.acts import Tale, deliver, follow
from tests.federation.world import ALB, GBR, MKD, XKX, World, person_draft

from egnatia.agreements import Allow, Refusal, permit
from egnatia.agreements import Request as Permission
from egnatia.agreements.handling import TokenUse, label_sha256
from egnatia.enquiries.blind.messages import BLIND_ENQUIRY, BlindEnquiryBody
from egnatia.enquiries.membership.standing import reinstate, suspend, withdraw
from egnatia.enquiries.messages import encode
from egnatia.enquiries.onward import deciding
from egnatia.enquiries.onward.messages import (
    CONSENT,
    CONSENT_REQUEST,
    FORWARD,
    ConsentRequestBody,
)
from egnatia.errors import ConflictError, RefusedError
from egnatia.exchange.blind_pages import PAGE_PATH
from egnatia.exchange.client import Reply, Request
from egnatia.exchange.message import read_message
from egnatia.model.ids import PartnerCode
from egnatia.model.states import AskState, BlindList, Offence, Purpose, RefusalReason, SubjectKind
from egnatia.store.tables import blind_enquiry, blind_epoch, consent_request, forwarded_item

WHY = "Its officers asked about relatives of a journalist."


def part(world: World, at: PartnerCode, of: PartnerCode, act: Any = suspend) -> None:
    node, officer = world.nodes[at], world.officer(at, "supervisor")
    world.do(at, lambda tx: act(tx, node.desk, officer, of, WHY, world.clock()))


def held_item(world: World) -> Tale:
    """ALB holds an item that XKX released to it."""
    flow.know(world)
    made = Tale(world)
    made.ask(partners=(XKX,))
    deliver(made)
    made.take()
    world.confirm(ALB, made.candidate)
    follow(made)
    deliver(made)
    flow.release_to_alb(made)
    return made


def crossed(world: World, to: PartnerCode) -> list[str]:
    """The kinds of messages that reached a partner since `calls` was emptied."""
    world.clock.turn(minutes=10)
    world.deliver()
    return [read_message(call.request)[0].kind for call in world.calls if call.to == to and call.request[:1] == b"{"]


def roots_for(world: World, asker: PartnerCode, holder: PartnerCode) -> list[str]:
    query = select(blind_epoch.c.root).where(blind_epoch.c.audience == asker, blind_epoch.c.ended_at.is_(None))
    return world.look(holder, lambda tx: list(tx.execute(query).scalars()))


def pages(world: World, asker: PartnerCode, holder: PartnerCode, roots: Sequence[str]) -> list[int]:
    assert roots
    card = world.card(asker, holder)

    def ask(root: str) -> Reply:
        return world.runner.run(world.lines[asker].ask(card, Request(f"{PAGE_PATH}/{root}/0", limit=64 * 1024)))

    return [ask(root).status for root in roots]


# What waits for it.


def test_an_item_on_its_way_is_taken_back(world: World) -> None:
    tale = held_item(world)
    flow.allowed(tale)
    world.calls.clear()
    flow.forward(tale)
    part(world, ALB, GBR)
    assert FORWARD not in crossed(world, GBR)
    row = world.look(ALB, lambda tx: tx.execute(forwarded_item.select()).one())
    assert (row.delivered_at, row.refusal) == (None, RefusalReason.PARTNER_SUSPENDED)


@pytest.mark.parametrize("act", [suspend, withdraw])
def test_a_blind_question_on_its_way_is_taken_back(world: World, act: Any) -> None:
    blind.offer(world)
    asked = blind.ask(world)
    part(world, ALB, XKX, act)
    assert BLIND_ENQUIRY not in crossed(world, XKX)
    query = select(blind_enquiry.c.state).where(blind_enquiry.c.id == asked.id)
    assert world.look(ALB, lambda tx: tx.execute(query).scalar()) == AskState.UNDELIVERABLE


def test_a_request_for_consent_and_its_words_are_taken_back(world: World) -> None:
    tale = held_item(world)
    request = flow.ask(tale)
    world.calls.clear()
    part(world, ALB, XKX)
    assert CONSENT_REQUEST not in crossed(world, XKX)
    assert flow.request_at(tale, ALB, request).refusal is RefusalReason.PARTNER_SUSPENDED


def test_a_token_on_its_way_is_taken_back(world: World) -> None:
    tale = held_item(world)
    request = flow.ask(tale)
    world.deliver()
    flow.consent(tale, request)
    world.calls.clear()
    part(world, XKX, ALB)
    assert CONSENT not in crossed(world, ALB)


def test_its_open_requests_for_consent_are_closed(world: World) -> None:
    tale = held_item(world)
    request = flow.ask(tale)
    world.deliver()
    part(world, XKX, ALB)
    query = select(consent_request.c.state, consent_request.c.refusal).where(consent_request.c.id == request)
    assert tuple(world.look(XKX, lambda tx: tx.execute(query).one())) == ("refused", "PARTNER_SUSPENDED")


# What it asks for.


def test_its_pages_are_shut_and_open_again(world: World) -> None:
    blind.publish_all(world, XKX)
    roots = roots_for(world, ALB, XKX)
    assert set(pages(world, ALB, XKX, roots)) == {200}
    part(world, XKX, ALB)
    assert set(pages(world, ALB, XKX, roots)) == {403}
    part(world, XKX, ALB, reinstate)
    blind.publish_all(world, XKX)
    assert set(pages(world, ALB, XKX, roots_for(world, ALB, XKX))) == {200}


def test_nobody_elses_pages_are_shut(world: World) -> None:
    blind.publish_all(world, XKX)
    part(world, XKX, MKD)
    assert set(pages(world, ALB, XKX, roots_for(world, ALB, XKX))) == {200}


def test_it_asks_for_no_consent(world: World) -> None:
    tale = held_item(world)
    part(world, XKX, ALB)
    world.clock.turn(minutes=10)
    body = encode(
        ConsentRequestBody(
            request="0fa3c5d2-1111-4222-8333-444455556666",
            item=str(tale.follow_up),
            use=TokenUse.ONWARD,
            to=GBR,
            purpose=Purpose.BORDER_CHECK,
            officer="off-0001",
            label_sha256=label_sha256(flow.base()),
            justification=flow.WHY,
        )
    )
    answer = world.send_body(ALB, XKX, CONSENT_REQUEST, body, str(tale.enquiry))
    assert answer.kind == "refusal"
    assert world.look(XKX, lambda tx: tx.execute(consent_request.select()).all()) == []


def test_nobody_consents_that_it_receives_an_item(world: World) -> None:
    tale = held_item(world)
    part(world, XKX, GBR)
    request = flow.ask(tale)
    world.deliver()
    found = flow.request_at(tale, ALB, request)
    assert (found.state, found.refusal) == ("refused", RefusalReason.ONWARD_NOT_ALLOWED)


@pytest.mark.parametrize("step", ["propose", "grant"])
@pytest.mark.parametrize("who", [GBR, ALB])
def test_a_suspension_between_the_two_people_stops_the_token(world: World, step: str, who: PartnerCode) -> None:
    tale = held_item(world)
    request = flow.ask(tale)
    world.deliver()
    desk, first, second = world.nodes[XKX].desk, world.officer(XKX, "approver-1"), world.officer(XKX, "approver-2")

    def propose() -> None:
        terms = (10, flow.REASON)
        world.do(XKX, lambda tx: deciding.propose_consent(tx, desk, first, request, terms, world.clock()))

    def grant() -> None:
        world.do(XKX, lambda tx: deciding.grant_consent(tx, desk, second, request, world.clock()))

    if step == "grant":
        propose()
    part(world, XKX, who)
    with pytest.raises((RefusedError, ConflictError)):
        (grant if step == "grant" else propose)()
    assert "consent.granted" not in world.kinds(XKX)


def test_the_holder_passes_nothing_on_to_it(world: World) -> None:
    tale = held_item(world)
    flow.allowed(tale)
    part(world, ALB, GBR)
    with pytest.raises(RefusedError) as refused:
        flow.forward(tale)
    assert refused.value.reason in (RefusalReason.PARTNER_SUSPENDED, RefusalReason.ONWARD_NOT_ALLOWED)


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_blind_question_of_its_own_is_refused(world: World, moment: str) -> None:
    """Also one that it asked before and repeats: the stored answer is gone."""
    blind.offer(world)
    asked = blind.ask(world)
    if moment == "before":
        world.deliver()
        content = world.calls[-1].request
        part(world, XKX, ALB)
        answer = read_message(world.send_raw(ALB, XKX, content).body)[0]
        assert answer.body.get("element") is None
        return
    part(world, XKX, ALB)
    world.deliver()
    found = blind.view(world, asked)
    assert (found.state, found.refusal) == (AskState.REFUSED, RefusalReason.PARTNER_SUSPENDED)


def test_the_text_of_a_refusal_names_no_list(world: World) -> None:
    blind.publish_all(world, XKX)
    part(world, XKX, ALB)
    body = encode(
        BlindEnquiryBody(
            grant="g",
            list=BlindList.PHONES,
            purpose=Purpose.BORDER_CHECK,
            offence=Offence.FALSE_DOCUMENT,
            statement="ab" * 32,
            commitment="cd" * 32,
            element="ef" * 32,
        )
    )
    answer = world.send_body(ALB, XKX, BLIND_ENQUIRY, body, "0fa3c5d2-1111-4222-8333-444455556666")
    assert answer.body == {"element": None, "proof": None, "reason": "PARTNER_SUSPENDED"}


# A clock that went back.


@pytest.mark.parametrize("act", [suspend, withdraw])
def test_a_clock_set_back_past_the_day_opens_nothing(world: World, act: Any) -> None:
    """Both nodes' clocks are a week off, so that no message is refused for its time; the suspension was yesterday."""
    before = world.look(GBR, lambda tx: permit(world.nodes[GBR].desk.register(tx), asked(world)))
    assert isinstance(before, Allow)
    part(world, GBR, ALB, act)
    world.clock.turn(days=-7)
    verdict = world.look(GBR, lambda tx: permit(world.nodes[GBR].desk.register(tx), asked(world)))
    reason = RefusalReason.PARTNER_SUSPENDED if act is suspend else RefusalReason.PARTNER_WITHDRAWN
    assert isinstance(verdict, Refusal)
    assert verdict.reason is reason
    assert "since 2025-05-15" in verdict.detail


def test_a_suspended_partner_with_the_same_wrong_clock_is_refused(world: World) -> None:
    part(world, GBR, ALB)
    world.clock.turn(days=-7)
    sent = world.ask(ALB, person_draft())
    world.deliver()
    (ask,) = world.view(ALB, sent.id).asks
    assert (ask.state, ask.refusal) == (AskState.REFUSED, RefusalReason.PARTNER_SUSPENDED)


def asked(world: World) -> Permission:
    return Permission(
        ALB,
        GBR,
        SubjectKind.PERSON,
        Purpose.INVESTIGATION,
        Offence.SMUGGLING_OF_PERSONS,
        world.clock().date(),
    )
