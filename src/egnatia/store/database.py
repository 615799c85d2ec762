"""Transactions on a node's database, SQLite by default and PostgreSQL by URL.

One writer at a time: the ledger is a sequence, so writes are serialised anyway (SQLite by its lock, PostgreSQL by an
advisory lock). `writer.py` turns many small writes into one commit.
"""

import contextlib
import sqlite3
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, CursorResult, Executable, SelectBase, bindparam, select
from sqlalchemy.exc import DBAPIError

from egnatia.errors import ErasedError, Error, StorageError, TamperedError
from egnatia.model.ids import Randomness, SealedId, new_id
from egnatia.store.connecting import make_engine
from egnatia.store.faults import attempt, storage_errors
from egnatia.store.prepared import Driver, Prepared, insert_into
from egnatia.store.savepoints import Savepoints
from egnatia.store.server import BUSY_TIMEOUT_MS, CONSISTENT_VIEW, LEAD_LOCK, queue_to_write, was_committed
from egnatia.store.tables import doomed_key, sealed_record
from egnatia.store.vault import MANY, RecordKey, Vault, commit_to, decrypt, encrypt, fresh_key

T = TypeVar("T")
_SEAL, _DOOM = insert_into(sealed_record), insert_into(doomed_key)
_UNSEAL = Prepared(select(sealed_record.c.ciphertext).where(sealed_record.c.id == bindparam("id")))
_DELETE = Prepared(sealed_record.delete().where(sealed_record.c.id == bindparam("id")))
_DOOMED = Prepared(select(doomed_key.c.id))
_FORGET = Prepared(doomed_key.delete().where(doomed_key.c.id == bindparam("id")))


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
    memo: dict[Hashable, Any] = field(default_factory=dict)
    """What was read once and still holds: writers queue, so only this transaction itself could change it.

    Every statement that is not prepared and may write empties it; an undone savepoint restores it. Values are never
    changed in place, and each key belongs to one module, whose prepared statements keep what it remembers true.
    """
    has_written: bool = False
    """Whether it has executed anything that may write; what was read before that was committed."""
    _fresh: dict[SealedId, RecordKey] = field(default_factory=dict)
    _doomed: list[SealedId] = field(default_factory=list)
    _spent: list[SealedId] = field(default_factory=list)
    _driver: Driver = field(init=False)
    _savepoints: Savepoints = field(init=False)

    def __post_init__(self) -> None:
        """Take hold of the driver's connection."""
        self._driver = Driver(self.connection)
        self._savepoints = Savepoints(self._driver)

    def execute(
        self, statement: Executable, parameters: Mapping[str, Any] | list[Any] | None = None
    ) -> CursorResult[Any]:
        """Execute a Core statement."""
        if not isinstance(statement, SelectBase):
            self.memo.clear()
            self.has_written = True
            self._savepoints.before_write()
        return self.connection.execute(statement, parameters)

    def rows(self, statement: Prepared, **values: Any) -> list[Any]:
        """The rows of a prepared query, with their columns as attributes."""
        driver = self._driver
        compiled = statement.on(driver.dialect)
        return [compiled.read(row) for row in driver.execute(compiled.text, compiled.bound(values)).fetchall()]

    def row(self, statement: Prepared, **values: Any) -> Any | None:
        """The first row of a prepared query, or None."""
        found = self.rows(statement, **values)
        return found[0] if found else None

    def put(self, statement: Prepared, values: Mapping[str, Any]) -> int:
        """Execute a prepared insert, update or delete; returns how many rows that changed."""
        driver = self._driver
        compiled = statement.on(driver.dialect)
        bound = compiled.bound(values)
        self.has_written = True
        self._savepoints.before_write()
        return driver.execute(compiled.text, bound).rowcount

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
        self.put(
            _SEAL,
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
        row = self.row(_UNSEAL, id=sealed_id)
        if row is None:
            raise self._missing(sealed_id)
        return decrypt(key, row.ciphertext)

    def unseal_many(self, sealed_ids: Sequence[SealedId]) -> dict[SealedId, bytes]:
        """Read many sealed records at once; those that were erased are not among them.

        Raises:
            TamperedError: a record was changed.
        """
        keys = self.vault.get_many(sealed_ids) | {each: self._fresh[each] for each in sealed_ids if each in self._fresh}
        found: dict[SealedId, bytes] = {}
        for low in range(0, len(sealed_ids), MANY):
            wanted = sealed_record.c.id.in_(sealed_ids[low : low + MANY])
            for row in self.execute(select(sealed_record.c.id, sealed_record.c.ciphertext).where(wanted)):
                if row.id in keys:
                    found[row.id] = decrypt(keys[row.id], row.ciphertext)
        return found

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

    def commitments_of(self, sealed_ids: Sequence[SealedId]) -> dict[SealedId, bytes | None]:
        """Recompute many commitments at once, for audits; None where the content was erased.

        Raises:
            TamperedError: a record was changed, or is gone although nobody erased it.
        """
        keys = self.vault.get_many(sealed_ids) | {each: self._fresh[each] for each in sealed_ids if each in self._fresh}
        found: dict[SealedId, bytes | None] = dict.fromkeys(sealed_ids)
        for low in range(0, len(sealed_ids), MANY):
            wanted = sealed_record.c.id.in_(sealed_ids[low : low + MANY])
            query = select(sealed_record.c.id, sealed_record.c.ciphertext).where(wanted)
            content = {row.id: row.ciphertext for row in self.execute(query)}
            for each in sealed_ids[low : low + MANY]:
                if each in keys and each in content:
                    found[each] = commit_to(decrypt(keys[each], content[each]), keys[each].salt)
                elif each in keys and not isinstance(self._missing(each), ErasedError):
                    raise self._missing(each)
        return found

    def salt_of(self, sealed_id: SealedId) -> bytes:
        """The commitment's salt, for opening it to an auditor."""
        return self._key(sealed_id).salt

    def _key(self, sealed_id: SealedId) -> RecordKey:
        return self._fresh.get(sealed_id) or self.vault.get(sealed_id)

    def erase(self, sealed_id: SealedId) -> None:
        """Delete the ciphertext now and destroy its key once that is committed; a second time changes nothing."""
        if self._deleted(sealed_id):
            self._doomed.append(sealed_id)

    def discard(self, sealed_id: SealedId) -> None:
        """The same for what has served its purpose and nobody waits to see gone, such as a message that was answered.

        Its key may wait for the next commit of a busy writer, and goes at once when the writer has nothing to do. Until
        then it stands in `doomed_key`, as every erased one does.
        """
        if self._deleted(sealed_id):
            self._spent.append(sealed_id)

    def _deleted(self, sealed_id: SealedId) -> bool:
        """Delete the ciphertext; whether there is a key in the vault that has to go."""
        deleted = self.put(_DELETE, {"id": sealed_id})
        if self._fresh.pop(sealed_id, None) is not None or not deleted:
            return False
        self.put(_DOOM, {"id": sealed_id})
        return True

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo what the block did, and only that, when it raises."""
        memo, fresh = dict(self.memo), dict(self._fresh)
        doomed, spent = len(self._doomed), len(self._spent)
        self._savepoints.begin()
        whole = False
        try:
            yield
            self._savepoints.keep()
            whole = True
        finally:
            if not whole:
                self.memo, self._fresh = memo, fresh
                del self._doomed[doomed:], self._spent[spent:]
                self._savepoints.undo(self.connection)

    def keep_keys(self, spent: Iterable[SealedId] = ()) -> None:
        """Write the keys of what was sealed, and destroy spent ones with them; called just before the commit."""
        self.vault.put(self._fresh.values(), spent)

    def doomed_keys(self) -> list[SealedId]:
        """The keys of what was erased; the database destroys them just after it commits."""
        return list(self._doomed)

    def spent_keys(self) -> list[SealedId]:
        """The keys of what was discarded; they may wait for the next commit."""
        return list(self._spent)


class Database:
    """A node's database. Invariant: every write transaction is serialised and either whole or absent."""

    def __init__(self, url: str, vault: Vault, randomness: Randomness) -> None:
        self.url = url
        self.vault = vault
        self.randomness = randomness
        self.engine = make_engine(url)
        self._is_sqlite = self.engine.dialect.name == "sqlite"
        self._log_is_due = False
        self._owes_erasure = False  # of what is committed a key or a log could not go yet: that waits for nothing
        self._undestroyed: list[SealedId] = []
        self._destroyed: list[SealedId] = []
        self._spent: list[SealedId] = []
        self._lead: Connection | None = None

    @property
    def is_shared(self) -> bool:
        """Whether several serving processes of one node may use it at once: PostgreSQL, and not a file."""
        return not self._is_sqlite

    def take_lead(self) -> bool:
        """Become, or stay, the one process that does what must not be done twice; false while another one does it.

        The lead is held by a connection, so it ends with the process, however that ends.

        Raises:
            StorageError: the lead was lost with its connection; the next call tries to take it anew.
        """
        if self._is_sqlite:
            return True
        with storage_errors():
            if self._lead is not None:
                return self._go_on_leading(self._lead)
            connection = self.engine.connect()
            if connection.exec_driver_sql(f"SELECT pg_try_advisory_lock({LEAD_LOCK})").scalar():
                self._lead = connection
                return True
            connection.close()
            return False

    def _go_on_leading(self, lead: Connection) -> bool:
        try:
            lead.exec_driver_sql("SELECT 1")
        except DBAPIError:
            self._stop_leading()
            raise
        return True

    def _stop_leading(self) -> None:
        lead, self._lead = self._lead, None
        if lead is not None:
            lead.invalidate()  # a connection back in the pool would keep the lock
            lead.close()

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """A bare connection, for the migrations."""
        with storage_errors(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """A consistent view that writes nothing."""
        with storage_errors(), self._begun(self._begin_reading) as (connection, _):
            try:
                yield Transaction(connection, self.vault, self.randomness)
            finally:
                attempt(connection, "ROLLBACK")

    @contextmanager
    def write(self, busy: Callable[[], bool] = lambda: False) -> Iterator[Transaction]:
        """A transaction that commits when the block ends and rolls back when it raises.

        Args:
            busy: asked after the commit; true when another transaction will follow at once and can take the spent keys
                with it.
        """
        with storage_errors(), self._begun(self._begin_writing) as (connection, number):
            transaction = Transaction(connection, self.vault, self.randomness)
            committed = False
            try:
                yield transaction
                forgotten = self._forget_doomed(transaction)
                self._keep_keys(transaction)
                self._commit(connection, number)
                committed = True
            finally:
                if not committed:
                    attempt(connection, "ROLLBACK")
            del self._destroyed[:forgotten]
            self._spent += transaction.spent_keys()
            doomed = transaction.doomed_keys()
            if doomed or self._owes_erasure or not busy():
                self._finish(connection, doomed)

    def _keep_keys(self, transaction: Transaction) -> None:
        """Write a transaction's keys, and in the same flush destroy those that the last ones had no more use for."""
        spent, self._spent = self._spent, []
        try:
            transaction.keep_keys(spent)
        except (StorageError, sqlite3.Error):
            self._undestroyed += spent
            raise
        self._destroyed += spent
        self._log_is_due = self._log_is_due or (bool(spent) and self._is_sqlite)

    def _finish(self, connection: Connection, doomed: list[SealedId]) -> None:
        """Destroy the keys of what was erased, and empty the log that may still hold the rows."""
        spent, self._spent = self._spent, []
        if self._destroy_keys(doomed + spent) or self._log_is_due:
            self._forget_log(connection)
        is_left = bool(self._undestroyed) or self._log_is_due
        self._owes_erasure = is_left and (self._owes_erasure or bool(doomed))
        with contextlib.suppress(StorageError, sqlite3.Error):  # what matters is committed; the next commit tries again
            self.vault.forget_log()

    def tidy(self) -> None:
        """Destroy the keys of what was discarded and empty the logs that may still hold it, where there is any.

        Raises:
            StorageError: the database cannot be reached; the next commit tries again.
        """
        if self._spent or self._undestroyed or self._log_is_due or self.vault.log_is_due():
            with storage_errors(), self.engine.connect() as connection:
                self._finish(connection, [])

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
        self._destroyed += self._undestroyed
        self._undestroyed = []
        return True

    def _forget_doomed(self, transaction: Transaction) -> int:
        """Take keys that were destroyed after earlier commits off the list; returns how many, for when this commits."""
        gone = list(self._destroyed)
        for sealed_id in gone:
            transaction.put(_FORGET, {"id": sealed_id})
        return len(gone)

    def finish_erasures(self) -> int:
        """Destroy the keys that a crash left behind after their content was erased. Returns how many there were."""
        with self.read() as transaction:
            left = [SealedId(row.id) for row in transaction.rows(_DOOMED)]
        self.vault.destroy(left)
        if left:
            with self.write() as transaction:
                for sealed_id in left:
                    transaction.put(_FORGET, {"id": sealed_id})
        return len(left)

    @contextmanager
    def _begun(self, begin: Callable[[Connection], str]) -> Iterator[tuple[Connection, str]]:
        """A connection inside a transaction. One that the server ended while nobody used it is replaced once."""
        connection = self.engine.connect()
        try:
            try:
                number = begin(connection)
            except DBAPIError:
                if not connection.invalidated:
                    attempt(connection, "ROLLBACK")
                    raise
                connection.close()
                connection = self.engine.connect()
                number = begin(connection)
            yield connection, number
        finally:
            connection.close()

    def _begin_reading(self, connection: Connection) -> str:
        connection.exec_driver_sql("BEGIN" if self._is_sqlite else CONSISTENT_VIEW)
        return ""

    def _begin_writing(self, connection: Connection) -> str:
        if not self._is_sqlite:
            return queue_to_write(connection)
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        return ""

    def _commit(self, connection: Connection, number: str) -> None:
        try:
            connection.exec_driver_sql("COMMIT")
        except DBAPIError:
            if self._is_sqlite or not connection.invalidated or not was_committed(self.engine, number):
                raise

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
        self._stop_leading()
        self.engine.dispose()
        self.vault.close()
