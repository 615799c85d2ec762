"""The originator's side: two of its people decide whether its item may go further, and the token is signed.

Nothing is signed by rule. What the nodes refuse at once is only what nobody may allow: an item that the sender does not
hold, another label than ours, an item that its label lets nobody pass on.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, select

from egnatia.accounts import authorise, require_other
from egnatia.agreements.handling import (
    Circles,
    Item,
    OnwardToken,
    TokenUse,
    check_pass_on,
    check_use,
    content_sha256,
    label_sha256,
)
from egnatia.enquiries import followups, releases
from egnatia.enquiries.desk import MIN_JUSTIFICATION, Desk, check_text, check_witnessed
from egnatia.enquiries.followups import FollowUp
from egnatia.enquiries.labels import label_of, stored_grading
from egnatia.enquiries.messages import RECEIPT, ReceiptBody, decode, encode
from egnatia.enquiries.onward.consents import IN, Consent, act_on, check_open, get, set_state, store
from egnatia.enquiries.onward.messages import (
    CONSENT,
    CONSENT_REFUSAL,
    ConsentBody,
    ConsentRefusalBody,
    ConsentRequestBody,
)
from egnatia.enquiries.onward.reach import circles
from egnatia.enquiries.subjects import subject_of
from egnatia.enquiries.their_followups import OFFICER_REASONS
from egnatia.errors import ConflictError, InputError, NotFoundError, RefusedError
from egnatia.exchange.inbox import Answer, Received
from egnatia.exchange.outbox import Draft, queue_message
from egnatia.exchange.tokens import sign_token
from egnatia.ledger import append
from egnatia.model.events import EventKind
from egnatia.model.handling import ConsentState, Label
from egnatia.model.ids import FollowUpId, PartnerCode
from egnatia.model.officers import Action, Officer
from egnatia.model.states import RefusalReason
from egnatia.store.database import Transaction
from egnatia.store.tables import consent_request, release

MAX_DAYS = 90
"""A token's longest life: our own rule, that of a standing enquiry (requirement ENQ-11)."""
MAX_WAITING = 200
"""Requests of one holder that wait for our people: more than two people decide on in a week. Our choice."""


def take_request(tx: Transaction, desk: Desk, received: Received, now: datetime) -> Answer:
    """Store a holder's request for people to look at.

    Raises:
        RefusedError: MALFORMED, UNKNOWN_CONVERSATION where the sender holds no such item of ours, ID_REUSED,
            HANDLING_UNKNOWN for another label than ours, HANDLING_FORBIDS, ONWARD_NOT_ALLOWED, or QUOTA_EXCEEDED.
    """
    body = decode(ConsentRequestBody, received.body)
    if tx.execute(select(consent_request.c.id).where(consent_request.c.id == body.request)).first() is not None:
        raise RefusedError(RefusalReason.ID_REUSED, "there is a request with this id already")
    _check_theirs(tx, desk, received.sender, body, now)
    _check_room(tx, received.sender)
    known = {"direction": IN, "partner": received.sender, "conversation": received.conversation}
    row = store(tx, body, known, now)
    act = act_on(row, EventKind.CONSENT_REQUESTED, "node", now)
    facts = {"item": body.item, "use": body.use, "to": body.to, "asked_by": body.officer}
    append(tx, replace(act, message_sha256=received.sha256, justification=body.justification, content=facts))
    return Answer(RECEIPT, encode(ReceiptBody()))


def _check_room(tx: Transaction, sender: PartnerCode) -> None:
    """Two people decide on each; a partner that asks without end is told to wait for them."""
    open_ = consent_request.c.state.in_((ConsentState.WAITING, ConsentState.PROPOSED))
    theirs = (consent_request.c.partner == sender) & (consent_request.c.direction == IN) & open_
    waiting = int(tx.execute(select(func.count()).select_from(consent_request).where(theirs)).scalar_one())
    if waiting >= MAX_WAITING:
        raise RefusedError(RefusalReason.QUOTA_EXCEEDED, f"{waiting} requests of yours wait for our people")


