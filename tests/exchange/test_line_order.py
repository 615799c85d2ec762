"""What goes out and in which order: against a plain reading of the rules, after outages, steps of the clock and restarts."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update
from tests.exchange.conftest import ALB, GBR, XKX, Clock, Sim, count

from egnatia.errors import UnreachableError
from egnatia.exchange.card import PartnerCard
from egnatia.exchange.client import Line, Reply, Request
from egnatia.exchange.courier import WINDOW
from egnatia.exchange.dispatch import due_messages, hasten, partner_states, postpone
from egnatia.exchange.inbox import Answer, Received
from egnatia.exchange.limits import LAST_RETRY_S, MAX_AGE
from egnatia.exchange.outbox import ANSWERED, FIRST, QUEUED, UNDELIVERABLE, Draft, Sent, queue_message
from egnatia.model.ids import MessageId, PartnerCode
from egnatia.store.database import Database, Transaction
from egnatia.store.tables import outbox

Sims = Mapping[PartnerCode, Sim]
Row = dict[str, Any]
PARTNERS = (XKX, GBR)
MINUTE = timedelta(minutes=1)


@st.composite
def outboxes(draw: st.DrawFn) -> list[Row]:
    """Rows as a node may have them: minutes from now, a few conversations, some of them settled, some complained of.

    Times and order of queueing need not agree, because clocks step.
    """
    made = []
    for number in range(draw(st.integers(0, 14))):
        created = draw(st.sampled_from([-11_000, -10_080, -10_079, -30, -20, -10, 0, 5]))
        state = draw(st.sampled_from([QUEUED, QUEUED, QUEUED, ANSWERED, UNDELIVERABLE]))
        waited = draw(st.sampled_from([0, 0, 0, 10, 20, 60, 11_000]))
        row: Row = {"message_id": f"m-{number}", "recipient": draw(st.sampled_from(PARTNERS)), "state": state}
        row |= {"conversation": draw(st.sampled_from(["a", "b", "c", FIRST])), "created": created}
        row |= {"next": created + waited, "error": draw(st.sampled_from([None, None, f"error {number}"]))}
        row |= {"answered": draw(st.integers(-30, 0)) if state == ANSWERED else None}
        made.append(row)
    return made


def stored(rows: list[Row], now: datetime) -> list[Row]:
    found = []
    for each in rows:
        kept = {key: each[key] for key in ("message_id", "recipient", "conversation", "state")}
        kept |= {"kind": "enquiry", "sealed_id": None, "sha256": "0" * 64, "attempts": 0, "last_error": each["error"]}
        kept |= {"created_at": now + each["created"] * MINUTE, "next_attempt_at": now + each["next"] * MINUTE}
        kept |= {"answered_at": None if each["answered"] is None else now + each["answered"] * MINUTE}
        found.append(kept)
    return found


def put(database: Database, rows: list[Row], now: datetime) -> None:
    with database.write() as tx:
        tx.execute(outbox.delete())
        if rows:
            tx.execute(outbox.insert(), stored(rows, now))


def expected(rows: list[Row], partner: PartnerCode) -> list[str]:
    """The rules, read aloud: the first that waits of each conversation, in time, cards before everything."""
    waiting = [
        (place, each) for place, each in enumerate(rows) if each["state"] == QUEUED and each["recipient"] == partner
    ]
    first: dict[str, tuple[int, Row]] = {}
    for place, each in waiting:
        first.setdefault(each["conversation"], (place, each))
    oldest = -MAX_AGE / MINUTE
    timely = [
        (each["conversation"] != FIRST, each["next"], place, each["message_id"])
        for place, each in first.values()
        if oldest <= each["created"] <= 0 and each["next"] <= 0
    ]
    return [message_id for *_, message_id in sorted(timely)]


@settings(deadline=None, derandomize=True, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=outboxes(), limit=st.integers(1, 5), busy=st.sets(st.integers(0, 13), max_size=3))
def test_what_is_due_is_what_the_rules_say(
    database: Database, now: datetime, rows: list[Row], limit: int, busy: set[int]
) -> None:
    put(database, rows, now)
    away = {MessageId(f"m-{number}") for number in busy}
    with database.read() as tx:
        for partner in PARTNERS:
            found = [str(due.sent.message_id) for due in due_messages(tx, partner, now, limit, away)]
            allowed = [each for each in expected(rows, partner) if each not in away]
            assert found == allowed[:limit]


@settings(deadline=None, derandomize=True, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=outboxes())
def test_how_things_stand_is_what_a_count_by_hand_says(database: Database, now: datetime, rows: list[Row]) -> None:
    put(database, rows, now)
    with database.read() as tx:
        states = {each.partner: each for each in partner_states(tx)}
    waiting = [each for each in rows if each["state"] == QUEUED]
    assert set(states) == {each["recipient"] for each in waiting}
    for partner, shown in states.items():
        mine = [each for each in waiting if each["recipient"] == partner]
        answered = [each["answered"] for each in rows if each["recipient"] == partner and each["answered"] is not None]
        assert shown.queued == len(mine)
        assert shown.oldest_queued == now + min(each["created"] for each in mine) * MINUTE
        assert shown.last_answered == (now + max(answered) * MINUTE if answered else None)
        assert shown.last_error == "no card of this partner is registered"


@settings(deadline=None, derandomize=True, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=outboxes())
def test_a_partner_that_is_back_gets_its_line_in_the_order_of_creation(
    database: Database, now: datetime, rows: list[Row]
) -> None:
    put(database, rows, now)
    with database.write() as tx:
        hasten(tx, XKX, now)
    with database.read() as tx:
        found = {each.message_id: (each.next_attempt_at - now) / MINUTE for each in tx.execute(select(outbox))}
    for each in rows:
        was_put_off = each["next"] > 0 or each["error"] is not None
        is_hastened = each["state"] == QUEUED and each["recipient"] == XKX and was_put_off
        assert found[each["message_id"]] == (each["created"] if is_hastened else each["next"])


def test_nothing_is_kept_until_a_time_before_it_was_created(database: Database, now: datetime) -> None:
    """The clock went back while it was on its way: it would drop out of the range that is looked at."""
    row = {"message_id": "m-1", "recipient": XKX, "state": QUEUED, "conversation": "a", "created": 10, "next": 10}
    put(database, [row | {"error": None, "answered": None}], now)
    sent = Sent(MessageId("m-1"), "enquiry", XKX, "a", now + 10 * MINUTE, bytes(32), 0)
    for until, kept in ((now + MINUTE, now + 10 * MINUTE), (now + 11 * MINUTE, now + 11 * MINUTE)):
        with database.write() as tx:
            postpone(tx, sent, "x" * 1_000, until)
        with database.read() as tx:
            (found,) = tx.execute(select(outbox)).all()
        assert found.next_attempt_at == kept
        assert len(found.last_error) == 500
    assert found.attempts == 2


@dataclass(slots=True)
class Cut:
    """A line that can be down, or fail for single messages."""

    inner: Line
    is_down: bool = False
    faults: int = 0
    asked: int = 0
    _seen: set[bytes] = field(default_factory=set)

    async def ask(self, card: PartnerCard, request: Request) -> Reply:
        self.asked += 1
        if self.is_down:
            raise UnreachableError("the line is down")
        if self.faults:
            self.faults -= 1
            return Reply(500, b"")
        return await self.inner.ask(card, request)

    async def close(self) -> None:
        await self.inner.close()


def cut(sim: Sim) -> Cut:
    """Restart a node behind such a line."""
    made: list[Cut] = []

    def wrap(line: Line) -> Line:
        made.append(Cut(line))
        return made[-1]

    sim.wrap = wrap
    sim.stop()
    sim.start()
    return made[-1]


def heard(sim: Sim) -> list[int]:
    """Restart a node with an ear for the numbers that come in."""
    numbers: list[int] = []

    def listening(tx: Transaction, received: Received) -> Answer:
        count(tx, f"handled:{received.id}")
        numbers.append(received.body["number"])
        return Answer("reply", {})

    sim.stop()
    sim.handle = listening
    sim.start()
    return numbers


def deliver(sim: Sim) -> int:
    return asyncio.run(sim.courier.deliver_due())


def queue(sim: Sim, clock: Clock, numbers: range, conversation: str = "") -> None:
    """Queue messages, a second apart."""
    for number in numbers:
        clock.turn(seconds=1)
        sim.queue(XKX, conversation or f"c-{number}", number=number)


def test_after_an_outage_the_oldest_go_first_although_they_failed_most_often(sims: Sims, clock: Clock) -> None:
    numbers, line = heard(sims[XKX]), cut(sims[ALB])
    queue(sims[ALB], clock, range(3 * WINDOW))
    line.is_down = True
    for _ in range(5):
        deliver(sims[ALB])
        clock.turn(seconds=LAST_RETRY_S + 1)
    line.is_down = False
    probe = line.asked
    while deliver(sims[ALB]):
        pass
    assert line.asked > probe
    assert sorted(numbers) == list(range(3 * WINDOW))
    assert numbers[1:] == sorted(numbers[1:])


def test_what_failed_by_itself_waits_and_lets_all_the_others_go(sims: Sims, clock: Clock) -> None:
    numbers, line = heard(sims[XKX]), cut(sims[ALB])
    queue(sims[ALB], clock, range(3 * WINDOW))
    line.faults = WINDOW
    deliver(sims[ALB])
    while deliver(sims[ALB]):
        pass
    assert numbers == list(range(WINDOW, 3 * WINDOW))
    clock.turn(seconds=2)
    deliver(sims[ALB])
    assert sorted(numbers[2 * WINDOW :]) == list(range(WINDOW))


def test_behind_a_message_that_failed_its_conversation_waits_and_no_other(sims: Sims, clock: Clock) -> None:
    numbers, line = heard(sims[XKX]), cut(sims[ALB])
    queue(sims[ALB], clock, range(4), "one")
    queue(sims[ALB], clock, range(4, 6))
    line.faults = 1
    assert deliver(sims[ALB]) == 3
    assert deliver(sims[ALB]) == 0
    assert numbers == [4, 5]
    for _ in range(4):
        clock.turn(seconds=2)
        deliver(sims[ALB])
    assert numbers == [4, 5, 0, 1, 2, 3]


@pytest.mark.parametrize("hours", [1, 30])
def test_a_clock_that_goes_back_changes_no_order(sims: Sims, clock: Clock, hours: int) -> None:
    """What was queued while it was ahead goes in its turn, once that time is there."""
    numbers, line = heard(sims[XKX]), cut(sims[ALB])
    line.is_down = True
    queue(sims[ALB], clock, range(3))
    deliver(sims[ALB])
    clock.turn(hours=hours)
    queue(sims[ALB], clock, range(3, 6))
    deliver(sims[ALB])
    clock.turn(hours=-hours)
    queue(sims[ALB], clock, range(6, 9))
    line.is_down = False
    for _ in range(3):
        deliver(sims[ALB])
    assert sorted(numbers) == [0, 1, 2, 6, 7, 8]
    clock.turn(hours=hours)
    for _ in range(3):
        deliver(sims[ALB])
    assert numbers[6:] == [3, 4, 5]


@pytest.mark.parametrize("died_at", [1, 2, 3])
def test_a_long_line_survives_restarts_while_it_drains(sims: Sims, clock: Clock, died_at: int) -> None:
    numbers = heard(sims[XKX])
    queue(sims[ALB], clock, range(4 * WINDOW))
    for number in range(20):
        deliver(sims[ALB])
        if number % died_at == 0:
            sims[ALB].stop()
            sims[ALB].start()
    assert numbers == list(range(4 * WINDOW))
    assert set(sims[ALB].counts("answered").values()) == {1}
    with sims[ALB].database.read() as tx:
        assert [each.state for each in tx.execute(select(outbox))] == [ANSWERED] * 4 * WINDOW


def announce(sim: Sim, number: int) -> None:
    """Queue what stands in for a new card."""
    draft = Draft("enquiry", XKX, FIRST, {"number": number})
    sim.database.run(lambda tx: queue_message(tx, sim.keys, draft, sim.clock()))


def test_a_new_card_goes_before_a_whole_line_and_cards_go_in_their_order(sims: Sims, clock: Clock) -> None:
    numbers = heard(sims[XKX])
    queue(sims[ALB], clock, range(2 * WINDOW))
    announce(sims[ALB], 100)
    announce(sims[ALB], 101)
    deliver(sims[ALB])
    assert numbers == [100, *range(WINDOW - 1)]
    deliver(sims[ALB])
    assert numbers[WINDOW:] == [101, *range(WINDOW - 1, 2 * WINDOW - 2)]


def test_while_the_line_is_down_the_new_card_is_what_tries_it(sims: Sims, clock: Clock) -> None:
    """A partner believes nothing else: whatever else tried it would be refused and make the wait longer."""
    numbers, line = heard(sims[XKX]), cut(sims[ALB])
    line.is_down = True
    queue(sims[ALB], clock, range(2 * WINDOW))
    announce(sims[ALB], 100)
    for _ in range(3):
        deliver(sims[ALB])
        clock.turn(seconds=LAST_RETRY_S + 1)
    line.is_down = False
    assert deliver(sims[ALB]) == 1
    assert numbers == [100]


def test_a_card_of_the_release_before_with_its_number_below_all_others_goes_first(sims: Sims, clock: Clock) -> None:
    numbers = heard(sims[XKX])
    queue(sims[ALB], clock, range(2))
    announce(sims[ALB], 101)
    announce(sims[ALB], 100)
    with sims[ALB].database.write() as tx:
        tx.execute(update(outbox).where(outbox.c.sequence == 4).values(sequence=1 - 2**30))
    while deliver(sims[ALB]):
        pass
    assert numbers == [100, 0, 1, 101]
