"""What becomes of a DNA candidate: two qualified examiners find alike, neither having seen the other's finding.

An examiner gives an opinion; the next one of the same round has to be another examiner's. Where both say the same, that is
what the candidate is. Where they differ, a third examiner gives an opinion and sees neither; what two of the three find is
what it is, but no hit is made over an examiner who found that it is none (ADR 0038). Where that settles nothing, the
candidate stays undecided until more loci came or a partner said that none will. Opinions open to everybody who may look once
the candidate is disposed of (four eyes: Regulation (EU) 2024/982 art. 6(6); ENFSI, DNA database management, validation of
matches).

Two who say `more_loci` dispose of nothing: they say what has to come first. A new round begins when more loci came, or at
once where none will. A finding is final; a wrong hit is taken back by the outcome `misidentification`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, func, select, update

from egnatia.accounts import authorise
from egnatia.enquiries.candidates import MIN_BASIS
from egnatia.enquiries.corrections.fallen import has_fallen
from egnatia.enquiries.desk import KEEP, check_text
from egnatia.enquiries.dna.held import is_held
from egnatia.errors import ConflictError, NotFoundError, RefusedError
from egnatia.ledger import JSON, Act, append
from egnatia.model.dna import Disposition, UpgradeState
from egnatia.model.events import EventKind
from egnatia.model.ids import CandidateId, OfficerId, PartnerCode
from egnatia.model.officers import Action, Officer
from egnatia.model.states import Decision, Purpose, RefusalReason
from egnatia.store.database import Transaction
from egnatia.store.tables import candidate, dna_candidate, dna_opinion, dna_upgrade, enquiry

MIN_QUALIFICATION, MAX_QUALIFICATION = 3, 80
EYES, MOST_EYES = 2, 3
"""Pairs of eyes that a finding needs, and those of one round: a third pair where the first two differ."""
DECISIONS: dict[Disposition, Decision | None] = {
    Disposition.CONFIRMED: Decision.CONFIRMED,
    Disposition.MORE_LOCI: None,
    Disposition.EXCLUDED: Decision.REJECTED,
    Disposition.ADVENTITIOUS: Decision.REJECTED,
    Disposition.TWIN: Decision.REJECTED,
    Disposition.CONTAMINATION: Decision.REJECTED,
    Disposition.DUPLICATE: Decision.INCONCLUSIVE,
    Disposition.NO_VALUE: Decision.INCONCLUSIVE,
}
"""What each finding is to the flow: only `confirmed` counts as a hit and opens step 2. What holds and is known already, or is
of no use, is neither a hit to count nor found to be another person."""


DENIALS = frozenset(found for found, decision in DECISIONS.items() if decision is Decision.REJECTED)
"""Findings that the two profiles are not of one source, or say nothing of the case: a hit is not made over one of these."""


class Effect(StrEnum):
    """What an opinion did."""

    FIRST = "first"
    """It waits for another examiner's."""
    ALIKE = "alike"
    """It and another one of the round find the same, and that settles it."""
    DIFFER = "differ"
    """It and the first one find two things: a third examiner is needed."""
    UNSETTLED = "unsettled"
    """The third one settles nothing: more loci are needed."""


_Answers = tuple[datetime | None, datetime | None]
_NONE: _Answers = (None, None)


@dataclass(frozen=True, slots=True)
class OpinionDraft:
    """One examiner's finding: what, why, and by what qualification."""

    disposition: Disposition
    reasons: str
    qualification: str


@dataclass(frozen=True, slots=True)
class Opinion:
    """One opinion that may be seen.

    Attributes:
        reasons: None where they were erased.
    """

    round: int
    officer_id: OfficerId
    qualification: str
    disposition: Disposition
    at: datetime
    reasons: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the opinions on a candidate stand, as one officer may know it.

    Attributes:
        round: the one that is open, from 1; of a disposed candidate the last.
        given: opinions in it so far; 2 where they differ and a third is waited for, 3 where that settled nothing.
        differed: rounds in which examiners found different things.
        mine: whether this officer gave one in the open round.
        disposition: what two examiners found; `more_loci` where that was the last thing two found alike.
        visible: opinions that this officer may see: all once disposed of, before that the officer's own.
    """

    round: int
    given: int
    differed: int
    mine: bool
    disposition: Disposition | None
    visible: tuple[Opinion, ...]

    @property
    def is_open(self) -> bool:
        """Whether an opinion is still waited for."""
        return self.disposition in (None, Disposition.MORE_LOCI)

    @property
    def is_unsettled(self) -> bool:
        """Whether three found what settles nothing, so that nobody's opinion is waited for before more loci."""
        return self.is_open and self.given == MOST_EYES


