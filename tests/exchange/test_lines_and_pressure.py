"""Outages seen at once, patience asked and given, one bad answer that stops nobody else, order under a wide window."""

import asyncio
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import func, select
from tests.exchange.conftest import ALB, XKX, Clock, Sim, count

from egnatia.errors import BusyError, RefusedError
from egnatia.exchange import server as serving
from egnatia.exchange.card import PartnerCard
from egnatia.exchange.client import Line, Reply, Request, patience
from egnatia.exchange.courier import MAX_WINDOW, WIDEN_EVERY, WINDOW
from egnatia.exchange.dispatch import forget_settled, partner_states
from egnatia.exchange.inbox import Answer, Received
from egnatia.exchange.limits import KEEP_SETTLED, LAST_RETRY_S, MAX_AGE
from egnatia.exchange.lines import LineState, lines, note_line, unreachable
from egnatia.exchange.outbox import ANSWERED, QUEUED, Sent
from egnatia.model.states import RefusalReason
from egnatia.store.database import Transaction
from egnatia.store.tables import outbox
from egnatia.store.writer import MAX_WAITING, Writer

Sims = Mapping[str, Sim]
WAIT_S = 20.0


@dataclass(slots=True)
class Moody:
    """A line whose partner asks for patience while `mood` says so, and on which time passes with every request."""

    inner: Line
    clock: Clock
    mood: list[Reply] = field(default_factory=list)
    per_request: timedelta = timedelta(0)
    at_once: int = 0
    _open: int = 0

    async def ask(self, card: PartnerCard, request: Request) -> Reply:
        self._open += 1
        self.at_once = max(self.at_once, self._open)
        await asyncio.sleep(0)
        try:
            self.clock.now += self.per_request
            return self.mood.pop(0) if self.mood else await self.inner.ask(card, request)
        finally:
            self._open -= 1

    async def close(self) -> None:
        await self.inner.close()


def moody(sim: Sim, clock: Clock) -> Moody:
    made: list[Moody] = []

    def wrap(line: Line) -> Line:
        made.append(Moody(line, clock))
        return made[-1]

    sim.wrap = wrap
    sim.stop()
    sim.start()
    return made[-1]


def deliver(sim: Sim) -> int:
    return asyncio.run(sim.courier.deliver_due())


def line_of(sim: Sim) -> tuple[LineState, datetime] | None:
    with sim.database.read() as tx:
        found = lines(tx).get(XKX)
    return None if found is None else (found.state, found.since)


def in_state(sim: Sim, state: str) -> int:
    with sim.database.read() as tx:
        return int(tx.execute(select(func.count()).where(outbox.c.state == state)).scalar_one())


def test_an_outage_is_seen_at_the_first_attempt_and_so_is_its_end(sims: Sims, clock: Clock) -> None:
    sender, receiver = sims[ALB], sims[XKX]
    assert line_of(sender) is None, "nobody was written to yet"
    receiver.stop()
    sender.queue(XKX)
    began = clock()
    deliver(sender)
    assert line_of(sender) == (LineState.DOWN, began)
    for _ in range(3):
        clock.turn(seconds=400)
        deliver(sender)
    assert line_of(sender) == (LineState.DOWN, began), "since when, and not when it was tried last"
    with sender.database.read() as tx:
        assert unreachable(tx) == {XKX: began}
        (shown,) = partner_states(tx)
    assert (shown.state, shown.since, shown.queued, shown.oldest_queued) == (LineState.DOWN, began, 1, began)
    receiver.start()
    clock.turn(seconds=400)
    deliver(sender)
    assert line_of(sender) == (LineState.UP, clock())
    with sender.database.read() as tx:
        assert unreachable(tx) == {}


def test_another_process_of_the_node_sees_the_same_line(sims: Sims, clock: Clock) -> None:
    sims[XKX].stop()
    sims[ALB].queue(XKX)
    deliver(sims[ALB])
    began = clock()
    clock.turn(seconds=30)
    sims[ALB].stop()
    sims[ALB].start()
    deliver(sims[ALB])
    assert line_of(sims[ALB]) == (LineState.DOWN, began), "a restart does not make the outage younger"
    sims[XKX].start()


