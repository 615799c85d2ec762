"""Telling every holder, and telling again until each has acted: a message dies after seven days, a correction does not.

A round of `send_waiting` queues whatever is held: new corrections, those whose message grew too old, those that a
holder's node refused a day ago, and those for a partner whose release could not read corrections and now can. A serving
node makes a round every few seconds.
"""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, select, update

from egnatia.enquiries.corrections.holders import Holder
from egnatia.enquiries.corrections.messages import (
    CORRECTION,
    CORRECTION_DONE,
    CORRECTION_RECEIPT,
    MAX_ITEMS,
    CorrectionBody,
    CorrectionDoneBody,
    CorrectionReceiptBody,
)
from egnatia.enquiries.corrections.own import may_have_values, record_exists
from egnatia.enquiries.desk import Desk, check_witnessed
from egnatia.enquiries.messages import RECEIPT, ReceiptBody, decode, encode
from egnatia.errors import RefusedError
from egnatia.exchange.inbox import Answer, Received
from egnatia.exchange.outbox import Draft, Queued, Sent, queue_message
from egnatia.exchange.protocols import protocol_of
from egnatia.ledger import JSON, Act, append
from egnatia.model.events import EventKind
from egnatia.model.ids import PartnerCode, RecordRef, SealedId
from egnatia.model.states import (
    CopyState,
    CorrectionItem,
    CorrectionKind,
    LookFinding,
    RefusalReason,
    SubjectKind,
)
from egnatia.store.database import Transaction
from egnatia.store.tables import correction, correction_copy, correction_taken, partner_card

SPOKEN_SINCE = 2
"""The message version that has corrections; 0.1.0 speaks version 1."""
ROUND = 200
"""Messages queued in one transaction, so that a correction with many holders does not hold the writer."""
TOO_OLD_AGAIN = timedelta(minutes=1)
"""How soon a partner that could not read corrections is looked at again: an upgrade is noticed within a minute."""
UNWITNESSED_AGAIN = timedelta(minutes=1)
"""How soon new values are tried again that wait for witnesses: an hour's wait is announced, a minute more is nothing."""
REFUSED_AGAIN = timedelta(days=1)
"""How soon a refused correction is sent again: somebody has to put something right there first."""


def spread(tx: Transaction, correction_id: str, found: Iterable[Holder], now: datetime) -> None:
    """Note every holder of a correction that was made; they are told by the next round."""
    rows = [
        {
            "correction_id": correction_id,
            "partner": each.partner,
            "holds": json.dumps(
                {"replies": each.replies, "releases": each.releases, "items": each.items, "fields": each.fields}
            ),
            "state": CopyState.HELD,
            "tries": 0,
            "next_at": now,
        }
        for each in found
    ]
    if rows:
        tx.execute(correction_copy.insert(), rows)


def send_waiting(tx: Transaction, desk: Desk, now: datetime) -> int:
    """Queue what is held and due: corrections of ours, and our word that people here have looked. Returns how many."""
    due = (CopyState.HELD, CopyState.REFUSED)
    copies = tx.execute(
        select(correction, correction_copy)
        .join(correction_copy, correction_copy.c.correction_id == correction.c.id)
        .where(correction_copy.c.state.in_(due), correction_copy.c.next_at <= now)
        .order_by(correction.c.made_at, correction_copy.c.partner)
        .limit(ROUND)
    ).all()
    table = correction_taken.c
    answers = tx.execute(
        correction_taken.select()
        .where(table.answer_state.in_(due), table.answer_next_at <= now)
        .order_by(table.done_at, table.partner)
        .limit(ROUND)
    ).all()
    return sum(_tell(tx, desk, row, now) for row in copies) + sum(_answer(tx, desk, row, now) for row in answers)


def has_waiting(tx: Transaction, now: datetime) -> bool:
    """Whether a round would find anything to do: a look at two small indexes."""
    due = (CopyState.HELD, CopyState.REFUSED)
    table = correction_taken.c
    copies = select(correction_copy.c.partner).where(correction_copy.c.state.in_(due), correction_copy.c.next_at <= now)
    answers = select(table.partner).where(table.answer_state.in_(due), table.answer_next_at <= now)
    return any(tx.execute(query.limit(1)).first() is not None for query in (copies, answers))


