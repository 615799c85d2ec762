"""Messages of a registered partner with good keys that are wrong in ways two readers could see differently."""

import asyncio
import base64
import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from starlette.types import Message as Event
from starlette.types import Scope
from tests.exchange.conftest import ALB, XKX, Clock, Sim, certificate_der, clock, sims

from egnatia.errors import InputError, RefusedError
from egnatia.exchange.client import Reply, Request
from egnatia.exchange.envelope import MESSAGE_TYPE, open_envelope, seal_envelope
from egnatia.exchange.inbox import MAX_DETAIL, Answer
from egnatia.exchange.limits import MAX_AGE, MAX_SKEW
from egnatia.exchange.message import Message, Question, format_moment, read_message, write_message
from egnatia.exchange.parcels import MAX_MESSAGES
from egnatia.exchange.paths import MESSAGES_PATH, PARCELS_PATH, SENT_AT_HEADER
from egnatia.exchange.strict_json import MAX_BYTES
from egnatia.ledger.entries import EntryFilter, read_entries
from egnatia.model.events import EventKind
from egnatia.model.ids import MessageId, PartnerCode
from egnatia.model.states import RefusalReason

__all__ = ["clock", "sims"]

Sims = Mapping[PartnerCode, Sim]
ID = MessageId("0b0f4a1e-6f0e-4a2b-9d6e-3a1f6f0f9a11")
OTHER_ID = MessageId("0b0f4a1e-6f0e-4a2b-9d6e-3a1f6f0f9a12")


def message(clock: Clock, **changes: Any) -> Message:
    values: dict[str, Any] = {"kind": "enquiry", "id": ID, "sender": ALB, "recipient": XKX, "conversation": "c-1"}
    values |= {"created_at": clock(), "question": None, "body": {"a": 1}, "version": 2}
    return Message(**(values | changes))


def header(clock: Clock, **changes: Any) -> dict[str, Any]:
    """The fields of a good message as they stand in its payload."""
    values: dict[str, Any] = {"v": 2, "kind": "enquiry", "id": ID, "from": "ALB", "to": "XKX", "conversation": "c-1"}
    values |= {"created_at": format_moment(clock()), "question": None, "body": {"a": 1}}
    return values | changes


def sealed(sims: Sims, payload: bytes) -> bytes:
    return seal_envelope(sims[ALB].keys.signing, MESSAGE_TYPE, payload)


def send(sims: Sims, content: bytes, path: str = MESSAGES_PATH) -> Reply:
    sent_at = {SENT_AT_HEADER: format_moment(sims[ALB].clock())}
    return asyncio.run(sims[ALB].line.ask(sims[XKX].partner_card(), Request(path, content, sent_at)))


def reason(reply: Reply) -> str:
    """Why a message was refused, by a problem or by a signed answer; `handled` when it was not."""
    if reply.status != 200:
        return str(json.loads(reply.body)["reason"])
    answer, _ = read_message(reply.body)
    return str(answer.body["reason"]) if answer.kind == "refusal" else "handled"


def handled(sims: Sims) -> int:
    return sum(sims[XKX].counts("handled").values())


def twice(payload: bytes, key: str, spelt: str) -> bytes:
    """The payload in which a key stands a second time, perhaps in another spelling."""
    found = re.search(rb'"%s":' % key.encode(), payload)
    assert found is not None
    return payload[: found.start()] + b'"%s":null,' % spelt.encode() + payload[found.start() :]


def escaped(key: str) -> str:
    return "".join(f"\\u{ord(each):04X}" for each in key)


KEYS = ["v", "kind", "id", "from", "to", "conversation", "created_at", "question", "body"]


@pytest.mark.parametrize("spell", [str, escaped], ids=["plain", "escaped"])
@pytest.mark.parametrize("key", KEYS)
def test_no_header_field_stands_twice_however_it_is_spelt(sims: Sims, clock: Clock, key: str, spell: Any) -> None:
    payload = json.dumps(header(clock), separators=(",", ":")).encode()
    reply = send(sims, sealed(sims, twice(payload, key, spell(key))))
    assert (reply.status, reason(reply)) == (400, "DUPLICATE_KEY")
    assert handled(sims) == 0


