"""What becomes of a DNA candidate: two qualified examiners find alike, neither having seen the other's finding.

An examiner gives an opinion; the next one of the same round has to be another examiner's. Where both say the same, that is
what the candidate is; where they differ, a new round begins and whoever gave an opinion before may give one again, still
without having seen what the others said. Opinions open to everybody who may look once the candidate is disposed of
(four eyes: Regulation (EU) 2024/982 art. 6(6); ENFSI, DNA database management, validation of matches).

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
from egnatia.enquiries.desk import KEEP, check_text
from egnatia.errors import ConflictError, NotFoundError
from egnatia.ledger import JSON, Act, append
from egnatia.model.dna import Disposition, UpgradeState
from egnatia.model.events import EventKind
from egnatia.model.ids import CandidateId, OfficerId, PartnerCode
from egnatia.model.officers import Action, Officer
from egnatia.model.states import Decision, Purpose
from egnatia.store.database import Transaction
from egnatia.store.tables import candidate, dna_candidate, dna_opinion, dna_upgrade, enquiry, fallen_hit

MIN_QUALIFICATION, MAX_QUALIFICATION = 3, 80
EYES = 2
"""Pairs of eyes that a finding needs."""
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


class Effect(StrEnum):
    """What an opinion did."""

    FIRST = "first"
    """It waits for another examiner's."""
    ALIKE = "alike"
    DIFFER = "differ"
    """It and the first one of the round find two things."""


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
        given: opinions in it so far, 0 or 1 while it is open.
        differed: rounds that ended with two findings.
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


def give_opinion(
    tx: Transaction, officer: Officer, candidate_id: CandidateId, draft: OpinionDraft, now: datetime
) -> Effect:
    """Record an examiner's opinion; the second one alike disposes of the candidate.

    Raises:
        ForbiddenError: only an examiner gives one.
        NotFoundError: there is no such DNA candidate.
        ConflictError: it is disposed of, it fell with a correction, or this examiner gave one in this round.
        InputError: reasons or qualification are missing.
    """
    authorise(officer, Action.GIVE_OPINION)
    row = _get(tx, candidate_id)
    reasons = check_text("reasons", draft.reasons, MIN_BASIS)
    qualification = check_text("qualification", draft.qualification, MIN_QUALIFICATION, MAX_QUALIFICATION)
    before = _check_open(tx, row, officer)
    alike = any(_is_alike(each, before.round, draft) for each in _given(tx, candidate_id))
    sealed = tx.seal(reasons.encode(), kind="decision", at=now, erase_on=now + KEEP)
    found = {"round": before.round, "officer_id": officer.id, "qualification": qualification, "at": now}
    found |= {"disposition": draft.disposition, "sealed_id": sealed.id}
    tx.execute(dna_opinion.insert(), {"id": tx.new_id(), "candidate_id": candidate_id, **found})
    if alike:
        _dispose(tx, row, officer, draft.disposition, now)
    _enter(tx, row, officer, (draft, before.round, alike), now)
    return Effect.ALIKE if alike else Effect.DIFFER if before.given else Effect.FIRST


def _is_alike(given: Row[Any], number: int, draft: OpinionDraft) -> bool:
    """Whether an opinion is of the open round and finds the same; there is one of it at most."""
    return bool(given.round == number and given.disposition == draft.disposition)


def _check_open(tx: Transaction, row: Row[Any], officer: Officer) -> Standing:
    """Where the candidate stands, when this officer may give an opinion now."""
    if tx.execute(fallen_hit.select().where(fallen_hit.c.candidate_id == row.id)).first() is not None:
        raise ConflictError("this candidate fell with a correction", hint="There is nothing left to compare.")
    stands = _stands(tx, row, officer.id)
    if not stands.is_open or row.decision is not None:
        raise ConflictError(
            f"candidate {row.ref} of {row.partner} was already found {row.disposition or row.decision}",
            hint="A wrong hit is taken back by recording the outcome `misidentification`.",
        )
    if stands.mine:
        raise ConflictError(
            "you gave your opinion on this candidate already", hint="The second one is another examiner's."
        )
    return stands


def _dispose(tx: Transaction, row: Row[Any], officer: Officer, found: Disposition, now: datetime) -> None:
    """Two find alike: that is the candidate's disposition, and the flow's decision where it has one."""
    mine = dna_candidate.c.candidate_id == row.id
    tx.execute(update(dna_candidate).where(mine).values(disposition=found, disposed_at=now))
    decision = DECISIONS[found]
    if decision is None:
        return
    last = _given(tx, row.id)[-EYES:]
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
    more_came = _last_answer(tx, row.id).get(row.id)
    return _reckoned(_given(tx, row.id), row.disposition, more_came, officer_id)


def standings(tx: Transaction, officer_id: OfficerId) -> dict[CandidateId, Standing]:
    """The same for every DNA candidate at once, without any opinion opened."""
    given: dict[str, list[Row[Any]]] = {}
    for each in tx.execute(dna_opinion.select().order_by(dna_opinion.c.round, dna_opinion.c.at)):
        given.setdefault(each.candidate_id, []).append(each)
    came = _last_answer(tx)
    rows = tx.execute(select(dna_candidate.c.candidate_id, dna_candidate.c.disposition))
    return {
        CandidateId(row.candidate_id): _reckoned(
            given.get(row.candidate_id, []), row.disposition, came.get(row.candidate_id), officer_id
        )
        for row in rows
    }


def _reckoned(
    given: Sequence[Row[Any]], disposition: str | None, more_came: datetime | None, officer_id: OfficerId
) -> Standing:
    """Which round is open: what an opinion looked at before more loci came is not what there is now."""
    found = Disposition(disposition) if disposition else None
    number = given[-1].round if given else 1
    here = [each for each in given if each.round == number]
    over = len(here) >= EYES or (bool(here) and more_came is not None and more_came > here[0].at)
    if over and found in (None, Disposition.MORE_LOCI):
        number, here = number + 1, []
    mine = any(each.officer_id == officer_id for each in here)
    return Standing(number, len(here), _differed(given), mine, found, ())


def _last_answer(tx: Transaction, candidate_id: str | None = None) -> dict[str, datetime]:
    """When more loci came last, for each candidate for which they did."""
    columns = dna_upgrade.c
    query = select(columns.candidate_id, func.max(columns.answered_at).label("at")).group_by(columns.candidate_id)
    query = query.where(columns.state == UpgradeState.ANSWERED.value, columns.candidate_id.is_not(None))
    if candidate_id is not None:
        query = query.where(columns.candidate_id == candidate_id)
    return {row.candidate_id: row.at for row in tx.execute(query)}


def _differed(given: Sequence[Row[Any]]) -> int:
    """Rounds in which two examiners found two things."""
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
