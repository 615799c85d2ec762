"""Step 2 by people only: nothing is released by rule, by time, by one person alone, or beyond the whitelist (DIS-01..07)."""

import inspect as introspection
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from tests.federation.acts import NO_STEP_TWO, Tale, confirm_new, deliver, follow, refused
from tests.federation.world import ALB, CODES, FACTS, GBR, INSTALLER, XKX, World, document_draft

from egnatia.agreements import import_register as import_agreements
from egnatia.enquiries import candidates, followups, our_followups, outcomes, releases, their_followups
from egnatia.enquiries.retention import erase_due
from egnatia.errors import ConflictError, ForbiddenError, InputError, NotFoundError, RefusedError
from egnatia.indicators import funnel
from egnatia.model.ids import CandidateId
from egnatia.model.officers import PERMISSIONS, Action
from egnatia.model.states import Decision, FollowUpState, Offence, OutcomeKind, RefusalReason, Role
from egnatia.node import Node
from egnatia.scenario.case import CASE_REF, PERSON_REF, STOLEN_BLANKS_REF


@pytest.fixture
def tale(world: World) -> Tale:
    """A candidate has come back from XKX; nobody has looked at it."""
    made = Tale(world)
    made.ask(partners=(XKX,))
    deliver(made)
    made.take()
    return made


@pytest.fixture
def asked(tale: Tale) -> Tale:
    """The hit is confirmed and followed up; XKX has the request."""
    tale.world.confirm(ALB, tale.candidate)
    follow(tale)
    deliver(tale)
    return tale


def figures(world: World) -> dict[str, int]:
    since = world.clock.now - timedelta(days=30)
    steps = world.look(ALB, lambda tx: funnel(tx, since, world.clock.now + timedelta(days=1))).steps
    return {each.id: each.value for each in steps}


@pytest.mark.parametrize("decision", [None, Decision.REJECTED, Decision.INCONCLUSIVE])
def test_only_a_confirmed_candidate_counts_and_can_be_followed_up(tale: Tale, decision: Decision | None) -> None:
    if decision is not None:
        tale.world.confirm(ALB, tale.candidate, decision)
    refused(ConflictError, lambda: tale.world.follow(ALB, tale.candidate))
    refused(ConflictError, lambda: record(tale, tale.candidate))
    assert (figures(tale.world)["candidates"], figures(tale.world)["hits"]) == (1, 0)
    assert tale.world.deliver() == 0


def test_the_partner_refuses_a_follow_up_on_a_reference_it_did_not_return(asked: Tale) -> None:
    world = asked.world
    body = {"follow_up": "0" * 8 + "-0000-4000-8000-" + "0" * 12, "ref": "XKX-D-000417", "offence": "homicide"}
    body |= {"officer": "off-12", "facts": FACTS}
    for sender, changes, conversation in (
        (ALB, {"ref": "XKX-D-100001"}, asked.enquiry),
        (ALB, {}, "another-conversation"),
        (GBR, {}, asked.enquiry),
    ):
        answer = world.send_body(sender, XKX, "follow_up", body | changes, conversation)
        assert (answer.kind, answer.body["reason"]) == ("refusal", "UNKNOWN_CONVERSATION")
    assert world.kinds(XKX).count("follow_up.received") == 4
    assert len(world.look(XKX, followups.listed)) == 1


def test_what_nobody_asked_for_is_not_taken(asked: Tale) -> None:
    world = asked.world
    body = {"follow_up": str(asked.follow_up), "fields": {"category": "lost"}, "handling": "H1", "as_of": "2025-05-15"}
    stranger = world.send_body(GBR, ALB, "release", body, asked.enquiry)
    assert stranger.body["reason"] == "UNKNOWN_CONVERSATION"
    extra = world.send_body(XKX, ALB, "release", body | {"fields": {"family_names": "Krasniqi"}}, asked.enquiry)
    assert extra.body["reason"] == "MALFORMED"
    assert world.send_body(XKX, ALB, "release", body, asked.enquiry).kind == "receipt"
    again = world.send_body(XKX, ALB, "release", body, asked.enquiry)
    assert again.body["reason"] == "UNKNOWN_CONVERSATION"
    assert world.kinds(ALB).count("release.received") == 1


@pytest.mark.parametrize("facts", ["", "   ", "x" * 19, " " * 30 + "short", "x" * 2_001])
def test_facts_have_to_be_stated(tale: Tale, facts: str) -> None:
    tale.world.confirm(ALB, tale.candidate)
    world, officer = tale.world, tale.world.officer(ALB)
    desk, request = world.nodes[ALB].desk, (facts, Offence.FALSE_DOCUMENT)
    refused(
        InputError,
        lambda: world.do(
            ALB, lambda tx: our_followups.send_follow_up(tx, desk, officer, tale.candidate, request, world.clock())
        ),
    )


