"""The holder's side: ask the originator whether its item may go further, and take its token or its no."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from egnatia.accounts import authorise
from egnatia.agreements.handling import TokenUse, check_pass_on
from egnatia.enquiries.desk import MIN_JUSTIFICATION, Desk, check_text
from egnatia.enquiries.messages import RECEIPT, ReceiptBody, decode, encode
from egnatia.enquiries.onward.consents import OUT, Consent, act_on, check_open, made, set_state, store
from egnatia.enquiries.onward.held import Held, held
from egnatia.enquiries.onward.messages import (
    CONSENT_REQUEST,
    FROM,
    ConsentBody,
    ConsentRefusalBody,
    ConsentRequestBody,
)
from egnatia.enquiries.onward.reach import circles
from egnatia.errors import ConflictError, InputError, RefusedError
from egnatia.exchange.inbox import Answer, Received
from egnatia.exchange.outbox import Draft, Sent, queue_message
from egnatia.exchange.protocols import require_protocol
from egnatia.exchange.tokens import read_token
from egnatia.ledger import JSON, append
from egnatia.model.events import EventKind
from egnatia.model.handling import ConsentState
from egnatia.model.ids import PartnerCode
from egnatia.model.officers import Action, Officer
from egnatia.model.states import RefusalReason
from egnatia.store.database import Transaction
from egnatia.store.tables import consent_request


@dataclass(frozen=True, slots=True)
class ConsentDraft:
    """What an officer wants to ask.

    Attributes:
        item: the item's id.
        use: what for.
        to: who would receive it; this node itself for evidence.
        justification: at least 20 characters; the originator's people read it.
    """

    item: str
    use: TokenUse
    to: PartnerCode
    justification: str


def ask_consent(tx: Transaction, desk: Desk, officer: Officer, draft: ConsentDraft, now: datetime) -> str:
    """Ask the originator of an item that we hold. Returns the request's id.

    Raises:
        ForbiddenError, NotFoundError, InputError: as the names say.
        ConflictError: the item is not somebody else's to pass on to that partner.
        RefusedError: ONWARD_NOT_ALLOWED where the label lets nobody pass it on; PARTNER_TOO_OLD.
    """
    authorise(officer, Action.ASK_CONSENT)
    item = held(tx, desk, draft.item)
    why = check_text("justification", draft.justification, MIN_JUSTIFICATION)
    _check_recipient(tx, desk, item, draft, now.date())
    require_protocol(tx, item.originator, FROM, "a request for consent")
    body = ConsentRequestBody(
        request=tx.new_id(),
        item=item.id,
        use=draft.use,
        to=draft.to,
        purpose=item.purpose,
        officer=officer.id,
        label_sha256=item.label_sha256,
        justification=why,
    )
    queued = queue_message(tx, desk.keys, Draft(CONSENT_REQUEST, item.originator, item.conversation, encode(body)), now)
    known = {"direction": OUT, "partner": item.originator, "conversation": item.conversation}
    row = store(tx, body, known | {"message_id": queued.message_id}, now)
    content: dict[str, JSON] = {"item": item.id, "use": draft.use, "to": draft.to}
    act = act_on(row, EventKind.CONSENT_ASKED, officer.id, now)
    append(tx, replace(act, message_sha256=queued.sha256, justification=why, content=content))
    return row.id


def _check_recipient(tx: Transaction, desk: Desk, item: Held, draft: ConsentDraft, today: date) -> None:
    if draft.use is TokenUse.EVIDENCE:
        if draft.to != desk.code:
            raise InputError("consent to use an item in proceedings is for this node itself")
        return
    if draft.to in (desk.code, item.originator):
        raise ConflictError(f"{draft.to} has this item already", hint="Name the partner that should receive it.")
    check_pass_on(item.label, draft.to, circles(tx, desk, today), token=True)


def take_consent(tx: Transaction, desk: Desk, received: Received, now: datetime) -> Answer:
    """Keep the originator's token.

    Raises:
        RefusedError: MALFORMED, UNKNOWN_CONVERSATION, or ONWARD_NOT_ALLOWED for a token that is not for what we asked.
    """
    body = decode(ConsentBody, received.body)
    row = _ours(tx, body.request, received)
    token = read_token(tx, body.token)
    asked = (row.partner, row.item, row.use, desk.code, row.recipient, row.purpose, row.label_sha256)
    given = (token.issuer, token.item, token.use, token.holder, token.to, token.purpose, token.label_sha256)
    if asked != given:
        raise RefusedError(RefusalReason.ONWARD_NOT_ALLOWED, "the token is not for what was asked")
    sealed = tx.seal(body.token.encode(), kind="token", at=now, erase_on=token.expires_at)
    more = {"expires_at": token.expires_at, "token_sealed_id": sealed.id, "decided_at": now}
    set_state(tx, row.id, ConsentState.GRANTED, **more)
    act = act_on(row, EventKind.CONSENT_RECEIVED, "node", now)
    facts: dict[str, JSON] = {"item": row.item, "use": row.use, "to": row.recipient, "granted": True}
    append(tx, replace(act, message_sha256=received.sha256, content=facts))
    return Answer(RECEIPT, encode(ReceiptBody()))


def take_consent_refusal(tx: Transaction, received: Received, now: datetime) -> Answer:
    """Record the originator's no.

    Raises:
        RefusedError: MALFORMED or UNKNOWN_CONVERSATION.
    """
    body = decode(ConsentRefusalBody, received.body)
    _refused(tx, _ours(tx, body.request, received), body.reason, received, now)
    return Answer(RECEIPT, encode(ReceiptBody()))


def take_request_answer(tx: Transaction, sent: Sent, received: Received, now: datetime) -> None:
    """The originator's node answered our request: a receipt leaves it waiting, a refusal closes it."""
    refusal = received.refusal()
    if refusal is None:
        return
    row = made(tx.execute(consent_request.select().where(consent_request.c.message_id == sent.message_id)).one())
    if row.state is ConsentState.WAITING:
        _refused(tx, row, refusal[0], received, now)


def take_undeliverable(tx: Transaction, sent: Sent, now: datetime) -> None:
    """Our request grew too old before the originator's node had it."""
    row = made(tx.execute(consent_request.select().where(consent_request.c.message_id == sent.message_id)).one())
    if row.state is ConsentState.WAITING:
        set_state(tx, row.id, ConsentState.REFUSED, refusal=RefusalReason.TOO_OLD, decided_at=now)


def _refused(tx: Transaction, row: Consent, reason: RefusalReason, received: Received, now: datetime) -> None:
    set_state(tx, row.id, ConsentState.REFUSED, refusal=reason, decided_at=now)
    act = act_on(row, EventKind.CONSENT_RECEIVED, "node", now)
    facts: dict[str, JSON] = {"item": row.item, "use": row.use, "to": row.recipient, "granted": False, "reason": reason}
    append(tx, replace(act, message_sha256=received.sha256, content=facts))


def _ours(tx: Transaction, request_id: str, received: Received) -> Consent:
    """Our open request to the sender, in its conversation."""
    table = consent_request.c
    mine = (table.id == request_id) & (table.direction == OUT) & (table.partner == received.sender)
    row = tx.execute(consent_request.select().where(mine, table.conversation == received.conversation)).one_or_none()
    if row is None:
        raise RefusedError(RefusalReason.UNKNOWN_CONVERSATION, "we sent you no such request")
    found = made(row)
    try:
        check_open(found)
    except ConflictError as error:
        raise RefusedError(RefusalReason.UNKNOWN_CONVERSATION, error.message) from None
    return found
