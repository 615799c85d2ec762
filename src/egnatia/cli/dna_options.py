"""What the commands of `egnatia dna` share: options, and profiles, rules and figures from files."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from egnatia.cli.common import one_of, read_file
from egnatia.engines.dna.probability import THETA
from egnatia.engines.dna.types import Kind
from egnatia.errors import InputError

if TYPE_CHECKING:
    from egnatia.engines.dna.frequencies import Population
    from egnatia.engines.dna.rules import RuleSet
    from egnatia.engines.dna.types import Profile

NOTHING_FOUND = 1
"""Exit status when no candidate was found, or two profiles are none for each other."""
FILE = click.Path(path_type=Path, dir_okay=False, exists=True)
DIRECTORY = click.Path(path_type=Path, file_okay=False)
kind_option = click.option(
    "--kind", type=one_of(Kind), help="What profiles are of, where the file does not say: person, trace, ..."
)
rules_option = click.option(
    "--rules", "rules_name", default="cautious", show_default=True, help="A shipped rule set by name, or a rule file."
)
theta_option = click.option(
    "--theta",
    type=click.FloatRange(0, 0.5),
    default=THETA,
    show_default=True,
    help="Coancestry; 0.03 for small groups.",
)
figures_option = click.option(
    "--frequencies", "figures", type=FILE, help="Allele frequencies (CSV) to use instead of the shipped ones."
)


def profiles_of(file: Path, kind: str | None) -> "list[Profile]":
    """The profiles to ask for.

    Raises:
        InputError: there is none, or one of them cannot be read: a question is asked as a whole or not at all.
    """
    from egnatia.engines.dna.formats.reading import read_file as read_profile_file
    from egnatia.engines.dna.formats.types import Problem

    found = []
    for read in read_profile_file(file, Kind(kind) if kind else None):
        if isinstance(read, Problem):
            raise InputError(f"{file.name}, {read.where}: {read.text}", hint="--kind says what a profile is of.")
        found.append(read.profile)
    if not found:
        raise InputError(f"{file.name} has no profile")
    return found


def rules_of(name: str) -> "RuleSet":
    """A shipped rule set by its name, or one from a file."""
    from egnatia.engines.dna.rule_file import read_rules, shipped, shipped_rules

    if name in shipped() or not Path(name).exists():
        return shipped_rules(name)
    return read_rules(read_file(Path(name), "rule file"), name)


def populations_of(figures: Path | None) -> "tuple[Population, ...]":
    """The populations of a file of frequencies, or the shipped ones."""
    from egnatia.engines.dna.frequencies import read_frequency_file, shipped_populations

    return read_frequency_file(figures) if figures else shipped_populations()
