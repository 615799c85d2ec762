"""PostgreSQL when it fails: lost connections, hung writers, commits cut off; nothing lost, nothing said wrongly."""

import os
import random
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url
from sqlalchemy import select as query
from tests.databases import drop, fresh

from egnatia.errors import StorageError
from egnatia.store.database import Database, Transaction
from egnatia.store.server import HUNG_AFTER_MS, connect_arguments, was_committed
from egnatia.store.tables import metadata, node_state
from egnatia.store.vault import Vault
from egnatia.store.writer import Writer

VARIABLE = "EGNATIA_TEST_POSTGRESQL"
pytestmark = pytest.mark.skipif(not os.environ.get(VARIABLE), reason=f"{VARIABLE} names no PostgreSQL server")
WAIT_S = 20.0
Opener = Callable[[str], Database]


@pytest.fixture
def url() -> Iterator[str]:
    made = fresh()
    engine = create_engine(made)
    metadata.create_all(engine)
    engine.dispose()
    yield made
    drop(made)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opener]:
    """Opens a database of one node by URL, as one of its processes does."""
    made: list[Database] = []

    def open_one(url: str) -> Database:
        made.append(Database(url, Vault(tmp_path / f"{len(made)}.vault", bytes(32)), random.Random(len(made))))
        return made[-1]

    yield open_one
    for each in made:
        each.close()


def put(key: str) -> Callable[[Transaction], str]:
    def job(tx: Transaction) -> str:
        tx.execute(node_state.insert(), {"key": key, "value": "1"})
        return key

    return job


def keys(database: Database) -> set[str]:
    with database.read() as tx:
        return set(tx.execute(query(node_state.c.key)).scalars())


