"""The fields without check digit: document code, issuer, nationality and names, read by what such a field can hold."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from egnatia.engines.documents.image.grammar import best
from egnatia.engines.documents.mrz.codes import CODES
from egnatia.engines.documents.mrz.digits import FILLER

_UNLISTED = -4.0
"""What a code in no list costs (logarithm): a misread listed code is that much likelier than a new one."""
_FIRST_UNUSUAL = -4.0
"""The same for a document code that does not begin as the format's do."""
_RESUMED = -6.0
"""The same for letters after three fillers in a row: the padding has begun and nothing follows it (Doc 9303-3 4.6)."""
_WIDTH = 3


@dataclass(frozen=True, slots=True)
class Word:
    """One field as read: its characters, the probability of each, and the logarithm of the whole."""

    text: str
    shares: tuple[float, ...]
    score: float


def _word(text: str, columns: Sequence[Mapping[str, float]], price: float = 0.0) -> Word:
    shares = tuple(column[one] for one, column in zip(text, columns, strict=True))
    return Word(text, shares, price + sum(math.log(share) for share in shares))


def read_code(columns: Sequence[Mapping[str, float]], first_letters: str) -> Word:
    """The document code: the format's own first letters before any other."""
    letters, seconds = columns[0], columns[1:]
    tail = "".join(best(column) for column in seconds)
    words = [_word(first + tail, columns, 0.0 if first in first_letters else _FIRST_UNUSUAL) for first in letters]
    return max(words, key=lambda word: (word.score, word.text))


def read_issuer(columns: Sequence[Mapping[str, float]]) -> Word:
    """A code of three letters: the likeliest of the lists, or what stands there when it is far likelier."""
    plain = "".join(best(column) for column in columns)
    words = [_word(plain, columns, 0.0 if plain.rstrip(FILLER) in CODES else _UNLISTED)]
    words += [_word(code.ljust(_WIDTH, FILLER), columns) for code in CODES]
    return max(words, key=lambda word: (word.score, word.text))


def read_name(columns: Sequence[Mapping[str, float]]) -> Word:
    """A name field: letters with single and double fillers between them, then fillers to the end."""
    taken = [best(column) for column in columns]
    words = []
    for end in range(len(columns) + 1):
        body = "".join(taken[:end])
        if end and body.endswith(FILLER):
            continue
        price = _RESUMED if FILLER * 3 in body else 0.0
        words.append(_word(body.ljust(len(columns), FILLER), columns, price))
    return max(words, key=lambda word: (word.score, word.text))
