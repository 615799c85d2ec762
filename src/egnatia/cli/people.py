"""`egnatia people`: compare two names, or look for a person in a file, on this computer and without a node."""

import sys
from pathlib import Path
from typing import Any

import click

from egnatia.cli.common import echo_json, echo_table, json_option, shown
from egnatia.cli.people_graph import group as graph
from egnatia.engines.people.formats import PersonRow, RowProblem, read_persons
from egnatia.engines.people.index import PersonIndex, search
from egnatia.engines.people.match import WEAK, compare_names
from egnatia.engines.people.types import Match, PersonQuery, parse_date

NOTHING_FOUND = 1
"""Exit status when nothing resembles what was asked."""


@click.group(name="people")
def group() -> None:
    """Compare names and look for persons in a file. Nothing leaves this computer."""


group.add_command(graph)


@group.command("match")
@click.argument("left", metavar="NAME")
@click.argument("right", metavar="NAME")
@json_option
def match_names(left: str, right: str, *, as_json: bool) -> None:
    """Compare two whole names and explain the score. Exit status 1 when they do not resemble each other."""
    found = compare_names(left, right)
    if as_json:
        echo_json(_plain(found))
    else:
        _explain(found)
    if found.score < WEAK:
        sys.exit(NOTHING_FOUND)


@group.command("search")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--first", default="", help="First names.")
@click.option("--family", default="", help="Family names.")
@click.option("--born", default="", help="Date of birth: YYYY-MM-DD or YYYY-MM.")
@click.option("--father", default="", help="Father's name.")
@click.option("--number", "numbers", multiple=True, help="Document or personal number; may be repeated.")
@click.option("--limit", type=click.IntRange(1, 300), default=20, show_default=True, help="Most results.")
@json_option
def search_file(file: Path, limit: int, *, as_json: bool, **given: Any) -> None:
    """Look for a person in a CSV file, best first. Exit status 1 when nobody resembles the description."""
    born = parse_date(given["born"])
    query = PersonQuery(given["first"], given["family"], born, given["father"], given["numbers"])
    found = search(query, _indexed(file), limit)
    if as_json:
        echo_json([_plain(match) for match in found])
    else:
        for match in found:
            _explain(match)
    if not found:
        click.echo("Nobody in the file resembles this description.", err=True)
        sys.exit(NOTHING_FOUND)


def _indexed(file: Path) -> PersonIndex:
    """The file's persons; lines with a problem are named on standard error and left out."""
    index = PersonIndex()
    with file.open("rb") as stream:
        for row in read_persons(stream):
            if isinstance(row, RowProblem):
                click.echo(f"line {row.line}: {shown(row.problem)}; left out", err=True)
            elif isinstance(row, PersonRow):
                index.add(row.record)
    return index


def _explain(match: Match) -> None:
    """Print the score and what it is made of."""
    click.echo(f"{shown(match.ref) or 'score'}: {match.score:.3f} ({match.band}), {match.bits:+.1f} bits")
    rows = [(part.claim, f"{part.added:+.1f}", part.left, part.right) for part in match.evidence]
    echo_table(("claim", "bits", "asked", "found"), rows)


def _plain(match: Match) -> dict[str, object]:
    """A match as plain values."""
    evidence = [
        {
            "field": part.field,
            "claim": part.claim.value,
            "bits": round(part.added, 3),
            "left": part.left,
            "right": part.right,
        }
        for part in match.evidence
    ]
    return {"ref": match.ref, "score": round(match.score, 6), "band": match.band.value, "evidence": evidence}
