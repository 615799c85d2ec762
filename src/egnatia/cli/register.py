"""`egnatia register`: a node's lost-and-stolen register of its own documents."""

import io
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from egnatia.cli.common import echo_json, json_option, node_option, officer_options, open_node, shown, sign_in
from egnatia.errors import InputError
from egnatia.model.ids import RecordRef

if TYPE_CHECKING:
    from egnatia.engines.documents.checks import Check

_RESULTS = {
    "successful": "yes",
    "failed": "NO",
    "undetermined": "LOOK AGAIN",
    "not_supported": "not looked up",
    "aborted": "COULD NOT BE DONE",
}
_SHOWN = 20
"""Bad lines printed one by one; the rest are counted."""


@click.group()
def group() -> None:
    """Registers of lost, stolen, revoked and never issued documents."""


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


@group.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.argument("issuer")
@click.argument("number")
@click.option(
    "--type", "document_type", default="", metavar="LETTER", help="Only documents of this type: P, I, V, A, C."
)
@click.option(
    "--digit", default="", metavar="DIGIT", help="The check digit printed beside the number; it rules out chance."
)
@json_option
@click.pass_context
def search(
    ctx: click.Context,
    file: Path,
    issuer: str,
    number: str,
    document_type: str,
    digit: str,
    as_json: bool,  # noqa: FBT001 - click passes flags so
) -> None:
    """Look a number up in a register FILE; needs no node.

    An exact number is looked up first, then ranges, then numbers that it could be a misreading of. Those are shown as
    NEAR and are no hit. The exit status is 0 when the number is not registered, 1 when it is.
    """
    from egnatia.engines.documents.registers.checks import check_registers
    from egnatia.engines.documents.registers.lookup import RegisterIndex
    from egnatia.engines.documents.types import Result

    index = RegisterIndex(good_rows(file, _read, _problem), [issuer])
    checks = check_registers(number, issuer, index, document_type=document_type.upper(), digit=digit)
    if as_json:
        echo_json([{"check": each.code, "result": each.result, "findings": list(each.findings)} for each in checks])
    else:
        _show(checks)
    ctx.exit(1 if any(each.result is Result.FAILED for each in checks) else 0)


def _show(checks: "tuple[Check, ...]") -> None:
    from egnatia.engines.documents.registers.catalogue import CHECKS
    from egnatia.engines.documents.types import Result

    for check in checks:
        if check.result is not Result.NOT_SUPPORTED:
            click.echo(f"{CHECKS[check.code].title}: {_RESULTS[check.result]}")
        for finding in check.findings:
            click.echo(f"  {finding.severity}: {finding.code}: {shown(finding.found)}")
            click.echo(f"    may be innocent: {finding.innocent}")
            click.echo(f"    → {finding.settle}")


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
