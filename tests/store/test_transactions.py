"""Transactions, savepoints, sealed records: whole or absent, erasable, and proof against changed files."""

import random
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.exc import StatementError
from tests.databases import ON_POSTGRESQL, about_sqlite

from egnatia.errors import ConfigError, ErasedError, InputError, StorageError, TamperedError
from egnatia.model.ids import SealedId
from egnatia.store.database import Database, Transaction
from egnatia.store.tables import node_state, sealed_record
from egnatia.store.tables.base import Utc
from egnatia.store.vault import Vault, commit_to


def put(tx: Transaction, key: str, value: str = "1") -> None:
    tx.execute(node_state.insert(), {"key": key, "value": value})


def keys(database: Database) -> list[str]:
    with database.read() as tx:
        return list(tx.execute(select(node_state.c.key).order_by(node_state.c.key)).scalars())


def again(database: Database, tmp_path: Path, key: bytes = bytes(32)) -> Database:
    """The same files, opened by another process."""
    return Database(database.url, Vault(tmp_path / "vault.sqlite", key), random.Random(1))


def test_a_block_that_raises_leaves_nothing(database: Database, now: datetime) -> None:
    made: list[SealedId] = []

    def fail(tx: Transaction) -> None:
        put(tx, "a")
        made.append(tx.seal(b"content", kind="k", at=now).id)
        raise InputError("no")

    with pytest.raises(InputError):
        database.run(fail)
    assert keys(database) == []
    with pytest.raises(ErasedError), database.read() as tx:
        tx.unseal(made[0])


def spoil(tx: Transaction, kept: SealedId, lost: list[SealedId], now: datetime) -> None:
    """Write, seal and erase in a savepoint that fails."""
    with tx.savepoint():
        put(tx, "inside")
        lost.append(tx.seal(b"lost", kind="k", at=now).id)
        tx.erase(kept)
        raise InputError("no")


def test_a_savepoint_undoes_its_own_block_and_no_other(database: Database, now: datetime) -> None:
    lost: list[SealedId] = []
    with database.write() as tx:
        kept = tx.seal(b"kept", kind="k", at=now)
        put(tx, "before")
        with pytest.raises(InputError):
            spoil(tx, kept.id, lost, now)
        with tx.savepoint(), tx.savepoint():
            put(tx, "nested")
        put(tx, "after")
    assert keys(database) == ["after", "before", "nested"]
    with database.read() as tx:
        assert tx.unseal(kept.id) == b"kept"
        with pytest.raises(ErasedError):
            tx.unseal(lost[0])


def test_a_sealed_record_is_read_in_its_own_transaction_and_after(database: Database, now: datetime) -> None:
    with database.write() as tx:
        sealed = tx.seal(b"content", kind="k", at=now)
        assert tx.unseal(sealed.id) == b"content"
    with database.read() as tx:
        assert tx.unseal(sealed.id) == b"content"
        assert tx.commitment_of(sealed.id) == sealed.commitment == commit_to(b"content", tx.salt_of(sealed.id))
        assert tx.opened(sealed.id) == b"content"
        assert tx.opened(None) is None


def test_erasing_is_final_in_the_same_transaction_and_after_and_twice(database: Database, now: datetime) -> None:
    with database.write() as tx:
        sealed, fresh = tx.seal(b"content", kind="k", at=now), tx.seal(b"short-lived", kind="k", at=now)
        tx.erase(fresh.id)
    with database.write() as tx:
        tx.erase(sealed.id)
        tx.erase(sealed.id)
        with pytest.raises(ErasedError):
            tx.unseal(sealed.id)
    database.run(lambda tx: tx.erase(sealed.id))
    for each in (sealed, fresh):
        with database.read() as tx, pytest.raises(ErasedError):
            tx.unseal(each.id)


def test_a_transaction_that_erased_and_then_failed_erased_nothing(database: Database, now: datetime) -> None:
    sealed = database.run(lambda tx: tx.seal(b"content", kind="k", at=now))

    def fail(tx: Transaction) -> None:
        tx.erase(sealed.id)
        raise InputError("no")

    with pytest.raises(InputError):
        database.run(fail)
    with database.read() as tx:
        assert tx.unseal(sealed.id) == b"content"


@settings(deadline=None, derandomize=True, max_examples=40)
@given(content=st.binary(max_size=300), position=st.integers(0, 10_000), flip=st.integers(1, 255))
def test_any_byte_changed_in_a_ciphertext_is_noticed(content: bytes, position: int, flip: int) -> None:
    from egnatia.store.vault import decrypt, encrypt, fresh_key

    key = fresh_key(SealedId("a"), random.Random(7))
    sealed = bytearray(encrypt(key, content))
    assert decrypt(key, bytes(sealed)) == content
    sealed[position % len(sealed)] ^= flip
    with pytest.raises(TamperedError):
        decrypt(key, bytes(sealed))


def test_a_ciphertext_moved_to_another_row_does_not_open(database: Database, now: datetime) -> None:
    first = database.run(lambda tx: tx.seal(b"first", kind="k", at=now))
    second = database.run(lambda tx: tx.seal(b"second", kind="k", at=now))
    with database.write() as tx:
        taken = tx.execute(select(sealed_record.c.ciphertext).where(sealed_record.c.id == first.id)).scalar_one()
        tx.execute(update(sealed_record).where(sealed_record.c.id == second.id).values(ciphertext=taken))
    with database.read() as tx, pytest.raises(TamperedError):
        tx.unseal(second.id)


