"""The exchange when the disk is full where the keys are kept, and on a real PostgreSQL server."""

import asyncio
import os
import random
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from sqlalchemy import create_engine, func, select, text
from tests.exchange.conftest import ALB, XKX, Clock, Sim, counting_answers, counting_handler, counting_losses

from egnatia.errors import StorageError
from egnatia.exchange.courier import Courier, Office
from egnatia.exchange.outbox import QUEUED
from egnatia.exchange.server import Site, exchange_app
from egnatia.ledger.audit import leaf_hashes
from egnatia.ledger.nodes import log_size, stored_root
from egnatia.ledger.tree import root_of
from egnatia.model.ids import PartnerCode
from egnatia.store.database import Database
from egnatia.store.tables import ledger_entry, metadata, outbox, sealed_record
from egnatia.store.vault import Vault
from egnatia.store.writer import Writer

Sims = Mapping[PartnerCode, Sim]
VARIABLE = "EGNATIA_TEST_POSTGRESQL"


def keys_in_vault(sim: Sim) -> int:
    return int(sim.database.vault._connection.execute("SELECT count(*) FROM record_key").fetchone()[0])


def allow_vault(sim: Sim, more_pages: int | None) -> None:
    """Let the vault's file grow by so many pages only; None takes the limit away."""
    connection = sim.database.vault._connection
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count={2**30 if more_pages is None else pages + more_pages}")


def queue_many(sim: Sim) -> None:
    for number in range(1, 400):
        sim.queue(XKX, f"c-{number}")


def test_a_full_disk_under_the_vault_queues_nothing_and_keeps_what_was_queued(sims: Sims) -> None:
    sim = sims[ALB]
    first = sim.queue(XKX, "c-0")
    allow_vault(sim, 0)
    with pytest.raises(StorageError, match="full"):
        queue_many(sim)
    with sim.database.read() as tx:
        rows = tx.execute(select(func.count()).select_from(outbox)).scalar_one()
        sealed = tx.execute(select(func.count()).where(sealed_record.c.kind == "message")).scalar_one()
    assert 1 <= rows == sealed < 400, "a message without its key would be one that nobody can ever read"
    allow_vault(sim, None)
    sim.queue(XKX, "c-last")
    for _ in range(rows // 8 + 4):
        asyncio.run(sim.courier.deliver_due())
    assert len(sim.counts("answered")) == rows + 1
    assert sim.counts("answered")[first.message_id] == 1


def test_a_vault_that_cannot_be_written_does_not_lose_an_answer(sims: Sims) -> None:
    """Taking an answer destroys the question's key: when that fails the answer stays, and the key goes later."""
    sim = sims[ALB]
    sim.queue(XKX)
    before = keys_in_vault(sim)
    sim.database.vault._connection.execute("PRAGMA query_only=ON")
    asyncio.run(sim.courier.deliver_due())
    assert sum(sim.counts("answered").values()) == 1
    assert keys_in_vault(sim) == before
    sim.database.vault._connection.execute("PRAGMA query_only=OFF")
    with sim.database.read() as tx:
        assert tx.execute(select(sealed_record).where(sealed_record.c.kind == "message")).all() == []
    assert sim.database.finish_erasures() == 1
    assert keys_in_vault(sim) < before


@pytest.fixture
def server_url() -> Iterator[str]:
    """A PostgreSQL database of this test's own, dropped again afterwards."""
    url = os.environ.get(VARIABLE)
    if not url:
        pytest.skip(
            f"{VARIABLE} names no PostgreSQL server, such as postgresql+psycopg://postgres@127.0.0.1:55432/postgres"
        )
    name = f"egnatia_exchange_{os.getpid()}"
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield f"{url.rsplit('/', 1)[0]}/{name}"
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
    engine.dispose()


def move_to(sim: Sim, url: str, directory: Path) -> None:
    """Start a node again with its tables on the server; its vault stays a file."""
    sim.stop()
    sim.database = Database(url, Vault(directory / "pg.vault", sim.keys.vault_key), random.Random(7))
    metadata.create_all(sim.database.engine)
    sim.writer = Writer(sim.database)
    sim.apps[sim.code] = exchange_app(
        Site(sim.keys, f"egnatia/{sim.code}", sim.database, sim.writer, counting_handler, sim.clock, "test")
    )
    hooks = (counting_answers, counting_losses)
    sim.courier = Courier(Office(sim.keys, sim.database, sim.writer, sim.line, *hooks, sim.clock, random.Random(1)))


def test_a_node_on_postgresql_exchanges_with_one_on_sqlite(
    sims: Sims, server_url: str, tmp_path: Path, clock: Clock
) -> None:
    there, here = sims[ALB], sims[XKX]
    move_to(there, server_url, tmp_path)
    there.knows(here)
    asked = [there.queue(XKX, f"c-{number}", number=number).message_id for number in range(20)]
    back = [here.queue(ALB, f"d-{number}", number=number).message_id for number in range(20)]
    for _ in range(4):
        asyncio.run(there.courier.deliver_due())
        asyncio.run(here.courier.deliver_due())
        clock.turn(seconds=1)
    assert there.counts("answered") == dict.fromkeys(asked, 1)
    assert there.counts("handled") == dict.fromkeys(back, 1)
    assert here.counts("answered") == dict.fromkeys(back, 1)
    with there.database.read() as tx:
        assert tx.execute(select(func.count()).where(outbox.c.state == QUEUED)).scalar_one() == 0
        size = log_size(tx)
        assert root_of(leaf_hashes(tx, 0, size)) == stored_root(tx, size)
        assert tx.execute(select(func.count()).select_from(ledger_entry)).scalar_one() == size
