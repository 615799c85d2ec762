"""`egnatia dna stats`, `expect` and `rules`: how rare, how often by chance, and by which rules."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from egnatia.cli.common import echo_json, echo_table, json_option, shown
from egnatia.cli.dna_options import (
    FILE,
    NOTHING_FOUND,
    figures_option,
    hash_of_rules,
    kind_option,
    populations_of,
    profiles_of,
    rules_of,
    theta_option,
)
from egnatia.errors import InputError

if TYPE_CHECKING:
    from egnatia.engines.dna.probability import MatchProbability


@click.command()
@click.argument("file", type=FILE)
@kind_option
@theta_option
@figures_option
@json_option
def stats(file: Path, kind: str | None, *, theta: float, figures: Path | None, as_json: bool) -> None:
    """Say how rare each profile of FILE is, in every population, the most common first (NRC 1996, 4.10).

    Of a profile without a locus that a population's table has there is no figure, and that is said. Exit status 1 when there
    is none of any profile.
    """
    from egnatia.engines.dna.probability import match_probability

    populations = populations_of(figures)
    any_found = False
    for profile in profiles_of(file, kind):
        reckoned = (match_probability(profile, each, theta) for each in populations)
        found = sorted(reckoned, key=lambda each: (not each.loci, -each.log10))
        some = [each for each in found if each.loci]
        any_found = any_found or bool(some)
        if as_json:
            told = [asdict(each) | ({} if each.loci else {"log10": None}) for each in found]
            echo_json({"ref": profile.ref, "theta": theta, "populations": told})
            continue
        click.echo(shown(profile.ref))
        if not some:
            click.echo("no figure: none of its loci is in any table of frequencies", err=True)
            continue
        echo_table(("population", "loci", "one person in", "left out"), map(_row, found))
    if not any_found:
        sys.exit(NOTHING_FOUND)


def _row(found: "MatchProbability") -> tuple[str, int, str, str]:
    rarity = f"10^{-found.log10:.2f}" if found.loci else "no figure"
    return found.population, len(found.loci), rarity, ", ".join(found.left_out) or "-"


@click.command()
@click.option("--persons", type=click.IntRange(1), required=True, help="Profiles of persons in one database.")
@click.option("--traces", type=click.IntRange(1), required=True, help="Profiles of traces in the other.")
@click.option("--loci", default="ess-12", show_default=True, help="A set of loci by name, or names with commas.")
@figures_option
@json_option
def expect(persons: int, traces: int, loci: str, figures: Path | None, *, as_json: bool) -> None:
    """Say how many pairs of two databases would agree by chance alone, before anybody is connected to anybody."""
    from egnatia.engines.dna.coincidence import of_databases
    from egnatia.engines.dna.types import Agreement

    names = _loci(loci)
    rows = []
    for each in populations_of(figures):
        if {*names} <= {*each.loci}:
            pairs = of_databases(persons, traces, names, each)
            rows.append((each.name, len(names), pairs[Agreement.FULL], pairs[Agreement.ONE_OFF]))
    if not rows:
        raise InputError("no population has figures for all of these loci", hint="Name fewer loci, or --frequencies.")
    headings = ("population", "loci", "agree in full", "one allele off")
    if as_json:
        echo_json([dict(zip(headings, row, strict=True)) for row in rows])
    else:
        echo_table(headings, ((name, count, f"{full:.3g}", f"{near:.3g}") for name, count, full, near in rows))


def _loci(text: str) -> tuple[str, ...]:
    from egnatia.engines.dna.loci import SETS, locus_name

    if text in SETS:
        return SETS[text]
    names = tuple(locus_name(each) or "" for each in text.split(","))
    if not all(names) or len({*names}) != len(names):
        raise InputError(f"{text!r} names no set of loci", hint=f"Sets are {', '.join(SETS)}; or write FGA,TH01,vWA.")
    return names


@click.command("rules")
@click.argument("name", required=False)
@json_option
def show_rules(name: str | None, *, as_json: bool) -> None:
    """List the shipped rule sets, or show one of them, or one from a file, class by class."""
    from egnatia.engines.dna.rule_file import shipped, shipped_rules

    if name is None:
        listed = [(each, shipped_rules(each).version, shipped_rules(each).title) for each in shipped()]
        if as_json:
            echo_json([dict(zip(("id", "version", "title"), row, strict=True)) for row in listed])
        else:
            echo_table(("name", "version", "title"), listed)
        return
    rules = rules_of(name)
    if as_json:
        said = {"id": rules.id, "version": rules.version, "source": rules.source, "sha256": hash_of_rules(name)}
        echo_json(said | {"classes": list(rules.classes)})
        return
    click.echo(f"{rules.title}\n{rules.source}\nloci: {', '.join(rules.loci)}\nsha256: {hash_of_rules(name)}")
    echo_table(
        ("class", "near", "loci in full", "loci compared"),
        ((each.label, "yes" if each.near else "no", each.min_full, each.min_compared) for each in rules.classes),
    )
