"""The parser: a zoo of malformed input, fuzzing, and signatures on the border of what Ed25519 verifiers accept."""

import base64
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.exchange.forms import reason_of

from egnatia.errors import InputError, RefusedError
from egnatia.exchange import signatures, strict_json
from egnatia.exchange.card import read_card
from egnatia.exchange.envelope import MESSAGE_TYPE, open_envelope, seal_envelope, signed_bytes, verify_envelope
from egnatia.exchange.message import Message, Question, format_moment, parse_moment, read_message, write_message
from egnatia.exchange.problems import read_problem
from egnatia.model.ids import MessageId, PartnerCode
from egnatia.model.states import RefusalReason

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = signatures.public_bytes(KEY)
HEADER = {
    "v": 1,
    "kind": "enquiry",
    "id": "0b0f4a1e-6f0e-4a2b-9d6e-3a1f6f0f9a11",
    "from": "ALB",
    "to": "XKX",
    "conversation": "5b0f4a1e-6f0e-4a2b-9d6e-3a1f6f0f9a12",
    "created_at": "2025-05-15T03:00:00.000000Z",
    "question": None,
    "body": {"number": "AB123"},
}
GOOD = json.dumps(HEADER).encode()
ORDER = 2**252 + 27742317777372353535851937790883648493
FIELD = 2**255 - 19


def sealed(payload: bytes) -> bytes:
    return seal_envelope(KEY, MESSAGE_TYPE, payload)


def changed(**fields: object) -> bytes:
    return json.dumps({**HEADER, **fields}).encode()


def without(name: str) -> bytes:
    return json.dumps({key: value for key, value in HEADER.items() if key != name}).encode()


ZOO = [
    (b"", "'payload'"),
    (b"\xff\xfe", "is not UTF-8 at byte 0"),
    (b"\xef\xbb\xbf" + GOOD, "byte order mark"),
    (b"[]", "is not a JSON object"),
    (b'"text"', "is not a JSON object"),
    (GOOD + b"x", "has bytes after its end"),
    (GOOD + GOOD, "has bytes after its end"),
    (GOOD[:-1], "is not JSON"),
    (GOOD.replace(b'"v"', b'"v": 1, "v"'), "'v' stands twice"),
    (GOOD.replace(b'"AB123"', b'{"a": 1, "a": 2}'), "'a' stands twice"),
    (GOOD.replace(b'"AB123"', b"NaN"), "NaN is not a JSON number"),
    (GOOD.replace(b'"AB123"', b"-Infinity"), "-Infinity is not a JSON number"),
    (GOOD.replace(b'"AB123"', b"1e999"), "not finite"),
    (GOOD.replace(b'"AB123"', b"9" * 5000), "larger than 2^53"),
    (GOOD.replace(b'"AB123"', b"9007199254740993"), "larger than 2^53"),
    (GOOD.replace(b'"AB123"', b'"\\u0000"'), "NUL"),
    (GOOD.replace(b'"AB123"', b'"\\ud800"'), "surrogate"),
    (GOOD.replace(b'"AB123"', b'"a\nb"'), "is not JSON"),
    (GOOD.replace(b'"AB123"', b"[" * 15 + b"]" * 15), "nested deeper than 16"),
    (GOOD.replace(b'"AB123"', b"[" * 20_000), "nested deeper than 16"),
    (changed(extra=1), "unknown field 'extra'"),
    *[(without(name), f"has no field '{name}'") for name in HEADER],
    (changed(v=3), "this node speaks 1 and 2"),
    (changed(v=0), "this node speaks 1 and 2"),
    (changed(v=3, more=1), "this node speaks 1 and 2"),
    (changed(v=True), "no field 'v'"),
    (changed(v=1.0), "no field 'v'"),
    (changed(kind="Enquiry"), "'kind'"),
    (changed(kind="x" * 41), "'kind'"),
    (changed(id="0B0F4A1E-6F0E-4A2B-9D6E-3A1F6F0F9A11"), "'id'"),
    (changed(id=7), "'id'"),
    (changed(**{"from": "alb"}), "'from'"),
    (changed(to="XKXX"), "'to'"),
    (changed(conversation="x" * 37), "'conversation'"),
    (changed(conversation=""), "'conversation'"),
    (changed(created_at="2025-05-15 03:00:00Z"), "'created_at'"),
    (changed(created_at="2025-05-15T03:00:00+02:00"), "'created_at'"),
    (changed(created_at="2025-02-30T03:00:00Z"), "created_at is not a moment"),
    (changed(created_at="2025-05-15T03:00:00Z\n"), "'created_at'"),
    (changed(question=[]), "question is neither null nor an object"),
    (changed(question={"id": HEADER["id"]}), "has no field 'sha256'"),
    (changed(question={"id": HEADER["id"], "sha256": "00"}), "'sha256'"),
    (changed(body=[]), "body is not an object"),
]