@pytest.mark.parametrize(
    "body",
    [
        '{"from":"ALB","from":"XKX"}',
        '{"a":{"to":1,"\\u0074o":2}}',
        '{"a":[[[{"v":1,"v":1}]]]}',
        '{"":0,"":1}',
        '{"a":{"b":{"c":{"question":null,"question":{}}}}}',
        '{"\\ud83d\\ude00":1,"\U0001f600":2}',
    ],
)
def test_no_field_of_a_body_stands_twice_at_any_depth(sims: Sims, clock: Clock, body: str) -> None:
    payload = json.dumps(header(clock)).replace('{"a": 1}', body).encode()
    assert reason(send(sims, sealed(sims, payload))) == "DUPLICATE_KEY"
    assert handled(sims) == 0


@pytest.mark.parametrize("key", ["payload", "payloadType", "signatures", "keyid", "sig"])
@pytest.mark.parametrize("spell", [str, escaped], ids=["plain", "escaped"])
def test_no_field_of_an_envelope_stands_twice(sims: Sims, clock: Clock, key: str, spell: Any) -> None:
    """The reader of our own form is quicker than the one of JSON, and must not see less."""
    content = write_message(message(clock), sims[ALB].keys.signing).content
    reply = send(sims, twice(content, key, spell(key)))
    assert (reply.status, reason(reply)) == (400, "DUPLICATE_KEY")
    assert reason(send(sims, content)) == "handled", "what was spoilt is good otherwise"


def test_keys_that_only_look_alike_are_two(sims: Sims, clock: Clock) -> None:
    """Whoever normalises them sees one: they are two here, and the header has room for neither."""
    for composed in ("\u00e9", "\uac00", "\u212b"):
        decomposed = unicodedata.normalize("NFD", composed)
        assert decomposed != composed
        body = {composed: 1, decomposed: 2}
        payload = json.dumps(header(clock, body=body, id=str(ID)[:-1] + str(ord(composed) % 10))).encode()
        assert reason(send(sims, sealed(sims, payload))) == "handled"
    spoilt = {**header(clock), "fro\u006d\u0301": "XKX"}
    assert reason(send(sims, sealed(sims, json.dumps(spoilt).encode()))) == "MALFORMED"


NUMBERS = [
    ("9007199254740992", "handled"),
    ("-9007199254740992", "handled"),
    ("9007199254740993", "NUMBER_NOT_FINITE"),
    ("-9007199254740993", "NUMBER_NOT_FINITE"),
    ("1" + "0" * 400, "NUMBER_NOT_FINITE"),
    ("1" * 60_000, "NUMBER_NOT_FINITE"),
    ("-" + "9" * 33, "NUMBER_NOT_FINITE"),
    ("1e400", "NUMBER_NOT_FINITE"),
    ("-1E+400", "NUMBER_NOT_FINITE"),
    ("1" + "0" * 40 + ".0", "NUMBER_NOT_FINITE"),
    ("0." + "0" * 40 + "1", "NUMBER_NOT_FINITE"),
    ("NaN", "NUMBER_NOT_FINITE"),
    ("-Infinity", "NUMBER_NOT_FINITE"),
    ("1e308", "handled"),
    ("-0", "handled"),
    ("-0.0", "handled"),
    ("00", "MALFORMED"),
    ("0x1F", "MALFORMED"),
    ("1_000", "MALFORMED"),
    ("\u0661", "MALFORMED"),
    ("\uff11", "MALFORMED"),
    ("1.", "MALFORMED"),
    (".1", "MALFORMED"),
    ("+1", "MALFORMED"),
]


@pytest.mark.parametrize(("number", "expected"), NUMBERS, ids=[each[:12] for each, _ in NUMBERS])
def test_a_number_in_a_body_is_exact_or_refused(sims: Sims, clock: Clock, number: str, expected: str) -> None:
    payload = json.dumps(header(clock)).replace('{"a": 1}', f'{{"a":[{{"b":{number}}}]}}').encode()
    if len(payload) * 4 // 3 + 300 > MAX_BYTES:
        expected = "TOO_LARGE"
    assert reason(send(sims, sealed(sims, payload))) == expected
    assert handled(sims) == (expected == "handled")


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("1e0", "MALFORMED"),
        ("2.0", "MALFORMED"),
        ('"2"', "MALFORMED"),
        ("true", "MALFORMED"),
        ("[2]", "MALFORMED"),
        ("-2", "VERSION_UNSUPPORTED"),
        ("-0", "VERSION_UNSUPPORTED"),
        ("9007199254740992", "VERSION_UNSUPPORTED"),
        ("9" * 30, "NUMBER_NOT_FINITE"),
    ],
)
def test_a_version_is_a_small_plain_integer(sims: Sims, clock: Clock, version: str, expected: str) -> None:
    payload = json.dumps(header(clock)).replace('"v": 2', f'"v": {version}').encode()
    assert reason(send(sims, sealed(sims, payload))) == expected


