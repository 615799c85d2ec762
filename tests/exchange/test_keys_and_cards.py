"""A node's keys, its card, and the directory of the others."""

import base64
import json
import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509.verification import PolicyBuilder, Store
from sqlalchemy import func, select
from tests.exchange.conftest import ALB, XKX, Sim

from egnatia.errors import ConfigError, ConflictError, InputError, RefusedError
from egnatia.exchange.card import card_fingerprint, make_card, read_card
from egnatia.exchange.directory import card_of, cards, register_card
from egnatia.exchange.envelope import CARD_TYPE, seal_envelope
from egnatia.exchange.keys import (
    authority_pem,
    certificate_expiry,
    create_keys,
    load_keys,
    pair_key,
    renew_certificate,
    tls_fingerprint,
)
from egnatia.model.events import EventKind
from egnatia.model.ids import PartnerCode
from egnatia.model.states import RefusalReason
from egnatia.store.database import Database
from egnatia.store.tables import ledger_entry

Sims = Mapping[PartnerCode, Sim]


def test_keys_are_private_and_never_overwritten(tmp_path: Path, now: datetime) -> None:
    made = create_keys(tmp_path, ALB, ["127.0.0.1"], now)
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "keys").iterdir()} == {0o600}
    assert load_keys(tmp_path).vault_key == made.vault_key
    assert made.vault_key.hex() not in repr(made)
    with pytest.raises(ConflictError, match="already"):
        create_keys(tmp_path, ALB, ["127.0.0.1"], now)


@pytest.mark.parametrize("name", ["signing.key", "agreement.key", "vault.key", "tls.key", "tls.pem", "tls-ca.pem"])
def test_each_fault_of_a_key_file_is_named(tmp_path: Path, now: datetime, name: str) -> None:
    create_keys(tmp_path, ALB, ["127.0.0.1"], now)
    path = tmp_path / "keys" / name
    path.chmod(0o640)
    with pytest.raises(ConfigError, match=f"{name} has mode 0640"):
        load_keys(tmp_path)
    path.unlink()
    with pytest.raises(ConfigError, match=f"{name} is missing"):
        load_keys(tmp_path)
    path.mkdir()
    with pytest.raises(ConfigError, match=f"{name} cannot be read"):
        load_keys(tmp_path)


def test_a_damaged_key_file_is_named(tmp_path: Path, now: datetime) -> None:
    create_keys(tmp_path, ALB, ["127.0.0.1"], now)
    (tmp_path / "keys" / "tls.pem").write_bytes(b"nonsense")
    with pytest.raises(ConfigError, match="not a PEM certificate"):
        load_keys(tmp_path)
    (tmp_path / "keys" / "signing.key").write_bytes(b"short")
    with pytest.raises(ConfigError, match="5 bytes instead of 32"):
        load_keys(tmp_path)


def test_the_certificate_passes_a_strict_verifier(tmp_path: Path, now: datetime) -> None:
    keys = create_keys(tmp_path, ALB, ["node.example", "127.0.0.1", "::1"], now)
    authority = x509.load_pem_x509_certificate(keys.tls_ca.read_bytes())
    leaf = x509.load_pem_x509_certificate(keys.tls_certificate.read_bytes())
    builder = PolicyBuilder().store(Store([authority])).time(now)
    assert builder.build_server_verifier(x509.DNSName("node.example")).verify(leaf, [])
    assert builder.build_client_verifier().verify(leaf, []).chain[0] == leaf
    assert certificate_expiry(keys) == leaf.not_valid_after_utc


@pytest.mark.parametrize("hosts", [[], ["ümlaut.example"]])
def test_a_host_that_no_certificate_can_name_is_refused(tmp_path: Path, now: datetime, hosts: list[str]) -> None:
    with pytest.raises(InputError, match="host"):
        create_keys(tmp_path, ALB, hosts, now)
    assert not (tmp_path / "keys").exists()


def test_a_renewed_certificate_has_the_same_authority(tmp_path: Path, now: datetime) -> None:
    before = create_keys(tmp_path, ALB, ["127.0.0.1"], now)
    first, authority = tls_fingerprint(before), authority_pem(before)
    after = renew_certificate(tmp_path, ["127.0.0.1", "other.example"], now)
    assert tls_fingerprint(after) != first
    assert authority_pem(after) == authority
    assert after.vault_key == before.vault_key


