"""Corrections that partners made and we took: stored once each, and folded for whatever copy they concern."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, select

from egnatia.enquiries.corrections.standing import Known, Standing, standing
from egnatia.model.ids import EnquiryId, OfficerId, PartnerCode, RecordRef
from egnatia.model.states import CorrectionItem, CorrectionKind, CorrectionReason, LookFinding, SubjectKind
from egnatia.store.database import Transaction
from egnatia.store.tables import correction_taken


@dataclass(frozen=True, slots=True)
class Item:
    """What a partner's correction is about.

    Attributes:
        partner: who made the correction.
        kind: a record of the partner's, or what we answered it.
        ref: the record's reference number.
        subject: what kind of record.
        enquiry_id: of an answer: the conversation.
    """

    partner: PartnerCode
    kind: CorrectionItem
    ref: RecordRef
    subject: SubjectKind
    enquiry_id: EnquiryId | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """A partner's correction as it stands in our table."""

    id: str
    item: Item
    kind: CorrectionKind
    reason: CorrectionReason
    number: int
    made_at: datetime
    received_at: datetime
    via: PartnerCode
    done_by: OfficerId | None
    done_at: datetime | None
    finding: LookFinding | None

    @property
    def is_open(self) -> bool:
        """Whether an officer here still has to look at what rested on the data."""
        return self.done_at is None


def of_item(tx: Transaction, item: Item) -> list[Row[Any]]:
    """The rows of all corrections taken of one item."""
    return list(tx.execute(correction_taken.select().where(_concerns(item)).order_by(correction_taken.c.number)))


def _concerns(item: Item) -> ColumnElement[bool]:
    table = correction_taken.c
    mine = (table.partner == item.partner) & (table.item == item.kind) & (table.ref == item.ref)
    mine &= table.subject == item.subject
    return mine if item.enquiry_id is None else mine & (table.enquiry_id == item.enquiry_id)


def standing_of(tx: Transaction, item: Item, sent_at: datetime) -> Standing:
    """What a copy of an item is now, sent by its maker at `sent_at`."""
    return standing([_known(tx, row) for row in of_item(tx, item)], sent_at)


def of_passed_on(tx: Transaction, originator: PartnerCode, item_id: str) -> list[Row[Any]]:
    """The rows of all corrections taken of an item that a third passed on to us."""
    table = correction_taken.c
    mine = (table.partner == originator) & table["items"].contains(f'"{item_id}"', autoescape=True)
    return list(tx.execute(correction_taken.select().where(mine).order_by(table.number)))


def standing_of_passed_on(tx: Transaction, originator: PartnerCode, item_id: str) -> Standing:
    """What an item is now that a third passed on to us: its maker named it, so every correction concerns it."""
    known = [_known(tx, row) for row in of_passed_on(tx, originator, item_id)]
    return standing(known, datetime.min.replace(tzinfo=UTC))


def _known(tx: Transaction, row: Row[Any]) -> Known:
    changes: dict[str, str | None] = json.loads(tx.opened(row.sealed_id) or b"{}")
    return Known(row.number, row.made_at, CorrectionKind(row.kind), CorrectionReason(row.reason), changes)


def to_look_at(tx: Transaction, items: Sequence[Item]) -> bool:
    """Whether a correction of one of these items waits for an officer here."""
    return any(row.done_at is None for item in items for row in of_item(tx, item))


def made(row: Row[Any]) -> Taken:
    """The correction in a row of its table."""
    enquiry_id = EnquiryId(row.enquiry_id) if row.enquiry_id else None
    item = Item(
        PartnerCode(row.partner), CorrectionItem(row.item), RecordRef(row.ref), SubjectKind(row.subject), enquiry_id
    )
    return Taken(
        id=row.correction_id,
        item=item,
        kind=CorrectionKind(row.kind),
        reason=CorrectionReason(row.reason),
        number=row.number,
        made_at=row.made_at,
        received_at=row.received_at,
        via=PartnerCode(row.via),
        done_by=OfficerId(row.done_by) if row.done_by else None,
        done_at=row.done_at,
        finding=LookFinding(row.finding) if row.finding else None,
    )


def waiting(tx: Transaction) -> list[Taken]:
    """Corrections that wait for an officer here, the oldest first."""
    query = correction_taken.select().where(correction_taken.c.done_at.is_(None))
    return [made(row) for row in tx.execute(query.order_by(correction_taken.c.received_at))]


def find(tx: Transaction, partner: PartnerCode, correction_id: str) -> Row[Any] | None:
    """One correction by its maker and id."""
    mine = (correction_taken.c.partner == partner) & (correction_taken.c.correction_id == correction_id)
    return tx.execute(select(correction_taken).where(mine)).one_or_none()
