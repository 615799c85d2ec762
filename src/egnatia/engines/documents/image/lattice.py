"""From the recogniser's steps to glyphs: where along a line it saw a character, and which ones it may be."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from egnatia.engines.documents.image.types import Glyph, Strip
from egnatia.engines.documents.mrz.digits import ALPHABET
from egnatia.engines.documents.visual.types import Letter

_FILLERS = "«‹＜〈⟨《≪"  # noqa: RUF001 - the fillers of other alphabets are meant
_WEAK = 0.02
"""A step that is less likely than this to show a character shows none."""
_LEAST = 1e-4
"""Candidates less likely than this are left out; `grammar.FLOOR` stands for them."""
SEEN = 0.005
"""Probability from which another character counts as seen in the same place. Of 21 characters that were misread in lines
as bad as a poor photo's, the right one had it 19 times; of characters read right, another one drawn at random had it in
one of 200 (bench/documents/reading_noise.py)."""
_MOST_OTHERS = 8
_Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The recogniser's signs: sign 0 is `no character`, and several signs may stand for one character of a zone."""

    signs: tuple[str, ...]
    folded: _Array
    """For every sign the place of its zone character in the alphabet, or -1."""

    @classmethod
    def of(cls, listed: list[str]) -> "Vocabulary":
        """The vocabulary from the model's own list; the last sign, a space, is in no list."""
        signs = ("", *listed, " ")
        folded = [ALPHABET.find(character) if (character := _character(sign)) else -1 for sign in signs]
        return cls(signs, np.asarray(folded))


def _character(sign: str) -> str:
    """The zone character that a sign stands for, if any: capitals for small letters, one filler for all quotes."""
    if sign and sign in _FILLERS:
        return "<"
    upper = sign.upper()
    return upper if sign and sign.isascii() and len(upper) == 1 else ""


def glyphs_of(steps: _Array, vocabulary: Vocabulary) -> Strip:
    """The glyphs of one line: runs of steps in which the same character is the likeliest."""
    known = _folded(steps, vocabulary)
    there = known.sum(axis=1)
    likeliest = known.argmax(axis=1)
    glyphs: list[Glyph] = []
    start = 0
    for step in range(1, len(steps) + 1):
        same = step < len(steps) and there[step] >= _WEAK and likeliest[step] == likeliest[start]
        if same and there[start] >= _WEAK:
            continue
        if there[start] >= _WEAK:
            glyphs.append(_glyph(known[start:step], start))
        start = step
    return Strip(tuple(glyphs), float(len(steps)))


def _folded(steps: _Array, vocabulary: Vocabulary) -> _Array:
    """Per step, the probability of each character of the zone; all other signs are left out."""
    known = np.zeros((len(steps), len(ALPHABET)))
    usable = np.flatnonzero(vocabulary.folded[: steps.shape[1]] >= 0)
    np.add.at(known.T, vocabulary.folded[usable], steps[:, usable].T)
    return known


def _glyph(part: _Array, start: int) -> Glyph:
    weights = part.sum(axis=1)
    place = float((weights * np.arange(start, start + len(part))).sum() / weights.sum()) + 0.5
    peak = part[int(weights.argmax())]
    order = np.argsort(-peak)
    chosen = tuple((ALPHABET[one], min(1.0, float(peak[one]))) for one in order if peak[one] >= _LEAST)
    return Glyph(place, min(1.0, float(weights.max())), chosen)


@dataclass(frozen=True, slots=True)
class Text:
    """The likeliest text of one line, how each character of it was read, and the mean probability of them."""

    text: str
    letters: tuple[Letter, ...]
    confidence: float


def text_of(steps: _Array, vocabulary: Vocabulary) -> Text:
    """The likeliest text of one line: of each run of steps with the same sign, that sign once."""
    if not len(steps):
        return Text("", (), 0.0)
    likeliest = steps.argmax(axis=1)
    starts = [step for step in range(len(steps)) if not step or likeliest[step] != likeliest[step - 1]]
    signs: list[str] = []
    letters: list[Letter] = []
    for start, end in zip(starts, [*starts[1:], len(steps)], strict=True):
        sign = vocabulary.signs[int(likeliest[start])]
        letter = _letter(steps[start:end], int(likeliest[start]), vocabulary)
        for character in sign:  # none for the sign that says `no character`
            signs.append(character)
            letters.append(letter)
    text = "".join(signs)
    skipped = len(text) - len(text.lstrip())
    kept = text.strip()
    mean = float(np.mean([letter.share for letter in letters])) if letters else 0.0
    return Text(kept, tuple(letters[skipped : skipped + len(kept)]), mean)


def _letter(part: _Array, taken: int, vocabulary: Vocabulary) -> Letter:
    """The sign taken at its first step, as its share, and what else any step of the run saw."""
    peak = part.max(axis=0)
    near = [int(one) for one in np.argsort(-peak)[:_MOST_OTHERS] if peak[one] >= SEEN and one != taken]
    return Letter(float(part[0, taken]), "".join(vocabulary.signs[one] for one in near))
