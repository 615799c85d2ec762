"""`egnatia document image`: read the machine-readable zone, the printed fields and the bar codes of pictures."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from egnatia.cli.common import echo_json, json_option, shown
from egnatia.cli.progress import progress_bar

if TYPE_CHECKING:
    from egnatia.engines.documents import Inspection
    from egnatia.engines.documents.checks import Check
    from egnatia.engines.documents.image.inspection import ImageReading
    from egnatia.engines.documents.image.types import ZoneReading
    from egnatia.engines.documents.visual.types import VisualFields

_WITH_BAR = 2
"""From so many pictures on a bar shows how far it is; each takes about a second."""
_SHOWN_BYTES = 24


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--today",
    type=click.DateTime(["%Y-%m-%d"]),
    default=None,
    metavar="DATE",
    help="Day of the inspection, as 2025-05-15.  [default: today]",
)
@click.option("--page", is_flag=True, help="Read the printed fields as well, and compare them with the zone.")
@json_option
@click.pass_context
def image(ctx: click.Context, files: tuple[Path, ...], today: datetime | None, page: bool, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Read the machine-readable zone from pictures of a page.

    FILES are photos or scans in JPEG, PNG or WebP, lying any way up. Characters that the picture does not prove are
    named. Reading needs the extra `ocr`; without it, type the zone for `document inspect`. The exit status is 0 when
    every zone was read without doubt and is consistent, 1 otherwise, 2 when a file cannot be read.
    """
    from egnatia.engines.documents.image.inspection import inspect_image

    day = date.today() if today is None else today.date()  # noqa: DTZ011 - the officer's own calendar day
    fine = True
    with progress_bar("reading", len(files), _WITH_BAR) as show:
        for number, file in enumerate(files):
            show(number)
            reading = inspect_image(_content(file), page=page, name=file.name)
            inspected = _inspected(reading.zone, day)
            compared = _compared(inspected, reading.fields, day)
            if as_json:
                echo_json(_as_json(file, reading, inspected, compared))
            else:
                click.echo(("\n" if number else "") + str(file))
                _show(reading, inspected, compared)
            fine = fine and _is_fine(reading, inspected, compared)
    ctx.exit(0 if fine else 1)


def _content(file: Path) -> bytes:
    """As much of a file as the engine accepts, and one byte more so that it can refuse the rest."""
    from egnatia.engines.documents.image.pictures import MAX_BYTES

    with file.open("rb") as stream:
        return stream.read(MAX_BYTES + 1)


def _inspected(zone: "ZoneReading | None", day: date) -> "Inspection | None":
    if zone is None:
        return None
    from egnatia.engines.documents import inspect_document
    from egnatia.engines.documents.mrz.reader import read_lines

    return inspect_document(read_lines(zone.lines), day)


def _compared(inspected: "Inspection | None", fields: "VisualFields | None", day: date) -> "tuple[Check, ...]":
    """The printed fields against the zone, where both were read."""
    if inspected is None or fields is None or fields.empty():
        return ()
    from egnatia.engines.documents.visual.checks import compare

    return compare(inspected.document, fields, day)


def _is_fine(reading: "ImageReading", inspected: "Inspection | None", compared: "tuple[Check, ...]") -> bool:
    from egnatia.engines.documents import Advice
    from egnatia.engines.documents.checks import advise

    if inspected is None or reading.zone is None or reading.zone.doubts:
        return False
    findings = [*inspected.findings, *(finding for check in compared for finding in check.findings)]
    return advise(findings) is Advice.CONSISTENT


def _as_json(
    file: Path, reading: "ImageReading", inspected: "Inspection | None", compared: "tuple[Check, ...]"
) -> dict[str, Any]:
    codes = [{"symbology": one.symbology, "content": one.content.hex(), "box": one.place().box} for one in reading.bar_codes]  # fmt: skip
    return {
        "file": str(file),
        "size": reading.size,
        "resolution": reading.resolution,
        "zone": reading.zone,
        "inspection": inspected,
        "fields": reading.fields,
        "bar_codes": codes,
        "checks": [*reading.checks, *compared],
    }


def _show(reading: "ImageReading", inspected: "Inspection | None", compared: "tuple[Check, ...]") -> None:
    from egnatia.engines.documents.image.catalogue import CHECKS
    from egnatia.engines.documents.visual.catalogue import CHECKS as PAGE_CHECKS

    titles = {**CHECKS, **PAGE_CHECKS}
    for line in reading.zone.lines if reading.zone is not None else ():
        click.echo(f"  {line}")
    for check in (*reading.checks, *compared):
        if check.result != "not_supported" or check.findings:
            click.echo(f"  {titles[check.code].title:<46} {check.result.replace('_', ' ')}")
    for code in reading.bar_codes:
        click.echo(f"  bar code {code.symbology.replace('_', ' ')}, {len(code.content)} bytes: {code.content[:_SHOWN_BYTES].hex()}")  # fmt: skip
    _show_fields(reading.fields)
    found = [finding for check in (*reading.checks, *compared) for finding in check.findings]
    for finding in [*found, *(inspected.findings if inspected is not None else ())]:
        click.echo(f"{finding.severity}: {finding.code} ({finding.field.replace('_', ' ')})")
        click.echo(f"  expected {shown(finding.expected)}; found {shown(finding.found)}")
        click.echo(f"  may be innocent: {finding.innocent}")
        click.echo(f"  → {finding.settle}")
    if inspected is not None:
        click.echo(f"Advice on the zone as read: {inspected.advice.replace('_', ' ')}.")


def _show_fields(fields: "VisualFields | None") -> None:
    if fields is None:
        return
    from egnatia.engines.documents.visual.types import VisualField

    for field in VisualField:
        for printed in fields.printed(field):
            click.echo(f"  {field.replace('_', ' '):<16} {shown(printed.text)}")
