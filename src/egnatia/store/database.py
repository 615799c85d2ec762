"""Transactions on a node's database, SQLite by default and PostgreSQL by URL.

One writer at a time: the ledger is a sequence, so writes are serialised anyway (SQLite by its lock, PostgreSQL by an
advisory lock). `writer.py` turns many small writes into one commit.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, CursorResult, Engine, Executable, create_engine, event, select
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, PendingRollbackError
from sqlalchemy.pool import ConnectionPoolEntry

from egnatia.errors import ConfigError, ErasedError, Error, StorageError, TamperedError
from egnatia.model.ids import Randomness, SealedId, new_id
from egnatia.store.tables import doomed_key, sealed_record
from egnatia.store.vault import RecordKey, Vault, commit_to, decrypt, encrypt, fresh_key

T = TypeVar("T")
BUSY_TIMEOUT_MS = 15_000
"""How long a write waits for another process of the same node: above the longest group commit measured (bench)."""
_CONSISTENT_VIEW = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
"""PostgreSQL's own default would show each statement another state (its manual, section 13.2)."""
_URL_HINT = "Leave it empty for SQLite. PostgreSQL: postgresql+psycopg://…, with the extra `postgresql` installed."
_WRITER_LOCK = 0x45474E41
"""Any fixed number: the key of PostgreSQL's advisory lock that makes writers queue."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed record and the commitment that goes into the ledger."""

    id: SealedId
    commitment: bytes


@dataclass(slots=True)
class Transaction:
    """One unit of work: what is done with it is committed together or not at all.

    Attributes:
        connection: the SQLAlchemy connection, already inside a transaction.
        vault: the node's key file.
        randomness: source of identifiers, keys and salts.
    """

    connection: Connection
    vault: Vault
    randomness: Randomness
    _fresh: dict[SealedId, RecordKey] = field(default_factory=dict)
    _doomed: list[SealedId] = field(default_factory=list)

    def execute(
        self, statement: Executable, parameters: Mapping[str, Any] | list[Any] | None = None
    ) -> CursorResult[Any]:
        """Execute a Core statement."""
        return self.connection.execute(statement, parameters)

    def new_id(self) -> str:
        """A fresh identifier."""
        return new_id(self.randomness)

    def seal(self, content: bytes, *, kind: str, at: datetime, erase_on: datetime | None = None) -> Sealed:
        """Store `content` encrypted under a fresh key.

        Args:
            content: the bytes to seal; the commitment is to exactly these bytes.
            kind: what it is, for retention rules (`enquiry`, `facts`, `core_data`, …).
            at: when it was collected.
            erase_on: when it has to go at the latest.
        """
        key = fresh_key(SealedId(self.new_id()), self.randomness)
        self.execute(
            sealed_record.insert(),
            {"id": key.id, "kind": kind, "ciphertext": encrypt(key, content), "created_at": at, "erase_on": erase_on},
        )
        self._fresh[key.id] = key
        return Sealed(key.id, commit_to(content, key.salt))

    def unseal(self, sealed_id: SealedId) -> bytes:
        """Read a sealed record.

        Raises:
            ErasedError: it was erased.
            TamperedError: it was changed.
        """
        key = self._key(sealed_id)
        row = self.execute(sealed_record.select().where(sealed_record.c.id == sealed_id)).one_or_none()
        if row is None:
            raise self._missing(sealed_id)
        return decrypt(key, row.ciphertext)

    def _missing(self, sealed_id: SealedId) -> Error:
        """Why a record with a key has no content: it is being erased, or somebody deleted it."""
        doomed = self.execute(doomed_key.select().where(doomed_key.c.id == sealed_id)).first()
        if doomed is not None:
            return ErasedError(f"the content {sealed_id} was erased")
        return TamperedError(f"the sealed record {sealed_id} is gone although nobody erased it")

    def opened(self, sealed_id: str | None) -> bytes | None:
        """A sealed record where there is one and it was not erased; None otherwise.

        Raises:
            TamperedError: it was changed.
        """
        try:
            return None if sealed_id is None else self.unseal(SealedId(sealed_id))
        except ErasedError:
            return None

    def commitment_of(self, sealed_id: SealedId) -> bytes:
        """Recompute the commitment of a record that still exists, to compare it with the ledger's."""
        return commit_to(self.unseal(sealed_id), self._key(sealed_id).salt)

    def salt_of(self, sealed_id: SealedId) -> bytes:
        """The commitment's salt, for opening it to an auditor."""
        return self._key(sealed_id).salt

    def _key(self, sealed_id: SealedId) -> RecordKey:
        return self._fresh.get(sealed_id) or self.vault.get(sealed_id)

    def erase(self, sealed_id: SealedId) -> None:
        """Delete the ciphertext now and destroy its key once that is committed; a second time changes nothing."""
        deleted = self.execute(sealed_record.delete().where(sealed_record.c.id == sealed_id)).rowcount
        if self._fresh.pop(sealed_id, None) is None and deleted:
            self.execute(doomed_key.insert(), {"id": sealed_id})
            self._doomed.append(sealed_id)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo what the block did, and only that, when it raises."""
        fresh, doomed = dict(self._fresh), len(self._doomed)
        self.connection.exec_driver_sql("SAVEPOINT job")
        whole = False
        try:
            yield
            self.connection.exec_driver_sql("RELEASE SAVEPOINT job")
            whole = True
        finally:
            if not whole:
                self._fresh, self._doomed[doomed:] = fresh, []
                _try(self.connection, "ROLLBACK TO SAVEPOINT job")
                _try(self.connection, "RELEASE SAVEPOINT job")

    def keep_keys(self) -> None:
        """Write the keys of what was sealed; called by the database just before it commits."""
        self.vault.put(self._fresh.values())

    def doomed_keys(self) -> list[SealedId]:
        """The keys of what was erased; the database destroys them just after it commits."""
        return list(self._doomed)


class Database:
    """A node's database. Invariant: every write transaction is serialised and either whole or absent."""

    def __init__(self, url: str, vault: Vault, randomness: Randomness) -> None:
        self.url = url
        self.vault = vault
        self.randomness = randomness
        self.engine = _engine(url)
        self._is_sqlite = self.engine.dialect.name == "sqlite"
        self._log_is_due = False
        self._undestroyed: list[SealedId] = []

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """A bare connection, for the migrations."""
        with _storage_errors(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """A consistent view that writes nothing."""
        with _storage_errors(), self.engine.connect() as connection:
            connection.exec_driver_sql("BEGIN" if self._is_sqlite else _CONSISTENT_VIEW)
            try:
                yield Transaction(connection, self.vault, self.randomness)
            finally:
                connection.exec_driver_sql("ROLLBACK")

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """A transaction that commits when the block ends and rolls back when it raises."""
        with _storage_errors(), self.engine.connect() as connection:
            self._begin(connection)
            transaction = Transaction(connection, self.vault, self.randomness)
            committed = False
            try:
                yield transaction
                transaction.keep_keys()
                connection.exec_driver_sql("COMMIT")
                committed = True
            finally:
                if not committed:
                    _try(connection, "ROLLBACK")
            if self._destroy_keys(transaction.doomed_keys()) or self._log_is_due:
                self._forget_log(connection)

    def _destroy_keys(self, doomed: list[SealedId]) -> bool:
        """Destroy keys and say whether any were.

        Their erasure is committed already, so a full disk here is no failure of the act: the keys stay noted in
        `doomed_key` and are tried again with the next commit, or at the next opening.
        """
        self._undestroyed += doomed
        if not self._undestroyed:
            return False
        try:
            self.vault.destroy(self._undestroyed)
        except (StorageError, sqlite3.Error):
            return False
        self._undestroyed = []
        return True

    def finish_erasures(self) -> int:
        """Destroy the keys that a crash left behind after their content was erased. Returns how many there were."""
        with self.read() as transaction:
            left = [SealedId(each) for each in transaction.execute(select(doomed_key.c.id)).scalars()]
        self.vault.destroy(left)
        if left:
            with self.write() as transaction:
                transaction.execute(doomed_key.delete().where(doomed_key.c.id.in_(left)))
        return len(left)

    def _begin(self, connection: Connection) -> None:
        if self._is_sqlite:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.exec_driver_sql("BEGIN")
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITER_LOCK})")

    def _forget_log(self, connection: Connection) -> None:
        """Empty SQLite's write-ahead log, so that erased rows are in no file any more.

        While somebody reads, the log has to stay; nobody waits for that, the next commit tries again.
        """
        if not self._is_sqlite:
            return
        self._log_is_due = True
        try:
            connection.exec_driver_sql("PRAGMA busy_timeout=0")
            busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0]
            connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
            self._log_is_due = bool(busy)
        except DBAPIError:  # what matters is committed; this connection's patience may be wrong now
            connection.invalidate()

    def run(self, job: Callable[[Transaction], T]) -> T:
        """Run one job in a write transaction of its own."""
        with self.write() as transaction:
            return job(transaction)

    def close(self) -> None:
        """Close every pooled connection and the vault."""
        self.engine.dispose()
        self.vault.close()


