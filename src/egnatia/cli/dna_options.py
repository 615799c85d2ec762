"""What the commands of `egnatia dna` share: options, and profiles, rules and figures from files."""

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from egnatia.cli.common import Command, one_of, read_file
from egnatia.engines.dna.probability import THETA
from egnatia.engines.dna.types import Kind
from egnatia.errors import InputError
from egnatia.model.states import DNA_SUBJECTS, Offence, Purpose

if TYPE_CHECKING:
    from egnatia.engines.dna.frequencies import Population
    from egnatia.engines.dna.rules import RuleSet
    from egnatia.engines.dna.types import Profile

NOTHING_FOUND = 1
"""Exit status when no candidate was found, or two profiles are none for each other."""
FILE = click.Path(path_type=Path, dir_okay=False, exists=True)
DIRECTORY = click.Path(path_type=Path, file_okay=False)


class Number(click.FloatRange):
    """A number within bounds. `nan` is none: it lies in every range, for no comparison with it is true."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """As typed, or refused."""
        found = float(super().convert(value, param, ctx))
        if math.isnan(found):
            self.fail(f"{value!r} is not a number.", param, ctx)
        return found


LOGARITHM = Number(-300, 300)
"""A power of ten, within what numbers of double precision hold."""
kind_option = click.option(
    "--kind", type=one_of(Kind), help="What profiles are of, where the file does not say: person, trace, ..."
)
rules_option = click.option(
    "--rules", "rules_name", default="cautious", show_default=True, help="A shipped rule set by name, or a rule file."
)
theta_option = click.option(
    "--theta",
    type=Number(0, 0.5),
    default=THETA,
    show_default=True,
    help="Coancestry; 0.03 for small groups.",
)
figures_option = click.option(
    "--frequencies", "figures", type=FILE, help="Allele frequencies (CSV) to use instead of the shipped ones."
)

_POPULATIONS = click.Choice([each.value for each in DNA_SUBJECTS])


def question_options(command: Command) -> Command:
    """Add what a question about profiles is asked under: `population`, `case_ref`, `purpose`, `offence`, `justification`."""
    options = (
        click.option("--among", "population", type=_POPULATIONS, required=True, help="Whose profiles are searched."),
        click.option(
            "--case", "case_ref", required=True, help="Case reference, such as DUR-2025-0417; it is not sent."
        ),
        click.option(
            "--purpose",
            type=one_of(Purpose),
            default=Purpose.INVESTIGATION.value,
            show_default=True,
            help="Why it is asked.",
        ),
        click.option("--offence", type=one_of(Offence), required=True, help="The offence behind it."),
        click.option(
            "--why", "justification", required=True, help="Justification, at least 20 characters; it is not sent."
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


numbers_option = click.option(
    "--locus-numbers",
    "numbers_file",
    type=FILE,
    help="NIST's numbers of loci (CSV: number,locus), for ANSI/NIST-ITL files; loci go by name without it.",
)


def numbers_of(file: Path | None) -> dict[int, str]:
    """The names of loci by number from a table; empty without one.

    Raises:
        InputError: a line is not a number and a locus that this engine knows, or one of them stands twice.
    """
    from egnatia.engines.dna.loci import locus_name

    if file is None:
        return {}
    numbers: dict[int, str] = {}
    for count, line in enumerate(read_file(file, "table of numbers").decode("utf-8", "replace").splitlines(), start=1):
        number, _, name = (each.strip() for each in line.partition(","))
        known = locus_name(name)
        if not line.strip() or (count == 1 and not number.isdecimal()):
            continue
        if not number.isdecimal() or known is None or int(number) in numbers or known in numbers.values():
            raise InputError(f"{file.name}, line {count}: {line[:40]!r} is no number with a locus of its own")
        numbers[int(number)] = known
    return numbers


def profiles_of(file: Path, kind: str | None, numbers: dict[int, str] | None = None) -> "list[Profile]":
    """The profiles to ask for.

    Raises:
        InputError: there is none, one of them cannot be read, or one stands twice: a question is asked as a whole or not
            at all.
    """
    from egnatia.engines.dna.formats.reading import read_file as read_profile_file
    from egnatia.engines.dna.formats.reading import refuse_repeated
    from egnatia.engines.dna.formats.types import Problem

    found = []
    for read in read_profile_file(file, Kind(kind) if kind else None, numbers):
        if isinstance(read, Problem):
            raise InputError(f"{file.name}, {read.where}: {read.text}", hint="--kind says what a profile is of.")
        found.append(read.profile)
    if not found:
        raise InputError(f"{file.name} has no profile")
    refuse_repeated(lambda: [each.ref for each in found])
    return found


def rules_of(name: str) -> "RuleSet":
    """A shipped rule set by its name, or one from a file."""
    from egnatia.engines.dna.rule_file import read_rules, shipped, shipped_rules

    if name in shipped() or not Path(name).exists():
        return shipped_rules(name)
    return read_rules(read_file(Path(name), "rule file"), name)


def hash_of_rules(name: str) -> str:
    """The hash by which an agreement names a rule set, shipped or from a file."""
    from egnatia.engines.dna.rule_file import content_hash, shipped, shipped_hash

    shipped_one = name in shipped() or not Path(name).exists()
    return shipped_hash(name) if shipped_one else content_hash(read_file(Path(name), "rule file"))


def populations_of(figures: Path | None) -> "tuple[Population, ...]":
    """The populations of a file of frequencies, or the shipped ones."""
    from egnatia.engines.dna.frequencies import read_frequency_file, shipped_populations

    return read_frequency_file(figures) if figures else shipped_populations()
