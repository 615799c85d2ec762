"""Pairs of records as vectors of grades, one grade for each field, and how often each vector occurs.

A register of a million has some millions of pairs worth comparing and some thousand different vectors: what the model learns
and what a pair weighs is worked out per vector.
"""

from dataclasses import dataclass

import numpy as np

from egnatia.engines.people.link.blocks import sides
from egnatia.engines.people.link.fields import NAMES, TEXTS, Field, Grade
from egnatia.engines.people.link.grade_names import Flags, Grades, NameGrader
from egnatia.engines.people.link.grade_others import NumberGrader, grade_dates, grade_texts
from egnatia.engines.people.link.lists import Codes, Ints, taken
from egnatia.engines.people.link.values import Values

COMPARED = (*NAMES, Field.ORDER, Field.BIRTH_DATE, Field.NUMBERS, *TEXTS)
"""Fields in the order of a vector."""
_BASE = max(Grade) + 1


@dataclass(frozen=True, slots=True)
class Compared:
    """Pairs of records and their grades: `grades[f, p]` is that of field `COMPARED[f]` for pair p."""

    left: Ints
    right: Ints
    grades: Grades

    def of(self, field: Field) -> Grades:
        """The grades of one field."""
        row: Grades = self.grades[COMPARED.index(field)]
        return row


class Comparer:
    """Compares pairs of one register's records. Invariant: the grader knows the names of these values."""

    def __init__(self, values: Values) -> None:
        self.values = values
        self._names = NameGrader(values.parts, values.names)
        self._numbers = NumberGrader(values.texts[Field.NUMBERS], values.numbers)
        self._aliased = np.zeros(len(values), dtype=bool)
        self._aliased[values.alias_owners] = True

    def compare(self, pairs: Ints) -> Compared:
        """Compare pairs, given as `first << 32 | second`."""
        left, right = sides(pairs)
        values = self.values
        first, family, order = self._full_names(left, right)
        made = {Field.FIRST: first, Field.FAMILY: family, Field.ORDER: order}
        for field in (Field.FATHER, Field.MOTHER):
            codes = values.name_of[field]
            made[field] = self._names.grades(codes[left], codes[right])
        self._father_inside(made[Field.FATHER], left, right)
        made[Field.BIRTH_DATE] = grade_dates(values.born[left], values.born[right])
        made[Field.NUMBERS] = self._numbers.grades(left, right)
        for field in TEXTS:
            codes = values.text_of[field]
            made[field] = grade_texts(values.texts[field], codes[left], codes[right])
        return Compared(left, right, np.array([made[field] for field in COMPARED], dtype=np.uint8))

    def _father_inside(self, grades: Grades, left: Ints, right: Ints) -> None:
        """Grade a father whom one record names among the names of the other, which has no field for him: Arben Agim, Agim's son.

        Names that the first record's person bears too are no father's.
        """
        names, own = self.values.names, (self.values.name_of[Field.FIRST], self.values.name_of[Field.FAMILY])
        father = self.values.name_of[Field.FATHER]
        told = np.where(father[left] > 0, left, right)
        silent = left + right - told
        more = names.sizes[own[0][silent]] + names.sizes[own[1][silent]] > len(own)
        places = np.flatnonzero((grades == Grade.MISSING) & (father[told] > 0) & more)
        his = names.flat[names.starts[father[told[places]]]]
        met = np.zeros(len(places))
        for codes in own:
            theirs = taken(names, codes[silent[places]])
            met += np.bincount(theirs.owners, theirs.flat == his[theirs.owners], len(places))
        for place in places[met > 0].tolist():
            one, other = int(told[place]), int(silent[place])
            wanted, mine, all_of_other = (
                self._called_by(codes, n) for codes, n in (((father,), one), (own, one), (own, other))
            )
            if wanted <= all_of_other - mine:
                grades[place] = Grade.SAME

    def _called_by(self, names: tuple[Codes, ...], record: int) -> frozenset[int]:
        """The parts of some names of a record."""
        lists = self.values.names
        spans_of = ((lists.starts[codes[record]], lists.starts[codes[record] + 1]) for codes in names)
        return frozenset(part for low, high in spans_of for part in lists.flat[low:high].tolist())

    def _full_names(self, left: Ints, right: Ints) -> tuple[Grades, Grades, Grades]:
        """Grades of first and family names and of their order: as they stand, exchanged, or by an alias."""
        first, family = self.values.name_of[Field.FIRST], self.values.name_of[Field.FAMILY]
        best = _Best(self._names.grades(first[left], first[right]), self._names.grades(family[left], family[right]))
        worth = np.flatnonzero(best.poor)
        best.exchange(
            worth,
            self._names.grades(first[left[worth]], family[right[worth]]),
            self._names.grades(family[left[worth]], first[right[worth]]),
        )
        for place in np.flatnonzero(best.poor & (self._aliased[left] | self._aliased[right])).tolist():
            self._by_alias(best, place, int(left[place]), int(right[place]))
        return best.first, best.family, best.order

    def _by_alias(self, best: "_Best", place: int, left: int, right: int) -> None:
        """Take the best grades of any name of one record with any name of the other."""
        mine, theirs = self._called(left), self._called(right)
        one = np.repeat(mine, len(theirs), axis=0)
        other = np.tile(theirs, (len(mine), 1))
        first = self._names.grades(one[:, 0], other[:, 0])
        family = self._names.grades(one[:, 1], other[:, 1])
        chosen = int(np.argmax(first.astype(np.int16) + family))
        if int(first[chosen]) + int(family[chosen]) > int(best.first[place]) + int(best.family[place]):
            best.first[place], best.family[place], best.order[place] = first[chosen], family[chosen], Grade.SAME

    def _called(self, record: int) -> Codes:
        """First and family name of a record and of each of its aliases, as rows."""
        values = self.values
        own = [(values.name_of[Field.FIRST][record], values.name_of[Field.FAMILY][record])]
        low, high = np.searchsorted(values.alias_owners, [record, record + 1])
        others = zip(values.alias_first[low:high], values.alias_family[low:high], strict=True)
        return np.array([*own, *others], dtype=np.int32)


