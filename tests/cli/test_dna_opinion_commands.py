"""`egnatia dna candidates|opinion|series|funnel`: from a candidate to a series, as officers type it, with exit statuses."""

import json
import re
from typing import Any

import pytest
from tests.cli.terminal import Terminal
from tests.federation.dna_acts import as_kind, ask, candidates, meet, store
from tests.federation.world import ALB, GBR, World

from egnatia.model.dna import Disposition
from egnatia.node import utc_now

WHY = ("--why", "All loci agree and both typings were read again.", "--qualification", "DNA examiner, level 2")
FIRST, SECOND = "examiner", "examiner-2"


@pytest.fixture
def terminal(world: World) -> Terminal:
    world.clock.now = utc_now()  # commands use the machine's clock
    return Terminal(world)


@pytest.fixture
def found(terminal: Terminal) -> list[str]:
    """Two candidates: two traces at GBR of one person whom ALB knows."""
    met = meet(terminal.world)
    store(terminal.world, GBR, as_kind(met.person, "T-2"))
    made = [candidates(terminal.world, GBR, ask(terminal.world, ref=ref).id)[0].id for ref in ("T-1", "T-2")]
    return [str(each) for each in made]


def opinion(terminal: Terminal, candidate: str, finding: str, post: str = FIRST) -> str:
    return terminal.good(GBR, "dna", "opinion", candidate, finding, *WHY, post=post)


def rows(terminal: Terminal, *arguments: str, post: str = FIRST) -> list[Any]:
    return [json.loads(line) for line in terminal.good(GBR, "dna", *arguments, "--json", post=post).splitlines()]


def queue(terminal: Terminal, *more: str, post: str = FIRST) -> list[Any]:
    return rows(terminal, "candidates", *more, post=post)


def test_two_examiners_type_alike_and_there_is_a_hit(terminal: Terminal, found: list[str]) -> None:
    one, _ = found
    assert "another examiner gives the second opinion without seeing it" in opinion(terminal, one, "confirmed")
    assert "two examiners agree" in opinion(terminal, one, "confirmed", SECOND)
    row = next(each for each in queue(terminal) if each["id"] == one)
    assert (row["state"], row["disposition"], row["decision"]) == ("disposed", "confirmed", "confirmed")


def test_the_queue_is_readable_and_says_what_chance_gives(terminal: Terminal, found: list[str]) -> None:
    shown = terminal.good(GBR, "dna", "candidates", post=FIRST)
    lines = shown.splitlines()
    assert lines[0].split()[:4] == ["candidate", "case", "ours", "partner"]
    assert {line.split()[0] for line in lines[1:]} == set(found)
    assert all(re.search(r"\d(\.\d+)?e-\d\d|0\.\d+", line) for line in lines[1:])
    assert all(" first" in line for line in lines[1:])


def test_only_open_ones_are_listed_when_asked_for(terminal: Terminal, found: list[str]) -> None:
    for post in (FIRST, SECOND):
        opinion(terminal, found[0], "adventitious", post)
    assert [each["id"] for each in queue(terminal, "--open")] == [found[1]]
    assert len(queue(terminal)) == 2


def test_the_second_examiner_reads_nothing_of_the_first(terminal: Terminal, found: list[str]) -> None:
    opinion(terminal, found[0], "contamination")
    for shown in (
        terminal.good(GBR, "dna", "candidates", "--json", post=SECOND),
        terminal.good(GBR, "dna", "candidates", post=SECOND),
        terminal.good(GBR, "hit", "list", "--json"),
        terminal.good(GBR, "hit", "show", found[0], "--json", post=SECOND),
        terminal.good(GBR, "case", "show", "DUR-2025-0417", "--json"),
    ):
        assert "contamination" not in shown
        assert "read again" not in shown
    assert json.loads(terminal.good(GBR, "dna", "candidates", "--json", post=SECOND).splitlines()[0])["mine"] is False


