"""Seventeen ways in which one person is written twice, each with its name, as the design measured them.

Each says what was asked, beside what is on file. A way that cannot be applied to somebody (no Albanian letters to spell in
Serbian, no second digit in a year alone) says so, and another person is taken.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

from egnatia.engines.people.simulate.pools import People, pools
from egnatia.engines.people.simulate.writing import cyrillic, english, other_ending, serbian, without_marks

Draw = Callable[[], float]
_SLIPS = "aeiounrtlskmbdgj"
_SHORTEST_CHANGED = 3
_NATIVE = frozenset({People.ALBANIA, People.KOSOVO, People.MACEDONIAN_ALBANIAN})


class Noise(StrEnum):
    """What is different between the question and the record."""

    EXACT = "exact"
    ONE_TYPO = "one_typo"
    BOTH_TYPED_WRONG = "both_typed_wrong"
    WITHOUT_MARKS = "without_marks"
    LATIN_FOR_CYRILLIC = "latin_for_cyrillic"
    SERBIAN_SPELLING = "serbian_spelling"
    CYRILLIC_SPELLING = "cyrillic_spelling"
    SWAPPED_NAMES = "swapped_names"
    SWAPPED_DATE = "swapped_date"
    OTHER_ENDING = "other_ending"
    ENGLISH_SPELLING = "english_spelling"
    FATHER_INSIDE = "father_inside"
    MARRIED = "married"
    TYPO_SWAPPED_DATE = "typo_swapped_date"
    TYPO_WRONG_DIGIT = "typo_wrong_digit"
    TYPO_YEAR_ONLY = "typo_year_only"
    NO_DATE = "no_date"


class Filed(Protocol):
    """What noise looks at: a record of `population.Simulated`."""

    @property
    def ref(self) -> str:
        """Its reference."""

    @property
    def people(self) -> People:
        """Its naming tradition."""

    @property
    def first(self) -> str:
        """Given names as filed."""

    @property
    def family(self) -> str:
        """Family name as filed."""

    @property
    def father(self) -> str:
        """Father's name as filed."""

    @property
    def sex(self) -> str:
        """`M` or `F`."""

    @property
    def born(self) -> str:
        """The date as filed."""

    @property
    def latin(self) -> tuple[str, str]:
        """Given and family name in Latin letters."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about somebody who is on file: what is different, whom it means, and the fields."""

    noise: Noise
    ref: str
    first: str
    family: str
    born: str
    father: str


def disturbed(filed: Filed, noise: Noise, draw: Draw) -> Asked | None:
    """A question about a record with one kind of noise; None where it cannot be applied to this one."""
    plain = Asked(noise, filed.ref, filed.first, filed.family, filed.born, filed.father)
    return _WAYS[noise](plain, filed, draw)


def typed_wrong(text: str, draw: Draw) -> str:
    """One slip of a finger behind the first letter: a letter changed, left out, doubled in, or exchanged with the next."""
    if len(text) < _SHORTEST_CHANGED:
        return text + text[-1:]
    place = 1 + int(draw() * (len(text) - 2))
    letter = _slip(text, draw)
    kinds = (
        text[:place] + letter + text[place + 1 :],
        text[:place] + text[place + 1 :],
        text[:place] + letter + text[place:],
        text[:place] + text[place + 1] + text[place] + text[place + 2 :],
    )
    return kinds[int(draw() * len(kinds))]


def _slip(text: str, draw: Draw) -> str:
    letter = _SLIPS[int(draw() * len(_SLIPS))]
    return cyrillic(letter).lower() if not text.isascii() and text[0].lower() > "\u0400" else letter


def _one_typo(asked: Asked, _: Filed, draw: Draw) -> Asked:
    if draw() < 0.5:  # noqa: PLR2004 - one half
        return replace(asked, first=typed_wrong(asked.first, draw))
    return replace(asked, family=typed_wrong(asked.family, draw))


def _both_wrong(asked: Asked, _: Filed, draw: Draw) -> Asked:
    return replace(asked, first=typed_wrong(asked.first, draw), family=typed_wrong(asked.family, draw))


