"""Logs that claim what they like: their witnesses must neither fill their memory nor stop their own rounds for them."""

import asyncio
import tracemalloc
from datetime import timedelta
from typing import Any

import pytest
from tests.federation.world import ALB, GBR, World

from egnatia.exchange.client import Line, Reply, Request
from egnatia.exchange.paths import LEAVES_PATH
from egnatia.exchange.server import MAX_LEAVES
from egnatia.exchange.watch import Watch
from egnatia.exchange.witnessing import audit_partners, run_witnessing
from egnatia.ledger.checkpoints import MAX_SIZE
from egnatia.ledger.tree import HASH_BYTES
from egnatia.ledger.witnessed import WitnessedLog, remember_witnessed

PAGES = 2
MEBIBYTE = 2**20


class Boaster:
    """A partner that shows as many leaves as it is asked for, and may take its time over each page."""

    def __init__(self, inner: Line, pages: int = 10**9, *, slow: bool = False) -> None:
        self.inner, self.pages, self.slow, self.shown = inner, pages, slow, 0

    async def ask(self, card: Any, request: Request) -> Reply:
        if not request.path.startswith(LEAVES_PATH):
            return await self.inner.ask(card, request)
        self.shown += 1
        if self.slow:
            await asyncio.sleep(3_600)
        return Reply(200, bytes(MAX_LEAVES * HASH_BYTES)) if self.shown <= self.pages else Reply(503, b"")

    async def close(self) -> None:
        await self.inner.close()


def boasting(world: World, size: int, **how: Any) -> tuple[Watch, Boaster]:
    """GBR cosigned a checkpoint of this size of ALB's."""
    now = world.clock()
    head = WitnessedLog(ALB, world.card(GBR, ALB).ledger_origin, size, b"\1" * 32, b"a note", now)
    world.do(GBR, lambda tx: remember_witnessed(tx, head, first=True))
    node, line = world.nodes[GBR], Boaster(world.lines[GBR], **how)
    every = timedelta(milliseconds=1)
    watch = Watch(node.keys, "egnatia/gbr", node.database, node.start_writer(), line, world.clock, every, every)
    return watch, line


@pytest.mark.parametrize("size", [PAGES * MAX_LEAVES, MAX_SIZE])
def test_an_audit_takes_no_more_memory_for_a_longer_log(world: World, size: int) -> None:
    watch, line = boasting(world, size, pages=PAGES)
    tracemalloc.start()
    world.runner.run(audit_partners(watch))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert line.shown >= PAGES
    assert most < 8 * MEBIBYTE


def test_a_boaster_that_shows_other_leaves_is_found_out(world: World) -> None:
    watch, _ = boasting(world, MAX_LEAVES)
    ((partner, result),) = world.runner.run(audit_partners(watch))
    assert (partner, bool(result.finding)) == (ALB, True)


def test_a_slow_audit_keeps_no_checkpoint_from_being_signed(world: World) -> None:
    watch, line = boasting(world, 2**30, slow=True)

    async def rounds() -> int:
        task = asyncio.create_task(run_witnessing(watch))
        while not line.shown:
            world.clock.turn(seconds=1)
            await asyncio.sleep(0.01)
        signed = await asyncio.to_thread(_newest, world)
        for _ in range(1_000):
            _enter(world)
            await asyncio.sleep(0.02)
            if await asyncio.to_thread(_newest, world) > signed:
                break
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return await asyncio.to_thread(_newest, world) - signed

    assert world.runner.run(asyncio.wait_for(rounds(), 120)) > 0


def _newest(world: World) -> int:
    from egnatia.ledger.checkpoints import latest_checkpoint

    found = world.look(GBR, latest_checkpoint)
    return found.checkpoint.size if found else 0


def _enter(world: World) -> None:
    from egnatia.ledger import Act, append
    from egnatia.model.events import EventKind

    world.do(GBR, lambda tx: append(tx, Act(EventKind.LOGOUT, world.clock(), "off-1", "session")))
