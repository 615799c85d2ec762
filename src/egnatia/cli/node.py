"""`egnatia node`: create, check and serve one partner's node."""

from pathlib import Path

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
from egnatia.cli.node_copies import backup, restore
from egnatia.errors import InputError
from egnatia.model.ids import PARTNER_CODE, PartnerCode


@click.group()
def group() -> None:
    """Create, check and serve one partner's node."""


@group.command()
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False))
@click.option("--code", help="Three-letter partner code, such as ALB. Needed for a new node.")
@click.option("--name", default=None, help="What people call the node; the code if left out.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address that partners reach it by.")
@click.option("--exchange-port", type=click.IntRange(1, 65535), default=8440, show_default=True, help="For partners.")
@click.option("--console-port", type=click.IntRange(1, 65535), default=8441, show_default=True, help="For officers.")
def init(
    *, directory: Path, code: str | None, name: str | None, host: str, exchange_port: int, console_port: int
) -> None:
    """Create a node in DIRECTORY: settings, keys, database, card. On an existing node, upgrade its database."""
    from egnatia.node import create_node, upgrade_node
    from egnatia.settings import FILE_NAME, ConsoleSettings, ExchangeSettings, Settings

    if (directory / FILE_NAME).exists():
        upgrade_node(directory)
        click.echo(f"{directory}: the database is up to date")
        return
    if code is None or not PARTNER_CODE.fullmatch(code):
        raise InputError("a new node needs --code, three capital letters", hint="For example: --code ALB")
    settings = Settings(
        code=PartnerCode(code),
        name=name or code,
        exchange=ExchangeSettings(host=_listening(host), port=exchange_port, public_host=host),
        console=ConsoleSettings(port=console_port),
    )
    create_node(directory, settings).close()
    click.echo(f"{directory}: node {code} created; give {directory / 'card.json'} to your partners")
    click.echo(
        "Next: `egnatia account create`, `egnatia agreement import`, `egnatia partner add`, `egnatia node serve`."
    )


def _listening(host: str) -> str:
    """Where the exchange listens: on the very address partners use, or on all of them when they use a name."""
    import ipaddress

    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return "0.0.0.0"  # noqa: S104 - behind mutual TLS; docs/operations.md says how to narrow it


@group.command()
@node_option
@click.option("--until-input-ends", is_flag=True, help="Also stop when standard input ends: with whoever started it.")
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Processes that serve the exchange side by side; more than one needs PostgreSQL.",
)
def serve(*, node_directory: Path, until_input_ends: bool, workers: int) -> None:
    """Serve the exchange to partners and the console to officers, until interrupted."""
    from egnatia.cli.serving import serve_node

    serve_node(node_directory, until_input_ends=until_input_ends, workers=workers)


@group.command(hidden=True)
@node_option
def assist(*, node_directory: Path) -> None:
    """Serve the exchange beside `serve --workers`, which starts and ends this process."""
    from egnatia.cli.serving import serve_exchange

    serve_exchange(node_directory)


@group.command()
@node_option
def tidy(*, node_directory: Path) -> None:
    """Erase now whatever is due, flag late follow-ups, and say how much waits for review. `serve` does it every hour."""
    from egnatia.enquiries.tidy import tidy as keep_house

    with open_node(node_directory) as node:
        done = keep_house(node.commit, node.clock)
    click.echo(f"{done.erased} erased, {done.late} follow-ups newly late, {done.to_review} records to review")


@group.command()
@node_option
@json_option
def review(*, node_directory: Path, as_json: bool) -> None:
    """List records without an end whose day of review has come."""
    from egnatia.enquiries.tidy import to_review

    with open_node(node_directory) as node, node.database.read() as tx:
        rows = to_review(tx, node.clock())
    if as_json:
        echo_json(rows)
    else:
        lines = [(row.category, row.item, row.since, row.review_on) for row in rows]
        echo_table(("category", "reference", "since", "review on"), lines)


@group.command()
@node_option
@officer_options
@click.argument("category")
@click.argument("reference")
@click.option("--days", type=click.IntRange(1, 3650), required=True, help="Until the next review.")
@click.option("--why", "reason", required=True, help="Why it is still needed, at least 20 characters.")
def keep(
    *,
    node_directory: Path,
    officer_name: str,
    password_file: Path | None,
    category: str,
    reference: str,
    days: int,
    reason: str,
) -> None:
    """Record that a record is still needed, and when to look again. To end it, erase or withdraw it."""
    from egnatia.enquiries.tidy import keep_on

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        record, said = (category, reference), (reason, days)
        until = node.commit(lambda tx: keep_on(tx, officer, record, said, node.clock()))
    click.echo(f"{category} {reference}: to be reviewed again on {until:%Y-%m-%d}")


@group.command("renew-certificate")
@node_option
def renew_certificate(*, node_directory: Path) -> None:
    """Make a new TLS certificate and announce it. A serving node takes it into use within seconds; messages wait."""
    from egnatia.node import renew

    renewed = renew(node_directory)
    click.echo(f"new certificate, announced to: {', '.join(renewed.announced) or 'nobody'}")
    if renewed.by_hand:
        click.echo(f"give {node_directory / 'card.json'} to: {', '.join(renewed.by_hand)}")


@group.command()
@node_option
@json_option
def doctor(*, node_directory: Path, as_json: bool) -> None:
    """Check settings, keys, database, ledger, clock, certificates and partners. Exit status 1 if something is wrong."""
    from egnatia.operations.checkup import examine

    with open_node(node_directory) as node:
        checks = examine(node)
    if as_json:
        echo_json(checks)
    else:
        echo_table(("check", "state", "what"), [(each.name, each.state, each.text) for each in checks])
        for each in checks:
            if each.hint:
                click.echo(f"  → {each.name}: {shown(each.hint)}", err=True)
    if any(each.state == "wrong" for each in checks):
        raise click.exceptions.Exit(1)


@group.command()
@node_option
@json_option
def config(*, node_directory: Path, as_json: bool) -> None:
    """Show the settings in force, file and environment together. Keys are files and are never shown."""
    from dataclasses import asdict

    from egnatia.settings import load_settings, render_settings, without_secrets

    settings = without_secrets(load_settings(node_directory))
    if as_json:
        echo_json(asdict(settings))
    else:
        click.echo(render_settings(settings), nl=False)


group.add_command(backup)
group.add_command(restore)
