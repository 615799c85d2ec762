"""`egnatia enquiry standing`: what is asked again by itself, who looks at it, and how it ends."""

from datetime import UTC, datetime, time
from pathlib import Path

import click

from egnatia.cli.common import echo_json, echo_table, json_option, node_option, officer_options, open_node, sign_in
from egnatia.errors import InputError

_WHY = click.option("--why", required=True, help="Reasons, at least 20 characters; sealed.")


def end_of(day: datetime) -> datetime:
    """The end of a day (UTC), until which an enquiry stands that stands until that day."""
    return datetime.combine(day.date(), time.max, UTC)


@click.group("standing")
def standing() -> None:
    """Enquiries that are asked again by themselves; `enquiry send --until` opens one."""


@standing.command("list")
@node_option
@officer_options
@click.option("--all", "with_ended", is_flag=True, help="Also those that have ended.")
@json_option
def list_(
    *, node_directory: Path, officer_name: str, password_file: Path | None, with_ended: bool, as_json: bool
) -> None:
    """List what stands: an officer's own, and every one for a supervisor."""
    from egnatia.enquiries.standing import standings

    with open_node(node_directory) as node:
        officer, now = sign_in(node, officer_name, password_file), node.clock()
        with node.database.read() as tx:
            found = [each for each in standings(tx, officer) if with_ended or each.ended is None]
    if as_json:
        echo_json(found)
        return
    rows = (
        (
            each.id,
            each.case_ref,
            each.subject.value,
            each.officer_id,
            each.times,
            each.until,
            each.ended.value if each.ended else "waits for a review" if each.waits(now) else each.next_at,
        )
        for each in found
    )
    echo_table(("standing enquiry", "case", "about", "officer", "times", "until", "next, or why not"), rows)


@standing.command("end")
@node_option
@officer_options
@click.argument("standing_id", required=False)
@click.option("--case", "case_ref", help="Every one of a case that is closed, instead of one.")
@_WHY
def end(
    *,
    node_directory: Path,
    officer_name: str,
    password_file: Path | None,
    standing_id: str | None,
    case_ref: str | None,
    why: str,
) -> None:
    """End one, or all of a case. Whoever opened it may, and any supervisor."""
    from egnatia.enquiries.standing import end_case, end_standing

    if (standing_id is None) == (case_ref is None):
        raise InputError("name one standing enquiry, or a case", hint="`egnatia enquiry standing list` lists them.")
    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        if standing_id is not None:
            node.commit(lambda tx: end_standing(tx, officer, standing_id, why, node.clock()))
            click.echo(f"{standing_id} is asked no more")
        elif case_ref is not None:
            ended = node.commit(lambda tx: end_case(tx, officer, case_ref, why, node.clock()))
            click.echo(f"{ended} of {case_ref} are asked no more")


@standing.command("review")
@node_option
@officer_options
@click.argument("standing_id")
@_WHY
def review(*, node_directory: Path, officer_name: str, password_file: Path | None, standing_id: str, why: str) -> None:
    """Say as a supervisor that it is still needed; past its day of review it waits."""
    from egnatia.enquiries.standing import review_standing

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        until = node.commit(lambda tx: review_standing(tx, officer, standing_id, why, node.clock()))
    click.echo(f"{standing_id} is asked until {until:%Y-%m-%d %H:%M} UTC without another review")


@standing.command("ask")
@node_option
def ask(*, node_directory: Path) -> None:
    """Ask at once what is due; a serving node does it within a minute."""
    from egnatia.cli.serving_duties import ask_again_once

    with open_node(node_directory) as node:
        done = ask_again_once(node)
    click.echo(f"{done} asked, put off or ended")
