"""A printed name as a row of pieces: letters with all that the zone may have for them, and what stands between them.

`name_match.py` walks through the pieces; nothing is ever written out, so a name whose letters allow a million forms
costs no more than one that allows a single one.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from egnatia.engines.documents.mrz.alphabets import DROPPED
from egnatia.engines.documents.mrz.digits import DIGITS
from egnatia.engines.documents.mrz.transliteration import HYPHENS, Spelling, capitals, spellings, transliterate

MAX_LETTERS = 200
"""Characters of one identifier that are looked at; the zone has room for 39, a chip's full name for some more."""

_TITLES = "BSC DIPL DR DRING DRS ESQ ING JR JUNIOR MAG MD MR MRS MSC MUDR PHD PROF RNDR SIR SR SENIOR II III IV V"
TITLES = frozenset(_TITLES.split())
"""Prefixes and suffixes, without dots, that are left out of the zone unless the issuer counts them as part of the name
(Doc 9303-3 section 4.6 names Dr, Sir, Jr, Sr, II and III); either way agrees."""
_BIRTH_NAME_MARKS = "GEB GEBORENE GEBOREN NEE NE EP EPOUSE VEUVE VVE ROD RODENA RODJENA ROZ ROZENA BORN NATA E LINDUR"
BIRTH_NAME_MARKS = frozenset(_BIRTH_NAME_MARKS.split())
"""Words on the page after which a birth or married name follows that the zone leaves out (German: geb., French: ép.)."""
_AMBIGUOUS_MARKS = frozenset({"E", "NE", "ROD", "EP"})
"""Marks that are only believed with the full stop that abbreviates them, or in small letters."""
_WORDS = re.compile(rf"[\s{re.escape(HYPHENS)}]+")


class Between(StrEnum):
    """What stands at a place that is no letter."""

    GAP = "gap"
    """White space, a hyphen or a comma: a filler in the zone."""
    MARK = "mark"
    """An apostrophe or other punctuation: nothing in the zone."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One place of a printed identifier.

    Args:
        text: the capital letter, or the sign.
        spellings: what the zone may have for it; empty for what is no letter.
        between: what kind of sign it is, where it is no letter.
        skip_to: places to which one may go on from here without the zone having anything: past a title.
    """

    text: str
    spellings: tuple[Spelling, ...] = ()
    between: Between | None = None
    skip_to: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Identifier:
    """One printed identifier, ready for comparison."""

    pieces: tuple[Piece, ...]
    ends: tuple[int, ...]
    """For each place the end of the component that it is in."""
    recommended: str
    """As the zone writes it when nothing has to be cut and the first form is taken everywhere."""


def identifier(printed: str, language: str = "") -> Identifier:
    """Take a printed identifier apart.

    Args:
        printed: as printed, any script; fillers count as spaces.
        language: ISO 639-1 code of the tables' exceptions; without one those of all languages are admissible.
    """
    words = _words(printed)
    pieces: list[Piece] = []
    starts: list[int] = []
    for number, word in enumerate(words):
        if number:
            pieces.append(Piece(" ", between=Between.GAP))
        starts.append(len(pieces))
        pieces.extend(_word(word, language))
    starts.append(len(pieces) + 1)
    recommended = "<".join(part for word in words if (part := transliterate(word, language)))
    return Identifier(_with_skips(pieces, starts, words), _ends(pieces), recommended)


def _words(printed: str) -> list[str]:
    cleaned = printed[:MAX_LETTERS].replace("<", " ").replace("/", " ")
    return [word for word in _WORDS.split(cleaned) if any(sign.isalnum() for sign in word)]


def _word(word: str, language: str) -> list[Piece]:
    letters = capitals(word)
    pieces: list[Piece] = []
    for place, letter in enumerate(letters):
        if letter.isalpha() or letter in DIGITS or not _is_mark(letter):
            pieces.append(Piece(letter, tuple(spellings(letters, place, language))))
        else:
            pieces.append(Piece(letter, between=Between.MARK))
    return pieces


def _is_mark(sign: str) -> bool:
    return sign in DROPPED or not (sign.isalnum() or sign.isalpha() or _combining(sign))


def _combining(sign: str) -> bool:
    return "\u0300" <= sign <= "\u036f" or "\u0640" <= sign <= "\u0670"


def _ends(pieces: list[Piece]) -> tuple[int, ...]:
    ends, end = [len(pieces)] * (len(pieces) + 1), len(pieces)
    for place in range(len(pieces) - 1, -1, -1):
        if pieces[place].between is Between.GAP:
            end = place
        ends[place] = end
    return tuple(ends)


def _with_skips(pieces: list[Piece], starts: list[int], words: list[str]) -> tuple[Piece, ...]:
    """Mark where a title, or everything from a birth name's mark on, may be passed over."""
    skips: dict[int, list[int]] = {}
    last = len(words) - 1
    for number, word in enumerate(words):
        here, following = starts[number], starts[number + 1]
        if is_title(word):
            if number < last:
                skips.setdefault(here, []).append(following)
            else:
                skips.setdefault(max(here - 1, 0), []).append(len(pieces))
        if number and _is_birth_mark(word):
            skips.setdefault(here - 1, []).append(len(pieces))
    return tuple(
        Piece(piece.text, piece.spellings, piece.between, tuple(skips.get(place, ())))
        for place, piece in enumerate(pieces)
    )


def is_title(word: str) -> bool:
    """Whether a printed word is a prefix or suffix that the zone may leave out."""
    return transliterate(word) in TITLES


def _is_birth_mark(word: str) -> bool:
    plain = transliterate(word)
    if plain not in BIRTH_NAME_MARKS:
        return False
    return plain not in _AMBIGUOUS_MARKS or word.endswith(".") or word.islower()