@pytest.mark.parametrize("fields", [("holder",), ("category", "category"), ("category", "address"), ("number",)])
def test_only_whitelisted_fields_with_a_value_can_be_proposed(asked: Tale, fields: tuple[str, ...]) -> None:
    refused(InputError, lambda: asked.world.propose(XKX, asked.follow_up, fields))


def test_two_different_people_release(asked: Tale) -> None:
    world = asked.world
    for post in ("enquirer", "examiner", "auditor", "administrator"):
        assert not world.officer(XKX, post).may(Action.APPROVE_RELEASE)
    asked.release = world.propose(XKX, asked.follow_up)
    refused(ForbiddenError, lambda: world.approve(XKX, asked.release, "approver-1"))
    refused(ForbiddenError, lambda: world.approve(XKX, asked.release, "auditor"))
    assert world.deliver() == 0
    world.approve(XKX, asked.release, "supervisor")
    assert world.deliver() == 1


def test_no_role_but_people_who_may_release_and_no_role_twice() -> None:
    assert PERMISSIONS[Action.APPROVE_RELEASE] == {Role.APPROVER, Role.SUPERVISOR}
    assert PERMISSIONS[Action.DECIDE_CANDIDATE] == {Role.EXAMINER}


def test_every_function_that_releases_takes_an_officer() -> None:
    """There is no way to a release without a person: each of these has an officer among its arguments (E-03)."""
    acts: list[Callable[..., object]] = [releases.propose, releases.approve, releases.send_back, their_followups.refuse]
    acts += [candidates.decide, our_followups.send_follow_up, outcomes.record_outcome]
    for act in acts:
        assert "officer" in introspection.signature(act).parameters, act


@pytest.mark.parametrize("proposed", [False, True])
def test_time_flags_and_releases_nothing(asked: Tale, proposed: bool) -> None:  # noqa: FBT001 - both states
    world = asked.world
    if proposed:
        asked.release = world.propose(XKX, asked.follow_up)
    row = world.look(XKX, followups.listed)[0]
    world.clock.turn(hours=48)
    assert not row.is_late(world.clock())
    world.clock.turn(hours=1)
    for code in CODES:
        world.do(code, lambda tx: erase_due(tx, world.clock()))
    calls = len(world.calls)
    assert world.deliver() == 0
    row = world.look(XKX, followups.listed)[0]
    assert row.is_late(world.clock())
    assert row.state is (FollowUpState.PROPOSED if proposed else FollowUpState.WAITING)
    assert len(world.calls) == calls
    assert world.look(ALB, followups.listed)[0].is_late(world.clock())
    assert "release.approved" not in world.kinds(XKX)


def test_a_grant_that_ended_between_the_two_people_stops_the_second(asked: Tale) -> None:
    world = asked.world
    asked.release = world.propose(XKX, asked.follow_up)
    world.do(XKX, lambda tx: import_agreements(tx, NO_STEP_TWO, INSTALLER.id, world.clock()))
    with pytest.raises(RefusedError) as caught:
        world.approve(XKX, asked.release)
    assert caught.value.reason is RefusalReason.STEP_TWO_NOT_GRANTED
    assert world.deliver() == 0
    assert world.look(XKX, followups.listed)[0].state is FollowUpState.PROPOSED
    refused(RefusedError, lambda: follow_again(asked))


def follow_again(tale: Tale) -> None:
    """At home the register is the old one; the partner's node says no by itself."""
    world = tale.world
    world.do(ALB, lambda tx: import_agreements(tx, NO_STEP_TWO, INSTALLER.id, world.clock()))
    tale.ask(partners=(XKX,))
    deliver(tale)
    confirm_new(tale)
    follow(tale)


def test_a_proposal_has_to_be_sent_back_before_the_follow_up_is_refused(asked: Tale) -> None:
    """Otherwise the copy of the core data in the proposal would stay for ever."""
    world, officer = asked.world, asked.world.officer(XKX, "approver-2")
    asked.release = world.propose(XKX, asked.follow_up)
    desk, reason = world.nodes[XKX].desk, RefusalReason.DECLINED_BY_OFFICER
    refused(
        ConflictError,
        lambda: world.do(
            XKX, lambda tx: their_followups.refuse(tx, desk, officer, asked.follow_up, reason, world.clock())
        ),
    )
    sealed = world.look(XKX, lambda tx: releases.of_follow_up(tx, asked.follow_up))[0].sealed_id
    world.do(XKX, lambda tx: releases.send_back(tx, officer, asked.release, FACTS, world.clock()))
    world.do(XKX, lambda tx: their_followups.refuse(tx, desk, officer, asked.follow_up, reason, world.clock()))
    assert world.look(XKX, lambda tx: tx.opened(sealed)) is None


