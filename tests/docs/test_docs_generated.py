"""What is taken from the code stands in the documentation as the code has it now."""

import importlib.util
from pathlib import Path
from types import ModuleType

import click
import pytest

ROOT = Path(__file__).resolve().parents[2]


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


GENERATE = load()
COMMANDS: list[tuple[str, click.Command]] = list(GENERATE.walk())
AGAIN = "run `python docs/generate.py`"


def test_the_list_of_commands_is_current() -> None:
    text = GENERATE.COMMANDS.read_text(encoding="utf-8")
    assert GENERATE.put(text, GENERATE.commands()) == text, AGAIN


def test_the_picture_of_the_house_is_current() -> None:
    text = GENERATE.ARCHITECTURE.read_text(encoding="utf-8")
    assert GENERATE.put(text, GENERATE.picture()) == text, AGAIN


def test_the_picture_has_every_room_that_there_is() -> None:
    source = ROOT / "src" / "egnatia"
    rooms = {path.parent.name for path in source.glob("*/__init__.py")}
    drawn = {line.strip() for line in GENERATE.picture().splitlines()}
    assert rooms <= drawn


@pytest.mark.parametrize(("name", "command"), COMMANDS, ids=[name for name, _ in COMMANDS])
def test_every_command_and_option_says_what_it_is_for(name: str, command: click.Command) -> None:
    text = GENERATE.COMMANDS.read_text(encoding="utf-8")
    _, found, rest = text.partition(f"\n### {name.removeprefix('egnatia ')}\n")
    assert found
    part = rest.partition("\n### ")[0].partition("\n## ")[0]
    assert command.help
    assert len(part.splitlines()[3]) > len("Do it.")
    for option in (each for each in command.params if isinstance(each, click.Option)):
        line = next((line for line in part.splitlines() if line.startswith(f"| `{option.opts[0]}")), "")
        meaning = line.rstrip("| ").rpartition("|")[2].partition("One of")[0]
        assert meaning.strip(), f"{option.opts[0]}: add a help text to the option"


def test_a_changed_part_is_noticed() -> None:
    page = f"before\n{GENERATE.BEGIN}\n\nold\n\n{GENERATE.END}\nafter"
    changed = GENERATE.put(page, "new")
    assert changed != page
    assert changed == f"before\n{GENERATE.BEGIN}\n\nnew\n\n{GENERATE.END}\nafter"
    assert GENERATE.put(changed, "new") == changed
