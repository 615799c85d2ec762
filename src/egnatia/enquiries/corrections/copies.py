"""Our copies of partners' data: finding them, laying new values over them, erasing them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Table, func, select, update

from egnatia.enquiries.corrections.standing import Standing, corrected
from egnatia.enquiries.corrections.taken import Item, standing_of, standing_of_passed_on
from egnatia.enquiries.followups import IN, OUT
from egnatia.model.ids import CandidateId, PartnerCode, SealedId
from egnatia.model.states import CorrectionItem, Decision
from egnatia.store.database import Transaction
from egnatia.store.tables import candidate, enquiry, follow_up, forwarded_item, outcome, release, sealed_record


@dataclass(frozen=True, slots=True)
class Affected:
    """What here rests on an item, as far as it was sent before the correction was made.

    Attributes:
        releases: rows of core data received.
        candidates: rows of candidates with its reference.
        outcomes: ids of outcomes that came of those candidates.
        facts: ids of a partner's follow-ups about an answer of ours.
        passed_on: rows of its core data that a third passed on to us.
    """

    releases: tuple[Row[Any], ...] = ()
    candidates: tuple[Row[Any], ...] = ()
    outcomes: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    passed_on: tuple[Row[Any], ...] = ()

    @property
    def copies(self) -> int:
        """How many copies a correction acts on."""
        return len(self.releases) + len(self.candidates) + len(self.facts) + len(self.passed_on)

    @property
    def hits(self) -> tuple[CandidateId, ...]:
        """The candidates among them that an examiner confirmed."""
        return tuple(CandidateId(row.id) for row in self.candidates if row.decision == Decision.CONFIRMED)


def affected(tx: Transaction, item: Item, made_at: datetime, items: Sequence[str] = ()) -> Affected:
    """Everything here that rests on an item and was sent before `made_at`, or is one of the items named."""
    if item.kind is CorrectionItem.ANSWER:
        return Affected(facts=_facts(tx, item))
    candidates = _candidates(tx, item, made_at)
    ids = [row.id for row in candidates]
    outcomes = tx.execute(select(outcome.c.id).where(outcome.c.candidate_id.in_(ids)).order_by(outcome.c.id)).scalars()
    others = tuple(passed_on(tx, item.partner, items))
    return Affected(tuple(received(tx, item, made_at)), tuple(candidates), tuple(outcomes), (), others)


def passed_on(tx: Transaction, originator: PartnerCode, items: Sequence[str]) -> list[Row[Any]]:
    """Core data of a partner that a third passed on to us, by the follow-ups that they answered there."""
    table = forwarded_item.c
    mine = (table.direction == IN) & (table.originator == originator) & table.item.in_(items)
    return list(tx.execute(forwarded_item.select().where(mine).order_by(table.id)))


def received(tx: Transaction, item: Item, made_at: datetime) -> list[Row[Any]]:
    """Core data of an item that we received, as far as they were sent before `made_at`."""
    sent = func.coalesce(release.c.sent_at, release.c.received_at)
    query = (
        select(release, sent.label("sent"))
        .join(follow_up, follow_up.c.id == release.c.follow_up_id)
        .where(
            follow_up.c.direction == OUT,
            follow_up.c.partner == item.partner,
            follow_up.c.ref == item.ref,
            follow_up.c.subject == item.subject,
            release.c.received_at.is_not(None),
            sent <= made_at,
        )
    )
    return list(tx.execute(query.order_by(release.c.id)))


def _candidates(tx: Transaction, item: Item, made_at: datetime) -> list[Row[Any]]:
    query = (
        select(candidate.c.id, candidate.c.decision, candidate.c.enquiry_id)
        .join(enquiry, enquiry.c.id == candidate.c.enquiry_id)
        .where(
            candidate.c.partner == item.partner,
            candidate.c.ref == item.ref,
            enquiry.c.subject == item.subject,
            func.coalesce(candidate.c.sent_at, candidate.c.received_at) <= made_at,
        )
    )
    return list(tx.execute(query.order_by(candidate.c.id)))


def _facts(tx: Transaction, item: Item) -> tuple[str, ...]:
    query = select(follow_up.c.id).where(
        follow_up.c.direction == IN,
        follow_up.c.partner == item.partner,
        follow_up.c.ref == item.ref,
        follow_up.c.enquiry_id == item.enquiry_id,
    )
    return tuple(tx.execute(query.order_by(follow_up.c.id)).scalars())


def bring_up_to_date(tx: Transaction, item: Item, row: Row[Any]) -> Standing:
    """Make one copy of core data what all the corrections taken of it say.

    Args:
        tx: write transaction.
        item: a record of a partner's.
        row: the copy, from `received`.
    """
    now = standing_of(tx, item, row.sent)
    _lay(tx, release, row, now)
    return now


def bring_passed_on_up_to_date(tx: Transaction, originator: PartnerCode, row: Row[Any]) -> Standing:
    """The same for core data that a third passed on to us."""
    now = standing_of_passed_on(tx, originator, row.item)
    _lay(tx, forwarded_item, row, now)
    return now


def _lay(tx: Transaction, table: Table, row: Row[Any], now: Standing) -> None:
    """Erase one copy, or lay the new values over it."""
    if now.erased:
        tx.erase(SealedId(row.sealed_id))
        return
    content = tx.opened(row.sealed_id)
    if content is None or not now.changes:
        return
    values: dict[str, str] = json.loads(content)["values"]
    laid = corrected(values, json.loads(row.fields), now.changes)
    if laid != values:
        _replace(tx, table, row, laid)


def _replace(tx: Transaction, table: Table, row: Row[Any], values: dict[str, str]) -> None:
    """Seal the new values until the day on which the old ones would have gone, and erase the old ones."""
    old = tx.execute(sealed_record.select().where(sealed_record.c.id == row.sealed_id)).one()
    written = json.dumps({"values": values}).encode()
    sealed = tx.seal(written, kind=old.kind, at=old.created_at, erase_on=old.erase_on)
    tx.execute(update(table).where(table.c.id == row.id).values(sealed_id=sealed.id))
    tx.erase(SealedId(row.sealed_id))
