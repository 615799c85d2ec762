"""`egnatia partner`: whom this node knows, and whether they can be reached."""

from pathlib import Path

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
from egnatia.cli.partner_figures import reciprocity, transfer_basis, transfers
from egnatia.cli.partner_joining import (
    admit,
    conformance,
    consider,
    evidence,
    invite,
    join,
    renew,
    sign,
)
from egnatia.cli.partner_keys import keys, revoke_keys, rotate_keys
from egnatia.cli.partner_leaving import exit_, reinstate, settle, suspend, withdraw
from egnatia.cli.partner_lists import members, remind, take, verify
from egnatia.errors import InputError, RefusedError
from egnatia.model.officers import Action


@click.group()
def group() -> None:
    """Partners: cards, keys, membership, and whether they can be reached."""


@group.command()
@node_option
@officer_options
@click.argument("card", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--replace", is_flag=True, help="Accept a changed card of a known partner.")
@click.option("--revoke-old", is_flag=True, help="With --replace: the keys before were stolen and never come back.")
def add(
    *, node_directory: Path, officer_name: str, password_file: Path | None, card: Path, replace: bool, revoke_old: bool
) -> None:
    """Register a partner's card. Compare its fingerprint with the partner by telephone first."""
    from egnatia.accounts import authorise
    from egnatia.exchange.card import card_fingerprint

    if revoke_old and not replace:
        raise InputError("--revoke-old goes with --replace", hint="Only keys that are replaced can be revoked so.")
    content = _card_in(card)
    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        authorise(officer, Action.MANAGE_PARTNERS)
        partner = node.add_partner(content, officer.id, replace=replace, revoke_old=revoke_old)
    click.echo(f"{partner.code} {shown(partner.name)} registered; fingerprint {card_fingerprint(content)}")


def _card_in(path: Path) -> bytes:
    """The content of a card file.

    Raises:
        InputError: it cannot be read, or is no card.
    """
    from egnatia.exchange.card import read_card

    content = read_file(path, "card")
    try:
        read_card(content)
    except RefusedError as error:
        raise InputError(
            f"{path} is no partner's card: {error.detail}", hint="A partner makes its card with `egnatia partner card`."
        ) from None
    return content


@group.command("list")
@node_option
@json_option
def list_(*, node_directory: Path, as_json: bool) -> None:
    """List partners: whether each is up, slow or down and since when, what waits for it, what went wrong last."""
    from egnatia.exchange.dispatch import partner_states

    with open_node(node_directory) as node, node.database.read() as tx:
        states = partner_states(tx)
    if as_json:
        echo_json(states)
        return
    lines = [
        (each.partner, each.queued, each.state, each.since, each.oldest_queued, each.last_answered, each.last_error)
        for each in states
    ]
    echo_table(("partner", "waiting", "line", "since", "oldest", "last answer", "last problem"), lines)


@group.command()
@node_option
def card(*, node_directory: Path) -> None:
    """Print this node's own card, to give to partners, and on standard error its fingerprint, to read to them."""
    from egnatia.exchange.card import card_fingerprint

    with open_node(node_directory) as node:
        content = node.card()
    click.echo(content, nl=False)
    click.echo(f"fingerprint {card_fingerprint(content)}", err=True)


for _command in (
    invite,
    join,
    conformance,
    consider,
    evidence,
    admit,
    renew,
    sign,
    members,
    verify,
    take,
    remind,
    suspend,
    reinstate,
    withdraw,
    exit_,
    settle,
    transfers,
    transfer_basis,
    reciprocity,
    rotate_keys,
    keys,
    revoke_keys,
):
    group.add_command(_command)
