"""The protection-claim guard: never ask a state about someone who claims protection from it (ENQ-06).

The question itself would be the breach, so it is stopped before anything is queued. Claims are local: they are sealed,
opened only here, and have no field in any message. An override needs a supervisor and a written assessment, which goes
into the ledger; the claim still never leaves.
"""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from egnatia.accounts import authorise
from egnatia.engines.documents import normal_number
from egnatia.engines.people import Claim as PersonClaim
from egnatia.engines.people import (
    Match,
    PersonQuery,
    PersonRecord,
    compare,
    compare_names,
    judge,
    parse_date,
    tags,
)
from egnatia.engines.people.identifiers import read_identifier, without_name
from egnatia.enquiries.desk import MIN_JUSTIFICATION, check_text
from egnatia.errors import InputError, NotFoundError, RefusedError
from egnatia.exchange.keys import NodeKeys
from egnatia.ledger import Act, append
from egnatia.model.events import EventKind
from egnatia.model.ids import PARTNER_CODE, PartnerCode, RecordRef, SealedId
from egnatia.model.officers import Action, Officer
from egnatia.model.states import RefusalReason
from egnatia.store.database import Transaction
from egnatia.store.prepared import Prepared
from egnatia.store.tables import claim_shield, document_shield, protection_claim

MIN_ASSESSMENT = 50
"""Characters of a written assessment: a reasoned sentence, not a word (requirement ENQ-06 asks for an assessment)."""

_SAME_NAME = frozenset({PersonClaim.NAME_SAME, PersonClaim.NAME_SIMILAR})
"""What the engine says of a single name that agrees with another."""
_ENOUGH = 6.0
"""Bits that have to speak for the claimant. A common name against a wrong date of birth adds 8.7, a shared date of birth against
another name 5.3 (the spellings and strangers of tests/enquiries/test_claim_guard.py); it lies nearer to the second, because
a guard that misses somebody does harm."""
_OPEN = Prepared(select(protection_claim.c.sealed_id).where(protection_claim.c.closed_at.is_(None)))
_SHIELD_LABEL = b"egnatia/document-shield/v1"
_ANY_KEY = bytes(32)
"""Tags that are compared here and nowhere else need no secret."""


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
    """Record a claim locally, for the guard; `claims.enter_claim` also shields the person's records. Returns its id.

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
    if not claim.document_numbers and not (claim.first_names or claim.family_names):
        raise InputError(
            "a protection claim needs a name or a document number", hint="Give what is known of the person."
        )
    as_record("check", claim)


def open_claims(tx: Transaction, officer: Officer) -> list[tuple[str, datetime]]:
    """The claims that are open, by id and day; not who they are about.

    Raises:
        ForbiddenError: the officer may not.
    """
    authorise(officer, Action.MARK_PROTECTED)
    rows = tx.execute(protection_claim.select().where(protection_claim.c.closed_at.is_(None)))
    return sorted(((row.id, row.recorded_at) for row in rows), key=lambda each: each[1])


def close_claim(tx: Transaction, officer: Officer, claim_id: str, why: str, now: datetime) -> None:
    """Close a claim and erase what was recorded of it: the guard does not stop enquiries about the person any more.

    Raises:
        ForbiddenError: the officer may not.
        InputError: no reason.
        NotFoundError: there is no such open claim.
    """
    authorise(officer, Action.MARK_PROTECTED)
    reason = check_text("reason", why, MIN_JUSTIFICATION)
    wanted = (protection_claim.c.id == claim_id) & protection_claim.c.closed_at.is_(None)
    row = tx.execute(protection_claim.select().where(wanted)).one_or_none()
    if row is None:
        raise NotFoundError(f"there is no open claim {claim_id}", hint="`egnatia claim list` shows all of them.")
    tx.execute(protection_claim.update().where(wanted).values(closed_at=now))
    tx.execute(claim_shield.delete().where(claim_shield.c.claim_id == claim_id))
    tx.execute(document_shield.delete().where(document_shield.c.claim_id == claim_id))
    tx.erase(SealedId(row.sealed_id))
    append(tx, Act(EventKind.RECORD_ERASED, now, officer.id, f"protection_claim:{claim_id}", justification=reason))


def check_guard(tx: Transaction, partner: PartnerCode, codes: Collection[str], clues: Mapping[str, Any]) -> None:
    """Stop a question to `partner` that could reveal an open claim against that state.

    Args:
        tx: any transaction of this node.
        partner: who would be asked.
        codes: under which it issues documents, such as RKS for XKX: a claim may name the state by any of them.
        clues: everything our own officer knows of the person or the document, sent or not.

    Raises:
        RefusedError: PROTECTION_CLAIM_GUARD.
    """
    rows = tx.rows(_OPEN)
    claims = [read_claim(tx.unseal(SealedId(row.sealed_id))) for row in rows]
    names = {partner, *codes}
    if any(_recognises(claim, clues) for claim in claims if names.intersection(claim.origins)):
        raise RefusedError(
            RefusalReason.PROTECTION_CLAIM_GUARD,
            f"asking {partner} could reveal a protection claim; nothing was sent",
            hint="Ask a supervisor. An override needs a written assessment of the risk and is recorded in the ledger.",
        )


def number_mark(keys: NodeKeys, number: str) -> bytes:
    """A document number as the shields store it: 16 bytes that say nothing without this node's own secret."""
    key = hashlib.blake2b(_SHIELD_LABEL, key=keys.vault_key).digest()
    return hashlib.blake2b(number.encode(), key=key, digest_size=16).digest()


