"""`egnatia crossing`: the border check, first and second line. No machine refuses anybody here."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from egnatia.cli import crossing_error_rates, crossing_inspect, crossing_local
from egnatia.cli.common import (
    MAX_NUMBER,
    echo_json,
    echo_table,
    json_option,
    node_option,
    officer_options,
    one_of,
    open_node,
    sign_in,
)
from egnatia.cli.crossing_figures import rates_, relax, relaxations, restore
from egnatia.cli.crossing_verdicts import screen_holder, verdict, verdicts
from egnatia.model.borders import (
    AgeBand,
    CrossingMode,
    CrossingOutcome,
    CustodyCheck,
    Direction,
    HelpAnswer,
    Minor,
    RefusalGround,
    SecondLineFinding,
    SecondLineReason,
    Sign,
)

if TYPE_CHECKING:
    from egnatia.casework.borders import Encounter, Group


def group_options(command: Any) -> Any:
    """Add whom the check is counted with; it decides nothing and is not kept with the check."""
    command = click.option("--age", type=one_of(AgeBand), required=True, help="Age in a band, for counting only.")(
        command
    )
    command = click.option("--sex", type=click.Choice(["F", "M", "X"]), required=True, help="For counting only.")(
        command
    )
    return click.option("--nationality", required=True, help="Code as printed, for counting only.")(command)


def met_options(command: Any) -> Any:
    """Add where and how somebody is met."""
    command = group_options(command)
    command = click.option("--distress", is_flag=True, help="You see signs of distress, or of being led by others.")(
        command
    )
    command = click.option("--protection", is_flag=True, help="The person asked for protection, in whatever words.")(
        command
    )
    command = click.option(
        "--minor", type=one_of(Minor), default="adult", show_default=True, help="Whether it is a child, and with whom."
    )(command)
    command = click.option(
        "--mode", type=one_of(CrossingMode), default="land", show_default=True, help="By what somebody travels."
    )(command)
    command = click.option("--direction", type=one_of(Direction), required=True, help="Which way somebody crosses.")(
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
        given["distress"],
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
@click.option("--reason", type=one_of(SecondLineReason), required=True, help="From the list; there is no other.")
@click.option("--inspection", "inspection_id", help="Id of the recorded inspection of the document.")
@click.option("--number", type=click.IntRange(1, MAX_NUMBER), help="Number of the random sample that was drawn.")
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
    """Note that the person asked for protection: the check can only end in a referral from now on.

    Also for a check that is closed already: then a new one begins, and its id is printed.
    """
    from egnatia.casework.borders import hear_protection

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        now_in = node.commit(lambda tx: hear_protection(tx, officer, check_id, node.clock()))
    if now_in != check_id:
        click.echo(now_in)
    click.echo("noted: this check ends in a referral, whatever else is found", err=now_in != check_id)


@group.command()
@node_option
@officer_options
@click.argument("check_id")
@click.option("--sign", "signs", type=one_of(Sign), multiple=True, help="What you saw or heard; repeatable.")
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
@click.option("--finding", type=one_of(SecondLineFinding), required=True, help="Your own finding.")
@click.option("--outcome", type=one_of(CrossingOutcome), required=True, help="How the check ends.")
@click.option(
    "--ground", "grounds", type=one_of(RefusalGround), multiple=True, help="Of a refusal of entry; repeatable."
)
@click.option("--appeal-in", help="Of a refusal: language in which you told, in writing, how and where to appeal.")
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
    """Close a further check with your own finding; "no finding" is one as well.

    Where nothing was found and the person passes, the record goes at once and only a count is left. A refusal of entry
    needs a ground that your finding carries, and the language in which you told how to appeal.
    """
    from egnatia.casework.borders import Ending, close

    grounds = tuple(RefusalGround(each) for each in given["grounds"])
    ending = Ending(SecondLineFinding(finding), CrossingOutcome(outcome), grounds, given["appeal_in"])
    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        node.commit(lambda tx: close(tx, officer, check_id, ending, note, _group(given), node.clock()))
    click.echo(f"closed: {finding.replace('_', ' ')}, {outcome.replace('_', ' ')}")


@group.command("list")
@node_option
@officer_options
@click.option("--open", "only_open", is_flag=True, help="Only checks that are not closed.")
@click.option("--limit", type=click.IntRange(1, MAX_NUMBER), default=200, show_default=True, help="At most so many.")
@json_option
def list_(
    *,
    node_directory: Path,
    officer_name: str,
    password_file: Path | None,
    only_open: bool,
    limit: int,
    as_json: bool,
) -> None:
    """List further checks, open ones first. Looking is logged."""
    from egnatia.casework.borders import checks

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        found = node.commit(lambda tx: checks(tx, officer, node.clock(), only_open=only_open, part=(0, limit)))
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


@group.command()
@node_option
@officer_options
@click.argument("check_id")
@json_option
def show(*, node_directory: Path, officer_name: str, password_file: Path | None, check_id: str, as_json: bool) -> None:
    """Show one further check: what is still to be done, and how it may end. Looking is logged."""
    from egnatia.casework import borders

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        check = node.commit(lambda tx: borders.look_at(tx, officer, check_id, node.clock()))
    todo, possible = borders.prompts(check.standing), borders.second_line_outcomes(check.standing)
    if as_json:
        echo_json({"check": check, "prompts": todo, "outcomes": possible})
        return
    click.echo(f"{check.reason}, {check.direction} at {check.bcp}, since {check.opened_at:%Y-%m-%d %H:%M} UTC")
    for each in todo:
        click.echo(f"  to do: {each.replace('_', ' ')}")
    ended = f"{check.finding}, {check.outcome}" if check.closed_at else f"open; may end as {', '.join(possible)}"
    click.echo(f"  {ended.replace('_', ' ')}")


@group.command()
@node_option
@officer_options
@click.argument("check_id")
@click.argument("came", type=one_of(CustodyCheck))
def custody(*, node_directory: Path, officer_name: str, password_file: Path | None, check_id: str, came: str) -> None:
    """Note what came of asking who has custody of a child. Without it a child alone does not pass."""
    from egnatia.casework.borders import ask_custody

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        node.commit(lambda tx: ask_custody(tx, officer, check_id, CustodyCheck(came), node.clock()))
    said = "noted" if came == CustodyCheck.CONFIRMED else "noted; end the check with a safeguarding referral"
    click.echo(said)


@group.command()
@node_option
@officer_options
@click.argument("check_id")
@click.argument("said", type=one_of(HelpAnswer))
def offer(*, node_directory: Path, officer_name: str, password_file: Path | None, check_id: str, said: str) -> None:
    """Note what a grown person said when you offered help because of the signs that you saw."""
    from egnatia.casework.borders import offer_help

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        node.commit(lambda tx: offer_help(tx, officer, check_id, HelpAnswer(said), node.clock()))
    click.echo("noted; end the check with a safeguarding referral" if said == HelpAnswer.ACCEPTED else "noted")


for _command in (rates_, verdict, verdicts, screen_holder, relax, restore, relaxations):
    group.add_command(_command)


for _command in (
    crossing_local.place,
    crossing_local.pack,
    crossing_local.criteria,
    crossing_error_rates.error_rates,
    crossing_inspect.inspect,
):
    group.add_command(_command)
