"""Many profiles asked about at once: proposed by one person, approved by two others, asked as the grant's day allows.

A batch is how two databases are compared for the first time. It is as many questions as it has profiles, each an enquiry
of its own with its own elimination, rows and entries, so everything that holds for one question holds for each. What the
two approvals stand for is the quantity: officers' and cases' quotas of a day do not bind a batch, the grant's do, and it
goes on the next day (ADR 0034).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, select, update

from egnatia.accounts import authorise, present_officer, require_other
from egnatia.enquiries.desk import KEEP, MIN_JUSTIFICATION, Desk, check_text
from egnatia.enquiries.dna.asking import DnaDraft, ask_dna
from egnatia.enquiries.dna.terms import (
    Terms,
    checked_terms,
    columns,
    draft_of,
    enter,
    has_room,
    require_older,
    reword,
    sealed_words,
    terms_of,
)
from egnatia.errors import ConflictError, ErasedError, ForbiddenError, InputError, NotFoundError, RefusedError
from egnatia.ledger import JSON
from egnatia.model.agreements import Grant
from egnatia.model.dna import BatchState
from egnatia.model.events import EventKind
from egnatia.model.ids import GrantId, OfficerId, PartnerCode
from egnatia.model.officers import Action, Officer
from egnatia.model.states import Offence, Purpose, RefusalReason
from egnatia.store.database import Transaction
from egnatia.store.tables import dna_batch, dna_batch_item, dna_profile

AT_ONCE = 50
"""Questions of one transaction: each holds a trace against everybody who may have touched it, some milliseconds."""
SEALED_KIND = _NOUN = "dna_batch"
DAY = timedelta(days=1)
_MANY = 500
"""References looked up by one statement."""
_UNDECIDED = (BatchState.PROPOSED, BatchState.HALF_APPROVED)


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch as lists show it.

    Attributes:
        asked: profiles that were asked about.
        refused: profiles that were not, each with its reason.
        profiles: all of them.
    """

    id: str
    case_ref: str
    grant_id: GrantId
    partner: PartnerCode
    purpose: Purpose
    offence: Offence
    state: BatchState
    proposed_by: OfficerId
    proposed_at: datetime
    first_by: OfficerId | None
    second_by: OfficerId | None
    profiles: int
    asked: int
    refused: int


def propose(tx: Transaction, desk: Desk, officer: Officer, terms: Terms, refs: tuple[str, ...], now: datetime) -> str:
    """Propose to ask one partner about many profiles of ours. Nothing is asked before two others have approved.

    Returns:
        The batch's id.

    Raises:
        ForbiddenError, InputError, NotFoundError: as the names say.
        RefusedError: no grant allows it, or not a batch, or not so many, or not these kinds.
    """
    grant = checked_terms(tx, desk, officer, terms, now)
    _check_profiles(tx, grant, refs)
    _check_not_split(tx, grant, len(refs), now)
    batch_id, why = tx.new_id(), terms.justification.strip()
    sealed = tx.seal(sealed_words(terms), kind=SEALED_KIND, at=now, erase_on=now + KEEP)
    row = columns(terms, grant) | {"id": batch_id, "state": BatchState.PROPOSED, "sealed_id": sealed.id}
    tx.execute(dna_batch.insert(), {**row, "proposed_by": officer.id, "proposed_at": now})
    tx.execute(dna_batch_item.insert(), [{"batch_id": batch_id, "ref": ref} for ref in refs])
    said: dict[str, JSON] = {"case_ref": terms.case_ref, "profiles": len(refs)}
    enter(tx, EventKind.DNA_BATCH_PROPOSED, _get(tx, batch_id), officer, (_NOUN, why, said), now)
    return batch_id


def _check_profiles(tx: Transaction, grant: Grant, refs: tuple[str, ...]) -> None:
    most = grant.dna.batch_max if grant.dna else 0
    if not most:
        raise RefusedError(RefusalReason.SUBJECT_NOT_GRANTED, f"{grant.id} allows no batches", hint=_ONE_BY_ONE)
    if len(refs) > most:
        raise RefusedError(RefusalReason.QUOTA_EXCEEDED, f"{len(refs)} profiles; {grant.id} allows {most} in one batch")
    if not refs or len({*refs}) != len(refs):
        raise InputError("a batch has a profile at least, and none twice")
    kinds: dict[str, str] = {}
    for start in range(0, len(refs), _MANY):
        some = dna_profile.c.ref.in_(refs[start : start + _MANY])
        kinds |= {row.ref: row.kind for row in tx.execute(select(dna_profile.c.ref, dna_profile.c.kind).where(some))}
    for ref in refs:
        if ref not in kinds:
            raise NotFoundError(f"there is no profile {ref}", hint="`egnatia dna profiles` lists them.")
        if grant.dna and kinds[ref] not in grant.dna.asked_with:
            raise RefusedError(
                RefusalReason.PROFILE_KIND_NOT_GRANTED, f"{ref} is of kind {kinds[ref]}, which {grant.id} does not send"
            )


