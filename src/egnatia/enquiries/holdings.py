"""A node's own records: importing persons and the lost-and-stolen register, marking who is protected.

Imports are whole or absent: one bad line stops the import, names every bad line it found, and stores nothing.
"""

import json
import re
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from egnatia.accounts import authorise
from egnatia.agreements import load_register
from egnatia.engines.documents import RegisterRow
from egnatia.engines.people import PersonRow, kept_record, record_from_dict, record_to_dict, tag_rows
from egnatia.enquiries.claims import shield_claimants
from egnatia.enquiries.corrections.holders import holders
from egnatia.enquiries.desk import MIN_JUSTIFICATION, Desk, check_text
from egnatia.enquiries.dna.links import note_record
from egnatia.enquiries.own_links import forget_judged
from egnatia.enquiries.own_persons import forget_in_index
from egnatia.enquiries.pairing import pair_keys
from egnatia.enquiries.registered import take_stock
from egnatia.errors import ConflictError, InputError, NotFoundError
from egnatia.exchange.card import PartnerCard
from egnatia.exchange.directory import cards
from egnatia.ledger import Act, append
from egnatia.model.events import EventKind
from egnatia.model.ids import RecordRef, SealedId
from egnatia.model.officers import Action, Officer
from egnatia.model.states import SubjectKind
from egnatia.store.database import Transaction
from egnatia.store.prepared import Prepared, insert_into
from egnatia.store.tables import blind_tag, ledger_entry, person_record, protection_mark, registered_document

REFERENCE = re.compile(r"[A-Z0-9\-]{3,40}")
"""What a reference number may look like: it is all that step 1 returns, so it leaves no room for words."""
_KNOWN_DOCUMENT = Prepared(select(registered_document.c.ref).where(registered_document.c.ref == bindparam("ref")))
_REGISTER = insert_into(registered_document)
_PERSON = "person:"
"""What the ledger puts before the reference of a person record."""


def import_persons(tx: Transaction, desk: Desk, officer: Officer, rows: Iterable[PersonRow], now: datetime) -> int:
    """Store persons sealed one by one, with their tags for every registered partner. Returns how many.

    Raises:
        ForbiddenError: only an administrator imports.
        ConflictError: a reference exists already, or partners hold it of a record that is erased.
    """
    authorise(officer, Action.IMPORT_RECORDS)
    partners, erased = list(cards(tx).values()), _erased_refs(tx)
    count = 0
    for row in rows:
        _check_new(tx, row.record.ref, erased)
        content = {"record": record_to_dict(row.record), "core": row.core}
        sealed = tx.seal(json.dumps(content).encode(), kind="person", at=now)
        tx.execute(insert(person_record), {"ref": row.record.ref, "sealed_id": sealed.id, "imported_at": now})
        for card in partners:
            _tag(tx, desk, card, [row])
        count += 1
    shield_claimants(tx, desk)
    append(tx, Act(EventKind.PERSONS_IMPORTED, now, officer.id, "persons", content={"count": count}))
    return count


def _check_reference(ref: str) -> None:
    if not REFERENCE.fullmatch(ref):
        raise InputError(
            f"{ref!r} cannot be a reference number",
            hint="Use 3 to 40 capital letters, digits and hyphens; partners see it, so it must say nothing.",
        )


def _erased_refs(tx: Transaction) -> frozenset[str]:
    """References that persons had who are erased."""
    query = select(ledger_entry.c.object_ref).where(
        ledger_entry.c.kind == EventKind.RECORD_ERASED, ledger_entry.c.object_ref.startswith(_PERSON, autoescape=True)
    )
    return frozenset(each.removeprefix(_PERSON) for each in tx.execute(query).scalars())


def _check_new(tx: Transaction, ref: RecordRef, erased: Collection[str]) -> None:
    """A reference that a partner was told is never somebody else's: it may be a hit there, on whoever had it before.

    A follow-up on that hit would be answered with the data of the new one, and a correction of the new one be sent there.
    """
    _check_reference(ref)
    if ref in erased and holders(tx, ref, SubjectKind.PERSON):
        raise ConflictError(
            f"{ref} was the reference of a record that is erased, and partners hold it",
            hint="Nothing was imported. Give the new record a reference of its own.",
        )
    if tx.execute(select(person_record.c.ref).where(person_record.c.ref == ref)).first() is not None:
        raise ConflictError(
            f"person record {ref} exists already",
            hint="Nothing was imported. Erase the old record first, or give the new one a reference of its own.",
        )


def _tag(tx: Transaction, desk: Desk, card: PartnerCard, rows: Iterable[PersonRow]) -> None:
    keys = [each.key for each in pair_keys(tx, desk.keys, card)]
    tagged = [pair for row in rows for key in keys for pair in tag_rows(row.record, key)]
    made = [{"partner": card.code, "tag": tag, "ref": ref} for tag, ref in tagged]
    if made:
        tx.execute(insert(blind_tag), made)


