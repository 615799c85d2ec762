"""Taking a partner's correction: believed within limits, acted on at once, and left for an officer to look at.

What the node does by itself is only what the data's own source asks for: new values, erasing, restricting. Whether a
hit or an outcome still stands is for people (`acting.py`).
"""

import json
from datetime import datetime

from sqlalchemy import func, select, update

from egnatia.enquiries.corrections.copies import (
    Affected,
    affected,
    bring_passed_on_up_to_date,
    bring_up_to_date,
    passed_on,
    received,
)
from egnatia.enquiries.corrections.messages import (
    CORRECTION_RECEIPT,
    CorrectionBody,
    CorrectionReceiptBody,
)
from egnatia.enquiries.corrections.taken import Item, find, of_item, of_passed_on
from egnatia.enquiries.desk import KEEP
from egnatia.enquiries.dna.traces import forget_matches
from egnatia.enquiries.messages import decode, encode
from egnatia.enquiries.subjects import subject_of
from egnatia.errors import RefusedError
from egnatia.exchange.inbox import Answer, Received
from egnatia.exchange.limits import MAX_SKEW
from egnatia.ledger import Act, append
from egnatia.ledger.repeats import append_or_cap
from egnatia.model.events import EventKind
from egnatia.model.ids import EnquiryId, PartnerCode, RecordRef, SealedId
from egnatia.model.states import (
    AskState,
    CorrectionItem,
    CorrectionKind,
    RefusalReason,
)
from egnatia.store.database import Transaction
from egnatia.store.tables import answered_enquiry, ask, correction_taken, follow_up

MAX_KEPT = 10_000
"""Corrections kept of one partner before those of data that we do not have are answered and forgotten: 4 MB of rows."""
MAX_TAKEN = 100_000
"""Corrections kept of one partner in all: ninety a day for three years, after which they go."""
_MAY_STILL_ANSWER = (AskState.WAITING, AskState.UNDELIVERABLE)


def take_correction(tx: Transaction, received_: Received, now: datetime) -> Answer:
    """Act on a correction at once, with exactly one ledger entry; a repetition is answered again and changes nothing.

    One of data that are not here and cannot come makes an entry too, as long as its sender does not send such without end.

    Raises:
        RefusedError: MALFORMED, UNKNOWN_CONVERSATION for data that cannot be here, ID_REUSED, or QUOTA_EXCEEDED.
    """
    body = decode(CorrectionBody, received_.body)
    item = _checked(tx, received_, body)
    known = find(tx, item.partner, body.correction)
    if known is not None:
        if (known.kind, known.number, known.ref, known.made_at) != (body.kind, body.number, body.ref, body.made_at):
            raise RefusedError(RefusalReason.ID_REUSED, "another correction came under this id")
        return _receipt(affected(tx, item, body.made_at, body.items).copies, look=known.done_at is None)
    _check_room(tx, item.partner)
    found = affected(tx, item, body.made_at, body.items)
    act = _entry(received_, body, found, now)
    look = found.copies > 0 and body.kind is not CorrectionKind.LIFT
    if not found.copies and not _may_come(tx, item, body):
        append_or_cap(tx, act, RefusalReason.UNKNOWN_CONVERSATION)
    else:
        _store(tx, received_, item, body, look=look, now=now)
        _act_on(tx, item, body)
        for row in found.passed_on:
            bring_passed_on_up_to_date(tx, item.partner, row)
        append(tx, act)
    return _receipt(found.copies, look=look)


def _checked(tx: Transaction, received_: Received, body: CorrectionBody) -> Item:
    """What the correction is about, if this sender may correct it.

    Raises:
        RefusedError: as `take_correction`.
    """
    if body.maker != received_.sender:
        raise RefusedError(RefusalReason.UNKNOWN_CONVERSATION, f"you passed on to us nothing of {body.maker}")
    if body.made_at.tzinfo is None or body.made_at - received_.created_at > MAX_SKEW:
        raise RefusedError(RefusalReason.MALFORMED, "a correction cannot be made after it was sent")
    extra = {*body.values, *body.removed} - set(subject_of(body.subject).core_fields)
    changed = bool(body.values or body.removed)
    if extra or (changed and body.kind is not CorrectionKind.RECTIFY):
        raise RefusedError(
            RefusalReason.MALFORMED, "a correction changes core-data fields, and only where it rectifies"
        )
    if body.item is CorrectionItem.RECORD:
        return Item(received_.sender, body.item, RecordRef(body.ref), body.subject)
    return _checked_answer(tx, received_.sender, body)


def _checked_answer(tx: Transaction, asker: PartnerCode, body: CorrectionBody) -> Item:
    """An answer of ours can be called wrong by whom it was given to, in its own conversation; it cannot be changed."""
    if body.kind not in (CorrectionKind.RESTRICT, CorrectionKind.LIFT) or body.enquiry is None:
        raise RefusedError(RefusalReason.MALFORMED, "what we answered can be contested, and nothing else")
    table = answered_enquiry.c
    row = tx.execute(
        select(table.refs, table.subject).where(table.asker == asker, table.enquiry_id == body.enquiry)
    ).one_or_none()
    if row is None or body.ref not in json.loads(row.refs)["returned"] or row.subject != body.subject:
        raise RefusedError(RefusalReason.UNKNOWN_CONVERSATION, "no such reference was returned in this conversation")
    return Item(asker, body.item, RecordRef(body.ref), body.subject, EnquiryId(body.enquiry))


