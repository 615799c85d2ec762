"""`egnatia partner`: membership lists: shown, verified without a node, taken from files, sent again."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from egnatia.cli.common import (
    echo_json,
    echo_table,
    json_option,
    node_option,
    officer_options,
    open_node,
    read_file,
    shown,
    sign_in,
)
from egnatia.cli.partner_joining import write_out
from egnatia.errors import InputError

if TYPE_CHECKING:
    from egnatia.exchange.membership.signed_list import SignedList

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.option("--out", type=_FILE, default=None, help="Also write the list in force, with its signatures, to a file.")
@node_option
@json_option
def members(*, out: Path | None, node_directory: Path, as_json: bool) -> None:
    """Show the membership list in force, how long it holds, proposals with who has signed, and candidates."""
    from egnatia.enquiries.membership.overview import overview
    from egnatia.exchange.membership.lists import in_force
    from egnatia.exchange.membership.signed_list import write_document

    with open_node(node_directory) as node, node.database.read() as tx:
        view, held = overview(tx, node.clock()), in_force(tx)
    if out is not None:
        if held is None:
            raise InputError("this node has no membership list yet", hint="`egnatia partner renew` proposes the first.")
        write_out(out, write_document(held))
    if as_json:
        echo_json(view)
        return
    echo_table(
        ("partner", "on the list", "here", "since", "name"),
        [(each.code, each.listed, each.standing, each.since, each.name) for each in view.partners],
    )
    for line in view.lines():
        click.echo(shown(line))


@click.command()
@click.argument("lists", type=_FILE, nargs=-1, required=True)
@click.option(
    "--card",
    "cards",
    type=_FILE,
    multiple=True,
    help="A member's card: its key has to be the one listed. Give the earlier card too where it has new keys.",
)
@json_option
def verify(*, lists: tuple[Path, ...], cards: tuple[Path, ...], as_json: bool) -> None:
    """Verify files of membership LISTS, oldest first, without any node."""
    from egnatia.errors import RefusedError
    from egnatia.exchange.card import read_card
    from egnatia.exchange.membership.signed_list import read_document, verify_complete

    before: SignedList | None = None
    try:
        given = [read_card(read_file(each, "card")) for each in cards]
        keys = {card.code: {one.signing_key for one in given if one.code == card.code} for card in given}
        for path in lists:
            signed = read_document(read_file(path, "list"))
            first = before is None and signed.made.version > 1
            verify_complete(signed, None if first else before, keys, anchored=not first)
            before = signed
            _tell_verified(signed, as_json=as_json)
    except RefusedError as error:
        raise InputError(f"this is no membership list: {error.detail}") from None


def _tell_verified(signed: "SignedList", *, as_json: bool) -> None:
    made = signed.made
    if as_json:
        echo_json({"version": made.version, "valid_until": made.valid_until, "members": sorted(made.codes)})
        return
    click.echo(f"list {made.version} holds until {made.valid_until:%Y-%m-%d}: {', '.join(sorted(made.codes))}")


@click.command()
@click.argument("lists", type=_FILE, nargs=-1, required=True)
@node_option
@officer_options
def take(*, lists: tuple[Path, ...], node_directory: Path, officer_name: str, password_file: Path | None) -> None:
    """Take membership LISTS from files that another member wrote by `members --out`, oldest first."""
    from egnatia.enquiries.membership.taking import take_file

    contents = [read_file(path, "list") for path in lists]
    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        for content in contents:
            known = node.commit(partial(take_file, desk=node.desk, officer=officer, content=content, now=node.clock()))
            click.echo(f"membership list {known.signed.made.version}: {known.state.replace('_', ' ')}")


@click.command()
@node_option
@officer_options
def remind(*, node_directory: Path, officer_name: str, password_file: Path | None) -> None:
    """Send the proposal that waits, or else the list in force, to every member again."""
    from egnatia.enquiries.membership.signing import remind as remind_members

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        version = node.commit(lambda tx: remind_members(tx, node.desk, officer, node.clock()))
    click.echo(f"membership list {version} is sent again")
