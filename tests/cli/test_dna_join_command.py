"""`egnatia dna simulate` and `join` as somebody types them: pairs with what chance gives, groups, new ones, refusals."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from egnatia.cli import cli
from egnatia.engines.dna.columns import load, pack, save, unpack
from egnatia.engines.dna.types import Kind, Profile


def _run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, ["dna", *map(str, arguments)])


@pytest.fixture(scope="module")
def sets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    into = tmp_path_factory.mktemp("dna") / "sets"
    result = _run(
        "simulate", "--into", into, "--persons", "300", "--traces", "40", "--seed", "1", "--kit", "dna-17", "--errors", "0.2",
        "--wildcards", "0.01", "--known", "0.6", "--relatives", "0",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    return into


def _sources(sets: Path) -> set[tuple[str, str]]:
    with (sets / "sources.csv").open(encoding="ascii", newline="") as file:
        return {(row["trace"], row["person"]) for row in csv.DictReader(file)}


def test_simulated_sets_are_columns_and_say_who_left_what(sets: Path) -> None:
    persons, traces = load(sets / "persons"), load(sets / "traces")
    assert (len(persons), len(traces)) == (300, 40)
    assert {each.kind for each in unpack(persons)} == {Kind.PERSON}
    assert {each.kind for each in unpack(traces)} == {Kind.TRACE}
    known = _sources(sets)
    assert 12 < len(known) < 36
    assert {trace for trace, _ in known} <= {each.ref for each in unpack(traces)}


def test_a_join_finds_who_left_which_trace(sets: Path) -> None:
    result = _run("join", sets / "traces", sets / "persons", "--json")
    assert result.exit_code == 0, result.output
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    found = {(each["left"], each["right"]) for each in rows}
    assert found <= _sources(sets)
    assert len(found) > len(_sources(sets)) / 2
    for each in rows:
        assert (each["left_kind"], each["right_kind"]) == ("trace", "person")
        assert each["near"] == each["class"].startswith("near")
        assert "loci compared" in each["compared"]
        assert 0 < each["chance"]["matches"] < 0.1
        assert each["chance"]["population"]
    assert "12,000 pairs" in result.stderr


def test_the_other_way_round_it_is_the_same(sets: Path) -> None:
    there, back = (
        [json.loads(line) for line in _run("join", *order, "--json", "--no-chance").stdout.splitlines()]
        for order in ((sets / "traces", sets / "persons"), (sets / "persons", sets / "traces"))
    )
    assert {(each["left"], each["right"], each["class"]) for each in there} == {
        (each["right"], each["left"], each["class"]) for each in back
    }
    assert all("chance" not in each for each in there)


def test_as_a_table_with_classes_counted_and_the_warning(sets: Path) -> None:
    result = _run("join", sets / "traces", sets / "persons", "--limit", "2")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    total = int(lines[0].split()[0])
    assert lines[0] == f"{total} candidates of 40 profiles among 300, by cautious"
    assert lines[1].split() == ["class", "pairs"]
    counted = [int(line.split()[-1]) for line in lines[2:6]]
    assert sum(counted) == total
    assert lines[6].split()[:3] == ["left", "right", "in"]
    assert len([line for line in lines if line.startswith("T-")]) == 2
    assert f"2 of {total} are shown" in result.stderr
    assert "a lead and no identification" in lines[-1]


def test_nothing_found_is_exit_status_1(sets: Path, tmp_path: Path) -> None:
    save(pack([]), tmp_path / "nobody")
    for order in ((sets / "traces", tmp_path / "nobody"), (tmp_path / "nobody", sets / "traces")):
        result = _run("join", *order)
        assert result.exit_code == 1
        assert result.stdout.startswith("no candidates of")


def test_new_profiles_meet_every_old_set_and_each_other(sets: Path, tmp_path: Path) -> None:
    persons = [*unpack(load(sets / "persons"))]
    save(pack(persons[:100]), tmp_path / "monday")
    save(pack(persons[100:]), tmp_path / "tuesday")
    again = [Profile(f"T-{number}", Kind.TRACE, persons[place].loci) for number, place in enumerate((5, 5, 105))]
    save(pack(again), tmp_path / "tonight")
    given = ("join", tmp_path / "tonight", tmp_path / "monday", tmp_path / "tuesday", "--no-chance", "--json")
    plain, new = ([json.loads(line) for line in _run(*given, *more).stdout.splitlines()] for more in ((), ("--new",)))
    assert [(each["left"], each["right"], Path(each["in"]).name) for each in plain] == [
        ("T-0", "P-5", "monday"),
        ("T-1", "P-5", "monday"),
        ("T-2", "P-105", "tuesday"),
    ]
    assert [(each["left"], each["right"], Path(each["in"]).name) for each in new if each not in plain] == [
        ("T-0", "T-1", "tonight")
    ]


def test_groups_are_a_lead_and_no_act(sets: Path, tmp_path: Path) -> None:
    persons = [*unpack(load(sets / "persons"))]
    full = next(number for number, each in enumerate(persons) if len(each.full_loci) == 16 or number == 299)
    alias = Profile("A-1", Kind.PERSON, persons[full].loci)
    save(pack([*persons, alias]), tmp_path / "persons")
    result = _run("join", tmp_path / "persons", "--rules", "prum-ess12", "--groups")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("1 groups among 301 profiles, by prum-ess12")
    assert f"P-{full}, A-1" in result.stdout
    assert "one person under two references, or twins" in result.stdout
    assert "No act follows" in result.stdout
    (group,) = (
        json.loads(line)
        for line in _run(
            "join", tmp_path / "persons", "--rules", "prum-ess12", "--groups", "--json"
        ).stdout.splitlines()
    )
    assert group["members"] == [f"P-{full}", "A-1"]
    assert group["pairs"] == [{"one": f"P-{full}", "other": "A-1", "class": "quality 1"}]
    assert "No act follows" in group["what"]
    nobody = _run("join", sets / "persons", "--rules", "prum-ess12", "--groups")
    assert nobody.exit_code == 1
    assert nobody.stdout == "no groups among 300 profiles, by prum-ess12\n"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--groups", "persons"), "--groups is of one set"),
        (("--groups",), "does not compare persons with persons"),
        ((), "cautious does not compare person with person"),
    ],
)
def test_what_the_rules_do_not_permit_is_refused(sets: Path, more: tuple[str, ...], said: str) -> None:
    given = [sets / each if each == "persons" else each for each in more]
    result = _run("join", sets / "persons", *given)
    assert result.exit_code == 2
    assert said in result.stderr


def test_rules_without_an_index_say_so_and_too_many_candidates_are_refused_first(sets: Path) -> None:
    result = _run("join", sets / "traces", sets / "persons", "--rules", "codis-low", "--no-chance", "--limit", "1")
    assert result.exit_code == 0
    assert "no index serves 100% of the profiles" in result.stderr
    refused = _run("join", sets / "traces", sets / "persons", "--rules", "codis-low", "--most", "10")
    assert refused.exit_code == 2
    assert "candidates are to be expected" in refused.stderr
    assert "--most" in refused.stderr
    assert refused.stdout == ""


def test_more_than_allowed_on_the_way_ends_the_join(sets: Path) -> None:
    result = _run("join", sets / "traces", sets / "persons", "--most", "3", "--no-chance", "--json")
    assert result.exit_code == 2
    assert "more than 3 candidates; what was printed is not all" in result.stderr or "to be expected" in result.stderr
    assert len(result.stdout.splitlines()) <= 3


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("--kit", "dna-17=half"), "'dna-17=half' is no kit with a share"),
        (("--kit", "nothing"), "there is no kit 'nothing'"),
    ],
)
def test_kits_that_are_none_are_refused(tmp_path: Path, given: tuple[str, ...], said: str) -> None:
    result = _run("simulate", "--into", tmp_path / "x", "--persons", "1", "--seed", "1", *given)
    assert result.exit_code == 2
    assert said in result.stderr
    assert not (tmp_path / "x").exists()


def test_the_same_seed_writes_the_same_files_and_nothing_is_overwritten(tmp_path: Path) -> None:
    for name in ("one", "other"):
        result = _run(
            "simulate", "--into", tmp_path / name, "--persons", "20", "--traces", "5", "--seed", "3", "--json"
        )
        said = json.loads(result.stdout)
        assert (said["persons"], said["traces"]) == (20, 5)
        assert all(each.startswith("NIST") for each in said["populations"])
    for path in ("persons/codes.u2", "traces/codes.u2", "sources.csv", "persons/columns.json"):
        assert (tmp_path / "one" / path).read_bytes() == (tmp_path / "other" / path).read_bytes()
    again = _run("simulate", "--into", tmp_path / "one", "--persons", "20", "--seed", "3")
    assert again.exit_code == 9
    assert "not empty" in again.stderr
