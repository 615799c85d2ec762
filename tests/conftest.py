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


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL run the tests that have a database; the others are the same as on SQLite."""
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
