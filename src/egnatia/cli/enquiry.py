"""`egnatia enquiry`: ask partners, and see who answered and who did not."""

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from egnatia.cli.blind_enquiry import blind
from egnatia.cli.common import (
    echo_json,
    echo_table,
    json_option,
    listed,
    node_option,
    officer_options,
    open_node,
    sign_in,
)
from egnatia.cli.common import shown as printable
from egnatia.cli.standing import end_of, standing
from egnatia.errors import InputError, RefusedError
from egnatia.model.ids import EnquiryId, PartnerCode
from egnatia.model.states import AskState, Offence, Purpose, RefusalReason, SubjectKind

DOCUMENT_FIELDS = ("issuer", "document_type", "number")
PERSON_FIELDS = ("first_names", "family_names", "birth_date", "father_name", "mother_name", "identifiers")
_WORDS = {
    AskState.WAITING: "has not answered yet",
    AskState.UNDELIVERABLE: "could not be reached; has not answered",
    AskState.HIT: "candidate found",
    AskState.NO_HIT: "no hit",
    AskState.REFUSED: "refused",
    AskState.NOT_ASKED: "not asked",
}
_REMARKS = {
    "number_check_wrong": "its check digit is wrong; is a digit mistyped?",
    "number_iban_wrong": "its check digits are wrong; is a letter or digit mistyped?",
    "number_no_rule": "it has the form of no national number known here",
    "number_no_country": "its country is missing; write it with + in front",
    "number_date_differs": "the date of birth inside it is another than the one given",
}


@click.group()
def group() -> None:
    """Ask partners, and see who answered."""


@group.command()
@node_option
@officer_options
@click.option("--case", "case_ref", required=True, help="Case reference, such as DUR-2025-0417.")
@click.option(
    "--subject",
    type=click.Choice([SubjectKind.TRAVEL_DOCUMENT.value, SubjectKind.PERSON.value]),
    default=SubjectKind.TRAVEL_DOCUMENT.value,
    show_default=True,
)
@click.option("--purpose", type=click.Choice([each.value for each in Purpose]), required=True)
@click.option("--offence", type=click.Choice([each.value for each in Offence]), required=True)
@click.option("--why", "justification", required=True, help="Justification, at least 20 characters; it is not sent.")
@click.option(
    "--to", "partners", multiple=True, help="Partner to ask; repeat it. Without it, a document's issuer, or all."
)
@click.option("--beyond-issuer", help="Document: why others than its issuer are asked too, at least 20 characters.")
@click.option("--issuer", help="Document: issuing state's code as in the zone, such as RKS.")
@click.option("--document-type", default=None, help="Document: P, I or V.")
@click.option("--number", help="Document: its number.")
@click.option("--first", "first_names", help="Person: first names.")
@click.option("--family", "family_names", help="Person: family names.")
@click.option("--born", "birth_date", help="Person: date of birth, YYYY-MM-DD or a part of it.")
@click.option("--father", "father_name", help="Person: father's first name; never sent.")
@click.option("--mother", "mother_name", help="Person: mother's first name; never sent.")
@click.option(
    "--identifier",
    "identifiers",
    multiple=True,
    help="Person: a number they carry (passport, national number, IBAN, telephone with +); repeat it, at most 4. A word in"
    " front says what it is, such as plate: or phone:.",
)
@click.option("--numbers-as-given", is_flag=True, help="Person: ask also where a number breaks its own rule.")
@click.option("--holder-first", help="Document: its holder's first names, for the protection-claim guard; never sent.")
@click.option("--holder-family", help="Document: its holder's family names, for the same; never sent.")
@click.option("--person-ref", help="Our own pseudonym of the person, such as D-417; it is not sent.")
@click.option("--override", help="A supervisor's written assessment, to ask in spite of the protection-claim guard.")
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Ask again by itself until this day (UTC), at most 90 days: a standing enquiry.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be asked of whom, and record nothing.")
@click.option("--wait", type=click.FloatRange(0, 600), default=0, help="Seconds to wait for answers.")
@json_option
def send(
    *,
    node_directory: Path,
    officer_name: str,
    password_file: Path | None,
    until: datetime | None,
    dry_run: bool,
    wait: float,
    as_json: bool,
    **given: Any,
) -> None:
    """Ask about a travel document or a person.

    Step 1 carries no identity: a document is asked by issuer, type and number, a person by keyed tags. A document's
    issuer is asked alone, because nobody else can know its numbers; others only with `--beyond-issuer`. A person is asked
    of every partner that a grant allows, by at least two of first names, family names and date of birth. Exit status 5
    when no partner could be asked.
    """
    from egnatia.enquiries.ask import preview

    draft = _draft(given)
    _check_numbers(draft, as_given=given["numbers_as_given"] or dry_run)
    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        if dry_run:
            with node.database.read() as tx:
                _echo_previews(preview(tx, node.desk, officer, draft, node.clock()), as_json=as_json)
            return
        sent = _send(node, officer, draft, until)
        if wait:
            node.wait_for_answers(sent.id, wait)
        _show(node, sent.id, as_json=as_json)
    if all(each.grant is None for each in sent.asks):
        first = sent.asks[0]
        reason = first.refusal or RefusalReason.NO_AGREEMENT
        detail = first.detail.removeprefix(f"{reason.value}: ")
        raise RefusedError(reason, f"{detail}; no partner was asked, nothing left the node")


