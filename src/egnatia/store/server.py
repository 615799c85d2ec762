"""PostgreSQL beneath a node: how it is connected to, how writers queue there, and what a lost connection left behind.

A server ends connections whenever it likes: it restarts, its machine fails, an administrator has a reason. Three things
follow, and each of them is small. A connection that died while nobody used it is replaced before anything is done with
it. A writer that hangs does not hold up the others for ever. And when a connection is lost in the very moment of a
commit, the server is asked how that ended, so that nobody is told the wrong thing.
"""

import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import URL, Connection, Engine
from sqlalchemy.exc import DBAPIError

from egnatia.errors import StorageError

BUSY_TIMEOUT_MS = 15_000
"""How long a write waits for another process of the same node: above the longest group commit measured (bench)."""
HUNG_AFTER_MS = 120_000
"""A write transaction that does nothing for so long is ended by the server: whoever began it hangs, or is gone.

Far above what any act computes between two statements; a stopped process holds the node's writes up for no longer.
"""
ASK_AGAIN_S = 0.25
ASK_FOR_S = 10.0
"""How long a commit that was cut off is asked about: a server that restarts is back within that (bench/workers)."""
WRITER_LOCK = 0x45474E41
"""Any fixed number: the key of the advisory lock that makes writers queue."""
LEAD_LOCK = 0x45474E42
"""Another one: held by the one process of a node that delivers, witnesses and keeps house."""
CONSISTENT_VIEW = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
"""PostgreSQL's own default would show each statement another state (its manual, section 13.2)."""
WRITE = (
    f"BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SET LOCAL idle_in_transaction_session_timeout = {HUNG_AFTER_MS}"
)
"""Named, because a server may have other defaults: a snapshot taken before the lock would not show the last writer's
work, and every second writer would fail (manual, section 13.2.2)."""
_QUEUE = f"SELECT pg_current_xact_id()::text FROM pg_advisory_xact_lock({WRITER_LOCK})"  # noqa: S608 - a constant
_OUTCOME = "SELECT pg_xact_status('{}'::xid8)"
_NOTICE_LOSS = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3, "connect_timeout": 10}
"""Seconds and tries after which a connection without a partner is given up; the systems' default is two hours."""
_SESSION = {
    "lock_timeout": BUSY_TIMEOUT_MS,
    "tcp_keepalives_idle": 30,
    "tcp_keepalives_interval": 10,
    "tcp_keepalives_count": 3,
}
"""The same from the server's side, so that the locks of a machine that vanished are free after a minute."""


def connect_arguments(url: URL) -> dict[str, str | int]:
    """How to connect, where the URL does not say otherwise."""
    options = " ".join(f"-c {name}={value}" for name, value in _SESSION.items())
    wanted: dict[str, str | int] = {**_NOTICE_LOSS, "options": options}
    return {name: value for name, value in wanted.items() if name not in url.query}


def server_options(url: URL) -> dict[str, Any]:
    """What `create_engine` is told of a server. No column is an hstore, so none is looked for at each start."""
    options: dict[str, Any] = {"connect_args": connect_arguments(url)}
    return options | {"use_native_hstore": False} if url.get_driver_name() == "psycopg" else options


def queue_to_write(connection: Connection) -> str:
    """Begin a write transaction and wait until no other writer is left; returns the transaction's number there."""
    connection.exec_driver_sql(WRITE)
    return str(connection.exec_driver_sql(_QUEUE).scalar_one())


def was_committed(engine: Engine, transaction: str, ask_for_s: float = ASK_FOR_S) -> bool:
    """Whether a transaction whose connection was lost while it committed is in the database.

    Raises:
        StorageError: the server did not say in time.
    """
    deadline = time.monotonic() + ask_for_s
    while True:
        outcome = _or_none(lambda: _outcome(engine, transaction))
        if outcome in ("committed", "aborted"):
            return outcome == "committed"
        if time.monotonic() > deadline:
            raise StorageError(
                "the connection to the database was lost during a commit, and it cannot be asked how that ended",
                hint="Look whether the act is there before you repeat it; messages from partners are repeated safely.",
            )
        time.sleep(ASK_AGAIN_S)


def _outcome(engine: Engine, transaction: str) -> str | None:
    with engine.connect() as connection:
        found = connection.exec_driver_sql(_OUTCOME.format(transaction)).scalar_one()
    return None if found is None else str(found)


def _or_none(ask: Callable[[], str | None]) -> str | None:
    try:
        return ask()
    except DBAPIError:  # not up again yet
        return None
