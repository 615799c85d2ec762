"""`egnatia people graph`: read, cut out, measure, draw and convert a network, on this computer and without a node."""

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from egnatia.cli.common import echo_json, echo_table, json_option, shown
from egnatia.cli.progress import progress_bar
from egnatia.errors import InputError

if TYPE_CHECKING:
    from egnatia.engines.people.graph.measures import Community, Position
    from egnatia.engines.people.graph.network import Network
    from egnatia.engines.people.graph.types import Tie

NOTHING_FOUND = 1
"""Exit status when two are not joined, or nobody shares anything."""
MEMBERS = 8
"""Members of a community that are named in its line; --json has all."""
Command = TypeVar("Command", bound=Callable[..., Any])
_SOURCE = click.argument("source", metavar="NETWORK", type=click.Path(path_type=Path, exists=True))
_DAY = click.DateTime(["%Y-%m-%d"])
_AS = "YYYY-MM-DD"
_SEED = click.IntRange(0, 2**32 - 1)
"""What every source of chance that is used takes."""


@click.group(name="graph")
def group() -> None:
    """Show networks of persons and things.

    Who shares what, by what way two are joined, and who stands between others.

    NETWORK is a .gexf, .graphml or .json (FollowTheMoney) file, or a directory with nodes.csv and ties.csv. Only persons
    who are recorded as involved are shown; whoever is a victim, a child, family, under protection, or of no stated standing
    is not read by any of this. A place in a network is a lead, and never guilt.
    """


def _case_options(command: Command) -> Command:
    command = click.option("--until", type=_DAY, metavar=_AS, help="Only ties that were so on or before this day.")(
        command
    )
    command = click.option("--since", type=_DAY, metavar=_AS, help="Only ties that were so on or after this day.")(
        command
    )
    command = click.option(
        "--steps", type=click.IntRange(0, 20), default=2, show_default=True, help="How far around --case, in ties."
    )(command)
    return click.option(
        "--case",
        "refs",
        multiple=True,
        metavar="REF",
        help="Look only around this person or thing, by its reference; may be repeated.",
    )(command)


def _case(source: Path, refs: tuple[str, ...], steps: int, since: datetime | None, until: datetime | None) -> "Network":
    from egnatia.engines.people.graph.formats import read_network
    from egnatia.engines.people.graph.network import around, within

    whole = read_network(source)
    if since is not None or until is not None:
        whole = within(whole, since.date() if since else date.min, until.date() if until else date.max)
    return around(whole, refs, steps) if refs else whole


@group.command("show")
@_SOURCE
@_case_options
@json_option
def show_network(source: Path, *, as_json: bool, **case: Any) -> None:
    """Count what a network holds.

    How many of each kind, over which days, and how many persons are shielded: no measure, way or picture reads them.
    """
    from collections import Counter

    found = _case(source, **case)
    kinds = Counter(node.kind.value for node in found.nodes.values())
    shielded = sum(node.shielded for node in found.nodes.values())
    days = [tie.since for tie in found.ties]
    if as_json:
        span = {"since": str(min(days)), "until": str(max(days))} if days else {}
        echo_json({"nodes": kinds, "ties": len(found.ties), "shielded": shielded, **span})
        return
    echo_table(("kind", "nodes"), [(kind, f"{count:,}") for kind, count in sorted(kinds.items())])
    click.echo(f"{len(found.ties):,} ties" + (f" from {min(days)} to {max(days)}" if days else ""))
    click.echo(f"shielded persons, whom no measure, way or picture reads: {shielded:,}")


@group.command("shared")
@_SOURCE
@_case_options
@click.option(
    "--max-holders", type=click.IntRange(2), help="Leave out what more than so many hold: a hostel, an office."
)
@click.option(
    "--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help="Most links, rarest first."
)
@json_option
def show_shared(source: Path, max_holders: int | None, limit: int, *, as_json: bool, **case: Any) -> None:
    """List who shares a thing.

    The rarest thing comes first. The fewer hold a thing, the more bits it says: one bit more is half as many holders. Exit status 1 when
    nobody shares anything.
    """
    from egnatia.engines.people.graph.shared import shared_links

    found = shared_links(_case(source, **case), limit, max_holders)
    if as_json:
        echo_json(found)
    else:
        head = ("one", "other", "share", "holders", "bits", "at one time")
        rows = [
            (shown(link.left), shown(link.right), shown(link.via), str(link.holders), f"{link.bits:.1f}",
             "yes" if link.together else "not shown")
            for link in found
        ]  # fmt: skip
        echo_table(head, rows)
    if not found:
        click.echo("Nobody who may be shown shares anything.", err=True)
        sys.exit(NOTHING_FOUND)


