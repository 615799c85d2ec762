"""Opening a blind question to the other side's auditor: what holds, and every lie that does not."""

import json
from typing import Any

import pytest
from tests.federation.test_blind_flow import STOLEN, UNKNOWN, ask, offer, queued_body, result
from tests.federation.test_blind_shields import claim, claim_at
from tests.federation.world import ALB, WHY, XKX, World

from egnatia.engines.blind import blind_with
from egnatia.enquiries.blind.asking import AskedBlind
from egnatia.enquiries.blind.lists import text_of
from egnatia.enquiries.blind.opening import AuditedOpening, audit_opening, open_blind
from egnatia.errors import (
    ConflictError,
    ErasedError,
    Error,
    ForbiddenError,
    InputError,
    NotFoundError,
    RefusedError,
    TamperedError,
)
from egnatia.model.ids import EnquiryId, SealedId
from egnatia.model.states import BlindList, Purpose
from egnatia.scenario.case import CASE_REF
from egnatia.store.tables import blind_enquiry
from egnatia.store.vault import commit_to

REASON = "Audit of blind enquiries, agreed with the partner."


def asked(world: World, **changes: Any) -> AskedBlind:
    offer(world)
    question = ask(world, **changes)
    world.deliver()
    return question


def opened(world: World, enquiry_id: EnquiryId, post: str = "auditor", why: str = REASON) -> dict[str, Any]:
    node, officer = world.nodes[ALB], world.officer(ALB, post)
    content = world.do(ALB, lambda tx: open_blind(tx, node.desk, officer, enquiry_id, why, world.clock()))
    return dict(json.loads(content))


def audited(world: World, opening: object, post: str = "auditor", why: str = REASON) -> AuditedOpening:
    node, officer = world.nodes[XKX], world.officer(XKX, post)
    content = opening if isinstance(opening, bytes) else json.dumps(opening).encode()
    return world.do(XKX, lambda tx: audit_opening(tx, node.desk, officer, content, why, world.clock()))


def inside(opening: dict[str, Any], **changes: Any) -> dict[str, Any]:
    content = json.loads(opening["content"]) | changes
    return opening | {"content": json.dumps(content, sort_keys=True)}


def test_an_opening_shows_what_was_asked_and_both_ledgers_have_it(world: World) -> None:
    question = asked(world)
    held = audited(world, opened(world, question.id))
    assert held.values == STOLEN
    assert (held.case_ref, held.justification, held.asker) == (CASE_REF, WHY, ALB)
    assert held.officer == world.officer(ALB).id
    assert world.kinds(ALB)[-1] == "blind.opened"
    assert world.kinds(XKX)[-1] == "blind.audited"
    entry = next(each for each in world.entries(XKX) if each.sequence == held.sequence)
    assert (entry.kind, entry.partner) == ("blind.evaluated", ALB)
    assert entry.object_ref == f"blind:{json.loads(json.dumps(_commitment(world, question)))}"


def _commitment(world: World, question: AskedBlind) -> str:
    query = blind_enquiry.select().where(blind_enquiry.c.id == question.id)
    return str(world.look(ALB, lambda tx: tx.execute(query).one().commitment))


NOTHING_OF_AN_OPENING_CAN_BE_CHANGED: list[dict[str, Any]] = [
    {"values": UNKNOWN},
    {"justification": "Something that sounds much better."},
    {"case_ref": "DUR-2025-0001"},
    {"officer": "off-somebody-else"},
    {"holder": "GBR"},
    {"blind": "05" + "00" * 31},
]


def test_nothing_of_an_opening_can_be_changed(world: World) -> None:
    opening = opened(world, asked(world).id)
    for change in NOTHING_OF_AN_OPENING_CAN_BE_CHANGED:
        with pytest.raises(TamperedError, match="commitment"):
            audited(world, inside(opening, **change))
        assert "blind.audited" not in world.kinds(XKX)


def test_an_asker_that_lied_from_the_start_is_found_by_the_element(world: World) -> None:
    """It commits to one document and asks about another: the commitment holds, the element does not."""
    offer(world)
    question = ask(world, values=UNKNOWN)
    row = world.look(ALB, lambda tx: tx.execute(blind_enquiry.select()).one())
    content = json.loads(world.look(ALB, lambda tx: tx.unseal(SealedId(row.sealed_id))))
    told = json.dumps(content | {"values": STOLEN}, sort_keys=True)
    salt = bytes(range(32))
    body = _body(world, question) | {"commitment": commit_to(told.encode(), salt).hex()}
    world.send_body(ALB, XKX, "blind_enquiry", body, str(question.id))
    lie = {"v": 1, "enquiry": question.id, "salt": salt.hex(), "content": told}
    with pytest.raises(TamperedError, match="do not give the element"):
        audited(world, lie)


