"""Whether the expected coincidences come true: simulated exchanges of unrelated people, counted to the last pair.

Run: python -m bench.dna.calibration [--exchanges 1000] [--scale 1.0]

Each exchange has persons and traces of different people of one population, two kits on either side, a rule set and a
population drawn at random; nobody is anybody's relative and nobody left a trace, so that every candidate is a coincidence.
It counts whether the candidates that the join finds lie in the 99 % interval of a Poisson
distribution about what `of_agreement` expects. Of a hundred exchanges
ninety-eight should. Counts of one trace hang together: who has a common genotype meets many. With E expected in all, M
traces and N persons the variance is E (1 + c E (1/M + 1/N)), where c is how much the chance of a match varies from person to
person (between 1 and 10 here): so a Poisson interval holds where a trace meets far less than one coincidence, and not where
it meets several.
"""

import argparse
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import mean

import numpy as np

from egnatia.engines.dna.columns import Columns
from egnatia.engines.dna.databases import of_agreement
from egnatia.engines.dna.frequencies import Population, shipped_populations
from egnatia.engines.dna.join import join
from egnatia.engines.dna.loci import SETS
from egnatia.engines.dna.rule_file import shipped_rules
from egnatia.engines.dna.rules import RuleSet
from egnatia.engines.dna.simulate import as_columns, draw
from egnatia.engines.dna.types import Kind

SEED = 417
WITHIN = 0.99
RULES = ("prum-ess7", "prum-ess12", "cautious")
PERSONS, TRACES = (5_000, 150_000), (300, 6_000)
"""Least and most of each; so that most exchanges have between one and some hundred coincidences."""


@dataclass(frozen=True)
class Exchange:
    """One simulated exchange.

    Attributes:
        expected: candidates by `of_agreement`.
        observed: candidates found.
    """

    rules: str
    population: str
    persons: int
    traces: int
    expected: float
    observed: int


def poisson_interval(expected: float, within: float = WITHIN) -> tuple[int, int]:
    """The least and the most count that leave at most half of the rest on either side.

    Counted from forty standard deviations below, where nothing is left, so that a large mean does not underflow.
    """
    tail, below = (1 - within) / 2, 0.0
    count = max(0, math.floor(expected - 40 * math.sqrt(expected)))
    least: int | None = None
    while expected:
        below += math.exp(count * math.log(expected) - expected - math.lgamma(count + 1))
        least = count if least is None and below > tail else least
        if below >= 1 - tail:
            return least or 0, count
        count += 1
    return 0, 0


def _kits(rng: np.random.Generator, rules: RuleSet) -> list[list[tuple[str, ...]]]:
    """Two kits on either side: six or seven loci of which a person has the six that the rules want, and up to two more each."""
    core = rng.permutation(rules.inclusion.core).tolist()[: int(rng.integers(6, 8))]
    others = [each for each in SETS["sgm-plus"] if each not in core]
    return [[(*core, *rng.permutation(others).tolist()[: int(rng.integers(0, 3))]) for _ in range(2)] for _ in range(2)]


def _typed(
    population: Population, kits: Sequence[tuple[str, ...]], count: int, kind: Kind, rng: np.random.Generator
) -> tuple[Columns, dict[tuple[str, ...], int]]:
    """People of one population, half of them typed with either kit."""
    parts: list[Columns] = []
    counts: dict[tuple[str, ...], int] = {}
    for number, kit in enumerate(kits):
        size = count // len(kits)
        parts.append(as_columns(draw(population, kit, size, rng), kind, f"{kind}{number}-", 0.0, rng))
        counts[kit] = counts.get(kit, 0) + size
    return _side_by_side(parts), counts


def _side_by_side(parts: Sequence[Columns]) -> Columns:
    """Columns of one population's figures as one: a locus has the same designations in all that have it."""
    ends = np.cumsum([0, *(len(each.refs) for each in parts[:-1])]).astype(np.uint64)
    return Columns(
        tuple(max(books, key=len) for books in zip(*(each.books for each in parts), strict=True)),
        np.concatenate([each.codes for each in parts], axis=1),
        np.concatenate([each.kinds for each in parts]),
        np.concatenate([each.refs for each in parts]),
        np.concatenate([each.ends + end for each, end in zip(parts, ends, strict=True)]),
    )


def _expected(
    persons: Mapping[tuple[str, ...], int],
    traces: Mapping[tuple[str, ...], int],
    rules: RuleSet,
    population: Population,
) -> float:
    total = 0.0
    for one, many in persons.items():
        for other, few in traces.items():
            shared = dict.fromkeys({*one} & {*other}, 2)
            total += of_agreement(shared, rules, many * few, [population], 0.0)[0].matches
    return total


def exchange(rng: np.random.Generator, *, scale: float = 1.0) -> Exchange:
    """Simulate one exchange and count its coincidences."""
    rules = shipped_rules(str(rng.choice(RULES)))
    populations = shipped_populations()
    population = populations[int(rng.integers(len(populations)))]
    sizes = [int(scale * math.exp(rng.uniform(math.log(low), math.log(high)))) for low, high in (PERSONS, TRACES)]
    kits = _kits(rng, rules)
    persons, by_kit = _typed(population, kits[0], sizes[0], Kind.PERSON, rng)
    traces, of_traces = _typed(population, kits[1], sizes[1], Kind.TRACE, rng)
    observed = sum(len(found) for found in join(traces, persons, rules))
    expected = _expected(by_kit, of_traces, rules, population)
    return Exchange(rules.id, population.name, len(persons), len(traces), expected, observed)


def main() -> None:
    """Simulate, count and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--exchanges", type=int, default=1_000)
    parser.add_argument("--scale", type=float, default=1.0)
    chosen = parser.parse_args()
    began = time.process_time()
    rng = np.random.default_rng(SEED)
    made = [exchange(rng, scale=chosen.scale) for _ in range(chosen.exchanges)]
    inside = [low <= each.observed <= high for each in made for low, high in [poisson_interval(each.expected)]]
    print(f"{len(made)} exchanges, {sum(each.persons * each.traces for each in made):,} pairs, ", end="")
    print(f"{time.process_time() - began:.0f} s of processor time")
    print(
        f"expected {sum(each.expected for each in made):,.1f} coincidences, counted {sum(each.observed for each in made):,}"
    )
    print(f"in the 99 % interval: {sum(inside)} of {len(made)} ({mean(inside):.1%})")
    for name in RULES:
        of = [(each, good) for each, good in zip(made, inside, strict=True) if each.rules == name]
        told = f"expected {sum(each.expected for each, _ in of):,.1f}, counted {sum(each.observed for each, _ in of):,}"
        print(f"  {name:11} {sum(good for _, good in of)} of {len(of)}, {told}")
    for low, high in ((0, 1), (1, 10), (10, 100), (100, math.inf)):
        of = [(each, good) for each, good in zip(made, inside, strict=True) if low <= each.expected < high]
        if of:
            print(f"  {low:g} to {high:g} expected: {sum(good for _, good in of)} of {len(of)}")


if __name__ == "__main__":
    main()
