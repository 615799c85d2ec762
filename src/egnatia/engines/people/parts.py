"""Names taken apart for comparison: every part in the order of writing, in Latin letters, with what it weighs.

Blind tags are made from `names.tokens`, which never changes without a new domain string. Here more is read: any script,
digits in the place of letters, forms of address, and small words such as `al` or `de`, which say little by themselves.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from anyascii import anyascii

from egnatia.engines.people.languages import forms, words_of
from egnatia.engines.people.names import PLACEHOLDERS, words
from egnatia.engines.people.names import TITLES as ADDRESS
from egnatia.engines.people.scripts import CYRILLIC, plain
from egnatia.engines.people.sounds import skeleton, sound_key

TITLES = ADDRESS | words_of("titles")
"""Forms of address and offices that lists put before a name."""
NOBODY = PLACEHOLDERS | words_of("nobody")
"""What is written where no name is known."""
SMALL = words_of("small")
"""Words that stand between names in Arabic, Romance and Germanic usage, and that clerks leave out."""
SMALL_WEIGHT = 0.2
"""Of a small word against a name. Between .15 and .3 the halves of bench/people/names.py that were looked at do not differ."""
ARTICLES = frozenset(
    ["al", "el", "ul", "ad", "ed", "an", "en", "ar", "er", "as", "es", "ash", "esh", "at", "az", "ez", "ud"]
)
"""The Arabic article before the letters that it takes the sound of (ALA-LC romanisation of Arabic, rule 17)."""
FATHERS = frozenset(["bin", "ibn", "ben", "bint"])
"""`Son of`, `daughter of`: what stands before and after is two people, so the order says who is meant."""
_DIGITS = str.maketrans("0134578", "oieastb")
"""Digits that stand for the letters that they look like, inside a word that has letters beside them."""
_LATIN_ENDS, _LATIN_EXTRA = 0x24F, range(0x1E00, 0x1F00)
"""Unicode blocks of Latin letters: up to Latin Extended-B, and Latin Extended Additional."""
_LETTERS = 2
_KEPT = 1 << 16
_FORMS = forms()
_GROUP_KEYS = {
    group: key if (key := sound_key(group)).startswith("=") else f"={group}" for group in set(_FORMS.values())
}
"""A group that `sounds` has too keeps the key that it has there, so that both tables' forms meet."""
_AFTER_ROMANISING = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """One part of a name.

    Attributes:
        text: its plain lower-case Latin letters.
        sound: the key of how it sounds, or of the group of names that it is one of.
        bones: its consonant classes, whatever group it is in.
        foreign: as it was written, where that is neither Latin nor Cyrillic; else empty.
        weight: 1, or less for a small word.
    """

    text: str
    sound: str
    bones: str
    foreign: str = ""
    weight: float = 1.0


def parts(name: str) -> tuple[Part, ...]:
    """The parts of a name that are evidence, in the order of writing. Empty for an empty or placeholder name.

    Forms of address are dropped beside a name only: a man may be called Haji and nothing else.
    """
    read = [part for word in words(name) for part in _read(word)]
    return tuple(part for part in read if part.text not in TITLES) or tuple(
        part for part in read if part.text not in ADDRESS
    )


@lru_cache(maxsize=_KEPT)
def _read(word: str) -> tuple[Part, ...]:
    """One word as it was written; a word in another script may become several. Registers repeat their words."""
    foreign = "" if all(map(_is_known, word)) else word
    pieces = _AFTER_ROMANISING.sub(" ", anyascii(word).lower()).split() if foreign else [word]
    return tuple(made for piece in pieces if (made := _part(_with_letters(piece), foreign)) is not None)


def _is_known(letter: str) -> bool:
    code = ord(letter)
    return code <= _LATIN_ENDS or code in _LATIN_EXTRA or letter in CYRILLIC


def _with_letters(word: str) -> str:
    """A word with the letters for which digits were put: `ig0r`."""
    mixed = sum(map(str.isalpha, word)) >= _LETTERS and any(map(str.isdigit, word))
    return word.translate(_DIGITS) if mixed else word


def _part(word: str, foreign: str) -> Part | None:
    text = plain(word)
    if not text or text in NOBODY or re.fullmatch(r"x{2,}|\d+", text):
        return None
    weight = SMALL_WEIGHT if text in SMALL else 1.0
    return Part(text, _sound(word, text), skeleton(word), foreign, weight)


def one_part(pieces: tuple[Part, ...]) -> Part:
    """Neighbouring parts written together."""
    return plain_part("".join(piece.text for piece in pieces))


@lru_cache(maxsize=_KEPT)
def plain_part(text: str) -> Part:
    """A part of plain Latin letters."""
    return Part(text, _sound(text, text), skeleton(text))


def _sound(word: str, text: str) -> str:
    """The key of a name's group where it is one of several forms of it, else of how it sounds."""
    group = _FORMS.get(text)
    return sound_key(word) if group is None else _GROUP_KEYS[group]
