"""What every command shares: which node, which officer, and how results are printed."""

import json
import os
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from egnatia.errors import InputError, NotAuthenticatedError
from egnatia.model.officers import Officer

if TYPE_CHECKING:
    from egnatia.node import Node

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode's categories of controls, formats (turns of direction among them), half pairs and separators of lines."""
MAX_READ = 4 * 1024 * 1024
"""Bytes of a file that is read whole: four times the largest kind, a register of agreements (`agreements.parse`)."""
MAX_NUMBER = 2**63 - 1
"""The largest whole number that a database compares with."""
Command = TypeVar("Command", bound=Callable[..., Any])
T = TypeVar("T")

node_option = click.option(
    "--node",
    "node_directory",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="EGNATIA_NODE",
    default=Path(),
    show_default="the current directory",
    help="Directory of the node [env: EGNATIA_NODE].",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, one object per line for lists.")


def officer_options(command: Command) -> Command:
    """Add `--as` and `--password-file`: every act has a person behind it."""
    command = click.option(
        "--password-file",
        type=click.Path(path_type=Path, dir_okay=False, exists=True),
        help="Read the password from this file [env: EGNATIA_PASSWORD holds the password itself].",
    )(command)
    return click.option(
        "--as",
        "officer_name",
        envvar="EGNATIA_OFFICER",
        required=True,
        help="Account to act as [env: EGNATIA_OFFICER].",
    )(command)


@contextmanager
def open_node(directory: Path) -> Iterator["Node"]:
    """Open the node in a directory and close it afterwards."""
    from egnatia.node import Node

    node = Node.open(directory)
    try:
        yield node
    finally:
        node.close()


def sign_in(node: "Node", officer_name: str, password_file: Path | None) -> Officer:
    """Check the officer's password, from the file, from EGNATIA_PASSWORD or by asking.

    A hash costs what the standard says. Only who runs a command inside a process of its own can ask for another cost,
    by a `Hashing` as the command's object; no option and no variable of the environment leads there.

    Raises:
        NotAuthenticatedError: wrong name or password, or the account is paused.
    """
    from egnatia.accounts import STANDARD, Hashing, LoginRefusal, conclude_login, try_password

    password = _password(password_file)
    context = click.get_current_context(silent=True)
    hashing = (context.find_object(Hashing) if context else None) or STANDARD
    with node.database.read() as tx:
        tried = try_password(tx, officer_name, password, hashing)
    answer = node.commit(lambda tx: conclude_login(tx, tried, node.clock()))
    if isinstance(answer, LoginRefusal):
        raise NotAuthenticatedError(answer.message)
    return answer


def _password(password_file: Path | None) -> str:
    if password_file is not None:
        try:
            return password_file.read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError):
            raise InputError(f"the password file {password_file} cannot be read as UTF-8 text") from None
    if "EGNATIA_PASSWORD" in os.environ:
        return os.environ["EGNATIA_PASSWORD"]
    asked: str = click.prompt("Password", hide_input=True, err=True)
    return asked


def shown(text: str) -> str:
    """A text that others wrote, fit for a terminal: what would steer it instead of standing on it is replaced."""
    return "".join("\ufffd" if _is_unseen(character) else character for character in text)


def listed(value: object) -> str:
    """One value of what was asked as a text; a list, such as of numbers, with commas between."""
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)


def _is_unseen(character: str) -> bool:
    return unicodedata.category(character) in _UNSEEN and character not in "\n\t"


def read_file(path: Path, what: str) -> bytes:
    """The content of a file an officer named; whoever made it does not decide how much memory that takes.

    Raises:
        InputError: it is not there, cannot be read, or is larger than `MAX_READ`.
    """
    try:
        with path.open("rb") as stream:
            content = stream.read(MAX_READ + 1)
    except OSError as error:
        raise InputError(f"the {what} {path} cannot be read: {error.strerror}", hint="Check the path.") from None
    if len(content) > MAX_READ:
        raise InputError(f"the {what} {path} is larger than {MAX_READ:,} bytes", hint="Is this the right file?")
    return content


def echo_json(value: Any) -> None:
    """Print one object, or each object of a list on its own line."""
    rows = value if isinstance(value, (list, tuple)) else [value]
    for row in rows:
        written = json.dumps(row, ensure_ascii=False, default=_plain, sort_keys=True)
        click.echo("".join(json.dumps(each)[1:-1] if _is_unseen(each) else each for each in written))


def echo_list(
    found: Sequence[T], headings: Iterable[str], cells: Callable[[T], Iterable[Any]], *, as_json: bool
) -> None:
    """Print what was found, one line each: JSON with everything, or a table of some of it."""
    if as_json:
        echo_json(found)
    else:
        echo_table(headings, map(cells, found))


def _plain(value: Any) -> Any:
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if hasattr(value, "__slots__"):
        return {name: getattr(value, name) for name in value.__slots__}
    return str(value)


def echo_table(headings: Iterable[str], rows: Iterable[Iterable[Any]]) -> None:
    """Print aligned columns; plain text, so that it can be piped and read aloud."""
    lines = [[str(heading) for heading in headings], *([_cell(value) for value in row] for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    for line in lines:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%SZ")
    return shown(str(value)).replace("\n", " ↵ ")  # a line feed must not make a row of its own


def one_of(kind: type[StrEnum]) -> click.Choice[str]:
    """A choice from a closed list."""
    return click.Choice([each.value for each in kind])
