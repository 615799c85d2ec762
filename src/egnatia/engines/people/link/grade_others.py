"""Grades of dates, of numbers and of texts such as addresses, for many pairs at once."""

from collections.abc import Sequence

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from egnatia.engines.people.identifiers import LOOK_ALIKES
from egnatia.engines.people.link.fields import Grade
from egnatia.engines.people.link.grade_names import Flags, Grades
from egnatia.engines.people.link.lists import Codes, Ints, Lists, spans, taken
from egnatia.engines.people.link.spelling import hashed
from egnatia.engines.people.link.values import possible

TEXT_CLOSE, TEXT_SIMILAR = 0.88, 0.7
"""Share of characters in place: two slips in a usual address of 20 characters; half of its words."""
BETWEEN = "\n"
"""What no number has in it, because numbers are letters and digits: all of them are translated as one text."""
YEARS = 10
"""Years apart up to which the same day and month are two parts of a date that agree."""
_DIGITS = (1, 10, 100, 1000)


def grade_dates(left: Codes, right: Codes) -> Grades:
    """The grade of each pair of dates, given as rows of year, month and day with 0 for what is unknown.

    1 January is what registers write where only the year is known, and so is read as that. A date that no calendar has is
    compared digit by digit, and beside that tells its year.
    """
    year, month, day = (left[:, place] == right[:, place] for place in range(3))
    placeholder = _first_day(left) | _first_day(right)
    whole = possible(left) & possible(right) & ~placeholder
    written = (left[:, 2] > 0) & (right[:, 2] > 0) & ~placeholder
    without_day = (_month_only(left) | _month_only(right)) & (left[:, 1] > 0) & (right[:, 1] > 0) & ~placeholder
    agree = year.astype(np.int8) + month + day
    near = np.abs(left[:, 0] - right[:, 0]) <= YEARS
    made = np.full(len(left), Grade.DIFFERENT, dtype=np.uint8)
    made[~whole & year] = Grade.SAME_YEAR
    made[without_day] = Grade.DIFFERENT
    made[(without_day & year & month) | (whole & near & (agree == 2))] = Grade.PARTLY  # noqa: PLR2004 - two of three
    made[written & _one_digit(left, right)] = Grade.CLOSE
    made[whole & year & (left[:, 1] == right[:, 2]) & (left[:, 2] == right[:, 1])] = Grade.EXCHANGED
    made[whole & (agree == 3)] = Grade.SAME  # noqa: PLR2004 - three of three
    made[(left[:, 0] == 0) | (right[:, 0] == 0)] = Grade.MISSING
    return made


def _first_day(dates: Codes) -> Flags:
    found: Flags = (dates[:, 1] == 1) & (dates[:, 2] == 1)
    return found


def _month_only(dates: Codes) -> Flags:
    found: Flags = (dates[:, 1] > 0) & (dates[:, 2] == 0)
    return found


def _one_digit(left: Codes, right: Codes) -> Flags:
    """Whether two dates differ in one digit."""
    differ = np.zeros(len(left), dtype=np.int8)
    for place, digits in enumerate((4, 2, 2)):
        for unit in _DIGITS[:digits]:
            differ += left[:, place] // unit % 10 != right[:, place] // unit % 10
    found: Flags = differ == 1
    return found


def grade_texts(values: Sequence[str], left: Codes, right: Codes) -> Grades:
    """The grade of each pair of texts, given by their numbers."""
    made = np.full(len(left), Grade.SAME, dtype=np.uint8)
    made[(left == 0) | (right == 0)] = Grade.MISSING
    differ = np.flatnonzero((left != right) & (made > 0))
    low, high = np.minimum(left[differ], right[differ]), np.maximum(left[differ], right[differ])
    once, places = np.unique(low.astype(np.int64) << 32 | high, return_inverse=True)
    texts = [values[n] for n in (once >> 32).tolist()], [values[n] for n in (once & 0xFFFFFFFF).tolist()]
    alike = process.cpdist(*texts, scorer=OSA.normalized_similarity, dtype=np.float32)
    grades = np.full(len(once), Grade.DIFFERENT, dtype=np.uint8)
    grades[alike >= TEXT_SIMILAR] = Grade.SIMILAR
    grades[alike >= TEXT_CLOSE] = Grade.CLOSE
    made[differ] = grades[places]
    return made


def loosely(numbers: Sequence[str]) -> list[str]:
    """Numbers with the letters that look like digits as digits; what each is stands in front as a small letter, which stays."""
    return BETWEEN.join(numbers).translate(LOOK_ALIKES).split(BETWEEN)


class NumberGrader:
    """Grades pairs of records by their document and personal numbers. Invariant: what it knows of each is in the same place."""

    def __init__(self, values: Sequence[str], numbers: Lists) -> None:
        self._values = values
        self._numbers = numbers
        self._kind = np.array([ord(text[0]) if text else 0 for text in values], dtype=np.int64)
        self._loose = hashed(loosely(values))

    def grades(self, left: Ints, right: Ints) -> Grades:
        """The grade of each pair of records: the best pair of their numbers counts."""
        mine, theirs = taken(self._numbers, left), taken(self._numbers, right)
        made = np.zeros(len(left), dtype=np.uint8)
        both = np.flatnonzero((mine.sizes > 0) & (theirs.sizes > 0))
        if not len(both):
            return made
        mine, theirs = taken(mine, both), taken(theirs, both)
        each = theirs.sizes[mine.owners]
        one = np.repeat(mine.flat, each).astype(np.int64)
        other = theirs.flat[spans(theirs.starts[:-1][mine.owners], each)].astype(np.int64)
        starts = np.concatenate([[0], np.cumsum(mine.sizes * theirs.sizes)[:-1]])
        made[both] = np.maximum.reduceat(self._of_two(one, other), starts)
        return made

    def _of_two(self, one: Ints, other: Ints) -> Grades:
        """Grades of pairs of numbers; two of different kinds say nothing. Letters read for digits count as the digits."""
        made = np.full(len(one), Grade.SAME, dtype=np.uint8)
        made[self._kind[one] != self._kind[other]] = Grade.MISSING
        differ = np.flatnonzero((one != other) & (made > 0))
        texts = [self._values[n] for n in one[differ].tolist()], [self._values[n] for n in other[differ].tolist()]
        edits = process.cpdist(*texts, scorer=OSA.distance, dtype=np.int32, score_cutoff=1)
        read = self._loose[one[differ]] == self._loose[other[differ]]
        made[differ] = np.where((edits <= 1) | read, Grade.CLOSE, Grade.DIFFERENT)
        return made