def end_all(url: str) -> None:
    """End every connection to a database, as a server that stops does."""
    server = create_engine(make_url(url).set(database="postgres"), isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        found = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s"
        assert all(connection.exec_driver_sql(found, (make_url(url).database,)).scalars())
    server.dispose()


def test_connections_that_died_while_nobody_used_them_are_replaced(url: str, opened: Opener) -> None:
    database = opened(url)
    database.run(put("before"))
    end_all(url)
    assert keys(database) == {"before"}
    end_all(url)
    database.run(put("after"))
    assert keys(database) == {"before", "after"}


def test_a_connection_lost_inside_an_act_undoes_it_and_says_so(url: str, opened: Opener) -> None:
    database = opened(url)

    def job(tx: Transaction) -> None:
        put("lost")(tx)
        end_all(url)
        put("more")(tx)

    with pytest.raises(StorageError) as caught:
        database.run(job)
    assert "nothing of this act was kept" in caught.value.message
    assert keys(database) == set()

    def look() -> None:
        with database.read() as tx:
            end_all(url)
            tx.execute(query(node_state)).all()

    with pytest.raises(StorageError):
        look()
    database.run(put("next"))
    assert keys(database) == {"next"}


def test_a_connection_lost_just_before_the_commit_undoes_the_act(url: str, opened: Opener) -> None:
    database = opened(url)

    def job(tx: Transaction) -> None:
        put("lost")(tx)
        end_all(url)

    with pytest.raises(StorageError, match="nothing of this act was kept"):
        database.run(job)
    assert keys(database) == set()


def test_every_connection_ends_again_and_again_and_no_act_is_lost_or_doubled(url: str, opened: Opener) -> None:
    """What was answered is there, what was refused is not, and the writer goes on by itself."""
    database, told, refused = opened(url), set[str](), set[str]()
    writer, over = Writer(database), threading.Event()

    def disturb() -> None:
        while not over.wait(0.1):
            end_all(url)

    disturber = threading.Thread(target=disturb)
    disturber.start()
    for start in range(0, 60_000, 20):  # at least 600 acts, and for as long as none of them was hit
        if start >= 600 and refused:
            break
        futures = {f"k{number}": writer.submit(put(f"k{number}")) for number in range(start, start + 20)}
        for key, future in futures.items():
            error = future.exception(WAIT_S)
            assert error is None or isinstance(error, StorageError), error
            (told if error is None else refused).add(key)
    over.set()
    disturber.join()
    writer.close()
    assert refused, "no connection was hit: this test tested nothing"
    assert keys(database) == told


def test_a_writer_that_waits_too_long_is_told_why(url: str, opened: Opener) -> None:
    """The other one hangs with the lock in its hand."""
    hung, patient = opened(url), opened(f"{url}?options=-c%20lock_timeout%3D100")
    with hung.write() as tx:
        put("hung")(tx)
        with pytest.raises(StorageError, match="another process of this node holds"):
            patient.run(put("waited"))
        assert keys(patient) == set(), "who reads waits for nobody"
    patient.run(put("then"))
    assert keys(patient) == {"hung", "then"}


def test_a_writer_that_does_nothing_for_long_is_ended_by_the_server(url: str, opened: Opener) -> None:
    hung, other = opened(url), opened(url)
    with hung.write() as tx:
        shown = tx.connection.exec_driver_sql("SHOW idle_in_transaction_session_timeout").scalar_one()
        assert shown == f"{HUNG_AFTER_MS // 60_000}min"

    def hang(tx: Transaction) -> None:
        put("hung")(tx)
        tx.connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 100")
        other.run(put("other"))

    with pytest.raises(StorageError, match="nothing of this act was kept"):
        hung.run(hang)
    assert keys(hung) == {"other"}


def test_writers_queue_whatever_isolation_the_server_defaults_to(url: str, opened: Opener) -> None:
    """With a snapshot from before its turn, each writer would miss what the last one wrote."""
    strict = "?options=-c%20default_transaction_isolation%3Dserializable%20-c%20default_transaction_read_only%3Don"
    databases = [opened(url + strict) for _ in range(4)]
    databases[0].run(lambda tx: tx.execute(node_state.insert(), {"key": "n", "value": "0"}))

    def count(tx: Transaction) -> None:
        value = int(tx.execute(query(node_state.c.value).where(node_state.c.key == "n")).scalar_one())
        time.sleep(0.002)
        tx.execute(node_state.update().where(node_state.c.key == "n").values(value=str(value + 1)))

    def many(database: Database) -> None:
        for _ in range(10):
            database.run(count)

    threads = [threading.Thread(target=many, args=(each,)) for each in databases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with databases[0].read() as tx:
        assert tx.execute(query(node_state.c.value)).scalar_one() == "40"


def test_a_lead_that_was_lost_is_noticed_and_can_be_taken_again(url: str, opened: Opener) -> None:
    first, second = opened(url), opened(url)
    assert first.take_lead()
    end_all(url)
    assert second.take_lead(), "the lead ended with its connection"
    with pytest.raises(StorageError):
        first.take_lead()
    assert not first.take_lead(), "another process has it"
    second.close()
    assert first.take_lead()


def test_the_url_has_the_last_word_about_the_connection() -> None:
    plain = connect_arguments(make_url("postgresql+psycopg://h/d"))
    own = connect_arguments(make_url("postgresql+psycopg://h/d?connect_timeout=3&options=-c%20x%3D1"))
    assert {"connect_timeout", "options"} == plain.keys() - own.keys()


class Cutter:
    """A way to the server that cuts a connection when a COMMIT passes: before it arrives, or before its answer does."""

    def __init__(self, url: str) -> None:
        self._server = (make_url(url).host, make_url(url).port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = make_url(url).set(port=self._listener.getsockname()[1]).render_as_string(hide_password=False)
        self.cut = ""
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._pass_on, args=(client,), daemon=True).start()

    def _pass_on(self, client: socket.socket) -> None:
        with client, socket.create_connection(self._server) as server:
            while True:
                for each in select.select([client, server], [], [])[0]:
                    content = each.recv(65_536)
                    if not content:
                        return
                    due = self.cut if each is client and b"COMMIT\0" in content else ""
                    if due == "before":
                        self.cut = ""
                        return
                    (server if each is client else client).sendall(content)
                    if due == "after":
                        self.cut = ""
                        server.recv(65_536)
                        return


@pytest.fixture
def cutter(url: str) -> Iterator[Cutter]:
    made = Cutter(url)
    yield made
    made.close()


def test_a_commit_whose_answer_was_lost_is_a_commit(cutter: Cutter, opened: Opener) -> None:
    database = opened(cutter.url)
    database.run(put("before"))
    cutter.cut = "after"
    assert database.run(put("kept")) == "kept"
    assert cutter.cut == ""
    assert keys(database) == {"before", "kept"}


def test_a_commit_that_never_arrived_is_none(cutter: Cutter, opened: Opener) -> None:
    database = opened(cutter.url)
    database.run(put("before"))
    cutter.cut = "before"
    with pytest.raises(StorageError, match="nothing of this act was kept"):
        database.run(put("lost"))
    assert cutter.cut == ""
    assert keys(database) == {"before"}


def test_a_commit_that_nobody_can_be_asked_about_is_called_so(url: str, opened: Opener) -> None:
    database, numbers = opened(url), []

    def job(tx: Transaction) -> None:
        put("kept")(tx)
        numbers.append(str(tx.connection.exec_driver_sql("SELECT pg_current_xact_id()::text").scalar_one()))

    database.run(job)
    assert was_committed(database.engine, numbers[0])
    nobody = opened("postgresql+psycopg://x@127.0.0.1:1/x")
    with pytest.raises(StorageError, match="cannot be asked how that ended") as caught:
        was_committed(nobody.engine, numbers[0], 0.3)
    assert "before you repeat it" in caught.value.hint()
