"""The index: it finds what looking at everybody finds, and forgets what is taken out."""

import random

import pytest

from egnatia.engines.people import Match, PersonQuery, PersonRecord, parse_date
from egnatia.engines.people.index import PersonIndex, search, search_all
from egnatia.errors import ConflictError, NotFoundError
from egnatia.model.ids import RecordRef

FIRST = (
    "Arben",
    "Besnik",
    "Xhemail",
    "Gjergj",
    "Agim",
    "Ilir",
    "Shpëtim",
    "Qemal",
    "Fatmir",
    "Lulzim",
    "Valbona",
    "Teuta",
    "Elira",
    "Dragan",
    "Zoran",
)
FAMILY = (
    "Hoxha",
    "Shehu",
    "Gashi",
    "Krasniqi",
    "Berisha",
    "Rexhepi",
    "Bytyqi",
    "Thaçi",
    "Gjonaj",
    "Trajkovski",
    "Petrović",
    "Kelmendi",
    "Çeku",
    "Dervishi",
)
SERBIAN = [("xh", "dž"), ("gj", "đ"), ("sh", "š"), ("q", "ć"), ("ç", "č"), ("th", "t"), ("y", "i"), ("ë", "e")]


def people(count: int) -> list[PersonRecord]:
    source = random.Random(417)
    made = []
    for number in range(count):
        born = f"{source.randint(1950, 2005)}-{source.randint(1, 12)}-{source.randint(2, 28)}"
        ref = RecordRef(f"P-{number:04d}")
        made.append(PersonRecord(ref, source.choice(FIRST), source.choice(FAMILY), parse_date(born)))
    return made


def serbian(name: str) -> str:
    written = name.lower()
    for albanian, other in SERBIAN:
        written = written.replace(albanian, other)
    return written


def typed_wrong(name: str, source: random.Random) -> str:
    place = source.randrange(1, len(name))
    return name[:place] + source.choice("aeiounrt") + name[place + 1 :]


def variant(person: PersonRecord, source: random.Random) -> PersonQuery:
    first, family, born = person.first_names, person.family_names, person.birth_date
    kind = source.randrange(4)
    if kind == 0:
        return PersonQuery(serbian(first), serbian(family), born)
    if kind == 1:
        return PersonQuery(typed_wrong(first, source), typed_wrong(family, source), born)
    if kind == 2:
        return PersonQuery(family, first, born)
    return PersonQuery(first, typed_wrong(family, source), None)


def test_the_index_finds_what_comparing_with_everybody_finds() -> None:
    records = people(600)
    index = PersonIndex(records)
    source = random.Random(7)
    expected = found = top = 0
    for person in source.sample(records, 120):
        query = variant(person, source)
        every = [match.ref for match in search_all(query, index, 5) if match.score >= 0.5]
        short = {match.ref for match in search(query, index, 20)}
        expected += len(every)
        found += len(short.intersection(every))
        top += person.ref in short
    assert found / expected >= 0.99
    assert top / 120 >= 0.99


def test_results_do_not_depend_on_the_order_of_filing() -> None:
    records = people(200)
    query = PersonQuery("Arben", "Hoxha")
    assert search(query, PersonIndex(records)) == search(query, PersonIndex(records[::-1]))


def test_the_best_comes_first_and_the_limit_holds() -> None:
    records = people(300)
    wanted = records[17]
    found = search(PersonQuery(wanted.first_names, wanted.family_names, wanted.birth_date), PersonIndex(records), 3)
    assert found[0].ref == wanted.ref
    assert len(found) <= 3
    assert [match.score for match in found] == sorted((match.score for match in found), reverse=True)


def test_what_is_taken_out_is_not_found_again() -> None:
    records = people(50)
    index = PersonIndex(records)
    for person in records:
        index.remove(person.ref)
    assert len(index) == 0
    assert index.everybody() == []
    assert search(PersonQuery("Arben", "Hoxha"), index) == []


def test_removing_and_adding_again_changes_nothing() -> None:
    records = people(80)
    index = PersonIndex(records)
    query = PersonQuery(records[3].first_names, records[3].family_names)
    before: list[Match] = search(query, index)
    index.remove(records[3].ref)
    assert records[3].ref not in {match.ref for match in search(query, index)}
    index.add(records[3])
    assert search(query, index) == before


def test_a_reference_is_filed_once_and_removed_once() -> None:
    index = PersonIndex(people(1))
    with pytest.raises(ConflictError):
        index.add(people(1)[0])
    index.remove(RecordRef("P-0000"))
    with pytest.raises(NotFoundError):
        index.remove(RecordRef("P-0000"))


def test_a_number_alone_finds_its_bearer() -> None:
    bearer = PersonRecord(RecordRef("N"), "Arben", "Hoxha", identifiers=("BA 1234567",))
    found = search(PersonQuery(identifiers=("ba1234567",)), PersonIndex([bearer, *people(20)]))
    assert [match.ref for match in found] == ["N"]