def _check_numbers(draft: Any, *, as_given: bool) -> None:
    """Say how numbers are read; one that breaks its own rule is asked only where somebody means it so."""
    from egnatia.engines.people import parse_date
    from egnatia.enquiries.numbers import read_numbers

    found = read_numbers(draft.query.get("identifiers", ()), parse_date(draft.query.get("birth_date", "")))
    remarks = [f"{printable(each.text)}: {_REMARKS[remark.value]}" for each in found for remark in each.remarks]
    if remarks and not as_given:
        raise InputError(
            "; ".join(remarks),
            hint="Nothing was sent. Correct the number, or ask with it as it is by --numbers-as-given.",
        )
    for each in found:
        click.echo(f"{printable(each.text)}: read as {each.kind.value}", err=True)
    for line in remarks:
        click.echo(line, err=True)


def _send(node: Any, officer: Any, draft: Any, until: datetime | None) -> Any:
    """Ask once, or now and again until a day."""
    from egnatia.enquiries.ask import send_enquiry
    from egnatia.enquiries.standing import open_standing

    if until is None:
        return node.commit(lambda tx: send_enquiry(tx, node.desk, officer, draft, node.clock()))
    last = end_of(until)
    opened = node.commit(lambda tx: open_standing(tx, node.desk, officer, draft, last, node.clock()))
    if opened.id is not None:
        click.echo(f"standing enquiry {opened.id}: asked again by itself until {last:%Y-%m-%d}", err=True)
    return opened.sent


def _draft(given: dict[str, Any]) -> Any:
    from egnatia.enquiries.ask import EnquiryDraft

    subject = SubjectKind(given["subject"])
    fields = PERSON_FIELDS if subject is SubjectKind.PERSON else DOCUMENT_FIELDS
    others = DOCUMENT_FIELDS if subject is SubjectKind.PERSON else PERSON_FIELDS
    foreign = [name for name in others if given[name]]
    if foreign:
        raise InputError(
            f"{foreign[0]} is not a field of the subject {subject.value}",
            hint=f"Choose --subject, or leave that option out. Its fields: {', '.join(fields)}.",
        )
    return EnquiryDraft(
        case_ref=given["case_ref"],
        subject=subject,
        purpose=Purpose(given["purpose"]),
        offence=Offence(given["offence"]),
        justification=given["justification"],
        query={name: given[name] for name in fields if given[name]},
        partners=tuple(PartnerCode(each) for each in given["partners"]) or None,
        person_ref=given["person_ref"],
        holder={
            name: given[option]
            for name, option in (("first_names", "holder_first"), ("family_names", "holder_family"))
            if given[option]
        },
        override=given["override"],
        beyond=given["beyond_issuer"],
    )


def _echo_previews(previews: list[Any], *, as_json: bool) -> None:
    rows = [
        {"partner": each.partner, "grant": each.grant.id if each.grant else None, "refusal": each.refusal}
        for each in previews
    ]
    if as_json:
        echo_json(rows)
    else:
        echo_table(("partner", "would be asked under", "would not be asked because"), [row.values() for row in rows])


