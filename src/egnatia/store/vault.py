"""Sealed content: each record under a key of its own, kept apart so that erasing the key erases the record.

The ciphertext stands in the main database; the key and the commitment's salt stand in a second file, `vault.sqlite`,
wrapped under the node's key-encryption key. Backups copy the database and never the vault, so a destroyed key makes
every copy unreadable (requirements AUD-03, RIG-06, E-21).

Keys are written before the content they protect and destroyed after the content is gone: a crash in between leaves a
key without content, never content that cannot be read. What was to be erased is on a list in the database
(`doomed_key`) until its key is gone, so that the next opening of the node finishes it.
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

KEY_BYTES = 32
"""AES-256-GCM (NIST SP 800-38D); each key seals exactly one record, so a fixed nonce per key is never reused."""
SALT_BYTES = 32
_NONCE_BYTES = 12
_RECORD_NONCE = bytes(_NONCE_BYTES)
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

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def put(self, keys: Iterable[RecordKey]) -> None:
        """Write keys durably, before their content is committed."""
        rows = [(key.id, self._wrapped(key)) for key in keys]
        if rows:
            self._write("INSERT INTO record_key (id, wrapped) VALUES (?, ?)", rows)

    def destroy(self, sealed_ids: Iterable[SealedId]) -> None:
        """Destroy keys for good; freed pages are overwritten and no journal keeps the old ones."""
        rows = [(sealed_id,) for sealed_id in sealed_ids]
        if rows:
            self._write("DELETE FROM record_key WHERE id = ?", rows)

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

    def _write(self, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
        """One durable transaction.

        Raises:
            StorageError: the disk is full, or another process holds the file for too long.
        """
        try:
            with self._lock, self._connection:
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
        connection = sqlite3.connect(path, timeout=15, check_same_thread=False)
        for pragma in ("journal_mode=TRUNCATE", "synchronous=FULL", "secure_delete=ON", "temp_store=MEMORY"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("CREATE TABLE IF NOT EXISTS record_key (id TEXT PRIMARY KEY, wrapped BLOB NOT NULL)")
    except sqlite3.DatabaseError as error:
        raise ConfigError(
            f"the vault {path} cannot be opened: {error}", hint="Restore it; without it no sealed record can be read."
        ) from None
    return connection
