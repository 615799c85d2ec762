"""`egnatia ledger`: verify the ledger, at home or from a bundle without any node; export it; read it."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

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
from egnatia.errors import ConflictError, Error, StorageError, TamperedError
from egnatia.model.events import EventKind
from egnatia.model.ids import PARTNER_CODE, PartnerCode
from egnatia.model.officers import Action, Officer
from egnatia.model.states import Operation

if TYPE_CHECKING:
    from egnatia.ledger.audit import AuditResult, Progress
    from egnatia.ledger.bundle import BundleRequest, Exported
    from egnatia.ledger.report import Report, Trust
    from egnatia.node import Node

_LONG = 20_000
"""Entries from which a verification takes longer than a second or two, so that a bar is worth drawing."""


@click.group()
def group() -> None:
    """Verify, export and read the ledger."""


@group.command()
@node_option
@click.option(
    "--bundle",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Verify this exported file instead, without any node.",
)
@click.option("--key", "log_key", help="Verify key of the ledger's node, from its partner and not from the bundle.")
@click.option("--witness", "witnesses", multiple=True, metavar="CODE=KEY", help="Verify key of a partner; repeatable.")
@json_option
def verify(
    *, node_directory: Path, bundle: Path | None, log_key: str | None, witnesses: tuple[str, ...], as_json: bool
) -> None:
    """Recompute the ledger and compare it with every signature on it. Exit status 7 when something does not hold."""
    if bundle is None:
        if log_key or witnesses:
            raise click.UsageError("--key and --witness belong to --bundle; a node knows its own keys.")
        _conclude(_verify_node(node_directory), as_json=as_json)
        return
    from egnatia.ledger.bundle_check import verify_bundle

    _conclude(verify_bundle(bundle, _known(log_key, witnesses)), as_json=as_json)


def _verify_node(directory: Path) -> "Report":
    from egnatia.ledger.audit import verify_own
    from egnatia.ledger.nodes import log_size

    with open_node(directory) as node, node.database.read() as tx, _bar(log_size(tx)) as progress:
        return verify_own(tx, node.trust(tx), progress)


@contextmanager
def _bar(total: int) -> Iterator["Progress | None"]:
    """A progress bar on standard error, when a person watches and it takes a while."""
    if total < _LONG or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("verifying", total=total)
        yield lambda done, _total: bar.update(task, completed=done)


def _known(log_key: str | None, witnesses: tuple[str, ...]) -> "Trust | None":
    """The keys that the reader brought along."""
    from egnatia.ledger.notekeys import parse_verify_key
    from egnatia.ledger.report import Trust

    if log_key is None:
        if witnesses:
            raise click.UsageError("--witness needs --key: a reader who knows the witnesses knows the ledger's key.")
        return None
    keys = {}
    for text in witnesses:
        code, _, key = text.partition("=")
        if not PARTNER_CODE.fullmatch(code):
            raise click.UsageError("--witness reads CODE=KEY, for example ALB=egnatia.example/alb/ledger+1f…")
        keys[PartnerCode(code)] = parse_verify_key(key)
    return Trust(parse_verify_key(log_key), keys)


def _conclude(report: "Report", *, as_json: bool) -> None:
    """Print the report; a finding is an error of its own exit status."""
    if as_json:
        echo_json(asdict(report) | {"holds": report.holds, "words": report.words()})
    else:
        click.echo(shown("\n".join(report.words())))
    if not report.holds:
        first = report.findings[0]
        raise TamperedError(f"{first.code}, {first.place}: {first.text}")


@group.command()
@node_option
@officer_options
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="File to write; a new one.")
@click.option("--object", "objects", multiple=True, metavar="REF", help="Only entries about this; repeatable.")
@click.option("--open-content", is_flag=True, help="Also open justifications and contents that still exist.")
@click.option("--reason", required=True, help="Why it is exported; goes into the ledger, sealed.")
def export(
    *,
    node_directory: Path,
    officer_name: str,
    password_file: Path | None,
    out: Path,
    objects: tuple[str, ...],
    open_content: bool,
    reason: str,
) -> None:
    """Write the ledger, or only entries about some objects, to a file that anybody can verify."""
    from egnatia.accounts import authorise
    from egnatia.ledger.bundle import BundleRequest

    request = BundleRequest(objects or None, open_content)
    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        authorise(officer, Action.READ_LEDGER)
        if out.exists():
            raise _taken(out)
        _enter_export(node, officer, reason)
        done = _write(node, out, request)
    click.echo(f"{done.entries} entries, covered by the checkpoint of {done.size}, written to {out}")
    if done.left_out:
        click.echo(f"{done.left_out} newer entries are not in it: no checkpoint covers them yet", err=True)


def _enter_export(node: "Node", officer: Officer, reason: str) -> None:
    """Enter the export itself, then sign a checkpoint that covers everything up to it."""
    from egnatia.ledger import Act, append
    from egnatia.ledger.checkpoints import sign_checkpoint

    now = node.clock()
    act = Act(EventKind.LEDGER_EXPORTED, now, officer.id, f"log:{node.code}", justification=reason)
    node.commit(lambda tx: append(tx, act))
    with node.database.read() as tx:
        origin = node.trust(tx).log.name
    node.commit(lambda tx: sign_checkpoint(tx, origin, node.keys.signing, now))


def _taken(out: Path) -> ConflictError:
    return ConflictError(f"{out} exists already", hint="Choose another file name; nothing was overwritten.")


def _private(path: str, flags: int) -> int:
    """Open a file that only its owner can read: a bundle may hold opened content."""
    return os.open(path, flags, 0o600)


def _write(node: "Node", out: Path, request: "BundleRequest") -> "Exported":
    """Write the bundle to a new file; a failed one is taken away again."""
    from egnatia.ledger.bundle import export_bundle

    try:
        with open(out, "xb", opener=_private) as file, node.database.read() as tx:
            return export_bundle(tx, file, node.trust(tx), request, node.clock())
    except FileExistsError:
        raise ConflictError(
            f"{out} exists already", hint="Choose another file name; nothing was overwritten."
        ) from None
    except (OSError, Error) as error:
        out.unlink(missing_ok=True)
        if isinstance(error, Error):
            raise
        raise StorageError(f"{out} cannot be written: {error.strerror}") from None


@group.command()
@node_option
@officer_options
@click.option("--kind", type=click.Choice([kind.value for kind in EventKind]), help="Only this kind of entry.")
@click.option("--operation", type=click.Choice([one.value for one in Operation]), help="Only this logged operation.")
@click.option("--actor", help="Only acts of this officer reference.")
@click.option("--object", "object_ref", metavar="REF", help="Only entries about this.")
@click.option("--before", type=int, help="Only entries with a smaller number: the next page.")
@click.option("--limit", type=click.IntRange(1, 500), default=20, show_default=True, help="How many.")
@json_option
def show(
    *,
    node_directory: Path,
    officer_name: str,
    password_file: Path | None,
    before: int | None,
    limit: int,
    as_json: bool,
    **wanted: str | None,
) -> None:
    """Read the access log, the newest entries first. Reading it is entered into it."""
    from egnatia.accounts import authorise
    from egnatia.ledger import Act, append
    from egnatia.ledger.entries import EntryFilter, read_entries

    kind, operation = wanted["kind"], wanted["operation"]
    chosen = EntryFilter(
        kind=EventKind(kind) if kind else None,
        operation=Operation(operation) if operation else None,
        actor=wanted["actor"],
        object_ref=wanted["object_ref"],
        before=before,
        limit=limit,
    )
    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        authorise(officer, Action.READ_LEDGER)
        with node.database.read() as tx:
            found = read_entries(tx, chosen)
        read = Act(EventKind.LEDGER_READ, node.clock(), officer.id, f"log:{node.code}", content={"entries": len(found)})
        node.commit(lambda tx: append(tx, read))
    if as_json:
        echo_json([asdict(one) for one in found])
        return
    echo_table(
        ("number", "at", "kind", "operation", "actor", "object", "partner", "justification"),
        (
            (
                one.sequence,
                one.at,
                one.kind,
                one.operation,
                one.actor,
                one.object_ref,
                one.partner,
                "(erased)" if one.erased else one.justification,
            )
            for one in found
        ),
    )


@group.command()
@node_option
@json_option
def audit(*, node_directory: Path, as_json: bool) -> None:
    """Audit the partners now: are their entries those that this node cosigned? Exit status 7 when somebody's are not.

    A serving node does the same every `ledger.audit_minutes`. A partner that cannot be reached is not in the list.
    """
    import asyncio

    with open_node(node_directory) as node:
        found = asyncio.run(_audited(node))
    rows = [{"partner": code, "entries": each.size, "finding": each.finding} for code, each in found]
    if as_json:
        echo_json(rows)
    else:
        echo_table(("partner", "entries", "finding"), [(*row.values(),) for row in rows])
    broken = [row["partner"] for row in rows if row["finding"]]
    if broken:
        raise TamperedError(f"the ledger of {', '.join(map(str, broken))} is not the one that was cosigned")


async def _audited(node: "Node") -> "list[tuple[PartnerCode, AuditResult]]":
    from egnatia.exchange.client import HttpsLine
    from egnatia.exchange.witnessing import audit_partners

    line = HttpsLine(node.keys)
    try:
        return await audit_partners(node.watch(line))
    finally:
        await line.close()
