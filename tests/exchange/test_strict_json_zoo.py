"""Strict JSON: what has one meaning is read as the standard reader reads it, everything else is refused with a reason."""

import base64
import json
import math
import re
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.exchange.forms import reason_of

from egnatia.errors import RefusedError
from egnatia.exchange import strict_json
from egnatia.exchange.envelope import MESSAGE_TYPE, open_envelope, seal_envelope, verify_envelope
from egnatia.exchange.message import parse_moment
from egnatia.exchange.problems import Problem, read_problem
from egnatia.exchange.signatures import public_bytes
from egnatia.exchange.strict_json import MAX_BYTES, MAX_DEPTH, MAX_INTEGER, parse, render, take_fields, take_text
from egnatia.model.states import RefusalReason

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
values = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(-MAX_INTEGER, MAX_INTEGER),
        st.floats(allow_nan=False, allow_infinity=False, width=32), st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6), inner, max_size=4),
    ),
    max_leaves=12,
)  # fmt: skip


@settings(deadline=None, derandomize=True, max_examples=50)
@given(
    st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6), values, max_size=5
    )
)
def test_plain_json_is_read_as_the_standard_reader_reads_it(value: dict[str, Any]) -> None:
    for text in (
        json.dumps(value),
        json.dumps(value, ensure_ascii=False),
        json.dumps(value, indent=2),
        render(value).decode(),
    ):
        assert parse(text.encode(), "thing") == value


ACCEPTED = [
    (b"{}", {}),
    (b' \t\r\n{"a":1}\n ', {"a": 1}),
    (b'{"a":-0}', {"a": 0}),
    (b'{"a":9007199254740992}', {"a": 2**53}),
    (b'{"a":-9007199254740992}', {"a": -(2**53)}),
    (b'{"a":1e3}', {"a": 1000.0}),
    (b'{"a":0.1}', {"a": 0.1}),
    (b'{"a":"\\u00e9\\ud83d\\ude00"}', {"a": "\u00e9\U0001f600"}),
    (b'{"a":"\\\\u0000"}', {"a": "\\u0000"}),
    (b'{"a":"[[[[[[[[[[[[[[[[[[[[[["}', {"a": "[" * 22}),
    (b'{"a":"\\"[[[[[[[[[[[[[[[[[[[["}', {"a": '"' + "[" * 20}),
    (b'{"":{"":{"":1}}}', {"": {"": {"": 1}}}),
    (b'{"a":{"b":1},"c":{"b":2}}', {"a": {"b": 1}, "c": {"b": 2}}),
    (b'{"A":1,"a":2}', {"A": 1, "a": 2}),
]
REFUSED = [
    (b"", "is not JSON"),
    (b" ", "is not JSON"),
    (b"null", "not a JSON object"),
    (b"0", "not a JSON object"),
    (b"{'a':1}", "is not JSON"),
    (b"{a:1}", "is not JSON"),
    (b'{"a":1,}', "is not JSON"),
    (b'{"a":[1,]}', "is not JSON"),
    (b'{"a":01}', "is not JSON"),
    (b'{"a":+1}', "is not JSON"),
    (b'{"a":.5}', "is not JSON"),
    (b'{"a":0x10}', "is not JSON"),
    (b'{"a":1/2}', "is not JSON"),
    (b'{"a":True}', "is not JSON"),
    (b'{"a":"\x01"}', "is not JSON"),
    (b'{"a":"\\x41"}', "is not JSON"),
    (b'{"a":"\\u12"}', "is not JSON"),
    (b'{"a":1}{"a":1}', "bytes after its end"),
    (b'{"a":1}\x00', "bytes after its end"),
    (b'{"a":1}//', "bytes after its end"),
    (b'{"a":1,"a":1}', "'a' stands twice"),
    (b'{"a":1,"\\u0061":2}', "'a' stands twice"),
    (b'{"x":{"b":1,"b":1}}', "'b' stands twice"),
    (b'{"x":[{"b":1,"c":0,"b":1}]}', "'b' stands twice"),
    (b'{"a":NaN}', "NaN"),
    (b'{"a":Infinity}', "Infinity"),
    (b'{"a":-Infinity}', "-Infinity"),
    (b'{"a":1e309}', "not finite"),
    (b'{"a":-1e309}', "not finite"),
    (b'{"a":0.' + b"1" * 40 + b"}", "more digits"),
    (b'{"a":9007199254740993}', "larger than 2^53"),
    (b'{"a":-9007199254740993}', "larger than 2^53"),
    (b'{"a":' + b"1" * 33 + b"}", "larger than 2^53"),
    (b'{"a":"\\u0000"}', "NUL"),
    (b'{"\\u0000":1}', "NUL"),
    (b'{"a":"\\ud800"}', "surrogate"),
    (b'{"a":"\\udc00\\ud800"}', "surrogate"),
    (b'{"a":[{"b":["\\udfff"]}]}', "surrogate"),
    (b'{"a":"\xed\xa0\x80"}', "not UTF-8"),
    (b'{"a":"\xc0\x80"}', "not UTF-8"),
    (b'{"a":"\xff"}', "not UTF-8 at byte 6"),
    (b"\xef\xbb\xbf{}", "byte order mark"),
    ('{"a":1}'.encode("utf-16"), "not UTF-8"),
    (b'{"a":' * MAX_DEPTH + b"1" + b"}" * MAX_DEPTH + b"}", "after its end"),
    (b'{"a":' * (MAX_DEPTH + 1) + b"1" + b"}" * (MAX_DEPTH + 1), "nested deeper"),
    (b'{"a":' + b"[" * 60_000, "nested deeper"),
    (b'{"a":"' + b"[" * 60_000, "is not JSON"),
    (b'"' * 60_000, "bytes after its end"),
    (b'{"' + b"\\" * 60_001, "is not JSON"),
]


