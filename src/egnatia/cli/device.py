"""`egnatia device`: the machines that read documents, and whether their tests are overdue."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from egnatia.cli.common import echo_json, echo_table, json_option, node_option, officer_options, open_node, sign_in


@click.group()
def group() -> None:
    """The machines that read documents, and their regular tests."""


@group.command()
@node_option
@officer_options
@click.argument("name")
@click.option("--bcp", required=True, help="Crossing point where it stands, such as DURRES-1.")
@click.option("--model", required=True, help="Maker and type.")
@click.option("--test-every", type=click.IntRange(1, 366), default=7, show_default=True, help="Days between two tests.")
def add(
    *,
    node_directory: Path,
    officer_name: str,
    password_file: Path | None,
    name: str,
    bcp: str,
    model: str,
    test_every: int,
) -> None:
    """Register a device. Prints its id."""
    from egnatia.casework.borders import register_device

    named = (bcp.upper(), name, model)
    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        device_id = node.commit(lambda tx: register_device(tx, officer, named, test_every, node.clock()))
    click.echo(device_id)


@group.command()
@node_option
@officer_options
@click.argument("device_id")
@click.option("--passed/--failed", required=True, help="Whether everything was read as it stands on the test document.")
@click.option("--reference", required=True, help="Which test document or set was read.")
@click.option("--version", required=True, help="Of the device's software, as it says.")
@click.option(
    "--at",
    "made_at",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]),
    help="When it was made, in UTC, where you record it later.",
)
def test(
    *,
    node_directory: Path,
    officer_name: str,
    password_file: Path | None,
    device_id: str,
    made_at: datetime | None,
    **read: Any,
) -> None:
    """Record a device's test, whatever its result."""
    from egnatia.casework.borders import SelfTest, record_test

    passed = bool(read["passed"])
    done = SelfTest(
        passed, read["reference"], read["version"], None if made_at is None else made_at.replace(tzinfo=UTC)
    )
    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        node.commit(lambda tx: record_test(tx, officer, device_id, done, node.clock()))
    click.echo(f"test recorded: {'passed' if passed else 'failed, so the device counts as overdue'}")


@group.command()
@node_option
@officer_options
@click.argument("device_id")
def retire(*, node_directory: Path, officer_name: str, password_file: Path | None, device_id: str) -> None:
    """Take a device out of use; its tests stay."""
    from egnatia.casework.borders import retire_device

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        node.commit(lambda tx: retire_device(tx, officer, device_id, node.clock()))
    click.echo(f"device {device_id} retired")


@group.command("list")
@node_option
@json_option
def list_(*, node_directory: Path, as_json: bool) -> None:
    """List devices, overdue ones first. The exit status is 1 when one in use is overdue."""
    from egnatia.casework.borders import devices

    with open_node(node_directory) as node, node.database.read() as tx:
        found = devices(tx, node.clock())
    if as_json:
        echo_json(found)
    else:
        echo_table(
            ("device", "crossing", "name", "model", "tested", "result", "state"),
            (
                (
                    each.id,
                    each.bcp,
                    each.name,
                    each.model,
                    each.tested_at,
                    None if each.passed is None else "passed" if each.passed else "failed",
                    "retired" if each.retired_at else "OVERDUE" if each.overdue else "in order",
                )
                for each in found
            ),
        )
    click.get_current_context().exit(1 if any(each.overdue for each in found) else 0)
