"""Officers look among their own node's persons: what is found, what the ledger says of it, and what the stored index forgets."""

import json
from functools import partial

import pytest
from sqlalchemy import insert, select, update
from tests.federation.world import GBR, REASON, World

from egnatia.engines.people import PersonQuery, PersonRecord, PersonRow, parse_date, record_to_dict
from egnatia.engines.people.answer import Answer
from egnatia.engines.people.disk import from_bytes, to_bytes
from egnatia.engines.people.index import PersonIndex
from egnatia.engines.people.simulate import persons
from egnatia.enquiries.holdings import import_persons, replace_person, tag_for_partner
from egnatia.enquiries.own_persons import STORED_FROM, forget_in_index, search_own
from egnatia.enquiries.retention import erase_person
from egnatia.errors import ErasedError, ForbiddenError, InputError, TamperedError
from egnatia.exchange.directory import cards
from egnatia.ledger.leaf import parse_leaf
from egnatia.model.ids import RecordRef, SealedId
from egnatia.model.officers import Officer
from egnatia.scenario.case import KNOWN_PERSON, KNOWN_REF
from egnatia.store.database import Transaction
from egnatia.store.tables import blind_tag, ledger_entry, person_index, person_record, sealed_record

KNOWN = PersonQuery(KNOWN_PERSON["first_names"], KNOWN_PERSON["family_names"], parse_date(KNOWN_PERSON["birth_date"]))
MANY = [each.record() for each in persons(STORED_FROM + 40, 3)]


def looked(world: World, query: PersonQuery, who: str = "enquirer") -> Answer:
    officer = world.officer(GBR, who)
    return world.do(GBR, lambda tx: search_own(tx, officer, query, REASON, world.clock()))


def bring(world: World, records: list[PersonRecord]) -> None:
    node, officer = world.nodes[GBR], world.officer(GBR, "administrator")
    rows = [PersonRow(number, each, {}) for number, each in enumerate(records)]
    world.do(GBR, lambda tx: import_persons(tx, node.desk, officer, rows, world.clock()))


def file_many(world: World, records: list[PersonRecord]) -> None:
    """File records as an import does, without tags for partners: to make these takes most of its time."""

    def filed(tx: Transaction) -> None:
        for each in records:
            content = json.dumps({"record": record_to_dict(each), "core": {}}).encode()
            sealed = tx.seal(content, kind="person", at=world.clock())
            tx.execute(insert(person_record), {"ref": each.ref, "sealed_id": sealed.id, "imported_at": world.clock()})

    world.do(GBR, filed)


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
    file_many(world, MANY[:STORED_FROM])
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


def held(world: World) -> bytes:
    """What the stored index holds, in clear."""
    ((sealed_id, _),) = stored(world)
    return world.look(GBR, lambda tx: tx.unseal(SealedId(sealed_id)))


def erase(world: World, ref: str) -> None:
    erasing = world.officer(GBR, "supervisor")
    world.do(GBR, lambda tx: erase_person(tx, erasing, RecordRef(ref), REASON, world.clock()))


def correct(world: World, ref: str, first: str, family: str) -> None:
    content = {"record": {"ref": ref, "first_names": first, "family_names": family}, "core": {}}
    node = world.nodes[GBR]
    world.do(GBR, lambda tx: replace_person(tx, node.desk, RecordRef(ref), content, world.clock()))


ODD = PersonRecord(
    RecordRef("ODD-1"), "Qazwsxedc", "Plmoknijb", parse_date("1931-02-03"), "Wsxqaz", ("ZZ9988776",), ("Vutsrqpo",)
)
TRACES = (b"ODD-1", b"Qazwsxedc", b"qazwsxedc", b"plmoknijb", b"wsxqaz", b"ZZ9988776", b"vutsrqpo")


