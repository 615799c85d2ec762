"""`egnatia dna batch|standing`: many questions at once, and every new profile by itself, each on the word of several people."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from egnatia.cli.common import (
    echo_json,
    echo_table,
    json_option,
    node_option,
    officer_options,
    one_of,
    open_node,
    read_file,
    sign_in,
)
from egnatia.cli.dna_options import FILE
from egnatia.model.ids import PartnerCode
from egnatia.model.states import Offence, Purpose, SubjectKind

if TYPE_CHECKING:
    from egnatia.enquiries.dna.batches import Terms

_POPULATIONS = click.Choice([SubjectKind.DNA_PERSON.value, SubjectKind.DNA_TRACE.value])


def _terms_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """What questions are asked under."""
    options = (
        click.option("--to", "partner", required=True, help="Partner to ask."),
        click.option("--among", "population", type=_POPULATIONS, required=True, help="Whose profiles are searched."),
        click.option(
            "--case", "case_ref", required=True, help="Case reference, such as DUR-2025-0417; it is not sent."
        ),
        click.option("--purpose", type=one_of(Purpose), default=Purpose.INVESTIGATION.value, show_default=True),
        click.option("--offence", type=one_of(Offence), required=True),
        click.option("--why", required=True, help="Justification, at least 20 characters; it is not sent."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def _terms(given: dict[str, Any]) -> "Terms":
    from egnatia.enquiries.dna.batches import Terms

    return Terms(
        given["case_ref"],
        PartnerCode(given["partner"]),
        SubjectKind(given["population"]),
        Purpose(given["purpose"]),
        Offence(given["offence"]),
        given["why"],
    )


@click.group("batch")
def batch() -> None:
    """Many profiles asked about at once: one proposes, two others approve."""


@batch.command("propose")
@node_option
@officer_options
@click.argument("file", type=FILE)
@_terms_options
def propose(*, node_directory: Path, officer_name: str, password_file: Path | None, file: Path, **given: Any) -> None:
    """Propose to ask about the profiles whose references stand in FILE, one on each line."""
    from egnatia.enquiries.dna import batches

    written = read_file(file, "list of references").decode("utf-8", "replace").splitlines()
    refs = tuple(each.strip() for each in written if each.strip())
    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        terms = _terms(given)
        made = node.commit(lambda tx: batches.propose(tx, node.desk, officer, terms, refs, node.clock()))
    click.echo(f"batch {made} proposed with {len(refs):,} profiles; two others have to approve it")


@batch.command("list")
@node_option
@json_option
def list_batches(*, node_directory: Path, as_json: bool) -> None:
    """List batches, the latest first."""
    from egnatia.enquiries.dna.batches import batches as all_of_them

    with open_node(node_directory) as node, node.database.read() as tx:
        found = all_of_them(tx)
    if as_json:
        echo_json([asdict(each) for each in found])
    else:
        rows = (
            (each.id, each.partner, each.grant_id, each.state.value, each.profiles, each.asked, each.refused)
            for each in found
        )
        echo_table(("batch", "partner", "grant", "state", "profiles", "asked", "not asked"), rows)


@batch.command("show")
@node_option
@click.argument("batch_id")
@json_option
def show_batch(*, node_directory: Path, batch_id: str, as_json: bool) -> None:
    """Show why a batch is to be asked, and which of its profiles were not, each with its reason."""
    from egnatia.enquiries.dna.batches import justification_of, refusals

    with open_node(node_directory) as node, node.database.read() as tx:
        why, refused = justification_of(tx, batch_id), refusals(tx, batch_id)
    if as_json:
        echo_json({"batch": batch_id, "justification": why, "not_asked": refused})
    else:
        click.echo(why or "the justification was erased")
        echo_table(("profile", "not asked because"), ((ref, reason.value) for ref, reason in refused.items()))


@batch.command("approve")
@node_option
@officer_options
@click.argument("batch_id")
def approve_batch(*, node_directory: Path, officer_name: str, password_file: Path | None, batch_id: str) -> None:
    """Approve a batch, as the first of two or as the second; then the serving node asks it."""
    from egnatia.enquiries.dna.batches import approve

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        state = node.commit(lambda tx: approve(tx, officer, batch_id, node.clock()))
    click.echo(f"batch {batch_id}: {state.value.replace('_', ' ')}")


@batch.command("refuse")
@node_option
@officer_options
@click.argument("batch_id")
@click.option("--why", required=True, help="Reasons, at least 20 characters; sealed.")
def refuse_batch(
    *, node_directory: Path, officer_name: str, password_file: Path | None, batch_id: str, why: str
) -> None:
    """Refuse a batch, or stop one that is being asked: what is left of it is never asked."""
    from egnatia.enquiries.dna.batches import refuse

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        node.commit(lambda tx: refuse(tx, officer, batch_id, why, node.clock()))
    click.echo(f"batch {batch_id}: refused")


@click.group("standing")
def standing() -> None:
    """Every new profile compared under a grant that says so, until somebody ends it."""


@standing.command("open")
@node_option
@officer_options
@_terms_options
def open_order(*, node_directory: Path, officer_name: str, password_file: Path | None, **given: Any) -> None:
    """Write a standing order; it begins when another person approves it."""
    from egnatia.enquiries.dna.standing import open_standing

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        terms = _terms(given)
        made = node.commit(lambda tx: open_standing(tx, node.desk, officer, terms, node.clock()))
    click.echo(f"standing order {made} written; another person has to approve it")


@standing.command("list")
@node_option
@json_option
def list_orders(*, node_directory: Path, as_json: bool) -> None:
    """List standing orders, the latest first."""
    from egnatia.enquiries.dna.standing import standings

    with open_node(node_directory) as node, node.database.read() as tx:
        found = standings(tx)
    if as_json:
        echo_json([asdict(each) for each in found])
    else:
        rows = (
            (each.id, each.partner, each.grant_id, each.opened_by, each.approved_by, each.ended_at, each.waiting)
            for each in found
        )
        echo_table(("order", "partner", "grant", "written by", "approved by", "ended", "waiting"), rows)


@standing.command("approve")
@node_option
@officer_options
@click.argument("standing_id")
def approve_order(*, node_directory: Path, officer_name: str, password_file: Path | None, standing_id: str) -> None:
    """Approve a standing order as the second person: what came since it was written is compared first."""
    from egnatia.enquiries.dna.standing import approve_standing

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        node.commit(lambda tx: approve_standing(tx, officer, standing_id, node.clock()))
    click.echo(f"standing order {standing_id} begins")


@standing.command("end")
@node_option
@officer_options
@click.argument("standing_id")
@click.option("--why", required=True, help="Reasons, at least 20 characters; sealed.")
def end_order(
    *, node_directory: Path, officer_name: str, password_file: Path | None, standing_id: str, why: str
) -> None:
    """End a standing order. One person is enough."""
    from egnatia.enquiries.dna.standing import end_standing

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        node.commit(lambda tx: end_standing(tx, officer, standing_id, why, node.clock()))
    click.echo(f"standing order {standing_id} ended")


COMMANDS: tuple[click.Command, ...] = (batch, standing)
