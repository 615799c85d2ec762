"""What a join will come to, judged from a sample before it begins: how many pairs, how many candidates, by which way.

A join of large sets by rules that ask for little gives more candidates than anybody can look at, most of them chance. That
is said before the work and not after it.
"""

from dataclasses import dataclass

import numpy as np

from egnatia.engines.dna.batches import Preparer
from egnatia.engines.dna.columns import Columns
from egnatia.engines.dna.eligible import Eligible
from egnatia.engines.dna.pairs import Numbers, Pairs
from egnatia.engines.dna.rules import RuleSet
from egnatia.engines.dna.scan import scan
from egnatia.errors import InputError

MOST_PAIRS = 10_000_000
"""Candidates of one join, at most, unless somebody asks for more: ten times what an office looks at in a year or more."""
ASKED, MET = 24, 1 << 16
"""Profiles of each side in the sample: 1.5 million pairs, in about a second."""
LEAST_SEEN = 10
"""Candidates in the sample below which it says nothing: one in 150,000 pairs, or fewer."""
_PLANNED = 1 << 10


@dataclass(frozen=True, slots=True)
class Prospect:
    """What is to be expected of a join.

    Attributes:
        pairs: that are compared, a set with itself counted once.
        candidates: expected from the sample; None where there was none, or it shows too few to say.
        scanned: share of the smaller set that is compared with everything, because no index serves it.
    """

    pairs: int
    candidates: float | None
    scanned: float


def prospect(left: Columns, right: Columns, rules: RuleSet, most: int = MOST_PAIRS) -> Prospect:
    """Judge a join of two sets, or of one with itself, from a sample of it; of no more pairs than `most` without one.

    Raises:
        InputError: the rules permit no kind of one set to be compared with any of the other.
    """
    itself = left is right
    if not itself and len(left) > len(right):
        left, right = right, left
    numbers = np.flatnonzero(Eligible(left, rules, right.kinds).among(left.codes, left.kinds))
    _refuse_kinds(left, right, rules)
    pairs = len(left) * (len(left) - 1) // 2 if itself else len(left) * len(right)
    if not len(numbers):
        return Prospect(pairs, 0.0, 0.0)
    planned = _spread(numbers, _PLANNED)
    scanned = len(Preparer(left, right, rules).batch(planned).scanned) / len(planned)
    if pairs <= most:
        return Prospect(pairs, None, scanned)
    asked = _spread(numbers, ASKED)
    met = range(0, len(right), max(1, len(right) // MET))
    seen = sum(_others(found, itself=itself) for found in scan(left, right, rules, asked, met))
    of = len(numbers) * len(right) / (2 if itself else 1)
    return Prospect(pairs, seen / (len(asked) * len(met)) * of if seen >= LEAST_SEEN else None, scanned)


def refuse_too_many(found: Prospect, most: int) -> None:
    """Refuse a join of which more candidates are to be expected than anybody wants.

    Raises:
        InputError: they are more than `most`.
    """
    if found.candidates is not None and found.candidates > most:
        raise InputError(
            f"about {found.candidates:.2g} candidates are to be expected among {found.pairs:.2g} pairs, most of them chance;"
            f" at most {most:,} are allowed",
            hint="Use rules that ask for more loci, join fewer profiles, or allow more with --most.",
        )


def _spread(numbers: Numbers, most: int) -> Numbers:
    """Some of the numbers, from the first to the last."""
    return numbers[np.unique(np.linspace(0, len(numbers) - 1, min(most, len(numbers))).astype(np.int64))]


def _others(found: Pairs, *, itself: bool) -> int:
    """Candidates that are not a profile met again."""
    return int((found.left != found.right).sum()) if itself else len(found)


def _refuse_kinds(left: Columns, right: Columns, rules: RuleSet) -> None:
    one, other = (
        {each.kind(number) for number in np.unique(each.kinds, return_index=True)[1].tolist()} for each in (left, right)
    )
    if one and other and not any(rules.permits(mine, theirs) for mine in one for theirs in other):
        raise InputError(
            f"{rules.id} does not compare {', '.join(sorted(one))} with {', '.join(sorted(other))}",
            hint="`egnatia dna rules NAME` shows which kinds are compared; other rules may permit it.",
        )
