"""`egnatia dna upgrade`: more loci, asked of a partner or asked by one."""

from dataclasses import asdict
from pathlib import Path

import click

from egnatia.cli.common import echo_json, echo_table, json_option, node_option, officer_options, open_node, sign_in
from egnatia.model.ids import CandidateId


@click.group("upgrade")
def upgrade() -> None:
    """More loci of a profile that was returned: the cheapest end of a coincidence."""


@upgrade.command("ask")
@node_option
@officer_options
@click.argument("candidate_id")
@click.option("--locus", "loci", multiple=True, help="Locus to type; repeat it. Without it, all that only we have.")
@click.option("--why", required=True, help="Reasons, at least 20 characters; sealed and not sent.")
def ask_for_loci(
    *,
    node_directory: Path,
    officer_name: str,
    password_file: Path | None,
    candidate_id: str,
    loci: tuple[str, ...],
    why: str,
) -> None:
    """Ask the partner behind the candidate CANDIDATE_ID to type more loci."""
    from egnatia.enquiries.dna.upgrades import ask_upgrade

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        wanted = (loci, why)
        made = node.commit(
            lambda tx: ask_upgrade(tx, node.desk, officer, CandidateId(candidate_id), wanted, node.clock())
        )
    click.echo(f"request {made} is on its way")


@upgrade.command("answer")
@node_option
@officer_options
@click.argument("upgrade_id")
@click.option("--decline", is_flag=True, help="Say that nothing more can be typed.")
@click.option("--why", required=True, help="Reasons, at least 20 characters; sealed and not sent.")
def answer_for_loci(
    *, node_directory: Path, officer_name: str, password_file: Path | None, upgrade_id: str, decline: bool, why: str
) -> None:
    """Answer a partner's request with the profile as it is here now; bring new loci in first with `egnatia dna retype`."""
    from egnatia.enquiries.dna.upgrade_answers import answer_upgrade

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        word = (not decline, why)
        state = node.commit(lambda tx: answer_upgrade(tx, node.desk, officer, upgrade_id, word, node.clock()))
    click.echo(f"request {upgrade_id}: {state.value}")


@upgrade.command("list")
@node_option
@json_option
def list_upgrades(*, node_directory: Path, as_json: bool) -> None:
    """List requests for more loci, ours (out) and partners' (in), those that wait first."""
    from egnatia.enquiries.dna.upgrades import upgrades

    with open_node(node_directory) as node, node.database.read() as tx:
        found = upgrades(tx)
    if as_json:
        echo_json([asdict(each) for each in found])
    else:
        rows = (
            (each.id, each.direction, each.partner, each.number, " ".join(each.loci), each.state.value)
            for each in found
        )
        echo_table(("request", "direction", "partner", "number", "loci", "state"), rows)


@click.command("marks")
@node_option
@json_option
def list_marks(*, node_directory: Path, as_json: bool) -> None:
    """List our open traces that a partner matched."""
    from egnatia.enquiries.dna.marks import marks

    with open_node(node_directory) as node, node.database.read() as tx:
        found = marks(tx)
    if as_json:
        echo_json([asdict(each) for each in found])
    else:
        echo_table(("trace", "matched by", "on"), ((each.ref, each.partner, each.at.date()) for each in found))


COMMANDS: tuple[click.Command, ...] = (upgrade, list_marks)
