"""What many tests share: a real database in a temporary directory, a fixed day, a seeded source of randomness."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from tests.databases import ON_POSTGRESQL, drop, drop_all, fresh, keep, name_of

from egnatia.store.database import Database
from egnatia.store.tables import metadata
from egnatia.store.vault import Vault

NOW = datetime(2025, 5, 15, 3, 0, tzinfo=UTC)
ON_SERVER = {"empty_schema", "template", "three"}
"""The fixtures whose databases are on the server when the tests run there; whatever has one, has it from these."""


WITHOUT_DATABASE = tuple(Path(__file__).parent / name for name in ("docs", "engines", "verifier"))
"""Folders in which no test has a database. On PostgreSQL they are not even read, which takes each process as long as a
hundred tests; on SQLite a test with a database in one of them stops the run, so none can hide there."""


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """On PostgreSQL pass over the folders whose tests would all be deselected."""
    return True if ON_POSTGRESQL and collection_path in WITHOUT_DATABASE else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL run the tests that have a database; the others are the same as on SQLite.

    Raises:
        pytest.UsageError: a test with a database stands in a folder that is not read on PostgreSQL.
    """
    for each in items:
        if _is_on_server(each) and any(each.path.is_relative_to(folder) for folder in WITHOUT_DATABASE):
            raise pytest.UsageError(f"{each.nodeid} has a database; on PostgreSQL nobody would run it there")
    if ON_POSTGRESQL:
        others = {each for each in items if not _is_on_server(each)}
        config.hook.pytest_deselected(items=list(others))
        items[:] = [each for each in items if each not in others]


def _is_on_server(item: pytest.Item) -> bool:
    """The command line's tests copy nodes by their directories, which does not copy a server's database."""
    if "/tests/cli/" in item.path.as_posix():
        return item.path.name == "test_workers.py"
    return bool(ON_SERVER.intersection(getattr(item, "fixturenames", ())))


def pytest_sessionfinish() -> None:
    """Leave nothing on the server."""
    drop_all()


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def empty_schema() -> Iterator[str]:
    """The name of a database on the server that has every table and no row; empty where the tests run on SQLite."""
    if not ON_POSTGRESQL:
        yield ""
        return
    url = fresh()
    engine = create_engine(url)
    metadata.create_all(engine)
    engine.dispose()
    keep(url)
    yield name_of(url)


@pytest.fixture
def database(tmp_path: Path, empty_schema: str) -> Iterator[Database]:
    url = fresh(empty_schema) if empty_schema else f"sqlite:///{tmp_path / 'node.sqlite'}"
    made = Database(url, Vault(tmp_path / "vault.sqlite", bytes(32)), random.Random(417))
    metadata.create_all(made.engine)
    yield made
    made.close()
    if empty_schema:
        drop(url)
