"""`egnatia correction`: put data right wherever they went, and see who has not acted yet."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from egnatia.cli.common import echo_json, echo_table, json_option, node_option, officer_options, open_node, sign_in
from egnatia.errors import InputError, NotFoundError
from egnatia.model.ids import CandidateId, PartnerCode, RecordRef
from egnatia.model.states import ClearedBy, CorrectionKind, CorrectionReason, LookFinding

if TYPE_CHECKING:
    from egnatia.enquiries.corrections.lists import Copy
    from egnatia.enquiries.corrections.making import CorrectionDraft
    from egnatia.node import Node

_OWN_REASONS = [each.value for each in CorrectionReason if each is not CorrectionReason.MISIDENTIFICATION]


@click.group()
def group() -> None:
    """Correct, erase or restrict data wherever they went, and see who has not acted yet."""


@group.command()
@node_option
@officer_options
@click.argument("ref")
@click.option(
    "--kind",
    type=click.Choice([each.value for each in CorrectionKind]),
    required=True,
    help="What every holder does with its copy; lift ends a restriction.",
)
@click.option("--reason", type=click.Choice(_OWN_REASONS), required=True, help="Sent to every holder.")
@click.option("--why", required=True, help="The reason in words, at least 20 characters; it stays here.")
@click.option(
    "--set", "values", multiple=True, metavar="FIELD=VALUE", help="New value of a core-data field; repeat it."
)
@click.option("--remove", "removed", multiple=True, metavar="FIELD", help="Core-data field to take out; repeat it.")
@click.option(
    "--by", "cleared_by", type=click.Choice([each.value for each in ClearedBy]), help="Of a lift: who decided."
)
@click.option("--decision", "authority_ref", default="", help="Of a lift: file number of that decision; it stays here.")
def send(*, node_directory: Path, officer_name: str, password_file: Path | None, **given: Any) -> None:
    """Correct our record REF and every copy of it. New values wait for a second officer: `correction approve`."""
    from egnatia.enquiries.corrections.lists import copies
    from egnatia.enquiries.corrections.making import make

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        draft = _draft(given)
        made = node.commit(lambda tx: make(tx, node.desk, officer, draft, node.clock()))
        with node.database.read() as tx:
            found = copies(tx, made)
    if draft.kind is CorrectionKind.RECTIFY:
        click.echo(f"correction {made} proposed; another officer has to approve the new values")
    else:
        click.echo(f"correction {made} made; holders: {', '.join(each.partner for each in found) or 'none'}")


def _draft(given: dict[str, Any]) -> "CorrectionDraft":
    from egnatia.enquiries.corrections.making import CorrectionDraft

    values = dict(_pair(each) for each in given["values"])
    return CorrectionDraft(
        ref=RecordRef(given["ref"]),
        kind=CorrectionKind(given["kind"]),
        reason=CorrectionReason(given["reason"]),
        why=given["why"],
        values=values,
        removed=given["removed"],
        cleared_by=ClearedBy(given["cleared_by"]) if given["cleared_by"] else None,
        authority_ref=given["authority_ref"],
    )


def _pair(text: str) -> tuple[str, str]:
    name, found, value = text.partition("=")
    if not found:
        raise InputError(f"{text!r} is not FIELD=VALUE", hint="For example: --set birth_date=1990-02-03")
    return name.strip(), value.strip()


@group.command()
@node_option
@officer_options
@click.argument("correction_id")
@click.option("--yes", is_flag=True, help="Do not ask again.")
def approve(
    *, node_directory: Path, officer_name: str, password_file: Path | None, correction_id: str, yes: bool
) -> None:
    """Approve new values as the second officer: our record changes, and every holder is told."""
    from egnatia.accounts import present_officer
    from egnatia.enquiries.corrections.making import approve as approve_correction
    from egnatia.enquiries.corrections.making import view_changes

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        if not yes:
            changes = node.commit(lambda tx: view_changes(tx, officer, correction_id, node.clock()))
            echo_table(("field", "new value"), changes.items())
            click.confirm("Change our record and tell every holder?", abort=True, err=True)
        node.commit(
            lambda tx: approve_correction(tx, node.desk, present_officer(tx, officer.id), correction_id, node.clock())
        )
    click.echo(f"correction {correction_id} approved")


@group.command("list")
@node_option
@click.option("--ours", is_flag=True, help="Partners' corrections that wait for our officers, instead of our own.")
@json_option
def list_(*, node_directory: Path, ours: bool, as_json: bool) -> None:
    """List corrections made here, the latest first; with --ours those that wait for our officers."""
    from egnatia.enquiries.corrections.lists import corrections
    from egnatia.enquiries.corrections.taken import waiting

    with open_node(node_directory) as node, node.database.read() as tx:
        rows: list[Any] = waiting(tx) if ours else corrections(tx)
    if as_json:
        echo_json(rows)
    elif ours:
        lines = [(each.item.partner, each.id, each.item.ref, each.kind, each.reason, each.received_at) for each in rows]
        echo_table(("from", "correction", "reference", "kind", "reason", "received"), lines)
    else:
        lines = [(each.id, each.ref, each.kind, each.reason, each.made_at, _standing(each)) for each in rows]
        echo_table(("correction", "reference", "kind", "reason", "made", "holders"), lines)


def _standing(made: Any) -> str:
    if made.approved_at is None:
        return "PROPOSED, waits for a second officer"
    return f"{made.holders}, {made.outstanding} outstanding" if made.outstanding else f"{made.holders}, all done"


@group.command()
@node_option
@click.argument("correction_id")
@json_option
def show(*, node_directory: Path, correction_id: str, as_json: bool) -> None:
    """Show every holder of a correction made here, and how far each has come."""
    from egnatia.enquiries.corrections.lists import copies
    from egnatia.enquiries.corrections.making import get

    with open_node(node_directory) as node, node.database.read() as tx:
        get(tx, correction_id)
        rows = copies(tx, correction_id)
    _echo_copies(rows, as_json=as_json)


@group.command()
@node_option
@json_option
def outstanding(*, node_directory: Path, as_json: bool) -> None:
    """List who has not acted on a correction of ours. Exit status 1 while there is anybody."""
    from egnatia.enquiries.corrections.lists import copies

    with open_node(node_directory) as node, node.database.read() as tx:
        rows = copies(tx, outstanding=True)
    _echo_copies(rows, as_json=as_json)
    if rows:
        raise click.exceptions.Exit(1)


def _echo_copies(rows: "list[Copy]", *, as_json: bool) -> None:
    if as_json:
        echo_json(rows)
        return
    lines = [
        (row.partner, row.ref, row.kind, row.state, row.refusal, row.tries, row.received_at, row.done_at, row.finding)
        for row in rows
    ]
    headings = ("partner", "reference", "kind", "state", "why not", "sent", "received", "done", "finding")
    echo_table(headings, lines)


@group.command()
@node_option
@click.argument("ref")
@json_option
def holders(*, node_directory: Path, ref: str, as_json: bool) -> None:
    """List every partner that was told of our record REF or given its core data."""
    from egnatia.enquiries.corrections.holders import holders as find_holders
    from egnatia.enquiries.corrections.holders import subject_of_record

    with open_node(node_directory) as node, node.database.read() as tx:
        subject = subject_of_record(tx, RecordRef(ref))
        rows = find_holders(tx, RecordRef(ref), subject) if subject else []
    if subject is None:
        raise NotFoundError(
            f"this node has no person and no document {ref}, and told no partner of one",
            hint="A reference is written as in the register, capital letters and all.",
        )
    if as_json:
        echo_json(rows)
        return
    lines = [(row.partner, len(row.replies), len(row.releases), ", ".join(row.fields)) for row in rows]
    echo_table(("partner", "replies", "releases", "fields"), lines)


@group.command()
@node_option
@officer_options
@click.argument("partner")
@click.argument("correction_id")
@click.option(
    "--finding",
    type=click.Choice([each.value for each in LookFinding]),
    required=True,
    help="Whether the hits stand without the corrected data; a hit that falls counts no more.",
)
@click.option("--note", required=True, help="What you compared and did, at least 20 characters; it stays here.")
def act(
    *,
    node_directory: Path,
    officer_name: str,
    password_file: Path | None,
    partner: str,
    correction_id: str,
    finding: str,
    note: str,
) -> None:
    """Say what became of the hits that rested on data which PARTNER corrected; it is told the finding."""
    from egnatia.enquiries.corrections.acting import Look, act_on

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        which, look = (PartnerCode(partner), correction_id), Look(LookFinding(finding), note)
        found = node.commit(lambda tx: act_on(tx, officer, which, look, node.clock()))
        _send_waiting(node)
    click.echo(f"correction {correction_id}: {finding}; hits: {len(found.hits)}, outcomes: {len(found.outcomes)}")


def _send_waiting(node: "Node") -> None:
    """Queue what the act left to be told, instead of waiting for the serving node's next round."""
    from egnatia.enquiries.corrections.sending import send_waiting

    node.commit(lambda tx: send_waiting(tx, node.desk, node.clock()))


