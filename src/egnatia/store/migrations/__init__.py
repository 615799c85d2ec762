"""Migrations of the schema, by Alembic, run in the process that needs them.

`HEAD` is the revision this release works with. A node whose database is older is upgraded by `egnatia node init` and
`egnatia node serve`; one whose database is newer is refused, because an old release must not write to it.
"""

from importlib.resources import files

from sqlalchemy import Connection, text

from egnatia.errors import ConfigError
from egnatia.store.database import Database

HEAD = "0003"
_WAS_MIGRATED = {
    "sqlite": "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'alembic_version')",
    "postgresql": "SELECT to_regclass('alembic_version') IS NOT NULL",
}
"""Asked of the database itself at each opening of a node: SQLAlchemy's inspection takes three times as long."""


def present_revision(connection: Connection) -> str | None:
    """The revision a database is at; None when it has never been migrated."""
    if not connection.exec_driver_sql(_WAS_MIGRATED[connection.dialect.name]).scalar_one():
        return None
    revision: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    return revision


def check_revision(database: Database) -> None:
    """Raise unless the database is at `HEAD`.

    Raises:
        ConfigError: it is older or newer.
        StorageError: it cannot be read at all.
    """
    with database.connection() as connection:
        present = present_revision(connection)
    if present != HEAD:
        raise ConfigError(
            f"the database is at revision {present or 'none'}, this release needs {HEAD}",
            hint="Run `egnatia node init` on the directory to upgrade it; a newer one needs a newer release.",
        )


def upgrade(database: Database) -> None:
    """Bring a database up to `HEAD`, whatever it is at.

    Raises:
        ConfigError: the database is newer than this release.
    """
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(files("egnatia.store") / "migrations"))
    config.set_main_option("path_separator", "os")
    with database.connection() as connection:
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise ConfigError(f"the database cannot be upgraded: {error}", hint="Install a newer release.") from None
