"""Spark in local mode gives what one process gives: joins and relatives, over any number of parts."""

import importlib.util
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from egnatia.engines.dna.columns import Columns, load, save
from egnatia.engines.dna.frequencies import shipped_populations
from egnatia.engines.dna.join import join
from egnatia.engines.dna.kinship import FAMILY_KINDS, PARENT, SIBLINGS, Model
from egnatia.engines.dna.kinship_search import relatives
from egnatia.engines.dna.rule_file import shipped_rules
from egnatia.engines.dna.simulate import as_columns, children, draw
from egnatia.engines.dna.simulated_sets import Recipe, simulate
from egnatia.engines.dna.spark import Sought, join_on_spark, relatives_on_spark
from egnatia.engines.dna.spark.spans import cut, spans
from egnatia.engines.dna.types import Kind, Profile
from egnatia.errors import ConfigError, InputError

NIST = [each for each in shipped_populations() if each.name.startswith("NIST")]
HAS_SPARK = importlib.util.find_spec("pyspark") is not None
needs_spark = pytest.mark.skipif(
    not HAS_SPARK or shutil.which("java") is None, reason="Spark in local mode: needs the extra `spark` and Java"
)


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


@pytest.fixture(scope="module")
def sets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("spark")
    made = simulate(Recipe(500, 80, wildcards=0.02), NIST, np.random.default_rng(1))
    save(made.persons, directory / "persons")
    save(made.traces, directory / "traces")
    return directory


@needs_spark
@pytest.mark.parametrize("name", ["prum-ess12", "codis-moderate"])
def test_a_join_on_spark_is_the_join_of_one_process(session: Any, sets: Path, name: str) -> None:
    rules = shipped_rules(name)
    rows = join_on_spark(session, sets / "traces", sets / "persons", rules, 2).collect()
    found = [(row["left"], row["right"], row["class"]) for row in rows]
    traces, persons = load(sets / "traces"), load(sets / "persons")
    expected = {
        each
        for part in join(traces, persons, rules)
        for each in zip(part.left.tolist(), part.right.tolist(), part.classes.tolist(), strict=True)
    }
    assert {*found} == expected
    assert len(found) == len(expected) > 10


@needs_spark
def test_a_set_with_itself_on_spark_tells_each_pair_once(session: Any, sets: Path) -> None:
    rules = shipped_rules("prum-ess12")
    persons = load(sets / "persons")
    rows = join_on_spark(session, sets / "persons", None, rules, 3).collect()
    whole = [pair for part in join(persons, persons, rules) for pair in zip(part.left, part.right, strict=True)]
    assert sorted((row["left"], row["right"]) for row in rows) == sorted((int(a), int(b)) for a, b in whole)


def _family(directory: Path) -> tuple[Columns, list[Profile]]:
    rng = np.random.default_rng(2)
    loci = tuple(NIST[0].loci)[:20]
    mothers, fathers = (draw(NIST[0], loci, 150, rng) for _ in range(2))
    save(as_columns(mothers, Kind.RELATIVE, "M-", 0.0, rng), directory)
    born = as_columns(children(mothers, fathers, rng), Kind.REMAINS, "C-", 0.0, rng)
    return load(directory), [born.profile(number) for number in (3, 77, 149)]


@needs_spark
def test_relatives_on_spark_are_those_of_one_process(session: Any, tmp_path: Path) -> None:
    columns, asked = _family(tmp_path / "families")
    model = Model()
    sought = Sought([PARENT, SIBLINGS], NIST, 2.0, model)
    rows = relatives_on_spark(session, asked, tmp_path / "families", sought, 2).collect()
    found = {(row["asked"], row["number"], row["ref"], row["relation"], row["log10"], row["loci"]) for row in rows}
    expected = {
        (each.ref, one.number, one.ref, one.found.relation, one.found.log10, one.found.loci)
        for each in asked
        for one in relatives(each, columns, [PARENT, SIBLINGS], NIST, FAMILY_KINDS, least=2.0, model=model)
    }
    assert found == expected
    assert {("C-3", "M-3"), ("C-77", "M-77"), ("C-149", "M-149")} <= {(each[0], each[2]) for each in found}


def test_relatives_of_a_trace_are_looked_for_nowhere(tmp_path: Path) -> None:
    trace = Profile("T", Kind.TRACE, {})
    with pytest.raises(InputError, match="its relatives are not looked for"):
        relatives_on_spark(None, [trace], tmp_path, Sought([PARENT], NIST, 3.0, Model()), 1)


@pytest.mark.skipif(HAS_SPARK, reason="Spark is installed")
def test_without_spark_it_is_said_how_to_get_it(sets: Path) -> None:
    with pytest.raises(ConfigError, match="Spark is not installed here") as caught:
        join_on_spark(None, sets / "traces", sets / "persons", shipped_rules("prum-ess12"), 2)
    assert "egnatia[spark]" in caught.value.hint()


@pytest.mark.parametrize(("profiles", "parts"), [(0, 3), (1, 3), (7, 3), (9, 3), (5, 1), (5, 0)])
def test_spans_hold_everybody_once(profiles: int, parts: int) -> None:
    made = spans(profiles, parts)
    assert [number for span in made for number in span] == list(range(profiles))
    assert len(made) <= max(1, parts)
    assert all(len(span) for span in made)


def test_a_cut_has_the_profiles_and_references_of_its_span(sets: Path) -> None:
    persons = load(sets / "persons")
    for span in (range(500), range(3), range(10, 11), range(499, 500), range(100, 250)):
        part = cut(persons, span)
        assert len(part) == len(span)
        assert [part.profile(place) for place in range(len(part))] == [persons.profile(number) for number in span]