def respelt(encoded: str) -> dict[str, str]:
    """Other ways in which readers of base64 spell the same bytes, or take for base64."""
    padded = encoded.rstrip("=")
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    loose = padded[:-1] + alphabet[alphabet.index(padded[-1]) + 1]  # the unused last bits are set
    ways = {
        "url": encoded.replace("+", "-").replace("/", "_"),
        "bare": padded,
        "more padding": encoded + "=",
        "whole quantum of padding": encoded + "====",
        "padding within": encoded[:4] + "=" + encoded[4:],
        "space before": " " + encoded,
        "space after": encoded + " ",
        "line end after": encoded + "\n",
        "line end within": encoded[:76] + "\r\n" + encoded[76:],
        "full width": encoded.replace("A", "\uff21", 1),
        "trailing bits": loose + encoded[len(padded) :],
        "cut": encoded[:-1],
    }
    return {name: value for name, value in ways.items() if value != encoded}


WAYS = ["url", "bare", "more padding", "whole quantum of padding", "padding within", "space before", "space after"]
WAYS += ["line end after", "line end within", "full width", "trailing bits", "cut"]


def with_both_signs(sims: Sims, clock: Clock) -> dict[str, Any]:
    """An envelope whose payload and signature both have `+` or `/` and padding, so that every way changes something."""
    for number in range(2000):
        body = {"a": "\u00ff?>" * (1 + number % 3), "n": number}
        content = write_message(message(clock, body=body), sims[ALB].keys.signing).content
        values: dict[str, Any] = json.loads(content)
        both = (values["payload"], values["signatures"][0]["sig"])
        if all(re.search("[+/]", each) and each.endswith("=") and "A" in each for each in both):
            return values
    raise AssertionError("no such envelope was found")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("field", ["payload", "sig"])
def test_base64_has_one_spelling_and_the_same_bytes_otherwise_spelt_are_refused(
    sims: Sims, clock: Clock, field: str, way: str
) -> None:
    values = with_both_signs(sims, clock)
    good = json.dumps(values).encode()
    holder = values if field == "payload" else values["signatures"][0]
    holder[field] = respelt(holder[field])[way]
    reply = send(sims, json.dumps(values).encode())
    assert (reply.status, reason(reply)) == (400, "MALFORMED")
    assert reason(send(sims, good)) == "handled"


ALIKE = [
    "alb", "Alb", "ALb", "AL", "ALBA", "", " ALB", "ALB ", "ALB\n", "A\u0000LB", "AL\u0412", "\u0410LB", "\uff21\uff2c\uff22",
    "A\u0301LB", "\u00c1LB", "ALB\u200b", "ALB\ufeff", "\u202eBLA", "A\u030aLB", "\U0001d400LB", "ALB\u0301", "AL8", "A-B",
]  # fmt: skip


@pytest.mark.parametrize("code", ALIKE, ids=[each.encode("unicode_escape").decode() or "empty" for each in ALIKE])
@pytest.mark.parametrize("field", ["from", "to"])
def test_a_code_that_only_looks_like_a_partner_s_is_nobody_s(sims: Sims, clock: Clock, field: str, code: str) -> None:
    payload = json.dumps(header(clock, **{field: code})).encode()
    reply = send(sims, sealed(sims, payload))
    assert (reply.status, reason(reply)) == (400, "MALFORMED")
    assert unicodedata.normalize("NFKC", code).upper().strip() == "ALB" or handled(sims) == 0
    assert handled(sims) == 0


