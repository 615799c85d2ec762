"""`egnatia enquiry blind`: ask whether a partner's list has an identifier, without telling which one."""

import time
from pathlib import Path
from typing import Any

import click

from egnatia.cli.blind import echo_blind
from egnatia.cli.common import echo_json, json_option, node_option, officer_options, open_node, sign_in
from egnatia.errors import RefusedError
from egnatia.model.ids import PartnerCode
from egnatia.model.states import AskState, BlindList, Offence, Purpose

_POLL_S = 0.05
_VALUES = ("issuer", "document_type", "number", "iban", "phone")


@click.command()
@node_option
@officer_options
@click.option("--case", "case_ref", required=True, help="Case reference, such as DUR-2025-0417; it is not sent.")
@click.option(
    "--list",
    "which",
    type=click.Choice([each.value for each in BlindList]),
    default=BlindList.REGISTERED_DOCUMENTS.value,
    show_default=True,
    help="Which of the partner's lists.",
)
@click.option("--purpose", type=click.Choice([each.value for each in Purpose]), required=True)
@click.option("--offence", type=click.Choice([each.value for each in Offence]), required=True)
@click.option("--why", "justification", required=True, help="Justification, at least 20 characters; it is not sent.")
@click.option("--to", "partners", multiple=True, help="Partner to ask; repeat it. Without it, all whose list we hold.")
@click.option("--issuer", help="Document: issuing state's code as in the zone, such as RKS.")
@click.option("--document-type", default=None, help="Document: P, I or V; P if left out.")
@click.option("--number", help="Document: its number.")
@click.option("--iban", help="Account: its IBAN.")
@click.option("--phone", help="Telephone number in international form, such as +383 44 123 456.")
@click.option("--holder-first", help="First names of the person, for the protection-claim guard; never sent.")
@click.option("--holder-family", help="Family names of the person, for the same; never sent.")
@click.option("--override", help="A supervisor's written assessment, to ask in spite of the protection-claim guard.")
@click.option("--wait", type=click.FloatRange(0, 600), default=0, help="Seconds to wait for answers.")
@json_option
def blind(
    *,
    node_directory: Path,
    officer_name: str,
    password_file: Path | None,
    wait: float,
    as_json: bool,
    **given: Any,
) -> None:
    """Ask blind whether a partner's list has a document, an account or a telephone number.

    The partner learns that a question was made, for which list and purpose, and nothing else. An entry that is found is
    no hit yet: ask openly then, with `egnatia enquiry send`. Exit status 5 when no partner could be asked.
    """
    from egnatia.enquiries.blind.asking import send_blind

    draft = _draft(given)
    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        asked = node.commit(lambda tx: send_blind(tx, node.desk, officer, draft, node.clock()))
        found = _waited(node, [each.id for each in asked], wait)
    if as_json:
        echo_json(found)
    else:
        echo_blind(found)
    if any(each.state is AskState.HIT for each in found):
        click.echo("An entry was found. Ask openly to go on: `egnatia enquiry send`.", err=True)
    reasons = [each.refusal for each in asked if each.refusal is not None]
    if len(reasons) == len(asked):
        raise RefusedError(reasons[0], f"{asked[0].detail}; no partner was asked, nothing left the node")


def _draft(given: dict[str, Any]) -> Any:
    from egnatia.enquiries.blind.asking import BlindDraft

    clues = (("first_names", "holder_first"), ("family_names", "holder_family"))
    return BlindDraft(
        case_ref=given["case_ref"],
        which=BlindList(given["which"]),
        purpose=Purpose(given["purpose"]),
        offence=Offence(given["offence"]),
        justification=given["justification"],
        values={name: given[name] for name in _VALUES if given[name]},
        partners=tuple(PartnerCode(each) for each in given["partners"]) or None,
        holder={name: given[option] for name, option in clues if given[option]},
        override=given["override"],
    )


def _waited(node: Any, ids: list[Any], seconds: float) -> list[Any]:
    """The questions once all are answered, or as they stand after so many seconds."""
    from egnatia.enquiries.blind.views import blind_view

    until = time.monotonic() + seconds
    while True:
        with node.database.read() as tx:
            found = [blind_view(tx, each) for each in ids]
        if time.monotonic() >= until or all(each.state is not AskState.WAITING for each in found):
            return found
        time.sleep(_POLL_S)
