"""The asker's side of one blind question: the checks of an open one, then one uniform element and one commitment.

The protection-claim guard holds here as well. A blind question tells its holder only that some question was made, but it
can be opened to the holder's auditor later, and then it tells everything (ADR 0018).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from egnatia.accounts import authorise
from egnatia.agreements import Allow, Request, permit
from egnatia.engines.blind import Blinded, blind
from egnatia.enquiries.blind.evaluating import check_blind_quota, commitment_ref
from egnatia.enquiries.blind.lists import LISTS, normal_values, text_of
from egnatia.enquiries.blind.messages import BLIND_ENQUIRY, PROTOCOL, BlindEnquiryBody
from egnatia.enquiries.desk import (
    KEEP,
    MIN_JUSTIFICATION,
    Desk,
    check_case_ref,
    check_text,
)
from egnatia.enquiries.guard import check_guard, override_guard
from egnatia.enquiries.messages import encode
from egnatia.enquiries.quotas import asked_under, check_day
from egnatia.errors import InputError, RefusedError
from egnatia.exchange.directory import cards
from egnatia.exchange.outbox import Draft, queue_message
from egnatia.exchange.protocols import require_protocol
from egnatia.ledger import Act, append
from egnatia.model.agreements import Grant
from egnatia.model.events import EventKind
from egnatia.model.ids import EnquiryId, PartnerCode, SealedId
from egnatia.model.officers import Action, Officer
from egnatia.model.states import AskState, BlindList, Offence, Purpose, RefusalReason
from egnatia.store.database import Transaction
from egnatia.store.tables import blind_enquiry, blind_filter


@dataclass(frozen=True, slots=True)
class BlindDraft:
    """What an officer wants to ask blind.

    Attributes:
        case_ref: the individual case it belongs to; it is not sent.
        which: which list.
        purpose: why.
        offence: the offence behind it.
        justification: at least 20 characters; not sent, but under the commitment.
        values: what names the identifier, such as issuer, document_type and number.
        partners: whom to ask; None asks everybody whose filter of this list we hold.
        holder: what we know of the person, never sent and never opened; only the protection-claim guard reads it.
        override: a supervisor's written assessment, to ask in spite of the guard.
    """

    case_ref: str
    which: BlindList
    purpose: Purpose
    offence: Offence
    justification: str
    values: Mapping[str, Any]
    partners: tuple[PartnerCode, ...] | None = None
    holder: Mapping[str, Any] = field(default_factory=dict)
    override: str | None = None


@dataclass(frozen=True, slots=True)
class AskedBlind:
    """What became of the question to one partner: asked, or not asked for one reason."""

    id: EnquiryId
    partner: PartnerCode
    refusal: RefusalReason | None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class BlindPreview:
    """What would become of the question to one partner: the grant that allows it, or the reason against."""

    partner: PartnerCode
    grant: Grant | None
    refusal: RefusalReason | None


@dataclass(frozen=True, slots=True)
class _Asking:
    desk: Desk
    officer: Officer
    draft: BlindDraft
    values: Mapping[str, str]
    now: datetime


def send_blind(tx: Transaction, desk: Desk, officer: Officer, draft: BlindDraft, now: datetime) -> list[AskedBlind]:
    """Record a blind question for each partner and queue what may be asked. One ledger entry for each partner.

    Raises:
        InputError: something in the draft is missing or malformed; nothing is recorded then.
        ForbiddenError: the officer may not ask, or may not override the guard.
        RefusedError: no filter of the list is held, or the officer's or the case's day is used up.
    """
    asking, partners = _begun(tx, desk, officer, draft, now)
    return [_to_one(tx, asking, partner) for partner in partners]


def preview_blind(
    tx: Transaction, desk: Desk, officer: Officer, draft: BlindDraft, now: datetime
) -> list[BlindPreview]:
    """What `send_blind` would do with each partner; nothing is recorded or sent.

    The protection-claim guard answers only whoever may override it, as in `ask.preview`: this leaves no trace, and nobody
    else may find out in passing who claims protection.

    Raises:
        InputError, ForbiddenError, RefusedError: as `send_blind`.
    """
    asking, partners = _begun(tx, desk, officer, draft, now)
    return [_preview(tx, asking, partner) for partner in partners]


def _preview(tx: Transaction, asking: _Asking, partner: PartnerCode) -> BlindPreview:
    try:
        grant = _permitted(tx, asking, partner)
        if asking.officer.may(Action.OVERRIDE_CLAIM_GUARD):
            _check_claims(tx, asking, partner)
        _filter(tx, asking, partner)
    except RefusedError as refusal:
        return BlindPreview(partner, None, refusal.reason)
    return BlindPreview(partner, grant, None)


def _begun(
    tx: Transaction, desk: Desk, officer: Officer, draft: BlindDraft, now: datetime
) -> tuple[_Asking, tuple[PartnerCode, ...]]:
    """The checks that come before any partner is looked at."""
    authorise(officer, Action.SEND_ENQUIRY)
    check_case_ref(draft.case_ref)
    check_text("justification", draft.justification, MIN_JUSTIFICATION)
    if draft.override is not None:
        override_guard(officer, draft.override)
    asking = _Asking(desk, officer, draft, normal_values(draft.which, draft.values), now)
    partners = _partners(tx, draft)
    check_day(tx, desk.limits, (officer.id, draft.case_ref), len(partners), now)
    return asking, partners


def _partners(tx: Transaction, draft: BlindDraft) -> tuple[PartnerCode, ...]:
    if draft.partners is not None:
        if unknown := set(draft.partners) - set(cards(tx)):
            raise InputError(f"{min(unknown)} is not a registered partner of this node", hint="`egnatia partner list`.")
        if not draft.partners or len(set(draft.partners)) != len(draft.partners):
            raise InputError("each partner can be asked once", hint="Name at least one partner, and none twice.")
        return draft.partners
    query = select(blind_filter.c.holder).where(blind_filter.c.list == draft.which).order_by(blind_filter.c.holder)
    held = tuple(PartnerCode(each) for each in tx.execute(query).scalars())
    if not held:
        raise _not_offered(draft.which)
    return held


def _not_offered(which: BlindList) -> RefusedError:
    return RefusedError(
        RefusalReason.BLIND_NOT_OFFERED,
        f"no filter of {which.value} is held",
        hint="An administrator fetches it: `egnatia blind fetch`.",
    )


def _to_one(tx: Transaction, asking: _Asking, partner: PartnerCode) -> AskedBlind:
    enquiry_id = EnquiryId(tx.new_id())
    try:
        grant = _permitted(tx, asking, partner)
        _check_claims(tx, asking, partner)
        held = _filter(tx, asking, partner)
    except RefusedError as refusal:
        _record_not_asked(tx, asking, enquiry_id, partner, refusal.reason)
        return AskedBlind(enquiry_id, partner, refusal.reason, refusal.detail)
    _send(tx, asking, enquiry_id, grant, held)
    return AskedBlind(enquiry_id, partner, None)


def _permitted(tx: Transaction, asking: _Asking, partner: PartnerCode) -> Grant:
    draft, register = asking.draft, asking.desk.register(tx)
    subject = LISTS[draft.which].subject
    request = Request(asking.desk.code, partner, subject, draft.purpose, draft.offence, asking.now.date())
    verdict = permit(register, request)
    if not isinstance(verdict, Allow):
        raise RefusedError(verdict.reason, verdict.detail)
    require_protocol(tx, partner, PROTOCOL, "a blind enquiry")
    check_blind_quota(verdict.grant, asked_under(tx, verdict.grant, asking.now))
    return verdict.grant


def _check_claims(tx: Transaction, asking: _Asking, partner: PartnerCode) -> None:
    """Stop what could reveal a protection claim, unless a supervisor has overridden that."""
    if asking.draft.override is None:
        codes = asking.desk.register(tx).partners[partner].travel_document_codes
        check_guard(tx, partner, codes, {**asking.draft.holder, **asking.values})


def _filter(tx: Transaction, asking: _Asking, partner: PartnerCode) -> Row[Any]:
    wanted = (blind_filter.c.holder == partner) & (blind_filter.c.list == asking.draft.which)
    row = tx.execute(select(blind_filter).where(wanted)).one_or_none()
    if row is None:
        raise _not_offered(asking.draft.which)
    if asking.now >= row.ends_at:
        raise RefusedError(RefusalReason.BLIND_EPOCH_OVER, f"the filter of {partner} ended; fetch the new one")
    return row


def _record_not_asked(
    tx: Transaction, asking: _Asking, enquiry_id: EnquiryId, partner: PartnerCode, reason: RefusalReason
) -> None:
    row = _row(asking, enquiry_id, partner)
    tx.execute(blind_enquiry.insert(), row | {"state": AskState.NOT_ASKED, "refusal": reason})
    draft = asking.draft
    act = Act(
        EventKind.ENQUIRY_NOT_SENT,
        asking.now,
        asking.officer.id,
        f"blind_enquiry:{enquiry_id}",
        partner=partner,
        purpose=draft.purpose,
        justification=draft.justification,
        content={"reason": reason, "case_ref": draft.case_ref, "list": draft.which},
    )
    append(tx, act)


def _row(asking: _Asking, enquiry_id: EnquiryId, partner: PartnerCode) -> dict[str, object]:
    draft = asking.draft
    return {
        "id": enquiry_id,
        "case_ref": draft.case_ref,
        "partner": partner,
        "list": draft.which,
        "purpose": draft.purpose,
        "offence": draft.offence,
        "officer_id": asking.officer.id,
        "asked_at": asking.now,
    }


def _send(tx: Transaction, asking: _Asking, enquiry_id: EnquiryId, grant: Grant, held: Row[Any]) -> None:
    """A fresh blind for each partner, so that two partners cannot see that they were asked the same."""
    draft, now = asking.draft, asking.now
    question = blind(text_of(draft.which, asking.values), tx.randomness)
    sealed = tx.seal(_opened(asking, held, question), kind="blind_enquiry", at=now, erase_on=now + KEEP)
    commitment = sealed.commitment.hex()
    body = BlindEnquiryBody(
        grant=grant.id,
        list=draft.which,
        purpose=draft.purpose,
        offence=draft.offence,
        statement=held.statement,
        commitment=commitment,
        element=question.element.hex(),
    )
    queued = queue_message(tx, asking.desk.keys, Draft(BLIND_ENQUIRY, grant.answerer, enquiry_id, encode(body)), now)
    row = _row(asking, enquiry_id, grant.answerer) | {"state": AskState.WAITING, "grant_id": grant.id}
    row |= {"statement": held.statement, "element": question.element, "commitment": commitment}
    row |= {"message_id": queued.message_id, "sealed_id": sealed.id, "clues_id": _clues(tx, asking)}
    tx.execute(blind_enquiry.insert(), row)
    act = Act(
        EventKind.BLIND_ASKED,
        now,
        asking.officer.id,
        commitment_ref(commitment),
        partner=grant.answerer,
        grant=grant.id,
        purpose=draft.purpose,
        message_sha256=queued.sha256,
        justification=draft.justification,
        content={"case_ref": draft.case_ref, "list": draft.which, "override": draft.override},
    )
    append(tx, act)


def _opened(asking: _Asking, held: Row[Any], question: Blinded) -> bytes:
    """Exactly what is committed to, and what an opening shows: nothing of the person, nothing of other partners."""
    content = {
        "asker": asking.desk.code,
        "holder": held.holder,
        "list": asking.draft.which,
        "statement": held.statement,
        "values": dict(asking.values),
        "blind": question.blind.hex(),
        "element": question.element.hex(),
        "case_ref": asking.draft.case_ref,
        "officer": asking.officer.id,
        "justification": asking.draft.justification.strip(),
    }
    return json.dumps(content, sort_keys=True).encode("ascii")


def _clues(tx: Transaction, asking: _Asking) -> SealedId | None:
    if not asking.draft.holder:
        return None
    content = json.dumps(dict(asking.draft.holder), sort_keys=True).encode()
    return tx.seal(content, kind="blind_clues", at=asking.now, erase_on=asking.now + KEEP).id
