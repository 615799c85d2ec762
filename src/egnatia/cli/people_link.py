"""`egnatia people link` and `why`: which records of a register, or of two, are of one person, and what that is made of."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from egnatia.cli.common import MAX_READ, echo_json, echo_table, json_option, shown
from egnatia.cli.people_files import keep_apart
from egnatia.cli.people_shown import chance
from egnatia.cli.progress import progress_bar
from egnatia.errors import InputError

if TYPE_CHECKING:
    from egnatia.engines.people.link.clusters import Clusters
    from egnatia.engines.people.link.explaining import Explained
    from egnatia.engines.people.link.judgements import Book
    from egnatia.engines.people.link.linkage import Linked
    from egnatia.engines.people.link.model import Model
    from egnatia.engines.people.link.register import Register

REGISTER_FILE = click.Path(path_type=Path, dir_okay=False, exists=True)
NEW_FILE = click.Path(path_type=Path, dir_okay=False)
_LINK_COLUMNS = ("left", "right", "probability", "bits", "judgement", "evidence")
_NAMED = 20
"""Judgements about records that are not there that are named one by one."""
_GROUP_COLUMNS = ("group", "ref", "records")
_BOOK = click.option(
    "--judgements",
    type=NEW_FILE,
    help="What people said of pairs, as `people judge` writes it; it stands above the model.",
)
model_option = click.option(
    "--model",
    "model_file",
    type=REGISTER_FILE,
    help="Weigh by this model, which `people link --save-model` wrote, instead of learning one.",
)


@click.command("link")
@click.argument("file", type=REGISTER_FILE)
@click.argument("second", type=REGISTER_FILE, required=False)
@click.option("--out", type=NEW_FILE, required=True, help="Write the links here, as CSV, most probable first.")
@click.option("--groups", "groups_file", type=NEW_FILE, help="Write the groups of records of one person here, as CSV.")
@click.option(
    "--from",
    "least",
    type=float,
    default=0.95,
    show_default=True,
    help="Least probability of a link, above 0 and below 1.",
)
@_BOOK
@model_option
@click.option("--save-model", type=NEW_FILE, help="Write the learned model here.")
@click.option(
    "--seed",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="Any number; the same one draws the same examples to learn from.",
)
@json_option
def link_files(file: Path, second: Path | None, out: Path, least: float, *, as_json: bool, **given: Any) -> None:
    """Find records of one person in a file, or in two.

    Of two files records are linked only across them, and references are then NAME/REF, with the name of the file in front. No record
    is changed. Each link has its probability, and what that is made of in bits: one bit more is twice the odds. Nationality, place of
    birth and sex are not read.
    """
    from egnatia.engines.people.link.clusters import Clusters
    from egnatia.engines.people.link.linkage import bits_of

    bits_of(least)
    keep_apart(
        [file, second, given["model_file"], given["judgements"]], [out, given["groups_file"], given["save_model"]]
    )
    book = read_judgements(given["judgements"])
    register, left_out = read_registers(file, second)
    linked = linked_by(register, read_model(given["model_file"]), given["seed"])
    clusters = Clusters(linked.weighed(), bits_of(least), book)
    written = _write_links(out, linked, clusters, least)
    if given["groups_file"] is not None:
        _write_groups(given["groups_file"], clusters)
    if given["save_model"] is not None:
        _write_model(given["save_model"], linked)
    said = _summary(linked, clusters) | {"links": written, "left_out": left_out, "into": str(out)}
    if as_json:
        echo_json(said)
    else:
        _say(said, linked)


def read_registers(file: Path, second: Path | None) -> "tuple[Register, int]":
    """One file's records, or two files' with their names in front of the references; and how many lines were left out."""
    from egnatia.engines.people.link.files import RegisterFile, read_register, register_from

    def reading(path: Path) -> RegisterFile:
        with path.open("rb") as stream, progress_bar(f"reading {path.name}") as show:
            made = read_register(stream, show)
        for problem in made.problems:
            click.echo(f"{path.name}, line {problem.line}: {shown(problem.problem)}; left out", err=True)
        return made

    first = reading(file)
    if second is None:
        return register_from(first), len(first.problems)
    if file.stem == second.stem:
        raise InputError("both files have one name", hint="Rename one: its name tells whose a reference is.")
    other = reading(second)
    return register_from(first, other, (file.stem, second.stem)), len(first.problems) + len(other.problems)


def linked_by(register: "Register", model: "Model | None", seed: int) -> "Linked":
    """A register linked by a model, or by what it teaches itself; told on a bar where somebody watches."""
    from egnatia.engines.people.link.linkage import Settings, link

    with progress_bar("linking") as show:
        return link(register, Settings(seed=seed, model=model), lambda _doing, done, total: show(done, total))


def read_model(path: Path | None) -> "Model | None":
    """The model of a file, where one is named; raises as `from_json` does."""
    from egnatia.engines.people.link.model import from_json

    if path is None:
        return None
    with path.open("rb") as stream:
        return from_json(stream.read(MAX_READ).decode("utf-8", "replace"))


def read_judgements(path: Path | None) -> "Book":
    """What people said, by a file; nothing where there is none yet. Raises as `read_book` does."""
    from egnatia.engines.people.link.judgements import Book, read_book

    if path is None or not path.exists():
        return Book()
    with path.open(encoding="utf-8", errors="replace") as stream:
        return read_book(stream)


def _write_links(path: Path, linked: "Linked", clusters: "Clusters", least: float) -> int:
    """Write the links that the model made and those that people made, and return how many there are."""
    from egnatia.engines.people.link.explaining import Explainer

    count = 0
    with path.open("w", encoding="utf-8", newline="") as stream, progress_bar("explaining") as show:
        rows = csv.writer(stream, lineterminator="\n")
        rows.writerow(_LINK_COLUMNS)
        explainer = Explainer(linked.register, linked.model)
        made = explainer.pairs(_pairs(linked, clusters, least), linked.others[linked.links(least)])
        for count, each in enumerate(made, 1):
            standing = clusters.book.standing((min(each.left, each.right), max(each.left, each.right)))
            verdict = "" if standing is None else standing.verdict.value
            rows.writerow(
                (each.left, each.right, f"{each.probability:.6f}", f"{each.bits:.2f}", verdict, _in_words(each))
            )
            if not count % 1_000:
                show(count)
    return count


def _pairs(linked: "Linked", clusters: "Clusters", least: float) -> Any:
    """Linked pairs, most probable first; then judged pairs that the model does not link."""
    import numpy as np

    places = linked.links(least)
    pairs = linked.left[places].astype(np.int64) << 32 | linked.right[places]
    numbers = {ref: number for number, ref in enumerate(linked.register.refs)}
    judged = [sorted(numbers[ref] for ref in pair) for pair in clusters.book.pairs() if set(pair) <= numbers.keys()]
    more = np.array([low << 32 | high for low, high in judged], dtype=np.int64)
    return np.concatenate([pairs, np.setdiff1d(more, pairs)])


def _in_words(each: "Explained") -> str:
    """The parts of a link in one field: `prior -17.7; family_names same +9.2; …`."""
    return "; ".join(f"{part.field} {part.found} {part.added:+.1f}" for part in each.parts)


def _write_groups(path: Path, clusters: "Clusters") -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        rows = csv.writer(stream, lineterminator="\n")
        rows.writerow(_GROUP_COLUMNS)
        for number, group in enumerate(clusters.groups, 1):
            rows.writerows((number, ref, len(group)) for ref in group)


def _write_model(path: Path, linked: "Linked") -> None:
    from egnatia.engines.people.link.model import to_json

    path.write_text(to_json(linked.model) + "\n", encoding="utf-8")


def _summary(linked: "Linked", clusters: "Clusters") -> dict[str, Any]:
    """What was done, as plain values."""
    known = set(linked.register.refs)
    return {
        "records": len(linked.register),
        "compared": len(linked.left),
        "groups": len(clusters.groups),
        "expected_matches": round(float(linked.probabilities.sum()), 1),
        "prior_bits": round(linked.model.prior, 3),
        "contradicted_judgements": [list(pair) for pair in clusters.contradicted],
        "judgements_of_nobody": [list(pair) for pair in clusters.book.pairs() if not known.issuperset(pair)],
        "rules": [
            {"rule": each.rule, "pairs": each.pairs, "cut": each.cut, "left_out": each.left_out} for each in linked.report
        ],
    }  # fmt: skip


def _say(said: dict[str, Any], linked: "Linked") -> None:
    """Print what was done."""
    click.echo(
        f"{said['into']}: {said['links']:,} links among {said['records']:,} records, {said['groups']:,} groups; "
        f"{said['compared']:,} pairs compared, lines left out: {said['left_out']:,}"
    )
    rows = [(each.rule, f"{each.pairs:,}", f"{each.cut:,}", f"{each.left_out:,}") for each in linked.report]
    echo_table(("put together by", "pairs", "blocks cut", "pairs left out"), rows)
    for pair in said["contradicted_judgements"]:
        one, other = map(shown, pair)
        click.echo(f"{one} and {other} were judged one person, and others part them: neither holds", err=True)
    for pair in said["judgements_of_nobody"][:_NAMED]:
        one, other = map(shown, pair)
        click.echo(f"{one} and {other} were judged, and one of them is not in the file: it changes nothing", err=True)
    if (more := len(said["judgements_of_nobody"]) - _NAMED) > 0:
        click.echo(f"and so are {more:,} pairs more", err=True)


@click.command("why")
@click.argument("left", metavar="REF")
@click.argument("right", metavar="REF")
@click.option(
    "--in", "file", type=REGISTER_FILE, required=True, help="The CSV file that holds both, or the first of two."
)
@click.option("--and", "second", type=REGISTER_FILE, help="The second of two; references are then NAME/REF.")
@model_option
@json_option
def why_linked(
    left: str, right: str, file: Path, second: Path | None, model_file: Path | None, *, as_json: bool
) -> None:
    """Say what speaks for and against a link.

    Each line is a field of the two records with the bits that it adds or takes, what speaks against first; one bit more is twice the odds.
    The file is linked for it, because others who are as like count: it takes as long as `people link`.
    """
    from egnatia.engines.people.link.explaining import explained

    register, _ = read_registers(file, second)
    found = explained(linked_by(register, read_model(model_file), 0), left, right)
    if as_json:
        echo_json(_plain(found))
        return
    click.echo(f"{shown(found.left)} and {shown(found.right)}: {chance(found.probability)}, {found.bits:+.1f} bits")
    echo_table(("field", "found", "bits", "sum", found.left, found.right), list(_waterfall(found)))


def _waterfall(found: "Explained") -> Iterator[tuple[str, ...]]:
    """The parts with the sum after each: the prior, then what speaks against, then what speaks for."""
    total = 0.0
    for part in (found.parts[0], *sorted(found.parts[1:], key=lambda each: each.added)):
        total += part.added
        yield part.field, part.found, f"{part.added:+.1f}", f"{total:+.1f}", part.left, part.right


def _plain(found: "Explained") -> dict[str, Any]:
    parts = [
        {"field": p.field, "found": p.found, "bits": round(p.added, 3), "left": p.left, "right": p.right}
        for p in found.parts
    ]
    return {"left": found.left, "right": found.right, "probability": round(found.probability, 6), "evidence": parts}
