"""Step 1, asked: check, minimise, and queue one message for each partner that a grant allows.

What our own node refuses to ask is recorded as not asked, with its reason: the officer sees all partners on one page,
and an absent answer is never read as a no-hit.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from egnatia.accounts import authorise
from egnatia.agreements import Allow, Request, permit
from egnatia.enquiries.desk import (
    KEEP,
    MIN_JUSTIFICATION,
    Desk,
    check_case_ref,
    check_person_ref,
    check_quota,
    check_text,
)
from egnatia.enquiries.guard import check_guard, override_guard
from egnatia.enquiries.issuers import check_beyond, check_named, issuer_alone
from egnatia.enquiries.messages import ENQUIRY, EnquiryBody, encode
from egnatia.enquiries.pairing import named, pair_keys
from egnatia.enquiries.quotas import asked_under, check_day, note_asked
from egnatia.enquiries.subjects import subject_of
from egnatia.errors import InputError, RefusedError
from egnatia.exchange.directory import cards
from egnatia.exchange.outbox import Draft, queue_message
from egnatia.ledger import Act, append
from egnatia.model.agreements import Grant, Register
from egnatia.model.events import EventKind
from egnatia.model.ids import EnquiryId, PartnerCode
from egnatia.model.officers import Action, Officer
from egnatia.model.states import AskState, Offence, Purpose, RefusalReason, SubjectKind
from egnatia.store.database import Sealed, Transaction
from egnatia.store.prepared import insert_into
from egnatia.store.tables import ask, enquiry

ANSWER_WITHIN = timedelta(days=7)
"""How long a question stays open: the exchange gives up on a message of that age."""
_ENQUIRE, _ASK = insert_into(enquiry), insert_into(ask)


@dataclass(frozen=True, slots=True)
class EnquiryDraft:
    """What an officer wants to ask.

    Attributes:
        case_ref: the individual case it belongs to.
        subject: what it is about.
        purpose: why.
        offence: the offence behind it.
        justification: at least 20 characters; stays on this node, a commitment to it is sent.
        query: the subject's own values, such as issuer and number.
        partners: whom to ask; None asks a document's issuer alone, and about anything else every partner that a grant
            allows.
        person_ref: our own pseudonym of the person, never sent; lets hits and persons be counted apart.
        holder: what we know of the document's holder, never sent; only the protection-claim guard reads it.
        override: a supervisor's written assessment, to ask in spite of the guard.
        beyond: why others than a document's issuer are asked too; with it, None for partners is everybody again.
    """

    case_ref: str
    subject: SubjectKind
    purpose: Purpose
    offence: Offence
    justification: str
    query: Mapping[str, Any]
    partners: tuple[PartnerCode, ...] | None = None
    person_ref: str | None = None
    holder: Mapping[str, Any] = field(default_factory=dict)
    override: str | None = None
    beyond: str | None = None


@dataclass(frozen=True, slots=True)
class PartnerPreview:
    """What would happen with one partner: asked under a grant, or not asked for one reason."""

    partner: PartnerCode
    grant: Grant | None
    refusal: RefusalReason | None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Asking:
    """One act of asking: who, what, when, and the subject's values as checked."""

    desk: Desk
    officer: Officer
    draft: EnquiryDraft
    checked: Mapping[str, Any]
    now: datetime


@dataclass(frozen=True, slots=True)
class SentEnquiry:
    """What was recorded: the enquiry, and per partner whether it was asked."""

    id: EnquiryId
    asks: tuple[PartnerPreview, ...]


def preview(tx: Transaction, desk: Desk, officer: Officer, draft: EnquiryDraft, now: datetime) -> list[PartnerPreview]:
    """Check a draft without recording or sending anything.

    The protection-claim guard answers only whoever may override it: a preview leaves no trace, and nobody else may find
    out in passing who claims protection. For them its word comes with the enquiry, which is recorded.

    Raises:
        InputError: something in the draft is missing or malformed.
        ForbiddenError: the officer may not ask, or may not override the guard.
        RefusedError: the subject is not supported, or nobody may be asked at all.
    """
    asking = _start(desk, officer, draft, now)
    return judge_all(tx, asking, guarded=officer.may(Action.OVERRIDE_CLAIM_GUARD))


