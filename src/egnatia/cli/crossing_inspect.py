"""`egnatia crossing inspect`: the whole inspection of a document in a case, against this node's trust store and register."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from egnatia.cli.common import echo_json, json_option, node_option, officer_options, open_node, shown, sign_in
from egnatia.cli.document_inspect import _files, _presented, _show

if TYPE_CHECKING:
    from egnatia.engines.documents.examination import Examination
    from egnatia.model.officers import Officer
    from egnatia.node import Node

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
_ANY = click.Path(path_type=Path, exists=True)


@click.command()
@node_option
@officer_options
@click.option("--case", "case_ref", required=True, help="Case in which it is recorded, such as DUR-2025-0417.")
@click.option("--zone", default=None, metavar="ZONE", help="The machine-readable zone, a file with it, or -.")
@click.option("--visual", type=_FILE, help="The printed fields: a JSON file.")
@click.option("--image", type=_FILE, multiple=True, help="A picture of a page; repeatable.")
@click.option("--chip", type=_ANY, default=None, help="Folder or zip archive with the chip's files.")
@click.option(
    "--evidence", type=_FILE, default=None, help="What the reader recorded of the chip's authentication (JSON)."
)
@click.option("--sent", multiple=True, metavar="HEX", help="A challenge or key that your reader sent; repeatable.")
@click.option("--seal", multiple=True, metavar="CODE", help="A digital seal: its content or a file; repeatable.")
@click.option("--passport", default="", metavar="NUMBER", help="Number of the passport that a visa stands in.")
@json_option
def inspect(
    *, node_directory: Path, officer_name: str, password_file: Path | None, case_ref: str, as_json: bool, **given: Any
) -> None:
    """Inspect a document with this node's trust store and register, and record it in a case. Prints the record's id.

    The exit status is 0 for consistent and 1 for any other advice; a person decides, whatever it is.
    """
    from egnatia.engines.documents.report.pages import view_of
    from egnatia.engines.documents.report.speaker import speaker
    from egnatia.engines.documents.types import Advice

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        record_id, result = _recorded(node, officer, case_ref, given)
        held = node.trust_keeper.held()
    if held.store is None:
        why = held.problem or "this node has no trust store; import one with `egnatia trust import`"
        click.echo(f"cannot tell who signed a chip or a seal: {shown(why)}", err=True)
    if as_json:
        echo_json({"inspection": record_id, "advice": result.advice, "trust": result.versions.trust})
    else:
        _show(view_of(result, speaker("en")))
        click.echo(record_id)
    click.get_current_context().exit(0 if result.advice is Advice.CONSISTENT else 1)


def _recorded(node: "Node", officer: "Officer", case_ref: str, given: dict[str, Any]) -> "tuple[str, Examination]":
    from egnatia.casework.borders import record_examination
    from egnatia.casework.borders.basis import node_basis
    from egnatia.engines.documents.inspection import examine
    from egnatia.engines.documents.report.stored import keep

    typed_by = f"officer:{officer.id}" if given["zone"] else ""
    presented = _presented(_files({"text": (), "noted": ()} | given), (), typed_by)
    with node.database.read() as tx:  # pictures take seconds: nobody's writing waits for them
        basis = node_basis(tx, node.desk, node.trust_keeper.held(), node.clock().date())
        result = examine(presented, basis)
    kept = keep(presented, basis, result)
    return node.commit(lambda tx: record_examination(tx, officer, case_ref, result, kept, node.clock())), result
