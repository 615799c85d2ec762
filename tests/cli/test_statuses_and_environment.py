"""Exit status and words of each class of error, where node, officer and password come from, accounts and names."""

import json
import re
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner
from sqlalchemy import select
from tests.cli.terminal import Terminal, told
from tests.federation.world import ALB, BASIS, GBR, MKD, MNE, PASSWORD, REASON, WHY, XKX

from egnatia.cli import NOUNS, cli
from egnatia.errors import Error
from egnatia.scenario.case import CASE_REF
from egnatia.store.tables import ledger_entry

__all__ = ["told"]

SEND = ("enquiry", "send", "--case", CASE_REF, "--why", WHY, "--purpose", "border_check", "--offence", "theft")
NUMBER = ("--issuer", "RKS", "--number", "P0041763")
NEW = "another four unrelated words"


def kinds(kind: type[Error]) -> list[type[Error]]:
    """The kinds of the one tree; what a room adds for itself never reaches a terminal."""
    own = [below for below in kind.__subclasses__() if below.__module__ == Error.__module__]
    return [each for below in own for each in (below, *kinds(below))]


@pytest.mark.parametrize("kind", [Error, *kinds(Error)])
def test_every_kind_of_error_becomes_its_status_a_message_and_a_hint(kind: type[Error]) -> None:
    """Raised as a command raises it; what the terminal shows has no trace of Python."""
    from egnatia.cli import Nouns

    made = kind.__new__(kind)
    Error.__init__(made, "something with a name", hint="Do something else.")

    @click.group(cls=Nouns)
    def group() -> None:
        raise made

    result = CliRunner().invoke(group, ["hit", "list"])
    assert result.exit_code == kind.exit_status
    assert result.stdout == ""
    assert result.stderr == f"egnatia: {kind.code}: something with a name\n  → Do something else.\n"


def test_the_statuses_are_those_of_the_reference() -> None:
    assert {kind.code: kind.exit_status for kind in kinds(Error)} == {
        "INPUT": 2,
        "CONFIG": 3,
        "NOT_FOUND": 4,
        "REFUSED": 5,
        "BUSY": 6,
        "NOT_AUTHENTICATED": 8,
        "FORBIDDEN": 8,
        "CONFLICT": 9,
        "UNREACHABLE": 6,
        "TAMPERED": 7,
        "ERASED": 4,
        "STORAGE": 10,
    }


@pytest.mark.parametrize(
    ("status", "code", "arguments", "post"),
    [
        (2, "INPUT", ("enquiry", "send", "--case", "x", *SEND[4:], *NUMBER), "enquirer"),
        (
            2,
            "INPUT",
            ("outcome", "record", "--kind", "arrest", "--case", CASE_REF, "--person-ref", "A B", "--place", "xx"),
            "enquirer",
        ),
        (4, "NOT_FOUND", ("enquiry", "show", "none"), ""),
        (4, "NOT_FOUND", ("indicator", "show", "none"), ""),
        (4, "NOT_FOUND", ("case", "show", "DUR-1999-0001"), ""),
        (5, "REFUSED: NO_AGREEMENT", (*SEND, *NUMBER, "--to", "MNE", "--beyond-issuer", WHY), "enquirer"),
        (
            5,
            "REFUSED: NO_AGREEMENT",
            ("agreement", "check", "ALB", "MNE", "person", "--purpose", "investigation", "--offence", "theft"),
            "",
        ),
        (8, "NOT_AUTHENTICATED", (*SEND, *NUMBER), "nobody"),
        (8, "FORBIDDEN", (*SEND, *NUMBER), "auditor"),
        (8, "FORBIDDEN", ("ledger", "show", "--purpose", "self_monitoring"), "enquirer"),
        (8, "FORBIDDEN", ("account", "list"), "supervisor"),
    ],
)
def test_errors_of_real_commands(told: Terminal, status: int, code: str, arguments: tuple[str, ...], post: str) -> None:
    result = told.run(ALB, *arguments, post=post)
    assert result.exit_code == status, result.output
    assert result.stderr.splitlines()[-2].startswith(f"egnatia: {code}")
    assert result.stderr.splitlines()[-1].startswith("  → ")
    assert "Traceback" not in result.output


