"""A day without witnesses: nothing is lost, it is said plainly, disclosures stop where that is wanted, all recovers."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.federation.acts import Tale, deliver, follow
from tests.federation.world import ALB, CODES, GBR, XKX, Tap, World, certificate_der, document_draft

from egnatia.errors import RefusedError, TamperedError
from egnatia.exchange.directory import cards
from egnatia.exchange.memory import MemoryLine
from egnatia.exchange.witnessing import announce, ask_for_cosignatures, run_witnessing, sign_when_due
from egnatia.ledger import Act, append
from egnatia.ledger.audit import verify_own
from egnatia.ledger.checkpoints import latest_checkpoint
from egnatia.ledger.finality import Finality, WitnessPolicy, check_disclosure, finality
from egnatia.ledger.mark import MARK_FILE, read_mark
from egnatia.model.events import EventKind
from egnatia.model.ids import PartnerCode
from egnatia.model.states import RefusalReason
from egnatia.store.tables import ledger_checkpoint, ledger_cosignature

POLICY = WitnessPolicy(2, timedelta(hours=1), timedelta(hours=12))


def act(world: World, code: PartnerCode, count: int = 1) -> None:
    for _ in range(count):
        world.do(code, lambda tx: append(tx, Act(EventKind.LOGOUT, world.clock(), "off-1", "session")))


def witness(world: World, code: PartnerCode, *, reach: tuple[PartnerCode, ...] = CODES) -> int:
    """One round of a node that reaches only some partners."""
    apps = {each: app for each, app in world.apps.items() if each in reach}
    line = Tap(code, MemoryLine(certificate_der(world.nodes[code].keys), apps), [])
    return world.runner.run(ask_for_cosignatures(world.nodes[code].watch(line)))


def state(world: World, code: PartnerCode, policy: WitnessPolicy = POLICY) -> Finality:
    return world.look(code, lambda tx: finality(tx, policy, list(cards(tx)), world.clock()))


def test_a_day_without_witnesses_loses_nothing_and_recovers_by_itself(world: World) -> None:
    witness(world, GBR)
    whole = state(world, GBR)
    assert (whole.final, whole.unwitnessed_since, whole.stale) == (whole.size, None, False)
    assert "All" in whole.words()
    began = world.clock()
    for _ in range(24):
        act(world, GBR, 3)
        assert witness(world, GBR, reach=()) == 0
        world.clock.turn(hours=1)
    away = state(world, GBR)
    assert (away.size, away.final) == (whole.size + 72, whole.size)
    assert (away.unwitnessed_since, away.stale, away.halted) == (began, True, True)
    assert f"unwitnessed since {began:%Y-%m-%d %H:%M:%S}" in away.words()
    assert witness(world, GBR) == len(CODES) - 1
    back = state(world, GBR)
    assert (back.size, back.final, back.unwitnessed_since) == (away.size, away.size, None)
    report = world.look(GBR, lambda tx: verify_own(tx, world.nodes[GBR].trust(tx)))
    assert report.holds, report.findings
    assert report.witnessed_size == away.size


def test_an_entry_is_final_when_enough_partners_cosigned_it(world: World) -> None:
    act(world, GBR, 2)
    assert witness(world, GBR, reach=(ALB,)) == 1
    alone = state(world, GBR)
    assert (alone.final, alone.needed) == (0, 2)
    assert state(world, GBR, WitnessPolicy(1)).final == alone.size
    size = alone.size
    act(world, GBR)
    assert witness(world, GBR, reach=(XKX,)) == 1
    assert state(world, GBR).final == size  # the smaller of the two that most partners cosigned
    assert state(world, GBR, WitnessPolicy(50)).needed == len(CODES) - 1


def test_a_short_wait_is_neither_stale_nor_a_stop(world: World) -> None:
    act(world, GBR)
    world.clock.turn(minutes=59)
    found = state(world, GBR, WitnessPolicy(2, timedelta(days=99), None))
    assert (found.stale, found.halted) == (False, False)
    world.look(GBR, lambda tx: check_disclosure(tx, WitnessPolicy(2), list(cards(tx)), world.clock()))


def test_disclosures_stop_and_enquiries_do_not(world: World) -> None:
    for code in CODES:
        witness(world, code)
    tale = Tale(world)
    tale.ask(partners=(XKX,))
    deliver(tale)
    tale.take()
    world.confirm(ALB, tale.candidate)
    follow(tale)
    deliver(tale)
    xkx = world.nodes[XKX]
    xkx.desk = replace(xkx.desk, witnessing=POLICY)
    (follow_up,) = _open_follow_ups(world)
    release = world.propose(XKX, follow_up)
    world.clock.turn(hours=13)
    with pytest.raises(RefusedError) as stopped:
        world.approve(XKX, release)
    assert stopped.value.reason is RefusalReason.UNWITNESSED
    assert "unwitnessed since" in stopped.value.message
    world.ask(XKX, document_draft(partners=(GBR,)))  # asking goes on
    witness(world, XKX)
    world.approve(XKX, release)  # and so does disclosing, as soon as it is witnessed again
    assert EventKind.RELEASE_APPROVED in world.kinds(XKX)


def _open_follow_ups(world: World) -> list[Any]:
    from egnatia.enquiries import followups

    return [each.id for each in world.look(XKX, followups.listed)]


def test_the_newest_checkpoint_stands_in_a_file_and_a_cut_database_signs_nothing_more(world: World) -> None:
    gbr = world.nodes[GBR]
    act(world, GBR, 4)
    witness(world, GBR)
    path = world.directory / GBR / MARK_FILE
    key = world.look(GBR, lambda tx: gbr.trust(tx).log)
    mark = read_mark(path, key)
    newest = world.look(GBR, latest_checkpoint)
    assert mark is not None
    assert newest is not None
    assert mark == newest.checkpoint

    def cut(tx: Any) -> None:
        for table in (ledger_checkpoint, ledger_cosignature):
            tx.execute(table.delete())

    world.do(GBR, cut)
    report = world.look(GBR, lambda tx: verify_own(tx, gbr.trust(tx), mark=path))
    assert [one.place for one in report.findings] == ["the newest"]
    act(world, GBR)
    with pytest.raises(TamperedError, match="was signed, but the newest one here has 0"):
        world.runner.run(sign_when_due(gbr.watch(world.lines[GBR])))
    path.write_bytes(b"something else\n")
    with pytest.raises(TamperedError, match=r"ledger\.head was changed"):
        world.runner.run(sign_when_due(gbr.watch(world.lines[GBR])))


def test_two_processes_of_one_node_sign_one_checkpoint(world: World) -> None:
    act(world, GBR, 4)
    watch = world.nodes[GBR].watch(world.lines[GBR])

    async def both() -> list[Any]:
        return list(await asyncio.gather(sign_when_due(watch), sign_when_due(watch)))

    signed = {each.note for each in world.runner.run(both()) if each is not None}  # the later one may find nothing due
    newest = world.look(GBR, latest_checkpoint)
    assert newest is not None
    assert signed == {newest.note}


def test_a_long_wait_is_announced_once_and_its_end_too(world: World, caplog: pytest.LogCaptureFixture) -> None:
    act(world, GBR)
    watch = replace(world.nodes[GBR].watch(world.lines[GBR]), policy=POLICY)
    stale = world.runner.run(announce(watch, announced=False))
    assert stale is False
    world.clock.turn(hours=2)
    with caplog.at_level("WARNING", "egnatia.exchange"):
        for _ in range(3):
            stale = world.runner.run(announce(watch, announced=stale))
        assert stale is True
        witness(world, GBR)
        assert world.runner.run(announce(watch, announced=stale)) is False
    said = [record.message for record in caplog.records if "final" in record.message]
    assert [("unwitnessed since" in each, "All" in each) for each in said] == [(True, False), (False, True)]


def test_the_loop_witnesses_and_compares_by_itself(world: World) -> None:
    act(world, GBR)

    async def scene() -> None:
        watch = replace(world.nodes[GBR].watch(world.lines[GBR]), checkpoint_every=timedelta(milliseconds=10))
        task = asyncio.create_task(run_witnessing(watch))
        for _ in range(1_000):
            await asyncio.sleep(0.02)
            if any(call.path == "/exchange/witness/heads" for call in world.calls):
                break
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    world.runner.run(scene())
    assert state(world, GBR).unwitnessed_since is None
    assert any(call.path == "/exchange/witness/heads" for call in world.calls)
