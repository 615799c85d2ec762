"""Does this document carry that template? Each feature adds or takes bits, and the sum is held against a threshold.

For a value that both show, the bits are log2(KEPT / frequency): two documents of one source are noted alike with
probability KEPT, any two by chance with the value's frequency. For a value that only one shows they are
log2((1 - KEPT) / (1 - frequency)) of a kind with one value, and less of a kind with several, where a fault may simply
not have been noted.

A document is flagged only where it shares something with the template that no genuine document has: a fault, or a
falsity that a person noted. Whatever it shares besides (issuer, kind, number's shape, a well copied emblem) adds bits and
never flags by itself, however rare the issuer is.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from egnatia.engines.documents.series.details import SAME_BITS, bits_apart
from egnatia.engines.documents.series.rarity import Rarity
from egnatia.engines.documents.series.types import GENUINE_SHOWS, MANY, FeatureKind, Template

KEPT: Final = 0.9
"""How often two documents of one source are noted with the same value, of a kind with one value."""
NOTED: Final = 0.7
"""How often a fault that the template has is noted at all: an examiner stops when he is sure."""
FLAG_BITS: Final = 10.0
"""Bits from which a document is flagged against one that is known. In bench/documents/series.py (8 seeds, 120 known
documents) 99 of 100 new documents of a known series are flagged, and 2 of 1,000 of an unknown source."""


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one feature added to the score, in bits, and where it stands."""

    kind: FeatureKind
    value: str
    other: str
    """The value on the other side: the same, another one, or "" where it shows none."""
    bits: float


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two templates are, feature by feature."""

    reference: str
    other: str
    bits: float
    contributions: tuple[Contribution, ...]
    """The most telling first."""

    @property
    def shared(self) -> tuple[Contribution, ...]:
        """What both show and what therefore speaks for one source."""
        return tuple(each for each in self.contributions if each.value and each.other and each.bits > 0)

    @property
    def telling(self) -> tuple[Contribution, ...]:
        """Of what both show that which no genuine document has."""
        return tuple(each for each in self.shared if each.kind not in GENUINE_SHOWS)

    @property
    def flagged(self) -> bool:
        """Whether it reaches the threshold, by something that no genuine document has; what follows is a person's to say."""
        return self.bits >= FLAG_BITS and bool(self.telling)

    def chance(self, rarity: Rarity) -> float:
        """Of how many unrelated false documents one shows all that is shared, were the features independent: 0 to 1."""
        return math.prod(rarity.frequency(each.kind, each.value) for each in self.shared)


def compare(one: Template, other: Template, rarity: Rarity) -> Likeness:
    """Compare two templates; the same in both directions but for the names."""
    found: list[Contribution] = []
    all_theirs = other.by_kind()
    for kind, mine in one.by_kind().items():
        theirs = all_theirs.get(kind)
        if theirs is None:
            continue  # a kind that nobody noted on one of them says nothing
        if kind is FeatureKind.DETAIL:
            found += _details(mine, theirs, rarity)
        elif kind in MANY:
            found += _faults(kind, mine, theirs, rarity)
        else:
            found.append(_single(kind, mine[0], theirs[0], rarity))
    ordered = tuple(sorted(found, key=lambda each: (-each.bits, each.kind, each.value)))
    return Likeness(one.reference, other.reference, math.fsum(each.bits for each in found), ordered)


def _single(kind: FeatureKind, mine: str, theirs: str, rarity: Rarity) -> Contribution:
    if mine == theirs:
        bits = math.log2(KEPT / min(KEPT, rarity.frequency(kind, mine)))
    else:
        chance = max(rarity.frequency(kind, each) for each in (mine, theirs))
        bits = min(0.0, math.log2((1 - KEPT) / (1 - chance)))
    return Contribution(kind, mine, theirs, bits)


def _faults(kind: FeatureKind, mine: tuple[str, ...], theirs: tuple[str, ...], rarity: Rarity) -> list[Contribution]:
    """Shared faults add, those of one side take a little: the odds of noting it twice, once or never."""
    found: list[Contribution] = []
    for value in sorted({*mine, *theirs}):
        frequency = rarity.frequency(kind, value)
        if value in mine and value in theirs:
            bits = max(0.0, math.log2(NOTED / frequency))
        else:
            bits = min(0.0, math.log2((1 - NOTED) / (1 - frequency)))
        found.append(Contribution(kind, value if value in mine else "", value if value in theirs else "", bits))
    return found


def _details(mine: tuple[str, ...], theirs: tuple[str, ...], rarity: Rarity) -> list[Contribution]:
    """Each detail that both have, by the nearest hash of the other side."""
    found: list[Contribution] = []
    for value in mine:
        apart = [(bits, each) for each in theirs if (bits := bits_apart(value, each)) is not None]
        if not apart:
            continue
        nearest, other = min(apart)
        frequency = max(rarity.frequency(FeatureKind.DETAIL, each) for each in (value, other))
        odds = KEPT / frequency if nearest <= SAME_BITS else (1 - KEPT) / (1 - frequency)
        found.append(Contribution(FeatureKind.DETAIL, value, other, math.log2(odds)))
    return found


def flag(template: Template, known: Iterable[Template], rarity: Rarity) -> tuple[Likeness, ...]:
    """Every known template that this one reaches the threshold with, the most alike first."""
    found = (compare(template, each, rarity) for each in known if each.reference != template.reference)
    return tuple(sorted((each for each in found if each.flagged), key=lambda each: (-each.bits, each.other)))
