"""The contamination guard: traces of strangers, of staff, faint and mixed, held against an elimination set.

Run: python -m bench.dna.contamination [--traces 10000] [--staff 1000] [--seed 417]

Prints, for each sort of trace, how many were held back, and how many of those that any shipped rule set or the engine's own
search for contributors (in every population, at the limit) finds one by one were not: leaks. Those have to be none. The
reference is slow: it lays one trace in `--every` beside everybody by both, and all others beside whoever left them, by the
rule sets.
"""

import argparse
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from egnatia.engines.dna.alleles import Allele
from egnatia.engines.dna.columns import Columns, pack, unpack
from egnatia.engines.dna.elimination import LIMIT, Agreeing, Eliminators, weighed_as, widest_rules
from egnatia.engines.dna.frequencies import shipped_populations
from egnatia.engines.dna.kernel import ROUNDING
from egnatia.engines.dna.loci import SETS
from egnatia.engines.dna.mixture_search import contributors
from egnatia.engines.dna.simulate import as_columns, draw, mistyped
from egnatia.engines.dna.types import Designation, Kind, Profile

LOCI = SETS["dna-17"]
MISSING, MISTYPED = 0.1, 0.02
"""Shares of loci that a trace lacks, and of loci read wrongly: a poor laboratory's rather than a good one's."""
LIMITS = (5.0, LIMIT, 6.0)
"""Limits that are shown beside the one that holds."""
Make = Callable[[Profile, Profile, Profile], Profile]
"""A trace from one of the staff and two strangers."""


@dataclass(frozen=True, slots=True)
class Sort:
    """One sort of trace.

    Attributes:
        share: of all traces.
        staff: whether one of the staff left it, alone or with another.
    """

    name: str
    share: float
    staff: bool
    make: Make


def faint(share: float, rng: np.random.Generator) -> Make:
    """A trace of the staff that lost this share of its alleles."""

    def make(mine: Profile, *_strangers: Profile) -> Profile:
        kept = {name: [each for each in seen if rng.random() >= share] for name, seen in mine.loci.items()}
        return replace(mine, loci={name: _pair(seen) for name, seen in kept.items() if seen})

    return make


def _pair(seen: Sequence[Allele]) -> Designation:
    return tuple(sorted([*seen, *seen][:2]))


def mixture(mine: Profile, other: Profile) -> Profile:
    """Both in one trace."""
    loci = {}
    for name in LOCI:
        seen = {*mine.loci.get(name, ()), *other.loci.get(name, ())}
        if seen:
            loci[name] = tuple(sorted(seen)) if len(seen) > 1 else (*seen, *seen)
    return replace(mine, kind=Kind.MIXTURE, loci=loci)


def seven(_mine: Profile, stranger: Profile, _other: Profile) -> Profile:
    """A stranger's trace of an old kit."""
    return replace(stranger, loci=dict([*stranger.loci.items()][:7]))


def sorts(rng: np.random.Generator) -> tuple[Sort, ...]:
    """Half of the traces are of strangers, half have something of the staff."""
    return (
        Sort("stranger", 0.35, staff=False, make=lambda _, stranger, __: stranger),
        Sort("stranger, seven loci", 0.10, staff=False, make=seven),
        Sort("two strangers", 0.05, staff=False, make=lambda _, one, other: mixture(one, other)),
        Sort("staff", 0.20, staff=True, make=lambda mine, *_: mine),
        Sort("staff, 10 % of alleles lost", 0.10, staff=True, make=faint(0.1, rng)),
        Sort("staff, 30 % of alleles lost", 0.10, staff=True, make=faint(0.3, rng)),
        Sort("staff, 50 % of alleles lost", 0.05, staff=True, make=faint(0.5, rng)),
        Sort("staff and a stranger", 0.05, staff=True, make=lambda mine, one, _: mixture(mine, one)),
    )


def found_one_by_one(trace: Profile, columns: Columns, *, weighed: bool) -> set[str]:
    """The reference: pair by pair, and the search for contributors."""
    found = {
        each.ref
        for each in unpack(columns)
        if any(rules.compare(trace, each)[1] is not None for rules in widest_rules())
    }
    for chances in weighed_as(trace) if weighed else ():
        kinds = [Kind.ELIMINATION]
        held = contributors(trace, columns, shipped_populations(), kinds, chances, least=LIMIT)
        found |= {each.ref for each in held}
    return found


def run(traces: int, staff: int, seed: int, every: int) -> None:
    """Measure and print."""
    rng = np.random.default_rng(seed)
    population = next(each for each in shipped_populations() if each.name == "UK EA1 and EA2")
    people = draw(population, LOCI, staff, rng)
    guard = Eliminators(as_columns(people, Kind.ELIMINATION, "E-", 0.02, rng), min(LIMITS))
    left = [*unpack(as_columns(mistyped(people, MISTYPED, rng), Kind.TRACE, "T-", MISSING, rng))]
    strangers = [*unpack(as_columns(draw(population, LOCI, traces, rng), Kind.TRACE, "S-", MISSING, rng))]
    print(
        f"{traces:,} traces against {staff:,} of the staff, limit 10^{LIMIT:g}, {len(LOCI)} loci; held back at each limit"
    )
    at = "".join(f"{f'10^{each:g}':>9}" for each in LIMITS)
    print(f"{'sort':30} {'traces':>7}{at} {'leaks':>6} {'ms each':>8}")
    total = Counter[float]()
    innocent = leaks = number = 0
    for sort in sorts(rng):
        count, held, missed, spent = round(traces * sort.share), Counter[float](), 0, 0.0
        for each in range(count):
            mine = left[(number + each) % staff]
            two = strangers[(number + each) % traces], strangers[(number + each + traces // 2) % traces]
            trace = sort.make(mine, *two)
            began = time.process_time()
            agreeing = guard.agreeing(trace)
            spent += time.process_time() - began
            held.update(limit for limit in LIMITS if held_at(agreeing, limit))
            whole = each % every == 0
            among = guard.columns if whole else pack([guard.columns.profile((number + each) % staff)])
            missed += bool(found_one_by_one(trace, among, weighed=whole) - held_at(agreeing, LIMIT))
        number += count
        leaks += missed
        if not sort.staff:
            innocent, total = innocent + count, total + held
        shares = "".join(f"{held[limit] / max(1, count):9.2%}" for limit in LIMITS)
        print(f"{sort.name:30} {count:7,}{shares} {missed:6} {1000 * spent / max(1, count):8.2f}", flush=True)
    print(f"leaks {leaks}; innocent traces held back {total[LIMIT]} of {innocent:,} ({total[LIMIT] / innocent:.3%})")


def held_at(agreeing: Sequence[Agreeing], limit: float) -> set[str]:
    """Whom a trace is held back for at a limit: by rules at any, as a contributor from its ratio."""
    return {each.ref for each in agreeing if each.log10 is None or each.log10 >= limit - ROUNDING}


def main() -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--traces", type=int, default=10_000)
    parser.add_argument("--staff", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=417)
    parser.add_argument("--every", type=int, default=40)
    chosen = parser.parse_args()
    run(chosen.traces, chosen.staff, chosen.seed, chosen.every)


if __name__ == "__main__":
    main()
