"""Looking at running nodes from outside: what they entered since, how much waits, how many answers each second."""

import contextlib
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from bench.faults.evidence import reading
from bench.faults.places import CODES, Places

from egnatia.model.ids import PartnerCode

ANSWERING, ANSWERED = "enquiry.answered", "reply.received"
"""Entries that a partner reached this node and got its answer, and that this node reached a partner and has its answer."""
SAMPLE_S = 1.0
"""The window in which answers are counted."""


@dataclass(slots=True)
class Look:
    """Reads the nodes' databases. Invariant: nobody reads a disk that is being unmounted."""

    places: Places
    locks: dict[PartnerCode, threading.Lock] = field(default_factory=lambda: {code: threading.Lock() for code in CODES})

    @contextlib.contextmanager
    def closed(self, code: PartnerCode) -> Iterator[None]:
        """Keep everybody away from a node's files."""
        with self.locks[code]:
            yield

    def ask(self, code: PartnerCode, query: str, *values: object) -> int | None:
        """One number from a node's database; None while it cannot be read."""
        if not self.locks[code].acquire(timeout=0.01):
            return None
        try:
            with reading(self.places.node(code)) as database:
                found = database.execute(query, values).fetchone()
                return None if found is None or found[0] is None else int(found[0])
        except sqlite3.Error:
            return None
        finally:
            self.locks[code].release()

    def size(self, code: PartnerCode) -> int | None:
        """Entries in a node's ledger."""
        newest = self.ask(code, "SELECT max(sequence) FROM ledger_entry")
        return None if newest is None else newest + 1

    def entered(self, code: PartnerCode, kind: str, since: int) -> bool:
        """Whether a node entered something of this kind since its ledger had a size."""
        query = "SELECT 1 FROM ledger_entry WHERE sequence >= ? AND kind = ? LIMIT 1"
        return self.ask(code, query, since, kind) is not None

    def queued(self, code: PartnerCode) -> int | None:
        """Messages that wait for an answer."""
        return self.ask(code, "SELECT count(*) FROM outbox WHERE state = 'queued'")

    def answers(self, code: PartnerCode, since: int) -> int | None:
        """Answers that a node took since its ledger had a size."""
        query = "SELECT count(*) FROM ledger_entry WHERE sequence >= ? AND kind = ?"
        return self.ask(code, query, since, ANSWERED)


@dataclass(slots=True)
class Sampler:
    """Counts answers in every second, in a thread of its own."""

    look: Look
    quiet: Callable[[], bool]
    seconds: list[tuple[int, bool]] = field(default_factory=list)
    total: int = 0
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin."""
        self._thread = threading.Thread(target=self._run, name="sampler", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End, and wait for the last sample."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        sizes = {code: self.look.size(code) or 0 for code in CODES}
        due = time.monotonic() + SAMPLE_S
        while not self._stop.wait(max(0.0, due - time.monotonic())):
            due += SAMPLE_S
            count = 0
            for code in CODES:
                size = self.look.size(code)
                if size is not None and size > sizes[code]:
                    count += self.look.answers(code, sizes[code]) or 0
                    sizes[code] = size
            self.total += count
            self.seconds.append((count, self.quiet()))
