"""The courier's patience, with a clock to turn: back-off, windows, partners that do not wait for each other."""

import asyncio
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from tests.exchange.conftest import ALB, GBR, XKX, Clock, Sim, make_sim

from egnatia.errors import UnreachableError
from egnatia.exchange.card import PartnerCard, make_card
from egnatia.exchange.client import Line, Reply, Request
from egnatia.exchange.courier import WINDOW
from egnatia.exchange.directory import register_card
from egnatia.exchange.dispatch import EXPIRED_AT_ONCE, partner_states
from egnatia.exchange.keys import create_keys
from egnatia.exchange.limits import FIRST_RETRY_S, LAST_RETRY_S, MAX_AGE, retry_delay_s
from egnatia.exchange.outbox import QUEUED, UNDELIVERABLE
from egnatia.model.events import EventKind
from egnatia.model.ids import PartnerCode
from egnatia.store.tables import ledger_entry, outbox, sealed_record

Sims = Mapping[PartnerCode, Sim]


@dataclass(slots=True)
class WatchedLine:
    """A line that notes what is asked and when, and can be down or slow for some partners."""

    inner: Line
    clock: Clock
    asked: list[tuple[PartnerCode, datetime]] = field(default_factory=list)
    down: set[PartnerCode] = field(default_factory=set)
    slow: set[PartnerCode] = field(default_factory=set)
    at_once: int = 0
    _open: int = 0

    async def ask(self, card: PartnerCard, request: Request) -> Reply:
        self.asked.append((card.code, self.clock()))
        self._open += 1
        self.at_once = max(self.at_once, self._open)
        try:
            await asyncio.sleep(300 if card.code in self.slow else 0)
            if card.code in self.down:
                raise UnreachableError(f"{card.code}: the line is down")
            return await self.inner.ask(card, request)
        finally:
            self._open -= 1

    async def close(self) -> None:
        await self.inner.close()


def watched(sim: Sim, clock: Clock) -> WatchedLine:
    """Restart a node behind a watched line."""
    made: list[WatchedLine] = []

    def wrap(line: Line) -> Line:
        made.append(WatchedLine(line, clock))
        return made[-1]

    sim.wrap = wrap
    sim.stop()
    sim.start()
    return made[-1]


def deliver(sim: Sim) -> int:
    return asyncio.run(sim.courier.deliver_due())


def state(sim: Sim, name: str) -> int:
    with sim.database.read() as tx:
        return int(tx.execute(select(func.count()).where(outbox.c.state == name)).scalar_one())


def test_a_dead_line_is_tried_ever_less_often_up_to_five_minutes(sims: Sims, clock: Clock) -> None:
    line = watched(sims[ALB], clock)
    line.down = {XKX}
    sims[ALB].queue(XKX)
    start = clock()
    for _ in range(3 * 3600):
        deliver(sims[ALB])
        clock.turn(seconds=1)
        if len(line.asked) == 14:
            break
    gaps = [(later[1] - earlier[1]).total_seconds() for earlier, later in zip(line.asked, line.asked[1:], strict=False)]
    assert line.asked[0][1] == start
    for failures, gap in enumerate(gaps, start=1):
        longest = min(LAST_RETRY_S, FIRST_RETRY_S * 2 ** (failures - 1))
        assert longest / 2 <= gap <= longest + 1, (failures, gap)
    assert gaps[-1] >= LAST_RETRY_S / 2


@pytest.mark.parametrize("failures", [1, 2, 5, 9, 10, 100, 10**6])
@pytest.mark.parametrize("jitter", [0.0, 0.25, 0.5, 1.0])
def test_each_delay_is_between_half_and_all_of_its_step(failures: int, jitter: float) -> None:
    whole = retry_delay_s(failures, 0.0)
    assert whole == min(LAST_RETRY_S, FIRST_RETRY_S * 2.0 ** min(failures - 1, 30))
    assert retry_delay_s(failures, jitter) == pytest.approx(whole * (1 - jitter / 2))


