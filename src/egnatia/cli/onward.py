"""`egnatia release`, the part about somebody else's items: consent, passing on, proceedings, a new label."""

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from egnatia.cli.common import echo_json, echo_table, json_option, node_option, officer_options, open_node, sign_in
from egnatia.errors import ConflictError, InputError
from egnatia.model.ids import PartnerCode
from egnatia.model.states import RefusalReason

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from egnatia.agreements.handling import Item
    from egnatia.store.database import Transaction

_USES = ("onward", "evidence")
_REASONS = (RefusalReason.DECLINED_BY_OFFICER.value, RefusalReason.CONDITIONS_NOT_MET.value)


@click.command("ask-consent")
@node_option
@officer_options
@click.argument("item")
@click.option("--to", help="The partner that should receive it; leave it out with --use evidence.")
@click.option("--use", type=click.Choice(_USES), default="onward", show_default=True, help="What for.")
@click.option("--why", required=True, help="The reason, at least 20 characters; the originator's people read it.")
def ask_consent(
    *,
    node_directory: Path,
    officer_name: str,
    password_file: Path | None,
    item: str,
    to: str | None,
    use: str,
    why: str,
) -> None:
    """Ask the originator of ITEM, named by its follow-up, whether it may be passed on or stand in proceedings."""
    from egnatia.agreements.handling import TokenUse
    from egnatia.enquiries.onward.asking import ConsentDraft
    from egnatia.enquiries.onward.asking import ask_consent as ask

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        if to is None and use != "evidence":
            raise click.UsageError("Name the partner that should receive it with --to.")
        draft = ConsentDraft(item, TokenUse(use), PartnerCode(to or node.code), why)
        request = node.commit(lambda tx: ask(tx, node.desk, officer, draft, node.clock()))
    click.echo(f"consent {request} asked; two people of the originator decide")


@click.command()
@node_option
@json_option
def consents(*, node_directory: Path, as_json: bool) -> None:
    """List requests for consent, ours and partners', the open ones first."""
    from egnatia.enquiries.onward.consents import listed

    _tell(
        node_directory,
        listed,
        {
            "request": lambda row: row.id,
            "": lambda row: row.direction,
            "partner": lambda row: row.partner,
            "item": lambda row: row.item,
            "use": lambda row: row.use.value,
            "to": lambda row: row.recipient,
            "state": lambda row: row.state.value,
            "refused for": lambda row: row.refusal,
        },
        as_json=as_json,
    )


@click.command("propose-consent")
@node_option
@officer_options
@click.argument("request_id")
@click.option("--days", type=int, default=30, show_default=True, help="For how many days the token is good, 1 to 90.")
@click.option("--why", required=True, help="The reason, at least 20 characters.")
def propose_consent(
    *, node_directory: Path, officer_name: str, password_file: Path | None, request_id: str, days: int, why: str
) -> None:
    """Propose to consent to a partner's request. Nothing is signed: another officer decides."""
    from egnatia.enquiries.onward.deciding import propose_consent as propose

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        node.commit(lambda tx: propose(tx, node.desk, officer, request_id, (days, why), node.clock()))
    click.echo(f"consent {request_id} proposed; another officer has to decide")


@click.command("grant-consent")
@node_option
@officer_options
@click.argument("request_id")
def grant_consent(*, node_directory: Path, officer_name: str, password_file: Path | None, request_id: str) -> None:
    """Consent as the second of two people: the token is signed and sent to the holder."""
    from egnatia.enquiries.onward.deciding import grant_consent as grant

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        node.commit(lambda tx: grant(tx, node.desk, officer, request_id, node.clock()))
    click.echo(f"consent {request_id} granted")


@click.command("refuse-consent")
@node_option
@officer_options
@click.argument("request_id")
@click.option("--reason", type=click.Choice(_REASONS), required=True, help="Why.")
def refuse_consent(
    *, node_directory: Path, officer_name: str, password_file: Path | None, request_id: str, reason: str
) -> None:
    """Refuse a partner's request for consent; one person is enough for a no."""
    from egnatia.enquiries.onward.deciding import refuse_consent as refuse

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        node.commit(lambda tx: refuse(tx, node.desk, officer, request_id, RefusalReason(reason), node.clock()))
    click.echo(f"consent {request_id} refused")


@click.command()
@node_option
@officer_options
@click.argument("item")
@click.argument("to")
@click.option("--why", required=True, help="The reason, at least 20 characters.")
def forward(
    *, node_directory: Path, officer_name: str, password_file: Path | None, item: str, to: str, why: str
) -> None:
    """Pass ITEM of another partner on to the partner TO, under its originator's token. Refused without one."""
    from egnatia.enquiries.onward.forwarding import forward as pass_on

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        wanted = (item, PartnerCode(to), why)
        node.commit(lambda tx: pass_on(tx, node.desk, officer, wanted, node.clock()))
    click.echo(f"item {item} is on its way to {to}")


