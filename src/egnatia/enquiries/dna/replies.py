"""A partner's answer about DNA: every match is compared again here, and what does not hold is no candidate.

The partner's word is never believed: its profile is laid beside ours under the same rules, and a match that fits no class
of them, is not of the population that was asked, comes under the number of another profile, or is of a profile that we erased or found to be contaminated meanwhile, is dropped and entered. What
holds becomes a candidate with the statement of what chance alone would give, for two examiners to find about.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from egnatia.engines.dna.formats.reference_data import from_reference_data
from egnatia.engines.dna.rules import RuleSet
from egnatia.engines.dna.statement import HitStatement
from egnatia.engines.dna.types import Profile
from egnatia.enquiries.desk import Desk
from egnatia.enquiries.dna import statements
from egnatia.enquiries.dna.agreed import check_same, rules_of
from egnatia.enquiries.dna.held import is_contaminated
from egnatia.enquiries.dna.messages import DnaMatchBody, DnaReplyBody
from egnatia.enquiries.dna.numbers import behind
from egnatia.enquiries.dna.profiles import load_profile
from egnatia.enquiries.dna.retyping import contradict
from egnatia.enquiries.dna.sizes import SizeSource, note_size
from egnatia.enquiries.messages import CandidateRef, decode
from egnatia.enquiries.replies import STATES, close_ask, keep_candidate
from egnatia.errors import ErasedError, InputError, NotFoundError, RefusedError
from egnatia.exchange.inbox import Received
from egnatia.exchange.outbox import Sent
from egnatia.ledger import Act, append
from egnatia.model.agreements import Grant
from egnatia.model.dna import ProfileKind
from egnatia.model.events import EventKind
from egnatia.model.ids import CandidateId, EnquiryId, GrantId, PartnerCode
from egnatia.model.states import Evidence, Purpose, RefusalReason, ReplyResult, SubjectKind
from egnatia.store.database import Transaction
from egnatia.store.prepared import Prepared, insert_into
from egnatia.store.tables import ask, candidate, dna_candidate, dna_search, enquiry

_ASKED = Prepared(
    select(dna_search.c.ref, ask.c.grant_id, enquiry.c.subject, enquiry.c.purpose)
    .join(ask, ask.c.enquiry_id == dna_search.c.enquiry_id)
    .join(enquiry, enquiry.c.id == dna_search.c.enquiry_id)
    .where(ask.c.message_id == bindparam("of"))
)
_KEEP = insert_into(dna_candidate)


@dataclass(frozen=True, slots=True)
class _Kept:
    """A match that holds."""

    match: DnaMatchBody
    theirs: Profile
    statement: HitStatement
    sources: Mapping[str, SizeSource]
    rules: RuleSet


@dataclass(frozen=True, slots=True)
class Line:
    """One candidate of an enquiry as a list shows it."""

    id: CandidateId
    partner: PartnerCode
    number: str
    label: str
    near: bool
    compared: int
    expected: float


def lines_of(tx: Transaction, enquiry_id: EnquiryId) -> list[Line]:
    """The DNA candidates of one enquiry, without either profile."""
    query = select(candidate.c.id, candidate.c.partner, candidate.c.ref.label("number"), dna_candidate).join(
        dna_candidate, dna_candidate.c.candidate_id == candidate.c.id
    )
    found = tx.execute(query.where(candidate.c.enquiry_id == enquiry_id).order_by(candidate.c.partner, candidate.c.ref))
    return [
        Line(
            CandidateId(row.id),
            PartnerCode(row.partner),
            row.number,
            row.label,
            row.near,
            row.compared,
            row.expected or 0.0,
        )
        for row in found
    ]


def take_dna_reply(tx: Transaction, desk: Desk, sent: Sent, received: Received, now: datetime) -> None:
    """Record a partner's answer to our question about a profile.

    Raises:
        RefusedError: MALFORMED; the answer is not taken and the question stays open.
    """
    [asked] = tx.rows(_ASKED, of=sent.message_id)
    refusal = received.refusal()
    if refusal is not None:
        close_ask(tx, sent, STATES[ReplyResult.REFUSED], refusal[0], now)
        _enter(tx, sent, received, asked, {"result": ReplyResult.REFUSED, "reason": refusal[0], "refs": []}, now)
        return
    reply, profiles = _checked(tx, sent, received, asked.ref)
    try:
        _check_grounds(tx, desk, sent, asked, reply, now)
    except RefusedError as differs:
        close_ask(tx, sent, STATES[ReplyResult.REFUSED], differs.reason, now)
        _enter(tx, sent, received, asked, {"result": ReplyResult.REFUSED, "reason": differs.reason, "refs": []}, now)
        return
    kept = _holding(tx, desk, sent.to, asked, list(zip(reply.matches, profiles, strict=True)))
    dropped = sorted({each.number for each in reply.matches} - {each.match.number for each in kept})
    # A hit of which nothing holds found nothing.
    result = ReplyResult.NO_HIT if dropped and not kept else reply.result
    close_ask(tx, sent, STATES[result], reply.reason, now)
    for each in kept:
        until = desk.keep_until(tx, GrantId(asked.grant_id), now)
        _keep(tx, sent, asked.ref, each, (received.created_at, now, until))
    refs = [each.match.number for each in kept]
    _enter(tx, sent, received, asked, {"result": result, "reason": reply.reason, "refs": list(refs)}, now)
    if dropped:
        _enter_dropped(tx, sent, received, asked, dropped, now)


def _check_grounds(tx: Transaction, desk: Desk, sent: Sent, asked: Any, reply: DnaReplyBody, now: datetime) -> None:
    """By which rules the partner compared, which have to be ours, and among how many, which is remembered.

    Raises:
        RefusedError: PROFILE_RULES_DIFFER.
    """
    if reply.result is ReplyResult.REFUSED:
        return
    check_same(_grant(tx, desk, asked.grant_id), reply.rules)
    if reply.searched is not None:
        note_size(tx, sent.to, SubjectKind(asked.subject), reply.searched, now)


def _checked(tx: Transaction, sent: Sent, received: Received, ref: str) -> tuple[DnaReplyBody, list[Profile]]:
    """The reply and its profiles: of one mind, about the profile that we asked about, and written as profiles are."""
    reply = decode(DnaReplyBody, received.body)
    numbers = [each.number for each in reply.matches]
    if bool(numbers) != (reply.result is ReplyResult.HIT) or len({*numbers}) != len(numbers):
        raise RefusedError(RefusalReason.MALFORMED, f"a {reply.result.value} with {len(numbers)} matches")
    if (reply.reason is not None) != (reply.result is ReplyResult.REFUSED):
        raise RefusedError(RefusalReason.MALFORMED, f"a {reply.result.value} with the reason {reply.reason}")
    if reply.searched is not None and reply.searched < len(numbers):
        raise RefusedError(RefusalReason.MALFORMED, f"{len(numbers)} matches among {reply.searched} profiles")
    given = behind(tx, reply.number)
    if given is None or given.partner != sent.to or given.ref != ref:
        raise RefusedError(RefusalReason.MALFORMED, "the answer is about another profile than the question")
    try:
        return reply, [from_reference_data(each.profile, each.number) for each in reply.matches]
    except InputError as error:
        raise RefusedError(RefusalReason.MALFORMED, error.message) from None


def _holding(
    tx: Transaction, desk: Desk, partner: PartnerCode, asked: Any, matches: Sequence[tuple[DnaMatchBody, Profile]]
) -> list[_Kept]:
    """The matches that are candidates by our own comparison."""
    grant = _grant(tx, desk, asked.grant_id)
    if is_contaminated(tx, asked.ref):
        return []
    try:
        ours = load_profile(tx, asked.ref)
    except (NotFoundError, ErasedError):
        return []
    rules = rules_of(grant)
    agreeing = [
        (match, theirs)
        for match, theirs in matches
        if _is_asked(asked, match, theirs) and _agrees(ours, theirs, rules) and _is_known(tx, partner, theirs)
    ]
    stated = (statements.state(tx, desk, partner, (ours, theirs), rules) for _, theirs in agreeing)
    return [_Kept(*each, *made, rules) for each, made in zip(agreeing, stated, strict=True)]


def _grant(tx: Transaction, desk: Desk, grant_id: str) -> Grant:
    """The grant that the question was asked under: also when it has ended meanwhile it says by which rules."""
    for each in desk.register(tx).grants:
        if each.id == grant_id:
            return each
    raise RefusedError(RefusalReason.GRANT_MISMATCH, f"this node's register has no grant {grant_id} any more")


def _is_asked(asked: Any, match: DnaMatchBody, theirs: Profile) -> bool:
    """Whether it is of the population that was asked, and says so in both places."""
    identified = theirs.kind is ProfileKind.PERSON
    return match.identified is identified and identified is (asked.subject == SubjectKind.DNA_PERSON)


def _is_known(tx: Transaction, partner: PartnerCode, theirs: Profile) -> bool:
    """Whether a number stands for what it stood for before: one number is one profile, or it could not be taken back."""
    query = select(dna_candidate.c.sealed_id).join(candidate, candidate.c.id == dna_candidate.c.candidate_id)
    mine = (candidate.c.partner == partner) & (candidate.c.ref == theirs.ref)
    before = (tx.opened(each) for each in tx.execute(query.where(mine)).scalars().all())
    return not any(contradict(statements.read(each, theirs.ref).theirs, theirs) for each in before if each)


def _agrees(ours: Profile, theirs: Profile, rules: RuleSet) -> bool:
    """Whether two profiles are a candidate by our own comparison."""
    fits = rules.permits(ours.kind, theirs.kind) and rules.wants(theirs) is None
    return fits and rules.compare(ours, theirs)[1] is not None


def _keep(tx: Transaction, sent: Sent, ref: str, each: _Kept, at: tuple[datetime, datetime, datetime]) -> None:
    """Store one candidate; `at` is when the partner answered, when that came, and until when the copy may be kept."""
    found = each.statement
    evidence = list(evidence_of(found))
    candidate_id = keep_candidate(
        tx, sent, CandidateRef(ref=each.match.number, quality=quality_of(found), evidence=evidence), at[:2]
    )
    sealed = tx.seal(
        statements.written(each.theirs, found, each.sources), kind="dna_candidate", at=at[1], erase_on=at[2]
    )
    row = {"candidate_id": candidate_id, "ref": ref, "identified": each.match.identified, "sealed_id": sealed.id}
    tx.put(_KEEP, row | statements.columns(found, each.rules))


def evidence_of(found: HitStatement) -> tuple[Evidence, ...]:
    """What agrees and what does not, in the closed codes."""
    seen = (
        (Evidence.DNA_WILDCARD, found.wildcards),
        (Evidence.DNA_MICRO_VARIANT, found.micro_variants),
        (Evidence.DNA_ONE_ALLELE_OFF, found.mismatched),
    )
    return tuple(code for code, count in seen if count) or (Evidence.DNA_FULL,)


def quality_of(found: HitStatement) -> float:
    """Share of the compared alleles that agree as they stand, with three decimals; how rare that is, the statement says."""
    alleles = 2 * found.compared
    return round((alleles - found.wildcards - found.micro_variants - found.mismatched) / alleles, 3)


def _enter(tx: Transaction, sent: Sent, received: Received, asked: Any, content: dict[str, Any], now: datetime) -> None:
    content |= {"ours": asked.ref}  # with which the hits can be counted again from the ledger alone
    append(tx, _act(EventKind.REPLY_RECEIVED, sent, received, asked, content, now))


def _enter_dropped(
    tx: Transaction, sent: Sent, received: Received, asked: Any, numbers: list[str], now: datetime
) -> None:
    append(tx, _act(EventKind.DNA_MATCH_DROPPED, sent, received, asked, {"refs": list(numbers)}, now))


def _act(event: EventKind, sent: Sent, received: Received, asked: Any, content: dict[str, Any], now: datetime) -> Act:
    return Act(
        event,
        now,
        "node",
        f"enquiry:{sent.conversation}",
        partner=sent.to,
        grant=GrantId(asked.grant_id),
        purpose=Purpose(asked.purpose),
        message_sha256=received.sha256,
        content=json.loads(json.dumps(content)),
    )
