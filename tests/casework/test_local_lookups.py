"""Local lists at the first line: hits refer, nobody who leaves is held against a return, and old lists say that they are."""

import io
import json
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, select
from tests.federation.world import ALB, GBR, MKD, MNE, XKX, World

from egnatia.casework import borders
from egnatia.casework.borders import Encounter, Group
from egnatia.casework.borders.lookups import LookedUp, Traveller, look_up
from egnatia.casework.borders.rules import first_line_outcomes
from egnatia.engines.documents import RegisterRow, read_register
from egnatia.engines.people import PersonRow, read_persons
from egnatia.enquiries.local_lists import (
    MAX_ENTRIES,
    OVERSTAY,
    ListFacts,
    LocalList,
    erase_list,
    forget_lists,
    import_list,
    local_lists,
)
from egnatia.enquiries.tidy import tidy
from egnatia.errors import ConflictError, Error, ForbiddenError, InputError, NotFoundError
from egnatia.exchange.lines import LineState, note_line
from egnatia.model.borders import (
    AgeBand,
    CrossingMode,
    CrossingOutcome,
    Direction,
    ListKind,
    Minor,
    SecondLineReason,
    Unasked,
)
from egnatia.model.ids import PartnerCode
from egnatia.model.states import Evidence, RegisterCategory
from egnatia.store.tables import lookup_document, lookup_list, lookup_tag

ENTRY, EXIT = ("DURRES-1", Direction.ENTRY), ("DURRES-1", Direction.EXIT)
TODAY = date(2025, 5, 15)
DOCUMENTS = """issuer,document_type,number,number_to,category,reported_on,reference
FRA,P,19AB12345,,stolen,2025-01-02,FR-0001
FRA,P,20AA00100,20AA00199,stolen_blank,2025-01-03,FR-0002
RKS,I,P0041763,,lost,2025-02-03,KS-0009
"""
PERSONS = """ref,first_names,family_names,birth_date,identifiers
W-0001,Besnik,Hoxha,1988-02-11,
W-0002,Arben|,Krasniqi,1990-03-07,
"""
BESNIK = Traveller("FRA", "P", "19AB99999", "BESNIK", "HOXHA", "1988-02-11")
NOBODY = Traveller("FRA", "P", "19AB99998", "ARTA", "GASHI", "1991-12-24")
WHY = "Its owner asked us to take the list out."


def documents(text: str = DOCUMENTS) -> list[RegisterRow]:
    return [row for row in read_register(text.splitlines(keepends=True)) if isinstance(row, RegisterRow)]


def persons(text: str = PERSONS) -> list[PersonRow]:
    return [row for row in read_persons(io.BytesIO(text.encode())) if isinstance(row, PersonRow)]


def taken(
    world: World, kind: ListKind, rows: Any = None, *, at: PartnerCode = ALB, post: str = "administrator", **more: Any
) -> LocalList:
    given: dict[str, Any] = {"name": "Police", "as_of": world.clock().date(), "fresh_days": 2} | more
    facts = ListFacts(kind, **given)
    held = rows if rows is not None else documents() if kind is ListKind.LOST_STOLEN else persons()
    keys, officer = world.nodes[at].desk.keys, world.officer(at, post)
    return world.do(at, lambda tx: import_list(tx, keys, officer, facts, held, world.clock()))


def looked(
    world: World, who: Traveller, where: tuple[str, Direction] = ENTRY, post: str = "enquirer", at: PartnerCode = ALB
) -> LookedUp:
    desk, officer = world.nodes[at].desk, world.officer(at, post)
    return world.do(at, lambda tx: look_up(tx, desk, officer, where, who, world.clock()))


def refs(found: LookedUp, kind: ListKind) -> list[str]:
    return [hit.ref for each in found.answers if each.kind is kind for hit in each.hits]


def lists(world: World) -> list[LocalList]:
    return world.look(ALB, lambda tx: local_lists(tx, world.clock()))


def rows_left(world: World) -> list[int]:
    tables = (lookup_list, lookup_document, lookup_tag)
    queries = [select(func.count()).select_from(each) for each in tables]
    return world.look(ALB, lambda tx: [int(tx.execute(each).scalar_one()) for each in queries])


