"""Each message three times, in any order, with nodes dropped and reopened in between: nothing lost, nothing twice."""

import random
from collections import Counter

import pytest
from sqlalchemy import Table, func, select
from tests.federation.acts import Tale, confirm_new, follow, propose
from tests.federation.world import ALB, CODES, GBR, XKX, Call, World, document_draft, person_draft

from egnatia.enquiries.followups import listed
from egnatia.exchange.message import read_message
from egnatia.indicators import funnel
from egnatia.model.ids import PartnerCode
from egnatia.model.states import AskState, FollowUpState
from egnatia.store.tables import answered_enquiry, candidate, inbox

State = dict[str, object]


def state(world: World) -> State:
    """Everything that counts: ledgers by kind, tables by size, figures."""
    found: State = {}
    for code in CODES:
        found[f"{code} ledger"] = Counter(world.kinds(code))
        for table in (answered_enquiry, candidate, inbox):
            found[f"{code} {table.name}"] = size(world, code, table)
        found[f"{code} follow-ups"] = world.look(code, lambda tx: [(row.id, row.state) for row in listed(tx)])
        found[f"{code} figures"] = figures(world, code)
    return found


def figures(world: World, code: PartnerCode) -> list[tuple[str, int]]:
    since = world.clock.now.replace(day=1)
    steps = world.look(code, lambda tx: funnel(tx, since, since.replace(month=12))).steps
    return [(each.id, each.value) for each in steps]


def size(world: World, code: PartnerCode, table: Table) -> int:
    query = select(func.count()).select_from(table)
    return int(world.look(code, lambda tx: tx.execute(query).scalar_one()))


def replay(world: World, calls: list[Call], rng: random.Random) -> None:
    """Every message so far, three times each, shuffled, with a node dropped now and then."""
    again = [call for call in calls for _ in range(3)]
    rng.shuffle(again)
    for call in again:
        if rng.random() < 0.1:
            world.restart(rng.choice((ALB, GBR, XKX)))
        reply = world.send_raw(call.sender, call.to, call.request)
        assert reply.body == call.reply, "a duplicate gets the bytes of its first answer"


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_three_of_each_message_in_any_order_change_nothing(world: World, seed: int) -> None:
    rng = random.Random(seed)
    tale = Tale(world)
    tale.ask(partners=(GBR, XKX))
    second = world.ask(ALB, person_draft()).id
    world.deliver()
    settled(world, rng)
    confirm_new(tale)
    follow(tale)
    world.deliver()
    settled(world, rng)
    propose(tale)
    world.approve(XKX, tale.release)
    world.deliver()
    settled(world, rng)
    assert [each.state for each in world.view(ALB, tale.enquiry).asks] == [AskState.NO_HIT, AskState.HIT]
    assert [each.state for each in world.view(ALB, second).asks] == [AskState.HIT]
    kinds = Counter(world.kinds(ALB))
    assert (kinds["enquiry.sent"], kinds["reply.received"], kinds["release.received"]) == (3, 3, 1)


def settled(world: World, rng: random.Random) -> None:
    before = state(world)
    replay(world, list(world.calls), rng)
    assert world.deliver() == 0
    assert state(world) == before


@pytest.mark.parametrize("late", [ALB, GBR, XKX])
def test_messages_that_never_arrived_arrive_when_the_node_is_back(world: World, late: PartnerCode) -> None:
    """The answering node is stopped while the question leaves; the asking node is dropped before the answer is taken."""
    tale = Tale(world)
    tale.ask(partners=(GBR, XKX))
    if late == ALB:
        world.restart(ALB)
    else:
        world.stop(late)
        world.deliver()
        assert late in world.view(ALB, tale.enquiry).unanswered
        world.restart(ALB)
        world.clock.turn(hours=30)
        world.start(late)
    world.deliver()
    assert world.view(ALB, tale.enquiry).unanswered == ()
    kinds = Counter(world.kinds(ALB))
    assert (kinds["enquiry.sent"], kinds["reply.received"]) == (2, 2)


def test_a_second_enquiry_under_the_same_id_is_refused_and_not_counted(world: World) -> None:
    tale = Tale(world)
    tale.ask(partners=(XKX,))
    world.deliver()
    body = sent_body(world, "enquiry")
    answer = world.send_body(ALB, XKX, "enquiry", body, tale.enquiry)
    assert (answer.kind, answer.body["reason"]) == ("refusal", "ID_REUSED")
    assert world.kinds(XKX).count("enquiry.answered") == 1


def test_a_second_follow_up_under_the_same_id_is_refused_and_entered(world: World) -> None:
    tale = Tale(world)
    tale.ask(partners=(XKX,))
    world.deliver()
    confirm_new(tale)
    follow(tale)
    world.deliver()
    body = sent_body(world, "follow_up")
    answer = world.send_body(ALB, XKX, "follow_up", body, tale.enquiry)
    assert (answer.kind, answer.body["reason"]) == ("refusal", "ID_REUSED")
    assert len(world.look(XKX, listed)) == 1


def sent_body(world: World, kind: str) -> dict[str, object]:
    """The body of the last message of a kind that crossed the line."""
    bodies = [
        dict(read_message(call.request)[0].body) for call in world.calls if read_message(call.request)[0].kind == kind
    ]
    return bodies[-1]


def test_a_refusal_of_a_closed_follow_up_is_refused(world: World) -> None:
    """It used to fail inside, so that the partner tried again for seven days."""
    tale = Tale(world)
    tale.ask(partners=(XKX,))
    world.deliver()
    confirm_new(tale)
    follow(tale)
    world.deliver()
    propose(tale)
    world.approve(XKX, tale.release)
    world.deliver()
    body = {"follow_up": tale.follow_up, "reason": "DECLINED_BY_OFFICER"}
    answer = world.send_body(XKX, ALB, "follow_up_refusal", body, tale.enquiry)
    assert (answer.kind, answer.body["reason"]) == ("refusal", "UNKNOWN_CONVERSATION")
    rows = world.look(ALB, listed)
    assert [row.state for row in rows] == [FollowUpState.RELEASED]


def test_a_follow_up_that_nobody_took_in_seven_days_can_be_sent_again(world: World) -> None:
    tale = Tale(world)
    tale.ask(partners=(XKX,))
    world.deliver()
    confirm_new(tale)
    world.stop(XKX)
    follow(tale)
    world.deliver()
    world.clock.turn(days=7, seconds=1)
    world.deliver()
    assert [(row.state, row.refusal) for row in world.look(ALB, listed)] == [(FollowUpState.REFUSED, "TOO_OLD")]
    assert world.kinds(ALB)[-1] == "message.undeliverable"
    world.start(XKX)
    follow(tale)
    world.deliver()
    assert [row.state for row in world.look(XKX, listed)] == [FollowUpState.WAITING]


def test_two_partners_may_choose_the_same_enquiry_id(world: World) -> None:
    tale = Tale(world)
    tale.ask(partners=(GBR,), query={"issuer": "GBR", "document_type": "P", "number": "111111111"})
    world.deliver()
    body = sent_body(world, "enquiry") | {"grant": "demo-xkx-gbr-travel_document"}
    answer = world.send_body(XKX, GBR, "enquiry", body, tale.enquiry)
    assert (answer.kind, answer.body["result"]) == ("reply", "no_hit")
    assert document_draft().case_ref == body["case_ref"]
