"""Learning a model from a register, without examples: chance from random pairs, agreement from pairs that share something.

Pairs that share the whole date of birth teach what names do; pairs that share both names teach what dates, fathers and numbers
do; pairs that share a number teach both. In each session only what did not put the pairs together is learned. Two who share both
names agree in fathers and addresses oftener than any two, because customs and families give names together; that is learned there
too. How often two are born on one day is counted, less those pairs who are one person. Sampling is
seeded and goes by the order of content, so a register gives the same model whatever its references and the order of its file.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from egnatia.engines.people.link.em import Learned, learn, start_of, table_of
from egnatia.engines.people.link.fields import GRADES, NAMES, TEXTS, Field, Grade
from egnatia.engines.people.link.grade_names import Grades
from egnatia.engines.people.link.lists import Codes, Ints, mixed, once, spans
from egnatia.engines.people.link.model import MOST_BITS, Frequencies, Model
from egnatia.engines.people.link.values import Values, possible
from egnatia.engines.people.link.vectors import COMPARED, Comparer, codes_of, counts_of

RANDOM_PAIRS = 1_000_000
"""Pairs from which chance agreement is known: a rate of .001 within a tenth."""
SESSION_PAIRS = 1_000_000
"""Pairs from which each session learns at the most."""
FEWEST = 30.0
"""Matches that a session has to find before it counts."""
READINGS = {Grade.SAME: 1.0, Grade.EXCHANGED: 0.5}
"""What the order of names adds by chance: who may read the other way round as well agrees by chance twice as often."""
TWINS = 0.0144
"""Twin deliveries for each delivery in Europe, 2010 to 2015 (Monden, Pison and Smits, Human Reproduction 36, 2021): so many pairs
of twins for each record are the most that is believed."""
BOUND = frozenset({Field.FATHER, Field.MOTHER, *TEXTS})
"""Fields in which namesakes agree oftener than any two. Of a simulated 300,000 namesakes share a father's name two and three times as
often; taken for one person's records, each seemed to have been born on two days in 3 of 100 cases, where it is 1 in 1,000."""
_ADDED = 0.5
"""Pairs that every grade is counted for beside the random ones, so that none is impossible."""


@dataclass(frozen=True, slots=True)
class Session:
    """Pairs that share something, the fields that had a part in it, and those in which such pairs agree oftener than any two."""

    name: str
    pairs: Ints
    used: frozenset[Field]
    bound: frozenset[Field] = frozenset()


@dataclass(frozen=True, slots=True)
class Lesson:
    """What one session found, for the report."""

    name: str
    pairs: int
    matches: float
    rounds: int


def possible_pairs(sides: np.ndarray[Any, np.dtype[np.int8]]) -> float:
    """How many pairs of records can be linked: all of one register, or those across two."""
    second = float(np.count_nonzero(sides))
    first = len(sides) - second
    return first * second if second else first * (first - 1) / 2


def across(values: Values, pairs: Ints) -> Ints:
    """Of pairs those that may be linked: across registers where there are two."""
    if not values.sides.any():
        return pairs
    kept: Ints = pairs[values.sides[pairs >> 32] != values.sides[pairs & 0xFFFFFFFF]]
    return kept


def random_pairs(values: Values, seed: int, most: int = RANDOM_PAIRS) -> Ints:
    """Pairs at random that may be linked; all of them where there are no more than so many."""
    size = len(values)
    if size * (size - 1) // 2 <= most:
        left, right = np.triu_indices(size, 1)
        return across(values, left.astype(np.int64) << 32 | right)
    drawn = np.random.Generator(np.random.PCG64(seed)).integers(0, size, (2, most), dtype=np.int64)
    low, high = drawn.min(axis=0), drawn.max(axis=0)
    return across(values, once((low << 32 | high)[low < high]))


