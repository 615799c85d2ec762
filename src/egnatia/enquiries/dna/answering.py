"""A partner's question about DNA, answered: permit, search in memory, shield, reply.

As with every enquiry our own register decides, what was asked is compared in memory and written nowhere, and a protected
person answers like no-hit by the same statements and in the same form. Whose profiles are searched follows from the grant
that is named: persons, or open traces, and never anybody else's (requirements FOR-02, FOR-06).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from egnatia.agreements import Request
from egnatia.engines.dna.formats.reference_data import from_reference_data, to_reference_data
from egnatia.engines.dna.types import Profile
from egnatia.enquiries.answer import SHIELDED, allowed, check_first, marked_for, record_answer
from egnatia.enquiries.desk import Desk
from egnatia.enquiries.dna.agreed import check_same, rules_hash, rules_of
from egnatia.enquiries.dna.elimination import held_back
from egnatia.enquiries.dna.index import POPULATIONS, Found
from egnatia.enquiries.dna.marks import mark
from egnatia.enquiries.dna.messages import DNA_REPLY, DnaEnquiryBody, DnaMatchBody, DnaReplyBody
from egnatia.enquiries.dna.numbers import number_for
from egnatia.enquiries.dna.profiles import load_profile
from egnatia.enquiries.dna.sizes import told
from egnatia.enquiries.guard import number_mark
from egnatia.enquiries.messages import MAX_REFS, decode, encode
from egnatia.errors import InputError, RefusedError
from egnatia.exchange.inbox import Answer, Received
from egnatia.ledger import Act
from egnatia.model.agreements import Grant
from egnatia.model.dna import ProfileKind
from egnatia.model.events import EventKind
from egnatia.model.ids import GrantId
from egnatia.model.states import RefusalReason, ReplyResult, SubjectKind
from egnatia.store.database import Transaction

_ASKED_AS = {
    True: frozenset({ProfileKind.PERSON}),
    False: frozenset({ProfileKind.TRACE, ProfileKind.REMAINS}),
}
"""What a message can be about: it says whether the asker knows whose the profile is, and no more (art. 9)."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one question comes to: the reply, and what only this node knows about it.

    Attributes:
        reply: what the partner is told.
        grant: under which, when it was not refused.
        shielded: profiles of persons that nobody may hear of.
        held: traces that may be of somebody who touched them.
    """

    reply: DnaReplyBody
    grant: Grant | None = None
    shielded: tuple[str, ...] = ()
    held: tuple[str, ...] = ()

    @property
    def result(self) -> str:
        """The reply's result, or `shielded` where the no-hit hides somebody."""
        return SHIELDED if self.shielded and not self.reply.matches else self.reply.result.value


def answer_dna_enquiry(tx: Transaction, desk: Desk, received: Received, now: datetime) -> Answer:
    """Answer one question about a profile, with exactly one ledger entry, whatever the answer is.

    A trace that is returned to a partner for the first time is marked, which is an entry more; the partner knows of it.

    Raises:
        RefusedError: MALFORMED, when the body is no such question, or ID_REUSED; the exchange refuses the message then.
    """
    body = decode(DnaEnquiryBody, received.body)
    query = _profile_of(body)
    check_first(tx, received)
    try:
        verdict = _judge(tx, desk, (received, body), query, now)
    except RefusedError as refusal:
        refused = DnaReplyBody(result=ReplyResult.REFUSED, number=body.number, reason=refusal.reason)
        verdict = Verdict(refused)
    _record(tx, desk, (received, body), verdict, now)
    return Answer(DNA_REPLY, encode(verdict.reply), sealed=True)


def _profile_of(body: DnaEnquiryBody) -> Profile:
    try:
        profile = from_reference_data(body.profile)
    except InputError as error:
        raise RefusedError(RefusalReason.MALFORMED, error.message) from None
    if body.identified != (profile.kind is ProfileKind.PERSON):
        raise RefusedError(
            RefusalReason.MALFORMED, "the question and its profile differ on whether the person is known"
        )
    return profile


