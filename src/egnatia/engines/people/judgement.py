"""What a record's hits among the tags of a query amount to: a candidate with a quality and evidence codes, or nothing.

A candidate has evidence from at least two of family name, first name and date of birth, one of them a name; or an
identifier. Only agreement is seen: padding hides what was asked and did not agree, so the quality cannot fall for it.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import product

from egnatia.engines.people.match import score_of
from egnatia.engines.people.tagging import Feature, Tag
from egnatia.model.states import Evidence

THRESHOLD = 0.5
"""Least quality of a candidate. On a synthetic register of 99,544 it leads to 0.8 false candidates per enquiry with a date
of birth and 0.3 with names only (bench/people/register.py)."""
PARTS_NEEDED = 2
"""Of family name, first name and date of birth, as many as a query needs (ENQ-10); two of them always hold a name."""
PRIOR = -12.0
"""Bits before anything agreed, the same as in `match`."""

_LADDERS = (
    ((Feature.FAMILY_TOKEN, Evidence.FAMILY_NAME_SAME, 9.0), (Feature.FAMILY_SOUND, Evidence.FAMILY_NAME_SIMILAR, 7.0)),
    ((Feature.FIRST_TOKEN, Evidence.FIRST_NAME_SAME, 7.0), (Feature.FIRST_SOUND, Evidence.FIRST_NAME_SIMILAR, 5.5)),
    (
        (Feature.BIRTH_DATE, Evidence.BIRTH_DATE_SAME, 13.0),
        (Feature.BIRTH_SWAPPED, Evidence.BIRTH_DATE_PARTLY, 9.0),
        (Feature.BIRTH_YEAR_MONTH, Evidence.BIRTH_DATE_PARTLY, 6.0),
        (Feature.BIRTH_YEAR_DAY, Evidence.BIRTH_DATE_PARTLY, 6.0),
    ),
    ((Feature.IDENTIFIER, Evidence.IDENTIFIER_SAME, 20.0),),
)
"""Per part of a person, from the strongest agreement to the weakest: the first that was hit counts, in bits."""


@dataclass(frozen=True, slots=True)
class BlindMatch:
    """A candidate of step 1: quality 0 to 1 in thousandths, and why, in closed codes only."""

    quality: float
    evidence: tuple[Evidence, ...]


def judge(query_tags: Collection[Tag], record_tag_hits: Collection[bytes]) -> BlindMatch | None:
    """Judge what one record was hit by.

    Args:
        query_tags: the tags received, dummies included.
        record_tag_hits: values of those tags that the record has too; other values are ignored.

    Returns:
        The candidate, or None when the hits do not amount to one.
    """
    values = frozenset(record_tag_hits)
    agreed = {one.feature for one in query_tags if one.value in values}
    found = [rung for ladder in _LADDERS if (rung := next((r for r in ladder if r[0] in agreed), None)) is not None]
    evidence = tuple(code for _, code, _ in found)
    numbered = Evidence.IDENTIFIER_SAME in evidence
    quality = score_of(PRIOR + sum(bits for _, _, bits in found))
    if len(found) < PARTS_NEEDED and not numbered:
        return None
    return BlindMatch(round(quality, 3), evidence) if quality >= THRESHOLD else None


def parts_of(quality: float, evidence: Iterable[Evidence]) -> tuple[tuple[Evidence, float], ...]:
    """What each code of a candidate added, in bits; with `PRIOR` they add up to its quality.

    One code may stand for agreements of different worth (`birth_date_partly`): the quality says which it was, and of two that
    it cannot tell apart the lesser is taken.

    Returns:
        A pair for each code, or nothing where the quality is not made of these codes by this release's bits.
    """
    codes = [code for code in dict.fromkeys(evidence) if code in _WORTH]
    for bits in product(*(_WORTH[code] for code in codes)):
        if codes and round(score_of(PRIOR + sum(bits)), 3) == quality:
            return tuple(zip(codes, bits, strict=True))
    return ()


_WORTH = {
    code: sorted({bits for ladder in _LADDERS for _, each, bits in ladder if each is code})
    for code in dict.fromkeys(each for ladder in _LADDERS for _, each, _ in ladder)
}