def _tell(tx: Transaction, desk: Desk, row: Row[Any], now: datetime) -> bool:
    """Queue one correction to one holder, with its entry; a holder that could not read it stays in sight instead."""
    partner = PartnerCode(row.partner)
    unable = _unable(tx, partner)
    if unable is not None:
        _set(tx, row.correction_id, partner, {"refusal": unable, "next_at": now + TOO_OLD_AGAIN})
        return False
    body = _body(tx, desk, row, now)
    if body.values and _is_unwitnessed(tx, desk, now):
        held = {"refusal": RefusalReason.UNWITNESSED, "next_at": now + UNWITNESSED_AGAIN}
        _set(tx, row.correction_id, partner, held)
        return False
    queued = queue_message(tx, desk.keys, Draft(CORRECTION, partner, row.enquiry_id or row.id, encode(body)), now)
    sent = {"state": CopyState.SENT, "message_id": queued.message_id, "tries": row.tries + 1, "refusal": None}
    _set(tx, row.correction_id, partner, sent)
    facts = {"decided_by": row.approved_by or row.made_by, "fields": sorted(body.values), "try": row.tries + 1}
    _enter_sent(tx, row, queued, facts, now)
    return True


def _unable(tx: Transaction, partner: PartnerCode) -> RefusalReason | None:
    """Why a partner cannot be told now: it left and its card with it, or its release knows no corrections."""
    if tx.execute(select(partner_card.c.code).where(partner_card.c.code == partner)).first() is None:
        return RefusalReason.PARTNER_WITHDRAWN
    return RefusalReason.PARTNER_TOO_OLD if protocol_of(tx, partner) < SPOKEN_SINCE else None


def _is_unwitnessed(tx: Transaction, desk: Desk, now: datetime) -> bool:
    """Whether new values wait for witnesses; what takes data away never does."""
    try:
        check_witnessed(tx, desk, now)
    except RefusedError:
        return True
    return False


def _set(tx: Transaction, correction_id: str, partner: PartnerCode, values: dict[str, Any]) -> None:
    mine = (correction_copy.c.correction_id == correction_id) & (correction_copy.c.partner == partner)
    tx.execute(update(correction_copy).where(mine).values(values))


def _enter_sent(tx: Transaction, row: Row[Any], queued: Queued, facts: dict[str, JSON], now: datetime) -> None:
    """One entry for each message, under the name of the officer who decided on it."""
    act = Act(
        EventKind.CORRECTION_SENT,
        now,
        str(facts["decided_by"]),
        f"correction:{row.correction_id}",
        partner=PartnerCode(row.partner),
        message_sha256=queued.sha256,
        content=facts,
    )
    append(tx, act)


def _body(tx: Transaction, desk: Desk, row: Row[Any], now: datetime) -> CorrectionBody:
    values, removed = _changes_for(tx, desk, row, now)
    return CorrectionBody(
        correction=row.id,
        maker=desk.code,
        item=row.item,
        ref=row.ref,
        subject=row.subject,
        kind=row.kind,
        reason=row.reason,
        number=row.number,
        made_at=row.made_at,
        enquiry=row.enquiry_id,
        cleared_by=row.cleared_by,
        items=json.loads(row.holds)["items"][-MAX_ITEMS:],
        values=values,
        removed=removed,
    )


def _changes_for(tx: Transaction, desk: Desk, row: Row[Any], now: datetime) -> tuple[dict[str, str], list[str]]:
    """New values of the fields this holder was released; where it may not have them today, the wrong ones go."""
    given = set(json.loads(row.holds)["fields"])
    if row.kind != CorrectionKind.RECTIFY or row.item != CorrectionItem.RECORD or not given:
        return {}, []
    content = json.loads(tx.opened(SealedId(row.sealed_id)) or b"{}")
    changes = {name: value for name, value in content.get("changes", {}).items() if name in given}
    record = (RecordRef(row.ref), SubjectKind(row.subject))
    if not (record_exists(tx, *record) and may_have_values(tx, desk, PartnerCode(row.partner), record, now)):
        return {}, sorted(changes)
    values = {name: value for name, value in changes.items() if value is not None}
    return values, sorted(set(changes) - set(values))