@group.command()
@node_option
@officer_options
@click.argument("candidate_id")
@click.option("--why", required=True, help="What is contested and by whom, at least 20 characters; it stays here.")
def contest(
    *, node_directory: Path, officer_name: str, password_file: Path | None, candidate_id: str, why: str
) -> None:
    """Flag a partner's record behind a candidate as contested, and tell the partner."""
    from egnatia.enquiries.corrections.acting import contest_data

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        flag = node.commit(lambda tx: contest_data(tx, officer, CandidateId(candidate_id), why, node.clock()))
        _send_waiting(node)
    click.echo(f"flag {flag} set; it ends on the word of the person, a court or an authority only")


@group.command()
@node_option
@officer_options
@click.argument("flag_id")
@click.option(
    "--by", "cleared_by", type=click.Choice([each.value for each in ClearedBy]), required=True, help="Who decided."
)
@click.option("--decision", "authority_ref", required=True, help="File number of that decision; it stays here.")
def clear(
    *,
    node_directory: Path,
    officer_name: str,
    password_file: Path | None,
    flag_id: str,
    cleared_by: str,
    authority_ref: str,
) -> None:
    """End a contest on the word of the person, a court or an authority. Only a supervisor records it."""
    from egnatia.enquiries.corrections.acting import clear_contest

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        word = (ClearedBy(cleared_by), authority_ref)
        node.commit(lambda tx: clear_contest(tx, officer, flag_id, word, node.clock()))
        _send_waiting(node)
    click.echo(f"flag {flag_id} ended by the {cleared_by}")


@group.command()
@node_option
@json_option
def contested(*, node_directory: Path, as_json: bool) -> None:
    """List partners' records that are or were contested here, open ones first."""
    from egnatia.enquiries.corrections.lists import contests

    with open_node(node_directory) as node, node.database.read() as tx:
        rows = contests(tx)
    if as_json:
        echo_json(rows)
        return
    lines = [(row.id, row.partner, row.ref, row.flagged_at, row.cleared_at) for row in rows]
    echo_table(("flag", "partner", "reference", "since", "ended"), lines)