def _check_not_split(tx: Transaction, grant: Grant, profiles: int, now: datetime) -> None:
    """Several batches under one grant count together, as long as they are not asked and for a day after they were proposed."""
    undone = dna_batch.c.state.in_((*_UNDECIDED, BatchState.APPROVED)) | (dna_batch.c.proposed_at > now - DAY)
    query = select(func.count()).select_from(
        dna_batch_item.join(dna_batch, dna_batch.c.id == dna_batch_item.c.batch_id)
    )
    mine = query.where(dna_batch.c.grant_id == grant.id, dna_batch.c.state != BatchState.REFUSED, undone)
    begun, most = int(tx.execute(mine).scalar_one()), grant.dna.batch_max if grant.dna else 0
    if begun + profiles > most:
        raise RefusedError(
            RefusalReason.QUOTA_EXCEEDED,
            f"{begun} profiles are in batches under {grant.id} already, and it allows {most} in one",
            hint="Propose the next one when they were asked, a day later at the earliest.",
        )


_ONE_BY_ONE = "Ask about profiles one by one: `egnatia dna ask`."


def approve(tx: Transaction, officer: Officer, batch_id: str, now: datetime) -> BatchState:
    """Approve a batch: the first of two, or the second, after which it is asked.

    Raises:
        ForbiddenError: the officer may not, proposed it, approved it already, or has an account only since then.
        NotFoundError: there is none.
        ConflictError: it waits for no approval.
    """
    authorise(officer, Action.APPROVE_BATCH)
    row = _get(tx, batch_id)
    if row.state not in _UNDECIDED:
        raise ConflictError(f"this batch is {row.state.replace('_', ' ')} already")
    require_other(officer, OfficerId(row.proposed_by))
    require_older(tx, officer, row.proposed_at)
    first = row.first_by is None
    if not first:
        require_other(officer, OfficerId(row.first_by))
    state = BatchState.HALF_APPROVED if first else BatchState.APPROVED
    said = {"first_by": officer.id, "first_at": now} if first else {"second_by": officer.id, "second_at": now}
    tx.execute(update(dna_batch).where(dna_batch.c.id == batch_id).values(state=state, **said))
    enter(tx, EventKind.DNA_BATCH_APPROVED, row, officer, (_NOUN, "", {"state": state}), now)
    return state


def refuse(tx: Transaction, officer: Officer, batch_id: str, why: str, now: datetime) -> None:
    """Stop a batch, as long as something of it is not asked: what is left of it is never asked.

    Raises:
        ForbiddenError, InputError, NotFoundError: as the names say.
        ConflictError: it was asked or refused already.
    """
    authorise(officer, Action.APPROVE_BATCH)
    reason = check_text("reason", why, MIN_JUSTIFICATION)
    row = _get(tx, batch_id)
    if row.state not in (*_UNDECIDED, BatchState.APPROVED):
        raise ConflictError(f"this batch was {row.state} already")
    changed = {"state": BatchState.REFUSED, "sealed_id": reword(tx, row, SEALED_KIND, {"refused": reason}, now)}
    tx.execute(update(dna_batch).where(dna_batch.c.id == batch_id).values(changed))
    left = (dna_batch_item.c.batch_id == batch_id) & _WAITING
    tx.execute(update(dna_batch_item).where(left).values(refusal=RefusalReason.DECLINED_BY_OFFICER))
    enter(tx, EventKind.DNA_BATCH_REFUSED, row, officer, (_NOUN, reason, {"was": row.state}), now)


_WAITING = dna_batch_item.c.enquiry_id.is_(None) & dna_batch_item.c.refusal.is_(None)


def has_waiting(tx: Transaction) -> bool:
    """Whether something that was approved is not asked yet."""
    approved = select(dna_batch.c.id).where(dna_batch.c.state == BatchState.APPROVED)
    return tx.execute(approved.limit(1)).first() is not None