@pytest.mark.parametrize(("payload", "detail"), ZOO)
def test_each_malformed_message_has_its_own_detail(payload: bytes, detail: str) -> None:
    with pytest.raises(RefusedError) as caught:
        read_message(sealed(payload))
    assert caught.value.reason is reason_of(detail)
    assert detail in caught.value.message


def envelope_with(**fields: object) -> bytes:
    return json.dumps({**json.loads(sealed(GOOD)), **fields}).encode()


SIGNATURE = json.loads(sealed(GOOD))["signatures"][0]


@pytest.mark.parametrize(
    ("content", "detail"),
    [
        (envelope_with(payloadType="application/json"), "payloadType"),
        (envelope_with(payload="AA=A"), "'payload'"),
        (envelope_with(payload="AB=="), "canonical base64"),
        (envelope_with(payload="e30-"), "'payload'"),
        (envelope_with(payload="A"), "not canonical base64"),
        (envelope_with(signatures=[]), "instead of exactly one"),
        (envelope_with(signatures=[SIGNATURE, SIGNATURE]), "instead of exactly one"),
        (envelope_with(signatures=["x"]), "not a list of objects"),
        (envelope_with(alg="none"), "always Ed25519"),
        (envelope_with(signatures=[{**SIGNATURE, "x": 1}]), "unknown field 'x'"),
        (envelope_with(more=1), "unknown field 'more'"),
    ],
)
def test_each_malformed_envelope_has_its_own_detail(content: bytes, detail: str) -> None:
    with pytest.raises(RefusedError, match=detail) as caught:
        read_message(content)
    assert caught.value.reason is reason_of(detail)


def test_the_size_limit_is_exact() -> None:
    with pytest.raises(RefusedError) as caught:
        strict_json.parse(b" " * (strict_json.MAX_BYTES + 1), "message")
    assert caught.value.reason is RefusalReason.TOO_LARGE
    padded = b"{}" + b" " * (strict_json.MAX_BYTES - 2)
    assert strict_json.parse(padded, "message") == {}
    deepest = b'{"a":' * 15 + b"{}" + b"}" * 15
    assert strict_json.parse(deepest, "message")


def test_brackets_and_escapes_inside_text_are_only_text() -> None:
    text = "[" * 100 + '"' + "\\" + "{" * 100
    assert strict_json.parse(json.dumps({"a": text, "b": "\u0141"}).encode(), "message") == {"a": text, "b": "\u0141"}


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.binary(max_size=400) | st.text(max_size=200).map(str.encode))
def test_any_bytes_give_a_clean_refusal(content: bytes) -> None:
    for read in (read_message, read_card, lambda each: read_message(sealed(each))):
        with pytest.raises(RefusedError) as caught:
            read(content)
        assert caught.value.reason in strict_json.FORMS
    assert read_problem(400, content).detail


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.data())
def test_a_message_with_any_byte_changed_is_never_believed(data: st.DataObject) -> None:
    content = bytearray(sealed(GOOD))
    position = data.draw(st.integers(0, len(content) - 1))
    content[position] ^= data.draw(st.integers(1, 255))
    try:
        message, envelope = read_message(bytes(content))
        verify_envelope(envelope, PUBLIC, "ALB")
    except RefusedError:
        return
    assert (message, envelope.payload) == (read_message(sealed(GOOD))[0], GOOD)  # only the key's hint was changed


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=3), inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None, derandomize=True, max_examples=50)
@given(
    st.dictionaries(st.text("abcdef", max_size=6), json_values, max_size=4),
    st.integers(0, 4_000_000_000),
    st.integers(0, 1),
)
def test_what_is_written_is_read_back(body: dict[str, object], seconds: int, answers: int) -> None:
    question = Question(MessageId(str(HEADER["id"])), bytes(32)) if answers else None
    moment = datetime.fromtimestamp(seconds, UTC)
    message = Message(
        "reply", MessageId(str(HEADER["id"])), PartnerCode("ALB"), PartnerCode("XKX"), "c-1", moment, question, body
    )
    written = write_message(message, KEY)
    read, envelope = read_message(written.content)
    assert (read, envelope.sha256) == (message, written.sha256)
    verify_envelope(envelope, PUBLIC, "ALB")


