"""The originator's new label for an item that it released: looser only by itself, and every holder it knows is told.

The message is signed like every message, so the holder can show that the originator said so. A holder that was given the
item by another one is told too: the originator knows it from its own token. Each is told until it says that it keeps the
label (`label_letters`), and one to which the item has not come yet remembers it (`label_words`).
"""

from dataclasses import replace
from datetime import UTC, datetime, time

from sqlalchemy import select, update

from egnatia.accounts import authorise
from egnatia.agreements.handling import (
    TokenUse,
    canonical_bytes,
    check_regrade,
    from_body,
    label_sha256,
    to_body,
)
from egnatia.enquiries.desk import MIN_JUSTIFICATION, Desk, check_text
from egnatia.enquiries.labels import label_of
from egnatia.enquiries.messages import RECEIPT, LabelReceiptBody, decode, encode
from egnatia.enquiries.onward import label_letters
from egnatia.enquiries.onward.consents import end_for_other_labels
from egnatia.enquiries.onward.deciding import our_item
from egnatia.enquiries.onward.held import Held, held, relabel
from egnatia.enquiries.onward.label_words import keep_word
from egnatia.enquiries.onward.messages import FROM, LabelChangeBody
from egnatia.errors import ConflictError, NotFoundError, RefusedError
from egnatia.exchange.inbox import Answer, Received
from egnatia.exchange.protocols import require_protocol
from egnatia.ledger import Act, append
from egnatia.model.events import EventKind
from egnatia.model.handling import ConsentState, Label
from egnatia.model.ids import PartnerCode
from egnatia.model.officers import Action, Officer
from egnatia.model.states import RefusalReason
from egnatia.store.database import Transaction
from egnatia.store.tables import consent_request, release, sealed_record


def change_label(
    tx: Transaction, desk: Desk, officer: Officer, wanted: tuple[str, Label, str], now: datetime
) -> list[PartnerCode]:
    """Give an item of ours another label and tell whoever holds it. Returns who is told.

    Args:
        tx: write transaction.
        desk: our side, the originator.
        officer: who decides.
        wanted: the item's id, its new label, and why (at least 20 characters).
        now: the moment.

    Raises:
        ForbiddenError, NotFoundError, InputError: as the names say.
        ConflictError: it has this label already.
        RefusedError: HANDLING_FORBIDS, HANDLING_UNKNOWN, or PARTNER_TOO_OLD.
    """
    authorise(officer, Action.CHANGE_LABEL)
    item_id, label, reason = wanted
    why = check_text("reason", reason, MIN_JUSTIFICATION)
    row, stored = our_item(tx, item_id)
    old = label_of(stored, row, desk.code)
    if label == old:
        raise ConflictError("the item has this label already")
    check_regrade(old, label, desk.code)
    to_body(label)
    told = [(row.partner, row.enquiry_id), *_onward_holders(tx, item_id)]
    for partner, _ in told:
        require_protocol(tx, partner, FROM, "a new label")
    values = {"label": canonical_bytes(label).decode()}
    tx.execute(
        update(release).where(release.c.follow_up_id == item_id, release.c.approved_at.is_not(None)).values(values)
    )
    label_letters.tell(tx, desk, item_id, old, told, now)
    partners = [partner for partner, _ in told]
    facts = {"old_sha256": label_sha256(old), "label_sha256": label_sha256(label), "told": partners}
    act = Act(EventKind.LABEL_CHANGED, now, officer.id, f"follow_up:{item_id}", partner=row.partner)
    append(tx, replace(act, purpose=row.purpose, justification=why, content=facts))
    return partners


def _onward_holders(tx: Transaction, item_id: str) -> list[tuple[PartnerCode, str]]:
    """Partners that may have the item from its first holder, by the tokens that we signed."""
    table = consent_request.c
    ours = (table.direction == "in") & (table.item == item_id) & (table.use == TokenUse.ONWARD)
    query = select(table.recipient, table.conversation).where(ours, table.state == ConsentState.GRANTED).distinct()
    return [(PartnerCode(row.recipient), row.conversation) for row in tx.execute(query)]


def take_label_change(tx: Transaction, desk: Desk, received: Received, now: datetime) -> Answer:
    """Keep an item under the new label of its originator from now on; of one that is not here, remember what it said.

    Raises:
        RefusedError: MALFORMED, HANDLING_UNKNOWN, HANDLING_FORBIDS for somebody else's word, or QUOTA_EXCEEDED.
    """
    body = decode(LabelChangeBody, received.body)
    label = from_body(body.label)
    purpose = None
    try:
        item = held(tx, desk, body.item, received.sender)
    except NotFoundError:
        keep_word(tx, received.sender, (body.item, body.old_sha256, label), now)
    else:
        purpose = item.purpose
        _follow(tx, item, body, label, received)
        end_for_other_labels(tx, item.id, item.originator, label_sha256(label), now)
    facts = {"old_sha256": body.old_sha256, "label_sha256": label_sha256(label)}
    act = Act(EventKind.LABEL_RECEIVED, now, "node", f"item:{body.item}", partner=received.sender)
    append(tx, replace(act, purpose=purpose, message_sha256=received.sha256, content=facts))
    return Answer(RECEIPT, encode(LabelReceiptBody(label_sha256=label_sha256(label))))


def _follow(tx: Transaction, item: Held, body: LabelChangeBody, label: Label, received: Received) -> None:
    """Put the new label in the place of the one that the item has here.

    Raises:
        RefusedError: HANDLING_UNKNOWN, or HANDLING_FORBIDS.
    """
    if item.originator != received.sender:
        raise RefusedError(RefusalReason.HANDLING_FORBIDS, "only the originator of an item changes its label")
    check_regrade(item.label, label, received.sender)
    if item.label_sha256 not in (body.old_sha256, label_sha256(label)):
        raise RefusedError(RefusalReason.HANDLING_UNKNOWN, "the item has another label here than the one to be changed")
    relabel(tx, item, label)
    _bring_forward(tx, item, label)


def _bring_forward(tx: Transaction, item: Held, label: Label) -> None:
    """An earlier day of erasure counts at once; a later one does not keep the item longer than the grant did."""
    if label.erase_on is None:
        return
    day = datetime.combine(label.erase_on, time.min, UTC)
    mine = (sealed_record.c.id == item.sealed_id) & (
        sealed_record.c.erase_on.is_(None) | (sealed_record.c.erase_on > day)
    )
    tx.execute(update(sealed_record).where(mine).values(erase_on=day))
