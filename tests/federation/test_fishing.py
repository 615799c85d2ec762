"""Fishing seen at both ends, quotas that survive a restart, and what a supervisor does with an alert."""

import json
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from tests.federation.world import ALB, GBR, XKX, World, document_draft, person_draft

from egnatia.enquiries.fishing import FishingAlert, close_alert, fishing_alerts, patterns, raise_patterns
from egnatia.errors import ConflictError, ForbiddenError, InputError, NotFoundError, RefusedError
from egnatia.ledger.entries import EntryFilter, read_entries
from egnatia.model.events import EventKind
from egnatia.model.ids import PartnerCode
from egnatia.model.states import AskState, FishingRule, Purpose, RefusalReason
from egnatia.settings import EnquirySettings

FOUND = "A bundle of seized blanks was checked booklet by booklet; the case file has the list."


def number_draft(number: int, **changes: Any) -> Any:
    query = {"issuer": "RKS", "document_type": "P", "number": f"P10417{number:02d}"}
    return document_draft(query=query, partners=(XKX,), holder={}, **changes)


def sweep(world: World, count: int = 12) -> None:
    for number in range(count):
        world.ask(ALB, number_draft(number))
        world.clock.turn(minutes=1)
    world.deliver()


def alerts(world: World, code: PartnerCode) -> list[FishingAlert]:
    supervisor = world.officer(code, "supervisor")
    return world.do(code, lambda tx: fishing_alerts(tx, supervisor, world.clock()))


def review(world: World, code: PartnerCode) -> int:
    now = world.clock()
    found = world.look(code, partial(patterns, since=now.replace(hour=0), now=now))
    return world.do(code, partial(raise_patterns, found=found, now=now))


def test_a_sweep_is_seen_by_both_nodes_and_named_by_reference_only(world: World) -> None:
    sweep(world)
    assert review(world, ALB) == 1
    enquirer = world.officer(ALB).id
    (ours,), (theirs,) = alerts(world, ALB), alerts(world, XKX)
    assert (ours.partner, ours.officer_ref, ours.rule) == (None, enquirer, FishingRule.NEIGHBOURING_NUMBERS)
    assert (theirs.partner, theirs.officer_ref, theirs.rule) == (ALB, enquirer, FishingRule.NEIGHBOURING_NUMBERS)
    assert (ours.count, theirs.count) == (12, 12)
    assert ours.cases == theirs.cases == (document_draft().case_ref,)


def test_the_answering_node_writes_nothing_of_what_was_asked(world: World) -> None:
    sweep(world)
    assert b"P10417" not in world.files(XKX)
    entry = world.look(XKX, lambda tx: read_entries(tx, EntryFilter(kind=EventKind.FISHING_SUSPECTED)))[-1]
    assert "P10417" not in json.dumps(entry.content)
    assert set(entry.content or {}) == {"rule", "count", "officer"}


def test_nothing_is_refused_by_a_pattern(world: World) -> None:
    sweep(world)
    review(world, ALB)
    sent = world.ask(ALB, number_draft(50))
    world.deliver()
    assert world.view(ALB, sent.id).asks[0].state is AskState.NO_HIT


def test_a_pattern_is_one_alert_a_day_however_often_it_is_reviewed(world: World) -> None:
    sweep(world)
    assert [review(world, ALB) for _ in range(3)] == [1, 0, 0]
    sweep(world, 30)
    assert review(world, ALB) == 0
    (alert,) = alerts(world, ALB)
    assert alert.count == 30
    assert world.kinds(ALB).count("fishing.suspected") == 1
    assert world.kinds(XKX).count("fishing.suspected") == 1


def test_the_asking_node_finds_the_pattern_after_a_restart_too(world: World) -> None:
    sweep(world, 6)
    world.restart(ALB)
    sweep(world, 12)
    world.restart(ALB)
    assert review(world, ALB) == 1


def test_a_review_without_new_questions_opens_nothing(world: World) -> None:
    sweep(world)
    later = world.clock().replace(hour=23)
    assert world.look(ALB, partial(patterns, since=later, now=later)) == []