def test_the_element_of_the_opening_has_to_be_the_one_received(world: World) -> None:
    offer(world)
    question = ask(world)
    row = world.look(ALB, lambda tx: tx.execute(blind_enquiry.select()).one())
    content = json.loads(world.look(ALB, lambda tx: tx.unseal(SealedId(row.sealed_id))))
    other = blind_with(text_of(BlindList.REGISTERED_DOCUMENTS, UNKNOWN), bytes.fromhex(content["blind"]))
    told = json.dumps(content | {"values": UNKNOWN, "element": other.element.hex()}, sort_keys=True)
    body = _body(world, question) | {"commitment": commit_to(told.encode(), bytes(32)).hex()}
    world.send_body(ALB, XKX, "blind_enquiry", body, str(question.id))
    with pytest.raises(TamperedError, match="do not give the element"):
        audited(world, {"v": 1, "enquiry": question.id, "salt": "00" * 32, "content": told})


def _body(world: World, question: AskedBlind) -> dict[str, Any]:
    return queued_body(world, question)


A_FILE_THAT_IS_NO_OPENING_IS_REFUSED: list[tuple[bytes, type[Error]]] = [
    (b"", Error),
    (b"[]", Error),
    (b"{}", InputError),
    (b'{"v": 2, "enquiry": "", "salt": "", "content": ""}', InputError),
    (b'{"v": 1, "v": 1}', RefusedError),
    (b"[" * 100, Error),
    (b"\xff" * 50, Error),
    (b"x" * 70_000, Error),
]


def test_a_file_that_is_no_opening_is_refused(world: World) -> None:
    for content, problem in A_FILE_THAT_IS_NO_OPENING_IS_REFUSED:
        with pytest.raises(problem):
            audited(world, content)


A_CONTENT_OUT_OF_FORM_IS_REFUSED: list[dict[str, Any]] = [
    {"element": "AA" * 32},
    {"list": "names"},
    {"extra": 1},
    {"values": {"number": 5}},
]


def test_a_content_out_of_form_is_refused(world: World) -> None:
    opening = opened(world, asked(world).id)
    for change in A_CONTENT_OUT_OF_FORM_IS_REFUSED:
        with pytest.raises(InputError):
            audited(world, inside(opening, **change))


def test_an_opening_of_a_question_that_never_came_is_not_found(world: World) -> None:
    opening = opened(world, asked(world).id)
    with pytest.raises(NotFoundError):
        audited(world, opening | {"enquiry": "00000000-0000-4000-8000-000000000000"})
    with pytest.raises(NotFoundError):
        audited(world, inside(opening, asker="GBR"))


def test_who_may_open_and_audit_and_that_it_needs_a_reason(world: World) -> None:
    question = asked(world)
    for post in ("enquirer", "administrator"):
        with pytest.raises(ForbiddenError):
            opened(world, question.id, post)
    with pytest.raises(InputError):
        opened(world, question.id, why="because")
    opening = opened(world, question.id, "supervisor")
    with pytest.raises(ForbiddenError):
        audited(world, opening, "enquirer")
    with pytest.raises(InputError):
        audited(world, opening, why="")


def test_what_was_not_sent_or_does_not_exist_is_not_opened(world: World) -> None:
    offer(world)
    refused = ask(world, purpose=Purpose.RETURN)
    with pytest.raises(ConflictError):
        opened(world, refused.id)
    with pytest.raises(NotFoundError):
        opened(world, EnquiryId("none"))


def test_a_claim_that_came_later_stops_the_opening(world: World) -> None:
    """The opening would tell the feared state whom we asked about: the guard is asked again."""
    question = asked(world)
    claim_at(world, ALB, claim(STOLEN["number"], XKX))
    with pytest.raises(RefusedError, match="PROTECTION_CLAIM_GUARD"):
        opened(world, question.id)
    assert "blind.opened" not in world.kinds(ALB)


def test_what_we_knew_of_the_person_is_guarded_by_and_never_opened(world: World) -> None:
    question = asked(world, holder={"first_names": "Arta", "family_names": "Gashi"})
    assert "Gashi" not in json.dumps(opened(world, question.id))
    claim_at(world, ALB, claim("Z1", XKX))
    with pytest.raises(RefusedError, match="PROTECTION_CLAIM_GUARD"):
        opened(world, question.id)


def test_an_erased_question_can_never_be_opened_and_the_ledger_stays(world: World) -> None:
    question = asked(world)
    row = world.look(ALB, lambda tx: tx.execute(blind_enquiry.select()).one())
    world.do(ALB, lambda tx: tx.erase(SealedId(row.sealed_id)))
    with pytest.raises(ErasedError):
        opened(world, question.id)
    assert "blind.asked" in world.kinds(ALB)
    assert result(world)[1] is None