def replace_person(tx: Transaction, desk: Desk, ref: RecordRef, content: dict[str, Any], now: datetime) -> None:
    """Put corrected content in the place of a person record's, with new tags for every partner; the old is erased.

    Raises:
        InputError: it would be no record any more.
    """
    record = record_from_dict(content["record"])
    old = tx.execute(select(person_record.c.sealed_id).where(person_record.c.ref == ref)).scalar_one()
    sealed = tx.seal(json.dumps(content).encode(), kind="person", at=now)
    tx.execute(update(person_record).where(person_record.c.ref == ref).values(sealed_id=sealed.id))
    tx.erase(SealedId(old))
    forget_in_index(tx, ref, record)
    forget_judged(tx, ref, erased=False)
    tx.execute(blind_tag.delete().where(blind_tag.c.ref == ref))
    for card in cards(tx).values():
        _tag(tx, desk, card, [PersonRow(0, record, {})])
    shield_claimants(tx, desk)
    note_record(tx, ref)


def tag_for_partner(tx: Transaction, desk: Desk, card: PartnerCard) -> int:
    """Make the tags of all our persons for a newly registered partner. Returns how many persons were tagged."""
    tx.execute(blind_tag.delete().where(blind_tag.c.partner == card.code))
    rows = tx.execute(select(person_record.c.sealed_id)).all()
    for row in rows:
        content = json.loads(tx.unseal(SealedId(row.sealed_id)))
        _tag(tx, desk, card, [PersonRow(0, kept_record(content["record"]), {})])
    shield_claimants(tx, desk)
    return len(rows)


def import_register(tx: Transaction, desk: Desk, officer: Officer, rows: Iterable[RegisterRow], now: datetime) -> int:
    """Replace nothing, add every row of a lost-and-stolen register of our own documents. Returns how many.

    Raises:
        ForbiddenError: only an administrator imports.
        InputError: a document of another issuer; only the issuer may register a document.
        ConflictError: a reference exists already.
    """
    authorise(officer, Action.IMPORT_RECORDS)
    own = _issuing_codes(tx, desk)
    count = 0
    for row in rows:
        if row.issuer not in own:
            raise InputError(
                f"line {row.line}: {row.issuer} documents are not {desk.code}'s to register",
                hint=f"Only the issuer registers a document; {desk.code} issues as {', '.join(own)}.",
            )
        _store_document(tx, row, now)
        count += 1
    take_stock(tx)
    shield_claimants(tx, desk)
    append(tx, Act(EventKind.REGISTER_IMPORTED, now, officer.id, "register", content={"count": count}))
    return count


def _issuing_codes(tx: Transaction, desk: Desk) -> tuple[str, ...]:
    partner = load_register(tx).partners.get(desk.code)
    if partner is None:
        raise InputError(
            f"the agreement register knows no partner {desk.code}",
            hint="Import a register that names this node's own partner: `egnatia agreement import`.",
        )
    return partner.travel_document_codes


def _store_document(tx: Transaction, row: RegisterRow, now: datetime) -> None:
    _check_reference(row.reference)
    if tx.row(_KNOWN_DOCUMENT, ref=row.reference) is not None:
        raise ConflictError(
            f"line {row.line}: the reference {row.reference} is registered already; nothing was imported"
        )
    extra = json.dumps({"circumstances": row.circumstances}).encode()
    sealed = tx.seal(extra, kind="register", at=now) if row.circumstances else None
    values = {
        "ref": row.reference,
        "issuer": row.issuer,
        "document_type": row.document_type,
        "number_from": row.number,
        "number_to": row.number_to,
        "number_length": len(row.number),
        "category": row.category,
        "reported_on": row.reported_on,
        "sealed_id": sealed.id if sealed else None,
        "imported_at": now,
    }
    tx.put(_REGISTER, values)


def withdraw_document(tx: Transaction, officer: Officer, ref: RecordRef, why: str, now: datetime) -> None:
    """Take a document out of our register, say because it was found: partners get a no-hit for it from now on.

    Raises:
        ForbiddenError, InputError: as the names say.
        NotFoundError: no such entry here.
    """
    authorise(officer, Action.IMPORT_RECORDS)
    reason = check_text("reason", why, MIN_JUSTIFICATION)
    row = tx.execute(registered_document.select().where(registered_document.c.ref == ref)).one_or_none()
    if row is None:
        raise NotFoundError(f"there is no registered document {ref}")
    tx.execute(registered_document.delete().where(registered_document.c.ref == ref))
    if row.sealed_id:
        tx.erase(SealedId(row.sealed_id))
    append(tx, Act(EventKind.RECORD_ERASED, now, officer.id, f"register:{ref}", justification=reason))


def mark_protected(tx: Transaction, officer: Officer, ref: RecordRef, why: str, now: datetime) -> None:
    """Shield a record: every partner's enquiry about it is answered like a no-hit from now on (ENQ-04).

    Raises:
        ForbiddenError, InputError: as the names say.
        NotFoundError: no such record here.
        ConflictError: it is shielded already.
    """
    authorise(officer, Action.MARK_PROTECTED)
    reason = check_text("reason", why, MIN_JUSTIFICATION)
    known = tx.execute(select(person_record.c.ref).where(person_record.c.ref == ref)).first()
    if known is None:
        raise NotFoundError(f"there is no person record {ref}")
    if tx.execute(select(protection_mark.c.ref).where(protection_mark.c.ref == ref)).first() is not None:
        raise ConflictError(f"{ref} is shielded already")
    sealed = tx.seal(reason.encode(), kind="protection_mark", at=now)
    tx.execute(insert(protection_mark), {"ref": ref, "sealed_id": sealed.id, "marked_at": now})
    append(tx, Act(EventKind.PROTECTION_MARKED, now, officer.id, f"person:{ref}", justification=reason))
