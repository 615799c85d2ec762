"""Delivery under faults: nothing lost, nothing applied twice, order kept, answers believed only when bound."""

import asyncio
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pytest
from sqlalchemy import select
from tests.exchange.conftest import ALB, XKX, Clock, Sim, count

from egnatia.errors import InputError, UnreachableError
from egnatia.exchange.card import PartnerCard
from egnatia.exchange.client import Line, Reply, Request
from egnatia.exchange.dispatch import partner_states
from egnatia.exchange.inbox import Answer, Received
from egnatia.exchange.limits import MAX_AGE
from egnatia.exchange.outbox import ANSWERED, QUEUED, UNDELIVERABLE
from egnatia.model.events import EventKind
from egnatia.model.ids import PartnerCode
from egnatia.store.database import Transaction
from egnatia.store.tables import inbox, ledger_entry, outbox, sealed_record

Sims = Mapping[PartnerCode, Sim]
FAULTS = (
    "none",
    "drop_request",
    "drop_answer",
    "twice",
    "three_times",
    "truncate",
    "old_answer",
    "replay_request",
    "kill",
)


@dataclass(slots=True)
class FaultyLine:
    """A line with faults drawn from a seed; it remembers requests and answers, to replay them at a bad moment."""

    inner: Line
    rng: random.Random
    kill: Callable[[], None] = lambda: None
    faults: tuple[str, ...] = FAULTS
    requests: list[Request] = field(default_factory=list)
    answers: list[Reply] = field(default_factory=list)

    async def ask(self, card: PartnerCard, request: Request) -> Reply:
        fault = self.rng.choice(self.faults)
        self.requests.append(request)
        if fault == "drop_request":
            raise UnreachableError("the request was dropped")
        if fault == "replay_request":
            await self.inner.ask(card, self.rng.choice(self.requests))
        reply = await self.inner.ask(card, request)
        for _ in range({"twice": 1, "three_times": 2}.get(fault, 0)):
            reply = await self.inner.ask(card, request)
        return self._spoilt(fault, reply)

    def _spoilt(self, fault: str, reply: Reply) -> Reply:
        self.answers.append(reply)
        if fault == "kill":
            self.kill()
        if fault in ("kill", "drop_answer"):
            raise UnreachableError("the answer was dropped")
        if fault == "truncate":
            return Reply(reply.status, reply.body[: self.rng.randrange(len(reply.body))])
        if fault == "old_answer":
            return self.rng.choice(self.answers)
        return reply

    async def close(self) -> None:
        await self.inner.close()


def rows(sim: Sim) -> list[tuple[str, str | None, str | None]]:
    with sim.database.read() as tx:
        query = select(outbox.c.state, outbox.c.sealed_id, outbox.c.last_error).order_by(outbox.c.sequence)
        return [(row.state, row.sealed_id, row.last_error) for row in tx.execute(query)]


def entries(sim: Sim, kind: EventKind) -> int:
    with sim.database.read() as tx:
        return len(tx.execute(select(ledger_entry.c.sequence).where(ledger_entry.c.kind == kind)).all())


def test_a_question_is_answered_once_and_forgotten(sims: Sims) -> None:
    queued = sims[ALB].queue(XKX, number="AB123")
    assert asyncio.run(sims[ALB].courier.deliver_due()) == 1
    assert asyncio.run(sims[ALB].courier.deliver_due()) == 0
    assert sims[XKX].counts("handled") == {queued.message_id: 1}
    assert sims[ALB].counts("answered") == {queued.message_id: 1}
    assert rows(sims[ALB]) == [(ANSWERED, None, None)]
    with sims[ALB].database.read() as tx:
        assert tx.execute(select(sealed_record).where(sealed_record.c.kind == "message")).all() == []


def test_the_question_is_in_no_file_of_the_node_that_answered(sims: Sims) -> None:
    def mute(_tx: Transaction, _received: Received) -> Answer:
        return Answer("reply", {"result": "no_hit"})

    receiver = sims[XKX]
    receiver.stop()
    receiver.handle = mute
    receiver.start()
    sims[ALB].queue(XKX, surname="Zogaj-Gjakova")
    asyncio.run(sims[ALB].courier.deliver_due())
    with receiver.database.read() as tx:
        assert len(tx.execute(select(inbox)).all()) == 1
    for path in receiver.directory.glob("*.sqlite*"):
        assert b"Zogaj" not in path.read_bytes()
    sender_files = b"".join(path.read_bytes() for path in sims[ALB].directory.glob("*.sqlite*"))
    assert b"Zogaj" not in sender_files


