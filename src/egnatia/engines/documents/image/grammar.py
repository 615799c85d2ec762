"""Which characters may stand in each column of a format, and how likely each is after what the recogniser saw.

The recogniser knows nothing of passports: it reads the letter O as a zero where both look alike, and the other way
round. Where only a letter can stand, a digit seen is the letter that looks like it; where both can, the look-alike
keeps a small probability of its own (`_LEAKS`), so that a check digit can bring it back.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from egnatia.engines.documents.image.types import Cell
from egnatia.engines.documents.mrz.digits import ALPHABET, DIGITS, FILLER
from egnatia.engines.documents.mrz.layouts import LAYOUTS, Layout
from egnatia.engines.documents.mrz.types import Field, Format

LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
ALL = frozenset(ALPHABET)
FLOOR = 1e-5
"""Probability left to every lawful character: no reading is ever quite certain (bench/documents/image.py)."""
_HIDDEN_FILLER = 0.4
"""What a filler gets where nothing was seen: what a thumb hides at the end of a line, and what is dropped within one, is
one more often than not; little enough that it stays a doubt."""
_SEXES = frozenset("MF<X")
_AS_DIGIT = {"O": "0", "D": "0", "Q": "0", "U": "0", "I": "1", "L": "1", "Z": "2", "S": "5", "G": "6", "B": "8", "T": "7", "A": "4"}  # fmt: skip
_AS_LETTER: Mapping[str, tuple[tuple[str, float], ...]] = {
    "0": (("O", 0.98), ("D", 0.01), ("Q", 0.01)),
    "1": (("I", 0.9), ("L", 0.1)),
    "2": (("Z", 1.0),),
    "4": (("A", 1.0),),
    "5": (("S", 1.0),),
    "6": (("G", 1.0),),
    "7": (("T", 1.0),),
    "8": (("B", 1.0),),
}
_LEAKS: Mapping[str, tuple[tuple[str, float], ...]] = {
    "0": (("O", 0.3), ("Q", 0.005), ("D", 0.002)),
    "O": (("0", 0.1), ("Q", 0.005)),
    "1": (("I", 0.05), ("L", 0.002)),
    "I": (("1", 0.05),),
    "2": (("Z", 0.02),),
    "Z": (("2", 0.02),),
    "5": (("S", 0.01),),
    "S": (("5", 0.01),),
    "8": (("B", 0.01),),
    "B": (("8", 0.01),),
}
"""How often the other is meant where both may stand, whatever the recogniser's confidence: it writes nearly every O as a
zero (129 of 130), four I of a hundred as a one, hardly anything else (bench/documents/image.py, several fonts)."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One column: the field it belongs to and what may stand there."""

    field: Field
    allowed: frozenset[str]


@cache
def slots(kind: Format) -> tuple[Slot, ...]:
    """Every column of a format, through all lines joined."""
    layout = LAYOUTS[kind]
    found: dict[int, Slot] = {}
    for field, place in layout.places().items():
        for index in range(place.start, place.stop):
            found[index] = Slot(field, _allowed(field))
    for field, index in checks(layout).items():
        found[index] = Slot(field, DIGITS | {FILLER} if field in {Field.NUMBER, Field.OPTIONAL} else DIGITS)
    return tuple(found[index] for index in range(layout.lines * layout.width))


def checks(layout: Layout) -> dict[Field, int]:
    """Where each check digit stands that the format prints."""
    every = {
        Field.NUMBER: layout.number_check,
        Field.BIRTH_DATE: layout.birth_check,
        Field.EXPIRY_DATE: layout.expiry_check,
        Field.OPTIONAL: layout.optional_check,
        Field.COMPOSITE: layout.composite_check,
    }
    return {field: index for field, index in every.items() if index >= 0}


def _allowed(field: Field) -> frozenset[str]:
    if field in {Field.DOCUMENT_CODE, Field.ISSUER, Field.NATIONALITY, Field.NAME}:
        return LETTERS | {FILLER}
    if field in {Field.BIRTH_DATE, Field.EXPIRY_DATE}:
        return DIGITS | {FILLER}
    return _SEXES if field is Field.SEX else ALL


def likelihoods(cell: Cell, allowed: frozenset[str]) -> dict[str, float]:
    """The probability of every lawful character, given what was seen.

    What was seen and cannot stand here becomes the lawful character that looks like it; the rest is spread evenly, and
    so is everything where nothing was seen.
    """
    seen = dict.fromkeys(allowed, 0.0)
    lost = max(0.0, 1.0 - sum(cell.values()))
    if not cell and FILLER in allowed and allowed & LETTERS:  # a date has fillers only where it is not known
        seen[FILLER], lost = _HIDDEN_FILLER, 1.0 - _HIDDEN_FILLER
    for character, share in cell.items():
        for other, part in _lawful(character, allowed):
            seen[other] += share * part
        if not _lawful(character, allowed):
            lost += share
    spread = lost * lost / len(allowed) + FLOOR  # a little lost is noise; all of it lost means that nothing was seen
    return {character: share + spread for character, share in seen.items()}


@cache
def _lawful(character: str, allowed: frozenset[str]) -> tuple[tuple[str, float], ...]:
    """What a character seen may stand for among the lawful ones, with shares that come to 1; empty for none."""
    if character in allowed:
        leaks = tuple((other, share) for other, share in _LEAKS.get(character, ()) if other in allowed)
        return ((character, 1.0 - sum(share for _, share in leaks)), *leaks)
    if character in DIGITS:
        return tuple((other, share) for other, share in _AS_LETTER.get(character, ()) if other in allowed)
    other = _AS_DIGIT.get(character, "")
    return ((other, 1.0),) if other in allowed else ()


def best(shares: Mapping[str, float]) -> str:
    """The likeliest character; of equal ones the first in the alphabet of the zone."""
    return max(sorted(shares), key=lambda character: shares[character])
