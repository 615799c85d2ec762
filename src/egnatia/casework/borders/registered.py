"""Whether the document of a recorded inspection is reported, and by whom: own register, local lists, its issuer's answer.

A hit alone says nothing of the person and starts nothing. It is what an officer's finding can rest on before members are
told that the document was met (`casework.intelligence.reported`).
"""

import json
from datetime import date, datetime
from typing import Final

from sqlalchemy import select

from egnatia.casework.borders.inspections import stored_inspection
from egnatia.casework.borders.lookups import Traveller, documents_at_hand, traveller_of
from egnatia.engines.documents import normal_issuer, normal_number
from egnatia.enquiries.desk import Desk
from egnatia.errors import InputError
from egnatia.model.ids import SealedId
from egnatia.model.states import Decision, Evidence, RegisterCategory, SubjectKind
from egnatia.store.database import Transaction
from egnatia.store.tables import candidate, enquiry, inspection

_SAYS: Final = {
    Evidence.REPORTED_LOST: RegisterCategory.LOST,
    Evidence.REPORTED_STOLEN: RegisterCategory.STOLEN,
    Evidence.REPORTED_STOLEN_BLANK: RegisterCategory.STOLEN_BLANK,
    Evidence.REPORTED_REVOKED: RegisterCategory.REVOKED,
    Evidence.REPORTED_INVALID: RegisterCategory.INVALID,
    Evidence.REPORTED_NEVER_ISSUED: RegisterCategory.NEVER_ISSUED,
}
"""What an issuer's answer says of a document."""


def document_shown(tx: Transaction, inspection_id: str, today: date) -> Traveller:
    """What the zone of a recorded inspection says of the document and its bearer.

    Raises:
        NotFoundError: there is no such inspection.
        ErasedError: it was erased.
        InputError: no zone was read.
    """
    from egnatia.engines.documents.report.stored import is_stored, read_stored

    content = stored_inspection(tx, inspection_id)
    if not is_stored(content):  # a zone alone, as release 0.1.0 recorded it
        return traveller_of("\n".join(json.loads(content)["document"]["lines"]), today)
    zone = read_stored(content).result.zone
    if zone is None:
        raise InputError("no zone was read of this document", hint="Inspect it again with its zone typed.")
    return traveller_of("\n".join(zone.lines), today)


def reported_as(tx: Transaction, desk: Desk, inspection_id: str, now: datetime) -> frozenset[RegisterCategory]:
    """As what the inspected document is reported, by exact number; a list that is overdue says nothing.

    Raises:
        NotFoundError, ErasedError, InputError: as `document_shown`.
    """
    who = document_shown(tx, inspection_id, now.date())
    answers = [each for each in documents_at_hand(tx, desk, who, now) if not each.overdue]
    found = {hit.category for each in answers for hit in each.hits if hit.category is not None}
    return frozenset(found | _answered(tx, inspection_id, who))


def _answered(tx: Transaction, inspection_id: str, who: Traveller) -> set[RegisterCategory]:
    """What partners answered in the inspection's case about this very number, where an officer confirmed the answer."""
    query = (
        select(enquiry.c.sealed_id, candidate.c.evidence)
        .join(candidate, candidate.c.enquiry_id == enquiry.c.id)
        .join(inspection, inspection.c.case_ref == enquiry.c.case_ref)
        .where(
            inspection.c.id == inspection_id,
            enquiry.c.subject == SubjectKind.TRAVEL_DOCUMENT,
            candidate.c.decision == Decision.CONFIRMED,
        )
    )
    found: set[RegisterCategory] = set()
    for row in tx.execute(query).all():
        asked = json.loads(tx.opened(SealedId(row.sealed_id)) or b'{"query": {}}')["query"]
        if _same(asked, who):
            found |= {_SAYS[Evidence(code)] for code in json.loads(row.evidence) if code in _SAYS}
    return found


def _same(asked: dict[str, str], who: Traveller) -> bool:
    there = (normal_issuer(asked.get("issuer", "")), asked.get("document_type", ""), asked.get("number", ""))
    return there == (normal_issuer(who.issuer), who.document_type, normal_number(who.number))
