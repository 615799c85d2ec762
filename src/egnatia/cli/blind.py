"""`egnatia blind`: lists that partners can ask without telling what they ask, at both ends."""

import asyncio
import csv
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from egnatia.cli.common import echo_json, echo_table, json_option, node_option, officer_options, open_node, sign_in
from egnatia.errors import InputError, RefusedError
from egnatia.model.ids import EnquiryId, PartnerCode
from egnatia.model.states import AskState, BlindList, RefusalReason

WORDS = {
    AskState.WAITING: "has not answered yet",
    AskState.UNDELIVERABLE: "could not be reached; has not answered",
    AskState.HIT: "entry found: follow up openly",
    AskState.NO_HIT: "no entry",
    AskState.REFUSED: "refused",
    AskState.NOT_ASKED: "not asked",
}
_LISTS = click.Choice([each.value for each in BlindList])
_MAX_FILE = 64 * 1024


@click.group()
def group() -> None:
    """Lists that can be asked blind: publish ours, fetch partners', open and audit."""


@group.command()
@node_option
@click.option("--export", "export_of", default=None, help="Write this holder's signed statement to standard output.")
@json_option
def epoch(*, node_directory: Path, export_of: str | None, as_json: bool) -> None:
    """Show the filters in force: ours for partners, and partners' for us."""
    from egnatia.enquiries.blind.views import epochs
    from egnatia.exchange.blind_pages import statement_of

    with open_node(node_directory) as node, node.database.read() as tx:
        if export_of is not None:
            click.echo(statement_of(tx, export_of), nl=False)
            return
        found = epochs(tx)
    if as_json:
        echo_json(found)
        return
    rows = [
        (
            "theirs" if each.held else "ours",
            each.partner,
            each.list.value,
            each.epoch,
            each.begins_at,
            each.ends_at,
            each.statement[:16],
        )
        for each in found
    ]
    echo_table(("whose", "partner", "list", "epoch", "begins", "ends", "statement"), rows)


@group.command("import")
@node_option
@officer_options
@click.argument("which", type=click.Choice([BlindList.BANK_ACCOUNTS.value, BlindList.PHONES.value]))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
def import_(*, node_directory: Path, officer_name: str, password_file: Path | None, which: str, file: Path) -> None:
    """Replace a list by a CSV file with the columns reference and identifier (an IBAN or a telephone number)."""
    from egnatia.enquiries.blind.importing import import_list

    rows = _csv(file)
    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        count = node.commit(lambda tx: import_list(tx, officer, BlindList(which), rows, node.clock()))
    click.echo(f"listed: {count}")


