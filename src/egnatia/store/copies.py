"""Whole copies of SQLite files, taken while others write, and files that are durable before they are believed."""

import contextlib
import hashlib
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from egnatia.errors import StorageError

PAGES_AT_ONCE = 2_048
"""Pages copied between two looks at the progress: 8 MiB, some ten milliseconds in which writers wait."""
_CHUNK = 1 << 20


def copy_sqlite(source: Path, target: Path, progress: Callable[[int, int], None] = lambda _done, _all: None) -> None:
    """Copy a SQLite database by its own backup interface: consistent, also while it is written to.

    The copy has no write-ahead log of its own and is durable when this returns.

    Args:
        source: a SQLite file.
        target: must not exist yet; it is made for its owner alone.
        progress: told pages done and pages in all.

    Raises:
        StorageError: one cannot be read or the other not written; what was begun is removed.
    """
    _make_private(target)
    try:
        with contextlib.closing(_opened(source)) as here, contextlib.closing(sqlite3.connect(target)) as there:
            here.backup(there, pages=PAGES_AT_ONCE, progress=lambda _s, left, pages: progress(pages - left, pages))
            there.execute("PRAGMA journal_mode=DELETE")
        _flush(target)
    except (sqlite3.Error, OSError) as error:
        target.unlink(missing_ok=True)
        raise StorageError(f"{source} could not be copied to {target}: {error}") from None


def check_sqlite(path: Path) -> None:
    """Have SQLite check a file's own structure.

    Raises:
        StorageError: it is damaged, or no SQLite file.
    """
    try:
        with contextlib.closing(_opened(path)) as connection:
            said = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    except sqlite3.Error as error:
        raise StorageError(f"{path} cannot be read as a database: {error}") from None
    if said != "ok":
        raise StorageError(f"{path} is damaged: {said}")


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal.

    Raises:
        StorageError: it cannot be read.
    """
    digest = hashlib.sha256()
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
    except OSError as error:
        raise StorageError(f"{path} cannot be read: {error.strerror}") from None
    return digest.hexdigest()


def write_durably(path: Path, content: bytes) -> None:
    """Write a new private file whose bytes are on the disk when this returns.

    Raises:
        StorageError: it exists already, or cannot be written.
    """
    _make_private(path)
    try:
        path.write_bytes(content)
        _flush(path)
    except OSError as error:
        raise StorageError(f"{path} cannot be written: {error.strerror}") from None


def read_only(path: Path) -> str:
    """The URI by which SQLite opens a file without writing to it."""
    return f"file:{quote(str(path.absolute()))}?mode=ro"


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(read_only(path), uri=True)


def _make_private(path: Path) -> None:
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except OSError as error:
        raise StorageError(f"{path} cannot be made: {error.strerror}") from None


def _flush(path: Path) -> None:
    """Have the file and its name on the disk."""
    for each in (path, path.parent):
        descriptor = os.open(each, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
