"""A travel document is checked at a crossing point: read, advised on, written down; a person decides what follows.

Nothing here refuses, holds or reports anybody. The advice is the engine's, in four values, and has no effect of its own
(requirements DOC-02, E-03).
"""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from egnatia.accounts import authorise
from egnatia.casework.borders.devices import note_reading
from egnatia.engines.documents import Inspection, ZoneDocument, inspect, normal_issuer
from egnatia.enquiries.desk import KEEP, check_case_ref
from egnatia.errors import NotFoundError
from egnatia.ledger import Act, append
from egnatia.model.events import EventKind
from egnatia.model.ids import SealedId
from egnatia.model.officers import Action, Officer
from egnatia.model.states import Purpose
from egnatia.store.database import Transaction
from egnatia.store.tables import inspection

if TYPE_CHECKING:
    from egnatia.engines.documents.examination import Examination
    from egnatia.engines.documents.presented import Basis, Presented

ISSUER = 3
"""Letters of an issuer's code at most (Doc 9303-3 section 5)."""


@dataclass(frozen=True, slots=True)
class RecordedInspection:
    """One inspection as it was recorded: the engine's result, replayable from the zone it read."""

    id: str
    case_ref: str
    at: datetime
    advice: str
    result: dict[str, Any]


def inspect_document(
    tx: Transaction, officer: Officer, case_ref: str, zone: str, now: datetime
) -> tuple[str, Inspection]:
    """Inspect a machine-readable zone and record what was found. Returns the record's id and the inspection.

    Raises:
        ForbiddenError: the officer may not inspect.
        InputError: no case reference, or the text is no machine-readable zone; nothing is recorded.
    """
    authorise(officer, Action.INSPECT_DOCUMENT)
    check_case_ref(case_ref)
    result = inspect(zone, now.date())
    content = json.dumps(asdict(result), ensure_ascii=False).encode()
    findings = [finding.code.value for finding in result.findings]
    kind = document_type(result.document.issuer, result.document.code)
    return _record(tx, officer, case_ref, now, _Outcome(result.advice.value, findings, content, kind)), result


def examine_document(
    tx: Transaction, officer: Officer, case_ref: str, presented: "Presented", basis: "Basis", now: datetime
) -> "tuple[str, Examination]":
    """Examine a document from every source and record it, replayable. Returns the record's id and the examination.

    What is sealed is the stored inspection (`report.stored`): what was presented, the day, the versions, the result. The
    advice is the machine's; what the officer finds is recorded elsewhere, and by nobody but him (`second_line`).

    Raises:
        ForbiddenError: the officer may not inspect.
        InputError: no case reference, or nothing that can be inspected; nothing is recorded.
    """
    from egnatia.engines.documents.inspection import examine
    from egnatia.engines.documents.report.stored import keep

    authorise(officer, Action.INSPECT_DOCUMENT)
    check_case_ref(case_ref)
    result = examine(presented, basis)
    return record_examination(tx, officer, case_ref, result, keep(presented, basis, result), now), result


def record_examination(
    tx: Transaction,
    officer: Officer,
    case_ref: str,
    result: "Examination",
    kept: bytes,
    now: datetime,
    device_id: str | None = None,
) -> str:
    """Record an examination that was made outside this transaction, because reading pictures takes seconds.

    Args:
        tx: the transaction.
        officer: who examined.
        case_ref: the case.
        result: what came of it.
        kept: the stored inspection (`report.stored.keep`).
        now: the moment.
        device_id: of the registered device that read it; whether its test was overdue is written down with it.

    Raises:
        ForbiddenError: the officer may not inspect.
        InputError: no case reference.
    """
    authorise(officer, Action.INSPECT_DOCUMENT)
    check_case_ref(case_ref)
    findings = [finding.code.value for finding in result.findings()]
    kind = None if result.zone is None else document_type(result.zone.issuer, result.zone.code)
    inspection_id = _record(tx, officer, case_ref, now, _Outcome(result.advice.value, findings, kept, kind))
    if device_id is not None:
        note_reading(tx, inspection_id, device_id, now)
    return inspection_id


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What is written down of an inspection: the advice and the codes in clear, the content sealed."""

    advice: str
    findings: list[str]
    content: bytes
    document_type: str | None


def _record(tx: Transaction, officer: Officer, case_ref: str, now: datetime, outcome: _Outcome) -> str:
    inspection_id = tx.new_id()
    sealed = tx.seal(outcome.content, kind="inspection", at=now, erase_on=now + KEEP)
    values = {
        "id": inspection_id,
        "case_ref": case_ref,
        "officer_id": officer.id,
        "at": now,
        "advice": outcome.advice,
        "sealed_id": sealed.id,
        "document_type": outcome.document_type,
    }
    tx.execute(inspection.insert(), values)
    act = Act(
        EventKind.DOCUMENT_INSPECTED,
        now,
        officer.id,
        f"inspection:{inspection_id}",
        purpose=Purpose.BORDER_CHECK,
        justification=f"case {case_ref}",
        content={"advice": outcome.advice, "findings": outcome.findings},
    )
    append(tx, act)
    return inspection_id


def document_type(issuer: str, code: str) -> str | None:
    """A type of document for error rates, such as `RKS P`: issuer and first letter; None where no issuer was read."""
    name = normal_issuer(issuer)
    return f"{name} {code[:1]}".strip() if name.isascii() and name.isalpha() and len(name) <= ISSUER else None


def stored_inspection(tx: Transaction, inspection_id: str) -> bytes:
    """A recorded inspection as it was sealed, for its replay and its report.

    Raises:
        NotFoundError: there is none.
        ErasedError: it was erased.
    """
    row = tx.execute(inspection.select().where(inspection.c.id == inspection_id)).one_or_none()
    if row is None:
        raise NotFoundError(f"there is no inspection {inspection_id}")
    return tx.unseal(SealedId(row.sealed_id))


def recorded(tx: Transaction, inspection_id: str) -> RecordedInspection:
    """Read back one inspection.

    Raises:
        NotFoundError: there is none.
        ErasedError: it was erased.
    """
    result = json.loads(stored_inspection(tx, inspection_id))
    row = tx.execute(inspection.select().where(inspection.c.id == inspection_id)).one()
    return RecordedInspection(row.id, row.case_ref, row.at, row.advice, result)


def document_query(document: ZoneDocument) -> dict[str, str]:
    """The values of a travel-document enquiry about a zone that was read: no holder data among them."""
    return {"issuer": document.issuer, "document_type": document.code[:1], "number": document.number}


def holder_clues(document: ZoneDocument) -> dict[str, str]:
    """What the zone says of its holder, for our own protection-claim guard only; it is never sent."""
    return {
        "first_names": " ".join(document.name.secondary),
        "family_names": " ".join(document.name.primary),
    }
