"""`egnatia people search|match|explain`: the probability, its parts one after the other, and what cannot be told apart."""

import itertools
import json
import math
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from egnatia.cli import cli
from egnatia.cli.people_shown import chance

HEAD = "ref,first_names,family_names,birth_date,father_name,mother_name,identifiers\n"
ROWS = (
    "P-1,Arben,Hoxha,1990-03-07,Agim,Lule,national:0703990710012|phone:+383 44 123 456\n"
    "P-2,Arben,Hoxhaj,1990-07-03,Agim,,phone:00383 (0)44 123456\n"
    "P-3,Artan,Hoxha,1990-03-07,Agim,Lule,address:Rr. Bio 12\n"
    "P-4,Zoran,Petrović,1971-01-05,Dragan,,\n"
)


@pytest.fixture
def persons(tmp_path: Path) -> Path:
    file = tmp_path / "persons.csv"
    file.write_text(HEAD + ROWS, encoding="utf-8")
    return file


@pytest.fixture
def flood(tmp_path: Path) -> Path:
    file = tmp_path / "flood.csv"
    rows = [f"A-{n:03d},Agim,Krasniqi,{1940 + n}-05-{2 + n % 26:02d},,,\n" for n in range(40)]
    file.write_text(HEAD + "".join(rows) + ROWS, encoding="utf-8")
    return file


def people(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["people", *map(str, arguments)])


def answered(*arguments: object) -> dict[str, Any]:
    done = people(*arguments, "--json")
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_two_records_are_explained_step_by_step(persons: Path) -> None:
    done = people("explain", persons, "P-1", "P-2")
    assert done.exit_code == 0
    head, *lines = done.stdout.splitlines()
    assert re.match(r"P-1 and P-2: >0\.999 \(strong\), \+[\d.]+ bits", head), "no probability is written as certain"
    steps = [line.split() for line in lines[1:]]
    assert [step[0] for step in steps][:1] == ["prior"]
    for before, after in itertools.pairwise(steps):
        assert float(after[2]) == pytest.approx(float(before[2]) + float(after[1]), abs=0.11)
    assert f"{float(steps[-1][2]):+.1f} bits" in head
    assert "birth_date_swapped" in done.stdout
    assert "identifier_same" in done.stdout


def test_what_does_not_fit_within_a_record_is_told_beside_it(persons: Path) -> None:
    done = people("explain", persons, "P-1", "P-4")
    assert "P-1: number_wrong: 0703990710012" in done.stderr
    assert "number_wrong" not in done.stdout


def test_twins_are_explained_as_relatives(persons: Path) -> None:
    found = answered("explain", persons, "P-1", "P-3")
    claims = {part["claim"]: part["bits"] for part in found["evidence"]}
    assert claims["relative_possible"] < -10
    assert found["band"] == "possible"
    assert sum(claims.values()) == pytest.approx(math.log2(found["score"] / (1 - found["score"])), abs=0.01)


def test_strangers_end_with_status_one(persons: Path) -> None:
    done = people("explain", persons, "P-1", "P-4")
    assert done.exit_code == 1
    assert "name_different" in done.stdout


@pytest.mark.parametrize("refs", [("P-1", "P-9"), ("P-9", "P-1"), ("", "P-1"), ("\x1b[31m", "P-1")])
def test_a_record_that_is_not_there_is_named(persons: Path, refs: tuple[str, str]) -> None:
    done = people("explain", persons, *refs)
    assert done.exit_code not in (0, 1) or isinstance(done.exception, Exception)
    assert "\x1b" not in done.output


def test_the_same_in_json_and_in_words(persons: Path) -> None:
    found = answered("explain", persons, "P-1", "P-2")
    assert found["score"] > 0.999
    assert f">0.999 ({found['band']})" in people("explain", persons, "P-1", "P-2").stdout
    unsure = answered("explain", persons, "P-1", "P-3")
    assert f"{unsure['score']:.3f} ({unsure['band']})" in people("explain", persons, "P-1", "P-3").stdout


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.0, "<0.001"),
        (0.000999, "<0.001"),
        (0.001, "0.001"),
        (0.5, "0.500"),
        (0.999, "0.999"),
        (0.9991, ">0.999"),
        (1.0, ">0.999"),
    ],
)
def test_a_probability_is_never_printed_as_certain(value: float, written: str) -> None:
    assert chance(value) == written


