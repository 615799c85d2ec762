"""`egnatia dna`: import, search, compare and reckon with DNA profiles on this computer, without a node."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from egnatia.cli.common import echo_json, echo_table, json_option, one_of, shown
from egnatia.cli.dna_batches import COMMANDS as BATCH_COMMANDS
from egnatia.cli.dna_convert import convert
from egnatia.cli.dna_figures import expect, show_rules, stats
from egnatia.cli.dna_held import COMMANDS as HELD_COMMANDS
from egnatia.cli.dna_join import join
from egnatia.cli.dna_node import COMMANDS as NODE_COMMANDS
from egnatia.cli.dna_opinions import COMMANDS as OPINION_COMMANDS
from egnatia.cli.dna_options import (
    DIRECTORY,
    FILE,
    NOTHING_FOUND,
    figures_option,
    kind_option,
    numbers_of,
    numbers_option,
    populations_of,
    profiles_of,
    rules_of,
    rules_option,
    theta_option,
)
from egnatia.cli.dna_people import kinship, mixture
from egnatia.cli.dna_simulate import simulate
from egnatia.cli.dna_statements import show_candidates, show_statement, sizes_options, stated
from egnatia.cli.dna_upgrades import COMMANDS as UPGRADE_COMMANDS
from egnatia.cli.progress import progress_bar
from egnatia.engines.dna.types import Kind
from egnatia.errors import InputError

if TYPE_CHECKING:
    from egnatia.engines.dna.columns import Packer
    from egnatia.engines.dna.formats.reading import Read
    from egnatia.engines.dna.formats.types import Problem
    from egnatia.engines.dna.rules import RuleSet
    from egnatia.engines.dna.search import Candidate
    from egnatia.engines.dna.statement import HitStatement
    from egnatia.engines.dna.types import Profile

_LONG = 4 * 1024 * 1024
"""Bytes that take long enough to show a bar for."""


@click.group(name="dna")
def group() -> None:
    """Import, search and compare DNA profiles in files; store and ask about a node's own. No profile has a name."""


for _command in (
    convert,
    join,
    kinship,
    mixture,
    simulate,
    stats,
    expect,
    show_rules,
    *NODE_COMMANDS,
    *OPINION_COMMANDS,
    *BATCH_COMMANDS,
    *HELD_COMMANDS,
    *UPGRADE_COMMANDS,
):
    group.add_command(_command)


@group.command("import")
@click.argument("files", type=FILE, nargs=-1, required=True)
@click.option("--into", type=DIRECTORY, required=True, help="New directory for the packed columns.")
@kind_option
@numbers_option
@click.option("--remarks", is_flag=True, help="Name every value that was read otherwise than it was written.")
@json_option
def import_files(
    files: tuple[Path, ...], into: Path, kind: str | None, *, numbers_file: Path | None, remarks: bool, as_json: bool
) -> None:
    """Pack profiles into columns that can be searched.

    Reads CODIS CMF 3.2, NIEM 5.1, ANSI/NIST-ITL type 18, GeneMapper, EuroForMix, LRmix and SmartRank exports and plain
    tables, profile by profile. What cannot be read is named and left out, data on donors without being read; exit status 1
    when nothing could be read. References are held to be the files' own: one that stands twice is refused.
    """
    from egnatia.engines.dna.columns import Packer, save
    from egnatia.engines.dna.formats.reading import refuse_repeated

    packer = Packer()
    counted = {"profiles": 0, "left out": 0, "remarks": 0, "tolerated": 0, "stripped": 0, "obligatory": 0}
    if remarks:
        for read in _reading(files, kind, counted, numbers_of(numbers_file)):
            packer.add(read.profile)
            counted["profiles"] += 1
    else:
        _pack(files, kind, packer, counted, numbers_of(numbers_file))
    columns = packer.columns()
    refuse_repeated(columns.all_refs)
    if counted["profiles"]:
        save(columns, into)
    if as_json:
        echo_json(counted | {"into": str(into)})
    else:
        _say(into, counted)
    if not counted["profiles"]:
        sys.exit(NOTHING_FOUND)


def _say(into: Path, counted: dict[str, int]) -> None:
    click.echo(f"{into}: {counted['profiles']:,} profiles, {counted['left out']:,} left out")
    click.echo(f"{counted['remarks']:,} values read otherwise than written; --remarks names them", err=True)
    if counted["stripped"]:
        click.echo(f"{counted['stripped']:,} profiles came with data on a person, none of which was read", err=True)
    if counted["obligatory"]:
        click.echo(f"{counted['obligatory']:,} profiles have obligatory alleles, which columns do not keep", err=True)


def _pack(
    files: tuple[Path, ...], kind: str | None, packer: "Packer", counted: dict[str, int], numbers: dict[int, str]
) -> None:
    """Take files in by the block; problems go to standard error, and all that is counted into the counts."""
    from egnatia.engines.dna.formats.packing import pack_file

    of = Kind(kind) if kind else None
    for path in files:
        with path.open("rb") as stream, progress_bar("importing", path.stat().st_size, _LONG) as show:
            for packed in pack_file(stream, of, packer, numbers):
                show(stream.tell())
                for problem in packed.problems:
                    _say_problem(path, problem)
                counted["left out"] += len(packed.problems)
                for name in ("profiles", "remarks", "tolerated", "stripped", "obligatory"):
                    counted[name] += getattr(packed, name)


def _say_problem(path: Path, problem: "Problem") -> None:
    click.echo(f"{path.name}, {shown(problem.where)}: {shown(problem.text)}; left out", err=True)


