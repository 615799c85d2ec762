"""`egnatia agreement`: who may ask whom what, and by which instrument."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from egnatia.cli.common import (
    echo_json,
    echo_table,
    json_option,
    node_option,
    officer_options,
    open_node,
    read_file,
    shown,
    sign_in,
)
from egnatia.errors import RefusedError
from egnatia.model.ids import PartnerCode
from egnatia.model.officers import Action
from egnatia.model.states import Offence, Purpose, SubjectKind

if TYPE_CHECKING:
    from egnatia.model.agreements import Register
    from egnatia.model.dna import DnaTerms

_file_option = click.option(
    "--file",
    "register_file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Read this register file instead of the node's register; needs no node.",
)
_on_option = click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    default=None,
    help="The day to judge, such as 2025-05-15; today if left out.",
)


@click.group()
def group() -> None:
    """Who may ask whom what, and by which instrument."""


def _register(node_directory: Path, register_file: Path | None) -> "Register":
    from egnatia.agreements import load_register, parse_register

    if register_file is not None:
        return parse_register(read_file(register_file, "register"))
    with open_node(node_directory) as node, node.database.read() as tx:
        return load_register(tx)


def _day(on: datetime | None) -> date:
    """The day given, or the day it is in UTC, as the flow judges it."""
    return (on or datetime.now(UTC)).date()


@group.command()
@node_option
@_file_option
@_on_option
@json_option
def matrix(*, node_directory: Path, register_file: Path | None, on: datetime | None, as_json: bool) -> None:
    """Show what may be asked on a day, what is declined, and what ends within 30 days."""
    from egnatia.agreements import declined, ending
    from egnatia.agreements import matrix as rows_of

    register, day = _register(node_directory, register_file), _day(on)
    rows, refused, ends = rows_of(register, day), declined(register, day), ending(register, day)
    if as_json:
        echo_json([_tagged("grant", row) for row in rows])
        echo_json([_tagged("declined", row) for row in refused])
        echo_json([_tagged("ending", row) for row in ends])
        return
    echo_table(
        ("asks", "whom", "about", "for", "grant", "from offence", "core data", "until"),
        (
            (
                row.asker,
                row.answerer,
                row.subject.value,
                ", ".join(row.purposes),
                row.grant + (" (invented)" if row.invented else ""),
                row.offence_min.name.lower(),
                "yes" if row.step_two else "no",
                row.ends_on,
            )
            for row in rows
        ),
    )
    click.echo(f"\n{len(rows)} grants hold on {day.isoformat()}; everything else is refused.")
    for row in rows:
        if row.dna is not None:
            click.echo(shown(f"{row.grant}: {_dna_words(row.dna)}"))
    for word in refused:
        click.echo(shown(f"{word.partner} declines {word.subject.value} since {word.since.isoformat()}: {word.source}"))
    for end in ends:
        click.echo(shown(f"ends {end.on.isoformat()}: {end.reference} ({end.what}), {len(end.grants)} grants"))


def _dna_words(terms: "DnaTerms") -> str:
    batches = f"batches of at most {terms.batch_max:,}" if terms.batch_max else "no batches"
    new = "every new profile compared" if terms.automatic else "each asked by an officer"
    return f"asked with {', '.join(terms.asked_with)} by the rules {terms.rules}, {new}, {batches}"


def _tagged(kind: str, row: Any) -> dict[str, Any]:
    return {"kind": kind} | {name: getattr(row, name) for name in row.__slots__}


@group.command()
@click.argument("asker")
@click.argument("answerer")
@click.argument("subject", type=click.Choice([each.value for each in SubjectKind]))
@click.option("--purpose", type=click.Choice([each.value for each in Purpose]), required=True)
@click.option("--offence", type=click.Choice([each.value for each in Offence]), required=True)
@click.option("--step-two", is_flag=True, help="Ask about core data after a hit.")
@node_option
@_file_option
@_on_option
@json_option
def check(*, node_directory: Path, register_file: Path | None, as_json: bool, **asked: Any) -> None:
    """Say whether ASKER may ask ANSWERER about SUBJECT, and by which grant. Exit status 5 when not."""
    from egnatia.agreements import Refusal, Request, permit

    request = Request(
        PartnerCode(asked["asker"].upper()),
        PartnerCode(asked["answerer"].upper()),
        SubjectKind(asked["subject"]),
        Purpose(asked["purpose"]),
        Offence(asked["offence"]),
        _day(asked["on"]),
        asked["step_two"],
    )
    answer = permit(_register(node_directory, register_file), request)
    if isinstance(answer, Refusal):
        if as_json:
            echo_json({"allowed": False, "reason": answer.reason.value, "detail": answer.detail})
        raise RefusedError(answer.reason, answer.detail)
    grant = answer.grant
    if as_json:
        echo_json({"allowed": True, "grant": grant.id, "agreement": grant.agreement, "deadline_h": grant.deadline_h})
        return
    click.echo(f"allowed by grant {grant.id} of {grant.agreement}, follow-ups due within {grant.deadline_h} hours")


@group.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@node_option
@officer_options
def import_(*, file: Path, node_directory: Path, officer_name: str, password_file: Path | None) -> None:
    """Check a register file and make it the one that decides from now on."""
    from egnatia.accounts import authorise
    from egnatia.agreements import import_register

    content = read_file(file, "register")
    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        authorise(officer, Action.MANAGE_AGREEMENTS)
        made = node.commit(lambda tx: import_register(tx, content, officer.id, node.clock()))
    click.echo(f"agreement register version {made.version} is in use (SHA-256 {made.sha256})")


@group.command("list")
@node_option
@_file_option
@json_option
def list_(*, node_directory: Path, register_file: Path | None, as_json: bool) -> None:
    """List every agreement with its legal force, its parties and when it binds each."""
    agreements = list(_register(node_directory, register_file).agreements.values())
    if as_json:
        echo_json(agreements)
        return
    echo_table(
        ("agreement", "force", "in force for", "invented", "title"),
        (
            (
                each.id,
                each.force.value,
                ", ".join(f"{party.partner} {party.in_force or 'no date'}" for party in each.parties),
                "yes" if each.invented else "no",
                each.title,
            )
            for each in agreements
        ),
    )


@group.command()
@node_option
@_file_option
@click.option("--schema", is_flag=True, help="Print the schema that the policies keep to instead.")
def cedar(*, node_directory: Path, register_file: Path | None, schema: bool) -> None:
    """Print the register as Cedar policies, for reading and checking with other people's tools.

    Each grant is a `permit` with its id; what stops a partner or a route is a `forbid`. The node itself decides without
    them.
    """
    from egnatia.agreements.cedar import SCHEMA, cedar_policies

    click.echo(SCHEMA if schema else cedar_policies(_register(node_directory, register_file)), nl=False)
