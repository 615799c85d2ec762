"""The vault's own log: what was deleted is in no file, at once when it was erased and soon when it was spent."""

import contextlib
import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from egnatia.errors import ErasedError
from egnatia.model.ids import SealedId
from egnatia.store.vault import LOG_HOLDS, RecordKey, Vault, fresh_key

KEK = bytes(range(32))
RANDOMNESS = random.Random(417)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the vault is."""
    return tmp_path / "vault.sqlite"


@pytest.fixture
def vault(path: Path) -> Iterator[Vault]:
    """An empty vault."""
    with contextlib.closing(Vault(path, KEK)) as made:
        yield made


def keys(count: int) -> list[RecordKey]:
    """Fresh keys, with ids that can be found in a file."""
    return [fresh_key(SealedId(f"key-{RANDOMNESS.getrandbits(128):032x}"), RANDOMNESS) for _ in range(count)]


def log_bytes(path: Path) -> int:
    """How long the log is."""
    log = path.with_name(path.name + "-wal")
    return log.stat().st_size if log.exists() else 0


def traces(path: Path, key: RecordKey) -> list[str]:
    """The files in which a key's row can still be found."""
    return [each.name for each in path.parent.iterdir() if key.id.encode() in each.read_bytes()]


def test_a_key_is_durable_in_the_log_and_can_be_read(vault: Vault, path: Path) -> None:
    [key] = keys(1)
    vault.put([key])
    assert log_bytes(path) > 0
    assert vault.get(key.id) == key
    with contextlib.closing(Vault(path, KEK)) as second:
        assert second.get(key.id) == key


def test_a_destroyed_key_is_in_no_file(vault: Vault, path: Path) -> None:
    gone, kept = keys(2)
    vault.put([gone, kept])
    vault.destroy([gone.id])
    assert traces(path, gone) == []
    assert log_bytes(path) == 0
    assert vault.get(kept.id) == kept
    with pytest.raises(ErasedError):
        vault.get(gone.id)


def test_a_spent_key_goes_with_the_log(vault: Vault, path: Path) -> None:
    [spent], [other] = keys(1), keys(1)
    vault.put([spent])
    vault.put([other], [spent.id])
    assert traces(path, spent) == [path.name + "-wal"]
    with pytest.raises(ErasedError):
        vault.get(spent.id)
    vault.forget_log()
    assert traces(path, spent) == []


def test_a_busy_writer_empties_the_log_all_the_same(vault: Vault, path: Path) -> None:
    many = keys(LOG_HOLDS)
    vault.put(many)
    vault.put([], [each.id for each in many[:-1]])
    assert log_bytes(path) > 0
    vault.put([], [many[-1].id])
    assert log_bytes(path) == 0
    assert traces(path, many[0]) == []


def test_nothing_to_forget_leaves_the_log_alone(vault: Vault, path: Path) -> None:
    vault.put(keys(1))
    vault.forget_log()
    assert log_bytes(path) > 0


def test_what_a_crash_left_in_the_log_goes_when_the_vault_is_opened(vault: Vault, path: Path) -> None:
    [spent] = keys(1)
    vault.put([spent])
    vault.put([], [spent.id])
    assert traces(path, spent)
    with contextlib.closing(Vault(path, KEK)):  # the first one is still open, as if it had been killed
        assert traces(path, spent) == []


def test_a_reader_keeps_the_log_and_the_spent_key_goes_the_next_time(vault: Vault, path: Path) -> None:
    [spent], [other] = keys(1), keys(1)
    vault.put([spent])
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM record_key").fetchone()
        vault.put([], [spent.id])
        vault.forget_log()  # does not wait
        assert log_bytes(path) > 0
    vault.put([other])
    vault.forget_log()
    assert log_bytes(path) == 0
    assert traces(path, spent) == []


def test_a_vault_of_the_release_before_is_taken_over(path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path)) as old:
        old.execute("PRAGMA journal_mode=TRUNCATE")
        old.execute("CREATE TABLE record_key (id TEXT PRIMARY KEY, wrapped BLOB NOT NULL)")
        old.commit()
    [key] = keys(1)
    with contextlib.closing(Vault(path, KEK)) as vault:
        vault.put([key])
    assert log_bytes(path) == 0  # closing leaves one whole file
    with contextlib.closing(sqlite3.connect(path)) as copy:
        assert copy.execute("SELECT id FROM record_key").fetchall() == [(key.id,)]


def test_emptying_says_when_it_was_not_possible(vault: Vault, path: Path) -> None:
    [key] = keys(1)
    vault.put([key])
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM record_key").fetchone()
        assert not vault._empty_log(0)
    vault.destroy([key.id])
    assert traces(path, key) == []
