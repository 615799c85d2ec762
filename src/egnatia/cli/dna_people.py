"""`egnatia dna kinship` and `mixture`: relatives of the missing, contributors to mixed traces."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from egnatia.cli.common import echo_json, echo_table, json_option, shown
from egnatia.cli.dna_options import (
    DIRECTORY,
    FILE,
    LOGARITHM,
    NOTHING_FOUND,
    Number,
    figures_option,
    kind_option,
    populations_of,
    profiles_of,
    theta_option,
)
from egnatia.engines.dna.types import Kind
from egnatia.errors import InputError

if TYPE_CHECKING:
    from egnatia.engines.dna.kinship import Relation
    from egnatia.engines.dna.kinship_search import Relative
    from egnatia.engines.dna.mixture_search import Contributor
    from egnatia.engines.dna.types import Profile


@click.command()
@click.argument("columns_directory", metavar="COLUMNS", type=DIRECTORY)
@click.argument("file", type=FILE)
@click.option(
    "--relation",
    "relations",
    multiple=True,
    required=True,
    help="parent, siblings, half, cousins, or three chances k0,k1,k2 of sharing 0, 1 and 2 alleles by descent; several times.",
)
@click.option("--least", type=LOGARITHM, default=3.0, show_default=True, help="Least index shown, as a power of ten.")
@kind_option
@theta_option
@figures_option
@json_option
def kinship(
    columns_directory: Path, file: Path, *, relations: tuple[str, ...], least: float, as_json: bool, **given: Any
) -> None:
    """Look for relatives of missing persons and unidentified remains. Exit status 1 when nobody reaches the index.

    Only profiles of kinds missing, remains and relative are looked at and asked for: families who ask for theirs are never
    part of a search for crime, nor is anybody's family.
    """
    from egnatia.engines.dna.columns import load
    from egnatia.engines.dna.kinship import FAMILY_KINDS, Model
    from egnatia.engines.dna.kinship_search import relatives
    from egnatia.engines.dna.words import WARNING

    asked = [_relation(each) for each in relations]
    columns, populations = load(columns_directory), populations_of(given["figures"])
    any_found = False
    for query in profiles_of(file, given["kind"]):
        if query.kind not in FAMILY_KINDS:
            raise InputError(
                f"{query.ref} is of kind {query.kind}; relatives are looked for from {', '.join(FAMILY_KINDS)} only",
                hint="Searching for the relatives of a trace or of a suspect is not offered.",
            )
        model = Model(given["theta"])
        found = relatives(query, columns, asked, populations, FAMILY_KINDS, least=least, model=model)
        others = [each for each in found if each.ref != query.ref]
        any_found = any_found or bool(others)
        if as_json:
            told = {"ref": query.ref, "relation": ", ".join(relations), "relatives": others, "compared": len(columns)}
            echo_json(told | {"warning": WARNING})
        else:
            _show_relatives(query, others, len(columns))
    if not any_found:
        sys.exit(NOTHING_FOUND)


def _relation(text: str) -> "Relation":
    """A relation by its name, or by its three chances."""
    from egnatia.engines.dna.kinship import RELATIONS, Relation

    if text in RELATIONS:
        return RELATIONS[text]
    try:
        k0, k1, k2 = (float(each) for each in text.split(","))
    except ValueError:
        raise InputError(
            f"{text!r} is no relation", hint=f"Relations are {', '.join(RELATIONS)}, or chances such as 0.5,0.5,0."
        ) from None
    return Relation(text, k0, k1, k2)


def _show_relatives(query: "Profile", found: "list[Relative]", compared: int) -> None:
    from egnatia.engines.dna.words import WARNING, reached_in_words

    click.echo(f"{shown(query.ref)}: {len(found) or 'no'} profiles reach the index")
    if found:
        echo_table(
            (
                "reference",
                "kind",
                "relation",
                "index",
                "by chance at most",
                "loci",
                "no shared allele at",
                "by the figures of",
            ),
            (
                (
                    each.ref,
                    each.kind.value,
                    each.found.relation,
                    f"10^{each.found.log10:.1f}",
                    f"{each.by_chance:.2g}",
                    each.found.loci,
                    ", ".join(each.found.excluding) or "-",
                    each.found.population,
                )
                for each in found
            ),
        )
        click.echo(reached_in_words(max(each.by_chance for each in found), compared))
        click.echo(WARNING)


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
@click.option("--drop-out", type=Number(0, 0.99), default=0.1, show_default=True, help="Chance that an allele is lost.")
@click.option("--drop-in", type=Number(0, 0.99), default=0.05, show_default=True, help="Chance of a stray allele.")
@click.option(
    "--least", type=LOGARITHM, default=3.0, show_default=True, help="Least likelihood ratio shown, as a power of ten."
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
    from egnatia.engines.dna.words import WARNING

    columns, populations = load(columns_directory), populations_of(given["figures"])
    chances = Chances(given["drop_out"], given["drop_in"], given["theta"], unknown)
    any_found = False
    for trace in profiles_of(file, Kind.MIXTURE.value):
        found = contributors(trace, columns, populations, [Kind.PERSON], chances, least=least)
        any_found = any_found or bool(found)
        if as_json:
            echo_json({"ref": trace.ref, "compared": len(columns), "contributors": found, "warning": WARNING})
        else:
            _show_contributors(trace, found, len(columns))
    if not any_found:
        sys.exit(NOTHING_FOUND)


def _show_contributors(trace: "Profile", found: "tuple[Contributor, ...]", compared: int) -> None:
    from egnatia.engines.dna.words import WARNING, reached_in_words

    click.echo(f"{shown(trace.ref)}: {len(found) or 'no'} persons reach the ratio")
    if found:
        rows = (
            (each.ref, f"10^{each.log10:.1f}", f"{each.by_chance:.2g}", len(each.loci), each.population)
            for each in found
        )
        echo_table(("reference", "likelihood ratio", "by chance at most", "loci", "by the figures of"), rows)
        click.echo(reached_in_words(max(each.by_chance for each in found), compared))
        click.echo(WARNING)