def _judge(
    tx: Transaction, desk: Desk, asked: tuple[Received, DnaEnquiryBody], query: Profile, now: datetime
) -> Verdict:
    received, body = asked
    population = _population(tx, desk, body.grant)
    if population is None:
        raise RefusedError(RefusalReason.GRANT_MISMATCH, f"this node knows no grant {body.grant} on DNA")
    request = Request(received.sender, desk.code, population, body.purpose, body.offence, now.date())
    grant = allowed(tx, desk, request, body.grant, now)
    check_same(grant, body.rules)
    _check_fits(grant, query)
    found = desk.dna.search(tx, population, query, rules_of(grant))
    traces = [each.candidate.ref for each in found if each.candidate.kind is not ProfileKind.PERSON]
    shielded, held = _shielded(tx, desk, received, found, now), held_back(tx, desk, traces)
    open_ = [each for each in found if each.candidate.ref not in shielded | held][:MAX_REFS]
    matches = [_match(tx, grant, received, each.candidate.ref, now) for each in open_]
    mark(tx, [each.candidate.ref for each in open_ if each.candidate.ref in traces], received.sender, now)
    result = ReplyResult.HIT if matches else ReplyResult.NO_HIT
    searched = told(desk.dna.size(tx, population))
    reply = DnaReplyBody(result=result, number=body.number, matches=matches, searched=searched, rules=rules_hash(grant))
    return Verdict(reply, grant, tuple(sorted(shielded)), tuple(sorted(held)))


def _population(tx: Transaction, desk: Desk, grant_id: GrantId | str) -> SubjectKind | None:
    """Whose profiles the grant of this name lets be searched; None for one that this node does not know."""
    subjects = (each.subject for each in desk.register(tx).grants if each.id == grant_id and each.dna is not None)
    return next(subjects, None)


def _check_fits(grant: Grant, query: Profile) -> None:
    rules = rules_of(grant)
    kinds = frozenset(grant.dna.asked_with if grant.dna else ()) & _ASKED_AS[query.kind is ProfileKind.PERSON]
    if not kinds or not any(rules.permits(query.kind, each) for each in POPULATIONS[grant.subject]):
        raise RefusedError(
            RefusalReason.PROFILE_KIND_NOT_GRANTED, f"{grant.id} does not allow a {query.kind.value}'s profile"
        )
    lacking = rules.wants(query)
    if lacking is not None:
        raise RefusedError(RefusalReason.PROFILE_TOO_SMALL, f"by {rules.id}: {lacking}")


def _shielded(tx: Transaction, desk: Desk, received: Received, found: Sequence[Found], now: datetime) -> set[str]:
    """Which of these nobody may hear of: marked or claiming protection, or too young. One statement, whatever was found."""
    records = {each.of.record for each in found if each.of.record is not None}
    marked = marked_for(tx, (received.sender, number_mark(desk.keys, "")), records)
    youngest = _years_before(now.date(), desk.limits.dna_child_age)
    return {
        each.candidate.ref
        for each in found
        if each.of.record in marked or (each.of.born is not None and each.of.born > youngest)
    }


def _years_before(day: date, years: int) -> date:
    """The same day so many years earlier; for 29 February the day before."""
    return day.replace(year=day.year - years, day=min(day.day, 28) if day.month == 2 else day.day)  # noqa: PLR2004


def _match(tx: Transaction, grant: Grant, received: Received, ref: str, now: datetime) -> DnaMatchBody:
    """One profile of ours as the reply says it: as the store has it, with the number that this partner knows."""
    profile = load_profile(tx, ref)
    return DnaMatchBody(
        number=number_for(tx, grant, received.sender, ref, now),
        identified=profile.kind is ProfileKind.PERSON,
        profile=to_reference_data(profile),
    )


def _record(
    tx: Transaction, desk: Desk, asked: tuple[Received, DnaEnquiryBody], verdict: Verdict, now: datetime
) -> None:
    """Our own numbers that were returned, and who was shielded; of the question its number, and nothing of the profile."""
    received, body = asked
    returned = [each.number for each in verdict.reply.matches]
    grant = verdict.grant.id if verdict.grant else None
    act = Act(
        EventKind.ENQUIRY_ANSWERED,
        now,
        "node",
        f"enquiry:{received.conversation}",
        partner=received.sender,
        grant=grant,
        purpose=body.purpose,
        message_sha256=received.sha256,
        content={
            "asked": body.number,
            "result": verdict.result,
            "reason": verdict.reply.reason,
            "returned": list(returned),
            "shielded": list(verdict.shielded),
            "held": list(verdict.held),
        },
    )
    row = {
        "subject": _population(tx, desk, body.grant) or SubjectKind.DNA,
        "purpose": body.purpose,
        "offence": body.offence,
        "grant_id": grant,
        "result": verdict.result,
        "refs": json.dumps({"returned": returned, "shielded": list(verdict.shielded)}),
    }
    record_answer(tx, received, act, verdict.reply.reason, row)