def test_a_line_that_stays_as_it_is_is_not_written_again(sims: Sims, clock: Clock) -> None:
    said = []
    for state in (LineState.UP, LineState.UP, LineState.DOWN, LineState.DOWN, LineState.UP):
        clock.turn(seconds=1)
        said.append(sims[ALB].database.run(partial(note_line, partner=XKX, state=state, at=clock())))
    assert said == [True, False, True, False, True]
    assert line_of(sims[ALB]) == (LineState.UP, clock())


def refuse_first(wrong: set[object]) -> object:
    """An answer hook that cannot believe some answers."""

    def take(tx: Transaction, sent: Sent, received: Received) -> None:
        if received.body["echo"]["number"] in wrong:
            raise RefusedError(RefusalReason.MALFORMED, "an answer that says two things at once")
        count(tx, f"answered:{sent.message_id}")

    return take


def test_one_bad_answer_does_not_hold_up_the_line(sims: Sims, clock: Clock) -> None:
    sender = sims[ALB]
    object.__setattr__(sender.courier._office, "on_answer", refuse_first({0}))
    bad = sender.queue(XKX, "c-0", number=0)
    others = [sender.queue(XKX, f"c-{number}", number=number).message_id for number in range(1, WINDOW + 5)]
    deliver(sender)
    deliver(sender)
    assert set(sender.counts("answered")) == set(others), "all of the others went out without any waiting"
    assert line_of(sender) == (LineState.UP, clock())
    with sender.database.read() as tx:
        row = tx.execute(select(outbox).where(outbox.c.message_id == bad.message_id)).one()
    assert (row.state, row.attempts) == (QUEUED, 1)
    assert "is not taken" in row.last_error
    assert "two things at once" in row.last_error


def put_off(after_s: float | None) -> Reply:
    return Reply(503, b'{"code":"BUSY","reason":null,"detail":"much to do","hint":""}', after_s)


def test_a_partner_that_asks_for_patience_gets_it(sims: Sims, clock: Clock) -> None:
    line = moody(sims[ALB], clock)
    line.mood = [put_off(7.0) for _ in range(WINDOW)]
    for number in range(3 * WINDOW):
        sims[ALB].queue(XKX, f"c-{number}", number=number)
    began = clock()
    assert deliver(sims[ALB]) == WINDOW
    assert line_of(sims[ALB]) == (LineState.SLOW, began)
    clock.turn(seconds=6)
    assert deliver(sims[ALB]) == 0, "seven seconds were asked for"
    clock.turn(seconds=1)
    assert deliver(sims[ALB]) == WINDOW // 2, "half of the window, once for all that were refused together"
    assert line_of(sims[ALB]) == (LineState.UP, clock())
    while deliver(sims[ALB]):
        pass
    assert in_state(sims[ALB], ANSWERED) == 3 * WINDOW


def test_a_503_without_a_time_is_an_outage(sims: Sims, clock: Clock) -> None:
    line = moody(sims[ALB], clock)
    line.mood = [put_off(None)]
    sims[ALB].queue(XKX)
    deliver(sims[ALB])
    assert line_of(sims[ALB]) == (LineState.DOWN, clock())


def test_a_window_widens_while_it_is_full_and_answered_up_to_its_end(sims: Sims, clock: Clock) -> None:
    line = moody(sims[ALB], clock)
    line.per_request = WIDEN_EVERY / 2
    for number in range(6 * MAX_WINDOW):
        sims[ALB].queue(XKX, f"c-{number}", number=number)
    sizes = []
    while tried := deliver(sims[ALB]):
        sizes.append(tried)
    assert sizes[0] == WINDOW
    assert max(sizes) == MAX_WINDOW == line.at_once
    assert sum(sizes) == in_state(sims[ALB], ANSWERED) == 6 * MAX_WINDOW


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("0", 0), ("7", 7), ("999999", LAST_RETRY_S), ("-1", None), ("1e9", None), ("Wed, 21 Oct", None), (None, None)],
)
def test_only_a_number_of_seconds_is_patience_and_never_more_than_a_retry(
    header: str | None, seconds: float | None
) -> None:
    assert patience(header) == seconds


