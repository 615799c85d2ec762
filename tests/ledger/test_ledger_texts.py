"""Notes, checkpoints, keys and witness texts, bent in every way that a line-based form can be bent."""

import base64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.errors import InputError, TamperedError
from egnatia.ledger.checkpoints import MAX_SIZE, Checkpoint, checkpoint_text, parse_checkpoint, parse_size, read_note
from egnatia.ledger.leaf import Leaf, encode_leaf, parse_leaf, read_time, written_time
from egnatia.ledger.notekeys import MAX_NAME_BYTES, KeyKind, check_name, decode_base64, key_of, parse_verify_key
from egnatia.ledger.notes import (
    MAX_NOTE_BYTES,
    MAX_SIGNATURES,
    NoteSignature,
    cosign,
    parse_note,
    sign_note,
    verify_cosignature,
    verify_note,
)
from egnatia.ledger.proofs import MAX_PROOF_HASHES
from egnatia.ledger.witness_text import WitnessRequest, encode_request, parse_request, parse_size_answer

NAME = "gbr.example/ledger"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = key_of(NAME, KeyKind.NOTE, KEY)
TEXT = checkpoint_text(Checkpoint(NAME, 7, bytes(32)))
NOTE = sign_note(TEXT, NAME, KEY)
REQUEST = encode_request(WitnessRequest(5, (bytes(32), b"\x01" * 32), NOTE))
NOW = datetime(2025, 5, 15, 3, 0, tzinfo=UTC)


def lines(content: bytes) -> list[bytes]:
    return content.splitlines(keepends=True)


BENDS: dict[str, Callable[[bytes], bytes]] = {
    "windows line ends": lambda text: text.replace(b"\n", b"\r\n"),
    "old mac line ends": lambda text: text.replace(b"\n", b"\r"),
    "no last newline": lambda text: text[:-1],
    "an empty line first": lambda text: b"\n" + text,
    "an empty line last": lambda text: text + b"\n",
    "spaces at line ends": lambda text: text.replace(b"\n", b" \n"),
    "a tab": lambda text: text.replace(b" ", b"\t", 1),
    "a byte order mark": lambda text: b"\xef\xbb\xbf" + text,
    "a null": lambda text: text.replace(b"7", b"7\0", 1),
    "upper case": bytes.upper,
    "utf-16": lambda text: text.decode().encode("utf-16"),
    "a hyphen for the dash": lambda text: text.replace("\u2014".encode(), b"-"),
    "no padding": lambda text: text.replace(b"=", b""),
    "url-safe base64": lambda text: text.replace(b"AAAA", b"AA__", 1),
}


@pytest.mark.parametrize("bend", BENDS.values(), ids=BENDS)
def test_a_bent_note_never_verifies(bend: Callable[[bytes], bytes]) -> None:
    bent = bend(NOTE)
    assert bent != NOTE
    with pytest.raises((InputError, TamperedError)):
        verify_note(parse_note(bent), PUBLIC)


@pytest.mark.parametrize("bend", BENDS.values(), ids=BENDS)
def test_a_bent_request_is_refused_or_carries_a_note_that_does_not_verify(bend: Callable[[bytes], bytes]) -> None:
    try:
        request = parse_request(bend(REQUEST))
        verify_note(parse_note(request.note), PUBLIC)
    except (InputError, TamperedError):
        return
    pytest.fail("a bent request was taken")


def test_dropping_doubling_or_swapping_any_line_spoils_a_note() -> None:
    whole = lines(NOTE)
    bent = [b"".join(whole[:at] + whole[at + 1 :]) for at in range(len(whole))]
    bent += [b"".join([*whole[: at + 1], *whole[at:]]) for at in range(len(whole) - 1)]
    bent += [b"".join([*whole[:at], whole[at + 1], whole[at], *whole[at + 2 :]]) for at in range(len(whole) - 1)]
    for content in bent:
        with pytest.raises((InputError, TamperedError)):
            verify_note(parse_note(content), PUBLIC)


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.integers(0, len(NOTE) - 1), st.integers(1, 255))
def test_any_byte_of_a_note_changed_spoils_it(place: int, by: int) -> None:
    bent = bytearray(NOTE)
    bent[place] = (bent[place] + by) % 256
    with pytest.raises((InputError, TamperedError)):
        verify_note(parse_note(bytes(bent)), PUBLIC)


