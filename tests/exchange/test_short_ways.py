"""The short ways of reading and writing messages: they may save time, and change nothing that anybody can see.

An envelope of our own form is taken apart without being read as JSON, and a message is not read again by whoever wrote it
when all its values are plain. Both have the long way beside them, which is asked here each time as well.
"""

import base64
import json
import random
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.errors import InputError, RefusedError
from egnatia.exchange import envelope, strict_json
from egnatia.exchange import message as messages
from egnatia.exchange.envelope import CARD_TYPE, MESSAGE_TYPE, Envelope, open_envelope, seal_envelope
from egnatia.exchange.message import Message, Question, read_message, write_message
from egnatia.model.ids import MessageId, PartnerCode

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
GOOD = seal_envelope(KEY, MESSAGE_TYPE, b'{"number":"AB123","more":[1,2,3]}')
PLAIN = Message(
    kind="reply",
    id=MessageId("0b0f4a1e-6f0e-4a2b-9d6e-3a1f6f0f9a11"),
    sender=PartnerCode("XKX"),
    recipient=PartnerCode("ALB"),
    conversation="5b0f4a1e-6f0e-4a2b-9d6e-3a1f6f0f9a12",
    created_at=datetime(2025, 5, 15, 3, tzinfo=UTC),
    question=Question(MessageId("0b0f4a1e-6f0e-4a2b-9d6e-3a1f6f0f9a13"), b"\x07" * 32),
    body={"result": "no_hit", "refs": [], "reason": None},
    version=2,
)


def outcome(content: bytes, *, strictly: bool) -> Envelope | tuple[str, str]:
    """An envelope as it was read, or the reason and the words of its refusal."""
    try:
        if strictly:
            return envelope._opened_strictly(content, MESSAGE_TYPE)
        return open_envelope(content, MESSAGE_TYPE)
    except RefusedError as refusal:
        return refusal.reason.value, refusal.message


def test_what_we_write_takes_the_short_way() -> None:
    assert envelope._opened_at_once(GOOD, MESSAGE_TYPE) == envelope._opened_strictly(GOOD, MESSAGE_TYPE)
    assert envelope._opened_at_once(GOOD, CARD_TYPE) is None, "the type is compared on the short way too"


@pytest.mark.parametrize("length", range(1, 8))
def test_every_padding_takes_the_short_way(length: int) -> None:
    content = seal_envelope(KEY, MESSAGE_TYPE, b"x" * length)
    opened = envelope._opened_at_once(content, MESSAGE_TYPE)
    assert opened is not None
    assert opened.payload == b"x" * length


def respelt(**fields: str) -> bytes:
    """The good envelope with other texts in it, in the very form that we write."""
    values = json.loads(GOOD)
    values |= {"keyid": values["signatures"][0]["keyid"], "sig": values["signatures"][0]["sig"]} | fields
    return envelope._FORM % tuple(values[name].encode() for name in ("payload", "payloadType", "keyid", "sig"))


SPELT = json.loads(GOOD)


@pytest.mark.parametrize(
    "content",
    [
        GOOD + b"\n",
        b" " + GOOD,
        GOOD.replace(b":", b": "),
        GOOD.replace(b'"sig"', b'"sig\\u0067"'),
        GOOD.replace(b"payloadType", b"payloadtype"),
        GOOD[:-1],
        respelt(payload=SPELT["payload"][:-1]),
        respelt(payload=SPELT["payload"] + "="),
        respelt(payload="AB=="),
        respelt(payload="AAA"),
        respelt(payload="A"),
        respelt(payload=""),
        respelt(payload="AAAA=AAA"),
        respelt(payloadType="application/vnd.egnatia.message+jsom"),
        respelt(payloadType="application/vnd.egnatia.card+json"),
        respelt(keyid="A" * 15),
        respelt(keyid="A" * 15 + "-"),
        respelt(sig=base64.b64encode(bytes(63)).decode()),
        respelt(sig=base64.b64encode(bytes(65)).decode()),
        respelt(sig="A" * 85 + "B=="),
        respelt(payload="A" * strict_json.MAX_BYTES),
        GOOD[: strict_json.MAX_BYTES] + b" " * strict_json.MAX_BYTES,
    ],
    ids=range(22),
)
def test_an_envelope_of_nearly_our_form_is_judged_alike_on_both_ways(content: bytes) -> None:
    assert outcome(content, strictly=False) == outcome(content, strictly=True)


def test_no_change_of_a_few_bytes_parts_the_two_ways() -> None:
    """Ten thousand envelopes with a few bytes changed, put in or left out, mostly by such as stand there anyway."""
    drawn, alike, refused = random.Random(417), b'"{}[]:,=+/ABab01 \\\n\x00\xff', 0
    for _ in range(10_000):
        content = bytearray(GOOD)
        for _ in range(drawn.randint(1, 3)):
            place, value = drawn.randrange(len(content)), drawn.choice(alike)
            how = drawn.randrange(3)
            if how == 0:
                content[place] = value
            elif how == 1:
                content.insert(place, value)
            else:
                del content[place]
        found = outcome(bytes(content), strictly=False)
        assert found == outcome(bytes(content), strictly=True)
        refused += not isinstance(found, Envelope)
    assert 0 < refused < 10_000, "both kinds have to be among them"


