"""What is owed after a partner left: every item that was supplied or received, with one action each (MEM-07).

The list is computed from what the node recorded, not from anybody's memory. The names of items are the same at both
ends (the follow-up's or the enquiry's id, which both know), so a certificate of one side settles an item of the other.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, select, update

from egnatia.accounts import authorise
from egnatia.agreements.admission import load_checklist
from egnatia.enquiries.desk import MIN_JUSTIFICATION, Desk, check_text
from egnatia.enquiries.followups import IN, OUT
from egnatia.enquiries.membership.certificates import Certificate, read_certificate, write_certificate
from egnatia.enquiries.membership.exit_items import RECEIVED, SUPPLIED, erase_item, more_items
from egnatia.errors import ConflictError, InputError, NotFoundError
from egnatia.exchange.card import read_card
from egnatia.ledger import Act, append
from egnatia.model.events import EventKind
from egnatia.model.ids import PartnerCode, SealedId
from egnatia.model.officers import Action, Officer
from egnatia.model.states import ExitAction, ReplyResult
from egnatia.store.database import Transaction
from egnatia.store.tables import (
    answered_enquiry,
    candidate,
    exit_obligation,
    follow_up,
    partner_card,
    partner_exit,
    release,
)

CORE_DATA, FACTS, REFERENCE = "core_data", "facts", "reference"
ERASED_REF = "ERASED"
"""Stands where a partner's reference number stood."""


@dataclass(frozen=True, slots=True)
class Obligation:
    """One item of an exit and what became of it."""

    id: str
    partner: PartnerCode
    direction: str
    kind: str
    item: str
    due: datetime
    action: ExitAction | None
    basis: str | None
    done_at: datetime | None

    def is_late(self, now: datetime) -> bool:
        """Whether it should have been settled by now."""
        return self.done_at is None and now > self.due


@dataclass(frozen=True, slots=True)
class Settlement:
    """What an officer says becomes of an item.

    Attributes:
        action: return, erase or keep.
        basis: the legal basis of keeping, or the reference under which it went back; a sentence.
        certificate: the partner's signed certificate; needed where the partner acted on what we supplied.
    """

    action: ExitAction
    basis: str = ""
    certificate: bytes | None = None


def open_exit(tx: Transaction, partner: PartnerCode, by: str, now: datetime) -> str:
    """Record an exit with its obligations, before anything is closed, and keep the last card: old signatures verify by it."""
    card = tx.execute(select(partner_card.c.content).where(partner_card.c.code == partner)).scalar()
    exit_id = tx.new_id()
    tx.execute(partner_exit.insert(), {"id": exit_id, "partner": partner, "since": now, "card": card, "by": by})
    due = now + timedelta(days=load_checklist().exit_days)
    rows = [
        {"id": tx.new_id(), "exit_id": exit_id, "direction": direction, "kind": kind, "item": item, "due": due}
        for direction, kind, item in _items(tx, partner)
    ]
    if rows:
        tx.execute(exit_obligation.insert(), rows)
    return exit_id


def _items(tx: Transaction, partner: PartnerCode) -> list[tuple[str, str, str]]:
    """Everything that went from one to the other and is kept: direction, kind, and the name both ends know."""
    found: list[tuple[str, str, str]] = []
    for direction, asked in ((RECEIVED, OUT), (SUPPLIED, IN)):
        mine = (follow_up.c.partner == partner) & (follow_up.c.direction == asked)
        arrived = release.c.received_at.is_not(None) if asked == OUT else release.c.approved_at.is_not(None)
        query = select(follow_up.c.id).join(release, release.c.follow_up_id == follow_up.c.id).where(mine, arrived)
        found += [(direction, CORE_DATA, f"follow_up:{each}") for each in _once(tx, query)]
        facts = (follow_up.c.partner == partner) & (follow_up.c.direction != asked)
        found += [(direction, FACTS, f"follow_up:{each}") for each in _once(tx, select(follow_up.c.id).where(facts))]
    theirs = select(candidate.c.enquiry_id).where(candidate.c.partner == partner, candidate.c.ref != ERASED_REF)
    found += [(RECEIVED, REFERENCE, f"enquiry:{each}") for each in _once(tx, theirs)]
    hits = (answered_enquiry.c.asker == partner) & (answered_enquiry.c.result == ReplyResult.HIT)
    ours = select(answered_enquiry.c.enquiry_id).where(hits)
    found += [(SUPPLIED, REFERENCE, f"enquiry:{each}") for each in _once(tx, ours)]
    return found + more_items(tx, partner)


def _once(tx: Transaction, query: Any) -> list[str]:
    return sorted(set(tx.execute(query).scalars()))


