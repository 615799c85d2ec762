"""`egnatia dna batch|standing`: many questions at once, and every new profile by itself, each on the word of several people."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from egnatia.cli.acting import Acting, as_officer
from egnatia.cli.common import echo_json, echo_list, echo_table, json_option, node_option, open_node, read_file, shown
from egnatia.cli.dna_options import FILE, question_options
from egnatia.model.ids import PartnerCode
from egnatia.model.states import Offence, Purpose, SubjectKind

if TYPE_CHECKING:
    from egnatia.enquiries.dna.terms import Terms

_partner_option = click.option("--to", "partner", required=True, help="Partner to ask.")
_reason_option = click.option("--why", required=True, help="Reasons, at least 20 characters; sealed.")


def _terms(given: dict[str, Any]) -> "Terms":
    """What `question_options` and `--to` say."""
    from egnatia.enquiries.dna.terms import Terms

    return Terms(
        given["case_ref"],
        PartnerCode(given["partner"]),
        SubjectKind(given["population"]),
        Purpose(given["purpose"]),
        Offence(given["offence"]),
        given["justification"],
    )


@click.group("batch")
def batch() -> None:
    """Ask about many profiles at once: one officer proposes, two others approve."""


@batch.command("propose")
@as_officer
@click.argument("file", type=FILE)
@_partner_option
@question_options
def propose(*, acting: Acting, file: Path, **given: Any) -> None:
    """Propose to ask about the profiles whose references stand in FILE, one on each line."""
    from egnatia.enquiries.dna import batches

    written = read_file(file, "list of references").decode("utf-8", "replace").splitlines()
    refs = tuple(each.strip() for each in written if each.strip())
    terms, desk = _terms(given), acting.node.desk
    made = acting.commit(lambda tx, officer, now: batches.propose(tx, desk, officer, terms, refs, now))
    click.echo(f"batch {made} proposed with {len(refs):,} profiles; two others have to approve it")


@batch.command("list")
@node_option
@json_option
def list_batches(*, node_directory: Path, as_json: bool) -> None:
    """List batches, the latest first."""
    from egnatia.enquiries.dna.batches import batches as all_of_them

    with open_node(node_directory) as node, node.database.read() as tx:
        found = all_of_them(tx)
    echo_list(
        found,
        ("batch", "partner", "grant", "state", "profiles", "asked", "not asked"),
        lambda row: (row.id, row.partner, row.grant_id, row.state.value, row.profiles, row.asked, row.refused),
        as_json=as_json,
    )


@batch.command("show")
@as_officer
@click.argument("batch_id")
@json_option
def show_batch(*, acting: Acting, batch_id: str, as_json: bool) -> None:
    """Show why a batch is to be asked, and which of its profiles were not, each with its reason."""
    from egnatia.enquiries.dna.governed import batch_view

    with acting.node.database.read() as tx:
        found = batch_view(tx, acting.officer, batch_id)
    why, refused = found.words.why, found.not_asked
    if as_json:
        echo_json({"batch": batch_id, "justification": why, "not_asked": refused})
    else:
        click.echo(shown(why) or "the justification was erased")
        echo_table(("profile", "not asked because"), ((ref, reason.value) for ref, reason in refused.items()))


@batch.command("approve")
@as_officer
@click.argument("batch_id")
def approve_batch(*, acting: Acting, batch_id: str) -> None:
    """Approve a batch, as the first of two or as the second. After the second the serving node asks."""
    from egnatia.enquiries.dna.batches import approve

    state = acting.commit(lambda tx, officer, now: approve(tx, officer, batch_id, now))
    click.echo(f"batch {batch_id}: {state.value.replace('_', ' ')}")


@batch.command("refuse")
@as_officer
@click.argument("batch_id")
@_reason_option
def refuse_batch(*, acting: Acting, batch_id: str, why: str) -> None:
    """Refuse a batch, or stop one that is being asked: what is left of it is never asked."""
    from egnatia.enquiries.dna.batches import refuse

    acting.commit(lambda tx, officer, now: refuse(tx, officer, batch_id, why, now))
    click.echo(f"batch {batch_id}: refused")


@click.group("standing")
def standing() -> None:
    """Ask about every new profile by itself, where a grant says so, until somebody ends it."""


@standing.command("open")
@as_officer
@_partner_option
@question_options
def open_order(*, acting: Acting, **given: Any) -> None:
    """Write a standing order: every profile that comes from now on is asked about, once another person has approved it."""
    from egnatia.enquiries.dna.standing import open_standing

    terms, desk = _terms(given), acting.node.desk
    made = acting.commit(lambda tx, officer, now: open_standing(tx, desk, officer, terms, now))
    click.echo(f"standing order {made} written; another person has to approve it")


@standing.command("list")
@node_option
@json_option
def list_orders(*, node_directory: Path, as_json: bool) -> None:
    """List standing orders, the latest first, and how many changes each has still to look at."""
    from egnatia.enquiries.dna.standing import standings

    with open_node(node_directory) as node, node.database.read() as tx:
        found = standings(tx)
    echo_list(
        found,
        ("order", "partner", "grant", "written by", "approved by", "ended", "waiting"),
        lambda row: (row.id, row.partner, row.grant_id, row.opened_by, row.approved_by, row.ended_at, row.waiting),
        as_json=as_json,
    )


@standing.command("show")
@as_officer
@click.argument("standing_id")
@json_option
def show_order(*, acting: Acting, standing_id: str, as_json: bool) -> None:
    """Show why a standing order is to be, for whoever approves it."""
    from egnatia.enquiries.dna.governed import order_view

    with acting.node.database.read() as tx:
        why = order_view(tx, acting.officer, standing_id).words.why
    if as_json:
        echo_json({"standing": standing_id, "justification": why})
    else:
        click.echo(shown(why) or "the justification was erased")


@standing.command("approve")
@as_officer
@click.argument("standing_id")
def approve_order(*, acting: Acting, standing_id: str) -> None:
    """Approve a standing order as the second person: what came since it was written is compared first."""
    from egnatia.enquiries.dna.standing import approve_standing

    acting.commit(lambda tx, officer, now: approve_standing(tx, officer, standing_id, now))
    click.echo(f"standing order {standing_id} begins")


@standing.command("end")
@as_officer
@click.argument("standing_id")
@_reason_option
def end_order(*, acting: Acting, standing_id: str, why: str) -> None:
    """End a standing order. One person is enough."""
    from egnatia.enquiries.dna.standing import end_standing

    acting.commit(lambda tx, officer, now: end_standing(tx, officer, standing_id, why, now))
    click.echo(f"standing order {standing_id} ended")


COMMANDS: tuple[click.Command, ...] = (batch, standing)
