"""Expectation and maximisation over counted vectors: how often fields agree for one person, and how many pairs are one person.

The model is that of Fellegi and Sunter (1969): given whether two records are one person, fields agree independently. What two
different persons agree in by chance (`u`) is known from random pairs and stays fixed; what two records of one person agree in
(`m`) and the share of such pairs are learned (Winkler, 1988). Vectors are few, so a round takes microseconds.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np

from egnatia.engines.people.link.fields import GRADES, Field, Grade
from egnatia.engines.people.link.vectors import COMPARED, Counts

Rates = np.ndarray[Any, np.dtype[np.float64]]
ROUNDS = 1_000
"""Rounds of learning at the most; the registers of bench/people/linkage.py settle within 270."""
SETTLED = 1e-7
"""Change of the share of matches, relative, below which learning stops."""
_START = {
    Grade.SAME: 0.75,
    Grade.EQUIVALENT: 0.06,
    Grade.CLOSE: 0.06,
    Grade.SIMILAR: 0.05,
    Grade.DIFFERENT: 0.04,
    Grade.EXCHANGED: 0.02,
    Grade.PARTLY: 0.03,
    Grade.SAME_YEAR: 0.02,
}
"""How often one person's two records agree in each grade, before anything is learned; where nothing can be, these stay."""
_WEIGHT = 20.0
"""Pairs that the start counts for among what is learned: a grade that nobody had keeps a rate."""
_LEAST = 1e-9
SHARED = frozenset({Field.FAMILY, Field.FATHER, Field.MOTHER, Field.ADDRESS, Field.RESIDENCE, Field.POSTCODE})
"""What twins share as one person's records do."""


def start_of(field: Field) -> dict[Grade, float]:
    """Rates of a field's grades before anything is learned; they add up to 1."""
    given = {grade: _START[grade] for grade in GRADES[field]}
    if field is Field.ORDER:
        given = {Grade.SAME: 0.98, Grade.EXCHANGED: 0.02}
    total = sum(given.values())
    return {grade: rate / total for grade, rate in given.items()}


def table_of(rates: dict[Field, dict[Grade, float]]) -> Rates:
    """Rates as a table, a row for each field of `COMPARED`, a column for each grade; 1 where a value is missing."""
    table = np.full((len(COMPARED), max(Grade) + 1), _LEAST)
    table[:, Grade.MISSING] = 1.0
    for row, field in enumerate(COMPARED):
        for grade, rate in rates[field].items():
            table[row, grade] = max(rate, _LEAST)
    return table


@dataclass(frozen=True, slots=True)
class Learned:
    """Rates of the free fields for one person, the share of pairs that are, how many pairs that makes, and the share of twins."""

    rates: dict[Field, dict[Grade, float]]
    share: float
    matches: float
    rounds: int
    twins: float = 0.0


def learn(
    counts: Counts, chance: Rates, free: Collection[Field], most_twins: float = 0.0, bound: Collection[Field] = ()
) -> Learned:
    """Learn from counted vectors of pairs that were put together by the fields that are not free.

    Pairs that share a date of birth may also be twins: they agree in what a family shares as one person's records do, and in all
    else by chance. Their share is learned too, up to a bound, because without one a nickname would be taken for a twin.

    Args:
        counts: vectors and how many pairs have each.
        chance: rates of grades for two persons, as `table_of` gives them.
        free: fields that had no part in putting the pairs together.
        most_twins: share of the pairs that may be twins; 0 where the pairs do not share a date of birth.
        bound: free fields in which two persons of these pairs agree oftener than any two, as fathers of namesakes do. What they
            agree in by chance is learned beside the rest: as a contradiction of dates it would be taken for one person's.
    """
    rows = [row for row, field in enumerate(COMPARED) if field in free]
    family = [place for place, row in enumerate(rows) if COMPARED[row] in SHARED]
    going = [place for place, row in enumerate(rows) if COMPARED[row] in bound]
    vectors, pairs = counts.vectors[:, rows], counts.pairs.astype(np.float64)
    any_two = chance[rows, :]
    log_u = np.log(any_two)
    first = table_of({field: start_of(field) for field in COMPARED})[rows, :]
    rates, share, twins = first.copy(), 0.1, most_twins
    total = max(1.0, float(pairs.sum()))
    matched = np.zeros(len(pairs))
    rounds, settled = 0, False
    while rounds < ROUNDS and not settled:
        rounds += 1
        gains = np.log(rates)[range(len(rows)), vectors] - log_u[range(len(rows)), vectors]
        one, kin = _posteriors(gains.sum(axis=1), gains[:, family].sum(axis=1), share, twins)
        matched = one * pairs
        before, share = share, float(np.clip(matched.sum() / total, 1e-12, 1 - 1e-9))
        twins = min(most_twins, float((kin * pairs).sum() / total))
        rates = _maximised(vectors, matched, first)
        log_u[going] = np.log(_maximised(vectors, np.maximum(pairs - matched - kin * pairs, 0), any_two)[going])
        settled = abs(share - before) <= SETTLED * before
    learned = {
        COMPARED[row]: {grade: float(rates[place, grade]) for grade in GRADES[COMPARED[row]]}
        for place, row in enumerate(rows)
    }
    return Learned(learned, share, float(matched.sum()), rounds, twins)


def _posteriors(gain: Rates, family: Rates, share: float, twins: float) -> tuple[Rates, Rates]:
    """Of each vector the probability that it is one person's, and that it is twins'."""
    logs = [
        np.log(share) + gain,
        np.log(max(twins, 1e-300)) + family,
        np.full(len(gain), np.log(max(1 - share - twins, 1e-12))),
    ]
    top = np.max(logs, axis=0)
    one, kin, other = (np.exp(each - top) for each in logs)
    return one / (one + kin + other), kin / (one + kin + other)


def _maximised(vectors: np.ndarray[Any, np.dtype[np.uint8]], matched: Rates, first: Rates) -> Rates:
    """Rates that make the matched vectors likeliest, with the start counting for a few pairs."""
    made = np.ones_like(first)
    for place in range(vectors.shape[1]):
        found = np.bincount(vectors[:, place], weights=matched, minlength=first.shape[1])[1:]
        given = first[place, 1:] * _WEIGHT
        made[place, 1:] = np.maximum((found + given) / (found.sum() + given.sum()), _LEAST)
    return made
