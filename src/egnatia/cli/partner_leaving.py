"""`egnatia partner`: suspending, parting, and what is owed afterwards."""

from pathlib import Path
from typing import Any

import click

from egnatia.cli.common import (
    echo_json,
    echo_table,
    json_option,
    node_option,
    officer_options,
    open_node,
    read_file,
    sign_in,
)
from egnatia.cli.partner_joining import check_free, write_out
from egnatia.errors import NotFoundError
from egnatia.model.ids import PartnerCode
from egnatia.model.states import ExitAction

_FILE = click.Path(path_type=Path, dir_okay=False)
_reason = click.option("--reason", required=True, help="Why, in a sentence of at least 20 characters; it is entered.")


@click.command()
@click.argument("code")
@_reason
@node_option
@officer_options
def suspend(*, code: str, reason: str, node_directory: Path, officer_name: str, password_file: Path | None) -> None:
    """Suspend the partner CODE now: nothing is asked or answered from here on, and what is pending is closed."""
    from egnatia.enquiries.membership.standing import suspend as suspend_partner

    with open_node(node_directory) as node:
        officer, partner = sign_in(node, officer_name, password_file), PartnerCode(code.upper())
        closed = node.commit(lambda tx: suspend_partner(tx, node.desk, officer, partner, reason, node.clock()))
    click.echo(f"{partner} is suspended; closed: {closed.asks} questions, {closed.follow_ups} follow-ups")


@click.command()
@click.argument("code")
@_reason
@node_option
@officer_options
def reinstate(*, code: str, reason: str, node_directory: Path, officer_name: str, password_file: Path | None) -> None:
    """Lift the suspension of the partner CODE; what was closed stays closed and can be asked again."""
    from egnatia.enquiries.membership.standing import reinstate as reinstate_partner

    with open_node(node_directory) as node:
        officer, partner = sign_in(node, officer_name, password_file), PartnerCode(code.upper())
        node.commit(lambda tx: reinstate_partner(tx, node.desk, officer, partner, reason, node.clock()))
    click.echo(f"{partner} is reinstated")


@click.command()
@click.argument("code")
@_reason
@node_option
@officer_options
def withdraw(*, code: str, reason: str, node_directory: Path, officer_name: str, password_file: Path | None) -> None:
    """Part from the partner CODE: pending closed, its keys revoked here, everything supplied listed to be settled."""
    from egnatia.enquiries.membership.exits import obligations
    from egnatia.enquiries.membership.standing import withdraw as part_from

    with open_node(node_directory) as node:
        officer, partner = sign_in(node, officer_name, password_file), PartnerCode(code.upper())
        closed = node.commit(lambda tx: part_from(tx, node.desk, officer, partner, reason, node.clock()))
        with node.database.read() as tx:
            owed = [each for each in obligations(tx, partner) if each.done_at is None]
    click.echo(f"{partner} has left; closed: {closed.asks} questions, {closed.follow_ups} follow-ups")
    click.echo(f"{len(owed)} items to return, erase or keep with a basis: `egnatia partner exit {partner}`")


@click.command("exit")
@click.argument("code", required=False)
@node_option
@json_option
def exit_(*, code: str | None, node_directory: Path, as_json: bool) -> None:
    """List what is owed after the partner CODE left, or after every exit: each item, when it is due, what became of it."""
    from egnatia.enquiries.membership.exits import obligations
    from egnatia.enquiries.membership.overview import overview

    partner = PartnerCode(code.upper()) if code else None
    with open_node(node_directory) as node, node.database.read() as tx:
        found = obligations(tx, partner)
        known = {each.code for each in overview(tx, node.clock()).partners}
    if partner is not None and not found and partner not in known:
        raise NotFoundError(
            f"{partner} is no partner of this node, and none that left it", hint="`egnatia partner list` shows them."
        )
    if as_json:
        echo_json(found)
        return
    echo_table(
        ("id", "partner", "direction", "what", "item", "due", "action", "done"),
        [
            (each.id, each.partner, each.direction, each.kind, each.item, each.due, each.action, each.done_at)
            for each in found
        ],
    )


@click.command()
@click.argument("item_id")
@click.option("--action", type=click.Choice([each.value for each in ExitAction]), required=True, help="What to do.")
@click.option("--basis", default="", help="Legal basis of keeping, or the reference under which it went back.")
@click.option("--certificate", type=_FILE, help="The partner's certificate, for an item that we supplied.")
@click.option("--out", type=_FILE, default=None, help="Write our signed certificate here, for the partner.")
@node_option
@officer_options
def settle(*, item_id: str, node_directory: Path, officer_name: str, password_file: Path | None, **given: Any) -> None:
    """Settle one item of an exit for good. Erasing what we received happens now and cannot be undone."""
    from egnatia.enquiries.membership.exits import Settlement
    from egnatia.enquiries.membership.exits import settle as settle_item

    out: Path | None = given["out"]
    if out is not None:
        check_free(out)
    content = read_file(given["certificate"], "certificate") if given["certificate"] else None
    what = Settlement(ExitAction(given["action"]), given["basis"], content)
    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        made = node.commit(lambda tx: settle_item(tx, node.desk, officer, item_id, what, node.clock()))
    if out is not None:
        write_out(out, made)
    click.echo(f"{item_id}: {what.action.value}")
