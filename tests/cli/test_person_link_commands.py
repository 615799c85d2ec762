"""`egnatia person link`, `judge` and `undo` as an officer types them."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.federation.world import CHEAP, GBR, PASSWORD, REASON, World

from egnatia.cli import cli
from egnatia.engines.people.simulate import Recipe, lines
from egnatia.engines.people.simulate.files import write

HEADER = "ref,first_names,family_names,birth_date,father_name,identifiers\n"
OWN = "L-A,Arben,Zymberi,1981-04-19,Fadil,K7654321\nL-B,Арбен,Зимбери,1981-04-19,Fadil,K7654321\n"


class Desk:
    """An officer at a terminal of a node that holds two records of one man, among others."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world = world
        self.file = folder / "persons.csv"
        self.file.write_text(HEADER + OWN, encoding="utf-8")
        with (folder / "more.csv").open("w", encoding="utf-8", newline="") as stream:
            write(lines(Recipe(45, 5, 0.3)), stream)
        for file in (self.file, folder / "more.csv"):
            assert self.run("import", str(file), post="administrator").exit_code == 0

    def run(self, *arguments: str, post: str = "examiner") -> Result:
        environment = {
            "EGNATIA_NODE": str(self.world.home(GBR)),
            "EGNATIA_PASSWORD": PASSWORD,
            "EGNATIA_OFFICER": f"{GBR.lower()}-{post}",
        }
        return CliRunner(env=environment).invoke(cli, ["person", *arguments], obj=CHEAP)

    def good(self, *arguments: str) -> str:
        result = self.run(*arguments)
        assert result.exit_code == 0, result.output
        return result.stdout


@pytest.fixture
def desk(world: World, tmp_path: Path) -> Desk:
    return Desk(world, tmp_path)


def test_own_records_are_linked_judged_and_given_back(desk: Desk) -> None:
    plain = desk.good("link", "--why", REASON)
    assert "L-A  L-B" in plain.splitlines()
    said = desk.good("judge", "L-B", "L-A", "negative", "--why", REASON)
    assert "judgement 1: negative" in said
    assert "identifier_same" in said, "the evidence is shown with what it added"
    parted = desk.run("link", "--why", REASON)
    assert "L-A  L-B" not in parted.stdout
    assert "judgement 1: L-A and L-B: negative" in parted.stderr
    assert desk.good("undo", "1", "--why", REASON) == "judgement 1 is undone\n"
    assert desk.good("link", "--why", REASON) == plain


def test_what_reads_gives_json(desk: Desk) -> None:
    made = json.loads(desk.good("judge", "L-A", "L-B", "unsure", "--why", REASON, "--json"))
    assert (made["judgement"], made["verdict"]) == (1, "unsure")
    assert made["evidence"]["evidence"]
    found = json.loads(desk.good("link", "--why", REASON, "--json", "--from", "0.5"))
    assert found["records"] >= 2
    assert [each["verdict"] for each in found["standing"]] == ["unsure"]
    assert all(0.5 <= each["probability"] <= 1 for each in found["links"])


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("judge", "L-A", "L-A", "positive", "--why", REASON), "two records"),
        (("judge", "L-A", "NOBODY", "positive", "--why", REASON), "NOBODY"),
        (("judge", "L-A", "L-B", "perhaps", "--why", REASON), "perhaps"),
        (("judge", "L-A", "L-B", "positive", "--why", "seen"), "20"),
        (("undo", "7", "--why", REASON), "no judgement 7"),
        (("link", "--why", REASON, "--from", "1"), "probability"),
        (("link",), "--why"),
    ],
)
def test_what_cannot_be_done_is_said(desk: Desk, arguments: tuple[str, ...], says: str) -> None:
    result = desk.run(*arguments)
    assert result.exit_code not in (0, 1), result.output
    assert isinstance(result.exception, SystemExit)
    assert says in result.stderr
    assert result.stdout == ""


def test_who_may_not_is_told_so(desk: Desk) -> None:
    for arguments in (("link",), ("judge", "L-A", "L-B", "positive"), ("undo", "1")):
        result = desk.run(*arguments, "--why", REASON, post="enquirer")
        assert result.exit_code not in (0, 1), result.output
        assert result.stdout == ""


def test_what_was_compared_is_said_and_a_run_can_be_made_anew(desk: Desk) -> None:
    first, second = (json.loads(desk.good("link", "--why", REASON, "--json")) for _ in range(2))
    assert first["compared"] == first["records"], "so small a register is always compared anew"
    assert second == first
    told = desk.run("link", "--why", REASON, "--anew")
    assert f"{first['records']} records, " in told.stderr
    assert f"; {first['records']} compared" in told.stderr


def test_the_same_is_not_said_twice_and_a_colleague_is_not_overruled(desk: Desk) -> None:
    desk.good("judge", "L-A", "L-B", "negative", "--why", REASON)
    again = desk.run("judge", "L-A", "L-B", "negative", "--why", REASON)
    assert "judgement 1 says so already" in again.stderr
    other = desk.run("judge", "L-B", "L-A", "positive", "--why", REASON, post="supervisor")
    assert "judgement 2: positive" in other.stdout
    for act in (["judge", "L-A", "L-B", "unsure"], ["undo", "2"]):
        refused = desk.run(*act, "--why", REASON)
        assert refused.exit_code != 0
        assert "supervisor" in refused.stderr
    assert desk.run("undo", "2", "--why", REASON, post="supervisor").exit_code == 0
    desk.good("undo", "1", "--why", REASON)


def test_an_erased_record_is_in_no_later_answer(desk: Desk) -> None:
    assert "L-A  L-B" in desk.good("link", "--why", REASON)
    gone = desk.run("erase", "L-B", "--why", REASON, "--yes", post="supervisor")
    assert gone.exit_code == 0
    assert "L-B" not in desk.run("link", "--why", REASON).output
    refused = desk.run("judge", "L-A", "L-B", "positive", "--why", REASON)
    assert refused.exit_code != 0
    assert "no person record" in refused.stderr
