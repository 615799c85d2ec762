"""What release 0.1.0 wrote, kept as files: this release reads it, and writes the same bytes for version 1."""

import base64
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.exchange.conftest import ALB, Sim

from egnatia.engines.people import tags_from_wire
from egnatia.enquiries.messages import EnquiryBody, ReplyBody, decode
from egnatia.errors import RefusedError
from egnatia.exchange import strict_json
from egnatia.exchange.card import make_card, read_card
from egnatia.exchange.envelope import seal_envelope, verify_envelope
from egnatia.exchange.message import read_message, write_message
from egnatia.exchange.problems import read_problem
from egnatia.exchange.protocols import NEWEST, SPOKEN, announced
from egnatia.exchange.signatures import public_bytes
from egnatia.model.states import RefusalReason

GOLDEN: dict[str, Any] = json.loads((Path(__file__).parent / "golden" / "release_0_1_0.json").read_text("utf-8"))
KEY = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(GOLDEN["secret"]))
CARD_FIELDS = {"v", "code", "name", "address", "signing_key", "agreement_key", "tls_ca", "tls_sha256", "ledger_origin"}
"""All that release 0.1.0 takes in a card: one more field and it refuses the card."""
MESSAGE_FIELDS = {"v", "kind", "id", "from", "to", "conversation", "created_at", "question", "body"}


@pytest.mark.parametrize("name", ["question", "answer"])
def test_a_message_of_0_1_0_is_read_and_written_again_byte_for_byte(name: str) -> None:
    content = GOLDEN[name].encode()
    message, envelope = read_message(content)
    verify_envelope(envelope, public_bytes(KEY), message.sender)
    assert message.version == 1
    assert write_message(message, KEY).content == content


def test_bodies_of_0_1_0_are_what_the_flow_takes() -> None:
    question, answer = (read_message(GOLDEN[name].encode())[0] for name in ("question", "answer"))
    assert len(tags_from_wire(decode(EnquiryBody, question.body).query)) == 28
    assert decode(ReplyBody, answer.body).refs[0].ref == "GBR-P-000417"
    assert answer.question is not None
    assert answer.question.sha256.hex() == GOLDEN["question_sha256"]


def test_the_card_and_the_status_of_0_1_0_are_read() -> None:
    assert read_card(GOLDEN["card"].encode()).code == "GBR"
    assert announced(GOLDEN["status"]) == 1
    problem = read_problem(403, json.dumps(GOLDEN["problem"]).encode())
    assert problem.reason is RefusalReason.CERTIFICATE_MISMATCH


def test_the_card_of_this_release_has_nothing_that_0_1_0_refuses(sims: dict[str, Sim]) -> None:
    sim = sims[ALB]
    payload = json.loads(base64.b64decode(json.loads(make_card(sim.keys, "A", "https://a:1", "o"))["payload"]))
    assert set(payload) == CARD_FIELDS
    assert payload["v"] == 1


def test_version_2_differs_from_version_1_in_its_number_only() -> None:
    message = read_message(GOLDEN["question"].encode())[0]
    second = write_message(replace(message, version=2), KEY)
    assert read_message(second.content)[0] == replace(message, version=2)
    payloads = [json.loads(read_message(each)[1].payload) for each in (GOLDEN["question"].encode(), second.content)]
    assert payloads[0] | {"v": 2} == payloads[1]
    assert set(payloads[1]) == MESSAGE_FIELDS


@pytest.mark.parametrize("version", [0, 3, 99, -1])
def test_an_unknown_version_is_refused_whatever_else_the_message_has(version: int) -> None:
    payload = json.dumps({"v": version, "what": "a later release"}).encode()
    with pytest.raises(RefusedError) as refusal:
        read_message(_sealed(payload))
    assert refusal.value.reason is RefusalReason.VERSION_UNSUPPORTED
    card = _sealed(json.dumps({"v": version, "new": 1}).encode(), "application/vnd.egnatia.card+json")
    with pytest.raises(RefusedError) as refusal:
        read_card(card)
    assert refusal.value.reason is RefusalReason.VERSION_UNSUPPORTED


def _sealed(payload: bytes, kind: str = "application/vnd.egnatia.message+json") -> bytes:
    return seal_envelope(KEY, kind, payload)


@pytest.mark.parametrize(
    ("status", "version"),
    [({}, 1), ({"protocol": 2}, 2), ({"protocol": 7}, 7), ({"protocol": "2"}, 1), ({"protocol": True}, 1),
     ({"protocol": 0}, 1), ({"protocol": -5}, 1), ({"protocol": 10**9}, 1), ({"protocol": None}, 1), ({"protocol": 2.0}, 1)],
)  # fmt: skip
def test_a_status_announces_a_version_or_the_first(status: dict[str, Any], version: int) -> None:
    assert announced(status) == version
    assert {1, NEWEST} <= SPOKEN


def test_every_form_has_a_reason_of_its_own() -> None:
    assert len(set(strict_json.FORMS)) == len(strict_json.FORMS) == 12