@pytest.mark.parametrize(
    "changes", [{"conversation": "c-2"}, {"kind": "blind_enquiry"}, {"body": {"a": 2}}, {"version": 1}]
)
def test_a_message_is_replayed_as_it_was_or_not_at_all(sims: Sims, clock: Clock, changes: Any) -> None:
    first = send(sims, write_message(message(clock), sims[ALB].keys.signing).content)
    again = send(sims, write_message(message(clock, **changes), sims[ALB].keys.signing).content)
    assert (reason(first), reason(again)) == ("handled", "ID_REUSED")
    assert handled(sims) == 1
    assert send(sims, write_message(message(clock), sims[ALB].keys.signing).content).body == first.body


def test_an_answer_that_nobody_asked_for_is_no_question(sims: Sims, clock: Clock) -> None:
    """Under its own id and under that of a question which this partner was really asked."""
    queued = sims[XKX].queue(ALB, "c-9", a=1)
    for question in (Question(OTHER_ID, bytes(32)), Question(queued.message_id, queued.sha256)):
        given = message(clock, kind="reply", question=question, conversation="c-9")
        assert reason(send(sims, write_message(given, sims[ALB].keys.signing).content)) == "MALFORMED"
    assert handled(sims) == 0
    assert sims[XKX].counts("answered") == {}, "an answer comes on the line of its question only"


def test_another_s_signed_answer_does_not_pass_as_a_question(sims: Sims, clock: Clock) -> None:
    answer = send(sims, write_message(message(clock), sims[ALB].keys.signing).content)
    assert reason(send(sims, answer.body)) in {"UNKNOWN_SENDER", "CERTIFICATE_MISMATCH"}


@pytest.mark.parametrize(
    ("apart", "expected"),
    [
        (MAX_SKEW, "handled"),
        (MAX_SKEW + timedelta(microseconds=1), "CLOCK_SKEW"),
        (-MAX_AGE, "handled"),
        (-MAX_AGE - timedelta(microseconds=1), "TOO_OLD"),
    ],
)
def test_both_ends_of_the_time_in_which_a_message_counts(
    sims: Sims, clock: Clock, apart: timedelta, expected: str
) -> None:
    content = write_message(message(clock, created_at=clock() + apart), sims[ALB].keys.signing).content
    assert reason(send(sims, content)) == expected


def filled(sims: Sims, clock: Clock, size: int, number: int = 0) -> bytes:
    """A good message, filled up with the spaces that JSON allows to exactly so many bytes."""
    content = write_message(message(clock, id=str(ID)[:-2] + f"{number:02d}"), sims[ALB].keys.signing).content
    return content + b" " * (size - len(content))


def test_the_limit_of_a_message_is_exact_for_a_good_one(sims: Sims, clock: Clock) -> None:
    over, within = send(sims, filled(sims, clock, MAX_BYTES + 1)), send(sims, filled(sims, clock, MAX_BYTES))
    assert (over.status, reason(over)) == (413, "TOO_LARGE")
    assert (within.status, reason(within)) == (200, "handled")


def test_the_limit_of_a_message_is_the_same_in_a_parcel(sims: Sims, clock: Clock) -> None:
    both = [filled(sims, clock, MAX_BYTES + number, number) for number in (0, 1)]
    statuses = [line.split(b" ", 1)[0] for line in send(sims, b"\n".join(both), PARCELS_PATH).body.split(b"\n")]
    assert statuses == [b"200", b"413"]


@pytest.mark.parametrize(("count", "status"), [(MAX_MESSAGES, 200), (MAX_MESSAGES + 1, 413)])
def test_the_number_of_messages_in_a_parcel_is_exact(sims: Sims, clock: Clock, count: int, status: int) -> None:
    made = [filled(sims, clock, 2_000, number) for number in range(count)]
    assert send(sims, b"\n".join(made), PARCELS_PATH).status == status
    assert handled(sims) == (count if status == 200 else 0)


def test_the_largest_message_that_is_written_is_read_and_one_more_is_not_written(sims: Sims, clock: Clock) -> None:
    key = sims[ALB].keys.signing
    small, large = 1, MAX_BYTES
    while large - small > 1:
        middle = (small + large) // 2
        try:
            write_message(message(clock, body={"a": "x" * middle}), key)
            small = middle
        except InputError:
            large = middle
    written = write_message(message(clock, body={"a": "x" * small}), key).content
    assert MAX_BYTES - 4 <= len(written) <= MAX_BYTES
    sims[XKX].stop()
    sims[XKX].handle = lambda _tx, _received: Answer("reply", {})
    sims[XKX].start()
    assert reason(send(sims, written)) == "handled"


