"""What many questions are asked under, agreed once for all of them: the terms of a batch, and of a standing order.

Both have the same columns and the same sealed words, and each of their questions is a draft by the same terms.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from egnatia.accounts import authorise
from egnatia.agreements import Allow, Request
from egnatia.enquiries.desk import KEEP, MIN_JUSTIFICATION, Desk, check_case_ref, check_text
from egnatia.enquiries.dna.asking import SPOKEN_SINCE, DnaDraft
from egnatia.enquiries.quotas import asked_under
from egnatia.errors import ForbiddenError, RefusedError
from egnatia.exchange.protocols import require_protocol
from egnatia.ledger import JSON, Act, append
from egnatia.model.agreements import Grant
from egnatia.model.events import EventKind
from egnatia.model.ids import GrantId, PartnerCode, SealedId
from egnatia.model.officers import Action, Officer
from egnatia.model.states import Offence, Purpose, RefusalReason, SubjectKind
from egnatia.store.database import Transaction
from egnatia.store.tables import officer as accounts


@dataclass(frozen=True, slots=True)
class Terms:
    """What questions are asked under, whoever or whatever asks them.

    Attributes:
        case_ref: the individual case; it is not sent.
        partner: whom to ask.
        population: whose profiles are searched there.
        purpose, offence: why.
        justification: at least 20 characters; stays here.
    """

    case_ref: str
    partner: PartnerCode
    population: SubjectKind
    purpose: Purpose
    offence: Offence
    justification: str


def checked_terms(tx: Transaction, desk: Desk, officer: Officer, terms: Terms, now: datetime) -> Grant:
    """The grant under which all of it would be asked.

    Raises:
        ForbiddenError, InputError: as the names say.
        RefusedError: no grant of today allows it, it says nothing of DNA, or the partner's release does not know it.
    """
    authorise(officer, Action.ASK_DNA)
    check_case_ref(terms.case_ref)
    check_text("justification", terms.justification, MIN_JUSTIFICATION)
    grant = granted(tx, desk, terms, now)
    if grant.dna is None:
        raise RefusedError(RefusalReason.SUBJECT_NOT_SUPPORTED, f"{grant.id} does not say how DNA is compared")
    require_protocol(tx, terms.partner, SPOKEN_SINCE, "a question about DNA")
    return grant


def granted(tx: Transaction, desk: Desk, terms: Terms, now: datetime) -> Grant:
    """The grant of today.

    Raises:
        RefusedError: there is none.
    """
    asked = Request(desk.code, terms.partner, terms.population, terms.purpose, terms.offence, now.date())
    verdict = desk.verdict(tx, asked)
    if not isinstance(verdict, Allow):
        raise RefusedError(verdict.reason, verdict.detail)
    return verdict.grant


def has_room(tx: Transaction, desk: Desk, terms: Terms, now: datetime) -> bool:
    """Whether the grant's quota of the day allows one more; true where no grant does, so that the refusal is recorded."""
    try:
        grant = granted(tx, desk, terms, now)
    except RefusedError:
        return True
    return asked_under(tx, grant, now) < grant.quota_day


def require_older(tx: Transaction, officer: Officer, since: datetime) -> None:
    """Let nobody approve by an account that was made after the proposal: a second pair of eyes cannot be made to order.

    Raises:
        ForbiddenError: the account is younger.
    """
    made = tx.execute(select(accounts.c.created_at).where(accounts.c.id == officer.id)).scalar_one_or_none()
    if made is not None and made > since:
        raise ForbiddenError(
            "your account was made after this was proposed", hint="Somebody who was there before has to approve it."
        )


def columns(terms: Terms, grant: Grant) -> dict[str, Any]:
    """The terms as columns; whose profiles and why are sealed beside them."""
    row = {"case_ref": terms.case_ref, "grant_id": grant.id, "partner": terms.partner}
    return row | {"purpose": terms.purpose, "offence": terms.offence}


def sealed_words(terms: Terms) -> bytes:
    """What is sealed of the terms."""
    return json.dumps({"population": terms.population, "justification": terms.justification.strip()}).encode()


def terms_of(tx: Transaction, row: Row[Any]) -> Terms:
    """The terms of a batch or an order; without words and on no population once these were erased."""
    content = json.loads(tx.opened(row.sealed_id) or b"{}")
    population = SubjectKind(content.get("population", SubjectKind.DNA))
    why = content.get("justification", "")
    return Terms(row.case_ref, row.partner, population, Purpose(row.purpose), Offence(row.offence), why)


def reword(tx: Transaction, row: Row[Any], kind: str, said: dict[str, str], now: datetime) -> SealedId:
    """Seal the words anew with more of them, and erase the old. The new record, for the row."""
    content = json.loads(tx.opened(row.sealed_id) or b"{}") | said
    sealed = tx.seal(json.dumps(content).encode(), kind=kind, at=now, erase_on=now + KEEP)
    tx.erase(SealedId(row.sealed_id))
    return sealed.id


def draft_of(terms: Terms, ref: str, *, batch_id: str | None = None, standing_id: str | None = None) -> DnaDraft:
    """The question about one profile by these terms."""
    return DnaDraft(
        ref,
        terms.population,
        terms.case_ref,
        terms.purpose,
        terms.offence,
        terms.justification,
        (terms.partner,),
        batch_id=batch_id,
        standing_id=standing_id,
    )


def enter(
    tx: Transaction,
    event: EventKind,
    row: Row[Any],
    officer: Officer,
    said: tuple[str, str, dict[str, JSON]],
    now: datetime,
) -> None:
    """The entry of one act on a batch or an order; `said` is what it is, why, and what more there is to say."""
    noun, why, content = said
    act = Act(
        event,
        now,
        officer.id,
        f"{noun}:{row.id}",
        partner=PartnerCode(row.partner),
        grant=GrantId(row.grant_id),
        purpose=Purpose(row.purpose),
        justification=why,
        content=content,
    )
    append(tx, act)
