"""`egnatia dna kinship` and `mixture`: relatives of the missing, contributors to mixed traces."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from egnatia.cli.common import echo_json, echo_table, json_option, shown
from egnatia.cli.dna_options import (
    DIRECTORY,
    FILE,
    NOTHING_FOUND,
    figures_option,
    kind_option,
    populations_of,
    profiles_of,
    theta_option,
)
from egnatia.engines.dna.types import Kind
from egnatia.errors import InputError

if TYPE_CHECKING:
    from egnatia.engines.dna.kinship import Relative
    from egnatia.engines.dna.mixture_search import Contributor
    from egnatia.engines.dna.types import Profile


@click.command()
@click.argument("columns_directory", metavar="COLUMNS", type=DIRECTORY)
@click.argument("file", type=FILE)
@click.option(
    "--relation",
    type=click.Choice(["parent", "siblings", "half", "cousins"]),
    required=True,
    help="What is looked for.",
)
@click.option("--least", type=float, default=3.0, show_default=True, help="Least index shown, as a power of ten.")
@kind_option
@theta_option
@figures_option
@json_option
def kinship(columns_directory: Path, file: Path, *, relation: str, least: float, as_json: bool, **given: Any) -> None:
    """Look for relatives of missing persons and unidentified remains. Exit status 1 when nobody reaches the index.

    Only profiles of kinds missing, remains and relative are looked at and asked for: families who ask for theirs are never
    part of a search for crime, nor is anybody's family.
    """
    from egnatia.engines.dna.columns import load
    from egnatia.engines.dna.kinship import FAMILY_KINDS, RELATIONS, Model, relatives

    columns, populations = load(columns_directory), populations_of(given["figures"])
    any_found = False
    for query in profiles_of(file, given["kind"]):
        if query.kind not in FAMILY_KINDS:
            raise InputError(
                f"{query.ref} is of kind {query.kind}; relatives are looked for from {', '.join(FAMILY_KINDS)} only",
                hint="Searching for the relatives of a trace or of a suspect is not offered.",
            )
        model = Model(given["theta"])
        found = relatives(query, columns, RELATIONS[relation], populations, FAMILY_KINDS, least=least, model=model)
        others = [each for each in found if each.ref != query.ref]
        any_found = any_found or bool(others)
        if as_json:
            echo_json({"ref": query.ref, "relation": relation, "relatives": others})
        else:
            _show_relatives(query, others)
    if not any_found:
        sys.exit(NOTHING_FOUND)


def _show_relatives(query: "Profile", found: "list[Relative]") -> None:
    click.echo(f"{shown(query.ref)}: {len(found) or 'no'} profiles reach the index")
    if found:
        echo_table(
            ("reference", "kind", "index", "loci", "no shared allele at", "by the figures of"),
            (
                (
                    each.ref,
                    each.kind.value,
                    f"10^{each.found.log10:.1f}",
                    each.found.loci,
                    ", ".join(each.found.excluding) or "-",
                    each.found.population,
                )
                for each in found
            ),
        )


@click.command()
@click.argument("columns_directory", metavar="COLUMNS", type=DIRECTORY)
@click.argument("file", type=FILE)
@click.option(
    "--unknown",
    type=click.IntRange(0, 3),
    default=1,
    show_default=True,
    help="Contributors nobody knows, beside the candidate.",
)
@click.option(
    "--drop-out", type=click.FloatRange(0, 0.99), default=0.1, show_default=True, help="Chance that an allele is lost."
)
@click.option(
    "--drop-in", type=click.FloatRange(0, 0.99), default=0.05, show_default=True, help="Chance of a stray allele."
)
@click.option(
    "--least", type=float, default=3.0, show_default=True, help="Least likelihood ratio shown, as a power of ten."
)
@theta_option
@figures_option
@json_option
def mixture(columns_directory: Path, file: Path, *, unknown: int, least: float, as_json: bool, **given: Any) -> None:
    """Look for contributors to the mixed traces of FILE among the persons of COLUMNS. Exit status 1 when there is none.

    The likelihood ratio is that of the population that speaks least for the person. Peak heights are not read.
    """
    from egnatia.engines.dna.columns import load
    from egnatia.engines.dna.mixture import Chances
    from egnatia.engines.dna.mixture_search import contributors

    columns, populations = load(columns_directory), populations_of(given["figures"])
    chances = Chances(given["drop_out"], given["drop_in"], given["theta"], unknown)
    any_found = False
    for trace in profiles_of(file, Kind.MIXTURE.value):
        found = contributors(trace, columns, populations, [Kind.PERSON], chances, least=least)
        any_found = any_found or bool(found)
        if as_json:
            echo_json({"ref": trace.ref, "compared": len(columns), "contributors": found})
        else:
            _show_contributors(trace, found)
    if not any_found:
        sys.exit(NOTHING_FOUND)


def _show_contributors(trace: "Profile", found: "tuple[Contributor, ...]") -> None:
    from egnatia.engines.dna.words import WARNING

    click.echo(f"{shown(trace.ref)}: {len(found) or 'no'} persons reach the ratio")
    if found:
        rows = ((each.ref, f"10^{each.log10:.1f}", len(each.loci), each.population) for each in found)
        echo_table(("reference", "likelihood ratio", "loci", "by the figures of"), rows)
        click.echo(WARNING)
