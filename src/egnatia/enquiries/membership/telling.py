"""Telling members of lists and standings until each has said that it knows: a message dies after seven days, this does not.

A round of `send_waiting` queues what is held and due: letters whose message grew too old, those that were refused a day
ago, and those for a partner whose release could not read them and now can. What is sent is what holds at that moment: a
list with the signatures it has by now, and nothing about a list that was overtaken.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, select, update

from egnatia.agreements.admission.standing import IN_FORCE
from egnatia.enquiries.desk import Desk
from egnatia.enquiries.membership.messages import MEMBERSHIP_LIST, MEMBERSHIP_NOTICE, NoticeBody, list_body
from egnatia.enquiries.messages import encode
from egnatia.exchange.inbox import Received
from egnatia.exchange.membership import lists
from egnatia.exchange.membership.lists import KnownList
from egnatia.exchange.outbox import Draft, Sent, queue_message
from egnatia.exchange.protocols import protocol_of
from egnatia.model.ids import PartnerCode
from egnatia.model.states import CopyState, PartnerStatus
from egnatia.store.database import Transaction
from egnatia.store.tables import membership_letter, partner_card

PROTOCOL = 2
"""The oldest version of messages that carries lists and notices."""
ROUND = 100
"""Letters queued in one transaction: more than all members of two lists and their notices."""
TOO_OLD_AGAIN = timedelta(minutes=1)
"""How soon a partner that could not read lists is looked at again: an upgrade is noticed within a minute."""
REFUSED_AGAIN = timedelta(days=1)
"""How soon a refused letter is sent again: somebody has to put something right there first."""
_DUE = (CopyState.HELD, CopyState.REFUSED)
_NOTICE = "notice-"


def tell_list(tx: Transaction, desk: Desk, known: KnownList, members: Iterable[PartnerCode], now: datetime) -> None:
    """Send a list to members, as it is now, and remember that each of them has to have it."""
    _tell(tx, desk, known.signed.sha256, members, {}, now)


def tell_standing(
    tx: Transaction, desk: Desk, about: PartnerCode, standing: PartnerStatus, told: Iterable[PartnerCode], now: datetime
) -> None:
    """Send a notice of this node's word about a partner; it takes the place of an earlier word about the same."""
    _tell(tx, desk, f"{_NOTICE}{about}", told, {"standing": standing, "since": now}, now)


def _tell(
    tx: Transaction, desk: Desk, item: str, partners: Iterable[PartnerCode], said: dict[str, Any], now: datetime
) -> None:
    table = membership_letter.c
    for partner in partners:
        tx.execute(membership_letter.delete().where(table.item == item, table.partner == partner))
        row = {"item": item, "partner": partner, "state": CopyState.HELD, "tries": 0, "next_at": now}
        tx.execute(membership_letter.insert(), row | said)
        for each in tx.execute(membership_letter.select().where(table.item == item, table.partner == partner)).all():
            _send(tx, desk, each, now)


def send_waiting(tx: Transaction, desk: Desk, now: datetime) -> int:
    """Queue what is held and due. Returns how many messages were queued."""
    table = membership_letter.c
    query = membership_letter.select().where(table.state.in_(_DUE), table.next_at <= now)
    rows = tx.execute(query.order_by(table.next_at, table.item, table.partner).limit(ROUND)).all()
    return sum(_send(tx, desk, row, now) for row in rows)


def has_waiting(tx: Transaction, now: datetime) -> bool:
    """Whether a round would find anything to do: a look at a small index."""
    table = membership_letter.c
    query = select(table.item).where(table.state.in_(_DUE), table.next_at <= now)
    return tx.execute(query.limit(1)).first() is not None


def _send(tx: Transaction, desk: Desk, row: Row[Any], now: datetime) -> bool:
    """Queue one letter; one that has lost its sense is forgotten, one that cannot be read yet stays."""
    partner, mine = PartnerCode(row.partner), _mine(row)
    written = _written(tx, row, now)
    if written is None or not _has_card(tx, partner):
        tx.execute(membership_letter.delete().where(mine))
        return False
    if protocol_of(tx, partner) < PROTOCOL:
        tx.execute(update(membership_letter).where(mine).values(next_at=now + TOO_OLD_AGAIN))
        return False
    kind, body = written
    queued = queue_message(tx, desk.keys, Draft(kind, partner, row.item[:36], body), now)
    sent = {"state": CopyState.SENT, "message_id": queued.message_id, "tries": row.tries + 1}
    tx.execute(update(membership_letter).where(mine).values(sent))
    return True


def _mine(row: Row[Any]) -> Any:
    return (membership_letter.c.item == row.item) & (membership_letter.c.partner == row.partner)


def _has_card(tx: Transaction, partner: PartnerCode) -> bool:
    return tx.execute(select(partner_card.c.code).where(partner_card.c.code == partner)).first() is not None


def _written(tx: Transaction, row: Row[Any], now: datetime) -> tuple[str, dict[str, object]] | None:
    """What is sent now; nothing when the list was overtaken or died."""
    if row.item.startswith(_NOTICE):
        about = row.item.removeprefix(_NOTICE)
        return MEMBERSHIP_NOTICE, encode(NoticeBody(about=about, standing=row.standing, since=row.since))
    known = lists.known(tx, row.item)
    if known is None:
        return None
    waits = known.state == lists.PROPOSED and known.signed.made.sign_by > now
    return (MEMBERSHIP_LIST, list_body(known)) if waits or known.state == IN_FORCE else None


def take_answer(tx: Transaction, sent: Sent, received: Received, now: datetime) -> None:
    """A member has it, or did not take it; an answer to an older message of the same letter changes nothing."""
    refused = received.refusal() is not None
    values = {"state": CopyState.REFUSED if refused else CopyState.DONE, "next_at": now + REFUSED_AGAIN}
    ours = (membership_letter.c.message_id == sent.message_id) & (membership_letter.c.state == CopyState.SENT)
    tx.execute(update(membership_letter).where(ours).values(values))


def take_undeliverable(tx: Transaction, sent: Sent, now: datetime) -> None:
    """A message grew too old on its way: the letter is held again and goes out with the next round."""
    ours = (membership_letter.c.message_id == sent.message_id) & (membership_letter.c.state == CopyState.SENT)
    tx.execute(update(membership_letter).where(ours).values(state=CopyState.HELD, next_at=now))


def not_told(tx: Transaction) -> list[tuple[str, PartnerCode]]:
    """What is not acknowledged yet: `list` or `notice`, and by whom."""
    table = membership_letter.c
    rows = tx.execute(select(table.item, table.partner).where(table.state != CopyState.DONE).order_by(table.partner))
    return [("notice" if row.item.startswith(_NOTICE) else "list", PartnerCode(row.partner)) for row in rows]