@pytest.mark.parametrize(
    ("number", "found", "category"),
    [
        ("19AB12345", ["FR-0001"], RegisterCategory.STOLEN),
        ("19 ab-12345", ["FR-0001"], RegisterCategory.STOLEN),
        ("20AA00100", ["FR-0002"], RegisterCategory.STOLEN_BLANK),
        ("20AA00199", ["FR-0002"], RegisterCategory.STOLEN_BLANK),
        ("20AA00200", [], None),
        ("20AA0010", [], None),
        ("19AB12346", [], None),
    ],
)
def test_a_document_is_found_by_its_exact_number_and_in_ranges(
    world: World, number: str, found: list[str], category: RegisterCategory | None
) -> None:
    taken(world, ListKind.LOST_STOLEN)
    answer = looked(world, Traveller("FRA", "P", number))
    assert refs(answer, ListKind.LOST_STOLEN) == found
    assert answer.suggested == ((SecondLineReason.LOST_STOLEN,) if found else ())
    assert answer.hit is bool(found)
    [listed] = answer.answers
    assert [hit.category for hit in listed.hits] == ([category] if found else [])


def test_another_issuer_or_type_is_another_document(world: World) -> None:
    taken(world, ListKind.LOST_STOLEN)
    assert not looked(world, Traveller("DEU", "P", "19AB12345")).hit
    assert not looked(world, Traveller("RKS", "P", "P0041763")).hit
    assert looked(world, Traveller("RKS", "I", "P0041763")).hit
    assert looked(world, Traveller("XKX", "", "P0041763")).hit, "the same issuer under its other code"


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (ListKind.WANTED, SecondLineReason.ALERT),
        (ListKind.ENTRY_BAN, SecondLineReason.ENTRY_CONDITION),
        (ListKind.RETURN_RECORD, None),
    ],
)
def test_a_person_is_found_on_entry_and_the_hit_suggests_one_reason_or_none(
    world: World, kind: ListKind, reason: SecondLineReason | None
) -> None:
    taken(world, kind)
    found = looked(world, BESNIK)
    assert refs(found, kind) == ["W-0001"]
    assert found.suggested == (() if reason is None else (reason,))
    [hit] = found.answers[0].hits
    assert Evidence.BIRTH_DATE_SAME in hit.evidence or len(hit.evidence) >= 2
    assert not looked(world, NOBODY).hit


def test_names_are_found_in_another_spelling(world: World) -> None:
    taken(world, ListKind.WANTED)
    assert looked(world, replace(BESNIK, family_names="HODZA")).hit or looked(world, replace(BESNIK, family_names="XHOXHA")).hit  # fmt: skip
    assert not looked(world, replace(BESNIK, birth_date="1961-08-30", first_names="DRITA")).hit


@pytest.mark.parametrize("kind", [ListKind.RETURN_RECORD, ListKind.ENTRY_BAN])
def test_whoever_leaves_is_held_against_no_return_and_no_ban(world: World, kind: ListKind) -> None:
    """BCC-07: the returned person with a genuine passport and no other alert passes, and nothing was even looked at."""
    taken(world, kind)
    found = looked(world, BESNIK, EXIT)
    assert not found.hit
    assert found.suggested == ()
    assert found.left_out == (ListKind.ENTRY_BAN, ListKind.RETURN_RECORD)
    assert kind not in {each.kind for each in found.answers}
    assert CrossingOutcome.PASS in first_line_outcomes(Minor.ADULT, protection_asked=False)
    officer = world.officer(ALB, "enquirer")
    met = Encounter("DURRES-1", Direction.EXIT, CrossingMode.SEA, Group("ALB", "M", AgeBand.FROM_30))
    world.do(ALB, lambda tx: borders.let_pass(tx, officer, met, world.clock()))
    assert world.kinds(ALB)[-2:] == ["lookup.done", "crossing.passed"]


def test_wanted_persons_and_lost_documents_count_both_ways(world: World) -> None:
    taken(world, ListKind.WANTED)
    taken(world, ListKind.LOST_STOLEN)
    for where in (ENTRY, EXIT):
        found = looked(world, replace(BESNIK, number="19AB12345"), where)
        assert found.suggested == (SecondLineReason.LOST_STOLEN, SecondLineReason.ALERT)


def test_a_kind_without_a_list_was_not_looked_at_and_that_is_said(world: World) -> None:
    taken(world, ListKind.WANTED)
    found = looked(world, BESNIK)
    assert found.absent == (ListKind.LOST_STOLEN, ListKind.ENTRY_BAN, ListKind.RETURN_RECORD)


