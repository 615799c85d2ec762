"""`egnatia hit review` at the command line: drawn by a supervisor, given by an examiner who does not know, told to both."""

import json
from datetime import timedelta

import pytest
from tests.cli.terminal import Terminal, told
from tests.federation.world import ALB

from egnatia.node import utc_now
from egnatia.scenario.case import CASE_REF

__all__ = ["told"]
WHY = ("--why", "The number and the page were compared with the register's extract.")
QUALIFICATION = ("--qualification", "document examiner level 2")


def since(days: int) -> tuple[str, str]:
    return "--since", f"{utc_now() - timedelta(days=days):%Y-%m-%d}"


@pytest.fixture
def drawn(told: Terminal) -> Terminal:
    """The hit of the case is drawn, once for the module: nothing is drawn twice."""
    told.good(ALB, "hit", "review", "draw", "--count", "5", *since(1), "--seed", "3 14 15", post="supervisor")
    return told


def check_hidden(drawn: Terminal) -> None:
    """Lists need no account, so they hide it from everybody; who may review it is stopped before opening it."""
    commands = [("hit", "list"), ("enquiry", "show", drawn.enquiry), ("enquiry", "list"), ("case", "show", CASE_REF)]
    for command in commands:
        said = drawn.good(ALB, *command) + drawn.good(ALB, *command, "--json")
        assert "candidate.confirmed" not in said, command
        assert '"confirmed"' not in said, command
    assert "second review" in drawn.good(ALB, "hit", "list")
    assert drawn.hit not in drawn.good(ALB, "hit", "list", "--open")
    stopped = drawn.run(ALB, "hit", "show", drawn.hit, post="examiner-2")
    assert stopped.exit_code != 0
    assert "hit review show" in stopped.stderr
    again = drawn.run(ALB, "hit", "reject", drawn.hit, *WHY, *QUALIFICATION, post="examiner-2")
    assert "confirmed" not in again.output
    assert "confirmed" in drawn.good(ALB, "hit", "show", drawn.hit, post="examiner"), "who decided it knows it"


def test_a_drawn_decision_is_made_again_and_told(drawn: Terminal) -> None:
    assert drawn.rows(ALB, "hit", "review", "list", post="examiner") == [], "who decided cannot review"
    [row] = drawn.rows(ALB, "hit", "review", "list", post="examiner-2")
    assert (row["id"], row["decision"], row["decided_by"]) == (drawn.hit, None, None)
    assert "confirmed" not in drawn.good(ALB, "hit", "review", "list", post="examiner-2")
    [view] = drawn.rows(ALB, "hit", "review", "show", drawn.hit, post="examiner-2")
    assert (view["basis"], view["qualification"]) == (None, None)
    shown = drawn.good(ALB, "hit", "review", "show", drawn.hit, post="examiner-2")
    assert "P0041763" in shown
    assert "confirmed" not in shown

    before = drawn.good(ALB, "hit", "review", "figures", post="supervisor")
    assert "Nothing was reviewed yet; 1 wait." in before
    assert "confirmed" not in before, "not even the supervisor sees a decision before the second is given"
    check_hidden(drawn)
    said = drawn.good(ALB, "hit", "review", "give", drawn.hit, "inconclusive", *WHY, *QUALIFICATION, post="examiner-2")
    assert "decided otherwise" in said
    after = drawn.good(ALB, "hit", "review", "figures", post="supervisor")
    assert "differs" in after
    assert "0 of 1 alike (95 % interval 0% to 79%); 0 wait" in after
    [figures] = drawn.rows(ALB, "hit", "review", "figures", post="supervisor")
    assert figures["table"] == [{"first": "confirmed", "second": "inconclusive", "count": 1}]
    assert json.dumps(figures["reviews"]).count(drawn.hit) == 1
    [hit] = [each for each in drawn.rows(ALB, "hit", "list") if each["id"] == drawn.hit]
    assert hit["decision"] == "confirmed", "a review changes nothing"

    again = drawn.run(ALB, "hit", "review", "give", drawn.hit, "rejected", *WHY, *QUALIFICATION, post="examiner-2")
    assert again.exit_code != 0
    assert "reviewed already" in again.stderr


def test_nothing_is_drawn_twice(told: Terminal) -> None:
    [row] = told.rows(ALB, "hit", "review", "draw", "--count", "5", *since(1), "--seed", "again", post="supervisor")
    assert row == {"drawn": []}


@pytest.mark.parametrize(
    ("arguments", "post", "says"),
    [
        (("draw", "--count", "1", "--since", "2026-01-01", "--seed", "x"), "examiner", "needs one of these roles"),
        (("list",), "supervisor", "needs one of these roles"),
        (("figures",), "examiner", "needs one of these roles"),
        (("draw", "--count", "501", "--since", "2026-01-01", "--seed", "x"), "supervisor", "501"),
        (("draw", "--count", "1", "--since", "yesterday", "--seed", "x"), "supervisor", "yesterday"),
        (("show", "nobody"), "examiner-2", "not drawn"),
        (("give", "nobody", "confirmed", *WHY, *QUALIFICATION), "examiner-2", "not drawn"),
        (("give", "nobody", "maybe", *WHY, *QUALIFICATION), "examiner-2", "maybe"),
    ],
)
def test_what_does_not_go_says_why(told: Terminal, arguments: tuple[str, ...], post: str, says: str) -> None:
    result = told.run(ALB, "hit", "review", *arguments, post=post)
    assert result.exit_code != 0
    assert says in result.stderr