def test_a_pair_of_partners_shares_a_key_and_nobody_else_has_it(sims: Sims, tmp_path: Path, now: datetime) -> None:
    third = create_keys(tmp_path / "GBR", PartnerCode("GBR"), ["127.0.0.1"], now)
    ours, theirs = sims[ALB], sims[XKX]
    shared = pair_key(ours.keys, theirs.partner_card(), "blind-tags")
    assert shared == pair_key(theirs.keys, ours.partner_card(), "blind-tags")
    assert shared != pair_key(ours.keys, theirs.partner_card(), "other")
    assert shared != pair_key(third, theirs.partner_card(), "blind-tags")
    with pytest.raises(RefusedError, match="no shared secret"):
        pair_key(ours.keys, replace(theirs.partner_card(), agreement_key=bytes(32)), "blind-tags")


def payload_of(card: bytes) -> dict[str, object]:
    values: dict[str, object] = json.loads(base64.b64decode(json.loads(card)["payload"]))
    return values


@pytest.mark.parametrize(
    ("field", "value", "detail"),
    [
        ("v", 2, "version"),
        ("code", "AL", "'code'"),
        ("name", "two\nlines", "'name'"),
        ("address", "http://127.0.0.1:1", "'address'"),
        ("address", "https://127.0.0.1:1/path", "'address'"),
        ("agreement_key", "AAAA", "'agreement_key'"),
        ("signing_key", base64.b64encode(bytes(32)).decode(), "sound"),
        ("tls_ca", "-----BEGIN CERTIFICATE-----\n" + "A" * 200 + "\n-----END CERTIFICATE-----\n", "authority"),
        ("tls_sha256", "AB" * 32, "'tls_sha256'"),
        ("ledger_origin", "two words", "'ledger_origin'"),
    ],
)
def test_a_malformed_card_is_refused(sims: Sims, field: str, value: object, detail: str) -> None:
    payload = json.dumps({**payload_of(sims[ALB].card), field: value}).encode()
    with pytest.raises(RefusedError, match=detail):
        read_card(seal_envelope(sims[ALB].keys.signing, CARD_TYPE, payload))


def test_a_card_must_be_signed_by_the_key_it_names(sims: Sims) -> None:
    stranger = Ed25519PrivateKey.from_private_bytes(random.Random(1).randbytes(32))
    payload = json.dumps(payload_of(sims[ALB].card)).encode()
    with pytest.raises(RefusedError) as caught:
        read_card(seal_envelope(stranger, CARD_TYPE, payload))
    assert caught.value.reason is RefusalReason.BAD_SIGNATURE
    leaf = sims[ALB].keys.tls_certificate.read_text()
    payload = json.dumps({**payload_of(sims[ALB].card), "tls_ca": leaf}).encode()
    with pytest.raises(RefusedError, match="authority"):
        read_card(seal_envelope(sims[ALB].keys.signing, CARD_TYPE, payload))


def test_no_card_is_made_that_partners_would_refuse(sims: Sims) -> None:
    with pytest.raises(InputError, match="'address'"):
        make_card(sims[ALB].keys, "Albania", "ftp://127.0.0.1", "egnatia/ALB")


def registrations(database: Database) -> int:
    with database.read() as tx:
        query = select(func.count()).where(ledger_entry.c.kind == EventKind.PARTNER_REGISTERED)
        return int(tx.execute(query).scalar_one())


def test_a_card_is_registered_once_and_changed_only_on_purpose(sims: Sims, now: datetime) -> None:
    node, other = sims[ALB].database, sims[XKX]
    assert registrations(node) == 1
    node.run(lambda tx: register_card(tx, other.card, "off-1", now))
    assert registrations(node) == 1
    changed = make_card(other.keys, "Kosovo", "https://node.example:1", "egnatia/XKX")
    with pytest.raises(ConflictError, match="another card"):
        node.run(lambda tx: register_card(tx, changed, "off-1", now))
    node.run(lambda tx: register_card(tx, changed, "off-1", now, replace=True))
    assert registrations(node) == 2
    with node.read() as tx:
        assert {code: card.name for code, card in cards(tx).items()} == {XKX: "Kosovo"}
        with pytest.raises(RefusedError, match="GBR"):
            card_of(tx, PartnerCode("GBR"))


def test_two_partners_cannot_share_a_certificate(sims: Sims, tmp_path: Path, now: datetime) -> None:
    third = create_keys(tmp_path / "GBR", PartnerCode("GBR"), ["127.0.0.1"], now)
    payload = payload_of(make_card(third, "x", "https://127.0.0.1:1", "o")) | {
        "tls_sha256": tls_fingerprint(sims[XKX].keys)
    }
    card = seal_envelope(third.signing, CARD_TYPE, json.dumps(payload).encode())
    with pytest.raises(ConflictError, match="certificate of XKX"):
        sims[ALB].database.run(lambda tx: register_card(tx, card, "off-1", now))
    assert len(card_fingerprint(card).split()) == 16
