"""Floors that CI holds for chips: conformance cases, refused attacks, spoiled files. Exit status 1 when one is missed.

Run: python -m bench.documents.floors        (about half a minute; fixed seeds, no timing among the floors)
"""

import sys

from bench.documents.attacks import ATTACKS, mount
from bench.documents.conformance.run import run
from bench.documents.mutation_targets import TARGETS
from bench.documents.mutations import run_target, shares
from bench.floors import Floor, hold

_SPOILED = 2_000


def conformance_cases_right() -> float:
    """Of the 214 file-level cases of BSI TR-03105-5.1 (the three that the plan deleted included)."""
    return sum(each.right for each in run())


def attacks_refused() -> float:
    """Share of the clone and cross-country attacks that are not accepted."""
    return sum(not mount(name, attack).accepted for name, attack in ATTACKS) / len(ATTACKS)


def spoiled_files_handled() -> float:
    """Share of spoiled files that raise nothing, take under a second and are not believed."""
    wanted = shares(_SPOILED)
    tallies = [run_target(target, wanted[target.name]) for target in TARGETS]
    inputs = sum(tally.inputs for tally in tallies)
    return (inputs - sum(tally.bad for tally in tallies)) / inputs


FLOORS: tuple[Floor, ...] = (
    (conformance_cases_right, 214),
    (attacks_refused, 1.0),
    (spoiled_files_handled, 1.0),
)


if __name__ == "__main__":
    sys.exit(hold(FLOORS))
