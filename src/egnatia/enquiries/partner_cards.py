"""What a partner says about its own keys: a new card by continuity, or that the old ones were stolen."""

from datetime import datetime

from egnatia.enquiries.desk import Desk
from egnatia.enquiries.holdings import tag_for_partner
from egnatia.exchange.announcements import RECEIPT, take_announcement, take_revocation
from egnatia.exchange.directory import card_of
from egnatia.exchange.dispatch import hasten
from egnatia.exchange.inbox import Answer, Received
from egnatia.store.database import Transaction


def take_card(tx: Transaction, desk: Desk, received: Received, now: datetime) -> Answer:
    """Register an announced card; what waits for the partner is due now, and name tags follow its agreement key.

    Raises:
        RefusedError: MALFORMED, or CARD_NOT_CONTINUOUS.
    """
    before = card_of(tx, received.sender)
    after = take_announcement(tx, received.sender, received.body, now)
    if after.agreement_key != before.agreement_key:
        tag_for_partner(tx, desk, after)
    hasten(tx, received.sender, now)
    return Answer(RECEIPT, {})


def take_key_revocation(tx: Transaction, received: Received, now: datetime) -> Answer:
    """Stop believing a partner's card, because it asked for that.

    Raises:
        RefusedError: MALFORMED.
    """
    take_revocation(tx, received.sender, received.body, now)
    return Answer(RECEIPT, {})
