"""Rules: which loci count, what is required of a profile, and what makes a comparison a candidate, and of which class.

A rule set is a property of an agreement, so it is data: read from a file, kept with every candidate by its name, version
and digest. Classes are tried in the order of the file; the first that fits gives the label. What fits none is no
candidate. The label is derived from the evidence and never stands in its place.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial

from egnatia.engines.dna.compare import (
    Measure,
    compare,
    compare_locus,
    compare_stringency,
    five_base_rule,
    no_micro_variants,
    with_obligatory,
)
from egnatia.engines.dna.loci import BY_NAME
from egnatia.engines.dna.types import Evidence, Kind, Profile, Stringency, Tally

MOST = 2 * len(BY_NAME)
"""Alleles or loci of the longest profile: a bound that bounds nothing."""


SHORT_OF: dict[Stringency, tuple[int, ...]] = {
    Stringency.HIGH: (2, 3, 4),
    Stringency.MODERATE: (3, 4),
    Stringency.LOW: (4,),
    Stringency.NONE: (),
}
"""Places of a tally that count what falls short of each stringency."""


class MicroTable(StrEnum):
    """Which micro-variants are taken for each other."""

    NONE = "none"
    PRUM = "prum"


@dataclass(frozen=True, slots=True)
class MatchClass:
    """One class of candidates.

    Attributes:
        label: as the agreement calls it.
        near: whether it is a near match, which wants another look at the typing.
        min_full: loci that agree in full, at least.
        min_compared: loci that both profiles have, at least.
        max_wildcards: loci where a wildcard took part, whether all of it agrees or not.
        max_micro: alleles that agree only as micro-variants.
        max_mismatched: alleles that do not agree.
        max_deviations: micro-variants and mismatches together.
        stringency: that loci have to reach, where this is the measure; `min_full` then counts loci of high stringency, and
            the bounds on wildcards, micro-variants and mismatches say nothing.
        max_below: loci that may fall short of it.
    """

    label: str
    near: bool
    min_full: int
    min_compared: int
    max_wildcards: int = MOST
    max_micro: int = 0
    max_mismatched: int = 0
    max_deviations: int = MOST
    stringency: Stringency | None = None
    max_below: int = 0

    def fits(self, found: Tally) -> bool:
        """Whether a comparison is of this class."""
        if found.full < self.min_full or found.compared < self.min_compared:
            return False
        if self.stringency is not None:
            return sum(found[place] for place in SHORT_OF[self.stringency]) <= self.max_below
        return (
            found.second <= self.max_wildcards
            and found.third <= self.max_micro
            and found.fourth <= self.max_mismatched
            and found.third + found.fourth <= self.max_deviations
        )


@dataclass(frozen=True, slots=True)
class Inclusion:
    """What a profile needs before it may be compared.

    Attributes:
        min_full: loci with two alleles and no wildcard, of those that count.
        core: loci of which persons need more.
        min_core: how many of these.
    """

    min_full: int = 0
    core: tuple[str, ...] = ()
    min_core: int = 0


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The rules of one agreement.

    Attributes:
        id: name of the set; with `version` it names one reading of it for ever.
        loci: that count. Amelogenin never does.
        five_bases: loci whose repeats have five bases, for the table of micro-variants.
        kinds: pairs of kinds that may be compared, in both directions.
        max_expected: coincidental matches that a search may lead one to expect before its candidates are only shown with
            the request for more loci; None for no bound.
        source: where the rules come from.
    """

    id: str
    version: str
    title: str
    source: str
    loci: tuple[str, ...]
    classes: tuple[MatchClass, ...]
    inclusion: Inclusion = field(default_factory=Inclusion)
    micro_variants: MicroTable = MicroTable.NONE
    five_bases: frozenset[str] = frozenset()
    kinds: frozenset[frozenset[Kind]] = frozenset()
    max_expected: float | None = None

    @property
    def by_stringency(self) -> bool:
        """Whether sets of alleles are compared, as CODIS does, and not pairs."""
        return self.classes[0].stringency is not None

    def measure(self) -> Measure:
        """How two designations of one locus are compared under these rules."""
        if self.by_stringency:
            return compare_stringency
        same = five_base_rule(self.five_bases) if self.micro_variants is MicroTable.PRUM else no_micro_variants
        return partial(compare_locus, same=same)

    def permits(self, left: Kind, right: Kind) -> bool:
        """Whether the two kinds may be compared at all."""
        return frozenset({left, right}) in self.kinds

    def wants(self, profile: Profile) -> str | None:
        """What a profile lacks to be compared under these rules; None when it lacks nothing."""
        full = {*profile.full_loci} & {*self.loci}
        if len(full) < self.inclusion.min_full:
            return f"{len(full)} loci in full, {self.inclusion.min_full} needed"
        core = full & {*self.inclusion.core}
        if profile.kind is Kind.PERSON and len(core) < self.inclusion.min_core:
            return f"{len(core)} of {len(self.inclusion.core)} core loci in full, {self.inclusion.min_core} needed"
        return None

    def classify(self, found: Tally) -> MatchClass | None:
        """The class of a comparison; None where it is no candidate."""
        return next((each for each in self.classes if each.fits(found)), None)

    def compare(self, left: Profile, right: Profile) -> tuple[Evidence, MatchClass | None]:
        """Compare two profiles allele by allele. The kinds and what a profile needs are the caller's to check first.

        Obligatory alleles count where stringency is the measure: the agreements by pairs of alleles know of none.
        """
        found = compare(left, right, self.loci, self.measure())
        if self.by_stringency and (left.required or right.required):
            found = with_obligatory(found, left, right)
        return found, self.classify(found.tally)
