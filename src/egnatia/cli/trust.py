"""`egnatia trust`: the node's trust store: lists imported by an officer, trust files between partners, how it stands."""

from datetime import date
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
    shown,
    sign_in,
)
from egnatia.cli.trust_files import FILE, bring_all, contents, list_options, told_of
from egnatia.errors import Error
from egnatia.model.ids import PartnerCode
from egnatia.model.officers import Action

if TYPE_CHECKING:
    from egnatia.enquiries.trust.deciding import Weighed
    from egnatia.enquiries.trust.updates import Update


@click.group()
def group() -> None:
    """Whose signatures on documents the node believes: lists it imports, trust files between partners, how it stands.

    `document trust` looks into a store, and keeps one that belongs to no node.
    """


@group.command("import")
@click.argument("files", nargs=-1, required=True, type=FILE)
@node_option
@officer_options
@list_options
@json_option
def import_(
    files: tuple[Path, ...],
    *,
    node_directory: Path,
    officer_name: str,
    password_file: Path | None,
    as_json: bool,
    **told: Any,
) -> None:
    """Import FILES into the node's own trust store, in an officer's name; the ledger has each by its hash.

    What each file is, is seen from its content: a master list, a certificate, a revocation list or a list of defects.
    What is held already is passed over. A partner's trust file is taken by two officers: `egnatia trust accept`.
    """
    import hashlib

    from egnatia.enquiries.trust.importing import Brought, check_files, keep_imported

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        check_files(officer, (content for path in files for content in contents(path)))
        before = node.trust_keeper.folder()
        holdings, taken = bring_all(before.holdings, files, told_of(node.clock(), **told), as_json=as_json)
        brought = [Brought(hashlib.sha256(data).hexdigest(), done.what, done.added) for data, done in taken]
        if brought:
            keep_imported(node, officer, before, holdings, brought, vouched=bool(told["vouch"]))
    if not as_json:
        click.echo(f"{len(brought)} files imported; the store holds {len(holdings.certificates)} certificates.")


@group.command()
@node_option
@officer_options
@click.option("--to", "partners", multiple=True, help="Partner to share with; repeatable.  [default: every member]")
@json_option
def share(
    *, node_directory: Path, officer_name: str, password_file: Path | None, partners: tuple[str, ...], as_json: bool
) -> None:
    """Send partners what was imported here, signed. What other partners sent is not passed on.

    Without --to it goes to every member that can take it, and who cannot is said. The exit status is 1 when it went to
    nobody.
    """
    from egnatia.accounts import authorise
    from egnatia.enquiries.trust.sharing import pack

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        authorise(officer, Action.SHARE_TRUST)  # before the node's key signs anything
        parcel = pack(node.trust_keeper.folder(), node.desk, node.clock())
        wanted = [PartnerCode(each.upper()) for each in partners] or _everybody(node)
        sent = [_share_with(node, officer, each, parcel, named=bool(partners)) for each in wanted]
    rows = [each for each in sent if each is not None]
    if as_json:
        echo_json([{"partner": partner, "update": update_id, "version": parcel.version} for partner, update_id in rows])
    else:
        click.echo(f"version {parcel.version}, {parcel.certificates} certificates, {len(parcel.parts)} messages")
        echo_table(("partner", "update"), rows)
    click.get_current_context().exit(0 if rows else 1)


def _everybody(node: Any) -> list[PartnerCode]:
    from egnatia.exchange.directory import cards

    with node.database.read() as tx:
        return sorted(cards(tx))


def _share_with(node: Any, officer: Any, partner: PartnerCode, parcel: Any, *, named: bool) -> tuple[str, str] | None:
    """One act for each partner: one that cannot take it keeps nobody else from having it, unless it was named."""
    from egnatia.enquiries.trust.sharing import share as share_with

    try:
        update_id = node.commit(lambda tx: share_with(tx, node.desk, officer, partner, parcel, node.clock()))
    except Error as error:
        if named:
            raise
        click.echo(f"{partner}: {shown(error.message)}", err=True)
        return None
    return partner, update_id


@group.command("inbox")
@node_option
@officer_options
@click.option("--open", "only_open", is_flag=True, help="Only what waits for a decision.")
@json_option
def inbox_(
    *, node_directory: Path, officer_name: str, password_file: Path | None, only_open: bool, as_json: bool
) -> None:
    """List the trust files that came, what waits first. Looking is logged."""
    from egnatia.enquiries.trust.updates import IN, OPEN

    found = [each for each in _updates(node_directory, officer_name, password_file) if each.direction == IN]
    _list([each for each in found if not only_open or each.state in OPEN or each.unfinished], as_json=as_json)


@group.command("sent")
@node_option
@officer_options
@json_option
def sent_(*, node_directory: Path, officer_name: str, password_file: Path | None, as_json: bool) -> None:
    """List the trust files that were shared, and what became of them. Looking is logged."""
    from egnatia.enquiries.trust.updates import OUT

    found = [each for each in _updates(node_directory, officer_name, password_file) if each.direction == OUT]
    _list(found, as_json=as_json)


def _updates(directory: Path, officer_name: str, password_file: Path | None) -> "list[Update]":
    from egnatia.enquiries.trust.deciding import inbox

    with open_node(directory) as node:
        officer = sign_in(node, officer_name, password_file)
        return node.commit(lambda tx: inbox(tx, officer, node.clock()))


