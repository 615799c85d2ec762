"""`egnatia people index` and `simulate`: a file made ready for fast searches, and registers of people who do not exist."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from egnatia.cli.common import echo_json, json_option, shown
from egnatia.cli.people_files import keep_apart
from egnatia.cli.progress import Show, progress_bar

if TYPE_CHECKING:
    from egnatia.engines.people.simulate import Line, Simulated
    from egnatia.engines.people.types import PersonRecord

NEW_FILE = click.Path(path_type=Path, dir_okay=False)
_EVERY, _LONG = 5_000, 50_000


@click.command("index")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="New folder. Names can be read in it as in the file: keep it as safe.",
)
@json_option
def index_file(file: Path, out: Path, *, as_json: bool) -> None:
    """Make a file ready for fast searches.

    `egnatia people search --index FOLDER` then answers at once, among a million persons too. The folder holds what the file holds; when
    the file changes, make another and take the old one away. Lines with a problem are named and left out.
    """
    from egnatia.engines.people.disk import save
    from egnatia.engines.people.index import PersonIndex

    left_out: list[int] = []
    with progress_bar("filing") as show:
        index = PersonIndex(_records(file, left_out, show))
    save(index, out)
    size = sum(each.stat().st_size for each in out.iterdir())
    if as_json:
        echo_json({"records": len(index), "left_out": len(left_out), "bytes": size, "into": str(out)})
    else:
        click.echo(f"{out}: {len(index):,} persons, {size / 1e6:.1f} MB; lines left out: {len(left_out):,}")


def _records(file: Path, left_out: list[int], show: Show) -> "Iterator[PersonRecord]":
    """The file's persons, one by one."""
    from egnatia.engines.people.formats import RowProblem, read_persons

    with file.open("rb") as stream:
        for number, row in enumerate(read_persons(stream)):
            if not number % _EVERY:
                show(number)
            if isinstance(row, RowProblem):
                left_out.append(row.line)
                click.echo(f"line {row.line}: {shown(row.problem)}; left out", err=True)
            else:
                yield row.record


@click.command()
@click.option(
    "--persons", "count", type=click.IntRange(1, 100_000_000), required=True, help="How many different people."
)
@click.option("--seed", type=click.IntRange(0), required=True, help="Any number; the same one draws the same people.")
@click.option(
    "--twice",
    type=click.FloatRange(0, 1),
    default=0.0,
    show_default=True,
    help="Share of them who have a second record, 0 to 1.",
)
@click.option("--truth", type=NEW_FILE, help="Write here which records are of one person, and how they differ.")
@click.option(
    "--questions", "asked", type=NEW_FILE, help="Write here questions about them, by the kind of slip in each."
)
@click.option("--each", type=click.IntRange(1, 100_000), default=250, show_default=True, help="Questions of each kind.")
@click.option("--out", type=NEW_FILE, help="Write the register here; on standard output otherwise.")
def simulate(
    count: int, seed: int, twice: float, truth: Path | None, asked: Path | None, each: int, out: Path | None
) -> None:
    """Make a register of people who do not exist.

    It is a CSV file to try the other commands on. The same seed gives the same people, byte by byte.

    Names come from lists and rules for Albania, Kosovo, North Macedonia, Montenegro, Serbia and Great Britain, in Latin or Cyrillic, in
    households with parents and twins. References begin with S-.
    """
    from egnatia.engines.people.simulate import Recipe, keeping, lines, questions, write, write_questions

    keep_apart([], [out, truth, asked])
    recipe = Recipe(count, seed, twice)
    kept: list[Simulated] = []
    with ExitStack() as files, progress_bar("drawing", count, _LONG) as show:
        register = _new(files, out) if out is not None else sys.stdout
        made = _watched(keeping(lines(recipe), recipe, each, kept), show)
        written = write(made, register, _new(files, truth) if truth is not None else None)
        register.flush()
        if asked is not None:
            write_questions(questions(kept, each, seed), _new(files, asked))
    if out is not None:
        click.echo(f"{out}: {written:,} records of {count:,} people who do not exist", err=True)


def _new(files: ExitStack, path: Path) -> TextIO:
    return files.enter_context(path.open("w", encoding="utf-8", newline=""))


def _watched(made: "Iterator[Line]", show: Show) -> "Iterator[Line]":
    for number, line in enumerate(made):
        if not number % _EVERY:
            show(number)
        yield line
