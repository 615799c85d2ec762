"""`egnatia node`: create, check and serve one partner's node."""

from pathlib import Path

import click

from egnatia.cli.common import echo_json, echo_table, json_option, node_option, open_node, shown
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
def serve(*, node_directory: Path, until_input_ends: bool) -> None:
    """Serve the exchange to partners and the console to officers, until interrupted."""
    from egnatia.cli.serving import serve_node

    serve_node(node_directory, until_input_ends=until_input_ends)


@group.command("renew-certificate")
@node_option
def renew_certificate(*, node_directory: Path) -> None:
    """Make a new TLS certificate. Then restart the node and give partners its new card; messages wait meanwhile."""
    from egnatia.node import renew

    renew(node_directory)
    click.echo(f"new certificate; restart the node and give {node_directory / 'card.json'} to your partners")


@group.command()
@node_option
@json_option
def doctor(*, node_directory: Path, as_json: bool) -> None:
    """Check settings, keys, database, ledger, clock, certificates and partners. Exit status 1 if something is wrong."""
    from egnatia.cli.checkup import examine

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