def is_written(message: Message) -> bool:
    """Whether the message can be written at all."""
    try:
        write_message(message, KEY)
    except (InputError, ValueError, TypeError):
        return False
    return True


def is_read(message: Message) -> bool:
    """Whether its bytes, written without any check, are ones that a partner reads as this message."""
    question = message.question and {"id": message.question.id, "sha256": message.question.sha256.hex()}
    header = {"v": message.version, "kind": message.kind, "id": message.id, "from": message.sender}
    header |= {"to": message.recipient, "conversation": message.conversation}
    header |= {"created_at": messages.format_moment(message.created_at), "question": question, "body": message.body}
    try:
        payload = strict_json.render(header)
        read, _ = read_message(seal_envelope(KEY, MESSAGE_TYPE, payload))
    except (RefusedError, ValueError, TypeError):
        return False
    return (read.kind, read.id, read.sender, read.question) == (
        message.kind,
        message.id,
        message.sender,
        message.question,
    )


ODD = st.sampled_from(["", "\0", "a\0", "\x01", "\u2028", "\U0001f600", "\ud800", "x" * 100, "é", "\\u0000", '"'])
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**54), 2**54)
    | st.sampled_from(
        [2**53, 2**53 + 1, -(2**53), -(2**53) - 1, 10**40, 1e308, -0.0, 5e-324, float("inf"), float("nan")]
    )
    | ODD
    | st.text(max_size=6)
)
BODIES = st.dictionaries(
    ODD | st.text(max_size=4),
    st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ODD, inner, max_size=3)),
    max_size=4,
)


@settings(deadline=None, derandomize=True, max_examples=50)
@given(BODIES)
def test_a_body_is_written_exactly_when_a_partner_reads_it(body: dict[str, Any]) -> None:
    message = replace(PLAIN, body=body)
    assert is_written(message) is is_read(message)


@settings(deadline=None, derandomize=True, max_examples=50)
@given(BODIES)
def test_a_plain_value_is_always_read_again(body: dict[str, Any]) -> None:
    if strict_json.is_plain(body):
        try:
            content = strict_json.render({"body": body})
        except ValueError:  # not a number: it is never written
            return
        assert strict_json.parse(content, "message") == {"body": body}


@pytest.mark.parametrize("depth", range(12, 20))
def test_the_deepest_body_that_is_written_is_the_deepest_that_is_read(depth: int) -> None:
    body: dict[str, Any] = {}
    for _ in range(depth):
        body = {"a": body}
    assert is_written(replace(PLAIN, body=body)) is is_read(replace(PLAIN, body=body)) is (depth <= 14)


@pytest.mark.parametrize(
    "value",
    ["a\0", {"a\0": 1}, {"a": ["b", "\0"]}, "\ud800", {"\udfff": 1}, 2**53 + 1, [-(2**53) - 1], {1: 2}, {None: 1}, {2}],
    ids=ascii,
)
def test_what_is_not_plain(value: Any) -> None:
    assert not strict_json.is_plain(value)


@pytest.mark.parametrize(
    "changes",
    [
        {"version": 0},
        {"version": 3},
        {"kind": "Reply"},
        {"kind": ""},
        {"kind": "r" * 41},
        {"kind": "reply\n"},
        {"id": MessageId("0B0F4A1E-6F0E-4A2B-9D6E-3A1F6F0F9A11")},
        {"id": MessageId("1")},
        {"sender": PartnerCode("xkx")},
        {"sender": PartnerCode("XKXX")},
        {"recipient": PartnerCode("AL")},
        {"recipient": PartnerCode("ALB\n")},
        {"conversation": ""},
        {"conversation": "c" * 37},
        {"conversation": "a b"},
        {"question": Question(MessageId("1"), b"\x07" * 32)},
        {"question": Question(PLAIN.id, b"\x07" * 31)},
        {"question": Question(PLAIN.id, b"")},
        {"body": {"a": "\0"}},
        {"body": {"a": 2**53 + 1}},
        {"body": {"a": "x" * strict_json.MAX_BYTES}},
    ],
    ids=str,
)
def test_a_message_that_a_partner_would_refuse_is_not_written(changes: dict[str, Any]) -> None:
    spoilt = replace(PLAIN, **changes)
    assert not is_read(spoilt)
    with pytest.raises(InputError, match="cannot be sent"):
        write_message(spoilt, KEY)


def test_what_is_written_is_what_the_long_way_reads() -> None:
    written = write_message(PLAIN, KEY)
    read, opened = read_message(written.content)
    assert read == PLAIN
    assert opened.sha256 == written.sha256
    assert re.fullmatch(rb"[\x20-\x7e]+", written.content), "an envelope is one line of ASCII: a parcel relies on it"