def override_guard(officer: Officer, assessment: str) -> str:
    """The checked text of an override.

    Raises:
        ForbiddenError: only a supervisor may override.
        InputError: the assessment is too short.
    """
    authorise(officer, Action.OVERRIDE_CLAIM_GUARD)
    return check_text("assessment", assessment, MIN_ASSESSMENT)


def read_claim(content: bytes) -> Claim:
    """A claim from its sealed content."""
    values = json.loads(content)
    for name in ("document_numbers", "origins"):
        values[name] = tuple(values[name])
    return Claim(**values)


def _recognises(claim: Claim, clues: Mapping[str, Any]) -> bool:
    """Whether what is known could be the claimant, by a document or by name.

    Any band counts: a guard that misses someone does harm, one that stops too much costs a supervisor's minute.
    """
    known = {form for number in claim.document_numbers for form in _forms(number)}
    if any(known.intersection(_forms(number)) for number in _numbers(clues)):
        return True
    return _could_be(claim, str(clues.get("first_names") or ""), str(clues.get("family_names") or ""), clues)


def _numbers(clues: Mapping[str, Any]) -> Iterator[str]:
    yield str(clues.get("number") or "")
    for number in clues.get("identifiers") or ():
        yield str(number)


def _forms(number: str) -> set[str]:
    """A number as it is written, as persons are asked about by it, and with letters and digits that look alike made one."""
    read = read_identifier(number)
    forms = {normal_number(without_name(number) or ""), *((read.text, read.loose) if read else ())}
    return forms - {""}


def _could_be(claim: Claim, first: str, family: str, clues: Mapping[str, Any]) -> bool:
    try:
        asked = PersonQuery(first, family, parse_date(str(clues.get("birth_date") or "")))
    except InputError:  # less than two parts are known: a name alone is compared with each of the claim's
        return any(_same_name(f"{first} {family}", known) for known in _names(claim))
    record = as_record("claim", claim)
    return _speaks_for(compare(asked, record)) or _would_find(asked, record)


def _speaks_for(match: Match) -> bool:
    """Whether so much agrees that it could be the claimant. How many others there may be is no matter here: no prior."""
    return sum(part.added for part in match.evidence if part.claim is not PersonClaim.PRIOR) >= _ENOUGH


def _would_find(asked: PersonQuery, record: PersonRecord) -> bool:
    """Whether the partner, holding this very record, would answer the question with it: then the question tells.

    The partner's rule sees only what agrees, so it finds some whom the comparison here sets aside.
    """
    return judge(tags(asked, _ANY_KEY), [one.value for one in tags(record, _ANY_KEY)]) is not None


def _names(claim: Claim) -> tuple[str, ...]:
    """The claim's names, and all of them as one: a zone without a gap between them gives the whole name in one field."""
    return claim.first_names, claim.family_names, f"{claim.first_names} {claim.family_names}"


def _same_name(name: str, known: str) -> bool:
    try:
        return any(part.claim in _SAME_NAME for part in compare_names(name, known).evidence)
    except InputError:  # one of them is no name at all
        return False


def as_record(ref: str, claim: Claim) -> PersonRecord:
    """The claimant as a person record, for comparing.

    Raises:
        InputError: the date of birth is none.
    """
    return PersonRecord(
        ref=RecordRef(ref),
        first_names=claim.first_names,
        family_names=claim.family_names,
        birth_date=parse_date(claim.birth_date or ""),
        identifiers=claim.document_numbers,
    )