def _reading(
    files: tuple[Path, ...], kind: str | None, counted: dict[str, int], numbers: dict[int, str]
) -> "Iterator[Read]":
    """The profiles of some files with all that is to be said of them; problems go to standard error and are counted."""
    from egnatia.engines.dna.formats.reading import read_profiles
    from egnatia.engines.dna.formats.types import Problem

    of = Kind(kind) if kind else None
    for path in files:
        with path.open("rb") as stream, progress_bar("importing", path.stat().st_size, _LONG) as show:
            for number, read in enumerate(read_profiles(stream, of, numbers)):
                if number % 1000 == 0:
                    show(stream.tell())
                if isinstance(read, Problem):
                    counted["left out"] += 1
                    _say_problem(path, read)
                else:
                    _tell(path, read, counted)
                    yield read


def _tell(path: Path, read: "Read", counted: dict[str, int]) -> None:
    counted["remarks"] += len(read.remarks)
    counted["tolerated"] += len(read.tolerated)
    counted["stripped"] += bool(read.stripped)
    counted["obligatory"] += bool(read.profile.required)
    noticed = [f"{each.locus} {each.what} {each.value}".strip() for each in read.remarks]
    donor = [f"data on a person, not read: {', '.join(read.stripped)}"] if read.stripped else []
    for text in (*read.tolerated, *donor, *noticed):
        click.echo(f"{path.name}, {shown(read.where)}: {shown(text)}", err=True)


@group.command("search")
@click.argument("columns_directory", metavar="COLUMNS", type=DIRECTORY)
@click.argument("file", type=FILE)
@rules_option
@kind_option
@theta_option
@figures_option
@sizes_options
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True, help="Most candidates shown.")
@json_option
def search_columns(
    columns_directory: Path, file: Path, *, rules_name: str, limit: int, as_json: bool, **given: Any
) -> None:
    """Search the profiles of FILE among COLUMNS. Exit status 1 when there is no candidate.

    With every candidate stands its statement: what was compared, how rare it is in the most cautious of the populations, how
    much likelier if it is one person, and how many such candidates chance alone would give. --json gives all figures.
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
        listed = found if as_json else found[:limit]
        profiles = (columns.profile(each.number) for each in listed)
        hits = [stated((query, each), rules, len(columns), populations, given) for each in profiles]
        if as_json:
            told = _plain_search(query, found, expected, rules, len(columns))
            told["candidates"] = [
                plain | {"statement": hit.as_dict()} for plain, hit in zip(told["candidates"], hits, strict=True)
            ]
            echo_json(told)
        else:
            _show_search(query, [*zip(listed, hits, strict=True)], len(found), expected)
            if found and asks_for_more_loci(expected, rules):
                click.echo(MORE_LOCI)
    if not any_found:
        sys.exit(NOTHING_FOUND)


def _show_search(query: "Profile", found: "list[tuple[Candidate, HitStatement]]", number: int, expected: Any) -> None:
    from egnatia.engines.dna.words import WARNING, chance_in_words

    click.echo(f"{shown(query.ref)}: {number} candidates" if number else f"{shown(query.ref)}: no candidate")
    if found:
        show_candidates(found)
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
@click.option("--right-kind", type=one_of(Kind), help="What RIGHT is of, where it is another kind than LEFT.")
@theta_option
@figures_option
@sizes_options
@json_option
def compare_profiles(
    left: Path, right: Path, *, rules_name: str, kind: str | None, right_kind: str | None, as_json: bool, **given: Any
) -> None:
    """Lay two profiles beside each other, locus by locus. Exit status 1 when they are no candidates for each other.

    Where they are, their statement follows; --persons says among how many a search met the second. Profiles that the rules
    would not compare, by their kinds or for want of loci, are no candidates however they agree.
    """
    rules = rules_of(rules_name)
    one, other = _only(left, kind), _only(right, right_kind or kind)
    evidence, found = rules.compare(one, other)
    barred = _barred(rules, one, other)
    if barred:
        found = None
        click.echo(barred, err=True)
    label = found.label if found else None
    populations, searched = populations_of(given["figures"]), given["persons"] or 1
    hit = stated((one, other), rules, searched, populations, given) if found else None
    if as_json:
        told: dict[str, Any] = {"left": one.ref, "right": other.ref, "class": label, "loci": _plain_loci(evidence.loci)}
        echo_json(told | {"statement": hit and hit.as_dict()})
    else:
        rows = [tuple(each.values()) for each in _plain_loci(evidence.loci)]
        echo_table(("locus", shown(one.ref), shown(other.ref), "agreement"), rows)
        click.echo(f"{rules.id}: {label or 'no candidates for each other'}")
        if hit:
            show_statement(hit)
    if one.amelogenin and other.amelogenin and one.amelogenin != other.amelogenin:
        click.echo(f"amelogenin differs ({one.amelogenin}, {other.amelogenin}); it does not count, but look", err=True)
    if found is None:
        sys.exit(NOTHING_FOUND)


def _only(file: Path, kind: str | None) -> "Profile":
    """The one profile of a file.

    Raises:
        InputError: it has several: which of them is meant is not guessed.
    """
    found = profiles_of(file, kind)
    if len(found) > 1:
        raise InputError(
            f"{file.name} has {len(found)} profiles, and one is laid beside one",
            hint="`egnatia dna search` asks for several at once.",
        )
    return found[0]


def _barred(rules: "RuleSet", one: "Profile", other: "Profile") -> str | None:
    """Why the rules would not compare two profiles at all, as a search and a join would not; None where they would."""
    if not rules.permits(one.kind, other.kind):
        return f"{rules.id} does not compare profiles of kinds {one.kind} and {other.kind}"
    lacking = ((shown(each.ref), rules.wants(each)) for each in (one, other))
    return next((f"{rules.id} does not compare {ref}: {what}" for ref, what in lacking if what), None)