def test_one_person_under_many_dates_is_seen_by_the_partner(world: World) -> None:
    for year in range(12):
        query = {"first_names": "Arben", "family_names": "Krasniqi", "birth_date": f"{1970 + year}-03-04"}
        world.ask(ALB, person_draft(query=query))
    world.deliver()
    assert [each.rule for each in alerts(world, GBR)] == [FishingRule.ONE_PERSON_MANY_TIMES]


def test_a_supervisor_closes_an_alert_with_a_finding_that_is_sealed(world: World) -> None:
    sweep(world)
    review(world, ALB)
    (alert,) = alerts(world, ALB)
    supervisor = world.officer(ALB, "supervisor")
    world.do(ALB, lambda tx: close_alert(tx, supervisor, alert.id, FOUND, world.clock()))
    (closed,) = alerts(world, ALB)
    assert closed.closed_at == world.clock()
    entry = world.look(ALB, lambda tx: read_entries(tx, EntryFilter(kind=EventKind.ALERT_CLOSED)))[-1]
    assert entry.justification == FOUND
    with pytest.raises(ConflictError):
        world.do(ALB, lambda tx: close_alert(tx, supervisor, alert.id, FOUND, world.clock()))


def test_who_may_see_and_close(world: World) -> None:
    sweep(world)
    review(world, ALB)
    (alert,) = alerts(world, ALB)
    enquirer, supervisor = world.officer(ALB), world.officer(ALB, "supervisor")
    with pytest.raises(ForbiddenError):
        world.do(ALB, lambda tx: fishing_alerts(tx, enquirer, world.clock()))
    with pytest.raises(ForbiddenError):
        world.do(ALB, lambda tx: close_alert(tx, enquirer, alert.id, FOUND, world.clock()))
    with pytest.raises(InputError):
        world.do(ALB, lambda tx: close_alert(tx, supervisor, alert.id, "ok", world.clock()))
    with pytest.raises(NotFoundError):
        world.do(ALB, lambda tx: close_alert(tx, supervisor, "no-such-alert", FOUND, world.clock()))
    herself = replace(supervisor, id=enquirer.id)
    with pytest.raises(ConflictError, match="your own"):
        world.do(ALB, lambda tx: close_alert(tx, herself, alert.id, FOUND, world.clock()))


def limited(world: World, **limits: int) -> None:
    node = world.nodes[ALB]
    node.desk = replace(node.desk, limits=replace(EnquirySettings(), **limits))


@pytest.mark.parametrize(("limit", "said"), [("officer_day", "by this officer"), ("case_day", "for this case")])
def test_a_quota_of_the_day_stops_the_whole_enquiry_and_survives_a_restart(world: World, limit: str, said: str) -> None:
    limited(world, **{limit: 3})
    world.ask(ALB, document_draft())  # two partners
    with pytest.raises(RefusedError, match=said) as caught:
        world.ask(ALB, document_draft())
    assert caught.value.reason is RefusalReason.QUOTA_EXCEEDED
    world.restart(ALB)
    limited(world, **{limit: 3})
    with pytest.raises(RefusedError):
        world.ask(ALB, document_draft())
    world.ask(ALB, document_draft(partners=(XKX,)))
    world.clock.turn(days=1)
    world.ask(ALB, document_draft())


def test_quotas_count_officer_and_case_apart(world: World) -> None:
    limited(world, officer_day=2, case_day=100)
    world.ask(ALB, document_draft())
    with pytest.raises(RefusedError):
        world.ask(ALB, document_draft(case_ref="DUR-2025-0999"))
    world.ask(ALB, document_draft(), post="examiner")
    limited(world, officer_day=100, case_day=4)
    with pytest.raises(RefusedError):
        world.ask(ALB, document_draft(), post="examiner")
    world.ask(ALB, document_draft(case_ref="DUR-2025-0999"))


def test_questions_that_were_not_asked_use_up_nothing(world: World) -> None:
    limited(world, officer_day=1)
    nobody = document_draft(partners=(GBR,), purpose=Purpose.SAFEGUARDING)
    assert world.ask(ALB, nobody).asks[0].grant is None
    world.ask(ALB, document_draft(partners=(XKX,)))
