"""All traces of one database against all persons of another, by the rules of an agreement, on one core.

python -m bench.dna.join [--persons 10000000] [--traces 100000] [--rules prum-ess12] [--new 10000] [--keep DIRECTORY]

Simulated by the shipped generator: four populations, kits of 10, 16 and 23 loci, 10 % of loci missing on both sides, 10 % of
the traces with a typing error, relatives among the persons. Prints processor seconds of the join, of the nightly join of
new profiles with all the others, and beside them, in the same run:

- brute force: the kernel of a search, every trace against every person, from a sample of the traces;
- floor: one pass over the codes, which any method has to read;
- missed: candidates of the sampled traces that the kernel finds and the join does not, or the other way about. None.

With --keep the sets are stored there and used again. Machines are noisy: read the ratios.
"""

import argparse
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

from egnatia.engines.dna.columns import Columns, load, save
from egnatia.engines.dna.eligible import Eligible
from egnatia.engines.dna.frequencies import shipped_populations
from egnatia.engines.dna.increment import increment
from egnatia.engines.dna.join import join
from egnatia.engines.dna.pairs import Pairs
from egnatia.engines.dna.rule_file import shipped_rules
from egnatia.engines.dna.scan import part_of, scan
from egnatia.engines.dna.simulated_sets import Recipe, simulate

SEED = 417


def sets(persons: int, traces: int, keep: Path | None) -> tuple[Columns, Columns]:
    """The two sets, drawn anew or from where they were kept."""
    if keep is None or not (keep / "persons").exists():
        populations = [each for each in shipped_populations() if each.name.startswith("NIST")]
        made = simulate(Recipe(persons, traces), populations, np.random.default_rng(SEED))
        if keep is None:
            return made.persons, made.traces
        save(made.persons, keep / "persons")
        save(made.traces, keep / "traces")
    return load(keep / "persons"), load(keep / "traces")


def timed(work: Callable[[], object]) -> float:
    """Processor seconds of some work."""
    began = time.process_time()
    work()
    return time.process_time() - began


def pairs_of(found: Iterable[Pairs]) -> set[tuple[int, int, int]]:
    """Pairs as a set that can be compared."""
    return {
        each
        for part in found
        for each in zip(part.left.tolist(), part.right.tolist(), part.classes.tolist(), strict=True)
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--persons", type=int, default=10_000_000)
    parser.add_argument("--traces", type=int, default=100_000)
    parser.add_argument("--new", type=int, default=10_000)
    parser.add_argument("--sample", type=int, default=10)
    parser.add_argument("--rules", default="prum-ess12")
    parser.add_argument("--keep", type=Path)
    chosen = parser.parse_args()
    persons, traces = sets(chosen.persons, chosen.traces, chosen.keep)
    rules, found = shipped_rules(chosen.rules), set[tuple[int, int, int]]()
    print(f"{len(traces):,} traces x {len(persons):,} persons, rules {rules.id}, processor seconds on one core")
    whole = timed(lambda: found.update(pairs_of(join(traces, persons, rules))))
    print(
        f"join              {whole:.1f} s, {len(traces) * len(persons) / whole / 1e9:.1f} thousand million pairs a second"
    )
    print(f"candidates        {len(found):,}")
    new = part_of(traces, range(min(chosen.new, len(traces))))
    night = timed(lambda: list(increment(new, [persons], rules)))
    print(f"{len(new):,} new       {night:.1f} s against all the others and each other")
    asked = np.unique(np.linspace(0, len(traces) - 1, chosen.sample).astype(np.int64))
    wanted = asked[Eligible(traces, rules, persons.kinds).among(traces.codes[:, asked], traces.kinds[asked])]
    scanned = set[tuple[int, int, int]]()
    brute = timed(lambda: scanned.update(pairs_of(scan(traces, persons, rules, wanted, range(len(persons))))))
    brute *= len(traces) / max(1, len(wanted))
    print(f"brute force       {brute:,.0f} s from {len(wanted)} traces, {brute / whole:,.0f} times the join")
    some = {*wanted.tolist()}
    print(f"missed, of these  {len(scanned ^ {each for each in found if each[0] in some})}")
    typed = [persons.codes[row] for row, book in enumerate(persons.books) if len(book) > 1]
    print(f"floor             {timed(lambda: [each.max() for each in typed]):.2f} s, one pass over the codes")


if __name__ == "__main__":
    main()
