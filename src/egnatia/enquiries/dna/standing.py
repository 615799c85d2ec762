"""Standing comparisons: every profile that comes in is asked about under a grant that says so, until somebody ends it.

Regulation (EU) 2024/982 art. 6(2): after the first comparison of everything, each new profile is compared with what the
others hold. It is done only where a grant allows it by name, on the order of two people, and each question is an enquiry of
its own with elimination, rows and entries like any other. The order looks at changes in their sequence, so a node that
was down, or whose quota was used up, goes on where it stopped.
"""

import contextlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select, update

from egnatia.accounts import authorise, present_officer, require_other
from egnatia.enquiries.desk import MIN_JUSTIFICATION, Desk, check_text
from egnatia.enquiries.dna.asking import DnaDraft, ask_dna
from egnatia.enquiries.dna.terms import (
    Terms,
    checked_terms,
    columns,
    draft_of,
    enter,
    granted,
    has_room,
    require_older,
    reword,
    sealed_words,
    terms_of,
)
from egnatia.errors import ConflictError, ErasedError, ForbiddenError, InputError, NotFoundError, RefusedError
from egnatia.model.events import EventKind
from egnatia.model.ids import GrantId, OfficerId, PartnerCode
from egnatia.model.officers import Action, Officer
from egnatia.model.states import Offence, Purpose, RefusalReason
from egnatia.store.database import Transaction
from egnatia.store.tables import dna_change, dna_profile, dna_search, dna_standing, enquiry, sealed_record

AT_ONCE = 50
"""Changes looked at in one transaction, as many as a batch asks at once."""
SEALED_KIND = "dna_standing"


@dataclass(frozen=True, slots=True)
class Standing:
    """One standing order.

    Attributes:
        waiting: changes that it has not looked at yet.
    """

    id: str
    case_ref: str
    grant_id: GrantId
    partner: PartnerCode
    purpose: Purpose
    offence: Offence
    opened_by: OfficerId
    opened_at: datetime
    approved_by: OfficerId | None
    ended_at: datetime | None
    waiting: int


def open_standing(tx: Transaction, desk: Desk, officer: Officer, terms: Terms, now: datetime) -> str:
    """Write a standing order; profiles that come from now on are compared once another person has approved it.

    Returns:
        Its id.

    Raises:
        ForbiddenError, InputError: as the names say.
        RefusedError: no grant allows it, or not by itself.
        ConflictError: there is one under this grant already.
    """
    grant = checked_terms(tx, desk, officer, terms, now)
    if grant.dna is None or not grant.dna.automatic:
        raise RefusedError(
            RefusalReason.SUBJECT_NOT_GRANTED,
            f"{grant.id} does not let new profiles be compared by themselves",
            hint="Ask about each of them, or propose a batch.",
        )
    open_one = (dna_standing.c.grant_id == grant.id) & dna_standing.c.ended_at.is_(None)
    if tx.execute(select(dna_standing.c.id).where(open_one)).first() is not None:
        raise ConflictError(f"there is a standing order under {grant.id} already", hint="End it before another one.")
    standing_id, why = tx.new_id(), terms.justification.strip()
    sealed = tx.seal(sealed_words(terms), kind=SEALED_KIND, at=now)
    row = columns(terms, grant) | {"id": standing_id, "opened_by": officer.id, "opened_at": now}
    tx.execute(dna_standing.insert(), {**row, "up_to": _newest(tx), "sealed_id": sealed.id})
    _enter(tx, EventKind.DNA_STANDING_OPENED, _get(tx, standing_id), officer, why, now)
    return standing_id


def approve_standing(tx: Transaction, officer: Officer, standing_id: str, now: datetime) -> None:
    """Approve a standing order as the second person: it begins.

    Raises:
        ForbiddenError: the officer may not, wrote it, or has an account only since then.
        NotFoundError: there is none.
        ConflictError: it was approved or ended before.
    """
    authorise(officer, Action.APPROVE_BATCH)
    row = _get(tx, standing_id)
    if row.approved_at is not None or row.ended_at is not None:
        raise ConflictError("this order was ended before" if row.ended_at else "this order was approved before")
    require_other(officer, OfficerId(row.opened_by))
    require_older(tx, officer, row.opened_at)
    approved = {"approved_by": officer.id, "approved_at": now}
    tx.execute(update(dna_standing).where(dna_standing.c.id == standing_id).values(approved))
    _enter(tx, EventKind.DNA_STANDING_APPROVED, row, officer, "", now)


def end_standing(tx: Transaction, officer: Officer, standing_id: str, why: str, now: datetime) -> None:
    """End a standing order. One person is enough: it only stops something.

    Raises:
        ForbiddenError, InputError, NotFoundError: as the names say.
        ConflictError: it was ended before.
    """
    authorise(officer, Action.APPROVE_BATCH)
    reason = check_text("reason", why, MIN_JUSTIFICATION)
    row = _get(tx, standing_id)
    if row.ended_at is not None:
        raise ConflictError("this order was ended before")
    ended = {"ended_by": officer.id, "ended_at": now, "sealed_id": reword(tx, row, SEALED_KIND, {"ended": reason}, now)}
    tx.execute(update(dna_standing).where(dna_standing.c.id == standing_id).values(ended))
    _enter(tx, EventKind.DNA_STANDING_ENDED, row, officer, reason, now)