def _answer(tx: Transaction, desk: Desk, row: Row[Any], now: datetime) -> bool:
    """Queue our word that an officer here has looked."""
    maker = PartnerCode(row.partner)
    body = CorrectionDoneBody(correction=row.correction_id, finding=LookFinding(row.finding))
    conversation = row.enquiry_id or row.correction_id
    queued = queue_message(tx, desk.keys, Draft(CORRECTION_DONE, maker, conversation, encode(body)), now)
    mine = (correction_taken.c.partner == maker) & (correction_taken.c.correction_id == row.correction_id)
    sent = {"answer_state": CopyState.SENT, "answer_message_id": queued.message_id}
    tx.execute(update(correction_taken).where(mine).values(sent))
    _enter_sent(tx, row, queued, {"decided_by": row.done_by, "finding": row.finding}, now)
    return True


def take_receipt(tx: Transaction, sent: Sent, received: Received, now: datetime) -> None:
    """A holder's node answered: it acted, and perhaps a person there still has to look; or it did not take it.

    Raises:
        RefusedError: MALFORMED; the answer is not taken and the correction stays open.
    """
    row = tx.execute(correction_copy.select().where(correction_copy.c.message_id == sent.message_id)).one_or_none()
    if row is None:  # an older message of a correction that was sent again since
        return
    refusal = received.refusal()
    facts: dict[str, JSON]
    if refusal is not None:
        values: dict[str, Any] = {"state": CopyState.REFUSED, "refusal": refusal[0], "next_at": now + REFUSED_AGAIN}
        facts = {"refusal": refusal[0]}
    else:
        body = _receipt(received)
        state = CopyState.RECEIVED if body.look else CopyState.DONE
        values = {"state": state, "received_at": now, "done_at": None if body.look else now, "refusal": None}
        if row.done_at is not None:  # its people had looked before this receipt came
            values = {"received_at": row.received_at or now}
        facts = {"copies": body.copies, "look": body.look}
    _set(tx, row.correction_id, PartnerCode(row.partner), values)
    _enter_acknowledged(tx, row.correction_id, received, facts, now)


def _receipt(received: Received) -> CorrectionReceiptBody:
    if received.kind != CORRECTION_RECEIPT:
        raise RefusedError(RefusalReason.MALFORMED, f"a correction is not answered by {received.kind!r}")
    return decode(CorrectionReceiptBody, received.body)


def _enter_acknowledged(
    tx: Transaction, correction_id: str, received: Received, facts: dict[str, JSON], now: datetime
) -> None:
    act = Act(
        EventKind.CORRECTION_ACKNOWLEDGED,
        now,
        "node",
        f"correction:{correction_id}",
        partner=received.sender,
        message_sha256=received.sha256,
        content=facts,
    )
    append(tx, act)


def take_done(tx: Transaction, received: Received, now: datetime) -> Answer:
    """A person at a holder looked at what rested on the data.

    Raises:
        RefusedError: MALFORMED, or UNKNOWN_CONVERSATION where the sender holds nothing of that correction.
    """
    body = decode(CorrectionDoneBody, received.body)
    mine = (correction_copy.c.correction_id == body.correction) & (correction_copy.c.partner == received.sender)
    row = tx.execute(correction_copy.select().where(mine)).one_or_none()
    if row is None:
        raise RefusedError(RefusalReason.UNKNOWN_CONVERSATION, "we sent you no such correction")
    values = {"state": CopyState.DONE, "done_at": now, "finding": body.finding, "refusal": None}
    _set(tx, body.correction, received.sender, values)
    _enter_acknowledged(tx, body.correction, received, {"finding": body.finding}, now)
    return Answer(RECEIPT, encode(ReceiptBody()))


def take_done_answer(tx: Transaction, sent: Sent, received: Received, now: datetime) -> None:
    """The maker's node has our word, or did not take it; the exchange's own record of the message is the entry."""
    refused = received.refusal() is not None
    values: dict[str, Any] = {"answer_state": CopyState.REFUSED if refused else CopyState.DONE}
    if refused:
        values["answer_next_at"] = now + REFUSED_AGAIN
    ours = correction_taken.c.answer_message_id == sent.message_id
    tx.execute(update(correction_taken).where(ours).values(values))


def take_undeliverable(tx: Transaction, sent: Sent, now: datetime) -> None:
    """A message of ours grew too old: the correction is held again and goes out with the next round, for ever."""
    if sent.kind == CORRECTION:
        ours = (correction_copy.c.message_id == sent.message_id) & (correction_copy.c.state == CopyState.SENT)
        tx.execute(update(correction_copy).where(ours).values(state=CopyState.HELD, next_at=now))
    else:
        said = correction_taken.c.answer_message_id == sent.message_id
        tx.execute(update(correction_taken).where(said).values(answer_state=CopyState.HELD, answer_next_at=now))
