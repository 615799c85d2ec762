"""`egnatia dna convert` and what `import` says of files with donors: losses are named, and no value of a person is."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from egnatia.cli import cli
from egnatia.engines.dna.formats.names import Format

TABLE = "ref,kind,AMEL,vWA,TH01,FGA,SE33\nP-1,person,X/Y,16/17,6/9.3,21/24,18/26.2\nT-1,trace,,16/17,6/*,21/24,18\n"
SENDER = ("--source", "GBDNA", "--to", "ALDNA", "--user", "examiner-1")
NIEM = """<DNADataTransaction><DNARecord><DNACategoryCode>Family Relative</DNACategoryCode>
<DNADonor><PersonBirthDate><Date>1977-06-21</Date></PersonBirthDate><PersonFullName>Arta Example</PersonFullName></DNADonor>
<DNADataIdentification><IdentificationID>MP-1</IdentificationID></DNADataIdentification>
<DNAEncoding><DNATypingTechnologyCode>STR</DNATypingTechnologyCode><DNASTRData><DNALocus><DNALocusName>FGA</DNALocusName>
<DNAAllele><DNAAlleleCall1Text>21</DNAAlleleCall1Text><DNAAlleleRequiredIndicator>true</DNAAlleleRequiredIndicator></DNAAllele>
</DNALocus></DNASTRData></DNAEncoding></DNARecord></DNADataTransaction>"""


def _run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, ["dna", *map(str, arguments)])


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


@pytest.mark.parametrize("target", [*Format])
def test_every_format_is_written_and_imported_again(table: Path, tmp_path: Path, target: Format) -> None:
    written = _run("convert", table, "--format", target.value, *SENDER)
    assert written.exit_code == 0, written.output
    file = tmp_path / "again"
    file.write_bytes(written.stdout_bytes)
    again = _run("import", file, "--into", tmp_path / "columns", "--kind", "trace", "--json")
    assert json.loads(again.stdout)["profiles"] == 2, again.output
    assert json.loads(again.stdout)["left out"] == 0


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("codis", ["2 profiles: loci that CMF 3.2 has no name for: SE33", "T-1: loci with a wildcard: TH01"]),
        ("niem", []),
        ("plain", []),
        ("nist", []),
        ("smartrank", ["P-1: that it is of kind person", "T-1: that it is of kind trace"]),
    ],
)
def test_what_a_format_cannot_say_is_named(table: Path, target: str, said: list[str]) -> None:
    written = _run("convert", table, "--format", target, *SENDER)
    assert written.stderr.splitlines() == [f"left out, {each}" for each in said]
    strict = _run("convert", table, "--format", target, "--strict", *SENDER)
    assert strict.exit_code == (2 if said else 0)
    assert bool(strict.stdout_bytes) == (not said)
    assert all(each in strict.stderr for each in said)


@pytest.mark.parametrize("missing", ["--source", "--to", "--user"])
def test_codis_wants_to_know_who_sends(table: Path, missing: str) -> None:
    place = SENDER.index(missing)
    result = _run("convert", table, *SENDER[:place], *SENDER[place + 2 :])
    assert result.exit_code == 2
    assert "says who sends it to whom" in result.stderr
    assert f"Add {missing}, for example `{missing} " in result.stderr


def test_a_profile_that_stands_twice_is_neither_converted_nor_imported(table: Path, tmp_path: Path) -> None:
    table.write_text(TABLE + "P-1,person,,16/17,6/9.3,21/24,18\n", encoding="utf-8")
    for result in (_run("convert", table, "--format", "niem"), _run("import", table, "--into", tmp_path / "columns")):
        assert result.exit_code == 2
        assert "'P-1' stands twice" in result.stderr
    assert not (tmp_path / "columns").exists()


def test_a_donor_is_named_by_elements_only_and_not_written(tmp_path: Path) -> None:
    file = tmp_path / "family.xml"
    file.write_text(NIEM, encoding="utf-8")
    told = _run("import", file, "--into", tmp_path / "columns", "--remarks")
    assert told.exit_code == 0, told.output
    assert "data on a person, not read: PersonBirthDate, PersonFullName" in told.stderr
    assert "1 profiles came with data on a person" in told.stderr
    assert "1 profiles have obligatory alleles, which columns do not keep" in told.stderr
    converted = _run("convert", file, "--format", "niem")
    everything = told.output + converted.output + b"".join(
        each.read_bytes() for each in (tmp_path / "columns").iterdir()
    ).decode("latin-1")  # fmt: skip
    assert "Arta" not in everything
    assert "1977" not in everything


def test_numbers_of_loci_by_a_table(table: Path, tmp_path: Path) -> None:
    numbers = tmp_path / "numbers.csv"
    numbers.write_text("number,locus\n1,Amelogenin\n2,vWA\n3,THO1\n\n4,FGA\n5,ACTBP2\n", encoding="utf-8")
    written = _run("convert", table, "--format", "nist", "--locus-numbers", numbers, *SENDER)
    assert written.exit_code == 0, written.output
    assert b"\x1f3\x1f1" in written.stdout_bytes
    assert b"TH01" not in written.stdout_bytes
    file = tmp_path / "people.an2"
    file.write_bytes(written.stdout_bytes)
    again = _run("convert", file, "--format", "plain", "--locus-numbers", numbers)
    assert again.stdout == TABLE.replace(",18\n", ",18/18\n")
    without = _run("import", file, "--into", tmp_path / "columns", "--json")
    assert json.loads(without.stdout)["tolerated"] == 9


@pytest.mark.parametrize("line", ["x,FGA\n1,FGA\ny,vWA", "1,FGB", "1,FGA\n1,vWA", "1,FGA\n2,FGA"])
def test_a_table_of_numbers_that_cannot_be_told(table: Path, tmp_path: Path, line: str) -> None:
    numbers = tmp_path / "numbers.csv"
    numbers.write_text(line + "\n", encoding="utf-8")
    result = _run("convert", table, "--format", "nist", "--locus-numbers", numbers, *SENDER)
    assert result.exit_code == 2
    assert "is no number with a locus of its own" in result.stderr
