"""`egnatia document report` and `replay`: pages and logs of a stored inspection, and the proof that it repeats."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from egnatia.cli.common import echo_json, json_option, shown
from egnatia.cli.document_inspect import basis_of, basis_options
from egnatia.languages import LANGUAGES

if TYPE_CHECKING:
    from egnatia.engines.documents.examination import Examination
    from egnatia.engines.documents.presented import Presented

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command()
@click.argument("file", type=_FILE)
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
@click.option("--personal", is_flag=True, help="In XML, write also what was read from the document.")
@click.option(
    "--out", "-o", type=click.Path(path_type=Path, dir_okay=False), help="File to write.  [default: standard output]"
)
def report(file: Path, kind: str, language: str, view: str, personal: bool, out: Path | None) -> None:  # noqa: FBT001 - click passes options by name
    """Write the report of an inspection.

    FILE is what `document inspect` stored with --save or printed with --json. Crops of pictures and the face in the
    chip are shown only from a stored inspection. PDF needs the extra `pdf`.
    """
    content = _report(*_opened(file), kind=kind, language=language, view=view, personal=personal)
    if out is None:
        click.echo(content, nl=False)
    else:
        out.write_bytes(content)
        click.echo(f"wrote {out}, {len(content):,} bytes", err=True)


def _opened(file: Path) -> "tuple[Examination, Presented | None]":
    from egnatia.engines.documents.report.formats import from_json
    from egnatia.engines.documents.report.stored import is_stored, read_stored

    content = _content(file)
    if is_stored(content):
        stored = read_stored(content)
        return stored.result, stored.presented
    return from_json(content), None


def _content(file: Path) -> bytes:
    from egnatia.engines.documents.report.stored import MAX_STORED

    with file.open("rb") as stream:
        return stream.read(MAX_STORED + 1)


def _report(
    result: "Examination", presented: "Presented | None", *, kind: str, language: str, view: str, personal: bool
) -> bytes:
    from egnatia.engines.documents.report.crops import crops_of, face_of
    from egnatia.engines.documents.report.formats import to_json
    from egnatia.engines.documents.report.html import Kind, to_html
    from egnatia.engines.documents.report.pages import no_crops, view_of
    from egnatia.engines.documents.report.speaker import speaker
    from egnatia.engines.documents.report.xml import to_xml

    if kind == "json":
        return to_json(result) + b"\n"
    if kind == "xml":
        return to_xml(result, personal=personal)
    crops = no_crops if presented is None else crops_of(presented)
    said = view_of(result, speaker(language), crops, None if presented is None else face_of(presented))
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
