"""One plain function per claim: what two values of one field say about two records being one person.

Each returns None when one side has no value (nothing is then added or taken), is symmetric, and states its result in bits:
base-2 likelihood ratios. What an agreement adds is how rare the value is in the register (`frequencies`), less what a slip of
spelling costs. What a disagreement takes is how seldom two records of one person disagree so; bench/people/calibration.py counts it.
"""

from dataclasses import dataclass

from egnatia.engines.people.dates import date_bits
from egnatia.engines.people.frequencies import TYPICAL, Rarity
from egnatia.engines.people.identifiers import Identifier, IdentifierKind
from egnatia.engines.people.likeness import INITIAL, Alignment, Name, align
from egnatia.engines.people.parts import Part
from egnatia.engines.people.types import Claim, Contribution, PartialDate
from egnatia.engines.people.variants import TWO_LETTERS

SIMILAR = 0.72
"""Likeness from which a name field counts as similar: one wrong letter in a name of four is .75."""
WHOLE_SIMILAR = 0.82
"""The same for a whole name: chosen on one half of the pairs of bench/people/names.py, reported on the other."""
FAMILY_BITS, FIRST_BITS, PARENT_BITS, PART_BITS = 9.0, 7.0, 6.0, 7.5
"""What a part that agrees is worth where no register was counted: by how often two persons of the synthetic Balkan register
agree in it by chance (bench/people/register.py). A part of a whole name has no role, so it lies between."""
SAME_COST = 0.15
"""`-log2` of the nine records in ten of one person that have a name letter by letter."""
SOUND_COST = 1.5
"""The same name in another orthography or translation."""
SLIP_COSTS = (2.0, 6.0)
"""A spelling that is nearly the same, and one that is just similar: fewer records of one person, more of others."""
SLIP_MOST = 10.0
"""Bits of a slip at the most: one in a thousand names has another within a letter of it, however rare it is."""
INITIAL_BITS = 3.5
"""An initial: some twelve letters begin most names."""
SPARE_COSTS = (0.5, 0.8)
"""A part that the other side lacks, and each further one: second names and fathers' names are left out daily."""
OTHER_PART = -5.5
"""A part that is another name on the other side; a further one takes `OTHER_MORE` and no more than twice."""
OTHER_MORE = -1.5
OTHER_BESIDE = 0.5
"""Share of that which is taken of a field where another part of it agrees: of two family names one changes with a marriage."""
LEAST = 0.15
"""Likeness below `SIMILAR` over which the whole of a penalty is reached: two letters of five are another name."""
_SOUND_FROM = 0.9
_MORE_AT_MOST = 2
IDENTIFIER_BITS = {
    IdentifierKind.NATIONAL: 22.0,
    IdentifierKind.DOCUMENT: 20.0,
    IdentifierKind.PHONE: 14.0,
    IdentifierKind.IBAN: 14.0,
    IdentifierKind.PLATE: 11.0,
    IdentifierKind.ADDRESS: 9.0,
}
"""A shared identifier where nothing shows that others have it too. No certainty: documents are lent, numbers mistyped, and a
telephone, an account or a car serves a family."""
LOOK_ALIKE_COST = 4.0
"""Numbers that are the same once O is 0 and B is 8: a reading machine's slip, or another number."""


@dataclass(frozen=True, slots=True)
class NameField:
    """How one kind of name is judged: its claims, what it is worth, and from where it is similar."""

    field: str
    same: Claim
    alike: Claim
    partly: Claim
    different: Claim
    bits: float
    similar: float = SIMILAR
    parent: bool = False
    beside: float = OTHER_BESIDE


FAMILY = NameField("family_names", Claim.FAMILY_NAME_SAME, Claim.FAMILY_NAME_SIMILAR, Claim.FAMILY_NAME_PARTLY, Claim.FAMILY_NAME_DIFFERENT, FAMILY_BITS)  # fmt: skip
FIRST = NameField("first_names", Claim.FIRST_NAME_SAME, Claim.FIRST_NAME_SIMILAR, Claim.FIRST_NAME_PARTLY, Claim.FIRST_NAME_DIFFERENT, FIRST_BITS)  # fmt: skip
WHOLE = NameField("name", Claim.NAME_SAME, Claim.NAME_SIMILAR, Claim.NAME_PARTLY, Claim.NAME_DIFFERENT, PART_BITS, WHOLE_SIMILAR, beside=1.0)  # fmt: skip
FATHER = NameField("father_name", Claim.FATHER_NAME_SAME, Claim.FATHER_NAME_SIMILAR, Claim.FATHER_NAME_SIMILAR, Claim.FATHER_NAME_DIFFERENT, PARENT_BITS, parent=True)  # fmt: skip
MOTHER = NameField("mother_name", Claim.MOTHER_NAME_SAME, Claim.MOTHER_NAME_SIMILAR, Claim.MOTHER_NAME_SIMILAR, Claim.MOTHER_NAME_DIFFERENT, PARENT_BITS, parent=True)  # fmt: skip


