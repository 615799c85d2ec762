"""`egnatia person`: a node's own person records."""

import sys
from pathlib import Path
from typing import Any

import click

from egnatia.cli.acting import Acting, as_officer
from egnatia.cli.common import (
    MAX_NUMBER,
    echo_json,
    json_option,
    node_option,
    officer_options,
    open_node,
    shown,
    sign_in,
)
from egnatia.model.ids import RecordRef
from egnatia.model.officers import Action

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
    from egnatia.accounts import authorise, present_officer
    from egnatia.enquiries.retention import erase_person

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        authorise(officer, Action.ERASE_RECORD)  # nobody is asked about what is not theirs to do
        if not yes:
            click.confirm(f"{shown(ref[:80])} will be gone for good. Erase it?", abort=True, err=True)
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


@group.command("link")
@as_officer
@click.option("--why", required=True, help="The reason, at least 20 characters; it is entered in the ledger.")
@click.option("--from", "least", type=float, default=0.95, show_default=True, help="Probability of a link.")
@click.option("--anew", is_flag=True, help="Compare everything anew, whatever is kept of the run before.")
@json_option
def link_own_persons(*, acting: Acting, why: str, least: float, anew: bool, as_json: bool) -> None:
    """Find which of this node's own records are of one person. Nothing is merged. Exit status 1 when none are.

    What officers judged stands above what the records say. The node goes on working meanwhile; what is found is kept, and the next run
    compares what came since.
    """
    from dataclasses import asdict

    from egnatia.cli.progress import progress_bar
    from egnatia.enquiries.own_linking import Wanted, link_own

    with progress_bar("linking") as show:
        wanted = Wanted(why, least, anew)
        found = link_own(acting.node, acting.officer, wanted, lambda _, done, total: show(done, total))
    if as_json:
        echo_json(asdict(found))
    else:
        for refs in found.groups:
            click.echo("  ".join(map(shown, refs)))
        for said in found.standing:
            pair = f"{shown(said.left)} and {shown(said.right)}"
            click.echo(f"judgement {said.number}: {pair}: {said.verdict}", err=True)
        for left, right in found.contradicted:
            pair = f"{shown(left)} and {shown(right)}"
            click.echo(f"{pair}: joined by a judgement that contradicts another; it holds nothing", err=True)
        counts = f"{found.records} records, {len(found.links)} links, {len(found.groups)} groups"
        click.echo(f"{counts}; {found.compared} compared", err=True)
    if not found.groups:
        sys.exit(NOTHING_FOUND)


@group.command("judge")
@as_officer
@click.argument("left")
@click.argument("right")
@click.argument("verdict", type=click.Choice(["positive", "negative", "unsure"]))
@click.option("--why", required=True, help="The reason, at least 20 characters; sealed.")
@json_option
def judge_own_persons(*, acting: Acting, left: str, right: str, verdict: str, why: str, as_json: bool) -> None:
    """Say of two own records that they are one person's, two persons', or that it is open.

    The evidence is kept as it is shown. No later run overrides what is said here; `person undo` takes it back.
    """
    from egnatia.cli.people_shown import explain, plain
    from egnatia.engines.people.link import Verdict
    from egnatia.enquiries.own_links import judge_own

    pair = RecordRef(left), RecordRef(right)
    number, match = acting.commit(lambda tx, officer, now: judge_own(tx, officer, pair, Verdict(verdict), why, now))
    if as_json:
        echo_json({"judgement": number, "verdict": verdict, "evidence": plain(match)})
    else:
        explain(match, f"{left} and {right}")
        click.echo(f"judgement {number}: {verdict}")


@group.command("undo")
@as_officer
@click.argument("number", type=click.IntRange(1, MAX_NUMBER))
@click.option("--why", required=True, help="The reason, at least 20 characters; sealed.")
def undo_judgement(*, acting: Acting, number: int, why: str) -> None:
    """Take a judgement of two own records back: what stood before it stands again. The book keeps both."""
    from egnatia.enquiries.own_links import undo_own

    acting.commit(lambda tx, officer, now: undo_own(tx, officer, number, why, now))
    click.echo(f"judgement {number} is undone")
