"""`egnatia crossing error-rates`: how often the machine's advice on documents was wrong, by officers' verdicts."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from egnatia.cli.common import echo_json, echo_table, json_option, node_option, officer_options, open_node, sign_in

if TYPE_CHECKING:
    from egnatia.casework.borders.document_rates import Share


@click.command("error-rates")
@node_option
@officer_options
@click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), required=True, metavar="DATE", help="First day.")
@click.option("--to", "last", type=click.DateTime(["%Y-%m-%d"]), required=True, metavar="DATE", help="Last day.")
@json_option
def error_rates(
    *,
    node_directory: Path,
    officer_name: str,
    password_file: Path | None,
    first: datetime,
    last: datetime,
    as_json: bool,
) -> None:
    """How often the machine was wrong, for each type of document, by officers' verdicts. Looking is logged.

    A false alarm is a genuine document that was not called consistent; a miss is a false one that was. Shares stand with
    the interval in which they lie in 95 of 100 cases; of fewer than 10 documents none is shown.
    """
    from egnatia.casework.borders.document_rates import document_rates

    days = (first.date(), last.date())
    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        found = node.commit(lambda tx: document_rates(tx, officer, days, node.clock()))
    if as_json:
        echo_json(found)
        return
    echo_table(
        ("type", "false alarms", "cannot tell, genuine", "misses", "cannot tell, false"),
        (
            (
                each.document_type or "every type",
                _said(each.false_alarms),
                _said(each.silent_on_genuine),
                _said(each.misses),
                _said(each.silent_on_false),
            )
            for each in found
        ),
    )


def _said(share: "Share") -> str:
    if share.hidden:
        return "fewer than 10"
    if share.rate is None or share.interval is None:
        return "none"
    low, high = share.interval
    return f"{share.number} of {share.of}: {share.rate:.1%} ({low:.1%} to {high:.1%})"
