"""Relatives among millions: one pass over packed columns for several relations at once.

What each code of a locus says for each relation stands in one table, three relations side by side in one number, so that
one gather and one addition do for all of them. The table is rounded up, by one population that has figures for every locus
(or by the most that any says), so that nothing that reaches the bound is missed; what passes is reckoned exactly in every
population, and the least counts. `kinship` is the reference: tests hold both to each other.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from egnatia.engines.dna.alleles import WILDCARD
from egnatia.engines.dna.columns import Columns
from egnatia.engines.dna.frequencies import LocusFrequencies, Population
from egnatia.engines.dna.kinship import Kinship, Model, Relation, by_descent
from egnatia.engines.dna.loci import LOCI
from egnatia.engines.dna.probability import NEVER
from egnatia.engines.dna.types import PAIR, Designation, Kind, Profile

Row = np.ndarray[Any, np.dtype[np.float64]]
Whole = np.ndarray[Any, np.dtype[np.int64]]
Packed = np.ndarray[Any, np.dtype[np.uint64]]
CHUNK = 1 << 15
"""Profiles looked at together (bench/dna/kinship.py; a quarter or four times as many take a tenth longer)."""
TOGETHER = 3
"""Relations in one number of 64 bits."""
_BITS, _TOP = 21, 1 << 20
"""Of each relation's sum, and the bit that says it reached the bound."""
_FLOOR = -6.0
"""Logarithm below which a locus is not told apart in the first pass: what excludes only looks a little less excluded."""


@dataclass(frozen=True, slots=True)
class Relative:
    """A profile that may be of a relative.

    Attributes:
        found: by the population that speaks least.
        by_chance: profiles of unrelated people, among those looked at, that are expected to reach this index at most. The
            mean of an index over strangers is one, so that one of 1/x reaches x.
        figures: logarithms of the index by every population that counts, the most cautious first.
    """

    number: int
    ref: str
    kind: Kind
    found: Kinship
    by_chance: float
    figures: tuple[tuple[str, float], ...]


def relatives(
    query: Profile,
    columns: Columns,
    relations: Relation | Sequence[Relation],
    populations: Sequence[Population],
    kinds: Iterable[Kind],
    *,
    least: float,
    model: Model,
) -> tuple[Relative, ...]:
    """Profiles of these kinds whose index reaches `least` (a logarithm) in every population, the highest first.

    Args:
        query: whose relatives are looked for.
        columns: among which.
        relations: one or several; a profile that reaches the bound for two of them stands twice.
        populations: of which those with figures for most loci of a pair count.
        kinds: that may be looked at.
        least: logarithm of the index.
        model: coancestry and mutation.
    """
    asked = (relations,) if isinstance(relations, Relation) else tuple(relations)
    permitted = columns.of_kinds(kinds)
    searched = int(np.count_nonzero(permitted))
    found: list[Relative] = []
    for start in range(0, len(asked), TOGETHER):
        scan = _Scan(query, columns, asked[start : start + TOGETHER], populations, model)
        for rows in scan.passing(least):
            found += scan.exact(rows[permitted[rows]], least, searched)
    return tuple(sorted(found, key=lambda each: (-each.found.log10, each.ref, each.found.relation)))


def index_table(
    asked: Designation, pairs: Whole, table: LocusFrequencies, relations: Sequence[Relation], model: Model
) -> Row:
    """Logarithms of the index of one genotype against many, a row for each relation; `locus_index` for all at once.

    `pairs` holds the two alleles of each genotype as columns.
    """
    low, high = pairs[:, 0], pairs[:, 1]
    kinds, places = np.unique(pairs, return_inverse=True)
    share = np.array([table.of(each) for each in kinds.tolist()])[places].reshape(pairs.shape)
    theta = model.theta

    def drawn(column: int, seen: Whole, before: int) -> Row:
        return np.asarray((seen * theta + (1 - theta) * share[:, column]) / (1 + (before - 1) * theta))

    has_low, has_high = (sum((each == mine for mine in asked), np.zeros_like(low)) for each in (low, high))
    strangers = drawn(0, has_low, PAIR) * drawn(1, has_high + (low == high), PAIR + 1) * np.where(low == high, 1, 2)
    shared = 0.5 * (has_low * drawn(1, has_high, PAIR) + (low != high) * has_high * drawn(0, has_low, PAIR))
    same = (low == asked[0]) & (high == asked[1])
    made = np.empty((len(relations), len(pairs)))
    for number, each in enumerate(relations):
        k0, k1, k2 = by_descent(each, table, model)
        made[number] = k0 + (k1 * shared + k2 * same) / strangers
    return np.asarray(np.log10(made, out=np.full_like(made, NEVER), where=made > 0))


@dataclass(frozen=True, slots=True)
class _Locus:
    """What one locus of the question says of every code of a column.

    Attributes:
        said: logarithms by population, relation and code; 0 where nothing is said.
        counted: by population and code, whether something is.
    """

    row: int
    said: Row
    counted: Whole


