"""What stands beside candidates in `egnatia dna`: search, compare, kinship and mixture, in words and as JSON."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from egnatia.cli import cli
from egnatia.engines.dna.frequencies import shipped_populations

LOCI = ("vWA", "TH01", "D21S11", "FGA", "D8S1179", "D3S1358", "D18S51", "D16S539", "D2S1338", "D19S433")
BASE = ("16/17", "6/9.3", "29/31.2", "21/24", "13/14", "15/16", "12/17", "11/12", "17/25", "13/14")
NEAR = (*BASE[:-1], "13/15")
CHILD = ("16/18", "6/7", "29/30", "21/22", "13/15", "15/17", "12/16", "11/13", "17/20", "13/15")


def _table(path: Path, rows: Mapping[str, tuple[str, tuple[str, ...]]]) -> Path:
    lines = [",".join(("ref", "kind", *LOCI))]
    lines += [",".join((ref, kind, *values)) for ref, (kind, values) in rows.items()]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, ["dna", *map(str, arguments)])


def _packed(tmp_path: Path, rows: Mapping[str, tuple[str, tuple[str, ...]]]) -> Path:
    assert _run("import", _table(tmp_path / "people.csv", rows), "--into", tmp_path / "columns").exit_code == 0
    return tmp_path / "columns"


@pytest.fixture
def persons(tmp_path: Path) -> Path:
    return _packed(tmp_path, {"P-1": ("person", BASE), "P-2": ("person", NEAR)})


def test_every_candidate_of_a_search_comes_with_its_figures(persons: Path, tmp_path: Path) -> None:
    trace = _table(tmp_path / "trace.csv", {"T-1": ("trace", BASE)})
    result = _run("search", persons, trace, "--persons", "7200000", "--traces", "100000")
    assert result.exit_code == 0, result.output
    head, first, second = result.stdout.splitlines()[1:4]
    assert tuple(
        each for each in ("one in", "times likelier", "by chance here", "in the agreement") if each in head
    ) == ("one in", "times likelier", "by chance here", "in the agreement")
    assert first.startswith("P-1")
    assert "thousand million" in first
    assert second.startswith("P-2")
    plain = json.loads(_run("search", persons, trace, "--json", "--persons", "7200000", "--traces", "100000").stdout)
    for each in plain["candidates"]:
        hit = each["statement"]
        assert (hit["class"], hit["near"]) == (each["class"], each["near"])
        assert len(hit["figures"]) == len(shipped_populations())
        assert hit["sizes"] == {"searched": 2, "persons": 7_200_000, "traces": 100_000}
        assert all(figures["of_agreement"] > figures["of_search"] for figures in hit["figures"])
        assert "near matches included" in hit["sentences"][-1]
    full, near = (each["statement"]["figures"][0]["log10_lr"] for each in plain["candidates"])
    assert full > near + 2


def test_without_sizes_nobody_says_what_chance_gives_in_the_agreement(persons: Path, tmp_path: Path) -> None:
    trace = _table(tmp_path / "trace.csv", {"T-1": ("trace", BASE)})
    plain = json.loads(_run("search", persons, trace, "--json").stdout)
    assert {each["of_agreement"] for each in plain["candidates"][0]["statement"]["figures"]} == {None}
    assert _run("search", persons, trace, "--persons", "-1").exit_code == 2


def test_a_table_of_ones_own_is_stated_beside_the_shipped_ones(persons: Path, tmp_path: Path) -> None:
    """One population is not three: the shipped ones are asked as well, and its own is among them."""
    own = tmp_path / "own.csv"
    rows = ["population,locus,allele,frequency,n_alleles"]
    rows += [
        f"Ours,{locus},{allele},0.5,1000" for locus, pair in zip(LOCI, BASE, strict=True) for allele in pair.split("/")
    ]
    own.write_text("\n".join(rows) + "\n", encoding="utf-8")
    trace = _table(tmp_path / "trace.csv", {"T-1": ("trace", BASE)})
    plain = json.loads(_run("search", persons, trace, "--json", "--frequencies", own, "--theta", "0").stdout)
    figures = plain["candidates"][0]["statement"]["figures"]
    assert figures[0]["population"] == "Ours"
    assert figures[0]["log10_rmp"] == pytest.approx(-3.0103, abs=1e-3)
    assert len(figures) == 1 + len(shipped_populations())


def test_two_that_do_not_agree_have_no_statement(tmp_path: Path) -> None:
    left = _table(tmp_path / "left.csv", {"A": ("trace", BASE)})
    right = _table(tmp_path / "right.csv", {"B": ("person", CHILD)})
    result = _run("compare", left, right, "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["statement"] is None
    assert "no identification" not in _run("compare", left, right).stdout


def test_several_relations_are_looked_for_at_once(tmp_path: Path) -> None:
    family = _packed(tmp_path, {"R-1": ("relative", BASE), "R-2": ("relative", ("20/20",) * len(LOCI))})
    child = _table(tmp_path / "child.csv", {"M-1": ("missing", CHILD)})
    asked = ("--relation", "parent", "--relation", "siblings", "--relation", "half", "--relation", "0.1,0.9,0")
    result = _run("kinship", family, child, *asked, "--least", "0", "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert {each["ref"] for each in told["relatives"]} == {"R-1"}
    relations = {each["found"]["relation"] for each in told["relatives"]}
    assert {"parent or child", "0.1,0.9,0"} <= relations
    for each in told["relatives"]:
        assert len(each["figures"]) == len(shipped_populations())
        assert each["figures"][0] == [each["found"]["population"], each["found"]["log10"]]
        assert each["by_chance"] <= 2
    shown = _run("kinship", family, child, *asked, "--least", "0").stdout
    assert "by chance at most" in shown
    assert "unrelated" in shown
    assert "no identification" in shown


@pytest.mark.parametrize("relation", ["aunt", "0.5,0.5", "1,1,1", "a,b,c", "nan,0,1", ""])
def test_what_is_no_relation_is_refused_in_words(tmp_path: Path, relation: str) -> None:
    family = _packed(tmp_path, {"R-1": ("relative", BASE)})
    child = _table(tmp_path / "child.csv", {"M-1": ("missing", CHILD)})
    result = _run("kinship", family, child, "--relation", relation)
    assert result.exit_code == 2
    assert "no relation" in result.stderr or "no chances that sum to one" in result.stderr


def test_contributors_come_with_what_chance_lets_reach_as_much(persons: Path, tmp_path: Path) -> None:
    mixed = tuple(
        "/".join(sorted({*one.split("/"), *other.split("/")})) for one, other in zip(BASE, CHILD, strict=True)
    )
    trace = _table(tmp_path / "mixed.csv", {"T-1": ("mixture", mixed)})
    told = json.loads(_run("mixture", persons, trace, "--json", "--least", "1").stdout)
    assert told["warning"].startswith("This is a lead")
    for each in told["contributors"]:
        assert each["by_chance"] == pytest.approx(2 * 10 ** -each["log10"])
        assert len(each["figures"]) == len(shipped_populations())
    assert "by chance at most" in _run("mixture", persons, trace, "--least", "1").stdout
