"""Messages on their way out: queued with the act that needs them, kept until answered or given up.

The signed bytes stand in a sealed record, so that what was asked is gone for good once it was answered.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, null, select, update

from egnatia.exchange.keys import NodeKeys
from egnatia.exchange.limits import MAX_AGE
from egnatia.exchange.message import Message, write_message
from egnatia.exchange.protocols import protocol_of
from egnatia.model.ids import MessageId, PartnerCode, SealedId
from egnatia.store.database import Transaction
from egnatia.store.prepared import Prepared, insert_into
from egnatia.store.tables import outbox
from egnatia.store.vault import MANY

QUEUED, ANSWERED, UNDELIVERABLE = "queued", "answered", "undeliverable"
SEALED_KIND = "message"
FIRST = "cards"
"""The conversation that goes before all others to the same partner: new cards, without which nothing else is believed."""
_QUEUE = insert_into(outbox, "sequence")
_TAKE_BACK = Prepared(
    update(outbox).where(outbox.c.message_id == bindparam("id")).values(state=UNDELIVERABLE, sealed_id=null())
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A question to a partner, before it has an identity.

    Attributes:
        kind: what the partner's flow calls it, such as `enquiry` (lower case, at most 40 characters).
        to: the partner.
        conversation: messages of one conversation arrive in the order in which they were queued; at most 36 characters.
        body: JSON; only what the partner needs.
    """

    kind: str
    to: PartnerCode
    conversation: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Queued:
    """What the ledger entry of the act needs to know about its message."""

    message_id: MessageId
    sha256: bytes


@dataclass(frozen=True, slots=True)
class Sent:
    """A question of ours, as it comes back with its answer or with the news that there will be none."""

    message_id: MessageId
    kind: str
    to: PartnerCode
    conversation: str
    created_at: datetime
    sha256: bytes
    attempts: int


def withdraw(tx: Transaction, sha256s: Collection[bytes]) -> None:
    """Take back and erase those of these messages that were not answered yet; the caller's entry says why.

    However many they are: a partner that leaves after an outage has its whole line taken back, and a database takes only
    so many values in one statement (PostgreSQL 65,535). What waits is read once.
    """
    wanted = {each.hex() for each in sha256s}
    if not wanted:
        return
    query = select(outbox.c.message_id, outbox.c.sealed_id, outbox.c.sha256).where(outbox.c.state == QUEUED)
    if len(wanted) <= MANY:
        query = query.where(outbox.c.sha256.in_(wanted))
    for row in [each for each in tx.execute(query) if each.sha256 in wanted]:
        tx.erase(SealedId(row.sealed_id))
        tx.put(_TAKE_BACK, {"id": row.message_id})


def queue_message(tx: Transaction, keys: NodeKeys, draft: Draft, now: datetime) -> Queued:
    """Sign a question and queue it, in the caller's transaction.

    Raises:
        InputError: the partner would refuse it as too large or malformed; nothing is queued.
    """
    message_id = MessageId(tx.new_id())
    message = Message(
        draft.kind,
        message_id,
        keys.code,
        draft.to,
        draft.conversation,
        now,
        None,
        draft.body,
        protocol_of(tx, draft.to),
    )
    written = write_message(message, keys.signing)
    sealed = tx.seal(written.content, kind=SEALED_KIND, at=now, erase_on=now + MAX_AGE)
    row: dict[str, object] = {"message_id": message_id, "recipient": draft.to, "kind": draft.kind}
    row |= {"conversation": draft.conversation}
    row |= {"sealed_id": sealed.id, "sha256": written.sha256.hex(), "state": QUEUED, "attempts": 0}
    tx.put(_QUEUE, row | {"created_at": now, "next_attempt_at": now})
    return Queued(message_id, written.sha256)
