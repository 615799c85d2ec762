"""Sealed content: each record under a key of its own, kept apart so that erasing the key erases the record.

The ciphertext stands in the main database; the key and the commitment's salt stand in a second file, `vault.sqlite`,
wrapped under the node's key-encryption key. Backups copy the database and never the vault, so a destroyed key makes
every copy unreadable (requirements AUD-03, RIG-06, E-21).

Keys are written before the content they protect and destroyed after the content is gone: a crash in between leaves a
key without content, never content that cannot be read. The file has a write-ahead log, because a rollback journal flushes
the disk three times as often (docs/adr/0003); the log is emptied whenever a key has to be gone for good. What was to be
erased is on a list in the database (`doomed_key`) until its key is gone, so that the next opening of the node finishes
it.
"""

import hashlib
import os
import sqlite3
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from egnatia.errors import ConfigError, ErasedError, StorageError, TamperedError
from egnatia.model.ids import Randomness, SealedId

MANY = 500
"""Records asked for in one statement, below SQLite's old limit of 999 parameters."""
KEY_BYTES = 32
"""AES-256-GCM (NIST SP 800-38D); each key seals exactly one record, so a fixed nonce per key is never reused."""
SALT_BYTES = 32
LOG_HOLDS = 1_000
"""Deleted keys after which the file's log is emptied even while the writer has no time: some seconds of its work."""
_PATIENCE_S = 15
_NONCE_BYTES = 12
_RECORD_NONCE = bytes(_NONCE_BYTES)
_INSERT = "INSERT INTO record_key (id, wrapped) VALUES (?, ?)"
_DELETE = "DELETE FROM record_key WHERE id = ?"
_COMMITMENT_DOMAIN = b"egnatia/commitment/v1\x00"


@dataclass(frozen=True, slots=True)
class RecordKey:
    """The secret half of one sealed record."""

    id: SealedId
    key: bytes
    salt: bytes


def fresh_key(sealed_id: SealedId, randomness: Randomness) -> RecordKey:
    """Draw the key and the salt of a new record."""
    return RecordKey(sealed_id, randomness.randbytes(KEY_BYTES), randomness.randbytes(SALT_BYTES))


def commit_to(content: bytes, salt: bytes) -> bytes:
    """Commitment that binds to `content` without revealing it: SHA-256 over a domain tag, the salt and the content."""
    return hashlib.sha256(_COMMITMENT_DOMAIN + salt + content).digest()


def encrypt(record_key: RecordKey, content: bytes) -> bytes:
    """Encrypt one record; its id is authenticated, so a ciphertext moved to another row does not open."""
    return AESGCM(record_key.key).encrypt(_RECORD_NONCE, content, record_key.id.encode())


def decrypt(record_key: RecordKey, ciphertext: bytes) -> bytes:
    """Decrypt one record.

    Raises:
        TamperedError: the ciphertext was changed or moved.
    """
    try:
        return AESGCM(record_key.key).decrypt(_RECORD_NONCE, ciphertext, record_key.id.encode())
    except InvalidTag:
        raise TamperedError(f"sealed record {record_key.id} was changed after it was written") from None


