"""The linter for labels: no cause that was not shown, no people named as a group.

An indicator counts; that something fell after an operation does not say that it fell because of it (IND-06). And a
label such as one that joins a nationality with a crime blames everybody who shares the nationality (E-19). The lists
are this project's own and short on purpose: they catch the usual wording, a person reads the rest.
"""

import re
from dataclasses import dataclass
from enum import StrEnum


class Rule(StrEnum):
    """What a wording does wrong."""

    CAUSAL = "causal"
    GROUP_LABEL = "group_label"


@dataclass(frozen=True, slots=True)
class Finding:
    """A wording to change."""

    rule: Rule
    words: str
    advice: str


_CAUSAL = re.compile(
    r"\b(because of|caused?|causes|causing|due to|thanks to|owing to|led to|leads to|leading to|"
    r"result(?:s|ed|ing)? (?:in|of|from)|as a result|effects? of|impacts?(?: of| on)?|consequences? of|"
    r"prevent(?:s|ed|ing)?|deter(?:s|red|ring|rence)?|dr(?:iven|ove) by|attribut(?:able|ed) to|"
    r"success(?:es)? of|achiev(?:es|ed|ement)|(?:cut|reduced|slashed|stopped) by (?:the|our|joint))\b",
    re.IGNORECASE,
)
_PEOPLES = (
    r"albanian|british|english|kosov(?:ar|an|o)|macedonian|montenegrin|serb(?:ian)?|balkan|italian|turkish|kurdish|"
    r"afghan|syrian|romanian|bulgarian|vietnamese|roma|gypsy|muslim|christian|jewish|arab|african|asian|foreign|"
    r"migrant|immigrant|refugee"
)
_BLAME = (
    r"criminals?|crime|offenders?|gangs?|gangsters?|mafias?|mobs?|smugglers?|traffickers?|thugs?|thie(?:f|ves)|"
    r"forgers?|fraud(?:sters?)?|illegals?|terrorists?|killers?|murderers?|burglars?|robbers?|dealers?"
)
_GROUP = re.compile(
    rf"\b(?:(?:{_PEOPLES})s?[\s-]+(?:\w+[\s-]+)?(?:{_BLAME})|illegals|illegal (?:im)?migrants?|illegal aliens?|"
    r"bogus \w+|(?:waves?|floods?|swarms?|hordes?|invasions?) of \w+)\b",
    re.IGNORECASE,
)
_RULES = (
    (Rule.CAUSAL, _CAUSAL, "Say what was counted and when; a cause needs a study design, not a figure."),
    (Rule.GROUP_LABEL, _GROUP, "Name the act or the record, not a people."),
)


def lint(text: str) -> tuple[Finding, ...]:
    """Everything in a label or an explanation that must be worded otherwise, in order of appearance per rule."""
    return tuple(
        Finding(rule, found.group(0), advice) for rule, words, advice in _RULES for found in words.finditer(text)
    )
