"""The same node on a real PostgreSQL server: schema, transactions, group commit, and the whole flow.

Runs when EGNATIA_TEST_POSTGRESQL holds the URL of an empty database, such as
`postgresql+psycopg://egnatia@127.0.0.1:5432/egnatia_test`; everything in its schema `public` is deleted.
"""

import asyncio
import os
import random
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select, text
from tests.databases import ON_POSTGRESQL
from tests.federation.acts import (
    Tale,
    answers_come,
    approve,
    ask_three,
    check_whole,
    confirm_new,
    deliver,
    erase,
    follow,
    propose,
    protect,
    read_release,
    record_arrest,
    send_back,
)
from tests.federation.world import ALB, CODES, XKX, Clock, World, _furnish, build
from tests.store.test_migrations import differences

from egnatia.errors import ErasedError, InputError, StorageError
from egnatia.node import Node
from egnatia.settings import FILE_NAME
from egnatia.store.database import Database, Transaction
from egnatia.store.migrations import upgrade
from egnatia.store.tables import node_state
from egnatia.store.vault import Vault

VARIABLE = "EGNATIA_TEST_POSTGRESQL"
URL = os.environ.get(VARIABLE, "")
pytestmark = pytest.mark.skipif(not URL, reason=f"set {VARIABLE} to the URL of an empty PostgreSQL database")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Database]:
    made = Database(URL, Vault(tmp_path / "vault.sqlite", bytes(32)), random.Random(417))
    with made.connection() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    upgrade(made)
    yield made
    made.close()


def put(tx: Transaction, key: str) -> None:
    tx.execute(node_state.insert(), {"key": key, "value": "1"})


def keys(database: Database) -> list[str]:
    with database.read() as tx:
        return list(tx.execute(select(node_state.c.key).order_by(node_state.c.key)).scalars())


def undone(tx: Transaction, key: str) -> None:
    """Write in a savepoint that fails."""

    def fail() -> None:
        with tx.savepoint():
            put(tx, key)
            raise InputError("no")

    with pytest.raises(InputError):
        fail()


def test_the_upgraded_schema_is_the_declared_one(server: Database) -> None:
    assert differences(server) == []


def test_savepoints_sealed_records_and_erasure(server: Database, now: datetime) -> None:
    with server.write() as tx:
        sealed = tx.seal(b"content", kind="k", at=now)
        undone(tx, "lost")
        put(tx, "kept")
    assert keys(server) == ["kept"]
    with server.read() as tx:
        assert tx.unseal(sealed.id) == b"content"
    server.run(lambda tx: tx.erase(sealed.id))
    with server.read() as tx, pytest.raises(ErasedError):
        tx.unseal(sealed.id)


def test_a_statement_that_fails_in_a_savepoint_leaves_the_rest(server: Database) -> None:
    with server.write() as tx:
        put(tx, "one")
        with pytest.raises(Exception, match="duplicate key"), tx.savepoint():
            put(tx, "one")
        put(tx, "two")
    assert keys(server) == ["one", "two"]
    with pytest.raises(StorageError):
        server.run(lambda tx: put(tx, "one"))


def test_readers_see_one_state_and_cannot_write(server: Database) -> None:
    with server.read() as tx:
        assert tx.execute(select(node_state)).all() == []
        server.run(lambda other: put(other, "new"))
        assert tx.execute(select(node_state)).all() == []
    assert keys(server) == ["new"]
    with pytest.raises(StorageError), server.read() as tx:
        put(tx, "never")


def test_writers_queue(server: Database) -> None:
    def count(tx: Transaction) -> None:
        value = int(tx.execute(select(node_state.c.value).where(node_state.c.key == "n")).scalar_one())
        tx.execute(text("SELECT pg_sleep(0.01)"))
        tx.execute(node_state.update().where(node_state.c.key == "n").values(value=str(value + 1)))

    server.run(lambda tx: tx.execute(node_state.insert(), {"key": "n", "value": "0"}))
    threads = [threading.Thread(target=server.run, args=(count,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with server.read() as tx:
        assert tx.execute(select(node_state.c.value)).scalar_one() == "8"


def test_a_server_that_is_not_there_says_so(tmp_path: Path) -> None:
    nobody = Database("postgresql+psycopg://x@127.0.0.1:1/x", Vault(tmp_path / "v", bytes(32)), random.Random(1))
    with pytest.raises(StorageError) as caught:
        keys(nobody)
    assert "cannot be reached" in caught.value.message
    nobody.close()


@pytest.fixture
def world(server: Database, tmp_path: Path) -> Iterator[World]:
    """The task force with Kosovo's node on PostgreSQL."""
    assert server.url == URL
    directory = tmp_path / "world"
    build(directory, Clock())
    if not ON_POSTGRESQL:
        on_server(directory / XKX)
    with asyncio.Runner() as runner:
        made = World(directory, Clock(), runner)
        for code in CODES:
            made.start(code)
        yield made
        made.close()


def on_server(directory: Path) -> None:
    """Move a node to the server: the same keys and partners, and records made anew."""
    settings = directory / FILE_NAME
    settings.write_text(settings.read_text().replace('url = ""', f'url = "{URL}"'))
    node = Node.open(directory, Clock())
    for other in sorted(each for each in directory.parent.iterdir() if each != directory):
        node.add_partner((other / "card.json").read_bytes(), "off-installer")
    node.commit(lambda tx: _furnish(tx, node, Clock().now))
    node.close()


def test_the_whole_flow_on_postgresql(world: World) -> None:
    tale = Tale(world)
    ask_three(tale)
    answers_come(tale)
    confirm_new(tale)
    follow(tale)
    deliver(tale)
    for act in (propose, send_back, propose, approve, deliver, read_release, record_arrest, protect, erase):
        act(tale)
    assert world.kinds(XKX)[-5:] == [
        "follow_up.received",
        "release.proposed",
        "release.sent_back",
        "release.proposed",
        "release.approved",
    ]
    for code in (ALB, XKX):
        check_whole(world, code)
