"""Answers at fixed moments: what a question takes cannot be measured, and what tells nothing by its time is not held."""

import asyncio
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.exchange.conftest import ALB, XKX, Sim, counting_handler

from egnatia.exchange.client import Reply, Request
from egnatia.exchange.inbox import Answer, Received
from egnatia.exchange.message import Message, format_moment, read_message, write_message
from egnatia.exchange.pacing import SCATTER, Pace, left_s
from egnatia.exchange.parcels import ask_together
from egnatia.exchange.paths import MESSAGES_PATH, SENT_AT_HEADER
from egnatia.exchange.server import Site, exchange_app
from egnatia.model.ids import MessageId, PartnerCode
from egnatia.store.database import Transaction

Sims = Mapping[PartnerCode, Sim]
STEP_S = 0.1


@dataclass(slots=True)
class Hours:
    """A clock that goes on while somebody works or sleeps, and at no other time."""

    now: float = 1_000.0
    slept: list[float] = field(default_factory=list)
    luck: float = 0.0

    def chance(self) -> float:
        return self.luck

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)


def slow(message: Message) -> bool:
    return message.kind == "enquiry" and message.body.get("subject") == "person"


@pytest.fixture
def hours(sims: Sims) -> Hours:
    """XKX works as long as each question says, by the clock that its pace reads."""
    made = Hours()

    def handle(tx: Transaction, received: Received) -> Answer:
        made.now += float(received.body.get("takes", 0.0))
        if received.body.get("breaks"):
            raise ZeroDivisionError
        return counting_handler(tx, received)

    sim = sims[XKX]
    site = Site(sim.keys, "egnatia/XKX", sim.database, sim.writer, handle, sim.clock, "test",
                pace=Pace(slow, STEP_S, made, made.chance, made.sleep))  # fmt: skip
    sim.apps[XKX] = exchange_app(site)
    return made


def question(sims: Sims, number: int, subject: str, **body: object) -> bytes:
    sim = sims[ALB]
    identity = f"{random.Random(number).getrandbits(128):032x}"
    dashed = "-".join((identity[:8], identity[8:12], identity[12:16], identity[16:20], identity[20:]))
    content: dict[str, Any] = {"subject": subject, **body}
    message = Message("enquiry", MessageId(dashed), ALB, XKX, f"c-{number}", sim.clock(), None, content, 2)
    return write_message(message, sim.keys.signing).content


def send(sims: Sims, *contents: bytes) -> list[Reply]:
    headers = {SENT_AT_HEADER: format_moment(sims[ALB].clock())}
    return asyncio.run(ask_together(sims[ALB].line, sims[XKX].partner_card(), contents, headers))


@pytest.mark.parametrize(
    ("taken", "left"),
    [(0.0, 0.1), (0.0001, 0.0999), (0.0999, 0.0001), (0.1, 0.0), (0.1001, 0.0999), (0.25, 0.05), (3.99, 0.01)],
)
def test_what_is_left_leads_to_the_next_step(taken: float, left: float) -> None:
    assert left_s(taken, STEP_S) == pytest.approx(left, abs=1e-9)


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.floats(0, 100), st.floats(0.01, 1))
def test_every_answer_leaves_at_a_whole_step_and_none_at_once(taken: float, step: float) -> None:
    steps = (taken + left_s(taken, step)) / step
    assert steps == pytest.approx(round(steps))
    assert round(steps) >= 1
    assert left_s(taken, step) <= step


@pytest.mark.parametrize(("takes", "steps"), [(0.0, 1), (0.000_13, 1), (0.0145, 1), (0.0999, 1), (0.101, 2), (0.73, 8)])
def test_the_time_of_an_answer_is_a_whole_number_of_steps(sims: Sims, hours: Hours, takes: float, steps: int) -> None:
    began = hours.now
    [reply] = send(sims, question(sims, 1, "person", takes=takes))
    assert reply.status == 200
    assert hours.now - began == pytest.approx(steps * STEP_S)


