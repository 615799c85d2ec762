"""`egnatia people graph` as somebody types it."""

import itertools
import json
import re
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from egnatia.cli import cli
from egnatia.engines.people.graph.formats import read_network, write_network
from egnatia.engines.people.graph.network import network
from egnatia.engines.people.graph.types import Node, NodeKind, Standing, Tie

DAY = date(2026, 3, 1)


def _run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, ["people", "graph", *map(str, arguments)])


@pytest.fixture
def case(tmp_path: Path) -> Path:
    persons = [
        Node(ref, NodeKind.PERSON, label, Standing.INVOLVED)
        for ref, label in (("P-1", "Agim"), ("P-2", ""), ("P-3", ""))
    ]
    victim = Node("V-1", NodeKind.PERSON, "Nora", Standing.VICTIM)
    card, hostel = Node("+38344123456", NodeKind.PHONE), Node("A-1", NodeKind.PLACE, "\u202eHostel")
    ties = [
        Tie("P-1", card.ref, "uses", "R-1", DAY, date(2026, 3, 9)),
        Tie("P-2", card.ref, "uses", "R-2", date(2026, 3, 5)),
        *(Tie(ref, "A-1", "sleeps at", "R-3", DAY) for ref in ("P-1", "P-2", "P-3", "V-1")),
        Tie("P-2", "P-3", "was seen with", "R-4", date(2026, 4, 1)),
    ]
    write_network(network([*persons, victim, card, hostel], ties), tmp_path / "case.gexf", with_shielded=True)
    return tmp_path / "case.gexf"


def test_show_says_what_is_there_and_whom_nothing_reads(case: Path) -> None:
    result = _run("show", case)
    assert result.exit_code == 0, result.output
    assert "7 ties from 2026-03-01 to 2026-04-01" in result.stdout
    assert "whom no measure, way or picture reads: 1\n" in result.stdout
    [row] = [json.loads(line) for line in _run("show", case, "--json").stdout.splitlines()]
    assert row["nodes"] == {"person": 4, "phone": 1, "place": 1}
    assert (row["ties"], row["shielded"], row["since"]) == (7, 1, "2026-03-01")


def test_shared_lists_the_rarest_first_and_no_victim(case: Path) -> None:
    result = _run("shared", case)
    assert result.exit_code == 0, result.output
    assert result.stdout.index("+38344123456") < result.stdout.index("A-1")
    assert "V-1" not in result.stdout
    rows = [json.loads(line) for line in _run("shared", case, "--json", "--max-holders", "2").stdout.splitlines()]
    assert [(row["left"], row["right"], row["via"], row["holders"], row["together"]) for row in rows] == [
        ("P-1", "P-2", "+38344123456", 2, True)
    ]
    assert {each["source"] for each in rows[0]["ties"]} == {"R-1", "R-2"}
    assert rows[0]["ties"][0]["since"] == "2026-03-01"


def test_shared_with_nothing_to_show_ends_with_one(case: Path) -> None:
    result = _run("shared", case, "--until", "2020-01-01")
    assert result.exit_code == 1
    assert "Nobody" in result.stderr


def test_path_shows_each_step_with_its_source(case: Path) -> None:
    result = _run("path", case, "P-1", "P-3")
    assert result.exit_code == 0, result.output
    assert "1. steps: 2; passes a thing that 4 hold" in result.stdout
    assert "sleeps at, 2026-03-01, R-3" in result.stdout
    assert "2. steps: 3; passes a thing that 2 hold" in result.stdout
    rows = [json.loads(line) for line in _run("path", case, "P-1", "P-3", "--json").stdout.splitlines()]
    assert [step["ref"] for step in rows[0]["steps"]] == ["A-1", "P-3"]
    assert rows[1]["steps"][-1]["ties"][0]["relation"] == "was seen with"


def test_path_to_a_victim_is_refused_in_words(case: Path) -> None:
    result = _run("path", case, "P-1", "V-1")
    assert result.exit_code == 2
    assert "shielded" in result.stderr
    assert "Nora" not in result.output


def test_path_that_does_not_exist_ends_with_one(case: Path) -> None:
    result = _run("path", case, "P-1", "P-3", "--until", "2026-02-01")
    assert (result.exit_code, result.stdout) == (1, "")
    assert _run("path", case, "P-1", "P-3", "--until", "2026-02-01", "--json").stdout == ""


def test_path_to_somebody_unknown_is_not_found(case: Path) -> None:
    assert _run("path", case, "P-1", "P-9").exit_code == 4


def test_measure_gives_a_range_and_the_same_twice(case: Path) -> None:
    result = _run("measure", case, "--seed", "3")
    assert result.exit_code == 0, result.output
    assert "left out as shielded: 1;" in result.stdout
    assert result.stdout == _run("measure", case, "--seed", "3").stdout
    [row] = [json.loads(line) for line in _run("measure", case, "--json", "--limit", "2").stdout.splitlines()]
    assert len(row["positions"]) == 2
    assert (
        row["positions"][0]["brokerage_low"]
        <= row["positions"][0]["brokerage"]
        <= row["positions"][0]["brokerage_high"]
    )


def test_measure_says_that_it_is_a_lead() -> None:
    assert "lead" in _run("measure", "--help").stdout


def test_a_case_is_cut_out_before_it_is_shown(case: Path) -> None:
    [row] = [
        json.loads(line) for line in _run("show", case, "--json", "--case", "P-3", "--steps", "1").stdout.splitlines()
    ]
    assert row["nodes"] == {"person": 2, "place": 1}


