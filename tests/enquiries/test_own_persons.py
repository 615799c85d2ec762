"""Officers look among their own node's persons: what is found, what the ledger says of it, and what the stored index forgets."""

import pytest
from sqlalchemy import select, update
from tests.federation.world import GBR, REASON, World

from egnatia.engines.people import PersonQuery, PersonRecord, PersonRow, parse_date
from egnatia.engines.people.answer import Answer
from egnatia.engines.people.simulate import persons
from egnatia.enquiries.holdings import import_persons, replace_person
from egnatia.enquiries.own_persons import STORED_FROM, search_own
from egnatia.enquiries.retention import erase_person
from egnatia.errors import ErasedError, ForbiddenError, InputError
from egnatia.ledger.leaf import parse_leaf
from egnatia.model.ids import RecordRef, SealedId
from egnatia.model.officers import Officer
from egnatia.scenario.case import KNOWN_PERSON, KNOWN_REF
from egnatia.store.tables import ledger_entry, person_index, sealed_record

KNOWN = PersonQuery(KNOWN_PERSON["first_names"], KNOWN_PERSON["family_names"], parse_date(KNOWN_PERSON["birth_date"]))
MANY = [each.record() for each in persons(STORED_FROM + 40, 3)]


def looked(world: World, query: PersonQuery, who: str = "enquirer") -> Answer:
    officer = world.officer(GBR, who)
    return world.do(GBR, lambda tx: search_own(tx, officer, query, REASON, world.clock()))


def bring(world: World, records: list[PersonRecord]) -> None:
    node, officer = world.nodes[GBR], world.officer(GBR, "administrator")
    rows = [PersonRow(number, each, {}) for number, each in enumerate(records)]
    world.do(GBR, lambda tx: import_persons(tx, node.desk, officer, rows, world.clock()))


def stored(world: World) -> list[tuple[str, int]]:
    return world.look(GBR, lambda tx: [(row.sealed_id, row.records) for row in tx.execute(select(person_index))])


def entries(world: World) -> list[bytes]:
    return world.look(
        GBR, lambda tx: list(tx.execute(select(ledger_entry.c.entry).order_by(ledger_entry.c.sequence)).scalars())
    )


def query_of(record: PersonRecord) -> PersonQuery:
    return PersonQuery(record.first_names, record.family_names, record.birth_date, record.father_name)


def test_somebody_on_the_register_is_found_and_nobody_else(world: World) -> None:
    assert [match.ref for match in looked(world, KNOWN).matches][:1] == [KNOWN_REF]
    assert looked(world, PersonQuery("Zzyxqor", "Wqopplex")).matches == ()


def test_one_entry_says_why_and_how_many_and_no_name(world: World) -> None:
    before = len(entries(world))
    looked(world, KNOWN)
    (entry,) = entries(world)[before:]
    leaf = parse_leaf(entry)
    assert leaf.kind == "persons.searched"
    for name in (KNOWN.first_names, KNOWN.family_names, KNOWN_PERSON["birth_date"], KNOWN_REF):
        assert name.encode() not in entry


def test_who_may_not_ask_may_not_look(world: World) -> None:
    stranger: Officer = world.officer(GBR, "administrator")
    with pytest.raises(ForbiddenError):
        world.do(GBR, lambda tx: search_own(tx, stranger, KNOWN, REASON, world.clock()))


def test_a_look_needs_a_reason(world: World) -> None:
    officer = world.officer(GBR, "enquirer")
    before = len(entries(world))
    with pytest.raises(InputError):
        world.do(GBR, lambda tx: search_own(tx, officer, KNOWN, "because", world.clock()))
    assert len(entries(world)) == before


def test_few_records_are_read_and_no_index_is_kept(world: World) -> None:
    looked(world, KNOWN)
    assert stored(world) == []


def test_many_are_filed_once_and_what_comes_later_is_found_beside(world: World) -> None:
    bring(world, MANY[:STORED_FROM])
    wanted = MANY[7]
    assert looked(world, query_of(wanted)).matches[0].ref == wanted.ref
    made = stored(world)
    assert made[0][1] > STORED_FROM
    looked(world, query_of(MANY[9]))
    assert stored(world) == made, "it is used again"
    late = PersonRecord(RecordRef("LATE-1"), "Xhevahire", "Qemalzadehaj", parse_date("1971-02-03"))
    bring(world, [late])
    found = looked(world, query_of(late))
    assert found.matches[0].ref == "LATE-1"
    assert found.size == made[0][1] + 1
    assert stored(world) == made


def test_what_is_erased_or_changed_is_in_no_index_and_its_key_is_gone(world: World) -> None:
    bring(world, MANY)
    gone, changed = MANY[3], MANY[5]
    looked(world, query_of(gone))
    ((first, _),) = stored(world)
    erasing = world.officer(GBR, "supervisor")
    world.do(GBR, lambda tx: erase_person(tx, erasing, gone.ref, REASON, world.clock()))
    assert stored(world) == []
    with pytest.raises(ErasedError):
        world.look(GBR, lambda tx: tx.unseal(SealedId(first)))
    assert gone.ref not in {match.ref for match in looked(world, query_of(gone)).matches}
    ((second, _),) = stored(world)
    content = {"record": {"ref": changed.ref, "first_names": "Zamira", "family_names": "Newname"}, "core": {}}
    node = world.nodes[GBR]
    world.do(GBR, lambda tx: replace_person(tx, node.desk, changed.ref, content, world.clock()))
    assert stored(world) == []
    assert looked(world, PersonQuery("Zamira", "Newname")).matches[0].ref == changed.ref
    assert second not in {sealed_id for sealed_id, _ in stored(world)}


def test_an_index_of_another_release_is_made_again(world: World) -> None:
    bring(world, MANY)
    looked(world, KNOWN)
    ((first, count),) = stored(world)
    foreign = world.do(GBR, lambda tx: tx.seal(b"{}\n00000000\n", kind="person_index", at=world.clock()).id)
    world.do(GBR, lambda tx: tx.execute(update(person_index).values(sealed_id=foreign)))
    assert looked(world, KNOWN).matches[0].ref == KNOWN_REF
    ((second, again),) = stored(world)
    assert again == count
    assert second not in {first, foreign}


def test_what_lies_in_the_store_names_nobody(world: World) -> None:
    odd = PersonRecord(RecordRef("ODD-1"), "Qazwsxedc", "Plmoknijb")
    bring(world, [*MANY, odd])
    assert looked(world, query_of(odd)).matches[0].ref == "ODD-1"
    ((sealed_id, _),) = stored(world)
    ciphertext = world.look(
        GBR,
        lambda tx: tx.execute(select(sealed_record.c.ciphertext).where(sealed_record.c.id == sealed_id)).scalar_one(),
    )
    for written in (b"Qazwsxedc", b"qazwsxedc", b"Plmoknijb", b"ODD-1"):
        assert written not in bytes(ciphertext)


def test_much_that_came_later_makes_a_new_index(world: World) -> None:
    bring(world, MANY[:STORED_FROM])
    looked(world, KNOWN)
    ((first, count),) = stored(world)
    world.clock.turn(minutes=1)
    more = [PersonRecord(RecordRef(f"MORE-{number}"), "Besa", "Topalli") for number in range(60)]
    bring(world, more)
    found = looked(world, PersonQuery("Besa", "Topalli"))
    assert found.matches[0].ref.startswith("MORE-")
    ((second, again),) = stored(world)
    assert (second != first, again) == (True, count + 60)
