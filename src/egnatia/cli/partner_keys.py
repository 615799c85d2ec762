"""`egnatia partner rotate-keys`, `keys` and `revoke-keys`: this node's own keys replaced, the partners' keys over time."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from egnatia.cli.common import echo_json, echo_table, json_option, node_option, officer_options, open_node, sign_in
from egnatia.errors import InputError, RefusedError
from egnatia.model.ids import PARTNER_CODE, PartnerCode
from egnatia.model.officers import Action
from egnatia.model.states import RefusalReason

if TYPE_CHECKING:
    from egnatia.exchange.rotation import Rotated, Rotation
    from egnatia.node import Node

Command = TypeVar("Command", bound=Callable[..., object])
MIN_WHY = 10
"""Characters of a reason: enough to say what happened."""


def _use(name: str, text: str) -> Callable[[Command], Command]:
    """A flag that names one of the keys to replace; all of them together are one argument."""
    return click.option(f"--{name}", "uses", flag_value=name, multiple=True, help=text)


@click.command("rotate-keys")
@node_option
@officer_options
@json_option
@_use("signing", "Replace the key that signs messages, cards and checkpoints.")
@_use("agreement", "Replace the key behind name tags; tags are made again.")
@_use("tls", "Replace the certificate.")
@click.option("--compromised", is_flag=True, help="The old keys may be in other hands: stop them everywhere at once.")
@click.option(
    "--bring-by-hand", is_flag=True, help="Go on although partners of an earlier release need the card by hand."
)
def rotate_keys(
    *,
    node_directory: Path,
    officer_name: str,
    password_file: Path | None,
    as_json: bool,
    uses: tuple[str, ...],
    compromised: bool,
    bring_by_hand: bool,
) -> None:
    """Replace keys of this node. Partners hear of it over the exchange; a serving node notices within seconds."""
    from egnatia.accounts import authorise
    from egnatia.exchange.rotation import Rotation

    wanted = Rotation(**dict.fromkeys(uses, True), compromised=compromised)
    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        authorise(officer, Action.MANAGE_PARTNERS)
        if compromised:
            _tell(node, wanted)
        elif not bring_by_hand:
            _check_releases(node)
        rotated = node.rotate_keys(wanted, officer.id)
    _conclude(node_directory, wanted, rotated, as_json=as_json)


def _check_releases(node: "Node") -> None:
    """Stop before a partner is cut off without anybody having meant it.

    Raises:
        RefusedError: PARTNER_TOO_OLD, naming who cannot hear of the new card over the exchange.
    """
    from egnatia.exchange.announcements import NEEDS
    from egnatia.exchange.directory import believed_cards
    from egnatia.exchange.protocols import protocol_of

    with node.database.read() as tx:
        old = [code for code in believed_cards(tx) if protocol_of(tx, code) < NEEDS]
    if old:
        raise RefusedError(
            RefusalReason.PARTNER_TOO_OLD,
            f"the nodes of {', '.join(old)} cannot be told over the exchange, or were not reached since they were upgraded",
            hint="Serve this node for a minute so that it learns what they speak, or repeat with --bring-by-hand"
            " and take card.json to them.",
        )


def _tell(node: "Node", wanted: "Rotation") -> None:
    """Tell every partner that the old keys are stolen, while they still open doors, and say who has to be telephoned."""
    import asyncio

    from egnatia.exchange.announcements import tell_stolen
    from egnatia.exchange.client import HttpsLine

    async def told() -> None:
        line = HttpsLine(node.keys)
        try:
            heard = await tell_stolen(node.database, node.keys, line, wanted.uses, node.clock())
        finally:
            await line.close()
        click.echo(f"stopped believing the old keys: {', '.join(heard.told) or 'nobody'}", err=True)
        if heard.not_reached:
            click.echo(f"TELEPHONE NOW, not reached: {', '.join(heard.not_reached)}", err=True)

    click.echo("telling the partners that the old keys are stolen …", err=True)
    asyncio.run(told())


def _conclude(directory: Path, wanted: "Rotation", rotated: "Rotated", *, as_json: bool) -> None:
    from egnatia.exchange.card import card_fingerprint

    fingerprint = card_fingerprint(rotated.card)
    if as_json:
        keys = [each.value for each in wanted.uses]
        facts = {"announced": rotated.announced, "by_hand": rotated.by_hand, "keys": keys}
        echo_json(facts | {"compromised": wanted.compromised, "card_sha256": fingerprint.replace(" ", "")})
        return
    click.echo(f"replaced: {', '.join(wanted.uses)}; new card {directory / 'card.json'}")
    click.echo(f"fingerprint {fingerprint}")
    if rotated.announced:
        click.echo(f"announced over the exchange to: {', '.join(rotated.announced)}")
    if rotated.by_hand:
        verb = "--replace --revoke-old" if wanted.compromised else "--replace"
        click.echo(f"needed by hand at: {', '.join(rotated.by_hand)} (there: `egnatia partner add {verb}`)")


@click.command()
@node_option
@json_option
@click.argument("partner", required=False)
def keys(*, node_directory: Path, as_json: bool, partner: str | None) -> None:
    """List keys over time: of PARTNER, or of every partner and of this node."""
    from egnatia.exchange.directory import cards
    from egnatia.exchange.key_history import keys_of

    with open_node(node_directory) as node, node.database.read() as tx:
        wanted = [_code(partner)] if partner else [node.code, *sorted(cards(tx))]
        found = [each for code in wanted for each in keys_of(tx, code)]
    rows = [
        (each.partner, each.use, each.value.hex()[:16], each.valid_from, each.retired_at, each.revoked_at)
        for each in found
    ]
    names = ("partner", "use", "key", "known since", "replaced", "revoked")
    if as_json:
        echo_json(
            [
                dict(zip(("partner", "use", "key", "valid_from", "retired_at", "revoked_at"), row, strict=True))
                for row in rows
            ]
        )
    else:
        echo_table(names, rows)


def _code(text: str) -> PartnerCode:
    if not PARTNER_CODE.fullmatch(text):
        raise InputError(f"{text!r} is not a partner's code", hint="A code is three capital letters, such as XKX.")
    return PartnerCode(text)


@click.command("revoke-keys")
@node_option
@officer_options
@click.argument("partner")
@click.option("--why", required=True, help="What happened; at least 10 characters, for the ledger.")
def revoke_keys(*, node_directory: Path, officer_name: str, password_file: Path | None, partner: str, why: str) -> None:
    """Believe nothing by PARTNER's present keys from now on, until its new card is registered. Messages to it wait."""
    from egnatia.accounts import authorise
    from egnatia.enquiries.desk import check_text
    from egnatia.exchange import announcements

    code = _code(partner)
    reason = check_text("reason", why, MIN_WHY)
    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        authorise(officer, Action.MANAGE_PARTNERS)
        node.commit(lambda tx: announcements.revoke_keys(tx, code, officer.id, reason, node.clock()))
    click.echo(f"{code}: nothing by its present keys is believed any more")
    click.echo("When it has new keys: compare the fingerprint, then `egnatia partner add CARD --replace --revoke-old`.")
