"""The ledger on a real PostgreSQL server: the same tree, the same checkpoints, and the same findings."""

import os
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import create_engine, text

from egnatia.ledger import Act, append
from egnatia.ledger.audit import leaf_hashes, verify_own
from egnatia.ledger.audit_bulk import agreeing_leaves, audit_in_bulk
from egnatia.ledger.checkpoints import latest_checkpoint, sign_checkpoint
from egnatia.ledger.entries import EntryFilter, read_entries
from egnatia.ledger.nodes import log_size, stored_root
from egnatia.ledger.notekeys import KeyKind, key_of
from egnatia.ledger.report import Trust
from egnatia.model.events import EventKind
from egnatia.store.database import Database
from egnatia.store.tables import metadata
from egnatia.store.vault import Vault

VARIABLE = "EGNATIA_TEST_POSTGRESQL"
NOW = datetime(2025, 5, 15, 3, 0, tzinfo=UTC)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
ORIGIN = "alb.example/ledger"
TRUST = Trust(key_of(ORIGIN, KeyKind.NOTE, KEY))


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Database]:
    """A database of this test's own on the server that the variable names."""
    url = os.environ.get(VARIABLE)
    if not url:
        pytest.skip(
            f"{VARIABLE} names no PostgreSQL server, such as postgresql+psycopg://postgres@127.0.0.1:55432/postgres"
        )
    name = f"egnatia_ledger_{os.getpid()}"
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    made = Database(f"{url.rsplit('/', 1)[0]}/{name}", Vault(tmp_path / "vault", bytes(32)), random.Random(417))
    metadata.create_all(made.engine)
    yield made
    made.close()
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
    engine.dispose()


def fill(database: Database, count: int, first: int = 0) -> None:
    with database.write() as tx:
        for number in range(first, first + count):
            append(tx, Act(EventKind.ENQUIRY_SENT, NOW, "off-1", f"enq-{number}", justification=f"reason {number}"))


def test_the_same_acts_give_the_same_root_as_on_sqlite(server: Database, database: Database) -> None:
    roots = []
    for each in (server, database):
        with each.write() as tx:
            for number in range(33):
                append(tx, Act(EventKind.LEDGER_READ, NOW, "off-1", f"log:{number}"))
        with each.read() as tx:
            assert log_size(tx) == 33
            roots.append(stored_root(tx, 33))
    assert roots[0] == roots[1]


def test_a_ledger_on_the_server_verifies_and_a_changed_one_does_not(server: Database) -> None:
    fill(server, 20)
    with server.write() as tx:
        assert sign_checkpoint(tx, ORIGIN, KEY, NOW) is not None
        assert sign_checkpoint(tx, ORIGIN, KEY, NOW) is None
    with server.read() as tx:
        report = verify_own(tx, TRUST)
        assert report.holds, report.findings
        assert (report.entries, report.opened, report.signed_size) == (20, 20, 20)
    with server.write() as tx:
        tx.connection.exec_driver_sql("UPDATE ledger_entry SET object_ref = 'enq-99' WHERE sequence = 7")
    with server.read() as tx:
        assert {finding.place for finding in verify_own(tx, TRUST).findings} == {"entry 7"}


def test_writers_queue_and_no_number_is_given_twice(server: Database) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda part: fill(server, 10, part * 10), range(4)))
    with server.read() as tx:
        assert log_size(tx) == 40
        found = read_entries(tx, EntryFilter(limit=100))
    assert [one.sequence for one in found] == list(range(40))[::-1]
    assert {one.object_ref for one in found} == {f"enq-{number}" for number in range(40)}


def test_an_act_that_fails_leaves_neither_entry_nor_content(server: Database) -> None:
    def failing() -> None:
        with server.write() as tx:
            append(tx, Act(EventKind.ENQUIRY_SENT, NOW, "off-1", "enq-1", justification="gone again"))
            raise KeyError("a fault of the caller")

    with pytest.raises(KeyError):
        failing()
    with server.read() as tx:
        assert log_size(tx) == 0
        assert latest_checkpoint(tx) is None
        assert tx.connection.exec_driver_sql("SELECT count(*) FROM sealed_record").scalar_one() == 0


def test_erased_content_is_gone_and_the_ledger_still_holds(server: Database) -> None:
    fill(server, 4)
    with server.write() as tx:
        sealed = tx.connection.exec_driver_sql("SELECT sealed_id FROM ledger_entry WHERE sequence = 2").scalar_one()
        tx.erase(sealed)
    with server.read() as tx:
        report = verify_own(tx, TRUST)
        assert (report.holds, report.erased, report.opened) == (True, 1, 3)
        assert [one.erased for one in read_entries(tx, EntryFilter())] == [False, True, False, False]


def test_the_bulk_audit_finds_there_what_it_finds_on_sqlite(server: Database) -> None:
    """Over several chunks: whole it holds by the bulk way, and one changed byte or column is named."""
    fill(server, 2_500)
    with server.write() as tx:
        sign_checkpoint(tx, ORIGIN, KEY, NOW)
    with server.read() as tx:
        counts = audit_in_bulk(tx, {}, None, contents=True)
        assert counts is not None
        assert (counts.entries, counts.opened) == (2_500, 2_500)
        assert agreeing_leaves(tx, 1_000, 2_100) == leaf_hashes(tx, 1_000, 2_100)
    for change in ("at = at + interval '1 second'", "object_ref = 'enq-x'", "leaf_hash = '\\x00'"):
        with server.read() as tx:
            tx.connection.exec_driver_sql("SET TRANSACTION READ WRITE")
            tx.connection.exec_driver_sql(f"UPDATE ledger_entry SET {change} WHERE sequence = 2000")  # noqa: S608 - constants
            report = verify_own(tx, TRUST)
            assert [one.place for one in report.findings] == ["entry 2000"], change
