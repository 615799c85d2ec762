"""`egnatia hit review`: a sample of decided candidates goes to another examiner, who does not know the decision."""

from datetime import UTC, datetime
from typing import Any

import click

from egnatia.cli.acting import Acting, as_officer
from egnatia.cli.common import echo_json, echo_table, json_option, listed, shown
from egnatia.model.ids import CandidateId
from egnatia.model.states import Decision

MAX_REFS = 10
"""Candidates of one answer at the most (`enquiries.messages`, which takes long to import)."""


def in_json(view: Any, alike: int) -> dict[str, Any]:
    """A candidate as it is printed for machines, with how many of the partner's records agree in exactly the same."""
    return {name: getattr(view, name) for name in view.__slots__} | {"indistinguishable": alike}


def echo_alike(row: Any, alike: int) -> None:
    """Say that a candidate cannot be told apart from others, and what would."""
    if alike > 1 and not row.is_dna:
        least = "at least " if alike >= MAX_REFS else ""
        click.echo(f"cannot distinguish: {least}{alike} records of {row.partner} agree in exactly the same")


@click.group(name="review")
def group() -> None:
    """Have a sample of decisions made again by another examiner, who does not know the first one."""


@group.command("draw")
@as_officer
@click.option("--count", type=click.IntRange(1, 500), required=True, help="How many candidates to draw.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), required=True, help="Only what was decided since this day.")
@click.option(
    "--seed", required=True, help="Words or a number nobody knew before; entered, so that the drawing can be repeated."
)
@json_option
def draw(
    acting: Acting,
    count: int,
    since: datetime,
    seed: str,
    *,
    as_json: bool,
) -> None:
    """Draw decided candidates for a second review. Each is drawn once in its life; DNA has two examiners anyway."""
    from egnatia.enquiries.second_reviews import Drawing, draw_reviews

    drawing = Drawing(count, since.replace(tzinfo=UTC), seed)
    drawn = acting.commit(lambda tx, officer, now: draw_reviews(tx, officer, drawing, now))
    if as_json:
        echo_json({"drawn": drawn})
        return
    for each in drawn:
        click.echo(each)
    click.echo(f"{len(drawn)} drawn. Examiners find them with `egnatia hit review list`.", err=True)


@group.command("list")
@as_officer
@json_option
def list_(acting: Acting, *, as_json: bool) -> None:
    """List the drawn candidates that you may review: not yours, and not looked at by you since they were decided."""
    from egnatia.enquiries.second_reviews import waiting_reviews

    with acting.node.database.read() as tx:
        rows = waiting_reviews(tx, acting.officer, acting.node.clock())
    if as_json:
        echo_json(rows)
        return
    lines = [(row.id, row.case_ref, row.partner, row.ref, ", ".join(row.evidence)) for row in rows]
    echo_table(("candidate", "case", "partner", "reference", "why"), lines)


@group.command("show")
@as_officer
@click.argument("candidate_id")
@json_option
def show(acting: Acting, candidate_id: str, *, as_json: bool) -> None:
    """Show a drawn candidate as the first examiner saw it, without the decision. Looking is logged."""
    from egnatia.enquiries.candidates import indistinguishable
    from egnatia.enquiries.second_reviews import view_review

    view = acting.commit(lambda tx, officer, now: view_review(tx, officer, CandidateId(candidate_id), now))
    with acting.node.database.read() as tx:
        alike = indistinguishable(tx, CandidateId(candidate_id))
    if as_json:
        echo_json(in_json(view, alike))
        return
    click.echo(f"candidate {view.row.id}  case {view.row.case_ref}")
    asked = view.asked["query"].items() if view.asked else [("what was asked", "was erased")]
    click.echo(shown(f"asked: {', '.join(f'{name} {listed(value)}' for name, value in asked)}"))
    why = ", ".join(view.row.evidence)
    click.echo(f"{view.row.partner} holds {shown(view.row.ref)}: {why} (quality {view.row.quality:.3f})")
    echo_alike(view.row, alike)


@group.command("give")
@as_officer
@click.argument("candidate_id")
@click.argument("decision", type=click.Choice([each.value for each in Decision]))
@click.option("--why", "basis", required=True, help="Your reasons, at least 20 characters.")
@click.option("--qualification", required=True, help="What qualifies you, such as `document examiner level 2`.")
def give(
    acting: Acting, candidate_id: str, decision: str, basis: str,
    qualification: str,
) -> None:  # fmt: skip
    """Decide a drawn candidate again. It changes nothing; it says how far two examiners agree."""
    from egnatia.enquiries.candidates import DecisionDraft
    from egnatia.enquiries.second_reviews import give_review

    draft = DecisionDraft(Decision(decision), basis, qualification)
    alike = acting.commit(lambda tx, officer, now: give_review(tx, officer, CandidateId(candidate_id), draft, now))
    click.echo(
        "the first examiner decided the same" if alike else "the first examiner decided otherwise; a supervisor looks"
    )


@group.command("figures")
@as_officer
@json_option
def figures(acting: Acting, *, as_json: bool) -> None:
    """Show every second review, differences first, and how often two examiners agree beyond chance. For supervisors."""
    from egnatia.enquiries.second_reviews import agreement, reviews

    with acting.node.database.read() as tx:
        rows, found = reviews(tx, acting.officer), agreement(tx)
    if as_json:
        table = [
            {"first": first, "second": second, "count": count} for (first, second), count in sorted(found.table.items())
        ]
        figures_ = {"reviewed": found.reviewed, "alike": found.alike, "waiting": found.waiting, "kappa": found.kappa}
        echo_json(figures_ | {"low": found.low, "high": found.high, "table": table, "reviews": rows})
        return
    lines = [
        (
            each.candidate_id,
            each.case_ref,
            each.first or "-",
            each.second or "waiting",
            "differs" if each.differs else "",
        )
        for each in rows
    ]
    echo_table(("candidate", "case", "first", "second", ""), lines)
    if found.low is None or found.high is None:
        click.echo(f"Nothing was reviewed yet; {found.waiting} wait.")
        return
    click.echo(
        f"{found.alike} of {found.reviewed} alike (95 % interval {found.low:.0%} to {found.high:.0%}); {found.waiting} wait"
    )
    click.echo(
        "kappa " + ("says nothing: one always decided the same" if found.kappa is None else f"{found.kappa:.2f}")
    )