def test_a_search_says_how_many_it_found_and_among_how_many(persons: Path) -> None:
    done = people(
        "search", persons, "--first", "Arben", "--family", "Hoxha", "--born", "1990-03-07", "--father", "Agim"
    )
    assert re.search(r"^\d+ found among 4; \d+ shown$", done.stdout, re.MULTILINE)
    assert "cannot distinguish" not in done.stdout
    found = answered("search", persons, "--first", "Arben", "--family", "Hoxha", "--born", "1990-03-07")
    assert (found["register"], found["indistinguishable"], found["cannot_distinguish"]) == (4, 1, False)
    assert found["matches"][0]["ref"] == "P-1"


def test_namesakes_cannot_be_told_apart_and_the_answer_says_what_would_help(flood: Path) -> None:
    done = people("search", flood, "--first", "Agim", "--family", "Krasniqi", "--limit", 3)
    assert done.exit_code == 0
    assert "40 found among 44; 3 shown" in done.stdout
    assert "cannot distinguish 40 of them; this would settle it: the full date of birth" in done.stdout
    assert "others_alike" in done.stdout
    found = answered("search", flood, "--first", "Agim", "--family", "Krasniqi", "--limit", 3)
    assert (found["indistinguishable"], found["settled_by"], len(found["matches"])) == (40, ["birth_date"], 3)
    assert sum(match["score"] for match in found["matches"]) < 3 / 40 + 0.001


def test_of_a_flood_that_was_not_compared_as_a_whole_the_number_is_said_to_be_the_least(tmp_path: Path) -> None:
    path = tmp_path / "flood.csv"
    path.write_text("ref,first_names,family_names\n" + "".join(f"N{n},Agim,Krasniqi\n" for n in range(400)))
    done = people("search", path, "--first", "Agim", "--family", "Krasniqi")
    assert "cannot distinguish at least 150 of them" in done.stdout


def test_a_date_tells_namesakes_apart(flood: Path) -> None:
    found = answered("search", flood, "--first", "Agim", "--family", "Krasniqi", "--born", "1950-05-12")
    assert found["matches"][0]["ref"] == "A-010"
    assert not found["cannot_distinguish"]
    assert found["matches"][0]["score"] > 0.9


@pytest.mark.parametrize(
    ("option", "value", "claim"),
    [
        ("--mother", "Lule", "mother_name_same"),
        ("--father", "Agim", "father_name_same"),
        ("--number", "tel:+38344123456", "identifier_same"),
        ("--number", "national:O7O399O71OO12", "identifier_alike"),
    ],
)
def test_every_field_can_be_asked_for(persons: Path, option: str, value: str, claim: str) -> None:
    found = answered("search", persons, "--first", "Arben", "--family", "Hoxha", option, value)
    assert found["matches"][0]["ref"] == "P-1"
    assert claim in {part["claim"] for part in found["matches"][0]["evidence"]}


def test_a_date_of_another_calendar_is_refused_with_its_name(persons: Path) -> None:
    done = people("search", persons, "--first", "Arben", "--family", "Hoxha", "--born", "1369/05/17")
    assert done.exit_code not in (0, 1) or done.exception is not None
    assert "Persian" in f"{done.output}{done.exception}"


def test_nobody_is_nothing_on_standard_output(persons: Path) -> None:
    for way in ((), ("--json",)):
        done = people("search", persons, "--first", "Qu", "--family", "Zz", *way)
        assert (done.exit_code, done.stdout) == (1, "")


@pytest.mark.parametrize(
    ("left", "right", "status"),
    [("Gjergj Marku", "George Marku", 0), ("Hoxha", "Hodža", 0), ("Arben Hoxha", "Zoran Kovač", 1)],
)
def test_two_names_are_matched_with_the_sum_so_far(left: str, right: str, status: int) -> None:
    done = people("match", left, right)
    assert done.exit_code == status
    assert done.stdout.splitlines()[1].split() == ["claim", "bits", "sum", "asked", "found"]
    assert re.search(r"^prior +-16\.6 +-16\.6 +-+$", done.stdout, re.MULTILINE)
