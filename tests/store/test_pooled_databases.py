"""A database of the tests that was used is as it was when the next test gets it."""

from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, text
from tests.databases import SERVER, drop, fresh, keep, name_of

pytestmark = pytest.mark.skipif(not SERVER, reason="EGNATIA_TEST_POSTGRESQL names no PostgreSQL server")


def do(url: str, *statements: str) -> list[tuple[object, ...]]:
    """Execute statements; returns the rows of the last one where it has any."""
    engine = create_engine(url)
    with engine.begin() as connection:
        results = [connection.execute(text(each)) for each in statements]
        rows = [tuple(row) for row in results[-1]] if results[-1].returns_rows else []
    engine.dispose()
    return rows


@pytest.fixture
def kept() -> Iterator[str]:
    url = fresh()
    do(
        url,
        "CREATE TABLE parent (id serial PRIMARY KEY, word text)",
        "CREATE TABLE child (parent integer REFERENCES parent)",
        "CREATE TABLE note (word text, said bytea)",
        "CREATE TABLE nothing (word text)",
        "INSERT INTO parent (word) VALUES ('one'), ('two')",
        "INSERT INTO child VALUES (1)",
        "INSERT INTO note VALUES ('a', NULL), ('a', NULL), ('b', '\\x00ff')",
    )
    keep(url)
    yield url
    drop(url, for_good=True)


def test_rows_and_numbers_are_put_back(kept: str) -> None:
    first = fresh(name_of(kept))
    do(first, "INSERT INTO parent (word) VALUES ('three')", "DELETE FROM child", "UPDATE parent SET word = 'x'")
    drop(first)
    again = fresh(name_of(kept))
    assert again == first
    assert do(again, "SELECT id, word FROM parent ORDER BY 1") == [(1, "one"), (2, "two")]
    assert do(again, "SELECT parent FROM child") == [(1,)]
    assert do(again, "INSERT INTO parent (word) VALUES ('next') RETURNING id") == [(3,)]
    drop(again, for_good=True)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE note SET word = 'c' WHERE word = 'b'",
        "UPDATE note SET said = NULL",
        "UPDATE note SET said = '\\x00fe' WHERE said IS NOT NULL",
        "DELETE FROM note WHERE word = 'b'; INSERT INTO note VALUES ('a', NULL)",
        "DELETE FROM note; INSERT INTO note VALUES ('a', NULL), ('b', '\\x00ff'), ('b', '\\x00ff')",
        "INSERT INTO note VALUES ('b', '\\x00ff')",
        "DELETE FROM note",
        "TRUNCATE note",
        "INSERT INTO nothing VALUES (NULL)",
        "SELECT nextval('parent_id_seq')",
        "SELECT 1",
    ],
)
def test_whatever_was_done_to_rows_is_undone_once_and_again(kept: str, change: str) -> None:
    """Also where as many rows are left, and where a table has no key and some of its rows twice."""
    for _ in range(2):
        used = fresh(name_of(kept))
        assert do(used, "SELECT word, said FROM note ORDER BY word") == [("a", None), ("a", None), ("b", b"\x00\xff")]
        assert do(used, "SELECT word FROM nothing") == []
        assert do(used, "SELECT last_value, is_called FROM parent_id_seq") == [(2, True)]
        for each in change.split("; "):
            do(used, each)
        drop(used)
    drop(used, for_good=True)


@pytest.mark.parametrize("change", ["ALTER TABLE child ADD x text", "DROP TABLE child", "CREATE TABLE more (x text)"])
def test_a_database_whose_tables_changed_is_not_used_again(kept: str, change: str) -> None:
    first = fresh(name_of(kept))
    do(first, change)
    drop(first)
    again = fresh(name_of(kept))
    assert again != first
    assert do(again, "SELECT parent FROM child") == [(1,)]
    drop(again, for_good=True)


def test_what_a_test_left_open_does_not_stop_the_next(kept: str) -> None:
    first = fresh(name_of(kept))
    engine = create_engine(first)
    connection = engine.connect()
    connection.execute(text("LOCK TABLE parent IN ACCESS EXCLUSIVE MODE"))
    drop(first)
    assert do(fresh(name_of(kept)), "SELECT count(*) FROM parent") == [(2,)]
    connection.invalidate()
    engine.dispose()
    drop(first, for_good=True)
