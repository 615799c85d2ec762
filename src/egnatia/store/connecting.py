"""From a URL to an engine: SQLite with the settings that a node needs of it, or PostgreSQL by its driver."""

from typing import Any

from sqlalchemy import Engine, ExceptionContext, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.pool import ConnectionPoolEntry

from egnatia.errors import ConfigError
from egnatia.store.server import BUSY_TIMEOUT_MS, server_options

_URL_HINT = "Leave it empty for SQLite. PostgreSQL: postgresql+psycopg://…, with the extra `postgresql` installed."


def make_engine(url: str) -> Engine:
    """The engine of a URL.

    Raises:
        ConfigError: it names no database that can be used here.
    """
    try:
        # Transactions are begun by hand, see Database. A fault ends in a log, and what was written must not be in it.
        made = make_url(url)
        options = server_options(made) if made.get_backend_name() == "postgresql" else {}
        engine = create_engine(made, isolation_level="AUTOCOMMIT", hide_parameters=True, **options)
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        raise ConfigError(f"database.url cannot be used: {error}", hint=_URL_HINT) from None
    except (ArgumentError, ValueError):  # their text may repeat a part of the URL, and so of a password
        raise ConfigError("database.url is no URL of a database that can be used here", hint=_URL_HINT) from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
    else:
        event.listen(engine, "handle_error", _without_details)
    return engine


def _without_details(context: ExceptionContext) -> None:
    """Cut an error of the server down to its first line: the others repeat the row, and a fault ends in a log."""
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None:
            error.args = tuple(each.partition("\n")[0] if isinstance(each, str) else each for each in error.args)


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