_BEGUN = dna_standing.c.approved_at.is_not(None) & dna_standing.c.ended_at.is_(None)


def has_new(tx: Transaction) -> bool:
    """Whether a standing order has changes to look at."""
    behind = select(dna_standing.c.id).where(_BEGUN, dna_standing.c.up_to < _newest(tx))
    return tx.execute(behind.limit(1)).first() is not None


def compare_new(tx: Transaction, desk: Desk, now: datetime, most: int = AT_ONCE) -> int:
    """Ask about what came since, order by order, in the name of who wrote each.

    Returns:
        How many changes were looked at; 0 when there are none, or none that may be asked about today.
    """
    rows = tx.execute(dna_standing.select().where(_BEGUN).order_by(dna_standing.c.approved_at, dna_standing.c.id)).all()
    return sum(_go_on(tx, desk, row, now, most) for row in rows)


def _go_on(tx: Transaction, desk: Desk, row: Row[Any], now: datetime, most: int) -> int:
    """One order. It waits while its grant does not hold, its officer may not ask, or the day's quota is used up."""
    terms = terms_of(tx, row)
    try:
        grant, officer = granted(tx, desk, terms, now), present_officer(tx, OfficerId(row.opened_by))
        authorise(officer, Action.ASK_DNA)
    except (RefusedError, ForbiddenError):
        return 0
    kinds = grant.dna.asked_with if grant.dna else ()
    changes = dna_change.select().where(dna_change.c.seq > row.up_to).order_by(dna_change.c.seq).limit(most)
    done, up_to = 0, row.up_to
    for change in tx.execute(changes).all():
        if not change.gone and _is_new(tx, row, change.ref, kinds):
            if not has_room(tx, desk, terms, now):
                break
            _ask(tx, desk, officer, draft_of(terms, change.ref, standing_id=row.id), now)
        done, up_to = done + 1, change.seq
    if done:
        tx.execute(update(dna_standing).where(dna_standing.c.id == row.id).values(up_to=up_to))
    return done


def _is_new(tx: Transaction, row: Row[Any], ref: str, kinds: tuple[str, ...]) -> bool:
    """Whether a profile has loci that came since the order was written and that it has not asked about.

    That a profile was linked to a case is a change too, and none of its loci.
    """
    query = select(dna_profile.c.kind, sealed_record.c.created_at).join(
        sealed_record, sealed_record.c.id == dna_profile.c.sealed_id
    )
    found = tx.execute(query.where(dna_profile.c.ref == ref)).one_or_none()
    if found is None or found.kind not in kinds:
        return False
    mine = (dna_search.c.standing_id == row.id) & (dna_search.c.ref == ref)
    asked = select(func.max(enquiry.c.created_at)).join(dna_search, dna_search.c.enquiry_id == enquiry.c.id)
    last = tx.execute(asked.where(mine)).scalar_one_or_none()
    return bool(found.created_at >= row.opened_at if last is None else found.created_at > last)


def _ask(tx: Transaction, desk: Desk, officer: Officer, draft: DnaDraft, now: datetime) -> None:
    """One question. What cannot even be recorded as not asked, because the profile is gone, is passed over."""
    with contextlib.suppress(NotFoundError, ErasedError, InputError, RefusedError), tx.savepoint():
        ask_dna(tx, desk, officer, draft, now)


def standings(tx: Transaction) -> list[Standing]:
    """Every standing order, the latest first."""
    rows = tx.execute(dna_standing.select().order_by(dna_standing.c.opened_at.desc(), dna_standing.c.id))
    newest = _newest(tx)
    return [_made(row, 0 if row.ended_at else newest - row.up_to) for row in rows]


def _newest(tx: Transaction) -> int:
    return int(tx.execute(select(func.coalesce(func.max(dna_change.c.seq), 0))).scalar_one())


def _get(tx: Transaction, standing_id: str) -> Row[Any]:
    row = tx.execute(dna_standing.select().where(dna_standing.c.id == standing_id)).one_or_none()
    if row is None:
        raise NotFoundError(f"there is no standing order {standing_id}", hint="`egnatia dna standing list` lists them.")
    return row


def _enter(tx: Transaction, event: EventKind, row: Row[Any], officer: Officer, why: str, now: datetime) -> None:
    enter(tx, event, row, officer, ("dna_standing", why, {"case_ref": row.case_ref}), now)


def _made(row: Row[Any], waiting: int) -> Standing:
    return Standing(
        id=row.id,
        case_ref=row.case_ref,
        grant_id=GrantId(row.grant_id),
        partner=PartnerCode(row.partner),
        purpose=Purpose(row.purpose),
        offence=Offence(row.offence),
        opened_by=OfficerId(row.opened_by),
        opened_at=row.opened_at,
        approved_by=OfficerId(row.approved_by) if row.approved_by else None,
        ended_at=row.ended_at,
        waiting=waiting,
    )
