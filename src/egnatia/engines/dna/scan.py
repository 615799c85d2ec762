"""Profiles of one set against every profile of another, without an index: the kernel of a search, one after the other."""

from collections.abc import Iterator

import numpy as np

from egnatia.engines.dna.columns import Columns
from egnatia.engines.dna.eligible import Eligible
from egnatia.engines.dna.kernel import Table, bound, survivors, tables
from egnatia.engines.dna.loci import LOCI
from egnatia.engines.dna.pairs import NO_CLASS, Numbers, Pairs, classes_of
from egnatia.engines.dna.rules import RuleSet
from egnatia.engines.dna.types import Designation, Profile


def part_of(columns: Columns, span: range) -> Columns:
    """Some profiles of columns, without their references; nothing is copied."""
    cut = slice(span.start, span.stop, span.step)
    nothing = np.zeros(0, dtype=np.uint8)
    return Columns(columns.books, columns.codes[:, cut], columns.kinds[cut], nothing, columns.ends[cut])


def scan(left: Columns, right: Columns, rules: RuleSet, numbers: Numbers, span: range) -> Iterator[Pairs]:
    """Candidates of some profiles of the left side among those of a span of the right side."""
    part, tabled = part_of(right, span), _Tabled(part_of(right, span), rules)
    wanted, most = Eligible(right, rules, left.kinds), bound(rules)
    for number in numbers.tolist():
        for rows, counts in survivors(part, tabled.of(_question(left, number)), most):
            classes = classes_of(counts, rules)
            kept = np.flatnonzero(classes != NO_CLASS)
            kept = kept[wanted.among(part.codes[:, rows[kept]], part.kinds[rows[kept]])]
            found = span.start + span.step * rows[kept]
            yield Pairs(np.full(len(kept), number), found, classes[kept])


def _question(columns: Columns, number: int) -> Profile:
    """A profile as a question: what it has at which locus, under no reference, since a part of columns has none."""
    codes = zip(LOCI, columns.books, columns.codes[:, number].tolist(), strict=True)
    return Profile(".", columns.kind(number), {locus.name: book[code] for locus, book, code in codes if code})


class _Tabled:
    """The tables of questions, each locus of each designation made once."""

    def __init__(self, columns: Columns, rules: RuleSet) -> None:
        self._columns, self._rules = columns, rules
        self._known: dict[tuple[str, Designation], list[Table]] = {}

    def of(self, query: Profile) -> list[Table]:
        """The tables of one question, those that rule out most first."""
        made = [self._one(query, name, seen) for name, seen in query.loci.items()]
        return sorted((table for each in made for table in each), key=lambda table: table.passing)

    def _one(self, query: Profile, name: str, seen: Designation) -> list[Table]:
        if (name, seen) not in self._known:
            alone = Profile(query.ref, query.kind, {name: seen})
            self._known[name, seen] = tables(alone, self._columns, self._rules)
        return self._known[name, seen]