@pytest.fixture
def stuck(sims: Sims) -> threading.Event:
    """XKX's writer held inside a job, until the event is set."""
    gate, inside = threading.Event(), threading.Event()

    def job(_tx: Transaction) -> None:
        inside.set()
        assert gate.wait(WAIT_S)

    sims[XKX].writer.submit(job)
    assert inside.wait(WAIT_S)
    return gate


def test_a_node_with_much_to_write_puts_partners_off(sims: Sims, stuck: threading.Event, clock: Clock) -> None:
    waiting = [sims[XKX].writer.submit(lambda _: None) for _ in range(serving.MAX_WAITING)]
    sims[ALB].queue(XKX)
    deliver(sims[ALB])
    assert line_of(sims[ALB]) == (LineState.SLOW, clock())
    stuck.set()
    assert all(future.result(WAIT_S) is None for future in waiting)
    clock.turn(seconds=1 + serving.MAX_WAITING // serving.DRAINED_PER_S)
    assert deliver(sims[ALB]) == 1
    assert in_state(sims[ALB], ANSWERED) == 1


def test_the_writers_queue_has_an_end(sims: Sims, stuck: threading.Event) -> None:
    writer: Writer = sims[XKX].writer
    waiting = [writer.submit(lambda _: 1) for _ in range(MAX_WAITING)]
    assert writer.waiting() == MAX_WAITING
    error = writer.submit(lambda _: 1).exception(0)
    assert isinstance(error, BusyError)
    assert error.retry_after_s >= 1
    stuck.set()
    assert sum(future.result(WAIT_S) for future in waiting) == MAX_WAITING, "whoever was let in is served"


def test_settled_messages_are_forgotten_and_the_last_answer_is_not(sims: Sims, clock: Clock) -> None:
    sender = sims[ALB]
    sender.queue(XKX, "c-old")
    deliver(sender)
    answered = clock()
    clock.now += KEEP_SETTLED
    assert sender.database.run(lambda tx: forget_settled(tx, clock())) == 0
    sender.queue(XKX, "c-new")
    clock.turn(seconds=1)
    assert sender.database.run(lambda tx: forget_settled(tx, clock())) == 1
    assert (in_state(sender, ANSWERED), in_state(sender, QUEUED)) == (0, 1)
    with sender.database.read() as tx:
        assert partner_states(tx)[0].last_answered == answered


def test_the_courier_forgets_by_itself(sims: Sims, clock: Clock) -> None:
    sims[ALB].queue(XKX)
    deliver(sims[ALB])
    assert in_state(sims[ALB], ANSWERED) == 1
    clock.now += KEEP_SETTLED + timedelta(hours=1)
    deliver(sims[ALB])
    assert in_state(sims[ALB], ANSWERED) == 0
    assert KEEP_SETTLED > MAX_AGE


def test_conversations_stay_in_order_while_a_backlog_drains(sims: Sims, clock: Clock) -> None:
    heard: dict[str, list[int]] = {}

    def listening(tx: Transaction, received: Received) -> Answer:
        count(tx, f"handled:{received.id}")
        heard.setdefault(received.conversation, []).append(received.body["number"])
        return Answer("reply", {})

    sims[XKX].stop()
    sims[XKX].handle = listening
    sims[XKX].start()
    line = moody(sims[ALB], clock)
    line.per_request = timedelta(milliseconds=100)
    for number in range(150):
        sims[ALB].queue(XKX, f"c-{number % 25}", number=number)
    line.mood = [put_off(1.0) for _ in range(5)]
    for _ in range(200):
        deliver(sims[ALB])
        clock.turn(seconds=1)
        if in_state(sims[ALB], ANSWERED) == 150:
            break
    assert heard == {f"c-{each}": list(range(each, 150, 25)) for each in range(25)}
