"""`egnatia demo`: a task force of five nodes on this machine, as five processes, and one case through all of it."""

from pathlib import Path

import click


@click.group()
def group() -> None:
    """A task force of five nodes on this machine, and one case through all of it."""


@group.command()
@click.option(
    "--directory",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("demo"),
    show_default=True,
    help="Where the five nodes are made. A demonstration made there before is replaced.",
)
@click.option(
    "--first-port",
    type=click.IntRange(1024, 65000),
    default=8440,
    show_default=True,
    help="Ten ports from here on are used; if one is taken, the next ten.",
)
@click.option("--once", is_flag=True, help="Stop after the case instead of leaving the consoles running.")
def up(*, directory: Path, first_port: int, once: bool) -> None:
    """Make five nodes, start them, run one case through all of them, verify their ledgers, leave the consoles running.

    Everything and everybody in it is invented. Ctrl-C stops all of it.
    """
    from egnatia.cli.demo.show import run_demo

    run_demo(directory, first_port, stay=not once)
