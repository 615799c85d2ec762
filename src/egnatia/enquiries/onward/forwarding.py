"""Passing an item on: one act of an officer at the holder, and the same questions asked again at the receiver.

The item goes whole: same values, same label, same grading, and the token's hashes would show any change. What is
asked at both ends is the originator's token, the label, and a grant of that day between the two.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, select, update

from egnatia.accounts import authorise
from egnatia.agreements import Request
from egnatia.agreements.handling import (
    Item,
    OnwardToken,
    TokenUse,
    canonical_bytes,
    check_pass_on,
    check_token,
    check_use,
    from_body,
    from_text,
    label_sha256,
    to_body,
)
from egnatia.agreements.handling.written import grading_body, grading_of
from egnatia.enquiries import followups
from egnatia.enquiries.corrections.reading import check_passed_on
from egnatia.enquiries.corrections.taking import catch_up_passed_on
from egnatia.enquiries.desk import KEEP, MIN_JUSTIFICATION, Desk, check_text, check_witnessed
from egnatia.enquiries.guard import check_guard
from egnatia.enquiries.labels import Marked, keep_until, stored_grading
from egnatia.enquiries.messages import RECEIPT, LabelReceiptBody, decode, encode
from egnatia.enquiries.onward.consents import granted
from egnatia.enquiries.onward.held import Held, held, open_item, passed_on_row
from egnatia.enquiries.onward.label_words import check_word, forget_word
from egnatia.enquiries.onward.messages import FORWARD, FROM, ForwardBody
from egnatia.enquiries.onward.reach import circles
from egnatia.enquiries.releases import check_receipt
from egnatia.enquiries.subjects import subject_of
from egnatia.errors import NotFoundError, RefusedError
from egnatia.exchange.inbox import Answer, Received
from egnatia.exchange.outbox import Draft, Sent, queue_message
from egnatia.exchange.protocols import require_protocol
from egnatia.exchange.tokens import read_token
from egnatia.ledger import Act, append
from egnatia.model.agreements import Grant
from egnatia.model.events import EventKind
from egnatia.model.ids import PartnerCode, SealedId
from egnatia.model.officers import Action, Officer
from egnatia.model.states import Offence, RefusalReason, SubjectKind
from egnatia.store.database import Transaction
from egnatia.store.tables import forwarded_item

OUT, IN = "out", "in"


@dataclass(frozen=True, slots=True)
class Forwarded:
    """One item passed on by us (`out`) or to us (`in`), without its values."""

    id: str
    direction: str
    partner: PartnerCode
    originator: PartnerCode
    item: str
    fields: tuple[str, ...]
    at: datetime
    delivered_at: datetime | None
    refusal: RefusalReason | None


def forward(tx: Transaction, desk: Desk, officer: Officer, wanted: tuple[str, PartnerCode, str], now: datetime) -> str:
    """Pass an item of another partner on to a third. Returns the id of its row.

    Args:
        tx: write transaction.
        desk: our side, the holder.
        officer: who decides that it goes.
        wanted: the item's id, the recipient, and why (at least 20 characters).
        now: the moment.

    Raises:
        ForbiddenError, NotFoundError, InputError: as the names say.
        ErasedError: the item was erased.
        RefusedError: ONWARD_NOT_ALLOWED without a valid token or against its label; HANDLING_FORBIDS; what `permit` says
            of the two of us; PROTECTION_CLAIM_GUARD; PARTNER_TOO_OLD; UNWITNESSED.
    """
    authorise(officer, Action.FORWARD_ITEM)
    item_id, to, reason = wanted
    why = check_text("reason", reason, MIN_JUSTIFICATION)
    item = held(tx, desk, item_id)
    texts = _good_tokens(tx, item, to, now)
    require_protocol(tx, to, FROM, "an item of another partner")
    check_witnessed(tx, desk, now)
    grant = _permitted(tx, desk, (to, desk.code), item, now)
    whole = open_item(tx, officer, item, why)
    text = _covering(tx, desk, (whole, item), (texts, to), now)
    _check_claims(tx, desk, to, whole.fields)
    body = _body(item, whole, text)
    row_id = tx.new_id()
    queued = queue_message(tx, desk.keys, Draft(FORWARD, to, row_id, encode(body)), now)
    sealed = tx.seal(why.encode(), kind="facts", at=now, erase_on=now + KEEP)
    more = {"id": row_id, "direction": OUT, "partner": to, "at": now, "message_id": queued.message_id}
    tx.execute(forwarded_item.insert(), _row(body, grant) | more | {"sealed_id": sealed.id})
    act = _act(EventKind.ITEM_FORWARDED, (officer.id, to), item.id, grant, now)
    facts = {"originator": item.originator, "fields": list(whole.fields), "label_sha256": label_sha256(whole.label)}
    append(tx, replace(act, purpose=item.purpose, message_sha256=queued.sha256, justification=why, content=facts))
    return row_id


def _good_tokens(tx: Transaction, item: Held, to: PartnerCode, now: datetime) -> list[str]:
    """The originator's tokens for this, before anything else is looked at; without one there is nothing to look at."""
    found = [
        text.decode()
        for each in granted(tx, item.id, TokenUse.ONWARD, to, now)
        if each.partner == item.originator and (text := tx.opened(each.token_sealed_id)) is not None
    ]
    if not found:
        raise _no_token(item, to)
    return found


