"""More loci: the cheapest end of a coincidence. One examiner asks for them, another laboratory types what its sample gives.

The request names the partner's number and loci, nothing else. The answer is a person's act at the other end
(`upgrade_answers`): the profile as it is held there now, or that nothing can be typed. What comes back is compared again
by the same rules; whether the candidate still holds, two examiners find, in a round of their own (`opinions`).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update

from egnatia.accounts import authorise
from egnatia.agreements import Allow, Request
from egnatia.engines.dna.formats.reference_data import from_reference_data, to_reference_data
from egnatia.engines.dna.loci import BY_NAME, locus_name
from egnatia.engines.dna.types import Profile
from egnatia.enquiries.corrections.fallen import has_fallen
from egnatia.enquiries.desk import MIN_JUSTIFICATION, Desk, check_text
from egnatia.enquiries.dna import statements
from egnatia.enquiries.dna.agreed import rules_of
from egnatia.enquiries.dna.asking import SPOKEN_SINCE
from egnatia.enquiries.dna.held import check_free
from egnatia.enquiries.dna.messages import DNA_UPGRADE, DnaMoreLociBody, DnaUpgradeBody
from egnatia.enquiries.dna.profiles import load_profile
from egnatia.enquiries.dna.replies import evidence_of, quality_of
from egnatia.enquiries.dna.retyping import otherwise_at
from egnatia.enquiries.followups import OUT
from egnatia.enquiries.messages import RECEIPT, ReceiptBody, decode, encode
from egnatia.errors import ConflictError, ErasedError, InputError, NotFoundError, RefusedError
from egnatia.exchange.inbox import Answer, Received
from egnatia.exchange.outbox import Draft, Queued, Sent, queue_message
from egnatia.exchange.protocols import require_protocol
from egnatia.ledger import Act, append
from egnatia.model.agreements import Grant
from egnatia.model.dna import Disposition, ProfileKind, UpgradeState
from egnatia.model.events import EventKind
from egnatia.model.ids import CandidateId, EnquiryId, GrantId, OfficerId, PartnerCode, SealedId
from egnatia.model.officers import Action, Officer
from egnatia.model.states import Offence, Purpose, RefusalReason, SubjectKind
from egnatia.store.database import Transaction
from egnatia.store.tables import ask, candidate, dna_candidate, dna_upgrade, enquiry

MAX_LOCI = 24
"""Loci of one request, as many as the longest kit has."""
NO_CLASS = "no candidate any more"
"""Label of a candidate that with more loci fits no class of its rules; that it is excluded, two examiners find."""
_UNDECIDED = (None, Disposition.MORE_LOCI)


@dataclass(frozen=True, slots=True)
class Upgrade:
    """One request for more loci, ours (`out`) or a partner's (`in`)."""

    id: str
    direction: str
    partner: PartnerCode
    enquiry_id: EnquiryId
    candidate_id: CandidateId | None
    number: str
    loci: tuple[str, ...]
    state: UpgradeState
    asked_at: datetime
    answered_at: datetime | None
    officer_id: OfficerId | None


