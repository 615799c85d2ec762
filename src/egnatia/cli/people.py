"""`egnatia people`: compare two names, or look for a person in a file, on this computer and without a node."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from egnatia.cli.common import echo_json, json_option, shown
from egnatia.cli.people_graph import group as graph
from egnatia.cli.people_index import index_file, simulate
from egnatia.cli.people_judge import judge_pair
from egnatia.cli.people_link import link_files, why_linked
from egnatia.cli.people_shown import explain, plain, plain_answer, summarise
from egnatia.engines.people.answer import Answer, answer
from egnatia.engines.people.disk import load
from egnatia.engines.people.formats import PersonRow, RowProblem, read_persons
from egnatia.engines.people.frequencies import Counted, Rarity
from egnatia.engines.people.index import PersonIndex
from egnatia.engines.people.match import WEAK, compare, compare_names, prepare, speaks
from egnatia.engines.people.problems import problems
from egnatia.engines.people.types import PersonQuery, PersonRecord, parse_date
from egnatia.errors import InputError, NotFoundError
from egnatia.model.ids import RecordRef

NUMBER_HELP = "Document or personal number; or phone:, iban:, plate: or address: and what it is. May be repeated."
NOTHING_FOUND = 1
"""Exit status when nothing resembles what was asked."""


@click.group(name="people")
def group() -> None:
    """Compare names, look for persons in files, link files, and show networks. Nothing leaves this computer.

    A FILE is a table as spreadsheets save it under "CSV UTF-8", with commas or semicolons, and names its columns in the first line:
    ref (needed, each once), first_names, family_names, birth_date, father_name, mother_name, identifiers, aliases.
    """


group.add_command(graph)


group.add_command(index_file)
group.add_command(simulate)
for command in (link_files, why_linked, judge_pair):
    group.add_command(command)


@group.command("match")
@click.argument("left", metavar="NAME")
@click.argument("right", metavar="NAME")
@json_option
def match_names(left: str, right: str, *, as_json: bool) -> None:
    """Compare two whole names.

    Shown is how probable it is that both are one person's, and from what that follows: each line adds or takes bits, and one bit
    more is twice the odds. Names alone never make it probable. Exit status 1 when the names do not resemble each other.
    """
    found = compare_names(left, right)
    if as_json:
        echo_json(plain(found))
    else:
        explain(found)
    if found.score < WEAK:
        sys.exit(NOTHING_FOUND)


@group.command("search")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True), required=False)
@click.option(
    "--index", "made", type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Search here, where `egnatia people index` filed a file.",
)  # fmt: skip
@click.option("--first", default="", help="First names.")
@click.option("--family", default="", help="Family names.")
@click.option("--born", default="", help="Date of birth: YYYY-MM-DD, or YYYY-MM where the day is not known.")
@click.option("--father", default="", help="Father's name.")
@click.option("--mother", default="", help="Mother's name.")
@click.option("--number", "numbers", multiple=True, help=NUMBER_HELP)
@click.option("--limit", type=click.IntRange(1, 300), default=20, show_default=True, help="Persons shown at the most.")
@json_option
def search_file(file: Path | None, made: Path | None, limit: int, *, as_json: bool, **given: Any) -> None:
    """Look for a person in a file or its index.

    Give two of --first, --family and --born, or one --number; the father's name helps most beside them. The likeliest comes first,
    with the probability that it is the person and what that follows from: each line adds or takes bits, and one bit more is twice
    the odds. Whom the file cannot tell apart is said. Exit status 1 when nobody resembles the description.
    """
    found = _answered(_query(given), _opened(file, made), limit)
    if as_json and found.matches:
        echo_json(plain_answer(found))
    elif not as_json:
        for match in found.matches:
            explain(match)
        summarise(found)
    if not found.matches:
        click.echo("Nobody in the file resembles this description.", err=True)
        sys.exit(NOTHING_FOUND)


def _query(given: dict[str, Any]) -> PersonQuery:
    born = parse_date(given["born"])
    parents = given["father"], given["mother"]
    return PersonQuery(given["first"], given["family"], born, parents[0], given["numbers"], parents[1])


def _answered(query: PersonQuery, index: PersonIndex, limit: int) -> Answer:
    person = prepare(query)
    return answer(person, index.candidates(person, limit), index.rarity, limit)


@group.command("explain")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.argument("left", metavar="REF")
@click.argument("right", metavar="REF")
@json_option
def explain_records(file: Path, left: str, right: str, *, as_json: bool) -> None:
    """Compare two records of a file.

    The table is read as that of `search`: each line adds or takes bits by how rare the value is in the file. What does not fit within
    one record, such as a personal number with another date of birth in it, is said beside it. Exit status 1 when nothing speaks
    for their being one person's.
    """
    records = {record.ref: record for record in _records(file)}
    for ref in (left, right):
        if ref not in records:
            raise NotFoundError(f"the file has no record {ref[:40]!a}", hint="Give two references of its column ref.")
    first, second = records[RecordRef(left)], records[RecordRef(right)]
    found = compare(first, second, Rarity(Counted(records.values())))
    if as_json:
        echo_json(plain(found))
    else:
        explain(found, f"{left} and {right}")
        for record in (first, second):
            for problem in problems(record):
                click.echo(
                    f"{record.ref}: {problem.code}: {shown(problem.left)} {shown(problem.right)}".rstrip(), err=True
                )
    if not speaks(found):
        sys.exit(NOTHING_FOUND)


def _opened(file: Path | None, made: Path | None) -> PersonIndex:
    """The persons to search among: a file's, or those of an index.

    Raises:
        InputError: neither is named, or both are.
    """
    if made is not None and file is None:
        return load(made)
    if file is None or made is not None:
        raise InputError("one file or one index is searched", hint="Name FILE or --index, and not both.")
    return _indexed(file)


def _indexed(file: Path) -> PersonIndex:
    """The file's persons; lines with a problem are named on standard error and left out."""
    return PersonIndex(_records(file))


def _records(file: Path) -> Iterator[PersonRecord]:
    with file.open("rb") as stream:
        for row in read_persons(stream):
            if isinstance(row, RowProblem):
                click.echo(f"line {row.line}: {shown(row.problem)}; left out", err=True)
            elif isinstance(row, PersonRow):
                yield row.record
