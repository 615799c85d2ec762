"""Group commit: one durable commit for many jobs, each with its own fate."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import event, func, select
from tests.databases import ON_POSTGRESQL

from egnatia.errors import InputError, StorageError
from egnatia.store.database import Database, Transaction
from egnatia.store.tables import node_state
from egnatia.store.writer import MAX_BATCH, Writer

WAIT_S = 20.0


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
