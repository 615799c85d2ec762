"""`egnatia document chip`: check the files that were read from a chip; needs no node."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from egnatia.cli.common import echo_json, json_option, read_file, shown

if TYPE_CHECKING:
    from egnatia.engines.documents.checks import Check
    from egnatia.engines.documents.chip.inspection import ChipInspection
    from egnatia.engines.documents.findings import Finding
    from egnatia.engines.documents.mrz.types import ZoneDocument
    from egnatia.engines.documents.trust.store import TrustStore

_RESULTS = {
    "successful": "yes",
    "failed": "NO",
    "undetermined": "CANNOT TELL",
    "not_supported": "not offered",
    "aborted": "COULD NOT BE DONE",
}
_SECTIONS = {"electronic": "The chip", "combined": "The chip against itself and the page"}
_ADVICE = {
    "consistent": "consistent: what could be checked agrees; this is not proof that the document is genuine",
    "discrepancies": "discrepancies: look closer before relying on it",
    "suspected_false": "suspected false: bring it to the second line",
    "cannot_tell": "cannot tell: the signer or the kind of document is not known here",
}


@click.command()
@click.argument("files", type=click.Path(path_type=Path, exists=True))
@click.option(
    "--evidence",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="What the reader recorded of active or chip authentication (JSON).",
)
@click.option(
    "--sent",
    multiple=True,
    metavar="HEX",
    help="A challenge or public key that your reader sent in this inspection; repeat for several.",
)
@click.option(
    "--trust",
    type=click.Path(path_type=Path, exists=True),
    envvar="EGNATIA_TRUST",
    default=None,
    help="Directory of the trust store [env: EGNATIA_TRUST].  [default: that of `document trust`, where there is one]",
)
@click.option("--zone", default=None, metavar="ZONE", help="The printed machine-readable zone, or a file with it.")
@click.option(
    "--today",
    type=click.DateTime(["%Y-%m-%d"]),
    default=None,
    metavar="DATE",
    help="Day of the inspection, as 2025-05-15.  [default: today]",
)
@json_option
def chip(
    files: Path,
    evidence: Path | None,
    sent: tuple[str, ...],
    trust: Path | None,
    zone: str | None,
    today: datetime | None,
    as_json: bool,  # noqa: FBT001 - click passes flags so
) -> None:
    """Check the files of a chip.

    FILES is the folder, or the zip archive, into which a reader saved the chip's files (EF_SOD.bin, DG1.bin, ...). The
    exit status is 0 for consistent, 1 for any other advice, 2 when there are no files of a chip.
    """
    from egnatia.engines.documents.chip.evidence import read_evidence
    from egnatia.engines.documents.chip.files import read_files
    from egnatia.engines.documents.chip.inspection import inspect_chip
    from egnatia.engines.documents.types import Advice

    day = date.today() if today is None else today.date()  # noqa: DTZ011 - the officer's own calendar day
    recorded = None if evidence is None else read_evidence(read_file(evidence, "evidence"))
    result = inspect_chip(
        read_files(files),
        _store(trust),
        day,
        recorded,
        sent=_octets(sent),
        printed=None if zone is None else _zone(zone),
    )
    if as_json:
        echo_json(as_value(result))
    else:
        _show(result)
    click.get_current_context().exit(0 if result.advice is Advice.CONSISTENT else 1)


def _store(given: Path | None) -> "TrustStore | None":
    """The store that was named; else the usual one, where there is one; else none, and no signer leads anywhere."""
    from egnatia.engines.documents.trust.folder import open_store, read_folder
    from egnatia.engines.documents.trust.store import TrustStore

    if given is not None:
        return open_store(given)
    usual = read_folder(Path(click.get_app_dir("egnatia")) / "trust")
    return TrustStore(usual.holdings) if usual.version else None


def _octets(sent: tuple[str, ...]) -> frozenset[bytes] | None:
    """What the reader sent; None where nobody says."""
    from egnatia.errors import InputError

    try:
        return frozenset(bytes.fromhex(each) for each in sent) if sent else None
    except ValueError:
        raise InputError("What was sent is not hexadecimal.", hint="Give it as in --sent 96302b0f3d7e7864.") from None


def _zone(given: str) -> "ZoneDocument":
    from egnatia.engines.documents import read_zone

    path = Path(given) if "<" not in given and "\n" not in given and "\0" not in given else None
    return read_zone(read_file(path, "zone")[:20_000] if path is not None else given)


def as_value(result: "ChipInspection") -> dict[str, Any]:
    """The inspection as plain values; a picture is only ever its type and size."""
    from egnatia.engines.documents.chip.catalogue import CHECKS

    return {
        "advice": result.advice,
        "result": result.conclusion.result,
        "original": result.original,
        "passive_authentication": result.passive.holds,
        "believed": sorted(result.believed),
        "day": result.day,
        "store": result.store,
        "version": result.version,
        "checks": [
            {
                "code": check.code,
                "title": CHECKS[check.code].title,
                "section": CHECKS[check.code].section,
                "source": CHECKS[check.code].source,
                "result": check.result,
                "findings": list(check.findings),
                "compared": list(check.compared),
            }
            for check in result.checks
        ],
        "files": {name: _plain(dict(read.values)) for name, read in result.files.items()},
    }


def _plain(value: Any) -> Any:
    from egnatia.engines.documents.chip.images import ChipImage

    if isinstance(value, ChipImage):
        return {"type": value.type, "width": value.width, "height": value.height, "bytes": len(value.content)}
    if isinstance(value, bytes):
        return {"bytes": len(value)}
    if isinstance(value, dict):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(each) for each in value]
    if hasattr(value, "__slots__") and not isinstance(value, str):
        return {name: _plain(getattr(value, name)) for name in value.__slots__}
    return value


def _show(result: "ChipInspection") -> None:
    for branch in result.conclusion.branches:
        click.echo(f"{_SECTIONS.get(branch.section, branch.section)}: {branch.result.replace('_', ' ')}")
        for check in branch.checks:
            if check.result != "not_supported" or check.findings:
                _show_check(check)
    if result.zone is not None:
        click.echo("Zone in DG1:")
        for line in result.zone.lines:
            click.echo(f"  {shown(line)}")
    click.echo(f"Original chip: {'shown' if result.original else 'not shown'}")
    click.echo(f"Advice: {_ADVICE[result.advice]}.")


def _show_check(check: "Check") -> None:
    from egnatia.engines.documents.chip.catalogue import CHECKS

    click.echo(f"  {CHECKS[check.code].title}: {_RESULTS[check.result]}")
    for finding in check.findings:
        _show_finding(finding)


def _show_finding(finding: "Finding") -> None:
    place = next((each for each in finding.places if each.start is not None), None)
    where = "" if place is None else f", bytes {place.start} to {place.end}"
    click.echo(f"    {finding.severity}: {finding.code} ({shown(str(finding.field)).replace('_', ' ')}{where})")
    click.echo(f"      expected {shown(finding.expected)}; found {shown(finding.found)}")
    if finding.severity != "info":
        click.echo(f"      may be innocent: {finding.innocent}")
        click.echo(f"      → {finding.settle}")