def ask_upgrade(
    tx: Transaction,
    desk: Desk,
    officer: Officer,
    candidate_id: CandidateId,
    wanted: tuple[Sequence[str], str],
    now: datetime,
) -> str:
    """Ask the partner behind a candidate to type more loci.

    Args:
        tx: write transaction.
        desk: our side.
        officer: the examiner.
        candidate_id: a DNA candidate that is not disposed of.
        wanted: loci by any of their names, all that only our profile has where none are named; and why, 20 characters.
        now: the moment.

    Returns:
        The request's id.

    Raises:
        ForbiddenError, InputError, NotFoundError: as the names say.
        ConflictError: the candidate is disposed of, or a request for it waits.
        RefusedError: no grant of today allows it, the partner's release does not know it, or PROFILE_ELIMINATED.
    """
    authorise(officer, Action.ASK_UPGRADE)
    why = check_text("reason", wanted[1], MIN_JUSTIFICATION)
    row = _candidate(tx, candidate_id)
    check_free(tx, desk, row.ours)
    _check_open(tx, row)
    loci = _named(wanted[0]) or _lacking(tx, row)
    grant = _granted(tx, desk, row, now)
    upgrade_id = tx.new_id()
    queued = _queue(tx, desk, row, (upgrade_id, loci), now)
    made = {"id": upgrade_id, "candidate_id": candidate_id, "officer_id": officer.id, "message_id": queued.message_id}
    _keep(tx, row, made, loci, now)
    act = Act(
        EventKind.DNA_UPGRADE_ASKED,
        now,
        officer.id,
        f"dna_upgrade:{upgrade_id}",
        partner=PartnerCode(row.partner),
        grant=grant.id,
        purpose=Purpose(row.purpose),
        message_sha256=queued.sha256,
        justification=why,
        content={"candidate": candidate_id, "loci": list(loci)},
    )
    append(tx, act)
    return upgrade_id


def _granted(tx: Transaction, desk: Desk, row: Row[Any], now: datetime) -> Grant:
    """The grant of today by which the partner may be asked; its node has to know the message too."""
    partner, subject = PartnerCode(row.partner), SubjectKind(row.subject)
    asked = Request(desk.code, partner, subject, Purpose(row.purpose), Offence(row.offence), now.date())
    verdict = desk.verdict(tx, asked)
    if not isinstance(verdict, Allow):
        raise RefusedError(verdict.reason, verdict.detail)
    require_protocol(tx, partner, SPOKEN_SINCE, "a request for more loci")
    return verdict.grant


def _queue(tx: Transaction, desk: Desk, row: Row[Any], what: tuple[str, tuple[str, ...]], now: datetime) -> Queued:
    body = DnaUpgradeBody(upgrade=what[0], number=row.ref, loci=list(what[1]))
    draft = Draft(DNA_UPGRADE, PartnerCode(row.partner), row.enquiry_id, encode(body))
    return queue_message(tx, desk.keys, draft, now)


def _keep(tx: Transaction, row: Row[Any], made: dict[str, Any], loci: tuple[str, ...], now: datetime) -> None:
    made |= {"direction": OUT, "partner": row.partner, "enquiry_id": row.enquiry_id, "number": row.ref}
    made |= {"loci": json.dumps(loci), "state": UpgradeState.WAITING, "asked_at": now}
    tx.execute(dna_upgrade.insert(), made)


def _candidate(tx: Transaction, candidate_id: CandidateId) -> Row[Any]:
    query = (
        select(candidate.c.id, candidate.c.partner, candidate.c.ref, candidate.c.enquiry_id, enquiry.c.subject)
        .add_columns(enquiry.c.purpose, enquiry.c.offence, dna_candidate.c.disposition, dna_candidate.c.sealed_id)
        .add_columns(dna_candidate.c.ref.label("ours"))
        .join(enquiry, enquiry.c.id == candidate.c.enquiry_id)
        .join(dna_candidate, dna_candidate.c.candidate_id == candidate.c.id)
    )
    row = tx.execute(query.where(candidate.c.id == candidate_id)).one_or_none()
    if row is None:
        raise NotFoundError(
            f"there is no DNA candidate {candidate_id}", hint="`egnatia dna candidates` shows all of them."
        )
    return row


def _check_open(tx: Transaction, row: Row[Any]) -> None:
    if row.disposition not in _UNDECIDED or has_fallen(tx, row.id):
        raise ConflictError(f"this candidate was found to be {row.disposition or 'withdrawn'} already")
    waits = (dna_upgrade.c.candidate_id == row.id) & (dna_upgrade.c.state == UpgradeState.WAITING)
    if tx.execute(select(dna_upgrade.c.id).where(waits)).first() is not None:
        raise ConflictError(
            "more loci were asked for already", hint="`egnatia dna upgrade list` shows where it stands."
        )


