"""`egnatia lookup`: local lists of a crossing point, and looking somebody up in them when nobody can be asked."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from egnatia.cli.common import (
    echo_json,
    echo_table,
    json_option,
    node_option,
    officer_options,
    open_node,
    shown,
    sign_in,
)
from egnatia.model.borders import Direction, ListKind

if TYPE_CHECKING:
    from egnatia.casework.borders.lookups import LookedUp

_WORDS = {
    "may_be_asked": "a grant allows it; `egnatia enquiry send` asks",
    "unreachable": "could not be reached when it was last tried",
    "not_issuer": "did not issue the document and cannot know its number",
    "not_granted": "no grant allows it",
}


@click.group()
def group() -> None:
    """Local lists for the border check: lost documents, wanted persons, entry bans, returns."""


@group.command("import")
@node_option
@officer_options
@click.option("--kind", type=click.Choice([each.value for each in ListKind]), required=True, help="What it is of.")
@click.option("--name", required=True, help="Whose list it is; one of this kind and name takes the old one's place.")
@click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), required=True, metavar="DATE", help="The day it says it is of."
)
@click.option(
    "--fresh-days", type=click.IntRange(1, 366), default=1, show_default=True, help="Days until it is overdue."
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def import_(
    *,
    node_directory: Path,
    officer_name: str,
    password_file: Path | None,
    file: Path,
    **given: Any,
) -> None:
    """Take a list in from a CSV FILE, whole, in the place of the one before.

    A list of documents has the columns of a register; a list of persons has ref, first_names, family_names, birth_date
    and identifiers. Of persons only keyed hashes and the reference are kept. One bad line stops the import.
    """
    from egnatia.cli.register import good_rows
    from egnatia.enquiries.local_lists import ListFacts, import_list

    facts = ListFacts(ListKind(given["kind"]), given["name"], given["as_of"].date(), given["fresh_days"])
    documents = facts.kind is ListKind.LOST_STOLEN
    rows = good_rows(file, _documents if documents else _persons, _problem)
    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        keys = node.desk.keys
        taken = node.commit(lambda tx: import_list(tx, keys, officer, facts, rows, node.clock()))
    click.echo(f"taken in: {taken.entries} entries, {'OVERDUE already' if taken.overdue else 'up to date'}")


def _documents(stream: BinaryIO) -> Iterator[Any]:
    from egnatia.engines.documents.registers.register import bounded_lines, read_register

    with io.TextIOWrapper(stream, "utf-8-sig", "replace", newline="") as text:
        yield from read_register(bounded_lines(text))


def _persons(stream: BinaryIO) -> Iterator[Any]:
    from egnatia.engines.people import read_persons

    yield from read_persons(stream)


def _problem(row: Any) -> str | None:
    reason: str | None = getattr(row, "reason", None) or getattr(row, "problem", None)
    return reason


@group.command("list")
@node_option
@json_option
@click.pass_context
def list_(ctx: click.Context, *, node_directory: Path, as_json: bool) -> None:
    """Show every list with its day. The exit status is 1 while one is overdue."""
    from egnatia.enquiries.local_lists import local_lists

    with open_node(node_directory) as node, node.database.read() as tx:
        found = local_lists(tx, node.clock())
    if as_json:
        echo_json(found)
    else:
        echo_table(
            ("list", "kind", "whose", "of", "entries", "state", "goes on"),
            (
                (
                    each.id,
                    each.kind.value,
                    each.name,
                    each.as_of,
                    each.entries,
                    "OVERDUE" if each.overdue else "fresh",
                    each.erase_on.date(),
                )
                for each in found
            ),
        )
    ctx.exit(1 if any(each.overdue for each in found) else 0)


@group.command()
@node_option
@officer_options
@click.argument("list_id")
@click.option("--why", required=True, help="The reason, at least 20 characters.")
def erase(*, node_directory: Path, officer_name: str, password_file: Path | None, list_id: str, why: str) -> None:
    """Take a list out, with everything in it."""
    from egnatia.enquiries.local_lists import erase_list

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        node.commit(lambda tx: erase_list(tx, officer, list_id, why, node.clock()))
    click.echo("the list is gone")


@group.command()
@node_option
@officer_options
@click.option("--bcp", required=True, help="Crossing point, such as DURRES-1.")
@click.option("--direction", type=click.Choice([each.value for each in Direction]), required=True, help="Which way.")
@click.option("--zone", default="", help="The machine-readable zone; instead of the options below.")
@click.option("--issuer", default="", help="Issuing state's code as in the zone.")
@click.option("--document-type", default="", help="P, I or V.")
@click.option("--number", default="", help="The document's number.")
@click.option("--first", "first_names", default="", help="First names.")
@click.option("--family", "family_names", default="", help="Family names.")
@click.option("--born", "birth_date", default="", help="Date of birth, YYYY-MM-DD.")
@json_option
@click.pass_context
def check(
    ctx: click.Context,
    /,
    *,
    node_directory: Path,
    officer_name: str,
    password_file: Path | None,
    zone: str,
    as_json: bool,
    **given: str,
) -> None:
    """Look somebody up in the lists at hand; nothing leaves the node. The exit status is 1 where a list has a hit.

    A hit decides nothing: it suggests a reason for a further check, and an officer chooses. Whoever leaves is held against
    no entry ban and no past return: these lists are not opened.
    """
    from egnatia.casework.borders.lookups import Traveller, look_up, traveller_of

    where = (given.pop("bcp").upper(), Direction(given.pop("direction")))
    with open_node(node_directory) as node:
        who = traveller_of(zone, node.clock().date()) if zone else Traveller(**given)
        officer = sign_in(node, officer_name, password_file)
        found = node.commit(lambda tx: look_up(tx, node.desk, officer, where, who, node.clock()))
    if as_json:
        echo_json(found)
    else:
        _show(found)
    ctx.exit(1 if found.hit else 0)


def _show(found: "LookedUp") -> None:
    for each in found.answers:
        state = f"{each.kind.value} list of {shown(each.name)} of {each.as_of}{', OVERDUE' if each.overdue else ''}"
        click.echo(f"{state}: {'nothing found' if not each.hits else f'{len(each.hits)} found'}")
        for hit in each.hits:
            words = ", ".join(code.value for code in hit.evidence)
            category = "" if hit.category is None else f"{hit.category.value}; "
            click.echo(f"  {shown(hit.ref)}  {hit.quality:.3f}  {category}{words}")
    for kind in found.absent:
        click.echo(f"{kind.value}: NOT LOOKED UP, there is no such list here, or nothing to look for")
    for kind in found.left_out:
        click.echo(f"{kind.value}: not opened for somebody who leaves")
    for reason in found.suggested:
        click.echo(f"a further check may have the reason {reason.value}; you decide")
    for partner in found.unasked:
        click.echo(f"{partner.partner} was not asked: {_WORDS[partner.why.value]}", err=True)
