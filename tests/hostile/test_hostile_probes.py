"""Floods: a partner that sends as much as the form allows, of everything that a node remembers."""

import time
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from tests.federation.world import ALB, GBR, START, XKX, World, person_draft

from egnatia.enquiries.fishing import fishing_alerts
from egnatia.enquiries.fishing.crowd import NEWCOMER, TOGETHER
from egnatia.enquiries.fishing.probes import MAX_MARKS, received_probe
from egnatia.enquiries.fishing.rules import NEIGHBOURS, WINDOW, findings
from egnatia.enquiries.fishing.sentry import KEPT, OFFICERS, Sentry, Watched
from egnatia.enquiries.fishing.volume import NO_OFFICER
from egnatia.exchange.message import read_message
from egnatia.model.ids import PartnerCode
from egnatia.model.states import FishingRule, SubjectKind
from egnatia.store.database import Transaction

KEY = bytes(32)
SOON_S = 2.0


@pytest.mark.parametrize(
    "query",
    [
        {"first_token": [f"{number:04x}" for number in range(9_000)]},
        {f"f{number}": ["ab" * 16] * 9 for number in range(900)},
        {"first_token": "x" * 60_000},
        {"number": "1" * 60_000},
        {"first_token": [["ab"]] * 4_000, "pair_key": "00" * 8},
        {},
    ],
    ids=["many tags", "many features", "a long text", "a long number", "nested", "nothing"],
)
@pytest.mark.parametrize("subject", [SubjectKind.PERSON, SubjectKind.TRAVEL_DOCUMENT])
def test_the_watch_keeps_little_of_a_question_of_no_form(query: dict[str, Any], subject: SubjectKind) -> None:
    """It was refused, and is watched all the same; a window of such must cost neither memory nor the writer's time."""
    probe = received_probe(KEY, subject, query, START, "DUR-2025-0417")
    assert len(probe.marks) <= MAX_MARKS
    assert len(probe.exact) + len(probe.block) <= 24
    began = time.process_time()
    findings([probe] * KEPT)
    assert time.process_time() - began < SOON_S


def test_a_true_question_is_still_watched(world: World) -> None:
    for _ in range(8):
        world.ask(ALB, person_draft(partners=(GBR,)))
        world.deliver()
    assert "fishing.alert" in " ".join(world.kinds(GBR)) or any("fishing" in kind for kind in world.kinds(GBR))


def test_the_watch_of_officers_is_bounded(world: World) -> None:
    sentry, received = Sentry(KEY), _asked_once(world)
    for number in range(OFFICERS + 50):
        world.do(GBR, partial(_note, sentry, _numbered(received, number)))
    assert sentry.watched(ALB) == tuple(f"off-{number:06d}" for number in range(50, OFFICERS + 50))
    later = START + WINDOW
    world.do(GBR, lambda tx: sentry.note(tx, received, later))
    assert len(sentry.watched(ALB)) == OFFICERS


def test_invented_references_push_out_no_officer_of_another_partner(world: World) -> None:
    """Seven of eight neighbours are asked, then two thousand references appear elsewhere, then the eighth."""
    sentry, received = Sentry(KEY), _asked_once(world)
    theirs = replace(received, sender=XKX)
    for number in range(NEIGHBOURS - 1):
        world.do(GBR, partial(_note, sentry, _numbered(theirs, 7, number)))
    for number in range(2_000):
        sentry._partners.setdefault(ALB, Watched()).window(f"off-{number:06d}")
    assert [len(sentry.watched(code)) for code in (ALB, XKX)] == [OFFICERS, 1]
    world.do(GBR, partial(_note, sentry, _numbered(theirs, 7, NEIGHBOURS)))
    assert found(world) == [(XKX, "off-000007", FishingRule.NEIGHBOURING_NUMBERS)]


def test_a_search_under_invented_references_is_seen_as_the_partners(world: World) -> None:
    sentry, received = Sentry(KEY), _asked_once(world)
    for number in range(TOGETHER):
        world.do(GBR, partial(_note, sentry, _numbered(received, number, number)))
    assert found(world) == [(ALB, NO_OFFICER, FishingRule.NEIGHBOURING_NUMBERS)]
    assert world.kinds(GBR).count("fishing.suspected") == 1


def test_an_officer_that_was_pushed_out_by_its_own_partner_is_seen_in_the_crowd(world: World) -> None:
    """After each seven numbers come as many references as a partner has windows."""
    sentry, received = Sentry(KEY), _asked_once(world)
    for number in range(TOGETHER + NEWCOMER):
        if number % (NEWCOMER - 1) == 0:
            for other in range(OFFICERS):
                sentry._partners.setdefault(ALB, Watched()).window(f"off-x{other}")
        world.do(GBR, partial(_note, sentry, _numbered(received, number // (NEWCOMER - 1) % 2, number)))
    assert (ALB, NO_OFFICER, FishingRule.NEIGHBOURING_NUMBERS) in found(world)


def found(world: World) -> list[tuple[PartnerCode | None, str, FishingRule]]:
    supervisor = world.officer(GBR, "supervisor")
    alerts = world.do(GBR, lambda tx: fishing_alerts(tx, supervisor, world.clock()))
    return [(each.partner, each.officer_ref, each.rule) for each in alerts]


def _asked_once(world: World) -> Any:
    world.ask(ALB, person_draft(partners=(GBR,)))
    world.deliver()
    return _received(world)


def _numbered(received: Any, officer: int, number: int | None = None) -> Any:
    """The question asked by this officer about this number of one block, or about one far from all others."""
    text = f"P{officer * 1_000:07d}" if number is None else f"P90417{number:02d}"
    query = {"issuer": "RKS", "document_type": "P", "number": text}
    changes = {"officer": f"off-{officer:06d}", "subject": "travel_document", "query": query}
    return _with(received, {**received.body, **changes})


def _received(world: World) -> Any:
    from egnatia.exchange.inbox import Received

    call = next(each for each in world.calls if each.to == GBR and b"payload" in each.request)
    message, envelope = read_message(call.request)
    return Received(
        message.kind,
        message.id,
        message.sender,
        message.conversation,
        message.created_at,
        message.body,
        envelope.sha256,
    )


def _note(sentry: Sentry, received: Any, tx: Transaction) -> None:
    sentry.note(tx, received, START)


def _with(received: Any, body: dict[str, Any]) -> Any:
    return replace(received, body=body)