def test_a_window_of_messages_goes_out_and_the_rest_follows(sims: Sims, clock: Clock) -> None:
    line = watched(sims[ALB], clock)
    for number in range(2 * WINDOW + 3):
        sims[ALB].queue(XKX, f"c-{number}", number=number)
    assert [deliver(sims[ALB]) for _ in range(4)] == [WINDOW, WINDOW, 3, 0]
    assert line.at_once == WINDOW
    assert sum(sims[XKX].counts("handled").values()) == 2 * WINDOW + 3


def test_while_the_line_is_down_one_message_probes_it_and_then_all_go(sims: Sims, clock: Clock) -> None:
    line = watched(sims[ALB], clock)
    line.down = {XKX}
    for number in range(5):
        sims[ALB].queue(XKX, f"c-{number}", number=number)
    assert deliver(sims[ALB]) == 5
    for _ in range(6):
        clock.turn(seconds=400)
        assert deliver(sims[ALB]) == 1, "one message is enough to see that the line is still down"
    line.down = set()
    clock.turn(seconds=400)
    assert [deliver(sims[ALB]) for _ in range(3)] == [1, 4, 0]
    assert state(sims[ALB], QUEUED) == 0


@pytest.fixture
def three(sims: Sims, tmp_path: Path, clock: Clock) -> Sims:
    """The two nodes and a third, all of whom know ALB."""
    third = make_sim(tmp_path / GBR, GBR, clock, sims[ALB].apps)
    sims[ALB].knows(third)
    third.knows(sims[ALB])
    return {**sims, GBR: third}


def test_a_partner_that_is_down_does_not_delay_another(three: Sims, clock: Clock) -> None:
    line = watched(three[ALB], clock)
    line.down = {GBR}
    for number in range(4):
        three[ALB].queue(GBR, f"g-{number}")
        three[ALB].queue(XKX, f"x-{number}")
        deliver(three[ALB])
        assert sum(three[XKX].counts("handled").values()) == number + 1
    with three[ALB].database.read() as tx:
        waiting = {one.partner: (one.queued, one.last_error) for one in partner_states(tx)}
    assert waiting[XKX] == (0, None)
    assert waiting[GBR][0] == 4
    assert "line is down" in str(waiting[GBR][1])


def test_a_partner_that_hangs_does_not_delay_another(three: Sims, clock: Clock) -> None:
    """The running courier: answers of one partner come home while another's have not come for a while."""
    line = watched(three[ALB], clock)
    line.slow = {GBR}
    for number in range(WINDOW + 5):
        three[ALB].queue(GBR, f"g-{number}")
    three[ALB].queue(XKX, "x-1")

    async def run() -> None:
        running = asyncio.create_task(three[ALB].courier.run())
        for _ in range(1_000):
            await asyncio.sleep(0.02)
            if three[ALB].counts("answered"):
                break
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    asyncio.run(run())
    assert len(three[ALB].counts("answered")) == 1
    assert [code for code, _ in line.asked].count(GBR) == WINDOW, "and no more than a window waits for the slow one"
    assert len([code for code, _ in line.asked if code == XKX]) == 1


def test_a_message_whose_sealed_content_was_damaged_does_not_stop_the_post(three: Sims, clock: Clock) -> None:
    """One bad row of the node's own database must not cut it off from every partner for a week."""
    sim = three[ALB]
    bad = sim.queue(GBR, "g-1")
    with sim.database.write() as tx:
        mine = outbox.c.message_id == bad.message_id
        sealed_id = tx.execute(select(outbox.c.sealed_id).where(mine)).scalar_one()
        tx.execute(sealed_record.update().where(sealed_record.c.id == sealed_id).values(ciphertext=b"x" * 60))
    good = [sim.queue(XKX, "x-1").message_id, sim.queue(GBR, "g-2").message_id]
    assert deliver(sim) == 3, "the bad one is tried as well, and put off like any that fails"
    assert sim.counts("answered") == dict.fromkeys(good, 1)
    assert state(sim, QUEUED) == 1
    clock.now += MAX_AGE + timedelta(seconds=1)
    deliver(sim)
    assert sim.counts("lost") == {bad.message_id: 1}, "after seven days it is given up like any other, with its entry"


