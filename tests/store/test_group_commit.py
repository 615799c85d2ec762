"""Group commit: one durable commit for many jobs, each with its own fate."""

import asyncio
import contextlib
import random
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, func, make_url, select
from tests.databases import ON_POSTGRESQL, about_sqlite

from egnatia.errors import InputError, StorageError
from egnatia.model.ids import SealedId
from egnatia.store.database import Database, Transaction
from egnatia.store.tables import node_state
from egnatia.store.vault import RecordKey, Vault
from egnatia.store.writer import MAX_BATCH, MAX_WAITING, QUIET_S, TIDY_EVERY, Writer

WAIT_S = 20.0
RNG = random.Random(417)


@pytest.fixture
def writer(database: Database) -> Iterator[Writer]:
    made = Writer(database)
    yield made
    made.close()


def put(key: str) -> Callable[[Transaction], str]:
    def job(tx: Transaction) -> str:
        tx.execute(node_state.insert(), {"key": key, "value": "1"})
        return key

    return job


def keys(database: Database) -> list[str]:
    with database.read() as tx:
        return list(tx.execute(select(node_state.c.key).order_by(node_state.c.key)).scalars())


def held(writer: Writer) -> threading.Event:
    """Hold the writer inside a job, so that what follows gathers into one batch."""
    gate, inside = threading.Event(), threading.Event()

    def job(_tx: Transaction) -> None:
        inside.set()
        assert gate.wait(WAIT_S)

    writer.submit(job)
    assert inside.wait(WAIT_S)
    return gate


def commits(database: Database) -> list[str]:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement == "COMMIT":
            seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    return seen


def test_many_jobs_share_one_commit_and_each_gets_its_result(database: Database, writer: Writer) -> None:
    gate, seen = held(writer), commits(database)
    futures = [writer.submit(put(f"k{number:03}")) for number in range(MAX_BATCH + 10)]
    gate.set()
    assert [future.result(WAIT_S) for future in futures] == keys(database)
    assert len(seen) == 3, "the held one, a full batch, the rest"


def test_one_failing_job_spoils_no_other(database: Database, writer: Writer) -> None:
    def fail(tx: Transaction) -> None:
        put("lost")(tx)
        raise InputError("no")

    gate = held(writer)
    first, bad = writer.submit(put("first")), writer.submit(fail)
    twice, last = writer.submit(put("first")), writer.submit(put("last"))
    gate.set()
    assert (first.result(WAIT_S), last.result(WAIT_S)) == ("first", "last")
    assert isinstance(bad.exception(WAIT_S), InputError)
    assert "unique" in str(twice.exception(WAIT_S)).lower()
    assert keys(database) == ["first", "last"]


def test_a_commit_that_fails_serves_nobody(database: Database, writer: Writer) -> None:
    gate = held(writer)
    futures = [writer.submit(put(f"k{number}")) for number in range(3)]

    def strike(connection: Any, _cursor: object, statement: str, *_: object) -> None:
        raw = connection.connection.dbapi_connection
        if not ON_POSTGRESQL:
            raw.set_progress_handler((lambda: 1) if statement == "COMMIT" else None, 1)
        elif statement == "COMMIT":
            raw.close()

    event.listen(database.engine, "before_cursor_execute", strike)
    gate.set()
    assert all(isinstance(future.exception(WAIT_S), StorageError) for future in futures)
    event.remove(database.engine, "before_cursor_execute", strike)
    database.engine.dispose()
    assert keys(database) == []
    assert writer.submit(put("next")).result(WAIT_S) == "next"


def test_whoever_stops_waiting_does_not_stop_the_writer(database: Database, writer: Writer) -> None:
    """A cancelled request used to kill the writer's thread when its result was set, and with it the node."""
    gate = held(writer)
    gone, stays = writer.submit(put("gone")), writer.submit(put("stays"))
    assert gone.cancel()
    gate.set()
    assert stays.result(WAIT_S) == "stays"
    assert writer.submit(put("after")).result(WAIT_S) == "after"
    assert keys(database) == ["after", "stays"]


def test_a_job_that_runs_cannot_be_cancelled_any_more(database: Database, writer: Writer) -> None:
    gate, inside, made = threading.Event(), threading.Event(), []

    def slow(tx: Transaction) -> str:
        inside.set()
        assert gate.wait(WAIT_S)
        return put("slow")(tx)

    made.append(writer.submit(slow))
    assert inside.wait(WAIT_S)
    assert not made[0].cancel()
    gate.set()
    assert made[0].result(WAIT_S) == "slow"
    assert keys(database) == ["slow"]


