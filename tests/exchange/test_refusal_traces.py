"""Hostile forms over the wire: one reason each, no other error, and a trace in the ledger that cannot be made a flood."""

import asyncio
import base64
import json
from collections.abc import Mapping
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.exchange.conftest import ALB, XKX, Clock, Sim

from egnatia.errors import RefusedError
from egnatia.exchange import strict_json
from egnatia.exchange.client import Request
from egnatia.exchange.envelope import CARD_TYPE, MESSAGE_TYPE, seal_envelope
from egnatia.exchange.message import format_moment, read_message
from egnatia.exchange.paths import MESSAGES_PATH, SENT_AT_HEADER
from egnatia.exchange.problems import STATUS, read_problem
from egnatia.ledger.entries import EntryFilter, read_entries
from egnatia.ledger.repeats import close_hours
from egnatia.model.events import EventKind
from egnatia.model.ids import PartnerCode
from egnatia.model.states import RefusalReason
from egnatia.store.tables import partner_card

Sims = Mapping[PartnerCode, Sim]
GOOD = {
    "v": 1, "kind": "enquiry", "id": "0b0f4a1e-6f0e-4a2b-9d6e-3a1f6f0f9a11", "from": "ALB", "to": "XKX", "conversation": "c",
    "created_at": "2025-05-15T03:00:00Z", "question": None, "body": {"n": "HERE"},
}  # fmt: skip


def post(sims: Sims, content: bytes) -> Any:
    line, clock = sims[ALB].line, sims[ALB].clock
    request = Request(MESSAGES_PATH, content, {SENT_AT_HEADER: format_moment(clock())})
    return asyncio.run(line.ask(sims[XKX].partner_card(), request))


def signed(sims: Sims, payload: bytes, kind: str = MESSAGE_TYPE) -> bytes:
    return seal_envelope(sims[ALB].keys.signing, kind, payload)


def body(value: str) -> bytes:
    return json.dumps(GOOD).encode().replace(b'"HERE"', value.encode())


def reshaped(content: bytes, **changes: Any) -> bytes:
    return json.dumps({**json.loads(content), **changes}).encode()


def hostile(sims: Sims) -> dict[RefusalReason, list[bytes]]:
    good = signed(sims, json.dumps(GOOD).encode())
    one = json.loads(good)["signatures"][0]
    return {
        RefusalReason.TOO_LARGE: [good + b" " * strict_json.MAX_BYTES],
        RefusalReason.NOT_UTF8: [b"\xff" + good, b"\xef\xbb\xbf" + good, signed(sims, b"\xef\xbb\xbf{}"), signed(sims, b"\xc0\x80")],
        RefusalReason.NESTED_TOO_DEEP: [signed(sims, body("[" * 20 + "]" * 20)), b"[" * 50_000, b'{"a":' * 30],
        RefusalReason.DUPLICATE_KEY: [good[:-1] + b',"payload":"e30="}', signed(sims, body('{"a":1,"a":1}'))],
        RefusalReason.NUMBER_NOT_FINITE: [signed(sims, body(each)) for each in ("NaN", "-Infinity", "1e400", "9" * 40)],
        RefusalReason.TRAILING_BYTES: [good + b"x", good + good, signed(sims, body("1") + b"\x00")],
        RefusalReason.LONE_SURROGATE: [signed(sims, body('"\\ud800"')), signed(sims, body('{"\\udfff":1}'))],
        RefusalReason.PAYLOAD_TYPE_WRONG: [reshaped(good, payloadType="application/json"), signed(sims, b"{}", CARD_TYPE)],
        RefusalReason.SIGNATURE_COUNT: [reshaped(good, signatures=[]), reshaped(good, signatures=[one, one])],
        RefusalReason.ALGORITHM_REFUSED: [
            reshaped(good, alg="none"),
            reshaped(good, signatures=[{**one, "alg": "HS256"}]),
            reshaped(good, signatures=[{**one, "sig": base64.b64encode(bytes(32)).decode()}]),
        ],
        RefusalReason.VERSION_UNSUPPORTED: [signed(sims, json.dumps({**GOOD, "v": 3}).encode())],
        RefusalReason.MALFORMED: [b"{}", b"null", signed(sims, json.dumps({**GOOD, "x": 1}).encode())],
    }  # fmt: skip


def entries(sim: Sim) -> list[dict[str, Any]]:
    with sim.database.read() as tx:
        found = read_entries(tx, EntryFilter(kind=EventKind.MESSAGE_REFUSED, limit=500))
    return [each.content or {} for each in found]


def test_each_hostile_form_has_its_own_reason_on_the_wire_and_one_entry(sims: Sims) -> None:
    forms = hostile(sims)
    assert set(forms) == set(strict_json.FORMS)
    for reason, contents in forms.items():
        for content in contents:
            reply = post(sims, content)
            assert read_problem(reply.status, reply.body).reason is reason, content[:80]
            assert reply.status == (413 if reason is RefusalReason.TOO_LARGE else 400)
    assert sorted(each["reason"] for each in entries(sims[XKX])) == sorted(forms)


def test_a_flood_of_refused_messages_makes_two_entries_an_hour(sims: Sims, clock: Clock) -> None:
    for _ in range(40):
        post(sims, b"null")
    assert [each["count"] for each in entries(sims[XKX])] == [1]
    clock.turn(hours=1)
    post(sims, b"null")
    assert [(each["reason"], each["count"]) for each in entries(sims[XKX])] == [
        ("MALFORMED", 1), ("MALFORMED", 40), ("MALFORMED", 1)]  # fmt: skip
    clock.turn(hours=1)
    with sims[XKX].database.write() as tx:
        assert close_hours(tx, clock()) == 0, "what came once has its entry already"
    assert len(entries(sims[XKX])) == 3


def test_a_stranger_leaves_no_trace(sims: Sims) -> None:
    with sims[XKX].database.write() as tx:
        tx.execute(partner_card.delete())
    reply = post(sims, b"null")
    assert reply.status == 400
    assert entries(sims[XKX]) == []


def test_a_message_for_another_and_a_reused_id_leave_their_trace(sims: Sims) -> None:
    post(sims, signed(sims, json.dumps({**GOOD, "to": "GBR", "created_at": format_moment(sims[ALB].clock())}).encode()))
    assert [each["reason"] for each in entries(sims[XKX])] == ["WRONG_RECIPIENT"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None, derandomize=True, max_examples=50)
@given(
    st.dictionaries(st.sampled_from([*GOOD, "x"]), JSON, max_size=4),
    st.binary(max_size=20),
    st.integers(0, 400),
    st.sampled_from(["payload", "envelope", "none"]),
)
def test_whatever_is_not_a_message_gives_one_reason_of_the_list_and_no_other_error(
    changes: dict[str, Any], junk: bytes, place: int, where: str
) -> None:
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    payload = json.dumps({**GOOD, **changes}).encode()
    if where == "payload":
        payload = payload[:place] + junk + payload[place:]
    content = seal_envelope(key, MESSAGE_TYPE, payload)
    if where == "envelope":
        content = content[:place] + junk + content[place:]
    try:
        message, envelope = read_message(content)
    except RefusedError as refusal:
        refused = refusal
    else:
        assert json.loads(envelope.payload)["body"] == dict(message.body)
        return
    assert refused.reason in strict_json.FORMS
    assert refused.message.isprintable()


@pytest.mark.parametrize("reason", list(strict_json.FORMS))
def test_the_reasons_have_a_status_of_http(reason: RefusalReason) -> None:
    assert STATUS[reason] == (413 if reason is RefusalReason.TOO_LARGE else 400)