def test_a_list_of_persons_is_not_looked_at_without_a_name(world: World) -> None:
    taken(world, ListKind.WANTED)
    found = looked(world, Traveller("FRA", "P", "19AB12345"))
    assert ListKind.WANTED in found.absent
    assert found.answers == ()


def test_our_own_register_answers_for_our_own_documents(world: World) -> None:
    own = looked(world, Traveller("RKS", "P", "P0041763"), at=XKX)
    assert own.suggested == (SecondLineReason.LOST_STOLEN,)
    assert own.answers[0].name == "XKX register"
    assert not own.answers[0].overdue
    assert looked(world, Traveller("RKS", "P", "P0041763")).answers == (), "Albania has no register of Kosovo's"


def test_with_every_line_down_the_look_up_works_and_says_who_was_not_asked(world: World) -> None:
    taken(world, ListKind.LOST_STOLEN)
    before = len(world.calls)
    for each in (GBR, XKX, MKD, MNE):
        world.stop(each)
        world.do(ALB, partial(note_line, partner=each, state=LineState.DOWN, at=world.clock()))
    found = looked(world, Traveller("RKS", "I", "P0041763"))
    assert found.hit
    assert {each.partner: each.why for each in found.unasked} == {
        GBR: Unasked.NOT_ISSUER,
        XKX: Unasked.UNREACHABLE,
        MKD: Unasked.NOT_ISSUER,
        MNE: Unasked.NOT_ISSUER,
    }
    assert world.deliver() == 0
    assert len(world.calls) == before


def test_for_the_issuer_it_says_whether_an_enquiry_could_follow(world: World) -> None:
    unasked = {each.partner: each for each in looked(world, Traveller("RKS", "P", "X1")).unasked}
    assert unasked[XKX].why is Unasked.MAY_BE_ASKED
    refused = {each.partner: each for each in looked(world, Traveller("MNE", "P", "X1")).unasked}[MNE]
    assert refused.why is Unasked.NOT_GRANTED
    assert refused.refusal is not None
    assert {each.why for each in looked(world, Traveller("FRA", "P", "X1")).unasked} == {Unasked.NOT_ISSUER}
    assert {each.why for each in looked(world, Traveller("", "", "", "Arta", "Gashi", "1991-12-24")).unasked} == {
        Unasked.NOT_ISSUER
    }


def test_an_overdue_list_is_marked_and_a_much_older_one_is_gone(world: World) -> None:
    taken(world, ListKind.WANTED, fresh_days=2)
    world.clock.turn(days=2)
    assert not lists(world)[0].overdue
    assert not looked(world, BESNIK).answers[0].overdue
    world.clock.turn(days=1)
    assert lists(world)[0].overdue
    answer = looked(world, BESNIK).answers[0]
    assert (answer.overdue, len(answer.hits)) == (True, 1), "still looked at, and marked"
    world.clock.now += OVERSTAY
    assert lists(world) == []
    assert looked(world, BESNIK).absent[1] is ListKind.WANTED
    done = tidy(world.nodes[ALB].commit, world.clock)
    assert done.erased >= 1
    assert rows_left(world) == [0, 0, 0]
    assert world.do(ALB, lambda tx: forget_lists(tx, world.clock())) == 0


def test_a_new_list_takes_the_old_ones_place_and_no_others(world: World) -> None:
    taken(world, ListKind.WANTED)
    taken(world, ListKind.WANTED, persons("ref,first_names,family_names,birth_date\nC-1,Ana,Berisha,1979-05-05\n"), name="Customs")  # fmt: skip
    world.clock.turn(days=1)
    taken(world, ListKind.WANTED, persons("ref,first_names,family_names,birth_date\nW-0009,Drita,Leka,1970-01-30\n"))
    assert [(each.name, each.entries) for each in lists(world)] == [("Customs", 1), ("Police", 1)]
    assert not looked(world, BESNIK).hit, "whoever is not in the new list is not wanted any more"
    assert looked(world, Traveller(first_names="Ana", family_names="Berisha", birth_date="1979-05-05")).hit


