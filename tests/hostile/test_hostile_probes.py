"""Floods: a partner that sends as much as the form allows, of everything that a node remembers."""

import time
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from tests.federation.world import ALB, GBR, START, World, person_draft

from egnatia.enquiries.fishing.probes import MAX_MARKS, received_probe
from egnatia.enquiries.fishing.rules import WINDOW, findings
from egnatia.enquiries.fishing.sentry import KEPT, OFFICERS, Sentry
from egnatia.exchange.message import read_message
from egnatia.model.states import SubjectKind
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
    sentry = Sentry(KEY)
    world.ask(ALB, person_draft(partners=(GBR,)))
    world.deliver()
    received = _received(world)
    for number in range(OFFICERS + 50):
        body = {**received.body, "officer": f"off-{number:06d}"}
        world.look(GBR, partial(_note, sentry, _with(received, body)))
    assert len(sentry._windows) == len(sentry._seen) == OFFICERS
    later = START + WINDOW
    world.look(GBR, lambda tx: sentry.note(tx, received, later))
    assert len(sentry._windows) == OFFICERS


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