def give_opinion(
    tx: Transaction, officer: Officer, candidate_id: CandidateId, draft: OpinionDraft, now: datetime
) -> Effect:
    """Record an examiner's opinion; the one that settles the round disposes of the candidate.

    Raises:
        ForbiddenError: only an examiner gives one.
        NotFoundError: there is no such DNA candidate.
        ConflictError: it is disposed of, it fell, this examiner gave one in this round, or three did and settled nothing.
        InputError: reasons or qualification are missing.
        RefusedError: PROFILE_ELIMINATED; it cannot be confirmed while its trace is held back.
    """
    authorise(officer, Action.GIVE_OPINION)
    row = _get(tx, candidate_id)
    reasons = check_text("reasons", draft.reasons, MIN_BASIS)
    qualification = check_text("qualification", draft.qualification, MIN_QUALIFICATION, MAX_QUALIFICATION)
    before = _check_open(tx, row, officer)
    if draft.disposition is Disposition.CONFIRMED and is_held(tx, row.ours):
        raise RefusedError(
            RefusalReason.PROFILE_ELIMINATED,
            "the trace behind this candidate is held back, so it cannot be confirmed",
            hint="`egnatia dna elimination list` shows what it agrees with; two examiners can clear it.",
        )
    here = [Disposition(each.disposition) for each in _given(tx, candidate_id) if each.round == before.round]
    alike = settled([*here, draft.disposition]) is not None
    sealed = tx.seal(reasons.encode(), kind="decision", at=now, erase_on=now + KEEP)
    found = {"round": before.round, "officer_id": officer.id, "qualification": qualification, "at": now}
    found |= {"disposition": draft.disposition, "sealed_id": sealed.id}
    tx.execute(dna_opinion.insert(), {"id": tx.new_id(), "candidate_id": candidate_id, **found})
    if alike:
        _dispose(tx, row, officer, draft.disposition, now)
    _enter(tx, row, officer, (draft, before.round, alike), now)
    return Effect.ALIKE if alike else (Effect.FIRST, Effect.DIFFER, Effect.UNSETTLED)[before.given]


def settled(found: Sequence[Disposition]) -> Disposition | None:
    """What the opinions of one round come to: what two find alike, but no hit where a third found that it is none."""
    for each in found:
        if found.count(each) >= EYES and not (each is Disposition.CONFIRMED and DENIALS & {*found}):
            return each
    return None


def _check_open(tx: Transaction, row: Row[Any], officer: Officer) -> Standing:
    """Where the candidate stands, when this officer may give an opinion now."""
    if has_fallen(tx, row.id):
        raise ConflictError(
            "this candidate fell with a correction, or its trace is contaminated", hint="Nothing is left to compare."
        )
    stands = _stands(tx, row, officer.id)
    if not stands.is_open or row.decision is not None:
        raise ConflictError(
            f"candidate {row.ref} of {row.partner} was already found {row.disposition or row.decision}",
            hint="A wrong hit is taken back by recording the outcome `misidentification`.",
        )
    if stands.is_unsettled:
        raise ConflictError(
            "three examiners found differently, and that settles nothing",
            hint="Ask for more loci: `egnatia dna upgrade ask`. When they came, or none will, a new round begins.",
        )
    if stands.mine:
        raise ConflictError(
            "you gave your opinion on this candidate already", hint="The next one is another examiner's."
        )
    return stands


def _dispose(tx: Transaction, row: Row[Any], officer: Officer, found: Disposition, now: datetime) -> None:
    """It is settled: that is the candidate's disposition, and the flow's decision where it has one."""
    mine = dna_candidate.c.candidate_id == row.id
    tx.execute(update(dna_candidate).where(mine).values(disposition=found, disposed_at=now))
    decision = DECISIONS[found]
    if decision is None:
        return
    given = _given(tx, row.id)
    last = [each for each in given if each.round == given[-1].round and each.disposition == found]
    reasons = "\n\n".join((tx.opened(each.sealed_id) or b"").decode() for each in last)
    sealed = tx.seal(reasons.encode(), kind="decision", at=now, erase_on=now + KEEP)
    qualification = last[-1].qualification
    decided = {"decision": decision, "decided_by": officer.id, "decided_at": now, "qualification": qualification}
    tx.execute(update(candidate).where(candidate.c.id == row.id).values(sealed_id=sealed.id, **decided))


def _enter(
    tx: Transaction, row: Row[Any], officer: Officer, given: tuple[OpinionDraft, int, bool], now: datetime
) -> None:
    """One entry for one act: an opinion, or the opinion that disposes of the candidate.

    The content has what counting hits needs, so that they can be counted again from the ledger alone.
    """
    draft, number, alike = given
    content: dict[str, JSON] = {"round": number, "disposition": draft.disposition, "qualification": draft.qualification}
    if alike:
        decision = DECISIONS[draft.disposition]
        content |= {"enquiry": row.enquiry_id, "ref": row.ref, "ours": row.ours, "decision": decision}
    act = Act(
        _event(draft.disposition) if alike else EventKind.DNA_OPINION_GIVEN,
        now,
        officer.id,
        f"candidate:{row.id}",
        partner=PartnerCode(row.partner),
        purpose=Purpose(row.purpose),
        justification=draft.reasons.strip(),
        content=content,
    )
    append(tx, act)


