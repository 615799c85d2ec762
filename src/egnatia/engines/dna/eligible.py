"""Which profiles of columns may be compared under rules at all: by their kinds, and by what the rules want of a profile.

The same that `RuleSet.permits` and `RuleSet.wants` say of one profile, for all of a set at once.
"""

from typing import Any

import numpy as np

from egnatia.engines.dna.alleles import WILDCARD
from egnatia.engines.dna.columns import Codes, Columns
from egnatia.engines.dna.loci import LOCI
from egnatia.engines.dna.rules import RuleSet
from egnatia.engines.dna.types import PAIR, Designation, Kind

Flags = np.ndarray[Any, np.dtype[np.bool_]]
"""One yes or no for each profile, or each pair of kinds."""
_PERSON = [*Kind].index(Kind.PERSON)


def permitted_kinds(rules: RuleSet) -> Flags:
    """A square of yes and no over the kinds, by their place in `Kind`."""
    return np.array([[rules.permits(one, other) for other in Kind] for one in Kind])


def is_full(seen: Designation) -> bool:
    """Whether a designation is two alleles and no wildcard, as `Profile.full_loci` has it."""
    return len(seen) == PAIR and WILDCARD not in seen


class Eligible:
    """Says which profiles of some columns lack nothing and are of kinds that others may be compared with.

    Args:
        columns: whose code books the codes are of.
        others: kinds of the other side, as `Columns.kinds` has them.
    """

    def __init__(self, columns: Columns, rules: RuleSet, others: np.ndarray[Any, np.dtype[np.uint8]]) -> None:
        self._wanted = rules.inclusion
        self._kinds: Flags = np.asarray(permitted_kinds(rules)[:, np.unique(others)].any(axis=1))
        self._full = [
            (row, locus.name in rules.inclusion.core, np.array([is_full(each) for each in columns.books[row]]))
            for row, locus in enumerate(LOCI)
            if locus.name in rules.loci and len(columns.books[row]) > 1
        ]

    def among(self, codes: Codes, kinds: np.ndarray[Any, np.dtype[np.uint8]]) -> Flags:
        """Which of the profiles with these codes and kinds may be compared."""
        full = np.zeros(len(kinds), dtype=np.uint8)
        core = np.zeros(len(kinds), dtype=np.uint8)
        for row, in_core, flags in self._full:
            seen = flags.take(codes[row], mode="clip")  # no code is past its book: columns hold that
            full += seen
            if in_core:
                core += seen
        enough = (core >= self._wanted.min_core) | (kinds != _PERSON)
        return np.asarray(self._kinds[kinds] & (full >= self._wanted.min_full) & enough)
