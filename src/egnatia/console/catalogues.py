"""The console's messages in five languages.

English is written in the templates and in `words.py`; `locale/*.po` hold the translations and are read at start
(`egnatia.languages`).
"""

import gettext
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog

from egnatia.engines.documents.report.speaker import translations as of_documents
from egnatia.languages import LANGUAGES, N_, SOURCE_LANGUAGE, compiled, read_messages, to_latin

LOCALE = Path(__file__).parent / "locale"

__all__ = ["LANGUAGES", "LOCALE", "N_", "SOURCE_LANGUAGE", "read_catalogue", "to_latin", "translations"]


def read_catalogue(language: str) -> Catalog:
    """The messages of one language other than English, as its file holds them."""
    return read_messages(LOCALE, language)


@cache
def translations(language: str) -> gettext.NullTranslations:
    """What turns an English message into one of the language; an untranslated message stays English.

    What the documents engine says of a document is translated there, once, and found through here.
    """
    if language == SOURCE_LANGUAGE:
        return gettext.NullTranslations()
    made = compiled(read_catalogue(language))
    made.add_fallback(of_documents(language))
    return made
