"""Two sets for a join that nobody's sample is in: persons and traces of several populations, typed over many years.

Everything that makes a join hard is in it: kits with few and with many loci, missing loci, wildcards, typing errors, and
relatives, who agree far more often than strangers. It is known who left which trace, so what is missed can be counted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

import numpy as np

from egnatia.engines.dna.alleles import WILDCARD
from egnatia.engines.dna.columns import Columns
from egnatia.engines.dna.frequencies import Population
from egnatia.engines.dna.loci import LOCI, SETS
from egnatia.engines.dna.simulate import People, as_columns, children, chosen, draw, mistyped_once, together
from egnatia.engines.dna.types import PAIR, Designation, Kind
from egnatia.errors import InputError

KITS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "sgm-plus": SETS["sgm-plus"],
        "dna-17": SETS["dna-17"],
        "fusion-6c": (*SETS["codis-20"], "SE33", "Penta D", "Penta E"),
    }
)
"""Kits by the years in which they came into use: 1999 with 10 loci, 2014 with 16, 2015 with 23 (their makers' manuals)."""
UNKNOWN = -1
"""In place of the person who left a trace."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What two simulated sets have in them.

    Attributes:
        persons: how many.
        traces: how many.
        kits: share of the profiles typed with each kit.
        missing: chance that a locus of the kit gave nothing.
        errors: share of the traces with one allele read as its neighbour.
        wildcards: chance that of a locus of a trace only one allele is known.
        relatives: share of the persons who are children of others in the set, two of each couple.
        known: share of the traces left by persons of the set.

    Raises:
        InputError: a share is none, or there are no kits of that name.
    """

    persons: int
    traces: int
    kits: Mapping[str, float] = field(default_factory=lambda: {"sgm-plus": 0.1, "dna-17": 0.5, "fusion-6c": 0.4})
    missing: float = 0.1
    errors: float = 0.1
    wildcards: float = 0.0
    relatives: float = 0.02
    known: float = 0.5

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn."""
        shares = (*self.kits.values(), self.missing, self.errors, self.wildcards, self.relatives, self.known)
        if not all(0 <= each <= 1 for each in shares) or not sum(self.kits.values()):
            raise InputError("shares are numbers from 0 to 1, and some kit has one")
        unknown = [each for each in self.kits if each not in KITS]
        if unknown:
            raise InputError(f"there is no kit {unknown[0]!r}", hint=f"Kits are {', '.join(KITS)}.")

    @property
    def loci(self) -> tuple[str, ...]:
        """Loci of any of the kits."""
        return tuple(dict.fromkeys(name for kit, share in self.kits.items() if share for name in KITS[kit]))


@dataclass(frozen=True, slots=True)
class Sets:
    """Two simulated sets; for each trace the number of the person who left it, or `UNKNOWN`."""

    persons: Columns
    traces: Columns
    sources: np.ndarray[Any, np.dtype[np.int64]]


def simulate(recipe: Recipe, populations: Sequence[Population], rng: np.random.Generator) -> Sets:
    """Draw two sets, of the populations in equal parts.

    Raises:
        InputError: a population has no figures for a locus of the kits.
    """
    people = _persons(recipe, populations, rng)
    sources = np.where(
        rng.random(recipe.traces) < recipe.known, rng.integers(0, max(1, len(people)), recipe.traces), -1
    )
    if not len(people):
        sources[:] = UNKNOWN
    strangers = _unrelated(int((sources == UNKNOWN).sum()), recipe.loci, populations, rng)
    leavers = together([people, strangers])
    numbers = sources.copy()
    numbers[sources == UNKNOWN] = len(people) + np.arange(len(strangers))
    traces = mistyped_once(chosen(leavers, numbers), recipe.errors, rng)
    left = _typed(as_columns(chosen(leavers, np.arange(len(people))), Kind.PERSON, "P-", 0.0, rng), recipe, rng)
    right = _typed(as_columns(traces, Kind.TRACE, "T-", 0.0, rng), recipe, rng)
    return Sets(left, with_wildcards(right, recipe.wildcards, rng), sources)


def _unrelated(count: int, loci: Sequence[str], populations: Sequence[Population], rng: np.random.Generator) -> People:
    """People of all populations in equal parts, in no order."""
    parts = np.bincount(rng.integers(0, len(populations), count), minlength=len(populations)).tolist()
    drawn = together([draw(each, loci, part, rng) for each, part in zip(populations, parts, strict=True)])
    return chosen(drawn, rng.permutation(count))


def _persons(recipe: Recipe, populations: Sequence[Population], rng: np.random.Generator) -> People:
    """Unrelated people, and behind them the children of some of them, siblings beside each other."""
    couples = int(recipe.persons * recipe.relatives) // 2
    if couples and recipe.persons <= 2 * couples:
        couples = (recipe.persons - 1) // 2
    unrelated = _unrelated(recipe.persons - 2 * couples, recipe.loci, populations, rng)
    if not couples:
        return unrelated
    mothers, fathers = (chosen(unrelated, rng.integers(0, len(unrelated), couples)) for _ in range(2))
    return together([unrelated, *(children(mothers, fathers, rng) for _ in range(2))])


def _typed(columns: Columns, recipe: Recipe, rng: np.random.Generator) -> Columns:
    """The same profiles, each with the loci of one kit only, and these with gaps. Writes into the codes."""
    shares = np.array([*recipe.kits.values()])
    kit_of = rng.choice(len(shares), len(columns), p=shares / shares.sum()).astype(np.uint8)
    for row, locus in enumerate(LOCI):
        if locus.name in recipe.loci:
            has = np.array([locus.name in KITS[kit] for kit in recipe.kits])[kit_of]
            columns.codes[row] *= has & (rng.random(len(columns), dtype=np.float32) >= recipe.missing)
    return columns


def with_wildcards(columns: Columns, share: float, rng: np.random.Generator) -> Columns:
    """The same profiles, at this share of their loci one of the two alleles unknown. Writes into the codes."""
    if not share:
        return columns
    books = []
    for row, book in enumerate(columns.books):
        alleles = sorted({allele for seen in book for allele in seen if allele != WILDCARD})
        longer = tuple(dict.fromkeys((*book, *((WILDCARD, allele) for allele in alleles))))
        places = {seen: code for code, seen in enumerate(longer)}
        known = [[places[_known(seen, side)] for side in (0, 1)] for seen in book]
        codes = columns.codes[row]
        hit = np.flatnonzero((rng.random(len(columns)) < share) & (codes > 0)) if len(book) > 1 else codes[:0]
        codes[hit] = np.array(known)[codes[hit], rng.integers(0, 2, len(hit))]
        books.append(longer)
    return replace(columns, books=tuple(books))


def _known(seen: Designation, side: int) -> Designation:
    """What is left of a genotype when only one allele is known; anything else as it is."""
    return (WILDCARD, seen[side]) if len(seen) == PAIR and WILDCARD not in seen else seen
