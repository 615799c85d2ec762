"""Who may have contributed to a mixed trace: the likelihood ratio of every profile of packed columns."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from egnatia.engines.dna.columns import Columns
from egnatia.engines.dna.frequencies import Population
from egnatia.engines.dna.kernel import CHUNK, ROUNDING
from egnatia.engines.dna.loci import LOCI
from egnatia.engines.dna.mixture import Chances, mixed_loci, mixture_ratio, ratio_table
from egnatia.engines.dna.types import Kind, Profile


@dataclass(frozen=True, slots=True)
class Contributor:
    """A profile that a mixed trace speaks for, by the population in which it speaks least.

    Attributes:
        log10: of the likelihood ratio.
        loci: from which it was reckoned.
    """

    number: int
    ref: str
    kind: Kind
    population: str
    log10: float
    loci: tuple[str, ...]


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
        InputError: a population has figures for no locus of the trace, or a locus shows too many alleles.
    """
    weighed = [(each.name, mixed_loci(trace.loci, each.loci, chances)) for each in populations]
    rows = {locus.name: row for row, locus in enumerate(LOCI)}
    tables = [
        [(rows[name], ratio_table(locus, columns.books[rows[name]])) for name, locus in loci.items()]
        for _, loci in weighed
    ]
    permitted = columns.of_kinds(kinds)
    found: list[Contributor] = []
    for start in range(0, len(columns), CHUNK):
        codes = columns.codes[:, start : start + CHUNK]
        lowest = np.full(codes.shape[1], np.inf, dtype=np.float32)
        for population in tables:
            score = np.zeros(codes.shape[1], dtype=np.float32)
            for row, table in population:
                score += table.take(codes[row])
            np.minimum(lowest, score, out=lowest)
        for number in (start + np.flatnonzero(lowest >= least - ROUNDING)).tolist():
            if permitted[number]:
                profile = columns.profile(number)
                ratios = [(*mixture_ratio(loci, profile.loci), name) for name, loci in weighed]
                log10, known, name = min(ratios, key=lambda each: each[0])
                if log10 >= least:
                    found.append(Contributor(number, profile.ref, profile.kind, name, log10, known))
    return tuple(sorted(found, key=lambda each: (-each.log10, each.ref)))