def test_draw_writes_a_picture_once(case: Path, tmp_path: Path) -> None:
    picture = tmp_path / "case.svg"
    assert _run("draw", case, picture).exit_code == 0
    drawn = picture.read_text()
    assert "Agim" in drawn
    assert "Nora" not in drawn
    again = _run("draw", case, picture)
    assert again.exit_code == 2
    assert picture.read_text() == drawn


@pytest.mark.parametrize("name", ["other.graphml", "other.json", "tables"])
def test_convert_leaves_shielded_persons_out_and_says_so(case: Path, tmp_path: Path, name: str) -> None:
    result = _run("convert", case, tmp_path / name)
    assert result.exit_code == 0, result.output
    assert "Shielded persons left out: 1." in result.stderr
    assert "V-1" not in read_network(tmp_path / name).nodes
    assert _run("convert", case, tmp_path / f"all-{name}", "--with-shielded").exit_code == 0
    assert read_network(tmp_path / f"all-{name}") == read_network(case)


def test_a_bad_file_is_named_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "case.json").write_text("[]\n")
    result = _run("show", tmp_path / "case.json")
    assert result.exit_code == 2
    assert "line 1" in result.stderr
    assert "one entity per line" in result.stderr


def test_no_label_turns_the_terminal_around(case: Path) -> None:
    commands: list[list[str | Path]] = [["shared", case], ["path", case, "P-1", "P-3"], ["measure", case]]
    for command in commands:
        assert "\u202e" not in _run(*command).stdout


def test_measure_says_who_cuts_in_how_many_trials_and_which_groups_hold(case: Path) -> None:
    result = _run("measure", case, "--trials", "4")
    assert result.exit_code == 0, result.output
    assert "ranges are of 4 trials" in result.stdout
    assert re.search(r"community 0: 3 nodes, two of them stay together in \d+% of the trials: ", result.stdout)
    [row] = [json.loads(line) for line in _run("measure", case, "--json", "--trials", "0").stdout.splitlines()]
    assert row["trials"] == 0
    assert row["communities"][0]["together"] == 1.0
    members = [ref for group in row["communities"] for ref in group["members"]]
    assert sorted(members) == ["+38344123456", "A-1", "P-1", "P-2", "P-3"]


def test_who_cuts_is_said_with_the_trials(tmp_path: Path) -> None:
    refs = [f"P-{n}" for n in range(9)]
    persons = [Node(ref, NodeKind.PERSON, standing=Standing.INVOLVED) for ref in refs]
    ties = [Tie(one, other, "met", "R-1", DAY) for one, other in itertools.pairwise(refs)]
    write_network(network(persons, ties), tmp_path / "chain.gexf")
    result = _run("measure", tmp_path / "chain.gexf", "--seed", "2")
    assert re.search(r"^P-4 +person .*yes, in \d+ of 20 trials", result.stdout, re.MULTILINE)
    assert not re.search(r"^P-0 +person .*yes", result.stdout, re.MULTILINE)


@pytest.mark.parametrize("ref", ["V-1"])
@pytest.mark.parametrize("command", ["show", "shared", "measure"])
def test_a_case_is_cut_out_around_nobody_shielded(case: Path, command: str, ref: str) -> None:
    result = _run(command, case, "--case", ref)
    assert result.exit_code == 2
    assert "shielded" in result.stderr
    assert "Nora" not in result.output


@pytest.mark.parametrize("command", ["show", "shared", "measure", "path", "draw", "convert"])
def test_days_are_asked_for_as_they_are_written(command: str) -> None:
    assert "--since YYYY-MM-DD" in _run(command, "--help").stdout


@pytest.mark.parametrize("seed", ["-1", "-5", str(2**32), str(10**30), "x", "1.5"])
@pytest.mark.parametrize("command", ["measure", "draw"])
def test_a_seed_that_nothing_takes_is_refused(case: Path, command: str, seed: str, tmp_path: Path) -> None:
    more = [tmp_path / "picture.svg"] if command == "draw" else []
    result = _run(command, case, *more, "--seed", seed)
    assert result.exit_code == 2
    assert "--seed" in result.stderr
    assert not (tmp_path / "picture.svg").exists()


@pytest.mark.parametrize("seed", ["0", str(2**32 - 1)])
def test_every_other_seed_is_taken(case: Path, seed: str, tmp_path: Path) -> None:
    assert _run("measure", case, "--seed", seed, "--trials", "2").exit_code == 0
    assert _run("draw", case, tmp_path / "picture.svg", "--seed", seed).exit_code == 0


@pytest.mark.parametrize("ref", ["", "x" * 60_000, "\udcff", "\u202eP-1", "p-1"])
def test_a_reference_that_is_not_there_is_said_in_one_line(case: Path, ref: str) -> None:
    result = _run("path", case, ref, "P-1")
    assert result.exit_code == 4
    assert len(result.stderr) < 500
    assert "\u202e" not in result.stderr


def test_a_case_without_anybody_involved_is_not_drawn_and_says_why(tmp_path: Path) -> None:
    (tmp_path / "nodes.csv").write_text("ref,kind\np,person\n")
    (tmp_path / "ties.csv").write_text("left,right,relation,source,since\n")
    result = _run("draw", tmp_path, tmp_path / "picture.svg")
    assert result.exit_code == 2
    assert "recorded as involved" in result.stderr


def test_a_picture_in_a_directory_that_is_not_there_says_which(case: Path, tmp_path: Path) -> None:
    result = _run("draw", case, tmp_path / "nowhere" / "picture.svg")
    assert result.exit_code == 2
    assert "nowhere" in result.stderr
    assert "overwritten" not in result.stderr
