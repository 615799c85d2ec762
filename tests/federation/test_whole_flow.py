"""Every act of the flow, in order, at real nodes: what it does at both ends, and the one entry it writes."""

from collections.abc import Callable

import pytest
from tests.federation.acts import (
    Tale,
    answers_come,
    approve,
    approve_alone,
    approve_sent_back,
    approve_twice,
    ask_about_person,
    ask_again,
    ask_against_claim,
    ask_nobody,
    ask_silent,
    ask_three,
    check_whole,
    claim,
    confirm,
    confirm_again,
    confirm_as_enquirer,
    confirm_new,
    deliver,
    end_step_two,
    erase,
    follow,
    follow_too_early,
    follow_twice,
    give_up,
    import_documents,
    import_people,
    inspect,
    leave_open,
    log_in,
    log_in_wrongly,
    look_first,
    look_what_could_leave,
    look_what_would_leave,
    nothing_due,
    nothing_more_comes,
    only_look,
    open_enquiry,
    person_answer,
    propose,
    propose_nonsense,
    propose_twice,
    protect,
    read_alerts,
    read_facts,
    read_release,
    record_arrest,
    refusal_arrives,
    refuse,
    refuse_badly,
    refused,
    refused_by_their_node,
    reject,
    send_back,
    shielded,
    view,
    what_was_released,
    whose_arrest,
)
from tests.federation.world import (
    ALB,
    CODES,
    GBR,
    INSTALLER,
    REASON,
    XKX,
    World,
)

from egnatia.enquiries import releases, timeline
from egnatia.errors import ErasedError, NotFoundError
from egnatia.indicators import funnel
from egnatia.model.events import OPERATIONS
from egnatia.model.ids import PartnerCode
from egnatia.model.states import (
    Operation,
)
from egnatia.scenario.case import CASE_REF

Written = dict[PartnerCode, list[str]]
NOTHING: Written = {}

STORY: list[tuple[Callable[[Tale], None], Written]] = [
    (inspect, {ALB: ["document.inspected"]}),
    (look_first, NOTHING),
    (ask_three, {ALB: ["enquiry.sent", "enquiry.sent", "enquiry.not_sent"]}),
    (answers_come, {ALB: ["reply.received"] * 2, GBR: ["enquiry.answered"], XKX: ["enquiry.answered"]}),
    (nothing_more_comes, NOTHING),
    (only_look, NOTHING),
    (view, {ALB: ["candidate.viewed"]}),
    (open_enquiry, {ALB: ["enquiry.viewed"]}),
    (follow_too_early, NOTHING),
    (confirm_as_enquirer, NOTHING),
    (confirm, {ALB: ["candidate.confirmed"]}),
    (confirm_again, NOTHING),
    (follow, {ALB: ["follow_up.sent"]}),
    (follow_twice, NOTHING),
    (deliver, {XKX: ["follow_up.received"]}),
    (read_facts, {XKX: ["follow_up.viewed"]}),
    (propose_nonsense, NOTHING),
    (look_what_could_leave, {XKX: ["core_data.viewed"]}),
    (propose, {XKX: ["release.proposed"]}),
    (propose_twice, NOTHING),
    (look_what_would_leave, {XKX: ["core_data.viewed"]}),
    (approve_alone, NOTHING),
    (send_back, {XKX: ["release.sent_back"]}),
    (approve_sent_back, NOTHING),
    (propose, {XKX: ["release.proposed"]}),
    (approve, {XKX: ["release.approved"]}),
    (approve_twice, NOTHING),
    (deliver, {ALB: ["release.received"]}),
    (read_release, {ALB: ["core_data.viewed"]}),
    (what_was_released, NOTHING),
    (record_arrest, {ALB: ["outcome.recorded"]}),
    (whose_arrest, NOTHING),
    (ask_about_person, {ALB: ["enquiry.sent"]}),
    (person_answer, {ALB: ["reply.received"], GBR: ["enquiry.answered"]}),
    (reject, {ALB: ["candidate.rejected"]}),
    (ask_about_person, {ALB: ["enquiry.sent"]}),
    (deliver, {ALB: ["reply.received"], GBR: ["enquiry.answered"]}),
    (leave_open, {ALB: ["candidate.inconclusive"]}),
    (ask_again, {ALB: ["enquiry.sent"]}),
    (deliver, {ALB: ["reply.received"], XKX: ["enquiry.answered"]}),
    (confirm_new, {ALB: ["candidate.confirmed"]}),
    (follow, {ALB: ["follow_up.sent"]}),
    (deliver, {XKX: ["follow_up.received"]}),
    (refuse_badly, NOTHING),
    (refuse, {XKX: ["follow_up.refused"]}),
    (refusal_arrives, {ALB: ["refusal.received"]}),
    (end_step_two, {XKX: ["agreements.imported"]}),
    (follow, {ALB: ["follow_up.sent"]}),
    (refused_by_their_node, {ALB: ["refusal.received"], XKX: ["follow_up.received"]}),
    (protect, {GBR: ["protection.marked"]}),
    (ask_about_person, {ALB: ["enquiry.sent"]}),
    (shielded, {ALB: ["reply.received"], GBR: ["enquiry.answered"]}),
    (read_alerts, {GBR: ["alert.viewed"]}),
    (claim, {GBR: ["protection_claim.recorded"]}),
    (ask_against_claim, {GBR: ["enquiry.not_sent"]}),
    (erase, {GBR: ["record.erased"]}),
    (nothing_due, NOTHING),
    (import_people, {GBR: ["persons.imported"]}),
    (import_documents, {GBR: ["register.imported"]}),
    (ask_nobody, NOTHING),
    (log_in, {GBR: ["login.succeeded"]}),
    (log_in_wrongly, {GBR: ["login.failed"]}),
    (ask_silent, {ALB: ["enquiry.sent"]}),
    (give_up, {ALB: ["message.undeliverable"]}),
]


