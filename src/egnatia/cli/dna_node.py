"""`egnatia dna store|profiles|show|link|erase|ask`: profiles of a node, and questions about them at partners."""

from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from egnatia.cli.acting import Acting, as_officer
from egnatia.cli.common import echo_json, echo_list, echo_table, json_option, one_of, shown
from egnatia.cli.dna_options import FILE, kind_option, question_options
from egnatia.cli.progress import progress_bar
from egnatia.errors import InputError, RefusedError
from egnatia.model.dna import ProfileCategory, ProfileKind, SampleState
from egnatia.model.ids import EnquiryId, PartnerCode, RecordRef
from egnatia.model.states import CorrectionReason, Offence, Purpose, RefusalReason, SubjectKind

if TYPE_CHECKING:
    from egnatia.engines.dna.types import Profile
    from egnatia.enquiries.dna.profiles import ProfileRow
    from egnatia.node import Node

_LONG = 1024 * 1024
"""Bytes that take long enough to show a bar for: each profile is sealed apart."""
_SHOWN = 10
"""Problems of a file that are named; the others are counted."""


@click.command("store")
@as_officer
@click.argument("file", type=FILE)
@kind_option
@click.option("--category", type=one_of(ProfileCategory), required=True, help="Why they are kept.")
@click.option("--kit", required=True, help="Kit by which they were typed.")
@click.option("--accreditation", required=True, help="The laboratory's accreditation.")
@click.option("--basis", "legal_basis", required=True, help="The rule that lets them be kept.")
@click.option("--keep-until", type=click.DateTime(["%Y-%m-%d"]), required=True, help="When they are erased.")
@click.option(
    "--sample",
    type=one_of(SampleState),
    default=SampleState.HELD.value,
    show_default=True,
    help="Where the samples are that they were typed from.",
)
@json_option
def store(*, acting: Acting, file: Path, as_json: bool, **given: Any) -> None:
    """Take the profiles of FILE into this node: all of them, or none when one cannot be read.

    Every format of `egnatia dna import` is read. Only loci are stored, each profile under a key of its own; data on a
    person that a file may hold are not read.
    """
    from egnatia.enquiries.dna.profiles import Intake, store_profiles

    until = given["keep_until"].replace(tzinfo=UTC)
    said = (given["kit"], given["accreditation"], given["legal_basis"], until, SampleState(given["sample"]))
    intake = Intake(ProfileCategory(given["category"]), *said)
    kind = given["kind"]
    count = acting.commit(lambda tx, officer, now: store_profiles(tx, officer, read_all(file, kind), intake, now))
    screen(acting.node)
    if as_json:
        echo_json({"stored": count, "category": intake.category, "keep_until": until})
    else:
        click.echo(f"{count:,} profiles stored until {until.date()}; none has a name")


def screen(node: "Node") -> None:
    """Hold stored traces against profiles of staff and victims that came in, at once and not when a node next serves."""
    from egnatia.cli.serving_duties import screen_once

    looked_at = screen_once(node)
    if looked_at:
        said = "stored traces were held against them; what agrees: `egnatia dna elimination list --state open`"
        click.echo(f"{looked_at:,} {said}", err=True)


def read_all(file: Path, kind: str | None) -> "Iterator[Profile]":
    """The profiles of a file; the first that cannot be read ends the import, and the first few are named."""
    from egnatia.engines.dna.formats.reading import read_profiles
    from egnatia.engines.dna.formats.types import Problem

    problems = 0
    with file.open("rb") as stream, progress_bar("storing", file.stat().st_size, _LONG) as show:
        for number, read in enumerate(read_profiles(stream, ProfileKind(kind) if kind else None)):
            if number % 1000 == 0:
                show(stream.tell())
            if isinstance(read, Problem):
                problems += 1
                if problems <= _SHOWN:
                    click.echo(f"{file.name}, {shown(read.where)}: {shown(read.text)}", err=True)
            elif not problems:
                yield read.profile
    if problems:
        raise InputError(
            f"{problems:,} profiles of {file.name} cannot be read; nothing was stored",
            hint="`egnatia dna import` shows what is wrong with each; take them out or repair them.",
        )


