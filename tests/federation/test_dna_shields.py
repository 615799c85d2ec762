"""Who is never found: the protected, children, and whoever's profile is kept for another reason. They answer like nobody."""

from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select
from tests.federation.alerting import speak
from tests.federation.answering import statements
from tests.federation.dna_acts import KIND, as_kind, ask, link_record, meet, somebody, states, store
from tests.federation.world import ALB, GBR, INSTALLER, REASON, World

from egnatia.engines.people import PersonRow, read_persons
from egnatia.enquiries.claims import enter_claim
from egnatia.enquiries.dna.index import GUARD, POPULATIONS
from egnatia.enquiries.guard import Claim
from egnatia.enquiries.holdings import import_persons, mark_protected, replace_person
from egnatia.enquiries.views import alerts
from egnatia.exchange.message import read_message
from egnatia.model.dna import ProfileKind
from egnatia.model.ids import PartnerCode, RecordRef
from egnatia.model.states import SubjectKind
from egnatia.store.tables import answered_enquiry, dna_number

RECORD = "ALB-P-000777"
NO_HIT = {"ALB": ("no_hit", None)}
HIT = {"ALB": ("hit", None)}


@pytest.fixture
def world(two: World) -> World:
    """Two nodes; a test that needs another one starts it."""
    return two


def enter(world: World, born: str = "1990-02-28", ref: str = RECORD, name: str = "Besnik") -> None:
    """A person's record at ALB."""
    text = f"ref,first_names,family_names,birth_date\n{ref},{name},Gjoka,{born}\n"
    rows = [row for row in read_persons(BytesIO(text.encode())) if isinstance(row, PersonRow)]
    world.do(ALB, lambda tx: import_persons(tx, world.nodes[ALB].desk, INSTALLER, rows, world.clock()))


def met_with_record(world: World, born: str = "1990-02-28") -> None:
    meet(world)
    enter(world, born)
    link_record(world, ALB, "P-1", RECORD)


def protect(world: World) -> None:
    officer = world.officer(ALB, "supervisor")
    world.do(ALB, lambda tx: mark_protected(tx, officer, RecordRef(RECORD), REASON, world.clock()))


def claim_against(world: World, state: PartnerCode) -> None:
    claim = Claim("Besnik", "Gjoka", "1990-02-28", (), (state,))
    officer, desk = world.officer(ALB, "supervisor"), world.nodes[ALB].desk
    world.do(ALB, lambda tx: enter_claim(tx, desk, officer, claim, world.clock()))


def result_at_home(world: World) -> list[str]:
    query = select(answered_enquiry.c.result).order_by(answered_enquiry.c.answered_at)
    return world.look(ALB, lambda tx: list(tx.execute(query).scalars()))


def test_a_protected_person_is_not_found_and_a_supervisor_hears_of_it(world: World) -> None:
    met_with_record(world)
    assert states(world, GBR, ask(world).id) == HIT
    protect(world)
    world.clock.turn(minutes=1)
    assert states(world, GBR, ask(world).id) == NO_HIT
    assert result_at_home(world) == ["hit", "shielded"]
    officer = world.officer(ALB, "supervisor")
    [told] = world.do(ALB, lambda tx: alerts(tx, officer, world.clock()))
    assert (told.asker, told.refs) == (GBR, ("P-1",))


def test_who_claims_protection_from_the_asking_state_is_not_found_by_it(world: World) -> None:
    met_with_record(world)
    claim_against(world, GBR)
    assert states(world, GBR, ask(world).id) == NO_HIT
    assert result_at_home(world) == ["shielded"]


def test_a_claim_against_another_state_shields_from_that_state_only(world: World) -> None:
    met_with_record(world)
    claim_against(world, PartnerCode("MKD"))
    assert states(world, GBR, ask(world).id) == HIT


@pytest.mark.parametrize(
    ("born", "found"),
    [
        ("2007-05-15", HIT),  # eighteen on the day of the question
        ("2007-05-16", NO_HIT),
        ("2007-05", NO_HIT),  # may have been born after the fifteenth
        ("2007-04", HIT),
        ("2007", NO_HIT),
        ("2006", HIT),
        ("2010-12", NO_HIT),
        ("1990-02-28", HIT),
    ],
)
def test_a_child_is_not_found(world: World, born: str, found: dict[str, Any]) -> None:
    assert world.clock().date().isoformat() == "2025-05-15"
    met_with_record(world, born)
    assert states(world, GBR, ask(world).id) == found
    assert result_at_home(world) == ["hit" if found is HIT else "shielded"]