@group.command()
@node_option
@click.argument("enquiry_id")
@json_option
def show(*, node_directory: Path, enquiry_id: str, as_json: bool) -> None:
    """Show one enquiry: each partner's answer, or that it has not answered."""
    with open_node(node_directory) as node:
        _show(node, EnquiryId(enquiry_id), as_json=as_json)


@group.command("open")
@node_option
@officer_options
@click.argument("enquiry_id")
@click.option("--why", "justification", default="", help="Why you look at it; the case reference if left out.")
@json_option
def open_(
    *,
    node_directory: Path,
    officer_name: str,
    password_file: Path | None,
    enquiry_id: str,
    justification: str,
    as_json: bool,
) -> None:
    """Open what an enquiry asked, with its justification. Looking is logged."""
    from egnatia.enquiries.views import view_enquiry

    with open_node(node_directory) as node:
        officer = sign_in(node, officer_name, password_file)
        view = node.commit(lambda tx: view_enquiry(tx, officer, EnquiryId(enquiry_id), justification, node.clock()))
    asked = view.asked or {"query": {}, "justification": "erased"}
    if as_json:
        echo_json(asked)
        return
    fields = [(name, listed(value)) for name, value in asked["query"].items()]
    echo_table(("field", "value"), [*fields, ("justification", asked["justification"])])


def _show(node: Any, enquiry_id: EnquiryId, *, as_json: bool) -> None:
    from egnatia.enquiries.review_veils import hidden_from_all, veiled_enquiry
    from egnatia.enquiries.views import enquiry_view

    with node.database.read() as tx:
        view = veiled_enquiry(enquiry_view(tx, enquiry_id, node.clock()), hidden_from_all(tx))
    if as_json:  # without what was asked: that is opened by an officer, and entered
        shown = {name: getattr(view, name) for name in view.__slots__ if name != "asked"}
        echo_json(shown | {"unanswered": list(view.unanswered), "unreachable": list(view.unreachable)})
        return
    click.echo(f"enquiry {view.id}  case {view.case_ref}  {view.subject.value}  {view.purpose.value}")
    rows = [
        (each.partner, _WORDS[each.state], each.refusal or "", each.grant_id or "", _asked(each), each.answered_at)
        for each in view.asks
    ]
    echo_table(("partner", "answer", "reason", "grant", "asked", "answered"), rows)
    for each in view.candidates:
        click.echo(
            f"candidate {each.id}  {each.partner} {printable(each.ref)}  {each.quality:.3f}  {', '.join(each.evidence)}"
        )
    if view.unanswered:
        click.echo(f"not answered: {', '.join(view.unanswered)} (this is not a no hit)", err=True)
    for silent in view.asks:
        if silent.unreachable_since is not None:
            click.echo(f"{silent.partner} unreachable since {silent.unreachable_since:%Y-%m-%d %H:%M} UTC", err=True)


def _asked(each: Any) -> Any:
    return None if each.state is AskState.NOT_ASKED else each.asked_at


@group.command("list")
@node_option
@click.option("--case", "case_ref", default=None, help="Only this case.")
@json_option
def list_(*, node_directory: Path, case_ref: str | None, as_json: bool) -> None:
    """List enquiries, newest first."""
    from egnatia.enquiries.review_veils import hidden_from_all, veiled_enquiry
    from egnatia.enquiries.views import enquiries

    with open_node(node_directory) as node, node.database.read() as tx:
        hidden = hidden_from_all(tx)
        found = [veiled_enquiry(each, hidden) for each in enquiries(tx, node.clock(), case_ref)]
    if as_json:
        echo_json(found)
        return
    rows = [
        (
            each.id,
            each.case_ref,
            each.subject.value,
            each.created_at,
            ", ".join(f"{a.partner} {_WORDS[a.state]}" for a in each.asks),
        )
        for each in found
    ]
    echo_table(("enquiry", "case", "subject", "asked", "partners"), rows)


group.add_command(blind)
group.add_command(standing)
