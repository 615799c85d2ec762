"""`egnatia forgery`: templates of false documents, confirmed here and told to the members as alerts."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from egnatia.cli.common import (
    Command,
    echo_json,
    echo_table,
    json_option,
    node_option,
    officer_options,
    open_node,
    sign_in,
)
from egnatia.model.borders import MADE_FALSE, VerdictClass
from egnatia.model.forgery import ALERTED, AlertWithdrawal
from egnatia.model.states import RegisterCategory

if TYPE_CHECKING:
    from egnatia.casework.intelligence import TemplateDraft
    from egnatia.engines.documents.series.reported import ReportedNumber
    from egnatia.enquiries.forgery_alerts.held import Alert, Told
    from egnatia.model.officers import Officer
    from egnatia.node import Node

_VERDICTS = click.Choice(sorted(each.value for each in MADE_FALSE))
_CATEGORIES = click.Choice(sorted(each.value for each in ALERTED))


@click.group()
def group() -> None:
    """Templates of false documents: confirm them, tell the members, see what partners told."""


def content_options(command: Command) -> Command:
    """Add what is said of a template."""
    for made in (
        click.option("--why", required=True, help="The grounds, at least 20 characters; sealed in the ledger."),
        click.option(
            "--blanks", multiple=True, metavar="ISSUER:FIRST-LAST", help="A range of stolen blanks; repeatable."
        ),
        click.option(
            "--feature", "features", multiple=True, metavar="KIND=VALUE",
            help="A feature, such as font_fault=zone_pitch; repeatable. `document series kinds` lists them.",
        ),
    ):  # fmt: skip
        command = made(command)
    return command


def _draft(given: dict[str, Any], verdict: str, inspection_id: str | None = None) -> "TemplateDraft":
    from egnatia.casework.intelligence import TemplateDraft
    from egnatia.engines.documents.series.blanks import blank_range
    from egnatia.engines.documents.series.files import noted

    ranges = []
    for text in given["blanks"]:
        issuer, _, numbers = text.partition(":")
        first, _, last = numbers.partition("-")
        ranges.append(blank_range(issuer, first, last))
    features = frozenset(noted(each) for each in given["features"])
    return TemplateDraft(VerdictClass(verdict), features, given["why"], tuple(ranges), inspection_id)


@group.command()
@node_option
@officer_options
@click.option("--verdict", type=_VERDICTS, required=True, help="What officers say of the document.")
@click.option("--inspection", "inspection_id", help="Id of its inspection, on which two officers agree.")
@content_options
def confirm(*, node_directory: Path, officer_name: str, password_file: Path | None, **given: Any) -> None:
    """Record the template of a document that people found false. Nothing leaves the node."""
    from egnatia.casework.intelligence import confirm as confirm_template

    draft = _draft(given, given["verdict"], given["inspection_id"])
    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        reference = node.commit(lambda tx: confirm_template(tx, node.desk, officer, draft, node.clock()))
    click.echo(f"{reference} confirmed; `egnatia forgery issue {reference}` tells the members")


@group.command()
@node_option
@officer_options
@click.argument("inspection_id", metavar="INSPECTION")
@click.option("--category", type=_CATEGORIES, required=True, help="As what the document is reported.")
@click.option("--why", required=True, help="The grounds, at least 20 characters; sealed in the ledger.")
def reported(
    *, node_directory: Path, officer_name: str, password_file: Path | None, inspection_id: str, category: str, why: str
) -> None:
    """Record that a reported document was met, by the id of its INSPECTION. Nothing leaves the node.

    It is reported by this node's register, a list in date or a confirmed answer; an officer found it so; and its holder
    was asked about flight and exploitation first. Of who asks for protection nobody is told.
    """
    from egnatia.casework.intelligence import ReportedDraft, confirm_reported

    draft = ReportedDraft(inspection_id, RegisterCategory(category), why)
    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        reference = node.commit(lambda tx: confirm_reported(tx, node.desk, officer, draft, node.clock()))
    click.echo(f"{reference} recorded; `egnatia forgery issue {reference}` tells the members")


@group.command()
@node_option
@officer_options
@click.argument("reference")
@click.option("--label", "label_file", metavar="FILE", help="Handling label.  [default: the task force, no onward]")
@click.option(
    "--review-on",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="From then on it flags nothing.  [default: 180 days]",
)
def issue(
    *,
    node_directory: Path,
    officer_name: str,
    password_file: Path | None,
    reference: str,
    label_file: str | None,
    review_on: datetime | None,
) -> None:
    """Tell every member that may know of the template REFERENCE. Without a shared inspection a second officer does it."""
    from egnatia.casework.intelligence import AlertTerms
    from egnatia.casework.intelligence import issue as issue_alert
    from egnatia.cli.handling import read_label

    terms = AlertTerms(
        None if label_file is None else read_label(label_file), None if review_on is None else review_on.date()
    )
    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        node.commit(lambda tx: issue_alert(tx, node.desk, officer, reference, terms, node.clock()))
        _say_told(node, reference)


@group.command()
@node_option
@officer_options
@click.argument("reference")
@content_options
def change(
    *, node_directory: Path, officer_name: str, password_file: Path | None, reference: str, **given: Any
) -> None:
    """Give the alert REFERENCE other features or ranges, everywhere."""
    from egnatia.casework.intelligence import change as change_alert

    draft = _draft(given, VerdictClass.COUNTERFEIT)  # the verdict stands as it was confirmed
    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        node.commit(lambda tx: change_alert(tx, node.desk, officer, reference, draft, node.clock()))
        _say_told(node, reference)


@group.command()
@node_option
@officer_options
@click.argument("reference")
@click.option(
    "--reason", type=click.Choice([each.value for each in AlertWithdrawal]), required=True, help="From the list."
)
@click.option("--why", required=True, help="The grounds, at least 20 characters; sealed in the ledger.")
def withdraw(
    *, node_directory: Path, officer_name: str, password_file: Path | None, reference: str, reason: str, why: str
) -> None:
    """Take the alert REFERENCE back, everywhere. One officer is enough."""
    from egnatia.casework.intelligence import withdraw as withdraw_alert

    taken_back = (AlertWithdrawal(reason), why)
    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        node.commit(lambda tx: withdraw_alert(tx, node.desk, officer, reference, taken_back, node.clock()))
        _say_told(node, reference)


def _say_told(node: "Node", reference: str) -> None:
    """Who is being told, and who is not and why."""
    from egnatia.enquiries.forgery_alerts.held import told

    with node.database.read() as tx:
        for each in told(tx, reference):
            what = f"not told, {each.refusal}" if each.refusal else each.state.value
            click.echo(f"{each.partner}: {what}")


@group.command("list")
@node_option
@officer_options
@click.option("--flagging", is_flag=True, help="Only those that documents are held against today.")
@json_option
def list_(
    *, node_directory: Path, officer_name: str, password_file: Path | None, flagging: bool, as_json: bool
) -> None:
    """List what this node holds: confirmed here, issued, and told by partners; the newest first."""
    from egnatia.enquiries.forgery_alerts.held import alerts

    with open_node(node_directory) as node:
        _signed_in(node, officer_name, password_file)
        today = node.clock().date()
        with node.database.read() as tx:
            found = [each for each in alerts(tx) if not flagging or each.flags_on(today)]
    if as_json:
        echo_json([_plain(each) for each in found])
        return
    echo_table(
        ("reference", "of", "state", "features", "blanks", "changed", "review on"),
        (
            (
                each.reference,
                each.originator,
                _state(each),
                len(each.features),
                len(each.blanks),
                each.changed_at,
                each.review_on or "-",
            )
            for each in found
        ),
    )


@group.command()
@node_option
@officer_options
@click.argument("reference")
@json_option
def show(*, node_directory: Path, officer_name: str, password_file: Path | None, reference: str, as_json: bool) -> None:
    """Show one of them with its features, and how far it has come at each partner."""
    from egnatia.agreements.handling import plain
    from egnatia.enquiries.forgery_alerts.held import alert_of, told

    with open_node(node_directory) as node:
        _signed_in(node, officer_name, password_file)
        with node.database.read() as tx:
            alert, copies = alert_of(tx, reference), told(tx, reference)
    if as_json:
        label = None if alert.label is None else plain(alert.label)
        echo_json(_plain(alert) | {"label": label, "told": copies})
        return
    click.echo(f"{alert.reference} of {alert.originator}: {_state(alert)}, number {alert.number}")
    for kind, values in _plain(alert)["features"].items():
        click.echo(f"  {kind.replace('_', ' ')}: {', '.join(values)}")
    if alert.reported is not None:
        one = alert.reported
        click.echo(f"  met: {one.issuer} {one.document_type} {one.number}, {one.category.value.replace('_', ' ')}")
    for blanks in alert.blanks:
        click.echo(f"  stolen blanks of {blanks.issuer}: {blanks.first} to {blanks.last}")
    _show_told(copies)


def _show_told(copies: "list[Told]") -> None:
    if copies:
        rows = [(each.partner, each.state.value, each.refusal, each.received_at) for each in copies]
        echo_table(("partner", "state", "why not", "received"), rows)


def _signed_in(node: "Node", officer_name: str, password_file: Path | None) -> "Officer":
    from egnatia.accounts import authorise
    from egnatia.model.officers import Action

    officer = sign_in(node, officer_name, password_file)
    authorise(officer, Action.VIEW_FORGERY_ALERTS)
    return officer


def _state(alert: "Alert") -> str:
    if alert.withdrawn is not None:
        return f"withdrawn, {alert.withdrawn.value}"
    return "confirmed" if alert.number == 0 else "alert"


def _met(one: "ReportedNumber") -> dict[str, str]:
    return {
        "issuer": one.issuer,
        "document_type": one.document_type,
        "number": one.number,
        "category": one.category.value,
    }


def _plain(alert: "Alert") -> dict[str, Any]:
    from egnatia.engines.documents.series.files import by_kind

    return {
        "reference": alert.reference,
        "originator": alert.originator,
        "state": _state(alert),
        "number": alert.number,
        "features": by_kind(alert.features),
        "blanks": [{"issuer": each.issuer, "first": each.first, "last": each.last} for each in alert.blanks],
        "reported": None if alert.reported is None else _met(alert.reported),
        "verdict": alert.verdict,
        "confirmed_at": alert.confirmed_at,
        "changed_at": alert.changed_at,
        "review_on": alert.review_on,
    }
