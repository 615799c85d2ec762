"""The five languages, and how a catalogue of messages is read, for every room that speaks to people.

English is written in the code; `locale/*.po` beside the code that owns the messages hold the translations. The Latin
form of Serbian is the Cyrillic catalogue letter by letter, so the two can never disagree.
"""

import gettext
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

LANGUAGES: dict[str, str] = {
    "en": "English",
    "sq": "Shqip",
    "sr": "Српски",
    "sr-Latn": "Srpski",
    "mk": "Македонски",
}
"""BCP 47 tag and the language's own name, in the order in which a switch offers them."""
SOURCE_LANGUAGE = "en"

_PAIRS = dict(zip("абвгдђежзијклмнопрстћуфхцчш", "abvgdđežzijklmnoprstćufhcčš", strict=True))
_PAIRS |= {"љ": "lj", "њ": "nj", "џ": "dž"}


def N_(message: str) -> str:  # noqa: N802 - the name that extraction tools look for
    """Mark a message for translation where it is written; it is translated where it is shown."""
    return message


def to_latin(text: str) -> str:
    """Serbian Cyrillic in Latin letters (Vuk's and Gaj's alphabets, 30 letters each); other characters stay.

    A capital digraph has its second letter small before a small letter (Љубав, Ljubav) and capital before a capital.
    """
    return "".join(_latin(letter, text[place + 1 : place + 2]) for place, letter in enumerate(text))


def _latin(letter: str, following: str) -> str:
    latin = _PAIRS.get(letter.lower())
    if latin is None:
        return letter
    if letter.islower():
        return latin
    return latin.upper() if following.isupper() else latin.capitalize()


def read_messages(folder: Path, language: str) -> "Catalog":
    """The messages of one language other than English, as the file in a folder holds them."""
    from babel.messages.pofile import read_po

    source = "sr" if language == "sr-Latn" else language
    with (folder / f"{source}.po").open("rb") as file:
        catalogue = read_po(file, locale=source)
    if language == "sr-Latn":
        for message in catalogue:
            if message.id:
                forms = message.string or ""
                message.string = to_latin(forms) if isinstance(forms, str) else tuple(to_latin(form) for form in forms)
    return catalogue


def compiled(catalogue: "Catalog") -> gettext.GNUTranslations:
    """What turns an English message into one of the language; an untranslated message stays English."""
    from babel.messages.mofile import write_mo

    written = BytesIO()
    write_mo(written, catalogue)
    written.seek(0)
    return gettext.GNUTranslations(written)
