"""`egnatia document inspect`: the whole inspection of one document, from every source at hand; needs no node."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from egnatia.cli.common import json_option, read_file, shown
from egnatia.cli.document_chip import _octets, _store
from egnatia.cli.document_mrz import _given, _rules, mrz
from egnatia.cli.document_seal import _certificate
from egnatia.cli.document_seal import _content as _seal_content

if TYPE_CHECKING:
    from collections.abc import Callable

    from egnatia.engines.documents.examination import Examination
    from egnatia.engines.documents.presented import Basis, Presented
    from egnatia.engines.documents.registers.lookup import Lookup
    from egnatia.engines.documents.report.pages import Note, Row, View
    from egnatia.engines.documents.series.files import SeriesFile

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
_ANY = click.Path(path_type=Path, exists=True)


def basis_options(command: "Callable[..., Any]") -> "Callable[..., Any]":
    """What a document is held against: the same options for `inspect` and `replay`."""
    options = (
        click.option(
            "--trust",
            type=_ANY,
            envvar="EGNATIA_TRUST",
            default=None,
            help="Directory of the trust store [env: EGNATIA_TRUST].  [default: that of `document trust`]",
        ),
        click.option(
            "--rules", type=_FILE, multiple=True, help="Rules about issuers (TOML) to add to the program's; repeatable."
        ),
        click.option("--register", type=_FILE, default=None, help="Register of lost and stolen documents (CSV)."),
        click.option("--signer", type=_FILE, multiple=True, help="Certificate of a seal signer (DER); repeatable."),
        click.option("--series", type=_FILE, default=None, help="Templates of known false documents (JSON)."),
    )
    for option in reversed(options):
        command = option(command)
    return command


@dataclass(frozen=True, slots=True)
class _Files:
    """The sources as options name them."""

    zone: str | None
    visual: Path | None
    image: tuple[Path, ...]
    chip: Path | None
    evidence: Path | None
    sent: tuple[str, ...]
    seal: tuple[str, ...]
    passport: str
    noted: tuple[str, ...]

    def any(self) -> bool:
        """Whether a source was named by an option that only the whole inspection has."""
        return bool(
            self.zone
            or self.image
            or self.chip
            or self.evidence
            or self.sent
            or self.seal
            or self.passport
            or self.noted
        )


@click.command()
@click.argument("text", nargs=-1, metavar="[ZONE]...")
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
@click.option(
    "--noted", multiple=True, metavar="KIND=VALUE", help="A feature you see, such as font_fault=zone_pitch; repeatable."
)
@basis_options
@click.option("--profile", type=_FILE, default=None, help="Weights of checks (TOML) that differ from the catalogue's.")
@click.option(
    "--today", type=click.DateTime(["%Y-%m-%d"]), default=None, metavar="DATE",
    help="Day of the inspection, as 2025-05-15.  [default: today]",
)  # fmt: skip
@click.option("--typed-by", default="", metavar="REFERENCE", help="Reference of the person who typed zone and fields.")
@click.option(
    "--save", type=click.Path(path_type=Path, dir_okay=False), help="Store the inspection here, for `replay`."
)
@click.option("--blind", is_flag=True, help="For a zone alone: list the changes that no check digit can see.")
@click.option("--xml", "as_xml", is_flag=True, help="Print the log in XML, without personal data.")
@json_option
@click.pass_context
def inspect(ctx: click.Context, /, **options: Any) -> None:
    """Inspect a travel document from every source at hand.

    With nothing but a ZONE this is `document mrz`. With any other source all of them are checked, each by itself and
    against the others, as one tree. What is not given is not done, and never counts as right. The exit status is 0 for
    consistent, 1 for any other advice, 2 when there is nothing that can be inspected.
    """
    from egnatia.engines.documents.inspection import examine
    from egnatia.engines.documents.report.stored import keep
    from egnatia.engines.documents.types import Advice

    if not _is_whole(options):
        ctx.invoke(
            mrz, zone=options["text"], today=options["today"], blind=options["blind"], visual=options["visual"],
            rules=options["rules"], as_json=options["as_json"],
        )  # fmt: skip
        return
    day = date.today() if options["today"] is None else options["today"].date()  # noqa: DTZ011 - the officer's own day
    presented = _presented(_files(options), options["text"], options["typed_by"])
    basis = basis_of(options, day, options["profile"])
    result = examine(presented, basis)
    if options["save"] is not None:
        options["save"].write_bytes(keep(presented, basis, result))
    _print(result, options)
    ctx.exit(0 if result.advice is Advice.CONSISTENT else 1)


def _is_whole(options: dict[str, Any]) -> bool:
    """Whether anything was given that a zone alone does not have."""
    if not options["text"] and not _files(options).any() and options["visual"] is None:
        raise click.UsageError("Give a ZONE, or a source such as --image or --chip.")
    more = ("trust", "register", "signer", "series", "profile", "save", "as_xml")
    source = click.get_current_context().get_parameter_source("trust")
    given = any(options[name] for name in more if name != "trust") or source is click.core.ParameterSource.COMMANDLINE
    return _files(options).any() or given or not options["text"]


def _files(options: dict[str, Any]) -> _Files:
    return _Files(**{name: options[name] for name in _Files.__slots__})


def _presented(files: _Files, text: tuple[str, ...], typed_by: str) -> "Presented":
    from egnatia.engines.documents.chip.evidence import MAX_EVIDENCE
    from egnatia.engines.documents.chip.files import read_files
    from egnatia.engines.documents.image.pictures import MAX_BYTES
    from egnatia.engines.documents.presented import Picture, Presented
    from egnatia.engines.documents.series.files import noted
    from egnatia.engines.documents.visual.formats import read_visual

    zone = _given((files.zone,) if files.zone else text) if files.zone or text else ""
    return Presented(
        zone=zone.decode("utf-8", "replace") if isinstance(zone, bytes) else zone,
        visual=None if files.visual is None else read_visual(read_file(files.visual, "page's fields")),
        pictures=tuple(Picture(each.name, _bytes(each, MAX_BYTES)) for each in files.image),
        chip=None if files.chip is None else read_files(files.chip),
        evidence=b"" if files.evidence is None else _bytes(files.evidence, MAX_EVIDENCE),
        sent=_octets(files.sent),
        seals=tuple(_as_bytes(_seal_content(each)) for each in files.seal),
        passport_number=files.passport,
        typed_by=typed_by,
        noted=tuple(noted(each) for each in files.noted),
    )


def _bytes(path: Path, most: int) -> bytes:
    """As much as the engine accepts, and one byte more so that it can refuse the rest."""
    with path.open("rb") as stream:
        return stream.read(most + 1)


def _as_bytes(content: bytes | str) -> bytes:
    return content if isinstance(content, bytes) else content.encode("utf-8")


def basis_of(options: dict[str, Any], day: date, profile: Path | None = None) -> "Basis":
    """What the options say a document is held against."""
    from egnatia.engines.documents.presented import Basis
    from egnatia.engines.documents.profile_file import read_profile

    register, version = _register(options["register"])
    known = _series(options["series"])
    return Basis(
        day,
        store=_store(options["trust"]),
        rules=_rules(options["rules"]),
        register=register,
        register_version=version,
        series=known.templates,
        blanks=known.blanks,
        signers=tuple(_certificate(each) for each in options["signer"]),
        profile={} if profile is None else read_profile(read_file(profile, "profile")),
    )


def _series(path: Path | None) -> "SeriesFile":
    """Known templates and ranges of blanks; none where no file was named."""
    from egnatia.engines.documents.series.files import SeriesFile, read_series

    return SeriesFile(()) if path is None else read_series(read_file(path, "file of templates"))


def _register(path: Path | None) -> "tuple[Lookup | None, str]":
    """The register of a file, and the first digits of the file's hash for its version."""
    if path is None:
        return None, ""
    from egnatia.engines.documents.registers.lookup import RegisterIndex
    from egnatia.engines.documents.registers.register import RegisterRow, read_register

    content = read_file(path, "register")
    lines = content.decode("utf-8-sig", "replace").splitlines(keepends=True)
    rows = [each for each in read_register(lines) if isinstance(each, RegisterRow)]
    return RegisterIndex(rows), hashlib.sha256(content).hexdigest()[:16]


