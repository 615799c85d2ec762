"""Closing what is pending with a partner: nothing of ours leaves for it any more, and nothing of its is worked on."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from egnatia.enquiries import followups
from egnatia.enquiries.blind.fetching import forget_filters
from egnatia.enquiries.blind.messages import BLIND_ENQUIRY
from egnatia.enquiries.blind.publishing import end_filters
from egnatia.enquiries.dna.messages import DNA_ENQUIRY, DNA_MORE_LOCI, DNA_UPGRADE
from egnatia.enquiries.messages import ENQUIRY, FOLLOW_UP, RELEASE
from egnatia.enquiries.onward.messages import CONSENT, CONSENT_REQUEST, FORWARD
from egnatia.exchange.inbox import forget_answers_to
from egnatia.exchange.outbox import QUEUED, withdraw
from egnatia.ledger import JSON
from egnatia.model.handling import ConsentState
from egnatia.model.ids import FollowUpId, PartnerCode, SealedId
from egnatia.model.states import AskState, FollowUpState, RefusalReason
from egnatia.store.database import Transaction
from egnatia.store.tables import (
    ask,
    blind_enquiry,
    consent_request,
    follow_up,
    forwarded_item,
    outbox,
    release,
)

_CLOSED_KINDS = (
    ENQUIRY,
    BLIND_ENQUIRY,
    DNA_ENQUIRY,
    DNA_UPGRADE,
    DNA_MORE_LOCI,
    FOLLOW_UP,
    RELEASE,
    CONSENT_REQUEST,
    CONSENT,
    FORWARD,
)
"""What is taken back. Corrections, new labels, refusals and notices still go: they are owed, and give no new data."""
_OPEN_CONSENTS = (ConsentState.WAITING, ConsentState.PROPOSED)


@dataclass(frozen=True, slots=True)
class Closed:
    """What was pending with a partner and is closed now, in figures."""

    asks: int
    follow_ups: int
    proposals: int
    messages: int
    filters: int = 0

    def facts(self) -> dict[str, JSON]:
        """The same for a ledger entry."""
        return {name: getattr(self, name) for name in Closed.__slots__}


def close_pending(tx: Transaction, partner: PartnerCode, reason: RefusalReason, now: datetime) -> Closed:
    """Close every question, follow-up, proposal and message that is pending with a partner, each with the reason.

    Answers that were stored for repetitions go as well: a question repeated from now on is answered anew, with no.
    """
    messages = _take_back(tx, partner)
    mine = (ask.c.partner == partner) & (ask.c.state == AskState.WAITING)
    asks = tx.execute(update(ask).where(mine).values(state=AskState.UNDELIVERABLE, refusal=reason)).rowcount
    open_ = (follow_up.c.partner == partner) & follow_up.c.closed_at.is_(None)
    ids = list(tx.execute(select(follow_up.c.id).where(open_)).scalars())
    proposals = sum(_drop_proposal(tx, FollowUpId(each)) for each in ids)
    for each in ids:
        followups.close(tx, FollowUpId(each), FollowUpState.REFUSED, reason, now)
    _close_releases(tx, partner, reason)
    _close_blind_and_onward(tx, partner, reason, now)
    forget_answers_to(tx, partner, _CLOSED_KINDS)
    filters = end_filters(tx, partner, now) + forget_filters(tx, partner)
    return Closed(asks, len(ids), proposals, messages, filters)


def _take_back(tx: Transaction, partner: PartnerCode) -> int:
    waiting = (outbox.c.recipient == partner) & (outbox.c.state == QUEUED) & outbox.c.kind.in_(_CLOSED_KINDS)
    hashes = [bytes.fromhex(each) for each in tx.execute(select(outbox.c.sha256).where(waiting)).scalars()]
    withdraw(tx, hashes)
    return len(hashes)


def _drop_proposal(tx: Transaction, follow_up_id: FollowUpId) -> int:
    """Erase what one officer proposed and no second approved."""
    undecided = (release.c.follow_up_id == follow_up_id) & release.c.proposed_by.is_not(None)
    rows = tx.execute(select(release.c.id, release.c.sealed_id).where(undecided, release.c.approved_at.is_(None))).all()
    for row in rows:
        tx.execute(release.delete().where(release.c.id == row.id))
        tx.erase(SealedId(row.sealed_id))
    return len(rows)


def _close_releases(tx: Transaction, partner: PartnerCode, reason: RefusalReason) -> None:
    """Core data that were approved and had not arrived: taken back, and shown as not taken."""
    theirs = select(follow_up.c.id).where(follow_up.c.partner == partner, follow_up.c.direction == followups.IN)
    undelivered = release.c.follow_up_id.in_(theirs) & release.c.approved_at.is_not(None)
    undelivered &= release.c.delivered_at.is_(None) & release.c.refusal.is_(None)
    tx.execute(update(release).where(undelivered).values(refusal=reason))


def _close_blind_and_onward(tx: Transaction, partner: PartnerCode, reason: RefusalReason, now: datetime) -> None:
    """Blind questions, items passed on that had not arrived, and requests for consent in both directions."""
    blind = (blind_enquiry.c.partner == partner) & (blind_enquiry.c.state == AskState.WAITING)
    tx.execute(update(blind_enquiry).where(blind).values(state=AskState.UNDELIVERABLE, refusal=reason))
    item = (forwarded_item.c.partner == partner) & forwarded_item.c.message_id.is_not(None)
    item &= forwarded_item.c.delivered_at.is_(None) & forwarded_item.c.refusal.is_(None)
    tx.execute(update(forwarded_item).where(item).values(refusal=reason))
    consents = (consent_request.c.partner == partner) & consent_request.c.state.in_(_OPEN_CONSENTS)
    closed = {"state": ConsentState.REFUSED, "refusal": reason, "decided_at": now}
    tx.execute(update(consent_request).where(consents).values(closed))
