"""`egnatia crossing place`, `pack` and `criteria`: where posts lie, and what one country's own rules have officers ask."""

from datetime import datetime
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
    sign_in,
)
from egnatia.model.borders import Criterion


@click.command()
@node_option
@officer_options
@click.argument("bcp")
@click.argument("latitude", type=float)
@click.argument("longitude", type=float)
def place(
    *, node_directory: Path, officer_name: str, password_file: Path | None, bcp: str, latitude: float, longitude: float
) -> None:
    """Say where a crossing point lies, in degrees; a suspected document in two places at once is seen by it."""
    from egnatia.casework.borders import place_crossing_point

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        at = (latitude, longitude)
        node.commit(lambda tx: place_crossing_point(tx, officer, bcp.upper(), at, node.clock()))
    click.echo(f"{bcp.upper()} lies at {latitude:.4f}, {longitude:.4f}")


@click.group()
def pack() -> None:
    """National rule packs: criteria that this country's officers ask about, as data."""


@pack.command("import")
@node_option
@officer_options
@click.argument("source")
def import_(*, node_directory: Path, officer_name: str, password_file: Path | None, source: str) -> None:
    """Take in a pack: a TOML file, or the name of one that comes with the program, such as alb-exit."""
    from egnatia.casework.borders.packs import SHIPPED, import_pack, shipped_pack

    content = shipped_pack(source) if source in SHIPPED else read_file(Path(source), "pack")
    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        taken = node.commit(lambda tx: import_pack(tx, node.code, officer, content, node.clock()))
    click.echo(f"{taken.id} of {taken.version}: {'on' if taken.enabled else 'off until it is enabled'}")


@pack.command("list")
@node_option
@json_option
def list_(*, node_directory: Path, as_json: bool) -> None:
    """Show the packs on this node."""
    from egnatia.casework.borders.packs import packs

    with open_node(node_directory) as node, node.database.read() as tx:
        found = packs(tx)
    if as_json:
        echo_json(found)
        return
    echo_table(
        ("pack", "version", "direction", "state", "asks about", "source"),
        (
            (
                each.id,
                each.version,
                each.direction.value,
                "on" if each.enabled else "off",
                ", ".join(each.asks),
                each.source,
            )
            for each in found
        ),
    )


@pack.command()
@node_option
@officer_options
@click.argument("pack_id")
def enable(*, node_directory: Path, officer_name: str, password_file: Path | None, pack_id: str) -> None:
    """Switch a pack on: its criteria are asked from now on."""
    _switch(node_directory, officer_name, password_file, pack_id, on=True)


@pack.command()
@node_option
@officer_options
@click.argument("pack_id")
def disable(*, node_directory: Path, officer_name: str, password_file: Path | None, pack_id: str) -> None:
    """Switch a pack off: nobody is asked any more."""
    _switch(node_directory, officer_name, password_file, pack_id, on=False)


def _switch(directory: Path, officer_name: str, password_file: Path | None, pack_id: str, *, on: bool) -> None:
    from egnatia.casework.borders.packs import switch_pack

    with open_node(directory) as node:
        officer = sign_in(node, officer_name, password_file)
        node.commit(lambda tx: switch_pack(tx, officer, pack_id, node.clock(), on=on))
    click.echo(f"{pack_id} is {'on' if on else 'off'}")


@pack.command()
@node_option
@officer_options
@click.argument("pack_id")
@click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), required=True, metavar="DATE", help="First day.")
@click.option("--to", "last", type=click.DateTime(["%Y-%m-%d"]), required=True, metavar="DATE", help="Last day.")
@json_option
def figures(
    *,
    node_directory: Path,
    officer_name: str,
    password_file: Path | None,
    pack_id: str,
    first: datetime,
    last: datetime,
    as_json: bool,
) -> None:
    """How often each criterion was met. Looking is logged."""
    from egnatia.casework.borders.packs import criteria_figures

    days = (first.date(), last.date())
    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        found = node.commit(lambda tx: criteria_figures(tx, officer, pack_id, days, node.clock()))
    if as_json:
        echo_json(found)
    else:
        echo_table(("criterion", "met", "not met"), ((each.criterion.value, each.met, each.not_met) for each in found))


@click.command()
@node_option
@officer_options
@click.argument("pack_id")
@click.option("--bcp", required=True, help="Crossing point, such as DURRES-1.")
@click.option(
    "--met", "met", type=click.Choice([each.value for each in Criterion]), multiple=True, help="Met; repeatable."
)
@click.option(
    "--not-met", "not_met", type=click.Choice([each.value for each in Criterion]), multiple=True, help="Not met."
)
def criteria(
    *,
    node_directory: Path,
    officer_name: str,
    password_file: Path | None,
    pack_id: str,
    bcp: str,
    met: tuple[str, ...],
    not_met: tuple[str, ...],
) -> None:
    """Note which criteria of a pack were met. Results alone are counted; nobody is refused because of one."""
    from egnatia.casework.borders.packs import note_criteria

    if set(met) & set(not_met):
        raise click.UsageError("A criterion is met or it is not.")
    results = {Criterion(each): True for each in met} | {Criterion(each): False for each in not_met}
    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        node.commit(lambda tx: note_criteria(tx, officer, bcp.upper(), pack_id, results, node.clock()))
    click.echo("noted; how the check ends is another question")
