"""Elimination before export: a trace that may be of somebody who touched it, or of its victim, does not leave this node.

Every trace is held against staff, police, manufacturers, volunteers and victims before a partner is asked about it, and
before it is returned to a partner that asked. What agrees makes a row that waits for people. One examiner is enough to say
that it is contamination, which keeps it here for good; that it is not, two have to find (ADR 0034).
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select, update

from egnatia.accounts import authorise, require_other
from egnatia.engines.dna.elimination import Agreeing
from egnatia.engines.dna.types import Profile
from egnatia.enquiries.desk import KEEP, MIN_JUSTIFICATION, Desk, check_text
from egnatia.enquiries.dna.contamination import follow
from egnatia.enquiries.dna.held import is_contaminated, is_held
from egnatia.enquiries.dna.profiles import load_profile
from egnatia.errors import ConflictError, InputError, NotFoundError, RefusedError
from egnatia.ledger import JSON, Act, append
from egnatia.model.dna import EliminationState
from egnatia.model.events import EventKind
from egnatia.model.ids import OfficerId, PartnerCode, SealedId
from egnatia.model.officers import Action, Officer
from egnatia.model.states import Decision, RefusalReason
from egnatia.store.database import Transaction
from egnatia.store.tables import candidate, dna_candidate, dna_elimination, dna_number, dna_profile

SEALED_KIND = "dna_elimination"
_Reach = tuple[int, int, tuple[PartnerCode, ...]]


@dataclass(frozen=True, slots=True)
class Elimination:
    """A trace beside a profile that it agrees with.

    Attributes:
        ref: the trace.
        against: the profile; `category` says why that one is kept, None once it was erased.
        how: rule set and class, or `contributor`.
        log10_ratio: of a contributor.
        proposed_by: who found first that it is somebody else's.
        decided_by: who found it last.
        candidates: how many partners returned for the trace, of which `hits` are confirmed.
        partners: who has a number of the trace, because it was asked about there or returned.
    """

    id: str
    ref: str
    against: str
    category: str | None
    how: str
    log10_ratio: float | None
    found_at: datetime
    state: EliminationState
    proposed_by: OfficerId | None
    decided_by: OfficerId | None
    decided_at: datetime | None
    candidates: int
    hits: int
    partners: tuple[PartnerCode, ...]


def check(tx: Transaction, desk: Desk, profile: Profile, officer_id: OfficerId, now: datetime) -> None:
    """Hold a trace against everybody who may have touched it, before a partner is asked about it.

    What is found is written and entered before this raises, so the caller catches the refusal, records the question as not
    asked, and commits.

    Raises:
        RefusedError: PROFILE_ELIMINATED; it says nothing of whom.
    """
    hold(tx, desk, profile, officer_id, now)
    if is_held(tx, profile.ref):
        raise RefusedError(
            RefusalReason.PROFILE_ELIMINATED,
            f"{profile.ref} agrees with a profile of those who may have touched it, or of a victim",
            hint="`egnatia dna elimination list` lists it; two examiners can clear it where it is somebody else's.",
        )


def hold(tx: Transaction, desk: Desk, trace: Profile, actor: OfficerId, now: datetime) -> bool:
    """Hold a trace against everybody who may have touched it. Whether it agrees with somebody that nobody knew of before."""
    known = {*tx.execute(select(dna_elimination.c.against).where(dna_elimination.c.ref == trace.ref)).scalars()}
    fresh = [each for each in desk.dna.guard(tx).agreeing(trace) if each.ref not in known]
    if fresh:
        _keep(tx, trace.ref, fresh, actor, now)
    return bool(fresh)


def held_back(tx: Transaction, desk: Desk, refs: Collection[str]) -> frozenset[str]:
    """Which of these traces may not be returned to a partner that asked. Nothing is written, so nobody can tell by that."""
    query = select(dna_elimination.c.ref, dna_elimination.c.against, dna_elimination.c.state)
    rows = tx.execute(query.where(dna_elimination.c.ref.in_(sorted(refs)))).all()
    known = {(row.ref, row.against): row.state for row in rows}
    found = {ref for (ref, _), state in known.items() if state != EliminationState.CLEARED}
    for ref in refs:
        agreeing = desk.dna.guard(tx).agreeing(load_profile(tx, ref))
        if any(known.get((ref, each.ref)) != EliminationState.CLEARED for each in agreeing):
            found.add(ref)
    return frozenset(found)


def find(
    tx: Transaction,
    officer: Officer,
    elimination_id: str,
    finding: tuple[EliminationState, str],
    now: datetime,
) -> EliminationState:
    """Record what an examiner finds of a trace that was held back, and let what follows of it follow (`contamination`).

    `contamination` holds at once and can be found at any time. `cleared` is proposed by the first who finds it and holds
    with the second.

    Args:
        tx: write transaction.
        officer: the examiner.
        elimination_id: what was held back.
        finding: contamination or cleared, and why, at least 20 characters.
        now: the moment.

    Returns:
        What it is now.

    Raises:
        ForbiddenError: the officer may not, or is the one who found it first.
        InputError: another finding, or no reason.
        NotFoundError: there is nothing of that name.
        ConflictError: it was found so already.
    """
    authorise(officer, Action.DECIDE_ELIMINATION)
    why = check_text("reason", finding[1], MIN_JUSTIFICATION)
    if finding[0] is EliminationState.OPEN:
        raise InputError("that it is open is no finding", hint="Find contamination, or cleared.")
    row = _get(tx, elimination_id)
    if row.state == finding[0]:
        raise ConflictError(f"{elimination_id} was found to be {finding[0].value} already")
    first = finding[0] is EliminationState.CLEARED and row.proposed_by is None
    if finding[0] is EliminationState.CLEARED and not first:
        require_other(officer, OfficerId(row.proposed_by))
    state = EliminationState(row.state) if first else finding[0]
    words = _words(tx, row) | {"proposed" if first else "decided": why}
    sealed = tx.seal(json.dumps(words).encode(), kind=SEALED_KIND, at=now, erase_on=now + KEEP)
    before = is_contaminated(tx, row.ref)
    _set(tx, row, officer, state, (first, sealed.id), now)
    said: dict[str, JSON] = {"finding": finding[0], "trace": row.ref, "against": row.against, "state": state}
    said |= follow(tx, row.ref, elimination_id, (officer.id, why), before=before, now=now)
    ref = f"dna_elimination:{elimination_id}"
    append(tx, Act(EventKind.DNA_ELIMINATION_DECIDED, now, officer.id, ref, justification=why, content=said))
    return state


def _set(
    tx: Transaction,
    row: Row[Any],
    officer: Officer,
    state: EliminationState,
    how: tuple[bool, SealedId],
    now: datetime,
) -> None:
    """Write a finding; contamination ends what somebody had proposed, so that clearing begins anew with two."""
    first, sealed_id = how
    values: dict[str, Any] = {"state": state, "sealed_id": sealed_id}
    if first:
        values |= {"proposed_by": officer.id}
    else:
        values |= {"decided_by": officer.id, "decided_at": now}
    if state is EliminationState.CONTAMINATION and not first:
        values |= {"proposed_by": None}
    tx.execute(update(dna_elimination).where(dna_elimination.c.id == row.id).values(values))
    if row.sealed_id:
        tx.erase(SealedId(row.sealed_id))


def eliminations(tx: Transaction, state: EliminationState | None = None) -> list[Elimination]:
    """What was held back, open ones first, the oldest at the top."""
    query = _LISTED.order_by(dna_elimination.c.found_at, dna_elimination.c.id)
    if state is not None:
        query = query.where(dna_elimination.c.state == state)
    rows = tx.execute(query).all()
    reached = _reached(tx, {row.ref for row in rows})
    found = [_made(row, reached[row.ref]) for row in rows]
    return sorted(found, key=lambda each: each.state is not EliminationState.OPEN)


def reasons_of(tx: Transaction, elimination_id: str) -> dict[str, str]:
    """Why it was found so: `proposed` and `decided`, as far as they are there and were not erased.

    Raises:
        NotFoundError: there is nothing of that name.
    """
    return _words(tx, _get(tx, elimination_id))


_LISTED = select(dna_elimination, dna_profile.c.category).outerjoin(
    dna_profile, dna_profile.c.ref == dna_elimination.c.against
)


def _reached(tx: Transaction, refs: Collection[str]) -> dict[str, _Reach]:
    """How far each trace has come: candidates, hits, and partners that have a number of it."""
    counted = (
        select(dna_candidate.c.ref, func.count().label("candidates"))
        .add_columns(func.count().filter(candidate.c.decision == Decision.CONFIRMED).label("hits"))
        .join(candidate, candidate.c.id == dna_candidate.c.candidate_id)
        .group_by(dna_candidate.c.ref)
    )
    counts = {row.ref: row for row in tx.execute(counted.where(dna_candidate.c.ref.in_(refs)))}
    partners: dict[str, set[PartnerCode]] = {ref: set() for ref in refs}
    for row in tx.execute(select(dna_number.c.ref, dna_number.c.partner).where(dna_number.c.ref.in_(refs))):
        partners[row.ref].add(PartnerCode(row.partner))
    return {
        ref: (
            counts[ref].candidates if ref in counts else 0,
            counts[ref].hits if ref in counts else 0,
            tuple(sorted(of)),
        )
        for ref, of in partners.items()
    }


def _keep(tx: Transaction, ref: str, found: list[Agreeing], officer_id: OfficerId, now: datetime) -> None:
    """Rows for people, and one entry; whom it agrees with stands in the sealed content only."""
    rows = [
        {"id": tx.new_id(), "ref": ref, "against": each.ref, "how": each.how, "log10_ratio": each.log10}
        | {"found_at": now, "state": EliminationState.OPEN}
        for each in found
    ]
    tx.execute(dna_elimination.insert(), rows)
    said = {"found": [{"id": row["id"], "against": row["against"], "how": row["how"]} for row in rows]}
    append(
        tx, Act(EventKind.DNA_ELIMINATED, now, officer_id, f"dna_profile:{ref}", content=json.loads(json.dumps(said)))
    )


def _get(tx: Transaction, elimination_id: str) -> Row[Any]:
    row = tx.execute(dna_elimination.select().where(dna_elimination.c.id == elimination_id)).one_or_none()
    if row is None:
        raise NotFoundError(
            f"nothing was held back under {elimination_id}", hint="`egnatia dna elimination list` lists what was."
        )
    return row


def _words(tx: Transaction, row: Row[Any]) -> dict[str, str]:
    said: dict[str, str] = json.loads(tx.opened(row.sealed_id) or b"{}")
    return said


def _made(row: Row[Any], reach: _Reach) -> Elimination:
    return Elimination(
        id=row.id,
        ref=row.ref,
        against=row.against,
        category=row.category,
        how=row.how,
        log10_ratio=row.log10_ratio,
        found_at=row.found_at,
        state=EliminationState(row.state),
        proposed_by=OfficerId(row.proposed_by) if row.proposed_by else None,
        decided_by=OfficerId(row.decided_by) if row.decided_by else None,
        decided_at=row.decided_at,
        candidates=reach[0],
        hits=reach[1],
        partners=reach[2],
    )
