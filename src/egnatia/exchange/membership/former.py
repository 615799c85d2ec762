"""Partners that have left, by the last card that this node had of them: what they signed before still verifies by it."""

from sqlalchemy import select

from egnatia.exchange.card import PartnerCard, read_card
from egnatia.model.ids import PartnerCode
from egnatia.store.database import Transaction
from egnatia.store.tables import partner_exit


def former_cards(tx: Transaction) -> dict[PartnerCode, PartnerCard]:
    """The last card of each partner that has left, by code; nobody is let in or believed by it."""
    table = partner_exit.c
    rows = tx.execute(select(table.card).where(table.card.is_not(None)).order_by(table.since))
    found = [read_card(bytes(row.card)) for row in rows]
    return {card.code: card for card in found}