def _check_theirs(tx: Transaction, desk: Desk, sender: PartnerCode, body: ConsentRequestBody, now: datetime) -> None:
    """The sender holds this item of ours, under the label that we know, and its label lets somebody pass it on."""
    try:
        row, stored = our_item(tx, body.item)
    except NotFoundError:
        raise _not_theirs() from None
    if row.partner != sender and not _went_to(tx, body.item, sender):
        raise _not_theirs()
    label = label_of(stored, row, desk.code)
    if label_sha256(label) != body.label_sha256:
        raise RefusedError(RefusalReason.HANDLING_UNKNOWN, "this item of ours has another label")
    check_use(label, body.purpose, now.date())
    _check_recipient(circles(tx, desk, now.date()), desk, label, (sender, body.use, PartnerCode(body.to)))


def _check_recipient(
    known: Circles, desk: Desk, label: Label, asked: tuple[PartnerCode, TokenUse, PartnerCode]
) -> None:
    sender, use, to = asked
    if sender not in known.task_force:
        raise RefusedError(RefusalReason.ONWARD_NOT_ALLOWED, f"{sender} is barred here or in no agreement")
    if use is TokenUse.EVIDENCE:
        if to != sender:
            raise RefusedError(RefusalReason.MALFORMED, "consent for proceedings is for whoever asks")
        return
    if to in (sender, desk.code) or to not in known.task_force:
        raise RefusedError(RefusalReason.ONWARD_NOT_ALLOWED, f"{to} is no third partner")
    check_pass_on(label, to, known, token=True)


def _not_theirs() -> RefusedError:
    return RefusedError(RefusalReason.UNKNOWN_CONVERSATION, "you hold no such item of ours")


def our_item(tx: Transaction, item_id: str) -> tuple[FollowUp, Row[Any]]:
    """The partner's follow-up that an item of ours answered, and the approved release.

    Raises:
        NotFoundError: we released nothing under this id.
    """
    row = followups.get(tx, FollowUpId(item_id), followups.IN)
    query = release.select().where(release.c.follow_up_id == item_id, release.c.approved_at.is_not(None))
    stored = tx.execute(query).one_or_none()
    if stored is None:
        raise NotFoundError(f"nothing was released under {item_id}")
    return row, stored


def _went_to(tx: Transaction, item_id: str, holder: PartnerCode) -> bool:
    """Whether we consented that this partner may have our item from another one."""
    table = consent_request.c
    mine = (table.direction == IN) & (table.item == item_id) & (table.recipient == holder)
    onward = (table.use == TokenUse.ONWARD) & (table.state == ConsentState.GRANTED)
    return tx.execute(select(table.id).where(mine, onward)).first() is not None


def propose_consent(
    tx: Transaction, desk: Desk, officer: Officer, request_id: str, terms: tuple[int, str], now: datetime
) -> None:
    """Propose to consent; nothing is signed yet.

    Args:
        tx: write transaction.
        desk: our side, the originator.
        officer: the first of the two people.
        request_id: a holder's open request.
        terms: for how many days the token is good (1 to `MAX_DAYS`), and the reason (at least 20 characters).
        now: the moment.

    Raises:
        ForbiddenError, NotFoundError, ConflictError, InputError: as the names say.
        RefusedError: the record is shielded, or could tell the recipient of a protection claim.
    """
    authorise(officer, Action.PROPOSE_RELEASE)
    row = get(tx, request_id, IN)
    check_open(row)
    if row.state is not ConsentState.WAITING:
        raise ConflictError("somebody proposed already", hint="A second officer decides.")
    days, reason = terms[0], check_text("reason", terms[1], MIN_JUSTIFICATION)
    if not 1 <= days <= MAX_DAYS:
        raise InputError(f"a token is good for 1 to {MAX_DAYS} days")
    _check_item(tx, desk, row, now)
    expires_at = now + timedelta(days=days)
    set_state(tx, row.id, ConsentState.PROPOSED, proposed_by=officer.id, expires_at=expires_at)
    act = act_on(row, EventKind.CONSENT_PROPOSED, officer.id, now)
    append(tx, replace(act, justification=reason, content={"item": row.item, "to": row.recipient, "days": days}))


