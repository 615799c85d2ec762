"""One search by the rules of Prüm over millions of simulated persons, beside the floor of memory and a plain sum.

Run: python -m bench.dna.search [--persons 10000000] [--queries 20]

Prints processor seconds a search; beside it, in the same run, what one pass over as many bytes costs (the floor when all
loci are read) and the same search without ruling out (every locus of every profile). Machines are noisy: read the ratios.
"""

import argparse
import time
from collections.abc import Callable
from statistics import median

import numpy as np

from egnatia.engines.dna.columns import Columns
from egnatia.engines.dna.frequencies import shipped_populations
from egnatia.engines.dna.kernel import CHUNK, tables
from egnatia.engines.dna.loci import SETS
from egnatia.engines.dna.rule_file import shipped_rules
from egnatia.engines.dna.search import search
from egnatia.engines.dna.simulate import as_columns, draw, mistyped
from egnatia.engines.dna.types import Kind, Profile

SEED = 417
RULES = "prum-ess12"
LOCI = SETS["dna-17"]


def simulated(persons: int, queries: int) -> tuple[Columns, list[Profile]]:
    """Persons with two loci of a hundred missing, and traces of some of them with typing errors."""
    rng = np.random.default_rng(SEED)
    population = next(each for each in shipped_populations() if each.name == "UK EA1 and EA2")
    people = draw(population, LOCI, persons, rng)
    columns = as_columns(people, Kind.PERSON, "P-", 0.02, rng)
    traces = as_columns(mistyped(people, 0.02, rng), Kind.TRACE, "T-", 0.0, rng)
    chosen = rng.choice(persons, queries, replace=False).tolist()
    return columns, [traces.profile(number) for number in chosen]


def seconds(work: Callable[[], object]) -> float:
    """Processor time of one piece of work."""
    began = time.process_time()
    work()
    return time.process_time() - began


def every_locus(query: Profile, columns: Columns) -> int:
    """The counts of every locus of every profile, added up; nothing is ruled out on the way."""
    ordered = tables(query, columns, shipped_rules(RULES))
    total = 0
    for start in range(0, len(columns), CHUNK):
        codes = columns.codes[:, start : start + CHUNK]
        counts = np.zeros(codes.shape[1], dtype=np.uint32)
        for table in ordered:
            counts += table.counts.take(codes[table.row])
        total += int(counts.max(initial=0))
    return total


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--persons", type=int, default=10_000_000)
    parser.add_argument("--queries", type=int, default=20)
    chosen = parser.parse_args()
    columns, queries = simulated(chosen.persons, chosen.queries)
    rules, found, times = shipped_rules(RULES), 0, []
    for query in queries:
        began = time.process_time()
        found += any(each.ref == f"P-{query.ref[2:]}" for each in search(query, columns, rules))
        times.append(time.process_time() - began)
    typed = [columns.codes[row] for row in range(len(columns.codes)) if len(columns.books[row]) > 1]
    floor = median(seconds(lambda: [each.max() for each in typed]) for _ in range(3))
    whole = median(seconds(lambda: every_locus(queries[0], columns)) for _ in range(3))
    print(f"{chosen.persons:,} persons, {len(LOCI)} loci, {len(queries)} traces, rules {RULES}")
    print(f"search            {median(times):.3f} s of processor time (worst {max(times):.3f})")
    print(f"every locus       {whole:.3f} s, {whole / median(times):.1f} times the search")
    print(f"one pass of bytes {floor:.3f} s, search at {median(times) / floor:.1f} times that")
    print(f"own person found  {found} of {len(queries)}")


if __name__ == "__main__":
    main()
