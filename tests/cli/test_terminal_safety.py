"""What others wrote reaches a terminal as text: no escape, no turn of direction, no line of its own."""

import json
import re
import unicodedata
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import update
from tests.cli.terminal import UUID, Terminal, told
from tests.federation.world import ALB, REASON, XKX

from egnatia.cli import cli, report
from egnatia.cli.common import echo_json, echo_table, shown
from egnatia.errors import InputError
from egnatia.exchange.card import make_card
from egnatia.node import Node
from egnatia.scenario.case import CASE_REF
from egnatia.scenario.task_force import agreements
from egnatia.store.tables import candidate, outcome

__all__ = ["told"]

ESCAPES = [
    "\x1b[2J",
    "\x1b]0;title\x07",
    "\x9b31m",
    "\r",
    "\x08",
    "\x7f",
    "\u202e",
    "\u2066",
    "\u2028",
    "\x00",
    "\ud800",
]
SIGN = "\x1b[31m\u202e\x9b\x07"


def is_safe(text: str) -> bool:
    return not any(unicodedata.category(each) in {"Cc", "Cf", "Cs", "Zl", "Zp"} and each not in "\n\t" for each in text)


def printed(job: Any) -> str:
    @click.command()
    def command() -> None:
        job()

    return CliRunner().invoke(command).output


@pytest.mark.parametrize("escape", ESCAPES)
def test_each_escape_is_replaced_wherever_text_is_printed(escape: str) -> None:
    hostile = f"before{escape}after"
    assert shown(hostile) == "before" + "\ufffd" * len(re.findall(r"[^\x20-\x7e]", escape)) + "".join(
        each for each in escape if " " <= each <= "~"
    ) + "after" or is_safe(shown(hostile))
    assert is_safe(printed(lambda: echo_table(("a",), [(hostile,)])))
    said = printed(lambda: echo_json({"a": hostile}))
    assert is_safe(said)
    assert json.loads(said) == {"a": hostile}
    assert is_safe(printed(lambda: report(InputError(hostile, hint=hostile))))


@given(st.text(max_size=60))
@settings(deadline=None, derandomize=True, max_examples=50)
def test_json_keeps_every_text_and_prints_none_that_steers(text: str) -> None:
    said = printed(lambda: echo_json([{"a": text}, {text: 1}]))
    lines = said.splitlines()
    assert is_safe(said)
    assert [json.loads(line) for line in lines] == [{"a": text}, {text: 1}]


@given(st.lists(st.tuples(st.text(max_size=12), st.text(max_size=12)), max_size=5))
@settings(deadline=None, derandomize=True, max_examples=50)
def test_a_table_has_one_line_for_each_row(rows: list[tuple[str, str]]) -> None:
    said = printed(lambda: echo_table(("first", "second"), rows))
    assert said.count("\n") == len(rows) + 1
    assert is_safe(said)


def test_what_lies_in_the_database_is_printed_as_text(told: Terminal) -> None:
    """Whatever got into a record by another way than the checks: each listing still prints it as text."""
    database = told.world.nodes[ALB].database
    with database.read() as tx:
        ref = tx.execute(candidate.select()).one().ref
        place = tx.execute(outcome.select()).one().place
    database.run(lambda tx: tx.execute(update(candidate).values(ref=f"XKX{SIGN}")))
    database.run(lambda tx: tx.execute(update(outcome).values(place=f"Durrës{SIGN}\nsecond line")))
    for arguments, post in (
        (("hit", "list"), ""),
        (("hit", "show", told.hit), "examiner"),
        (("enquiry", "show", told.enquiry), ""),
        (("outcome", "list"), ""),
        (("followup", "list"), ""),
        (("case", "show", CASE_REF), ""),
    ):
        result = told.run(ALB, *arguments, post=post)
        assert is_safe(result.output), arguments
        assert is_safe(told.run(ALB, *arguments, "--json", post=post).output), arguments
    assert len(told.good(ALB, "outcome", "list").splitlines()) == 2
    database.run(lambda tx: tx.execute(update(candidate).values(ref=ref)))
    database.run(lambda tx: tx.execute(update(outcome).values(place=place)))