def grant_consent(tx: Transaction, desk: Desk, officer: Officer, request_id: str, now: datetime) -> None:
    """Consent: the act of the second person. The token is signed and sent to the holder.

    Raises:
        ForbiddenError: not an approver, or the same person as the proposer.
        NotFoundError, ConflictError: as the names say.
        RefusedError: what forbade it meanwhile, or UNWITNESSED.
    """
    authorise(officer, Action.APPROVE_RELEASE)
    row = get(tx, request_id, IN)
    check_open(row)
    if row.state is not ConsentState.PROPOSED or row.expires_at is None:
        raise ConflictError("nobody proposed to consent yet", hint="The first of two officers proposes.")
    require_other(officer, row.proposed_by)
    check_witnessed(tx, desk, now)
    token = _token(row, desk, _check_item(tx, desk, row, now), row.expires_at)
    text = sign_token(token, desk.keys.signing)
    body = ConsentBody(request=row.id, token=text)
    queued = queue_message(tx, desk.keys, Draft(CONSENT, row.partner, row.conversation, encode(body)), now)
    sealed = tx.seal(text.encode(), kind="token", at=now, erase_on=row.expires_at)
    set_state(tx, row.id, ConsentState.GRANTED, decided_at=now, token_sealed_id=sealed.id)
    act = act_on(row, EventKind.CONSENT_GRANTED, officer.id, now)
    facts = {"item": row.item, "use": row.use, "to": row.recipient, "proposed_by": row.proposed_by}
    append(tx, replace(act, message_sha256=queued.sha256, justification=f"consent to {row.use.value}", content=facts))


def _token(row: Consent, desk: Desk, item: Item, expires_at: datetime) -> OnwardToken:
    return OnwardToken(
        issuer=desk.code,
        item=row.item,
        use=row.use,
        holder=row.partner,
        to=row.recipient,
        purpose=row.purpose,
        expires_at=expires_at,
        content_sha256=content_sha256(item),
        label_sha256=label_sha256(item.label),
    )


def _check_item(tx: Transaction, desk: Desk, row: Consent, now: datetime) -> Item:
    """Our item as it was released, when it may still go to the recipient: the guards of a release are asked again."""
    asked, stored = our_item(tx, row.item)
    label = label_of(stored, asked, desk.code)
    if label_sha256(label) != row.label_sha256:
        raise ConflictError("the item's label changed since this was asked", hint="Refuse; the holder asks again.")
    check_use(label, row.purpose, now.date())
    _check_recipient(circles(tx, desk, now.date()), desk, label, (row.partner, row.use, row.recipient))
    held = subject_of(asked.subject).core_values(tx, asked.ref)
    releases.check_releasable(tx, desk, replace(asked, partner=row.recipient), held)
    made_release = next(each for each in releases.of_follow_up(tx, asked.id) if each.id == stored.id)
    as_of = releases.as_of(stored)
    # A release that went to a partner of release 0.1.0 went without its grading.
    grading = stored_grading(stored.grading) if stored.label_sha256 else None
    values = releases.values_of(tx, made_release)
    return Item(row.item, values, as_of, label, asked.subject, asked.offence, grading)


def refuse_consent(
    tx: Transaction, desk: Desk, officer: Officer, request_id: str, reason: RefusalReason, now: datetime
) -> None:
    """Refuse, with a reason from the closed list of officers' reasons; one person is enough for a no.

    Raises:
        ForbiddenError, NotFoundError, ConflictError: as the names say.
        InputError: not one of an officer's reasons.
    """
    authorise(officer, Action.REFUSE_FOLLOW_UP)
    row = get(tx, request_id, IN)
    check_open(row)
    if reason not in OFFICER_REASONS:
        raise InputError(
            f"{reason.value} is not an officer's reason", hint=f"Choose from: {', '.join(OFFICER_REASONS)}."
        )
    body = ConsentRefusalBody(request=row.id, reason=reason)
    queued = queue_message(tx, desk.keys, Draft(CONSENT_REFUSAL, row.partner, row.conversation, encode(body)), now)
    set_state(tx, row.id, ConsentState.REFUSED, refusal=reason, decided_at=now)
    act = act_on(row, EventKind.CONSENT_REFUSED, officer.id, now)
    append(tx, replace(act, message_sha256=queued.sha256, justification=reason.value))
