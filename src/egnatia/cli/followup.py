"""`egnatia followup`: ask for core data after a hit, or deal with a partner's request."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
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
from egnatia.errors import NotFoundError
from egnatia.model.ids import CandidateId, FollowUpId
from egnatia.model.states import Offence, RefusalReason

if TYPE_CHECKING:
    from egnatia.enquiries.followups import FollowUp

_REASONS = (RefusalReason.DECLINED_BY_OFFICER.value, RefusalReason.CONDITIONS_NOT_MET.value)


@click.group()
def group() -> None:
    """Ask for core data after a hit, or answer such a request."""


@group.command()
@node_option
@officer_options
@click.argument("candidate_id")
@click.option("--facts", required=True, help="The facts behind the request, at least 20 characters; they are sent.")
@click.option("--offence", type=click.Choice([each.value for each in Offence]), required=True)
def send(
    *,
    node_directory: Path,
    officer_name: str,
    password_file: Path | None,
    candidate_id: str,
    facts: str,
    offence: str,
) -> None:
    """Ask the partner for the core data behind a confirmed hit."""
    from egnatia.enquiries.our_followups import send_follow_up

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        request = (facts, Offence(offence))
        follow_up_id = node.commit(
            lambda tx: send_follow_up(tx, node.desk, officer, CandidateId(candidate_id), request, node.clock())
        )
    click.echo(f"follow-up {follow_up_id} is on its way")


@group.command("list")
@node_option
@click.option("--direction", type=click.Choice(["in", "out"]), help="Partners' requests (in) or ours (out).")
@json_option
def list_(*, node_directory: Path, direction: str | None, as_json: bool) -> None:
    """List follow-ups, open ones first; late ones are marked."""
    from egnatia.enquiries.followups import listed

    with open_node(node_directory) as node, node.database.read() as tx:
        rows, now = listed(tx, direction), node.clock()
    if as_json:
        echo_json([_told(row, now) for row in rows])
        return
    lines = [
        (row.id, row.direction, row.partner, row.ref, row.state.value, row.due(now), _clock(row, now)) for row in rows
    ]
    echo_table(("follow-up", "direction", "partner", "reference", "state", "due", ""), lines)


def _told(row: "FollowUp", now: datetime) -> dict[str, object]:
    """A follow-up for a script: everything of the table, how its clock stands included; not where its facts lie sealed."""
    kept = {name: getattr(row, name) for name in row.__slots__ if name != "sealed_id"}
    return kept | {"due": row.due(now), "clock": row.reading(now).state.value, "late": row.is_late(now)}


def _clock(row: "FollowUp", now: datetime) -> str:
    """What is to be said of its clock: late, standing still, or not running yet."""
    state = row.reading(now).state.value
    told = [state.upper().replace("_", " ")] if state in ("paused", "not_started") else []
    return ", ".join([*told, *(["LATE"] if row.is_late(now) else [])])


@group.command()
@node_option
@officer_options
@click.argument("follow_up_id")
@click.option("--why", default="", help="Why you look; facts that were restricted since need at least 20 characters.")
@json_option
def show(
    *, node_directory: Path, officer_name: str, password_file: Path | None, follow_up_id: str, why: str, as_json: bool
) -> None:
    """Show a follow-up with the facts it states. Looking is logged."""
    from egnatia.enquiries.followups import listed, view_facts

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        with node.database.read() as tx:
            found = [row for row in listed(tx) if row.id == follow_up_id]
        if not found:
            raise NotFoundError(f"there is no follow-up {follow_up_id}", hint="`egnatia followup list` shows all.")
        facts = node.commit(lambda tx: view_facts(tx, officer, found[0], node.clock(), why))
    row = found[0]
    if as_json:
        echo_json({"id": row.id, "partner": row.partner, "ref": row.ref, "offence": row.offence, "facts": facts})
        return
    click.echo(
        f"follow-up {row.id}  {row.direction}  {row.partner} {shown(row.ref)}  {row.offence.value}  {row.state.value}"
    )
    click.echo(shown(facts))


@group.command()
@node_option
@officer_options
@click.argument("follow_up_id")
@click.option("--reason", type=click.Choice(_REASONS), required=True)
def refuse(
    *, node_directory: Path, officer_name: str, password_file: Path | None, follow_up_id: str, reason: str
) -> None:
    """Refuse a partner's follow-up, with a reason from the closed list."""
    from egnatia.enquiries.their_followups import refuse as refuse_follow_up

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        why = RefusalReason(reason)
        node.commit(lambda tx: refuse_follow_up(tx, node.desk, officer, FollowUpId(follow_up_id), why, node.clock()))
    click.echo(f"follow-up {follow_up_id} refused: {reason}")


def _turn(node_directory: Path, who: tuple[str, Path | None], follow_up_id: str, act: Callable[..., None]) -> None:
    with open_node(node_directory) as node:
        officer, wanted = sign_in(node, *who), FollowUpId(follow_up_id)
        node.commit(lambda tx: act(tx, node.desk, officer, wanted, now=node.clock()))


@group.command()
@node_option
@officer_options
@click.argument("follow_up_id")
@click.option("--why", "reason", required=True, help="Why, at least 20 characters; it stays here.")
@click.option("--authority", required=True, help="File number at the judicial authority; it stays here.")
def pause(
    *,
    node_directory: Path,
    officer_name: str,
    password_file: Path | None,
    follow_up_id: str,
    reason: str,
    authority: str,
) -> None:
    """Stop the clock of a partner's follow-up while a judicial authority decides; the partner is told."""
    from egnatia.enquiries.pauses import pause as pause_clock

    _turn(node_directory, (officer_name, password_file), follow_up_id, partial(pause_clock, why=(reason, authority)))
    click.echo(f"the clock of follow-up {follow_up_id} stands still")


@group.command()
@node_option
@officer_options
@click.argument("follow_up_id")
@click.option("--why", "reason", required=True, help="What was decided, at least 20 characters; it stays here.")
@click.option("--authority", required=True, help="File number at the judicial authority; it stays here.")
def resume(
    *,
    node_directory: Path,
    officer_name: str,
    password_file: Path | None,
    follow_up_id: str,
    reason: str,
    authority: str,
) -> None:
    """Let the clock of a partner's follow-up run again once the judicial authority has decided."""
    from egnatia.enquiries.pauses import resume as resume_clock

    _turn(node_directory, (officer_name, password_file), follow_up_id, partial(resume_clock, why=(reason, authority)))
    click.echo(f"the clock of follow-up {follow_up_id} runs again")
