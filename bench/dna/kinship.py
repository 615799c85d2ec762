"""Parents and children, full siblings and half siblings looked for together among millions of simulated persons.

Run: python -m bench.dna.kinship [--persons 10000000] [--queries 5] [--least 4]

With coancestry, mutations and every shipped population, the least of which counts. Prints processor seconds a question, all
in (tables, scan, exact indices); beside it, in the same run, one pass over as many bytes and one plain sum of one table for
each locus, in NumPy too: the floor for a single relation in a single population. Then what families are found.
"""

import argparse
import time
from statistics import median

import numpy as np
from bench.dna.search import seconds

from egnatia.engines.dna.columns import Columns
from egnatia.engines.dna.frequencies import shipped_populations
from egnatia.engines.dna.kinship import HALF, PARENT, SIBLINGS, Model
from egnatia.engines.dna.kinship_search import CHUNK, relatives
from egnatia.engines.dna.loci import SETS
from egnatia.engines.dna.simulate import as_columns, children, draw
from egnatia.engines.dna.types import Kind, Profile

SEED = 417
LOCI = SETS["dna-17"]
TOGETHER = (PARENT, SIBLINGS, HALF)


def simulated(persons: int, queries: int) -> tuple[Columns, list[Profile]]:
    """Persons with two loci of a hundred missing, and children of some of them, with their siblings among the persons."""
    rng = np.random.default_rng(SEED)
    population = next(each for each in shipped_populations() if each.name == "UK EA1 and EA2")
    people = draw(population, LOCI, persons, rng)
    mothers, fathers = draw(population, LOCI, queries, rng), draw(population, LOCI, queries, rng)
    asked, sibling = (children(mothers, fathers, rng) for _ in range(2))
    half = children(mothers, draw(population, LOCI, queries, rng), rng)
    for at, relatives_of in enumerate((mothers, sibling, half)):
        for name, drawn in relatives_of.drawn.items():
            people.drawn[name][at * queries : (at + 1) * queries] = drawn
    columns = as_columns(people, Kind.RELATIVE, "R-", 0.02, rng)
    return columns, [as_columns(asked, Kind.MISSING, "Q-", 0.0, rng).profile(number) for number in range(queries)]


def one_table(columns: Columns) -> float:
    """One table of single precision for each locus, gathered and added: the floor of one relation in one population."""
    tables = {row: np.random.default_rng(row).random(len(book), np.float32) for row, book in enumerate(columns.books)}
    most = 0.0
    for start in range(0, len(columns), CHUNK):
        codes = columns.codes[:, start : start + CHUNK]
        total = np.zeros(codes.shape[1], dtype=np.float32)
        for row, table in tables.items():
            if len(table) > 1:
                total += table.take(codes[row])
        most = max(most, float(total.max(initial=0)))
    return most


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--persons", type=int, default=10_000_000)
    parser.add_argument("--queries", type=int, default=5)
    parser.add_argument("--least", type=float, default=4.0)
    chosen = parser.parse_args()
    columns, queries = simulated(chosen.persons, chosen.queries)
    populations, times, listed = shipped_populations(), [], []
    found = dict.fromkeys((each.name for each in TOGETHER), 0)
    for number, query in enumerate(queries):
        began = time.process_time()
        list_ = relatives(query, columns, TOGETHER, populations, [Kind.RELATIVE], least=chosen.least, model=Model())
        times.append(time.process_time() - began)
        listed.append(len(list_))
        for at, relation in enumerate(TOGETHER):
            own = f"R-{at * chosen.queries + number}"
            found[relation.name] += any(each.ref == own and each.found.relation == relation.name for each in list_)
    typed = [columns.codes[row] for row in range(len(columns.codes)) if len(columns.books[row]) > 1]
    floor = median(seconds(lambda: [each.max() for each in typed]) for _ in range(3))
    plain = median(seconds(lambda: one_table(columns)) for _ in range(3))
    print(
        f"{chosen.persons:,} persons, {len(LOCI)} loci, {len(populations)} populations, index 10^{chosen.least:g} at least"
    )
    print(f"three relations   {median(times):.3f} s of processor time a question (worst {max(times):.3f})")
    print(f"one table a locus {plain:.3f} s")
    print(f"one pass of bytes {floor:.3f} s")
    print(f"listed            {median(listed):.0f} a question (median)")
    for name, count in found.items():
        print(f"found             {count} of {len(queries)}: {name}")


if __name__ == "__main__":
    main()