def _csv(file: Path) -> list[tuple[str, str]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
    except (OSError, UnicodeDecodeError, csv.Error):
        raise InputError(f"{file} cannot be read as a CSV file in UTF-8") from None
    if any(set(row) != {"reference", "identifier"} or None in row.values() for row in rows):
        raise InputError(f"{file} needs exactly the columns reference and identifier in every line")
    return [(row["reference"], row["identifier"]) for row in rows]


@group.command()
@node_option
@officer_options
@click.option(
    "--to", "partners", multiple=True, help="Partner to publish for; repeat it. Without it, all with a grant."
)
@click.option("--list", "lists", type=_LISTS, multiple=True, help="List to publish; repeat it. Without it, all.")
@click.option("--days", type=click.IntRange(1, 92), default=30, show_default=True, help="How long the epoch lasts.")
@click.option(
    "--if-due",
    type=click.IntRange(0, 92),
    default=None,
    help="Only if less than these days are left, or the epoch ended early.",
)
@json_option
def publish(
    *, node_directory: Path, officer_name: str, password_file: Path | None, as_json: bool, **given: Any
) -> None:
    """Begin a new epoch: new keys, new filters, one signed statement. The epoch before ends, and its keys are erased.

    What is not published now is not offered any more. Run it from a timer with --if-due, so that keys change in time.
    """
    from egnatia.enquiries.blind.publishing import is_due

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        if given["if_due"] is not None:
            with node.database.read() as tx:
                if not is_due(tx, node.clock(), timedelta(days=given["if_due"])):
                    click.echo("no new epoch is due", err=True)
                    return
        statement = _published(node, officer, given["partners"], given["lists"], given["days"])
    rows = [
        {"partner": each.audience, "list": each.list.value, "entries": each.entries, "complete": each.complete}
        for each in statement.filters
    ]
    if as_json:
        echo_json({"epoch": statement.epoch, "ends": statement.ends, "statement": statement.sha256, "filters": rows})
        return
    click.echo(f"epoch {statement.epoch} until {statement.ends.date()}  statement {statement.sha256}")
    echo_table(("partner", "list", "entries, filled up", "complete"), [row.values() for row in rows])


def _published(node: Any, officer: Any, partners: tuple[str, ...], lists: tuple[str, ...], days: int) -> Any:
    from egnatia.enquiries.blind.publishing import make_filter, plan, publish

    made = []
    with node.database.read() as tx:
        wanted = plan(tx, node.desk, officer, [PartnerCode(each) for each in partners], node.clock())
        chosen = [pair for pair in wanted if not lists or pair[1].value in lists]
        if not chosen:
            raise RefusedError(RefusalReason.BLIND_NOT_OFFERED, "none of these lists may be published for them")
        for partner, which in chosen:
            click.echo(f"making {which.value} for {partner}", err=True)
            made.append(make_filter(tx, node.desk, partner, which))
    return node.commit(lambda tx: publish(tx, node.desk, officer, made, days, node.clock()))


@group.command()
@node_option
@officer_options
@click.argument("partner")
@json_option
def fetch(*, node_directory: Path, officer_name: str, password_file: Path | None, partner: str, as_json: bool) -> None:
    """Fetch a partner's lists for us, check them, and compare the statement with what other partners hold."""
    from egnatia.enquiries.blind.fetching import keep, prepare

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        with node.database.read() as tx:
            errand = prepare(tx, node.code, officer, PartnerCode(partner))
        fetched = _fetched(node, errand)
        node.commit(lambda tx: keep(tx, officer, fetched, node.clock()))
    shown: dict[str, Any] = {
        "epoch": fetched.statement.epoch,
        "ends": fetched.statement.ends,
        "statement": fetched.statement.sha256,
        "lists": {facts.list.value: facts.entries for facts, _ in fetched.filters},
        "incomplete": [facts.list.value for facts, _ in fetched.filters if not facts.complete],
        "same_at": list(fetched.compared),
        "not_compared": list(fetched.silent),
    }
    if as_json:
        echo_json(shown)
        return
    lists = ", ".join(f"{name} ({count} entries, filled up)" for name, count in shown["lists"].items())
    rows = shown | {"lists": lists}
    echo_table(("what", "value"), [(name, _listed(value)) for name, value in rows.items()])


def _listed(value: Any) -> Any:
    """A list in words, or what it is."""
    return ", ".join(value) or "none" if isinstance(value, list) else value


def _fetched(node: Any, errand: Any) -> Any:
    from egnatia.enquiries.blind.comparing import StatementsDifferError
    from egnatia.enquiries.blind.fetching import fetch
    from egnatia.exchange.client import HttpsLine

    async def run() -> Any:
        line = HttpsLine(node.keys)
        try:
            return await fetch(line, errand, node.clock())
        finally:
            await line.close()

    try:
        return asyncio.run(run())
    except StatementsDifferError as error:
        _alarm(node, error)
        raise


def _alarm(node: Any, problem: Any) -> None:
    """Enter a contradiction before it is shown."""
    from egnatia.enquiries.blind.comparing import raise_alarm

    node.commit(lambda tx: raise_alarm(tx, problem, node.clock()))


@group.command("list")
@node_option
@click.option("--case", "case_ref", default=None, help="Only this case.")
@click.option("--theirs", is_flag=True, help="Partners' blind enquiries instead: all that this node knows of them.")
@json_option
def list_(*, node_directory: Path, case_ref: str | None, theirs: bool, as_json: bool) -> None:
    """List our blind enquiries, newest first; never what they asked."""
    from egnatia.enquiries.blind.views import blind_views, evaluated_views

    with open_node(node_directory) as node, node.database.read() as tx:
        found: list[Any] = list(evaluated_views(tx) if theirs else blind_views(tx, case_ref))
    if as_json:
        echo_json(found)
    elif theirs:
        rows = [(e.asker, e.list.value, e.purpose.value, e.refusal or "", e.answered_at, e.commitment) for e in found]
        echo_table(("asker", "list", "purpose", "refused", "answered", "commitment"), rows)
    else:
        echo_blind(found)


def echo_blind(found: list[Any]) -> None:
    """Print blind enquiries with their results in words."""
    rows = [
        (each.id, each.case_ref, each.partner, each.list.value, WORDS[each.state], each.refusal or "", each.asked_at)
        for each in found
    ]
    echo_table(("enquiry", "case", "partner", "list", "answer", "reason", "asked"), rows)


@group.command("open")
@node_option
@officer_options
@click.argument("enquiry_id")
@click.option("--why", required=True, help="Why it is opened, at least 20 characters, such as: audit by the partner.")
def open_(*, node_directory: Path, officer_name: str, password_file: Path | None, enquiry_id: str, why: str) -> None:
    """Write the opening of one of our blind enquiries to standard output, for an auditor at the partner.

    It tells the partner what was asked. Hand it over by a way that you trust; it is entered in the ledger.
    """
    from egnatia.enquiries.blind.opening import open_blind

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        opening = node.commit(lambda tx: open_blind(tx, node.desk, officer, EnquiryId(enquiry_id), why, node.clock()))
    click.echo(opening, nl=False)


@group.command()
@node_option
@officer_options
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--why", default="", help="Why it is checked, at least 20 characters; needed for an opening.")
@click.option("--statement", "is_statement", is_flag=True, help="The file is a signed statement from another partner.")
@json_option
def audit(
    *, node_directory: Path, officer_name: str, password_file: Path | None, file: Path, as_json: bool, **given: Any
) -> None:
    """Check a partner's opening against what it sent us, or a statement against the one that we hold.

    Exit status 7 when the opening is not what was asked, 5 when the statements differ.
    """
    from egnatia.enquiries.blind.opening import audit_opening

    content = _small(file)
    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        if given["is_statement"]:
            _compare(node, officer, content)
            return
        held = node.commit(lambda tx: audit_opening(tx, node.desk, officer, content, given["why"], node.clock()))
    if as_json:
        echo_json(held)
        return
    echo_table(("what", "value"), [(name, getattr(held, name)) for name in held.__slots__])


def _small(file: Path) -> bytes:
    with file.open("rb") as stream:
        content = stream.read(_MAX_FILE + 1)
    if len(content) > _MAX_FILE:
        raise InputError(f"{file} is too large for an opening or a statement")
    return content


def _compare(node: Any, officer: Any, content: bytes) -> None:
    from egnatia.enquiries.blind.comparing import StatementsDifferError, compare_statement

    try:
        with node.database.read() as tx:
            same = compare_statement(tx, officer, content)
    except StatementsDifferError as error:
        _alarm(node, error)
        raise
    click.echo("the same statement" if same else "no statement of that epoch is held; nothing contradicts it")