def ask_approved(tx: Transaction, desk: Desk, now: datetime, most: int = AT_ONCE) -> int:
    """Ask the next profiles of approved batches, in the name of who proposed them.

    What a grant's quota of the day has no room for waits for the next day; what cannot be asked for another reason gets
    that reason and is not tried again.

    Returns:
        How many profiles were dealt with; 0 when nothing waits that may be asked today.
    """
    done = 0
    approved = dna_batch.select().where(dna_batch.c.state == BatchState.APPROVED)
    for row in tx.execute(approved.order_by(dna_batch.c.second_at, dna_batch.c.id)).all():
        done += _go_on(tx, desk, row, now, most - done)
    return done


def _go_on(tx: Transaction, desk: Desk, row: Row[Any], now: datetime, most: int) -> int:
    """Ask about the next profiles of one batch, as many as the day has room for."""
    terms, done = terms_of(tx, row), 0
    left = select(dna_batch_item.c.ref).where(dna_batch_item.c.batch_id == row.id, _WAITING)
    for ref in tx.execute(left.order_by(dna_batch_item.c.ref).limit(most)).scalars().all():
        if not has_room(tx, desk, terms, now):
            break
        said = _ask(tx, desk, OfficerId(row.proposed_by), draft_of(terms, ref, batch_id=row.id), now)
        mine = (dna_batch_item.c.batch_id == row.id) & (dna_batch_item.c.ref == ref)
        tx.execute(update(dna_batch_item).where(mine).values(said))
        done += 1
    if tx.execute(left.limit(1)).first() is None:
        tx.execute(update(dna_batch).where(dna_batch.c.id == row.id).values(state=BatchState.ASKED))
    return done


def _ask(tx: Transaction, desk: Desk, officer_id: OfficerId, draft: DnaDraft, now: datetime) -> dict[str, Any]:
    """Ask about one profile; what became of it, for its row."""
    try:
        with tx.savepoint():
            sent = ask_dna(tx, desk, present_officer(tx, officer_id), draft, now)
    except RefusedError as refusal:
        return {"refusal": refusal.reason}
    except (ForbiddenError, NotFoundError, ErasedError, InputError):  # no such profile or partner, or no such officer
        return {"refusal": RefusalReason.CONDITIONS_NOT_MET}
    return {"enquiry_id": sent.id, "refusal": sent.asks[0].refusal}


def batches(tx: Transaction) -> list[Batch]:
    """Every batch, the latest first."""
    items = dna_batch_item.c
    counts = (
        select(
            items.batch_id,
            func.count().label("profiles"),
            func.count(items.refusal).label("refused"),
            func.count(items.enquiry_id).filter(items.refusal.is_(None)).label("asked"),
        )
        .group_by(items.batch_id)
        .subquery()
    )
    query = select(dna_batch, counts.c.profiles, counts.c.refused, counts.c.asked).join(
        counts, counts.c.batch_id == dna_batch.c.id
    )
    return [_made(row) for row in tx.execute(query.order_by(dna_batch.c.proposed_at.desc(), dna_batch.c.id))]


def refusals(tx: Transaction, batch_id: str) -> dict[str, RefusalReason]:
    """The profiles of a batch that were not asked about, with the reason of each.

    Raises:
        NotFoundError: there is no such batch.
    """
    _get(tx, batch_id)
    items = dna_batch_item.c
    query = select(items.ref, items.refusal).where(items.batch_id == batch_id, items.refusal.is_not(None))
    return {row.ref: RefusalReason(row.refusal) for row in tx.execute(query.order_by(items.ref))}


def _get(tx: Transaction, batch_id: str) -> Row[Any]:
    row = tx.execute(dna_batch.select().where(dna_batch.c.id == batch_id)).one_or_none()
    if row is None:
        raise NotFoundError(f"there is no batch {batch_id}", hint="`egnatia dna batch list` lists them.")
    return row


def _made(row: Row[Any]) -> Batch:
    return Batch(
        id=row.id,
        case_ref=row.case_ref,
        grant_id=GrantId(row.grant_id),
        partner=PartnerCode(row.partner),
        purpose=Purpose(row.purpose),
        offence=Offence(row.offence),
        state=BatchState(row.state),
        proposed_by=OfficerId(row.proposed_by),
        proposed_at=row.proposed_at,
        first_by=OfficerId(row.first_by) if row.first_by else None,
        second_by=OfficerId(row.second_by) if row.second_by else None,
        profiles=row.profiles,
        asked=row.asked,
        refused=row.refused,
    )
