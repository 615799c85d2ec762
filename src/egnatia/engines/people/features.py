"""One plain function per claim: what two values of one field say about two records being one person.

Each returns None when one side has no value (nothing is then added or taken), is symmetric, and states its result in
bits. The bits are base-2 likelihood ratios in round numbers. Agreement is worth at most `-log2` of how often two different
persons of the synthetic Balkan register agree by chance (`bench/people/register.py` prints it). Disagreement takes less than that
register would allow, because it has no married and no changed names.
"""

import math

from egnatia.engines.people.likeness import Name, likeness
from egnatia.engines.people.types import Claim, Contribution, PartialDate, identifier_text

SIMILAR = 0.72
"""Likeness from which a name field counts as similar: one wrong letter in a name of four is .75."""
WHOLE_SIMILAR = 0.8
"""The same for a whole name: chosen on one half of the pairs of bench/people/names.py, reported on the other."""
Bits = tuple[float, float]
FAMILY_BITS: Bits = (9.0, -6.0)
FIRST_BITS: Bits = (7.0, -5.0)
FATHER_BITS: Bits = (6.0, -3.0)
NAME_BITS: Bits = (15.0, -10.0)
"""A whole name without roles: a little less than family and first name together, because roles are lost."""
_TWO_OF_THREE = 2
DATE_SAME, DATE_PARTLY, DATE_SWAPPED, DATE_PLACEHOLDER, DATE_DIFFERENT = 13.0, 4.0, 9.0, 1.0, -5.0
IDENTIFIER_SAME = 20.0
"""A shared document or personal number; not certainty, because documents are lent and numbers mistyped."""

_NAMES = {
    "family_names": (
        Claim.FAMILY_NAME_SAME,
        Claim.FAMILY_NAME_SIMILAR,
        Claim.FAMILY_NAME_DIFFERENT,
        FAMILY_BITS,
        SIMILAR,
    ),
    "first_names": (Claim.FIRST_NAME_SAME, Claim.FIRST_NAME_SIMILAR, Claim.FIRST_NAME_DIFFERENT, FIRST_BITS, SIMILAR),
    "father_name": (
        Claim.FATHER_NAME_SAME,
        Claim.FATHER_NAME_SIMILAR,
        Claim.FATHER_NAME_DIFFERENT,
        FATHER_BITS,
        SIMILAR,
    ),
    "name": (Claim.NAME_SAME, Claim.NAME_SIMILAR, Claim.NAME_DIFFERENT, NAME_BITS, WHOLE_SIMILAR),
}


def bits_of(alike: float, bits: Bits, similar: float) -> float:
    """Bits for a likeness: full at 1, none at `similar`, all of the penalty from .3 below it.

    Above `similar` the bits rise by the square root, because the first slip of a pen says less than the next.
    """
    most, least = bits
    if alike >= similar:
        return most * math.sqrt((alike - similar) / (1 - similar))
    return least * min(1.0, (similar - alike) / 0.3)


def name_claim(field: str, left: Name, right: Name) -> Contribution | None:
    """Whether two names of one field are the same, similar or different; field is a key of the four name fields."""
    alike = likeness(left, right)
    if alike is None:
        return None
    same, similar, different, bits, limit = _NAMES[field]
    claim = same if alike == 1.0 else similar if alike >= limit else different
    return Contribution(field, claim, bits_of(alike, bits, limit), left.written, right.written)


def birth_date_claim(left: PartialDate | None, right: PartialDate | None) -> Contribution | None:
    """How far two dates of birth agree: same, swapped, partly, as far as a placeholder says, or not."""
    if left is None or right is None:
        return None
    claim, added = _date_bits(left, right)
    return Contribution("birth_date", claim, added, str(left), str(right))


def _date_bits(left: PartialDate, right: PartialDate) -> tuple[Claim, float]:
    """Claim and bits for two dates of birth."""
    if left.placeholder or right.placeholder or left.month is None or right.month is None:
        if left.year == right.year:
            return Claim.BIRTH_DATE_PLACEHOLDER, DATE_PARTLY + DATE_PLACEHOLDER * (left == right)
        return Claim.BIRTH_DATE_DIFFERENT, DATE_DIFFERENT / (2 if abs(left.year - right.year) == 1 else 1)
    if left.day is None or right.day is None:
        same = (left.year, left.month) == (right.year, right.month)
        return (Claim.BIRTH_DATE_PARTLY, DATE_SWAPPED) if same else (Claim.BIRTH_DATE_DIFFERENT, DATE_DIFFERENT)
    if left == right:
        return Claim.BIRTH_DATE_SAME, DATE_SAME
    if left.year == right.year and (left.month, left.day) == (right.day, right.month):
        return Claim.BIRTH_DATE_SWAPPED, DATE_SWAPPED
    agreeing = (left.year == right.year) + (left.month == right.month) + (left.day == right.day)
    return (
        (Claim.BIRTH_DATE_PARTLY, DATE_PARTLY)
        if agreeing == _TWO_OF_THREE
        else (Claim.BIRTH_DATE_DIFFERENT, DATE_DIFFERENT)
    )


def identifier_claim(left: tuple[str, ...], right: tuple[str, ...]) -> Contribution | None:
    """Whether a document or personal number is shared. Having different ones says nothing: people renew passports."""
    shared = sorted(set(map(identifier_text, left)) & set(map(identifier_text, right)) - {""})
    if not shared:
        return None
    return Contribution("identifiers", Claim.IDENTIFIER_SAME, IDENTIFIER_SAME, shared[0], shared[0])
