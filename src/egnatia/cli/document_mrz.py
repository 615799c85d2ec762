"""`egnatia document mrz`: check a machine-readable zone, alone or against the printed page."""

import sys
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from egnatia.cli.common import echo_json, json_option, shown

if TYPE_CHECKING:
    from egnatia.engines.documents import Advice, BlindChange, Inspection
    from egnatia.engines.documents.checks import Check
    from egnatia.engines.documents.findings import Finding
    from egnatia.engines.documents.mrz.issuer_rules import IssuerRules

_READ_AT_MOST = 20_000
"""Bytes: twice what the engine accepts, so that it is the engine that says what is wrong with a larger file."""
_FILE_AT_MOST = 2_000_000
"""Bytes of a page's fields or of a file of rules: more than the engine accepts of either."""
_VERDICTS = {
    "verified": "check digit right",
    "refuted": "CHECK DIGIT WRONG",
    "not_printed": "no check digit",
    "undetermined": "CANNOT BE CHECKED",
}
_ADVICE = {
    "consistent": "consistent: the zone agrees with itself and with the rules",
    "discrepancies": "discrepancies: look closer before relying on it",
    "suspected_false": "suspected false: bring it to the second line",
    "cannot_tell": "cannot tell: issuer or kind of document is not known here",
}


@click.command()
@click.argument("zone", nargs=-1, required=True)
@click.option(
    "--today",
    type=click.DateTime(["%Y-%m-%d"]),
    default=None,
    metavar="DATE",
    help="Day of the inspection, as 2025-05-15.  [default: today]",
)
@click.option("--blind", is_flag=True, help="List the changes that no check digit of this zone can see.")
@click.option(
    "--visual",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Compare with the printed page: a JSON file with its fields.",
)
@click.option(
    "--rules",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    multiple=True,
    help="Rules about issuers (TOML) to add to those that come with the program; may be given several times.",
)
@json_option
@click.pass_context
def mrz(
    ctx: click.Context,
    zone: tuple[str, ...],
    today: datetime | None,
    blind: bool,  # noqa: FBT001 - click passes flags so
    visual: Path | None,
    rules: tuple[Path, ...],
    as_json: bool,  # noqa: FBT001 - click passes flags so
) -> None:
    """Check a machine-readable zone.

    ZONE is the zone itself (one argument, or one per line), a file, or - for standard input. The exit status is 0 for
    consistent, 1 for any other advice, 2 when it is not a machine-readable zone.
    """
    from egnatia.engines.documents import Advice, blind_substitutions
    from egnatia.engines.documents import inspect as inspect_text

    day = date.today() if today is None else today.date()  # noqa: DTZ011 - the officer's own calendar day
    known = _rules(rules)
    result = inspect_text(_given(zone), day, known)
    unseen = blind_substitutions(result.document) if blind else ()
    checks = _compared(result, visual, day, known)
    advice = _advice(result, checks)
    if as_json:
        value = _as_json(result, unseen if blind else None, None if visual is None else checks, advice)
        echo_json({**value, "rules": known.versions()})
    else:
        _show(result)
        _show_checks(checks)
        click.echo(f"Advice: {_ADVICE[advice]}.")
        _show_blind(unseen)
    ctx.exit(0 if advice is Advice.CONSISTENT else 1)


def _rules(paths: tuple[Path, ...]) -> "IssuerRules":
    """The shipped rules and those of the files given, in their order."""
    from egnatia.engines.documents.mrz.issuer_reader import read_rules
    from egnatia.engines.documents.mrz.issuer_rules import shipped_rules, together

    return together(shipped_rules(), *(read_rules(_bytes(path)) for path in paths))