def test_who_is_erased_leaves_no_trace_in_the_index_and_the_old_key_is_gone(world: World) -> None:
    file_many(world, [*MANY[:200], ODD, *MANY[200:]])
    looked(world, query_of(ODD))
    ((first, count),) = stored(world)
    before = held(world)
    assert all(trace in before for trace in TRACES)
    erase(world, ODD.ref)
    ((second, left),) = stored(world)
    assert (second != first, left) == (True, count - 1)
    assert not any(trace in held(world) for trace in TRACES)
    with pytest.raises(ErasedError):
        world.look(GBR, lambda tx: tx.unseal(SealedId(first)))
    assert looked(world, query_of(ODD)).matches == ()
    assert stored(world) == [(second, left)], "and nobody had to make it again"


def test_what_is_left_is_the_index_of_everybody_else(world: World) -> None:
    file_many(world, MANY)
    looked(world, KNOWN)
    gone = {MANY[3].ref, MANY[177].ref}
    for ref in gone:
        erase(world, ref)
    left = in_order(held(world))
    assert gone.isdisjoint(each.ref for each in left)
    assert held(world) == to_bytes(PersonIndex(left)), "byte by byte, as if they had never been filed"
    found = looked(world, query_of(MANY[9]))
    assert found.matches[0].ref == MANY[9].ref
    assert found.size == len(left)


def test_what_is_changed_is_found_as_it_is_now_and_not_as_it_was(world: World) -> None:
    file_many(world, [*MANY, ODD])
    looked(world, query_of(ODD))
    ((first, count),) = stored(world)
    correct(world, ODD.ref, "Zamira", "Newname")
    ((second, same),) = stored(world)
    assert (second != first, same) == (True, count)
    assert not any(trace in held(world) for trace in TRACES[1:])
    assert looked(world, PersonQuery("Zamira", "Newname")).matches[0].ref == ODD.ref
    assert looked(world, query_of(ODD)).matches == ()
    with pytest.raises(ErasedError):
        world.look(GBR, lambda tx: tx.unseal(SealedId(first)))


def test_who_was_imported_later_is_erased_or_changed_without_a_new_index(world: World) -> None:
    file_many(world, MANY)
    looked(world, KNOWN)
    made = stored(world)
    world.clock.turn(minutes=1)
    bring(world, [ODD, PersonRecord(RecordRef("ODD-2"), "Besa", "Topalli")])
    assert looked(world, query_of(ODD)).matches[0].ref == ODD.ref
    erase(world, ODD.ref)
    correct(world, "ODD-2", "Zamira", "Newname")
    assert looked(world, query_of(ODD)).matches == ()
    assert looked(world, PersonQuery("Zamira", "Newname")).matches[0].ref == "ODD-2"
    assert stored(world) == made


def test_who_was_erased_can_be_filed_again(world: World) -> None:
    file_many(world, [*MANY, ODD])
    looked(world, KNOWN)
    erase(world, ODD.ref)
    bring(world, [PersonRecord(ODD.ref, "Besa", "Topalli")])
    assert looked(world, PersonQuery("Besa", "Topalli")).matches[0].ref == ODD.ref
    assert looked(world, query_of(ODD)).matches == ()


def test_an_erasure_that_is_undone_leaves_the_index_as_it_was(world: World) -> None:
    file_many(world, [*MANY, ODD])
    looked(world, KNOWN)
    made, content = stored(world), held(world)

    def erased_and_refused(tx: Transaction) -> None:
        forget_in_index(tx, ODD.ref)
        raise InputError("something later in the transaction failed")

    with pytest.raises(InputError):
        world.do(GBR, erased_and_refused)
    assert stored(world) == made
    assert held(world) == content


