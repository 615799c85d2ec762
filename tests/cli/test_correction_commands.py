"""Corrections, clocks and housekeeping by command, from the supervisor's decision to the empty list."""

import json

import pytest
from tests.cli.terminal import UUID, Terminal, told
from tests.federation.test_corrections import speak
from tests.federation.world import ALB, CODES, XKX

from egnatia.scenario.case import STOLEN_BLANKS_REF

__all__ = ["told"]
WHY = "The batch was found in the printer's own store."
NOTE = "Compared the booklet with the new entry; the hit was on the number alone."
AUTHORITY = ("--why", "The district court has to allow it first.", "--authority", "Prishtina 12/25")


@pytest.fixture(scope="module", autouse=True)
def spoken(told: Terminal) -> None:
    speak(told.world, CODES, 2)


def send(told: Terminal, kind: str, *more: str, post: str = "supervisor", ref: str = STOLEN_BLANKS_REF) -> str:
    options = ("--kind", kind, "--reason", "inaccurate", "--why", WHY, *more)
    return told.good(XKX, "correction", "send", ref, *options, post=post)


def test_a_correction_from_the_holders_to_the_empty_list(told: Terminal) -> None:
    assert told.text(XKX, "correction", "holders", STOLEN_BLANKS_REF).splitlines() == [
        "partner | replies | releases | fields",
        "ALB | 1 | 1 | category, reported_on",
    ]
    assert told.run(XKX, "correction", "holders", "XKX-D-0").exit_code == 4
    told.good(XKX, "correction", "outstanding")
    options = ("--kind", "erase", "--reason", "unlawful", "--why", WHY)
    assert told.run(XKX, "correction", "send", STOLEN_BLANKS_REF, *options, post="enquirer").exit_code == 8
    made = UUID.findall(send(told, "restrict"))[0]
    outstanding = told.run(XKX, "correction", "outstanding", "--json")
    assert outstanding.exit_code == 1
    assert [(row["partner"], row["state"]) for row in map(json.loads, outstanding.stdout.splitlines())] == [
        ("ALB", "sent")
    ]
    told.deliver()
    assert told.text(ALB, "correction", "list", "--ours").splitlines() == [
        "from | correction | reference | kind | reason | received",
        f"XKX | #1 | {STOLEN_BLANKS_REF} | restrict | inaccurate | TIME",
    ]
    refused = told.run(ALB, "release", "show", told.follow_up, post="enquirer")
    assert refused.exit_code == 8, refused.output
    shown = told.good(
        ALB, "release", "show", told.follow_up, "--why", "The court asked for the file.", post="supervisor"
    )
    assert "stolen_blank" in shown
    looked = ("correction", "act", "XKX", made, "--finding", "stands", "--note", NOTE)
    assert told.run(ALB, *looked, post="enquirer").exit_code == 8
    assert "hits: 1, outcomes: 1" in told.good(ALB, *looked, post="examiner")
    assert told.run(ALB, *looked, post="examiner").exit_code == 9
    told.deliver()
    assert told.rows(XKX, "correction", "outstanding") == []
    row = told.rows(XKX, "correction", "show", made)[0]
    assert (row["state"], row["finding"], row["tries"]) == ("done", "stands", 1)
    assert told.text(XKX, "correction", "list").splitlines()[1].endswith("1, all done")


def test_new_values_by_two_officers(told: Terminal) -> None:
    changed = ("--set", "circumstances=Found again on 14 May.")
    made = UUID.findall(send(told, "rectify", *changed))[0]
    assert "PROPOSED" in told.text(XKX, "correction", "list")
    assert told.run(XKX, "correction", "approve", made, "--yes", post="supervisor").exit_code == 8
    asked = told.run(XKX, "correction", "approve", made, post="approver-1", typed="n\n")
    assert asked.exit_code == 1
    assert "Found again on 14 May." in asked.stdout
    told.good(XKX, "correction", "approve", made, "--yes", post="approver-1")
    assert told.run(XKX, "correction", "approve", made, "--yes", post="approver-1").exit_code == 9


@pytest.mark.parametrize(
    ("more", "status"),
    [
        (("--kind", "rectify"), 2),
        (("--kind", "rectify", "--set", "circumstances"), 2),
        (("--kind", "rectify", "--set", "secret=x"), 2),
        (("--kind", "rectify", "--set", "number_from=A1"), 0),
        (("--kind", "erase", "--set", "circumstances=x"), 2),
        (("--kind", "erase", "--why", "short"), 2),
    ],
)
def test_what_cannot_be_corrected(told: Terminal, more: tuple[str, ...], status: int) -> None:
    options = ("--reason", "inaccurate", "--why", WHY, *more)
    result = told.run(XKX, "correction", "send", STOLEN_BLANKS_REF, *options, post="supervisor")
    assert result.exit_code == status, result.output
    if status == 0:  # the record itself says no, when the second person looks
        made = UUID.findall(result.stdout)[0]
        assert told.run(XKX, "correction", "approve", made, "--yes", post="approver-1").exit_code == 2


