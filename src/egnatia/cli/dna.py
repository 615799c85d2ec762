"""`egnatia dna`: import, search, compare and reckon with DNA profiles on this computer, without a node."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from egnatia.cli.common import echo_json, echo_table, json_option, one_of, read_file, shown
from egnatia.cli.progress import progress_bar
from egnatia.engines.dna.types import Kind
from egnatia.errors import InputError

if TYPE_CHECKING:
    from egnatia.engines.dna.formats.reading import Read
    from egnatia.engines.dna.frequencies import Population
    from egnatia.engines.dna.kinship import Relative
    from egnatia.engines.dna.rules import RuleSet
    from egnatia.engines.dna.search import Candidate
    from egnatia.engines.dna.types import Profile

NOTHING_FOUND = 1
"""Exit status when no candidate was found, or two profiles are none for each other."""
_LONG = 4 * 1024 * 1024
"""Bytes that take long enough to show a bar for."""
_FILE = click.Path(path_type=Path, dir_okay=False, exists=True)
_DIRECTORY = click.Path(path_type=Path, file_okay=False)
kind_option = click.option(
    "--kind", type=one_of(Kind), help="What profiles are of, where the file does not say: person, trace, ..."
)
rules_option = click.option(
    "--rules", "rules_name", default="cautious", show_default=True, help="A shipped rule set by name, or a rule file."
)
theta_option = click.option(
    "--theta", type=click.FloatRange(0, 0.5), default=0.01, show_default=True, help="Coancestry; 0.03 for small groups."
)
figures_option = click.option(
    "--frequencies", "figures", type=_FILE, help="Allele frequencies (CSV) to use instead of the shipped ones."
)


@click.group(name="dna")
def group() -> None:
    """Import, search, compare and reckon with DNA profiles. Nothing leaves this computer, and no profile has a name."""


@group.command("import")
@click.argument("files", type=_FILE, nargs=-1, required=True)
@click.option("--into", type=_DIRECTORY, required=True, help="New directory for the packed columns.")
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
@click.argument("columns_directory", metavar="COLUMNS", type=_DIRECTORY)
@click.argument("file", type=_FILE)
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

    rules, columns = _rules(rules_name), load(columns_directory)
    populations = _populations(given["figures"])
    any_found = False
    for query in _profiles(file, given["kind"]):
        found = search(query, columns, rules)
        expected = () if rules.by_stringency else of_search(query, rules, len(columns), populations, given["theta"])
        any_found = any_found or bool(found)
        if as_json:
            echo_json(_plain_search(query, found, expected, rules, len(columns)))
        else:
            _show_search(query, found[:limit], len(found), expected)
    if not any_found:
        sys.exit(NOTHING_FOUND)


def _profiles(file: Path, kind: str | None) -> "list[Profile]":
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


def _rules(name: str) -> "RuleSet":
    from egnatia.engines.dna.rule_file import read_rules, shipped, shipped_rules

    if name in shipped() or not Path(name).exists():
        return shipped_rules(name)
    return read_rules(read_file(Path(name), "rule file"), name)


def _populations(figures: Path | None) -> "tuple[Population, ...]":
    from egnatia.engines.dna.frequencies import read_frequency_file, shipped_populations

    return read_frequency_file(figures) if figures else shipped_populations()


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
    from egnatia.engines.dna.words import WARNING

    return {
        "ref": query.ref,
        "rules": {"id": rules.id, "version": rules.version},
        "compared": compared,
        "candidates": [_plain_candidate(each) for each in found],
        "expected": [{"population": each.population, "matches": each.matches} for each in expected],
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


@group.command("kinship")
@click.argument("columns_directory", metavar="COLUMNS", type=_DIRECTORY)
@click.argument("file", type=_FILE)
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

    columns, populations = load(columns_directory), _populations(given["figures"])
    any_found = False
    for query in _profiles(file, given["kind"]):
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


@group.command("compare")
@click.argument("left", type=_FILE)
@click.argument("right", type=_FILE)
@rules_option
@kind_option
@json_option
def compare_profiles(left: Path, right: Path, rules_name: str, kind: str | None, *, as_json: bool) -> None:
    """Lay two profiles beside each other, locus by locus. Exit status 1 when they are no candidates for each other."""
    rules = _rules(rules_name)
    one, other = _profiles(left, kind)[0], _profiles(right, kind)[0]
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


@group.command("stats")
@click.argument("file", type=_FILE)
@kind_option
@theta_option
@figures_option
@json_option
def stats(file: Path, kind: str | None, *, theta: float, figures: Path | None, as_json: bool) -> None:
    """Say how rare each profile of FILE is, in every population, the most common first (NRC 1996, 4.10)."""
    from egnatia.engines.dna.probability import match_probability

    populations = _populations(figures)
    for profile in _profiles(file, kind):
        found = sorted((match_probability(profile, each, theta) for each in populations), key=lambda each: -each.log10)
        if as_json:
            echo_json({"ref": profile.ref, "theta": theta, "populations": found})
            continue
        click.echo(shown(profile.ref))
        echo_table(
            ("population", "loci", "one person in", "left out"),
            (
                (each.population, len(each.loci), f"10^{-each.log10:.2f}", ", ".join(each.left_out) or "-")
                for each in found
            ),
        )


@group.command("expect")
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
    for each in _populations(figures):
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


@group.command("rules")
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
    rules = _rules(name)
    if as_json:
        echo_json({"id": rules.id, "version": rules.version, "source": rules.source, "classes": list(rules.classes)})
        return
    click.echo(f"{rules.title}\n{rules.source}\nloci: {', '.join(rules.loci)}")
    echo_table(
        ("class", "near", "loci in full", "loci compared"),
        ((each.label, "yes" if each.near else "no", each.min_full, each.min_compared) for each in rules.classes),
    )


@group.command("convert")
@click.argument("file", type=_FILE)
@click.option("--source", required=True, help="Laboratory that sends, 1 to 10 characters.")
@click.option("--to", "destination", required=True, help="Laboratory that receives, 1 to 10 characters.")
@click.option("--user", required=True, help="Who submits, 1 to 20 characters; a function, not a name.")
@kind_option
def convert(file: Path, source: str, destination: str, user: str, kind: str | None) -> None:
    """Write the profiles of FILE as CODIS CMF 3.2 on standard output. Loci that CMF 3.2 has no name for are left out."""
    from datetime import UTC, datetime

    from egnatia.engines.dna.formats.codis import LOCI_OF_32, CodisHeader, write_codis

    profiles = _profiles(file, kind)
    lost = sorted({name for each in profiles for name in each.loci} - LOCI_OF_32)
    text = "".join(write_codis(profiles, CodisHeader(destination, source, user, datetime.now(UTC))))
    click.echo(text, nl=False)
    if lost:
        click.echo(f"left out, for CMF 3.2 has no name for them: {', '.join(lost)}", err=True)
