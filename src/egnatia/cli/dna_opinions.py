"""`egnatia dna candidates|opinion|series|funnel`: what two examiners find, and hits counted as pairs and as clusters."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from egnatia.cli.acting import Acting, as_officer
from egnatia.cli.common import echo_json, echo_list, echo_table, json_option, node_option, one_of, open_node, shown
from egnatia.model.dna import Disposition
from egnatia.model.ids import CandidateId

if TYPE_CHECKING:
    from egnatia.enquiries.dna.clusters import Cluster
    from egnatia.enquiries.dna.dispositions import QueueRow
    from egnatia.enquiries.dna.funnel import DnaFunnel

_FIRST_DAY = datetime(2000, 1, 1, tzinfo=UTC)
"""Before any record: a window without a start."""
_SAID = {
    "first": "recorded; another examiner gives the second opinion without seeing it",
    "alike": "recorded; two examiners agree",
    "differ": "recorded; the two differ, and a third examiner gives an opinion without seeing either",
    "unsettled": "recorded; the three settle nothing, and more loci are needed",
}


@click.command("candidates")
@as_officer
@click.option("--open", "only_open", is_flag=True, help="Only those that are not decided.")
@json_option
def list_candidates(*, acting: Acting, only_open: bool, as_json: bool) -> None:
    """List DNA candidates, what can be decided soonest first, with what chance alone would give."""
    from egnatia.enquiries.dna.dispositions import QueueState, queue

    with acting.node.database.read() as tx:
        rows = queue(tx, acting.officer, acting.node.clock())
    done = (QueueState.DISPOSED, QueueState.WITHDRAWN)
    rows = [row for row in rows if not (only_open and row.state in done)]
    headings = ("candidate", "case", "ours", "partner", "class", "loci", "expected by chance", "state", "found")
    echo_list(rows, headings, _cells, as_json=as_json)


def _cells(row: "QueueRow") -> tuple[object, ...]:
    expected = "-" if row.expected is None else f"{row.expected:.2g}"
    who = (row.id, row.case_ref, row.ours, row.partner, shown(row.label), row.compared)
    return (*who, expected, row.state.value, row.disposition)


@click.command("opinion")
@as_officer
@click.argument("candidate_id")
@click.argument("disposition", type=one_of(Disposition))
@click.option("--why", "reasons", required=True, help="Your reasons, at least 20 characters.")
@click.option("--qualification", required=True, help="What qualifies you, such as `DNA examiner level 2`.")
def opinion(*, acting: Acting, candidate_id: str, disposition: str, reasons: str, qualification: str) -> None:
    """Give your opinion on a DNA candidate. Two examiners have to agree, neither seeing what the other found.

    confirmed: the same source. more_loci: open until more are typed. excluded: more were typed and differ. adventitious:
    it agrees by chance. duplicate: known already under another number. twin: an identical twin cannot be excluded.
    contamination: somebody left it who worked with it. no_value: it holds, and nothing is to be investigated.
    """
    from egnatia.enquiries.dna.opinions import OpinionDraft, give_opinion

    found, draft = CandidateId(candidate_id), OpinionDraft(Disposition(disposition), reasons, qualification)
    effect = acting.commit(lambda tx, officer, now: give_opinion(tx, officer, found, draft, now))
    click.echo(f"candidate {candidate_id}: {_SAID[effect]}")


@click.command("series")
@as_officer
@json_option
def series(*, acting: Acting, as_json: bool) -> None:
    """List hits as series: profiles that hits, or a person of ours, tie together."""
    from egnatia.accounts import authorise
    from egnatia.enquiries.dna.clusters import clusters, matches
    from egnatia.model.officers import Action

    authorise(acting.officer, Action.VIEW_PROFILE)
    with acting.node.database.read() as tx:
        found = clusters(matches(tx))
    headings = ("series", "profiles", "open traces", "pairs", "cases", "partners")
    echo_list(found, headings, _of_series, as_json=as_json)


def _of_series(found: "Cluster") -> tuple[object, ...]:
    where = (", ".join(found.cases), ", ".join(found.partners))
    return (found.reference, len(found.members), found.traces, len(found.matches), *where)


@click.command("funnel")
@node_option
@click.option("--from", "start", type=click.DateTime(), default=None, help="First moment that counts, UTC.")
@click.option("--to", "end", type=click.DateTime(), default=None, help="First moment that counts no longer, UTC.")
@json_option
def funnel(*, node_directory: Path, start: datetime | None, end: datetime | None, as_json: bool) -> None:
    """Show what became of the DNA candidates that came in a window of time, in pairs and in clusters."""
    from egnatia.enquiries.dna.funnel import dna_funnel

    with open_node(node_directory) as node, node.database.read() as tx:
        first = _FIRST_DAY if start is None else start.replace(tzinfo=UTC)
        last = node.clock() if end is None else end.replace(tzinfo=UTC)
        found = dna_funnel(tx, first, last)
    if as_json:
        echo_json(found)
    else:
        _print(found)


def _print(found: "DnaFunnel") -> None:
    """The steps, then what stands beside them."""
    lines = ((each.stage.value, len(each.pairs), each.clusters, each.days) for each in found.steps)
    echo_table(("step", "pairs", "clusters", "median days"), lines)
    click.echo(f"not decided: {found.undecided}; withdrawn: {len(found.withdrawn)}")
    click.echo(f"persons behind released hits: {found.persons}; arrested: {found.arrested}")
    for disposition, number in sorted(found.dispositions.items()):
        click.echo(f"found {disposition}: {number}")
    click.echo(f"expected by chance alone in the searches behind them: {found.expected:.2g}")


COMMANDS = (list_candidates, opinion, series, funnel)
