"""`egnatia crossing rates`, `relax`, `restore`, `relaxations`: what a supervisor answers for."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from egnatia.cli.common import (
    echo_json,
    echo_table,
    json_option,
    node_option,
    officer_options,
    one_of,
    open_node,
    sign_in,
)
from egnatia.model.borders import Direction, RelaxationReason

if TYPE_CHECKING:
    from egnatia.casework.borders import Rate


@click.command("rates")
@node_option
@officer_options
@click.option(
    "--by",
    type=click.Choice(["nationality", "sex", "age_band", "reason", "bcp"]),
    default="reason",
    show_default=True,
    help="What the groups share.",
)
@click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), required=True, metavar="DATE", help="First day.")
@click.option("--to", "last", type=click.DateTime(["%Y-%m-%d"]), required=True, metavar="DATE", help="Last day.")
@click.option("--publish", is_flag=True, help="Hide also what outsiders could work out from several such tables.")
@json_option
def rates_(
    *,
    node_directory: Path,
    officer_name: str,
    password_file: Path | None,
    by: str,
    publish: bool,
    as_json: bool,
    **given: datetime,
) -> None:
    """How often people are asked to a further check, and how often something is found, by group. Looking is logged.

    Groups of fewer than 10 persons are not shown. With --publish small numbers of referrals are hidden as well, and one
    more group where a single hidden one could be worked out.
    """
    from egnatia.casework.borders import rates

    period: tuple[date, date] = (given["first"].date(), given["last"].date())
    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        found = node.commit(lambda tx: rates(tx, officer, by, period, node.clock(), publish=publish))
    if as_json:
        echo_json(found)
        return
    echo_table(
        (by.replace("_", " "), "checked", "referred", "share", "found", "share of referred"),
        (_told(each) for each in found),
    )


def _told(each: "Rate") -> tuple[object, ...]:
    if not each.shown:
        return (each.group, "hidden", None, None, None, None)
    if not each.referrals_shown:
        return (each.group, each.checked, "hidden", None, None, None)
    return (each.group, each.checked, each.referred, f"{each.referral_rate:.1%}", each.found, f"{each.hit_rate:.1%}")


@click.command()
@node_option
@officer_options
@click.option("--bcp", required=True, help="Crossing point, such as DURRES-1.")
@click.option("--direction", type=one_of(Direction), required=True, help="Exit first; entry only while exit is.")
@click.option("--reason", type=one_of(RelaxationReason), required=True, help="From the list.")
@click.option("--hours", type=click.IntRange(1, 24), required=True, help="For how long; after that, decide anew.")
def relax(
    *,
    node_directory: Path,
    officer_name: str,
    password_file: Path | None,
    bcp: str,
    direction: str,
    reason: str,
    hours: int,
) -> None:
    """Relax checks at a crossing point for some hours, in your name. Prints the decision's id."""
    from egnatia.casework import borders

    where, length = (bcp.upper(), Direction(direction)), timedelta(hours=hours)
    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        made = node.commit(lambda tx: borders.relax(tx, officer, where, RelaxationReason(reason), length, node.clock()))
    click.echo(made)


@click.command()
@node_option
@officer_options
@click.argument("relaxation_id")
def restore(*, node_directory: Path, officer_name: str, password_file: Path | None, relaxation_id: str) -> None:
    """End a relaxation before its time."""
    from egnatia.casework import borders

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        node.commit(lambda tx: borders.restore(tx, officer, relaxation_id, node.clock()))
    click.echo("checks are made in full again")


@click.command()
@node_option
@click.option("--now", "only_now", is_flag=True, help="Only those that hold at this moment.")
@json_option
def relaxations(*, node_directory: Path, only_now: bool, as_json: bool) -> None:
    """List who relaxed checks where, why and until when, the newest first."""
    from egnatia.casework import borders

    with open_node(node_directory) as node, node.database.read() as tx:
        found = borders.relaxations(tx, node.clock(), only_now=only_now)
        now = node.clock()
    if as_json:
        echo_json(found)
        return
    echo_table(
        ("relaxation", "crossing", "direction", "reason", "from", "until", "by", "state"),
        (
            (
                each.id,
                each.bcp,
                each.direction,
                each.reason,
                each.begins_at,
                each.ended_at or each.until,
                each.authorised_by,
                "holds" if each.holds(now) else "over",
            )
            for each in found
        ),
    )
