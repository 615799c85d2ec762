"""`egnatia crossing verdict`, `verdicts`, `screen-holder`: what a person says of a document, and what is offered to its holder."""

from pathlib import Path

import click

from egnatia.cli.common import (
    echo_json,
    echo_table,
    json_option,
    node_option,
    officer_options,
    one_of,
    open_node,
    sign_in,
)
from egnatia.model.borders import Sign, VerdictClass


@click.command()
@node_option
@officer_options
@click.argument("inspection_id")
@click.argument("kind", type=one_of(VerdictClass))
@click.option("--reasons", required=True, help="Why, at least 20 characters; sealed.")
def verdict(
    *,
    node_directory: Path,
    officer_name: str,
    password_file: Path | None,
    inspection_id: str,
    kind: str,
    reasons: str,
) -> None:
    """Say what an inspected document is, in your name. The machine only advises; a second officer may confirm or differ."""
    from egnatia.casework import borders

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        said = VerdictClass(kind)
        keys = node.desk.keys
        node.commit(lambda tx: borders.say_verdict(tx, keys, officer, inspection_id, said, reasons, node.clock()))
        with node.database.read() as tx:
            stands, wanted = borders.judged(tx, inspection_id), borders.screening_wanted(tx, inspection_id)
    click.echo(f"{kind.replace('_', ' ')}: {stands.agreement.value}")
    if wanted:
        click.echo(
            "Ask the holder about flight and exploitation now; no offence follows from a false document by itself: "
            f"`egnatia crossing screen-holder {inspection_id}`",
            err=True,
        )


@click.command()
@node_option
@officer_options
@click.argument("inspection_id")
@json_option
def verdicts(
    *, node_directory: Path, officer_name: str, password_file: Path | None, inspection_id: str, as_json: bool
) -> None:
    """Show what officers say of an inspected document, with their reasons. Looking is logged."""
    from egnatia.casework import borders

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        why = node.commit(lambda tx: borders.reasons_of(tx, officer, inspection_id, node.clock()))
        with node.database.read() as tx:
            found = borders.judged(tx, inspection_id)
    if as_json:
        echo_json({"judged": found, "reasons": why})
        return
    click.echo(f"{found.agreement.value}{f': {found.kind.value}' if found.kind else ''}")
    rows = ((each.kind, each.given_by, each.given_at, why.get(each.id, "erased")) for each in found.verdicts)
    echo_table(("verdict", "officer", "at", "reasons"), rows)


@click.command("screen-holder")
@node_option
@officer_options
@click.argument("inspection_id")
@click.option("--sign", "signs", type=one_of(Sign), multiple=True, help="What you saw or heard; repeatable.")
@click.option("--protection", is_flag=True, help="The person asks for protection, in whatever words.")
@click.option("--child", is_flag=True, help="The person is, or may be, under 18.")
def screen_holder(
    *,
    node_directory: Path,
    officer_name: str,
    password_file: Path | None,
    inspection_id: str,
    signs: tuple[str, ...],
    protection: bool,
    child: bool,
) -> None:
    """Ask the holder of a document that may be false about flight and exploitation, also away from a crossing."""
    from egnatia.casework import borders

    heard = borders.Heard(frozenset(Sign(each) for each in signs), protection_asked=protection, is_child=child)
    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        offers = node.commit(lambda tx: borders.screen_holder(tx, officer, inspection_id, heard, node.clock()))
    for each in offers:
        click.echo(_OFFERS[each.value])
    if not offers:
        click.echo("noted: no sign seen")


_OFFERS = {
    "refer_now": "refer the person to asylum now",
    "offer_help": "offer help, and a safeguarding referral",
    "safeguard": "refer the child to those who protect children",
}
