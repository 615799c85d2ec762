"""From the cells of a zone to its characters: the fields that check digits prove, the others, and what is in doubt."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from egnatia.engines.documents.image.grammar import Slot, best, checks, likelihoods, slots
from egnatia.engines.documents.image.letters import Word, read_code, read_issuer, read_name
from egnatia.engines.documents.image.proof import Proof, prove
from egnatia.engines.documents.image.types import Cell, Correction, Doubt
from egnatia.engines.documents.mrz.digits import DIGITS
from egnatia.engines.documents.mrz.layouts import LAYOUTS, Layout
from egnatia.engines.documents.mrz.types import Field, Format

PROVEN = 4.5
"""Natural logarithm by which the characters taken must lead any other assignment (90 to 1; bench/documents/image.py)."""
SURE = 0.6
"""Probability from which a character without check digit is taken without doubt (bench/documents/image.py) ..."""
_SEEN, _UNUSUAL = 0.5, 0.1
"""A character seen clearly (the first figure) that the check digits overrule stays in doubt, unless the one taken is
its usual look-alike (the second): two coincidences in a row could otherwise make a wrong repair look proven."""
_UNSEEN = 0.2
"""A digit of which less was seen was not seen: the check digits tell what it would be if all else is as read, and under a
thumb it is a guess about the length of the line as well (bench/documents/foreign_pages.py)."""
_HIDDEN = 0.15
"""What the character of a column counts in which nothing was seen: more than an even share, so that a thumb upon five
columns does not make a zone look like other print. All characters alike, so it proves nothing."""
_RIVAL = 0.02
"""... unless another one has this much: every misread name of the bench had a rival of 3 in 100 or more."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """One way to read the cells as a zone.

    Args:
        format: the format.
        zone: all lines joined.
        doubts: characters that are not proven.
        corrections: characters that grammar or check digits overruled.
        score: mean logarithm of the probability of a column.
    """

    format: Format
    zone: str
    doubts: tuple[Doubt, ...]
    corrections: tuple[Correction, ...]
    score: float

    @property
    def lines(self) -> tuple[str, ...]:
        """The zone cut into its lines."""
        width = LAYOUTS[self.format].width
        return tuple(self.zone[at : at + width] for at in range(0, len(self.zone), width))


@dataclass(frozen=True, slots=True)
class _Taken:
    """One column: what is taken, how probable it is, what else it may be, and whether it is in doubt."""

    character: str
    probability: float
    others: tuple[str, ...]
    doubtful: bool


def decode(kind: Format, cells: Sequence[Cell], *, hidden: bool = False) -> Decoded:
    """The characters of a zone.

    Args:
        kind: the format to read them as.
        cells: the candidates of every column, lines joined.
        hidden: an end of the lines is hidden, so that nothing without a check digit is known to stand in its column.
    """
    layout, grammar = LAYOUTS[kind], slots(kind)
    shares = [likelihoods(cell, slot.allowed) for cell, slot in zip(cells, grammar, strict=True)]
    proof = prove(kind, cells, PROVEN)
    taken: dict[int, _Taken] = {}
    # One digit that does not hold is printed so, or misread; several at once say that the columns are not these.
    broken = len(proof.violated - {Field.COMPOSITE}) > 1 or (hidden and not _anchored(layout, shares, proof))
    for index, character in proof.characters.items():
        share = shares[index].get(character, 0.0)
        unproven = proof.margins[index] < PROVEN or grammar[index].field in proof.violated
        overruled = max(shares[index].values()) > _SEEN and share < _UNUSUAL
        unseen = grammar[index].allowed <= DIGITS and share < _UNSEEN
        rivals = proof.rivals[index] or ((best(shares[index]),) if overruled else ())
        taken[index] = _Taken(character, share, rivals, unproven or overruled or unseen or broken)
    score = proof.score + sum(_eased(slot) for cell, slot in zip(cells, grammar, strict=True) if not cell)
    for place, word in _unprotected(layout, shares, taken):
        score += word.score
        for index, character, share in zip(range(place.start, place.stop), word.text, word.shares, strict=True):
            rivals = _rivals(shares[index], character)
            taken[index] = _Taken(character, share, rivals, hidden or share < SURE or bool(rivals))
    zone = "".join(taken[index].character for index in range(len(cells)))
    return Decoded(
        kind,
        zone,
        tuple(_doubts(layout, _fields(kind), taken)),
        tuple(_corrections(layout, _fields(kind), zone, cells)),
        score / len(cells),
    )


def _anchored(layout: Layout, shares: Sequence[Mapping[str, float]], proof: Proof) -> bool:
    """Whether three check digits say that the columns are these: number and dates were seen as taken, and all hold."""
    fields = (layout.number, layout.birth, layout.expiry)
    digits = (layout.number_check, layout.birth_check, layout.expiry_check)
    columns = (*digits, *(index for field in fields for index in range(field.start, field.stop)))
    return not proof.violated and all(shares[index].get(proof.characters[index], 0.0) >= SURE for index in columns)


def _eased(slot: Slot) -> float:
    """What a column in which nothing was seen counts less than an even share of what may stand there."""
    return max(0.0, math.log(_HIDDEN * len(slot.allowed)))


def _fields(kind: Format) -> tuple[Field, ...]:
    """The field of every column; a check digit belongs to the field that it protects."""
    return tuple(slot.field for slot in slots(kind))


def _unprotected(
    layout: Layout, shares: Sequence[Mapping[str, float]], taken: Mapping[int, _Taken]
) -> Iterator[tuple[slice, Word]]:
    """Every field that no check digit covers, as read."""
    yield layout.code, read_code(shares[layout.code], layout.first_letters)
    yield layout.issuer, read_issuer(shares[layout.issuer])
    yield layout.nationality, read_issuer(shares[layout.nationality])
    yield layout.name, read_name(shares[layout.name])
    rest = set(range(len(shares))) - set(taken)
    for place in (layout.code, layout.issuer, layout.nationality, layout.name):
        rest -= set(range(place.start, place.stop))
    for index in sorted(rest):
        character = best(shares[index])
        share = shares[index][character]
        yield slice(index, index + 1), Word(character, (share,), math.log(share))


def _rivals(shares: Mapping[str, float], taken: str) -> tuple[str, ...]:
    others = [one for one, share in shares.items() if one != taken and share >= _RIVAL]
    return tuple(sorted(others, key=lambda one: (-shares[one], one)))


def _doubts(layout: Layout, fields: Sequence[Field], taken: Mapping[int, _Taken]) -> Iterator[Doubt]:
    for index, field in enumerate(fields):
        one = taken[index]
        if one.doubtful:
            yield Doubt(field, *layout.position(index), one.character, one.others, min(1.0, one.probability))


def _corrections(layout: Layout, fields: Sequence[Field], zone: str, cells: Sequence[Cell]) -> Iterator[Correction]:
    for index, cell in enumerate(cells):
        seen = best(cell) if cell else zone[index]
        if seen != zone[index]:
            yield Correction(fields[index], *layout.position(index), seen, zone[index])


def is_protected(kind: Format, field: Field) -> bool:
    """Whether a check digit of this format covers the field."""
    printed = checks(LAYOUTS[kind])
    if field in {Field.OPTIONAL, Field.OPTIONAL_2}:
        return Field.COMPOSITE in printed
    return field in printed
