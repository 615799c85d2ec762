"""Step 1, answered: permit, search, shield, reply.

The question is compared in memory and never stored: when this function returns, what was asked exists nowhere on this
node, whatever the result (ENQ-03 needs it gone on a no-hit; not keeping it at all also covers the write-ahead log,
temporary files and backups). A hit keeps our own reference numbers, so that a follow-up can be checked against them.

Protected persons (ENQ-04) answer like no-hit. Both paths run the same statements on the same tables and build the same
reply, so neither the bytes nor the time tell them apart; the difference is one word in a row that stays here.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from egnatia.agreements import Allow, Request
from egnatia.enquiries.desk import Desk, check_quota
from egnatia.enquiries.guard import number_mark
from egnatia.enquiries.messages import MAX_REFS, REPLY, CandidateRef, EnquiryBody, ReplyBody, decode, encode
from egnatia.enquiries.pairing import opened, pair_keys
from egnatia.enquiries.quotas import answered_under
from egnatia.enquiries.subjects import Found, Subject, subject_of
from egnatia.errors import RefusedError
from egnatia.exchange.directory import card_of
from egnatia.exchange.inbox import Answer, Received
from egnatia.ledger import Act, append
from egnatia.ledger.repeats import append_or_cap
from egnatia.model.agreements import Grant
from egnatia.model.events import EventKind
from egnatia.model.ids import PartnerCode, RecordRef
from egnatia.model.states import RefusalReason, ReplyResult
from egnatia.store.database import Transaction
from egnatia.store.lists import texts_of
from egnatia.store.prepared import Prepared, insert_into
from egnatia.store.tables import answered_enquiry, claim_shield, document_shield, protection_mark

SHIELDED = "shielded"
"""What a no-hit for a protected person is called on this node only."""
_KEEP = insert_into(answered_enquiry, "viewed_at")
_FIRST = Prepared(
    select(answered_enquiry.c.result).where(
        answered_enquiry.c.asker == bindparam("asker"), answered_enquiry.c.enquiry_id == bindparam("enquiry_id")
    )
)


def _shields() -> Prepared:
    """Which of some references are shielded from an asker: one statement for none of them and for thousands."""
    asked = texts_of(bindparam("refs"))
    claimed = select(claim_shield.c.ref).where(
        claim_shield.c.partner == bindparam("asker"), claim_shield.c.ref.in_(asked)
    )
    held = select(document_shield.c.ref).where(
        document_shield.c.partner == bindparam("asker"),
        document_shield.c.number == bindparam("number"),
        document_shield.c.ref.in_(asked),
    )
    return Prepared(select(protection_mark.c.ref).where(protection_mark.c.ref.in_(asked)).union_all(claimed, held))


_SHIELDS = _shields()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one enquiry comes to: the reply, and what only this node knows about it."""

    reply: ReplyBody
    grant: Grant | None = None
    returned: tuple[RecordRef, ...] = ()
    shielded: tuple[RecordRef, ...] = ()

    @property
    def result(self) -> str:
        """The reply's result, or `shielded` where the no-hit hides a protected person."""
        return SHIELDED if self.shielded and not self.returned else self.reply.result.value


def answer_enquiry(tx: Transaction, desk: Desk, received: Received, now: datetime) -> Answer:
    """Answer one enquiry, with exactly one ledger entry, whatever the answer is.

    Raises:
        RefusedError: MALFORMED, when the body is not an enquiry, or ID_REUSED, when another one came under this id;
            the exchange refuses the message then.
    """
    body = decode(EnquiryBody, received.body)
    check_first(tx, received)
    try:
        verdict = _judge(tx, desk, received, body, now)
    except RefusedError as refusal:
        if refusal.reason is RefusalReason.MALFORMED:
            raise
        verdict = Verdict(ReplyBody(result=ReplyResult.REFUSED, reason=refusal.reason))
    _record(tx, received, body, verdict, now)
    return Answer(REPLY, encode(verdict.reply))


def check_first(tx: Transaction, received: Received) -> None:
    """One conversation is one enquiry; a second one under its id is a broken partner or an attack."""
    if tx.row(_FIRST, asker=received.sender, enquiry_id=received.conversation) is not None:
        raise RefusedError(RefusalReason.ID_REUSED, "this enquiry was answered before")


