"""How the names of two persons are compared: field by field, and as a whole without roles where that fits better.

Exchanged fields, aliases and middle names are found by the whole, which pays for having been allowed to choose. A father's name
that one register has in a field and another among the names is looked for there: Albanian and Serbian registers differ in that.
"""

import math
from dataclasses import dataclass

from egnatia.engines.people.features import FAMILY, FATHER, FIRST, SIMILAR, WHOLE, Judged, judged, name_claim
from egnatia.engines.people.frequencies import Rarity
from egnatia.engines.people.identifiers import Identifier
from egnatia.engines.people.likeness import Name, part_likeness
from egnatia.engines.people.parts import Part
from egnatia.engines.people.types import Claim, Contribution, PartialDate
from egnatia.model.ids import RecordRef

WHOLE_COST = 1.0
"""Of comparing names without their roles; and as many bits more as there were names to choose from, in base-2 logarithms."""
IN_NAME_COST = 1.0
"""Of a father's name that stands among the other side's names, where it may be a second name of its own."""
TOGETHER_BITS, TOGETHER_FATHER = -1.5, -1.0
"""Taken back where a family name and a first name agree, and where the father's does too: names are given by custom, so who
shares one is likelier to share the other than anybody on the register. The same for every name, because nothing here knows a
custom; set on seed 1 of bench/people/calibration.py."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A person with names and numbers taken apart once, so that a search does not do it per comparison."""

    ref: RecordRef
    family: Name
    first: Name
    father: Name
    mother: Name
    wholes: tuple[Name, ...]
    birth_date: PartialDate | None
    identifiers: tuple[str, ...]
    numbers: tuple[Identifier, ...]
    born_inside: PartialDate | None = None
    """The date of birth inside a national number; it counts only where no other is given."""


@dataclass(frozen=True, slots=True)
class Named:
    """What two persons' names say.

    Attributes:
        claims: one for the whole, or one for each field.
        left: parts of the left person's names that are in no pair.
        right: the same of the right one.
        agreed: how many names agree: fields, or parts of the whole.
    """

    claims: tuple[Contribution, ...]
    left: tuple[Part, ...]
    right: tuple[Part, ...]
    agreed: int


def compared(left: Prepared, right: Prepared, rarity: Rarity) -> Named:
    """The better of both ways to compare names."""
    family = judged(left.family, right.family, FAMILY, rarity)
    first = judged(left.first, right.first, FIRST, rarity)
    fields = _fields((family, first), left, right)
    if family is not None and first is not None and min(family.made.alike, first.made.alike) >= SIMILAR:
        return fields
    whole = _whole(left, right, rarity)
    if whole is None or (fields.claims and math.fsum(claim.added for claim in fields.claims) >= whole.claims[0].added):
        return fields
    return whole


def _fields(found: tuple[Judged | None, Judged | None], left: Prepared, right: Prepared) -> Named:
    """Family and first names, each with its like."""
    claims = []
    over_left: tuple[Part, ...] = ()
    over_right: tuple[Part, ...] = ()
    sides = ((left.family, right.family, FAMILY.field), (left.first, right.first, FIRST.field))
    for each, (mine, theirs, field) in zip(found, sides, strict=True):
        if each is not None:
            claims.append(Contribution(field, each.claim, each.bits, mine.written, theirs.written))
            over_left, over_right = over_left + each.made.left, over_right + each.made.right
    return Named(tuple(claims), over_left, over_right, sum(claim.added > 0 for claim in claims))


def _whole(left: Prepared, right: Prepared, rarity: Rarity) -> Named | None:
    """The best two of all the names that both have, without roles; None where none has two parts."""
    if len(left.wholes) == len(right.wholes) == 1:
        mine, theirs = left.wholes[0], right.wholes[0]
        found = judged(mine, theirs, WHOLE, rarity) if len(mine.parts) > 1 and len(theirs.parts) > 1 else None
        return None if found is None else _as_whole(found, mine, theirs, WHOLE_COST)
    best: tuple[float, list[str], Name, Name, Judged] | None = None
    for mine in left.wholes:
        for theirs in right.wholes:
            found = judged(mine, theirs, WHOLE, rarity) if len(mine.parts) > 1 and len(theirs.parts) > 1 else None
            if found is not None and (best is None or found.bits >= best[0]):
                made = (found.bits, sorted((mine.written, theirs.written)), mine, theirs, found)
                best = made if best is None or made[:2] > best[:2] else best
    if best is None:
        return None
    _, _, mine, theirs, found = best
    return _as_whole(found, mine, theirs, WHOLE_COST + math.log2(len(left.wholes) * len(right.wholes)))


def _as_whole(found: Judged, mine: Name, theirs: Name, cost: float) -> Named:
    claim = Contribution(WHOLE.field, found.claim, found.bits - cost, mine.written, theirs.written)
    agreed = sum(alike >= SIMILAR and part.weight == 1 for alike, part, _ in found.made.pairs)
    return Named((claim,), found.made.left, found.made.right, agreed)


def father(left: Prepared, right: Prepared, named: Named, rarity: Rarity) -> Contribution | None:
    """The fathers' names; or one side's, where it stands among the names of the other."""
    if left.father.parts and right.father.parts:
        return name_claim(left.father, right.father, FATHER, rarity)
    if left.father.parts:
        return _in_name(left.father, named.right, rarity)
    found = _in_name(right.father, named.left, rarity) if right.father.parts else None
    return found and Contribution(found.field, found.claim, found.added, found.right, found.left)


def _in_name(father: Name, over: tuple[Part, ...], rarity: Rarity) -> Contribution | None:
    """A father's name among the parts of a name that nothing was paired with."""
    found = [
        (alike, each.text, part)
        for part in father.parts
        for each in over
        if each.weight == 1 and len(each.text) > 1 and (alike := part_likeness(part, each)) >= SIMILAR
    ]
    if not found:
        return None
    _, text, part = max(found)
    made = name_claim(Name(part.text, father.written, (part,)), _one(text, over), FATHER, rarity)
    added = made.added - IN_NAME_COST if made is not None else 0.0
    return Contribution(FATHER.field, Claim.FATHER_IN_NAME, max(0.0, added), father.written, text)


def _one(text: str, over: tuple[Part, ...]) -> Name:
    part = next(each for each in over if each.text == text)
    return Name(text, text, (part,))


def custom(named: Named, parent: Contribution | None) -> Contribution | None:
    """What is taken back because names that agree do not do so independently of each other; half of what they add at most."""
    cost = TOGETHER_BITS * (named.agreed > 1)
    cost += TOGETHER_FATHER * (named.agreed > 0 and parent is not None and parent.added > 0)
    if not cost:
        return None
    cost = max(cost, -math.fsum(max(0.0, claim.added) for claim in named.claims) / 2)
    return Contribution("custom", Claim.NAMES_GO_TOGETHER, cost, "", "") if cost else None
