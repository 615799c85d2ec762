"""Standing enquiries at the command line: opened, listed, reviewed, asked, ended; and every exit status on the way."""

import asyncio
import json
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update
from tests.cli.terminal import UUID, Terminal
from tests.federation.world import ALB, CODES, WHY, Clock, World

from egnatia.node import utc_now
from egnatia.store.tables import standing_enquiry

NUMBER = ("--issuer", "RKS", "--number", "P0999417", "--why", WHY)
QUESTION = ("enquiry", "send", "--purpose", "border_check", "--offence", "false_document", *NUMBER)
REASON = ("--why", "The booklet was handed in; nothing more has to be asked.")


@pytest.fixture(scope="module")
def terminal(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    directory = tmp_path_factory.mktemp("standing") / "world"
    shutil.copytree(template, directory)
    with asyncio.Runner() as runner:
        world = World(directory, Clock(utc_now()), runner)
        for code in CODES:
            world.start(code)
        yield Terminal(world)
        world.close()


def day(days: int) -> str:
    return f"{utc_now() + timedelta(days=days):%Y-%m-%d}"


def opened(terminal: Terminal, case_ref: str, post: str = "enquirer", days: int = 30) -> str:
    """One that stands; its id."""
    result = terminal.run(ALB, *QUESTION, "--case", case_ref, "--until", day(days), "--json", post=post)
    assert result.exit_code == 0, result.output
    [standing_id] = UUID.findall(next(line for line in result.stderr.splitlines() if "standing" in line))
    terminal.deliver()
    assert json.loads(result.stdout)["case_ref"] == case_ref, "on stdout is the first enquiry, as without --until"
    return str(standing_id)


def listed(terminal: Terminal, *more: str, post: str = "supervisor") -> dict[str, dict[str, object]]:
    lines = terminal.good(ALB, "enquiry", "standing", "list", "--json", *more, post=post).splitlines()
    return {row["id"]: row for row in map(json.loads, lines)}


def test_it_is_opened_listed_and_ended(terminal: Terminal) -> None:
    standing_id = opened(terminal, "DUR-2026-0001")
    row = listed(terminal)[standing_id]
    assert (row["case_ref"], row["times"], row["ended"]) == ("DUR-2026-0001", 1, None)
    assert str(row["until"]).startswith(day(30)), "until the end of that day"
    shown = terminal.good(ALB, "enquiry", "standing", "list", post="supervisor")
    assert standing_id in shown
    assert "P0999417" not in shown
    assert standing_id not in listed(terminal, post="examiner"), "an officer sees the own"
    assert "asked no more" in terminal.good(ALB, "enquiry", "standing", "end", standing_id, *REASON, post="enquirer")
    assert standing_id not in listed(terminal)
    assert listed(terminal, "--all")[standing_id]["ended"] == "withdrawn"
    assert "withdrawn" in terminal.good(ALB, "enquiry", "standing", "list", "--all", post="supervisor")


def test_a_case_ends_what_stands_for_it(terminal: Terminal) -> None:
    mine, theirs = opened(terminal, "DUR-2026-0002"), opened(terminal, "DUR-2026-0002", post="examiner")
    said = terminal.good(ALB, "enquiry", "standing", "end", "--case", "DUR-2026-0002", *REASON, post="supervisor")
    assert said.startswith("2 of DUR-2026-0002")
    assert {listed(terminal, "--all")[each]["ended"] for each in (mine, theirs)} == {"case_closed"}


def test_what_is_due_is_asked_and_what_is_not_is_not(terminal: Terminal) -> None:
    standing_id = opened(terminal, "DUR-2026-0003")
    assert terminal.good(ALB, "enquiry", "standing", "ask").startswith("0 ")
    long_ago = utc_now() - timedelta(minutes=1)
    due = update(standing_enquiry).where(standing_enquiry.c.id == standing_id).values(next_at=long_ago)
    terminal.world.do(ALB, lambda tx: tx.execute(due))
    assert terminal.good(ALB, "enquiry", "standing", "ask").startswith("1 ")
    assert listed(terminal)[standing_id]["times"] == 2


def test_a_review_that_is_overdue_is_shown_and_done(terminal: Terminal) -> None:
    standing_id = opened(terminal, "DUR-2026-0004")
    late = update(standing_enquiry).where(standing_enquiry.c.id == standing_id).values(review_on=utc_now())
    terminal.world.do(ALB, lambda tx: tx.execute(late))
    assert "waits for a review" in terminal.good(ALB, "enquiry", "standing", "list", post="supervisor")
    said = terminal.good(ALB, "enquiry", "standing", "review", standing_id, *REASON, post="supervisor")
    assert "without another review" in said
    assert "waits for a review" not in terminal.good(ALB, "enquiry", "standing", "list", post="supervisor")


@pytest.mark.parametrize(
    ("arguments", "post", "status"),
    [
        ((*QUESTION, "--case", "DUR-2026-0009", "--until", day(91)), "enquirer", 2),
        ((*QUESTION, "--case", "DUR-2026-0009", "--until", "2025-01-01"), "enquirer", 2),
        ((*QUESTION, "--case", "DUR-2026-0009", "--until", "soon"), "enquirer", 2),
        ((*QUESTION, "--case", "DUR-2026-0009", "--until", day(5)), "auditor", 8),
        (("enquiry", "standing", "end", *REASON), "supervisor", 2),
        (("enquiry", "standing", "end", "nothing", "--case", "DUR-2026-0009", *REASON), "supervisor", 2),
        (("enquiry", "standing", "end", "nothing", *REASON), "supervisor", 4),
        (("enquiry", "standing", "review", "nothing", *REASON), "supervisor", 4),
        (("enquiry", "standing", "review", "nothing", *REASON), "enquirer", 8),
        (("enquiry", "standing", "list"), "auditor", 8),
    ],
)
def test_exit_statuses(terminal: Terminal, arguments: tuple[str, ...], post: str, status: int) -> None:
    before = listed(terminal, "--all")
    assert terminal.run(ALB, *arguments, post=post).exit_code == status
    assert listed(terminal, "--all") == before, "nothing was left behind"
