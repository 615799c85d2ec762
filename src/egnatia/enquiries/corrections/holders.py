"""Who holds what of ours, from our own tables: the originator can list every holder at any time (rule L21)."""

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select

from egnatia.agreements.handling import TokenUse
from egnatia.enquiries.followups import IN
from egnatia.model.handling import ConsentState
from egnatia.model.ids import PartnerCode, RecordRef
from egnatia.model.states import DNA_SUBJECTS, SubjectKind
from egnatia.store.database import Transaction
from egnatia.store.tables import (
    answered_enquiry,
    consent_request,
    follow_up,
    person_record,
    registered_document,
    release,
)


@dataclass(frozen=True, slots=True)
class Holder:
    """What one partner has of one record of ours.

    Attributes:
        partner: who.
        replies: enquiries that we answered with its reference number.
        releases: releases of its core data, also those still on their way.
        items: the follow-ups that were answered by those releases, and those whose item a third may have passed on to it.
        fields: core-data fields in all of them.
    """

    partner: PartnerCode
    replies: tuple[str, ...]
    releases: tuple[str, ...]
    items: tuple[str, ...]
    fields: tuple[str, ...]


def holders(tx: Transaction, ref: RecordRef, subject: SubjectKind) -> list[Holder]:
    """Every partner that was told the reference of a record, given its core data, or consented to as a third, by code."""
    replies: dict[str, list[str]] = defaultdict(list)
    for asker, enquiry_id in _answered(tx, ref, subject):
        replies[asker].append(enquiry_id)
    releases: dict[str, list[str]] = defaultdict(list)
    items: dict[str, list[str]] = defaultdict(list)
    fields: dict[str, set[str]] = defaultdict(set)
    for row in _released(tx, ref, subject):
        releases[row.partner].append(row.id)
        for partner in (row.partner, *_passed_on_to(tx, row.follow_up_id)):
            items[partner].append(row.follow_up_id)
            fields[partner].update(json.loads(row.fields))
    return [
        Holder(
            PartnerCode(each),
            tuple(replies[each]),
            tuple(releases[each]),
            tuple(items[each]),
            tuple(sorted(fields[each])),
        )
        for each in sorted({*replies, *items})
    ]


def _passed_on_to(tx: Transaction, follow_up_id: str) -> list[str]:
    """Whom our tokens let have an item: it may be there from the moment at which the token was given."""
    table = consent_request.c
    given = (table.direction == IN) & (table.item == follow_up_id) & (table.state == ConsentState.GRANTED)
    query = select(table.recipient).where(given, table.use == TokenUse.ONWARD)
    return sorted(set(tx.execute(query).scalars()))


def _answered(tx: Transaction, ref: RecordRef, subject: SubjectKind) -> list[tuple[str, str]]:
    table = answered_enquiry.c
    # The text is only a first sieve: the list itself decides. A reference has no character that LIKE or JSON treats.
    query = select(table.asker, table.enquiry_id, table.refs).where(
        table.subject == subject, table.refs.contains(f'"{ref}"', autoescape=True)
    )
    rows = tx.execute(query.order_by(table.answered_at, table.enquiry_id))
    return [(row.asker, row.enquiry_id) for row in rows if ref in json.loads(row.refs)["returned"]]


def _released(tx: Transaction, ref: RecordRef, subject: SubjectKind) -> list[Row[Any]]:
    query = (
        select(release.c.id, release.c.fields, release.c.follow_up_id, follow_up.c.partner)
        .join(follow_up, follow_up.c.id == release.c.follow_up_id)
        .where(
            follow_up.c.direction == IN,
            follow_up.c.ref == ref,
            follow_up.c.subject == subject,
            release.c.approved_at.is_not(None),
        )
        .order_by(release.c.approved_at, release.c.id)
    )
    return list(tx.execute(query))


def subject_of_record(tx: Transaction, ref: RecordRef) -> SubjectKind | None:
    """What a reference of ours is about, by the record or, once that is gone, by what was answered; None if unknown."""
    if tx.execute(select(person_record.c.ref).where(person_record.c.ref == ref)).first() is not None:
        return SubjectKind.PERSON
    if tx.execute(select(registered_document.c.ref).where(registered_document.c.ref == ref)).first() is not None:
        return SubjectKind.TRAVEL_DOCUMENT
    for subject in (SubjectKind.PERSON, SubjectKind.TRAVEL_DOCUMENT, *DNA_SUBJECTS):
        if holders(tx, ref, subject):
            return subject
    return None
