"""What many tests share: a real database in a temporary directory, a fixed day, a seeded source of randomness."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from egnatia.store.database import Database
from egnatia.store.tables import metadata
from egnatia.store.vault import Vault

NOW = datetime(2025, 5, 15, 3, 0, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    vault = Vault(tmp_path / "vault.sqlite", bytes(32))
    made = Database(f"sqlite:///{tmp_path / 'node.sqlite'}", vault, random.Random(417))
    metadata.create_all(made.engine)
    yield made
    made.close()