def test_a_fault_nobody_thought_of_ends_the_batch_and_not_the_writer(database: Database, writer: Writer) -> None:
    gate = held(writer)
    future = writer.submit(put("lost"))

    def strike(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement == "COMMIT":
            raise KeyError("a fault of our own")

    event.listen(database.engine, "before_cursor_execute", strike)
    gate.set()
    assert isinstance(future.exception(WAIT_S), KeyError)
    event.remove(database.engine, "before_cursor_execute", strike)
    assert writer.submit(put("next")).result(WAIT_S) == "next"
    assert keys(database) == ["next"]


def test_closing_finishes_what_is_queued_and_refuses_what_comes_after(database: Database) -> None:
    writer = Writer(database)
    gate = held(writer)
    future = writer.submit(put("queued"))
    gate.set()
    writer.close()
    assert future.result(WAIT_S) == "queued"
    late = writer.submit(put("late"))
    assert isinstance(late.exception(WAIT_S), StorageError)
    with database.read() as tx:
        assert tx.execute(select(func.count()).select_from(node_state)).scalar_one() == 1


def test_coroutines_get_their_results_after_the_commit_and_with_one_call(database: Database, writer: Writer) -> None:
    calls: list[int] = []

    async def run() -> list[object]:
        loop = asyncio.get_running_loop()
        gate, plain = held(writer), loop.call_soon_threadsafe
        futures = [writer.awaited(put(f"k{number}")) for number in range(20)]
        failing = writer.awaited(put("k0"))
        futures[3].cancel()

        def counted(*args: Any) -> Any:
            calls.append(1)
            return plain(*args)

        object.__setattr__(loop, "call_soon_threadsafe", counted)
        gate.set()
        return await asyncio.gather(*futures, failing, return_exceptions=True)

    got = asyncio.run(run())
    assert got[:3] == ["k0", "k1", "k2"]
    assert isinstance(got[3], asyncio.CancelledError)
    assert "unique" in str(got[20]).lower()
    assert len(calls) == 1
    assert keys(database) == sorted(f"k{number}" for number in range(20) if number != 3)


def test_a_loop_that_is_gone_does_not_stop_the_writer(database: Database, writer: Writer) -> None:
    gate = held(writer)

    async def leave() -> None:
        writer.awaited(put("left"))

    asyncio.run(leave())
    gate.set()
    assert writer.submit(put("next")).result(WAIT_S) == "next"
    assert keys(database) == ["left", "next"]


def test_a_writer_that_stopped_tells_coroutines_so(database: Database) -> None:
    writer = Writer(database)
    writer.close()

    async def late() -> None:
        await writer.awaited(put("late"))

    with pytest.raises(StorageError):
        asyncio.run(late())


def has_key(database: Database, sealed_id: SealedId) -> bool:
    return sealed_id in database.vault.get_many([sealed_id])


def test_coroutines_that_submit_together_share_one_commit(database: Database, writer: Writer) -> None:
    seen = commits(database)

    async def submit(number: int) -> str:
        return await writer.awaited(put(f"{number:02}"))

    async def all_of_them() -> list[str]:
        return await asyncio.gather(*(submit(number) for number in range(40)))

    assert asyncio.run(all_of_them()) == keys(database)
    assert len(seen) == 1


def test_a_loop_that_never_rests_is_served_all_the_same(database: Database, writer: Writer) -> None:
    async def without_end() -> int:
        waiting: list[asyncio.Future[str]] = []
        while not any(each.done() for each in waiting) and len(waiting) < MAX_WAITING // 2:
            waiting += [writer.awaited(put(f"{len(waiting) + place:05}")) for place in range(2)]
            await asyncio.sleep(0)
        return len(await asyncio.gather(*waiting))

    assert asyncio.run(without_end()) == len(keys(database)) > 0


def test_what_a_loop_has_not_handed_over_when_the_writer_closes_fails(database: Database) -> None:
    writer = Writer(database)

    async def close_at_once() -> None:
        waiting = writer.awaited(put("late"))
        writer.close()
        await waiting

    with pytest.raises(StorageError, match="stopping"):
        asyncio.run(close_at_once())
    assert keys(database) == []


def test_gathered_jobs_count_as_waiting_and_done_ones_do_not(writer: Writer) -> None:
    async def count() -> tuple[int, int]:
        waiting = [writer.awaited(put(f"{number}")) for number in range(3)]
        before = writer.waiting()
        await asyncio.gather(*waiting)
        return before, writer.waiting()

    assert asyncio.run(count()) == (3, 0)


@pytest.mark.skipif(ON_POSTGRESQL, reason="a server keeps its own logs")
def test_spent_keys_go_in_the_first_quiet_moment(database: Database, writer: Writer, now: datetime) -> None:
    sealed = writer.submit(lambda tx: tx.seal(b"content", kind="k", at=now)).result(WAIT_S)
    writer.submit(lambda tx: tx.discard(sealed.id)).result(WAIT_S)
    until = time.monotonic() + WAIT_S
    while has_key(database, sealed.id) and time.monotonic() < until:
        time.sleep(QUIET_S)
    assert not has_key(database, sealed.id)


def test_a_writer_that_never_rests_tidies_all_the_same(database: Database, writer: Writer, now: datetime) -> None:
    sealed = writer.submit(lambda tx: tx.seal(b"content", kind="k", at=now)).result(WAIT_S)
    writer.submit(lambda tx: tx.discard(sealed.id)).result(WAIT_S)
    for number in range(TIDY_EVERY + 1):
        writer.submit(put(f"{number:03}")).result(WAIT_S)
    assert not has_key(database, sealed.id)


def test_closing_leaves_nothing_over(database: Database, now: datetime) -> None:
    writer = Writer(database)
    sealed = writer.submit(lambda tx: tx.seal(b"content", kind="k", at=now)).result(WAIT_S)
    writer.submit(lambda tx: tx.discard(sealed.id)).result(WAIT_S)
    writer.close()
    assert not has_key(database, sealed.id)


def test_a_loop_that_was_closed_with_jobs_in_hand_takes_no_place_from_others(
    database: Database, writer: Writer
) -> None:
    loop = asyncio.new_event_loop()

    async def gather() -> None:
        writer.awaited(put("lost"))
        loop.stop()

    left = loop.create_task(gather())
    loop.run_forever()
    assert left.done()
    assert writer.waiting() == 1, "stopped before it was handed over"
    loop.close()

    async def next_one() -> str:
        return await writer.awaited(put("next"))

    assert asyncio.run(next_one()) == "next"
    assert writer.waiting() == 0
    assert keys(database) == ["next"]


class Damaged(Vault):
    """A vault whose file turns out to be damaged when its log is emptied, or when keys are written."""

    refuses = False

    def put(self, keys: Iterable[RecordKey], spent: Iterable[SealedId] = ()) -> None:
        """Write keys, or say what SQLite says of a damaged file."""
        if self.refuses:
            raise sqlite3.DatabaseError("database disk image is malformed")
        super().put(keys, spent)

    def forget_log(self) -> None:
        """Say what SQLite says of a damaged file."""
        raise sqlite3.DatabaseError("database disk image is malformed")


def damaged(database: Database) -> tuple[Database, Damaged]:
    vault = Damaged(Path(make_url(database.url).database or "").parent / "damaged.sqlite", bytes(32))
    return Database(database.url, vault, RNG), vault


@about_sqlite
def test_spent_keys_are_not_forgotten_when_the_vault_refuses(database: Database, now: datetime) -> None:
    made, vault = damaged(database)
    with contextlib.closing(made):
        with made.write() as tx:
            sealed = tx.seal(b"content", kind="k", at=now)
        with made.write(busy=lambda: True) as tx:
            tx.discard(sealed.id)
        vault.refuses = True
        with pytest.raises(StorageError), made.write() as tx:
            put("lost")(tx)
        vault.refuses = False
        with made.write() as tx:
            put("kept")(tx)
        assert not has_key(made, sealed.id)


def test_one_jobs_stop_iteration_leaves_nobody_waiting(writer: Writer) -> None:
    def fail(_tx: Transaction) -> str:
        return next(iter(()))

    async def run() -> tuple[object, object]:
        together = asyncio.gather(writer.awaited(fail), writer.awaited(put("next")), return_exceptions=True)
        return await asyncio.wait_for(together, WAIT_S)

    failed, served = asyncio.run(run())
    assert isinstance(failed, RuntimeError)
    assert served == "next"


@about_sqlite
def test_what_is_committed_is_not_called_lost_when_the_log_cannot_be_emptied(database: Database) -> None:
    """Whoever is told that nothing was stored sends again, and the act is done twice."""
    made, _ = damaged(database)
    with contextlib.closing(made), made.write() as tx:
        put("kept")(tx)
    assert keys(database) == ["kept"]


def test_a_server_has_no_log_that_an_erasure_could_wait_for(database: Database, now: datetime) -> None:
    with database.write() as tx:
        erased, spent = tx.seal(b"one", kind="k", at=now), tx.seal(b"two", kind="k", at=now)
    with database.write(busy=lambda: True) as tx:
        tx.discard(spent.id)
    asked: list[bool] = []

    def busy() -> bool:
        asked.append(True)
        return True

    with database.write(busy=busy) as tx:
        tx.erase(erased.id)
    with database.write(busy=busy) as tx:
        put("next")(tx)
    assert asked == [True], "nothing is owed, so the writer is asked whether there is time to tidy"