def _event(found: Disposition) -> EventKind:
    """What two opinions alike are: a hit, the end without one, or still two opinions."""
    decision = DECISIONS[found]
    if decision is Decision.CONFIRMED:
        return EventKind.CANDIDATE_CONFIRMED
    return EventKind.DNA_OPINION_GIVEN if decision is None else EventKind.DNA_DISPOSED


def standing(tx: Transaction, candidate_id: CandidateId, officer_id: OfficerId) -> Standing:
    """Where the opinions on a candidate stand, with those that this officer may see.

    Raises:
        NotFoundError: there is no such DNA candidate.
    """
    stands, given = _stands(tx, _get(tx, candidate_id), officer_id), _given(tx, candidate_id)
    seen = [each for each in given if not stands.is_open or each.officer_id == officer_id]
    return replace(stands, visible=tuple(_opinion(tx, each) for each in seen))


def _stands(tx: Transaction, row: Row[Any], officer_id: OfficerId) -> Standing:
    """Where the opinions stand, none of them opened."""
    return _reckoned(_given(tx, row.id), row.disposition, _last_answers(tx, row.id).get(row.id, _NONE), officer_id)


def standings(tx: Transaction, officer_id: OfficerId) -> dict[CandidateId, Standing]:
    """The same for every DNA candidate at once, without any opinion opened."""
    given: dict[str, list[Row[Any]]] = {}
    for each in tx.execute(dna_opinion.select().order_by(dna_opinion.c.round, dna_opinion.c.at)):
        given.setdefault(each.candidate_id, []).append(each)
    came = _last_answers(tx)
    rows = tx.execute(select(dna_candidate.c.candidate_id, dna_candidate.c.disposition))
    return {
        CandidateId(row.candidate_id): _reckoned(
            given.get(row.candidate_id, []), row.disposition, came.get(row.candidate_id, _NONE), officer_id
        )
        for row in rows
    }


def _reckoned(given: Sequence[Row[Any]], disposition: str | None, answers: _Answers, officer_id: OfficerId) -> Standing:
    """Which round is open: what an opinion looked at before more loci came is not what there is now."""
    found = Disposition(disposition) if disposition else None
    number = given[-1].round if given else 1
    here = [each for each in given if each.round == number]
    if here and _is_over(here, answers) and found in (None, Disposition.MORE_LOCI):
        number, here = number + 1, []
    mine = any(each.officer_id == officer_id for each in here)
    return Standing(number, len(here), _differed(given), mine, found, ())


def _is_over(here: Sequence[Row[Any]], answers: _Answers) -> bool:
    """Whether a round that began is over: it is settled, more loci came, or three settled nothing and none will come."""
    came, heard = answers
    if came is not None and came > here[0].at:
        return True
    unsettled = settled([Disposition(each.disposition) for each in here]) is None
    return not unsettled or (len(here) == MOST_EYES and heard is not None and heard > here[-1].at)


def _last_answers(tx: Transaction, candidate_id: str | None = None) -> dict[str, _Answers]:
    """For each candidate when more loci came last, and when it was last heard that some came or that none will."""
    columns = dna_upgrade.c
    came = func.max(columns.answered_at).filter(columns.state == UpgradeState.ANSWERED.value)
    query = select(columns.candidate_id, came.label("came"), func.max(columns.answered_at).label("heard"))
    query = query.where(columns.candidate_id.is_not(None)).group_by(columns.candidate_id)
    if candidate_id is not None:
        query = query.where(columns.candidate_id == candidate_id)
    return {row.candidate_id: (row.came, row.heard) for row in tx.execute(query)}


def _differed(given: Sequence[Row[Any]]) -> int:
    """Rounds in which examiners found different things."""
    found: dict[int, set[str]] = {}
    for each in given:
        found.setdefault(each.round, set()).add(each.disposition)
    return sum(len(each) > 1 for each in found.values())


def _given(tx: Transaction, candidate_id: str) -> list[Row[Any]]:
    mine = dna_opinion.c.candidate_id == candidate_id
    return list(tx.execute(dna_opinion.select().where(mine).order_by(dna_opinion.c.round, dna_opinion.c.at)))


def _opinion(tx: Transaction, row: Row[Any]) -> Opinion:
    reasons = tx.opened(row.sealed_id)
    return Opinion(
        round=row.round,
        officer_id=OfficerId(row.officer_id),
        qualification=row.qualification,
        disposition=Disposition(row.disposition),
        at=row.at,
        reasons=None if reasons is None else reasons.decode(),
    )


def _get(tx: Transaction, candidate_id: CandidateId) -> Row[Any]:
    wanted = (
        select(candidate, enquiry.c.purpose, dna_candidate.c.disposition, dna_candidate.c.ref.label("ours"))
        .join(enquiry, enquiry.c.id == candidate.c.enquiry_id)
        .join(dna_candidate, dna_candidate.c.candidate_id == candidate.c.id)
        .where(candidate.c.id == candidate_id)
    )
    row = tx.execute(wanted).one_or_none()
    if row is None:
        raise NotFoundError(
            f"there is no DNA candidate {candidate_id}", hint="`egnatia dna candidates` shows all of them."
        )
    return row
