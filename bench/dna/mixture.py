"""Mixed traces of two, three and four people against millions of simulated persons, in every population shipped.

Run: python -m bench.dna.mixture [--persons 1000000] [--queries 5] [--least 3]

Prints processor seconds a trace, all in (every ratio of every locus and population, the search, exact ratios of what it
finds), for one to three unknown contributors beside the candidate; beside it, in the same run, one plain sum of one table
for each locus. SmartRank 1.1.1 was measured at some 2,500 profiles a second for one unknown on another machine; it is not
part of this run.
"""

import argparse
import time
from statistics import median

import numpy as np
from bench.dna.kinship import one_table
from bench.dna.search import seconds

from egnatia.engines.dna.columns import Columns
from egnatia.engines.dna.frequencies import shipped_populations
from egnatia.engines.dna.loci import SETS
from egnatia.engines.dna.mixture import Chances
from egnatia.engines.dna.mixture_search import contributors
from egnatia.engines.dna.simulate import as_columns, draw
from egnatia.engines.dna.types import Kind, Profile

SEED = 417
LOCI = SETS["dna-17"]
LOST, STRAY = 0.05, 0.02
"""Share of alleles that the simulated traces lose, and of loci that show one of nobody."""


def mixed(people: list[Profile], number: int, rng: np.random.Generator) -> Profile:
    """A trace of some people in which a few alleles drop out, and a few of nobody drop in."""
    loci = {}
    for name in LOCI:
        seen = {each for person in people for each in person.loci[name] if rng.random() > LOST}
        if rng.random() < STRAY:
            seen.add(max(seen, default=people[0].loci[name][0]))
        if seen:
            loci[name] = tuple(sorted(seen)) if len(seen) > 1 else (*seen, *seen)
    return Profile(f"T-{number}", Kind.MIXTURE, loci)


def simulated(persons: int) -> Columns:
    """Persons of one population, typed at sixteen loci."""
    rng = np.random.default_rng(SEED)
    population = next(each for each in shipped_populations() if each.name == "UK EA1 and EA2")
    return as_columns(draw(population, LOCI, persons, rng), Kind.PERSON, "P-", 0.0, rng)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--persons", type=int, default=1_000_000)
    parser.add_argument("--queries", type=int, default=5)
    parser.add_argument("--least", type=float, default=3.0)
    chosen = parser.parse_args()
    columns, populations = simulated(chosen.persons), shipped_populations()
    rng = np.random.default_rng(SEED + 1)
    plain = median(seconds(lambda: one_table(columns)) for _ in range(3))
    print(
        f"{chosen.persons:,} persons, {len(LOCI)} loci, {len(populations)} populations, ratio 10^{chosen.least:g} at least"
    )
    for unknown in (1, 2, 3):
        times, found, listed = [], 0, []
        for number in range(chosen.queries):
            own = rng.choice(chosen.persons, unknown + 1, replace=False).tolist()
            trace = mixed([columns.profile(each) for each in own], number, rng)
            chances = Chances(LOST, STRAY, unknown=unknown)
            began = time.process_time()
            list_ = contributors(trace, columns, populations, [Kind.PERSON], chances, least=chosen.least)
            times.append(time.process_time() - began)
            listed.append(len(list_))
            found += len({each.number for each in list_} & {*own})
        people = f"{unknown + 1} people"
        print(f"{people:9} {median(times):.3f} s of processor time a trace (worst {max(times):.3f}), ", end="")
        print(f"{found} of {(unknown + 1) * chosen.queries} contributors found, {median(listed):.0f} listed")
    print(f"one table {plain:.3f} s")


if __name__ == "__main__":
    main()