class _Best:
    """The best grades of first and family names found so far, and whether the two stand exchanged."""

    def __init__(self, first: Grades, family: Grades) -> None:
        self.first, self.family = first, family
        self.order = np.full(len(first), Grade.SAME, dtype=np.uint8)

    @property
    def poor(self) -> Flags:
        """Pairs for which another reading of the names may be better."""
        poor: Flags = (self.first < Grade.CLOSE) & (self.family < Grade.CLOSE)
        return poor

    def exchange(self, places: Ints, first: Grades, family: Grades) -> None:
        """Take the grades of exchanged names where they are better and neither differs."""
        total = self.first[places].astype(np.int16) + self.family[places]
        better = (first != Grade.DIFFERENT) & (family != Grade.DIFFERENT) & (first.astype(np.int16) + family > total)
        chosen = places[better]
        self.first[chosen], self.family[chosen] = first[better], family[better]
        self.order[chosen] = Grade.EXCHANGED


def codes_of(compared: Compared) -> Ints:
    """Each pair's vector as one number."""
    made = np.zeros(compared.grades.shape[1], dtype=np.int64)
    for row in compared.grades[::-1]:
        made = made * _BASE + row
    return made


def vector(code: int) -> tuple[Grade, ...]:
    """The grades that a number stands for, in the order of `COMPARED`."""
    return tuple(Grade(code // _BASE**place % _BASE) for place in range(len(COMPARED)))


@dataclass(frozen=True, slots=True)
class Counts:
    """Different vectors, a row each, and how many pairs have it."""

    vectors: Grades
    pairs: Ints


def counts_of(codes: Ints) -> Counts:
    """Vectors of pairs, counted."""
    once, pairs = np.unique(codes, return_counts=True)
    made = np.array([vector(code) for code in once.tolist()], dtype=np.uint8).reshape(-1, len(COMPARED))
    return Counts(made, pairs.astype(np.int64))
