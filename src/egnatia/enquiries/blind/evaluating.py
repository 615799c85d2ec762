"""The holder's answer: permit, count, evaluate, prove. What was asked is never known here.

The quota is what keeps the list secret: every guess of an asker costs one evaluation, so 10,000 a day make 274 years of
one nine-digit number space. It is counted from the rows of this table, which survive every restart.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from egnatia.agreements import Allow, Request, permit
from egnatia.engines.blind import KeyPair, evaluate, fresh_scalar
from egnatia.enquiries.blind.lists import LISTS
from egnatia.enquiries.blind.messages import BLIND_EVALUATION, BlindEnquiryBody, BlindEvaluationBody
from egnatia.enquiries.blind.shields import ended_by
from egnatia.enquiries.desk import Desk, check_quota
from egnatia.enquiries.messages import decode, encode
from egnatia.enquiries.quotas import answered_under
from egnatia.errors import InputError, RefusedError
from egnatia.exchange.inbox import Answer, Received
from egnatia.ledger import Act, append
from egnatia.ledger.repeats import append_or_cap
from egnatia.model.agreements import Grant
from egnatia.model.events import EventKind
from egnatia.model.ids import GrantId, PartnerCode, SealedId
from egnatia.model.states import BlindList, RefusalReason
from egnatia.store.database import Transaction
from egnatia.store.tables import blind_answer, blind_epoch

MAX_DAY = 10_000
"""Evaluations a day under one grant, whatever its quota: 274 years for the 10^9 numbers of a nine-digit series."""
_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class _Verdict:
    reply: BlindEvaluationBody
    grant: GrantId | None = None


def commitment_ref(commitment: str) -> str:
    """How a blind question is called in both ledgers: by its commitment."""
    return f"blind:{commitment}"


def evaluate_enquiry(tx: Transaction, desk: Desk, received: Received, now: datetime) -> Answer:
    """Evaluate one blind question or refuse it, with exactly one ledger entry.

    Raises:
        RefusedError: MALFORMED, when the body is none, or ID_REUSED; the exchange refuses the message then.
    """
    body = decode(BlindEnquiryBody, received.body)
    mine = (blind_answer.c.asker == received.sender) & (blind_answer.c.enquiry_id == received.conversation)
    if tx.execute(select(blind_answer.c.asker).where(mine)).first() is not None:
        raise RefusedError(RefusalReason.ID_REUSED, "this blind enquiry was answered before")
    verdict = _judge(tx, desk, received.sender, body, now)
    _record(tx, received, body, verdict, now)
    return Answer(BLIND_EVALUATION, encode(verdict.reply))


def _judge(tx: Transaction, desk: Desk, asker: PartnerCode, body: BlindEnquiryBody, now: datetime) -> _Verdict:
    """Permit, then evaluate. Whatever is refused after the permit counts against the quota: there is no free try."""
    counted: GrantId | None = None
    try:
        counted = _permitted(tx, desk, asker, body, now).id
        return _Verdict(_evaluated(tx, _running_key(tx, asker, body, now), body), counted)
    except RefusedError as refusal:
        return _Verdict(BlindEvaluationBody(reason=refusal.reason), counted)


def _permitted(tx: Transaction, desk: Desk, asker: PartnerCode, body: BlindEnquiryBody, now: datetime) -> Grant:
    subject = LISTS[body.list].subject
    verdict = permit(desk.register(tx), Request(asker, desk.code, subject, body.purpose, body.offence, now.date()))
    if not isinstance(verdict, Allow):
        raise RefusedError(verdict.reason, verdict.detail)
    if verdict.grant.id != body.grant:
        raise RefusedError(RefusalReason.GRANT_MISMATCH, f"asked under {body.grant}, allowed under {verdict.grant.id}")
    grant = verdict.grant
    check_blind_quota(grant, answered_under(tx, desk.tallies, grant, min(grant.quota_day, MAX_DAY), now))
    return grant


def _evaluated(tx: Transaction, key: KeyPair, body: BlindEnquiryBody) -> BlindEvaluationBody:
    try:
        answer = evaluate(key, [bytes.fromhex(body.element)], fresh_scalar(tx.randomness))
    except InputError as error:
        raise RefusedError(RefusalReason.BLIND_ELEMENT_INVALID, error.message) from None
    return BlindEvaluationBody(element=answer.elements[0].hex(), proof=answer.proof.hex())


def check_blind_quota(grant: Grant, used: int) -> None:
    """Stop at the grant's quota of the day, and at MAX_DAY in any case.

    Raises:
        RefusedError: QUOTA_EXCEEDED.
    """
    check_quota(grant, used)
    if used >= MAX_DAY:
        raise RefusedError(RefusalReason.QUOTA_EXCEEDED, f"{used} of {MAX_DAY} blind enquiries a day were used")


def _running_key(tx: Transaction, asker: PartnerCode, body: BlindEnquiryBody, now: datetime) -> KeyPair:
    row = _running(tx, asker, body.list)
    if row is None:
        raise RefusedError(RefusalReason.BLIND_NOT_OFFERED, f"{body.list.value} is not published for {asker}")
    held = row.begins_at <= now < row.ends_at and row.statement == body.statement
    if not held or ended_by(tx, row.since):
        raise RefusedError(RefusalReason.BLIND_EPOCH_OVER, "the epoch of this filter is over")
    secret = tx.unseal(SealedId(row.sealed_id))
    return KeyPair(secret[:_KEY_BYTES], secret[_KEY_BYTES:])


def _running(tx: Transaction, asker: PartnerCode, which: BlindList) -> Row[Any] | None:
    columns = blind_epoch.c
    wanted = (columns.audience == asker) & (columns.list == which) & columns.ended_at.is_(None)
    return tx.execute(select(blind_epoch).where(wanted)).one_or_none()


def _record(tx: Transaction, received: Received, body: BlindEnquiryBody, verdict: _Verdict, now: datetime) -> None:
    row: dict[str, object] = {"asker": received.sender, "enquiry_id": received.conversation, "answered_at": now}
    row |= {"list": body.list, "purpose": body.purpose, "offence": body.offence, "statement": body.statement}
    row |= {"commitment": body.commitment, "element": bytes.fromhex(body.element), "grant_id": verdict.grant}
    act = Act(
        EventKind.BLIND_EVALUATED,
        now,
        "node",
        commitment_ref(body.commitment),
        partner=received.sender,
        grant=verdict.grant,
        purpose=body.purpose,
        message_sha256=received.sha256,
        content={
            "enquiry": received.conversation,
            "list": body.list,
            "statement": body.statement,
            "element": body.element,
            "reason": verdict.reply.reason,
        },
    )
    if verdict.reply.reason is None or verdict.grant is not None:  # what counts against a quota is kept, and so bounded
        append(tx, act)
    elif not append_or_cap(tx, act, verdict.reply.reason):
        return
    tx.execute(blind_answer.insert(), row | {"refusal": verdict.reply.reason})
