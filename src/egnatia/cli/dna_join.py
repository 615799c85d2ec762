"""`egnatia dna join` and `simulate`: whole databases against each other, and databases of people who do not exist."""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from egnatia.cli.common import echo_json, echo_table, json_option
from egnatia.cli.dna_options import (
    DIRECTORY,
    NOTHING_FOUND,
    figures_option,
    populations_of,
    rules_of,
    rules_option,
    theta_option,
)
from egnatia.cli.progress import progress_bar
from egnatia.errors import InputError

if TYPE_CHECKING:
    from egnatia.engines.dna.columns import Columns
    from egnatia.engines.dna.pairs import Pairs
    from egnatia.engines.dna.prospect import Prospect
    from egnatia.engines.dna.rules import RuleSet

_LONG = 1 << 22
"""Profiles to go through that take long enough to show a bar for."""
_MOST_PAIRS = 10_000_000


class _Meeting(NamedTuple):
    """Two sets that are joined, by the directory of the second."""

    left: "Columns"
    right: "Columns"
    directory: Path


@click.command()
@click.argument("left", type=DIRECTORY)
@click.argument("right", type=DIRECTORY, nargs=-1)
@rules_option
@theta_option
@figures_option
@click.option(
    "--new", "is_new", is_flag=True, help="LEFT is new tonight: join it with itself as well as with each RIGHT."
)
@click.option("--groups", is_flag=True, help="Of one set: persons who may be one person, as groups.")
@click.option("--chance/--no-chance", default=True, help="Say with each pair what chance gives; 0.01 s a profile.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True, help="Most pairs shown.")
@click.option(
    "--most",
    type=click.IntRange(1),
    default=_MOST_PAIRS,
    show_default=True,
    help="Refuse to begin where more candidates are to be expected.",
)
@json_option
def join(left: Path, right: tuple[Path, ...], *, rules_name: str, groups: bool, **given: Any) -> None:
    """Join the profiles of LEFT with those of each RIGHT, or LEFT with itself. Exit status 1 when there is no candidate.

    Finds exactly what comparing every pair would find. A pair is a lead for a qualified examiner, and with it stands how
    many such candidates chance alone would give. With --groups the persons of one set who may be one person under two
    references, or twins. --json prints every pair, the others at most --limit.
    """
    from egnatia.engines.dna.columns import load

    rules, mine = rules_of(rules_name), load(left)
    if groups:
        if right:
            raise InputError("--groups is of one set; a second one was named", hint="Name one directory of columns.")
        found_any = _show_groups(mine, rules, limit=given["limit"], as_json=given["as_json"])
    else:
        meetings = [_Meeting(mine, load(each), each) for each in right]
        if given["is_new"] or not right:
            meetings.append(_Meeting(mine, mine, left))
        found_any = _show_pairs(meetings, rules, given)
    if not found_any:
        sys.exit(NOTHING_FOUND)


def _show_pairs(meetings: list[_Meeting], rules: "RuleSet", given: dict[str, Any]) -> bool:
    from egnatia.engines.dna.prospect import prospect

    for each in meetings:
        _announce(each, prospect(each.left, each.right, rules, given["most"]), given["most"])
    counted: Counter[str] = Counter()
    shown: list[dict[str, Any]] = []
    teller = _Teller(rules, given)
    for each in meetings:
        for one, other, label in _found(each, rules, given["most"]):
            counted[rules.classes[label].label] += 1
            if given["as_json"]:
                echo_json(teller.tell(each, one, other))
            elif len(shown) < given["limit"]:
                shown.append(teller.tell(each, one, other))
    if not given["as_json"]:
        _table(meetings, shown, counted, rules)
    return bool(counted)


def _announce(meeting: _Meeting, found: "Prospect", most: int) -> None:
    """Say on standard error what is done, and refuse what nobody could look at."""
    from egnatia.engines.dna.prospect import refuse_too_many

    refuse_too_many(found, most)
    said = f"{meeting.directory}: {found.pairs:,} pairs"
    if found.candidates is not None:
        said += f", about {found.candidates:.2g} candidates to be expected"
    if found.scanned:
        said += (
            f"; no index serves {found.scanned:.0%} of the profiles under these rules, they are compared with every one"
        )
    click.echo(said, err=True)


def _found(meeting: _Meeting, rules: "RuleSet", most: int) -> Iterator[tuple[int, int, int]]:
    """Pairs one by one, with a bar, and no more than allowed.

    Raises:
        InputError: there are more.
    """
    from egnatia.engines.dna.join import join as join_sets

    count = 0
    larger = max(len(meeting.left), len(meeting.right))
    with progress_bar("joining", larger, _LONG) as show:
        for found in join_sets(meeting.left, meeting.right, rules, show=show):
            count += len(found)
            if count > most:
                raise InputError(
                    f"more than {most:,} candidates; what was printed is not all",
                    hint="Use rules that ask for more loci, or allow more with --most.",
                )
            yield from _rows(found)


def _rows(found: "Pairs") -> Iterable[tuple[int, int, int]]:
    return zip(found.left.tolist(), found.right.tolist(), found.classes.tolist(), strict=True)


class _Teller:
    """Tells of a pair what was compared and what chance gives; asks once for what many pairs share."""

    def __init__(self, rules: "RuleSet", given: dict[str, Any]) -> None:
        self._rules, self._theta = rules, given["theta"]
        self._populations = populations_of(given["figures"]) if given["chance"] else ()
        self._known: dict[tuple[int, Path, tuple[str, ...]], dict[str, Any]] = {}

    def tell(self, meeting: _Meeting, one: int, other: int) -> dict[str, Any]:
        """One pair, ready to be shown."""
        from egnatia.engines.dna.words import evidence_in_words

        left, right = meeting.left.profile(one), meeting.right.profile(other)
        evidence, match_class = self._rules.compare(left, right)
        said: dict[str, Any] = {
            "left": left.ref,
            "left_kind": left.kind.value,
            "right": right.ref,
            "right_kind": right.kind.value,
            "in": str(meeting.directory),
            "class": match_class.label if match_class else None,
            "near": bool(match_class and match_class.near),
            "compared": evidence_in_words(evidence),
        }
        if self._populations:
            said["chance"] = self._chance(meeting, one, tuple(each.locus for each in evidence.loci))
        return said

    def _chance(self, meeting: _Meeting, one: int, loci: tuple[str, ...]) -> dict[str, Any]:
        """What a search of the other set by the loci of this pair gives by chance, in the most cautious population."""
        from egnatia.engines.dna.coincidence import of_search
        from egnatia.engines.dna.types import Profile

        key = (one, meeting.directory, loci)
        if key not in self._known:
            whole = meeting.left.profile(one)
            compared = Profile(whole.ref, whole.kind, {name: whole.loci[name] for name in loci})
            expected = of_search(compared, self._rules, len(meeting.right), self._populations, self._theta)
            self._known[key] = {"matches": expected[0].matches, "population": expected[0].population}
        return self._known[key]


def _table(meetings: list[_Meeting], shown: list[dict[str, Any]], counted: "Counter[str]", rules: "RuleSet") -> None:
    from egnatia.engines.dna.words import WARNING

    total = sum(counted.values())
    met = sum(len(each.right) for each in meetings)
    click.echo(f"{total or 'no'} candidates of {len(meetings[0].left):,} profiles among {met:,}, by {rules.id}")
    if not total:
        return
    echo_table(("class", "pairs"), ((each.label, f"{counted[each.label]:,}") for each in rules.classes))
    echo_table(
        ("left", "right", "in", "class", "what was compared", "by chance"),
        (
            (each["left"], each["right"], Path(each["in"]).name, each["class"], each["compared"], _by_chance(each))
            for each in shown
        ),
    )
    if total > len(shown):
        click.echo(f"{len(shown)} of {total:,} are shown; --limit or --json shows more", err=True)
    click.echo(WARNING)


def _by_chance(each: dict[str, Any]) -> str:
    return f"{each['chance']['matches']:.2g}" if "chance" in each else "-"


def _show_groups(columns: "Columns", rules: "RuleSet", *, limit: int, as_json: bool) -> bool:
    from egnatia.engines.dna.duplicates import LEAD, duplicates

    with progress_bar("joining", len(columns), _LONG) as show:
        found = duplicates(columns, rules, show=show)
    labels = [each.label for each in rules.classes]
    if as_json:
        for group in found:
            refs = {number: columns.ref(number) for number in group.members}
            pairs = [
                {"one": refs[one], "other": refs[other], "class": labels[label]} for one, other, label in group.pairs
            ]
            echo_json({"members": [*refs.values()], "pairs": pairs, "what": LEAD})
        return bool(found)
    click.echo(f"{len(found) or 'no'} groups among {len(columns):,} profiles, by {rules.id}")
    if found:
        rows = (
            (", ".join(map(columns.ref, group.members)), "; ".join(sorted({labels[pair[2]] for pair in group.pairs})))
            for group in found[:limit]
        )
        echo_table(("references", "classes"), rows)
        click.echo(LEAD)
    return bool(found)