class Vault:
    """The key file of one node. Invariant: a key that was destroyed once never comes back."""

    def __init__(self, path: Path, key_encryption_key: bytes) -> None:
        if len(key_encryption_key) != KEY_BYTES:
            raise ConfigError(f"the vault key for {path.name} must be {KEY_BYTES} bytes")
        self._wrap = AESGCM(key_encryption_key)
        self._lock = threading.Lock()
        self._connection = _connect(path)
        self._in_log = 0

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def put(self, keys: Iterable[RecordKey], spent: Iterable[SealedId] = ()) -> None:
        """Write keys durably, before their content is committed, and delete spent ones in the same transaction.

        What the file's log still holds of the spent ones, wrapped, goes with `forget_log`, which the caller calls when
        it has time, with every LOG_HOLDS of them, and when the file is opened.
        """
        rows = [(key.id, self._wrapped(key)) for key in keys]
        gone = [(sealed_id,) for sealed_id in spent]
        if rows or gone:
            self._write((_INSERT, rows), (_DELETE, gone))
            self._in_log += len(gone)
        if self._in_log >= LOG_HOLDS:
            self.forget_log()

    def destroy(self, sealed_ids: Iterable[SealedId]) -> None:
        """Destroy keys for good; freed pages are overwritten and no log keeps the old ones.

        Raises:
            StorageError: somebody else reads the file for too long, so its log is still there.
        """
        rows = [(sealed_id,) for sealed_id in sealed_ids]
        if rows:
            self._write((_DELETE, rows))
            self._in_log += len(rows)
            if not self._empty_log(_PATIENCE_S):
                raise StorageError("the vault's log cannot be emptied: another process reads the vault")

    def log_is_due(self) -> bool:
        """Whether the file's log holds keys that were deleted."""
        return bool(self._in_log)

    def forget_log(self) -> None:
        """Empty the file's log if it holds keys that were deleted; while somebody reads, it waits for the next time."""
        if self._in_log:
            self._empty_log(0)

    def _empty_log(self, patience_s: int) -> bool:
        """Empty the log, and say whether that was possible within so many seconds."""
        with self._lock:
            try:
                self._connection.execute(f"PRAGMA busy_timeout={patience_s * 1_000}")
                busy = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
                self._in_log = self._in_log if busy else 0
            except sqlite3.OperationalError as error:
                raise StorageError(f"the vault's log cannot be emptied: {error}") from None
            finally:
                self._connection.execute(f"PRAGMA busy_timeout={_PATIENCE_S * 1_000}")
        return not busy

    def get(self, sealed_id: SealedId) -> RecordKey:
        """Read one key.

        Raises:
            ErasedError: it was destroyed.
            TamperedError: the vault file was changed, or belongs to another node.
        """
        with self._lock:
            row = self._connection.execute("SELECT wrapped FROM record_key WHERE id = ?", (sealed_id,)).fetchone()
        if row is None:
            raise ErasedError(f"the content {sealed_id} was erased")
        return self._unwrapped(sealed_id, row[0])

    def get_many(self, sealed_ids: Sequence[SealedId]) -> dict[SealedId, RecordKey]:
        """Read many keys at once; one that was destroyed is not among them.

        Raises:
            TamperedError: the vault file was changed, or belongs to another node.
        """
        found: dict[SealedId, RecordKey] = {}
        for low in range(0, len(sealed_ids), MANY):
            some = tuple(sealed_ids[low : low + MANY])
            marks = ",".join("?" * len(some))
            with self._lock:
                rows = self._connection.execute(
                    f"SELECT id, wrapped FROM record_key WHERE id IN ({marks})",  # noqa: S608 - question marks only
                    some,
                ).fetchall()
            found |= {SealedId(each): self._unwrapped(SealedId(each), wrapped) for each, wrapped in rows}
        return found

    def _write(self, *statements: tuple[str, Sequence[tuple[object, ...]]]) -> None:
        """One durable transaction.

        Raises:
            StorageError: the disk is full, or another process holds the file for too long.
        """
        try:
            with self._lock, self._connection:
                for statement, rows in statements:
                    if rows:
                        self._connection.executemany(statement, rows)
        except sqlite3.OperationalError as error:
            raise StorageError(f"the vault cannot be written: {error}") from None

    def _wrapped(self, key: RecordKey) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._wrap.encrypt(nonce, key.key + key.salt, key.id.encode())

    def _unwrapped(self, sealed_id: SealedId, wrapped: bytes) -> RecordKey:
        try:
            secret = self._wrap.decrypt(wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], sealed_id.encode())
        except InvalidTag:
            raise TamperedError(
                f"the vault key of {sealed_id} does not open", hint="Is this the vault file of another node?"
            ) from None
        return RecordKey(sealed_id, secret[:KEY_BYTES], secret[KEY_BYTES:])


def _connect(path: Path) -> sqlite3.Connection:
    try:
        connection = sqlite3.connect(path, timeout=_PATIENCE_S, check_same_thread=False)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "temp_store=MEMORY"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # a crash may have left deleted keys in the log
        connection.execute("CREATE TABLE IF NOT EXISTS record_key (id TEXT PRIMARY KEY, wrapped BLOB NOT NULL)")
    except sqlite3.DatabaseError as error:
        raise ConfigError(
            f"the vault {path} cannot be opened: {error}", hint="Restore it; without it no sealed record can be read."
        ) from None
    return connection
