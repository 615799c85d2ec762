"""`egnatia dna`: import, search, compare and reckon with DNA profiles on this computer, without a node."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from egnatia.cli.common import echo_json, echo_table, json_option, shown
from egnatia.cli.dna_figures import expect, show_rules, stats
from egnatia.cli.dna_options import (
    DIRECTORY,
    FILE,
    NOTHING_FOUND,
    figures_option,
    kind_option,
    populations_of,
    profiles_of,
    rules_of,
    rules_option,
    theta_option,
)
from egnatia.cli.dna_people import kinship, mixture
from egnatia.cli.progress import progress_bar
from egnatia.engines.dna.types import Kind

if TYPE_CHECKING:
    from egnatia.engines.dna.formats.reading import Read
    from egnatia.engines.dna.rules import RuleSet
    from egnatia.engines.dna.search import Candidate
    from egnatia.engines.dna.types import Profile

_LONG = 4 * 1024 * 1024
"""Bytes that take long enough to show a bar for."""


@click.group(name="dna")
def group() -> None:
    """Import, search, compare and reckon with DNA profiles. Nothing leaves this computer, and no profile has a name."""


for _command in (kinship, mixture, stats, expect, show_rules):
    group.add_command(_command)


@group.command("import")
@click.argument("files", type=FILE, nargs=-1, required=True)
@click.option("--into", type=DIRECTORY, required=True, help="New directory for the packed columns.")
@kind_option
@click.option("--remarks", is_flag=True, help="Name every value that was read otherwise than it was written.")
@json_option
def import_files(files: tuple[Path, ...], into: Path, kind: str | None, *, remarks: bool, as_json: bool) -> None:
    """Pack profiles into columns that can be searched.

    Reads CODIS CMF 3.2, GeneMapper, EuroForMix, LRmix and SmartRank exports and plain tables, line by line. What cannot be
    read is named and left out; exit status 1 when nothing could be read.
    """
    from egnatia.engines.dna.columns import Packer, save

    packer, counted = Packer(), {"profiles": 0, "left out": 0, "remarks": 0, "tolerated": 0}
    for read in _reading(files, kind, counted, remarks=remarks):
        packer.add(read.profile)
        counted["profiles"] += 1
    if counted["profiles"]:
        save(packer.columns(), into)
    if as_json:
        echo_json(counted | {"into": str(into)})
    else:
        click.echo(f"{into}: {counted['profiles']:,} profiles, {counted['left out']:,} left out")
        click.echo(f"{counted['remarks']:,} values read otherwise than written; --remarks names them", err=True)
    if not counted["profiles"]:
        sys.exit(NOTHING_FOUND)


def _reading(files: tuple[Path, ...], kind: str | None, counted: dict[str, int], *, remarks: bool) -> "Iterator[Read]":
    """The profiles of some files; problems go to standard error and are counted."""
    from egnatia.engines.dna.formats.reading import read_profiles
    from egnatia.engines.dna.formats.types import Problem

    of = Kind(kind) if kind else None
    for path in files:
        with path.open("rb") as stream, progress_bar("importing", path.stat().st_size, _LONG) as show:
            for number, read in enumerate(read_profiles(stream, of)):
                if number % 1000 == 0:
                    show(stream.tell())
                if isinstance(read, Problem):
                    counted["left out"] += 1
                    click.echo(f"{path.name}, {shown(read.where)}: {shown(read.text)}; left out", err=True)
                else:
                    _tell(path, read, counted, remarks=remarks)
                    yield read


def _tell(path: Path, read: "Read", counted: dict[str, int], *, remarks: bool) -> None:
    counted["remarks"] += len(read.remarks)
    counted["tolerated"] += len(read.tolerated)
    if remarks:
        noticed = [f"{each.locus} {each.what} {each.value}".strip() for each in read.remarks]
        for text in (*read.tolerated, *noticed):
            click.echo(f"{path.name}, {shown(read.where)}: {shown(text)}", err=True)


@group.command("search")
@click.argument("columns_directory", metavar="COLUMNS", type=DIRECTORY)
@click.argument("file", type=FILE)
@rules_option
@kind_option
@theta_option
@figures_option
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True, help="Most candidates shown.")
@json_option
def search_columns(
    columns_directory: Path, file: Path, *, rules_name: str, limit: int, as_json: bool, **given: Any
) -> None:
    """Search the profiles of FILE among COLUMNS. Exit status 1 when there is no candidate.

    With every candidate stands what was compared, and how many such candidates chance alone would give.
    """
    from egnatia.engines.dna.coincidence import of_search
    from egnatia.engines.dna.columns import load
    from egnatia.engines.dna.search import search
    from egnatia.engines.dna.words import MORE_LOCI, asks_for_more_loci

    rules, columns = rules_of(rules_name), load(columns_directory)
    populations = populations_of(given["figures"])
    any_found = False
    for query in profiles_of(file, given["kind"]):
        found = search(query, columns, rules)
        expected = of_search(query, rules, len(columns), populations, given["theta"])
        any_found = any_found or bool(found)
        if as_json:
            echo_json(_plain_search(query, found, expected, rules, len(columns)))
        else:
            _show_search(query, found[:limit], len(found), expected)
            if found and asks_for_more_loci(expected, rules):
                click.echo(MORE_LOCI)
    if not any_found:
        sys.exit(NOTHING_FOUND)


def _show_search(query: "Profile", found: "tuple[Candidate, ...]", number: int, expected: Any) -> None:
    from egnatia.engines.dna.words import WARNING, chance_in_words, in_words

    click.echo(f"{shown(query.ref)}: {number} candidates" if number else f"{shown(query.ref)}: no candidate")
    if not found:
        return
    echo_table(
        ("reference", "kind", "class", "what was compared"),
        ((each.ref, each.kind.value, each.label, in_words(each)) for each in found),
    )
    click.echo(chance_in_words(expected))
    click.echo(WARNING)


def _plain_search(
    query: "Profile", found: "tuple[Candidate, ...]", expected: Any, rules: "RuleSet", compared: int
) -> dict[str, Any]:
    from egnatia.engines.dna.words import WARNING, asks_for_more_loci

    return {
        "ref": query.ref,
        "rules": {"id": rules.id, "version": rules.version},
        "compared": compared,
        "candidates": [_plain_candidate(each) for each in found],
        "expected": [{"population": each.population, "matches": each.matches} for each in expected],
        "more_loci": bool(found) and asks_for_more_loci(expected, rules),
        "warning": WARNING,
    }


def _plain_candidate(each: "Candidate") -> dict[str, Any]:
    values = {"ref": each.ref, "kind": each.kind.value, "class": each.label, "near": each.near}
    return values | {"loci": _plain_loci(each.evidence.loci)}


def _plain_loci(loci: Iterable[Any]) -> list[dict[str, str]]:
    from egnatia.engines.dna.types import write_designation

    return [
        {
            "locus": each.locus,
            "asked": write_designation(each.left),
            "found": write_designation(each.right),
            "agreement": each.agreement.value,
        }
        for each in loci
    ]


@group.command("compare")
@click.argument("left", type=FILE)
@click.argument("right", type=FILE)
@rules_option
@kind_option
@json_option
def compare_profiles(left: Path, right: Path, rules_name: str, kind: str | None, *, as_json: bool) -> None:
    """Lay two profiles beside each other, locus by locus. Exit status 1 when they are no candidates for each other."""
    rules = rules_of(rules_name)
    one, other = profiles_of(left, kind)[0], profiles_of(right, kind)[0]
    evidence, found = rules.compare(one, other)
    label = found.label if found else None
    if as_json:
        echo_json({"left": one.ref, "right": other.ref, "class": label, "loci": _plain_loci(evidence.loci)})
    else:
        rows = [tuple(each.values()) for each in _plain_loci(evidence.loci)]
        echo_table(("locus", shown(one.ref), shown(other.ref), "agreement"), rows)
        click.echo(f"{rules.id}: {label or 'no candidates for each other'}")
    if one.amelogenin and other.amelogenin and one.amelogenin != other.amelogenin:
        click.echo(f"amelogenin differs ({one.amelogenin}, {other.amelogenin}); it does not count, but look", err=True)
    if found is None:
        sys.exit(NOTHING_FOUND)


@group.command("convert")
@click.argument("file", type=FILE)
@click.option("--source", required=True, help="Laboratory that sends, 1 to 10 characters.")
@click.option("--to", "destination", required=True, help="Laboratory that receives, 1 to 10 characters.")
@click.option("--user", required=True, help="Who submits, 1 to 20 characters; a function, not a name.")
@kind_option
def convert(file: Path, source: str, destination: str, user: str, kind: str | None) -> None:
    """Write the profiles of FILE as CODIS CMF 3.2 on standard output. Loci that CMF 3.2 has no name for are left out."""
    from datetime import UTC, datetime

    from egnatia.engines.dna.formats.codis import LOCI_OF_32, CodisHeader, write_codis

    profiles = profiles_of(file, kind)
    lost = sorted({name for each in profiles for name in each.loci} - LOCI_OF_32)
    text = "".join(write_codis(profiles, CodisHeader(destination, source, user, datetime.now(UTC))))
    click.echo(text, nl=False)
    if lost:
        click.echo(f"left out, for CMF 3.2 has no name for them: {', '.join(lost)}", err=True)
