"""What a candidate means, in words for people who are not scientists: English, short, and with the warning beside it.

The warning is the one for which the European network of forensic institutes asks in its recommendations on DNA databases:
a report of a match says what chance alone would give, and that other evidence is needed.
"""

import math
from collections.abc import Sequence

from egnatia.engines.dna.coincidence import Expectation
from egnatia.engines.dna.rules import RuleSet
from egnatia.engines.dna.search import Candidate
from egnatia.engines.dna.types import Agreement, Stringency

WARNING = (
    "This is a lead and no identification. Close relatives agree far more often than these figures say, a laboratory can "
    "err, and a profile says nothing of when or how a trace was left. A qualified examiner decides, and other evidence is "
    "needed."
)
MORE_LOCI = "Ask for more loci to be typed before anything else: it is the cheapest way to end a coincidence."
_OFTEN, _ODD = 0.5, 0.01


def in_words(candidate: Candidate) -> str:
    """What was compared, in one sentence."""
    found = candidate.evidence
    parts = [f"{found.compared} loci compared"]
    for kind, phrase in _PHRASES.items():
        number = found.count(kind)
        if number:
            parts.append(f"{number} {phrase}")
    return ", ".join(parts)


_PHRASES: dict[Agreement | Stringency, str] = {
    Agreement.FULL: "agree in full",
    Agreement.WILDCARD: "by a wildcard",
    Agreement.MICRO_VARIANT: "by a micro-variant",
    Agreement.ONE_OFF: "differ in one allele",
    Agreement.DIFFERENT: "differ in both alleles",
    Stringency.HIGH: "agree in full",
    Stringency.MODERATE: "are held by the other",
    Stringency.LOW: "share one allele",
    Stringency.NONE: "share nothing",
}


def chance_in_words(expected: Sequence[Expectation]) -> str:
    """How many such candidates chance alone would give in this search, by the most cautious population."""
    if not expected:
        return "No population's figures cover these loci: nobody can say how often chance alone would give this."
    worst = expected[0]
    matches = worst.matches
    if matches >= _OFTEN:
        said = f"Chance alone is expected to give about {matches:.2g} such candidates in a search like this one"
    elif matches >= _ODD:
        said = f"Chance alone gives one such candidate in about {round(1 / matches):,} searches like this one"
    elif matches > 0:
        said = f"Chance alone gives one such candidate in about {_round(1 / matches)} searches like this one"
    else:
        return "By these rules chance alone gives no such candidate, for too few loci are known."
    return (
        f"{said} ({worst.compared:,} profiles of unrelated people; figures of {worst.population}, the most cautious)."
    )


def asks_for_more_loci(expected: Sequence[Expectation], rules: RuleSet) -> bool:
    """Whether chance alone gives more than the rules take for granted, so that more loci come before anything else."""
    return rules.max_expected is not None and (not expected or expected[0].matches > rules.max_expected)


def _round(number: float) -> str:
    """A large number as people say it."""
    for size, name in ((1e12, "million million"), (1e9, "thousand million"), (1e6, "million"), (1e3, "thousand")):
        if number >= size:
            return (
                f"{number / size:,.3g} {name}"
                if number < size * 1e6
                else f"10 to the power of {math.log10(number):.0f}"
            )
    return f"{number:,.0f}"