def test_what_an_argument_holds_is_said_back_as_text(told: Terminal) -> None:
    for arguments in (
        ("enquiry", "show", SIGN),
        ("case", "show", SIGN),
        ("release", "list", SIGN),
        ("indicator", "show", SIGN),
        ("agreement", "check", SIGN, "XKX", "person", "--purpose", "investigation", "--offence", "theft"),
    ):
        assert is_safe(told.run(ALB, *arguments).stderr), arguments
    for arguments in (("hit", "show", SIGN), ("followup", "show", SIGN), ("release", "show", SIGN)):
        result = told.run(ALB, *arguments, post="supervisor")
        assert result.exit_code == 4
        assert is_safe(result.stderr), arguments


def test_files_are_quoted_as_text(told: Terminal, tmp_path: Path) -> None:
    register = tmp_path / "register.csv"
    head = "issuer,document_type,number,category,reported_on,reference\n"
    register.write_text(
        f"{head}RKS,P,P{SIGN}1,lost,2025-01-01,XKX-D-900001\nRKS,P,P1234567,lo{SIGN}st,2025-01-01,XKX-D-1\n"
    )
    result = told.run(XKX, "register", "import", str(register), post="administrator")
    assert result.exit_code == 2
    assert is_safe(result.output)
    assert "line 2" in result.stderr
    persons = tmp_path / "persons.csv"
    persons.write_text(
        f"ref,first_names,family_names,birth_date\nP{SIGN}1,Jane,Doe,1990-01-01\nP-2,Jane,D{SIGN},1990\n"
    )
    for arguments, post in (
        (("person", "import", str(persons)), "administrator"),
        (("people", "search", str(persons), "--first", "Jane", "--family", "Doe"), ""),
    ):
        assert is_safe(told.run(XKX, *arguments, post=post).output), arguments


def test_a_registers_source_is_printed_as_text(told: Terminal, tmp_path: Path) -> None:
    text = agreements().decode()
    line = next(line for line in text.splitlines() if line.startswith("source = ") and "hub" not in line)
    declared = text.index("[[declaration")
    place = text.index('source = "', declared) + len('source = "')
    hostile = tmp_path / "agreements.toml"
    hostile.write_text(text[:place] + "\\u001b[31m\\u202e" + text[place:])
    assert line
    for verb in ("matrix", "list"):
        result = told.run(ALB, "agreement", verb, "--file", str(hostile))
        assert is_safe(result.output), verb


def test_a_partners_name_is_printed_as_text(tmp_path: Path) -> None:
    """The name on a card is the partner's own word; marks of direction that a card may hold are not printed."""
    made = CliRunner().invoke(cli, ["node", "init", str(tmp_path / "one"), "--code", "ALB"])
    assert made.exit_code == 0
    assert CliRunner().invoke(cli, ["node", "init", str(tmp_path / "two"), "--code", "XKX"]).exit_code == 0
    theirs = Node.open(tmp_path / "two")
    named = make_card(theirs.keys, "Koso\u200fvo\u2060", "https://127.0.0.1:1", "egnatia.example/xkx/ledger")
    theirs.close()
    (tmp_path / "two" / "card.json").write_bytes(named)
    account = ["account", "create", "admin", "--role", "administrator", "--node", str(tmp_path / "one")]
    environment = {"EGNATIA_NEW_PASSWORD": "three unrelated words", "EGNATIA_PASSWORD": "three unrelated words"}
    assert CliRunner(env=environment).invoke(cli, account).exit_code == 0
    add = ["partner", "add", str(tmp_path / "two" / "card.json"), "--as", "admin", "--node", str(tmp_path / "one")]
    added = CliRunner(env=environment).invoke(cli, add)
    assert added.exit_code == 0, added.output
    assert "Koso\ufffdvo\ufffd registered" in added.stdout
    assert is_safe(added.output)


def test_facts_of_a_partner_keep_their_lines_and_lose_their_escapes(told: Terminal) -> None:
    from egnatia.enquiries.followups import listed
    from egnatia.store.tables import follow_up

    told.good(ALB, "hit", "list")
    node = told.world.nodes[XKX]
    with node.database.read() as tx:
        row = next(each for each in listed(tx) if each.id == told.follow_up)
    hostile = f"first line{SIGN}\nsecond line of facts".encode()
    sealed = node.commit(
        lambda tx: tx.seal(hostile, kind="follow_up", at=told.world.clock(), erase_on=told.world.clock()).id
    )
    node.commit(lambda tx: tx.execute(update(follow_up).where(follow_up.c.id == row.id).values(sealed_id=sealed)))
    said = told.run(XKX, "followup", "show", told.follow_up, post="approver-1")
    assert is_safe(said.output)
    assert UUID.search(said.output)
    assert REASON not in said.output