@pytest.mark.parametrize("quoted", ["x" * 60_000, "\u202e" * 20_000, "\U0001f600" * 14_000, '"' * 60_000])
@pytest.mark.parametrize("kind", [RefusedError, InputError])
def test_a_no_is_signed_and_kept_however_much_it_quotes(sims: Sims, clock: Clock, kind: Any, quoted: str) -> None:
    """An answer that is too long to be written would leave the partner waiting, and this node without an entry."""

    def refuse(_tx: object, _received: object) -> Answer:
        raise kind(*([RefusalReason.NO_AGREEMENT] if kind is RefusedError else []), f"what you sent is {quoted}")

    sims[XKX].stop()
    sims[XKX].handle = refuse
    sims[XKX].start()
    content = write_message(message(clock), sims[ALB].keys.signing).content
    first = send(sims, content)
    said, _ = read_message(first.body)
    assert (said.kind, len(said.body["detail"])) == ("refusal", MAX_DETAIL)
    assert said.body["detail"].startswith("what you sent is ")
    assert send(sims, content).body == first.body, "it was kept for the repetition"


def posted(sims: Sims, content: bytes, moments: list[str]) -> tuple[int, bytes]:
    """A request with the sender's time so many times in its head, as only a raw client sends it."""
    scope: Scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "https",
        "path": MESSAGES_PATH, "raw_path": MESSAGES_PATH.encode(), "query_string": b"", "root_path": "",
        "headers": [(SENT_AT_HEADER.lower().encode(), each.encode()) for each in moments],
        "extensions": {"tls": {"client_certificate": certificate_der(sims[ALB].keys)}},
    }  # fmt: skip
    said: list[Event] = []

    async def receive() -> Event:
        return {"type": "http.request", "body": content, "more_body": False}

    async def answer(event: Event) -> None:
        said.append(event)

    async def serve() -> None:
        await sims[XKX].apps[XKX](scope, receive, answer)

    asyncio.run(serve())
    return int(said[0]["status"]), b"".join(each.get("body", b"") for each in said)


def test_of_two_times_of_sending_neither_is_believed(sims: Sims, clock: Clock) -> None:
    content = write_message(message(clock), sims[ALB].keys.signing).content
    now, ahead = format_moment(clock()), format_moment(clock() + timedelta(days=1))
    for moments in ([now, ahead], [ahead, now], [now, now], [], [f"{now}, {now}"], [now, ""]):
        status, body = posted(sims, content, moments)
        assert (status, json.loads(body)["reason"]) == (400, "MALFORMED"), moments
        assert handled(sims) == 0
    assert posted(sims, content, [now])[0] == 200


def test_what_was_refused_left_its_trace_once_and_no_content(sims: Sims, clock: Clock) -> None:
    """However many forms of one reason came in an hour."""
    secret = "KRASNIQI"
    for number in range(5):
        body = f'{{"name":"{secret}","name":{number}}}'
        payload = json.dumps(header(clock)).replace('{"a": 1}', body).encode()
        reply = send(sims, sealed(sims, payload))
        assert secret.encode() not in reply.body
    with sims[XKX].database.read() as tx:
        entries = read_entries(tx, EntryFilter(kind=EventKind.MESSAGE_REFUSED))
    assert [each.partner for each in entries] == [ALB]
    assert secret not in str(entries)


def test_the_spoilt_forms_are_refused_by_the_reader_itself(sims: Sims, clock: Clock) -> None:
    """Also where no server stands before it: a card, a token and a list are read by the same function."""
    values = with_both_signs(sims, clock)
    for name, spelt in respelt(values["payload"]).items():
        with pytest.raises(RefusedError):
            open_envelope(json.dumps({**values, "payload": spelt}).encode(), MESSAGE_TYPE)
        assert name in WAYS
    assert base64.b64decode(values["payload"]) == open_envelope(json.dumps(values).encode(), MESSAGE_TYPE).payload
