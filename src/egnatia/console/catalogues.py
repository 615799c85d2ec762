"""The console's messages in five languages.

English is written in the templates and in `words.py`; `locale/*.po` hold the translations and are read at start
(`egnatia.languages`).
"""

import gettext
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog

from egnatia.languages import LANGUAGES, N_, SOURCE_LANGUAGE, compiled, read_messages, to_latin

LOCALE = Path(__file__).parent / "locale"

__all__ = ["LANGUAGES", "LOCALE", "N_", "SOURCE_LANGUAGE", "read_catalogue", "to_latin", "translations"]


def read_catalogue(language: str) -> Catalog:
    """The messages of one language other than English, as its file holds them."""
    return read_messages(LOCALE, language)


@cache
def translations(language: str) -> gettext.NullTranslations:
    """What turns an English message into one of the language; an untranslated message stays English."""
    return gettext.NullTranslations() if language == SOURCE_LANGUAGE else compiled(read_catalogue(language))