@click.command("profiles")
@as_officer
@click.option("--kind", type=one_of(ProfileKind), help="Only profiles of this kind.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True, help="Most profiles shown.")
@click.option("--after", default="", help="List what comes after this reference.")
@json_option
def list_all(*, acting: Acting, kind: str | None, limit: int, after: str, as_json: bool) -> None:
    """List profiles of this node by reference, without their loci and without whose they are."""
    from egnatia.accounts import authorise
    from egnatia.enquiries.dna.profiles import list_profiles
    from egnatia.model.officers import Action

    authorise(acting.officer, Action.VIEW_PROFILE)
    with acting.node.database.read() as tx:
        found = list_profiles(tx, ProfileKind(kind) if kind else None, limit, after)
    echo_list(
        found,
        ("profile", "kind", "category", "loci", "kept until"),
        lambda row: (row.ref, row.kind.value, row.category.value, row.loci, row.keep_until),
        as_json=as_json,
    )


@click.command("show")
@as_officer
@click.argument("ref")
@click.option("--why", "justification", required=True, help="Why you look, at least 20 characters; logged.")
@json_option
def show_profile(*, acting: Acting, ref: str, justification: str, as_json: bool) -> None:
    """Open one profile's loci. Looking is logged."""
    from egnatia.enquiries.dna.profiles import view_profile

    row, profile = acting.commit(lambda tx, officer, now: view_profile(tx, officer, ref, justification, now))
    _echo_profile(row, profile, as_json=as_json)


def _echo_profile(row: "ProfileRow", profile: "Profile", *, as_json: bool) -> None:
    from egnatia.engines.dna.types import write_designation

    loci = {name: write_designation(seen) for name, seen in profile.loci.items()}
    if as_json:
        echo_json({"profile": row, "loci": loci, "amelogenin": profile.amelogenin})
        return
    click.echo(f"{row.ref}: {row.kind.value}, {row.category.value}, {row.loci} loci in full")
    click.echo(f"kit {shown(row.kit)}, laboratory {shown(row.accreditation)}, kept by {shown(row.legal_basis)}")
    click.echo(f"until {row.keep_until.date()}; sample {row.sample_state.value}")
    echo_table(("locus", "alleles"), (*loci.items(), ("AMEL", profile.amelogenin or "-")))


@click.command("link")
@as_officer
@click.argument("ref")
@click.option("--case", "case_ref", required=True, help="Case it was taken in.")
@click.option("--person-ref", help="Our own pseudonym of the person, such as D-417.")
@click.option("--record", "record_ref", help="Reference of our record of the person.")
@click.option("--taken", help="Trace: when and where it was taken.")
@click.option("--offence", help="Trace: of which offence.")
@click.option("--case-number", "case_number", help="Trace: number of the criminal case.")
@click.option("--authority", help="Trace: the authority responsible for the case.")
def link(*, acting: Acting, ref: str, **given: Any) -> None:
    """Say whose the profile REF is, or of which scene. It stands apart from the loci; without it nothing can be released."""
    from egnatia.enquiries.dna.links import TRACE_FIELDS, Link, link_profile

    record = RecordRef(given["record_ref"]) if given["record_ref"] else None
    scene = {name: given[name] for name in TRACE_FIELDS if given[name]}
    made = Link(given["case_ref"], given["person_ref"], record, scene)
    acting.commit(lambda tx, officer, now: link_profile(tx, officer, ref, made, now))
    click.echo(f"{ref} linked to {made.case_ref}")


@click.command("erase")
@as_officer
@click.argument("ref")
@click.option("--reason", type=one_of(CorrectionReason), required=True, help="Sent to partners that were given it.")
@click.option("--why", required=True, help="The reason in words, at least 20 characters; it stays here, sealed.")
def erase(*, acting: Acting, ref: str, reason: str, why: str) -> None:
    """Erase the profile REF here, and tell every partner that was given it to erase its copy."""
    from egnatia.enquiries.dna.withdrawal import erase_everywhere

    words = (CorrectionReason(reason), why)
    told = acting.commit(lambda tx, officer, now: erase_everywhere(tx, officer, ref, words, now))
    click.echo(f"{ref} erased; told: {', '.join(told) or 'nobody, for nobody was given it'}")


@click.command("ask")
@as_officer
@click.argument("ref")
@question_options
@click.option("--to", "partners", multiple=True, help="Partner to ask; repeat it. Without it, all that a grant allows.")
@click.option("--override", help="A supervisor's written assessment, to ask in spite of the protection-claim guard.")
@click.option("--dry-run", is_flag=True, help="Say what would be asked of whom, and record nothing.")
@click.option("--wait", type=click.FloatRange(0, 600), default=0, help="Seconds to wait for answers.")
@json_option
def ask(*, acting: Acting, ref: str, dry_run: bool, wait: float, as_json: bool, **given: Any) -> None:
    """Ask partners whether they have a profile that agrees with our profile REF.

    What crosses the border are its loci, whether we know whose it is, and a number drawn for this partner; no case, no
    name, no officer. A trace is held first against everybody who may have touched it. Exit status 5 when no partner could
    be asked.
    """
    from egnatia.cli.enquiry import _echo_previews, _show
    from egnatia.enquiries.dna.asking import ask_dna, preview_dna

    draft, node = _draft(ref, given), acting.node
    if dry_run:
        with node.database.read() as tx:
            _echo_previews(preview_dna(tx, node.desk, acting.officer, draft, node.clock()), as_json=as_json)
        return
    sent = acting.commit(lambda tx, officer, now: ask_dna(tx, node.desk, officer, draft, now))
    if wait:
        node.wait_for_answers(sent.id, wait)
    _show(node, sent.id, as_json=as_json)
    if not as_json:
        _show_matches(node, sent.id)
    if all(each.grant is None for each in sent.asks):
        first = sent.asks[0]
        reason = first.refusal or RefusalReason.NO_AGREEMENT
        detail = first.detail.removeprefix(f"{reason.value}: ")
        raise RefusedError(reason, f"{detail}; no partner was asked, nothing left the node")


def _draft(ref: str, given: dict[str, Any]) -> Any:
    from egnatia.enquiries.dna.asking import DnaDraft

    return DnaDraft(
        ref,
        SubjectKind(given["population"]),
        given["case_ref"],
        Purpose(given["purpose"]),
        Offence(given["offence"]),
        given["justification"],
        tuple(PartnerCode(each) for each in given["partners"]) or None,
        given["override"],
    )


def _show_matches(node: "Node", enquiry_id: EnquiryId) -> None:
    """What came back, with what chance alone would give; two examiners have to find about each."""
    from egnatia.enquiries.dna.replies import lines_of

    with node.database.read() as tx:
        found = lines_of(tx, enquiry_id)
    if found:
        rows = ((each.partner, each.number, each.label, each.compared, f"{each.expected:.2g}") for each in found)
        echo_table(("partner", "number", "class", "loci", "expected by chance"), rows)
        click.echo("Each is a lead and no identification; two examiners give an opinion.")


COMMANDS = (store, list_all, show_profile, link, erase, ask)
