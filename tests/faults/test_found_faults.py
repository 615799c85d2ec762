"""Faults of the exchange that the fault suite found, each in its smallest form, so that none comes back."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import uvicorn
from bench.faults.proxy import FROM_NODE, LineFault, Proxy, Route
from sqlalchemy import select, update
from starlette.types import ASGIApp
from tests.exchange.conftest import ALB, XKX, Clock, Sim, make_sim

from egnatia.errors import UnreachableError
from egnatia.exchange.card import make_card
from egnatia.exchange.client import HttpsLine, Request
from egnatia.exchange.courier import WINDOW
from egnatia.exchange.directory import cards
from egnatia.exchange.outbox import ANSWERED, QUEUED
from egnatia.exchange.paths import STATUS_PATH
from egnatia.exchange.protocol import server_config
from egnatia.exchange.tls import Gate
from egnatia.model.ids import PartnerCode
from egnatia.store.tables import outbox

HOST = "127.0.0.1"
AGREED = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SLOWLY_S = 400
"""Longer than the longest back-off (limits.LAST_RETRY_S)."""


@contextmanager
def served(sim: Sim, listener: socket.socket) -> Iterator[None]:
    with sim.database.read() as tx:
        gate = Gate(sim.keys, cards(tx).values())
    server = uvicorn.Server(server_config(sim.apps[sim.code], gate, HOST, 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    while not server.started:
        time.sleep(0.005)
    yield
    server.should_exit = True
    thread.join()


def test_a_byte_changed_on_its_way_is_a_line_that_is_down_and_nothing_worse(tmp_path: Path) -> None:
    """httpx let OpenSSL's error through: one changed byte ended the courier and with it the whole node."""
    apps: dict[PartnerCode, ASGIApp] = {}
    alb, xkx = (make_sim(tmp_path / code, code, Clock(datetime.now(UTC)), apps) for code in (ALB, XKX))
    with socket.create_server((HOST, 0)) as listener, socket.create_server((HOST, 0)) as probe:
        port = probe.getsockname()[1]
        probe.close()
        proxy = Proxy({XKX: Route((HOST, port), (HOST, listener.getsockname()[1]))}, seed=417)
        xkx.card = make_card(xkx.keys, "Kosovo", f"https://{HOST}:{port}", "egnatia/XKX")
        alb.knows(xkx)
        xkx.knows(alb)
        proxy.start()
        with served(xkx, listener):
            asyncio.run(_ask_over_a_line_that_goes_bad(alb, xkx, proxy))
        proxy.stop()
    alb.stop()
    xkx.stop()


async def _ask_over_a_line_that_goes_bad(alb: Sim, xkx: Sim, proxy: Proxy) -> None:
    line = HttpsLine(alb.keys)
    assert (await line.ask(xkx.partner_card(), Request(STATUS_PATH))).status == 200
    proxy.set_fault(
        XKX, LineFault(alter=1.0, directions=(FROM_NODE,))
    )  # the connection is kept, so this meets it after its handshake
    with pytest.raises(UnreachableError):
        await line.ask(xkx.partner_card(), Request(STATUS_PATH))
    proxy.set_fault(XKX, None)
    assert (await line.ask(xkx.partner_card(), Request(STATUS_PATH))).status == 200
    await line.close()


@pytest.fixture
def clocks() -> dict[PartnerCode, Clock]:
    return {code: Clock(AGREED) for code in (ALB, XKX)}


@pytest.fixture
def pair(tmp_path: Path, clocks: dict[PartnerCode, Clock]) -> Iterator[dict[PartnerCode, Sim]]:
    """Two nodes, each with a clock of its own."""
    apps: dict[PartnerCode, ASGIApp] = {}
    made = {code: make_sim(tmp_path / code, code, clocks[code], apps) for code in (ALB, XKX)}
    made[ALB].knows(made[XKX])
    made[XKX].knows(made[ALB])
    yield made
    for sim in made.values():
        sim.stop()


def deliver(sim: Sim) -> int:
    return asyncio.run(sim.courier.deliver_due())


def states(sim: Sim) -> list[str]:
    with sim.database.read() as tx:
        return list(tx.execute(select(outbox.c.state).order_by(outbox.c.sequence)).scalars())


def test_a_clock_put_right_does_not_keep_the_line_silent_for_a_day(
    pair: dict[PartnerCode, Sim], clocks: dict[PartnerCode, Clock]
) -> None:
    """The back-off that a clock ahead had counted lasted until its time came again."""
    alb = pair[ALB]
    alb.queue(XKX, "before")
    clocks[ALB].turn(days=1)
    deliver(alb)
    assert states(alb) == [QUEUED]  # refused for its clock: the line backs off
    clocks[ALB].now = AGREED + timedelta(seconds=SLOWLY_S)
    clocks[XKX].now = AGREED + timedelta(seconds=SLOWLY_S)
    deliver(alb)  # sees that the clock went back
    deliver(alb)
    assert states(alb) == [ANSWERED]


def test_a_restart_forgets_a_back_off_that_ends_tomorrow(
    pair: dict[PartnerCode, Sim], clocks: dict[PartnerCode, Clock]
) -> None:
    alb = pair[ALB]
    alb.queue(XKX, "before")
    with alb.database.write() as tx:
        tx.execute(update(outbox).values(next_attempt_at=AGREED + timedelta(days=1)))
    clocks[ALB].turn(seconds=1)
    alb.stop()
    alb.start()
    deliver(alb)
    deliver(alb)
    assert states(alb) == [ANSWERED]


def test_messages_of_tomorrow_wait_for_it_and_hold_nobody_up(
    pair: dict[PartnerCode, Sim], clocks: dict[PartnerCode, Clock]
) -> None:
    """They were sent first, refused for their date, and the line backed off before what was behind them."""
    alb = pair[ALB]
    clocks[ALB].turn(days=1)
    for number in range(2 * WINDOW):
        alb.queue(XKX, f"tomorrow-{number}")
    clocks[ALB].now = AGREED + timedelta(seconds=1)
    deliver(alb)
    alb.queue(XKX, "today")
    deliver(alb)
    assert states(alb) == [QUEUED] * 2 * WINDOW + [ANSWERED]
    for clock in clocks.values():
        clock.turn(days=1)
    while deliver(alb):
        pass
    assert set(states(alb)) == {ANSWERED}
