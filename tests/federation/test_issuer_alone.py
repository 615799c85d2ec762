"""A document is asked of its issuer, alone and by number alone; others only for a reason; nobody where nobody issues it."""

import json
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from tests.federation.world import ALB, BEYOND, GBR, MKD, MNE, XKX, World, document_draft, person_draft

from egnatia.agreements import load_register
from egnatia.enquiries.ask import preview
from egnatia.enquiries.issuers import issuer_of
from egnatia.errors import InputError, RefusedError
from egnatia.exchange.paths import MESSAGES_PATH
from egnatia.model.ids import EnquiryId, PartnerCode
from egnatia.model.states import AskState, RefusalReason
from egnatia.store.tables import ask, document_sighting, sealed_record

SHORT = {"partners": None, "beyond": None}


def about(issuer: str, number: str = "P0041763", **more: Any) -> Any:
    return document_draft(query={"issuer": issuer, "document_type": "P", "number": number}, **(SHORT | more))


def asked(world: World, enquiry_id: EnquiryId) -> list[tuple[str, AskState]]:
    return [(each.partner, each.state) for each in world.view(ALB, enquiry_id).asks]


def messages(world: World) -> list[tuple[str, str]]:
    return [(call.sender, call.to) for call in world.calls if call.path == MESSAGES_PATH]


def test_the_issuer_alone_is_asked_and_answers_with_a_number_alone(world: World) -> None:
    sent = world.ask(ALB, about("RKS"))
    world.deliver()
    assert asked(world, sent.id) == [(XKX, AskState.HIT)]
    assert messages(world) == [(ALB, XKX)], "nobody else learns that the document was met"
    [candidate] = world.view(ALB, sent.id).candidates
    assert (candidate.partner, candidate.quality) == (XKX, 1.0)
    [call] = [each for each in world.calls if each.path == MESSAGES_PATH]
    for word in (b"ARBEN", b"KRASNIQI", b"Krasniqi", b"D-417", b"1990"):
        assert word not in call.request + call.reply, "no holder data in the question or in the answer"


@pytest.mark.parametrize("code", ["RKS", "XKX", "UNK", "rks"])
def test_every_code_of_an_issuer_leads_to_it(world: World, code: str) -> None:
    assert [each.partner for each in world.ask(ALB, about(code)).asks] == [XKX]


def test_british_documents_of_every_kind_are_the_united_kingdoms(world: World) -> None:
    register = world.look(ALB, load_register)
    assert {issuer_of(register, code) for code in ("GBR", "GBD", "GBN", "GBO", "GBP", "GBS")} == {GBR}
    assert issuer_of(register, "FRA") is None
    assert issuer_of(register, "") is None


@pytest.mark.parametrize("code", ["FRA", "D", "UTO", "XOM"])
def test_where_the_issuer_is_no_member_nobody_is_asked_and_that_is_said(world: World, code: str) -> None:
    before = world.kinds(ALB)
    with pytest.raises(RefusedError) as caught:
        world.ask(ALB, about(code))
    assert caught.value.reason is RefusalReason.ISSUER_NO_MEMBER
    assert "nobody to ask" in caught.value.message
    assert "SLTD" in caught.value.message
    assert world.deliver() == 0
    assert world.kinds(ALB) == before


def test_our_own_document_is_looked_up_at_home(world: World) -> None:
    with pytest.raises(RefusedError) as caught:
        world.ask(ALB, about("ALB", "BA1234567"))
    assert caught.value.reason is RefusalReason.SAME_PARTNER
    assert world.deliver() == 0


def test_an_issuer_that_may_not_be_asked_is_recorded_as_not_asked_and_nobody_takes_its_place(world: World) -> None:
    sent = world.ask(ALB, about("MNE"))
    assert [(each.partner, each.grant) for each in sent.asks] == [(MNE, None)]
    assert asked(world, sent.id) == [(MNE, AskState.NOT_ASKED)]
    assert world.kinds(ALB)[-1] == "enquiry.not_sent"
    assert world.deliver() == 0