def pairs_sharing(codes: Ints, most: int = SESSION_PAIRS) -> Ints:
    """Pairs of records with the same code other than 0, of whole groups that are drawn by their code until there are enough."""
    records = np.flatnonzero(codes)
    order = records[np.lexsort((records, codes[records]))]
    if not len(order):
        return order
    starts = np.flatnonzero(np.concatenate([[True], codes[order][1:] != codes[order][:-1]]))
    sizes = np.diff(np.append(starts, len(order)))
    pairs = sizes * (sizes - 1) // 2
    drawn = np.argsort(mixed(codes[order][starts].astype(np.uint64), 60), kind="stable")
    kept = np.zeros(len(sizes), dtype=bool)
    usable = drawn[pairs[drawn] <= max(1, most // 10)]
    kept[usable[np.cumsum(pairs[usable]) <= most]] = True
    followers = np.where(np.repeat(kept, sizes), np.repeat(starts + sizes, sizes) - np.arange(len(order)) - 1, 0)
    left = np.repeat(order, followers)
    return left << 32 | order[spans(np.arange(1, len(order) + 1), followers)]


def sessions(values: Values) -> Iterator[Session]:
    """The sessions that a register allows."""
    yield Session("date of birth", pairs_sharing(_days(values)), _of(Field.BIRTH_DATE))
    first, family = (values.name_of[field].astype(np.int64) for field in (Field.FIRST, Field.FAMILY))
    both = np.where((first > 0) & (family > 0), first << 31 | family, 0)
    yield Session("both names", pairs_sharing(both), _of(Field.FIRST, Field.FAMILY, Field.ORDER), BOUND)
    yield Session("number", pairs_sharing(_first_number(values)), _of(Field.NUMBERS))


def _days(values: Values) -> Ints:
    """The day of birth of each record as a number; 0 where none is told, or one that stands for the year."""
    year, month, day = values.born.astype(np.int64).T
    told = possible(values.born) & ~((month == 1) & (day == 1))
    return np.where(told, year * 512 + month * 32 + day, 0)


def one_day(values: Values) -> float:
    """The share of pairs that may be linked, of those whose years are known, that are born on one day."""
    days, second, known = _days(values), values.sides > 0, values.born[:, 0] > 0
    told = days > 0
    different, day = np.unique(days, return_inverse=True)
    first_born, second_born = (
        np.bincount(day[told & side], minlength=len(different)).astype(np.float64) for side in (~second, second)
    )
    first, others = (float(np.count_nonzero(known & side)) for side in (~second, second))
    if not others:
        return float((first_born * (first_born - 1)).sum() / max(1.0, first * (first - 1)))
    return float(first_born @ second_born / max(1.0, first * others))


def _of(*fields: Field) -> frozenset[Field]:
    return frozenset(fields)


def _first_number(values: Values) -> Ints:
    made = np.zeros(len(values), dtype=np.int64)
    some = values.numbers.sizes > 0
    made[some] = values.numbers.flat[values.numbers.starts[:-1][some]]
    return made


def learn_model(comparer: Comparer, seed: int = 0, sample: int = RANDOM_PAIRS) -> tuple[Model, tuple[Lesson, ...]]:
    """Learn a model, and what each session found. The prior is set by `settle` when candidates have been compared."""
    values = comparer.values
    compared = comparer.compare(random_pairs(values, seed, sample))
    chance = {field: _chance(field, row) for field, row in zip(COMPARED, compared.grades, strict=True)}
    chance[Field.ORDER] = dict(READINGS)
    chance[Field.BIRTH_DATE][Grade.SAME] = one_day(values) or chance[Field.BIRTH_DATE][Grade.SAME]
    usual = _usual(values, compared.left, compared.right, compared.grades)
    found: list[tuple[Session, Learned]] = []
    lessons = []
    twins = 0.0
    for session in sessions(values):
        pairs = across(values, session.pairs)
        counts = counts_of(codes_of(comparer.compare(pairs)))
        most = _most_twins(values, chance) if Field.BIRTH_DATE in session.used else 0.0
        learned = learn(counts, table_of(chance), set(COMPARED) - session.used, most, session.bound)
        if Field.BIRTH_DATE in session.used:
            twins = learned.twins * chance[Field.BIRTH_DATE][Grade.SAME]
            chance[Field.BIRTH_DATE][Grade.SAME] *= 1 - learned.share * (learned.matches >= FEWEST)
        lessons.append(Lesson(session.name, len(pairs), learned.matches, learned.rounds))
        if learned.matches >= FEWEST:
            found.append((session, learned))
    same = {
        field: _averaged(field, [each for session, each in found if field not in session.used]) for field in COMPARED
    }
    share = 1 / max(2.0, float(len(values)))
    return Model(len(values), share, same, _bounded(chance, same), usual, twins), tuple(lessons)


def _most_twins(values: Values, chance: dict[Field, dict[Grade, float]]) -> float:
    """Share of the pairs with one date of birth that may be twins."""
    sharing = possible_pairs(values.sides) * chance[Field.BIRTH_DATE][Grade.SAME]
    return float(min(0.5, TWINS * len(values) / max(1.0, sharing)))


def _chance(field: Field, grades: Grades) -> dict[Grade, float]:
    """Rates of grades among random pairs that have both values."""
    counts = np.bincount(grades, minlength=max(Grade) + 1).astype(np.float64)
    known = {grade: counts[grade] + _ADDED for grade in GRADES[field]}
    total = sum(known.values())
    return {grade: float(rate / total) for grade, rate in known.items()}


def _bounded(
    chance: dict[Field, dict[Grade, float]], same: dict[Field, dict[Grade, float]]
) -> dict[Field, dict[Grade, float]]:
    """Chance rates, none lower than what would add more than `MOST_BITS`."""
    return {
        field: {grade: max(rate, same[field][grade] * 2**-MOST_BITS) for grade, rate in rates.items()}
        for field, rates in chance.items()
    }


def _averaged(field: Field, learned: Iterable[Learned]) -> dict[Grade, float]:
    """Rates from several sessions, each by how many matches it found; the start where none taught a field."""
    several = list(learned)
    weight = sum(each.matches for each in several)
    if not weight:
        return start_of(field)
    return {grade: sum(e.rates[field][grade] * e.matches for e in several) / weight for grade in GRADES[field]}


def _usual(values: Values, left: Ints, right: Ints, grades: Grades) -> dict[Field, dict[Grade, float]]:
    """For names of each grade by chance, the mean of the frequency of the commoner one, in logarithms."""
    often = Frequencies(values).names
    made: dict[Field, dict[Grade, float]] = {}
    for row, field in enumerate(NAMES):
        codes: Codes = values.name_of[field]
        commoner = np.maximum(often[field][codes[left]], often[field][codes[right]])
        made[field] = {}
        for grade in (Grade.SIMILAR, Grade.CLOSE, Grade.EQUIVALENT):
            some = commoner[(grades[row] == grade) & (commoner > 0)]
            if len(some):
                made[field][grade] = float(np.exp(np.log(some).mean()))
    return made
