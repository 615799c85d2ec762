"""`egnatia ledger`: verify the ledger, at home or from a bundle without any node; export it; read it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from egnatia.cli import ledger_reading, ledger_witnesses
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
from egnatia.cli.ledger_reading import lawful_purpose, purpose_option
from egnatia.cli.progress import progress_bar
from egnatia.errors import ConflictError, Error, NotFoundError, StorageError, TamperedError
from egnatia.model.events import EventKind
from egnatia.model.ids import PARTNER_CODE, PartnerCode
from egnatia.model.officers import Action, Officer

if TYPE_CHECKING:
    from egnatia.ledger.audit import AuditResult
    from egnatia.ledger.bundle import BundleRequest, Exported
    from egnatia.ledger.report import Report, Trust
    from egnatia.node import Node
    from egnatia.store.database import Database

_LONG = 200_000
"""Entries from which a verification takes longer than a second or two, so that a bar is worth drawing."""


@click.group()
def group() -> None:
    """Verify, export and read the ledger."""


for each in (*ledger_reading.COMMANDS, *ledger_witnesses.COMMANDS):
    group.add_command(each)


@group.command()
@node_option
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--bundle", type=click.Path(path_type=Path, dir_okay=False), help="The same as FILE.")
@click.option("--key", "log_key", help="Verify key of the ledger's node, from its partner and not from the file.")
@click.option("--witness", "witnesses", multiple=True, metavar="CODE=KEY", help="Verify key of a partner; repeatable.")
@click.option(
    "--past-key",
    "past_keys",
    multiple=True,
    help="Verify key that the node had before; repeatable. Never a stolen one.",
)
@click.option("--unsealed", is_flag=True, help="Accept a bundle of release 0.1.0, which has no seal.")
@click.option("--tree-only", is_flag=True, help="At home: leave out columns and contents. About half as long.")
@click.option(
    "--workers",
    type=click.IntRange(1, 16),
    default=1,
    show_default=True,
    help="At home: processes that share the work; no more are used than there are cores.",
)
@json_option
def verify(
    *,
    node_directory: Path,
    file: Path | None,
    bundle: Path | None,
    log_key: str | None,
    witnesses: tuple[str, ...],
    past_keys: tuple[str, ...],
    as_json: bool,
    **how: int,
) -> None:
    """Recompute the ledger and compare it with every signature on it. Exit status 7 when something does not hold.

    With FILE, an exported bundle or the evidence of an alarm is verified instead, without any node.
    """
    path = file or bundle
    if path is None:
        if log_key or witnesses or past_keys or how["unsealed"]:
            raise click.UsageError(
                "--key, --past-key, --witness and --unsealed belong to a FILE; a node knows its own keys."
            )
        _conclude(_verify_node(node_directory, how["workers"], tree_only=bool(how["tree_only"])), as_json=as_json)
        return
    if how["tree_only"] or how["workers"] > 1:
        raise click.UsageError("--tree-only and --workers are for the ledger at home.")
    known = _known(log_key, witnesses, past_keys)
    _conclude(_verify_file(path, known, unsealed=bool(how["unsealed"])), as_json=as_json)


def _verify_file(path: Path, known: "Trust | None", *, unsealed: bool) -> "Report":
    from egnatia.ledger.bundle_check import verify_bundle
    from egnatia.ledger.evidence_file import is_evidence, report_evidence

    if is_evidence(path):
        return report_evidence(path, known.log if known else None, known.past_logs if known else ())
    return verify_bundle(path, known, sealed=not unsealed)


def _verify_node(directory: Path, workers: int, *, tree_only: bool) -> "Report":
    from egnatia.ledger.audit import verify_own
    from egnatia.ledger.audit_workers import shared, usable
    from egnatia.ledger.mark import MARK_FILE
    from egnatia.ledger.nodes import log_size

    count = usable(workers)
    opener = partial(_opened_database, directory)
    many = shared(opener, count, contents=not tree_only) if count > 1 else nullcontext()
    with (
        open_node(directory) as node,
        node.database.read() as tx,
        progress_bar("verifying", log_size(tx), _LONG) as progress,
        many as look,
    ):
        return verify_own(tx, node.trust(tx), progress, tree_only=tree_only, mark=directory / MARK_FILE, look=look)


@contextmanager
def _opened_database(directory: Path) -> Iterator["Database"]:
    """The database of a node, in a process that shares the work of another."""
    with open_node(directory) as node:
        yield node.database


def _known(log_key: str | None, witnesses: tuple[str, ...], past_keys: tuple[str, ...]) -> "Trust | None":
    """The keys that the reader brought along."""
    from egnatia.ledger.notekeys import parse_verify_key
    from egnatia.ledger.report import Trust

    if log_key is None:
        if witnesses or past_keys:
            raise click.UsageError(
                "--witness and --past-key need --key: a reader who knows the witnesses knows the ledger's key."
            )
        return None
    keys = {}
    for text in witnesses:
        code, _, key = text.partition("=")
        if not PARTNER_CODE.fullmatch(code):
            raise click.UsageError("--witness reads CODE=KEY, for example ALB=egnatia.example/alb/ledger+1f…")
        keys[PartnerCode(code)] = parse_verify_key(key)
    return Trust(parse_verify_key(log_key), keys, tuple(parse_verify_key(text) for text in past_keys))


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
@click.option("--case", "case_ref", metavar="REF", help="Only entries about what belongs to this case.")
@click.option("--open-content", is_flag=True, help="Also open justifications and contents that still exist.")
@purpose_option
@click.option("--reason", required=True, help="Why it is exported; goes into the ledger, sealed.")
def export(
    *,
    node_directory: Path,
    officer_name: str,
    password_file: Path | None,
    out: Path,
    purpose: str,
    reason: str,
    **scope: Any,
) -> None:
    """Write the ledger, or only entries about some objects or one case, to a file that anybody can verify."""
    from egnatia.accounts import authorise
    from egnatia.enquiries.onward.evidence import check_bundle
    from egnatia.ledger.bundle import BundleRequest
    from egnatia.model.states import LogPurpose

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        authorise(officer, Action.READ_LEDGER)
        lawful = lawful_purpose(node, officer, purpose, reason)
        wanted = (*scope["objects"], *_objects_of(node, scope["case_ref"]))
        if scope["open_content"] and lawful is LogPurpose.CRIMINAL_PROCEEDINGS:
            with node.database.read() as tx:
                check_bundle(tx, node.desk, wanted or None, node.clock())
        if out.exists():
            raise _taken(out)
        _enter_export(node, officer, (lawful.value, reason), wanted)
        done = _write(node, out, BundleRequest(wanted or None, scope["open_content"]))
    click.echo(f"{done.entries} entries, covered by the checkpoint of {done.size}, written to {out}")
    if done.left_out:
        click.echo(f"{done.left_out} newer entries are not in it: no checkpoint covers them yet", err=True)


def _objects_of(node: "Node", case_ref: str | None) -> tuple[str, ...]:
    """The references under which a case stands in the ledger."""
    from egnatia.enquiries.timeline import case_timeline

    if case_ref is None:
        return ()
    with node.database.read() as tx:
        found = tuple(sorted({step.object_ref for step in case_timeline(tx, case_ref)}))
    if not found:
        raise NotFoundError(f"there is no case {case_ref}", hint="`egnatia case list` shows all of them.")
    return found


def _enter_export(node: "Node", officer: Officer, why: tuple[str, str], objects: tuple[str, ...]) -> None:
    """Enter the export itself, then sign a checkpoint that covers everything up to it."""
    from egnatia.ledger import Act, append
    from egnatia.ledger.checkpoints import sign_checkpoint

    now, (purpose, reason) = node.clock(), why
    content = {"purpose": purpose, "objects": list(objects[:50])}
    act = Act(EventKind.LEDGER_EXPORTED, now, officer.id, f"log:{node.code}", justification=reason, content=content)
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
            return export_bundle(tx, file, node.trust(tx), request, node.clock(), node.keys.signing)
    except FileExistsError:
        raise ConflictError(
            f"{out} exists already", hint="Choose another file name; nothing was overwritten."
        ) from None
    except (OSError, Error) as error:
        with suppress(OSError):  # a path that no file can have is told below
            out.unlink(missing_ok=True)
        if isinstance(error, Error):
            raise
        raise StorageError(f"{out} cannot be written: {error.strerror}") from None


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
