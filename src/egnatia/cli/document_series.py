"""`egnatia document series`: templates of false documents compared and grouped on plain files; needs no node."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from egnatia.cli.common import echo_json, echo_table, json_option, read_file

if TYPE_CHECKING:
    from egnatia.engines.documents.series.files import SeriesFile
    from egnatia.engines.documents.series.match import Likeness

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
_FAR = 0.5
"""Bits below which a contribution says so little that the text leaves it out; JSON has all of them."""


@click.group()
def series() -> None:
    """Compare and group templates of false documents."""


def _read(path: Path) -> "SeriesFile":
    from egnatia.engines.documents.series.files import read_series

    return read_series(read_file(path, "file of templates"))


@series.command("list")
@click.argument("file", type=_FILE)
@json_option
def list_(*, file: Path, as_json: bool) -> None:
    """List the templates in FILE with their features, and its ranges of stolen blanks."""
    from egnatia.engines.documents.series.files import by_kind

    found = _read(file)
    if as_json:
        echo_json([{"reference": each.reference, "features": by_kind(each.features)} for each in found.templates])
        return
    rows = [(each.reference, len(each.features), _in_words(by_kind(each.features))) for each in found.templates]
    echo_table(("reference", "features", "what it shows"), rows)
    for one in found.blanks:
        click.echo(f"stolen blanks of {one.issuer}: {one.first} to {one.last}")


def _in_words(features: dict[str, list[str]]) -> str:
    return "; ".join(f"{kind.replace('_', ' ')}: {', '.join(values)}" for kind, values in features.items())


@series.command()
@click.argument("file", type=_FILE)
@click.argument("reference")
@click.argument("other", required=False)
@json_option
@click.pass_context
def compare(ctx: click.Context, *, file: Path, reference: str, other: str | None, as_json: bool) -> None:
    """Compare the template REFERENCE in FILE with OTHER, or with every other one.

    Each feature is listed with the bits it adds or takes. The exit status is 1 where one of them would be flagged; that
    two documents come from one source, a person says.
    """
    from egnatia.engines.documents.series.match import compare as alike
    from egnatia.engines.documents.series.sources import rarity_of
    from egnatia.errors import NotFoundError

    templates = {each.reference: each for each in _read(file).templates}
    for name in (reference, other):
        if name is not None and name not in templates:
            raise NotFoundError(
                f"there is no template {name[:40]!a} in {file}", hint="`document series list` shows all."
            )
    rarity = rarity_of(tuple(templates.values()))
    others = [each for each in templates if each != reference and other in {None, each}]
    found = sorted((alike(templates[reference], templates[each], rarity) for each in others), key=_by_bits)
    if as_json:
        echo_json([_plain(each, each.chance(rarity)) for each in found])
    else:
        for each in found:
            _show(each, each.chance(rarity))
    ctx.exit(1 if any(each.flagged for each in found) else 0)


def _by_bits(likeness: "Likeness") -> tuple[float, str]:
    return (-likeness.bits, likeness.other)


def _plain(likeness: "Likeness", chance: float) -> dict[str, Any]:
    return {
        "reference": likeness.reference,
        "other": likeness.other,
        "bits": round(likeness.bits, 2),
        "flagged": likeness.flagged,
        "chance": chance,
        "contributions": [
            {"kind": each.kind, "value": each.value, "other": each.other, "bits": round(each.bits, 2)}
            for each in likeness.contributions
        ],
    }


def _show(likeness: "Likeness", chance: float) -> None:
    says = "would be flagged" if likeness.flagged else "would not be flagged"
    click.echo(f"{likeness.reference} and {likeness.other}: {likeness.bits:.1f} bits, {says}")
    genuine = len(likeness.shared) - len(likeness.telling)
    click.echo(
        f"  {len(likeness.shared)} features shared, {genuine} of them shown by genuine documents too; "
        f"by chance in 1 of {max(1, round(1 / max(chance, 1e-9))):,} false documents"
    )
    for each in likeness.contributions:
        if abs(each.bits) >= _FAR:
            click.echo(
                f"  {each.bits:+5.1f}  {each.kind.replace('_', ' ')}: {each.value or '-'} and {each.other or '-'}"
            )


@series.command()
@click.argument("file", type=_FILE)
@click.option("--bits", type=float, default=None, help="Mean bits a series has at least.  [default: 4]")
@json_option
def cluster(*, file: Path, bits: float | None, as_json: bool) -> None:
    """Group the templates in FILE by source; what is like no other is in no series."""
    from egnatia.engines.documents.series.cluster import JOIN_BITS, series_of
    from egnatia.engines.documents.series.files import by_kind

    found = series_of(_read(file).templates, threshold=JOIN_BITS if bits is None else bits)
    if as_json:
        echo_json(
            [
                {
                    "reference": each.reference,
                    "members": each.members,
                    "bits": round(each.bits, 2),
                    "features": by_kind(each.features),
                }
                for each in found
            ]
        )
        return
    echo_table(
        ("series", "documents", "bits", "members", "in common"),
        (
            (
                each.reference,
                len(each.members),
                f"{each.bits:.1f}",
                ", ".join(each.members),
                _in_words(by_kind(each.features)),
            )
            for each in found
        ),
    )


@series.command()
@json_option
def kinds(*, as_json: bool) -> None:
    """List the features there are: every kind with its values."""
    from egnatia.engines.documents.series.types import GENUINE_SHOWS, MANY, VALUES, FeatureKind

    for kind in FeatureKind:
        several, values = kind in MANY, sorted(VALUES.get(kind, ()))
        if as_json:
            genuine = kind in GENUINE_SHOWS
            echo_json({"kind": kind.value, "several": several, "genuine_too": genuine, "values": values})
        else:
            click.echo(f"{kind.value}{' (several)' if several else ''}: {', '.join(values) or 'by its form'}")
