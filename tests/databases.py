"""Which database the tests run on: SQLite files, or a PostgreSQL server when EGNATIA_TEST_DATABASE=postgresql.

The server is the one of EGNATIA_TEST_POSTGRESQL. Each test has databases of its own there, copied by the server from
ones that are made once. A copy that a test has done with is put back as it was and given to a later test, which costs
a hundredth of making one: the same tests run on both kinds without knowing which.
"""

import itertools
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache

import pytest
from sqlalchemy import URL, Connection, Engine, create_engine, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool, StaticPool

from egnatia.store.tables import metadata

SERVER = os.environ.get("EGNATIA_TEST_POSTGRESQL", "")
ON_POSTGRESQL = os.environ.get("EGNATIA_TEST_DATABASE") == "postgresql"
ABOUT_SQLITE = "it is about the SQLite file itself"
about_sqlite = pytest.mark.skipif(ON_POSTGRESQL, reason=ABOUT_SQLITE)
_numbers = itertools.count()
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
_SEQUENCES = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1"
_SHAPE = """
    SELECT count(*), sum(hashtextextended(concat_ws(' ', relname, attnum, attname, atttypid, attnotnull), 417))
    FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
    WHERE relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped
"""
_ALONE = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
"""A test that breaks a node leaves its connections behind, and their locks."""
_AS_KEPT = """
    IF (SELECT count(*) FROM "{0}") <> (SELECT count(*) FROM kept."{0}") OR EXISTS (TABLE "{0}" EXCEPT ALL TABLE kept."{0}")
    THEN DELETE FROM "{0}"; INSERT INTO "{0}" TABLE kept."{0}"; END IF
"""
_RESTORE = "SET session_replication_role = replica; CALL kept.put_back()"
"""Without triggers and foreign keys. The server plans a procedure's hundred statements once for each connection."""


@dataclass(slots=True)
class _Template:
    """A database that copies are made of: its tables and columns, and the used copies."""

    shape: str
    used: list[str] = field(default_factory=list)


_templates: dict[str, _Template] = {}
_held: dict[str, Connection] = {}
"""A connection to each used copy, to put it back by: a new one has to learn a hundred tables first, and each test has five
copies."""
_copies: dict[str, str] = {}
"""The databases on the server that this process made, and what each is a copy of."""


def create_tables(engine: Engine) -> None:
    """What `metadata.create_all` does. For SQLite an empty database is filled by copying one that was made once."""
    if engine.dialect.name != "sqlite":
        metadata.create_all(engine)
        return
    with engine.connect() as connection:
        is_empty = connection.exec_driver_sql("SELECT count(*) FROM sqlite_schema").scalar_one() == 0
        if is_empty:
            into = connection.connection.driver_connection
            assert isinstance(into, sqlite3.Connection)
            _empty_tables().backup(into)
    if not is_empty:
        metadata.create_all(engine)


@cache
def _empty_tables() -> sqlite3.Connection:
    """A database in memory, to be copied page by page."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    metadata.create_all(engine)
    with engine.connect() as connection:
        made = connection.connection.driver_connection
    assert isinstance(made, sqlite3.Connection)
    return made


def fresh(template: str = "template0") -> str:
    """A database of this test's own, in the state of another; returns its URL."""
    kept = _templates.get(template)
    while kept is not None and kept.used:
        if _put_back(name := kept.used.pop(), kept):
            return _url_of(name)
        drop(_url_of(name), for_good=True)
    name = f"egnatia_{os.getpid()}_{next(_numbers)}"
    _let_go(template)
    with _server() as server:
        server.exec_driver_sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    _copies[name] = template
    return _url_of(name)


def keep(url: str) -> None:
    """Remember this database's rows inside it, so that its copies can be put back: from now on it is only copied."""
    with _connection(url) as connection:
        tables = connection.exec_driver_sql(_TABLES).scalars().all()
        connection.exec_driver_sql("CREATE SCHEMA kept")
        steps = []
        for each in tables:
            if connection.exec_driver_sql(f'SELECT EXISTS (TABLE "{each}")').scalar_one():
                connection.exec_driver_sql(f'CREATE TABLE kept."{each}" AS TABLE public."{each}"')
                steps.append(_AS_KEPT.format(each))
            else:
                steps.append(f'IF EXISTS (TABLE "{each}") THEN DELETE FROM "{each}"; END IF')  # noqa: S608 - our own table
        for name, last in connection.exec_driver_sql(_SEQUENCES).all():
            steps.append(f"PERFORM setval('public.\"{name}\"', {last or 1}, {last is not None})")
        body = ";\n".join(steps)
        connection.exec_driver_sql(f"CREATE PROCEDURE kept.put_back() LANGUAGE plpgsql AS $$BEGIN {body}; END$$")
        _templates[name_of(url)] = _Template(_shape(connection))


def name_of(url: str) -> str:
    """The database that a URL names."""
    return make_url(url).database or ""


def drop(url: str, *, for_good: bool = False) -> None:
    """Give back a database that `fresh` made."""
    name = name_of(url)
    kept = _templates.get(_copies.get(name, ""))
    if kept is not None and not for_good:
        kept.used.append(name)
        return
    _copies.pop(name, None)
    _let_go(name)
    with _server() as server:
        server.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def drop_all() -> None:
    """Remove every database that this process made."""
    for name in list(_copies):
        drop(_url_of(name), for_good=True)


def dump(url: str) -> bytes:
    """Every value of every row, to search for what should not be there."""
    with _connection(url) as connection:
        tables = connection.exec_driver_sql(_TABLES).scalars().all()
        rows = [row for each in tables for row in connection.exec_driver_sql(f'TABLE "{each}"')]
    return b"\n".join(value if isinstance(value, bytes) else str(value).encode() for row in rows for value in row)


def _put_back(name: str, template: _Template) -> bool:
    """Whether a used copy is again as its template; false when a test changed more than rows."""
    for _ in range(2):  # a test may have ended every connection to it
        try:
            connection = _hold(name)
            connection.exec_driver_sql(_ALONE)
            if _shape(connection) != template.shape:
                return False
            connection.exec_driver_sql(_RESTORE)
        except DBAPIError:
            _let_go(name)
        else:
            return True
    return False  # the test dropped it


def _hold(name: str) -> Connection:
    """A connection to a used copy, kept for the next time."""
    if name not in _held:
        _held[name] = create_engine(_url_of(name), isolation_level="AUTOCOMMIT", poolclass=NullPool).connect()
    return _held[name]


def _let_go(name: str) -> None:
    """Close the connection to a copy, before it is dropped or copied itself."""
    held = _held.pop(name, None)
    if held is not None:
        held.close()
        held.engine.dispose()


def _shape(connection: Connection) -> str:
    return str(connection.exec_driver_sql(_SHAPE).one())


def _url() -> URL:
    if not SERVER:
        raise RuntimeError("EGNATIA_TEST_DATABASE=postgresql needs EGNATIA_TEST_POSTGRESQL, the URL of a server")
    return make_url(SERVER)


def _url_of(name: str) -> str:
    return _url().set(database=name).render_as_string(hide_password=False)


@contextmanager
def _connection(url: str) -> Iterator[Connection]:
    engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


@contextmanager
def _server() -> Iterator[Connection]:
    with _connection(_url().set(database="postgres").render_as_string(hide_password=False)) as connection:
        yield connection
