"""`egnatia people link`, `why` and `judge` as somebody types them."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from egnatia.cli import cli
from egnatia.engines.people.simulate import Recipe, lines, write


def _run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["people", *map(str, arguments)])


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("people") / "register.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        write(lines(Recipe(250, 3, 0.4)), stream)
    return path


@pytest.fixture(scope="module")
def linked(register: Path) -> Path:
    folder = register.parent
    files = ("--out", folder / "links.csv", "--groups", folder / "groups.csv", "--save-model", folder / "model.json")
    made = _run("link", register, *files)
    assert made.exit_code == 0, made.output
    assert "links among" in made.stdout
    assert "names by sound" in made.stdout
    return folder


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_links_are_written_with_what_they_are_made_of(linked: Path) -> None:
    links = _rows(linked / "links.csv")
    right = [row for row in links if row["left"].removesuffix("-2") == row["right"].removesuffix("-2")]
    assert len(right) >= 60
    assert len(right) >= 0.97 * len(links)
    chances = [float(row["probability"]) for row in links]
    assert chances == sorted(chances, reverse=True)
    assert min(chances) >= 0.95
    for row in links[:20]:
        parts = [part.rsplit(" ", 1) for part in row["evidence"].split("; ")]
        assert parts[0][0] == "prior prior"
        assert sum(float(bits) for _, bits in parts) == pytest.approx(float(row["bits"]), abs=0.5)


def test_groups_are_written(linked: Path) -> None:
    groups: dict[str, set[str]] = {}
    for row in _rows(linked / "groups.csv"):
        groups.setdefault(row["group"], set()).add(row["ref"])
        assert int(row["records"]) >= 2
    links = {frozenset((row["left"], row["right"])) for row in _rows(linked / "links.csv")}
    assert {frozenset(group) for group in groups.values() if len(group) == 2} <= links


def test_the_same_file_gives_the_same_links(register: Path, linked: Path, tmp_path: Path) -> None:
    assert _run("link", register, "--out", tmp_path / "again.csv").exit_code == 0
    assert (tmp_path / "again.csv").read_bytes() == (linked / "links.csv").read_bytes()
    model = ("--model", linked / "model.json")
    assert _run("link", register, "--out", tmp_path / "third.csv", *model).exit_code == 0
    assert (tmp_path / "third.csv").read_bytes() == (linked / "links.csv").read_bytes()


def test_json_says_what_was_done(register: Path, linked: Path, tmp_path: Path) -> None:
    made = _run("link", register, "--out", tmp_path / "o.csv", "--model", linked / "model.json", "--json")
    said = json.loads(made.stdout)
    assert said["records"] == len(_rows(register))
    assert said["links"] == len(_rows(tmp_path / "o.csv"))
    assert said["groups"] <= said["links"]
    assert said["left_out"] == 0
    assert {rule["rule"] for rule in said["rules"]} >= {"names by sound", "date of birth and a name", "number"}
    assert said["prior_bits"] < -5


def test_why_shows_a_sum(register: Path, linked: Path) -> None:
    first = _rows(linked / "links.csv")[0]
    model = ("--model", linked / "model.json")
    shown = _run("why", first["left"], first["right"], "--in", register, *model)
    assert shown.exit_code == 0
    assert "first_names" in shown.stdout
    data = json.loads(_run("why", first["right"], first["left"], "--in", register, *model, "--json").stdout)
    assert data["probability"] == pytest.approx(float(first["probability"]), abs=1e-5)
    assert sum(part["bits"] for part in data["evidence"]) == pytest.approx(float(first["bits"]), abs=0.02)


def test_a_negative_judgement_survives_another_run(register: Path, linked: Path, tmp_path: Path) -> None:
    first = _rows(linked / "links.csv")[0]
    model = ("--model", linked / "model.json")
    book = tmp_path / "said.jsonl"
    by = ("--judgements", book, "--by", "off-1", "--reason", "other photographs")
    assert _run("judge", first["left"], first["right"], "negative", *by, "--in", register, *model).exit_code == 0
    kept = json.loads(book.read_text(encoding="utf-8"))
    assert (kept["verdict"], kept["author"], kept["model"]) == ("negative", "off-1", "link/3")
    assert sum(part["added"] for part in kept["evidence"]) == pytest.approx(float(first["bits"]), abs=0.01)
    files = ("--out", tmp_path / "o.csv", "--groups", tmp_path / "g.csv", "--judgements", book)
    assert _run("link", register, *files, *model).exit_code == 0
    assert [row["judgement"] for row in _rows(tmp_path / "o.csv")].count("negative") == 1
    for group in _groups(tmp_path / "g.csv"):
        assert not {first["left"], first["right"]} <= group
    assert _run("judge", "--undo", 1, *by).exit_code == 0
    assert _run("link", register, *files, *model).exit_code == 0
    assert any({first["left"], first["right"]} <= group for group in _groups(tmp_path / "g.csv"))
    assert len(book.read_text(encoding="utf-8").splitlines()) == 2, "both stay in the file"


def _groups(path: Path) -> list[set[str]]:
    made: dict[str, set[str]] = {}
    for row in _rows(path):
        made.setdefault(row["group"], set()).add(row["ref"])
    return list(made.values())


def test_a_positive_judgement_joins_and_is_listed(register: Path, linked: Path, tmp_path: Path) -> None:
    book = tmp_path / "said.jsonl"
    one, other = "S-00000001", "S-00000250"
    by = ("--judgements", book, "--by", "off-1", "--reason", "fingerprints")
    assert _run("judge", one, other, "positive", *by).exit_code == 0
    files = ("--out", tmp_path / "o.csv", "--groups", tmp_path / "g.csv", "--judgements", book)
    assert _run("link", register, *files, "--model", linked / "model.json").exit_code == 0
    assert any({one, other} <= group for group in _groups(tmp_path / "g.csv"))
    judged = [row for row in _rows(tmp_path / "o.csv") if row["judgement"]]
    assert [{row["left"], row["right"]} for row in judged] == [{one, other}]
    assert float(judged[0]["probability"]) < 0.5


def test_judgements_that_contradict_each_other_are_told(register: Path, linked: Path, tmp_path: Path) -> None:
    book = tmp_path / "said.jsonl"
    by = ("--judgements", book, "--by", "off-1", "--reason", "x")
    for left, right, verdict in (("1", "2", "positive"), ("2", "3", "positive"), ("1", "3", "negative")):
        assert _run("judge", f"S-0000000{left}", f"S-0000000{right}", verdict, *by).exit_code == 0
    made = _run("link", register, "--out", tmp_path / "o.csv", "--judgements", book, "--model", linked / "model.json")
    assert "neither holds" in made.stderr
    assert made.exit_code == 0


def test_two_files_are_linked_across(register: Path, tmp_path: Path) -> None:
    head, *body = register.read_text(encoding="utf-8").splitlines()
    paths = tmp_path / "tirana.csv", tmp_path / "pristina.csv"
    for number, path in enumerate(paths):
        mine = [line for line in body if line.split(",")[0].endswith("-2") == bool(number)]
        path.write_text("\n".join([head, *mine]) + "\n", encoding="utf-8")
    made = _run("link", *paths, "--out", tmp_path / "o.csv", "--json")
    assert made.exit_code == 0, made.output
    links = _rows(tmp_path / "o.csv")
    assert len(links) >= 60
    assert all({row["left"].split("/")[0], row["right"].split("/")[0]} == {"tirana", "pristina"} for row in links)
    both = ("--in", paths[0], "--and", paths[1])
    assert _run("why", links[0]["left"], links[0]["right"], *both).exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--from", "1"), "no probability"),
        (("--from", "-0.5"), "no probability"),
        (("--judgements", "BAD"), "line 1"),
        (("--model", "BAD"), "no model of linkage"),
    ],
)
def test_what_cannot_be_done_is_said(register: Path, tmp_path: Path, arguments: tuple[str, str], said: str) -> None:
    bad = tmp_path / "bad"
    bad.write_text("what\n", encoding="utf-8")
    given = [str(bad) if each == "BAD" else each for each in arguments]
    made = _run("link", register, "--out", tmp_path / "o.csv", *given)
    assert made.exit_code != 0
    assert said in made.stderr + str(made.exception)
    assert not (tmp_path / "o.csv").exists()


def test_a_file_of_one_name_is_no_second_register(register: Path, tmp_path: Path) -> None:
    made = _run("link", register, register, "--out", tmp_path / "o.csv")
    assert made.exit_code != 0
    assert "one name" in made.stderr + str(made.exception)


@pytest.mark.parametrize(
    "arguments",
    [
        ("S-00000001",),
        ("S-00000001", "S-00000002"),
        ("S-00000001", "S-00000002", "negative", "--undo", 1),
        ("--undo", 9),
    ],
)
def test_half_a_judgement_is_refused(tmp_path: Path, arguments: tuple[object, ...]) -> None:
    book = tmp_path / "said.jsonl"
    made = _run("judge", *arguments, "--judgements", book, "--by", "off-1", "--reason", "x")
    assert made.exit_code != 0
    assert not book.exists()


def test_bad_lines_are_named_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    path.write_text("ref,first_names,family_names\n1,Arben,Hoxha\n1,Arben,Hoxha\n2,,\n3,Arben\n", encoding="utf-8")
    made = _run("link", path, "--out", tmp_path / "o.csv", "--json")
    assert [f"line {number}" in made.stderr for number in (3, 4, 5)] == [True] * 3
    assert json.loads(made.stdout)["left_out"] == 3


def test_a_record_that_is_not_there_is_named(register: Path, linked: Path) -> None:
    made = _run("why", "S-00000001", "nobody", "--in", register, "--model", linked / "model.json")
    assert made.exit_code != 0
    assert "nobody" in made.stderr + str(made.exception)
