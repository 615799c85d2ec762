"""A sum of evidence as a waterfall: where it starts, what each part takes or adds, and what stands after it.

What speaks against comes first, the strongest before the weaker: an examiner should meet the doubt before the agreement
(requirement E-04). The parts are those of the engine, none left out, so that the last line is the result.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from egnatia.engines.people import Band, Claim, Contribution, Match
from egnatia.engines.people.judgement import PRIOR, parts_of
from egnatia.engines.people.match import CONTRADICTION, STRONG
from egnatia.model.states import Evidence

WIDTH = 240
"""Of the drawing, in its own units."""
LEAST = 2.0
"""Width of the thinnest bar, so that every part can be seen."""
_NO_COMPARISON = frozenset({Claim.PRIOR, Claim.NAMES_GO_TOGETHER, Claim.OTHERS_ALIKE})
"""What takes bits and contradicts nothing."""


@dataclass(frozen=True, slots=True)
class Step:
    """One part of a sum.

    Attributes:
        claim: what was found.
        asked: the value on our side; empty where there is none.
        found: the value on the other side.
        added: bits; what is below zero speaks against.
        total: what stands after it.
        left: where its bar begins, in units of `WIDTH`.
        wide: how wide it is.
    """

    claim: StrEnum
    asked: str
    found: str
    added: float
    total: float
    left: float
    wide: float

    @property
    def against(self) -> bool:
        """Whether it speaks against."""
        return self.added < 0


def steps(evidence: Iterable[Contribution]) -> list[Step]:
    """The start, what speaks against, what speaks for."""
    parts = sorted(evidence, key=lambda part: (part.claim is not Claim.PRIOR, part.added > 0, _weight(part)))
    return _drawn([(part.claim, part.added, part.left, part.right) for part in parts])


def _weight(part: Contribution) -> tuple[float, str]:
    return -abs(part.added), part.field


def blind_steps(quality: float, evidence: Iterable[Evidence]) -> list[Step]:
    """The same of a candidate of step 1, where a partner says which parts agree and in closed codes only.

    Nothing in it can speak against: what was asked and did not agree is not in the answer. Empty where the quality is not
    made of these codes, as of a document, or by a partner of another release.
    """
    found = sorted(parts_of(quality, evidence), key=lambda part: -part[1])
    return _drawn([(Claim.PRIOR, PRIOR, "", ""), *((code, bits, "", "") for code, bits in found)]) if found else []


def _drawn(parts: list[tuple[StrEnum, float, str, str]]) -> list[Step]:
    totals = [0.0]
    for _, added, _, _ in parts:
        totals.append(totals[-1] + added)
    low, high = min(totals), max(totals)
    scale = WIDTH / ((high - low) or 1.0)
    made = []
    for place, (claim, added, asked, found) in enumerate(parts):
        begin = (min(totals[place], totals[place + 1]) - low) * scale
        wide = max(LEAST, abs(added) * scale)
        left = min(begin, WIDTH - wide)
        made.append(Step(claim, asked, found, added, totals[place + 1], round(left, 1), round(wide, 1)))
    return made


def held_back(match: Match | None) -> str:
    """Why a match is not called strong though its parts add up to it: `contradiction` or `names`; empty where neither holds."""
    if match is None or match.band is Band.STRONG or match.score < STRONG:
        return ""
    against = any(part.added <= CONTRADICTION for part in match.evidence if part.claim not in _NO_COMPARISON)
    return "contradiction" if against else "names"
