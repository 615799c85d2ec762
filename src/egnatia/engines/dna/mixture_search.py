"""Who may have contributed to a mixed trace: the likelihood ratio of every profile of packed columns.

One population is asked of everybody, for what does not reach the bound there cannot be the least of all that does; what
passes is reckoned in every population.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from egnatia.engines.dna.columns import Columns
from egnatia.engines.dna.frequencies import Population
from egnatia.engines.dna.kernel import CHUNK, ROUNDING
from egnatia.engines.dna.loci import LOCI
from egnatia.engines.dna.mixture import Chances, Keys, MixedLocus, Row, mixed_loci
from egnatia.engines.dna.types import Kind, Profile


@dataclass(frozen=True, slots=True)
class Contributor:
    """A profile that a mixed trace speaks for, by the population in which it speaks least.

    Attributes:
        log10: of the likelihood ratio.
        loci: from which it was reckoned.
        by_chance: profiles of people who left nothing, among those looked at, that are expected to reach this ratio at most:
            the mean of a ratio over strangers is one, so that one of 1/x reaches x.
        figures: logarithms of the ratio by population, the most cautious first.
    """

    number: int
    ref: str
    kind: Kind
    population: str
    log10: float
    loci: tuple[str, ...]
    by_chance: float
    figures: tuple[tuple[str, float], ...]


def contributors(
    trace: Profile,
    columns: Columns,
    populations: Sequence[Population],
    kinds: Iterable[Kind],
    chances: Chances,
    *,
    least: float,
) -> tuple[Contributor, ...]:
    """Profiles of these kinds whose ratio reaches `least` (a logarithm) in every population, the highest first.

    Raises:
        InputError: a population has figures for no locus of the trace, a locus shows too many alleles, or more than so many
            people can leave.
    """
    weighed = {each.name: mixed_loci(trace.loci, each.loci, chances) for each in populations}
    said = _tables(weighed, columns)
    permitted = columns.of_kinds(kinds)
    searched = int(np.count_nonzero(permitted))
    found: list[Contributor] = []
    for rows in _passing(columns, said[0], least):
        found += _exact(columns, rows[permitted[rows]], said, weighed, least, searched)
    return tuple(sorted(found, key=lambda each: (-each.log10, each.ref)))


def _tables(weighed: Mapping[str, Mapping[str, MixedLocus]], columns: Columns) -> list[dict[int, Row]]:
    """By population and row of the columns, what every code says; which of a locus's ratios that is depends on none."""
    keys: dict[int, Keys] = {}
    tables = []
    for loci in weighed.values():
        made = {}
        for row, locus in enumerate(LOCI):
            if locus.name in loci:
                if row not in keys:
                    keys[row] = loci[locus.name].keys(columns.books[row])
                made[row] = loci[locus.name].logarithms(keys[row])
        tables.append(made)
    return tables


def _passing(columns: Columns, said: Mapping[int, Row], least: float) -> Iterator[Keys]:
    """Profiles that reach the bound in one population, but for rounding."""
    single = {row: table.astype(np.float32) for row, table in said.items()}
    sums, more = np.empty(CHUNK, dtype=np.float32), np.empty(CHUNK, dtype=np.float32)
    for start in range(0, len(columns), CHUNK):
        codes = columns.codes[:, start : start + CHUNK]
        size = codes.shape[1]
        sums[:size] = 0.0
        for row, table in single.items():
            np.take(table, codes[row], out=more[:size], mode="clip")
            sums[:size] += more[:size]
        yield start + np.flatnonzero(sums[:size] >= least - ROUNDING)


def _exact(
    columns: Columns,
    rows: Keys,
    said: Sequence[Mapping[int, Row]],
    weighed: Mapping[str, Mapping[str, MixedLocus]],
    least: float,
    searched: int,
) -> Iterator[Contributor]:
    """Those of some profiles that reach the bound in every population."""
    scores = np.zeros((len(said), len(rows)))
    for score, tables in zip(scores, said, strict=True):
        for row, table in tables.items():
            score += table[columns.codes[row, rows]]  # noqa: PLW2901  a view, added to in place
    names = [*weighed]
    for at in np.flatnonzero(scores.min(axis=0, initial=np.inf) >= least).tolist():
        order = np.argsort(scores[:, at], kind="stable").tolist()
        figures = tuple((names[each], float(scores[each, at])) for each in order)
        (population, log10), profile = figures[0], columns.profile(int(rows[at]))
        loci = weighed[population]
        known = tuple(name for name, seen in profile.loci.items() if name in loci and loci[name].keys([seen])[0] >= 0)
        chance = min(1.0, 10**-log10) * searched
        yield Contributor(int(rows[at]), profile.ref, profile.kind, population, log10, known, chance, figures)
