"""`egnatia dna elimination|sample|retype`: what was held back, what has to be destroyed, and what was typed since."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

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
from egnatia.cli.dna_node import read_all
from egnatia.cli.dna_options import FILE, kind_option
from egnatia.model.dna import EliminationState

_FINDINGS = click.Choice([EliminationState.CONTAMINATION.value, EliminationState.CLEARED.value])


@click.group("elimination")
def elimination() -> None:
    """Traces that were held back because somebody may have touched them, or a victim."""


@elimination.command("list")
@node_option
@click.option("--state", type=one_of(EliminationState), help="Only these.")
@json_option
def list_eliminations(*, node_directory: Path, state: str | None, as_json: bool) -> None:
    """List what was held back, open ones first."""
    from egnatia.enquiries.dna.elimination import eliminations

    with open_node(node_directory) as node, node.database.read() as tx:
        found = eliminations(tx, EliminationState(state) if state else None)
    if as_json:
        echo_json([asdict(each) for each in found])
    else:
        rows = (
            (each.id, each.ref, each.against, each.category, each.how, each.state.value, each.proposed_by)
            for each in found
        )
        echo_table(("id", "trace", "agrees with", "kept as", "how", "state", "clearing proposed by"), rows)


@elimination.command("find")
@node_option
@officer_options
@click.argument("elimination_id")
@click.option(
    "--found", "finding", type=_FINDINGS, required=True, help="Clearing needs two examiners, contamination one."
)
@click.option("--why", required=True, help="Reasons, at least 20 characters; sealed.")
def find_elimination(
    *, node_directory: Path, officer_name: str, password_file: Path | None, elimination_id: str, finding: str, why: str
) -> None:
    """Say what you find of what was held back under ELIMINATION_ID.

    As contamination the trace stays here for good, at once. Cleared it may be asked about again, when a second examiner
    finds so too.
    """
    from egnatia.enquiries.dna.elimination import find

    said = (EliminationState(finding), why)
    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        state = node.commit(lambda tx: find(tx, officer, elimination_id, said, node.clock()))
    waits = "; a second examiner has to clear it too" if state.value != finding else ""
    click.echo(f"{elimination_id} is {state.value}{waits}")


@click.group("sample")
def sample() -> None:
    """The samples from which profiles were made: things in a laboratory, with a life of their own."""


@sample.command("due")
@node_option
@json_option
def due(*, node_directory: Path, as_json: bool) -> None:
    """List samples that should have been destroyed, the most overdue first. Exit status 1 when there are any."""
    from egnatia.enquiries.dna.retention import samples_due

    with open_node(node_directory) as node, node.database.read() as tx:
        found = samples_due(tx, node.clock())
    if as_json:
        echo_json([asdict(each) for each in found])
    else:
        echo_table(
            ("profile", "kept as", "due"), ((each.ref, each.category.value, each.due_at.date()) for each in found)
        )
    if found:
        raise SystemExit(1)


@sample.command("destroyed")
@node_option
@officer_options
@click.argument("ref")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The day on which it was destroyed.")
def destroyed(*, node_directory: Path, officer_name: str, password_file: Path | None, ref: str, on: datetime) -> None:
    """Record that the sample behind the profile REF was destroyed. The profile stays for its own time."""
    from egnatia.enquiries.dna.retention import sample_destroyed

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        node.commit(lambda tx: sample_destroyed(tx, officer, ref, on.date(), node.clock()))
    click.echo(f"sample of {ref} destroyed on {on.date()}")


@click.command("retype")
@node_option
@officer_options
@click.argument("file", type=FILE)
@kind_option
def retype(*, node_directory: Path, officer_name: str, password_file: Path | None, file: Path, **given: Any) -> None:
    """Take more loci of profiles that are here from FILE: all of them, or none. What was typed before has to agree."""
    from egnatia.enquiries.dna.retyping import retype as retype_profiles

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        count = node.commit(lambda tx: retype_profiles(tx, officer, read_all(file, given["kind"]), node.clock()))
    click.echo(f"{count:,} profiles have more loci")


COMMANDS: tuple[click.Command, ...] = (elimination, sample, retype)