def _kept_of(tx: Transaction, partner: PartnerCode) -> int:
    theirs = select(func.count()).select_from(correction_taken).where(correction_taken.c.partner == partner)
    return int(tx.execute(theirs).scalar_one())


def _check_room(tx: Transaction, partner: PartnerCode) -> None:
    """A partner that corrects without end is stopped; it keeps its corrections and sends them again."""
    if _kept_of(tx, partner) >= MAX_TAKEN:
        raise RefusedError(RefusalReason.QUOTA_EXCEEDED, f"we keep {MAX_TAKEN} corrections of one partner")


def _may_come(tx: Transaction, item: Item, body: CorrectionBody) -> bool:
    """Whether data of this item can still be on their way: asked and not answered, followed up, or passed on by a third.

    Otherwise nothing is stored, and of what a third may pass on not without end, so that nobody can fill our table with
    corrections of what we never had.
    """
    if item.kind is CorrectionItem.ANSWER:
        return True
    if body.items and _kept_of(tx, item.partner) < MAX_KEPT:
        return True
    open_ask = select(ask.c.enquiry_id).where(ask.c.partner == item.partner, ask.c.state.in_(_MAY_STILL_ANSWER))
    asked = select(follow_up.c.id).where(follow_up.c.partner == item.partner, follow_up.c.ref == item.ref)
    return any(tx.execute(query.limit(1)).first() is not None for query in (open_ask, asked))


def _store(
    tx: Transaction, received_: Received, item: Item, body: CorrectionBody, *, look: bool, now: datetime
) -> None:
    changes: dict[str, str | None] = {**body.values, **dict.fromkeys(body.removed)}
    sealed = tx.seal(json.dumps(changes).encode(), kind="correction", at=now, erase_on=now + KEEP) if changes else None
    tx.execute(
        correction_taken.insert(),
        {
            "partner": item.partner,
            "correction_id": body.correction,
            "item": item.kind,
            "ref": item.ref,
            "subject": item.subject,
            "enquiry_id": item.enquiry_id,
            "kind": body.kind,
            "reason": body.reason,
            "number": body.number,
            "made_at": body.made_at,
            "received_at": now,
            "via": received_.sender,
            "items": json.dumps(body.items),
            "sealed_id": sealed.id if sealed else None,
            "done_at": None if look else now,
        },
    )


def _act_on(tx: Transaction, item: Item, body: CorrectionBody) -> None:
    """Make every copy what the corrections say; after an erasure, values sent before it are of no use to anybody."""
    if item.kind is CorrectionItem.ANSWER:
        return
    for row in received(tx, item, body.made_at):
        bring_up_to_date(tx, item, row)
    if body.kind is CorrectionKind.ERASE:
        forget_matches(tx, (item.partner, item.ref), body.correction, body.made_at)
    rows = of_item(tx, item)
    erased_at = max((row.made_at for row in rows if row.kind == CorrectionKind.ERASE), default=None)
    for row in rows:
        if erased_at is not None and row.made_at <= erased_at and row.sealed_id:
            tx.erase(SealedId(row.sealed_id))


def _entry(received_: Received, body: CorrectionBody, found: Affected, now: datetime) -> Act:
    erasing = body.kind is CorrectionKind.ERASE and bool(found.releases or found.passed_on)
    return Act(
        EventKind.CORRECTION_ERASED if erasing else EventKind.CORRECTION_RECEIVED,
        now,
        "node",
        f"correction:{body.correction}",
        partner=received_.sender,
        message_sha256=received_.sha256,
        content={
            "kind": body.kind,
            "reason": body.reason,
            "item": body.item,
            "ref": body.ref,
            "number": body.number,
            "fields": sorted({*body.values, *body.removed}),
            "releases": [row.id for row in found.releases],
            "passed_on": [row.id for row in found.passed_on],
            "candidates": [row.id for row in found.candidates],
            "outcomes": list(found.outcomes),
        },
    )


def _receipt(copies: int, *, look: bool) -> Answer:
    return Answer(CORRECTION_RECEIPT, encode(CorrectionReceiptBody(copies=copies, look=look)))


def catch_up(tx: Transaction, item: Item, release_id: str, sent_at: datetime) -> None:
    """A copy came after its correction: it is corrected before anybody can read it, and an officer is told.

    Part of taking a release, which has its own ledger entry.
    """
    late = [row for row in of_item(tx, item) if row.made_at >= sent_at]
    if not late:
        return
    rows = [row for row in received(tx, item, max(row.made_at for row in late)) if row.id == release_id]
    for row in rows:
        bring_up_to_date(tx, item, row)
    reopened = [row.correction_id for row in late if row.kind != CorrectionKind.LIFT and row.done_by is None]
    table = correction_taken.c
    mine = (table.partner == item.partner) & table.correction_id.in_(reopened)
    tx.execute(update(correction_taken).where(mine).values(done_at=None))


def catch_up_passed_on(tx: Transaction, originator: PartnerCode, item_id: str) -> None:
    """An item of a partner's that a third passed on came after its correction; part of taking the item."""
    known = of_passed_on(tx, originator, item_id)
    if not known:
        return
    for row in passed_on(tx, originator, [item_id]):
        bring_passed_on_up_to_date(tx, originator, row)
    reopened = [row.correction_id for row in known if row.kind != CorrectionKind.LIFT and row.done_by is None]
    table = correction_taken.c
    mine = (table.partner == originator) & table.correction_id.in_(reopened)
    tx.execute(update(correction_taken).where(mine).values(done_at=None))