@pytest.mark.parametrize("count", [1, 2, MAX_SIGNATURES, MAX_SIGNATURES + 1])
def test_signatures_are_counted(count: int) -> None:
    line = lines(NOTE)[-1]
    note = NOTE + line * (count - 1)
    if count <= MAX_SIGNATURES:
        assert len(parse_note(note).signatures) == count
        return
    with pytest.raises(InputError, match=str(MAX_SIGNATURES)):
        parse_note(note)


def test_the_limit_of_a_note_is_exact() -> None:
    def note(size: int) -> bytes:
        head = b"x" * (size - 1 - len(lines(NOTE)[-1]) - 1) + b"\n\n"
        return head + lines(NOTE)[-1]

    assert len(note(MAX_NOTE_BYTES)) == MAX_NOTE_BYTES
    assert parse_note(note(MAX_NOTE_BYTES)).signatures
    with pytest.raises(InputError, match="at most"):
        parse_note(note(MAX_NOTE_BYTES + 1))


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "a b",
        "a+b",
        "a\nb",
        "a\tb",
        "a\u00a0b",
        "a\u2003b",
        "a\x00b",
        "a\x1fb",
        "\ud800",
        "x" * (MAX_NAME_BYTES + 1),
        "é" * (MAX_NAME_BYTES // 2 + 1),
    ],
)
def test_a_name_that_a_line_cannot_carry_is_refused(name: str) -> None:
    with pytest.raises(InputError):
        check_name(name)


@pytest.mark.parametrize(
    "name", ["a", "é", "example.com/log", "x" * MAX_NAME_BYTES, "é" * (MAX_NAME_BYTES // 2), "a=b", "a:b#c"]
)
def test_a_name_that_a_line_can_carry_comes_back_from_a_note(name: str) -> None:
    key = key_of(name, KeyKind.NOTE, KEY)
    note = parse_note(sign_note(b"text\n", name, KEY))
    verify_note(note, key)
    assert parse_verify_key(key.text) == key


def test_keys_of_other_names_and_kinds_have_other_ids() -> None:
    ids = {key_of(name, kind, KEY).key_id for name in ("a", "b", "a/b") for kind in KeyKind}
    assert len(ids) == 6


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.binary(min_size=1, max_size=40))
def test_base64_has_one_spelling(value: bytes) -> None:
    text = base64.b64encode(value).decode()
    assert decode_base64(text) == value
    for other in (text.rstrip("="), text + "=", text + "\n", " " + text, text.replace("=", "", 1), text[:-1]):
        if other != text:
            with pytest.raises(InputError):
                decode_base64(other)


@pytest.mark.parametrize("text", ["0", "1", "10", str(MAX_SIZE)])
def test_sizes_in_their_one_spelling(text: str) -> None:
    assert str(parse_size(text)) == text
    assert parse_size_answer(f"{text}\n".encode()) == int(text)
    assert parse_checkpoint(f"{NAME}\n{text}\n{base64.b64encode(bytes(32)).decode()}\n".encode()).size == int(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "00",
        "-0",
        "-1",
        "+1",
        " 1",
        "1 ",
        "1.0",
        "1e3",
        "0x1",
        "1_000",
        "٣",
        "²",
        str(MAX_SIZE + 1),
        "9" * 400,
        "1\n",
    ],
)
def test_sizes_in_another_spelling(text: str) -> None:
    with pytest.raises(InputError):
        parse_size(text)
    with pytest.raises(InputError):
        parse_size_answer(f"{text}\n".encode())


@pytest.mark.parametrize(
    "text",
    [
        TEXT + b"extension\n",
        TEXT.replace(b"\n7\n", b"\n7\n\n"),
        TEXT[:-1],
        TEXT + b"\n",
        b"\n" + TEXT,
        TEXT.replace(NAME.encode(), b""),
        TEXT.replace(NAME.encode(), b"a b"),
        f"{NAME}\n7\n{base64.b64encode(bytes(31)).decode()}\n".encode(),
        f"{NAME}\n7\n{base64.b64encode(bytes(33)).decode()}\n".encode(),
        b"\xff\n7\n" + base64.b64encode(bytes(32)) + b"\n",
        b"",
    ],
)
def test_a_checkpoint_has_three_lines_and_nothing_more(text: bytes) -> None:
    with pytest.raises(InputError):
        parse_checkpoint(text)


def test_the_note_of_a_checkpoint_is_read_whole() -> None:
    assert read_note(NOTE) == Checkpoint(NAME, 7, bytes(32))


@pytest.mark.parametrize("count", [0, 1, MAX_PROOF_HASHES, MAX_PROOF_HASHES + 1])
def test_a_proof_has_no_more_hashes_than_any_honest_one(count: int) -> None:
    body = encode_request(WitnessRequest(1, (bytes(32),) * count, NOTE))
    if count <= MAX_PROOF_HASHES:
        assert parse_request(body) == WitnessRequest(1, (bytes(32),) * count, NOTE)
        return
    with pytest.raises(InputError, match=str(MAX_PROOF_HASHES)):
        parse_request(body)


