"""The nightly join: new profiles against all that are there, and against each other.

A join from scratch of old and new together finds what the earlier join found and what this one finds, each pair in one of
the two: a test holds them against each other. Nothing is kept between nights, so nothing can be out of date; only the new
profiles are indexed, and the old ones are read once.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from egnatia.engines.dna.columns import Columns
from egnatia.engines.dna.join import Show, join, show_nothing
from egnatia.engines.dna.pairs import Pairs
from egnatia.engines.dna.rules import RuleSet


@dataclass(frozen=True, slots=True)
class Increment:
    """Candidates of new profiles.

    Attributes:
        against: the place of the set that the right side of the pairs is of; None where it is the new one itself.
        pairs: new profiles on the left side.
    """

    against: int | None
    pairs: Pairs


def increment(
    new: Columns, old: Sequence[Columns], rules: RuleSet, *, show: Show = show_nothing
) -> Iterator[Increment]:
    """Candidates between new profiles and all earlier ones, and among the new ones.

    Args:
        new: profiles that no join has seen.
        old: the earlier ones, in as many sets as they are kept in.
        rules: by which pairs are candidates.
        show: told how far the work with each set is.
    """
    for place, each in enumerate(old):
        for found in join(new, each, rules, show=show):
            yield Increment(place, found)
    for found in join(new, new, rules, show=show):
        yield Increment(None, found)
