"""`egnatia outcome`: record what came of a hit."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from egnatia.cli.common import echo_json, echo_table, json_option, node_option, officer_options, open_node, sign_in
from egnatia.model.states import OutcomeKind

if TYPE_CHECKING:
    from egnatia.enquiries.outcomes import OutcomeDraft


@click.group()
def group() -> None:
    """Record what came of a hit."""


@group.command()
@node_option
@officer_options
@click.option("--kind", type=click.Choice([each.value for each in OutcomeKind]), required=True)
@click.option("--case", "case_ref", required=True, help="Case reference.")
@click.option("--person-ref", required=True, help="Our own pseudonym of the person, such as D-417.")
@click.option("--hit", "candidate_id", help="The confirmed candidate it came of.")
@click.option("--at", type=click.DateTime(), default=None, help="When it happened, UTC; now if left out.")
@click.option("--place", required=True, help="Where, in a few words.")
@click.option("--note", default="", help="Anything else; sealed.")
def record(*, node_directory: Path, officer_name: str, password_file: Path | None, **given: Any) -> None:
    """Record an outcome. It is attributed only with its whole chain: enquiry, hit, follow-up."""
    from egnatia.enquiries.outcomes import of_case, record_outcome

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        draft = _draft(given, node.clock())
        outcome_id = node.commit(lambda tx: record_outcome(tx, officer, draft, node.clock()))
        with node.database.read() as tx:
            made = next(row for row in of_case(tx, draft.case_ref) if row.id == outcome_id)
    attributed = "attributed to its chain" if made.attributed else "not attributed: its chain is not whole"
    click.echo(f"outcome {outcome_id} recorded, {attributed}")


def _draft(given: dict[str, Any], now: datetime) -> "OutcomeDraft":
    from egnatia.enquiries.outcomes import OutcomeDraft

    return OutcomeDraft(
        kind=OutcomeKind(given["kind"]),
        case_ref=given["case_ref"],
        person_ref=given["person_ref"],
        candidate_id=given["candidate_id"],
        at=given["at"].replace(tzinfo=UTC) if given["at"] else now,
        place=given["place"],
        note=given["note"],
    )


@group.command("list")
@node_option
@click.option("--case", "case_ref", default=None, help="Only this case.")
@json_option
def list_(*, node_directory: Path, case_ref: str | None, as_json: bool) -> None:
    """List outcomes, newest first."""
    from egnatia.enquiries.outcomes import of_case

    with open_node(node_directory) as node, node.database.read() as tx:
        rows = of_case(tx, case_ref)
    if as_json:
        echo_json(rows)
        return
    lines = [(row.id, row.kind.value, row.case_ref, row.person_ref, row.at, row.place, row.attributed) for row in rows]
    echo_table(("outcome", "kind", "case", "person", "at", "place", "attributed"), lines)
