"""Spoiled files given to every reader of the documents engine: nothing raised, nothing slow, nothing wrongly believed.

Run: python -m bench.documents.mutations            (100,000 inputs, about four minutes of one core)
     python -m bench.documents.mutations 5000       (so many)

Three figures have to be 0: exceptions other than the engine's own refusals (`InputError`, and
`TamperedError` for files of partners), inputs that took more than a
second of processor time, and spoiled files of which the engine still says that the issuer signed what they now say.
The seed is fixed; the same number of inputs is always the same inputs.
"""

import random
import sys
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field

from bench.documents.mutated import spoil
from bench.documents.mutation_stores import REFUSALS
from bench.documents.mutation_targets import TARGETS, Target

COUNT = 100_000
SLOW_SECONDS = 1.0
_SEED = 20260522


@dataclass(slots=True)
class Tally:
    """What happened to the inputs of one reader."""

    inputs: int = 0
    refused: int = 0
    raised: Counter[str] = field(default_factory=Counter)
    slow: int = 0
    slowest: float = 0.0
    believed: int = 0
    examples: list[tuple[str, bytes]] = field(default_factory=list)

    @property
    def bad(self) -> int:
        """Inputs that went wrong in any of the three ways."""
        return sum(self.raised.values()) + self.slow + self.believed


def run_target(target: Target, count: int, seed: int = _SEED) -> Tally:
    """Spoil the target's files so often, in turn, and read each."""
    rng = random.Random(f"{seed} {target.name}")
    seeds, tally = target.seeds(), Tally()
    for number in range(count):
        sound = seeds[number % len(seeds)]
        _one(target, sound, spoil(rng, sound), tally)
    return tally


def _one(target: Target, sound: bytes, spoiled: bytes, tally: Tally) -> None:
    """Read one spoiled file; this is the edge where whatever a reader raises is counted instead of passed on."""
    tally.inputs += 1
    began = time.process_time()
    try:
        target.read(spoiled)
    except REFUSALS:
        tally.refused += 1
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        where = traceback.extract_tb(error.__traceback__)[-1]
        name = f"{type(error).__name__} in {where.filename.rsplit('/', 1)[-1]}:{where.lineno}"
        tally.raised[name] += 1
        if len(tally.examples) < 3:
            tally.examples.append((name, spoiled))
        return
    spent = time.process_time() - began
    tally.slowest = max(tally.slowest, spent)
    if spent > SLOW_SECONDS:
        tally.slow += 1
        tally.examples.append((f"{spent:.1f} s", spoiled))
    if target.accepted is not None and target.accepted(sound, spoiled):
        tally.believed += 1
        tally.examples.append(("believed", spoiled))


def shares(count: int) -> dict[str, int]:
    """How many inputs each reader gets."""
    whole = sum(target.share for target in TARGETS)
    return {target.name: max(1, round(count * target.share / whole)) for target in TARGETS}


def main() -> int:
    """Print a line per reader, and what went wrong in full."""
    wanted = shares(int(sys.argv[1]) if len(sys.argv) > 1 else COUNT)
    total, bad = 0, 0
    print(f"{'reader':30}{'inputs':>8}{'refused':>9}{'raised':>8}{'over 1 s':>10}{'believed':>10}{'slowest ms':>12}")
    for target in TARGETS:
        tally = run_target(target, wanted[target.name])
        total, bad = total + tally.inputs, bad + tally.bad
        figures = (tally.inputs, tally.refused, sum(tally.raised.values()), tally.slow, tally.believed)
        print(
            f"{target.name:30}" + "".join(f"{n:>{w}}" for n, w in zip(figures, (8, 9, 8, 10, 10), strict=True)), end=""
        )
        print(f"{tally.slowest * 1000:12.1f}", flush=True)
        for name, spoiled in tally.examples:
            print(f"    {name}: {spoiled[:200].hex()}{'…' if len(spoiled) > 200 else ''}")
    print(f"{total:,} inputs, {bad} wrong")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
