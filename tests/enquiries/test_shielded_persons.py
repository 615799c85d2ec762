"""A protected person is answered like nobody: the same bytes in shape, the same statements, one word that stays (ENQ-04)."""

import pytest
from sqlalchemy import select
from tests.federation.answering import statements
from tests.federation.world import ALB, BASIS, GBR, REASON, Call, World, person_draft

from egnatia.enquiries import releases, their_followups
from egnatia.enquiries.holdings import mark_protected
from egnatia.enquiries.views import alerts
from egnatia.errors import ConflictError, ForbiddenError, InputError, NotFoundError, RefusedError
from egnatia.exchange.message import read_message
from egnatia.model.ids import EnquiryId, RecordRef
from egnatia.model.states import AskState, RefusalReason
from egnatia.scenario.case import KNOWN_REF
from egnatia.store.tables import answered_enquiry

NOBODY = {"first_names": "Zzyxqor", "family_names": "Wqopplex", "birth_date": "1901-07-13"}
TRIES = 12


def protect(world: World, ref: str = KNOWN_REF, why: str = REASON, post: str = "supervisor") -> None:
    officer = world.officer(GBR, post)
    world.do(GBR, lambda tx: mark_protected(tx, officer, RecordRef(ref), why, world.clock()))


def protect_all(world: World) -> None:
    """Shield whoever answers to the person of the case."""
    world.ask(ALB, person_draft())
    world.deliver()
    body = dict(read_message(world.calls[-1].reply)[0].body)
    for found in body["refs"]:
        protect(world, found["ref"])


def asked(world: World, query: dict[str, str] | None = None) -> tuple[EnquiryId, Call, list[str]]:
    draft = person_draft() if query is None else person_draft(query=query)
    sent = world.ask(ALB, draft)
    with statements(world, GBR) as seen:
        world.deliver()
    return sent.id, world.calls[-1], seen


def test_the_reply_about_a_protected_person_is_that_about_nobody(world: World) -> None:
    protect_all(world)
    shielded, call, trace = asked(world)
    absent, other, other_trace = asked(world, NOBODY)
    assert [each.state for each in world.view(ALB, shielded).asks] == [AskState.NO_HIT]
    assert [each.state for each in world.view(ALB, absent).asks] == [AskState.NO_HIT]
    body, other_body = (dict(read_message(each.reply)[0].body) for each in (call, other))
    assert body == other_body == {"result": "no_hit", "refs": [], "reason": None}
    assert len(call.reply) == len(other.reply)
    assert len(call.request) == len(other.request)
    assert trace == other_trace, "the same statements in the same order"


def test_no_run_of_questions_tells_them_apart_by_length_or_statements(world: World) -> None:
    """ENQ-04 asks that the distributions agree; here they are equal, whatever the order of asking."""
    protect_all(world)
    seen: dict[str, set[tuple[int, int]]] = {"shielded": set(), "absent": set()}
    for number in range(TRIES):
        kind = "shielded" if number % 2 else "absent"
        _, call, trace = asked(world, None if kind == "shielded" else NOBODY)
        seen[kind].add((len(call.reply), len(trace)))
    assert seen["shielded"] == seen["absent"]
    assert len(seen["absent"]) == 1


def test_an_open_record_beside_a_protected_one_is_still_a_hit(world: World) -> None:
    protect(world)
    sent = world.ask(ALB, person_draft(query={"first_names": "Arben", "family_names": "Krasniqi"}))
    world.deliver()
    assert KNOWN_REF not in [each.ref for each in world.view(ALB, sent.id).candidates]
    supervisor = world.officer(GBR, "supervisor")
    found = world.do(GBR, lambda tx: alerts(tx, supervisor, world.clock()))
    assert [each.refs for each in found] == [(KNOWN_REF,)]


def test_the_alert_stays_here_and_is_for_a_supervisor(world: World) -> None:
    protect_all(world)
    enquiry_id, call, _ = asked(world)
    results = world.look(GBR, lambda tx: list(tx.execute(select(answered_enquiry.c.result)).scalars()))
    assert sorted(results) == ["hit", "shielded"]
    assert b"shielded" not in call.reply
    with pytest.raises(ForbiddenError):
        world.do(GBR, lambda tx: alerts(tx, world.officer(GBR, "examiner"), world.clock()))
    supervisor = world.officer(GBR, "supervisor")
    first = world.do(GBR, lambda tx: alerts(tx, supervisor, world.clock()))
    second = world.do(GBR, lambda tx: alerts(tx, supervisor, world.clock()))
    assert [(each.asker, each.enquiry_id, each.viewed_at) for each in first] == [(ALB, enquiry_id, None)]
    assert [each.viewed_at for each in second] == [world.clock()]


def test_marking_needs_a_supervisor_a_reason_a_record_and_happens_once(world: World) -> None:
    protect(world)
    for post, ref, why, error in (
        ("examiner", KNOWN_REF, REASON, ForbiddenError),
        ("supervisor", KNOWN_REF, "", InputError),
        ("supervisor", "GBR-P-999999", REASON, NotFoundError),
        ("supervisor", KNOWN_REF, REASON, ConflictError),
    ):
        with pytest.raises(error):
            protect(world, ref, why, post)


def test_a_follow_up_on_a_shielded_reference_is_answered_like_an_unknown_one(world: World) -> None:
    protect_all(world)
    sent = world.ask(ALB, person_draft())
    world.deliver()
    body = {
        "follow_up": "0" * 8 + "-0000-4000-8000-" + "0" * 12,
        "offence": "homicide",
        "officer": "off-12",
        "facts": BASIS,
    }
    replies = [
        world.send_body(ALB, GBR, "follow_up", body | {"ref": ref}, sent.id).body for ref in (KNOWN_REF, "GBR-P-999999")
    ]
    assert replies[0] == replies[1]
    assert replies[0]["reason"] == "UNKNOWN_CONVERSATION"


def test_a_record_shielded_after_its_hit_is_released_to_nobody(world: World) -> None:
    query = {"first_names": "Arben", "family_names": "Krasniqi", "birth_date": "1994-03-18"}
    sent = world.ask(ALB, person_draft(query=query))
    world.deliver()
    candidate = next(each for each in world.view(ALB, sent.id).candidates if each.ref == KNOWN_REF)
    world.confirm(ALB, candidate.id)
    follow_up_id = world.follow(ALB, candidate.id)
    world.deliver()
    release_id = world.propose(GBR, follow_up_id)
    protect(world)
    with pytest.raises(RefusedError) as caught:
        world.approve(GBR, release_id)
    assert caught.value.reason is RefusalReason.CONDITIONS_NOT_MET
    approver = world.officer(GBR, "approver-2")
    world.do(GBR, lambda tx: releases.send_back(tx, approver, release_id, REASON, world.clock()))
    with pytest.raises(RefusedError):
        world.propose(GBR, follow_up_id)
    desk = world.nodes[GBR].desk
    reason = RefusalReason.CONDITIONS_NOT_MET
    world.do(GBR, lambda tx: their_followups.refuse(tx, desk, approver, follow_up_id, reason, world.clock()))
