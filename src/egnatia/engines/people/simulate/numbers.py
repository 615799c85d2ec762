"""National and document numbers of people who do not exist, in the form of each country, with right check characters.

The rules are those of `national`: Albania's decade, year, month (50 more for women), day and letter modulo 23; Kosovo's ten digits
and the thirteen of the successor states of Yugoslavia, with birth, region and sex, by a digit modulo 11.
"""

from collections.abc import Callable
from datetime import date

from egnatia.engines.people.simulate.pools import People

Draw = Callable[[], float]
_REGION = {People.MACEDONIAN: 45, People.MACEDONIAN_ALBANIAN: 47, People.MONTENEGRO: 21, People.SERBIA: 71}
_WEIGHTS = (7, 6, 5, 4, 3, 2) * 2
_KOSOVO_WEIGHTS = (4, 3, 2, 7, 6, 5, 4, 3, 2)
_DECADES = "ABCDEFGHIJKLMNOPQRST"
_LETTERS = "WABCDEFGHIJKLMNOPQRSTUV"
_NEVER = 10
"""A remainder for which there is no digit: the next serial number is taken."""
_DOCUMENTS = {People.ALBANIA: "BA", People.KOSOVO: "P0", People.BRITAIN: "5"}


def _digits(draw: Draw, count: int) -> str:
    return f"{int(draw() * 10**count):0{count}d}"


def national_number(people: People, born: date, sex: str, draw: Draw) -> str:
    """The number of one person; empty for Britain, which has none that a register of persons would hold."""
    if people is People.ALBANIA:
        return _albanian(born, sex, draw)
    if people is People.KOSOVO:
        return _kosovo(int(draw() * 10**8))
    if people in _REGION:
        return _thirteen(born, _REGION[people], sex, draw)
    return ""


def _albanian(born: date, sex: str, draw: Draw) -> str:
    month = born.month + (50 if sex == "F" else 0)
    body = f"{_DECADES[(born.year - 1900) // 10]}{born.year % 10}{month:02d}{born.day:02d}{_digits(draw, 3)}"
    values = [_LETTERS.index(body[0]), *map(int, body[1:])]
    return body + _LETTERS[sum(max(place, 1) * value for place, value in enumerate(values)) % len(_LETTERS)]


def _kosovo(serial: int) -> str:
    while True:
        body = f"1{serial:08d}"
        check = _check(body, _KOSOVO_WEIGHTS)
        if check != _NEVER:
            return f"{body}{check}"
        serial = (serial + 1) % 10**8


def _check(body: str, weights: tuple[int, ...]) -> int:
    total = sum(weight * int(digit) for weight, digit in zip(weights, body, strict=True))
    return (11 - total % 11) % 11


def _thirteen(born: date, region: int, sex: str, draw: Draw) -> str:
    least = 500 if sex == "F" else 0
    serial = int(draw() * 500)
    while True:
        body = f"{born.day:02d}{born.month:02d}{born.year % 1000:03d}{region:02d}{least + serial:03d}"
        check = _check(body, _WEIGHTS)
        if check != _NEVER:
            return f"{body}{check}"
        serial = (serial + 1) % 500


def document_number(people: People, draw: Draw) -> str:
    """The number of a passport or card: a prefix and seven or eight digits."""
    return _DOCUMENTS.get(people, "0") + _digits(draw, 8 if people is People.BRITAIN else 7)
