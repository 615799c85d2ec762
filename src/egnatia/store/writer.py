"""Group commit: many small jobs, one durable commit.

A commit costs a disk flush whatever it holds. One thread takes the jobs that have gathered, runs each inside a
savepoint of one transaction and commits once; nobody is answered before that commit (exchange design, section 7: 1,455
durable requests a second against 712 with a commit each, measured there).

What coroutines submit in one turn of their loop is handed over together, so that the writer does not take the
interpreter from a loop that is still reading what came in.
"""

import asyncio
import contextlib
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from sqlalchemy.exc import OperationalError, PendingRollbackError

from egnatia.errors import BusyError, Error, StorageError
from egnatia.store.database import Database, Transaction
from egnatia.store.faults import about_text

MAX_BATCH = 256
"""Jobs per commit: past 100 the gain per job was under a tenth in the design's measurements."""
MAX_WAITING = 4_096
"""Jobs that may wait: some ten seconds of work at the rate of bench/exchange, below every caller's patience (30 s)."""

QUIET_S = 0.02
"""Without a job for so long, the writer puts in order what its commits left over: each time takes some 5 ms."""
TIDY_EVERY = 64
"""Commits after which it does so even without a quiet moment: some seconds of load (bench/exchange)."""

T = TypeVar("T")
Job = Callable[[Transaction], Any]


