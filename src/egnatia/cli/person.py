"""`egnatia person`: a node's own person records."""

import sys
from pathlib import Path
from typing import Any

import click

from egnatia.cli.acting import Acting, as_officer
from egnatia.cli.common import echo_json, json_option, node_option, officer_options, open_node, sign_in
from egnatia.model.ids import RecordRef

NOTHING_FOUND = 1
"""Exit status when nobody here resembles whom an officer looks for."""


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


@group.command("search")
@as_officer
@click.option("--first", default="", help="First names.")
@click.option("--family", default="", help="Family names.")
@click.option("--born", default="", help="Date of birth: YYYY-MM-DD or YYYY-MM.")
@click.option("--father", default="", help="Father's name.")
@click.option("--mother", default="", help="Mother's name.")
@click.option("--number", "numbers", multiple=True, help="Document or personal number; may be repeated.")
@click.option("--why", required=True, help="The reason, at least 20 characters; it is entered in the ledger.")
@click.option("--limit", type=click.IntRange(1, 100), default=20, show_default=True, help="Most results.")
@json_option
def search_own_persons(*, acting: Acting, why: str, limit: int, as_json: bool, **given: Any) -> None:
    """Look for somebody among this node's own persons; nobody abroad is asked. Exit status 1 when nobody resembles them."""
    from egnatia.cli.people_shown import explain, plain_answer, summarise
    from egnatia.engines.people import PersonQuery, parse_date
    from egnatia.enquiries.own_persons import search_own

    born, parents = parse_date(given["born"]), (given["father"], given["mother"])
    query = PersonQuery(given["first"], given["family"], born, parents[0], given["numbers"], parents[1])
    found = acting.commit(lambda tx, officer, now: search_own(tx, officer, query, why, now, limit))
    if as_json and found.matches:
        echo_json(plain_answer(found))
    elif not as_json:
        for match in found.matches:
            explain(match)
        summarise(found)
    if not found.matches:
        click.echo("Nobody on this node's register resembles this description.", err=True)
        sys.exit(NOTHING_FOUND)