def _no_token(item: Held, to: PartnerCode) -> RefusedError:
    return RefusedError(
        RefusalReason.ONWARD_NOT_ALLOWED,
        f"{item.originator} has given no token by which this item may go to {to} today",
        hint="Ask for one with `egnatia release ask-consent`; two people of the originator decide.",
    )


def _covering(
    tx: Transaction, desk: Desk, item: tuple[Item, Held], going: tuple[list[str], PartnerCode], now: datetime
) -> str:
    """The first token that covers the item as it is: an earlier one may be for a label or for values that were changed."""
    (whole, known), (texts, to), refusal = item, going, None
    for text in texts:
        try:
            token = read_token(tx, text)
            check_token(token, whole, (TokenUse.ONWARD, desk.code, to, known.purpose), now)
        except RefusedError as error:
            refusal = refusal or error
            continue
        _check_label(tx, desk, token, whole, now)
        return text
    raise refusal or _no_token(known, to)


def _check_label(tx: Transaction, desk: Desk, token: OnwardToken, whole: Item, now: datetime) -> None:
    """What a token alone does not say: the label lets it go at all, and lets it be used for that today."""
    if whole.label.originators != {token.issuer}:
        raise RefusedError(RefusalReason.ONWARD_NOT_ALLOWED, "other originators have to consent as well")
    check_pass_on(whole.label, token.to, circles(tx, desk, now.date()), token=True)
    check_use(whole.label, token.purpose, now.date())


def _permitted(tx: Transaction, desk: Desk, pair: tuple[PartnerCode, PartnerCode], item: Any, now: datetime) -> Grant:
    """The grant by which the receiver could ask the holder for core data of this kind: a token makes no agreement."""
    receiver, holder = pair
    asked = Request(receiver, holder, item.subject, item.purpose, item.offence, now.date(), step_two=True)
    return followups.permitted(tx, desk, asked)


def _check_claims(tx: Transaction, desk: Desk, to: PartnerCode, values: Mapping[str, str]) -> None:
    numbers = [values.get("number_from", ""), *values.get("document_numbers", "").split(";")]
    partner = desk.register(tx).partners.get(to)
    check_guard(tx, to, partner.travel_document_codes if partner else (), {**values, "identifiers": numbers})


def _body(item: Held, whole: Item, token: str) -> ForwardBody:
    return ForwardBody(
        item=item.id,
        originator=item.originator,
        subject=item.subject,
        purpose=item.purpose,
        offence=item.offence,
        fields=dict(whole.fields),
        as_of=whole.as_of,
        label=to_body(whole.label),
        grading=grading_body(item.grading),
        token=token,
    )


def _row(body: ForwardBody, grant: Grant) -> dict[str, object]:
    marked = Marked(from_body(body.label), "", grading_of(body.grading))
    return {
        "originator": body.originator,
        "item": body.item,
        "subject": body.subject,
        "purpose": body.purpose,
        "offence": body.offence,
        "grant_id": grant.id,
        "fields": json.dumps(list(body.fields)),
        "label": canonical_bytes(marked.label).decode(),
        "grading": marked.columns()["grading"],
        "as_of": body.as_of.isoformat(),
    }


def _act(event: EventKind, who: tuple[str, PartnerCode], item_id: str, grant: Grant, now: datetime) -> Act:
    return Act(event, now, who[0], f"item:{item_id}", partner=who[1], grant=grant.id)


def take_forward(tx: Transaction, desk: Desk, received: Received, now: datetime) -> Answer:
    """Store an item of another partner that a third passes on to us, when its originator's token stands behind it.

    Raises:
        RefusedError: MALFORMED, ONWARD_NOT_ALLOWED, HANDLING_UNKNOWN, HANDLING_FORBIDS, ID_REUSED where we have it
            already, or what `permit` says of the two of us.
    """
    body = decode(ForwardBody, received.body)
    whole = _whole(body)
    token = read_token(tx, body.token)
    if token.issuer != body.originator or token.issuer in (desk.code, received.sender):
        raise RefusedError(RefusalReason.ONWARD_NOT_ALLOWED, "the token is not of a third partner, the originator")
    check_token(token, whole, (TokenUse.ONWARD, received.sender, desk.code, body.purpose), now)
    _check_label(tx, desk, token, whole, now)
    check_word(tx, token)
    _check_form(tx, body)
    grant = _permitted(tx, desk, (desk.code, received.sender), body, now)
    _store(tx, desk, (received, body), (grant, whole), now)
    facts = {"originator": body.originator, "fields": list(body.fields), "label_sha256": label_sha256(whole.label)}
    act = _act(EventKind.FORWARD_RECEIVED, ("node", received.sender), body.item, grant, now)
    append(tx, replace(act, purpose=body.purpose, message_sha256=received.sha256, content=facts))
    return Answer(RECEIPT, encode(LabelReceiptBody(label_sha256=label_sha256(whole.label))))