@click.command()
@node_option
@json_option
def forwarded(*, node_directory: Path, as_json: bool) -> None:
    """List the items that were passed on, by us or to us, without their values."""
    from egnatia.enquiries.onward.forwarding import listed

    _tell(
        node_directory,
        listed,
        {
            "row": lambda row: row.id,
            "item": lambda row: row.item,
            "": lambda row: row.direction,
            "partner": lambda row: row.partner,
            "originator": lambda row: row.originator,
            "fields": lambda row: ", ".join(row.fields),
            "at": lambda row: row.at,
            "not taken": lambda row: row.refusal,
        },
        as_json=as_json,
    )


def _tell(
    node_directory: Path,
    listed: "Callable[[Transaction], Sequence[Any]]",
    columns: "Mapping[str, Callable[[Any], object]]",
    *,
    as_json: bool,
) -> None:
    """A list of this node's as a table with these columns, or whole as JSON."""
    with open_node(node_directory) as node, node.database.read() as tx:
        rows = listed(tx)
    if as_json:
        echo_json(rows)
    else:
        echo_table(tuple(columns), [tuple(value(row) for value in columns.values()) for row in rows])


@click.command("show-forwarded")
@node_option
@officer_options
@click.argument("item")
@click.option("--why", "justification", default="", help="Why you look at it.")
@json_option
def show_forwarded(
    *, node_directory: Path, officer_name: str, password_file: Path | None, item: str, justification: str, as_json: bool
) -> None:
    """Show an item that was passed on to us, with its originator and label. Looking is logged."""
    from egnatia.agreements.handling import plain
    from egnatia.enquiries.onward.forwarding import view_forwarded

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)

        def look(tx: Any) -> "tuple[Item, PartnerCode]":
            return view_forwarded(tx, officer, item, justification, node.clock())

        found, originator = node.commit(look)
    if as_json:
        echo_json({"item": item, "originator": originator, "fields": dict(found.fields), "label": plain(found.label)})
        return
    click.echo(f"originator: {originator}")
    echo_table(("field", "value"), found.fields.items())


@click.command()
@node_option
@officer_options
@click.argument("item")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="File to write; a new one.")
@click.option("--why", required=True, help="The reason, at least 20 characters.")
def evidence(
    *, node_directory: Path, officer_name: str, password_file: Path | None, item: str, out: Path, why: str
) -> None:
    """Write ITEM of another partner to a file for proceedings. Refused where its label asks for consent and none is there."""
    from egnatia.enquiries.onward.evidence import export_evidence

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        if out.exists():
            raise ConflictError(f"{out} exists already", hint="Choose another file name; nothing was overwritten.")
        made = node.commit(lambda tx: export_evidence(tx, node.desk, officer, (item, why), node.clock()))
        _write_private(out, json.dumps(made, ensure_ascii=False, indent=1, sort_keys=True) + "\n")
    click.echo(f"item {item} written to {out}")


def _write_private(out: Path, text: str) -> None:
    """Write a new file that only its owner can read."""
    try:
        with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
            stream.write(text)
    except OSError as error:
        raise InputError(f"{out} cannot be written: {error.strerror}") from None


@click.command()
@node_option
@click.argument("item")
@json_option
def label(*, node_directory: Path, item: str, as_json: bool) -> None:
    """Show the handling label and the grading of ITEM, which this node holds or released; not the data."""
    from egnatia.agreements.handling import label_sha256, plain
    from egnatia.cli.handling import tell
    from egnatia.enquiries.onward.held import label_and_grading

    with open_node(node_directory) as node, node.database.read() as tx:
        found, grading = label_and_grading(tx, node.desk, item)
    if as_json:
        echo_json(plain(found) | {"label_sha256": label_sha256(found), "grading": grading})
        return
    tell(found)
    click.echo(f"grading: {grading.scheme} {grading.source}{grading.information}" if grading else "grading: none given")


@click.command()
@node_option
@officer_options
@click.argument("item")
@click.argument("file", default="-")
@click.option("--why", required=True, help="The reason, at least 20 characters.")
def relabel(
    *, node_directory: Path, officer_name: str, password_file: Path | None, item: str, file: str, why: str
) -> None:
    """Give ITEM, which this node released, the label in FILE (or on standard input), and tell every holder."""
    from egnatia.cli.handling import read_label
    from egnatia.enquiries.onward.relabelling import change_label

    new = read_label(file)
    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        told = node.commit(lambda tx: change_label(tx, node.desk, officer, (item, new, why), node.clock()))
    click.echo(f"item {item} has a new label; told: {', '.join(told)}")


COMMANDS = (
    ask_consent,
    consents,
    propose_consent,
    grant_consent,
    refuse_consent,
    forward,
    forwarded,
    show_forwarded,
    evidence,
    label,
    relabel,
)