@pytest.mark.parametrize("luck", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("takes", [0.0, 0.0145, 0.0999])
def test_a_random_part_is_added_after_the_step(sims: Sims, hours: Hours, takes: float, luck: float) -> None:
    """It does not depend on the work: a wait to a random moment within the step would be shorter for longer work."""
    hours.luck = luck
    began = hours.now
    send(sims, question(sims, 3, "person", takes=takes))
    assert hours.now - began == pytest.approx(STEP_S * (1 + SCATTER * luck))


def test_what_tells_nothing_by_its_time_is_answered_at_once(sims: Sims, hours: Hours) -> None:
    [reply] = send(sims, question(sims, 2, "travel_document", takes=0.004))
    assert reply.status == 200
    assert hours.slept == []


@pytest.mark.parametrize("slow_ones", [1, 3, 5])
def test_a_parcel_with_such_a_question_is_held_once_and_whole(sims: Sims, hours: Hours, slow_ones: int) -> None:
    began = hours.now
    subjects = ["person"] * slow_ones + ["travel_document"] * (5 - slow_ones)
    replies = send(sims, *(question(sims, 10 + n, each, takes=0.01) for n, each in enumerate(subjects)))
    assert [each.status for each in replies] == [200] * 5
    assert len(hours.slept) == 1
    assert hours.slept[0] < STEP_S, "the work is part of the step"
    assert hours.now - began == pytest.approx(STEP_S)


def test_a_question_that_breaks_its_handler_is_held_like_any_other(sims: Sims, hours: Hours) -> None:
    """Else a fault that only some records cause would be told from the rest by its time."""
    began = hours.now
    broken, good = send(sims, question(sims, 20, "person", breaks=True, takes=0.01), question(sims, 21, "person"))
    assert (broken.status, good.status) == (500, 200)
    assert hours.now - began == pytest.approx(STEP_S)


def test_a_repetition_is_held_too_and_gets_the_bytes_of_the_first_time(sims: Sims, hours: Hours) -> None:
    content = question(sims, 30, "person", takes=0.03)
    [first] = send(sims, content)
    began = hours.now
    [again] = send(sims, content)
    assert again.body == first.body
    assert hours.now - began == pytest.approx(STEP_S)


@pytest.mark.parametrize("content", [b"", b"{}", b'{"payload": 1}', b"[" * 5_000])
def test_what_is_no_message_waits_for_nothing(sims: Sims, hours: Hours, content: bytes) -> None:
    headers = {SENT_AT_HEADER: format_moment(sims[ALB].clock())}
    request = Request(MESSAGES_PATH, content, headers)
    assert asyncio.run(sims[ALB].line.ask(sims[XKX].partner_card(), request)).status == 400
    assert hours.slept == []


@pytest.mark.parametrize("subject", [["person"], {"person": 1}, None, 7, "PERSON"])
def test_a_body_of_any_shape_can_be_looked_at(sims: Sims, hours: Hours, subject: object) -> None:
    [reply] = send(sims, _odd(sims, subject))
    assert reply.status == 200
    assert hours.slept == []


def _odd(sims: Sims, subject: object) -> bytes:
    made, _ = read_message(question(sims, 41, "person"))
    odd = replace(made, body={"subject": subject})
    return write_message(odd, sims[ALB].keys.signing).content


def test_held_answers_do_not_hold_each_other(sims: Sims, hours: Hours) -> None:
    """Questions that come while another answer waits are handled meanwhile: the wait is nobody's work."""
    waiting: list[Callable[[], None]] = []

    async def sleep(seconds: float) -> None:
        hours.slept.append(seconds)
        done = asyncio.get_running_loop().create_future()
        waiting.append(lambda: done.set_result(None))
        await done

    sim = sims[XKX]
    site = Site(sim.keys, "egnatia/XKX", sim.database, sim.writer, counting_handler, sim.clock, "test",
                pace=Pace(slow, STEP_S, hours, hours.chance, sleep))  # fmt: skip
    sim.apps[XKX] = exchange_app(site)
    contents = [question(sims, 50 + n, "person") for n in range(8)]

    async def all_at_once() -> list[Reply]:
        headers = {SENT_AT_HEADER: format_moment(sims[ALB].clock())}
        card = sims[XKX].partner_card()
        asked = [
            asyncio.create_task(sims[ALB].line.ask(card, Request(MESSAGES_PATH, content, headers)))
            for content in contents
        ]
        while len(waiting) < len(contents):  # noqa: ASYNC110 - it ends with the last of them
            await asyncio.sleep(0)
        assert not any(each.done() for each in asked)
        for go in waiting:
            go()
        return [await each for each in asked]

    replies = asyncio.run(all_at_once())
    assert [each.status for each in replies] == [200] * 8
    assert len(sim.counts("handled")) == 8
