"""Openings that show an auditor something else, or more, than the element that was sent."""

import json
import random
from typing import Any

import pytest
from tests.federation import test_blind_flow as blind
from tests.federation import test_blind_opening as opening
from tests.federation.world import ALB, XKX, World

from egnatia.engines.blind import blind as blinded
from egnatia.enquiries.blind.lists import text_of
from egnatia.enquiries.blind.messages import BLIND_ENQUIRY
from egnatia.errors import Error, TamperedError
from egnatia.model.states import BlindList
from egnatia.store.vault import commit_to

ENQUIRY = "0fa3c5d2-1111-4222-8333-444455556666"
SALT = bytes(range(32))


@pytest.fixture
def template_body(world: World) -> tuple[World, dict[str, Any]]:
    """What an honest blind question of ALB to XKX looks like."""
    blind.offer(world)
    asked = blind.ask(world)
    body = blind.queued_body(world, asked)
    world.deliver()
    return world, body


def crafted(world: World, body: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """ALB's node asks under a commitment to a content that its own software would never make."""
    question = blinded(text_of(BlindList.REGISTERED_DOCUMENTS, blind.STOLEN), random.Random(1))
    content = {
        "asker": "ALB",
        "holder": "XKX",
        "list": "registered_documents",
        "statement": body["statement"],
        "values": dict(blind.STOLEN),
        "blind": question.blind.hex(),
        "element": question.element.hex(),
        "case_ref": "DUR-2025-0417",
        "officer": "off-1",
        "justification": "Passport presented on exit.",
    }
    written = json.dumps(content | changes, sort_keys=True)
    commitment = commit_to(written.encode(), SALT).hex()
    sent = body | {"commitment": commitment, "element": question.element.hex()}
    answer = world.send_body(ALB, XKX, BLIND_ENQUIRY, sent, ENQUIRY)
    assert answer.body.get("proof"), answer.body
    return {"v": 1, "enquiry": ENQUIRY, "salt": SALT.hex(), "content": written}


def test_what_was_asked_is_audited(template_body: tuple[World, dict[str, Any]]) -> None:
    world, body = template_body
    held = opening.audited(world, crafted(world, body))
    assert (held.asker, held.values) == (ALB, blind.STOLEN)


@pytest.mark.parametrize(
    "more",
    [
        {"family_names": "KRASNIQI"},
        {"iban": "GB33BUKB20201555555555"},
        {"phone": "+38344123456"},
        {"note": "a warrant of the court in Tirana, 12/25"},
        {"": "x"},
        {"number ": "P9999999"},
    ],
)
def test_words_beside_the_identifier_are_not_taken_for_what_was_asked(
    template_body: tuple[World, dict[str, Any]], more: dict[str, str]
) -> None:
    """They stand under the commitment, but the element says nothing of them: an auditor would read what nobody asked."""
    world, body = template_body
    with pytest.raises(TamperedError):
        opening.audited(world, crafted(world, body, values={**blind.STOLEN, **more}))
    assert "blind.audited" not in world.kinds(XKX)


@pytest.mark.parametrize(
    "changes",
    [
        {"holder": "GBR"},
        {"list": "person_documents"},
        {"list": "phones"},
        {"statement": "ab" * 32},
        {"asker": "MKD"},
        {"asker": "GBR"},
        {"element": "00" * 32},
        {"element": "ff" * 32},
        {"blind": "00" * 32},
        {"blind": "ff" * 32},
        {"values": {}},
        {"values": {"number": "P0041763"}},
        {"values": {**blind.STOLEN, "number": "P0041764"}},
        {"values": {**blind.STOLEN, "number": ""}},
        {"values": {**blind.STOLEN, "issuer": "SRB"}},
        {"case_ref": 1},
        {"extra": 1},
    ],
)
def test_a_content_that_is_not_the_question_is_a_lie(
    template_body: tuple[World, dict[str, Any]], changes: dict[str, Any]
) -> None:
    world, body = template_body
    file = crafted(world, body, **changes)
    with pytest.raises(Error):
        opening.audited(world, file)
    assert "blind.audited" not in world.kinds(XKX)


@pytest.mark.parametrize("change", [{"salt": "00" * 32}, {"enquiry": ENQUIRY[:-1] + "7"}, {"content": "{}"}, {"v": 2}])
def test_a_changed_file_is_not_the_opening(template_body: tuple[World, dict[str, Any]], change: dict[str, Any]) -> None:
    world, body = template_body
    file = crafted(world, body)
    with pytest.raises(Error):
        opening.audited(world, file | change)
