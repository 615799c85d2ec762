"""`egnatia ledger status`, `alarms`, `evidence` and `believe`: how far it is witnessed, and whom we do not believe."""

import os
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
from egnatia.errors import ConflictError, InputError, NotFoundError, StorageError
from egnatia.model.events import EventKind
from egnatia.model.ids import PARTNER_CODE, PartnerCode
from egnatia.model.officers import Action

if TYPE_CHECKING:
    from egnatia.ledger.alarms import Alarm


@click.command()
@node_option
@json_option
def status(*, node_directory: Path, as_json: bool) -> None:
    """Say how far the ledger is final, since when it is unwitnessed if it is, and who cosigned what last."""
    from egnatia.exchange.directory import cards
    from egnatia.ledger.finality import finality
    from egnatia.ledger.witness import cosigned_size

    with open_node(node_directory) as node, node.database.read() as tx:
        known = list(cards(tx))
        found = finality(tx, node.desk.witnessing, known, node.clock())
        sizes = {code: cosigned_size(tx, code) for code in known}
    if as_json:
        echo_json({**asdict(found), "words": found.words(), "cosigned": sizes})
        return
    click.echo(found.words())
    echo_table(("partner", "cosigned entries"), sorted(sizes.items()))


@click.command()
@node_option
@json_option
def alarms(*, node_directory: Path, as_json: bool) -> None:
    """List the partners whose ledgers are not believed, and why."""
    found = _alarms(node_directory)
    if as_json:
        echo_json([asdict(one) | {"evidence": one.evidence is not None} for one in found])
        return
    echo_table(
        ("partner", "grade", "since", "shown by", "why"),
        ((one.partner, one.grade, one.at, one.told_by, one.reason) for one in found),
    )


def _alarms(directory: Path) -> "list[Alarm]":
    from egnatia.ledger.alarms import alarms as standing

    with open_node(directory) as node, node.database.read() as tx:
        return standing(tx)


@click.command()
@node_option
@click.argument("partner")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="File to write; a new one.")
def evidence(*, node_directory: Path, partner: str, out: Path) -> None:
    """Write the evidence against a partner to a file that anybody can verify. It holds no personal data."""
    code = _code(partner)
    lines = [one.evidence for one in _alarms(node_directory) if one.partner == code and one.evidence]
    if not lines:
        raise NotFoundError(f"there is no evidence against {code}", hint="A suspicion has none; see `ledger alarms`.")
    try:
        with open(out, "xb", opener=_private) as file:
            file.write(lines[0])
    except FileExistsError:
        raise ConflictError(
            f"{out} exists already", hint="Choose another file name; nothing was overwritten."
        ) from None
    except OSError as error:
        raise StorageError(f"{out} cannot be written: {error.strerror}") from None
    click.echo(f"Evidence against {code} written to {out}; `egnatia ledger verify {shown(str(out))}` checks it.")


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _code(text: str) -> PartnerCode:
    if not PARTNER_CODE.fullmatch(text):
        raise InputError("a partner's code is three capital letters")
    return PartnerCode(text)


@click.command()
@node_option
@officer_options
@click.argument("partner")
@click.option("--reason", required=True, help="Why it is believed again; goes into the ledger, sealed.")
def believe(*, node_directory: Path, officer_name: str, password_file: Path | None, partner: str, reason: str) -> None:
    """Believe a partner's ledger again after its alarm was looked into: a supervisor's decision."""
    from egnatia.accounts import authorise
    from egnatia.ledger import Act, append
    from egnatia.ledger.alarms import clear_alarm
    from egnatia.store.database import Transaction

    code = _code(partner)
    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        authorise(officer, Action.CLEAR_WITNESS_ALARM)
        act = Act(
            EventKind.WITNESS_CLEARED, node.clock(), officer.id, f"log:{code}", partner=code, justification=reason
        )

        def job(tx: Transaction) -> None:
            if not clear_alarm(tx, code):
                raise NotFoundError(f"there is no alarm about {code}", hint="See `egnatia ledger alarms`.")
            append(tx, act)

        node.commit(job)
    click.echo(f"The ledger of {code} is believed again.")


COMMANDS = (status, alarms, evidence, believe)