def test_an_older_list_does_not_take_a_newer_ones_place(world: World) -> None:
    taken(world, ListKind.WANTED)
    with pytest.raises(ConflictError, match="of 2025-05-14"):
        taken(world, ListKind.WANTED, as_of=TODAY - timedelta(days=1))
    assert looked(world, BESNIK).hit


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "x" * 61},
        {"name": "Police\u202e"},
        {"fresh_days": 0},
        {"fresh_days": 400},
        {"as_of": TODAY + timedelta(days=1)},
        {"as_of": TODAY - timedelta(days=60)},
    ],
)
def test_facts_that_cannot_be_are_refused_and_leave_nothing(world: World, wrong: dict[str, Any]) -> None:
    before = world.kinds(ALB)
    with pytest.raises(InputError) as caught:
        taken(world, ListKind.WANTED, **wrong)
    assert caught.value.hint()
    assert (rows_left(world), world.kinds(ALB)) == ([0, 0, 0], before)


@pytest.mark.parametrize("ref", ["Arben Krasniqi", "x", "W-0001; DROP"])
def test_a_reference_leaves_no_room_for_words(world: World, ref: str) -> None:
    with pytest.raises(InputError):
        taken(world, ListKind.WANTED, persons(f"ref,first_names,family_names,birth_date\n{ref},A,Bala,1990-01-01\n"))
    assert rows_left(world) == [0, 0, 0]


def test_a_list_has_an_end(world: World) -> None:
    one = persons()[0]
    with pytest.raises(InputError, match="at most"):
        taken(world, ListKind.WANTED, [one] * (MAX_ENTRIES + 1))
    with pytest.raises(InputError, match="twice"):
        taken(world, ListKind.WANTED, [one, one])


def test_nobody_can_be_read_out_of_a_list(world: World) -> None:
    taken(world, ListKind.WANTED)
    content = world.files(ALB)
    for word in (b"Besnik", b"BESNIK", b"1988-02-11"):
        assert word not in content
    at_home = world.look(ALB, lambda tx: {bytes(row.tag) for row in tx.execute(select(lookup_tag))})
    taken(world, ListKind.WANTED, at=MKD)
    there = world.look(MKD, lambda tx: {bytes(row.tag) for row in tx.execute(select(lookup_tag))})
    assert at_home
    assert there
    assert not at_home & there, "each node hashes with a secret of its own"


def test_the_ledger_says_which_lists_and_how_many_and_nobody(world: World) -> None:
    taken(world, ListKind.WANTED)
    before = len(world.kinds(ALB))
    looked(world, BESNIK)
    assert world.kinds(ALB)[before:] == ["lookup.done"], "one act, one entry"
    entry = world.entries(ALB, 1)[0]
    assert entry.content is not None
    assert entry.content["hits"] == {"wanted": 1}
    said = json.dumps(entry.content)
    for word in ("HOXHA", "BESNIK", "19AB99999", "1988", "W-0001"):
        assert word not in said


@pytest.mark.parametrize(
    ("who", "where", "error"),
    [
        (BESNIK, ("lane three", Direction.ENTRY), InputError),
        (replace(BESNIK, birth_date="yesterday"), ENTRY, InputError),
        (replace(BESNIK, first_names="x" * 5_000), ENTRY, InputError),
    ],
)
def test_what_cannot_be_looked_up_leaves_no_entry(
    world: World, who: Traveller, where: tuple[str, Direction], error: type[Error]
) -> None:
    taken(world, ListKind.WANTED)
    before = world.kinds(ALB)
    with pytest.raises(error):
        looked(world, who, where)
    assert world.kinds(ALB) == before


def test_who_may(world: World) -> None:
    with pytest.raises(ForbiddenError):
        taken(world, ListKind.WANTED, post="supervisor")
    with pytest.raises(ForbiddenError):
        looked(world, BESNIK, post="auditor")
    held = taken(world, ListKind.WANTED)
    officer, enquirer = world.officer(ALB, "administrator"), world.officer(ALB, "enquirer")
    with pytest.raises(ForbiddenError):
        world.do(ALB, lambda tx: erase_list(tx, enquirer, held.id, WHY, world.clock()))
    with pytest.raises(NotFoundError):
        world.do(ALB, lambda tx: erase_list(tx, officer, "none", WHY, world.clock()))
    with pytest.raises(InputError):
        world.do(ALB, lambda tx: erase_list(tx, officer, held.id, "old", world.clock()))
    world.do(ALB, lambda tx: erase_list(tx, officer, held.id, WHY, world.clock()))
    assert rows_left(world) == [0, 0, 0]
    assert world.kinds(ALB)[-1] == "lookup.erased"