def record(tale: Tale, candidate_id: CandidateId | None, **changes: Any) -> None:
    world, officer = tale.world, tale.world.officer(ALB)
    values: dict[str, Any] = {
        "kind": OutcomeKind.ARREST,
        "case_ref": CASE_REF,
        "person_ref": PERSON_REF,
        "candidate_id": candidate_id,
        "at": world.clock(),
        "place": "Port of Durrës",
    }
    draft = outcomes.OutcomeDraft(**(values | changes))
    world.do(ALB, lambda tx: outcomes.record_outcome(tx, officer, draft, world.clock()))


def test_an_outcome_without_its_chain_is_not_attributed(tale: Tale) -> None:
    world = tale.world
    record(tale, None)
    world.confirm(ALB, tale.candidate)
    record(tale, tale.candidate)
    assert [row.attributed for row in world.look(ALB, outcomes.of_case)] == [False, False]
    assert figures(world)["arrests"] == 0
    follow(tale)
    record(tale, tale.candidate)
    rows = world.look(ALB, outcomes.of_case)
    assert sorted(row.attributed for row in rows) == [False, False, True]
    assert figures(world)["arrests"] == 1


def test_what_happened_before_the_candidate_came_did_not_come_of_it(asked: Tale) -> None:
    world = asked.world
    record(asked, asked.candidate, at=world.clock() - timedelta(minutes=1))
    assert [row.attributed for row in world.look(ALB, outcomes.of_case)] == [False]
    assert figures(world)["arrests"] == 0
    record(asked, asked.candidate, at=world.clock())
    assert figures(world)["arrests"] == 1


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"case_ref": "DUR-2025-0418"}, InputError),
        ({"case_ref": "Arben Krasniqi"}, InputError),
        ({"person_ref": "Arben Krasniqi"}, InputError),
        ({"person_ref": None}, InputError),
        ({"place": ""}, InputError),
        ({"candidate_id": "none"}, NotFoundError),
    ],
)
def test_an_outcome_that_is_not_right_is_refused(
    tale: Tale, changes: dict[str, Any], error: type[InputError | NotFoundError]
) -> None:
    tale.world.confirm(ALB, tale.candidate)
    refused(error, lambda: record(tale, **({"candidate_id": tale.candidate} | changes)))
    refused(InputError, lambda: record(tale, None, at=tale.world.clock() + timedelta(seconds=1)))


def decide(tale: Tale, draft: candidates.DecisionDraft) -> None:
    world, examiner = tale.world, tale.world.officer(ALB, "examiner")
    world.do(ALB, lambda tx: candidates.decide(tx, examiner, tale.candidate, draft, world.clock()))


def test_a_decision_needs_reasons_and_a_qualification(tale: Tale) -> None:
    world = tale.world
    for basis, qualification in (("", "examiner"), ("x" * 19, "examiner"), ("x" * 20, "")):
        draft = candidates.DecisionDraft(Decision.CONFIRMED, basis, qualification)
        with pytest.raises(InputError):
            decide(tale, draft)
    row = world.look(ALB, lambda tx: candidates.inbox(tx, world.clock()))[0]
    assert (row.decision, row.ref, row.due_at - row.received_at) == (None, STOLEN_BLANKS_REF, timedelta(hours=24))
    assert document_draft().partners == (GBR, XKX)


def test_two_approvers_at_the_same_moment_release_once(asked: Tale) -> None:
    """From two processes with a connection each: one of them is told that it was decided."""
    world = asked.world
    asked.release = world.propose(XKX, asked.follow_up)
    told: list[str] = []

    def decide_at_once(post: str) -> None:
        node = Node.open(world.directory / XKX, world.clock)
        officer = world.officer(XKX, post)
        try:
            node.commit(lambda tx: releases.approve(tx, node.desk, officer, asked.release, world.clock()))
            told.append("released")
        except ConflictError as error:
            told.append(error.message)
        node.close()

    threads = [threading.Thread(target=decide_at_once, args=(post,)) for post in ("approver-2", "supervisor")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["released", "the follow-up was already released"]
    assert world.deliver() == 1
    assert world.kinds(XKX).count("release.approved") == 1
    assert world.kinds(ALB).count("release.received") == 1