def _respelled(change: Callable[[str], str], allowed: Callable[[Filed], bool]) -> "Way":
    def way(asked: Asked, filed: Filed, _: Draw) -> Asked | None:
        first, family = map(change, (filed.latin[0], filed.latin[1]))
        if not allowed(filed) or (first, family) == (filed.first, filed.family):
            return None
        father = change(filed.father) if filed.father.isascii() else filed.father
        return replace(asked, first=first, family=family, father=father)

    return way


def _swapped_date(asked: Asked, _: Filed, __: Draw) -> Asked | None:
    year, month, day = (*asked.born.split("-"), "", "")[:3]
    possible = day and month != day and int(day) <= 12 and (month, day) != ("01", "01")  # noqa: PLR2004 - months
    return replace(asked, born=f"{year}-{day}-{month}") if possible else None


def _wrong_digit(asked: Asked, _: Filed, draw: Draw) -> Asked | None:
    if len(asked.born) < len("1990-03-07") or asked.born.endswith("-01-01"):
        return None
    year, month, day = asked.born.split("-")
    if draw() < 0.5:  # noqa: PLR2004 - one half
        return replace(asked, born=f"{int(year) - 1 - int(draw() * 8)}-{month}-{min(int(day), 28):02d}")
    return replace(asked, born=f"{year}-{month}-{(int(day) + int(draw() * 26)) % 28 + 1:02d}")


def _married(asked: Asked, filed: Filed, draw: Draw) -> Asked | None:
    if filed.sex != "F":
        return None
    other = pools()[filed.people].family.drawn(draw())
    changed = (other, f"{filed.latin[1]} {other}", f"{filed.latin[1]}-{other}")[int(draw() * 3)]
    return replace(asked, first=filed.latin[0], family=changed)


def _father_inside(asked: Asked, filed: Filed, __: Draw) -> Asked | None:
    return replace(asked, first=f"{asked.first} {filed.father}", father="") if filed.father else None


def _other_ending(asked: Asked, filed: Filed, _: Draw) -> Asked:
    return replace(asked, first=filed.latin[0], family=other_ending(filed.latin[1]))


def _both(one: "Way", other: "Way") -> "Way":
    def way(asked: Asked, filed: Filed, draw: Draw) -> Asked | None:
        first = one(asked, filed, draw)
        return first and other(first, filed, draw)

    return way


def _is_native(filed: Filed) -> bool:
    return filed.people in _NATIVE


def _is_cyrillic(filed: Filed) -> bool:
    return filed.first[:1] > "\u0400"


def _year_only(asked: Asked, _: Filed, __: Draw) -> Asked | None:
    return replace(asked, born=asked.born[:4]) if asked.born else None


def _no_date(asked: Asked, _: Filed, __: Draw) -> Asked:
    return replace(asked, born="")


def _exact(asked: Asked, _: Filed, __: Draw) -> Asked:
    return asked


def _swapped_names(asked: Asked, _: Filed, __: Draw) -> Asked:
    return replace(asked, first=asked.family, family=asked.first)


Way = Callable[[Asked, Filed, Draw], Asked | None]
_WAYS: dict[Noise, Way] = {
    Noise.EXACT: _exact,
    Noise.ONE_TYPO: _one_typo,
    Noise.BOTH_TYPED_WRONG: _both_wrong,
    Noise.WITHOUT_MARKS: _respelled(without_marks, lambda filed: not _is_cyrillic(filed)),
    Noise.LATIN_FOR_CYRILLIC: _respelled(str, _is_cyrillic),
    Noise.SERBIAN_SPELLING: _respelled(serbian, _is_native),
    Noise.CYRILLIC_SPELLING: _respelled(cyrillic, lambda filed: filed.people is not People.BRITAIN),
    Noise.SWAPPED_NAMES: _swapped_names,
    Noise.SWAPPED_DATE: _swapped_date,
    Noise.OTHER_ENDING: _other_ending,
    Noise.ENGLISH_SPELLING: _respelled(english, lambda filed: filed.people is not People.BRITAIN),
    Noise.FATHER_INSIDE: _father_inside,
    Noise.MARRIED: _married,
    Noise.TYPO_SWAPPED_DATE: _both(_one_typo, _swapped_date),
    Noise.TYPO_WRONG_DIGIT: _both(_one_typo, _wrong_digit),
    Noise.TYPO_YEAR_ONLY: _both(_one_typo, _year_only),
    Noise.NO_DATE: _no_date,
}
