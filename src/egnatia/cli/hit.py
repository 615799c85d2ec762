"""`egnatia hit`: look at candidates and decide on them. A candidate becomes a hit by an examiner's word alone."""

from pathlib import Path

import click

from egnatia.cli.common import (
    echo_json,
    echo_table,
    json_option,
    listed,
    node_option,
    officer_options,
    open_node,
    shown,
    sign_in,
)
from egnatia.cli.hit_review import echo_alike, in_json
from egnatia.cli.hit_review import group as review
from egnatia.model.ids import CandidateId
from egnatia.model.states import Decision


@click.group()
def group() -> None:
    """Look at candidates and decide on them."""


group.add_command(review)


@group.command("list")
@node_option
@click.option("--open", "only_open", is_flag=True, help="Only candidates without a decision.")
@json_option
def list_(*, node_directory: Path, only_open: bool, as_json: bool) -> None:
    """List candidates, undecided ones first. A decision that waits for its second review is left out."""
    from egnatia.enquiries.candidates import inbox
    from egnatia.enquiries.review_veils import hidden_from_all, veiled

    with open_node(node_directory) as node, node.database.read() as tx:
        rows = [row for row in inbox(tx, node.clock()) if not (only_open and row.decision)]
        rows = veiled(rows, hidden_from_all(tx))
    if as_json:
        echo_json(rows)
        return
    headings = ("candidate", "case", "partner", "reference", "quality", "why", "due", "decision")
    lines = [
        (
            row.id,
            row.case_ref,
            row.partner,
            row.ref,
            f"{row.quality:.3f}",
            ", ".join(row.evidence),
            row.due_at,
            "second review" if row.in_review else row.decision or "open",
        )
        for row in rows
    ]
    echo_table(headings, lines)


@group.command()
@node_option
@officer_options
@click.argument("candidate_id")
@click.option("--why", "justification", default="", help="Why you look at it; the case reference if left out.")
@click.option(
    "--with-decision", is_flag=True, help="Also where a second review waits that you could give then no more."
)
@json_option
def show(
    *,
    node_directory: Path,
    officer_name: str,
    password_file: Path | None,
    candidate_id: str,
    justification: str,
    with_decision: bool,
    as_json: bool,
) -> None:
    """Show a candidate beside what was asked. Looking is logged."""
    from egnatia.enquiries.candidates import indistinguishable, view_candidate
    from egnatia.enquiries.review_veils import check_open

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        if not with_decision:
            with node.database.read() as tx:
                check_open(tx, officer, CandidateId(candidate_id))
        view = node.commit(
            lambda tx: view_candidate(tx, officer, CandidateId(candidate_id), justification, node.clock())
        )
        with node.database.read() as tx:
            alike = indistinguishable(tx, CandidateId(candidate_id))
    if as_json:
        echo_json(in_json(view, alike))
        return
    click.echo(f"candidate {view.row.id}  case {view.row.case_ref}  {view.row.decision or 'not decided'}")
    asked = view.asked["query"].items() if view.asked else [("what was asked", "was erased")]
    click.echo(shown(f"asked: {', '.join(f'{name} {listed(value)}' for name, value in asked)}"))
    click.echo(
        f"{view.row.partner} holds {shown(view.row.ref)}: {', '.join(view.row.evidence)} "
        f"(quality {view.row.quality:.3f})"
    )
    echo_alike(view.row, alike)


def _decide(
    node_directory: Path, officer: tuple[str, Path | None], candidate_id: str, decision: tuple[Decision, str, str]
) -> None:
    from egnatia.enquiries.candidates import DecisionDraft, decide

    with open_node(node_directory) as node:
        who = sign_in(node, *officer)
        draft = DecisionDraft(decision[0], decision[1], decision[2])
        node.commit(lambda tx: decide(tx, who, CandidateId(candidate_id), draft, node.clock()))
    click.echo(f"candidate {candidate_id}: {decision[0].value}")


def _decision_command(name: str, decision: Decision, summary: str) -> None:
    @group.command(name, help=summary)
    @node_option
    @officer_options
    @click.argument("candidate_id")
    @click.option("--why", "basis", required=True, help="Your reasons, at least 20 characters.")
    @click.option("--qualification", required=True, help="What qualifies you, such as `document examiner level 2`.")
    def command(
        *,
        node_directory: Path,
        officer_name: str,
        password_file: Path | None,
        candidate_id: str,
        basis: str,
        qualification: str,
    ) -> None:
        _decide(node_directory, (officer_name, password_file), candidate_id, (decision, basis, qualification))


_decision_command("confirm", Decision.CONFIRMED, "Confirm a candidate: it becomes a hit.")
_decision_command("reject", Decision.REJECTED, "Reject a candidate: it is not the same.")
_decision_command("inconclusive", Decision.INCONCLUSIVE, "Record that what there is does not decide it.")
