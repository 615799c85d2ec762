"""How a report speaks: its own catalogue of messages in five languages, and the Unicode CLDR for dates."""

import gettext
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from egnatia.errors import InputError
from egnatia.languages import LANGUAGES, SOURCE_LANGUAGE, compiled, read_messages

LOCALE = Path(__file__).parent / "locale"
_CLDR = {"en": "en_GB", "sr": "sr_Cyrl", "sr-Latn": "sr_Latn"}
_BETWEEN = "; "


@cache
def translations(tag: str) -> gettext.NullTranslations:
    """What turns an English message of the engine into one of the language; an untranslated one stays English."""
    return gettext.NullTranslations() if tag == SOURCE_LANGUAGE else compiled(read_messages(LOCALE, tag))


@dataclass(frozen=True, slots=True)
class Speaker:
    """One language of a report; `tag` is BCP 47."""

    tag: str

    def say(self, message: str, **values: object) -> str:
        """The message in this language; reasons joined by semicolons are said one by one."""
        told = translations(self.tag).gettext(message)
        if told == message and _BETWEEN in message:
            told = _BETWEEN.join(translations(self.tag).gettext(part) for part in message.split(_BETWEEN))
        return told % values if values else told

    def day(self, value: date) -> str:
        """A date such as `15 May 2025`."""
        from babel.dates import format_date

        return str(format_date(value, "medium", locale=_CLDR.get(self.tag, self.tag)))


def speaker(tag: str) -> Speaker:
    """The speaker of one of the tags in `LANGUAGES`.

    Raises:
        InputError: there is no such language here.
    """
    if tag not in LANGUAGES:
        raise InputError(f"There is no report in {tag!r}.", hint=f"There are: {', '.join(LANGUAGES)}.")
    return Speaker(tag)
