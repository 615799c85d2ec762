"""From the recogniser's steps to glyphs: where along a line it saw a character, and which ones it may be."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from egnatia.engines.documents.image.types import Glyph, Strip
from egnatia.engines.documents.mrz.digits import ALPHABET

_FILLERS = "«‹＜〈⟨《≪"  # noqa: RUF001 - the fillers of other alphabets are meant
_WEAK = 0.02
"""A step that is less likely than this to show a character shows none."""
_LEAST = 1e-4
"""Candidates less likely than this are left out; `grammar.FLOOR` stands for them."""
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


def text_of(steps: _Array, vocabulary: Vocabulary) -> tuple[str, float]:
    """The likeliest text of one line, and the mean probability of its characters."""
    if not len(steps):
        return "", 0.0
    likeliest = steps.argmax(axis=1)
    kept = [
        step for step in range(len(steps)) if likeliest[step] and (not step or likeliest[step] != likeliest[step - 1])
    ]
    if not kept:
        return "", 0.0
    text = "".join(vocabulary.signs[int(likeliest[step])] for step in kept)
    return text.strip(), float(np.mean([steps[step, likeliest[step]] for step in kept]))
