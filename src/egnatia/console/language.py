"""How one language writes dates, numbers, countries and partners: all of it from the Unicode CLDR, by Babel."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache

from babel import Locale
from babel.core import get_global
from babel.dates import format_date, format_timedelta
from babel.numbers import format_decimal

from egnatia.console.catalogues import LANGUAGES, SOURCE_LANGUAGE, translations

_OWN_TERRITORIES = {"XKX": "XK", "RKS": "XK", "D": "DE"}
"""Codes in use that CLDR does not list: Kosovo's two, and Germany's single letter in travel documents (Doc 9303-3)."""

_LOCALES = {"en": "en_GB", "sr": "sr_Cyrl", "sr-Latn": "sr_Latn"}
"""CLDR locales where the tag alone would mean another one: plain `en` writes dates the American way."""


_BELOW_ONE = 0.99
"""What a quality of less than 1 is written as at the most."""
_NEARLY = 0.999
"""From here on a probability is no longer written out: nothing is certain, and figures that look so would be read so."""


@dataclass(frozen=True, slots=True)
class Language:
    """One language of the console; `tag` is BCP 47 and goes into the `lang` attribute."""

    tag: str
    locale: Locale

    def say(self, message: str, **values: object) -> str:
        """The message in this language, with its named values filled in."""
        text = translations(self.tag).gettext(message)
        return text % values if values else text

    def say_many(self, one: str, many: str, n: int) -> str:
        """The message in the plural form that `n` needs."""
        return translations(self.tag).ngettext(one, many, n) % {"num": self.number(n)}

    def day(self, value: date) -> str:
        """A date such as `15 May 2025`."""
        return format_date(value, "medium", locale=self.locale)

    def moment(self, value: datetime) -> str:
        """A moment to the minute by the 24-hour clock, in UTC and saying so; the page's markup has the seconds."""
        at = value.astimezone(UTC)
        return f"{self.day(at)}, {at:%H:%M} UTC"

    def span(self, value: timedelta) -> str:
        """A length of time in its largest unit, such as `3 hours`."""
        return format_timedelta(value, locale=self.locale, threshold=1)

    def number(self, value: float) -> str:
        """A number with the language's separators."""
        return format_decimal(value, locale=self.locale)

    def quality(self, value: float) -> str:
        """A quality between 0 and 1 with two decimals; never as per cent, because it is no probability.

        What is a little less than 1 is not written as 1.
        """
        return format_decimal(value if value >= 1 else min(value, _BELOW_ONE), "0.00", locale=self.locale)

    def chance(self, value: float) -> str:
        """A probability with three decimals; one that would be written as certain is said to be above or below."""
        if value > _NEARLY:
            return f"> {format_decimal(_NEARLY, locale=self.locale)}"
        if 0 < value < 1 - _NEARLY:
            return f"< {format_decimal(1 - _NEARLY, '0.000', locale=self.locale)}"
        return format_decimal(value, "0.000", locale=self.locale)

    def country(self, code: str) -> str:
        """A country's name by its two- or three-letter code; a code that CLDR does not know is shown as it is."""
        return str(self.locale.territories.get(_territory(code), code))


def _territory(code: str) -> str:
    if code in _OWN_TERRITORIES:
        return _OWN_TERRITORIES[code]
    replaced = get_global("territory_aliases").get(code)
    return str(replaced[0]) if replaced else code


@cache
def language(tag: str) -> Language:
    """The language of one of the tags in `LANGUAGES`."""
    return Language(tag, Locale.parse(_LOCALES.get(tag, tag), sep="_"))


def choose_language(asked: str | None, remembered: str | None, accepted: str) -> Language:
    """The language of one visit: asked for in the address, else the cookie, else the browser's list, else English.

    Args:
        asked: the `lang` parameter, if any.
        remembered: the language cookie, if any.
        accepted: the Accept-Language header (RFC 9110 section 12.5.4).
    """
    for tag in (asked, remembered, *_accepted_tags(accepted)):
        if tag in LANGUAGES:
            return language(tag)
    return language(SOURCE_LANGUAGE)


def _accepted_tags(header: str) -> list[str]:
    """Our tags for the header's ranges, best first: `sr-Latn-RS` is `sr-Latn`, `sr-RS` is `sr`, `sq-XK` is `sq`."""
    weighted = []
    for place, part in enumerate(header.split(",")[:20]):
        name, _, weight = "".join(part.split()).partition(";q=")
        try:
            weighted.append((-float(weight or 1), place, name.strip().lower()))
        except ValueError:
            continue
    names = [name for weight, _, name in sorted(weighted) if weight < 0]
    return ["sr-Latn" if name.startswith("sr-latn") else name.split("-")[0] for name in names]
