"""How DNA's very large and very small numbers are said: as a sentence, as two digits that mean something, as a power of ten."""

import math
from typing import Any

from egnatia.console.catalogues import N_
from egnatia.console.language import Language


def chance(speaks: Language, expected: float | None) -> str:
    """How many such candidates chance alone gives in the search, as one sentence in the officer's language."""
    say = speaks.say
    if expected is None:
        return say(N_("Nobody can say how often chance alone would give this."))
    if expected >= _LIKELY:
        return say(
            N_("Chance alone gives about %(number)s such candidates in a search like this one."),
            number=amount(speaks, expected),
        )
    if expected > 0:
        rare = amount(speaks, 1 / expected)
        return say(N_("Chance alone gives one such candidate in about %(number)s searches like this one."), number=rare)
    return say(N_("By these rules chance alone gives no such candidate."))


_LIKELY = 0.5
"""From here on a number of candidates is said, below it a number of searches; as the engine's words."""
_SMALL, _PLAIN = 0.01, 1e6
"""Between these numbers are written out, past them as powers of ten."""
_TIMES = "\N{MULTIPLICATION SIGN}"
_DIGITS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def amount(speaks: Language, value: float) -> str:
    """A positive number with two digits that mean something: `0.031`, `420`, or past a million a power of ten."""
    if value <= 0:
        return speaks.number(0)
    power = math.floor(math.log10(value))
    rounded = round(value, 1 - power)
    if _SMALL <= value < _PLAIN:
        return speaks.number(int(rounded) if power >= 1 else rounded)
    lead = speaks.number(round(value / 10**power, 1))
    return f"{lead} {_TIMES} 10{str(power).translate(_DIGITS)}"


def figures(speaks: Language, statement: dict[str, Any] | None) -> list[dict[str, str | None]]:
    """The figures of every population as the page writes them, the most cautious first."""
    return [
        {
            "population": each["population"],
            "rarity": power(speaks, -each["log10_rmp"]),
            "ratio": power(speaks, each["log10_lr"]),
            "search": amount(speaks, each["of_search"]),
            "agreement": None if each["of_agreement"] is None else amount(speaks, each["of_agreement"]),
        }
        for each in (statement or {}).get("figures", ())
    ]


def power(speaks: Language, log10: float) -> str:
    """A number by its logarithm, which may be too large for a number."""
    return amount(speaks, 10**log10) if abs(log10) < MOST_DIGITS else f"10{str(round(log10)).translate(_DIGITS)}"


MOST_DIGITS = 300
"""Powers of ten that a floating-point number holds."""