@pytest.mark.parametrize(("content", "value"), ACCEPTED)
def test_unusual_but_clear_json_is_read(content: bytes, value: dict[str, Any]) -> None:
    assert parse(content, "thing") == value


@pytest.mark.parametrize(("content", "detail"), REFUSED, ids=range(len(REFUSED)))
def test_what_two_readers_could_disagree_about_is_refused(content: bytes, detail: str) -> None:
    with pytest.raises(RefusedError) as refusal:
        parse(content, "thing")
    assert refusal.value.reason is reason_of(detail)
    assert detail in refusal.value.message
    assert refusal.value.message.isprintable(), "a stranger's bytes are not repeated raw"


@pytest.mark.parametrize(("size", "reason"), [(MAX_BYTES, None), (MAX_BYTES + 1, RefusalReason.TOO_LARGE)])
def test_the_limit_of_size_is_exact(size: int, reason: RefusalReason | None) -> None:
    content = b'{"a":"' + b"x" * (size - 8) + b'"}'
    assert len(content) == size
    if reason is None:
        assert len(parse(content, "thing")["a"]) == size - 8
        return
    with pytest.raises(RefusedError) as refusal:
        parse(content, "thing")
    assert refusal.value.reason is reason


def test_the_deepest_allowed_nesting_is_read() -> None:
    assert parse(b'{"a":' * MAX_DEPTH + b"1" + b"}" * MAX_DEPTH, "thing")
    assert parse(b'{"a":' + b"[" * (MAX_DEPTH - 1) + b"]" * (MAX_DEPTH - 1) + b"}", "thing")


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.binary(max_size=60), st.integers(0, 60))
def test_any_bytes_inside_a_message_are_read_like_json_or_refused(junk: bytes, place: int) -> None:
    whole = b'{"a":[1,2.5,"x\\u00e9"],"b":{"c":null}}'
    content = whole[:place] + junk + whole[place:]
    try:
        read = parse(content, "thing")
    except RefusedError:
        return
    assert read == json.loads(content)


@pytest.mark.parametrize(
    ("found", "detail"),
    [({"a", "b"}, None), ({"a"}, "no field 'b'"), (set(), "no field 'a'"), ({"a", "b", "c"}, "unknown field 'c'"),
     ({"b", "\x1b[31m"}, "unknown field '\\x1b[31m'"), ({"x" * 500}, "unknown field '" + "x" * 40 + "'")],
)  # fmt: skip
def test_fields_are_exactly_those_named(found: set[str], detail: str | None) -> None:
    given = dict.fromkeys(found, 1)
    if detail is None:
        take_fields(given, frozenset("ab"), "thing")
        return
    with pytest.raises(RefusedError, match=re.escape(detail)):
        take_fields(given, frozenset("ab"), "thing")


@pytest.mark.parametrize(
    "value", [None, 1, True, [], {}, "", "ABC\n", " ABC", "abc", "ABCD", "ÄBC", "\u0410\u0412\u0421"]
)
def test_a_text_has_its_form_as_a_whole(value: object) -> None:
    assert take_text({"code": "ABC"}, "code", re.compile("[A-Z]{3}"), "thing") == "ABC"
    with pytest.raises(RefusedError, match="'code'"):
        take_text({"code": value}, "code", re.compile("[A-Z]{3}"), "thing")


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_nothing_is_written_that_is_not_json(value: float) -> None:
    with pytest.raises(ValueError, match="JSON"):
        render({"a": value})


def _envelope(**changes: object) -> bytes:
    plain = json.loads(seal_envelope(KEY, MESSAGE_TYPE, b"{}"))
    return json.dumps({**plain, **changes}).encode()


def _signature(**changes: object) -> bytes:
    plain = json.loads(seal_envelope(KEY, MESSAGE_TYPE, b"{}"))
    return json.dumps({**plain, "signatures": [{**plain["signatures"][0], **changes}]}).encode()


