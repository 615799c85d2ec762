"""`egnatia register`: a node's lost-and-stolen register of its own documents."""

import io
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import click

from egnatia.cli.common import node_option, officer_options, open_node, shown, sign_in
from egnatia.errors import InputError
from egnatia.model.ids import RecordRef

_SHOWN = 20
"""Bad lines printed one by one; the rest are counted."""


@click.group()
def group() -> None:
    """A node's lost-and-stolen register."""


@group.command("import")
@node_option
@officer_options
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def import_(*, node_directory: Path, officer_name: str, password_file: Path | None, file: Path) -> None:
    """Import a CSV file: issuer, document_type, number, number_to, category, reported_on, reference, circumstances.

    The import is whole or absent: one bad line stops it, and every bad line is named.
    """
    from egnatia.enquiries.holdings import import_register

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        rows = good_rows(file, _read, _problem)
        count = node.commit(lambda tx: import_register(tx, node.desk, officer, rows, node.clock()))
    click.echo(f"registered: {count}")


@group.command()
@node_option
@officer_options
@click.argument("ref")
@click.option("--why", required=True, help="The reason, at least 20 characters, such as: the document was found.")
def withdraw(*, node_directory: Path, officer_name: str, password_file: Path | None, ref: str, why: str) -> None:
    """Take a document out of the register. Partners get a no hit for it from now on."""
    from egnatia.enquiries.holdings import withdraw_document

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        node.commit(lambda tx: withdraw_document(tx, officer, RecordRef(ref), why, node.clock()))
    click.echo(f"{ref} is withdrawn from the register")


def _read(stream: BinaryIO) -> Iterator[Any]:
    from egnatia.engines.documents import bounded_lines, read_register

    with io.TextIOWrapper(stream, encoding="utf-8-sig", errors="replace", newline="") as text:
        yield from read_register(bounded_lines(text))


def _problem(row: Any) -> str | None:
    from egnatia.engines.documents import RowProblem

    return f"{row.column}: {row.reason}" if isinstance(row, RowProblem) else None


def good_rows(
    file: Path, read: Callable[[BinaryIO], Iterable[Any]], problem_of: Callable[[Any], str | None]
) -> list[Any]:
    """All rows of a file, or an error after naming the bad ones.

    Args:
        file: the path an officer gave.
        read: yields rows and problems, each with its line.
        problem_of: what is wrong with a row, None when nothing is.

    Raises:
        InputError: the file cannot be read, or has bad lines; nothing is imported then.
    """
    try:
        with file.open("rb") as stream:
            found = list(read(stream))
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror}", hint="Check the path.") from None
    bad = [(row.line, problem) for row in found if (problem := problem_of(row)) is not None]
    for line, problem in bad[:_SHOWN]:
        click.echo(f"line {line}: {shown(problem)}", err=True)
    if bad:
        raise InputError(
            f"{len(bad)} lines of {file} are not usable", hint="Correct the lines named above; nothing was imported."
        )
    return found