class _Awaited:
    """A result for a coroutine. Those of one commit reach their loop together, with one call instead of one each."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.future: asyncio.Future[Any] = loop.create_future()
        self._result: Any = None
        self._error: BaseException | None = None
        self._is_done = False

    def set_running_or_notify_cancel(self) -> bool:
        """Whether anybody still waits; from then on the job is done in any case."""
        return not self.future.cancelled()

    def done(self) -> bool:
        """Whether there is a result or an error."""
        return self._is_done

    def set_result(self, result: Any) -> None:
        """Keep the result until `deliver`."""
        self._result, self._is_done = result, True

    def set_exception(self, error: BaseException) -> None:
        """Keep the error until `deliver`; a coroutine cannot be given StopIteration, and those behind it would get nothing."""
        if isinstance(error, StopIteration):
            fault = RuntimeError("a job ended with StopIteration")
            fault.__cause__ = error
            error = fault
        self._error, self._is_done = error, True

    def deliver(self) -> None:
        """Hand it over, inside the loop; who was cancelled meanwhile gets nothing."""
        if self.future.done():
            return
        if self._error is not None:
            self.future.set_exception(self._error)
        else:
            self.future.set_result(self._result)


_Item = tuple[Job, "Future[Any] | _Awaited"]
_Loop = asyncio.AbstractEventLoop


class Writer:
    """The one thread of a serving node that writes. Invariant: a future is resolved only after its job is durable."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queue: queue.SimpleQueue[list[_Item] | None] = queue.SimpleQueue()
        self._gathering: dict[_Loop, list[_Item]] = {}
        self._waiting = 0
        self._closed = False
        self._untidied = 0
        self._gate = threading.Lock()
        self._thread = threading.Thread(target=self._loop, name="egnatia-writer", daemon=True)
        self._thread.start()

    def submit(self, job: Callable[[Transaction], T]) -> "Future[T]":
        """Queue a job; the future holds its result once it is durable, or what it raised once it is undone.

        When MAX_WAITING jobs wait already, it holds a BusyError at once.
        """
        future: Future[T] = Future()
        problem = self._admit()
        if problem is not None:
            future.set_exception(problem)
        else:
            self._hand_over([(job, future)])
        return future

    def awaited(self, job: Callable[[Transaction], T]) -> "asyncio.Future[T]":
        """The same for a coroutine of the running loop: what one commit made durable wakes it once."""
        loop = asyncio.get_running_loop()
        promise = _Awaited(loop)
        problem = self._admit()
        if problem is not None:
            promise.future.set_exception(problem)
            return promise.future
        if loop not in self._gathering:
            self._forget_closed_loops()
        gathered = self._gathering.setdefault(loop, [])
        gathered.append((job, promise))
        if len(gathered) == 1:
            loop.call_soon(self._hand_over_turn, loop)
        return promise.future

    def _forget_closed_loops(self) -> None:
        """Give back the places of what a loop had not handed over when it was closed: nobody waits for it any more."""
        for loop in list(self._gathering):
            if loop.is_closed():
                lost = self._gathering.pop(loop, [])
                with self._gate:
                    self._waiting -= len(lost)

    def _hand_over_turn(self, loop: _Loop) -> None:
        """Hand over what a loop gathered in one turn; waiting for more turns made two nodes wait for each other."""
        self._hand_over(self._gathering.pop(loop))

    def _admit(self) -> Error | None:
        """Count a job in, or say why it cannot be taken."""
        with self._gate:
            if self._closed:
                return StorageError("this node is stopping", hint="Nothing was stored; try again.")
            if self._waiting >= MAX_WAITING:
                return BusyError(f"{MAX_WAITING} acts wait to be written on this node already")
            self._waiting += 1
        return None

    def _hand_over(self, items: list[_Item]) -> None:
        with self._gate:
            if not self._closed:
                self._queue.put(items)
                return
        for _, promise in items:
            promise.set_exception(StorageError("this node is stopping", hint="Nothing was stored; try again."))
        _wake([promise for _, promise in items if isinstance(promise, _Awaited)])

    def waiting(self) -> int:
        """How many jobs wait for a commit; who sends for others is put off before this reaches MAX_WAITING."""
        return self._waiting

    def close(self) -> None:
        """Finish what is queued and stop; what is submitted from now on fails at once instead of waiting for ever."""
        with self._gate:
            self._closed = True
            self._queue.put(None)
        self._thread.join()

    def _loop(self) -> None:
        last = False
        while not last:
            first = self._next()
            if first is None:
                break
            batch, last = self._gather(first)
            self._run(batch)
        self._tidy()

    def _next(self) -> list[_Item] | None:
        """The next jobs, or None at the end; what the last commits left over is put in order while none come."""
        if self._untidied:
            try:
                return self._queue.get(timeout=QUIET_S)
            except queue.Empty:
                self._tidy()
        return self._queue.get()

    def _tidy(self) -> None:
        """Destroy spent keys and empty the logs; what cannot be done now waits for the next commit."""
        self._untidied = 0
        with contextlib.suppress(Error):
            self._database.tidy()

    def _leaves_over(self) -> bool:
        """Whether the commit just made leaves its spent keys to a later one or to a quiet moment."""
        self._untidied += 1
        if self._untidied < TIDY_EVERY:
            return True
        self._untidied = 0
        return False

    def _gather(self, first: list[_Item]) -> tuple[list[_Item], bool]:
        """What waits already, up to a batch, and whether the end came with it."""
        batch, last = first, False
        while len(batch) < MAX_BATCH:
            try:
                items = self._queue.get_nowait()
            except queue.Empty:
                break
            if items is None:
                last = True
                break
            batch += items
        with self._gate:
            self._waiting -= len(batch)
        return batch, last

    def _run(self, batch: list[_Item]) -> None:
        done: list[tuple[Future[Any] | _Awaited, Any]] = []
        # From here on nobody who stops waiting can cancel a future, so each of them gets its result.
        batch = [(job, future) for job, future in batch if future.set_running_or_notify_cancel()]
        try:
            with self._database.write(busy=self._leaves_over) as transaction:
                for job, future in batch:
                    self._one(transaction, job, future, done)
        except Exception as error:  # noqa: BLE001 - the commit itself failed: nobody in this batch was served
            for _, future in batch:
                if not future.done():
                    future.set_exception(error)
        else:
            for future, result in done:
                future.set_result(result)
        _wake([future for _, future in batch if isinstance(future, _Awaited)])

    def _one(
        self,
        transaction: Transaction,
        job: Job,
        future: "Future[Any] | _Awaited",
        done: "list[tuple[Future[Any] | _Awaited, Any]]",
    ) -> None:
        """Run one job; its own error is its own, a storage error is everybody's."""
        try:
            with transaction.savepoint():
                result = job(transaction)
        except (OperationalError, PendingRollbackError):
            raise
        except Exception as error:  # noqa: BLE001 - handed to whoever waits for this job
            future.set_exception(about_text(error) or error)
        else:
            done.append((future, result))


def _wake(promises: list[_Awaited]) -> None:
    """Deliver results in their loops; a loop that was closed meanwhile has nobody waiting."""

    def deliver(mine: list[_Awaited]) -> None:
        for promise in mine:
            promise.deliver()

    for loop in {promise.loop for promise in promises}:
        mine = [promise for promise in promises if promise.loop is loop]
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(deliver, mine)