def _bytes(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(_FILE_AT_MOST)


def _compared(result: "Inspection", visual: Path | None, day: date, rules: "IssuerRules") -> "tuple[Check, ...]":
    """The printed page against the zone, where a page was given."""
    if visual is None:
        return ()
    from egnatia.engines.documents.visual.checks import compare
    from egnatia.engines.documents.visual.formats import read_visual

    return compare(result.document, read_visual(_bytes(visual)), day, rules)


def _advice(result: "Inspection", checks: "tuple[Check, ...]") -> "Advice":
    """The advice of the zone's findings and the page's together."""
    from egnatia.engines.documents.checks import advise

    return advise([*result.findings, *(finding for check in checks for finding in check.findings)])


def _given(zone: tuple[str, ...]) -> str | bytes:
    """Standard input, the content of a file, or the arguments as the lines of the zone."""
    if zone == ("-",):
        return sys.stdin.buffer.read(_READ_AT_MOST)
    text = "\n".join(zone)
    if len(zone) == 1 and len(text) < 1_000 and "<" not in text and "\n" not in text and "\0" not in text:  # noqa: PLR2004 - longer than any path given by hand
        path = Path(text)
        with suppress(OSError):  # a name longer than the system allows, or no right to read: then it is no file of ours
            if path.is_file():
                with path.open("rb") as stream:
                    return stream.read(_READ_AT_MOST)
    return text


def _as_json(
    result: "Inspection",
    unseen: "tuple[BlindChange, ...] | None",
    checks: "tuple[Check, ...] | None",
    advice: "Advice",
) -> dict[str, Any]:
    value: dict[str, Any] = {
        "advice": advice,
        "document": result.document,
        "birth": str(result.birth),
        "expiry": str(result.expiry),
        "findings": list(result.findings),
        "repair": result.repair,
    }
    if unseen is not None:
        value["blind"] = list(unseen)
    if checks is not None:
        value["visual"] = list(checks)
    return value


def _show(result: "Inspection") -> None:
    document = result.document
    click.echo(f"{document.format}  {document.type.replace('_', ' ')}")
    for note in document.tolerated:
        click.echo(f"  overlooked: {note.replace('_', ' ')}")
    for reading in document.fields:
        verdict = _VERDICTS[reading.verdict]
        digit = f" ({reading.printed} printed, {reading.computed or '?'} expected)" if verdict.isupper() else ""
        click.echo(
            f"  {reading.field.replace('_', ' '):<14} {_meaning(result, reading.field, reading.text):<40} {verdict}{digit}"
        )
    for finding in result.findings:
        _show_finding(finding)
    if result.repair is not None:
        for change in result.repair.changes:
            where = f"line {change.line}, position {change.column}"
            click.echo(
                f"possible misreading: {change.found} for {change.proposed} at {where} (would satisfy every check digit)"
            )


def _show_finding(finding: "Finding") -> None:
    click.echo(f"{finding.severity}: {finding.code} ({finding.field.replace('_', ' ')})")
    click.echo(f"  expected {shown(finding.expected)}; found {shown(finding.found)}")
    click.echo(f"  may be innocent: {finding.innocent}")
    click.echo(f"  → {finding.settle}")


def _show_checks(checks: "tuple[Check, ...]") -> None:
    """What the page adds: each check that could be made, and its findings."""
    if not checks:
        return
    from egnatia.engines.documents.visual.catalogue import CHECKS

    click.echo("Printed page")
    for check in checks:
        if check.result != "not_supported":
            click.echo(f"  {CHECKS[check.code].title:<46} {check.result.replace('_', ' ')}")
    for check in checks:
        for finding in check.findings:
            _show_finding(finding)


def _meaning(result: "Inspection", field: str, text: str) -> str:
    """What a field means in words; the printed characters where there is nothing to add."""
    document = result.document
    name = " ".join(document.name.primary) + ("," if document.name.secondary else "")
    meanings = {
        "name": " ".join([name, *document.name.secondary]),
        "number": document.number,
        "birth_date": str(result.birth),
        "expiry_date": str(result.expiry),
        "sex": str(document.sex),
    }
    return shown(meanings.get(field, text.rstrip("<"))) or "-"


def _show_blind(unseen: "tuple[BlindChange, ...]") -> None:
    for change in unseen:
        where = f"line {change.line}, position {change.column}"
        click.echo(
            f"unseen by any check digit: {change.found} → {change.unseen} ({change.field.replace('_', ' ')}, {where})"
        )
