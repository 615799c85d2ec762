"""What a database says when it fails, in words for whoever meets it; nothing that was written is repeated."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, PendingRollbackError

from egnatia.errors import Error, InputError, StorageError

_LOST = (
    "terminating connection",
    "server closed the connection",
    "connection is lost",
    "connection is closed",
    "consuming input failed",
)
"""What psycopg says about a connection that ended under a statement."""
_NUL = "NUL (0x00)"
"""What psycopg says of a text with one."""
_KNOWN = (
    (("full", "No space left"), "the disk is full", "Free disk space; partners send again by themselves."),
    (
        ("locked", "lock timeout"),
        "another process of this node holds the database",
        "Wait a moment and try again.",
    ),
    (
        ("no such table", "does not exist"),
        "the database has no such table ({})",
        "Run `egnatia node init` on this directory.",
    ),
    (
        ("not a database", "malformed"),
        "the database file is damaged",
        "Restore it from a backup; keep the damaged file.",
    ),
    (
        ("Connection refused", "could not connect", "connection failed", "connection timeout expired"),
        "the database server cannot be reached",
        "Start it, or correct database.url.",
    ),
    (
        _LOST,
        "the connection to the database was lost in the middle; nothing of this act was kept",
        "Try again; partners send again by themselves.",
    ),
)
"""What a driver's text contains, what that means, and what to do; the first that fits."""


def attempt(connection: Connection, statement: str) -> None:
    """Execute a clean-up statement; on a full disk SQLite has already rolled back, and there is nothing to clean."""
    if connection.invalidated:
        return
    try:
        connection.exec_driver_sql(statement)
    except DBAPIError:
        connection.invalidate()


@contextmanager
def storage_errors() -> Iterator[None]:
    """Say what a driver raises as a StorageError, or as `about_text` has it; our own errors pass."""
    try:
        yield
    except Error:
        raise
    except UnicodeEncodeError as error:
        raise _no_text() from error
    except DBAPIError as error:
        raise about_text(error) or explained(str(error.orig)) from error
    except PendingRollbackError as error:  # the connection was given up when a clean-up statement failed
        raise StorageError("the database gave up in the middle of a transaction; nothing of it was kept") from error
    except sqlite3.Error as error:  # the vault's file
        raise explained(str(error)) from error


def about_text(error: Exception) -> InputError | None:
    """The error for a text that no database takes: the fault is whoever's gave it, not the database's.

    That is half of a surrogate pair, which a shell makes of bytes that are no characters, and a NUL, which PostgreSQL
    refuses even in what is only looked for.
    """
    is_it = isinstance(error, UnicodeEncodeError) or (isinstance(error, DBAPIError) and _NUL in str(error.orig))
    return _no_text() if is_it else None


def _no_text() -> InputError:
    return InputError(
        "a text that was given holds something that is no character; nothing is stored or found under it",
        hint="Type it anew: it may have been pasted from a program that writes another encoding than UTF-8.",
    )


def explained(said: str) -> StorageError:
    """The error for what a driver said."""
    text = said.partition("\n")[0]  # PostgreSQL's further lines repeat the row that it refused
    for signs, meaning, hint in _KNOWN:
        if any(sign in text for sign in signs):
            return StorageError(meaning.format(text), hint=hint)
    return StorageError(f"the database refused: {text}")
