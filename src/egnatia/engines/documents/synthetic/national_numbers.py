"""National numbers that go with a date of birth and a sex: Albanian, Kosovo's, and the JMBG of the former Yugoslavia.

For invented persons only. The rules are those of public programs, not of the issuers (`docs/reference/synthetic.md`
names them); the reader of national numbers in the engine is written apart from this, so that each tests the other.
"""

import random
from datetime import date

_ALBANIAN = "WABCDEFGHIJKLMNOPQRSTUV"
_DECADES = "0123456789ABCDEFGHIJKLMNOPQRST"
"""From 1800 on, one letter for ten years."""
_KOSOVO_WEIGHTS = (4, 3, 2, 7, 6, 5, 4, 3, 2)
_JMBG_WEIGHTS = (7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_REGIONS = {"BIH": (10, 19), "MNE": (21, 29), "MKD": (41, 49), "SRB": (71, 89)}
_FEMALE_SERIALS = 500
"""JMBG: serial numbers of women begin here."""
_FEMALE_MONTHS = 50
"""Albania: added to a woman's month of birth."""


def national_number(state: str, birth: date, sex: str, rng: random.Random) -> str:
    """A number as the state gives it to a person born on that day; empty where this module knows no rule."""
    if state == "ALB":
        return albanian(birth, sex, rng.randrange(1, 1000))
    if state == "RKS":
        return kosovo(rng)
    return jmbg(birth, sex, _REGIONS[state], rng) if state in _REGIONS else ""


def goes_with(state: str, number: str, birth: date, sex: str) -> bool:
    """Whether a number of this state could be that of a person born on that day; True where it says nothing of it."""
    if state == "ALB":
        return albanian(birth, sex, int(number[6:9])) == number
    if state not in _REGIONS:
        return True
    woman = int(number[9:12]) >= _FEMALE_SERIALS
    return number[:7] == f"{birth:%d%m}{birth.year % 1000:03}" and woman == (sex == "F")


def albanian(birth: date, sex: str, serial: int) -> str:
    """Decade, year, month (a woman's with 50 added), day, serial number, check letter modulo 23."""
    decade, year = divmod(birth.year - 1800, 10)
    month = birth.month + (_FEMALE_MONTHS if sex == "F" else 0)
    body = f"{_DECADES[decade]}{year}{month:02}{birth.day:02}{serial:03}"
    values = [int(each) if each.isdigit() else _ALBANIAN.index(each) for each in body]
    weighted = sum(max(place, 1) * value for place, value in enumerate(values))
    return body + _ALBANIAN[weighted % 23]


def kosovo(rng: random.Random) -> str:
    """Nine digits and a check digit modulo 11; it says nothing of the person."""
    while True:
        body = f"{rng.randrange(1, 9)}{rng.randrange(10**8):08}"
        check = (11 - _weighted(body, _KOSOVO_WEIGHTS) % 11) % 11
        if check < 10:  # noqa: PLR2004 - a number whose check would have two digits is not given out
            return f"{body}{check}"


def jmbg(birth: date, sex: str, regions: tuple[int, int], rng: random.Random) -> str:
    """Day, month, three digits of the year, region, serial number by sex, check digit modulo 11."""
    while True:
        serial = rng.randrange(_FEMALE_SERIALS) + (_FEMALE_SERIALS if sex == "F" else 0)
        body = f"{birth:%d%m}{birth.year % 1000:03}{rng.randint(*regions):02}{serial:03}"
        check = (11 - _weighted(body, _JMBG_WEIGHTS) % 11) % 11
        if check < 10:  # noqa: PLR2004 - such a serial number is passed over
            return f"{body}{check}"


def _weighted(digits: str, weights: tuple[int, ...]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True))
