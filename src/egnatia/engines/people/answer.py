"""What a search answers: the records that resemble the person looked for, each with what is left of it among the others.

A record that is looked at alone may seem certain and yet be one of five hundred namesakes. Here every candidate's odds are
weighed against those of all the others and against the person's being on no record at all; two records that are one person
stand in nobody's way. How many cannot be told apart from the best is always said, and where there are several, the answer is
`cannot distinguish` with what would settle it, because to choose one of them would be a guess (design, rule 3).
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from egnatia.engines.people.frequencies import TYPICAL, Rarity
from egnatia.engines.people.match import compare_prepared, matched, score_of, speaks
from egnatia.engines.people.naming import Prepared
from egnatia.engines.people.types import Claim, Contribution, Match

SAME_WITHIN = 1.0
"""Bits within which two records are as good as each other: a quarter of what the weakest agreement of a name adds."""
UNSEEN = 0.001
"""Odds of all the others together below which they take nothing that is worth a line."""
RIVALS = 12
"""Candidates of which it is asked whether two are one person; the others are taken for so many persons."""
RIVAL_FROM = 0.01
"""Odds below which a rival changes nothing that could be seen."""


class Settling(StrEnum):
    """What would tell apart records that cannot be told apart."""

    BIRTH_DATE = "birth_date"
    FATHER_NAME = "father_name"
    MOTHER_NAME = "mother_name"
    NUMBER = "number"
    BIOMETRICS = "biometrics"


@dataclass(frozen=True, slots=True)
class Answer:
    """The result of one search.

    Attributes:
        matches: the records, most probable first; each one's `score` is the probability that it is of the person.
        indistinguishable: records within one bit of the best, the best among them; 0 where nothing was found.
        settled_by: what would tell these apart, best first; empty where there is one.
        found: records that resemble the person, with those that the limit cut off.
        size: records on the register, which is the prior.
    """

    matches: tuple[Match, ...]
    indistinguishable: int
    settled_by: tuple[Settling, ...]
    found: int
    size: int

    @property
    def cannot_distinguish(self) -> bool:
        """Whether to choose the best would be a guess."""
        return self.indistinguishable > 1


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A record with its evidence and what that adds up to."""

    person: Prepared
    evidence: tuple[Contribution, ...]
    bits: float
    odds: float


def answer(person: Prepared, others: Iterable[Prepared], rarity: Rarity = TYPICAL, limit: int = 20) -> Answer:
    """Compare a person with every candidate and weigh the candidates against each other.

    The result depends on the candidates as a set: neither their order nor their references change a probability. References
    order only what is equal.

    Args:
        person: who is looked for.
        others: the records that the index found.
        rarity: of the register.
        limit: most records that are given.
    """
    found = sorted(_candidates(person, others, rarity), key=lambda each: (-each.bits, each.person.ref))
    total = math.fsum(each.odds for each in found)
    near = _compared(found)
    matches = [_among(each, near, rarity, total) for each in found]
    order = sorted(range(len(found)), key=lambda place: (-matches[place].bits, found[place].person.ref))
    tied = [each for each in found if each.bits >= found[0].bits - SAME_WITHIN]
    settled = _settled_by(person, [each.person for each in tied]) if len(tied) > 1 else ()
    return Answer(tuple(matches[place] for place in order[:limit]), len(tied), settled, len(found), rarity.size)


def _candidates(person: Prepared, others: Iterable[Prepared], rarity: Rarity) -> list[_Candidate]:
    made = []
    for other in others:
        match = compare_prepared(person, other, rarity)
        if speaks(match):
            bits = math.fsum(part.added for part in match.evidence)
            made.append(_Candidate(other, match.evidence, bits, math.exp2(bits)))
    return made


def _compared(found: list[_Candidate]) -> list[_Candidate]:
    """The first candidates, as many as are compared with each other; of equals all or none, so that references decide nothing."""
    if len(found) <= RIVALS:
        return found
    return [each for each in found[:RIVALS] if each.bits > found[RIVALS].bits]


def _among(me: _Candidate, near: list[_Candidate], rarity: Rarity, total: float) -> Match:
    """One candidate's match with what the others leave of it."""
    same = [
        -other.odds * compare_prepared(me.person, other.person, rarity).score
        for other in (near if any(each is me for each in near) else ())
        if other is not me and other.odds >= RIVAL_FROM
    ]
    rivals = max(0.0, math.fsum([total, -me.odds, *same]))
    if rivals < UNSEEN:
        return matched(me.person.ref, me.evidence)
    taken = Contribution("others", Claim.OTHERS_ALIKE, -math.log2(1 + rivals), "", "")
    return matched(me.person.ref, (*me.evidence, taken))


def _settled_by(person: Prepared, tied: list[Prepared]) -> tuple[Settling, ...]:
    """What the question lacks and some of the records have; what is written on no paper where it lacks nothing of that."""
    missing = (
        (Settling.NUMBER, not person.numbers and any(each.numbers for each in tied)),
        (Settling.BIRTH_DATE, _lacks_date(person) and any(not _lacks_date(each) for each in tied)),
        (Settling.FATHER_NAME, not person.father.parts and any(each.father.parts for each in tied)),
        (Settling.MOTHER_NAME, not person.mother.parts and any(each.mother.parts for each in tied)),
    )
    return tuple(what for what, would in missing if would) or (Settling.BIOMETRICS,)


def _lacks_date(person: Prepared) -> bool:
    return person.birth_date is None or person.birth_date.day is None


def probability_of_any(matches: Iterable[Match]) -> float:
    """How probable it is that one of some records is of the person, where no two of them are one person's."""
    return min(1.0, math.fsum(score_of(match.bits) for match in matches))
