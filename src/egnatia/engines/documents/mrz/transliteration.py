"""From national letters to those of the zone (Doc 9303-3 section 6): the recommended form, and every admissible one.

The tables and what was corrected in them stand in `alphabets.py`. `transliterate` writes the one recommended form;
`spellings` gives for every place of a word all that the zone may have there, so that a comparison can walk through the
set without ever writing it out.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from egnatia.engines.documents.mrz.alphabets import (
    ACCENTED_SECOND,
    ALIASES,
    ARABIC,
    BETA_SOUND,
    BY_LANGUAGE,
    CYRILLIC,
    DROPPED,
    GREEK,
    SHADDA,
    STANDARD,
    TEH_MARBUTA,
    UKRAINIAN_INITIALS,
    Forms,
)

LANGUAGES: tuple[str, ...] = tuple(BY_LANGUAGE)
"""Languages whose exceptions `transliterate` knows; any other follows the general table."""
HYPHENS = "-‐‑–,"  # noqa: RUF001 - the signs meant
"""Signs that the zone writes as a filler, beside white space."""
_ASCII_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_PRESENTATION = ("\ufb50", "\ufeff")


class Script(StrEnum):
    """The script of a printed name, as far as tables exist for it."""

    LATIN = "latin"
    CYRILLIC = "cyrillic"
    GREEK = "greek"
    ARABIC = "arabic"
    OTHER = "other"
    """No table covers it, so nothing can be compared with the zone."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """What the zone may have for one letter, or for two that have a row together."""

    span: int
    """How many letters it stands for."""
    forms: Forms
    """The recommended form first."""


def name_components(name: str, language: str = "") -> tuple[str, ...]:
    """The components of one identifier as the zone writes them.

    Spaces, hyphens and commas separate components, an apostrophe disappears, other punctuation is left out (Doc 9303-3
    section 4.6), and so is a character of a script that the tables do not cover.

    Args:
        name: as printed in the visual zone.
        language: ISO 639-1 code where the table makes exceptions by language.
    """
    spaced = "".join(" " if character in HYPHENS else character for character in name)
    components = (transliterate(word, language) for word in spaced.split())
    return tuple(component for component in components if component)


def transliterate(word: str, language: str = "") -> str:
    """One word in the letters A to Z, each letter in its recommended form."""
    letters = capitals(word)
    written: list[str] = []
    place = 0
    while place < len(letters):
        spelling = _longest(letters, place, language)
        written.append(spelling.forms[0])
        place += spelling.span
    return "".join(written)


def capitals(text: str) -> str:
    """The text composed and in capitals, letter by letter; what has a row of its own stays as it is."""
    composed = unicodedata.normalize("NFC", text)
    # Once more, because a capital may come apart: ΰ has none of its own.
    return unicodedata.normalize("NFC", "".join(_capital(letter) for letter in composed))


def _capital(letter: str) -> str:
    if _PRESENTATION[0] <= letter < _PRESENTATION[1]:
        return unicodedata.normalize("NFKC", letter)
    return letter if letter in STANDARD else letter.upper()


def _longest(letters: str, place: int, language: str) -> Spelling:
    """Two letters together where they have a row, else one."""
    every = tuple(spellings(letters, place, language))
    return every[-1]


def spellings(letters: str, place: int, language: str) -> Iterator[Spelling]:
    """What the zone may have at one place of a word in capitals; a row for two letters comes last.

    Without a language every language's form is admissible, after the general one.
    """
    letter = letters[place]
    forms = letter_forms(letter, language)
    following = letters[place + 1 : place + 2]
    if place == 0 and language in {"uk", ""} and letter in UKRAINIAN_INITIALS:
        initial = UKRAINIAN_INITIALS[letter]
        forms = tuple(dict.fromkeys((initial, *forms) if language else (*forms, initial)))
    elif letter == TEH_MARBUTA and not following:
        forms = tuple(reversed(forms))
    if following == SHADDA:
        yield Spelling(2, (*(form * 2 for form in forms), *forms))
        return
    yield Spelling(1, forms)
    both = letter + ACCENTED_SECOND.get(following, following)
    together = letter_forms(both, language) if following else ()
    if together:
        first = place == 0 and both == BETA_SOUND
        yield Spelling(2, tuple(reversed(together)) if first else together)


@lru_cache(maxsize=8_192)
def letter_forms(letter: str, language: str = "") -> Forms:
    """Every form that the zone may have for one capital letter, the recommended one first.

    Args:
        letter: one letter; two letters where a table has a row for them together, else the answer is empty.
        language: ISO 639-1; its forms come first and those of the general table after them, which issuers use too. Without
            one the forms of all languages are given, those of the general table first.
    """
    language = ALIASES.get(language, language)
    general = (_general(letter),) if len(letter) == 1 else (STANDARD.get(letter, ()),)
    if language:
        own = BY_LANGUAGE.get(language, {}).get(letter, ())
        return tuple(dict.fromkeys((*own, *general[0])))
    others = (table[letter] for table in BY_LANGUAGE.values() if letter in table)
    return tuple(dict.fromkeys(form for forms in (*general, *others) for form in forms))


def _general(letter: str) -> Forms:
    if letter in _ASCII_LETTERS:
        return (letter,)
    known = STANDARD.get(letter)
    if known is not None:
        return known
    if letter in DROPPED:
        return ("",)
    base = unicodedata.normalize("NFD", letter)[:1]
    return (base,) if base in _ASCII_LETTERS else STANDARD.get(base, ("",))


def script_of(text: str) -> Script:
    """The script that most letters of a text belong to; Latin where there are none."""
    counts = dict.fromkeys(Script, 0)
    for letter in capitals(text[:_LOOKED_AT]):
        if letter.isalpha():
            counts[_script(letter)] += 1
    return max(Script, key=lambda script: counts[script])


_LOOKED_AT = 200


def _script(letter: str) -> Script:
    base = unicodedata.normalize("NFD", letter)[:1]
    tables = ((Script.CYRILLIC, CYRILLIC), (Script.GREEK, GREEK), (Script.ARABIC, ARABIC))
    for script, table in tables:
        if letter in table or base in table:
            return script
    return Script.LATIN if letter in STANDARD or base in _ASCII_LETTERS else Script.OTHER