def agreement(alike: float, left: Part, right: Part, how: NameField, rarity: Rarity) -> float:
    """Bits of two parts that are like each other: the rarity of the commoner one, less what their difference costs.

    Where they differ in a letter, any spelling of either sound would have been as like, so that is what is counted: a rare way to
    write a common name, or a slip in one on file, is no rare agreement.
    """
    worth = rarity.part(left, how.bits, parent=how.parent)
    if left != right:
        worth = min(worth, rarity.part(right, how.bits, parent=how.parent))
    if min(len(left.text), len(right.text)) == 1 or (
        alike == INITIAL and (left.text in TWO_LETTERS or right.text in TWO_LETTERS)
    ):
        return min(worth, INITIAL_BITS)
    if alike == 1.0:
        return worth - SAME_COST * left.weight
    worth = min(
        worth,
        rarity.sounding(left, how.bits, parent=how.parent),
        rarity.sounding(right, how.bits, parent=how.parent),
    )
    if alike >= _SOUND_FROM:
        return max(0.0, worth - SOUND_COST)
    low, high = SLIP_COSTS
    cost = low + (high - low) * (_SOUND_FROM - alike) / (_SOUND_FROM - SIMILAR)
    return max(0.0, min(worth, SLIP_MOST) - cost)


def name_bits(made: Alignment, how: NameField, rarity: Rarity) -> float:
    """Bits of a whole field: what its parts add, less what the others take."""
    agreed, others, worst = 0.0, made.others, 1.0 if made.others else 0.0
    for alike, left, right in made.pairs:
        if alike >= SIMILAR:
            agreed += agreement(alike, left, right, how, rarity)
        elif left.weight == 1.0:
            others += 1
            worst = max(worst, min(1.0, (SIMILAR - alike) / LEAST))
    if made.spare:
        agreed -= SPARE_COSTS[0] * min(1.0, made.spare) + SPARE_COSTS[1] * max(0.0, made.spare - 1.0)
    if not others:
        return agreed
    further = OTHER_MORE * min(_MORE_AT_MOST, others - 1)
    return agreed + (OTHER_PART * worst + further) * (how.beside if agreed > 0 else 1.0)


@dataclass(frozen=True, slots=True)
class Judged:
    """What two names of one field say: the claim, its bits, and how their parts were laid."""

    claim: Claim
    bits: float
    made: Alignment


def judged(left: Name, right: Name, how: NameField, rarity: Rarity) -> Judged | None:
    """Judge two names of one field; None when one of them is no evidence. A register repeats its names, so it is remembered."""
    key = (left.key, right.key, how.field)
    known = rarity.known(key)
    if known is not None:
        return known
    made = align(left, right)
    return None if made is None else rarity.remember(key, _judge(made, how, rarity))


def _judge(made: Alignment, how: NameField, rarity: Rarity) -> Judged:
    bits = name_bits(made, how, rarity)
    if made.alike >= how.similar:
        return Judged(how.same if made.alike == 1.0 else how.alike, bits, made)
    return Judged(how.partly if bits > 0 else how.different, bits, made)


def name_claim(left: Name, right: Name, how: NameField, rarity: Rarity = TYPICAL) -> Contribution | None:
    """Whether two names of one field are the same, similar, the same in part, or different."""
    found = judged(left, right, how, rarity)
    return None if found is None else Contribution(how.field, found.claim, found.bits, left.written, right.written)


def birth_date_claim(
    left: PartialDate | None, right: PartialDate | None, rarity: Rarity = TYPICAL
) -> Contribution | None:
    """How far two dates of birth agree: same, swapped, mistyped, partly, as far as a placeholder says, or not."""
    if left is None or right is None:
        return None
    claim, added = date_bits(left, right, rarity)
    return Contribution("birth_date", claim, added, str(left), str(right))


def identifier_claims(
    left: tuple[Identifier, ...], right: tuple[Identifier, ...], rarity: Rarity = TYPICAL
) -> list[Contribution]:
    """The best number that both have, and the address. Having different ones says nothing: people renew passports and move."""
    if not left or not right:
        return []
    shared = [made for a in left for b in right if (made := _identifier(a, b, rarity)) is not None]
    best: dict[str, Contribution] = {}
    for made in sorted(shared, key=lambda each: (each.added, each.left, each.right)):
        best[made.field] = made
    return [best[name] for name in sorted(best, reverse=True)]


def _identifier(left: Identifier, right: Identifier, rarity: Rarity) -> Contribution | None:
    special = {IdentifierKind.ADDRESS, IdentifierKind.PHONE}
    if left.kind is not right.kind and (left.kind in special or right.kind in special):
        return None
    if left.loose != right.loose:
        return None
    kind = max(left.kind, right.kind, key=lambda each: (-IDENTIFIER_BITS[each], each))
    worth = min(rarity.identifier(side.kind, side.text, IDENTIFIER_BITS[kind]) for side in (left, right))
    if kind is IdentifierKind.ADDRESS:
        return Contribution("address", Claim.ADDRESS_SAME, worth, left.text, right.text)
    if left.text == right.text:
        return Contribution("identifiers", Claim.IDENTIFIER_SAME, worth, left.text, right.text)
    alike = max(0.0, worth - LOOK_ALIKE_COST)
    return Contribution("identifiers", Claim.IDENTIFIER_ALIKE, alike, left.text, right.text)