def test_conflict_is_nine(told: Terminal) -> None:
    options = ("--why", BASIS, "--qualification", "document examiner level 2")
    result = told.run(ALB, "hit", "reject", told.hit, *options, post="examiner")
    assert (result.exit_code, result.stderr.startswith("egnatia: CONFLICT")) == (9, True)


def test_a_changed_ledger_is_seven_and_names_the_entry(told: Terminal) -> None:
    changed = ledger_entry.c.sequence == 2
    before = told.world.look(
        MNE, lambda tx: bytes(tx.execute(select(ledger_entry.c.entry).where(changed)).scalar_one())
    )
    altered = ledger_entry.update().where(changed).values(entry=before.replace(b"off-", b"Off-"))
    told.world.do(MNE, lambda tx: tx.execute(altered))
    result = told.run(MNE, "ledger", "verify", "--json")
    assert result.exit_code == 7
    assert json.loads(result.stdout)["holds"] is False
    assert "entry 2" in result.stderr
    assert told.run(MNE, "node", "doctor").exit_code == 1
    told.world.do(MNE, lambda tx: tx.execute(ledger_entry.update().where(changed).values(entry=before)))
    assert told.run(MNE, "ledger", "verify").exit_code == 0


def test_a_broken_settings_file_is_three(tmp_path: Path) -> None:
    assert CliRunner().invoke(cli, ["node", "init", str(tmp_path / "node"), "--code", "ALB"]).exit_code == 0
    (tmp_path / "node" / "node.toml").write_text("[node]\ncode = 7\n")
    result = CliRunner().invoke(cli, ["hit", "list", "--node", str(tmp_path / "node")])
    assert result.exit_code == 3
    assert result.stderr.startswith("egnatia: CONFIG: ")


def test_node_and_officer_come_from_options_before_the_environment(told: Terminal) -> None:
    environment = {"EGNATIA_NODE": str(told.world.home(ALB)), "EGNATIA_PASSWORD": PASSWORD}
    runner = CliRunner(env=environment | {"EGNATIA_OFFICER": "alb-auditor"})
    assert CASE_REF in runner.invoke(cli, ["case", "list"]).stdout
    elsewhere = ["--node", str(told.world.home(MKD))]
    assert runner.invoke(cli, ["case", "list", *elsewhere]).stdout.strip() == ""
    assert runner.invoke(cli, ["ledger", "show", "--purpose", "self_monitoring", "--limit", "1"]).exit_code == 0
    assert (
        runner.invoke(
            cli, ["ledger", "show", "--purpose", "self_monitoring", "--limit", "1", "--as", "alb-enquirer"]
        ).exit_code
        == 8
    )


def test_an_act_without_an_officer_is_a_usage_error(told: Terminal) -> None:
    result = told.run(ALB, *SEND, *NUMBER)
    assert result.exit_code == 2
    assert "--as" in result.stderr
    assert "EGNATIA_OFFICER" in told.run(ALB, "enquiry", "send", "--help").stdout


def test_a_password_is_asked_for_and_not_shown(told: Terminal) -> None:
    environment = {
        "EGNATIA_NODE": str(told.world.home(ALB)),
        "EGNATIA_OFFICER": "alb-auditor",
        "EGNATIA_PASSWORD": None,
    }
    runner = CliRunner(env=environment)
    asked = runner.invoke(
        cli, ["ledger", "show", "--purpose", "self_monitoring", "--limit", "1"], input=f"{PASSWORD}\n"
    )
    assert asked.exit_code == 0, asked.output
    assert "Password: " in asked.stderr
    assert "Password" not in asked.stdout
    assert PASSWORD not in asked.output
    assert (
        runner.invoke(cli, ["ledger", "show", "--purpose", "self_monitoring"], input="wrong words here\n").exit_code
        == 8
    )
    assert runner.invoke(cli, ["ledger", "show", "--purpose", "self_monitoring"], input="").exit_code == 1


