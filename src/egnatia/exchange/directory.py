"""The partner directory: the registered cards, and nobody else is spoken to."""

import hashlib
from datetime import datetime

from sqlalchemy import select

from egnatia.errors import ConflictError, RefusedError
from egnatia.exchange.card import PartnerCard, card_fingerprint, read_card
from egnatia.ledger import JSON, Act, append
from egnatia.model.events import EventKind
from egnatia.model.ids import PartnerCode
from egnatia.model.states import RefusalReason
from egnatia.store.database import Transaction
from egnatia.store.tables import partner_card


def register_card(tx: Transaction, content: bytes, actor: str, now: datetime, *, replace: bool = False) -> PartnerCard:
    """Register a partner's card, with its ledger entry; the same card a second time changes nothing.

    Args:
        tx: the transaction.
        content: the card file.
        actor: the officer's id, or `node`.
        now: the time of registration.
        replace: whether a changed card of a known partner is accepted (new keys, new address).

    Raises:
        RefusedError: the card is malformed or not signed by its own key.
        ConflictError: the partner is known with another card, or another partner has this certificate.
    """
    card = read_card(content)
    known = tx.execute(select(partner_card.c.content).where(partner_card.c.code == card.code)).scalar()
    if known == content:
        return card
    if known is not None and not replace:
        raise ConflictError(
            f"{card.code} is registered with another card",
            hint=f"Compare {card_fingerprint(content)} with the partner by telephone, then repeat with --replace.",
        )
    _check_certificate_is_new(tx, card)
    tx.execute(partner_card.delete().where(partner_card.c.code == card.code))
    row = {"code": card.code, "registered_at": now, "content": content, "tls_sha256": card.tls_sha256}
    tx.execute(partner_card.insert(), row)
    facts: dict[str, JSON] = {
        "sha256": hashlib.sha256(content).hexdigest(),
        "address": card.address,
        "replaced": known is not None,
    }
    append(tx, Act(EventKind.PARTNER_REGISTERED, now, actor, card.code, partner=card.code, content=facts))
    return card


def _check_certificate_is_new(tx: Transaction, card: PartnerCard) -> None:
    holder = tx.execute(select(partner_card.c.code).where(partner_card.c.tls_sha256 == card.tls_sha256)).scalar()
    if holder not in (None, card.code):
        raise ConflictError(f"{card.code}'s card names the certificate of {holder}")


def cards(tx: Transaction) -> dict[PartnerCode, PartnerCard]:
    """Every registered partner's card, by code."""
    rows = tx.execute(select(partner_card.c.content).order_by(partner_card.c.code))
    found = [read_card(row.content) for row in rows]
    return {card.code: card for card in found}


def card_of(tx: Transaction, code: PartnerCode) -> PartnerCard:
    """One partner's card.

    Raises:
        RefusedError: UNKNOWN_SENDER, no such partner is registered here.
    """
    content = tx.execute(select(partner_card.c.content).where(partner_card.c.code == code)).scalar()
    if content is None:
        raise RefusedError(
            RefusalReason.UNKNOWN_SENDER,
            f"{code} is not a registered partner of this node",
            hint="Exchange cards first: `egnatia partner card` at one end, `egnatia partner add` at the other.",
        )
    return read_card(content)
