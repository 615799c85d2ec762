"""Every command in the documentation's examples exists, with the arguments and options that it is shown with."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from egnatia.cli import cli

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
BLOCK = re.compile(r"^```(?:sh|console|shell|bash)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`(egnatia [^`]+)`")
ASSIGNMENT = re.compile(r"[A-Z_]+=\S*")
PLACEHOLDER = re.compile(r"[A-Z_…=+]+|…|<.*>|\$.*")
"""Stands for a value, so it is not compared with a list of choices."""


def shown(text: str) -> Iterator[str]:
    """Every line of a shell block that runs `egnatia`, continued lines joined."""
    for block in BLOCK.findall(text):
        for line in block.replace("\\\n", " ").splitlines():
            command = line.removeprefix("$ ").strip()
            words = [word for word in command.split(" ") if not ASSIGNMENT.fullmatch(word)]
            if words and words[0] == "egnatia":
                yield command[command.index("egnatia ") :]


def examples() -> list[tuple[str, str]]:
    return [
        (path.name, command)
        for path in PAGES
        if path.name != "commands.md"
        for command in shown(path.read_text(encoding="utf-8"))
    ]


def mentions() -> list[tuple[str, str]]:
    found = [
        (path.name, " ".join(command.split()))
        for path in PAGES
        for command in INLINE.findall(path.read_text(encoding="utf-8").replace("\n", " "))
    ]
    return sorted(set(found))


def check(line: str) -> None:
    """Raise a usage error when the command, one of its options or a choice does not exist, or something is missing."""
    words = [word for word in shlex.split(line.partition(" #")[0])[1:] if not word.startswith((">", "|", "2>"))]
    command, rest = find(words)
    if isinstance(command, click.Group):
        if rest not in ([], ["--help"], ["--version"]):
            raise click.UsageError(f"no such command: {line}")
        return
    context = click.Context(command, info_name=line)
    values, left, _ = command.make_parser(context).parse_args([word for word in rest if word != "--help"])
    if left:
        raise click.UsageError(f"too many arguments: {left}")
    if "--help" not in rest:
        for parameter in command.params:
            check_value(parameter, values.get(str(parameter.name)), line)


def find(words: list[str]) -> tuple[click.Command, list[str]]:
    command: click.Command = cli
    rest = list(words)
    while isinstance(command, click.Group) and rest and not rest[0].startswith("-"):
        found = command.get_command(click.Context(command), rest[0])
        if found is None:
            raise click.UsageError(f"no such command: {rest[0]}")
        command, rest = found, rest[1:]
    return command, rest


def check_value(parameter: click.Parameter, value: object, line: str) -> None:
    given = [one for one in (value if isinstance(value, list | tuple) else [value]) if isinstance(one, str)]
    if parameter.required and not given and not parameter.envvar:
        raise click.UsageError(f"{parameter.name} is missing: {line}")
    if isinstance(parameter.type, click.Choice):
        for one in given:
            if one not in parameter.type.choices and not PLACEHOLDER.fullmatch(one):
                raise click.UsageError(f"{one} is none of {parameter.type.choices}")


@pytest.mark.parametrize(("page", "line"), examples())
def test_an_example_is_a_command_that_exists(page: str, line: str) -> None:
    del page
    check(line)


@pytest.mark.parametrize(("page", "line"), mentions())
def test_a_command_in_a_sentence_exists(page: str, line: str) -> None:
    del page
    words = [word.rstrip(",.;") for word in line.split() if not word.startswith("<")][1:]
    command, rest = find([word for word in words if not word.isupper()])
    known = {option for each in command.params for option in each.opts} | {"--help", "--version"}
    assert [word for word in rest if word.startswith("--") and word not in known] == []
    if isinstance(command, click.Group):
        assert [word for word in rest if word.islower() and not word.startswith("-")] == []


def test_the_tutorial_and_the_first_page_have_examples() -> None:
    assert {"tutorial.md", "operations.md"} <= {page for page, _ in examples()}


@pytest.mark.parametrize("name", ["README.md", "docs/tutorial.md"])
def test_the_two_commands_are_given_exactly(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "\npython3 run demo\n" in text
    run = (ROOT / "run").read_text(encoding="utf-8")
    assert '"demo"' in run
    assert '"test"' in run


@pytest.mark.parametrize(
    "line",
    [
        "egnatia nothing",
        "egnatia hit frobnicate X",
        "egnatia hit confirm X --because 'no such option'",
        "egnatia hit confirm --why 'no candidate named' --qualification x",
        "egnatia followup send X --facts 'twenty characters at least' --offence jaywalking",
        "egnatia hit show one two",
    ],
)
def test_a_wrong_example_is_noticed(line: str) -> None:
    with pytest.raises(click.UsageError):
        check(line)
