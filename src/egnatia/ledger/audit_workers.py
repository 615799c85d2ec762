"""The own audit in several processes: each takes chunks in turn, and one joins their roots to the tree.

Hashing, decoding and comparing are all Python's work under one lock, so threads would not help. A process opens the
database for itself and sees its own state of it; entries never change, so all see the same ones.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from itertools import islice
from multiprocessing import get_context

from egnatia.errors import StorageError
from egnatia.ledger.audit_bulk import Look, Seen, Task, look_at
from egnatia.store.database import Database

MOST = 16
"""Processes at the most: each needs some 60 MB, and the one that joins their results is busy with about thirty."""
TOGETHER = 16
"""Chunks handed over at a time: 16,384 entries, a tenth of a second of work for a message of some kilobytes."""
Opener = Callable[[], AbstractContextManager[Database]]
"""Opens the database in a process of its own; a function that can be named, with plain arguments."""


def usable(wanted: int) -> int:
    """How many processes to take when so many were asked for: no more than the machine has cores, and never fewer than 1."""
    return max(1, min(wanted, MOST, len(os.sched_getaffinity(0))))


@contextmanager
def shared(opener: Opener, workers: int, *, contents: bool) -> Iterator[Look]:
    """Processes that look at the chunks of a log, for `verify_own`.

    Args:
        opener: opens the database in each of them.
        workers: how many.
        contents: as for `audit_in_bulk`.

    Raises:
        StorageError: one of them ended before its work was done.
    """
    context = get_context("spawn")  # a fork would copy open connections and whatever else is going on
    with ProcessPoolExecutor(workers, context) as pool:
        yield partial(_look, pool, (opener, contents), workers)


def _look(
    pool: ProcessPoolExecutor, how: tuple[Opener, bool], workers: int, tasks: Sequence[Task]
) -> Iterator[Seen | None]:
    """Two lots for each process are under way, so that results of a long log do not pile up."""
    lots = (tasks[start : start + TOGETHER] for start in range(0, len(tasks), TOGETHER))
    running = [pool.submit(_work, *how, lot) for lot in islice(lots, 2 * workers)]
    try:
        while running:
            yield from running.pop(0).result()
            running += [pool.submit(_work, *how, lot) for lot in islice(lots, 1)]
    except BrokenProcessPool:
        raise StorageError("a process of the audit ended before its work was done", hint="Use --workers 1.") from None
    finally:
        for each in running:
            each.cancel()


_opened: list[Database] = []
_kept: list[AbstractContextManager[Database]] = []


def _work(opener: Opener, contents: bool, tasks: Sequence[Task]) -> list[Seen | None]:  # noqa: FBT001 - one of a tuple
    """In a process of the pool: look at these chunks with the database that it opened for its first ones."""
    if not _opened:
        _kept.append(opener())
        _opened.append(_kept[0].__enter__())
    with _opened[0].read() as tx:
        return [look_at(tx, each, contents=contents) for each in tasks]
