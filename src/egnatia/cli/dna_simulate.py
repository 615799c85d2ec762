"""`egnatia dna simulate`: databases of people who do not exist, for exercises and measurements."""

from pathlib import Path
from typing import Any

import click

from egnatia.cli.common import echo_json, json_option
from egnatia.cli.dna_options import DIRECTORY, Number, figures_option, populations_of
from egnatia.errors import InputError

_SHARE = Number(0, 1)


@click.command()
@click.option("--into", type=DIRECTORY, required=True, help="New directory; persons and traces are put into it.")
@click.option("--persons", type=click.IntRange(1, 50_000_000), required=True, help="How many persons.")
@click.option("--traces", type=click.IntRange(0, 10_000_000), default=0, show_default=True, help="How many traces.")
@click.option("--seed", type=click.IntRange(0), required=True, help="The same number draws the same people.")
@click.option(
    "--kit", "kits", multiple=True, help="A kit and its share, such as dna-17=0.5; repeatable. All three by default."
)
@click.option(
    "--missing", type=_SHARE, default=0.1, show_default=True, help="Chance that a locus of the kit gave nothing."
)
@click.option("--errors", type=_SHARE, default=0.1, show_default=True, help="Share of traces with one allele misread.")
@click.option(
    "--wildcards", type=_SHARE, default=0.0, show_default=True, help="Chance of one unknown allele at a locus."
)
@click.option("--relatives", type=_SHARE, default=0.02, show_default=True, help="Share of persons born to others here.")
@click.option("--known", type=_SHARE, default=0.5, show_default=True, help="Share of traces left by persons here.")
@figures_option
@json_option
def simulate(
    into: Path, *, seed: int, kits: tuple[str, ...], figures: Path | None, as_json: bool, **given: Any
) -> None:
    """Make a database of persons and one of traces. Nobody is depicted; references say P- and T- with a number.

    sources.csv says who left which trace, so that what a search misses can be counted.
    """
    import numpy as np

    from egnatia.engines.dna.columns import save
    from egnatia.engines.dna.simulated_sets import UNKNOWN, Recipe, simulate

    recipe = Recipe(**given, kits=_shares(kits)) if kits else Recipe(**given)
    populations = [each for each in populations_of(figures) if {*recipe.loci} <= {*each.loci}]
    if not populations:
        raise InputError("no population has figures for every locus of these kits", hint="Name fewer kits.")
    made = simulate(recipe, populations, np.random.default_rng(seed))
    save(made.persons, into / "persons")
    save(made.traces, into / "traces")
    known = [(number, source) for number, source in enumerate(made.sources.tolist()) if source != UNKNOWN]
    lines = ["trace,person", *(f"T-{number},P-{source}" for number, source in known)]
    (into / "sources.csv").write_text("\n".join(lines) + "\n", encoding="ascii")
    said = {"persons": len(made.persons), "traces": len(made.traces), "known": len(known), "into": str(into)}
    if as_json:
        echo_json(said | {"populations": [each.name for each in populations]})
    else:
        click.echo(f"{into}: {len(made.persons):,} persons, {len(made.traces):,} traces, {len(known):,} of them theirs")


def _shares(kits: tuple[str, ...]) -> dict[str, float]:
    """Kits and shares as they were typed.

    Raises:
        InputError: one is no such pair.
    """
    found = {}
    for each in kits:
        name, _, share = each.partition("=")
        try:
            found[name] = float(share or 1)
        except ValueError:
            raise InputError(f"{each!r} is no kit with a share", hint="Write dna-17=0.5.") from None
    return found