def test_two_that_differ_are_told_so(terminal: Terminal, found: list[str]) -> None:
    opinion(terminal, found[0], "confirmed")
    said = opinion(terminal, found[0], "twin", SECOND)
    assert "a third examiner gives an opinion" in said
    assert "confirmed" not in said
    [row] = [each for each in queue(terminal) if each["id"] == found[0]]
    assert (row["state"], row["round"], row["disposition"]) == ("differed", 1, None)


@pytest.mark.parametrize(
    ("post", "arguments", "status", "said"),
    [
        ("enquirer", ("confirmed", *WHY), 8, "give_opinion needs"),
        ("supervisor", ("confirmed", *WHY), 8, "give_opinion needs"),
        (FIRST, ("confirmed", "--why", "short", "--qualification", "DNA examiner"), 2, "too few"),
        (FIRST, ("sure", *WHY), 2, "sure"),
        (FIRST, ("confirmed",), 2, "--why"),
    ],
)
def test_what_is_refused_says_why(
    terminal: Terminal, found: list[str], post: str, arguments: tuple[str, ...], status: int, said: str
) -> None:
    tried = terminal.run(GBR, "dna", "opinion", found[0], *arguments, post=post)
    assert tried.exit_code == status, tried.output
    assert said in tried.stderr
    assert next(each for each in queue(terminal) if each["id"] == found[0])["state"] == "first"


def test_the_same_examiner_twice_and_the_plain_command_are_refused(terminal: Terminal, found: list[str]) -> None:
    opinion(terminal, found[0], "confirmed")
    again = terminal.run(GBR, "dna", "opinion", found[0], "confirmed", *WHY, post=FIRST)
    assert again.exit_code != 0
    assert "gave your opinion" in again.stderr
    for verb in ("confirm", "reject", "inconclusive"):
        plain = terminal.run(GBR, "hit", verb, found[0], *WHY, post=SECOND)
        assert plain.exit_code != 0
        assert "egnatia dna opinion" in plain.stderr


@pytest.mark.parametrize("disposition", [Disposition.MORE_LOCI, Disposition.NO_VALUE])
def test_findings_that_are_no_hit_can_be_typed(terminal: Terminal, found: list[str], disposition: Disposition) -> None:
    opinion(terminal, found[0], disposition.value)
    assert "two examiners agree" in opinion(terminal, found[0], disposition.value, SECOND)
    [row] = [each for each in queue(terminal) if each["id"] == found[0]]
    assert row["disposition"] == disposition.value


def test_hits_are_listed_as_series_and_counted_as_pairs_and_clusters(terminal: Terminal, found: list[str]) -> None:
    assert "pairs" in terminal.good(GBR, "dna", "series", post=FIRST)
    for candidate in found:
        for post in (FIRST, SECOND):
            opinion(terminal, candidate, "confirmed", post)
    [series] = rows(terminal, "series")
    assert (len(series["matches"]), len(series["members"])) == (2, 3)
    shown = terminal.good(GBR, "dna", "series", post=FIRST).splitlines()
    assert shown[1].split()[1:4] == ["3", "2", "2"]
    assert shown[1].endswith(ALB)
    figures = terminal.good(GBR, "dna", "funnel", post="").splitlines()
    assert [line.split()[0] for line in figures[1:6]] == ["candidate", "validated", "requested", "released", "outcome"]
    assert figures[2].split()[1:3] == ["2", "1"]
    assert "found confirmed: 2" in figures
    assert "not decided: 0; withdrawn: 0" in figures


def test_a_window_without_candidates_is_empty_and_a_wrong_one_is_refused(terminal: Terminal, found: list[str]) -> None:
    assert found
    [empty] = rows(terminal, "funnel", "--from", "2001-01-01", "--to", "2001-01-02")
    assert [len(each["pairs"]) for each in empty["steps"]] == [0] * 5
    wrong = terminal.run(GBR, "dna", "funnel", "--from", "2002-01-01", "--to", "2001-01-02", post="")
    assert wrong.exit_code == 2
    assert "window" in wrong.stderr


def test_series_and_queue_are_not_for_everybody(terminal: Terminal, found: list[str]) -> None:
    assert found
    for command in ("series", "candidates"):
        for post in ("enquirer", "approver-1", "auditor"):
            assert terminal.run(GBR, "dna", command, post=post).exit_code == 8
