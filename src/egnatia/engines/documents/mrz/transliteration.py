"""From national letters to those of the zone (Doc 9303-3 section 6), keyed by code point.

Where the table allows several forms the first is written. Two rows of the published table show another letter than
their code point names; here U+0402 is Serbian Dje and U+0403 Macedonian Gje, and U+040B (Serbian Tshe), which the table
lacks, is written like its Latin twin Ć. The soft sign has no row and is dropped.
"""

# ruff: noqa: RUF001 - national letters are the subject

import unicodedata

_LATIN: dict[str, str] = {
    "Ä": "AE", "Å": "AA", "Æ": "AE", "Ð": "D", "Ö": "OE", "Ø": "OE", "Ü": "UE", "Þ": "TH", "Đ": "D", "Ħ": "H",
    "ı": "I", "İ": "I", "Ĳ": "IJ", "Ŀ": "L", "Ł": "L", "Ŋ": "N", "Œ": "OE", "Ŧ": "T", "ß": "SS", "ẞ": "SS",
    "\u01c4": "DZ", "\u01c7": "LJ", "\u01ca": "NJ",  # one code point each; not in the table, and never to be lost
}  # fmt: skip
"""Letters that do more than lose a mark; all others of the table come down to their base letter."""

_CYRILLIC: dict[str, str] = {
    "Ё": "E", "Ђ": "D", "Ѓ": "G", "Є": "IE", "Ѕ": "DZ", "І": "I", "Ї": "I", "Ј": "J", "Љ": "LJ", "Њ": "NJ", "Ћ": "C",
    "Ќ": "K", "Ў": "U", "Џ": "DZ", "А": "A", "Б": "B", "В": "V", "Г": "G", "Д": "D", "Е": "E", "Ж": "ZH", "З": "Z",
    "И": "I", "Й": "I", "К": "K", "Л": "L", "М": "M", "Н": "N", "О": "O", "П": "P", "Р": "R", "С": "S", "Т": "T",
    "У": "U", "Ф": "F", "Х": "KH", "Ц": "TS", "Ч": "CH", "Ш": "SH", "Щ": "SHCH", "Ъ": "IE", "Ы": "Y", "Ь": "",
    "Э": "E", "Ю": "IU", "Я": "IA", "Ѫ": "U", "Ѵ": "Y", "Ґ": "G", "Ғ": "G", "Һ": "C",
}  # fmt: skip

_BY_LANGUAGE: dict[str, dict[str, str]] = {
    "sr": {"Ж": "Z", "Х": "H", "Ц": "C", "Ч": "C", "Ш": "S"},
    "mk": {"Ѓ": "GJ", "Ќ": "KJ", "Џ": "DJ", "Х": "H", "Ц": "C"},
    "uk": {"Г": "H", "И": "Y"},
    "be": {"Г": "H", "Ё": "IO"},
    "bg": {"Щ": "SHT"},
}
"""Exceptions of the table by language (ISO 639-1). It also prints Serbian Г as H; Serbian documents have the G of the
Serbian Latin alphabet, and so has this table."""
_UKRAINIAN_INITIALS = {"Є": "YE", "Ї": "YI", "Й": "Y", "Ю": "YU", "Я": "YA"}

LANGUAGES: tuple[str, ...] = tuple(_BY_LANGUAGE)
"""Languages whose exceptions `transliterate` knows; any other follows the general table."""
_DROPPED = frozenset("'’‘ʼ`´ʹʺ")
_ASCII_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def name_components(name: str, language: str = "") -> tuple[str, ...]:
    """The components of one identifier as the zone writes them.

    Spaces, hyphens and commas separate components, an apostrophe disappears, other punctuation is left out (Doc 9303-3
    section 4.6), and so is a character of a script that the tables do not cover.

    Args:
        name: as printed in the visual zone.
        language: ISO 639-1 code where the table makes exceptions by language.
    """
    spaced = "".join(" " if character in "-‐‑–," else character for character in name)
    components = (transliterate(word, language) for word in spaced.split())
    return tuple(component for component in components if component)


def transliterate(word: str, language: str = "") -> str:
    """One word in the letters A to Z."""
    exceptions = _BY_LANGUAGE.get(language, {})
    capitals = unicodedata.normalize("NFC", word)
    letters: list[str] = []
    for position, character in enumerate("".join(_capital(letter) for letter in capitals)):
        if language == "uk" and position == 0 and character in _UKRAINIAN_INITIALS:
            letters.append(_UKRAINIAN_INITIALS[character])
        elif character in exceptions:
            letters.append(exceptions[character])
        else:
            letters.append(_one(character))
    return "".join(letters)


def _capital(letter: str) -> str:
    return letter if letter in _LATIN else letter.upper()


def _one(character: str) -> str:
    if character in _ASCII_LETTERS:
        return character
    if character in _DROPPED:
        return ""
    known = _LATIN.get(character, _CYRILLIC.get(character))
    if known is not None:
        return known
    base = unicodedata.normalize("NFD", character)[:1]
    return base if base in _ASCII_LETTERS else _CYRILLIC.get(base, "")