def test_references_that_do_not_exist(told: Terminal) -> None:
    nothing = "00000000-0000-4000-8000-000000000000"
    sent = ("correction", "send", "XKX-D-0", "--kind", "erase", "--reason", "unlawful", "--why", WHY)
    assert told.run(XKX, *sent, post="supervisor").exit_code == 4
    assert told.run(XKX, "correction", "show", nothing).exit_code == 4
    assert told.run(XKX, "correction", "approve", nothing, "--yes", post="approver-1").exit_code == 4
    acted = ("correction", "act", "XKX", nothing, "--finding", "falls", "--note", NOTE)
    assert told.run(ALB, *acted, post="examiner").exit_code == 4
    assert (
        told.run(
            ALB, "correction", "clear", nothing, "--by", "court", "--decision", "1/25", post="supervisor"
        ).exit_code
        == 4
    )


def test_a_contest_ends_on_a_courts_word_only(told: Terminal) -> None:
    why = ("--why", "The holder says that the booklet was never stolen.")
    flag = UUID.findall(told.good(ALB, "correction", "contest", told.hit, *why, post="enquirer"))[0]
    assert told.run(ALB, "correction", "contest", told.hit, *why, post="enquirer").exit_code == 9
    assert told.text(ALB, "correction", "contested").splitlines()[1] == f"#1 | XKX | {STOLEN_BLANKS_REF} | TIME | -"
    decided = ("--by", "court", "--decision", "Tirana 12/25")
    assert told.run(ALB, "correction", "clear", flag, *decided, post="examiner").exit_code == 8
    assert told.run(ALB, "correction", "clear", flag, "--decision", "1/25", post="supervisor").exit_code == 2
    told.good(ALB, "correction", "clear", flag, *decided, post="supervisor")
    assert told.rows(ALB, "correction", "contested")[0]["cleared_at"] is not None


def test_a_clock_stands_still_and_runs_again(told: Terminal) -> None:
    assert told.run(XKX, "followup", "pause", told.follow_up, *AUTHORITY, post="approver-1").exit_code == 9, "closed"
    told.good(ALB, "enquiry", "send", "--case", "DUR-2025-0900", "--why", NOTE, *ASK, post="enquirer")
    told.deliver()
    hit = str(next(row["id"] for row in told.rows(ALB, "hit", "list") if row["case_ref"] == "DUR-2025-0900"))
    told.good(
        ALB, "hit", "confirm", hit, "--why", NOTE, "--qualification", "document examiner level 2", post="examiner"
    )
    facts = ("--facts", "Booklet of the batch presented again on exit.", "--offence", "false_document")
    told.good(ALB, "followup", "send", hit, *facts, post="enquirer")
    assert "NOT STARTED" in told.text(ALB, "followup", "list")
    told.deliver()
    follow_up = str(told.rows(XKX, "followup", "list")[0]["id"])
    assert told.run(XKX, "followup", "resume", follow_up, *AUTHORITY, post="approver-1").exit_code == 9
    assert told.run(XKX, "followup", "pause", follow_up, *AUTHORITY, post="enquirer").exit_code == 8
    told.good(XKX, "followup", "pause", follow_up, *AUTHORITY, post="approver-1")
    told.deliver()
    for code in (ALB, XKX):
        assert "PAUSED" in told.text(code, "followup", "list")
    told.good(XKX, "followup", "resume", follow_up, *AUTHORITY, post="approver-1")
    told.deliver()
    assert "PAUSED" not in told.text(ALB, "followup", "list")


ASK = ("--purpose", "border_check", "--offence", "false_document", "--issuer", "RKS", "--number", "P0041763")


def test_housekeeping_and_review(told: Terminal) -> None:
    assert told.text(XKX, "node", "tidy") == "0 erased, 0 follow-ups newly late, 0 records to review"
    assert told.rows(XKX, "node", "review") == []
    kept = ("node", "keep", "register", STOLEN_BLANKS_REF, "--days", "365", "--why", NOTE)
    assert told.run(XKX, *kept, post="enquirer").exit_code == 8
    assert "to be reviewed again on" in told.good(XKX, *kept, post="supervisor")
