"""A document that a claimant is known to hold is answered like an unknown one, to the state that is feared and to no other."""

import json

import pytest
from tests.federation.answering import statements
from tests.federation.world import ALB, GBR, INSTALLER, REASON, XKX, World, document_draft

from egnatia.engines.documents import RegisterRow, read_register
from egnatia.enquiries.claims import enter_claim, shield_claimants
from egnatia.enquiries.guard import Claim, close_claim
from egnatia.enquiries.holdings import import_register, withdraw_document
from egnatia.enquiries.views import alerts
from egnatia.exchange.message import read_message
from egnatia.model.ids import EnquiryId, PartnerCode, RecordRef
from egnatia.model.states import AskState
from egnatia.scenario.case import STOLEN_BLANKS_REF
from egnatia.store.tables import document_shield

HELD, BESIDE, UNKNOWN = "P0041763", "P0041764", "P7719354"
SINGLE = "reference,issuer,document_type,number,number_to,category,reported_on,circumstances\n"


def claim(world: World, *origins: str, numbers: tuple[str, ...] = (HELD,)) -> str:
    made = Claim("Arta", "Gashi", None, numbers, tuple(PartnerCode(each) for each in origins or ("ALB",)))
    node, officer = world.nodes[XKX], world.officer(XKX, "supervisor")
    return world.do(XKX, lambda tx: enter_claim(tx, node.desk, officer, made, world.clock()))


def asked(world: World, number: str = HELD, asker: PartnerCode = ALB) -> tuple[AskState, bytes, list[str]]:
    query = {"issuer": "RKS", "document_type": "P", "number": number}
    sent = world.ask(asker, document_draft(partners=(XKX,), holder={}, query=query))
    with statements(world, XKX) as seen:
        world.deliver()
    body = json.dumps(read_message(world.calls[-1].reply)[0].body, sort_keys=True).encode()
    return world.view(asker, EnquiryId(sent.id)).asks[0].state, body, seen


def test_the_feared_state_is_answered_like_about_an_unknown_document(world: World) -> None:
    assert asked(world)[0] is AskState.HIT
    claim(world)
    assert asked(world)[:2] == asked(world, UNKNOWN)[:2]
    assert asked(world)[0] is AskState.NO_HIT


def test_the_same_statements_and_the_same_length_for_both(world: World) -> None:
    claim(world)
    asked(world)
    shielded, absent = asked(world), asked(world, UNKNOWN)
    assert shielded[2] == absent[2]
    assert len(shielded[1]) == len(absent[1])


def test_other_states_and_other_documents_of_the_batch_are_answered_as_before(world: World) -> None:
    claim(world)
    assert asked(world, asker=GBR)[0] is AskState.HIT
    assert asked(world, BESIDE)[0] is AskState.HIT


def test_our_supervisor_learns_of_the_question(world: World) -> None:
    claim(world)
    asked(world)
    officer = world.officer(XKX, "supervisor")
    found = world.do(XKX, lambda tx: alerts(tx, officer, world.clock()))
    assert [(each.asker, each.refs) for each in found] == [(ALB, (STOLEN_BLANKS_REF,))]


def test_a_document_that_is_registered_after_the_claim_is_shielded_as_well(world: World) -> None:
    claim(world, numbers=("p 900 0001",))
    line = "XKX-D-900001,RKS,P,P9000001,P9000001,stolen,2025-05-01,\n"
    rows = [row for row in read_register((SINGLE + line).splitlines(keepends=True)) if isinstance(row, RegisterRow)]
    assert len(rows) == 1
    node = world.nodes[XKX]
    world.do(XKX, lambda tx: import_register(tx, node.desk, INSTALLER, rows, world.clock()))
    assert asked(world, "P9000001")[0] is AskState.NO_HIT
    assert asked(world, "P9000001", GBR)[0] is AskState.HIT


@pytest.mark.parametrize("how", ["claim closed", "document withdrawn"])
def test_nothing_stays_behind_when_it_ends(world: World, how: str) -> None:
    claim_id = claim(world)
    supervisor, administrator = world.officer(XKX, "supervisor"), world.officer(XKX, "administrator")
    ref = RecordRef(STOLEN_BLANKS_REF)
    if how == "claim closed":
        world.do(XKX, lambda tx: close_claim(tx, supervisor, claim_id, REASON, world.clock()))
        assert asked(world)[0] is AskState.HIT
    else:
        world.do(XKX, lambda tx: withdraw_document(tx, administrator, ref, REASON, world.clock()))
    assert world.look(XKX, lambda tx: tx.execute(document_shield.select()).all()) == []


def test_no_number_of_a_claim_stands_in_the_database_in_the_clear(world: World) -> None:
    claim(world, numbers=("QX7719354", HELD))
    for _ in range(2):  # found again whenever something is new; the same rows
        world.do(XKX, lambda tx: shield_claimants(tx, world.nodes[XKX].desk))
    (row,) = world.look(XKX, lambda tx: tx.execute(document_shield.select()).all())
    assert (row.partner, row.ref, len(row.number)) == (ALB, STOLEN_BLANKS_REF, 16)
    assert HELD.encode() not in world.files(XKX)
    assert b"QX7719354" not in world.files(XKX)
