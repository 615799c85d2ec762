"""Which keys a partner has and had: what is old is verified for ever, what is new only by the keys of today.

A signing key has three states. Present: on the registered card. Retired: replaced; it verifies ledgers, lists and
bundles of its time, and no message any more. Revoked: the same, and its owner's successor has to be registered by a
person. A node's own keys stand here under its own code. Why it is so: docs/adr/0013.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, select, update

from egnatia.errors import ConflictError
from egnatia.exchange.card import PartnerCard, read_card
from egnatia.ledger.notekeys import KeyKind, VerifyKey, verify_key
from egnatia.model.ids import PartnerCode
from egnatia.store.database import Transaction
from egnatia.store.tables import partner_card, partner_key


class KeyUse(StrEnum):
    """What a key is for."""

    SIGNING = "signing"
    AGREEMENT = "agreement"
    TLS = "tls"


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """One key of a partner.

    Attributes:
        partner: whose.
        use: what for.
        value: 32 bytes: the public key, or the SHA-256 of the certificate.
        name: the partner's ledger at that time, under which a signing key signed notes.
        valid_from: since when this node knows it.
        retired_at: when another replaced it.
        revoked_at: when it was declared not to be believed.
    """

    partner: PartnerCode
    use: KeyUse
    value: bytes
    name: str
    valid_from: datetime
    retired_at: datetime | None
    revoked_at: datetime | None


def _uses(card: PartnerCard) -> dict[KeyUse, bytes]:
    tls = bytes.fromhex(card.tls_sha256)
    return {KeyUse.SIGNING: card.signing_key, KeyUse.AGREEMENT: card.agreement_key, KeyUse.TLS: tls}


def keys_of(tx: Transaction, partner: PartnerCode) -> list[KeyRecord]:
    """Every key that is known of a partner, by use and the newest first.

    A card that was registered by release 0.1.0 has no history yet; its keys are listed as present.
    """
    query = select(partner_key).where(partner_key.c.partner == partner).order_by(partner_key.c.valid_from.desc())
    found = [_record(row) for row in tx.execute(query)]
    known = {(each.use, each.value) for each in found}
    row = tx.execute(select(partner_card).where(partner_card.c.code == partner)).one_or_none()
    if row is not None:
        card = read_card(row.content)
        origin = card.ledger_origin
        found += [
            KeyRecord(partner, use, value, origin, row.registered_at, None, row.revoked_at)
            for use, value in _uses(card).items()
            if (use, value) not in known
        ]
    return sorted(found, key=lambda each: (each.use, each.retired_at is not None, -each.valid_from.timestamp()))


def _record(row: Row[Any]) -> KeyRecord:
    times = (row.valid_from, row.retired_at, row.revoked_at)
    return KeyRecord(PartnerCode(row.partner), KeyUse(row.kind), bytes(row.value), row.name, *times)


def signing_keys(tx: Transaction, partner: PartnerCode) -> tuple[bytes, ...]:
    """Every key by which something old of this partner may be signed, the present one first."""
    return tuple(each.value for each in keys_of(tx, partner) if each.use is KeyUse.SIGNING)


def signing_keys_at(tx: Transaction, partner: PartnerCode, at: datetime) -> tuple[bytes, ...]:
    """The keys by which something that a partner signed at a moment holds today, the present one first.

    Besides the present key those that were replaced then or later; a revoked one never, since whoever stole it can
    write any moment.
    """
    return tuple(
        each.value
        for each in keys_of(tx, partner)
        if each.use is KeyUse.SIGNING and each.revoked_at is None and (each.retired_at is None or each.retired_at >= at)
    )


def past_cosigning_keys(tx: Transaction, card: PartnerCard) -> tuple[VerifyKey, ...]:
    """The keys by which a partner cosigned before the one on its card."""
    past = [each for each in keys_of(tx, card.code) if each.use is KeyUse.SIGNING and each.value != card.signing_key]
    return tuple(verify_key(each.name, KeyKind.COSIGNATURE, each.value) for each in past)


def past_log_keys(tx: Transaction, card: PartnerCard) -> tuple[VerifyKey, ...]:
    """The keys by which a partner signed its ledger before the one on its card; never one that was stolen."""
    past = [each for each in keys_of(tx, card.code) if each.use is KeyUse.SIGNING and each.revoked_at is None]
    named = [each for each in past if each.value != card.signing_key and each.name == card.ledger_origin]
    return tuple(verify_key(each.name, KeyKind.NOTE, each.value) for each in named)


def remember_card(tx: Transaction, card: PartnerCard, now: datetime, *, revoke_old: bool = False) -> None:
    """Note the keys of a card that takes effect now; what it replaces is retired, or revoked.

    Args:
        tx: a write transaction.
        card: the card.
        now: when it takes effect.
        revoke_old: whether what it replaces was stolen.

    Raises:
        ConflictError: it names a key that was revoked before.
    """
    _backfill(tx, card.code)
    for use, value in _uses(card).items():
        _check_not_revoked(tx, card, use, value)
        mine = (partner_key.c.partner == card.code) & (partner_key.c.kind == use)
        gone = {"retired_at": now} | ({"revoked_at": now} if revoke_old else {})
        others = mine & (partner_key.c.value != value) & partner_key.c.retired_at.is_(None)
        tx.execute(update(partner_key).where(others).values(gone))
        same = update(partner_key).where(mine & (partner_key.c.value == value))
        if not tx.execute(same.values(retired_at=None, name=card.ledger_origin)).rowcount:
            _insert(tx, card, use, value, now)


def _check_not_revoked(tx: Transaction, card: PartnerCard, use: KeyUse, value: bytes) -> None:
    mine = (partner_key.c.partner == card.code) & (partner_key.c.kind == use) & (partner_key.c.value == value)
    if tx.execute(select(partner_key.c.revoked_at).where(mine)).scalar() is not None:
        raise ConflictError(
            f"the card of {card.code} names a {use.value} key that was revoked before",
            hint="A key that was stolen never comes back. Ask the partner to make new keys and a new card.",
        )


def _backfill(tx: Transaction, partner: PartnerCode) -> None:
    """Give a card that release 0.1.0 registered its history, before it is replaced."""
    row = tx.execute(select(partner_card).where(partner_card.c.code == partner)).one_or_none()
    known = tx.execute(select(partner_key.c.kind).where(partner_key.c.partner == partner)).first()
    if row is not None and known is None:
        card = read_card(row.content)
        for use, value in _uses(card).items():
            _insert(tx, card, use, value, row.registered_at)


def _insert(tx: Transaction, card: PartnerCard, use: KeyUse, value: bytes, now: datetime) -> None:
    row = {"partner": card.code, "kind": use, "value": value, "name": card.ledger_origin, "valid_from": now}
    tx.execute(partner_key.insert(), row)


def mark_revoked(tx: Transaction, partner: PartnerCode, now: datetime, stolen: Collection[KeyUse] = ()) -> None:
    """Believe no message by a partner's present card from now on; its old signatures stay verifiable.

    The caller writes the entry that says why.

    Args:
        tx: a write transaction.
        partner: whose.
        now: from when on.
        stolen: which of the present keys never come back, whatever card names them.
    """
    _backfill(tx, partner)
    present = (partner_key.c.partner == partner) & partner_key.c.retired_at.is_(None)
    for use in stolen:
        tx.execute(update(partner_key).where(present & (partner_key.c.kind == use)).values(revoked_at=now))
    tx.execute(update(partner_card).where(partner_card.c.code == partner).values(revoked_at=now))
