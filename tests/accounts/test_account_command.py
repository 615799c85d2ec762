"""`egnatia account` and what it leads to: the first administrator, the register, the figures, on a node of its own."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import egnatia.scenario
from egnatia.cli import cli
from egnatia.model.ids import PartnerCode
from egnatia.node import create_node
from egnatia.settings import Settings

REGISTER = str(Path(egnatia.scenario.__path__[0]) / "agreements.toml")
PASSWORD = "three unrelated words"
SECRET = {"EGNATIA_PASSWORD": PASSWORD, "EGNATIA_NEW_PASSWORD": PASSWORD}


class Terminal:
    """Commands on one fresh node."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        create_node(directory, Settings(PartnerCode("ALB"), "Albania")).close()

    def __call__(self, *words: str, officer: str | None = None) -> Result:
        environment = SECRET | {"EGNATIA_NODE": str(self.directory)}
        if officer:
            environment["EGNATIA_OFFICER"] = officer
        return CliRunner().invoke(cli, words, env=environment)


@pytest.fixture
def run(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path / "node")


def test_from_the_first_administrator_to_the_register_and_the_figures(run: Terminal) -> None:
    refused = run("account", "create", "arta", "--role", "enquirer")
    assert (refused.exit_code, "must be an administrator" in refused.output) == (2, True)
    assert run("account", "create", "root", "--role", "administrator").exit_code == 0
    nobody = run("account", "create", "arta", "--role", "enquirer")
    assert (nobody.exit_code, "--as" in nobody.output) == (8, True)
    assert run("account", "create", "arta", "--role", "enquirer", "--role", "examiner", officer="root").exit_code == 0
    assert run("account", "create", "eve", "--role", "auditor", officer="arta").exit_code == 8

    listed = [json.loads(line) for line in run("account", "list", "--json", officer="root").stdout.splitlines()]
    assert [(row["officer"]["name"], row["officer"]["roles"]) for row in listed] == [
        ("arta", ["enquirer", "examiner"]),
        ("root", ["administrator"]),
    ]
    assert "password" not in json.dumps(listed)
    assert "arta" in run("account", "list", officer="root").stdout
    assert run("account", "disable", "arta", officer="root").exit_code == 0
    assert run("account", "disable", "arta", officer="root").exit_code == 9
    assert run("account", "disable", "nobody", officer="root").exit_code == 4
    assert run("account", "list", officer="arta").exit_code == 8

    assert run("agreement", "matrix").exit_code == 4
    assert "version 1" in run("agreement", "import", REGISTER, officer="root").output
    assert run("agreement", "import", REGISTER, officer="root").exit_code == 9
    assert "52 grants hold on 2025-05-15" in run("agreement", "matrix", "--on", "2025-05-15").output
    assert "pcc-see-2018" in run("agreement", "list").output

    shown = [json.loads(line) for line in run("indicator", "show", "--json").stdout.splitlines()]
    assert {row["value"] for row in shown} == {0}
    assert "Persons arrested" in run("indicator", "show").stdout
    assert "Hits: 0 (hit; hits version 1)" in run("indicator", "show", "hits", "--from", "2025-05-01").stdout
    assert run("indicator", "show", "hit").exit_code == 4


def test_a_new_password_that_will_not_do_makes_no_account(run: Terminal, tmp_path: Path) -> None:
    short = tmp_path / "short"
    short.write_text("short\n")
    answer = run("account", "create", "root", "--role", "administrator", "--new-password-file", str(short))
    assert (answer.exit_code, "has 5 characters" in answer.output) == (2, True)
    short.write_bytes(b"\xff\xfe")
    answer = run("account", "create", "root", "--role", "administrator", "--new-password-file", str(short))
    assert (answer.exit_code, "not UTF-8" in answer.output) == (2, True)
    assert run("account", "create", "root", "--role", "administrator").exit_code == 0
