"""The command line as a whole: help that reads well and loads nothing heavy, errors that say what to do next."""

import subprocess
import sys
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from egnatia.cli import NOUNS, cli

HEAVY = ("sqlalchemy", "starlette", "httpx", "cryptography", "rich", "rapidfuzz", "jinja2", "alembic", "msgspec")


def commands() -> Iterator[tuple[str, click.Command]]:
    context = click.Context(cli, info_name="egnatia")
    for noun in NOUNS:
        group = cli.get_command(context, noun)
        assert isinstance(group, click.Group), noun
        yield noun, group
        for verb, command in group.commands.items():
            yield f"{noun} {verb}", command


@pytest.mark.parametrize("name", sorted(name for name, _ in commands()))
def test_every_command_has_help_that_says_what_it_does(name: str) -> None:
    result = CliRunner().invoke(cli, [*name.split(), "--help"])
    assert result.exit_code == 0, result.output
    assert "Usage: " in result.output
    command = dict(commands())[name]
    assert command.help, name
    assert command.help[0].isupper()
    assert command.help.split("\n\n")[0].rstrip().endswith("."), command.help


def test_every_option_says_what_it_is_or_lists_its_choices() -> None:
    bare = [
        f"{name} {option.opts[0]}"
        for name, command in commands()
        for option in command.params
        if isinstance(option, click.Option) and not option.help and not isinstance(option.type, click.Choice)
    ]
    assert bare == []


def test_the_list_of_nouns_is_what_help_shows() -> None:
    shown = CliRunner().invoke(cli, ["--help"]).output
    for noun, sentence in NOUNS.items():
        assert f"  {noun} " in shown
        assert sentence.split()[0] in shown


def test_help_loads_no_heavy_library() -> None:
    code = (
        "import sys\nfrom click.testing import CliRunner\nfrom egnatia.cli import cli\n"
        "assert CliRunner().invoke(cli, ['--help']).exit_code == 0\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_node_starts_without_what_few_of_its_acts_need() -> None:
    """Five nodes on a machine, and every restart, would wait for each of these."""
    rare = ("networkx", "cv2", "onnxruntime", "rapidocr", "alembic", "zxingcpp", "pyspark", "pandas", "scipy")
    code = (
        "import sys, egnatia.node, egnatia.console, egnatia.cli.serving\n"
        f"print([name for name in {rare!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_an_unknown_noun_is_a_usage_error() -> None:
    result = CliRunner().invoke(cli, ["passport"])
    assert result.exit_code == 2
    assert "No such command 'passport'" in result.output


def test_a_directory_without_a_node_says_how_to_make_one(tmp_path: object) -> None:
    result = CliRunner().invoke(cli, ["hit", "list", "--node", str(tmp_path)])
    assert result.exit_code == 3
    assert "there is no node in" in result.output
    assert "egnatia node init" in result.output


def test_every_reading_command_speaks_json() -> None:
    reading = {"list", "show", "matrix", "inspect", "doctor", "config", "search", "match", "verify"}
    for name, command in commands():
        if name.split()[-1] in reading:
            options = {option for parameter in command.params for option in parameter.opts}
            assert "--json" in options, name


def test_the_version_is_the_packages_own() -> None:
    from egnatia import __version__

    assert CliRunner().invoke(cli, ["--version"]).output == f"egnatia {__version__}\n"