def test_a_dead_partners_backlog_is_given_up_in_portions_with_one_entry_each(sims: Sims, clock: Clock) -> None:
    sims[XKX].stop()
    for number in range(EXPIRED_AT_ONCE + 7):
        sims[ALB].queue(XKX, f"c-{number}")
    clock.now += MAX_AGE + timedelta(microseconds=1)
    deliver(sims[ALB])
    assert state(sims[ALB], UNDELIVERABLE) == EXPIRED_AT_ONCE
    deliver(sims[ALB])
    assert (state(sims[ALB], UNDELIVERABLE), state(sims[ALB], QUEUED)) == (EXPIRED_AT_ONCE + 7, 0)
    with sims[ALB].database.read() as tx:
        wanted = ledger_entry.c.kind == EventKind.MESSAGE_UNDELIVERABLE
        assert tx.execute(select(func.count()).where(wanted)).scalar_one() == EXPIRED_AT_ONCE + 7
        assert (
            tx.execute(
                select(func.count()).select_from(sealed_record).where(sealed_record.c.kind == "message")
            ).scalar_one()
            == 0
        )
    sims[XKX].start()
    assert deliver(sims[ALB]) == 0, "what was given up is not sent after all"


@pytest.mark.parametrize(("late", "delivered"), [(timedelta(0), 1), (timedelta(microseconds=1), 0)])
def test_seven_days_end_to_the_microsecond(sims: Sims, clock: Clock, late: timedelta, delivered: int) -> None:
    sims[ALB].queue(XKX)
    clock.now += MAX_AGE + late
    assert deliver(sims[ALB]) == delivered
    assert sum(sims[XKX].counts("handled").values()) == delivered


def test_a_replaced_card_changes_where_and_whom_the_courier_believes(sims: Sims, tmp_path: Path, clock: Clock) -> None:
    """The partner lost its keys and made new ones: messages wait until its new card is registered on purpose."""
    partner = sims[XKX]
    partner.stop()
    partner.directory = tmp_path / "again"
    partner.keys = create_keys(partner.directory, XKX, ["127.0.0.1"], clock())
    partner.card = make_card(partner.keys, "Node XKX", "https://127.0.0.1:8441", "egnatia/XKX")
    partner.start()
    partner.knows(sims[ALB])
    queued = sims[ALB].queue(XKX)
    deliver(sims[ALB])
    assert sims[ALB].counts("answered") == {}
    assert state(sims[ALB], QUEUED) == 1
    with sims[ALB].database.write() as tx:
        replaced = register_card(tx, partner.card, "off-1", clock(), replace=True)
    assert replaced.address == "https://127.0.0.1:8441"
    clock.turn(seconds=400)
    deliver(sims[ALB])
    assert sims[ALB].counts("answered") == {queued.message_id: 1}


def test_messages_to_a_partner_without_a_card_wait_in_sight(sims: Sims, clock: Clock) -> None:
    sims[ALB].queue(GBR)
    assert deliver(sims[ALB]) == 0
    with sims[ALB].database.read() as tx:
        shown = {one.partner: (one.queued, one.last_error) for one in partner_states(tx)}
    assert shown[GBR] == (1, "no card of this partner is registered")
    clock.now += MAX_AGE + timedelta(seconds=1)
    deliver(sims[ALB])
    assert state(sims[ALB], UNDELIVERABLE) == 1


def test_answers_are_forgotten_by_the_courier_once_in_a_while(sims: Sims, clock: Clock) -> None:
    sims[ALB].queue(XKX)
    deliver(sims[ALB])
    deliver(sims[XKX])
    clock.now += timedelta(days=9)
    deliver(sims[XKX])
    with sims[XKX].database.read() as tx:
        assert tx.connection.exec_driver_sql("SELECT count(*) FROM inbox").scalar_one() == 0


def test_partners_that_failed_together_do_not_come_back_together() -> None:
    rng = random.Random(3)
    delays = {round(retry_delay_s(6, rng.random()), 3) for _ in range(100)}
    assert len(delays) > 90
    assert max(delays) - min(delays) > 12
