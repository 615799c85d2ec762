"""Spans of profile numbers, shared out among Spark's workers, and columns cut to one of them."""

from collections.abc import Callable, Iterator
from importlib.util import find_spec
from typing import Any

import numpy as np

from egnatia.engines.dna.columns import Columns
from egnatia.errors import ConfigError

Task = Callable[[range], Iterator[dict[str, list[Any]]]]
"""What is done with one span: rows, as lists by the name of the column."""


def cut(columns: Columns, span: range) -> Columns:
    """Profiles of a span as columns of their own, with their references; codes are not copied."""
    first = int(columns.ends[span.start - 1]) if span.start else 0
    last = int(columns.ends[span.stop - 1]) if span.stop else 0
    some = slice(span.start, span.stop)
    ends = columns.ends[some] - np.uint64(first)
    return Columns(columns.books, columns.codes[:, some], columns.kinds[some], columns.refs[first:last], ends)


def spans(profiles: int, parts: int) -> list[range]:
    """So many profiles in so many spans, none of them empty."""
    size = max(1, -(-profiles // max(1, parts)))
    return [range(start, min(start + size, profiles)) for start in range(0, profiles, size)]


def each_span(session: Any, parts: list[range], schema: str, task: Task) -> Any:
    """A Spark data frame of the rows that a task gives for each span, one span to a partition.

    Raises:
        ConfigError: Spark or Arrow is not installed.
    """
    if find_spec("pyspark") is None or find_spec("pyarrow") is None:
        raise ConfigError("Spark is not installed here", hint="Install the extra: pip install 'egnatia[spark]'.")

    def work(batches: Iterator[Any]) -> Iterator[Any]:
        import pyarrow as pa

        for batch in batches:
            for number in batch.column(0).to_pylist():
                for rows in task(parts[number]):
                    yield pa.RecordBatch.from_pydict(rows)

    return session.range(0, len(parts), 1, max(1, len(parts))).mapInArrow(work, schema)
