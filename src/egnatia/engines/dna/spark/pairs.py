"""The join of two databases on Spark."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from egnatia.engines.dna.columns import load
from egnatia.engines.dna.join import join
from egnatia.engines.dna.rules import RuleSet
from egnatia.engines.dna.spark.spans import each_span, spans

SCHEMA = "left long, right long, class long"


def join_on_spark(session: Any, left: Path, right: Path | None, rules: RuleSet, parts: int) -> Any:
    """Candidates between two sets as a data frame: the number on either side, and the class by its place in the rules.

    Args:
        session: of Spark.
        left: directory of the columns that every task indexes: the smaller set.
        right: directory of those that are shared out in spans; none joins the first set with itself.
        rules: by which pairs are candidates.
        parts: into which the larger side is cut; two or three for each core.

    Raises:
        ConfigError: Spark is not installed.
        InputError: a directory holds no columns.
    """

    def task(span: range) -> Iterator[dict[str, list[Any]]]:
        mine = load(left)
        theirs = mine if right is None else load(right)
        for found in join(mine, theirs, rules, span=span):
            yield {"left": found.left.tolist(), "right": found.right.tolist(), "class": found.classes.tolist()}

    return each_span(session, spans(len(load(right or left)), parts), SCHEMA, task)
