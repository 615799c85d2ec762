"""What people do: look at what rested on corrected data, contest data that came from a partner, end a contest."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update

from egnatia.accounts import authorise
from egnatia.enquiries.corrections.copies import Affected, affected
from egnatia.enquiries.corrections.fallen import fall_for_good
from egnatia.enquiries.corrections.making import about_answer, check_cleared
from egnatia.enquiries.corrections.reading import is_contested
from egnatia.enquiries.corrections.taken import find, made
from egnatia.enquiries.desk import KEEP, MIN_JUSTIFICATION, check_text
from egnatia.errors import ConflictError, NotFoundError
from egnatia.ledger import Act, append
from egnatia.model.events import EventKind
from egnatia.model.ids import CandidateId, EnquiryId, OfficerId, PartnerCode, RecordRef
from egnatia.model.officers import Action, Officer
from egnatia.model.states import (
    ClearedBy,
    CopyState,
    CorrectionItem,
    CorrectionKind,
    CorrectionReason,
    LookFinding,
    SubjectKind,
)
from egnatia.store.database import Transaction
from egnatia.store.tables import candidate, contest, correction, correction_copy, correction_taken, enquiry


@dataclass(frozen=True, slots=True)
class Look:
    """What an officer found, and did."""

    finding: LookFinding
    note: str


def act_on(tx: Transaction, officer: Officer, which: tuple[PartnerCode, str], look: Look, now: datetime) -> Affected:
    """Say what became of the hits and outcomes that rested on a partner's corrected data.

    A hit that falls is counted no more, and no follow-up is built on it. The partner is told the finding, not the note.

    Args:
        tx: write transaction.
        officer: who looked.
        which: who made the correction, and its id.
        look: what was found and done.
        now: the moment.

    Raises:
        ForbiddenError: the officer may not; only an examiner lets a confirmed hit fall.
        NotFoundError, ConflictError, InputError: as the names say.
    """
    authorise(officer, Action.ACT_ON_CORRECTION)
    note = check_text("note", look.note, MIN_JUSTIFICATION)
    row = _open(tx, which)
    taken = made(row)
    found = affected(tx, taken.item, taken.made_at, json.loads(row.items))
    if look.finding is LookFinding.FALLS and found.hits:
        authorise(officer, Action.DECIDE_CANDIDATE)
        fall_for_good(tx, found.hits, taken.id, now)
    sealed = tx.seal(note.encode(), kind="correction", at=now, erase_on=now + KEEP)
    said = {"done_by": officer.id, "done_at": now, "finding": look.finding, "note_id": sealed.id}
    said |= {"answer_state": CopyState.HELD, "answer_next_at": now}
    mine = (correction_taken.c.partner == taken.item.partner) & (correction_taken.c.correction_id == taken.id)
    tx.execute(update(correction_taken).where(mine).values(said))
    act = Act(
        EventKind.CORRECTION_ACTED_ON,
        now,
        officer.id,
        f"correction:{taken.id}",
        partner=taken.item.partner,
        justification=note,
        content={"finding": look.finding, "hits": list(found.hits), "outcomes": list(found.outcomes)},
    )
    append(tx, act)
    return found


def _open(tx: Transaction, which: tuple[PartnerCode, str]) -> Row[Any]:
    row = find(tx, *which)
    if row is None:
        raise NotFoundError(
            f"{which[0]} sent us no correction {which[1]}",
            hint="`egnatia correction list --ours` shows what waits for us.",
        )
    if row.done_at is not None:
        raise ConflictError("nobody has to look at this correction any more")
    return row


def misidentified(tx: Transaction, officer_id: OfficerId, candidate_id: CandidateId, why: str, now: datetime) -> None:
    """Tell the partner that the hit on its record was the wrong person (DIS-09); part of the act that found it."""
    _tell_source(tx, _candidate(tx, candidate_id), CorrectionReason.MISIDENTIFICATION, (officer_id, why), now)


def _candidate(tx: Transaction, candidate_id: CandidateId) -> Row[Any]:
    query = candidate.select().add_columns(enquiry.c.subject).join(enquiry, enquiry.c.id == candidate.c.enquiry_id)
    row = tx.execute(query.where(candidate.c.id == candidate_id)).one_or_none()
    if row is None:
        raise NotFoundError(f"there is no candidate {candidate_id}", hint="`egnatia hit list` shows all of them.")
    return row


def _tell_source(
    tx: Transaction, row: Row[Any], reason: CorrectionReason, words: tuple[OfficerId, str], now: datetime
) -> str:
    answer = (PartnerCode(row.partner), RecordRef(row.ref), SubjectKind(row.subject), EnquiryId(row.enquiry_id))
    return about_answer(tx, answer, (CorrectionKind.RESTRICT, reason, None), words, now)


def contest_data(tx: Transaction, officer: Officer, candidate_id: CandidateId, why: str, now: datetime) -> str:
    """Flag a partner's record as contested here, and tell the partner (Directive (EU) 2016/680 art. 16(3) and (5)).

    Returns:
        The flag's id.

    Raises:
        ForbiddenError, NotFoundError, InputError: as the names say.
        ConflictError: it is flagged already.
    """
    authorise(officer, Action.CONTEST_DATA)
    reason = check_text("reason", why, MIN_JUSTIFICATION)
    row = _candidate(tx, candidate_id)
    partner, ref = PartnerCode(row.partner), RecordRef(row.ref)
    if is_contested(tx, partner, ref):
        raise ConflictError(f"{ref} of {partner} is flagged as contested already")
    contest_id = tx.new_id()
    sealed = tx.seal(reason.encode(), kind="contest", at=now, erase_on=now + KEEP)
    values = {"id": contest_id, "partner": partner, "ref": ref, "flagged_by": officer.id}
    tx.execute(contest.insert(), values | {"flagged_at": now, "sealed_id": sealed.id})
    told = _tell_source(tx, row, CorrectionReason.CONTESTED, (officer.id, reason), now)
    said = {"partner": partner, "ref": ref, "candidate": candidate_id, "correction": told}
    act = Act(EventKind.DATA_CONTESTED, now, officer.id, f"contest:{contest_id}", justification=reason, content=said)
    append(tx, act)
    return contest_id


def clear_contest(
    tx: Transaction, officer: Officer, contest_id: str, word: tuple[ClearedBy | None, str], now: datetime
) -> None:
    """End a contest on the word of the person, a court or an authority; a supervisor records it (RIG-04).

    Args:
        tx: write transaction.
        officer: the supervisor.
        contest_id: the flag.
        word: who decided, and under which reference.
        now: the moment.

    Raises:
        ForbiddenError, NotFoundError, ConflictError: as the names say.
        InputError: nobody but an officer says so.
    """
    authorise(officer, Action.CLEAR_CONTEST)
    row = tx.execute(contest.select().where(contest.c.id == contest_id)).one_or_none()
    if row is None:
        raise NotFoundError(f"there is no flag {contest_id}", hint="`egnatia correction contested` shows all of them.")
    if row.cleared_at is not None:
        raise ConflictError("this contest was ended before")
    reference = check_cleared(word[0], word[1])
    values = {"cleared_by": word[0], "authority_ref": reference, "cleared_officer": officer.id, "cleared_at": now}
    tx.execute(update(contest).where(contest.c.id == contest_id).values(values))
    _tell_cleared(tx, row, (officer.id, f"contest {contest_id} ended by the {word[0]}"), word[0], now)
    facts = {"cleared_by": word[0], "reference": reference, "partner": row.partner, "ref": row.ref}
    append(tx, Act(EventKind.CONTEST_CLEARED, now, officer.id, f"contest:{contest_id}", content=facts))


def _tell_cleared(
    tx: Transaction, flag: Row[Any], words: tuple[OfficerId, str], cleared_by: ClearedBy | None, now: datetime
) -> None:
    """Tell the source as well, in each conversation in which it was told of the contest."""
    query = (
        select(correction.c.subject, correction.c.enquiry_id)
        .join(correction_copy, correction_copy.c.correction_id == correction.c.id)
        .where(
            correction.c.item == CorrectionItem.ANSWER,
            correction.c.ref == flag.ref,
            correction.c.reason == CorrectionReason.CONTESTED,
            correction_copy.c.partner == flag.partner,
            correction.c.made_at >= flag.flagged_at,
        )
    )
    for row in tx.execute(query.distinct()):
        answer = (PartnerCode(flag.partner), RecordRef(flag.ref), SubjectKind(row.subject), EnquiryId(row.enquiry_id))
        about_answer(tx, answer, (CorrectionKind.LIFT, CorrectionReason.RESOLVED, cleared_by), words, now)
