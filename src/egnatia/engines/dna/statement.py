"""The statement of a hit: what stands beside every candidate, always, in figures and in words.

What agrees and what does not; how rare that is, in three populations or more with the most cautious first; how much likelier
it is if both are of one person; and how many such candidates chance alone would give in this search and between the whole
databases of the agreement, near matches included, at the loci that these two were compared at. A candidate without a
statement is not shown. Limits: figures hold for unrelated people, and the words say so each time.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from egnatia.engines.dna.frequencies import Population, shipped_populations
from egnatia.engines.dna.hit_figures import Figures, Sizes, figures_of
from egnatia.engines.dna.probability import THETA
from egnatia.engines.dna.rules import RuleSet
from egnatia.engines.dna.types import Evidence, LocusEvidence, Profile, write_designation
from egnatia.engines.dna.words import (
    WARNING,
    advice_in_words,
    agreement_in_words,
    evidence_in_words,
    rarity_in_words,
    ratio_in_words,
    search_in_words,
)
from egnatia.errors import InputError

__all__ = ["Figures", "HitStatement", "Sizes", "statement"]

VERSION = 1
"""Of the plain form."""


@dataclass(frozen=True, slots=True)
class HitStatement:
    """Everything that has to stand beside a candidate.

    Attributes:
        rules, version: the rule set that made it a candidate.
        label: its class; `near` whether that is a near match.
        compared, full, wildcards, micro_variants, mismatched: of the evidence: loci, loci, loci, alleles, alleles. By
            stringency `full` counts high, `wildcards` moderate and `mismatched` all loci below that.
        loci: the evidence, locus by locus.
        theta: coancestry that was reckoned with.
        sizes: profiles searched, and in the agreement.
        figures: by population, the most cautious first: the highest match probability, of a mixture the lowest ratio.
        sentences: for a prosecutor: what agrees, how rare it is, chance in this search, chance in the agreement.
        advice: what to do first: where chance alone gives more than the rules take for granted, where the match is near,
            and where amelogenin differs.
        warning: that this is a lead and no identification.
    """

    rules: str
    version: str
    label: str
    near: bool
    compared: int
    full: int
    wildcards: int
    micro_variants: int
    mismatched: int
    loci: tuple[LocusEvidence, ...]
    theta: float
    sizes: Sizes
    figures: tuple[Figures, ...]
    sentences: tuple[str, ...]
    advice: tuple[str, ...]
    warning: str = WARNING

    @property
    def most_expected(self) -> float:
        """Candidates that chance alone gives in this search, by the most cautious population."""
        return max(each.of_search for each in self.figures)

    @property
    def most_expected_of_agreement(self) -> float | None:
        """Likewise between the whole databases of the agreement; None where nobody said how large they are."""
        return max((each.of_agreement for each in self.figures if each.of_agreement is not None), default=None)

    @property
    def least_log10_lr(self) -> float:
        """Logarithm of the likelihood ratio by the population that speaks least for one person."""
        return min(each.log10_lr for each in self.figures)

    def as_dict(self) -> dict[str, Any]:
        """The plain form, of texts, numbers, lists and mappings only, that JSON writes."""
        loci = [
            {
                "locus": each.locus,
                "asked": write_designation(each.left),
                "found": write_designation(each.right),
                "agreement": each.agreement.value,
            }
            for each in self.loci
        ]
        plain: dict[str, Any] = {"statement": VERSION, "rules": {"id": self.rules, "version": self.version}}
        plain |= {"class": self.label, "near": self.near, "theta": self.theta, "sizes": asdict(self.sizes)}
        plain |= {
            name: getattr(self, name) for name in ("compared", "full", "wildcards", "micro_variants", "mismatched")
        }
        plain |= {"loci": loci, "figures": [asdict(each) | {"left_out": [*each.left_out]} for each in self.figures]}
        return plain | {"sentences": [*self.sentences], "advice": [*self.advice], "warning": self.warning}


def statement(
    asked: Profile,
    found: Profile,
    rules: RuleSet,
    sizes: Sizes,
    populations: Sequence[Population] | None = None,
    theta: float = THETA,
) -> HitStatement:
    """State a hit: of the profile that was searched with, and the one it met.

    Args:
        asked: ours or a partner's; `sizes.searched` profiles were compared with it.
        found: the other one.
        rules: of the agreement.
        sizes: among how many profiles a coincidence may be found.
        populations: to reckon in, the shipped ones where none are named; those without any compared locus are left out.
        theta: coancestry.

    Raises:
        InputError: by these rules the two are no candidates for each other, fewer than three populations have figures for
            any compared locus, both are mixtures, or theta is no coancestry coefficient.
    """
    evidence, match_class = rules.compare(asked, found)
    if match_class is None:
        raise InputError(f"by {rules.id} {asked.ref} and {found.ref} are no candidates for each other")
    able = shipped_populations() if populations is None else populations
    figures = figures_of((asked, found), evidence, rules, sizes, able, theta)
    tally = evidence.tally
    micro, mismatched = (0, tally.third + tally.fourth) if rules.by_stringency else (tally.third, tally.fourth)
    counts = tally.compared, tally.full, tally.second, micro, mismatched
    sexes = asked.amelogenin, found.amelogenin
    advice = advice_in_words(max(each.of_search for each in figures), rules, near=match_class.near, sexes=sexes)
    return HitStatement(
        rules.id,
        rules.version,
        match_class.label,
        match_class.near,
        *counts,
        evidence.loci,
        theta,
        sizes,
        figures,
        _sentences(evidence, figures, sizes),
        advice,
    )


def _sentences(evidence: Evidence, figures: Sequence[Figures], sizes: Sizes) -> tuple[str, ...]:
    """What a prosecutor reads: what agrees, how rare it is, and chance in this search and in the agreement."""
    rare, strong = figures[0], min(figures, key=lambda each: each.log10_lr)
    search = max(figures, key=lambda each: each.of_search)
    whole = max(figures, key=lambda each: each.of_agreement or 0.0)
    return (
        evidence_in_words(evidence) + ".",
        rarity_in_words(rare.log10_rmp, rare.population, len(figures)),
        ratio_in_words(strong.log10_lr, strong.population),
        search_in_words(search.of_search, sizes.searched, search.population),
        agreement_in_words(whole.of_agreement, sizes.persons, sizes.traces, whole.population),
    )
