"""The kernel: what a comparison says of a locus as a small table over its codes, summed over loci.

A cell holds the counts of a comparison side by side in one number, so that one addition adds all of them. Loci that rule
out most profiles go first, and what is ruled out is not looked at again: counts of disagreement only grow. The result is
that of `RuleSet.compare` for every profile; `tests/engines/dna` holds the two against each other.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from egnatia.engines.dna.columns import Columns
from egnatia.engines.dna.compare import Measure
from egnatia.engines.dna.loci import LOCI
from egnatia.engines.dna.rules import SHORT_OF, MatchClass, RuleSet
from egnatia.engines.dna.types import Designation, Profile, Stringency, Tally, tally_of

Counts = np.ndarray[Any, np.dtype[np.uint32]]
CHUNK = 1 << 16
"""Profiles looked at together: their codes of one locus fill 128 kB, which stays in a core's own cache."""
ROUNDING = 1e-3
"""What adding thirty numbers of single precision may lose, where logarithms are summed instead of counts."""
PLACES = ((0, 0x3F), (6, 0x3F), (12, 0x3F), (18, 0x7F), (25, 0x7F))
"""Where each number of a tally begins in a cell, and its bits: up to 63 loci, 127 alleles."""


@dataclass(frozen=True, slots=True)
class Table:
    """One locus of a question against every designation of it that the columns have.

    Attributes:
        row: of the columns.
        counts: what a code adds to the counts.
        against: what a code adds to the disagreement, by which profiles are ruled out.
        passing: share of the profiles that this locus rules out nothing of; by it loci are put in order.
    """

    row: int
    counts: Counts
    against: np.ndarray[Any, np.dtype[np.uint8]]
    passing: float


def cell(found: Tally) -> int:
    """The numbers of one locus side by side."""
    return sum(number << bit for number, (bit, _) in zip(found, PLACES, strict=True))


def _against(found: Tally, laxest: Stringency | None) -> int:
    """How much one locus speaks against a candidate: alleles, or a locus that falls short of the laxest stringency."""
    return found.fourth if laxest is None else sum(found[place] for place in SHORT_OF[laxest])


def laxest_of(rules: RuleSet) -> Stringency | None:
    """The stringency that no class goes below."""
    asked = [each.stringency for each in rules.classes if each.stringency is not None]
    return max(asked, key=[*Stringency].index) if asked else None


def bound(rules: RuleSet) -> int:
    """Disagreement beyond which no class of these rules has room."""
    if rules.by_stringency:
        return max(each.max_below for each in rules.classes)
    return max(min(each.max_mismatched, each.max_deviations) for each in rules.classes)


def tables(query: Profile, columns: Columns, rules: RuleSet) -> list[Table]:
    """The tables of a question, those that rule out most first."""
    measure, laxest = rules.measure(), laxest_of(rules)
    made = [
        _table(row, query.loci[locus.name], columns, measure, laxest)
        for row, locus in enumerate(LOCI)
        if locus.name in query.loci and locus.name in rules.loci
    ]
    return sorted(made, key=lambda each: each.passing)


_SAMPLE = 1 << 12
"""Profiles from which the order of loci is judged; a wrong order costs time and changes nothing."""


def _table(row: int, asked: Designation, columns: Columns, measure: Measure, laxest: Stringency | None) -> Table:
    name, book = LOCI[row].name, columns.books[row]
    found = [tally_of(measure(name, asked, each)) if each else Tally() for each in book]
    against = np.array([_against(each, laxest) for each in found], dtype=np.uint8)
    stride = max(1, len(columns) // _SAMPLE)
    sample = against[columns.codes[row, ::stride]]
    passing = float(np.mean(sample == 0)) if len(sample) else 1.0
    return Table(row, np.array([cell(each) for each in found], dtype=np.uint32), against, passing)


def survivors(
    columns: Columns, ordered: list[Table], most: int, chunk: int = CHUNK
) -> Iterator[tuple[np.ndarray[Any, Any], Counts]]:
    """For each chunk the profiles with at most `most` disagreement, and the counts of their comparison."""
    for start in range(0, len(columns), chunk):
        codes = columns.codes[:, start : start + chunk]
        rows = _ruled_in(codes, ordered, most)
        counts = np.zeros(len(rows), dtype=np.uint32)
        for table in ordered:
            counts += table.counts[codes[table.row, rows]]
        yield rows + start, counts


def _ruled_in(codes: np.ndarray[Any, Any], ordered: list[Table], most: int) -> np.ndarray[Any, Any]:
    """Profiles of a chunk that no locus rules out: the first loci over all of it, the others over what is left."""
    first = ordered[:_OVER_ALL]
    against = np.zeros(codes.shape[1], dtype=np.uint8)
    for table in first:
        against += table.against.take(codes[table.row])
    rows = np.flatnonzero(against <= most)
    against = against[rows]
    for table in ordered[_OVER_ALL:]:
        against += table.against[codes[table.row, rows]]
        keep = against <= most
        rows, against = rows[keep], against[keep]
    return rows


_OVER_ALL = 3
"""Loci that are looked at for every profile before any is put aside (bench/dna/search.py; 2 to 4 differ by a tenth)."""


def fits(each: MatchClass, counts: Counts) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which comparisons are of one class, by their counts; what `MatchClass.fits` says one by one."""
    found = [counts >> bit & bits for bit, bits in PLACES]
    compared, full, second, third, fourth = found
    enough = (full >= each.min_full) & (compared >= each.min_compared)
    if each.stringency is not None:
        short = sum((found[place] for place in SHORT_OF[each.stringency]), np.zeros_like(counts))
        return np.asarray(enough & (short <= each.max_below))
    differing = (third <= each.max_micro) & (fourth <= each.max_mismatched)
    return np.asarray(enough & (second <= each.max_wildcards) & differing & (third + fourth <= each.max_deviations))