@pytest.mark.parametrize(
    "moment", [datetime(1970, 1, 1, tzinfo=UTC), NOW, datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)]
)
def test_a_cosignature_states_its_second(moment: datetime) -> None:
    key = key_of("alb", KeyKind.COSIGNATURE, KEY)
    assert verify_cosignature(TEXT, cosign(TEXT, "alb", KEY, moment), key) == moment


@pytest.mark.parametrize("change", ["time", "text", "signature", "short", "long", "far"])
def test_a_changed_cosignature_does_not_hold(change: str) -> None:
    key = key_of("alb", KeyKind.COSIGNATURE, KEY)
    good = cosign(TEXT, "alb", KEY, NOW)
    values = {
        "time": (int.from_bytes(good.value[:8], "big") + 1).to_bytes(8, "big") + good.value[8:],
        "text": good.value,
        "signature": good.value[:-1] + bytes([good.value[-1] ^ 1]),
        "short": good.value[:-1],
        "long": good.value + b"\0",
        "far": (2**63 - 1).to_bytes(8, "big") + good.value[8:],
    }
    text = TEXT.replace(b"7", b"8") if change == "text" else TEXT
    with pytest.raises(TamperedError, match="alb"):
        verify_cosignature(text, NoteSignature("alb", good.key_id, values[change]), key)


def test_a_note_signature_is_no_cosignature() -> None:
    key = key_of(NAME, KeyKind.COSIGNATURE, KEY)
    signature = parse_note(NOTE).signatures[0]
    with pytest.raises(TamperedError, match="length"):
        verify_cosignature(TEXT, signature, key)


LEAF = Leaf("off-1", written_time(NOW), None, None, "ledger.read", None, "log:GBR", None, None, None, 1)


@pytest.mark.parametrize(
    "bend",
    [
        lambda body: body + b"\n", lambda body: b" " + body, lambda body: body.replace(b":", b": ", 1), lambda body: body.replace(b'"v":1', b'"v":1.0'),
        lambda body: body.replace(b'"v":1', b'"v":2'), lambda body: body.replace(b'"v":1', b'"v":1,"v":1'),
        lambda body: body.replace(b'"v":1', b'"v":1,"w":0'), lambda body: body.replace(b'"actor":"off-1",', b""),
        lambda body: body.replace(b"off-1", b"off\\u002d1"), lambda body: body.replace(b"null", b'""', 1),
        lambda body: body.replace(b'"actor":"off-1"', b'"actor":1'), lambda _: b"[]", lambda _: b"", lambda body: body + b" " * 5000,
    ],
)  # fmt: skip
def test_an_entry_has_one_spelling(bend: Callable[[bytes], bytes]) -> None:
    body = encode_leaf(LEAF)
    assert parse_leaf(body) == LEAF
    if bend(body).replace(b'""', b"null") == body:
        assert encode_leaf(parse_leaf(bend(body))) == bend(body)
        return
    with pytest.raises(InputError):
        parse_leaf(bend(body))


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.datetimes(NOW.replace(1, 1, 2, tzinfo=None), NOW.replace(9999, 12, 30, tzinfo=None)), st.integers(-14, 14))
def test_a_moment_is_written_in_utc_wherever_the_clock_stands(local: datetime, hours: int) -> None:
    from datetime import timezone

    there = local.replace(tzinfo=timezone(timedelta(hours=hours)))
    assert read_time(written_time(there)) == there
    assert len(written_time(there)) == 27


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "2025-05-15",
        "2025-05-15T03:00:00Z",
        "2025-05-15T03:00:00.000000",
        "2025-05-15T03:00:00.000000+00:00",
        "2025-05-15 03:00:00.000000Z",
        "2025-05-15T03:00:00.0000000Z",
    ],
)
def test_a_moment_in_another_spelling_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        read_time(text)


def test_a_cosignature_beyond_the_year_9999_is_refused_even_when_it_is_signed() -> None:
    seconds = 2**62
    key = key_of("alb", KeyKind.COSIGNATURE, KEY)
    value = seconds.to_bytes(8, "big") + KEY.sign(b"cosignature/v1\ntime %d\n" % seconds + TEXT)
    with pytest.raises(TamperedError, match="9999"):
        verify_cosignature(TEXT, NoteSignature("alb", key.key_id, value), key)
