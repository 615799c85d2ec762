"""Telling every holder of an item its present label until each has said that it keeps it: a message dies after a week.

What goes out is the label of that moment, in the place of whichever the holder has. It may not have the last one before:
a message with that one may have grown too old while it was away. So every label since it last answered is remembered by
its hash, and where the holder says that it has another one, the next is named, down to the one that it was released under.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, select, update

from egnatia.agreements.handling import from_text, label_sha256, to_body
from egnatia.enquiries.desk import Desk
from egnatia.enquiries.messages import LabelReceiptBody, decode, encode
from egnatia.enquiries.onward.deciding import our_item
from egnatia.enquiries.onward.messages import FROM, LABEL_CHANGE, LabelChangeBody
from egnatia.exchange.inbox import Received
from egnatia.exchange.outbox import Draft, Sent, queue_message
from egnatia.exchange.protocols import protocol_of
from egnatia.model.handling import Label
from egnatia.model.ids import PartnerCode
from egnatia.model.states import CopyState, RefusalReason
from egnatia.store.database import Transaction
from egnatia.store.tables import label_letter, partner_card

ROUND = 100
"""Letters queued in one transaction, so that an item with many holders does not hold the writer."""
TOO_OLD_AGAIN = timedelta(minutes=1)
"""How soon a partner that could not read labels is looked at again: an upgrade is noticed within a minute."""
REFUSED_AGAIN = timedelta(days=1)
"""How soon a refused label is sent again: somebody has to put something right there first."""
MAX_EARLIER = 20
"""Earlier labels remembered of one letter: more than an item ever has. The oldest stays, it is the likeliest."""
_DUE = (CopyState.HELD, CopyState.REFUSED)
Told = tuple[PartnerCode, str]
"""A holder, and the conversation in which it has the item."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One holder that has to hear of the present label of an item of ours.

    Attributes:
        item: the item's id.
        partner: the holder.
        earlier: hashes of the labels that it may have, the latest first.
        state: how far the present one has come.
        message_id: of the latest message.
        refusal: why its node did not take it.
    """

    item: str
    partner: PartnerCode
    earlier: tuple[str, ...]
    state: CopyState
    message_id: str | None
    refusal: RefusalReason | None


def tell(tx: Transaction, desk: Desk, item: str, old: Label, told: Iterable[Told], now: datetime) -> None:
    """Send the label that an item of ours has now to its holders, and remember that each has to keep it.

    Args:
        tx: write transaction, in which the label was changed.
        desk: our side.
        item: its id.
        old: the label that was changed.
        told: who has it.
        now: the moment.
    """
    for partner, conversation in told:
        mine = _of(item, partner)
        row = tx.execute(label_letter.select().where(mine)).one_or_none()
        known = [] if row is None or row.state == CopyState.DONE else json.loads(row.earlier)
        earlier = [label_sha256(old), *(each for each in known if each != label_sha256(old))]
        del earlier[MAX_EARLIER - 1 : -1]
        tx.execute(label_letter.delete().where(mine))
        values = {"item": item, "partner": partner, "conversation": conversation, "earlier": json.dumps(earlier)}
        tx.execute(label_letter.insert(), values | {"state": CopyState.HELD, "tries": 0, "next_at": now})
        _send(tx, desk, tx.execute(label_letter.select().where(mine)).one(), now)


def send_waiting(tx: Transaction, desk: Desk, now: datetime) -> int:
    """Queue what is held and due. Returns how many messages were queued."""
    table = label_letter.c
    query = label_letter.select().where(table.state.in_(_DUE), table.next_at <= now)
    rows = tx.execute(query.order_by(table.next_at, table.item, table.partner).limit(ROUND)).all()
    return sum(_send(tx, desk, row, now) for row in rows)


def has_waiting(tx: Transaction, now: datetime) -> bool:
    """Whether a round would find anything to do: a look at a small index."""
    table = label_letter.c
    query = select(table.item).where(table.state.in_(_DUE), table.next_at <= now)
    return tx.execute(query.limit(1)).first() is not None


def _send(tx: Transaction, desk: Desk, row: Row[Any], now: datetime) -> bool:
    """Queue one letter. One that has lost its sense is forgotten, one that cannot be read yet stays."""
    partner, mine = PartnerCode(row.partner), _of(row.item, row.partner)
    asked, stored = our_item(tx, row.item)
    never_came = stored.refusal is not None and asked.partner == partner
    if never_came or tx.execute(select(partner_card.c.code).where(partner_card.c.code == partner)).first() is None:
        tx.execute(label_letter.delete().where(mine))
        return False
    if protocol_of(tx, partner) < FROM:
        tx.execute(update(label_letter).where(mine).values(next_at=now + TOO_OLD_AGAIN))
        return False
    earlier = json.loads(row.earlier)
    label = from_text(stored.label)
    body = LabelChangeBody(item=row.item, old_sha256=earlier[row.tries % len(earlier)], label=to_body(label))
    queued = queue_message(tx, desk.keys, Draft(LABEL_CHANGE, partner, row.conversation, encode(body)), now)
    sent = {"state": CopyState.SENT, "message_id": queued.message_id, "tries": row.tries + 1}
    tx.execute(update(label_letter).where(mine).values(sent))
    return True


def take_answer(tx: Transaction, sent: Sent, received: Received, now: datetime) -> None:
    """A holder keeps the label, or its node did not take it; an answer to an older letter changes nothing.

    Raises:
        RefusedError: MALFORMED, it is neither; the answer is not taken.
    """
    refusal = received.refusal()
    if refusal is not None:
        note_answer(tx, sent.message_id, None, refusal[0], now)
    else:
        note_answer(tx, sent.message_id, decode(LabelReceiptBody, received.body).label_sha256, None, now)


def note_answer(
    tx: Transaction, message_id: str, keeps: str | None, refusal: RefusalReason | None, now: datetime
) -> None:
    """Note what a holder said to a letter.

    Args:
        tx: write transaction.
        message_id: of the letter.
        keeps: hash of the label under which it has the item now.
        refusal: why it did not take it.
        now: the moment.
    """
    ours = (label_letter.c.message_id == message_id) & (label_letter.c.state == CopyState.SENT)
    row = tx.execute(label_letter.select().where(ours)).one_or_none()
    if row is None:
        return
    if keeps is not None:  # the label of the letter is the present one: a change makes a new letter
        present = label_sha256(from_text(our_item(tx, row.item)[1].label))
        refusal = None if keeps == present else RefusalReason.HANDLING_UNKNOWN
    another = refusal is RefusalReason.HANDLING_UNKNOWN and row.tries % len(json.loads(row.earlier)) > 0
    values: dict[str, object] = {"refusal": refusal, "next_at": now if another else now + REFUSED_AGAIN}
    values["state"] = CopyState.DONE if refusal is None else CopyState.HELD if another else CopyState.REFUSED
    tx.execute(update(label_letter).where(ours).values(values))


def take_undeliverable(tx: Transaction, sent: Sent, now: datetime) -> None:
    """A letter grew too old on its way: it is held again, and goes out with the next round, from the latest label on."""
    ours = (label_letter.c.message_id == sent.message_id) & (label_letter.c.state == CopyState.SENT)
    tx.execute(update(label_letter).where(ours).values(state=CopyState.HELD, tries=0, next_at=now))


def letters(tx: Transaction) -> list[Letter]:
    """Every letter that was not answered as it should be, by item and holder."""
    table = label_letter.c
    query = label_letter.select().where(table.state != CopyState.DONE).order_by(table.item, table.partner)
    return [
        Letter(
            row.item,
            PartnerCode(row.partner),
            tuple(json.loads(row.earlier)),
            CopyState(row.state),
            row.message_id,
            RefusalReason(row.refusal) if row.refusal else None,
        )
        for row in tx.execute(query)
    ]


def not_told(tx: Transaction) -> list[tuple[str, PartnerCode]]:
    """Who has not said yet that it keeps an item of ours under its present label: the item and the holder."""
    return [(each.item, each.partner) for each in letters(tx)]


def _of(item: str, partner: str) -> ColumnElement[bool]:
    return (label_letter.c.item == item) & (label_letter.c.partner == partner)
