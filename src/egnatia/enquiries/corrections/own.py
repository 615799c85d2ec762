"""Correcting our own record: what partners hold can only be put right if the original is."""

import json
from datetime import datetime

from sqlalchemy import Select, select, update

from egnatia.agreements import Allow, Request, permit
from egnatia.enquiries.corrections.standing import Changes
from egnatia.enquiries.desk import Desk
from egnatia.enquiries.followups import IN
from egnatia.enquiries.guard import check_guard
from egnatia.enquiries.holdings import replace_person
from egnatia.enquiries.subjects import subject_of
from egnatia.errors import ErasedError, InputError, NotFoundError, RefusedError
from egnatia.model.handling import ConsentState
from egnatia.model.ids import PartnerCode, RecordRef, SealedId
from egnatia.model.states import FollowUpState, Offence, Purpose, SubjectKind
from egnatia.store.database import Transaction
from egnatia.store.tables import consent_request, follow_up, person_record, protection_mark, registered_document

Record = tuple[RecordRef, SubjectKind]
"""A record of ours: its reference and what it is about."""
_LISTS = {"alias": "aliases", "document_numbers": "identifiers"}
"""Core-data fields that a person record keeps as lists, written with semicolons between."""
_OF_RECORD = frozenset({"family_names", "first_names", "birth_date", "father_name"})


def record_exists(tx: Transaction, ref: RecordRef, subject: SubjectKind) -> bool:
    """Whether the record still stands on this node."""
    try:
        subject_of(subject).core_values(tx, ref)
    except (NotFoundError, ErasedError):
        return False
    return True


def change_record(tx: Transaction, desk: Desk, record: Record, changes: Changes, now: datetime) -> None:
    """Lay new values over a record of ours and erase the old ones; a person's tags are made anew.

    Raises:
        NotFoundError: it is gone.
        InputError: a field that cannot be changed, or it would be no record any more.
    """
    ref, subject = record
    if subject is SubjectKind.PERSON:
        _change_person(tx, desk, ref, changes, now)
    else:
        _change_document(tx, ref, changes, now)


def _change_person(tx: Transaction, desk: Desk, ref: RecordRef, changes: Changes, now: datetime) -> None:
    row = tx.execute(person_record.select().where(person_record.c.ref == ref)).one_or_none()
    if row is None:
        raise NotFoundError(f"there is no person record {ref}")
    content = json.loads(tx.unseal(SealedId(row.sealed_id)))
    for name, value in changes.items():
        part = content["record"] if name in _OF_RECORD or name in _LISTS else content["core"]
        part.pop(_LISTS.get(name, name), None)
        if value is not None:
            part[_LISTS.get(name, name)] = _listed(value) if name in _LISTS else value
    replace_person(tx, desk, ref, content, now)


def _listed(value: str) -> list[str]:
    return [each.strip() for each in value.split(";") if each.strip()]


def _change_document(tx: Transaction, ref: RecordRef, changes: Changes, now: datetime) -> None:
    """Only the circumstances: another number or category is another entry of the register."""
    if set(changes) != {"circumstances"}:
        raise InputError(
            "of a registered document only the circumstances can be rectified",
            hint="Make a correction `erase`, withdraw the entry, and import the right one under a new reference.",
        )
    row = tx.execute(registered_document.select().where(registered_document.c.ref == ref)).one_or_none()
    if row is None:
        raise NotFoundError(f"there is no registered document {ref}")
    value = changes["circumstances"]
    sealed = tx.seal(json.dumps({"circumstances": value}).encode(), kind="register", at=now) if value else None
    ours = registered_document.c.ref == ref
    tx.execute(update(registered_document).where(ours).values(sealed_id=sealed.id if sealed else None))
    if row.sealed_id:
        tx.erase(SealedId(row.sealed_id))


def may_have_values(tx: Transaction, desk: Desk, partner: PartnerCode, record: Record, now: datetime) -> bool:
    """Whether this partner may be told new values of a record today: nothing shields it, and some grant allows step 2."""
    if tx.execute(protection_mark.select().where(protection_mark.c.ref == record[0])).first() is not None:
        return False
    return _is_granted(tx, desk, partner, record, now) and _is_safe(tx, desk, partner, record)


def _is_granted(tx: Transaction, desk: Desk, partner: PartnerCode, record: Record, now: datetime) -> bool:
    """Whether the partner could be released this record today for a purpose and an offence for which it has it."""
    register = desk.register(tx)
    asked = [
        Request(partner, desk.code, record[1], Purpose(row.purpose), Offence(row.offence), now.date(), step_two=True)
        for query in _purposes(partner, record)
        for row in tx.execute(query.distinct())
    ]
    return any(isinstance(permit(register, each), Allow) for each in asked)


def _purposes(partner: PartnerCode, record: Record) -> tuple[Select[tuple[str, str]], Select[tuple[str, str]]]:
    """For what a partner was released a record, and for what we consented that a holder passes it on to it."""
    ours = (follow_up.c.direction == IN) & (follow_up.c.ref == record[0]) & (follow_up.c.subject == record[1])
    ours &= follow_up.c.state == FollowUpState.RELEASED
    released = select(follow_up.c.purpose, follow_up.c.offence).where(ours, follow_up.c.partner == partner)
    given = (consent_request.c.recipient == partner) & (consent_request.c.direction == IN)
    given &= consent_request.c.state == ConsentState.GRANTED
    passed_on = (
        select(consent_request.c.purpose, follow_up.c.offence)
        .join(follow_up, follow_up.c.id == consent_request.c.item)
        .where(ours, given)
    )
    return released, passed_on


def _is_safe(tx: Transaction, desk: Desk, partner: PartnerCode, record: Record) -> bool:
    """Whether no protection claim is made against this partner by the person of the record."""
    held = subject_of(record[1]).core_values(tx, record[0])
    numbers = [held.get("number_from", ""), *held.get("document_numbers", "").split(";")]
    known = desk.register(tx).partners.get(partner)
    codes = known.travel_document_codes if known else ()
    try:
        check_guard(tx, partner, codes, {**held, "identifiers": numbers})
    except RefusedError:
        return False
    return True
