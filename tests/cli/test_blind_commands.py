"""Blind enquiries at the command line: published, asked, listed, opened, audited; and every exit status on the way."""

import asyncio
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.terminal import Terminal
from tests.federation.test_blind_flow import fetch_all
from tests.federation.world import ALB, CODES, WHY, XKX, Clock, World

from egnatia.node import utc_now
from egnatia.scenario.case import CASE_REF

QUESTION = ("enquiry", "blind", "--case", CASE_REF, "--purpose", "border_check", "--offence", "false_document")
DOCUMENT = ("--issuer", "RKS", "--number", "P0041763", "--why", WHY)
AUDIT = ("--why", "Audit of blind enquiries, agreed with the partner.")


@pytest.fixture(scope="module")
def terminal(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    """XKX has published and ALB has fetched."""
    directory = tmp_path_factory.mktemp("blind") / "world"
    shutil.copytree(template, directory)
    with asyncio.Runner() as runner:
        world = World(directory, Clock(utc_now()), runner)
        for code in CODES:
            world.start(code)
        made = Terminal(world)
        made.good(XKX, "blind", "publish", "--to", "ALB", post="administrator")
        world.clock.now = utc_now()
        fetch_all(world, ALB, XKX)
        yield made
        world.close()


def ask(terminal: Terminal, *values: str) -> dict[str, object]:
    """One question, delivered; as it stands then."""
    asked = json.loads(terminal.good(ALB, *QUESTION, *(values or DOCUMENT), "--json", post="enquirer"))
    terminal.deliver()
    return next(each for each in terminal.rows(ALB, "blind", "list") if each["id"] == asked["id"])


def test_an_entry_is_found_and_says_what_to_do(terminal: Terminal) -> None:
    assert ask(terminal)["state"] == "hit"
    listed = terminal.good(ALB, "blind", "list", "--case", CASE_REF)
    assert "entry found: follow up openly" in listed
    assert "P0041763" not in listed
    assert terminal.good(ALB, "blind", "list", "--case", "DUR-1999-0001").count("\n") == 1


def test_no_entry_is_said_in_words(terminal: Terminal) -> None:
    assert ask(terminal, "--issuer", "RKS", "--number", "X1", "--why", WHY)["state"] == "no_hit"
    assert "no entry" in terminal.good(ALB, "blind", "list")


def test_the_holder_lists_counts_and_commitments(terminal: Terminal) -> None:
    ours = ask(terminal)
    theirs = terminal.rows(XKX, "blind", "list", "--theirs")
    assert ours["commitment"] in {each["commitment"] for each in theirs}
    assert "P0041763" not in terminal.good(XKX, "blind", "list", "--theirs")


def test_epochs_at_both_ends_are_the_same(terminal: Terminal) -> None:
    (ours,) = terminal.rows(XKX, "blind", "epoch")
    (theirs,) = terminal.rows(ALB, "blind", "epoch")
    assert ours["statement"] == theirs["statement"]
    assert (ours["held"], theirs["held"]) == (False, True)
    assert "registered_documents" in terminal.good(ALB, "blind", "epoch")


def test_nothing_is_published_before_it_is_due(terminal: Terminal) -> None:
    result = terminal.run(XKX, "blind", "publish", "--if-due", "3", post="administrator")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "no new epoch is due" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "post", "status"),
    [
        (("blind", "publish"), "enquirer", 8),
        (("blind", "publish", "--to", "ZZZ"), "administrator", 2),
        (("blind", "publish", "--to", "MNE"), "administrator", 5),
        (("blind", "publish", "--list", "phones"), "administrator", 5),
        (("blind", "publish", "--days", "93"), "administrator", 2),
        (("blind", "fetch", "ALB"), "enquirer", 8),
        (("blind", "open", "nothing", *AUDIT), "auditor", 4),
        (("blind", "open", "nothing", *AUDIT), "enquirer", 8),
        (("blind", "epoch", "--export", "GBR"), "", 5),
    ],
)
def test_what_is_refused_has_its_exit_status(
    terminal: Terminal, arguments: tuple[str, ...], post: str, status: int
) -> None:
    result = terminal.run(XKX, *arguments, post=post)
    assert result.exit_code == status, result.output


