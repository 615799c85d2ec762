"""Travel documents: asked by issuer, type and number, answered from the issuer's lost-and-stolen register (DOC-05).

A document number is not an identity, and no holder data are in the question: the answer says only whether the number
is registered and as what.
"""

import json
from typing import Annotated, Any

import msgspec

from egnatia.engines.documents import normal_issuer, normal_number
from egnatia.engines.documents.registers.lookup import Registered
from egnatia.enquiries.messages import Body, decode
from egnatia.enquiries.registered import registered_with
from egnatia.enquiries.subjects.base import Found, Subject, Values
from egnatia.errors import InputError, NotFoundError
from egnatia.exchange.protocols import protocol_of
from egnatia.model.ids import PartnerCode, Randomness, RecordRef, SealedId
from egnatia.model.states import Evidence, RegisterCategory, SubjectKind
from egnatia.store.database import Transaction
from egnatia.store.tables import registered_document

FIELDS = ("issuer", "document_type", "number")
CORE_FIELDS = ("issuer", "document_type", "number_from", "number_to", "category", "reported_on", "circumstances")
_EVIDENCE = {
    RegisterCategory.LOST: Evidence.REPORTED_LOST,
    RegisterCategory.STOLEN: Evidence.REPORTED_STOLEN,
    RegisterCategory.STOLEN_BLANK: Evidence.REPORTED_STOLEN_BLANK,
    RegisterCategory.REVOKED: Evidence.REPORTED_REVOKED,
    RegisterCategory.INVALID: Evidence.REPORTED_INVALID,
    RegisterCategory.NEVER_ISSUED: Evidence.REPORTED_NEVER_ISSUED,
}
_IN_RANGE = {RegisterCategory.NEVER_ISSUED: Evidence.NUMBER_IN_UNUSED_RANGE}
"""A range is one of stolen blanks unless it is one of these."""
_BEFORE = {
    Evidence.REPORTED_NEVER_ISSUED: Evidence.REPORTED_INVALID,
    Evidence.NUMBER_IN_UNUSED_RANGE: Evidence.NUMBER_IN_BLANK_RANGE,
}
"""What release 0.1.0, which has no word for numbers never issued, is told instead: it reads only the codes it knows."""
_NEVER_ISSUED_SINCE = 2
"""Version of messages that has the codes above."""


class DocumentQuery(Body, frozen=True):
    """The question: three printed facts of the document itself."""

    issuer: Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{1,3}\Z")]
    document_type: Annotated[str, msgspec.Meta(pattern=r"^[A-Z]\Z")]
    number: Annotated[str, msgspec.Meta(pattern=r"^[A-Z0-9]{1,20}\Z")]


def check(values: Values) -> dict[str, Any]:
    """Clean issuer, type and number.

    Raises:
        InputError: one is missing, there is a field too many, or the number has no letters or digits.
    """
    unknown = set(values) - set(FIELDS)
    if unknown:
        raise InputError(f"a travel document is not asked by {min(unknown)!r}", hint=f"Give: {', '.join(FIELDS)}.")
    cleaned = {
        "issuer": normal_issuer(str(values.get("issuer", ""))),
        "document_type": (str(values.get("document_type", "")).strip().upper() or "P")[0],
        "number": normal_number(str(values.get("number", ""))),
    }
    try:
        msgspec.convert(cleaned, DocumentQuery)
    except msgspec.ValidationError as error:
        raise InputError(
            f"the document asked about is incomplete: {error}",
            hint="Give the issuing state's code as in the machine-readable zone, the type (P, I, V) and the number.",
        ) from None
    return cleaned


def minimise(values: Values, key: bytes, randomness: Randomness) -> dict[str, Any]:
    """The checked values as they are: nothing in them points to a person."""
    del key, randomness
    return dict(values)


def search(tx: Transaction, asker: PartnerCode, query: dict[str, Any]) -> list[Found]:
    """Registered documents with exactly this number, or ranges that hold it; never a number near it.

    A near number is another question: answered here it would tell of documents that nobody asked about.
    """
    asked = decode(DocumentQuery, query)
    known = protocol_of(tx, asker) >= _NEVER_ISSUED_SINCE
    entries = registered_with(tx, asked.issuer, asked.number, asked.document_type)
    return [_found(each, known=known) for each in entries]


def _found(entry: Registered, *, known: bool) -> Found:
    ranged = _IN_RANGE.get(entry.category, Evidence.NUMBER_IN_BLANK_RANGE)
    codes = (ranged if entry.is_range else Evidence.NUMBER_EXACT, _EVIDENCE[entry.category])
    return Found(RecordRef(entry.reference), 1.0, codes if known else tuple(_BEFORE.get(code, code) for code in codes))


def core_values(tx: Transaction, ref: RecordRef) -> dict[str, str]:
    """What the register holds on one document.

    Raises:
        NotFoundError: no such record here.
    """
    row = tx.execute(registered_document.select().where(registered_document.c.ref == ref)).one_or_none()
    if row is None:
        raise NotFoundError(f"there is no registered document {ref}")
    extra = json.loads(tx.unseal(SealedId(row.sealed_id))) if row.sealed_id else {}
    values = {name: str(getattr(row, name)) for name in CORE_FIELDS if hasattr(row, name)} | extra
    return {name: values[name] for name in CORE_FIELDS if values.get(name)}


SUBJECT = Subject(SubjectKind.TRAVEL_DOCUMENT, check, minimise, search, CORE_FIELDS, core_values)
