"""Past one machine: the same linkage on Apache Spark, the comparison shared out by ranges of records.

The driver reads, puts records beside each other and learns, which takes minutes for tens of millions; the workers get that work
once, make the pairs of their ranges and weigh them with the same functions, so the result is that of one machine, pair by pair.
Needs the extra `spark` and Java 17. One machine links a million records in a minute (bench/people/linkage.py): this is for
several national registers at once, and for nobody who has less.
"""

from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

import numpy as np

from egnatia.engines.people.link.linkage import Gained, Linked, Settings, Weigher, begin, finish
from egnatia.engines.people.link.register import Register
from egnatia.errors import ConfigError

SCHEMA = "left int, right int, gain double, contrary double"
_COLUMNS = ("left", "right", "gain", "contrary")


def link_on_spark(session: Any, register: Register, how: Settings, parts: int) -> Linked:
    """Link a register as `link` does, the pairs compared by Spark's workers.

    Args:
        session: of Spark.
        register: of one register, or of two.
        how: settings; `pass_pairs` is what a worker makes at a time.
        parts: into which the work is shared out; two or three for each core.

    Raises:
        ConfigError: Spark or Arrow is not installed.
    """
    if find_spec("pyspark") is None or find_spec("pyarrow") is None:
        raise ConfigError("Spark is not installed here", hint="Install the extra: pip install 'egnatia[spark]'.")
    work = begin(register, how)
    shared = session.sparkContext.broadcast(work)

    def weigh(batches: Iterator[Any]) -> Iterator[Any]:
        import pyarrow as pa

        weigher = Weigher(shared.value)
        for batch in batches:
            for number in batch.column(0).to_pylist():
                made = weigher.span(shared.value.spans[number])
                yield pa.RecordBatch.from_pydict(dict(zip(_COLUMNS, made, strict=True)))

    rows = session.range(0, len(work.spans), 1, max(1, min(parts, len(work.spans) or 1))).mapInArrow(weigh, SCHEMA)
    kept = _in_order(rows.toPandas())
    shared.destroy()
    return finish(register, work, [kept], how)


def _in_order(rows: Any) -> Gained:
    """What came back, in the order in which one machine makes it."""
    left, right, gain, contrary = (rows[name].to_numpy() for name in _COLUMNS)
    order = np.lexsort((right, left))
    return left[order].astype(np.int32), right[order].astype(np.int32), gain[order], contrary[order]
