"""The keys of partners over time: present, retired, revoked; and which of them may ever come back."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select
from tests.exchange.conftest import ALB, GBR, XKX, Clock, Sim

from egnatia.errors import ConfigError, ConflictError, RefusedError
from egnatia.exchange.announcements import revoke_keys
from egnatia.exchange.card import make_card
from egnatia.exchange.directory import believed_cards, card_of, cards, register_card
from egnatia.exchange.envelope import MESSAGE_TYPE, open_envelope, resealed, seal_envelope, verify_envelope
from egnatia.exchange.key_history import KeyUse, keys_of, mark_revoked, past_cosigning_keys, remember_card, signing_keys
from egnatia.exchange.keys import NodeKeys, create_keys, load_keys, new_agreement, new_signing, write_secret
from egnatia.exchange.protocols import NEWEST, learn_protocol, protocol_of, require_protocol
from egnatia.exchange.signatures import public_bytes
from egnatia.model.ids import PartnerCode
from egnatia.model.states import RefusalReason
from egnatia.store.tables import partner_key

Sims = Mapping[PartnerCode, Sim]


def another_card(sim: Sim, directory: Path, clock: Clock) -> bytes:
    keys = create_keys(directory, sim.code, ["127.0.0.1"], clock())
    return make_card(keys, f"Node {sim.code}", "https://127.0.0.1:8440", f"egnatia/{sim.code}")


def test_each_replacement_retires_what_it_replaces_and_keeps_it(sims: Sims, tmp_path: Path, clock: Clock) -> None:
    first = sims[XKX].partner_card()
    for number in range(3):
        clock.turn(hours=1)
        with sims[ALB].database.write() as tx:
            last = register_card(
                tx, another_card(sims[XKX], tmp_path / str(number), clock), "off-1", clock(), replace=True
            )
    with sims[ALB].database.read() as tx:
        history = keys_of(tx, XKX)
        assert len(history) == 12
        assert signing_keys(tx, XKX)[0] == last.signing_key
        assert first.signing_key in signing_keys(tx, XKX)
        assert len(past_cosigning_keys(tx, last)) == 3
    present = {(each.use, each.value) for each in history if each.retired_at is None}
    assert present == {
        (KeyUse.SIGNING, last.signing_key),
        (KeyUse.AGREEMENT, last.agreement_key),
        (KeyUse.TLS, bytes.fromhex(last.tls_sha256)),
    }
    assert {each.retired_at for each in history if each.value == first.signing_key} == {clock() - timedelta(hours=2)}
    assert not [each for each in history if each.revoked_at]


def test_a_person_may_go_back_to_a_retired_card_and_not_to_a_stolen_one(
    sims: Sims, tmp_path: Path, clock: Clock
) -> None:
    first, second = sims[XKX].card, another_card(sims[XKX], tmp_path / "second", clock)
    with sims[ALB].database.write() as tx:
        register_card(tx, second, "off-1", clock(), replace=True)
        register_card(tx, first, "off-1", clock(), replace=True)
        assert card_of(tx, XKX) == sims[XKX].partner_card()
        assert len(signing_keys(tx, XKX)) == 2
        register_card(tx, second, "off-1", clock(), replace=True, revoke_old=True)
        with pytest.raises(ConflictError, match="revoked before"):
            register_card(tx, first, "off-1", clock(), replace=True)


def test_a_card_that_0_1_0_registered_has_its_keys_and_gets_a_history_with_the_next(
    sims: Sims, tmp_path: Path, clock: Clock
) -> None:
    with sims[ALB].database.write() as tx:
        tx.execute(partner_key.delete())
        old = sims[XKX].partner_card()
        assert signing_keys(tx, XKX) == (old.signing_key,)
        fresh = register_card(tx, another_card(sims[XKX], tmp_path / "n", clock), "off-1", clock(), replace=True)
        assert signing_keys(tx, XKX) == (fresh.signing_key, old.signing_key)


def test_a_revoked_partner_is_known_and_not_believed(sims: Sims, clock: Clock) -> None:
    with sims[ALB].database.write() as tx:
        revoke_keys(tx, XKX, "off-1", "stolen at the border", clock(), stolen=[KeyUse.SIGNING])
        assert set(cards(tx)) == {XKX}
        assert believed_cards(tx) == {}
        with pytest.raises(RefusedError) as refusal:
            card_of(tx, XKX)
        assert refusal.value.reason is RefusalReason.KEY_REVOKED
        assert [each.use for each in keys_of(tx, XKX) if each.revoked_at] == [KeyUse.SIGNING]
        with pytest.raises(ConflictError, match="signing key that was revoked"):
            register_card(tx, sims[XKX].card, "off-1", clock(), replace=True)
        with pytest.raises(RefusedError) as refusal:
            revoke_keys(tx, GBR, "off-1", "stolen at the border", clock())
        assert refusal.value.reason is RefusalReason.UNKNOWN_SENDER


def test_a_false_alarm_is_taken_back_by_a_person_with_the_same_card(sims: Sims, clock: Clock) -> None:
    with sims[ALB].database.write() as tx:
        mark_revoked(tx, XKX, clock())
        with pytest.raises(ConflictError):
            register_card(tx, sims[XKX].card, "off-1", clock())
        register_card(tx, sims[XKX].card, "off-1", clock(), replace=True)
        assert card_of(tx, XKX) == sims[XKX].partner_card()


def test_the_same_card_twice_makes_no_second_row(sims: Sims, clock: Clock) -> None:
    with sims[ALB].database.write() as tx:
        for _ in range(3):
            remember_card(tx, sims[XKX].partner_card(), clock())
        assert len(tx.execute(select(partner_key)).all()) == 3


def test_a_newer_message_is_not_made_for_an_older_partner(sims: Sims) -> None:
    with sims[ALB].database.write() as tx:
        with pytest.raises(RefusedError) as refusal:
            require_protocol(tx, XKX, 2, "a blind enquiry")
        assert refusal.value.reason is RefusalReason.PARTNER_TOO_OLD
        assert "a blind enquiry" in refusal.value.message
        assert learn_protocol(tx, XKX, NEWEST)
        assert not learn_protocol(tx, XKX, NEWEST)
        require_protocol(tx, XKX, 2, "a blind enquiry")
        assert protocol_of(tx, GBR) == 1


def test_a_message_signed_anew_keeps_its_payload() -> None:
    old, new = (Ed25519PrivateKey.from_private_bytes(bytes([each]) * 32) for each in (1, 2))
    content = seal_envelope(old, MESSAGE_TYPE, b'{"a":1}')
    assert resealed(content, old) is content
    fresh = open_envelope(resealed(content, new), MESSAGE_TYPE)
    verify_envelope(fresh, public_bytes(new), "ALB")
    assert fresh.sha256 == open_envelope(content, MESSAGE_TYPE).sha256


def test_keys_are_read_again_when_their_files_were_replaced_and_only_then(sims: Sims) -> None:
    keys = sims[ALB].keys
    other = load_keys(sims[ALB].directory)
    before = public_bytes(keys.signing)
    assert not keys.refresh()
    _replace(other, new_signing() | new_agreement(other.agreement))
    assert keys.refresh()
    assert keys.generation == 1
    assert public_bytes(keys.signing) != before
    assert keys.past_agreement is not None
    assert not keys.refresh()
    (keys.folder / "next").mkdir()
    _replace(other, new_signing())
    assert not keys.refresh(), "while a rotation puts its files in place nothing is read"
    (keys.folder / "next").rmdir()
    assert keys.refresh()
    (keys.folder / "signing.key").chmod(0o644)
    _replace(other, new_agreement(None))
    present = public_bytes(keys.signing)
    with pytest.raises(ConfigError, match="others than the node's user"):
        keys.refresh()
    assert public_bytes(keys.signing) == present, "what was read before stays in use"


def _replace(keys: NodeKeys, files: Mapping[str, bytes]) -> None:
    for name, content in files.items():
        write_secret(keys.folder / f"{name}.fresh", content)
        (keys.folder / f"{name}.fresh").replace(keys.folder / name)


def test_a_card_of_another_partner_is_no_history(sims: Sims, clock: Clock) -> None:
    with sims[ALB].database.write() as tx:
        stranger = replace(sims[XKX].partner_card(), code=GBR)
        remember_card(tx, stranger, clock())
        assert signing_keys(tx, GBR) == (stranger.signing_key,)
        assert len(keys_of(tx, XKX)) == 3
