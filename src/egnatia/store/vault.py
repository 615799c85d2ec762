"""Sealed content: each record under a key of its own, kept apart so that erasing the key erases the record.

The ciphertext stands in the main database; the key and the commitment's salt stand in a second file, `vault.sqlite`,
wrapped under the node's key-encryption key. Backups copy the database and never the vault, so a destroyed key makes
every copy unreadable (requirements AUD-03, RIG-06, E-21).

Keys are written before the content they protect and destroyed after the content is gone: a crash in between leaves a
key without content, never content that cannot be read, and never erased content that can.
"""

import hashlib
import os
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from egnatia.errors import ConfigError, ErasedError, TamperedError
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
        self._path = path
        self._wrap = AESGCM(key_encryption_key)
        with self._connect() as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS record_key (id TEXT PRIMARY KEY, wrapped BLOB NOT NULL)")

    def _connect(self) -> "_VaultConnection":
        return _VaultConnection(self._path)

    def put(self, keys: Iterable[RecordKey]) -> None:
        """Write keys durably, before their content is committed."""
        rows = [(key.id, self._wrapped(key)) for key in keys]
        if rows:
            with self._connect() as connection:
                connection.executemany("INSERT INTO record_key (id, wrapped) VALUES (?, ?)", rows)

    def _wrapped(self, key: RecordKey) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._wrap.encrypt(nonce, key.key + key.salt, key.id.encode())

    def get(self, sealed_id: SealedId) -> RecordKey:
        """Read one key.

        Raises:
            ErasedError: it was destroyed.
            TamperedError: the vault file was changed, or belongs to another node.
        """
        with self._connect() as connection:
            row = connection.execute("SELECT wrapped FROM record_key WHERE id = ?", (sealed_id,)).fetchone()
        if row is None:
            raise ErasedError(f"the content {sealed_id} was erased")
        return self._unwrapped(sealed_id, row[0])

    def _unwrapped(self, sealed_id: SealedId, wrapped: bytes) -> RecordKey:
        try:
            secret = self._wrap.decrypt(wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], sealed_id.encode())
        except InvalidTag:
            raise TamperedError(
                f"the vault key of {sealed_id} does not open", hint="Is this the vault file of another node?"
            ) from None
        return RecordKey(sealed_id, secret[:KEY_BYTES], secret[KEY_BYTES:])

    def destroy(self, sealed_ids: Iterable[SealedId]) -> None:
        """Destroy keys for good; freed pages are overwritten and no journal keeps the old ones."""
        rows = [(sealed_id,) for sealed_id in sealed_ids]
        if rows:
            with self._connect() as connection:
                connection.executemany("DELETE FROM record_key WHERE id = ?", rows)


class _VaultConnection:
    """One short transaction on the vault file, closed on the way out."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, timeout=15)
        self._connection.execute("PRAGMA journal_mode=TRUNCATE")
        self._connection.execute("PRAGMA synchronous=FULL")
        self._connection.execute("PRAGMA secure_delete=ON")
        self._connection.execute("PRAGMA temp_store=MEMORY")

    def __enter__(self) -> sqlite3.Connection:
        return self._connection

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self._connection.commit()
        self._connection.close()