def _list(found: "list[Update]", *, as_json: bool) -> None:
    if as_json:
        echo_json(found)
        return
    echo_table(
        ("update", "partner", "version", "when", "state", "parts", "why"),
        (
            (
                each.id,
                each.partner,
                each.version,
                each.at,
                "accepted, not stored yet" if each.unfinished else each.state.value,
                f"{each.arrived} of {each.parts}",
                each.refusal,
            )
            for each in found
        ),
    )


@group.command()
@node_option
@officer_options
@click.argument("update_id")
@json_option
def show(*, node_directory: Path, officer_name: str, password_file: Path | None, update_id: str, as_json: bool) -> None:
    """Show what taking a partner's trust file would change today: authorities, lists, revocations, defects. Logged."""
    from egnatia.enquiries.trust.deciding import look

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        weighed = look(node, officer, update_id)
    if as_json:
        echo_json(_as_json(weighed))
    else:
        _show(weighed)


def _as_json(weighed: "Weighed") -> dict[str, Any]:
    changed = weighed.difference
    return {
        "update": weighed.update.id,
        "partner": weighed.update.partner,
        "version": weighed.update.version,
        "state": weighed.update.state,
        "key": weighed.key,
        "day": changed.day,
        "needs_two": weighed.needs_two,
        "new": [
            {
                "certificate": each.certificate.fingerprint,
                "issuer": each.certificate.state,
                "subject": str(each.certificate.subject),
                "valid_until": each.certificate.not_after.date(),
                "anchor": each.anchor,
                "held": each.known,
                "lists": sorted({one.source for one in each.lists}),
            }
            for each in changed.new
        ],
        "gone": [each.fingerprint for each in changed.gone],
        "lists": [{"source": each.source, "day": each.day, "trust": each.trust} for each in changed.lists],
        "crls": [{"issuer": str(each.issuer), "day": each.this_update.date()} for each in changed.crls],
        "defects": [{"kind": each.kind, "source": each.source, "since": each.known_since} for each in changed.defects],
        "conflicts": list(weighed.taken.conflicts),
    }


def _show(weighed: "Weighed") -> None:
    changed, found = weighed.difference, weighed.update
    click.echo(
        f"trust file {found.version} of {found.partner}, made {weighed.made_at:%Y-%m-%d}, signed by {weighed.key}"
    )
    for each in changed.new:
        click.echo(
            shown(
                f"  + {each.certificate.state or '?'} {_of(each.certificate)} {'' if each.anchor else '(unconfirmed)'}"
            ).rstrip()
        )
    for gone in changed.gone:
        click.echo(shown(f"  - {gone.state or '?'} {_of(gone)}"))
    for version in changed.lists:
        click.echo(
            shown(
                f"  list {version.source} of {version.day}, {len(version.certificates)} certificates: {version.trust}"
            )
        )
    for crl in changed.crls:
        click.echo(shown(f"  revocations of {crl.issuer}, {crl.this_update:%Y-%m-%d}: {len(crl.entries)} certificates"))
    for defect in changed.defects:
        click.echo(shown(f"  defect {defect.kind} by {defect.source}, {defect.known_since}"))
    for conflict in weighed.taken.conflicts:
        click.echo(shown(f"  contradiction, ours stays: {conflict}"))
    if changed.empty:
        click.echo("  nothing would change: all of it is held")
    click.echo(
        "Two officers accept it."
        if weighed.needs_two
        else "One officer accepts it: each revocation list proves itself."
    )


def _of(certificate: Any) -> str:
    until: date = certificate.not_after.date()
    return f"{certificate.fingerprint[:16]} until {until} {certificate.subject}"


@group.command("accept")
@node_option
@officer_options
@click.argument("update_id")
def accept_(*, node_directory: Path, officer_name: str, password_file: Path | None, update_id: str) -> None:
    """Propose to take a partner's trust file; as the second officer, take it into the store.

    A file of nothing but revocation lists needs one officer. What was accepted and not stored, because something broke
    between, is finished by accepting it once more.
    """
    from egnatia.enquiries.trust.deciding import accept
    from egnatia.model.states import TrustUpdateState

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        done = accept(node, officer, update_id)
    if done.update.state is TrustUpdateState.PROPOSED:
        click.echo("proposed; another officer has to accept it, and nothing of it is believed before")
    else:
        click.echo(f"accepted: {len(done.difference.new)} authorities more, {len(done.difference.gone)} fewer")


@group.command("refuse")
@node_option
@officer_options
@click.argument("update_id")
@click.option(
    "--why", "reason", required=True, help="Why, at least 20 characters; sealed, and not told to the partner."
)
def refuse_(
    *, node_directory: Path, officer_name: str, password_file: Path | None, update_id: str, reason: str
) -> None:
    """Refuse a partner's trust file; nothing of it is kept."""
    from egnatia.enquiries.trust.deciding import refuse

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        node.commit(lambda tx: refuse(tx, officer, update_id, reason, node.clock()))
    click.echo("refused")


@group.command()
@node_option
@json_option
def status(*, node_directory: Path, as_json: bool) -> None:
    """Say what the node's trust store holds; the exit status is 1 when there is none or it cannot be read."""
    from egnatia.operations.trust_signs import read_trust

    with open_node(node_directory) as node:
        found = read_trust(node)
    if as_json:
        echo_json(found)
    else:
        for line in found.lines():
            click.echo(shown(line))
    click.get_current_context().exit(0 if found.readable else 1)
