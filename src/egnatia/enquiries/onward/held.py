"""An item of another partner as we hold it: released to us in step 2, or passed on to us by a third."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, update

from egnatia.agreements.handling import Item, canonical_bytes, from_text, label_sha256
from egnatia.enquiries import followups
from egnatia.enquiries.corrections.reading import check_copy, check_passed_on
from egnatia.enquiries.corrections.taken import Item as CorrectedItem
from egnatia.enquiries.desk import Desk
from egnatia.enquiries.labels import label_of, stored_grading
from egnatia.errors import ConflictError, NotFoundError
from egnatia.model.handling import Grading, Label
from egnatia.model.ids import FollowUpId, GrantId, PartnerCode, SealedId
from egnatia.model.officers import Officer
from egnatia.model.states import CorrectionItem, Offence, Purpose, SubjectKind
from egnatia.store.database import Transaction
from egnatia.store.tables import follow_up, forwarded_item, release

IN = "in"


@dataclass(frozen=True, slots=True)
class Held:
    """One item of another partner, without its values.

    Attributes:
        id: the item's id: that of the follow-up which its originator answered.
        row_id: of its release, or of its row among the items passed on.
        originator: whose it is.
        came_from: who sent it to us; the originator itself, or who passed it on.
        conversation: with the originator, where there is one.
        subject: what kind of record it is about.
        purpose: for what we have it.
        offence: behind it.
        grant_id: under which it came.
        label: how it may be handled.
        grading: how good it is, in its scheme's words.
        as_of: the day for which the values hold.
        sealed_id: of the values.
        passed_on: whether a third partner passed it on.
    """

    id: str
    row_id: str
    originator: PartnerCode
    came_from: PartnerCode
    conversation: str
    subject: SubjectKind
    purpose: Purpose
    offence: Offence
    grant_id: GrantId
    label: Label
    grading: Grading | None
    as_of: date
    sealed_id: SealedId
    passed_on: bool

    @property
    def label_sha256(self) -> str:
        """Hash of its label."""
        return label_sha256(self.label)


def held(tx: Transaction, desk: Desk, item_id: str, originator: PartnerCode | None = None) -> Held:
    """The item of that id, as we hold it now.

    An item is one originator's: another partner can have something passed on under the same id, and does not get in
    the way of the true one by that.

    Args:
        tx: any transaction.
        desk: our side.
        item_id: the item's id, or that of its row among the items passed on to us.
        originator: whose it has to be; left out, whoever's it is.

    Raises:
        NotFoundError: we hold no such item of another partner.
        ConflictError: items of several originators were passed on to us under this id.
        RefusedError: HANDLING_UNKNOWN, release 0.1.0 stored it under a code that nobody knows.
    """
    own = _released(tx, desk, item_id)
    if own is not None and originator in (None, own.originator):
        return own
    row = passed_on_row(tx, item_id, originator)
    return _passed_on(row) if row is not None else own or _nothing(item_id)


def passed_on_row(tx: Transaction, item_id: str, originator: PartnerCode | None = None) -> Row[Any] | None:
    """The row of an item passed on to us; as `held`.

    Raises:
        ConflictError: there are several.
    """
    table = forwarded_item.c
    here = table.direction == IN
    if originator is not None:
        here &= table.originator == originator
    for mine in (table.id == item_id, table.item == item_id):
        rows = tx.execute(forwarded_item.select().where(here & mine).order_by(table.id)).all()
        if len(rows) > 1:
            raise ConflictError(
                f"items of {' and '.join(sorted(row.originator for row in rows))} came under this id",
                hint=f"Name one by its row: {', '.join(f'{row.id} is of {row.originator}' for row in rows)}.",
            )
        if rows:
            return rows[0]
    return None


def _nothing(item_id: str) -> Held:
    raise NotFoundError(
        f"this node holds no item {item_id} of another partner",
        hint="An item is named by its follow-up: `egnatia followup list`, `egnatia release received`.",
    )


def _released(tx: Transaction, desk: Desk, item_id: str) -> Held | None:
    query = release.select().join(follow_up, follow_up.c.id == release.c.follow_up_id)
    mine = (follow_up.c.id == item_id) & (follow_up.c.direction == followups.OUT) & release.c.received_at.is_not(None)
    row = tx.execute(query.where(mine)).first()
    if row is None:
        return None
    asked = followups.get(tx, FollowUpId(item_id), followups.OUT)
    as_of = date.fromisoformat(row.as_of) if row.as_of else row.received_at.date()
    return Held(
        id=item_id,
        row_id=row.id,
        originator=asked.partner,
        came_from=asked.partner,
        conversation=asked.enquiry_id,
        subject=asked.subject,
        purpose=asked.purpose,
        offence=asked.offence,
        grant_id=asked.grant_id,
        label=label_of(row, asked, desk.code),
        grading=stored_grading(row.grading),
        as_of=as_of,
        sealed_id=SealedId(row.sealed_id),
        passed_on=False,
    )


def _passed_on(row: Row[Any]) -> Held:
    return Held(
        id=row.item,
        row_id=row.id,
        originator=PartnerCode(row.originator),
        came_from=PartnerCode(row.partner),
        conversation=row.id,
        subject=SubjectKind(row.subject),
        purpose=Purpose(row.purpose),
        offence=Offence(row.offence),
        grant_id=GrantId(row.grant_id),
        label=from_text(row.label),
        grading=stored_grading(row.grading),
        as_of=date.fromisoformat(row.as_of),
        sealed_id=SealedId(row.sealed_id),
        passed_on=True,
    )


def open_item(tx: Transaction, officer: Officer, item: Held, why: str) -> Item:
    """The item with its values, as a token is compared with it.

    Raises:
        ForbiddenError, InputError: it was restricted by a correction, and this officer or reason does not open it.
        ErasedError: it was erased.
    """
    if not item.passed_on:
        row = followups.get(tx, FollowUpId(item.id), followups.OUT)
        known = CorrectedItem(row.partner, CorrectionItem.RECORD, row.ref, row.subject)
        check_copy(tx, officer, known, (row.id, row.candidate_id), why)
    else:
        check_passed_on(tx, officer, item.originator, item.id, why)
    values: dict[str, str] = json.loads(tx.unseal(item.sealed_id))["values"]
    return Item(item.id, values, item.as_of, item.label, item.subject, item.offence, item.grading)


def label_and_grading(tx: Transaction, desk: Desk, item_id: str) -> tuple[Label, Grading | None]:
    """How an item may be handled and how good it is, whether we hold it or released it; its data stay closed.

    Raises:
        NotFoundError: there is no such item here.
        ConflictError, RefusedError: as `held`.
    """
    ours = release.select().where(release.c.follow_up_id == item_id, release.c.proposed_at.is_not(None))
    row = tx.execute(ours).first()
    if row is None:
        item = held(tx, desk, item_id)
        return item.label, item.grading
    asked = followups.get(tx, FollowUpId(item_id), followups.IN)
    return label_of(row, asked, desk.code), stored_grading(row.grading)


def relabel(tx: Transaction, item: Held, label: Label) -> None:
    """Put another label in the place of the one we hold the item under, and bring its day of erasure forward with it."""
    table = forwarded_item if item.passed_on else release
    tx.execute(update(table).where(table.c.id == item.row_id).values(label=canonical_bytes(label).decode()))
