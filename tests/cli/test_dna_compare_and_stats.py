"""`egnatia dna compare` with two kinds, `stats` where there is no statistic, `convert` that lacks a sender, doubtful commas."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from egnatia.cli import cli

LOCI = "vWA,TH01,D21S11,FGA,D8S1179,D3S1358,D18S51,D1S1656,D2S441,D10S1248"
VALUES = "16/17,6/9.3,28/30,21/24,13/14,15/16,12/15,12/13,10/14,13/15"
FIGURES = "population,locus,allele,frequency,n_alleles\nOne,TH01,6,0.5,500\nOne,TH01,9.3,0.5,500\n"


def _run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, ["dna", *map(str, arguments)])


def _file(path: Path, ref: str, values: str = VALUES, loci: str = LOCI) -> Path:
    """A table that does not say what its profile is of."""
    path.write_text(f"ref,{loci}\n{ref},{values}\n", encoding="utf-8")
    return path


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    return _file(tmp_path / "trace.csv", "T-1"), _file(tmp_path / "person.csv", "P-1")


def test_two_files_of_two_kinds_are_compared(pair: tuple[Path, Path]) -> None:
    result = _run("compare", *pair, "--kind", "trace", "--right-kind", "person", "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["class"]
    turned = _run("compare", *reversed(pair), "--kind", "person", "--right-kind", "trace", "--json")
    assert json.loads(turned.stdout)["class"] == json.loads(result.stdout)["class"]


def test_one_kind_is_that_of_both(pair: tuple[Path, Path]) -> None:
    result = _run("compare", *pair, "--kind", "person")
    assert result.exit_code == 1
    assert "does not compare profiles of kinds person and person" in result.stderr
    lacking = _run("compare", *pair, "--right-kind", "person")
    assert lacking.exit_code == 2
    assert "--kind says what a profile is of" in lacking.stderr
    unknown = _run("compare", *pair, "--kind", "trace", "--right-kind", "suspect")
    assert unknown.exit_code == 2
    assert "suspect" in unknown.stderr


def test_a_profile_without_a_counted_locus_has_no_figure_and_not_a_figure_of_one_in_one(tmp_path: Path) -> None:
    figures = tmp_path / "figures.csv"
    figures.write_text(FIGURES, encoding="utf-8")
    bare = _file(tmp_path / "bare.csv", "P-1", "16/17", "vWA")
    told = _run("stats", bare, "--kind", "person", "--frequencies", figures)
    assert told.exit_code == 1
    assert told.stdout == "P-1\n"
    assert "no figure: none of its loci is in any table of frequencies" in told.stderr
    plain = _run("stats", bare, "--kind", "person", "--frequencies", figures, "--json")
    assert plain.exit_code == 1
    (population,) = json.loads(plain.stdout)["populations"]
    assert population["log10"] is None
    assert population["loci"] == []
    assert population["left_out"] == ["vWA"]


def test_populations_without_a_figure_stand_behind_those_with_one(tmp_path: Path) -> None:
    """The first line is the most cautious figure; a population that has none is not more cautious than any."""
    figures = tmp_path / "figures.csv"
    figures.write_text(FIGURES + "Other,FGA,21,0.4,500\nOther,FGA,24,0.6,500\n", encoding="utf-8")
    file = _file(tmp_path / "some.csv", "P-1", "6/9.3", "TH01")
    told = _run("stats", file, "--kind", "person", "--frequencies", figures)
    assert told.exit_code == 0, told.output
    lines = [line for line in told.stdout.splitlines() if line.startswith(("One", "Other"))]
    assert [line.split()[0] for line in lines] == ["One", "Other"]
    assert "10^" in lines[0]
    assert "no figure" in lines[1]
    plain = json.loads(_run("stats", file, "--kind", "person", "--frequencies", figures, "--json").stdout)
    assert [each["log10"] is None for each in plain["populations"]] == [False, True]


def test_amelogenin_alone_has_no_figure(tmp_path: Path) -> None:
    file = _file(tmp_path / "sex.csv", "P-1", "X/Y", "AMEL")
    told = _run("stats", file, "--kind", "person")
    assert told.exit_code == 1
    assert "no figure" in told.stderr
    assert "10^" not in told.output


@pytest.mark.parametrize(
    ("target", "given", "hint"),
    [
        ("codis", (), "Add --source and --to and --user, for example `--source ALDNA --to GBDNA --user examiner-1`."),
        ("codis", ("--source", "ALDNA", "--to", "GBDNA"), "Add --user, for example `--user examiner-1`."),
        ("nist", ("--to", "GBDNA"), "Add --source, for example `--source ALDNA`."),
    ],
)
def test_the_hint_names_the_options_that_say_who_sends(
    pair: tuple[Path, Path], target: str, given: tuple[str, ...], hint: str
) -> None:
    result = _run("convert", pair[0], "--kind", "trace", "--format", target, *given)
    assert result.exit_code == 2
    assert f"a file in {target} says who sends it to whom" in result.stderr
    assert hint in result.stderr
    assert not result.stdout


@pytest.mark.parametrize("target", ["niem", "plain", "smartrank", "genemapper", "euroformix"])
def test_formats_that_do_not_say_who_sends_ask_for_nobody(pair: tuple[Path, Path], target: str) -> None:
    assert _run("convert", pair[0], "--kind", "trace", "--format", target).exit_code == 0


def test_a_comma_that_may_be_of_a_number_is_named_on_import(tmp_path: Path) -> None:
    file = tmp_path / "export.txt"
    file.write_text("Sample Name\tTH01\tFGA\nA-1\t9,3\t20,21\nA-2\t6,9\t20,21\n", encoding="utf-8")
    result = _run("import", file, "--into", tmp_path / "columns", "--kind", "trace", "--remarks")
    assert result.exit_code == 0, result.output
    assert "TH01 no number 9.3, or 9 and 3" in result.stderr
    first, second = _objects(_run("stats", file, "--kind", "trace", "--json").stdout)
    assert all("TH01" not in each["loci"] for each in first["populations"])
    assert any("TH01" in each["loci"] for each in second["populations"])


def _objects(text: str) -> list[dict[str, Any]]:
    """JSON objects that were written one behind the other."""
    decoder, found = json.JSONDecoder(), []
    while text := text.strip():
        made, end = decoder.raw_decode(text)
        found.append(made)
        text = text[end:]
    return found
