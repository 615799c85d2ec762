"""Who claims protection from a state is not found by that state: its question is answered like one about nobody."""

import json

import pytest
from tests.federation.world import ALB, GBR, REASON, World, person_draft

from egnatia.engines.people import PersonRecord, PersonRow, parse_date
from egnatia.enquiries.claims import enter_claim
from egnatia.enquiries.guard import Claim, close_claim
from egnatia.enquiries.holdings import import_persons
from egnatia.enquiries.retention import erase_person
from egnatia.enquiries.views import alerts
from egnatia.exchange.message import read_message
from egnatia.model.ids import EnquiryId, PartnerCode, RecordRef
from egnatia.model.states import AskState
from egnatia.scenario.case import KNOWN_PERSON, KNOWN_REF
from egnatia.store.database import Transaction
from egnatia.store.tables import claim_shield

BORN = KNOWN_PERSON["birth_date"]
NOBODY = {"first_names": "Zzyxqor", "family_names": "Wqopplex", "birth_date": "1901-07-13"}


def claim(world: World, *origins: str, family: str = "Krasniqi", born: str | None = BORN) -> str:
    made = Claim("Arben", family, born, (), tuple(PartnerCode(each) for each in origins))
    node, officer = world.nodes[GBR], world.officer(GBR, "supervisor")
    return world.do(GBR, lambda tx: enter_claim(tx, node.desk, officer, made, world.clock()))


def answer(world: World, query: dict[str, str] | None = None) -> tuple[AskState, bytes]:
    """What Albania is told, as a state and as the bytes of the reply's body."""
    sent = world.ask(ALB, person_draft() if query is None else person_draft(query=query))
    world.deliver()
    body = read_message(world.calls[-1].reply)[0].body
    return world.view(ALB, EnquiryId(sent.id)).asks[0].state, json.dumps(body, sort_keys=True).encode()


def shields(world: World) -> list[tuple[str, str]]:
    return world.look(GBR, lambda tx: [(row.partner, row.ref) for row in tx.execute(claim_shield.select())])


def test_the_state_of_origin_is_answered_like_about_nobody(world: World) -> None:
    assert answer(world)[0] is AskState.HIT
    claim(world, "ALB")
    assert (ALB, KNOWN_REF) in shields(world)
    assert answer(world) == answer(world, NOBODY)
    assert answer(world)[0] is AskState.NO_HIT


def test_our_supervisor_learns_of_the_question(world: World) -> None:
    claim(world, "ALB")
    answer(world)
    officer = world.officer(GBR, "supervisor")
    found = world.do(GBR, lambda tx: alerts(tx, officer, world.clock()))
    assert [(each.asker, KNOWN_REF in each.refs) for each in found] == [(ALB, True)]


def test_a_claim_against_another_state_changes_nothing_for_this_one(world: World) -> None:
    claim(world, "XKX")
    assert answer(world)[0] is AskState.HIT


def test_a_closed_claim_shields_nobody(world: World) -> None:
    claim_id = claim(world, "ALB")
    officer = world.officer(GBR, "supervisor")
    world.do(GBR, lambda tx: close_claim(tx, officer, claim_id, REASON, world.clock()))
    assert shields(world) == []
    assert answer(world)[0] is AskState.HIT


@pytest.mark.parametrize("family", ["Hoxhaj", "Zeqiri"])
def test_a_claim_of_somebody_else_shields_nobody(world: World, family: str) -> None:
    claim(world, "ALB", family=family, born="1977-11-30")
    assert answer(world)[0] is AskState.HIT


def test_a_record_that_comes_after_the_claim_is_shielded_as_well(world: World) -> None:
    claim(world, "ALB", family="Kelmendi", born="1991-02-03")
    asked = {"first_names": "Arben", "family_names": "Kelmendi", "birth_date": "1991-02-03"}
    record = PersonRecord(RecordRef("GBR-P-900001"), "Arben", "Kelmendi", parse_date("1991-02-03"))
    node, officer = world.nodes[GBR], world.officer(GBR, "administrator")
    world.do(GBR, lambda tx: import_persons(tx, node.desk, officer, [PersonRow(2, record, {})], world.clock()))
    assert (ALB, "GBR-P-900001") in shields(world)
    assert answer(world, asked)[0] is AskState.NO_HIT


def test_an_erased_record_leaves_no_shield(world: World) -> None:
    claim(world, "ALB")
    officer = world.officer(GBR, "supervisor")
    refs = [RecordRef(ref) for _, ref in shields(world)]

    def erase_all(tx: Transaction) -> None:
        for ref in refs:
            erase_person(tx, officer, ref, REASON, world.clock())

    world.do(GBR, erase_all)
    assert refs
    assert shields(world) == []
