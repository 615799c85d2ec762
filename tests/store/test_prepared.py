"""Prepared statements: the same rows as through SQLAlchemy, seen by whoever watches, and memories that stay true."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import bindparam, create_engine, event, select
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError
from tests.databases import ON_POSTGRESQL, about_sqlite

from egnatia.errors import InputError, StorageError
from egnatia.ledger import Act, append
from egnatia.ledger.nodes import log_size, stored_root
from egnatia.ledger.tree import leaf_hash, root_of
from egnatia.model.events import EventKind
from egnatia.store.database import Database, Transaction
from egnatia.store.prepared import Prepared, insert_into
from egnatia.store.tables import doomed_key, inbox, ledger_entry, node_state, outbox
from egnatia.store.writer import Writer

PUT = insert_into(node_state)
GET = Prepared(select(node_state.c.value).where(node_state.c.key == bindparam("key")))
KEEP = insert_into(inbox)
KEPT = Prepared(select(inbox).where(inbox.c.sender == bindparam("sender")).order_by(inbox.c.message_id))
FIRST, LAST = (datetime.fromisoformat(each) for each in ("0001-01-03", "9999-12-29"))
DIALECTS = [create_engine(url).dialect for url in ("sqlite://", "postgresql+psycopg://nobody@127.0.0.1/none")]


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda each: str(each.name))
def test_no_value_is_part_of_the_text(dialect: Any) -> None:
    query = Prepared(
        select(outbox.c.kind).where(outbox.c.state == "queued", outbox.c.recipient == bindparam("to")).limit(7)
    )
    compiled = query.on(dialect)
    assert "queued" not in compiled.text
    assert "7" not in compiled.text
    values = compiled.bound({"to": "XKX'; DROP TABLE outbox; --"})
    given_values = list(values.values()) if isinstance(values, dict) else list(values)
    assert given_values[:2] == ["queued", "XKX'; DROP TABLE outbox; --"]
    assert 7 in given_values
    assert query.on(dialect) is compiled, "compiled once"


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda each: str(each.name))
def test_an_insert_names_every_column_and_leaves_null_what_is_not_given(dialect: Any) -> None:
    compiled = insert_into(outbox, "sequence").on(dialect)
    assert "sequence" not in compiled.text
    assert "RETURNING" not in compiled.text
    values = compiled.bound({"message_id": "m"})
    assert list(values.values() if isinstance(values, dict) else values).count(None) == len(outbox.columns) - 2


@given(
    st.lists(
        st.tuples(
            st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20),
            st.binary(max_size=40),
            st.datetimes(min_value=FIRST, max_value=LAST),
            st.integers(-12, 12),
        ),
        unique_by=lambda each: each[0],
        max_size=6,
    )
)
@settings(deadline=None, derandomize=True, max_examples=30)
def test_what_is_put_comes_back_as_sqlalchemy_would_give_it(rows: list[tuple[str, bytes, datetime, int]]) -> None:
    with undone() as tx:
        for message_id, answer, at, hours in rows:
            zoned = at.replace(tzinfo=timezone(timedelta(hours=hours)))
            row = {"sender": "ALB", "message_id": message_id, "kind": "k", "sha256": "s", "received_at": zoned}
            assert tx.put(KEEP, row | {"answer": answer}) == 1
        plain = tx.execute(select(inbox).where(inbox.c.sender == "ALB").order_by(inbox.c.message_id)).all()
        assert [tuple(row) for row in tx.rows(KEPT, sender="ALB")] == [tuple(row) for row in plain]


_MEMORY: list[Database] = []


@contextmanager
def undone() -> Iterator[Transaction]:
    """A transaction that is rolled back, so that one example does not see another's rows."""
    with suppress(InputError), _MEMORY[0].write() as tx:
        yield tx
        raise InputError("undo")


@pytest.fixture(autouse=True)
def _kept(database: Database) -> Iterator[None]:
    _MEMORY.append(database)
    yield
    _MEMORY.clear()


def test_a_row_has_its_columns_by_name_and_none_is_none(database: Database, now: datetime) -> None:
    with database.write() as tx:
        assert tx.row(KEPT, sender="ALB") is None
        tx.put(
            KEEP, {"sender": "ALB", "message_id": "m", "kind": "k", "sha256": "s", "received_at": now, "answer": b"a"}
        )
        row = tx.row(KEPT, sender="ALB")
    assert row is not None
    assert (row.message_id, row.received_at, row.answer) == ("m", now, b"a")


def test_a_value_that_is_missing_or_wrong_is_no_null(database: Database, now: datetime) -> None:
    with database.write() as tx:
        with pytest.raises(KeyError):
            tx.rows(GET)
        with pytest.raises(StatementError, match="zone"):
            tx.put(KEEP, {"sender": "ALB", "message_id": "m", "received_at": now.replace(tzinfo=None)})
        with pytest.raises(IntegrityError, match=r"(?i)not.null"), tx.savepoint():
            tx.put(PUT, {"key": "k"})


