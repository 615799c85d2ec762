"""What witnessing works with: this node's keys and database, and the line to the partners."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from egnatia.exchange.client import Line
from egnatia.exchange.keys import NodeKeys
from egnatia.ledger.evidence import Finder
from egnatia.ledger.finality import WitnessPolicy
from egnatia.store.database import Database, Transaction
from egnatia.store.writer import Writer

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Watch:
    """What witnessing works with.

    Attributes:
        keys: this node's.
        origin: the name of this node's ledger.
        database: for reading.
        writer: for everything that changes something.
        line: to the partners.
        clock: the time.
        checkpoint_every: at most one checkpoint in this time, and only when the ledger grew.
        audit_every: how often each partner's leaves are audited.
        mark: the file beside the database that holds the newest checkpoint; nothing keeps none.
        policy: when a wait for cosignatures is announced.
    """

    keys: NodeKeys
    origin: str
    database: Database
    writer: Writer
    line: Line
    clock: Callable[[], datetime]
    checkpoint_every: timedelta
    audit_every: timedelta
    mark: Path | None = None
    policy: WitnessPolicy = field(default_factory=WitnessPolicy)

    def finder(self, now: datetime) -> Finder:
        """This node as the finder of a contradiction."""
        return Finder(self.keys.code, now)

    async def write(self, job: Callable[[Transaction], T]) -> T:
        """Have the writer do a job; back when it is durable."""
        return await asyncio.wrap_future(self.writer.submit(job))

    async def read(self, job: Callable[[Transaction], T]) -> T:
        """Look something up in a thread, beside the writer."""

        def run() -> T:
            with self.database.read() as tx:
                return job(tx)

        return await asyncio.to_thread(run)
