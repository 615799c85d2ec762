"""Sex and numbers as pages print them, held against the zone's."""

# ruff: noqa: RUF001 - national letters are the subject

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from egnatia.engines.documents.mrz.digits import FILLER
from egnatia.engines.documents.mrz.types import Sex

MAX_LENGTH = 60
"""Characters of a printed value that are looked at."""
_F, _M, _X = Sex.FEMALE, Sex.MALE, Sex.UNSPECIFIED
_FEMALE = """
    F FEMALE FEMININ FEMME FEMENINO FEMMINA FEMER ZENSKO ZENSKI ZENA Z Ž Ж W WEIBLICH K KADIN KOBIETA D FEMININO MUJER
    ЖЕН ЖЕНА ЖЕНСКО ЖЕНСКИ Θ ΘΗΛΥ
"""
_MALE = """
    MALE MASCULIN MASCULINO MASCHIO MASHKULL MUSKO MUSKI MUZ MANN MANNLICH H HOMME HOMBRE E ERKEK МУШКО МАШ МАШКО МАШКИ
    МЪЖ МУЖ Α Ч ЧОЛ ΑΡΡΕΝ
"""
_SEX_WORDS: dict[str, frozenset[Sex]] = {
    **dict.fromkeys(_FEMALE.split(), frozenset({_F})),
    **dict.fromkeys(_MALE.split(), frozenset({_M})),
    **dict.fromkeys(("X", "Х", "U", "UNSPECIFIED", "-", "<"), frozenset({_X})),
    **dict.fromkeys(("M", "М", "Μ"), frozenset({_M, _F})),
}
"""What a word or letter may mean; M is also the Spanish and Macedonian short form that only its twin makes clear."""
_TWINS = str.maketrans("АВЕКМНОРСТХІЈЅΑΒΕΗΙΚΜΝΟΡΤΥΧΖ", "ABEKMHOPCTXIJSABEHIKMNOPTYXZ")
"""Capitals of other alphabets that look like a Latin one: numbers are read in Latin letters."""
_LOOK_ALIKE = ("0OQD", "1IL", "2Z", "5S", "6G", "8B")
_SIGN = {character: group[0] for group in _LOOK_ALIKE for character in group}
_NUMBER_SIGNS = re.compile(r"№|Nº|N°|[^\w]|_")
_ROUND = str.maketrans("OI", "01")
"""O and 0, I and 1 are one shape in many fonts, however often they occur in a number."""
_MOST_ALIKE = 2
FAR = 4
"""Wrong characters from which on two numbers are simply different."""


class ValueGrade(StrEnum):
    """How a printed sex or number and the zone's agree."""

    EXACT = "exact"
    """The same, spaces and punctuation apart."""
    TRUNCATED = "truncated"
    """The zone has room for the first characters only, and they agree."""
    READING = "reading"
    """Letters and digits that print alike: any number of O and 0 or I and 1, two others at most."""
    CONTRADICTION = "contradiction"
    NOT_COVERED = "not_covered"
    """One of them is empty or cannot be read."""


@dataclass(frozen=True, slots=True)
class NumberMatch:
    """How two numbers agree, and how many characters nothing explains (at most `FAR`)."""

    grade: ValueGrade
    wrong: int = 0


def compare_sex(printed: str, zone_sex: Sex) -> ValueGrade:
    """Hold a printed sex, a letter or a word in one or two languages, against the zone's."""
    meant = printed_sex(printed)
    if meant is None or zone_sex is Sex.UNREADABLE:
        return ValueGrade.NOT_COVERED
    return ValueGrade.EXACT if meant is zone_sex else ValueGrade.CONTRADICTION


def printed_sex(printed: str) -> Sex | None:
    """What a printed sex means; None when it is no word for one. Of two words, `H/M` or `Ž/F`, both must agree."""
    plain = "".join(
        letter if letter == "Ž" else unicodedata.normalize("NFD", letter)[:1] for letter in printed[:MAX_LENGTH].upper()
    )
    words = [word for word in re.split(r"[^\w<-]+", plain) if word]
    meanings = [_SEX_WORDS[word] for word in words if word in _SEX_WORDS]
    if not meanings or len(meanings) < len(words):
        return None
    common = frozenset.intersection(*meanings)
    if common == frozenset({_M, _F}):
        return _M
    return next(iter(common)) if len(common) == 1 else None


def plain_number(text: str) -> str:
    """A number as printed or in the zone without spaces, punctuation and fillers, in Latin capitals."""
    capitals = unicodedata.normalize("NFKC", _NUMBER_SIGNS.sub("", text[:MAX_LENGTH])).upper()
    return capitals.replace(FILLER, "").translate(_TWINS)


def compare_numbers(printed: str, zone_number: str, *, room: int = 0) -> NumberMatch:
    """Hold a printed number against the zone's.

    Args:
        printed: as printed, with its spaces and hyphens.
        zone_number: as read from the zone, with its fillers.
        room: how many characters the zone has room for, where a longer number is cut there; 0 for no such limit.
    """
    one, other = plain_number(printed), plain_number(zone_number)
    if not one or not other:
        return NumberMatch(ValueGrade.NOT_COVERED)
    if one == other:
        return NumberMatch(ValueGrade.EXACT)
    if room and len(one) > room == len(other):
        cut = compare_numbers(one[:room], other)
        return NumberMatch(ValueGrade.TRUNCATED) if cut.grade is ValueGrade.EXACT else cut
    alike = len(one) == len(other) and _signs(one) == _signs(other)
    if (
        alike
        and sum(a != b for a, b in zip(one.translate(_ROUND), other.translate(_ROUND), strict=True)) <= _MOST_ALIKE
    ):
        return NumberMatch(ValueGrade.READING)
    return NumberMatch(ValueGrade.CONTRADICTION, distance(_signs(one), _signs(other)) or 1)


def _signs(text: str) -> str:
    """Each character by the sign that it prints as."""
    return "".join(_SIGN.get(character, character) for character in text)


def distance(one: str, other: str) -> int:
    """Characters to replace, add or drop to make one text of the other, at most `FAR`."""
    if abs(len(one) - len(other)) >= FAR:
        return FAR
    row = list(range(len(other) + 1))
    for number, character in enumerate(one, 1):
        last, row[0] = row[0], number
        for place, letter in enumerate(other, 1):
            last, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, last + (character != letter))
    return min(row[-1], FAR)
