"""What a candidate means, in words for people who are not scientists: English, short, and with the warning beside it.

The warning is the one for which the European network of forensic institutes asks in its recommendations on DNA databases:
a report of a match says what chance alone would give, and that other evidence is needed.
"""

import math
import sys
from collections.abc import Sequence

from egnatia.engines.dna.coincidence import Expectation
from egnatia.engines.dna.rules import RuleSet
from egnatia.engines.dna.search import Candidate
from egnatia.engines.dna.types import Agreement, Evidence, Stringency

WARNING = (
    "This is a lead and no identification. Close relatives agree far more often than these figures say, a laboratory can "
    "err, and a profile says nothing of when or how a trace was left. A qualified examiner decides, and other evidence is "
    "needed."
)
MORE_LOCI = "Ask for more loci to be typed before anything else: it is the cheapest way to end a coincidence."
LOOK_AGAIN = "The two do not agree in everything: have both typings looked at again before anybody is told of a match."
_OFTEN, _ODD = 0.5, 0.01
_COMMON = 0.3
"""Logarithm below which a figure says nothing: one in two."""
_LARGE = 1e15
"""From here on numbers are said as powers of ten."""


def in_words(candidate: Candidate) -> str:
    """What was compared, in one sentence."""
    return evidence_in_words(candidate.evidence)


def evidence_in_words(found: Evidence) -> str:
    """What was compared, in one sentence."""
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
    return search_in_words(worst.matches, worst.compared, worst.population)


def search_in_words(matches: float, compared: int, population: str) -> str:
    """How many such candidates chance alone would give in this search."""
    if matches >= _OFTEN:
        said = f"Chance alone is expected to give about {_few(matches)} such candidates in a search like this one"
    elif matches > 0:
        said = f"Chance alone gives one such candidate in about {_round(1 / matches)} searches like this one"
    else:
        return "By these rules chance alone gives no such candidate, for too few loci are known."
    return f"{said} ({compared:,} profiles of unrelated people; figures of {population}, the most cautious)."


def agreement_in_words(pairs: float | None, persons: int, traces: int, population: str) -> str:
    """How many such candidates chance alone would give between the whole databases of an agreement."""
    if pairs is None:
        return (
            "Nobody has said how many profiles the agreement covers, so nobody can say what chance gives in all of it."
        )
    between = f"between all {persons:,} and {traces:,} profiles of the agreement"
    if pairs >= _ODD:
        said = f"Chance alone is expected to give about {_few(pairs)} candidates {between}"
    elif pairs > 0:
        said = f"Chance alone gives one candidate {between} in about one of {_round(1 / pairs)} such agreements"
    else:
        return f"By these rules chance alone gives no candidate {between}."
    return f"{said}, compared at these loci, near matches included (figures of {population}, the most cautious)."


def rarity_in_words(log10_rmp: float, population: str, number: int) -> str:
    """How rare it is what two profiles have in common."""
    by = f"figures of {population}, the most cautious of {number} populations"
    if log10_rmp > -_COMMON:
        return f"What the two have in common tells hardly anybody apart ({by})."
    return f"Of people unrelated to each other about one in {number_in_words(-log10_rmp)} has what the two have in common ({by})."


def ratio_in_words(log10_lr: float, population: str) -> str:
    """What a likelihood ratio says."""
    if abs(log10_lr) < _COMMON:
        return f"This speaks neither for one person nor against (figures of {population})."
    weight = number_in_words(abs(log10_lr))
    if log10_lr > 0:
        said = f"This is about {weight} times likelier if it is of one person than if it is of people who are unrelated"
    else:
        said = f"This is about {weight} times likelier if it is of people who are unrelated than if it is of one person"
    return f"{said} (figures of {population}, the most cautious)."


def reached_in_words(by_chance: float, searched: int) -> str:
    """How many strangers reach an index or a ratio as high; a bound, since the mean over strangers is one."""
    if by_chance >= _OFTEN:
        return f"Chance alone lets at most about {_few(by_chance)} of {searched:,} unrelated people reach as much."
    often = _round(1 / max(by_chance, sys.float_info.min))
    return (
        f"Chance alone lets anybody unrelated reach as much in at most one of {often} searches of {searched:,} people."
    )


def advice_in_words(
    expected: float, rules: RuleSet, *, near: bool, sexes: tuple[str, str] = ("", "")
) -> tuple[str, ...]:
    """What comes first: more loci, where chance alone gives more than the rules allow; another look, where not all agrees.

    `sexes` are what amelogenin says of either; it never counts, and a difference is told.
    """
    more = rules.max_expected is not None and expected > rules.max_expected
    differ = all(sexes) and len({*sexes}) > 1
    told = f"Amelogenin differs ({sexes[0]} and {sexes[1]}); it does not count, but have it looked at."
    return (*([MORE_LOCI] if more else []), *([LOOK_AGAIN] if near else []), *([told] if differ else []))


def asks_for_more_loci(expected: Sequence[Expectation], rules: RuleSet) -> bool:
    """Whether chance alone gives more than the rules take for granted, so that more loci come before anything else."""
    return rules.max_expected is not None and (not expected or expected[0].matches > rules.max_expected)


def _few(number: float) -> str:
    """A number of candidates, in digits that anybody reads."""
    if number >= _LARGE:
        return _round(number)
    rounded = float(f"{number:.1e}")
    decimals = max(0, 1 - math.floor(math.log10(rounded)))
    digits = f"{rounded:,.{decimals}f}"
    return digits.rstrip("0").rstrip(".") if decimals else digits


def number_in_words(log10: float) -> str:
    """A number by its logarithm, as people say it."""
    return _round(10**log10) if log10 < math.log10(_LARGE) else f"10 to the power of {math.floor(log10)}"


def _round(number: float) -> str:
    """A large number as people say it, to three figures; a larger one by the power of ten below it."""
    number = float(f"{min(number, sys.float_info.max / 10):.2e}")
    if number >= _LARGE:
        return f"10 to the power of {math.floor(math.log10(number))}"
    for size, name in ((1e12, "million million"), (1e9, "thousand million"), (1e6, "million"), (1e3, "thousand")):
        if number >= size:
            return f"{number / size:.3g} {name}"
    return f"{number:,.0f}"
