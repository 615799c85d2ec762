"""`egnatia dna elimination|sample|retype`: what was held back, what has to be destroyed, and what was typed since."""

from datetime import datetime
from pathlib import Path

import click

from egnatia.cli.acting import Acting, as_officer
from egnatia.cli.common import echo_list, json_option, node_option, one_of, open_node
from egnatia.cli.dna_node import read_all, screen
from egnatia.cli.dna_options import FILE, kind_option
from egnatia.model.dna import EliminationState

_FINDINGS = click.Choice([EliminationState.CONTAMINATION.value, EliminationState.CLEARED.value])


@click.group("elimination")
def elimination() -> None:
    """Traces held back because they may be of somebody who touched them, or of a victim."""


@elimination.command("list")
@as_officer
@click.option("--state", type=one_of(EliminationState), help="Only those in this state.")
@json_option
def list_eliminations(*, acting: Acting, state: str | None, as_json: bool) -> None:
    """List what was held back, open ones first. It says whose profile a trace agrees with, so it is for who decides on it."""
    from egnatia.accounts import authorise
    from egnatia.enquiries.dna.elimination import eliminations
    from egnatia.model.officers import Action

    authorise(acting.officer, Action.DECIDE_ELIMINATION)
    with acting.node.database.read() as tx:
        found = eliminations(tx, EliminationState(state) if state else None)
    echo_list(
        found,
        (
            "id",
            "trace",
            "agrees with",
            "kept as",
            "how",
            "state",
            "clearing proposed by",
            "candidates",
            "hits",
            "known to",
        ),
        lambda row: (
            *(row.id, row.ref, row.against, row.category, row.how, row.state.value, row.proposed_by),
            *(row.candidates, row.hits, " ".join(row.partners)),
        ),
        as_json=as_json,
    )


@elimination.command("find")
@as_officer
@click.argument("elimination_id")
@click.option(
    "--found",
    "finding",
    type=_FINDINGS,
    required=True,
    help="That it is contamination, one examiner finds; that it is cleared, two.",
)
@click.option("--why", required=True, help="Reasons, at least 20 characters; sealed.")
def find_elimination(*, acting: Acting, elimination_id: str, finding: str, why: str) -> None:
    """Say what you find of what was held back under ELIMINATION_ID.

    As contamination the trace stays here for good, at once. Cleared it may be asked about again, when a second examiner
    finds so too.
    """
    from egnatia.enquiries.dna.elimination import find

    said = (EliminationState(finding), why)
    state = acting.commit(lambda tx, officer, now: find(tx, officer, elimination_id, said, now))
    waits = "; a second examiner has to clear it too" if state.value != finding else ""
    click.echo(f"{elimination_id} is {state.value}{waits}")


@click.group("sample")
def sample() -> None:
    """The samples from which profiles were typed: which are due to be destroyed, and which were."""


@sample.command("due")
@node_option
@json_option
def due(*, node_directory: Path, as_json: bool) -> None:
    """List samples that should have been destroyed, the most overdue first. Exit status 1 when there are any."""
    from egnatia.enquiries.dna.retention import samples_due

    with open_node(node_directory) as node, node.database.read() as tx:
        found = samples_due(tx, node.clock())
    echo_list(
        found,
        ("profile", "kept as", "due"),
        lambda row: (row.ref, row.category.value, row.due_at.date()),
        as_json=as_json,
    )
    if found:
        raise SystemExit(1)


@sample.command("destroyed")
@as_officer
@click.argument("ref")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The day on which it was destroyed.")
def destroyed(*, acting: Acting, ref: str, on: datetime) -> None:
    """Record that the sample behind the profile REF was destroyed. The profile stays for its own time."""
    from egnatia.enquiries.dna.retention import sample_destroyed

    acting.commit(lambda tx, officer, now: sample_destroyed(tx, officer, ref, on.date(), now))
    click.echo(f"sample of {ref} destroyed on {on.date()}")


@click.command("retype")
@as_officer
@click.argument("file", type=FILE)
@kind_option
def retype(*, acting: Acting, file: Path, kind: str | None) -> None:
    """Take more loci of profiles that are here from FILE: all of them, or none. What was typed before has to agree."""
    from egnatia.enquiries.dna.retyping import retype as retype_profiles

    count = acting.commit(lambda tx, officer, now: retype_profiles(tx, officer, read_all(file, kind), now))
    screen(acting.node)
    click.echo(f"{count:,} profiles have more loci")


COMMANDS: tuple[click.Command, ...] = (elimination, sample, retype)