def _engine(url: str) -> Engine:
    try:
        # Transactions are begun by hand, see Database. A fault ends in a log, and what was written must not be in it.
        engine = create_engine(url, isolation_level="AUTOCOMMIT", hide_parameters=True)
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        raise ConfigError(f"database.url cannot be used: {error}", hint=_URL_HINT) from None
    except (ArgumentError, ValueError):  # their text may repeat a part of the URL, and so of a password
        raise ConfigError("database.url is no URL of a database that can be used here", hint=_URL_HINT) from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _entry: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
        "temp_store=MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _try(connection: Connection, statement: str) -> None:
    """Execute a clean-up statement; on a full disk SQLite has already rolled back, and there is nothing to clean."""
    if connection.invalidated:
        return
    try:
        connection.exec_driver_sql(statement)
    except DBAPIError:
        connection.invalidate()


@contextmanager
def _storage_errors() -> Iterator[None]:
    try:
        yield
    except Error:
        raise
    except DBAPIError as error:
        raise _explained(str(error.orig)) from error
    except PendingRollbackError as error:  # the connection was given up when a clean-up statement failed
        raise StorageError("the database gave up in the middle of a transaction; nothing of it was kept") from error
    except sqlite3.Error as error:  # the vault's file
        raise _explained(str(error)) from error


def _explained(said: str) -> StorageError:
    text = said.partition("\n")[0]  # PostgreSQL's further lines repeat the row that it refused
    if "full" in text or "No space left" in text:
        return StorageError("the disk is full", hint="Free disk space; partners send again by themselves.")
    if "locked" in text:
        return StorageError("another process of this node holds the database", hint="Wait a moment and try again.")
    if "no such table" in text or "does not exist" in text:
        return StorageError(
            f"the database has no such table ({text})", hint="Run `egnatia node init` on this directory."
        )
    if "not a database" in text or "malformed" in text:
        return StorageError("the database file is damaged", hint="Restore it from a backup; keep the damaged file.")
    if "Connection refused" in text or "could not connect" in text or "connection failed" in text:
        return StorageError("the database server cannot be reached", hint="Start it, or correct database.url.")
    return StorageError(f"the database refused: {text}")
