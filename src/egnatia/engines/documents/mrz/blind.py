"""What the check digits of a zone cannot see, stated openly beside what they verified.

Weights 7, 3 and 1 have no factor in common with 10, so a single replaced character goes unseen exactly when both have
the same value modulo 10 (0, A, K, U and the filler; G and 6; I and S; ...). Two neighbours swapped go unseen when their
values differ by a multiple of 5, since neighbouring weights differ by an even number.
"""

from dataclasses import dataclass
from enum import StrEnum

from egnatia.engines.documents.mrz.digits import ALPHABET, DIGITS, FILLER, VALUES
from egnatia.engines.documents.mrz.judge import judge
from egnatia.engines.documents.mrz.layouts import LAYOUTS, Layout
from egnatia.engines.documents.mrz.repair import protected
from egnatia.engines.documents.mrz.types import Field, Verdict, ZoneDocument

_DATE_CHARACTERS = DIGITS | {FILLER}
_TWINS = {
    character: tuple(other for other in ALPHABET if other != character and VALUES[other] % 10 == VALUES[character] % 10)
    for character in ALPHABET
}


class BlindKind(StrEnum):
    """How the characters would have been changed."""

    SUBSTITUTION = "substitution"
    TRANSPOSITION = "transposition"


@dataclass(frozen=True, slots=True)
class BlindChange:
    """One change that no check digit of the zone would show (line and column from 1, of the first character)."""

    kind: BlindKind
    field: Field
    line: int
    column: int
    found: str
    unseen: str


def blind_substitutions(document: ZoneDocument) -> tuple[BlindChange, ...]:
    """Every replaced character and every swap of neighbours, in a protected field, that the check digits cannot see.

    Only characters that the field may hold are listed: any other change is found without a check digit.
    """
    if document.national_layout:
        return ()
    layout = LAYOUTS[document.format]
    zone = "".join(document.lines)
    before = _signature(zone, layout)
    places = tuple(protected(layout))
    found = [
        BlindChange(BlindKind.SUBSTITUTION, field, *layout.position(index), zone[index], to)
        for index, field, digit in places
        for to in _TWINS.get(zone[index], ())
        if _may_hold(field, to, digit=digit) and _signature(_replaced(zone, index, to), layout) == before
    ]
    fields = {index: field for index, field, digit in places if not digit}
    for index, field in fields.items():
        pair = zone[index : index + 2]
        if fields.get(index + 1) is field and pair[0] != pair[1]:
            swapped = pair[::-1]
            if _holds(field, swapped) and _signature(_replaced(zone, index, swapped), layout) == before:
                place = layout.position(index)
                found.append(BlindChange(BlindKind.TRANSPOSITION, field, *place, pair, swapped))
    return tuple(found)


def _replaced(zone: str, index: int, to: str) -> str:
    return zone[:index] + to + zone[index + len(to) :]


def _may_hold(field: Field, character: str, *, digit: bool) -> bool:
    if digit:
        return character in _DATE_CHARACTERS  # a filler may take the place of a zero after an empty optional field
    return _holds(field, character)


def _holds(field: Field, text: str) -> bool:
    if field in {Field.BIRTH_DATE, Field.EXPIRY_DATE}:
        return all(character in _DATE_CHARACTERS for character in text)
    return True


def _signature(zone: str, layout: Layout) -> tuple[tuple[bool, str, str], ...]:
    """What the check digits show: fine, or which digit was printed and which belongs there."""
    return tuple(
        (True, "", "")
        if judgement.verdict in {Verdict.VERIFIED, Verdict.NOT_PRINTED}
        else (False, judgement.printed, judgement.computed)
        for judgement in judge(zone, layout)
    )