@pytest.mark.parametrize(
    ("content", "detail"),
    [
        (_envelope(extra=1), "unknown field"),
        (_envelope(payloadType="application/json"), "payloadType"),
        (_envelope(payloadType=None), "payloadType"),
        (_envelope(payload="e30"), "base64"),
        (_envelope(payload="e30=\n"), "form"),
        (_envelope(payload="e31="), "canonical"),
        (_envelope(payload="e3-_"), "form"),
        (_envelope(payload=""), "form"),
        (_envelope(payload=5), "form"),
        (_envelope(signatures=[]), "exactly one"),
        (_envelope(signatures={}), "not a list of objects"),
        (_envelope(signatures=["x"]), "not a list of objects"),
        (_envelope(signatures=[{}, {}]), "exactly one"),
        (_signature(keyid=""), "keyid"),
        (_signature(keyid="x" * 17), "keyid"),
        (_signature(sig=""), "sig"),
        (_signature(sig="===="), "sig"),
        (_signature(other=1), "unknown field"),
        (_signature(alg="none"), "always Ed25519"),
        (_signature(alg="EdDSA"), "always Ed25519"),
        (_signature(jwk={}), "always Ed25519"),
        (_envelope(protected="e30"), "always Ed25519"),
        (_signature(sig=base64.b64encode(bytes(32)).decode()), "one by Ed25519 has"),
        (_signature(sig=base64.b64encode(bytes(96)).decode()), "one by Ed25519 has"),
        (_signature(sig="AAAA" * 8_000), "one by Ed25519 has"),
    ],
)
def test_an_envelope_has_one_form(content: bytes, detail: str) -> None:
    with pytest.raises(RefusedError, match=detail) as refusal:
        open_envelope(content, MESSAGE_TYPE)
    assert refusal.value.reason is reason_of(detail)


@pytest.mark.parametrize("byte", range(0, 64, 7))
def test_a_signature_with_one_byte_changed_does_not_hold(byte: int) -> None:
    whole = json.loads(seal_envelope(KEY, MESSAGE_TYPE, b'{"a":1}'))
    raw = bytearray(base64.b64decode(whole["signatures"][0]["sig"]))
    raw[byte] ^= 1
    whole["signatures"][0]["sig"] = base64.b64encode(raw).decode()
    with pytest.raises(RefusedError) as refusal:
        verify_envelope(open_envelope(json.dumps(whole).encode(), MESSAGE_TYPE), public_bytes(KEY), "ALB")
    assert refusal.value.reason is RefusalReason.BAD_SIGNATURE


def test_a_card_is_no_message_even_with_a_good_signature() -> None:
    """The type is signed with the payload: what was signed as one thing cannot be handed in as another."""
    whole = json.loads(seal_envelope(KEY, "application/vnd.egnatia.card+json", b"{}"))
    whole["payloadType"] = MESSAGE_TYPE
    with pytest.raises(RefusedError, match="not that of ALB"):
        verify_envelope(open_envelope(json.dumps(whole).encode(), MESSAGE_TYPE), public_bytes(KEY), "ALB")


@pytest.mark.parametrize(
    "text",
    ["2025-05-15", "2025-05-15T03:00Z", "2025-05-15T03:00:00", "2025-05-15T03:00:00z", "2025-05-15t03:00:00Z", "2025-05-15T24:00:00Z",
     "2025-05-15T03:60:00Z", "2025-05-15T03:00:60Z", "2025-05-15T03:00:00.1Z", "2025-05-15T03:00:00.1234567Z", "2025-13-01T00:00:00Z",
     "0000-01-01T00:00:00Z", "٢٠٢٥-05-15T03:00:00Z", " 2025-05-15T03:00:00Z", "2025-05-15T03:00:00+00:00", ""],
)  # fmt: skip
def test_a_moment_has_one_form(text: str) -> None:
    with pytest.raises(RefusedError, match="moment"):
        parse_moment(text, "created_at")


@pytest.mark.parametrize(
    ("body", "reason", "detail"),
    [
        (b"", None, "HTTP 502 without an explanation"),
        (b"<html>Bad Gateway</html>", None, "HTTP 502 without an explanation"),
        (b'{"code":"X","reason":null,"detail":"d"}', None, "HTTP 502 without an explanation"),
        (b'{"code":"X","reason":null,"detail":"d","hint":""}', None, "d"),
        (b'{"code":"X","reason":"CLOCK_SKEW","detail":"d","hint":""}', RefusalReason.CLOCK_SKEW, "d"),
        (b'{"code":"X","reason":"NEW_REASON","detail":"d","hint":""}', None, "d"),
        (b'{"code":"X","reason":["CLOCK_SKEW"],"detail":"d","hint":""}', None, "d"),
        (b'{"code":"X","reason":null,"detail":"\\u001b[31mred\\r\\nnext","hint":""}', None, " [31mred  next"),
        (b'{"code":"X","reason":null,"detail":"' + b"x" * 5000 + b'","hint":""}', None, "x" * 500),
        (b'{"code":"X","reason":null,"detail":7,"hint":""}', None, "7"),
        (b"x" * (strict_json.MAX_BYTES + 1), None, "HTTP 502 without an explanation"),
    ],
    ids=range(11),
)
def test_whatever_comes_instead_of_an_answer_becomes_a_problem_that_can_be_shown(
    body: bytes, reason: RefusalReason | None, detail: str
) -> None:
    assert read_problem(502, body) == Problem(502, reason, detail)