@group.command("path")
@_SOURCE
@click.argument("start", metavar="FROM")
@click.argument("end", metavar="TO")
@_case_options
@click.option("--most", type=click.IntRange(1, 10), default=3, show_default=True, help="Ways shown at the most.")
@json_option
def show_paths(source: Path, start: str, end: str, most: int, *, as_json: bool, **case: Any) -> None:
    """Show how two are joined.

    FROM and TO are references. The shortest way comes first, then others that pass nobody and nothing of it; each step has its relation,
    day and source. Exit status 1 when nothing that may be shown joins them.
    """
    from egnatia.engines.people.graph.paths import Paths

    found = Paths(_case(source, **case)).between(start, end, most)
    if as_json:
        echo_json(found)
    for number, way in enumerate([] if as_json else found, 1):
        note = f"; passes a thing that {way.most_shared} hold" if way.most_shared else ""
        click.echo(f"{number}. steps: {len(way.steps)}{note}")
        click.echo(f"   {shown(way.start)}")
        for step in way.steps:
            click.echo(f"   - {shown(step.ref)}  ({'; '.join(map(_in_words, step.ties))})")
    if not found:
        click.echo("Nothing that may be shown joins them.", err=True)
        sys.exit(NOTHING_FOUND)


@group.command("measure")
@_SOURCE
@_case_options
@click.option("--seed", type=_SEED, default=1, show_default=True, help="The same seed gives the same figures.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=30, show_default=True, help="Rows at the most.")
@click.option(
    "--trials",
    type=click.IntRange(0, 1_000),
    show_default="20; 5 above 1,500 nodes",
    help="How often to measure again with a tenth of the ties missing.",
)
@json_option
def show_measures(source: Path, seed: int, limit: int, trials: int | None, *, as_json: bool, **case: Any) -> None:
    """Show who stands between others.

    And which groups hang together; all of it with what missing reports would change.

    Brokerage is the share of all shortest ways that pass a node; "cuts" says that others lose each other without it, and in how
    many trials. A group holds together as far as two of its members stay in one group in the trials. All of it is a lead for a
    person to follow; it says nothing about what anybody has done, and nothing in this system acts on it.
    """
    from egnatia.engines.people.graph.measures import measure

    with progress_bar("measuring") as show:
        found = measure(_case(source, **case), seed, trials, show)
    if as_json:
        echo_json(replace(found, positions=found.positions[:limit]))
        return
    head = ("node", "kind", "ties", "brokerage", "range", "core", "cuts", "community")
    rows = [
        (shown(each.ref), each.kind.value, str(each.ties), f"{each.brokerage:.3f}",
         f"{each.brokerage_low:.3f}-{each.brokerage_high:.3f}", str(each.core), _cuts(each, found.trials),
         str(each.community))
        for each in found.positions[:limit]
    ]  # fmt: skip
    echo_table(head, rows)
    for group in found.communities[:limit]:
        if len(group.members) > 1:
            click.echo(_group_in_words(group))
    click.echo(
        f"left out as shielded: {found.left_out:,}; ranges are of {found.trials} trials with a tenth of the ties missing"
    )


def _cuts(each: "Position", trials: int) -> str:
    return f"yes, in {each.cut_trials} of {trials} trials" if each.cuts else ""


def _group_in_words(group: "Community") -> str:
    members = ", ".join(group.members[:MEMBERS]) + (" and more" if len(group.members) > MEMBERS else "")
    stay = f"two of them stay together in {group.together:.0%} of the trials"
    return shown(f"community {group.number}: {len(group.members)} nodes, {stay}: {members}")


@group.command("draw")
@_SOURCE
@click.argument("picture", metavar="PICTURE.svg", type=click.Path(path_type=Path, dir_okay=False))
@_case_options
@click.option("--seed", type=_SEED, default=1, show_default=True, help="The same seed gives the same picture.")
def draw_network(source: Path, picture: Path, seed: int, **case: Any) -> None:
    """Draw a case as a picture (SVG).

    At most 300 persons and things; nobody who is shielded is in it. An existing file is not overwritten.
    """
    from egnatia.engines.people.graph.picture import picture as drawn

    made = drawn(_case(source, **case), seed)
    try:
        with picture.open("x", encoding="utf-8") as stream:
            stream.write(made)
    except FileExistsError:
        raise InputError(f"{picture} is there already", hint="Give another name; nothing is overwritten.") from None
    click.echo(f"{picture} is written.", err=True)


@group.command("convert")
@_SOURCE
@click.argument("to", type=click.Path(path_type=Path))
@_case_options
@click.option(
    "--with-shielded", is_flag=True, help="Write shielded persons too. Other programs rank whoever is in a file."
)
def convert_network(source: Path, to: Path, *, with_shielded: bool, **case: Any) -> None:
    """Write a network in another format.

    TO ends in .gexf, .graphml or .json (FollowTheMoney), or has no ending: then it is a new directory with two tables.
    """
    from egnatia.engines.people.graph.formats import write_network

    found = _case(source, **case)
    write_network(found, to, with_shielded=with_shielded)
    shielded = sum(node.shielded for node in found.nodes.values())
    note = "" if with_shielded or not shielded else f" Shielded persons left out: {shielded:,}."
    click.echo(f"{to} is written.{note}", err=True)


def _in_words(tie: "Tie") -> str:
    until = f" to {tie.until}" if tie.until else ""
    return f"{shown(tie.relation)}, {tie.since}{until}, {shown(tie.source)}"
