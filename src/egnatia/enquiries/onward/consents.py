"""Requests for an originator's consent, at both ends: the rows, and what every step on one has in common."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, update

from egnatia.agreements.handling import TokenUse
from egnatia.enquiries.desk import KEEP
from egnatia.enquiries.onward.messages import ConsentRequestBody
from egnatia.errors import ConflictError, NotFoundError
from egnatia.ledger import Act
from egnatia.model.events import EventKind
from egnatia.model.handling import ConsentState
from egnatia.model.ids import OfficerId, PartnerCode, SealedId
from egnatia.model.states import Purpose, RefusalReason
from egnatia.store.database import Transaction
from egnatia.store.tables import consent_request

OUT, IN = "out", "in"


@dataclass(frozen=True, slots=True)
class Consent:
    """One request, ours (`out`) or a holder's (`in`)."""

    id: str
    direction: str
    partner: PartnerCode
    item: str
    conversation: str
    use: TokenUse
    recipient: PartnerCode
    purpose: Purpose
    label_sha256: str
    officer_id: OfficerId
    at: datetime
    state: ConsentState
    expires_at: datetime | None
    proposed_by: OfficerId | None
    refusal: RefusalReason | None
    sealed_id: SealedId
    token_sealed_id: SealedId | None


def store(tx: Transaction, body: ConsentRequestBody, known: Mapping[str, str], now: datetime) -> Consent:
    """Keep a request, ours or a holder's, with its justification sealed.

    Args:
        tx: write transaction.
        body: the request.
        known: what it does not say itself: direction, partner, conversation, and of ours the message.
        now: the moment.
    """
    sealed = tx.seal(body.justification.encode(), kind="consent", at=now, erase_on=now + KEEP)
    row = {
        "id": body.request,
        "item": body.item,
        "use": body.use,
        "recipient": body.to,
        "purpose": body.purpose,
        "label_sha256": body.label_sha256,
        "officer_id": body.officer,
        "at": now,
        "state": ConsentState.WAITING,
        "sealed_id": sealed.id,
    }
    tx.execute(consent_request.insert(), {**row, **known})
    return get(tx, body.request, known["direction"])


def get(tx: Transaction, request_id: str, direction: str) -> Consent:
    """One request of one direction.

    Raises:
        NotFoundError: there is none.
    """
    table = consent_request.c
    row = tx.execute(consent_request.select().where(table.id == request_id, table.direction == direction)).one_or_none()
    if row is None:
        raise NotFoundError(
            f"there is no request for consent {request_id}", hint="`egnatia release consents` shows all of them."
        )
    return made(row)


def listed(tx: Transaction) -> list[Consent]:
    """All requests, open ones first, the oldest at the top."""
    table = consent_request.c
    rows = tx.execute(consent_request.select().order_by(table.decided_at.is_not(None), table.at, table.id))
    return [made(row) for row in rows]


def granted(tx: Transaction, item: str, use: TokenUse, to: PartnerCode, now: datetime) -> list[Consent]:
    """Consents that we were given for an item and that have not ended, the one that lasts longest first."""
    table = consent_request.c
    mine = (table.direction == OUT) & (table.item == item) & (table.use == use) & (table.recipient == to)
    query = consent_request.select().where(mine, table.state == ConsentState.GRANTED, table.expires_at > now)
    return [made(row) for row in tx.execute(query.order_by(table.expires_at.desc()))]


def end_for_other_labels(tx: Transaction, item: str, originator: PartnerCode, label_sha256: str, now: datetime) -> None:
    """End what an originator consented to under another label of its item: giving the old one back revives no token."""
    table = consent_request.c
    mine = (table.direction == OUT) & (table.item == item) & (table.partner == originator)
    ended = (
        mine & (table.state == ConsentState.GRANTED) & (table.label_sha256 != label_sha256) & (table.expires_at > now)
    )
    tx.execute(update(consent_request).where(ended).values(expires_at=now))


def act_on(row: Consent, event: EventKind, actor: str, now: datetime) -> Act:
    """The ledger entry of a step; `replace` adds what is particular."""
    return Act(event, now, actor, f"consent:{row.id}", partner=row.partner, purpose=row.purpose)


def check_open(row: Consent) -> None:
    """Raise unless it is still to be decided.

    Raises:
        ConflictError: it was decided.
    """
    if row.state in (ConsentState.GRANTED, ConsentState.REFUSED):
        raise ConflictError(f"the request was already {row.state.value}")


def set_state(tx: Transaction, request_id: str, state: ConsentState, **more: object) -> None:
    """Set where a request stands."""
    mine = update(consent_request).where(consent_request.c.id == request_id)
    tx.execute(mine.values(state=state, **more))


def made(row: Row[Any]) -> Consent:
    """The request in a row of its table."""
    return Consent(
        id=row.id,
        direction=row.direction,
        partner=PartnerCode(row.partner),
        item=row.item,
        conversation=row.conversation,
        use=TokenUse(row.use),
        recipient=PartnerCode(row.recipient),
        purpose=Purpose(row.purpose),
        label_sha256=row.label_sha256,
        officer_id=OfficerId(row.officer_id),
        at=row.at,
        state=ConsentState(row.state),
        expires_at=row.expires_at,
        proposed_by=OfficerId(row.proposed_by) if row.proposed_by else None,
        refusal=RefusalReason(row.refusal) if row.refusal else None,
        sealed_id=SealedId(row.sealed_id),
        token_sealed_id=SealedId(row.token_sealed_id) if row.token_sealed_id else None,
    )
