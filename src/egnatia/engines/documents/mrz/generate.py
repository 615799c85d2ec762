"""Invented holders and genuine zones for them, for tests, training and demonstrations.

All names come from short lists of common names; numbers and dates are drawn from the given source of randomness, so
that the same seed gives the same zones. Nobody's data is in here.
"""

# ruff: noqa: RUF001 - national letters are the subject

import random
from dataclasses import dataclass
from datetime import date, timedelta

from egnatia.engines.documents.mrz.digits import DIGITS, FILLER
from egnatia.engines.documents.mrz.transliteration import name_components
from egnatia.engines.documents.mrz.types import Format
from egnatia.engines.documents.mrz.writer import ZoneFields, write_zone

_NAMES: dict[str, tuple[str, str, str]] = {
    # issuer: language, family names, given names; one invented combination is as likely as any other
    "ALB": ("sq", "Hoxha Çela Përnaska Gjoka Kuçi Dervishi", "Ardit Blerta Fatmirë Gëzim Ç'elja Drita"),
    "RKS": ("sq", "Krasniqi Gashi Berisha Bytyçi Shala", "Agron Arbnorë Besa Ilir Vjosa"),
    "MKD": ("mk", "Ѓорѓиевска Ќосев Трајковски Џамбаска Шутаровски", "Љупчо Жаклина Христо Ѕвезда Цветан"),
    "MNE": ("sr", "Đukanović Vujošević Šćepanović Radulović", "Đorđe Željka Miloš Čedomir"),
    "SRB": ("sr", "Ђорђевић Јовановић Живковић Чолић Шапоњић", "Ћира Љиљана Његош Душан Хаџи"),
    "BIH": ("bs", "Hadžić Kovačević Šehić Delić", "Džemal Emina Žarko Amra"),
    "HRV": ("hr", "Horvat Šimić Božić Čop", "Ana Đurđica Krešimir Željko"),
    "D": ("de", "Müller Groß Schäfer von-der-Höhe", "Jörg Änne Günther Sören"),
    "TUR": ("tr", "Yılmaz Çağlar Şahin Öztürk", "İbrahim Gülşen Işık Uğur"),
    "GBR": ("en", "O'Connor Smith-Jones Brown Featherstonehaugh-Cholmondeley", "Anna Oliver Maximilian Bartholomew"),
    "UKR": ("uk", "Ткаченко Гайовий Їжакевич Щербак", "Мар'яна Юрій Євген Ґалина"),
    "UTO": ("en", "Eriksson Bennelong-Woolloomooloo-Warrandyte-Warnambool Arkfreith", "Anna-Maria Dingo-Potoroo Sam"),
}
ISSUERS: tuple[str, ...] = tuple(_NAMES)
"""Issuers for which `random_zone` has names to invent from; other codes borrow Utopia's."""

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ALPHANUMERIC = "".join(sorted(DIGITS)) + _LETTERS
_CODES = {Format.TD1: ("I", "ID", "IR", "C", "AC"), Format.TD2: ("I", "ID", "C"), Format.TD3: ("PP", "PD", "PO", "P"), Format.MRV_A: ("V", "VC"), Format.MRV_B: ("V", "VC")}  # fmt: skip
_VALIDITY_DAYS = 3_600
_OLDEST_DAYS = 35_000
"""About 95 years, so that the two-digit year of birth is never ambiguous."""


@dataclass(frozen=True, slots=True)
class GeneratedZone:
    """One generated zone and what it was written from."""

    format: Format
    fields: ZoneFields
    lines: tuple[str, ...]

    def text(self) -> str:
        """The lines as one text."""
        return "\n".join(self.lines)


def random_zone(rng: random.Random, kind: Format, today: date, issuer: str | None = None) -> GeneratedZone:
    """A zone that a reader must find nothing wrong with on `today`.

    Args:
        rng: source of randomness; the same seed gives the same zone.
        kind: the format to write.
        today: the document is valid on this day.
        issuer: code of the issuer; by default any of `ISSUERS` but Utopia.
    """
    state = issuer or rng.choice(ISSUERS[:-1])
    fields = _fields(rng, kind, today, state)
    return GeneratedZone(kind, fields, write_zone(kind, fields))


def _fields(rng: random.Random, kind: Format, today: date, issuer: str) -> ZoneFields:
    language, families, givens = _NAMES.get(issuer, _NAMES["UTO"])
    family = rng.choice(families.split())
    given = " ".join(rng.sample(givens.split(), rng.choice((0, 1, 1, 1, 2, 2, 3))))
    birth = today - timedelta(days=rng.randrange(1, _OLDEST_DAYS))
    expiry = today + timedelta(days=rng.randrange(_VALIDITY_DAYS))
    long = kind in {Format.TD1, Format.TD2} and rng.random() < 0.2  # noqa: PLR2004 - one in five
    size = rng.randrange(10, 14) if long else rng.randrange(7, 10)
    optional = "" if long or rng.random() < 0.5 else _digits(rng, 7)  # noqa: PLR2004 - every other
    return ZoneFields(
        code=rng.choice(_CODES[kind]),
        issuer=issuer,
        number=rng.choice(_LETTERS) + "".join(rng.choices(_ALPHANUMERIC, k=size - 1)),
        nationality=rng.choice((issuer, issuer, "XXX", "XXB", "ALB", "RKS")) if kind is not Format.TD3 else issuer,
        birth=_partly_unknown(rng, birth),
        sex=rng.choice("MF<"),
        expiry=f"{expiry:%y%m%d}",
        primary=name_components(family, language),
        secondary=name_components(given, language),
        optional=optional,
        optional_2=_digits(rng, 11) if kind is Format.TD1 and rng.random() < 0.3 else "",  # noqa: PLR2004 - some
        filler_check=rng.random() < 0.5,  # noqa: PLR2004 - every other
    )


def _partly_unknown(rng: random.Random, birth: date) -> str:
    """In one case of fifty the day, the day and month, or all of the date of birth is unknown."""
    known = 6 if rng.random() < 0.98 else rng.choice((0, 2, 4))  # noqa: PLR2004 - one in fifty
    return f"{birth:%y%m%d}"[:known].ljust(6, FILLER)


def _digits(rng: random.Random, most: int) -> str:
    return "".join(rng.choices(sorted(DIGITS), k=rng.randrange(1, most + 1)))
