"""Checkpoints are cosigned over the line, leaves are audited, and a rewritten ledger is noticed by the partner."""

import asyncio
import logging
from collections.abc import Mapping
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update
from tests.exchange.conftest import ALB, XKX, Sim

from egnatia.exchange.witnessing import Watch, ask_for_cosignatures, audit_partners, run_witnessing
from egnatia.ledger import Act, append
from egnatia.model.events import EventKind
from egnatia.model.ids import PartnerCode
from egnatia.store.tables import ledger_cosignature, ledger_entry, witnessed_log

Sims = Mapping[PartnerCode, Sim]


def watch(sim: Sim) -> Watch:
    every = timedelta(milliseconds=10)
    return Watch(sim.keys, f"egnatia/{sim.code}", sim.database, sim.writer, sim.line, sim.clock, every, every)


def act(sim: Sim) -> None:
    sim.database.run(lambda tx: append(tx, Act(EventKind.LOGOUT, sim.clock(), "off-1", "session")))


def alarm(sim: Sim) -> str | None:
    with sim.database.read() as tx:
        text: str | None = tx.execute(select(witnessed_log.c.alarm)).scalar()
        return text


def test_a_grown_ledger_is_cosigned_once(sims: Sims) -> None:
    assert asyncio.run(ask_for_cosignatures(watch(sims[ALB]))) == 1
    assert asyncio.run(ask_for_cosignatures(watch(sims[ALB]))) == 0
    act(sims[ALB])
    assert asyncio.run(ask_for_cosignatures(watch(sims[ALB]))) == 1
    with sims[ALB].database.read() as tx:
        assert [row.witness for row in tx.execute(select(ledger_cosignature))] == [XKX, XKX]


def test_a_forgotten_cosignature_is_asked_for_from_the_size_the_witness_names(sims: Sims) -> None:
    asyncio.run(ask_for_cosignatures(watch(sims[ALB])))
    sims[ALB].database.run(lambda tx: tx.execute(delete(ledger_cosignature)))
    act(sims[ALB])
    assert asyncio.run(ask_for_cosignatures(watch(sims[ALB]))) == 1


def test_a_stopped_witness_is_asked_again_later(sims: Sims) -> None:
    sims[XKX].stop()
    assert asyncio.run(ask_for_cosignatures(watch(sims[ALB]))) == 0
    sims[XKX].start()
    assert asyncio.run(ask_for_cosignatures(watch(sims[ALB]))) == 1


def test_an_audit_finds_a_rewritten_entry_and_a_whole_one_passes(sims: Sims) -> None:
    act(sims[ALB])
    asyncio.run(ask_for_cosignatures(watch(sims[ALB])))
    ((partner, result),) = asyncio.run(audit_partners(watch(sims[XKX])))
    assert (partner, result.finding, result.size) == (ALB, None, 2)
    sims[ALB].database.run(lambda tx: tx.execute(delete(ledger_entry).where(ledger_entry.c.sequence == 1)))
    ((_, result),) = asyncio.run(audit_partners(watch(sims[XKX])))
    assert result.finding
    assert "were cosigned" in str(alarm(sims[XKX]))


def test_an_audit_waits_for_a_stopped_partner(sims: Sims) -> None:
    asyncio.run(ask_for_cosignatures(watch(sims[ALB])))
    sims[ALB].stop()
    assert asyncio.run(audit_partners(watch(sims[XKX]))) == []
    assert alarm(sims[XKX]) is None
    sims[ALB].start()


def test_the_loop_goes_on_when_the_own_ledger_is_broken(sims: Sims, caplog: pytest.LogCaptureFixture) -> None:
    asyncio.run(ask_for_cosignatures(watch(sims[ALB])))
    sims[ALB].database.run(lambda tx: tx.execute(update(ledger_entry).values(leaf_hash=bytes(32))))
    sims[ALB].database.run(lambda tx: tx.execute(delete(ledger_entry)))
    act(sims[XKX])

    async def scene() -> None:
        task = asyncio.create_task(run_witnessing(watch(sims[ALB])))
        for _ in range(1_000):
            await asyncio.sleep(0.02)
            if "witnessing:" in caplog.text:
                break
        assert not task.done()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    with caplog.at_level(logging.ERROR, "egnatia.exchange"):
        asyncio.run(scene())
    assert "witnessing:" in caplog.text