def test_others_are_asked_only_for_a_reason_and_the_reason_stays(world: World) -> None:
    with pytest.raises(InputError, match="GBR cannot know") as caught:
        world.ask(ALB, about("RKS", partners=(GBR, XKX)))
    assert "--beyond-issuer" in caught.value.hint()
    for poor in ("", "because", " " * 40):
        with pytest.raises(InputError):
            world.ask(ALB, about("RKS", partners=(GBR, XKX), beyond=poor))
    assert world.deliver() == 0
    sent = world.ask(ALB, about("RKS", partners=(GBR, XKX), beyond=BEYOND))
    world.deliver()
    assert asked(world, sent.id) == [(GBR, AskState.NO_HIT), (XKX, AskState.HIT)]
    assert all(BEYOND.encode() not in call.request for call in world.calls)
    stored = world.look(ALB, _sealed)
    assert [each["beyond"] for each in stored] == [BEYOND]


def _sealed(tx: Any) -> list[dict[str, Any]]:
    ids = tx.execute(select(sealed_record.c.id).where(sealed_record.c.kind == "enquiry")).scalars().all()
    return [json.loads(tx.unseal(each)) for each in ids]


def test_with_a_reason_and_no_names_everybody_with_a_grant_is_asked(world: World) -> None:
    assert [each.partner for each in world.ask(ALB, about("RKS", beyond=BEYOND)).asks] == [GBR, XKX]
    sent = world.ask(ALB, about("FRA", beyond=BEYOND))
    assert [each.partner for each in sent.asks] == [GBR, XKX], "an officer's choice, and recorded as one"


def test_naming_the_issuer_needs_no_reason(world: World) -> None:
    assert [each.partner for each in world.ask(ALB, about("RKS", partners=(XKX,))).asks] == [XKX]
    with pytest.raises(InputError):
        world.ask(ALB, about("RKS", partners=(MKD,)))


def test_a_person_has_no_issuer(world: World) -> None:
    with pytest.raises(InputError, match="no issuer"):
        world.ask(ALB, person_draft(beyond=BEYOND))
    assert world.ask(ALB, person_draft()).asks[0].grant is not None


def test_a_preview_says_the_same_and_leaves_nothing(world: World) -> None:
    node, officer = world.nodes[ALB], world.officer(ALB, "enquirer")
    before = world.kinds(ALB)
    found = world.look(ALB, lambda tx: preview(tx, node.desk, officer, about("RKS"), world.clock()))
    assert [each.partner for each in found] == [XKX]
    draft = replace(about("RKS"), partners=(PartnerCode("GBR"),))
    with pytest.raises(InputError):
        world.look(ALB, lambda tx: preview(tx, node.desk, officer, draft, world.clock()))
    assert world.kinds(ALB) == before
    assert world.look(ALB, lambda tx: tx.execute(select(ask.c.partner)).all()) == []


def test_the_issuer_keeps_no_trace_of_where_its_document_was_asked_from(world: World) -> None:
    """Nor does its answer say whether others asked before: sightings stay with whoever saw the document (ADR 0028)."""
    first = world.ask(ALB, about("RKS"))
    second = world.ask(GBR, replace(about("RKS"), case_ref="LON-2025-0001")) if _may(world, GBR) else None
    world.deliver()
    bodies = {call.reply for call in world.calls if call.path == MESSAGES_PATH}
    assert all(b"reuse" not in body and b"sight" not in body for body in bodies)
    assert world.look(XKX, lambda tx: tx.execute(select(document_sighting.c.id)).all()) == []
    assert asked(world, first.id) == [(XKX, AskState.HIT)]
    assert second is None or [each.partner for each in second.asks] == [XKX]


def _may(world: World, code: PartnerCode) -> bool:
    node, officer = world.nodes[code], world.officer(code, "enquirer")
    draft = replace(about("RKS"), case_ref="LON-2025-0001")
    found = world.look(code, lambda tx: preview(tx, node.desk, officer, draft, world.clock()))
    return found[0].grant is not None