class _Scan:
    """A question for up to three relations."""

    def __init__(
        self,
        query: Profile,
        columns: Columns,
        relations: Sequence[Relation],
        populations: Sequence[Population],
        model: Model,
    ) -> None:
        self._query, self._columns, self._relations, self._populations = query, columns, relations, populations
        self._loci = [
            _locus(row, query.loci[locus.name], columns, (relations, populations, model))
            for row, locus in enumerate(LOCI)
            if locus.name in query.loci and any(locus.name in each.loci for each in populations)
        ]

    def passing(self, least: float) -> Iterator[Whole]:
        """Profiles that may reach the bound for any relation, chunk by chunk."""
        tables, begin = self._packed(least)
        sums, more = np.empty(CHUNK, dtype=np.uint64), np.empty(CHUNK, dtype=np.uint64)
        top = np.uint64(sum(_TOP << _BITS * number for number in range(len(self._relations))))
        for start in range(0, len(self._columns), CHUNK):
            codes = self._columns.codes[:, start : start + CHUNK]
            size = codes.shape[1]
            sums[:size] = begin
            for row, table in tables:
                np.take(table, codes[row], out=more[:size], mode="clip")
                sums[:size] += more[:size]
            yield start + np.flatnonzero(sums[:size] & top)

    def _packed(self, least: float) -> tuple[list[tuple[int, Packed]], np.uint64]:
        """Tables of whole numbers, rounded up, and where each relation's sum begins so that its top bit is the bound."""
        lead = self._lead()
        packed = [np.zeros(each.said.shape[2], dtype=np.uint64) for each in self._loci]
        begin = 0
        for number in range(len(self._relations)):
            said = [
                each.said[:, number].max(axis=0) if lead is None else each.said[lead, number] for each in self._loci
            ]
            span = sum(float(each.max(initial=0.0)) - _FLOOR for each in said)
            scale = (_TOP - 1 - len(said)) / max(span, 1.0)
            for place, values in enumerate(said):
                whole = np.ceil((np.maximum(values, _FLOOR) - _FLOOR) * scale).astype(np.uint64)
                packed[place] |= whole << np.uint64(_BITS * number)
            bound = int(np.floor((least - len(said) * _FLOOR) * scale))
            begin |= (_TOP - min(max(bound, 0), _TOP)) << _BITS * number
        return [(each.row, table) for each, table in zip(self._loci, packed, strict=True)], np.uint64(begin)

    def _lead(self) -> int | None:
        """A population that has figures for every locus that any has: it always counts, so its index is never passed."""
        for number in range(len(self._populations)):
            if all(each.counted[number].any() or not each.counted.any() for each in self._loci):
                return number
        return None

    def exact(self, rows: Whole, least: float, searched: int) -> Iterator[Relative]:
        """The profiles among these that reach the bound in every population that counts."""
        if not len(rows):
            return
        scores = np.zeros((len(self._populations), len(self._relations), len(rows)))
        loci = np.zeros((len(self._populations), len(rows)), dtype=np.int64)
        for each in self._loci:
            codes = self._columns.codes[each.row, rows]
            scores += each.said[:, :, codes]
            loci += each.counted[:, codes]
        most = loci.max(axis=0, initial=0)
        scores = np.where((loci == most)[:, None, :], scores, np.inf)
        for number, relation in enumerate(self._relations):
            lowest = scores.min(axis=0)[number]
            for at in np.flatnonzero((lowest >= least) & (most > 0)).tolist():
                profile = self._columns.profile(int(rows[at]))
                figures = self._figures(scores[:, number, at])
                found = self._kinship(relation, figures, int(most[at]), profile)
                by_chance = min(1.0, 10**-found.log10) * searched
                yield Relative(int(rows[at]), profile.ref, profile.kind, found, by_chance, figures)

    def _figures(self, scores: Row) -> tuple[tuple[str, float], ...]:
        """By population, those that do not count left out."""
        order = np.argsort(scores, kind="stable").tolist()
        return tuple((self._populations[each].name, float(scores[each])) for each in order if np.isfinite(scores[each]))

    def _kinship(
        self, relation: Relation, figures: tuple[tuple[str, float], ...], loci: int, other: Profile
    ) -> Kinship:
        (name, log10), *_ = figures
        population = next(each for each in self._populations if each.name == name)
        return Kinship(relation.name, name, log10, loci, self._excluding(other, population))

    def _excluding(self, other: Profile, population: Population) -> tuple[str, ...]:
        names = [LOCI[each.row].name for each in self._loci]
        return tuple(
            name
            for name in names
            if name in population.loci
            and _known(self._query.loci[name])
            and _known(other.loci.get(name, ()))
            and not {*self._query.loci[name]} & {*other.loci[name]}
        )


def _known(seen: Designation) -> bool:
    return len(seen) == PAIR and WILDCARD not in seen


def _locus(
    row: int,
    asked: Designation,
    columns: Columns,
    by: tuple[Sequence[Relation], Sequence[Population], Model],
) -> _Locus:
    relations, populations, model = by
    book, name = columns.books[row], LOCI[row].name
    said = np.zeros((len(populations), len(relations), len(book)))
    counted = np.zeros((len(populations), len(book)), dtype=np.int64)
    codes = [code for code, seen in enumerate(book) if _known(seen)] if _known(asked) else []
    if codes:
        pairs = np.array([book[code] for code in codes])
        for number, each in enumerate(populations):
            if name in each.loci:
                said[number][:, codes] = index_table(asked, pairs, each.loci[name], relations, model)
                counted[number, codes] = 1
    return _Locus(row, said, counted)