def _whole(body: ForwardBody) -> Item:
    grading = grading_of(body.grading)
    return Item(body.item, body.fields, body.as_of, from_body(body.label), body.subject, body.offence, grading)


def _check_form(tx: Transaction, body: ForwardBody) -> None:
    extra = set(body.fields) - set(subject_of(body.subject).core_fields)
    if extra:
        raise RefusedError(RefusalReason.MALFORMED, f"{min(extra)!r} is not a core-data field of {body.subject.value}")
    mine = (forwarded_item.c.item == body.item) & (forwarded_item.c.direction == IN)
    mine &= forwarded_item.c.originator == body.originator  # whoever else took this id took it in another name
    if tx.execute(select(forwarded_item.c.id).where(mine)).first() is not None:
        raise RefusedError(RefusalReason.ID_REUSED, "this item is here already")


def _store(
    tx: Transaction,
    desk: Desk,
    message: tuple[Received, ForwardBody],
    known: tuple[Grant, Item],
    now: datetime,
) -> None:
    (received, body), (grant, whole) = message, known
    until = keep_until(tx, desk, grant.id, whole.label, now)
    content = json.dumps({"values": dict(whole.fields)}).encode()
    sealed = tx.seal(content, kind="core_data", at=now, erase_on=until)
    more = {"id": tx.new_id(), "direction": IN, "partner": received.sender, "at": now, "sealed_id": sealed.id}
    tx.execute(forwarded_item.insert(), _row(body, grant) | more)
    catch_up_passed_on(tx, PartnerCode(body.originator), body.item)
    forget_word(tx, PartnerCode(body.originator), body.item)


def take_forward_answer(tx: Transaction, sent: Sent, received: Received, now: datetime) -> None:
    """The receiver's node has it, under the label that we sent, or did not take it.

    Raises:
        RefusedError: HANDLING_UNKNOWN, it keeps it under another label.
    """
    mine = forwarded_item.c.message_id == sent.message_id
    refusal = received.refusal()
    if refusal is None:
        row = tx.execute(forwarded_item.select().where(mine)).one()
        check_receipt(label_sha256(from_text(row.label)), received)
        tx.execute(update(forwarded_item).where(mine).values(delivered_at=now))
        return
    tx.execute(update(forwarded_item).where(mine).values(refusal=refusal[0]))
    facts = {"reason": refusal[0], "detail": refusal[1]}
    act = Act(EventKind.REFUSAL_RECEIVED, now, "node", f"message:{sent.message_id}", partner=sent.to)
    append(tx, replace(act, message_sha256=received.sha256, content=facts))


def take_undeliverable(tx: Transaction, sent: Sent) -> None:
    """What we passed on grew too old on its way: nobody received it."""
    mine = forwarded_item.c.message_id == sent.message_id
    tx.execute(update(forwarded_item).where(mine).values(refusal=RefusalReason.TOO_OLD))


def listed(tx: Transaction) -> list[Forwarded]:
    """Everything that was passed on, by us or to us, the newest first."""
    rows = tx.execute(forwarded_item.select().order_by(forwarded_item.c.at.desc(), forwarded_item.c.id))
    return [_made(row) for row in rows]


def view_forwarded(
    tx: Transaction, officer: Officer, item_id: str, justification: str, now: datetime
) -> tuple[Item, PartnerCode]:
    """Open an item that was passed on to us, with its label and its originator. Looking is logged.

    Raises:
        ForbiddenError, NotFoundError, ErasedError: as the names say.
        ConflictError: items of several originators came under this id; the id of a row says which.
        RefusedError: HANDLING_FORBIDS, its label does not let us look any more.
    """
    authorise(officer, Action.VIEW_CANDIDATES)
    row = passed_on_row(tx, item_id)
    if row is None:
        raise NotFoundError(f"no item {item_id} was passed on to us", hint="`egnatia release forwarded` lists them.")
    label = from_text(row.label)
    check_use(label, row.purpose, now.date())
    check_passed_on(tx, officer, PartnerCode(row.originator), row.item, justification)
    act = Act(EventKind.CORE_DATA_VIEWED, now, officer.id, f"item:{row.item}", partner=PartnerCode(row.partner))
    append(tx, replace(act, justification=justification or "casework"))
    values: dict[str, str] = json.loads(tx.unseal(SealedId(row.sealed_id)))["values"]
    about = (SubjectKind(row.subject), Offence(row.offence), stored_grading(row.grading))
    return Item(row.item, values, date.fromisoformat(row.as_of), label, *about), PartnerCode(row.originator)


def _made(row: Row[Any]) -> Forwarded:
    return Forwarded(
        id=row.id,
        direction=row.direction,
        partner=PartnerCode(row.partner),
        originator=PartnerCode(row.originator),
        item=row.item,
        fields=tuple(json.loads(row.fields)),
        at=row.at,
        delivered_at=row.delivered_at,
        refusal=RefusalReason(row.refusal) if row.refusal else None,
    )
