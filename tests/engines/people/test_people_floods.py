"""Floods of namesakes: who differs from twenty thousand in one thing is found by it, and who cannot be told apart is said to be."""

import random

import pytest

from egnatia.engines.people import PersonQuery, PersonRecord, parse_date
from egnatia.engines.people.answer import Settling, answer
from egnatia.engines.people.index import PersonIndex, search, search_all
from egnatia.engines.people.match import prepare
from egnatia.engines.people.types import Band
from egnatia.model.ids import RecordRef

MANY = 3_000
"""More than twice as many as are given points; the same was looked at with 20,000."""
FATHERS = ("Hasan", "Gezim", "Ilir", "Besnik", "")


def namesake(number: int, chance: random.Random) -> PersonRecord:
    born = f"{1950 + chance.randrange(50)}-{1 + chance.randrange(12):02}-{1 + chance.randrange(28):02}"
    return PersonRecord(RecordRef(f"N{number:05}"), "Agim", "Krasniqi", parse_date(born), chance.choice(FATHERS))


ONE = PersonRecord(
    RecordRef("X1"), "Agim", "Krasniqi", parse_date("1972-05-17"), "Rrustem", ("AB998877",), (), "Hanife"
)


@pytest.fixture(scope="module")
def flood() -> PersonIndex:
    chance = random.Random(5)
    return PersonIndex([*(namesake(number, chance) for number in range(MANY)), ONE])


@pytest.mark.parametrize(
    "question",
    [
        PersonQuery("Agim", "Krasniqi", None, "Rrustem"),
        PersonQuery("Agim", "Krasniqi", None, "Rustem"),
        PersonQuery("Agim", "Krasniqi", None, "Рустем"),
        PersonQuery("Agim", "Krasniqi", mother_name="Hanife"),
        PersonQuery("Agim", "Krasniqi", mother_name="Hanifja"),
        PersonQuery("Krasniqi", "Agim", None, "Rrustem"),
        PersonQuery("Agim", "Krasniqi", parse_date("1972-05-17"), "Rrustem"),
        PersonQuery("Agim", "Krasniqi", identifiers=("AB998877",)),
        PersonQuery(identifiers=("A8998877",)),
    ],
)
def test_who_differs_from_all_namesakes_in_one_thing_is_found_by_it(flood: PersonIndex, question: PersonQuery) -> None:
    """A parent's name that nobody bears as an own name was not looked up: nothing in the flood told its one bearer apart."""
    assert search(question, flood)[0].ref == "X1"
    assert search(question, flood, 1) == search_all(question, flood, 1)


def test_a_parents_name_of_its_own_is_found_and_lost_with_its_record(flood: PersonIndex) -> None:
    index = PersonIndex(PersonRecord(RecordRef(f"N{n}"), "Agim", "Krasniqi") for n in range(200))
    question = PersonQuery("Agim", "Krasniqi", None, "Rrustem", (), "Hanife")
    first = [match.ref for match in search(question, index)]
    index.add(ONE)
    assert search(question, index)[0].ref == "X1", "what was looked up before is looked up anew"
    index.remove(ONE.ref)
    assert [match.ref for match in search(question, index)] == first
    again = PersonIndex(record for level in index.levels() for record in level.records())
    assert [match.ref for match in search(question, again)] == first
    assert len(flood) == MANY + 1


def test_a_flood_is_said_to_be_one_and_nobody_in_it_is_probable(flood: PersonIndex) -> None:
    person = prepare(PersonQuery("Agim", "Krasniqi"))
    found = answer(person, flood.candidates(person, 20), flood.rarity, 20)
    assert found.cannot_distinguish
    assert found.indistinguishable >= 100
    assert found.settled_by[0] in {Settling.NUMBER, Settling.BIRTH_DATE}
    assert all(match.band is Band.WEAK for match in found.matches)
    assert sum(match.score for match in found.matches) < 0.01


def test_twenty_thousand_with_one_number_are_not_one_person() -> None:
    """A number that everybody in a file bears is a slip of a program; it identifies nobody."""
    crowd = PersonIndex(
        PersonRecord(RecordRef(f"N{n}"), "Agim", "Krasniqi", identifiers=("AB123456",)) for n in range(MANY)
    )
    person = prepare(PersonQuery(identifiers=("AB123456",)))
    found = answer(person, crowd.candidates(person, 20), crowd.rarity, 20)
    assert found.cannot_distinguish
    assert all(match.band is Band.WEAK for match in found.matches)


def test_parts_add_up_to_the_whole_in_a_flood(flood: PersonIndex) -> None:
    person = prepare(PersonQuery("Agim", "Krasniqi", parse_date("1972-05-17"), "Hasan"))
    found = answer(person, flood.candidates(person, 50), flood.rarity, 50)
    assert found.matches
    for match in found.matches:
        bits = sum(part.added for part in match.evidence)
        assert bits == pytest.approx(match.bits, abs=1e-9)
        assert match.score == pytest.approx(1 / (1 + 2**-bits), abs=1e-9)


def test_contradicting_parents_are_told_against_namesakes_born_on_one_day() -> None:
    """Same name and date, other parents: not strong, and less than the one with the parents that were asked for."""
    day = parse_date("1990-03-07")
    first = PersonRecord(RecordRef("A"), "Arben", "Hoxha", day, "Agim", mother_name="Lule")
    second = PersonRecord(RecordRef("B"), "Arben", "Hoxha", day, "Gezim", mother_name="Drita")
    index = PersonIndex([first, second])
    found = search(PersonQuery("Arben", "Hoxha", day, "Agim", (), "Lule"), index)
    assert [match.ref for match in found] == ["A", "B"]
    assert found[1].band is not Band.STRONG
    assert found[0].bits - found[1].bits > 20