@pytest.mark.parametrize(
    ("content", "status"), [(PASSWORD, 0), (f"{PASSWORD}\n", 0), (f"{PASSWORD}\r\n", 0), (f" {PASSWORD}", 8)]
)
def test_a_password_file_is_read_before_the_environment(
    told: Terminal, tmp_path: Path, content: str, status: int
) -> None:
    file = tmp_path / "password"
    file.write_bytes(content.encode())
    arguments = ("ledger", "show", "--purpose", "self_monitoring", "--limit", "1", "--password-file", str(file))
    assert told.run(GBR, *arguments, post="auditor", password="wrong").exit_code == status


def new_password(told: Terminal, *arguments: str, post: str = "administrator", password: str = PASSWORD) -> int:
    environment = {
        "EGNATIA_NODE": str(told.world.home(XKX)),
        "EGNATIA_OFFICER": f"xkx-{post}",
        "EGNATIA_PASSWORD": password,
        "EGNATIA_NEW_PASSWORD": NEW,
    }
    return CliRunner(env=environment).invoke(cli, ["account", *arguments]).exit_code


def test_an_account_from_its_first_day_to_its_last(told: Terminal) -> None:
    assert new_password(told, "create", "xkx-new", "--role", "auditor") == 0
    assert new_password(told, "create", "xkx-new", "--role", "auditor") == 9
    assert new_password(told, "create", "xkx-more", "--role", "auditor", post="supervisor") == 8
    assert (
        told.run(
            XKX, "ledger", "show", "--purpose", "self_monitoring", "--limit", "1", post="new", password=NEW
        ).exit_code
        == 0
    )
    assert new_password(told, "roles", "xkx-new", "--role", "enquirer", "--role", "examiner") == 0
    assert told.run(XKX, "ledger", "show", "--purpose", "self_monitoring", post="new", password=NEW).exit_code == 8
    listed = {str(row["officer"]["name"]): row for row in accounts(told)}
    assert listed["xkx-new"]["officer"]["roles"] == ["enquirer", "examiner"]
    assert listed["xkx-new"]["disabled_at"] is None
    assert new_password(told, "disable", "xkx-new", post="enquirer") == 8
    assert new_password(told, "disable", "xkx-new") == 0
    assert new_password(told, "disable", "none") == 4
    assert told.run(XKX, "hit", "show", "none", post="new", password=NEW).exit_code == 8
    assert {str(row["officer"]["name"]): row for row in accounts(told)}["xkx-new"]["disabled_at"]


def accounts(told: Terminal) -> list[dict[str, Any]]:
    said = told.good(XKX, "account", "list", "--json", post="administrator")
    rows: list[dict[str, Any]] = [json.loads(line) for line in said.splitlines()]
    assert "argon2" not in said
    return rows


def test_an_officer_changes_the_own_password_and_nobody_elses(told: Terminal) -> None:
    assert new_password(told, "password", "xkx-examiner", post="enquirer") == 8
    assert new_password(told, "password", "xkx-enquirer", post="enquirer") == 0
    assert told.run(XKX, "hit", "show", "none", post="enquirer").exit_code == 8
    assert told.run(XKX, "hit", "show", "none", post="enquirer", password=NEW).exit_code == 4


