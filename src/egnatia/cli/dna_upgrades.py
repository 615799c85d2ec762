"""`egnatia dna upgrade`: more loci, asked of a partner or asked by one."""

from pathlib import Path

import click

from egnatia.cli.acting import Acting, as_officer
from egnatia.cli.common import echo_list, json_option, node_option, open_node
from egnatia.model.ids import CandidateId


@click.group("upgrade")
def upgrade() -> None:
    """Requests for more loci, ours and partners': the cheapest way to end a coincidence."""


@upgrade.command("ask")
@as_officer
@click.argument("candidate_id")
@click.option("--locus", "loci", multiple=True, help="Locus to type; repeat it. Without it, all that only we have.")
@click.option("--why", required=True, help="Reasons, at least 20 characters; sealed and not sent.")
def ask_for_loci(*, acting: Acting, candidate_id: str, loci: tuple[str, ...], why: str) -> None:
    """Ask the partner behind the candidate CANDIDATE_ID to type more loci."""
    from egnatia.enquiries.dna.upgrades import ask_upgrade

    wanted, desk = (loci, why), acting.node.desk
    made = acting.commit(
        lambda tx, officer, now: ask_upgrade(tx, desk, officer, CandidateId(candidate_id), wanted, now)
    )
    click.echo(f"request {made} is on its way")


@upgrade.command("answer")
@as_officer
@click.argument("upgrade_id")
@click.option("--decline", is_flag=True, help="Say that nothing more can be typed.")
@click.option("--why", required=True, help="Reasons, at least 20 characters; sealed and not sent.")
def answer_for_loci(*, acting: Acting, upgrade_id: str, decline: bool, why: str) -> None:
    """Answer a partner's request with the profile as it is here now; bring new loci in first with `egnatia dna retype`."""
    from egnatia.enquiries.dna.upgrade_answers import answer_upgrade

    word, desk = (not decline, why), acting.node.desk
    state = acting.commit(lambda tx, officer, now: answer_upgrade(tx, desk, officer, upgrade_id, word, now))
    click.echo(f"request {upgrade_id}: {state.value}")


@upgrade.command("list")
@node_option
@json_option
def list_upgrades(*, node_directory: Path, as_json: bool) -> None:
    """List requests for more loci, ours (out) and partners' (in), those that wait first."""
    from egnatia.enquiries.dna.upgrades import upgrades

    with open_node(node_directory) as node, node.database.read() as tx:
        found = upgrades(tx)
    echo_list(
        found,
        ("request", "direction", "partner", "number", "loci", "state"),
        lambda row: (row.id, row.direction, row.partner, row.number, " ".join(row.loci), row.state.value),
        as_json=as_json,
    )


@click.command("marks")
@as_officer
@json_option
def list_marks(*, acting: Acting, as_json: bool) -> None:
    """List our open traces that a partner matched."""
    from egnatia.accounts import authorise
    from egnatia.enquiries.dna.marks import marks
    from egnatia.model.officers import Action

    authorise(acting.officer, Action.VIEW_PROFILE)
    with acting.node.database.read() as tx:
        found = marks(tx)
    echo_list(found, ("trace", "matched by", "on"), lambda row: (row.ref, row.partner, row.at.date()), as_json=as_json)


COMMANDS: tuple[click.Command, ...] = (upgrade, list_marks)
