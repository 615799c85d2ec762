"""`egnatia case`: one case on one time axis."""

from pathlib import Path

import click

from egnatia.cli.common import echo_json, echo_table, json_option, node_option, open_node
from egnatia.errors import NotFoundError


@click.group()
def group() -> None:
    """One case from its first check to its outcome."""


@group.command("list")
@node_option
@json_option
def list_(*, node_directory: Path, as_json: bool) -> None:
    """List the cases of this node."""
    from egnatia.enquiries.timeline import cases

    with open_node(node_directory) as node, node.database.read() as tx:
        found = cases(tx)
    if as_json:
        echo_json([{"case_ref": each} for each in found])
    else:
        click.echo("\n".join(found))


@group.command()
@node_option
@click.argument("case_ref")
@json_option
def show(*, node_directory: Path, case_ref: str, as_json: bool) -> None:
    """Show every step of a case in order, as the ledger has it; decisions that wait for a second review are left out."""
    from egnatia.enquiries.review_veils import hidden_from_all, veiled_steps
    from egnatia.enquiries.timeline import case_timeline

    with open_node(node_directory) as node, node.database.read() as tx:
        steps = veiled_steps(case_timeline(tx, case_ref), hidden_from_all(tx))
    if not steps:
        raise NotFoundError(f"there is no case {case_ref}", hint="`egnatia case list` shows all of them.")
    if as_json:
        echo_json(steps)
        return
    lines = [(step.at, step.event.value, step.actor, step.partner, step.object_ref, step.sequence) for step in steps]
    echo_table(("at", "what", "who", "partner", "record", "ledger entry"), lines)
