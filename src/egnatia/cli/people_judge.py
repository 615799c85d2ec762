"""`egnatia people judge`: what a person says of two records, added to a file and taken back without ever changing it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from egnatia.cli.people_link import (
    NEW_FILE,
    REGISTER_FILE,
    linked_by,
    model_option,
    read_judgements,
    read_model,
    read_registers,
)
from egnatia.errors import ConflictError, InputError, NotFoundError

if TYPE_CHECKING:
    from egnatia.engines.people.link.judgements import Book, Judgement, Undone


@click.command("judge")
@click.argument("left", metavar="REF", required=False)
@click.argument("right", metavar="REF", required=False)
@click.argument("verdict", type=click.Choice(["positive", "negative", "unsure"]), required=False)
@click.option(
    "--judgements", type=NEW_FILE, required=True, help="The file of judgements; it is made where there is none."
)
@click.option("--by", "author", required=True, help="Who says so: your name or service number.")
@click.option("--reason", required=True, help="Why, in a sentence.")
@click.option(
    "--undo", type=click.IntRange(1), help="Take back the judgement in this line of the file; both stay in it."
)
@click.option("--in", "file", type=REGISTER_FILE, help="Keep beside the judgement what this file says of both.")
@click.option("--and", "second", type=REGISTER_FILE, help="The second of two files.")
@model_option
def judge_pair(judgements: Path, author: str, reason: str, undo: int | None, **given: Any) -> None:
    """Write down what a person says of two records.

    positive: they are of one person. negative: they are not, and no later run joins them. unsure: it is left to people. The file is
    added to and never changed: --undo adds that a judgement no longer holds.
    """
    from egnatia.engines.people.link.judgements import Judgement, Undone, Verdict, to_line

    book = read_judgements(judgements)
    now = datetime.now(UTC)
    pair = given["left"], given["right"], given["verdict"]
    if (None in pair) if undo is None else pair != (None, None, None):
        raise InputError(
            "a judgement needs two records and a verdict, or --undo and no record",
            hint="Give REF REF VERDICT, or --undo LINE.",
        )
    entry: Judgement | Undone
    if undo is not None:
        entry = Undone(_number_of(judgements, undo), author, reason, now)
    else:
        version, evidence = _snapshot(given)
        entry = Judgement(pair[0], pair[1], Verdict(pair[2]), author, reason, now, version, evidence)
    line = to_line(entry)
    _enter(book, entry, undo)
    click.echo(f"{judgements}: line {_append(judgements, line)} added")


def _number_of(judgements: Path, line: int) -> int:
    """The number in the book of the judgement in a line of its file: an empty line counts as a line and holds none.

    Raises:
        NotFoundError: there is no judgement in that line.
    """
    lines = judgements.read_text(encoding="utf-8", errors="replace").split("\n") if judgements.exists() else []
    if line > len(lines) or not lines[line - 1].strip():
        raise NotFoundError(f"line {line} of {judgements} holds no judgement", hint="Count its lines from 1.")
    return sum(bool(each.strip()) for each in lines[: line - 1])


def _enter(book: "Book", entry: "Judgement | Undone", line: int | None) -> None:
    """Write it into the book; what is wrong is said of the line that was named."""
    try:
        book.enter(entry)
    except NotFoundError:
        raise NotFoundError(
            f"line {line} says that another was undone; it is no judgement", hint="Undo that one."
        ) from None
    except ConflictError:
        raise ConflictError(f"the judgement in line {line} is undone already") from None


def _append(judgements: Path, line: str) -> int:
    """Add a line, on a line of its own even where the last one was not ended, and return its number."""
    with judgements.open("a+b") as stream:
        stream.seek(0)
        before = stream.read()
        ended = not before or before.endswith(b"\n")
        stream.write((b"" if ended else b"\n") + line.encode() + b"\n")
    return before.count(b"\n") + (1 if ended else 2)


def _snapshot(given: dict[str, Any]) -> tuple[str, Any]:
    """The model's version and the evidence as it is now; nothing where no file is named."""
    from egnatia.engines.people.link.explaining import explained

    if given["file"] is None:
        return "", ()
    register, _ = read_registers(given["file"], given["second"])
    linked = linked_by(register, read_model(given["model_file"]), 0)
    return linked.model.version, explained(linked, given["left"], given["right"]).parts
