"""Marks: one number for each designation of a locus, the same on both sides of a join where the loci agree.

Two designations with the same mark agree in full; two different marks, neither of them zero, are a deviation; zero says
nothing, and is what a gap, a wildcard or a mixture has. So whether profiles agree over several loci is whether sums of
marks are equal, and a profile that says nothing somewhere is met by leaving that locus out of the sum.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from egnatia.engines.dna.alleles import WILDCARD, Allele
from egnatia.engines.dna.columns import Columns
from egnatia.engines.dna.eligible import is_full
from egnatia.engines.dna.kernel import laxest_of
from egnatia.engines.dna.loci import LOCI
from egnatia.engines.dna.rules import RuleSet
from egnatia.engines.dna.types import PAIR, Designation, Stringency

Mark = np.ndarray[Any, np.dtype[np.uint32]]
"""Marks of codes or of profiles; 0 says nothing."""
Key = tuple[Allele, ...]
"""What a mark stands for."""
_SEED = 1036
"""Of the numbers that marks are. Two designations with one number (one in two thousand million) cost a look more."""
SAYS = 0x80
"""The bit that every mark has but zero."""
_SAMPLE = 1 << 12
"""Profiles of each side by which loci are judged; a wrong judgement costs time and changes nothing."""
_RAREST = 0.01
"""Share of agreement that no locus is taken to fall below, since a sample cannot show it."""


@dataclass(frozen=True, slots=True)
class Marks:
    """One locus of a join.

    Attributes:
        row: of the columns.
        right: mark of each code of the right side.
        left: for each code of the left side the marks that agree with it, first its own; zeros where the locus cannot be
            used for this profile.
        full: codes of the left side that can agree in full with anything.
        silent: share of the right side whose mark is zero.
        agreeing: share of those that say something which agree with a profile of the left side by chance.
    """

    row: int
    right: Mark
    left: tuple[Mark, ...]
    full: np.ndarray[Any, np.dtype[np.bool_]]
    silent: float
    agreeing: float

    @property
    def passing(self) -> float:
        """Share of the right side that this locus does not rule out."""
        return self.silent + (1 - self.silent) * self.agreeing


def marks_of(left: Columns, right: Columns, rules: RuleSet) -> tuple[Marks, ...]:
    """The loci by which profiles of two sets can be found in an index, those that rule out most first.

    Empty where the rules ask for so little at a locus that no index helps: one shared allele, as low stringency does.
    """
    laxest = laxest_of(rules)
    if laxest in {Stringency.LOW, Stringency.NONE}:
        return ()
    made = [
        _locus(row, left, right, laxest)
        for row, locus in enumerate(LOCI)
        if locus.name in rules.loci and len(left.books[row]) > 1 and len(right.books[row]) > 1
    ]
    return tuple(sorted(made, key=lambda each: each.passing))


def _locus(row: int, left: Columns, right: Columns, laxest: Stringency | None) -> Marks:
    keys = {None: _pair, Stringency.HIGH: _set, Stringency.MODERATE: _small_set}[laxest]
    numbers = _Numbers(row)
    others = numbers.of([keys(each) for each in right.books[row]])
    asked = [keys(each) for each in left.books[row]]
    if laxest is Stringency.MODERATE:
        ways = [[key and _part(key, place) for key in asked] for place in (PAIR, 0, 1)]
    else:
        ways = [asked]
    mine = tuple(numbers.of(way) for way in ways)
    full = np.array([(is_full(each) if laxest is None else _set(each) is not None) for each in left.books[row]])
    silent, agreeing = _shares(others.take(_sample(right, row)), [way.take(_sample(left, row)) for way in mine])
    return Marks(row, others, mine, full, silent, agreeing)


class _Numbers:
    """Gives every key of one locus its number."""

    def __init__(self, row: int) -> None:
        self._rng = np.random.default_rng((_SEED, row))
        self._known: dict[Key, int] = {}

    def of(self, keys: list[Key | None]) -> Mark:
        """The numbers of some keys; zero for none."""
        new = [key for key in dict.fromkeys(keys) if key and key not in self._known]
        numbers = self._rng.integers(0, 1 << 32, len(new)) | SAYS
        self._known |= dict(zip(new, numbers.tolist(), strict=True))
        return np.array([self._known[key] if key else 0 for key in keys], dtype=np.uint32)


def _pair(seen: Designation) -> Key | None:
    """Of a comparison allele by allele: two alleles as they stand."""
    return seen if is_full(seen) else None


def _set(seen: Designation) -> Key | None:
    """Of high stringency: the set of alleles."""
    return tuple(sorted({*seen})) if seen and WILDCARD not in seen else None


def _small_set(seen: Designation) -> Key | None:
    """Of moderate stringency: a set of at most two alleles, so that there are few sets within it."""
    key = _set(seen)
    return key if key and len(key) <= PAIR else None


def _part(key: Key, place: int) -> Key | None:
    """What agrees with two alleles at moderate stringency: both, or either alone. With one allele alone too much does."""
    if len(key) < PAIR:
        return None
    return key if place == PAIR else (key[place],)


def _sample(columns: Columns, row: int) -> np.ndarray[Any, Any]:
    return columns.codes[row, :: max(1, len(columns) // _SAMPLE)]


def _shares(right: Mark, left: list[Mark]) -> tuple[float, float]:
    """Share of the right that is silent, and of the rest how much agrees with somebody of the left."""
    usable = left[0] != 0
    if not usable.any() or not right.any():
        return float(np.mean(right == 0)) if len(right) else 1.0, 1.0
    values, counts = np.unique(right[right != 0], return_counts=True)
    agreeing = 0.0
    for way in left:
        places = np.searchsorted(values, way[usable]).clip(max=len(values) - 1)
        agreeing += float(np.mean(np.where(values[places] == way[usable], counts[places], 0))) / int(counts.sum())
    return float(np.mean(right == 0)), min(1.0, max(agreeing, _RAREST))