def test_the_drivers_errors_are_those_of_sqlalchemy(database: Database) -> None:
    def twice(tx: Transaction) -> None:
        tx.put(PUT, {"key": "k", "value": "1"})
        with pytest.raises(IntegrityError), tx.savepoint():
            tx.put(PUT, {"key": "k", "value": "2"})

    database.run(twice)
    with pytest.raises(StorageError), database.read() as tx:
        tx.put(PUT, {"key": "k", "value": "3"})


@about_sqlite
def test_an_interrupted_statement_is_an_error_of_sqlalchemy(database: Database) -> None:
    def interrupted(tx: Transaction) -> None:
        raw: Any = tx.connection.connection.dbapi_connection
        raw.set_progress_handler(lambda: 1, 1)
        try:
            with pytest.raises(OperationalError):
                tx.rows(GET, key="k")
        finally:
            raw.set_progress_handler(None, 0)

    database.run(interrupted)


def test_whoever_watches_the_engine_sees_prepared_statements_too(database: Database) -> None:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement.split(maxsplit=1)[0])

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        with database.write() as tx, tx.savepoint():
            tx.put(PUT, {"key": "k", "value": "1"})
            assert tx.rows(GET, key="k")[0].value == "1"
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
    queued = ["SELECT"] if ON_POSTGRESQL else []
    assert seen == ["BEGIN", *queued, "SAVEPOINT", "INSERT", "SELECT", "RELEASE", "COMMIT"]


def fail(really: bool) -> None:  # noqa: FBT001 - read where it is called
    if really:
        raise InputError("no")


def act(now: datetime, number: int) -> Act:
    return Act(EventKind.NODE_CREATED, now, "node", f"node:{number}")


@given(st.lists(st.tuples(st.integers(1, 5), st.booleans(), st.booleans()), max_size=12))
@settings(deadline=None, derandomize=True, max_examples=30)
def test_the_tree_is_right_whatever_was_undone_in_between(jobs: list[tuple[int, bool, bool]]) -> None:
    """Each job appends some entries, may fail, and may use a plain statement, which empties what was remembered."""
    at = datetime.fromisoformat("2025-05-15T03:00:00+00:00")
    kept = 0
    with undone() as tx:
        for number, (entries, fails, plain) in enumerate(jobs):
            try:
                with tx.savepoint():
                    for _ in range(entries):
                        append(tx, act(at, number))
                    if plain:
                        tx.execute(node_state.insert(), {"key": f"k{number}", "value": "1"})
                    fail(fails)
                    kept += entries
            except InputError:
                continue
        assert log_size(tx) == kept
        leaves = [leaf_hash(each) for each in tx.execute(select(ledger_entry.c.entry).order_by("sequence")).scalars()]
        assert stored_root(tx, kept) == root_of(leaves)


def test_a_plain_statement_that_may_write_empties_the_memory(database: Database) -> None:
    with database.write() as tx:
        tx.memo["known"] = 1
        tx.execute(select(node_state)).all()
        tx.put(PUT, {"key": "k", "value": "1"})
        assert tx.memo == {"known": 1}
        tx.execute(node_state.delete())
        assert tx.memo == {}


def test_a_busy_writer_takes_spent_keys_with_the_next_commit(database: Database, now: datetime) -> None:
    with database.write() as tx:
        sealed = [tx.seal(b"content", kind="k", at=now) for _ in range(3)]
    with database.write(busy=lambda: True) as tx:
        tx.discard(sealed[0].id)
    assert not gone(database, sealed[0].id), "it waits"
    with database.read() as tx:
        assert tx.execute(select(doomed_key.c.id)).scalars().all() == [sealed[0].id], "and is noted"
    with database.write(busy=lambda: True) as tx:
        tx.discard(sealed[1].id)
    assert gone(database, sealed[0].id)
    assert not gone(database, sealed[1].id)
    with database.write() as tx:
        tx.new_id()
    assert gone(database, sealed[1].id)
    with database.write(busy=lambda: True) as tx:
        tx.erase(sealed[2].id)
    assert gone(database, sealed[2].id), "an erasure waits for nothing"


def gone(database: Database, sealed_id: Any) -> bool:
    rows = database.vault._connection.execute("SELECT 1 FROM record_key WHERE id = ?", (sealed_id,)).fetchall()
    return not rows


def test_destroyed_keys_leave_the_list_with_the_next_commit(database: Database, now: datetime) -> None:
    with database.write() as tx:
        sealed = tx.seal(b"content", kind="k", at=now)
    database.run(lambda tx: tx.erase(sealed.id))
    database.run(lambda tx: tx.new_id())
    with database.read() as tx:
        assert tx.execute(select(doomed_key.c.id)).all() == []


def test_an_undone_discard_keeps_its_record(database: Database, now: datetime) -> None:
    with database.write() as tx:
        sealed = tx.seal(b"content", kind="k", at=now)

    def job(tx: Transaction) -> None:
        tx.discard(sealed.id)
        fail(really=True)

    writer = Writer(database)
    assert isinstance(writer.submit(job).exception(20), InputError)
    assert writer.submit(lambda tx: tx.unseal(sealed.id)).result(20) == b"content"
    writer.close()
