"""`egnatia release`: core data leave by two people, or not at all."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from egnatia.cli.common import echo_json, echo_table, json_option, node_option, officer_options, open_node, sign_in
from egnatia.cli.onward import COMMANDS
from egnatia.model.ids import FollowUpId, ReleaseId

if TYPE_CHECKING:
    from egnatia.store.database import Transaction

if TYPE_CHECKING:
    from egnatia.enquiries.labels import Terms
    from egnatia.enquiries.releases import Release


@click.group()
def group() -> None:
    """Release core data: one officer proposes, another decides."""


@group.command()
@node_option
@officer_options
@click.argument("follow_up_id")
@click.option(
    "--field", "fields", multiple=True, help="Core-data field to release; repeat it. Without it, the choice is shown."
)
@click.option("--why", "reason", default="", help="The reason, at least 20 characters.")
@click.option("--label", "label_file", metavar="FILE", help="Handling label, stricter than the grant's short code.")
@click.option("--grade", metavar="SCHEME:GRADE", help="How good source and content are, such as 3x5x2:1A.")
def propose(
    *,
    node_directory: Path,
    officer_name: str,
    password_file: Path | None,
    follow_up_id: str,
    fields: tuple[str, ...],
    reason: str,
    **said: str | None,
) -> None:
    """Propose what to release for a partner's follow-up. Nothing leaves the node."""
    from egnatia.enquiries.releases import propose as propose_release
    from egnatia.enquiries.releases import view_available

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        if not fields:
            choice = node.commit(lambda tx: view_available(tx, officer, FollowUpId(follow_up_id), node.clock()))
            echo_table(("field", "value"), choice.items())
            return
        request = (fields, reason)
        terms = _terms(said["label_file"], said["grade"])
        release_id = node.commit(
            lambda tx: propose_release(tx, node.desk, officer, FollowUpId(follow_up_id), request, node.clock(), terms)
        )
    click.echo(f"release {release_id} proposed; another officer has to approve it")


def _terms(label_file: str | None, grade: str | None) -> "Terms":
    """What the officer says about handling and quality."""
    from egnatia.cli.handling import read_label
    from egnatia.enquiries.labels import Terms
    from egnatia.model.handling import Grading

    scheme, _, codes = (grade or "").partition(":")
    if grade is not None and len(codes) != 2:  # noqa: PLR2004 - a source and an information code
        raise click.UsageError("--grade reads SCHEME:GRADE, for example 3x5x2:1A.")
    grading = Grading(scheme, codes[0], codes[1]) if grade is not None else None
    return Terms(None if label_file is None else read_label(label_file), grading)


@group.command()
@node_option
@officer_options
@click.argument("release_id")
@click.option("--yes", is_flag=True, help="Do not ask again.")
def approve(*, node_directory: Path, officer_name: str, password_file: Path | None, release_id: str, yes: bool) -> None:
    """Approve a proposed release: the data leave the node. Cannot be undone."""
    from egnatia.accounts import present_officer
    from egnatia.enquiries.releases import approve as approve_release
    from egnatia.enquiries.releases import view_proposed

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        if not yes:
            values = node.commit(lambda tx: view_proposed(tx, officer, ReleaseId(release_id), node.clock()))
            echo_table(("field", "value"), values.items())
            click.confirm(
                "The data will leave this node and cannot be called back. Release them?", abort=True, err=True
            )

        def job(tx: "Transaction") -> None:  # the question may have waited for long
            approve_release(tx, node.desk, present_officer(tx, officer.id), ReleaseId(release_id), node.clock())

        node.commit(job)
    click.echo(f"release {release_id} approved")


@group.command("send-back")
@node_option
@officer_options
@click.argument("release_id")
@click.option("--why", "reason", required=True, help="The reason, at least 20 characters.")
def send_back(
    *, node_directory: Path, officer_name: str, password_file: Path | None, release_id: str, reason: str
) -> None:
    """Send a proposed release back: it is erased and the follow-up waits again."""
    from egnatia.enquiries.releases import send_back as send_release_back

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        node.commit(lambda tx: send_release_back(tx, officer, ReleaseId(release_id), reason, node.clock()))
    click.echo(f"release {release_id} sent back")


@group.command("list")
@node_option
@click.argument("follow_up_id")
@json_option
def list_(*, node_directory: Path, follow_up_id: str, as_json: bool) -> None:
    """List the releases of a follow-up, without their values."""
    from egnatia.enquiries.releases import of_follow_up

    with open_node(node_directory) as node, node.database.read() as tx:
        rows = of_follow_up(tx, FollowUpId(follow_up_id))
    if as_json:
        echo_json(rows)
        return
    lines = [
        (row.id, ", ".join(row.fields), row.proposed_by, row.approved_by, _delivery(row), row.received_at)
        for row in rows
    ]
    echo_table(("release", "fields", "proposed by", "approved by", "delivered", "received"), lines)


def _delivery(row: "Release") -> Any:
    """When the partner had it, or why it never did."""
    return f"NOT TAKEN: {row.refusal}" if row.refusal else row.delivered_at


@group.command()
@node_option
@officer_options
@click.argument("follow_up_id")
@click.option("--why", "justification", default="", help="Why you look at them.")
@json_option
def show(
    *,
    node_directory: Path,
    officer_name: str,
    password_file: Path | None,
    follow_up_id: str,
    justification: str,
    as_json: bool,
) -> None:
    """Show core data that a partner released to us. Looking is logged."""
    from egnatia.enquiries.releases import view_received

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        _, values = node.commit(
            lambda tx: view_received(tx, officer, FollowUpId(follow_up_id), justification, node.clock())
        )
    if as_json:
        echo_json(values)
    else:
        echo_table(("field", "value"), values.items())


for command in COMMANDS:
    group.add_command(command)
