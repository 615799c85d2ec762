"""`egnatia people simulate`, `index` and `search --index`: registers made, filed and searched on this computer."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from egnatia.cli.people import group
from egnatia.errors import InputError


def run(*arguments: str) -> Result:
    return CliRunner().invoke(group, list(arguments))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("register")
    paths = [f"--{name}={folder / name}.csv" for name in ("out", "truth", "questions")]
    done = run("simulate", "--persons", "800", "--seed", "5", "--twice", "0.2", "--each", "3", *paths)
    assert done.exit_code == 0, done.output
    assert "800 people who do not exist" in done.stderr
    assert done.stdout == ""
    return folder


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_a_register_its_truth_and_questions_are_written(made: Path) -> None:
    register, truth, questions = (rows(made / f"{name}.csv") for name in ("out", "truth", "questions"))
    assert [row["ref"] for row in register] == [row["ref"] for row in truth]
    assert len({row["person"] for row in truth}) == 800 < len(register) < 1_000
    assert {row["ref"] for row in questions} <= {row["person"] for row in truth}
    assert len({row["noise"] for row in questions}) == 17


def test_the_register_goes_to_standard_output_where_no_file_is_named() -> None:
    done = run("simulate", "--persons", "3", "--seed", "5")
    assert done.stdout.splitlines()[0] == "ref,first_names,family_names,birth_date,father_name,identifiers"
    assert len(done.stdout.splitlines()) == 4
    assert done.stdout == run("simulate", "--persons", "3", "--seed", "5").stdout


def test_a_file_is_filed_once_and_searched_as_the_file_is(made: Path, tmp_path: Path) -> None:
    register, index = str(made / "out.csv"), tmp_path / "index"
    done = run("index", register, "--out", str(index), "--json")
    said = json.loads(done.stdout)
    assert said["records"] == len(rows(made / "out.csv"))
    assert said["left_out"] == 0
    assert said["bytes"] == sum(path.stat().st_size for path in index.iterdir())
    for row in rows(made / "questions.csv")[::5]:
        asked = ["--first", row["first_names"], "--family", row["family_names"], "--born", row["birth_date"], "--json"]
        filed, plain = run("search", "--index", str(index), *asked), run("search", register, *asked)
        assert filed.exit_code == plain.exit_code
        assert filed.stdout == plain.stdout
        if filed.exit_code == 0 and row["birth_date"]:
            assert row["ref"] in {match["ref"] for match in json.loads(filed.stdout)["matches"]}


def test_bad_lines_are_named_and_counted(tmp_path: Path) -> None:
    register = tmp_path / "register.csv"
    register.write_text(
        "ref,first_names,family_names,birth_date\nA,Arben,Hoxha,\nB,,,\nC,Zana,Kola,1990-13-13\n", encoding="utf-8"
    )
    done = run("index", str(register), "--out", str(tmp_path / "index"))
    assert "1 persons" in done.stdout
    assert "lines left out: 2" in done.stdout
    assert "line 3" in done.stderr
    assert "line 4" in done.stderr


def test_a_folder_that_holds_something_is_left_alone(made: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine", encoding="utf-8")
    done = run("index", str(made / "out.csv"), "--out", str(tmp_path))
    assert "not empty" in str(done.exception)
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_a_reference_twice_stops_the_filing_or_is_left_out(tmp_path: Path) -> None:
    register = tmp_path / "register.csv"
    register.write_text("ref,first_names,family_names\nA,Arben,Hoxha\nA,Zana,Kola\n", encoding="utf-8")
    done = run("index", str(register), "--out", str(tmp_path / "index"), "--json")
    assert json.loads(done.stdout) == {"records": 1, "left_out": 1, "bytes": json.loads(done.stdout)["bytes"],
                                       "into": str(tmp_path / "index")}  # fmt: skip


@pytest.mark.parametrize("both", [True, False])
def test_one_file_or_one_index_is_searched(made: Path, tmp_path: Path, *, both: bool) -> None:
    named = [str(made / "out.csv"), "--index", str(tmp_path)] if both else []
    done = run("search", *named, "--first", "Arben", "--family", "Hoxha")
    assert isinstance(done.exception, InputError)
    assert "one file or one index" in done.exception.message


def test_a_changed_index_is_refused(made: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    run("index", str(made / "out.csv"), "--out", str(index))
    data = next(path for path in index.iterdir() if path.suffix == ".bin")
    written = bytearray(data.read_bytes())
    written[len(written) // 2] ^= 1
    data.write_bytes(written)
    done = run("search", "--index", str(index), "--first", "Arben", "--family", "Hoxha")
    assert isinstance(done.exception, InputError)
    assert "changed after it was written" in done.exception.message


@pytest.mark.parametrize("wrong", [["--persons", "0"], ["--seed", "-1"], ["--twice", "2"], ["--twice", "nan"]])
def test_what_cannot_be_made_is_a_usage_error(wrong: list[str]) -> None:
    given = {"--persons": "5", "--seed": "1"} | {wrong[0]: wrong[1]}
    done = run("simulate", *(item for pair in given.items() for item in pair))
    assert done.exit_code != 0
    assert not done.stdout
