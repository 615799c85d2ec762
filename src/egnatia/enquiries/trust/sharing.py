"""Our side of a shared trust file: made and signed once, queued for one partner after the other.

What goes out is what was imported here, as in a file for a partner (`taking.shareable`): no hearsay, and with the maker's
name. The partner's people decide about it; this node hears only that it arrived.
"""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from egnatia.accounts import authorise
from egnatia.enquiries.desk import Desk
from egnatia.enquiries.messages import encode
from egnatia.enquiries.trust.members import check_member
from egnatia.enquiries.trust.messages import (
    FROM,
    MAX_FILE_BYTES,
    MAX_PARTS,
    PART_BYTES,
    TRUST_OFFER,
    TRUST_PART,
    TrustOfferBody,
    TrustPartBody,
)
from egnatia.enquiries.trust.updates import OUT, change, get, insert, packed
from egnatia.errors import ConflictError, InputError
from egnatia.exchange.inbox import Received
from egnatia.exchange.outbox import Draft, Sent, queue_message, withdraw
from egnatia.exchange.protocols import require_protocol
from egnatia.ledger import Act, append
from egnatia.model.events import EventKind
from egnatia.model.ids import PartnerCode
from egnatia.model.officers import Action, Officer
from egnatia.model.states import TrustUpdateState
from egnatia.store.database import Transaction
from egnatia.store.tables import outbox, trust_update

if TYPE_CHECKING:
    from egnatia.engines.documents.trust.folder import Folder


@dataclass(frozen=True, slots=True)
class Parcel:
    """A signed trust file, cut for the line.

    Attributes:
        version: of our store.
        sha256: of the file.
        size: its bytes.
        parts: the packed file, cut.
        certificates: how many it holds.
    """

    version: int
    sha256: str
    size: int
    parts: tuple[bytes, ...]
    certificates: int


def pack(found: "Folder", desk: Desk, now: datetime) -> Parcel:
    """Make and sign the file of what was imported here.

    Raises:
        InputError: there is no store, nothing in it was imported here, or it is larger than partners take.
    """
    from egnatia.engines.documents.trust.taking import shareable
    from egnatia.engines.documents.trust.trust_file import write_trust_file

    own = shareable(found.holdings)
    if not (own.versions or own.crls or own.defects):
        raise InputError(
            "there is nothing to share: nothing was imported here",
            hint="`egnatia trust import` brings lists in; what partners sent is not passed on.",
        )
    file = write_trust_file(own, desk.code, found.version, now, desk.keys.signing)
    content = packed(file)
    parts = tuple(content[start : start + PART_BYTES] for start in range(0, len(content), PART_BYTES))
    if len(file) > MAX_FILE_BYTES or len(parts) > MAX_PARTS:
        raise InputError(
            f"the trust file has {len(file):,} bytes; partners take {MAX_FILE_BYTES:,}",
            hint="Give the partner a file of `egnatia document trust export` by another way.",
        )
    return Parcel(found.version, hashlib.sha256(file).hexdigest(), len(file), parts, len(own.certificates))


def share(tx: Transaction, desk: Desk, officer: Officer, partner: PartnerCode, parcel: Parcel, now: datetime) -> str:
    """Queue the file for one partner. Returns the update's id.

    Raises:
        ForbiddenError: the officer may not share.
        RefusedError: PARTNER_TOO_OLD, or the partner is no member in good standing.
        ConflictError: this version is on its way to the partner already, or was taken there.
    """
    authorise(officer, Action.SHARE_TRUST)
    check_member(tx, desk, partner, now)
    require_protocol(tx, partner, FROM, "a trust file")
    _insist_new(tx, partner, parcel)
    update_id = tx.new_id()
    offer = TrustOfferBody(
        update=update_id, version=parcel.version, sha256=parcel.sha256, size=parcel.size, parts=len(parcel.parts)
    )
    queued = queue_message(tx, desk.keys, Draft(TRUST_OFFER, partner, update_id, encode(offer)), now)
    for number, part in enumerate(parcel.parts):
        body = TrustPartBody(update=update_id, number=number, content=base64.b64encode(part).decode())
        queue_message(tx, desk.keys, Draft(TRUST_PART, partner, update_id, encode(body)), now)
    row = {"id": update_id, "direction": OUT, "partner": partner, "version": parcel.version, "sha256": parcel.sha256}
    row |= {"size": parcel.size, "parts": len(parcel.parts), "arrived": 0, "state": TrustUpdateState.SENT}
    insert(tx, row | {"at": now, "by": officer.id})
    act = Act(
        EventKind.TRUST_SHARED,
        now,
        officer.id,
        f"trust_update:{update_id}",
        partner=partner,
        message_sha256=queued.sha256,
        content={"version": parcel.version, "sha256": parcel.sha256, "certificates": parcel.certificates},
    )
    append(tx, act)
    return update_id


def _insist_new(tx: Transaction, partner: PartnerCode, parcel: Parcel) -> None:
    table = trust_update.c
    known = (table.direction == OUT) & (table.partner == partner) & (table.version >= parcel.version)
    under_way = table.state.in_([TrustUpdateState.SENT, TrustUpdateState.DELIVERED])
    if tx.execute(trust_update.select().where(known, under_way)).first() is not None:
        raise ConflictError(
            f"version {parcel.version} of this store was sent to {partner} already",
            hint="`egnatia trust sent` shows what became of it.",
        )


def take_share_answer(tx: Transaction, sent: Sent, received: Received, now: datetime) -> None:
    """A partner's node has a part, or takes none of it: then the rest is withdrawn."""
    del now
    ours = get(tx, sent.conversation, OUT)
    refusal = received.refusal()
    if refusal is not None:
        _call_off(tx, sent, TrustUpdateState.REFUSED, refusal=refusal[0])
    elif sent.kind == TRUST_PART and ours.state is TrustUpdateState.SENT:
        arrived = ours.arrived + 1
        state = TrustUpdateState.DELIVERED if arrived == ours.parts else ours.state
        change(tx, ours.id, OUT, arrived=arrived, state=state)


def take_undeliverable(tx: Transaction, sent: Sent) -> None:
    """A part grew too old on its way: the file did not arrive, and the rest of it goes nowhere."""
    _call_off(tx, sent, TrustUpdateState.UNDELIVERABLE)


def _call_off(tx: Transaction, sent: Sent, state: TrustUpdateState, **why: object) -> None:
    others = (outbox.c.conversation == sent.conversation) & (outbox.c.message_id != sent.message_id)
    mine = (outbox.c.recipient == sent.to) & others
    waiting = tx.execute(outbox.select().where(mine, outbox.c.kind.in_([TRUST_OFFER, TRUST_PART]))).all()
    withdraw(tx, [bytes.fromhex(row.sha256) for row in waiting])
    change(tx, sent.conversation, OUT, state=state, **why)
