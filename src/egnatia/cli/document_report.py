"""`egnatia document report` and `replay`: pages and logs of a stored inspection, and the proof that it repeats."""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from egnatia.cli.common import echo_json, json_option, node_option, open_node, shown, sign_in
from egnatia.cli.document_inspect import basis_of, basis_options
from egnatia.errors import InputError
from egnatia.languages import LANGUAGES

if TYPE_CHECKING:
    from egnatia.engines.documents.examination import Examination
    from egnatia.engines.documents.presented import Presented
    from egnatia.engines.documents.report.officers import OfficersVerdict

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command()
@click.argument("file", type=_FILE, required=False)
@click.option("--inspection", "inspection_id", metavar="ID", help="Of a node's recorded inspection, in FILE's place.")
@node_option
@click.option("--as", "officer_name", envvar="EGNATIA_OFFICER", help="Account to act as [env: EGNATIA_OFFICER].")
@click.option(
    "--password-file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Read the password from this file [env: EGNATIA_PASSWORD holds the password itself].",
)
@click.option(
    "--format",
    "kind",
    type=click.Choice(["html", "pdf", "xml", "json"]),
    default="html",
    show_default=True,
    help="What is written.",
)
@click.option(
    "--language", type=click.Choice(list(LANGUAGES)), default="en", show_default=True, help="Language of a page."
)
@click.option(
    "--view",
    type=click.Choice(["officer", "evidence"]),
    default="officer",
    show_default=True,
    help="One page, or everything.",
)
@click.option("--personal", is_flag=True, help="In XML, write also what was read from the document, and who said what.")
@click.option(
    "--out", "-o", type=click.Path(path_type=Path, dir_okay=False), help="File to write.  [default: standard output]"
)
def report(*, file: Path | None, inspection_id: str | None, out: Path | None, **options: Any) -> None:
    """Write the report of an inspection.

    FILE is what `document inspect` stored with --save or printed with --json, or a report in JSON that a node handed out.
    Crops of pictures and the face in the chip are shown only from a stored inspection. Officers' verdicts stand beside
    the machine's result where a node's inspection or its report is written; what `document inspect` wrote has none. PDF
    needs the extra `pdf`.
    """
    form: dict[str, Any] = {name: options[name] for name in ("kind", "language", "view", "personal")}
    if (file is None) == (inspection_id is None):
        raise InputError("name one thing to report on", hint="Give a FILE, or --inspection with --node and --as.")
    source = _taken_out(str(inspection_id), options, form) if file is None else _opened(_content(file))
    if source.officers is None:
        click.echo("No officer's verdict is in it.", err=True)
    content = _report(source, **form)
    if out is None:
        click.echo(content, nl=False)
    else:
        out.write_bytes(content)
        click.echo(f"wrote {out}, {len(content):,} bytes", err=True)


@dataclass(frozen=True, slots=True)
class _Source:
    """What a report is made of: the result, what was presented where it is there, and what officers say."""

    result: "Examination"
    presented: "Presented | None" = None
    officers: "OfficersVerdict | None" = None


def _opened(content: bytes) -> _Source:
    from egnatia.engines.documents.report.formats import from_json, officers_in
    from egnatia.engines.documents.report.stored import is_stored, read_stored

    if is_stored(content):
        stored = read_stored(content)
        return _Source(stored.result, stored.presented)
    return _Source(from_json(content), officers=officers_in(content))


def _taken_out(inspection_id: str, options: dict[str, Any], form: dict[str, Any]) -> _Source:
    """A node's recorded inspection with what officers say of it; that it was taken out is entered in the ledger."""
    from egnatia.casework.borders import judged
    from egnatia.casework.borders.looks import take_out_report
    from egnatia.casework.borders.reported import officers_verdict

    if options["officer_name"] is None:
        raise InputError("somebody takes a report out of a node", hint="Give --as, and --node where it is.")
    with open_node(options["node_directory"]) as node:
        officer = sign_in(node, options["officer_name"], options["password_file"])
        content = node.commit(lambda tx: take_out_report(tx, officer, inspection_id, form, node.clock()))
        with node.database.read() as tx:
            officers = officers_verdict(judged(tx, inspection_id))
    return replace(_opened(content), officers=officers)


def _content(file: Path) -> bytes:
    from egnatia.engines.documents.report.stored import MAX_STORED

    with file.open("rb") as stream:
        return stream.read(MAX_STORED + 1)


def _report(source: _Source, *, kind: str, language: str, view: str, personal: bool) -> bytes:
    from egnatia.console.language import language as speaks
    from egnatia.console.pages.inspections import verdict_lines
    from egnatia.engines.documents.report.crops import crops_of, face_of
    from egnatia.engines.documents.report.formats import to_json
    from egnatia.engines.documents.report.html import Kind, to_html
    from egnatia.engines.documents.report.pages import no_crops, view_of
    from egnatia.engines.documents.report.speaker import speaker
    from egnatia.engines.documents.report.xml import to_xml

    if kind == "json":
        return to_json(source.result, officers=source.officers) + b"\n"
    if kind == "xml":
        return to_xml(source.result, personal=personal, officers=source.officers)
    crops = no_crops if source.presented is None else crops_of(source.presented)
    face = None if source.presented is None else face_of(source.presented)
    said = view_of(source.result, speaker(language), crops, face)
    said = replace(said, verdicts=verdict_lines(source.officers, speaks(language)))
    if kind == "html":
        return to_html(said, Kind(view))
    from egnatia.engines.documents.report.pdf import to_pdf

    return to_pdf(said, Kind(view))


@click.command()
@click.argument("file", type=_FILE)
@basis_options
@json_option
@click.pass_context
def replay(ctx: click.Context, /, file: Path, as_json: bool, **options: Any) -> None:  # noqa: FBT001 - click passes flags so
    """Repeat a stored inspection and compare the bytes.

    FILE is what `document inspect --save` stored. Name the same trust store, rules and register; where one is another
    version, that is said first. The exit status is 0 when the result is the same to the last byte, 1 when it is not.
    """
    from egnatia.engines.documents.report.stored import read_stored
    from egnatia.engines.documents.report.stored import replay as again

    stored = read_stored(_content(file))
    found = again(stored, basis_of(options, date.min))
    if as_json:
        echo_json({"same": found.same, "versions": list(found.versions), "checks": list(found.checks)})
    else:
        click.echo("The same to the last byte." if found.same else "Not the same.")
        for what, each in (("version of", found.versions), ("", found.checks)):
            for one in each:
                name = f"{what} {one.what}".strip()
                click.echo(f"  {shown(name)}: then {shown(one.then) or 'none'}; now {shown(one.now) or 'none'}")
    ctx.exit(0 if found.same else 1)
