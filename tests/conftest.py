"""What many tests share: a real database in a temporary directory, a fixed day, a seeded source of randomness."""

import os
import random
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from tests.databases import ON_POSTGRESQL, create_tables, drop, drop_all, fresh, keep, name_of

from egnatia.store.database import Database
from egnatia.store.tables import metadata
from egnatia.store.vault import Vault

NOW = datetime(2025, 5, 15, 3, 0, tzinfo=UTC)
ON_SERVER_TOO = ("test_workers.py",)
"""Of the tests of commands those that make their nodes on the server themselves."""
ON_SERVER = {"empty_schema", "template", "three"}
"""The fixtures whose databases are on the server when the tests run there; whatever has one, has it from these."""


WITHOUT_DATABASE = tuple(Path(__file__).parent / name for name in ("console", "docs", "engines", "faults", "verifier"))
"""Folders in which no test has a database on the server. On PostgreSQL they are not even read, which takes each process as long as a
hundred tests; on SQLite a test with a database in one of them stops the run, so none can hide there."""


MEMORY = Path("/dev/shm")  # noqa: S108 - pytest makes a directory of its own in it
ENOUGH = 2 << 30
"""Bytes that have to be free in memory for the tests' files; two processes need 0.3 GB of them at once."""


def pytest_configure() -> None:
    """Keep the tests' files in memory where there is room: tens of thousands of commits wait for a disk twice each.

    TMPDIR names another place.
    """
    if "TMPDIR" not in os.environ and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ENOUGH:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """On PostgreSQL pass over the folders and files whose tests would all be deselected."""
    passed = collection_path in WITHOUT_DATABASE or (_is_about_commands(collection_path) and collection_path.is_file())
    return True if ON_POSTGRESQL and passed and collection_path.name not in (*ON_SERVER_TOO, "conftest.py") else None


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


def _is_about_commands(path: Path) -> bool:
    """The command line's tests copy nodes by their directories, which does not copy a server's database."""
    return path.parent == Path(__file__).parent / "cli"


def _is_on_server(item: pytest.Item) -> bool:
    if _is_about_commands(item.path):
        return item.path.name in ON_SERVER_TOO
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
    if not empty_schema:
        create_tables(made.engine)
    yield made
    made.close()
    if empty_schema:
        drop(url)
