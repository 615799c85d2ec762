"""`egnatia person`: a node's own person records."""

from pathlib import Path

import click

from egnatia.cli.common import node_option, officer_options, open_node, sign_in
from egnatia.model.ids import RecordRef


@click.group()
def group() -> None:
    """A node's own person records."""


@group.command("import")
@node_option
@officer_options
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def import_(*, node_directory: Path, officer_name: str, password_file: Path | None, file: Path) -> None:
    """Import a CSV file of persons. Each is sealed on its own; one bad line stops the import."""
    from egnatia.cli.register import good_rows
    from egnatia.engines.people import RowProblem, read_persons
    from egnatia.enquiries.holdings import import_persons

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        rows = good_rows(file, read_persons, lambda row: row.problem if isinstance(row, RowProblem) else None)
        count = node.commit(lambda tx: import_persons(tx, node.desk, officer, rows, node.clock()))
    click.echo(f"imported: {count}")


@group.command()
@node_option
@officer_options
@click.argument("ref")
@click.option("--why", required=True, help="The reason, at least 20 characters; sealed.")
def protect(*, node_directory: Path, officer_name: str, password_file: Path | None, ref: str, why: str) -> None:
    """Shield a record: partners are answered as if it did not exist, and a supervisor here is alerted."""
    from egnatia.enquiries.holdings import mark_protected

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        node.commit(lambda tx: mark_protected(tx, officer, RecordRef(ref), why, node.clock()))
    click.echo(f"{ref} is shielded")


@group.command()
@node_option
@officer_options
@click.argument("ref")
@click.option("--why", required=True, help="The reason, at least 20 characters.")
@click.option("--yes", is_flag=True, help="Do not ask again.")
def erase(
    *, node_directory: Path, officer_name: str, password_file: Path | None, ref: str, why: str, yes: bool
) -> None:
    """Erase a record for good, in every backup. The ledger keeps that it was erased, and stays valid."""
    from egnatia.accounts import present_officer
    from egnatia.enquiries.retention import erase_person

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        if not yes:
            click.confirm(f"{ref} will be gone for good. Erase it?", abort=True, err=True)
        # The question may have waited for long: the account is looked at again.
        node.commit(lambda tx: erase_person(tx, present_officer(tx, officer.id), RecordRef(ref), why, node.clock()))
    click.echo(f"{ref} is erased")
