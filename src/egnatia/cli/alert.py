"""`egnatia alert`: patterns of questions that a supervisor should look at. An alert accuses nobody."""

from pathlib import Path

import click

from egnatia.cli.common import echo_json, echo_table, json_option, node_option, officer_options, open_node, sign_in


@click.group()
def group() -> None:
    """Patterns of questions that a supervisor should look at."""


@group.command("list")
@node_option
@officer_options
@click.option("--open", "only_open", is_flag=True, help="Only alerts that nobody has closed.")
@json_option
def list_(
    *, node_directory: Path, officer_name: str, password_file: Path | None, only_open: bool, as_json: bool
) -> None:
    """List alerts, open ones first. Looking is logged.

    A serving node reviews its officers' questions every minute; an alert names an officer by reference and says how many
    questions make up the pattern, never what was asked.
    """
    from egnatia.enquiries.fishing import fishing_alerts

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        rows = node.commit(lambda tx: fishing_alerts(tx, officer, node.clock()))
    rows = [each for each in rows if not (only_open and each.closed_at)]
    if as_json:
        echo_json(rows)
        return
    echo_table(
        ("alert", "whose officer", "officer", "pattern", "questions", "cases", "from", "to", "state"),
        (
            (
                each.id,
                each.partner or "ours",
                each.officer_ref,
                each.rule.value,
                each.count,
                ", ".join(each.cases),
                each.first_at,
                each.last_at,
                "closed" if each.closed_at else "open",
            )
            for each in rows
        ),
    )


@group.command()
@node_option
@officer_options
@click.argument("alert_id")
@click.option("--finding", required=True, help="What you found, at least 20 characters; sealed in the ledger.")
def close(*, node_directory: Path, officer_name: str, password_file: Path | None, alert_id: str, finding: str) -> None:
    """Close an alert with what you found. Nobody closes an alert about their own questions."""
    from egnatia.enquiries.fishing import close_alert

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        node.commit(lambda tx: close_alert(tx, officer, alert_id, finding, node.clock()))
    click.echo(f"alert {alert_id} closed")
