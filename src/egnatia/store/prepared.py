"""Statements of the hot path: compiled once for each database, then handed to the driver as they are.

Building a Core statement and sending it through SQLAlchemy takes 148 µs where the driver itself takes 2 (measured with
`select` by primary key on SQLite, two quiet cores; bench/exchange shows what that means for a message). A statement
that runs for every message is therefore written once, at the top of its module, with `bindparam` for what changes.
Everything else goes through `Transaction.execute`; both see the same transaction.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any, Protocol, TypeAlias

from sqlalchemy import CompoundSelect, Connection, Delete, Dialect, Insert, Select, Table, Update, bindparam
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

from egnatia.errors import StorageError

Convert = Callable[[Any], Any]
_named_row: Callable[..., Callable[..., Any]] = namedtuple  # noqa: PYI024 - its fields are known at run time only
Statement: TypeAlias = "Select[Any] | CompoundSelect[Any] | Insert | Update | Delete"


class Prepared:
    """One statement. Invariant: its text is made once per database, and a value is never part of the text."""

    def __init__(self, statement: Statement) -> None:
        self._statement = statement
        self._compiled: dict[str, Compiled] = {}

    def on(self, dialect: Dialect) -> "Compiled":
        """The statement as this kind of database understands it."""
        found = self._compiled.get(dialect.name)
        if found is None:
            found = self._compiled[dialect.name] = Compiled(self._statement, dialect)
        return found


def insert_into(table: Table, *left_out: str) -> Prepared:
    """An insert that names every column but those left out; a value that is not given is stored as NULL."""
    columns = [column.name for column in table.columns if column.name not in left_out]
    values = {name: bindparam(name, value=None, type_=table.c[name].type) for name in columns}
    return Prepared(table.insert().inline().values(values))


class Compiled:
    """A statement for one kind of database: its text, how values go in and how they come out."""

    def __init__(self, statement: Statement, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        if not isinstance(compiled, SQLCompiler):
            raise StorageError(f"{statement} cannot be prepared")
        self.text = compiled.string
        order = compiled.positiontup
        self._names = None if order is not None else tuple(compiled.bind_names.values())
        binds = [compiled.binds[name] for name in (order if order is not None else self._names or ())]
        self._pick = _picker([each.key for each in binds])
        self._fixed = {each.key: each.effective_value for each in binds if not each.required}
        self._inwards = _converts([_inwards(each.type, dialect) for each in binds])
        columns = list(statement.selected_columns) if isinstance(statement, Select | CompoundSelect) else []
        self.row = _named_row("Row", [str(column.key) for column in columns], rename=True)
        self._outwards = _converts([_outwards(column.type, dialect) for column in columns])

    def bound(self, values: Mapping[str, Any]) -> tuple[Any, ...] | dict[str, Any]:
        """The values as the driver takes them, by position or by name.

        Raises:
            StatementError: a value that its column cannot take, such as a time without its zone.
            KeyError: a value is missing that the statement does not fix.
        """
        try:
            row = self._pick(values)
        except KeyError:  # most callers name every value, and merging takes as long as the rest
            row = self._pick({**self._fixed, **values})
        if self._inwards:
            try:
                row = _converted(row, self._inwards)
            except (TypeError, ValueError) as error:
                raise StatementError(str(error), self.text, None, error, hide_parameters=True) from error
        return row if self._names is None else dict(zip(self._names, row, strict=True))

    def read(self, stored: Sequence[Any]) -> Any:
        """A row as it was selected, its columns by name."""
        return self.row(*(_converted(stored, self._outwards) if self._outwards else stored))


def _picker(names: list[str]) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    """Takes the values of these names, in order; one that is not there is a fault of ours and ends in a KeyError."""
    if len(names) > 1:
        return itemgetter(*names)
    return lambda values: tuple(values[name] for name in names)


def _converts(found: list[Convert | None]) -> list[tuple[int, Convert]]:
    """Only those places of a row at which something is converted."""
    return [(place, convert) for place, convert in enumerate(found) if convert is not None]


def _converted(row: Sequence[Any], converts: list[tuple[int, Convert]]) -> tuple[Any, ...]:
    made = list(row)
    for place, convert in converts:
        made[place] = convert(made[place])
    return tuple(made)


def _inwards(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _outwards(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    return kind.dialect_impl(dialect).result_processor(dialect, None)


class Cursor(Protocol):
    """What a driver's cursor and SQLAlchemy's result have in common."""

    @property
    def rowcount(self) -> int:
        """Rows that were changed."""
        ...

    def fetchall(self) -> Sequence[Sequence[Any]]:
        """Rows that were found."""
        ...


class Driver:
    """What a transaction's statements are handed to: the driver's own connection, inside the same transaction.

    While somebody watches the engine's statements (a test that strikes each of them, a profiler) they go through
    SQLAlchemy, so that nothing is hidden from them.
    """

    __slots__ = ("_connection", "_errors", "_execute", "dialect")

    def __init__(self, connection: Connection) -> None:
        self.dialect = connection.dialect
        self._connection = connection
        self._errors = connection.dialect.loaded_dbapi.Error
        raw: Any = connection.connection.dbapi_connection
        self._execute: Callable[..., Cursor] = raw.execute

    def execute(self, text: str, values: tuple[Any, ...] | dict[str, Any] = ()) -> Cursor:
        """Execute a statement.

        Raises:
            DBAPIError: as SQLAlchemy raises it, of the driver's class.
        """
        if self._connection.engine.dispatch.before_cursor_execute:
            return self._connection.exec_driver_sql(text, values or None)
        try:
            return self._execute(text, values)
        except self._errors as error:
            raise DBAPIError.instance(text, None, error, self._errors, hide_parameters=True) from error