@pytest.mark.parametrize("content", [b"{}\n00000000\n", b"", b"\xff" * 300])
def test_an_index_that_cannot_be_used_stops_no_erasure_and_goes_as_a_whole(world: World, content: bytes) -> None:
    file_many(world, [*MANY, ODD])
    looked(world, KNOWN)
    foreign = world.do(GBR, lambda tx: tx.seal(content, kind="person_index", at=world.clock()).id)
    world.do(GBR, lambda tx: tx.execute(update(person_index).values(sealed_id=foreign)))
    erase(world, ODD.ref)
    assert stored(world) == []
    with pytest.raises(ErasedError):
        world.look(GBR, lambda tx: tx.unseal(SealedId(foreign)))
    assert looked(world, query_of(ODD)).matches == ()


def test_a_name_that_an_earlier_release_took_stops_no_look_and_no_partner(world: World) -> None:
    """One record of 30 words, or with a date of another calendar, was an error for everybody's search."""
    odd = {"ref": "ODD-1", "family_names": "Hoxha", "first_names": "Arben " * 30, "birth_date": "1369-05-05"}

    def put_as_before(tx: Transaction) -> None:
        sealed = tx.seal(json.dumps({"record": odd, "core": {}}).encode(), kind="person", at=world.clock())
        row = {"ref": odd["ref"], "sealed_id": sealed.id, "imported_at": world.clock()}
        tx.execute(insert(person_record), row)

    world.do(GBR, put_as_before)
    assert KNOWN_REF in [match.ref for match in looked(world, KNOWN).matches]
    desk = world.nodes[GBR].desk
    for card in world.look(GBR, cards).values():
        assert world.do(GBR, partial(tag_for_partner, desk=desk, card=card)) > 1
    tagged = world.look(GBR, lambda tx: set(tx.execute(select(blind_tag.c.ref)).scalars()))
    assert {KNOWN_REF, odd["ref"]} <= tagged


def test_an_index_that_somebody_changed_stops_no_erasure_either(world: World) -> None:
    file_many(world, [*MANY, ODD])
    looked(world, KNOWN)
    ((sealed_id, _),) = stored(world)
    spoiled = update(sealed_record).where(sealed_record.c.id == sealed_id).values(ciphertext=b"x" * 99)
    world.do(GBR, lambda tx: tx.execute(spoiled))
    with pytest.raises(TamperedError):
        looked(world, KNOWN)
    erase(world, ODD.ref)
    assert stored(world) == []
    assert looked(world, query_of(ODD)).matches == ()


def test_where_no_index_is_stored_there_is_nothing_to_forget(world: World) -> None:
    erase(world, KNOWN_REF)
    assert stored(world) == []
    assert looked(world, KNOWN).matches == ()


def test_an_index_of_another_release_is_made_again(world: World) -> None:
    file_many(world, MANY)
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
    file_many(world, [*MANY, odd])
    assert looked(world, query_of(odd)).matches[0].ref == "ODD-1"
    ((sealed_id, _),) = stored(world)
    ciphertext = world.look(
        GBR,
        lambda tx: tx.execute(select(sealed_record.c.ciphertext).where(sealed_record.c.id == sealed_id)).scalar_one(),
    )
    for written in (b"Qazwsxedc", b"qazwsxedc", b"Plmoknijb", b"ODD-1"):
        assert written not in bytes(ciphertext)


def test_much_that_came_later_is_folded_in(world: World) -> None:
    file_many(world, MANY[:STORED_FROM])
    looked(world, KNOWN)
    ((first, count),) = stored(world)
    world.clock.turn(minutes=1)
    more = [PersonRecord(RecordRef(f"MORE-{number}"), "Besa", "Topalli") for number in range(60)]
    file_many(world, more)
    found = looked(world, PersonQuery("Besa", "Topalli"))
    assert found.matches[0].ref.startswith("MORE-")
    ((second, again),) = stored(world)
    assert (second != first, again) == (True, count + 60)
    assert to_bytes(PersonIndex(in_order(held(world)))) == held(world)
    with pytest.raises(ErasedError):
        world.look(GBR, lambda tx: tx.unseal(SealedId(first)))


def in_order(content: bytes) -> list[PersonRecord]:
    return [each for level in from_bytes(content).levels() for each in level.records()]