@pytest.fixture
def tale(world: World) -> Tale:
    return Tale(world)


def test_every_act_writes_exactly_its_entries(tale: Tale) -> None:
    world = tale.world
    for act, expected in STORY:
        before = {code: len(world.kinds(code)) for code in CODES if code in world.nodes}
        act(tale)
        written = {code: world.kinds(code)[before.get(code, 0) :] for code in before if code in world.nodes}
        assert {code: kinds for code, kinds in written.items() if kinds} == expected, act.__name__
        world.clock.turn(seconds=1)
    check_access_log(world)
    for code in CODES:
        check_whole(world, code)
    check_figures(world)


def check_access_log(world: World) -> None:
    """Directive (EU) 2016/680 art. 25: consultation and disclosure with justification, time, person and recipient."""
    for code in CODES:
        for entry in world.entries(code):
            operation = next(o for kind, o in OPERATIONS.items() if kind == entry.kind)
            assert entry.operation == (operation and operation.value)
            assert entry.actor in {"node", "unknown", INSTALLER.id, *(each.id for each in world.staff.values())}
            if operation in (Operation.CONSULTATION, Operation.DISCLOSURE, Operation.COMBINATION, Operation.ERASURE):
                assert entry.justification, entry
            if operation is Operation.DISCLOSURE:
                assert entry.partner, entry
                assert entry.grant, entry
                assert entry.purpose, entry
                assert entry.message, entry
                assert entry.actor.startswith("off-")


def check_figures(world: World) -> None:
    since = world.clock.now.replace(day=1)
    steps = world.look(ALB, lambda tx: funnel(tx, since, world.clock.now)).steps
    figures = {each.id: each.value for each in steps}
    assert (figures["hits"], figures["persons"], figures["arrests"]) == (1, 1, 1), figures
    assert figures["candidates"] == 4, figures


FLOW = (
    "agreements.",
    "alert.viewed",
    "candidate.",
    "core_data.",
    "document.",
    "enquiry.",
    "follow_up.",
    "login.",
    "message.undeliverable",
    "outcome.",
    "persons.imported",
    "protection",
    "record.",
    "refusal.",
    "register.",
    "release.",
    "reply.",
)
"""Kinds of entry of the flow itself; membership, keys, corrections, consents and the like have stories of their own."""


def test_the_story_covers_every_kind_of_entry_of_the_flow() -> None:
    told = {kind for _, written in STORY for kinds in written.values() for kind in kinds}
    flow = {kind.value for kind in OPERATIONS if kind.value.startswith(FLOW)}
    assert flow - told == set()
    assert len(flow) > 20


def test_a_case_is_told_in_order_with_its_partners(world: World) -> None:
    tale = Tale(world)
    for act in (inspect, ask_again, deliver, confirm_new, follow, deliver, propose, approve, deliver, record_arrest):
        act(tale)
    steps = world.look(ALB, lambda tx: timeline.case_timeline(tx, CASE_REF))
    assert [step.event.value for step in steps] == [
        "document.inspected",
        "enquiry.sent",
        "reply.received",
        "candidate.confirmed",
        "follow_up.sent",
        "release.received",
        "outcome.recorded",
    ]
    assert [step.partner for step in steps] == [None, XKX, XKX, XKX, XKX, XKX, None]
    assert world.look(ALB, lambda tx: timeline.case_timeline(tx, "DUR-2025-9999")) == []


def test_a_case_shows_what_could_not_be_delivered(world: World) -> None:
    tale = Tale(world)
    ask_silent(tale)
    give_up(tale)
    steps = world.look(ALB, lambda tx: timeline.case_timeline(tx, CASE_REF))
    assert [step.event.value for step in steps] == ["enquiry.sent", "message.undeliverable"]


def test_what_was_erased_is_gone_from_the_flow_as_well(world: World) -> None:
    """A proposal holds a copy of the core data; erasing the record erases the copy, and nobody can approve it."""
    tale = Tale(world)
    tale.ask(person=True)
    deliver(tale)
    confirm_new(tale)
    follow(tale)
    deliver(tale)
    release_id, second = world.propose(GBR, tale.follow_up), world.officer(GBR, "approver-2")
    erase(tale)
    refused(NotFoundError, lambda: world.approve(GBR, release_id))
    refused(
        ErasedError, lambda: world.do(GBR, lambda tx: releases.view_proposed(tx, second, release_id, world.clock()))
    )
    world.do(GBR, lambda tx: releases.send_back(tx, second, release_id, REASON, world.clock()))
    refused(NotFoundError, lambda: world.propose(GBR, tale.follow_up))
