"""Cut-offs that follow the size of an agreement, and the share of its candidates that chance gave.

A minimum number of loci treats a common genotype and a rare one alike. With N persons and M traces some N x M comparisons
are made, and a likelihood ratio of x is reached by at most one stranger in x; so one above N x M / alpha is expected from
chance at most alpha times in the whole agreement (dynamic cut-off, SSRN 4620448). Advice for an agreement's makers and for
examiners; no candidate is hidden by it.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from egnatia.engines.dna.statement import HitStatement
from egnatia.errors import InputError

ALPHA = 0.1
"""Coincidences that a whole agreement may be expected to have above the cut-off, as the cautious rules bound one search."""


def cut_off(pairs: int, alpha: float = ALPHA) -> float:
    """Logarithm of the likelihood ratio that strangers reach at most `alpha` times in so many comparisons.

    Raises:
        InputError: there are no comparisons, or alpha is not above 0.
    """
    if pairs < 1 or not alpha > 0:
        raise InputError("a cut-off needs at least one comparison and an alpha above 0", hint="Say how many profiles.")
    return math.log10(pairs / alpha)


def outweighs(hit: HitStatement, alpha: float = ALPHA) -> bool:
    """Whether a hit outweighs the number of comparisons it came from, by the population that speaks least for it.

    The comparisons are the agreement's, or those of the search where nobody said how large the agreement is.
    """
    return hit.least_log10_lr > cut_off(hit.sizes.pairs or hit.sizes.searched, alpha)


@dataclass(frozen=True, slots=True)
class Share:
    """Candidates of one class of agreement, by the number of loci compared.

    Attributes:
        loci: compared.
        near: whether these are the near matches.
        found: candidates.
        by_chance: of these, how many chance alone is expected to give: the mean of what their statements say, for all
            comparisons of the agreement at as many loci.
    """

    loci: int
    near: bool
    found: int
    by_chance: float

    @property
    def share(self) -> float:
        """Share of the candidates that chance gave; 1 where it alone explains all of them, or more."""
        return min(1.0, self.by_chance / self.found)


def shares(hits: Iterable[HitStatement]) -> tuple[Share, ...]:
    """How many of an agreement's candidates chance gave, by loci compared and by class, fewest loci first.

    Raises:
        InputError: a statement does not say how large the agreement is.
    """
    groups: dict[tuple[int, bool], list[float]] = {}
    for hit in hits:
        groups.setdefault((hit.compared, hit.near), []).append(_by_chance(hit))
    return tuple(
        Share(loci, near, len(expected), math.fsum(expected) / len(expected))
        for (loci, near), expected in sorted(groups.items())
    )


def _by_chance(hit: HitStatement) -> float:
    """Coincidences of the hit's own class in the whole agreement, by the most cautious population."""
    known = [(each.of_agreement, each.near_of_agreement) for each in hit.figures]
    counts = [near if hit.near else every - near for every, near in known if every is not None and near is not None]
    if not counts:
        raise InputError("a statement does not say how large the agreement is", hint="Give `Sizes` persons and traces.")
    return max(counts)