@pytest.mark.parametrize(
    ("values", "status"),
    [
        (("--issuer", "RKS", "--number", "P0041763", "--why", "short"), 2),
        (("--number", "P0041763", "--why", WHY), 2),
        (("--list", "phones", "--phone", "044 123 456", "--why", WHY), 2),
        (("--list", "phones", "--phone", "+383 44 123 456", "--why", WHY), 5),
        ((*DOCUMENT, "--to", "GBR"), 5),
        ((*DOCUMENT, "--iban", "GB82 WEST 1234 5698 7654 32"), 2),
    ],
)
def test_a_question_that_cannot_be_asked_has_its_exit_status(
    terminal: Terminal, values: tuple[str, ...], status: int
) -> None:
    result = terminal.run(ALB, *QUESTION, *values, post="enquirer")
    assert result.exit_code == status, result.output


def test_a_partner_that_does_not_listen_is_unreachable(terminal: Terminal) -> None:
    result = terminal.run(ALB, "blind", "fetch", "XKX", post="administrator")
    assert result.exit_code == 6, result.output


def test_an_opening_is_made_at_one_end_and_checked_at_the_other(terminal: Terminal, tmp_path: Path) -> None:
    asked = ask(terminal)
    opening = tmp_path / "opening.json"
    opening.write_text(terminal.good(ALB, "blind", "open", str(asked["id"]), *AUDIT, post="auditor"))
    shown = terminal.good(XKX, "blind", "audit", str(opening), *AUDIT, post="auditor")
    assert "P0041763" in shown
    assert CASE_REF in shown
    assert json.loads(terminal.good(XKX, "blind", "audit", str(opening), *AUDIT, "--json", post="auditor"))
    opening.write_text(opening.read_text().replace("P0041763", "P0041764"))
    lie = terminal.run(XKX, "blind", "audit", str(opening), *AUDIT, post="auditor")
    assert (lie.exit_code, "not what was asked" in lie.stderr) == (7, True)
    opening.write_bytes(b" " * 70_000)
    assert terminal.run(XKX, "blind", "audit", str(opening), *AUDIT, post="auditor").exit_code == 2


def test_a_statement_is_compared_by_hand(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "statement.json"
    file.write_text(terminal.good(XKX, "blind", "epoch", "--export", "XKX"))
    arguments = ("blind", "audit", "--statement", str(file))
    assert "the same statement" in terminal.good(ALB, *arguments, post="auditor")
    file.write_text(file.read_text().replace('"sig":"', '"sig":"AAAA'))
    assert terminal.run(ALB, *arguments, post="auditor").exit_code == 5


def test_a_list_is_imported_from_a_file(terminal: Terminal, tmp_path: Path) -> None:
    """Last: an import ends the running epoch."""
    file = tmp_path / "phones.csv"
    file.write_text("reference,identifier\nXKX-T-1,+383 44 123 456\nXKX-T-2,0038344123457\n")
    arguments = ("blind", "import", "phones", str(file))
    assert terminal.good(XKX, *arguments, post="administrator") == "listed: 2\n"
    for content in ("reference,number\nA-1,1\n", "reference,identifier\nA-1\n", "reference,identifier\nA-11,044\n"):
        file.write_text(content)
        assert terminal.run(XKX, *arguments, post="administrator").exit_code == 2
    file.write_bytes(b"\xff\xfe\x00")
    assert terminal.run(XKX, *arguments, post="administrator").exit_code == 2
    assert ask(terminal)["refusal"] == "BLIND_EPOCH_OVER"
    due = terminal.good(XKX, "blind", "publish", "--if-due", "3", "--json", post="administrator")
    assert json.loads(due)["epoch"] == 2