def test_a_child_that_grew_up_is_found(world: World) -> None:
    met_with_record(world, "2007-05-20")
    assert states(world, GBR, ask(world).id) == NO_HIT
    world.clock.turn(days=6)
    assert states(world, GBR, ask(world).id) == HIT


def test_the_age_below_which_a_child_is_shielded_is_the_nodes_setting(world: World) -> None:
    met_with_record(world, "2009-01-01")
    node = world.nodes[ALB]
    node.desk = replace(node.desk, limits=replace(node.desk.limits, dna_child_age=14))
    assert states(world, GBR, ask(world).id) == HIT


def test_a_corrected_date_of_birth_counts_at_the_next_question(world: World) -> None:
    met_with_record(world)
    assert states(world, GBR, ask(world).id) == HIT
    content = {"record": {"ref": RECORD, "first_names": "Besnik", "family_names": "Gjoka", "birth_date": "2012-03-01"}}
    desk = world.nodes[ALB].desk
    world.do(ALB, lambda tx: replace_person(tx, desk, RecordRef(RECORD), content | {"core": {}}, world.clock()))
    assert states(world, GBR, ask(world).id) == NO_HIT


@pytest.mark.parametrize("kind", [KIND.VICTIM, KIND.ELIMINATION, KIND.RELATIVE, KIND.MISSING, KIND.MIXTURE])
@pytest.mark.parametrize("population", [SubjectKind.DNA_PERSON, SubjectKind.DNA_TRACE])
def test_kinds_that_are_kept_for_another_reason_are_in_no_search(
    world: World, kind: ProfileKind, population: SubjectKind
) -> None:
    speak(world)
    person = somebody("the one", "X-1", kind)
    store(world, ALB, person)
    store(world, GBR, as_kind(person, "T-1"))
    assert states(world, GBR, ask(world, population=population).id) == NO_HIT
    assert world.look(ALB, lambda tx: tx.execute(select(dna_number)).all()) == []


def test_the_populations_that_partners_search_hold_nobody_else() -> None:
    assert POPULATIONS[SubjectKind.DNA_PERSON] == {KIND.PERSON}
    assert POPULATIONS[SubjectKind.DNA_TRACE] == {KIND.TRACE, KIND.REMAINS}
    assert not POPULATIONS[GUARD] & (POPULATIONS[SubjectKind.DNA_PERSON] | POPULATIONS[SubjectKind.DNA_TRACE])


def test_a_trace_that_a_member_of_staff_left_is_not_returned(world: World) -> None:
    speak(world)
    staff = somebody("assistant", "E-1", KIND.ELIMINATION)
    store(world, ALB, staff, as_kind(staff, "T-9"))
    store(world, GBR, as_kind(staff, "T-1"))
    assert states(world, GBR, ask(world, population=SubjectKind.DNA_TRACE).id) == NO_HIT
    assert result_at_home(world) == ["no_hit"], "it is held back and nobody is protected: no alert"


@pytest.mark.parametrize("how", ["protected", "claimed", "child"])
def test_the_reply_about_who_is_shielded_is_that_about_nobody(world: World, how: str) -> None:
    """The same body, the same length, the same statements in the same order; one word in a row that stays differs."""
    met_with_record(world, "2011-02-03" if how == "child" else "1990-02-28")
    if how == "protected":
        protect(world)
    if how == "claimed":
        claim_against(world, GBR)
    store(world, GBR, somebody("nobody there", "T-2", KIND.TRACE))
    ask(world)  # the index is brought up to date by whoever asks first
    seen = []
    for ref in ("T-1", "T-2", "T-1", "T-2"):
        with statements(world, ALB) as trace:
            sent = ask(world, ref=ref)
        assert states(world, GBR, sent.id) == NO_HIT
        call = world.calls[-1]
        said = dict(read_message(call.reply)[0].body)
        said.pop("number")
        seen.append((said, len(call.reply), trace))
    assert seen[0][:2] == seen[1][:2] == seen[2][:2] == seen[3][:2]
    assert seen[0][2] == seen[1][2] == seen[2][2] == seen[3][2]
