"""A list of texts as one bound value, so that a statement is the same however many there are.

`IN` with a placeholder each makes another statement of every number, and SQLite and PostgreSQL both take only so many values in one.
"""

from typing import Any

from sqlalchemy import BindParameter, Select, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class _Elements(FunctionElement[Any]):
    """The elements of a JSON array of texts, a row each, in a column `value`."""

    name = "elements"
    inherit_cache = True


@compiles(_Elements)
def _on_sqlite(element: _Elements, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **options)})"


@compiles(_Elements, "postgresql")
def _on_postgresql(element: _Elements, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_array_elements_text(CAST({compiler.process(element.clauses, **options)} AS JSON))"


def texts_of(listed: BindParameter[Any]) -> Select[Any]:
    """What stands behind `IN`: the texts of a JSON array, which is the value to bind."""
    return select(_Elements(listed).table_valued("value").c.value)