def _judge(tx: Transaction, desk: Desk, received: Received, body: EnquiryBody, now: datetime) -> Verdict:
    grant = _permitted(tx, desk, received, body, now)
    subject = subject_of(body.subject)
    query = opened(tx, desk.keys, received.sender, body.subject, body.query)
    found = subject.search(tx, received.sender, query)
    number = number_mark(desk.keys, str(query.get("number", "")))
    marked = marked_for(tx, (received.sender, number), [each.ref for each in found])
    open_ = sorted((each for each in found if each.ref not in marked), key=lambda each: (-each.quality, each.ref))[
        :MAX_REFS
    ]
    open_ = _confirmed(tx, desk, (received.sender, subject), query, open_)
    reply = ReplyBody(
        result=ReplyResult.HIT if open_ else ReplyResult.NO_HIT, refs=[_reference(each) for each in open_]
    )
    return Verdict(reply, grant, tuple(each.ref for each in open_), tuple(sorted(marked)))


def _confirmed(
    tx: Transaction, desk: Desk, asked: tuple[PartnerCode, Subject], query: dict[str, Any], found: list[Found]
) -> list[Found]:
    """Those to be returned that their records themselves confirm; with nothing to be returned nothing is looked at."""
    asker, subject = asked
    confirm = subject.confirm
    if confirm is None or not found:
        return found
    keys = [each.key for each in pair_keys(tx, desk.keys, card_of(tx, asker))]
    return [made for each in found if (made := confirm(tx, keys, query, each)) is not None]


def _permitted(tx: Transaction, desk: Desk, received: Received, body: EnquiryBody, now: datetime) -> Grant:
    """Our own register decides, not the asker's word: the grant it names has to be ours too."""
    request = Request(received.sender, desk.code, body.subject, body.purpose, body.offence, now.date())
    return allowed(tx, desk, request, body.grant, now)


def allowed(tx: Transaction, desk: Desk, request: Request, grant_id: str, now: datetime) -> Grant:
    """The grant of our own register that lets this be asked, which has to be the one that the asker names.

    Raises:
        RefusedError: it may not be asked, another grant allows it, or that one's quota of the day is used up.
    """
    verdict = desk.verdict(tx, request)
    if not isinstance(verdict, Allow):
        raise RefusedError(verdict.reason, verdict.detail)
    if verdict.grant.id != grant_id:
        raise RefusedError(RefusalReason.GRANT_MISMATCH, f"asked under {grant_id}, allowed under {verdict.grant.id}")
    grant = verdict.grant
    check_quota(grant, answered_under(tx, desk.tallies, grant, grant.quota_day, now))
    return grant


def marked_for(tx: Transaction, asked_by: tuple[PartnerCode, bytes], refs: Iterable[RecordRef]) -> set[RecordRef]:
    """Which of these are shielded from this asker: protected persons, who claims protection from it, and what they hold.

    The same statement for every enquiry, also when nothing was found.
    """
    asker, number = asked_by
    asked = json.dumps(sorted(refs))
    return {RecordRef(row.ref) for row in tx.rows(_SHIELDS, asker=asker, number=number, refs=asked)}


def _reference(found: Found) -> CandidateRef:
    return CandidateRef(ref=found.ref, quality=round(found.quality, 3), evidence=list(found.evidence))


def _record(tx: Transaction, received: Received, body: EnquiryBody, verdict: Verdict, now: datetime) -> None:
    row = {
        "subject": body.subject,
        "purpose": body.purpose,
        "offence": body.offence,
        "grant_id": verdict.grant.id if verdict.grant else None,
        "result": verdict.result,
        "refs": json.dumps({"returned": verdict.returned, "shielded": verdict.shielded}),
    }
    record_answer(tx, received, _act(received, body, verdict, now), verdict.reply.reason, row)


def record_answer(
    tx: Transaction, received: Received, act: Act, reason: RefusalReason | None, row: Mapping[str, object]
) -> None:
    """One row and one entry; of what is refused without end there are neither any more."""
    if reason is None:
        append(tx, act)
    elif not append_or_cap(tx, act, reason):
        return
    tx.put(_KEEP, {**row, "asker": received.sender, "enquiry_id": received.conversation, "answered_at": act.at})


def _act(received: Received, body: EnquiryBody, verdict: Verdict, now: datetime) -> Act:
    return Act(
        EventKind.ENQUIRY_ANSWERED,
        now,
        "node",
        f"enquiry:{received.conversation}",
        partner=received.sender,
        grant=verdict.grant.id if verdict.grant else None,
        purpose=body.purpose,
        message_sha256=received.sha256,
        # The asker's words stay with the asker; its commitment ties our entry to them.
        justification=f"commitment {body.justification_commitment}",
        content={
            "case_ref": body.case_ref,
            "asked_by": body.officer,
            "result": verdict.result,
            "reason": verdict.reply.reason,
            "returned": list(verdict.returned),
            "shielded": list(verdict.shielded),
        },
    )
