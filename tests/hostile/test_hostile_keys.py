"""One Ed25519 key signs messages, cards, checkpoints and cosignatures: no signature may pass for one of another kind."""

import base64
import random
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.errors import InputError, TamperedError
from egnatia.exchange.envelope import CARD_TYPE, MESSAGE_TYPE, signed_bytes
from egnatia.ledger.checkpoints import Checkpoint, checkpoint_text, parse_checkpoint
from egnatia.ledger.notekeys import KeyKind, key_of, verify_key
from egnatia.ledger.notes import cosign, parse_note, sign_note, verify_cosignature, verify_note
from egnatia.model.ids import PartnerCode, SealedId
from egnatia.node import ledger_origin
from egnatia.store.database import Database
from egnatia.store.vault import decrypt, encrypt, fresh_key

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
NOW = datetime(2025, 5, 15, tzinfo=UTC)
OWN = ledger_origin(PartnerCode("ALB"))
HOSTILE_ORIGINS = ["cosignature/v1", "DSSEv1", "time", "egnatia.example/alb/ledger", "cosignature/v1time"]


@given(payload=st.binary(max_size=200), kind=st.sampled_from([MESSAGE_TYPE, CARD_TYPE]), at=st.integers(0, 2**33))
@settings(deadline=None, derandomize=True, max_examples=50)
def test_an_envelope_never_reads_as_a_checkpoint_or_a_cosignature(payload: bytes, kind: str, at: int) -> None:
    signed = signed_bytes(kind, payload)
    assert not signed.startswith((OWN.encode(), b"cosignature/v1\ntime %d\n" % at))
    with pytest.raises(InputError):
        parse_checkpoint(signed)


@pytest.mark.parametrize("origin", HOSTILE_ORIGINS)
def test_what_we_cosign_for_a_partner_is_never_a_checkpoint_of_ours(origin: str) -> None:
    """The partner names its own log, and chooses size and root."""
    text = checkpoint_text(Checkpoint(origin, 5, bytes(32)))
    cosignature = cosign(text, OWN, KEY, NOW)
    signature = cosignature.value[8:]
    claimed = f"\u2014 {OWN} {base64.b64encode(key_of(OWN, KeyKind.NOTE, KEY).key_id + signature).decode()}\n"
    cosigned = b"cosignature/v1\ntime %d\n" % int(NOW.timestamp()) + text
    note = parse_note(cosigned + b"\n" + claimed.encode())
    verify_note(note, key_of(OWN, KeyKind.NOTE, KEY))  # the bytes are what the key signed …
    with pytest.raises(InputError):
        parse_checkpoint(note.text)  # … and they are no checkpoint: it has three lines, this has five
    with pytest.raises(InputError):
        parse_checkpoint(cosigned)


@pytest.mark.parametrize("origin", HOSTILE_ORIGINS)
def test_a_checkpoint_of_ours_is_never_a_cosignature(origin: str) -> None:
    del origin
    text = checkpoint_text(Checkpoint(OWN, 5, bytes(32)))
    note = parse_note(sign_note(text, OWN, KEY))
    forged = note.signatures[0]
    witness = verify_key(OWN, KeyKind.COSIGNATURE, KEY.public_key().public_bytes_raw())
    with pytest.raises(TamperedError):
        verify_cosignature(text, forged, witness)


def test_a_record_s_key_never_seals_twice(database: Database) -> None:
    """The nonce is fixed, so a key that sealed two contents would give both away."""
    seen = set()

    class Stop(Exception):  # noqa: N818 - only stops a savepoint
        pass

    def stop(number: int) -> None:
        if number % 2:
            raise Stop

    with database.write() as tx:
        for number in range(8):
            try:
                with tx.savepoint():
                    sealed = tx.seal(f"content {number}".encode(), kind="x", at=NOW)
                    seen.add((sealed.id, tx._fresh[sealed.id].key))
                    stop(number)
            except Stop:
                assert sealed.id not in tx._fresh
    assert len({identity for identity, _ in seen}) == len({key for _, key in seen}) == 8


def test_a_ciphertext_opens_under_its_own_id_only() -> None:
    one, other = (fresh_key(SealedId(name), random.Random(1)) for name in ("a", "b"))
    assert one.key == other.key
    with pytest.raises(TamperedError):
        decrypt(other, encrypt(one, b"content"))
