"""People who do not exist: profiles drawn from a population's figures, with gaps, typing errors and relatives.

For measurements, for tests, and for showing an officer what chance does. Nobody is depicted: alleles are drawn one by one
from counted frequencies, loci are independent, and references say that they are simulated.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from egnatia.engines.dna.alleles import Allele
from egnatia.engines.dna.columns import Columns
from egnatia.engines.dna.frequencies import LocusFrequencies, Population
from egnatia.engines.dna.loci import LOCI
from egnatia.engines.dna.types import Designation, Kind
from egnatia.errors import InputError

Drawn = np.ndarray[Any, np.dtype[np.uint8]]
"""Two numbers of alleles for each person, counted in the population's table of one locus."""
MOST_ALLELES = 255


@dataclass(frozen=True, slots=True)
class People:
    """People drawn from one population: for each locus the alleles it has and two numbers of them a person."""

    alleles: Mapping[str, tuple[Allele, ...]]
    drawn: Mapping[str, Drawn]

    def __len__(self) -> int:
        """How many there are."""
        return len(next(iter(self.drawn.values()), ()))


def draw(population: Population, loci: Sequence[str], count: int, rng: np.random.Generator) -> People:
    """Draw unrelated people at these loci.

    Raises:
        InputError: the population has no figures for one of the loci.
    """
    missing = [name for name in loci if name not in population.loci]
    if missing:
        raise InputError(f"{population.name} has no figures for {', '.join(missing)}", hint="Choose fewer loci.")
    return People(
        {name: tuple(sorted(population.loci[name].seen)) for name in loci},
        {name: _draw(population.loci[name], count, rng) for name in loci},
    )


def _draw(table: LocusFrequencies, count: int, rng: np.random.Generator) -> Drawn:
    alleles = sorted(table.seen)
    if len(alleles) > MOST_ALLELES:
        raise InputError(f"a locus with {len(alleles)} alleles is not simulated")
    shares = np.array([table.seen[each] for each in alleles])
    bounds = np.cumsum(shares / shares.sum())[:-1]
    return np.searchsorted(bounds, rng.random((count, 2)), side="right").astype(np.uint8)


def children(mothers: People, fathers: People, rng: np.random.Generator) -> People:
    """One child of each pair: at every locus one allele of each parent. Called twice for the same pairs it gives siblings."""
    drawn = {}
    for name, left in mothers.drawn.items():
        right = fathers.drawn[name]
        pick = rng.integers(0, 2, (2, len(left)))
        rows = np.arange(len(left))
        drawn[name] = np.stack([left[rows, pick[0]], right[rows, pick[1]]], axis=1)
    return People(mothers.alleles, drawn)


def chosen(people: People, numbers: np.ndarray[Any, np.dtype[np.int64]]) -> People:
    """Some of the people, in the order of their numbers here; the same one more than once where asked."""
    return People(people.alleles, {name: seen[numbers] for name, seen in people.drawn.items()})


def together(groups: Sequence[People]) -> People:
    """People of several populations as one set, group after group; all of the same loci."""
    alleles = {
        name: tuple(sorted({allele for each in groups for allele in each.alleles[name]})) for name in groups[0].alleles
    }
    drawn = {}
    for name, all_of_them in alleles.items():
        places = [np.searchsorted(all_of_them, each.alleles[name]).astype(np.uint8) for each in groups]
        drawn[name] = np.concatenate([place[each.drawn[name]] for place, each in zip(places, groups, strict=True)])
    return People(alleles, drawn)


def mistyped(people: People, share: float, rng: np.random.Generator) -> People:
    """The same people typed again, each locus with this chance of one allele read as its neighbour in the table."""
    drawn = {
        name: _misread(seen, np.flatnonzero(rng.random(len(seen)) < share), len(people.alleles[name]), rng)
        for name, seen in people.drawn.items()
    }
    return People(people.alleles, drawn)


def mistyped_once(people: People, share: float, rng: np.random.Generator) -> People:
    """The same people typed again, this share of them with one allele of one locus read as its neighbour."""
    wrong = np.flatnonzero(rng.random(len(people)) < share)
    where = rng.integers(0, len(people.drawn), len(wrong))
    drawn = {
        name: _misread(seen, wrong[where == place], len(people.alleles[name]), rng)
        for place, (name, seen) in enumerate(people.drawn.items())
    }
    return People(people.alleles, drawn)


def _misread(seen: Drawn, rows: np.ndarray[Any, np.dtype[np.int64]], alleles: int, rng: np.random.Generator) -> Drawn:
    last = alleles - 1
    side = rng.integers(0, 2, len(rows))
    typed = seen.copy()
    before = typed[rows, side]
    typed[rows, side] = np.where(before < last, before + 1, before - (last > 0))
    return typed


def as_columns(people: People, kind: Kind, prefix: str, missing: float, rng: np.random.Generator) -> Columns:
    """Packed columns of people, each locus left out with the chance `missing`; references are prefix and number."""
    count = len(people)
    codes = np.zeros((len(LOCI), count), dtype=np.uint16)
    books: list[tuple[Designation, ...]] = []
    for row, locus in enumerate(LOCI):
        alleles = people.alleles.get(locus.name, ())
        books.append(((), *_pairs(alleles)))
        if alleles:
            low, high = np.sort(people.drawn[locus.name], axis=1).T.astype(np.uint32)
            codes[row] = 1 + high * (high + 1) // 2 + low
            if missing:
                codes[row, rng.random(count) < missing] = 0
    refs = [f"{prefix}{number}".encode() for number in range(count)]
    return Columns(
        tuple(books),
        codes,
        np.full(count, list(Kind).index(kind), dtype=np.uint8),
        np.frombuffer(b"".join(refs), dtype=np.uint8),
        np.cumsum([len(each) for each in refs], dtype=np.uint64),
    )


def _pairs(alleles: Sequence[Allele]) -> tuple[Designation, ...]:
    """Every genotype, in the order of its number: the higher allele's triangle first, then the lower allele."""
    return tuple((alleles[low], high) for number, high in enumerate(alleles) for low in range(number + 1))
