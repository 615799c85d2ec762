"""`egnatia series`: which false documents known to this node seem to come from one source."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from egnatia.cli.common import echo_json, echo_table, json_option, node_option, officer_options, open_node, sign_in

if TYPE_CHECKING:
    from egnatia.casework.intelligence.series import KnownSeries


@click.group()
def group() -> None:
    """False documents that seem to come from one source; worked out anew each time."""


@group.command("list")
@node_option
@officer_options
@json_option
def list_(*, node_directory: Path, officer_name: str, password_file: Path | None, as_json: bool) -> None:
    """List the series among the documents confirmed here and the alerts of partners, the largest first."""
    from egnatia.casework.intelligence import known_series

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        with node.database.read() as tx:
            found = known_series(tx, officer, node.clock().date())
    if as_json:
        echo_json([_plain(each) for each in found])
        return
    echo_table(
        ("series", "documents", "bits", "partners", "first", "last"),
        (
            (
                each.series.reference,
                len(each.series.members),
                f"{each.series.bits:.1f}",
                ", ".join(each.originators),
                each.first,
                each.last,
            )
            for each in found
        ),
    )


def _plain(found: "KnownSeries") -> dict[str, Any]:
    from egnatia.engines.documents.series.files import by_kind

    return {
        "reference": found.series.reference,
        "members": found.series.members,
        "bits": round(found.series.bits, 2),
        "features": by_kind(found.series.features),
        "originators": found.originators,
        "first": found.first,
        "last": found.last,
    }


@group.command()
@node_option
@officer_options
@click.argument("reference")
@json_option
def show(*, node_directory: Path, officer_name: str, password_file: Path | None, reference: str, as_json: bool) -> None:
    """Show the series of which REFERENCE is a member: what its documents have in common, feature by feature."""
    from egnatia.casework.intelligence.series import one_series
    from egnatia.engines.documents.series.files import by_kind

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        with node.database.read() as tx:
            found = one_series(tx, officer, reference, node.clock().date())
    if as_json:
        echo_json(_plain(found))
        return
    click.echo(
        f"series {found.series.reference}: {len(found.series.members)} documents of {', '.join(found.originators)}"
    )
    for kind, values in by_kind(found.series.features).items():
        click.echo(f"  {kind.replace('_', ' ')}: {', '.join(values)}")
    echo_table(("member", "bits against the first"), [(each.other, f"{each.bits:.1f}") for each in found.likenesses])
    click.echo("That they come from one source is a suggestion; a person says so.")
