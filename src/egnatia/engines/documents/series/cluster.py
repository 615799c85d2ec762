"""Which confirmed false documents come from one source: average linkage, the same in whatever order they came.

Two groups are joined while the mean likeness over all their pairs reaches the threshold, the most alike first; equals
are taken in the order of their references. A chain of documents, each like the next, therefore makes no series: the
whole group has to be alike.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from itertools import combinations
from typing import Final

from egnatia.engines.documents.series.match import compare
from egnatia.engines.documents.series.rarity import Rarity
from egnatia.engines.documents.series.sources import rarity_of
from egnatia.engines.documents.series.types import Template, TemplateFeature
from egnatia.errors import InputError

MAX_TEMPLATES: Final = 2_000
"""Documents grouped at once: two million comparisons, about a minute."""
JOIN_BITS: Final = 4.0
"""Mean bits over all pairs of a series; lower than for a flag, because a mean of many pairs is steadier than one pair.
Within 0.002 of the best in bench/documents/series.py: adjusted Rand index 0.975, the lowest of 8 seeds 0.956."""
_SHARED: Final = 0.5
"""Share of a series' members that has to show a feature for it to be the series' own."""


@dataclass(frozen=True, slots=True)
class Series:
    """Documents that seem to come from one source.

    Attributes:
        reference: the first of its members' references, as a name that stays while that document stays.
        members: references in order; at least two.
        bits: mean likeness over all pairs.
        features: what at least half of the members show: the template that the next one is held against.
    """

    reference: str
    members: tuple[str, ...]
    bits: float
    features: tuple[TemplateFeature, ...]


def series_of(
    templates: Iterable[Template], rarity: Rarity | None = None, threshold: float = JOIN_BITS
) -> tuple[Series, ...]:
    """Group templates; what is like no other is in no series.

    Args:
        templates: each reference once; of two with one reference the later is taken.
        rarity: frequencies; by default those of the templates themselves, each source counted once.
        threshold: mean bits that a series has at least.

    Raises:
        InputError: more than `MAX_TEMPLATES`.
    """
    by_reference = {template.reference: template for template in templates}
    if len(by_reference) > MAX_TEMPLATES:
        raise InputError(f"at most {MAX_TEMPLATES} documents are grouped at once; these are {len(by_reference)}")
    ordered = [by_reference[reference] for reference in sorted(by_reference)]
    bits = _pairs(ordered, rarity or rarity_of(tuple(ordered)))
    groups = _joined(len(ordered), bits, threshold)
    return tuple(_series([ordered[at] for at in group], group, bits) for group in groups if len(group) > 1)


def _pairs(templates: Sequence[Template], rarity: Rarity) -> dict[tuple[int, int], float]:
    return {
        (one, other): compare(templates[one], templates[other], rarity).bits
        for one, other in combinations(range(len(templates)), 2)
    }


def _joined(count: int, bits: dict[tuple[int, int], float], threshold: float) -> list[tuple[int, ...]]:
    """Average linkage by sums over pairs: the sum between two joined groups is the sum of their parts' sums."""
    groups: dict[int, tuple[int, ...]] = {at: (at,) for at in range(count)}
    sums: dict[int, dict[int, float]] = {at: {} for at in range(count)}
    for (one, other), value in bits.items():
        sums[one][other] = sums[other][one] = value
    waiting: list[tuple[float, tuple[int, ...], tuple[int, ...], int, int]] = [
        (-value, (one,), (other,), one, other) for (one, other), value in bits.items() if value >= threshold
    ]
    heapify(waiting)
    fresh = count
    while waiting:
        _, _, _, one, other = heappop(waiting)
        if one not in groups or other not in groups:
            continue
        members = tuple(sorted(groups.pop(one) + groups.pop(other)))
        first, second = sums.pop(one), sums.pop(other)
        sums[fresh] = {}
        for each, group in groups.items():
            total = first[each] + second[each]
            sums[fresh][each] = sums[each][fresh] = total
            mean = total / (len(members) * len(group))
            if mean >= threshold:
                low, high = sorted((members, group))
                heappush(waiting, (-mean, low, high, fresh, each))
        groups[fresh] = members
        fresh += 1
    return sorted(groups.values())


def _series(templates: Sequence[Template], group: tuple[int, ...], bits: dict[tuple[int, int], float]) -> Series:
    pairs = [bits[pair] for pair in combinations(group, 2)]
    shown = {
        each: sum(each in template.features for template in templates) for one in templates for each in one.features
    }
    common = tuple(sorted(each for each, times in shown.items() if times >= _SHARED * len(templates)))
    members = tuple(template.reference for template in templates)
    return Series(members[0], members, sum(pairs) / len(pairs), common)
