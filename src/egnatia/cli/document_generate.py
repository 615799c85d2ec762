"""`egnatia document generate`: invented zones, and whole invented documents with their pages, chips and seals."""

import random
import secrets
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from egnatia.cli.common import echo_json, echo_table, json_option
from egnatia.cli.progress import progress_bar

if TYPE_CHECKING:
    from egnatia.engines.documents.synthetic.folder import Batch

_FORMATS = ("TD1", "TD2", "TD3", "MRV-A", "MRV-B")
_KINDS = ("passport", "card", "sheet", "visa", "small-visa")
_LISTS = ("tamper", "condition", "profile", "issuer")
_Table = tuple[tuple[str, ...], Iterable[tuple[str, ...]]]
_OF_DOCUMENTS = ("kind", "pages", "chip", "seal", "tamper", "condition", "profile", "dpi", "zone_font", "text_font")
_YEARS = range(1200, 9900)
"""Years of the day that documents are valid on: the calendar has to hold a whole life before it, and ten years after."""
_LONG = 5
"""Documents from which on a bar is shown."""
_FONT = click.Path(path_type=Path, dir_okay=False, exists=True)


@click.command()
@click.option(
    "--format", "zone_format", type=click.Choice(_FORMATS, case_sensitive=False), default="TD3", show_default=True
)
@click.option("--count", type=click.IntRange(1, 100_000), default=1, show_default=True, help="How many.")
@click.option("--seed", type=int, default=None, help="Repeat the same ones.  [default: different each time]")
@click.option("--issuer", default="UTO", show_default=True, help="Code of the issuer; `codes` lists them.")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), default=None, metavar="DATE", help="Valid on this day.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write whole documents into this new folder instead of printing zones; the options below need it.",
)
@click.option("--kind", type=click.Choice(_KINDS), default="passport", show_default=True, help="What sort of document.")
@click.option("--pages", is_flag=True, help="Draw the pages, with what stands where in the manifest.")
@click.option("--chip", is_flag=True, help="Write the chip's files.")
@click.option("--seal", is_flag=True, help="Put a digital seal on the page (visas and sheets).")
@click.option(
    "--tamper",
    multiple=True,
    metavar="OPERATOR",
    help="Tamper with each document by the next of these, or by each of `all` in turn; `--list tamper` names them.",
)
@click.option("--condition", default="clean", show_default=True, help="How pages are taken; `--list condition`.")
@click.option("--profile", default=None, help="Algorithms of chip and seal; `--list profile`.")
@click.option(
    "--dpi", type=click.IntRange(100, 1200), default=300, show_default=True, help="Dots to the inch of pages."
)
@click.option("--zone-font", type=_FONT, help="Font of the zone.  [default: OCR-B of the system]")
@click.option("--text-font", type=_FONT, help="Font of everything else.  [default: one of the system]")
@click.option("--list", "listed", type=click.Choice(_LISTS), help="List what there is of that, and stop.")
@json_option
def generate(
    *, count: int, seed: int | None, issuer: str, today: datetime | None, out: Path | None, as_json: bool, **asked: Any
) -> None:
    """Invent zones, or whole documents, for training and tests. Nobody's data is in them.

    Without --out, zones in which everything agrees are printed. With it, documents are written into a folder with a
    manifest that says what is true of each and what was done to it. Everything is marked SPECIMEN.
    """
    if asked["listed"]:
        _list(asked["listed"], as_json=as_json)
        return
    day = date.today() if today is None else today.date()  # noqa: DTZ011 - the officer's own calendar day
    if day.year not in _YEARS:
        raise click.BadParameter("a day has a life before it and a validity after it.", param_hint="--today")
    if out is None:
        _refuse(_OF_DOCUMENTS, "is for whole documents and needs --out FOLDER")
        _zones(asked["zone_format"], count, seed, issuer.upper(), day, as_json=as_json)
        return
    _refuse(("zone_format",), "is for zones; whole documents have a --kind")
    _documents(
        out, _batch(count, secrets.randbits(48) if seed is None else seed, issuer.upper(), asked), day, as_json=as_json
    )