def _named(written: Sequence[str]) -> tuple[str, ...]:
    """Loci in this engine's names and order."""
    names = {each: locus_name(each) for each in written}
    for each, name in names.items():
        if name not in BY_NAME:
            raise InputError(f"{each[:20]!r} is no locus that can be typed", hint=f"Loci are {', '.join(BY_NAME)}.")
    if len({*names.values()}) > MAX_LOCI:
        raise InputError(f"{len(names)} loci; one request has {MAX_LOCI} at most")
    return tuple(name for name in BY_NAME if name in names.values())


def _lacking(tx: Transaction, row: Row[Any]) -> tuple[str, ...]:
    """Loci that our profile has in full and the partner's has not."""
    try:
        ours = load_profile(tx, row.ours)
        theirs = statements.read(tx.unseal(row.sealed_id), row.ref).theirs
    except (NotFoundError, ErasedError):
        raise ConflictError("one of the two profiles was erased; there is nothing to compare") from None
    lacking = tuple(name for name in BY_NAME if name in {*ours.full_loci} - {*theirs.full_loci})[:MAX_LOCI]
    if not lacking:
        raise ConflictError(
            "the partner's profile has every locus that ours has in full", hint="Type more of ours, or name loci."
        )
    return lacking


def take_more_loci(tx: Transaction, desk: Desk, received: Received, now: datetime) -> Answer:
    """The partner's answer to a request of ours: its profile with what was typed since, or nothing.

    Raises:
        RefusedError: MALFORMED, UNKNOWN_CONVERSATION for what we did not ask, or ID_REUSED for a second answer.
    """
    body = decode(DnaMoreLociBody, received.body)
    row = _asked(tx, received, body)
    state = UpgradeState.DECLINED if body.profile is None else UpgradeState.ANSWERED
    label = None if body.profile is None else _restate(tx, desk, row, _profile(tx, row, body), now)
    mine = dna_upgrade.c.id == body.upgrade
    tx.execute(update(dna_upgrade).where(mine).values(state=state, answered_at=now))
    act = Act(
        EventKind.DNA_MORE_LOCI_RECEIVED,
        now,
        "node",
        f"dna_upgrade:{body.upgrade}",
        partner=received.sender,
        message_sha256=received.sha256,
        content={"candidate": row.candidate_id, "state": state, "label": label},
    )
    append(tx, act)
    return Answer(RECEIPT, encode(ReceiptBody()))


def _asked(tx: Transaction, received: Received, body: DnaMoreLociBody) -> Row[Any]:
    """Our request that is answered."""
    table = dna_upgrade.c
    mine = (table.id == body.upgrade) & (table.direction == OUT) & (table.partner == received.sender)
    mine &= (table.enquiry_id == received.conversation) & (table.number == body.number)
    row = tx.execute(dna_upgrade.select().where(mine)).one_or_none()
    if row is None:
        raise RefusedError(RefusalReason.UNKNOWN_CONVERSATION, "we asked you for no such loci")
    if row.state != UpgradeState.WAITING:
        raise RefusedError(RefusalReason.ID_REUSED, "this request was answered before")
    return row


def _profile(tx: Transaction, row: Row[Any], body: DnaMoreLociBody) -> Profile:
    """What came, which has to be of the same sort as what came first, and to say all that it said."""
    try:
        theirs = from_reference_data(body.profile, row.number)
    except InputError as error:
        raise RefusedError(RefusalReason.MALFORMED, error.message) from None
    query = select(dna_candidate.c.identified).where(dna_candidate.c.candidate_id == row.candidate_id)
    if (theirs.kind is ProfileKind.PERSON) is not tx.execute(query).scalar_one():
        raise RefusedError(RefusalReason.MALFORMED, "the profile is of another kind than the one that was returned")
    before = tx.opened(_candidate(tx, CandidateId(row.candidate_id)).sealed_id)
    if before is not None and otherwise_at(statements.read(before, row.number).theirs, theirs) is not None:
        raise RefusedError(RefusalReason.MALFORMED, "the profile is another one than was returned under this number")
    return theirs


