"""`egnatia crossing`: the border check, first and second line. No machine refuses anybody here."""

from datetime import date, datetime
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
    sign_in,
)
from egnatia.model.borders import (
    AgeBand,
    CrossingMode,
    CrossingOutcome,
    Direction,
    Minor,
    SecondLineFinding,
    SecondLineReason,
    Sign,
)

if TYPE_CHECKING:
    from egnatia.casework.borders import Encounter, Group


def _one_of(kind: Any) -> click.Choice[str]:
    return click.Choice([each.value for each in kind])


def group_options(command: Any) -> Any:
    """Add whom the check is counted with; it decides nothing and is not kept with the check."""
    command = click.option("--age", type=_one_of(AgeBand), required=True, help="Age in a band, for counting only.")(
        command
    )
    command = click.option("--sex", type=click.Choice(["F", "M", "X"]), required=True, help="For counting only.")(
        command
    )
    return click.option("--nationality", required=True, help="Code as printed, for counting only.")(command)


def met_options(command: Any) -> Any:
    """Add where and how somebody is met."""
    command = group_options(command)
    command = click.option("--protection", is_flag=True, help="The person asked for protection, in whatever words.")(
        command
    )
    command = click.option(
        "--minor", type=_one_of(Minor), default="adult", show_default=True, help="Whether it is a child, and with whom."
    )(command)
    command = click.option(
        "--mode", type=_one_of(CrossingMode), default="land", show_default=True, help="By what somebody travels."
    )(command)
    command = click.option("--direction", type=_one_of(Direction), required=True, help="Which way somebody crosses.")(
        command
    )
    return click.option("--bcp", required=True, help="Crossing point, such as DURRES-1.")(command)


def _group(given: dict[str, Any]) -> "Group":
    from egnatia.casework.borders import Group

    return Group(given["nationality"].upper(), given["sex"], AgeBand(given["age"]))


def _met(given: dict[str, Any]) -> "Encounter":
    from egnatia.casework.borders import Encounter

    return Encounter(
        given["bcp"].upper(),
        Direction(given["direction"]),
        CrossingMode(given["mode"]),
        _group(given),
        Minor(given["minor"]),
        given["protection"],
    )


@click.group()
def group() -> None:
    """Check crossings: let pass, ask to a further check, and close it with an officer's finding."""


@group.command("pass")
@node_option
@officer_options
@met_options
def pass_(*, node_directory: Path, officer_name: str, password_file: Path | None, **given: Any) -> None:
    """Let somebody pass. All that is kept is one more in a count."""
    from egnatia.casework.borders import let_pass

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        node.commit(lambda tx: let_pass(tx, officer, _met(given), node.clock()))
    click.echo("passed")


@group.command()
@node_option
@officer_options
@click.option("--bcp", required=True, help="Crossing point, such as DURRES-1.")
@click.option(
    "--one-in", type=click.IntRange(1, 10_000), default=100, show_default=True, help="Thickness of the sample."
)
@json_option
def draw(
    *, node_directory: Path, officer_name: str, password_file: Path | None, bcp: str, one_in: int, as_json: bool
) -> None:
    """Draw whether the next person is in the random sample, before anybody has looked at them.

    The exit status is 1 when the person is sampled. The day's first draw decides the thickness; the seed is kept, so that
    anybody can work out afterwards which numbers had to be drawn.
    """
    from egnatia.casework.borders import draw_lot

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        lot = node.commit(lambda tx: draw_lot(tx, officer, bcp.upper(), one_in, node.clock()))
    if as_json:
        echo_json(lot)
    else:
        click.echo(f"number {lot.number}: {'second line, as random sample' if lot.sampled else 'not sampled'}")
    click.get_current_context().exit(1 if lot.sampled else 0)


@group.command()
@node_option
@officer_options
@met_options
@click.option("--reason", type=_one_of(SecondLineReason), required=True, help="From the list; there is no other.")
@click.option("--inspection", "inspection_id", help="Id of the recorded inspection of the document.")
@click.option("--number", type=int, help="Number of the random sample that was drawn.")
def refer(
    *,
    node_directory: Path,
    officer_name: str,
    password_file: Path | None,
    reason: str,
    inspection_id: str | None,
    number: int | None,
    **given: Any,
) -> None:
    """Ask somebody to a further check. Prints the check's id."""
    from egnatia.casework import borders

    why = SecondLineReason(reason)
    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        check_id = node.commit(
            lambda tx: borders.refer(
                tx, officer, _met(given), why, node.clock(), inspection_id=inspection_id, sample_number=number
            )
        )
    click.echo(check_id)