def test_the_first_account_is_an_administrators(tmp_path: Path) -> None:
    place = str(tmp_path / "node")
    assert CliRunner().invoke(cli, ["node", "init", place, "--code", "MNE"]).exit_code == 0
    runner = CliRunner(env={"EGNATIA_NODE": place, "EGNATIA_NEW_PASSWORD": NEW})
    first = runner.invoke(cli, ["account", "create", "first", "--role", "auditor"])
    assert first.exit_code == 2
    assert "administrator" in first.stderr
    assert runner.invoke(cli, ["account", "create", "first", "--role", "administrator"]).exit_code == 0
    second = runner.invoke(cli, ["account", "create", "second", "--role", "auditor"])
    assert second.exit_code == 8
    assert "--as" in second.stderr


@pytest.mark.parametrize(
    ("left", "right", "status"),
    [
        ("Arben Krasniqi", "Arbën KRASNIQI", 0),
        ("Ђорђе Петровић", "Djordje Petrovic", 0),
        ("Arben Krasniqi", "Jane Doe", 1),
    ],
)
def test_names_are_compared_with_reasons(left: str, right: str, status: int) -> None:
    text = CliRunner().invoke(cli, ["people", "match", left, right])
    data = CliRunner().invoke(cli, ["people", "match", left, right, "--json"])
    assert (text.exit_code, data.exit_code) == (status, status)
    found = re.match(r"score: ([<>]?[\d.]+) \((\w+)\), ([+-][\d.]+) bits", text.stdout)
    assert found is not None, text.stdout
    score, band, bits = found.groups()
    made = json.loads(data.stdout)
    assert f"{made['score']:.3f}" == score or (score == "<0.001" and made["score"] < 0.0005)
    assert made["band"] == band
    assert abs(sum(part["bits"] for part in made["evidence"]) - float(bits)) < 0.2


def test_a_search_finds_the_best_first_and_says_when_it_finds_nobody(tmp_path: Path) -> None:
    file = tmp_path / "persons.csv"
    head = "ref,first_names,family_names,birth_date\n"
    file.write_text(
        head + "P-1,Arben,Krasniqi,1994-03-18\nP-2,Arbën,Krasniqi,1994-03-19\nP-3,Jane,Doe,1990-01-01\n,x,y,\n"
    )
    search = ["people", "search", str(file), "--first", "Arben", "--family", "Krasniqi", "--born", "1994-03-18"]
    found = CliRunner().invoke(cli, search)
    assert found.exit_code == 0
    assert re.findall(r"^(P-\d)", found.stdout, re.MULTILINE)[0] == "P-1"
    assert "P-3" not in found.stdout
    assert "line 5" in found.stderr
    assert len(CliRunner().invoke(cli, [*search, "--limit", "1", "--json"]).stdout.splitlines()) == 1
    nobody = CliRunner().invoke(cli, ["people", "search", str(file), "--first", "Qu", "--family", "Zz"])
    assert (nobody.exit_code, nobody.stdout) == (1, "")
    assert "Nobody in the file resembles" in nobody.stderr


@pytest.mark.parametrize("noun", sorted(NOUNS))
def test_help_lists_every_choice(noun: str) -> None:
    group = cli.get_command(click.Context(cli), noun)
    assert isinstance(group, click.Group)
    for verb, command in group.commands.items():
        told_by_help = re.sub(r"\s+", "", CliRunner().invoke(cli, [noun, verb, "--help"]).stdout).lower()
        for option in command.params:
            if isinstance(option.type, click.Choice):
                assert all(str(choice).lower() in told_by_help for choice in option.type.choices), (verb, option.name)
            if isinstance(option, click.Option) and not option.hidden:
                assert option.opts[0].lower() in told_by_help


def test_a_release_is_asked_about_before_it_leaves(told: Terminal) -> None:
    for answer in ("n\n", "", "perhaps\n"):
        result = told.run(XKX, "release", "approve", told.release, post="approver-2", typed=answer)
        assert result.exit_code in {1, 4, 9}
    unknown = told.run(XKX, "release", "send-back", told.release, "--why", REASON, post="approver-2")
    assert unknown.exit_code in {4, 9}
