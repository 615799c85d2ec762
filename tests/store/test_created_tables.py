"""What `tests.databases.create_tables` makes by copying is what `metadata.create_all` makes by statements."""

import random
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect
from tests.databases import create_tables

from egnatia.store.database import Database
from egnatia.store.tables import metadata, node_state
from egnatia.store.vault import Vault


def database_at(directory: Path, name: str) -> Database:
    url = f"sqlite:///{directory / name}" if name else "sqlite://"
    return Database(url, Vault(directory / f"{name}.vault", bytes(32)), random.Random(1))


def schema(engine: Engine) -> list[tuple[str, ...]]:
    """Everything that SQLite knows of the tables: their statements and their indexes."""
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema ORDER BY 2"
        )
        return [tuple(row) for row in rows]


def settings(engine: Engine) -> dict[str, object]:
    names = ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "page_size", "user_version", "encoding")
    with engine.connect() as connection:
        return {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in names}


@pytest.mark.parametrize("name", ["one.sqlite", ""])
def test_copied_tables_are_the_declared_ones(tmp_path: Path, name: str) -> None:
    copied = database_at(tmp_path, name)
    create_tables(copied.engine)
    declared = database_at(tmp_path, name and "two.sqlite")
    metadata.create_all(declared.engine)
    assert len(schema(copied.engine)) > len(metadata.tables) > 90
    assert schema(copied.engine) == schema(declared.engine)
    assert settings(copied.engine) == settings(declared.engine)
    assert set(inspect(copied.engine).get_table_names()) == set(metadata.tables)
    copied.close()
    declared.close()


def test_two_copies_share_no_row(tmp_path: Path) -> None:
    one, two = database_at(tmp_path, "one.sqlite"), database_at(tmp_path, "two.sqlite")
    for each in (one, two):
        create_tables(each.engine)
    with one.write() as tx:
        tx.execute(node_state.insert().values(key="k", value="1"))
    three = database_at(tmp_path, "")
    create_tables(three.engine)
    for each in (two, three):
        with each.read() as tx:
            assert tx.execute(node_state.select()).all() == []
    for each in (one, two, three):
        each.close()


def test_what_a_database_holds_already_stays(tmp_path: Path) -> None:
    """A node that starts again finds its rows, and a table that it lacked."""
    made = database_at(tmp_path, "one.sqlite")
    create_tables(made.engine)
    with made.write() as tx:
        tx.execute(node_state.insert().values(key="k", value="1"))
        tx.execute(node_state.select())
    with made.connection() as connection:
        connection.exec_driver_sql("DROP TABLE doomed_key")
    made.close()
    again = database_at(tmp_path, "one.sqlite")
    create_tables(again.engine)
    with again.read() as tx:
        assert [row.value for row in tx.execute(node_state.select())] == ["1"]
    assert "doomed_key" in inspect(again.engine).get_table_names()
    again.close()
