"""Letters: Cyrillic written in Latin, look-alikes put right, marks and invisible characters taken away.

Cyrillic goes to the Latin letters of Serbian (Gaj's alphabet), which the sound key (`sounds`) reads; Macedonian ѓ and ќ
take the place of đ and ć. Russian, Ukrainian and Bulgarian letters are included because they occur on this route.
"""

# ruff: noqa: RUF001, PIE800
# The look-alikes are the subject of this module, and its tables are written by language.

import re
import unicodedata

CYRILLIC = {
    **dict(zip("абвгдежзијклмнопрстћуфхцчшђ", "abvgdežzijklmnoprstćufhcčšđ", strict=True)),
    **{"љ": "lj", "њ": "nj", "џ": "dž", "ѓ": "gj", "ќ": "kj", "ѕ": "dz"},
    **{"й": "j", "ё": "e", "ы": "i", "э": "e", "ю": "ju", "я": "ja", "щ": "št", "ъ": "", "ь": ""},
    **{"і": "i", "ї": "ji", "є": "je", "ґ": "g", "ў": "u"},
}
"""Cyrillic letter to Latin (Serbian orthography for Serbian, the Macedonian one's own digraphs)."""
_SHAPES = dict(zip("авекмнорстухіјѕһԁ", "abekmhopctyxijshd", strict=True))
"""Cyrillic letters that look like a Latin one, for words written in both scripts by mistake or on purpose."""
_SHAPES_BACK = dict(zip("abekmhopctyxijs", "авекмнорстухијѕ", strict=True))
_PLAIN = {"đ": "d", "ð": "d", "ø": "o", "ł": "l", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i", "ħ": "h"}
"""Latin letters that no decomposition takes apart, as ICAO Doc 9303-3 section 6 writes them or their nearest ones."""

_LOOSE_MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    "\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
)
"""Marks without which a name is the same: those that Latin, Greek, Cyrillic, Hebrew and Arabic letters bear, and no letter of which
Unicode has as one sign. A Turkish capital İ leaves such a mark behind when it becomes small."""


def unify_script(word: str) -> str:
    """One lower-case word in one script: look-alikes put right, Cyrillic written in Latin."""
    if word.isascii():
        return word
    cyrillic = {letter for letter in word if letter in CYRILLIC or letter in _SHAPES}
    if not cyrillic:
        return word
    latin = {letter for letter in word if "a" <= letter <= "z"}
    if latin and cyrillic <= _SHAPES.keys():
        return "".join(_SHAPES.get(letter, letter) for letter in word)
    if latin and latin <= _SHAPES_BACK.keys():
        word = "".join(_SHAPES_BACK.get(letter, letter) for letter in word)
    return "".join(CYRILLIC.get(letter, letter) for letter in word)


def visible(text: str) -> str:
    """Compatibility forms unified (NFKC), lower case, without what is not seen: direction characters and marks that make no letter.

    Arabic vowel signs are such marks, and whatever is put over or through letters to make them look otherwise. They would part a word.
    """
    if text.isascii() and text.isprintable():
        return text.lower()
    kept = "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) not in {"Cf", "Cc", "Cs"})
    return _LOOSE_MARKS.sub("", unicodedata.normalize("NFC", kept.casefold()))


def plain(word: str) -> str:
    """A word without its marks: ë is e, č and ć are c, đ is d; letters of other scripts stay."""
    if word.isascii():
        return word
    decomposed = unicodedata.normalize("NFD", "".join(_PLAIN.get(letter, letter) for letter in word))
    return unicodedata.normalize("NFC", "".join(c for c in decomposed if unicodedata.category(c) != "Mn"))
