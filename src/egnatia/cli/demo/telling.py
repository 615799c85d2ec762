"""How the demonstration is told: numbered steps, who did what, what came back and how fast, in plain text."""

import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass

import click

_WIDTH = 5


@dataclass(slots=True)
class Teller:
    """Prints the story. Invariant: every step has its number, its node and one sentence."""

    steps: int = 0

    def title(self, text: str) -> None:
        """A heading."""
        click.echo()
        click.echo(_bold(text))

    def note(self, text: str) -> None:
        """A line that is no step."""
        click.echo(f"{'':{_WIDTH}}{text}")

    def step(self, code: str, text: str, details: Iterable[str] = ()) -> None:
        """One step of the case, at one node."""
        self.steps += 1
        click.echo(f"{self.steps:3}  {_bold(code)}  {text}")
        for line in details:
            click.echo(f"{'':{_WIDTH}}     {line}")


def _bold(text: str) -> str:
    plain = "NO_COLOR" in os.environ or not sys.stdout.isatty()
    return text if plain else click.style(text, bold=True)
