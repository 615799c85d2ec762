"""`egnatia document`: read and check travel documents; needs no node."""

import random
import sys
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from egnatia.cli.common import echo_json, json_option

if TYPE_CHECKING:
    from egnatia.engines.documents import BlindChange, Inspection

_FORMATS = ("TD1", "TD2", "TD3", "MRV-A", "MRV-B")
_READ_AT_MOST = 20_000
"""Bytes: twice what the engine accepts, so that it is the engine that says what is wrong with a larger file."""
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


@click.group()
def group() -> None:
    """Read and check travel documents."""


@group.command()
@click.argument("zone", nargs=-1, required=True)
@click.option(
    "--today",
    type=click.DateTime(["%Y-%m-%d"]),
    default=None,
    metavar="DATE",
    help="Day of the inspection, as 2025-05-15.  [default: today]",
)
@click.option("--blind", is_flag=True, help="List the changes that no check digit of this zone can see.")
@json_option
@click.pass_context
def inspect(ctx: click.Context, zone: tuple[str, ...], today: datetime | None, blind: bool, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Check a machine-readable zone.

    ZONE is the zone itself (one argument, or one per line), a file, or - for standard input. The exit status is 0 for
    consistent, 1 for any other advice, 2 when it is not a machine-readable zone.
    """
    from egnatia.engines.documents import Advice, blind_substitutions
    from egnatia.engines.documents import inspect as inspect_text

    day = date.today() if today is None else today.date()  # noqa: DTZ011 - the officer's own calendar day
    result = inspect_text(_given(zone), day)
    unseen = blind_substitutions(result.document) if blind else ()
    if as_json:
        echo_json(_as_json(result, unseen if blind else None))
    else:
        _show(result)
        _show_blind(unseen)
    ctx.exit(0 if result.advice is Advice.CONSISTENT else 1)


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


def _as_json(result: "Inspection", unseen: "tuple[BlindChange, ...] | None") -> dict[str, Any]:
    value: dict[str, Any] = {
        "advice": result.advice,
        "document": result.document,
        "birth": str(result.birth),
        "expiry": str(result.expiry),
        "findings": list(result.findings),
        "repair": result.repair,
    }
    if unseen is not None:
        value["blind"] = list(unseen)
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
        click.echo(f"{finding.severity}: {finding.code} ({finding.field.replace('_', ' ')})")
        click.echo(f"  expected {finding.expected}; found {finding.found}")
        click.echo(f"  may be innocent: {finding.innocent}")
        click.echo(f"  → {finding.settle}")
    if result.repair is not None:
        for change in result.repair.changes:
            where = f"line {change.line}, position {change.column}"
            click.echo(
                f"possible misreading: {change.found} for {change.proposed} at {where} (would satisfy every check digit)"
            )
    click.echo(f"Advice: {_ADVICE[result.advice]}.")


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
    return meanings.get(field, text.rstrip("<")) or "-"


def _show_blind(unseen: "tuple[BlindChange, ...]") -> None:
    for change in unseen:
        where = f"line {change.line}, position {change.column}"
        click.echo(
            f"unseen by any check digit: {change.found} → {change.unseen} ({change.field.replace('_', ' ')}, {where})"
        )


@group.command()
@click.option("--format", "kind", type=click.Choice(_FORMATS, case_sensitive=False), default="TD3", show_default=True)
@click.option("--count", type=click.IntRange(1, 100_000), default=1, show_default=True, help="How many zones.")
@click.option("--seed", type=int, default=None, help="Repeat the same zones.  [default: different each time]")
@click.option("--issuer", default="UTO", show_default=True, help="Code of the issuer; `codes` lists them.")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), default=None, metavar="DATE", help="Valid on this day.")
@json_option
def generate(kind: str, count: int, seed: int | None, issuer: str, today: datetime | None, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Invent zones in which everything agrees, for training and tests. Nobody's data is in them."""
    from egnatia.engines.documents import Format, lookup, random_zone
    from egnatia.errors import InputError

    code = issuer.upper()
    if lookup(code) is None:
        raise InputError(f"There is no issuer {issuer!r}.", hint="`egnatia document codes` lists the codes.")
    day = date.today() if today is None else today.date()  # noqa: DTZ011 - the officer's own calendar day
    rng = random.SystemRandom() if seed is None else random.Random(seed)  # noqa: S311 - repeatable on purpose
    for number in range(count):
        zone = random_zone(rng, Format(kind.upper()), day, code)
        if as_json:
            echo_json({"format": zone.format, "lines": list(zone.lines), "fields": zone.fields})
        else:
            click.echo(("\n" if number else "") + zone.text())


@group.command()
@json_option
def codes(as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """List the codes of issuers and nationalities that the reader knows."""
    from babel import Locale

    from egnatia.engines.documents import CODES

    territories = Locale("en").territories
    for code in sorted(CODES.values(), key=lambda code: code.code):
        name = code.name or territories.get(code.alpha_2, "")
        if as_json:
            echo_json({"code": code.code, "alpha_2": code.alpha_2, "kind": code.kind, "name": name})
        else:
            click.echo(f"{code.code:<4}{code.alpha_2:<3} {code.kind.replace('_', ' '):<18} {name}".rstrip())