def test_a_message_with_a_bad_field_is_not_written() -> None:
    with pytest.raises(InputError, match="'conversation'"):
        write_message(
            Message(
                "a",
                MessageId(str(HEADER["id"])),
                PartnerCode("ALB"),
                PartnerCode("XKX"),
                "two words",
                datetime.now(UTC),
                None,
                {},
            ),
            KEY,
        )


def test_the_encoding_that_is_signed_is_that_of_dsse() -> None:
    # The example of DSSE's protocol description (secure-systems-lab/dsse, protocol.md).
    assert (
        signed_bytes("http://example.com/HelloWorld", b"hello world")
        == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )


def test_moments_round_trip() -> None:
    moment = datetime(2025, 5, 15, 3, 0, 0, 417, tzinfo=UTC)
    assert parse_moment(format_moment(moment), "x") == moment
    assert parse_moment("2025-05-15T03:00:00Z", "x") == datetime(2025, 5, 15, 3, tzinfo=UTC)


# RFC 8032 section 7.1, tests 1 to 3: secret key, public key, message, signature.
RFC_8032 = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]


@pytest.mark.parametrize(("secret", "public", "message", "signature"), RFC_8032)
def test_published_signatures_hold(secret: str, public: str, message: str, signature: str) -> None:
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret))
    assert signatures.public_bytes(key).hex() == public
    assert signatures.is_signed(bytes.fromhex(public), bytes.fromhex(signature), bytes.fromhex(message))
    assert not signatures.is_signed(bytes.fromhex(public), bytes.fromhex(signature), bytes.fromhex(message) + b"x")


SMALL_ORDER = [
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000080",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
]
NON_CANONICAL = [(FIELD + extra).to_bytes(32, "little").hex() for extra in (0, 1, 2, 18)]


@pytest.mark.parametrize("point", SMALL_ORDER + NON_CANONICAL)
def test_points_on_which_verifiers_disagree_are_refused(point: str) -> None:
    assert not signatures.is_sound_point(bytes.fromhex(point))
    for scalar in (0, 1):
        forged = bytes.fromhex(SMALL_ORDER[2]) + scalar.to_bytes(32, "little")
        assert not signatures.is_signed(bytes.fromhex(point), forged, b"anything")


def test_a_signature_cannot_be_respelt() -> None:
    good = KEY.sign(b"content")
    scalar = int.from_bytes(good[32:], "little")
    assert signatures.is_signed(PUBLIC, good, b"content")
    assert not signatures.is_signed(PUBLIC, good[:32] + (scalar + ORDER).to_bytes(32, "little"), b"content")
    assert not signatures.is_signed(PUBLIC, bytes.fromhex(NON_CANONICAL[0]) + good[32:], b"content")
    assert not signatures.is_signed(PUBLIC, good + b"\0", b"content")
    assert not signatures.is_sound_point(PUBLIC + b"\0")


def test_another_signer_is_refused_and_named() -> None:
    envelope = open_envelope(sealed(GOOD), MESSAGE_TYPE)
    stranger = signatures.public_bytes(Ed25519PrivateKey.from_private_bytes(bytes(32)))
    with pytest.raises(RefusedError, match="ALB") as caught:
        verify_envelope(envelope, stranger, "ALB")
    assert caught.value.reason is RefusalReason.BAD_SIGNATURE
    assert base64.b64encode(envelope.payload)


def test_the_worked_example_of_the_reference_page_is_true() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "exchange.md").read_text(encoding="utf-8")
    payload, content = (line.encode() for line in page.splitlines() if line.startswith('{"'))
    message, envelope = read_message(content)
    verify_envelope(envelope, PUBLIC, "ALB")
    assert envelope.payload == payload
    assert envelope.sha256.hex() in page
    assert PUBLIC.hex() in page
    assert f"`DSSEv1 {len(MESSAGE_TYPE)} {MESSAGE_TYPE} {len(payload)} `" in page
    assert write_message(message, KEY).content == content