@group.command()
@node_option
@officer_options
@click.argument("check_id")
@click.option("--language", required=True, help="Of the sheet that was given, such as sq or sr-Latn.")
def inform(
    *, node_directory: Path, officer_name: str, password_file: Path | None, check_id: str, language: str
) -> None:
    """Note that the information sheet was given; no further check closes without it."""
    from egnatia.casework import borders

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        node.commit(lambda tx: borders.inform(tx, officer, check_id, language, node.clock()))
    click.echo(f"information sheet in {language} noted")


@group.command()
@node_option
@officer_options
@click.argument("check_id")
def protect(*, node_directory: Path, officer_name: str, password_file: Path | None, check_id: str) -> None:
    """Note that the person asked for protection: the check can only end in a referral from now on."""
    from egnatia.casework.borders import hear_protection

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        node.commit(lambda tx: hear_protection(tx, officer, check_id, node.clock()))
    click.echo("noted: this check ends in a referral, whatever else is found")


@group.command()
@node_option
@officer_options
@click.argument("check_id")
@click.option("--sign", "signs", type=_one_of(Sign), multiple=True, help="What you saw or heard; repeatable.")
def screen(
    *, node_directory: Path, officer_name: str, password_file: Path | None, check_id: str, signs: tuple[str, ...]
) -> None:
    """Go through the signs of flight and exploitation. A false document is often all that such a person has."""
    from egnatia.casework import borders

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        seen = node.commit(
            lambda tx: borders.screen(tx, officer, check_id, [Sign(each) for each in signs], node.clock())
        )
    click.echo("noted; offer help, and consider a safeguarding referral" if seen else "noted: no sign seen")


@group.command("close")
@node_option
@officer_options
@click.argument("check_id")
@click.option("--finding", type=_one_of(SecondLineFinding), required=True, help="Your own finding.")
@click.option("--outcome", type=_one_of(CrossingOutcome), required=True, help="How the check ends.")
@click.option("--note", required=True, help="What you found, at least 10 characters; sealed.")
@group_options
def close_(
    *,
    node_directory: Path,
    officer_name: str,
    password_file: Path | None,
    check_id: str,
    finding: str,
    outcome: str,
    note: str,
    **given: Any,
) -> None:
    """Close a further check with your own finding; "no finding" is one as well."""
    from egnatia.casework.borders import close

    ending = (SecondLineFinding(finding), CrossingOutcome(outcome))
    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        node.commit(lambda tx: close(tx, officer, check_id, ending, note, _group(given), node.clock()))
    click.echo(f"closed: {finding.replace('_', ' ')}, {outcome.replace('_', ' ')}")


@group.command("list")
@node_option
@officer_options
@click.option("--open", "only_open", is_flag=True, help="Only checks that are not closed.")
@json_option
def list_(
    *, node_directory: Path, officer_name: str, password_file: Path | None, only_open: bool, as_json: bool
) -> None:
    """List further checks, open ones first. Looking is logged."""
    from egnatia.casework.borders import checks

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        found = node.commit(lambda tx: checks(tx, officer, node.clock(), only_open=only_open))
    if as_json:
        echo_json(found)
        return
    echo_table(
        ("check", "crossing", "direction", "reason", "opened", "informed", "protection", "finding", "outcome"),
        (
            (
                each.id,
                each.bcp,
                each.direction,
                each.reason,
                each.opened_at,
                "yes" if each.standing.informed else "no",
                "asked" if each.standing.protection_asked else "-",
                each.finding,
                each.outcome,
            )
            for each in found
        ),
    )


@group.command("rates")
@node_option
@officer_options
@click.option(
    "--by",
    type=click.Choice(["nationality", "sex", "age_band", "reason", "bcp"]),
    default="reason",
    show_default=True,
    help="What the groups share.",
)
@click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), required=True, metavar="DATE", help="First day.")
@click.option("--to", "last", type=click.DateTime(["%Y-%m-%d"]), required=True, metavar="DATE", help="Last day.")
@json_option
def rates_(
    *,
    node_directory: Path,
    officer_name: str,
    password_file: Path | None,
    by: str,
    first: datetime,
    last: datetime,
    as_json: bool,
) -> None:
    """How often people are asked to a further check, and how often something is found, by group. Looking is logged.

    Groups of fewer than 10 persons are not shown.
    """
    from egnatia.casework.borders import rates

    period: tuple[date, date] = (first.date(), last.date())
    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        found = node.commit(lambda tx: rates(tx, officer, by, period, node.clock()))
    if as_json:
        echo_json(found)
        return
    echo_table(
        (by.replace("_", " "), "checked", "referred", "share", "found", "share of referred"),
        (
            (each.group, each.checked, each.referred, f"{each.referral_rate:.1%}", each.found, f"{each.hit_rate:.1%}")
            if each.shown
            else (each.group, "fewer than 10", None, None, None, None)
            for each in found
        ),
    )
