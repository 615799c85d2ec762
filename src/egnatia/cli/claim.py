"""`egnatia claim`: protection claims, local only, so that no enquiry can reveal them."""

from pathlib import Path
from typing import Any

import click

from egnatia.cli.common import echo_json, echo_table, json_option, node_option, officer_options, open_node, sign_in
from egnatia.model.ids import PartnerCode


@click.group()
def group() -> None:
    """Protection claims that must never show (local only)."""


@group.command()
@node_option
@officer_options
@click.option("--against", "origins", multiple=True, required=True, help="State the claim is made against; repeat it.")
@click.option("--first", "first_names", default="", help="First names.")
@click.option("--family", "family_names", default="", help="Family names.")
@click.option("--born", "birth_date", default=None, help="YYYY-MM-DD or a part of it.")
@click.option("--document", "documents", multiple=True, help="Number of a document the person holds; repeat it.")
def record(*, node_directory: Path, officer_name: str, password_file: Path | None, **given: Any) -> None:
    """Record a protection claim: no enquiry about this person goes to the states named. It never leaves this node."""
    from egnatia.enquiries.claims import enter_claim
    from egnatia.enquiries.guard import Claim

    made = Claim(
        first_names=given["first_names"],
        family_names=given["family_names"],
        birth_date=given["birth_date"],
        document_numbers=given["documents"],
        origins=tuple(PartnerCode(each) for each in given["origins"]),
    )
    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        claim_id = node.commit(lambda tx: enter_claim(tx, node.desk, officer, made, node.clock()))
    click.echo(f"protection claim {claim_id} recorded")


@group.command("list")
@node_option
@officer_options
@json_option
def list_(*, node_directory: Path, officer_name: str, password_file: Path | None, as_json: bool) -> None:
    """List open claims by id and day; whom they are about is not shown."""
    from egnatia.enquiries.guard import open_claims

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        with node.database.read() as tx:
            found = open_claims(tx, officer)
    if as_json:
        echo_json([{"id": claim_id, "recorded_at": at} for claim_id, at in found])
    else:
        echo_table(("claim", "recorded"), found)


@group.command()
@node_option
@officer_options
@click.argument("claim_id")
@click.option("--why", required=True, help="The reason, at least 20 characters; sealed.")
def close(*, node_directory: Path, officer_name: str, password_file: Path | None, claim_id: str, why: str) -> None:
    """Close a claim and erase what was recorded of it. Enquiries about the person are not stopped any more."""
    from egnatia.enquiries.guard import close_claim

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        node.commit(lambda tx: close_claim(tx, officer, claim_id, why, node.clock()))
    click.echo(f"protection claim {claim_id} closed and erased")
