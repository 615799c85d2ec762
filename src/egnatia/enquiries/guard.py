"""The protection-claim guard: never ask a state about someone who claims protection from it (ENQ-06).

The question itself would be the breach, so it is stopped before anything is queued. Claims are local: they are sealed,
opened only here, and have no field in any message. An override needs a supervisor and a written assessment, which goes
into the ledger; the claim still never leaves.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from egnatia.accounts import authorise
from egnatia.engines.documents import normal_number
from egnatia.engines.people import PersonIndex, PersonQuery, PersonRecord, parse_date, search
from egnatia.enquiries.desk import check_text
from egnatia.errors import InputError, RefusedError
from egnatia.ledger import Act, append
from egnatia.model.events import EventKind
from egnatia.model.ids import PARTNER_CODE, PartnerCode, RecordRef, SealedId
from egnatia.model.officers import Action, Officer
from egnatia.model.states import RefusalReason
from egnatia.store.database import Transaction
from egnatia.store.tables import protection_claim

MIN_ASSESSMENT = 50
"""Characters of a written assessment: a reasoned sentence, not a word (requirement ENQ-06 asks for an assessment)."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A person who claims protection, and from which states.

    Attributes:
        first_names: as recorded.
        family_names: as recorded.
        birth_date: full or partial, ISO text such as 1994, 1994-06 or 1994-06-27.
        document_numbers: of documents the person is known to hold.
        origins: partners that must not learn of the claim.
    """

    first_names: str
    family_names: str
    birth_date: str | None
    document_numbers: tuple[str, ...]
    origins: tuple[PartnerCode, ...]


def record_claim(tx: Transaction, officer: Officer, claim: Claim, now: datetime) -> str:
    """Record a claim locally. Returns its id.

    Raises:
        ForbiddenError: the officer may not.
        InputError: no origin, or nothing to recognise the person by.
    """
    authorise(officer, Action.MARK_PROTECTED)
    _check(claim)
    claim_id = tx.new_id()
    content = {name: getattr(claim, name) for name in Claim.__slots__}
    sealed = tx.seal(json.dumps(content).encode(), kind="protection_claim", at=now)
    tx.execute(protection_claim.insert(), {"id": claim_id, "sealed_id": sealed.id, "recorded_at": now})
    append(tx, Act(EventKind.CLAIM_RECORDED, now, officer.id, f"protection_claim:{claim_id}"))
    return claim_id


def _check(claim: Claim) -> None:
    if not claim.origins or not all(PARTNER_CODE.fullmatch(origin) for origin in claim.origins):
        raise InputError("a protection claim needs the state it is made against", hint="Give its code, such as ALB.")
    if not claim.document_numbers and not (claim.first_names and claim.family_names):
        raise InputError(
            "a protection claim needs a name or a document number", hint="Give what is known of the person."
        )
    _as_record("check", claim)


def check_guard(tx: Transaction, partner: PartnerCode, clues: Mapping[str, Any]) -> None:
    """Stop a question to `partner` that could reveal an open claim against that state.

    Args:
        tx: any transaction of this node.
        partner: who would be asked.
        clues: everything our own officer knows of the person or the document, sent or not.

    Raises:
        RefusedError: PROTECTION_CLAIM_GUARD.
    """
    rows = tx.execute(protection_claim.select().where(protection_claim.c.closed_at.is_(None)))
    claims = [_claim(tx.unseal(SealedId(row.sealed_id))) for row in rows]
    if any(_recognises(claim, clues) for claim in claims if partner in claim.origins):
        raise RefusedError(
            RefusalReason.PROTECTION_CLAIM_GUARD,
            f"asking {partner} could reveal a protection claim; nothing was sent",
            hint="Ask a supervisor. An override needs a written assessment of the risk and is recorded in the ledger.",
        )


def override_guard(officer: Officer, assessment: str) -> str:
    """The checked text of an override.

    Raises:
        ForbiddenError: only a supervisor may override.
        InputError: the assessment is too short.
    """
    authorise(officer, Action.OVERRIDE_CLAIM_GUARD)
    return check_text("assessment", assessment, MIN_ASSESSMENT)


def _claim(content: bytes) -> Claim:
    values = json.loads(content)
    for name in ("document_numbers", "origins"):
        values[name] = tuple(values[name])
    return Claim(**values)


def _recognises(claim: Claim, clues: Mapping[str, Any]) -> bool:
    number = normal_number(str(clues.get("number", "")))
    if number and number in {normal_number(known) for known in claim.document_numbers}:
        return True
    if not (clues.get("first_names") and clues.get("family_names")):
        return False
    asked = PersonQuery(
        first_names=str(clues["first_names"]),
        family_names=str(clues["family_names"]),
        birth_date=parse_date(str(clues.get("birth_date") or "")),
    )
    # Any band counts: a guard that misses someone does harm, one that stops too much costs a supervisor's minute.
    return bool(search(asked, PersonIndex([_as_record("claim", claim)])))


def _as_record(ref: str, claim: Claim) -> PersonRecord:
    return PersonRecord(
        ref=RecordRef(ref),
        first_names=claim.first_names,
        family_names=claim.family_names,
        birth_date=parse_date(claim.birth_date or ""),
    )