def _print(result: "Examination", options: dict[str, Any]) -> None:
    from egnatia.engines.documents.report.formats import to_json
    from egnatia.engines.documents.report.pages import view_of
    from egnatia.engines.documents.report.speaker import speaker
    from egnatia.engines.documents.report.xml import to_xml

    if options["as_json"]:
        click.echo(to_json(result))
    elif options["as_xml"]:
        click.echo(to_xml(result), nl=False)
    else:
        _show(view_of(result, speaker("en")))


def _show(view: "View") -> None:
    if view.document:
        click.echo(shown(view.document))
    for line in view.lines:
        click.echo(f"  {shown(line)}")
    for part in view.parts:
        click.echo(f"{part.title}: {part.result_words} ({len(part.done)} done, {len(part.not_done)} not done)")
        for row in part.done:
            _show_row(row)
    for name, because in view.hints:
        click.echo(f"Such findings often are {name}: {'; '.join(because)}")
    if view.unsettled:
        click.echo(shown(view.unsettled))
    click.echo(f"Advice: {view.advice_words}.")


def _show_row(row: "Row") -> None:
    click.echo(f"  {row.title}: {row.result_words}")
    for note in row.notes:
        _show_note(note)


def _show_note(note: "Note") -> None:
    click.echo(f"    {note.severity}: {note.title} ({shown(note.subject)}) {note.code}")
    click.echo(f"      expected {shown(note.expected)}; found {shown(note.found)}")
    click.echo(f"      may be innocent: {note.innocent}")
    click.echo(f"      → {note.settle}")


def day_of(today: datetime | None) -> date:
    """The day that was named, or the officer's own calendar day."""
    return date.today() if today is None else today.date()  # noqa: DTZ011 - the officer's own calendar day