def send_enquiry(tx: Transaction, desk: Desk, officer: Officer, draft: EnquiryDraft, now: datetime) -> SentEnquiry:
    """Record an enquiry and queue one message for each partner that may be asked.

    Raises:
        InputError, ForbiddenError, RefusedError: as `preview`; nothing is recorded then.
    """
    asking = _start(desk, officer, draft, now)
    asks = judge_all(tx, asking, guarded=True)
    asked = sum(each.grant is not None for each in asks)
    check_day(tx, desk.limits, (officer.id, draft.case_ref), asked, now)
    enquiry_id = EnquiryId(tx.new_id())
    reasons = seal_reasons(tx, asking)
    record_enquiry(tx, asking, enquiry_id, reasons)
    for each in asks:
        if each.grant is None:
            record_not_asked(tx, asking, enquiry_id, each)
        else:
            _ask_partner(tx, asking, enquiry_id, each.grant, reasons)
    return SentEnquiry(enquiry_id, tuple(asks))


def _start(desk: Desk, officer: Officer, draft: EnquiryDraft, now: datetime) -> Asking:
    authorise(officer, Action.SEND_ENQUIRY)
    check_case_ref(draft.case_ref)
    check_person_ref(draft.person_ref)
    check_text("justification", draft.justification, MIN_JUSTIFICATION)
    if draft.override is not None:
        override_guard(officer, draft.override)
    checked = subject_of(draft.subject).check(draft.query)
    check_beyond(draft.subject, draft.beyond)
    return Asking(desk, officer, draft, checked, now)


def judge_all(tx: Transaction, asking: Asking, *, guarded: bool) -> list[PartnerPreview]:
    """What would happen with each partner; `guarded` whether the protection-claim guard has its say."""
    register = asking.desk.register(tx)
    judged = (_judge(tx, asking, partner) for partner in _partners(asking, register, set(cards(tx))))
    return [_claims_judged(tx, asking, register, each) if guarded else each for each in judged]


def _partners(asking: Asking, register: Register, known: set[PartnerCode]) -> tuple[PartnerCode, ...]:
    """Whom to look at: those named, a document's issuer alone, or every partner that a grant allows today."""
    draft, is_document = asking.draft, asking.draft.subject is SubjectKind.TRAVEL_DOCUMENT
    if draft.partners is not None:
        _check_named(draft.partners, known)
        if is_document:
            check_named(register, asking.checked["issuer"], draft.partners, draft.beyond)
        return draft.partners
    if is_document and draft.beyond is None:
        return (issuer_alone(register, asking.desk.code, asking.checked["issuer"], known),)
    allowed = tuple(each for each in sorted(known) if isinstance(permit(register, _request(asking, each)), Allow))
    if not allowed:
        raise RefusedError(
            RefusalReason.NO_AGREEMENT,
            f"no partner may be asked about {draft.subject.value} for {draft.purpose.value}",
            hint="`egnatia agreement matrix` shows who may be asked what.",
        )
    return allowed


def _check_named(partners: tuple[PartnerCode, ...], known: set[PartnerCode]) -> None:
    for partner in partners:
        if partner not in known:
            raise InputError(
                f"{partner} is not a registered partner of this node",
                hint=f"Registered are: {', '.join(sorted(known)) or 'none'}. `egnatia partner add` registers a card.",
            )
    if len(set(partners)) != len(partners) or not partners:
        raise InputError("each partner can be asked once", hint="Name at least one partner, and none twice.")


def _request(asking: Asking, partner: PartnerCode) -> Request:
    draft = asking.draft
    return Request(asking.desk.code, partner, draft.subject, draft.purpose, draft.offence, asking.now.date())


def _judge(tx: Transaction, asking: Asking, partner: PartnerCode) -> PartnerPreview:
    verdict = asking.desk.verdict(tx, _request(asking, partner))
    if not isinstance(verdict, Allow):
        return PartnerPreview(partner, None, verdict.reason, verdict.detail)
    try:
        _check_quota(tx, verdict.grant, asking.now)
    except RefusedError as refusal:
        return PartnerPreview(partner, None, refusal.reason, refusal.message)
    return PartnerPreview(partner, verdict.grant, None)


def _claims_judged(tx: Transaction, asking: Asking, register: Register, each: PartnerPreview) -> PartnerPreview:
    """The same, unless the question could reveal a protection claim and nobody has overridden that."""
    if each.grant is None or asking.draft.override is not None:
        return each
    codes = register.partners[each.partner].travel_document_codes
    try:
        check_guard(tx, each.partner, codes, {**asking.draft.holder, **asking.checked})
    except RefusedError as refusal:
        return PartnerPreview(each.partner, None, refusal.reason, refusal.message)
    return each


