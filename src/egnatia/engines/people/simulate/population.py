"""A register of people who do not exist: households, with parents, children and twins, one after the other.

The same seed gives the same people everywhere: nothing is drawn but `random.Random.random`, whose sequence Python keeps.
Households are drawn in blocks that know nothing of each other, so that ten million people need no more memory than one
block, and a shorter register is the beginning of a longer one.
"""

import random
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import accumulate

from egnatia.engines.people.simulate.noise import typed_wrong
from egnatia.engines.people.simulate.numbers import document_number, national_number
from egnatia.engines.people.simulate.pools import CYRILLIC, FATHERED, PEOPLES, People, Pools, pools
from egnatia.engines.people.simulate.writing import cyrillic, of_a_woman
from egnatia.engines.people.types import PersonRecord, parse_date
from egnatia.model.ids import RecordRef

BLOCK = 1_024
"""Households that are drawn from one seed."""
ALONE, TWINS = 0.25, 0.03
"""Households of one person; births of two (in Europe some 16 in 1,000: twice that, so that they are met in a small test)."""
TAKES_NAME, TWO_GIVEN = 0.75, 0.06
"""Wives who take the husband's name; people with two given names."""
UNCLEAR_DATE, DIRTY = 0.05, 0.03
"""Records with a placeholder or a part of a date; records that were typed wrong. Both as in the design measurement."""
NAMES_FATHER, NUMBERED, DOCUMENTED = 0.9, 0.6, 0.3
"""Records that name the father, carry a national number, carry the number of a document."""
_FIRST_MARRIAGE, _LAST_MARRIAGE = date(1955, 1, 1).toordinal(), date(2005, 1, 1).toordinal()
_PEOPLE, _SHARES = tuple(PEOPLES), tuple(accumulate(PEOPLES.values()))
_CHILDREN = (0.1, 0.35, 0.75, 0.93, 1.0)
"""Shares of households with at most 0, 1, 2, 3 and 4 births."""
Draw = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Simulated:
    """One record of a person who does not exist.

    Attributes:
        ref: its reference, `S-` and its place in the register.
        person: who it is about; two records of one person share it.
        people: the naming tradition.
        household: which household.
        first: given names as filed.
        family: family name as filed.
        father: the father's given name; empty where the record does not say.
        mother: the mother's given name; in no column, for whoever tests kinship.
        sex: `M` or `F`; in no column either.
        born: as much of the date as the record has, as YYYY-MM-DD; empty for none.
        identifiers: national and document numbers.
        latin: given and family name in Latin letters, as they were before they were filed.
    """

    ref: str
    person: str
    people: People
    household: int
    first: str
    family: str
    father: str
    mother: str
    sex: str
    born: str
    identifiers: tuple[str, ...]
    latin: tuple[str, str]

    def record(self) -> PersonRecord:
        """The record as the engine reads it."""
        born = parse_date(self.born)
        return PersonRecord(RecordRef(self.ref), self.first, self.family, born, self.father, self.identifiers)


@dataclass(frozen=True, slots=True)
class _Home:
    """What the people of one household share."""

    people: People
    number: int
    pools: Pools
    script: Callable[[str], str]


def persons(count: int, seed: int) -> Iterator[Simulated]:
    """So many people, in order; references count from 1."""
    made = 0
    block = 0
    while made < count:
        draw = random.Random(f"egnatia/people/{seed}/{block}").random  # noqa: S311 - the same people again are wanted
        for place in range(BLOCK):
            for each in _household(draw, block * BLOCK + place):
                if made == count:
                    return
                made += 1
                name = f"S-{made:08d}"
                yield replace(each, ref=name, person=name)
        block += 1


def _household(draw: Draw, number: int) -> list[Simulated]:
    people = _PEOPLE[min(bisect_right(_SHARES, draw()), len(_PEOPLE) - 1)]
    home = _Home(people, number, pools()[people], _script(people, draw))
    family = home.pools.family.drawn(draw())
    if draw() < ALONE:
        return [_person(home, draw, "MF"[draw() < 0.5], family, _day(draw))]  # noqa: PLR2004 - one half
    married = _day(draw)
    maiden = home.pools.family.drawn(draw())
    husband = _person(home, draw, "M", family, married - 8_000 - int(draw() * 5_000))
    wife = _person(home, draw, "F", family if draw() < TAKES_NAME else maiden, married - 7_000 - int(draw() * 4_000))
    return [husband, wife, *_children(home, draw, (husband, wife), (family, married))]


def _children(home: _Home, draw: Draw, parents: tuple[Simulated, Simulated], of: tuple[str, int]) -> list[Simulated]:
    (father, mother), (family, married) = parents, of
    named = father.first.split(" ")[0], mother.first.split(" ")[0]
    found = []
    day = married
    for _ in range(bisect_right(_CHILDREN, draw())):
        day += 300 + int(draw() * 1_200)
        births = range(2 if draw() < TWINS else 1)
        found += [_person(home, draw, "MF"[draw() < 0.5], family, day, named) for _ in births]  # noqa: PLR2004 - one half
    return found


def _day(draw: Draw) -> int:
    return _FIRST_MARRIAGE + int(draw() * (_LAST_MARRIAGE - _FIRST_MARRIAGE))


def _script(people: People, draw: Draw) -> Callable[[str], str]:
    if draw() >= CYRILLIC.get(people, 0.0):
        return str
    macedonian = people in (People.MACEDONIAN, People.MACEDONIAN_ALBANIAN)
    return lambda name: cyrillic(name, macedonian=macedonian)


def _person(
    home: _Home, draw: Draw, sex: str, family: str, day: int, parents: tuple[str, str] | None = None
) -> Simulated:
    """One person of a household; a parent's own parents are drawn, a child's are given as they are filed."""
    given = home.pools.men if sex == "M" else home.pools.women
    first = given.drawn(draw())
    if draw() < TWO_GIVEN:
        first = f"{first} {given.drawn(draw())}"
    if sex == "F" and home.people is People.MACEDONIAN:
        family = of_a_woman(family)
    father, mother = parents or (home.script(home.pools.men.drawn(draw())), home.script(home.pools.women.drawn(draw())))
    born = date.fromordinal(day)
    identifiers = _identifiers(home.people, born, sex, draw)
    filed = _typed(home.script(first), home.script(family), draw)
    kept = draw() < FATHERED.get(home.people, NAMES_FATHER)
    shown = _date(born, draw)
    return Simulated(
        "",
        "",
        home.people,
        home.number,
        *filed,
        father if kept else "",
        mother,
        sex,
        shown,
        identifiers,
        (first, family),
    )


def _identifiers(people: People, born: date, sex: str, draw: Draw) -> tuple[str, ...]:
    national = national_number(people, born, sex, draw) if draw() < NUMBERED else ""
    document = document_number(people, draw) if draw() < DOCUMENTED else ""
    return tuple(number for number in (national, document) if number)


def _typed(first: str, family: str, draw: Draw) -> tuple[str, str]:
    if draw() >= DIRTY:
        return first, family
    return (typed_wrong(first, draw), family) if draw() < 0.4 else (first, typed_wrong(family, draw))  # noqa: PLR2004


def _date(born: date, draw: Draw) -> str:
    if draw() >= UNCLEAR_DATE:
        return born.isoformat()
    how = int(draw() * 4)
    return (f"{born.year}", f"{born.year}-01-01", f"{born.year}-{born.month:02d}", "")[how]
