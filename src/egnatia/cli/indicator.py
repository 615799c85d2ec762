"""`egnatia indicator`: figures, each with the records behind it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from egnatia.cli.common import echo_json, echo_table, json_option, node_option, open_node

if TYPE_CHECKING:
    from egnatia.indicators import Figure

_FIRST_DAY = datetime(2000, 1, 1, tzinfo=UTC)
"""Before any record: a window without a start."""


@click.group()
def group() -> None:
    """Figures, each with the records behind it."""


@group.command("list")
@json_option
def list_(*, as_json: bool) -> None:
    """List every indicator with its unit and what it counts."""
    from egnatia.indicators import definitions

    if as_json:
        echo_json(definitions())
        return
    echo_table(
        ("indicator", "version", "unit", "label", "what is counted"),
        ((each.id, each.version, each.unit.value, each.label, each.explanation) for each in definitions()),
    )


@group.command()
@click.argument("indicator", required=False)
@click.option("--from", "start", type=click.DateTime(), default=None, help="First moment that counts, UTC.")
@click.option(
    "--to", "end", type=click.DateTime(), default=None, help="First moment that counts no more, UTC; now if left out."
)
@node_option
@json_option
def show(
    *, indicator: str | None, start: datetime | None, end: datetime | None, node_directory: Path, as_json: bool
) -> None:
    """Show INDICATOR with its records, or without a name the whole funnel side by side."""
    from egnatia.indicators import definition, evaluate, funnel

    with open_node(node_directory) as node, node.database.read() as tx:
        window = (_utc(start) or _FIRST_DAY, _utc(end) or node.clock())
        if indicator is not None:
            figures = [evaluate(tx, definition(indicator), *window)]
        else:
            shown = funnel(tx, *window)
            figures = [*shown.steps, shown.refusals, shown.follow_up_refusals]
    if as_json:
        echo_json(figures)
    elif indicator is None:
        echo_table(("figure", "unit", "value"), ((each.label, each.unit.value, each.value) for each in figures))
    else:
        _print(figures[0])


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.replace(tzinfo=UTC)


def _print(figure: "Figure") -> None:
    """One figure, its breakdown, and the reference of every record behind it."""
    click.echo(f"{figure.label}: {figure.value} ({figure.unit.value}; {figure.id} version {figure.version})")
    for each in figure.groups:
        click.echo(f"  {', '.join(each.key)}: {each.value}")
    for one in figure.shares():
        of = f"{one.number} of {one.of} = {one.number / one.of:.1%} ({one.low:.1%} to {one.high:.1%})"
        click.echo(f"  share, {', '.join(one.key) or 'all together'}: {of}")
    for record in figure.records:
        click.echo(f"  {record.source} {record.id}")
    for record in figure.not_counted:
        click.echo(f"  not counted: {record.source} {record.id}")
