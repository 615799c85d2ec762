"""The schema as upgraded is the schema as declared; a newer database is refused, an older one is named."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from egnatia.errors import ConfigError, StorageError
from egnatia.store.database import Database
from egnatia.store.migrations import HEAD, check_revision, present_revision, upgrade
from egnatia.store.tables import metadata
from egnatia.store.vault import Vault


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Database]:
    made = Database(
        f"sqlite:///{tmp_path / 'node.sqlite'}", Vault(tmp_path / "vault.sqlite", bytes(32)), random.Random(1)
    )
    yield made
    made.close()


def differences(database: Database) -> list[object]:
    with database.connection() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))


def set_revision(database: Database, revision: str) -> None:
    with database.connection() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})


def test_the_upgraded_schema_is_the_declared_one(bare: Database) -> None:
    upgrade(bare)
    assert differences(bare) == []
    upgrade(bare)
    check_revision(bare)


def test_the_comparison_would_see_a_difference(bare: Database) -> None:
    upgrade(bare)
    with bare.connection() as connection:
        connection.exec_driver_sql("ALTER TABLE ask DROP COLUMN refusal")
        connection.exec_driver_sql("DROP INDEX ix_outbox_due")
    assert len(differences(bare)) == 2


def test_a_database_that_was_never_migrated_is_named(bare: Database) -> None:
    with pytest.raises(ConfigError) as caught:
        check_revision(bare)
    assert "revision none" in caught.value.message
    assert "node init" in caught.value.hint()


def test_a_newer_database_is_refused_and_left_alone(bare: Database) -> None:
    upgrade(bare)
    set_revision(bare, "9999")
    with pytest.raises(ConfigError):
        check_revision(bare)
    with pytest.raises(ConfigError) as caught:
        upgrade(bare)
    assert "newer" in caught.value.hint()
    with bare.connection() as connection:
        assert present_revision(connection) == "9999"
    set_revision(bare, HEAD)
    check_revision(bare)


def test_a_file_that_is_no_database_is_a_storage_error(tmp_path: Path, bare: Database) -> None:
    (tmp_path / "node.sqlite").write_bytes(b"SQLite format 3\x00" + b"\xff" * 5_000)
    for act in (check_revision, upgrade):
        with pytest.raises(StorageError) as caught:
            act(bare)
        assert "damaged" in caught.value.message