def obligations(tx: Transaction, partner: PartnerCode | None = None) -> list[Obligation]:
    """The obligations of every exit, or of one partner's: open ones first, the earliest due at the top."""
    query = select(exit_obligation, partner_exit.c.partner).join(
        partner_exit, partner_exit.c.id == exit_obligation.c.exit_id
    )
    if partner is not None:
        query = query.where(partner_exit.c.partner == partner)
    table = exit_obligation.c
    ordered = query.order_by(table.done_at.is_not(None), table.due, table.direction, table.kind, table.item)
    return [_made(row) for row in tx.execute(ordered)]


def _made(row: Row[Any]) -> Obligation:
    action = ExitAction(row.action) if row.action else None
    return Obligation(
        row.id, PartnerCode(row.partner), row.direction, row.kind, row.item, row.due, action, row.basis, row.done_at
    )


def settle(tx: Transaction, desk: Desk, officer: Officer, obligation_id: str, what: Settlement, now: datetime) -> bytes:
    """Settle one item, for good. What we received is erased here and now when that is the action.

    Returns:
        The signed certificate: ours for what we received, the partner's for what we supplied.

    Raises:
        ForbiddenError: only a supervisor settles.
        NotFoundError: no such item.
        ConflictError: it is settled already.
        InputError: keeping or returning without saying on what basis, or a certificate that is missing or wrong.
    """
    authorise(officer, Action.ERASE_RECORD)
    row, owed = _open(tx, obligation_id)
    basis = what.basis.strip()
    if what.action is not ExitAction.ERASE or basis:
        basis = check_text("basis", basis, MIN_JUSTIFICATION)
    said = Certificate(desk.code, owed.partner, owed.kind, owed.item, what.action, now)
    if owed.direction == SUPPLIED:
        certificate = _theirs(row.card, owed, what, now)
    else:
        certificate = write_certificate(desk.keys, said)
        if what.action is ExitAction.ERASE:
            _erase(tx, owed)
    values = {"action": what.action, "basis": basis or None, "done_at": now, "done_by": officer.id}
    mine = exit_obligation.c.id == obligation_id
    tx.execute(update(exit_obligation).where(mine).values(**values, certificate=certificate))
    erased = owed.direction == RECEIVED and what.action is ExitAction.ERASE
    event = EventKind.RECORD_ERASED if erased else EventKind.OBLIGATION_SETTLED
    facts = {"kind": owed.kind, "direction": owed.direction, "action": what.action.value}
    append(tx, Act(event, now, officer.id, owed.item, partner=owed.partner, justification=basis, content=facts))
    return certificate


def _open(tx: Transaction, obligation_id: str) -> tuple[Row[Any], Obligation]:
    query = select(exit_obligation, partner_exit.c.partner, partner_exit.c.card).join(
        partner_exit, partner_exit.c.id == exit_obligation.c.exit_id
    )
    row = tx.execute(query.where(exit_obligation.c.id == obligation_id)).one_or_none()
    if row is None:
        raise NotFoundError(f"there is no obligation {obligation_id}", hint="`egnatia partner exit` lists them.")
    if row.done_at is not None:
        raise ConflictError("this item was settled before", hint="Each item gets one action.")
    return row, _made(row)


def _theirs(card: bytes, owed: Obligation, what: Settlement, now: datetime) -> bytes:
    """The partner's certificate for what we supplied, verified by its last card."""
    if what.certificate is None:
        raise InputError(
            f"{owed.partner} has to certify what became of this item",
            hint="Give the file that `egnatia partner settle` wrote at its node with --certificate.",
        )
    said = read_certificate(what.certificate, read_card(card))
    if (said.kind, said.item, said.action) != (owed.kind, owed.item, what.action) or said.at > now + timedelta(days=1):
        raise InputError(f"the certificate is about {said.kind} {said.item}: {said.action.value}")
    return what.certificate


def _erase(tx: Transaction, owed: Obligation) -> None:
    """Erase the content of what we received; the rows stay, so that what was done with it can be accounted for."""
    _, _, name = owed.item.partition(":")
    if owed.kind == REFERENCE:
        mine = (candidate.c.enquiry_id == name) & (candidate.c.partner == owed.partner)
        tx.execute(update(candidate).where(mine).values(ref=ERASED_REF, evidence="[]"))
        return
    if owed.kind not in (CORE_DATA, FACTS):
        erase_item(tx, owed.partner, owed.kind, name)
        return
    column = release.c.sealed_id if owed.kind == CORE_DATA else follow_up.c.sealed_id
    where = release.c.follow_up_id == name if owed.kind == CORE_DATA else follow_up.c.id == name
    for sealed_id in tx.execute(select(column).where(where)).scalars().all():
        tx.erase(SealedId(sealed_id))
