"""`egnatia partner`: joining by ceremony, and the membership list that every member signs."""

import time
import tomllib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from egnatia.cli.common import (
    Command,
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
from egnatia.errors import InputError
from egnatia.model.ids import PartnerCode

if TYPE_CHECKING:
    from egnatia.enquiries.membership.signing import SignedHere
    from egnatia.node import Node

_POLL_S = 0.2
_FILE = click.Path(path_type=Path, dir_okay=False)
_out = click.option("--out", type=_FILE, required=True, help="Write the file here.")


def _fingerprint(whose: str, *, required: bool = True) -> Callable[[Command], Command]:
    """The option that makes people telephone: typed in, so that it cannot be skipped."""
    text = f"Fingerprint of {whose} card, as you hear it by telephone: 64 characters; spaces do not matter."
    return click.option("--fingerprint", required=required, help=text)


def check_free(path: Path) -> None:
    """Look before the act whether its file can be written, so that no act is left without its file.

    Raises:
        InputError: there is something there, or no such folder.
    """
    if path.exists() or not path.absolute().parent.is_dir():
        raise InputError(
            f"{path} cannot be written", hint="Name a file that does not exist yet, in a folder that does."
        )


def write_out(path: Path, content: bytes) -> None:
    """Write a result file.

    Raises:
        InputError: it cannot be written, or stands there already.
    """
    try:
        with path.open("xb") as stream:
            stream.write(content)
    except OSError as error:
        raise InputError(
            f"{path} cannot be written: {error.strerror}", hint="Name a file that does not exist yet."
        ) from None


@click.command()
@click.argument("code")
@_out
@node_option
@officer_options
def invite(*, code: str, out: Path, node_directory: Path, officer_name: str, password_file: Path | None) -> None:
    """Make an invitation file for the candidate CODE, with this node's card and its partners'; good for 14 days."""
    from egnatia.enquiries.membership.invitations import invite as invite_candidate

    check_free(out)
    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        candidate, card = PartnerCode(code.upper()), node.card()
        content = node.commit(lambda tx: invite_candidate(tx, node.desk, officer, candidate, card, node.clock()))
    write_out(out, content)
    click.echo(f"{out}: give it to {candidate}, and read it the fingerprint of `egnatia partner card` by telephone")


@click.command()
@click.argument("invitation", type=_FILE)
@_fingerprint("the inviting member's")
@_out
@node_option
@officer_options
def join(
    *,
    invitation: Path,
    fingerprint: str,
    out: Path,
    node_directory: Path,
    officer_name: str,
    password_file: Path | None,
) -> None:
    """Accept an INVITATION on a new node: registers the members' cards and makes the candidacy file to send back."""
    from egnatia.enquiries.membership.invitations import join as join_members

    check_free(out)
    content = read_file(invitation, "invitation")
    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        files = (content, node.card())
        made, partners = node.commit(lambda tx: join_members(tx, node.desk, officer, files, fingerprint, node.clock()))
    write_out(out, made)
    for each in partners:
        click.echo(f"{each.code} {shown(each.name)} registered")
    click.echo(f"{out}: send it back, and read the fingerprint of `egnatia partner card` by telephone")


@click.command()
@click.argument("candidacy", type=_FILE)
@_fingerprint("the candidate's")
@node_option
@officer_options
def consider(
    *, candidacy: Path, fingerprint: str, node_directory: Path, officer_name: str, password_file: Path | None
) -> None:
    """Take a CANDIDACY file: registers the candidate's card and opens its admission. Until then it may ask nothing."""
    from egnatia.enquiries.membership.admissions import consider as consider_candidacy

    content = read_file(candidacy, "candidacy")
    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        card = node.commit(lambda tx: consider_candidacy(tx, node.desk, officer, content, fingerprint, node.clock()))
    click.echo(f"{card.code} {shown(card.name)}: admission opened")


@click.command()
@click.argument("code")
@click.option("--item", nargs=2, multiple=True, metavar="ITEM REFERENCE", help="One item and where its evidence is.")
@click.option("--from", "items_file", type=_FILE, help='Items from a TOML file of lines such as dpia = "DPIA-2025-07".')
@click.option("--report", type=_FILE, help="The candidate's conformance report.")
@node_option
@officer_options
def evidence(
    *,
    code: str,
    item: tuple[tuple[str, str], ...],
    items_file: Path | None,
    report: Path | None,
    node_directory: Path,
    officer_name: str,
    password_file: Path | None,
) -> None:
    """Record where the evidence for items of the admission checklist is, and say what is missing still."""
    from egnatia.enquiries.membership.admission_state import open_admission
    from egnatia.enquiries.membership.admissions import record_evidence, record_report

    candidate, items = PartnerCode(code.upper()), {**_items(items_file), **dict(item)}
    content = None if report is None else read_file(report, "report")
    with open_node(node_directory) as node:
        officer, now = sign_in(node, officer_name, password_file), node.clock()
        if items:
            node.commit(lambda tx: record_evidence(tx, officer, candidate, items, now))
        if content is not None:
            node.commit(lambda tx: record_report(tx, officer, candidate, content, now))
        with node.database.read() as tx:
            missing = open_admission(tx, candidate).missing
    click.echo(f"{candidate}: " + (f"missing {', '.join(each.id for each in missing)}" if missing else "complete"))


def _items(path: Path | None) -> dict[str, str]:
    if path is None:
        return {}
    try:
        values = tomllib.loads(read_file(path, "file of items").decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"{path} is not TOML: {error}") from None
    if not all(isinstance(value, str) for value in values.values()):
        raise InputError(f"{path}: each line is an item and a text", hint='For example: dpia = "DPIA-2025-07"')
    return values


@click.command()
@click.argument("code")
@node_option
@officer_options
def admit(*, code: str, node_directory: Path, officer_name: str, password_file: Path | None) -> None:
    """Propose the membership list with the candidate CODE on it. Fails, and names it, while any item is missing."""
    from egnatia.enquiries.membership.admissions import admit as propose_admission

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        candidate, card = PartnerCode(code.upper()), node.card()
        made = node.commit(lambda tx: propose_admission(tx, node.desk, officer, card, candidate, node.clock()))
    click.echo(f"membership list {made.made.version} proposed; now `egnatia partner sign` by a supervisor, here first")


@click.command()
@click.option("--days", type=click.IntRange(1, 730), default=None, help="How long the list is to hold.")
@click.option("--without", default=None, help="Leave out this one member, after `egnatia partner withdraw`.")
@node_option
@officer_options
def renew(
    *, days: int | None, without: str | None, node_directory: Path, officer_name: str, password_file: Path | None
) -> None:
    """Propose the next membership list with the same members; where there is none, the first."""
    from egnatia.enquiries.membership.signing import Change, propose

    change = Change(
        drop=PartnerCode(without.upper()) if without else None, valid=timedelta(days=days) if days else None
    )
    with open_node(node_directory) as node:
        officer, card = sign_in(node, officer_name, password_file), node.card()
        made = node.commit(lambda tx: propose(tx, node.desk, officer, card, change, node.clock()))
    click.echo(f"membership list {made.made.version} proposed: {', '.join(sorted(made.made.codes))}")


@click.command()
@_fingerprint("the newcomer's", required=False)
@click.option("--wait", type=click.FloatRange(0, 600), default=0.0, help="Wait so many seconds for the proposal.")
@node_option
@officer_options
def sign(
    *, fingerprint: str | None, wait: float, node_directory: Path, officer_name: str, password_file: Path | None
) -> None:
    """Sign the proposed membership list: this member's sign-off. It is in force once every member has signed."""
    from egnatia.enquiries.membership.signing import sign as sign_proposal

    with open_node(node_directory) as node:
        _wait_for_proposal(node, wait)
        officer, card = sign_in(node, officer_name, password_file), node.card()
        signed = node.commit(lambda tx: sign_proposal(tx, node.desk, officer, card, fingerprint, node.clock()))
    click.echo(_told(signed))


def _wait_for_proposal(node: "Node", seconds: float) -> None:
    """Until the serving process has taken a proposal, at most so long; what there is then is for `sign` to say."""
    from egnatia.exchange.membership.lists import proposals

    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with node.database.read() as tx:
            if proposals(tx, node.clock()):
                return
        time.sleep(_POLL_S)


def _told(signed: "SignedHere") -> str:
    if signed.in_force:
        return f"membership list {signed.version} signed, and in force"
    return f"membership list {signed.version} signed; waiting for {', '.join(signed.missing) or 'nobody'}"


@click.command()
@click.option("--out", type=_FILE, required=True, help="Write the signed report here, for the inviting member.")
@node_option
@officer_options
@json_option
def conformance(
    *, out: Path, node_directory: Path, officer_name: str, password_file: Path | None, as_json: bool
) -> None:
    """Test this node against an invented partner, with real code and synthetic data. Exit status 1 if a check fails."""
    from egnatia.accounts import authorise
    from egnatia.cli.conformance.run import report
    from egnatia.model.officers import Action

    check_free(out)
    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        authorise(officer, Action.MANAGE_PARTNERS)
        click.echo("testing this node; it takes a few seconds", err=True)
        results, content = report(node, officer)
    write_out(out, content)
    if as_json:
        echo_json([{"name": each.name, "passed": each.passed, "seen": each.seen} for each in results])
    else:
        echo_table(("check", "passed", "seen"), [(e.name, "yes" if e.passed else "NO", e.seen) for e in results])
    if not all(each.passed for each in results):
        raise click.exceptions.Exit(1)
