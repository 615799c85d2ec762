"""`egnatia partner`: records of transfers, and who asked whom how often."""

import csv
import io
from pathlib import Path

import click

from egnatia.cli.common import echo_json, echo_table, json_option, node_option, officer_options, open_node, sign_in
from egnatia.cli.partner_joining import check_free, write_out
from egnatia.model.ids import PartnerCode
from egnatia.model.states import TransferBasis

_FILE = click.Path(path_type=Path, dir_okay=False)
_COLUMNS = ("entry", "at", "recipient", "description", "basis", "justification")


@click.command()
@click.option("--reason", required=True, help="For whom and why, in a sentence of at least 20 characters.")
@click.option("--out", type=_FILE, required=True, help="Write the records here, as CSV.")
@node_option
@officer_options
def transfers(*, reason: str, out: Path, node_directory: Path, officer_name: str, password_file: Path | None) -> None:
    """Export the record of every disclosure to a partner, with the basis it stands on, for the commissioner."""
    from egnatia.enquiries.membership.transfers import export_transfers

    check_free(out)
    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        found = node.commit(lambda tx: export_transfers(tx, officer, reason, node.clock()))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for each in found:
        basis = each.basis.value if each.basis else ""
        words = each.justification
        writer.writerow((each.entry, each.at.isoformat(), each.recipient, each.description, basis, words))
    write_out(out, text.getvalue().encode())
    click.echo(f"{out}: {len(found)} records, {sum(each.basis is None for each in found)} without a basis")


@click.command("transfer-basis")
@click.argument("code")
@click.argument("basis", type=click.Choice([each.value for each in TransferBasis]))
@click.option("--why", required=True, help="The justification, in a sentence of at least 20 characters.")
@node_option
@officer_options
def transfer_basis(
    *, code: str, basis: str, why: str, node_directory: Path, officer_name: str, password_file: Path | None
) -> None:
    """Write down on what disclosures to the partner CODE stand from now on, in place of the grant's agreement."""
    from egnatia.enquiries.membership.transfers import record_basis

    with open_node(node_directory) as node:
        officer, partner = sign_in(node, officer_name, password_file), PartnerCode(code.upper())
        node.commit(lambda tx: record_basis(tx, officer, partner, TransferBasis(basis), why, node.clock()))
    click.echo(f"{partner}: {basis} from now on")


@click.command()
@node_option
@json_option
def reciprocity(*, node_directory: Path, as_json: bool) -> None:
    """Show for each partner how often it was asked and asked us, and how often that was answered or refused."""
    from egnatia.enquiries.membership.reciprocity import reciprocity as pairs

    with open_node(node_directory) as node, node.database.read() as tx:
        found = pairs(tx)
    if as_json:
        echo_json(found)
        return
    rows = [
        (each.partner, way, side.asked, side.answered, side.refused, side.open, side.not_asked)
        for each in found
        for way, side in (("we asked", each.ours), ("it asked", each.theirs))
    ]
    echo_table(("partner", "direction", "asked", "answered", "refused", "open", "not asked"), rows)
