"""`egnatia ledger show` and `sample`: reading the access log, for a lawful purpose and never unseen."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from egnatia.cli.common import (
    MAX_NUMBER,
    echo_json,
    echo_table,
    json_option,
    node_option,
    officer_options,
    open_node,
    sign_in,
)
from egnatia.errors import InputError, RefusedError
from egnatia.model.events import EventKind
from egnatia.model.officers import Action, Officer
from egnatia.model.states import LogPurpose, Operation

if TYPE_CHECKING:
    from egnatia.ledger.access import Reader
    from egnatia.ledger.entries import EntryView
    from egnatia.node import Node

_HEADINGS = ("number", "at", "kind", "operation", "actor", "object", "partner", "justification")


def purpose_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """The purpose of reading the log. Any word is taken here, so that an unlawful one is refused and entered."""
    words = ", ".join(LogPurpose)
    return click.option("--purpose", required=True, help=f"Why the log is read: {words}. Nothing else is lawful.")(
        command
    )


def lawful_purpose(node: "Node", officer: Officer, purpose: str, reason: str) -> LogPurpose:
    """The purpose as one of the closed list; another one is entered as refused.

    Raises:
        RefusedError: LOG_PURPOSE.
    """
    from egnatia.ledger.access import enter_refusal, log_purpose

    try:
        return log_purpose(purpose)
    except RefusedError:
        node.commit(lambda tx: enter_refusal(tx, officer.id, node.code, (purpose, reason), node.clock()))
        raise


def _reader(node: "Node", officer_name: str, password_file: Path | None, why: tuple[str, str]) -> "Reader":
    """Who reads: logged in, allowed to, and for a lawful purpose."""
    from egnatia.accounts import authorise
    from egnatia.ledger.access import Reader

    officer = sign_in(node, officer_name, password_file)
    authorise(officer, Action.READ_LEDGER)
    purpose, reason = why
    lawful = lawful_purpose(node, officer, purpose, reason)
    return Reader(officer.id, node.code, lawful, reason, node.clock())


def _echo(found: list["EntryView"], *, as_json: bool) -> None:
    if as_json:
        echo_json([asdict(one) for one in found])
        return
    rows = (
        (one.sequence, one.at, one.kind, one.operation, one.actor, one.object_ref, one.partner,
         "(erased)" if one.erased else one.justification)
        for one in found
    )  # fmt: skip
    echo_table(_HEADINGS, rows)


@click.command()
@node_option
@officer_options
@purpose_option
@click.option("--reason", default="", help="In your own words; goes into the ledger, sealed.")
@click.option("--kind", type=click.Choice([kind.value for kind in EventKind]), help="Only this kind of entry.")
@click.option("--operation", type=click.Choice([one.value for one in Operation]), help="Only this logged operation.")
@click.option("--actor", help="Only acts of this officer reference.")
@click.option("--object", "object_ref", metavar="REF", help="Only entries about this.")
@click.option("--before", type=click.IntRange(0, MAX_NUMBER), help="Only entries with a smaller number: the next page.")
@click.option("--limit", type=click.IntRange(1, 500), default=20, show_default=True, help="How many.")
@json_option
def show(
    *,
    node_directory: Path,
    officer_name: str,
    password_file: Path | None,
    purpose: str,
    reason: str,
    as_json: bool,
    **wanted: Any,
) -> None:
    """Read the access log, the newest entries first. Reading it is entered into it, with its purpose."""
    from egnatia.ledger.access import read_log
    from egnatia.ledger.entries import EntryFilter

    kind, operation = wanted["kind"], wanted["operation"]
    chosen = EntryFilter(
        kind=EventKind(kind) if kind else None,
        operation=Operation(operation) if operation else None,
        actor=wanted["actor"],
        object_ref=wanted["object_ref"],
        before=wanted["before"],
        limit=wanted["limit"],
    )
    with open_node(node_directory) as node:
        reader = _reader(node, officer_name, password_file, (purpose, reason))
        found = node.commit(lambda tx: read_log(tx, reader, chosen))
    _echo(found, as_json=as_json)


@click.command()
@node_option
@officer_options
@purpose_option
@click.option("--reason", default="", help="In your own words; goes into the ledger, sealed.")
@click.option("--seed", required=True, help="Any text; the same seed over the same entries draws the same sample.")
@click.option("--count", type=click.IntRange(1, 500), default=20, show_default=True, help="Entries to draw.")
@click.option(
    "--operation",
    type=click.Choice([one.value for one in Operation]),
    default=Operation.CONSULTATION.value,
    show_default=True,
    help="From which logged operation.",
)
@click.option("--since", metavar="TIME", help="Only entries from this moment on, such as 2025-05-01T00:00+00:00.")
@click.option("--until", metavar="TIME", help="Only entries before this moment.")
@json_option
def sample(
    *,
    node_directory: Path,
    officer_name: str,
    password_file: Path | None,
    purpose: str,
    reason: str,
    as_json: bool,
    **wanted: Any,
) -> None:
    """Draw a random sample of consultations with their justifications, for an inspector. The drawing is entered."""
    from egnatia.ledger.access import SampleRequest, draw_sample

    moments = (_moment(wanted["since"]), _moment(wanted["until"]))
    request = SampleRequest(wanted["seed"], wanted["count"], Operation(wanted["operation"]), *moments)
    with open_node(node_directory) as node:
        reader = _reader(node, officer_name, password_file, (purpose, reason))
        found = node.commit(lambda tx: draw_sample(tx, reader, request))
    _echo(found, as_json=as_json)


def _moment(text: str | None) -> datetime | None:
    """A time with its zone.

    Raises:
        InputError: it is none.
    """
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise InputError(f"{text!r} is no time with a zone, such as 2025-05-01T00:00+00:00")
    return at


COMMANDS = (show, sample)