def _check_quota(tx: Transaction, grant: Grant, now: datetime) -> None:
    check_quota(grant, asked_under(tx, grant, now))


def seal_reasons(tx: Transaction, asking: Asking) -> Sealed:
    """What was asked and why, sealed; it stays here."""
    draft = asking.draft
    content = {
        "query": dict(asking.checked),
        "holder": dict(draft.holder),
        "justification": draft.justification.strip(),
        "override": draft.override,
        "beyond": draft.beyond,
    }
    return tx.seal(
        json.dumps(content, sort_keys=True).encode(), kind="enquiry", at=asking.now, erase_on=asking.now + KEEP
    )


def record_enquiry(tx: Transaction, asking: Asking, enquiry_id: EnquiryId, reasons: Sealed) -> None:
    """The enquiry's own row."""
    draft = asking.draft
    tx.put(
        _ENQUIRE,
        {
            "id": enquiry_id,
            "case_ref": draft.case_ref,
            "subject": draft.subject,
            "purpose": draft.purpose,
            "offence": draft.offence,
            "officer_id": asking.officer.id,
            "created_at": asking.now,
            "deadline": asking.now + ANSWER_WITHIN,
            "person_ref": draft.person_ref,
            "sealed_id": reasons.id,
        },
    )


def record_not_asked(tx: Transaction, asking: Asking, enquiry_id: EnquiryId, each: PartnerPreview) -> None:
    """One partner that our own node refused to ask, with its reason and its entry."""
    tx.put(
        _ASK,
        {
            "enquiry_id": enquiry_id,
            "partner": each.partner,
            "state": AskState.NOT_ASKED,
            "refusal": each.refusal,
            "asked_at": asking.now,
        },
    )
    act = Act(
        EventKind.ENQUIRY_NOT_SENT,
        asking.now,
        asking.officer.id,
        f"enquiry:{enquiry_id}",
        partner=each.partner,
        purpose=asking.draft.purpose,
        justification=asking.draft.justification,
        content={"reason": each.refusal, "case_ref": asking.draft.case_ref},
    )
    append(tx, act)


def _ask_partner(tx: Transaction, asking: Asking, enquiry_id: EnquiryId, grant: Grant, reasons: Sealed) -> None:
    body = _body(tx, asking, grant, reasons)
    ask_under(tx, asking, enquiry_id, grant, (ENQUIRY, encode(body)))


def ask_under(
    tx: Transaction, asking: Asking, enquiry_id: EnquiryId, grant: Grant, message: tuple[str, dict[str, Any]]
) -> None:
    """Queue the question to one partner, and enter that it was sent.

    Args:
        tx: the transaction.
        asking: the act.
        enquiry_id: of it.
        grant: under which this partner is asked.
        message: kind and body.
    """
    queued = queue_message(tx, asking.desk.keys, Draft(message[0], grant.answerer, enquiry_id, message[1]), asking.now)
    tx.put(
        _ASK,
        {
            "enquiry_id": enquiry_id,
            "partner": grant.answerer,
            "state": AskState.WAITING,
            "grant_id": grant.id,
            "message_id": queued.message_id,
            "asked_at": asking.now,
        },
    )
    note_asked(tx, grant, asking.now)
    act = Act(
        EventKind.ENQUIRY_SENT,
        asking.now,
        asking.officer.id,
        f"enquiry:{enquiry_id}",
        partner=grant.answerer,
        grant=grant.id,
        purpose=asking.draft.purpose,
        message_sha256=queued.sha256,
        justification=asking.draft.justification,
        content={
            "case_ref": asking.draft.case_ref,
            "override": asking.draft.override,
            "beyond": asking.draft.beyond,
        },
    )
    append(tx, act)


def _body(tx: Transaction, asking: Asking, grant: Grant, reasons: Sealed) -> EnquiryBody:
    """The message itself: the values are minimised for this one partner."""
    draft = asking.draft
    key = pair_keys(tx, asking.desk.keys, cards(tx)[grant.answerer])[0]
    query = subject_of(draft.subject).minimise(asking.checked, key.key, tx.randomness)
    return EnquiryBody(
        grant=grant.id,
        case_ref=draft.case_ref,
        subject=draft.subject,
        purpose=draft.purpose,
        offence=draft.offence,
        officer=asking.officer.id,
        justification_commitment=reasons.commitment.hex(),
        deadline=asking.now + ANSWER_WITHIN,
        query=named(tx, grant.answerer, draft.subject, query, key),
    )
