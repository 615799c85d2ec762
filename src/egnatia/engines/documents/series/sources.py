"""How common a feature is among sources, not among documents: thirty documents of one workshop are one witness.

Were every document counted, the features of a large series would pass for common ones, and the larger a series grew the
less its next document would be flagged. So each template that is alike enough to one before it is left out of the count.
"""

from functools import lru_cache
from typing import Final

from egnatia.engines.documents.series.match import FLAG_BITS, compare
from egnatia.engines.documents.series.rarity import Rarity
from egnatia.engines.documents.series.types import Template

COUNTED: Final = 400
"""Templates that are counted: of more, one in so many, which a frequency hardly notices. 400 different ones take 1.8 s of
processor time (bench/documents/series.py prints it), 2,000 would take 45, and somebody waits at a counter."""
REMEMBERED: Final = 4
"""Sets of templates whose frequencies are kept: a node has one at a time, and one more while it changes."""


def rarity_of(templates: tuple[Template, ...]) -> Rarity:
    """The frequencies to compare by where these templates are known; the same in whatever order they stand."""
    return _rarity(tuple(sorted(templates, key=lambda each: each.reference)))


@lru_cache(maxsize=REMEMBERED)
def _rarity(ordered: tuple[Template, ...]) -> Rarity:
    prior = Rarity()
    first: list[Template] = []
    for template in ordered[:: -(-len(ordered) // COUNTED) or 1]:
        if all(compare(template, each, prior).bits < FLAG_BITS for each in first):
            first.append(template)
    return Rarity(first)
