"""Signed notes, cosignatures and checkpoints: the published examples, round trips, and whatever else comes in."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.errors import InputError, TamperedError
from egnatia.ledger.checkpoints import (
    MAX_SIZE,
    Checkpoint,
    checkpoint_text,
    latest_checkpoint,
    parse_checkpoint,
    parse_size,
    read_note,
    sign_checkpoint,
)
from egnatia.ledger.notekeys import KeyKind, VerifyKey, key_of, parse_verify_key, verify_key
from egnatia.ledger.notes import (
    MAX_NOTE_BYTES,
    MAX_SIGNATURES,
    NoteSignature,
    cosign,
    parse_note,
    parse_signatures,
    sign_note,
    signatures_by,
    verify_cosignature,
    verify_note,
)

# C2SP signed-note v1.0.0, section "Verifier keys", example
EXAMPLE_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
EXAMPLE_NOTE = (
    "This is an example message.\n\n"
    "\u2014 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
# golang.org/x/mod sumdb/note, package example: its key and its note
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
    "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
# C2SP tlog-cosignature v1.1.0, first example: form only, its keys are not published
COSIGNED = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "\u2014 example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    "\u2014 witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
)
KEY = Ed25519PrivateKey.from_private_bytes(random.Random(7).randbytes(32))
NOW = datetime(2025, 5, 15, 3, 0, tzinfo=UTC)
QUICK = settings(deadline=None, derandomize=True, max_examples=50)


@pytest.mark.parametrize(("key", "note"), [(EXAMPLE_KEY, EXAMPLE_NOTE), (GO_KEY, GO_NOTE)])
def test_published_notes_verify(key: str, note: str) -> None:
    known = parse_verify_key(key)
    assert known.text == key
    verify_note(parse_note(note.encode()), known)


@pytest.mark.parametrize("place", range(0, 28, 3))
def test_a_changed_published_note_does_not(place: int) -> None:
    changed = bytearray(EXAMPLE_NOTE.encode())
    changed[place] ^= 1
    with pytest.raises((TamperedError, InputError)):
        verify_note(parse_note(bytes(changed)), parse_verify_key(EXAMPLE_KEY))


def test_a_published_checkpoint_is_read() -> None:
    assert read_note(COSIGNED.encode()).size == 20852163
    note = parse_note(COSIGNED.encode())
    assert [len(one.value) for one in note.signatures] == [64, 72]
    assert int.from_bytes(note.signatures[1].value[:8], "big") == 1679315147  # the time line of the same page
    assert checkpoint_text(parse_checkpoint(note.text)) == note.text


def test_other_keys_signatures_count_for_nothing() -> None:
    known = key_of("a.example", KeyKind.NOTE, KEY)
    note = parse_note(sign_note(b"text\n", "a.example", KEY))
    verify_note(note, known)
    for other in (
        VerifyKey("b.example", KeyKind.NOTE, known.public),
        VerifyKey("a.example", KeyKind.COSIGNATURE, known.public),
        VerifyKey("a.example", KeyKind.NOTE, bytes(32)),
    ):
        with pytest.raises(TamperedError, match="no signature"):
            verify_note(note, other)


def test_one_broken_signature_by_a_known_key_spoils_the_note() -> None:
    known = key_of("a.example", KeyKind.NOTE, KEY)
    note = sign_note(b"text\n", "a.example", KEY)
    broken = NoteSignature("a.example", known.key_id, bytes(64)).line.encode()
    with pytest.raises(TamperedError, match="does not hold"):
        verify_note(parse_note(note + broken), known)


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=60))
@QUICK
def test_any_text_survives_signing(text: str) -> None:
    note = parse_note(sign_note(text.encode() + b"\n", "a.example/log", KEY))
    assert note.text == text.encode() + b"\n"
    verify_note(note, key_of("a.example/log", KeyKind.NOTE, KEY))


@given(st.integers(0, 2**34), st.binary(min_size=1, max_size=40))
@QUICK
def test_a_cosignature_states_its_time_and_binds_the_text(seconds: int, text: bytes) -> None:
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    key = key_of("w.example", KeyKind.COSIGNATURE, KEY)
    signature = cosign(text, "w.example", KEY, at)
    assert verify_cosignature(text, signature, key) == at
    assert signatures_by(parse_signatures(signature.line), key) == [signature]
    later = NoteSignature("w.example", signature.key_id, (seconds + 1).to_bytes(8, "big") + signature.value[8:])
    far = NoteSignature("w.example", signature.key_id, b"\xff" * 8 + signature.value[8:])
    short = NoteSignature("w.example", signature.key_id, signature.value[:-1])
    for wrong, body in ((later, text), (far, text), (short, text), (signature, text + b".")):
        with pytest.raises(TamperedError):
            verify_cosignature(body, wrong, key)


@given(st.binary(max_size=400))
@QUICK
def test_no_bytes_crash_the_parsers(junk: bytes) -> None:
    for candidate in (junk, EXAMPLE_NOTE.encode() + junk, junk + COSIGNED.encode()):
        for parse in (parse_note, parse_checkpoint, read_note):
            try:
                parse(candidate)
            except InputError:
                continue


@given(st.integers(0, len(COSIGNED.encode()) - 1), st.integers(0, 255))
@QUICK
def test_one_byte_changed_is_read_as_itself_or_refused(place: int, value: int) -> None:
    changed = bytearray(COSIGNED.encode())
    changed[place] = value
    try:
        checkpoint = read_note(bytes(changed))
    except InputError:
        return
    assert checkpoint_text(checkpoint) == parse_note(bytes(changed)).text


LINE = "\u2014 a.example AAAAAAAA\n"


@pytest.mark.parametrize(
    "note",
    [
        b"",
        b"text\n",
        b"text\n\n",
        b"\n\n" + LINE.encode(),
        b"text\n\n" + LINE.encode()[:-1],
        b"te\rxt\n\n" + LINE.encode(),
        b"text\x00\n\n" + LINE.encode(),
        b"\xff\n\n" + LINE.encode(),
        b"text\n\n- a.example AAAAAAAA\n",
        "text\n\n\u2014 a+b AAAAAAAA\n".encode(),
        "text\n\n\u2014  AAAAAAAA\n".encode(),
        "text\n\n\u2014 a.example AAAA\n".encode(),
        "text\n\n\u2014 a.example AAAAAAA\n".encode(),
        "text\n\n\u2014 a.example AAAAAAB=\n".encode(),
        "text\n\n\u2014 a.example AAA\u00c5AAAA\n".encode(),
        "text\n\n\u2014 a\u00a0b AAAAAAAA\n".encode(),
        f"text\n\n\u2014 {'a' * 151} AAAAAAAA\n".encode(),
        b"text\n\n" + LINE.encode() * (MAX_SIGNATURES + 1),
        b"x" * MAX_NOTE_BYTES + b"\n\n" + LINE.encode(),
    ],
)
def test_a_note_out_of_form_is_refused(note: bytes) -> None:
    with pytest.raises(InputError):
        parse_note(note)


ROOT = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="


@pytest.mark.parametrize(
    "text",
    [
        f"a\n01\n{ROOT}\n",
        f"a\n-1\n{ROOT}\n",
        f"a\n+1\n{ROOT}\n",
        f"a\n\u0661\n{ROOT}\n",
        f"a\n{MAX_SIZE + 1}\n{ROOT}\n",
        f"a\n{'9' * 5000}\n{ROOT}\n",
        f"\n1\n{ROOT}\n",
        f"a b\n1\n{ROOT}\n",
        "a\n1\nAAAA\n",
        f"a\n1\n{ROOT}",
        f"a\n1\n{ROOT}\nmore\n",
        "a\n1\n",
    ],
)
def test_a_checkpoint_out_of_form_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        parse_checkpoint(text.encode())


@given(st.integers(0, MAX_SIZE))
@QUICK
def test_sizes_have_one_spelling(size: int) -> None:
    assert parse_size(str(size)) == size
    with pytest.raises(InputError):
        parse_size(f"0{size}")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a+b",
        EXAMPLE_KEY.replace("530d903a", "530d903b"),
        EXAMPLE_KEY.replace("530d903a", "530D903A"),
        EXAMPLE_KEY[:-4],
        EXAMPLE_KEY.replace("+AekyeR", "+AukyeR"),
        "x" * 400,
    ],
)
def test_a_verify_key_out_of_form_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        parse_verify_key(text)
    with pytest.raises(InputError):
        verify_key("a.example", KeyKind.NOTE, b"short")


def test_a_checkpoint_is_signed_once_per_size(node: Any) -> None:
    gbr = node("GBR")
    with gbr.database.write() as tx:
        assert latest_checkpoint(tx) is None
        assert sign_checkpoint(tx, gbr.origin, gbr.key, NOW) is None
    gbr.write(5)
    with gbr.database.write() as tx:
        note = sign_checkpoint(tx, gbr.origin, gbr.key, NOW)
        assert note is not None
        assert sign_checkpoint(tx, gbr.origin, gbr.key, NOW) is None
        assert latest_checkpoint(tx) == note
    verify_note(parse_note(note.note), gbr.log.key)
    assert note.checkpoint == Checkpoint(gbr.origin, 5, note.checkpoint.root)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM ledger_entry WHERE sequence > 3",
        "UPDATE ledger_entry SET leaf_hash = zeroblob(32) WHERE sequence = 4",
        "UPDATE ledger_node SET hash = zeroblob(32) WHERE level = 2 AND position = 0",
        "DELETE FROM ledger_node WHERE level = 1",
        "UPDATE ledger_checkpoint SET root = zeroblob(32)",
        "UPDATE ledger_checkpoint SET note = 'gone'",
    ],
)
def test_a_node_does_not_sign_what_does_not_continue_its_own_word(node: Any, statement: str) -> None:
    gbr = node("GBR")
    gbr.write(5)
    gbr.sign()
    gbr.write(2, first=5)
    with gbr.database.write() as tx:
        tx.connection.exec_driver_sql(statement)
        with pytest.raises(TamperedError):
            sign_checkpoint(tx, gbr.origin, gbr.key, NOW)