def _refuse(names: tuple[str, ...], why: str) -> None:
    """Options that were given and say nothing here."""
    context = click.get_current_context()
    for name in names:
        if context.get_parameter_source(name) is not ParameterSource.DEFAULT:
            option = "format" if name == "zone_format" else name.replace("_", "-")
            raise click.UsageError(f"--{option} {why}.")


def _zones(kind: str, count: int, seed: int | None, issuer: str, day: date, *, as_json: bool) -> None:
    from egnatia.engines.documents import Format, lookup, random_zone
    from egnatia.errors import InputError

    if lookup(issuer) is None:
        raise InputError(f"There is no issuer {issuer!r}.", hint="`egnatia document codes` lists the codes.")
    rng = random.SystemRandom() if seed is None else random.Random(seed)  # noqa: S311 - repeatable on purpose
    for number in range(count):
        zone = random_zone(rng, Format(kind.upper()), day, issuer)
        if as_json:
            echo_json({"format": zone.format, "lines": list(zone.lines), "fields": zone.fields})
        else:
            click.echo(("\n" if number else "") + zone.text())


def _batch(count: int, seed: int, issuer: str, asked: dict[str, Any]) -> "Batch":
    """What is asked for, in the engine's words.

    Raises:
        InputError: there is no such condition, or a font is missing.
    """
    from egnatia.engines.documents.synthetic.conditions import named
    from egnatia.engines.documents.synthetic.documents import Options
    from egnatia.engines.documents.synthetic.folder import Batch
    from egnatia.engines.documents.synthetic.fonts import find_fonts
    from egnatia.engines.documents.synthetic.pki import DEFAULT_PROFILE
    from egnatia.engines.documents.synthetic.types import Kind

    options = Options(
        Kind(asked["kind"]), issuer, asked["chip"], asked["seal"], asked["profile"] or DEFAULT_PROFILE, str(seed)
    )
    fonts = find_fonts(asked["zone_font"], asked["text_font"]) if asked["pages"] else None
    return Batch(options, count, str(seed), asked["tamper"], named(asked["condition"]), fonts, asked["dpi"])


def _documents(folder: Path, batch: "Batch", day: date, *, as_json: bool) -> None:
    from egnatia.engines.documents.synthetic.folder import write_folder

    with progress_bar("inventing", batch.count, _LONG) as step:
        manifest = write_folder(folder, batch, day, step)
    if as_json:
        echo_json(manifest)
        return
    click.echo(f"{folder}: {batch.count} documents of kind {batch.options.kind}, seed {batch.seed}")
    click.echo(f"{folder / 'manifest.json'}: what is true of each and what was done to it")


def _list(what: str, *, as_json: bool) -> None:
    headings, rows = _LISTED[what]()
    if as_json:
        for row in rows:
            echo_json(dict(zip(headings, row, strict=True)))
    else:
        echo_table(headings, rows)


def _operators() -> _Table:
    from egnatia.engines.documents.synthetic.tampering import OPERATORS

    rows = [(each.name, each.kind.value, ", ".join(each.needs), each.said) for each in OPERATORS.values()]
    return ("operator", "class", "needs", "said"), rows


def _conditions() -> _Table:
    from egnatia.engines.documents.synthetic.conditions import Condition

    return ("condition",), [(each.value,) for each in Condition]


def _profiles() -> _Table:
    from egnatia.engines.documents.synthetic.pki import PROFILES

    rows = [(each.name, each.key, each.signer_key, str(each.seen)) for each in PROFILES.values()]
    return ("profile", "authority", "signer", "seen"), rows


def _issuers() -> _Table:
    from egnatia.engines.documents.synthetic.holders import STATES

    return ("issuer", "language", "title"), [(each.code, each.language, each.title) for each in STATES.values()]


_LISTED = {"tamper": _operators, "condition": _conditions, "profile": _profiles, "issuer": _issuers}
