"""Levels of undo inside one transaction, each a savepoint of the database from its first write on.

Every message is handled inside two levels (the writer's, so that one job's error is its own, and the inbox's, so that a
refusal undoes what the handler did), and a level that writes nothing needs no savepoint. Levels that were begun with
nothing written in between share one: undoing the inner one undoes what the outer one would, which is nothing more.
PostgreSQL sets each at once, because there a query that fails spoils the transaction back to the last savepoint.
"""

from enum import Enum

from sqlalchemy import Connection

from egnatia.store.faults import attempt
from egnatia.store.prepared import Driver


class _Level(Enum):
    """What a level has in the database."""

    NOTHING = "nothing"
    OWN = "own"
    SHARED = "shared"
    """With the level around it, which wrote nothing before this one began."""


class Savepoints:
    """The open levels, the outermost first. Invariant: levels without a savepoint are the last ones."""

    __slots__ = ("_driver", "_lazily", "_levels")

    def __init__(self, driver: Driver) -> None:
        self._driver = driver
        self._lazily = driver.dialect.name == "sqlite"
        self._levels: list[_Level] = []

    def begin(self) -> None:
        """Open a level."""
        self._levels.append(_Level.NOTHING)
        if not self._lazily:
            self.before_write()

    def before_write(self) -> None:
        """Give every open level its savepoint; called before anything is written."""
        levels = self._levels
        if not levels or levels[-1] is not _Level.NOTHING:
            return
        first = levels.index(_Level.NOTHING)
        self._driver.execute("SAVEPOINT job")
        levels[first:] = [_Level.OWN] + [_Level.SHARED] * (len(levels) - first - 1)

    def keep(self) -> None:
        """Close the innermost level and keep what it did.

        Raises:
            DBAPIError: it could not be kept; the level is still open, to be undone.
        """
        if self._levels[-1] is _Level.OWN:
            self._driver.execute("RELEASE SAVEPOINT job")
        self._levels.pop()

    def undo(self, connection: Connection) -> None:
        """Close the innermost level and undo what it did."""
        level = self._levels.pop()
        if level is not _Level.NOTHING:
            attempt(connection, "ROLLBACK TO SAVEPOINT job")
        if level is _Level.OWN:
            attempt(connection, "RELEASE SAVEPOINT job")