def test_a_row_that_somebody_deleted_is_no_erasure(database: Database, now: datetime) -> None:
    sealed = database.run(lambda tx: tx.seal(b"content", kind="k", at=now))
    database.run(lambda tx: tx.execute(sealed_record.delete()))
    with database.read() as tx, pytest.raises(TamperedError) as caught:
        tx.unseal(sealed.id)
    assert "nobody erased it" in caught.value.message


def test_another_nodes_vault_key_opens_nothing(database: Database, tmp_path: Path, now: datetime) -> None:
    sealed = database.run(lambda tx: tx.seal(b"content", kind="k", at=now))
    other = again(database, tmp_path, b"1" * 32)
    with other.read() as tx, pytest.raises(TamperedError) as caught:
        tx.unseal(sealed.id)
    assert "another node" in caught.value.hint()
    other.close()
    with pytest.raises(ConfigError):
        Vault(tmp_path / "vault.sqlite", b"short")


def test_a_key_moved_or_changed_in_the_vault_does_not_open(database: Database, now: datetime) -> None:
    sealed = database.run(lambda tx: tx.seal(b"content", kind="k", at=now))
    database.vault._connection.execute("UPDATE record_key SET wrapped = zeroblob(length(wrapped))")
    with database.read() as tx, pytest.raises(TamperedError):
        tx.unseal(sealed.id)


def test_a_vault_file_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "vault.sqlite").write_bytes(b"not a database, but long enough to be read as one" * 9)
    with pytest.raises(ConfigError) as caught:
        Vault(tmp_path / "vault.sqlite", bytes(32))
    assert "vault" in caught.value.message
    assert "Restore" in caught.value.hint()


def test_a_key_left_without_its_note_is_finished_at_the_next_opening(
    database: Database, tmp_path: Path, now: datetime
) -> None:
    sealed = database.run(lambda tx: tx.seal(b"content", kind="k", at=now))
    database.vault._connection.set_authorizer(lambda action, *_: 1 if action == 9 else 0)  # 9: SQLITE_DELETE
    database.run(lambda tx: tx.erase(sealed.id))
    database.vault._connection.set_authorizer(None)
    other = again(database, tmp_path)
    assert other.vault.get(sealed.id).id == sealed.id
    assert other.finish_erasures() == 1
    assert other.finish_erasures() == 0
    with pytest.raises(ErasedError):
        other.vault.get(sealed.id)
    other.close()


@about_sqlite
def test_a_full_disk_is_a_storage_error_that_keeps_what_was_there(database: Database) -> None:
    database.run(lambda tx: put(tx, "before"))
    with database.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages + 2}")
    with pytest.raises(StorageError) as caught:
        database.run(lambda tx: put(tx, "large", "x" * 100_000))
    assert caught.value.message == "the disk is full"
    assert "Free disk space" in caught.value.hint()
    assert keys(database) == ["before"]
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count=1000000")
    database.run(lambda tx: put(tx, "large", "x" * 100_000))
    assert keys(database) == ["before", "large"]


def test_another_process_that_writes_is_waited_for_and_then_named(database: Database, tmp_path: Path) -> None:
    other = again(database, tmp_path)
    with database.write() as tx:
        put(tx, "mine")
        with other.engine.connect() as connection:
            patience = "SET lock_timeout = 10" if ON_POSTGRESQL else "PRAGMA busy_timeout=10"
            connection.exec_driver_sql(patience)
        with pytest.raises(StorageError) as caught:
            other.run(lambda tx: put(tx, "theirs"))
    assert "another process" in caught.value.message
    assert keys(database) == ["mine"]
    other.close()


def test_readers_see_one_state_while_somebody_writes(database: Database, tmp_path: Path) -> None:
    other = again(database, tmp_path)
    with other.read() as tx:
        assert tx.execute(select(node_state)).all() == []
        database.run(lambda tx: put(tx, "new"))
        assert tx.execute(select(node_state)).all() == []
    assert keys(other) == ["new"]
    other.close()


def test_a_database_without_its_tables_says_what_to_do(tmp_path: Path) -> None:
    bare = Database(
        f"sqlite:///{tmp_path / 'bare.sqlite'}", Vault(tmp_path / "vault.sqlite", bytes(32)), random.Random(1)
    )
    with pytest.raises(StorageError) as caught:
        keys(bare)
    assert "node init" in caught.value.hint()
    bare.close()


def test_a_damaged_file_says_so(tmp_path: Path) -> None:
    (tmp_path / "node.sqlite").write_bytes(b"SQLite format 3\x00" + b"\xff" * 5_000)
    made = Database(
        f"sqlite:///{tmp_path / 'node.sqlite'}", Vault(tmp_path / "vault.sqlite", bytes(32)), random.Random(1)
    )
    with pytest.raises(StorageError) as caught:
        keys(made)
    assert "damaged" in caught.value.message
    made.close()


@pytest.mark.parametrize("url", ["nonsense", "mysql://x/y", "oracle+nothing://x"])
def test_a_url_that_cannot_be_used_is_a_configuration_error(tmp_path: Path, url: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Database(url, Vault(tmp_path / "vault.sqlite", bytes(32)), random.Random(1))
    assert "database.url" in caught.value.message


def test_a_stored_time_needs_its_zone(database: Database, now: datetime) -> None:
    with pytest.raises(ValueError, match="zone"):
        Utc().process_bind_param(now.replace(tzinfo=None), database.engine.dialect)
    with database.write() as tx, pytest.raises(StatementError, match="zone"):
        tx.seal(b"content", kind="k", at=now.replace(tzinfo=None))
