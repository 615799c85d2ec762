"""Suspending, reinstating and parting: one act each, and from its commit on nothing is asked or answered.

Each node decides for itself, without asking the others: waiting for agreement is how misuse goes on. The others get a
notice, and decide for themselves.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select

from egnatia.accounts import authorise
from egnatia.agreements.admission.standing import standings
from egnatia.enquiries.desk import MIN_JUSTIFICATION, Desk, check_text
from egnatia.enquiries.membership.admission_state import note_standing
from egnatia.enquiries.membership.exits import open_exit
from egnatia.enquiries.membership.pending import Closed, close_pending
from egnatia.enquiries.membership.signing import cards_of
from egnatia.enquiries.membership.telling import tell_standing
from egnatia.errors import ConflictError, InputError, NotFoundError
from egnatia.exchange.key_history import mark_revoked
from egnatia.ledger import Act, append
from egnatia.model.events import EventKind
from egnatia.model.ids import PartnerCode
from egnatia.model.officers import Action, Officer
from egnatia.model.states import PartnerStatus, RefusalReason
from egnatia.store.database import Transaction
from egnatia.store.tables import blind_tag, partner_card


def suspend(tx: Transaction, desk: Desk, officer: Officer, partner: PartnerCode, why: str, now: datetime) -> Closed:
    """Suspend a partner on this node: pending closed, permits refused, everybody told. `reinstate` takes it back.

    Raises:
        ForbiddenError: the officer may not.
        InputError: no reason, or this node itself.
        NotFoundError: no such partner is registered here.
        ConflictError: it is suspended or has left already.
    """
    authorise(officer, Action.SUSPEND_PARTNER)
    reason = check_text("reason", why, MIN_JUSTIFICATION)
    _check_partner(tx, desk, partner)
    if standings(tx).get(partner) in (PartnerStatus.SUSPENDED, PartnerStatus.WITHDRAWN):
        raise ConflictError(f"{partner} is suspended or has left already")
    note_standing(tx, partner, PartnerStatus.SUSPENDED, officer.id, now)
    closed = close_pending(tx, partner, RefusalReason.PARTNER_SUSPENDED, now)
    _enter(tx, officer, (EventKind.PARTNER_SUSPENDED, partner, reason, now), closed)
    _notify(tx, desk, partner, PartnerStatus.SUSPENDED, now)
    return closed


def reinstate(tx: Transaction, desk: Desk, officer: Officer, partner: PartnerCode, why: str, now: datetime) -> None:
    """Lift a suspension; what was closed by it stays closed and can be asked again.

    Raises:
        ForbiddenError, InputError, NotFoundError: as `suspend`.
        ConflictError: it is not suspended here.
    """
    authorise(officer, Action.SUSPEND_PARTNER)
    reason = check_text("reason", why, MIN_JUSTIFICATION)
    _check_partner(tx, desk, partner)
    if standings(tx).get(partner) is not PartnerStatus.SUSPENDED:
        raise ConflictError(f"{partner} is not suspended on this node")
    note_standing(tx, partner, PartnerStatus.MEMBER, officer.id, now)
    _enter(tx, officer, (EventKind.PARTNER_REINSTATED, partner, reason, now), None)
    _notify(tx, desk, partner, PartnerStatus.MEMBER, now)


def withdraw(tx: Transaction, desk: Desk, officer: Officer, partner: PartnerCode, why: str, now: datetime) -> Closed:
    """Part from a partner: pending closed, card taken out of the directory, every supplied item listed.

    From the commit on no message of the partner is believed. Its old signatures still verify, by the card that the exit
    keeps. What each side owes stands in the exit's obligations (`exits`).

    Raises:
        ForbiddenError, InputError, NotFoundError: as `suspend`.
        ConflictError: it has left already.
    """
    authorise(officer, Action.SUSPEND_PARTNER)
    reason = check_text("reason", why, MIN_JUSTIFICATION)
    if standings(tx).get(partner) is PartnerStatus.WITHDRAWN:
        raise ConflictError(f"{partner} has left already", hint="`egnatia partner exit` shows what is owed.")
    _check_partner(tx, desk, partner)
    note_standing(tx, partner, PartnerStatus.WITHDRAWN, officer.id, now)
    open_exit(tx, partner, officer.id, now)
    closed = close_pending(tx, partner, RefusalReason.PARTNER_WITHDRAWN, now)
    _enter(tx, officer, (EventKind.PARTNER_WITHDRAWN, partner, reason, now), closed)
    mark_revoked(tx, partner, now)
    tx.execute(partner_card.delete().where(partner_card.c.code == partner))
    tx.execute(blind_tag.delete().where(blind_tag.c.partner == partner))
    _notify(tx, desk, partner, PartnerStatus.WITHDRAWN, now)
    return closed


def _check_partner(tx: Transaction, desk: Desk, partner: PartnerCode) -> None:
    if partner == desk.code:
        raise InputError("a node does not suspend or leave itself", hint="Name the partner that this node parts from.")
    if tx.execute(select(partner_card.c.code).where(partner_card.c.code == partner)).first() is None:
        raise NotFoundError(f"{partner} is not a registered partner of this node")


def _enter(
    tx: Transaction, officer: Officer, what: tuple[EventKind, PartnerCode, str, datetime], closed: Closed | None
) -> None:
    event, partner, reason, now = what
    act = Act(event, now, officer.id, partner, partner=partner, justification=reason)
    append(tx, act if closed is None else replace(act, content=closed.facts()))


def _notify(tx: Transaction, desk: Desk, about: PartnerCode, standing: PartnerStatus, now: datetime) -> None:
    """Tell every partner that can be told; the partner itself too, unless its card was taken out."""
    tell_standing(tx, desk, about, standing, sorted(cards_of(tx)), now)
