"""Linkage on Spark in local mode gives what one process gives, pair by pair and bit by bit."""

import importlib.util
import os
import shutil
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from egnatia.engines.people.link import Clusters, Field, Linked, Register, Settings, bits_of, link, register_of_columns
from egnatia.engines.people.link.linkage import Weigher, begin, finish
from egnatia.engines.people.link.spark import link_on_spark
from egnatia.engines.people.simulate import Recipe, lines
from egnatia.errors import ConfigError

HAS_SPARK = importlib.util.find_spec("pyspark") is not None
needs_spark = pytest.mark.skipif(
    not HAS_SPARK or shutil.which("java") is None, reason="Spark in local mode: needs the extra `spark` and Java"
)
HOW = Settings(sample=50_000, pass_pairs=300)


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    made = (
        SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .getOrCreate()
    )
    made.sparkContext.setLogLevel("ERROR")
    yield made
    made.stop()


def register(count: int, *, two: bool = False) -> Register:
    filed = [line.filed for line in lines(Recipe(count, 21, 0.4))]
    texts = {
        Field.FIRST: [each.first for each in filed],
        Field.FAMILY: [each.family for each in filed],
        Field.FATHER: [each.father for each in filed],
        Field.BIRTH_DATE: [each.born for each in filed],
        Field.NUMBERS: ["|".join(each.identifiers) for each in filed],
    }
    return register_of_columns([each.ref for each in filed], texts, [number % 2 * two for number in range(len(filed))])


def assert_same(one: Linked, other: Linked) -> None:
    assert one.model == other.model
    assert one.left.tolist() == other.left.tolist()
    assert one.right.tolist() == other.right.tolist()
    assert np.array_equal(one.bits, other.bits)
    groups = [Clusters(each.weighed(), bits_of(0.9)).groups for each in (one, other)]
    assert groups[0] == groups[1]


@needs_spark
@pytest.mark.parametrize(("parts", "two"), [(1, False), (3, False), (2, True)])
def test_spark_gives_what_one_process_gives(session: Any, parts: int, *, two: bool) -> None:
    made = register(400, two=two)
    one = link(made, HOW)
    assert len(one.left) > 50
    assert_same(link_on_spark(session, made, HOW, parts), one)


@needs_spark
def test_spark_takes_a_model_that_was_learned_before(session: Any) -> None:
    made = register(300)
    model = link(made, HOW).model
    how = Settings(model=model, pass_pairs=200)
    assert_same(link_on_spark(session, made, how, 2), link(made, how))


@needs_spark
def test_nobody_on_spark(session: Any) -> None:
    empty = register_of_columns([], {})
    assert len(link_on_spark(session, empty, HOW, 4).left) == 0


@pytest.mark.skipif(HAS_SPARK, reason="only where Spark is missing")
def test_without_spark_it_is_said_what_to_install() -> None:
    with pytest.raises(ConfigError) as wrong:
        link_on_spark(None, register(10), HOW, 1)
    assert "egnatia[spark]" in wrong.value.hint()


def test_the_parts_of_the_work_are_the_whole() -> None:
    """What Spark's workers do, without Spark: every span by a weigher of its own, in any order."""
    made = register(300)
    work = begin(made, HOW)
    assert len(work.spans) > 3
    kept = [Weigher(work).span(span) for span in reversed(work.spans)]
    assert_same(finish(made, work, kept[::-1], HOW), link(made, HOW))