@pytest.mark.parametrize("seed", range(8))
def test_nothing_is_lost_and_nothing_counts_twice_under_faults(sims: Sims, clock: Clock, seed: int) -> None:
    sender, receiver = sims[ALB], sims[XKX]
    rng = random.Random(seed)

    def restart_receiver() -> None:
        receiver.stop()
        receiver.start()

    sender.wrap = lambda line: FaultyLine(line, rng, restart_receiver)
    sender.stop()
    sender.start()
    queued = [sender.queue(XKX, f"c-{number % 3}", number=number).message_id for number in range(8)]
    for turn in range(400):
        asyncio.run(sender.courier.deliver_due())
        if len(sender.counts("answered")) == len(queued):
            break
        clock.turn(seconds=rng.choice((1, 30, 400)))
        if turn % 3 == 0:  # the sender dies as well, with everything it remembered
            sender.stop()
            sender.start()
    assert sender.counts("answered") == dict.fromkeys(queued, 1)
    assert receiver.counts("handled") == dict.fromkeys(queued, 1)
    assert all(row[:2] == (ANSWERED, None) for row in rows(sender))


def test_a_conversation_stays_in_order_and_another_overtakes_it(sims: Sims, clock: Clock) -> None:
    heard: list[object] = []

    def listening(tx: Transaction, received: Received) -> Answer:
        count(tx, f"handled:{received.id}")
        if received.body["number"] == 1 and not heard.count("told"):
            heard.append("told")
            raise KeyError("a fault of the handler")
        heard.append(received.body["number"])
        return Answer("reply", {})

    sims[XKX].stop()
    sims[XKX].handle = listening
    sims[XKX].start()
    for number, conversation in ((1, "a"), (2, "a"), (3, "b")):
        sims[ALB].queue(XKX, conversation, number=number)
    for _ in range(4):
        asyncio.run(sims[ALB].courier.deliver_due())
        clock.turn(seconds=2)
    assert heard == ["told", 3, 1, 2]


def test_a_stopped_partner_is_visible_and_comes_back(sims: Sims, clock: Clock) -> None:
    sims[XKX].stop()
    for number in range(3):
        sims[ALB].queue(XKX, f"c-{number}", number=number)
    created = clock()
    assert asyncio.run(sims[ALB].courier.deliver_due()) == 3
    assert asyncio.run(sims[ALB].courier.deliver_due()) == 0, "the line waits for its back-off"
    with sims[ALB].database.read() as tx:
        (state,) = partner_states(tx)
    assert (state.partner, state.queued, state.oldest_queued, state.last_answered) == (XKX, 3, created, None)
    assert "nobody listens" in str(state.last_error)
    clock.turn(seconds=2)
    sims[XKX].start()
    assert asyncio.run(sims[ALB].courier.deliver_due()) == 1, "one message tries the line first"
    assert asyncio.run(sims[ALB].courier.deliver_due()) == 2, "then all are due at once"
    with sims[ALB].database.read() as tx:
        assert partner_states(tx)[0].last_answered == clock()


def test_a_message_is_given_up_after_seven_days_and_not_before(sims: Sims, clock: Clock) -> None:
    sims[XKX].stop()
    queued = sims[ALB].queue(XKX)
    clock.now += MAX_AGE
    asyncio.run(sims[ALB].courier.deliver_due())
    assert rows(sims[ALB])[0][0] == QUEUED
    clock.turn(seconds=1)
    asyncio.run(sims[ALB].courier.deliver_due())
    asyncio.run(sims[ALB].courier.deliver_due())
    assert rows(sims[ALB])[0][:2] == (UNDELIVERABLE, None)
    assert sims[ALB].counts("lost") == {queued.message_id: 1}
    assert entries(sims[ALB], EventKind.MESSAGE_UNDELIVERABLE) == 1
    sims[XKX].start()


def test_a_fault_of_the_answer_hook_keeps_the_message(sims: Sims, clock: Clock) -> None:
    queued = sims[ALB].queue(XKX)
    with sims[ALB].database.write() as tx:
        count(tx, f"answered:{queued.message_id}")
        tx.connection.exec_driver_sql("UPDATE node_state SET value = 'not a number'")
    asyncio.run(sims[ALB].courier.deliver_due())
    (state, sealed_id, error) = rows(sims[ALB])[0]
    assert (state, bool(sealed_id)) == (QUEUED, True)
    assert "ValueError" in str(error)
    with sims[ALB].database.write() as tx:
        tx.connection.exec_driver_sql("UPDATE node_state SET value = '0'")
    clock.turn(minutes=10)
    asyncio.run(sims[ALB].courier.deliver_due())
    assert rows(sims[ALB])[0][0] == ANSWERED
    assert sims[XKX].counts("handled") == {queued.message_id: 1}


def test_a_message_that_the_partner_would_refuse_is_not_queued(sims: Sims) -> None:
    with pytest.raises(InputError, match="TOO_LARGE"):
        sims[ALB].queue(XKX, text="x" * 70_000)
    assert rows(sims[ALB]) == []


def test_the_running_courier_sees_what_another_process_queued(sims: Sims) -> None:
    async def scene() -> None:
        task = asyncio.create_task(sims[ALB].courier.run())
        await asyncio.sleep(0.02)
        sims[ALB].queue(XKX)
        sims[ALB].courier.wake()
        for _ in range(1_000):
            await asyncio.sleep(0.02)
            if sims[ALB].counts("answered"):
                break
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(scene())
    assert list(sims[ALB].counts("answered").values()) == [1]
