"""The partner directory: the registered cards, and nobody else is spoken to."""

import hashlib
from datetime import datetime

from sqlalchemy import bindparam, select

from egnatia.errors import ConflictError, RefusedError
from egnatia.exchange.card import PartnerCard, card_fingerprint, read_card
from egnatia.exchange.key_history import remember_card
from egnatia.ledger import JSON, Act, append
from egnatia.model.events import EventKind
from egnatia.model.ids import PartnerCode
from egnatia.model.states import RefusalReason
from egnatia.store.database import Transaction
from egnatia.store.prepared import Prepared
from egnatia.store.tables import partner_card

_CARD = Prepared(
    select(partner_card.c.content, partner_card.c.revoked_at).where(partner_card.c.code == bindparam("code"))
)
_BELIEVED = Prepared(
    select(partner_card.c.content).where(partner_card.c.revoked_at.is_(None)).order_by(partner_card.c.code)
)
_MEMO = "card of "
_CARDS = Prepared(select(partner_card.c.content).order_by(partner_card.c.code))


def register_card(
    tx: Transaction, content: bytes, actor: str, now: datetime, *, replace: bool = False, revoke_old: bool = False
) -> PartnerCard:
    """Register a partner's card, with its ledger entry; the same card a second time changes nothing.

    Args:
        tx: the transaction.
        content: the card file.
        actor: the officer's id, or `node`.
        now: the time of registration.
        replace: whether a changed card of a known partner is accepted (new keys, new address).
        revoke_old: whether the keys that it replaces were stolen; else they are retired.

    Raises:
        RefusedError: the card is malformed or not signed by its own key.
        ConflictError: the partner is known with another card, another partner has this certificate, or a key of it
            was revoked before.
    """
    card = read_card(content)
    known = tx.execute(select(partner_card).where(partner_card.c.code == card.code)).one_or_none()
    if known is not None and known.content == content and known.revoked_at is None:
        return card
    if known is not None and not replace:
        raise ConflictError(
            f"{card.code} is registered with another card",
            hint=f"Compare {card_fingerprint(content)} with the partner by telephone, then repeat with --replace.",
        )
    _check_certificate_is_new(tx, card)
    remember_card(tx, card, now, revoke_old=revoke_old)
    tx.execute(partner_card.delete().where(partner_card.c.code == card.code))
    row: dict[str, object] = {"code": card.code, "registered_at": now, "content": content}
    row |= {"tls_sha256": card.tls_sha256, "protocol": known and known.protocol}
    tx.execute(partner_card.insert(), row)
    facts: dict[str, JSON] = {
        "sha256": hashlib.sha256(content).hexdigest(),
        "address": card.address,
        "replaced": known is not None,
        "revoked_old": revoke_old,
    }
    append(tx, Act(EventKind.PARTNER_REGISTERED, now, actor, card.code, partner=card.code, content=facts))
    return card


def _check_certificate_is_new(tx: Transaction, card: PartnerCard) -> None:
    holder = tx.execute(select(partner_card.c.code).where(partner_card.c.tls_sha256 == card.tls_sha256)).scalar()
    if holder not in (None, card.code):
        raise ConflictError(f"{card.code}'s card names the certificate of {holder}")


def cards(tx: Transaction) -> dict[PartnerCode, PartnerCard]:
    """Every registered partner's card, by code."""
    if _MEMO not in tx.memo:
        found = [read_card(row.content) for row in tx.rows(_CARDS)]
        tx.memo[_MEMO] = {card.code: card for card in found}
    return dict(tx.memo[_MEMO])


def believed_cards(tx: Transaction) -> dict[PartnerCode, PartnerCard]:
    """The cards of every partner whose keys are believed: whom messages go to, and whom the TLS gate lets in."""
    found = [read_card(row.content) for row in tx.rows(_BELIEVED)]
    return {card.code: card for card in found}


def card_of(tx: Transaction, code: PartnerCode) -> PartnerCard:
    """One partner's card, if its keys are believed.

    Raises:
        RefusedError: UNKNOWN_SENDER, no such partner is registered here; KEY_REVOKED, its keys are not believed.
    """
    memo = f"{_MEMO}{code}"
    if memo not in tx.memo:
        tx.memo[memo] = _believed(tx, code)
    known: PartnerCard = tx.memo[memo]
    return known


def _believed(tx: Transaction, code: PartnerCode) -> PartnerCard:
    row = tx.row(_CARD, code=code)
    if row is None:
        raise RefusedError(
            RefusalReason.UNKNOWN_SENDER,
            f"{code} is not a registered partner of this node",
            hint="Exchange cards first: `egnatia partner card` at one end, `egnatia partner add` at the other.",
        )
    if row.revoked_at is not None:
        raise RefusedError(
            RefusalReason.KEY_REVOKED,
            f"the keys of {code} were revoked at {row.revoked_at:%Y-%m-%d %H:%M} UTC",
            hint="Compare its new card's fingerprint by telephone: `egnatia partner add --replace --revoke-old`.",
        )
    return read_card(row.content)