def _restate(tx: Transaction, desk: Desk, row: Row[Any], theirs: Profile, now: datetime) -> str | None:
    """State the candidate anew with what came; its label then. None where nothing is left to compare it with."""
    known = _candidate(tx, CandidateId(row.candidate_id))
    grant, kept = _grant_of(tx, desk, row), tx.opened(known.sealed_id)
    try:
        ours = load_profile(tx, known.ours)
    except (NotFoundError, ErasedError):
        return None
    if kept is None or has_fallen(tx, row.candidate_id):
        return None
    rules = rules_of(grant)
    evidence, match_class = rules.compare(ours, theirs)
    if match_class is None:
        found = evidence.tally
        changed: dict[str, Any] = {"label": NO_CLASS, "near": True, "compared": found.compared}
        changed |= {"full_loci": found.full, "wildcards": found.second, "micro_variants": found.third}
        changed |= {"mismatched": found.fourth}
        content = json.dumps(json.loads(kept) | {"profile": to_reference_data(theirs)}).encode()
    else:
        stated, sources = statements.state(tx, desk, PartnerCode(row.partner), (ours, theirs), rules)
        changed, content = statements.columns(stated, rules), statements.written(theirs, stated, sources)
        seen = {"quality": quality_of(stated), "evidence": json.dumps(list(evidence_of(stated)))}
        tx.execute(update(candidate).where(candidate.c.id == row.candidate_id).values(seen))
    until = desk.keep_until(tx, grant.id, now)
    sealed = tx.seal(content, kind="dna_candidate", at=now, erase_on=until)
    mine = dna_candidate.c.candidate_id == row.candidate_id
    tx.execute(update(dna_candidate).where(mine).values(**changed, sealed_id=sealed.id))
    tx.erase(SealedId(known.sealed_id))
    return str(changed["label"])


def _grant_of(tx: Transaction, desk: Desk, row: Row[Any]) -> Grant:
    """The grant that the question was asked under, by whose rules it was compared: also when it has ended since."""
    mine = (ask.c.enquiry_id == row.enquiry_id) & (ask.c.partner == row.partner)
    grant_id = GrantId(tx.execute(select(ask.c.grant_id).where(mine)).scalar_one())
    for each in desk.register(tx).grants:
        if each.id == grant_id:
            return each
    raise RefusedError(RefusalReason.GRANT_MISMATCH, f"this node's register has no grant {grant_id} any more")


def take_upgrade_answer(tx: Transaction, sent: Sent, received: Received, _now: datetime) -> None:
    """The partner's node took our request, or refused it: then nobody there will look at it, and another can be asked."""
    if received.refusal() is not None:
        take_undeliverable(tx, sent)


def take_undeliverable(tx: Transaction, sent: Sent) -> None:
    """A request of ours, or an answer of ours, grew too old: the one can be asked again, the other given again."""
    mine = dna_upgrade.c.message_id == sent.message_id
    state = UpgradeState.DECLINED if sent.kind == DNA_UPGRADE else UpgradeState.WAITING
    tx.execute(update(dna_upgrade).where(mine).values(state=state))


def upgrades(tx: Transaction) -> list[Upgrade]:
    """Every request, ours and partners', those that wait first, the oldest at the top."""
    rows = tx.execute(dna_upgrade.select().order_by(dna_upgrade.c.asked_at, dna_upgrade.c.id))
    found = [_made(row) for row in rows]
    return sorted(found, key=lambda each: each.state is not UpgradeState.WAITING)


def _made(row: Row[Any]) -> Upgrade:
    return Upgrade(
        id=row.id,
        direction=row.direction,
        partner=PartnerCode(row.partner),
        enquiry_id=EnquiryId(row.enquiry_id),
        candidate_id=CandidateId(row.candidate_id) if row.candidate_id else None,
        number=row.number,
        loci=tuple(json.loads(row.loci)),
        state=UpgradeState(row.state),
        asked_at=row.asked_at,
        answered_at=row.answered_at,
        officer_id=OfficerId(row.officer_id) if row.officer_id else None,
    )
