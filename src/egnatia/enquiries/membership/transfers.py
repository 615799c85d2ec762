"""On what each disclosure across a border stands: a record for every one, computed from the ledger (MEM-08).

Every disclosure has its entry already, in the transaction of the act. A record of transfers that is kept beside it could
lack one; one that is computed from it cannot. What the entry does not say is the legal basis: it is the binding agreement
of the grant under which the disclosure was made, as the register of that day has it, unless the node has written down
another for that partner.
"""

import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from egnatia.accounts import authorise
from egnatia.agreements import parse_register
from egnatia.agreements.force import BINDING
from egnatia.enquiries.desk import MIN_JUSTIFICATION, check_text
from egnatia.ledger import Act, append
from egnatia.ledger.leaf import Leaf, parse_leaf
from egnatia.model.agreements import Register
from egnatia.model.events import OPERATIONS, EventKind
from egnatia.model.ids import GrantId, PartnerCode
from egnatia.model.officers import Action, Officer
from egnatia.model.states import Operation, ReplyResult, TransferBasis
from egnatia.store.database import Transaction
from egnatia.store.tables import agreement_register, answered_enquiry, ledger_entry, transfer_basis

_KINDS = sorted(kind.value for kind, operation in OPERATIONS.items() if operation is Operation.DISCLOSURE)
_ANSWERED = EventKind.ENQUIRY_ANSWERED.value
_ENQUIRY = "enquiry:"


@dataclass(frozen=True, slots=True)
class Transfer:
    """One disclosure to a partner.

    Attributes:
        entry: number of the ledger entry.
        at: when.
        recipient: to whom.
        description: what it was, as the kind of entry and the reference of what was disclosed.
        basis: on what it stands; none when nothing binding was found, which a person has to look at.
        justification: the same in words.
    """

    entry: int
    at: datetime
    recipient: PartnerCode
    description: str
    basis: TransferBasis | None
    justification: str


@dataclass(frozen=True, slots=True)
class _Bases:
    """What a disclosure can stand on: registers by the day they came, and the node's own words for partners."""

    days: list[datetime]
    registers: list[Register]
    own: dict[PartnerCode, list[tuple[datetime, TransferBasis, str]]]


def transfers(tx: Transaction) -> list[Transfer]:
    """The record of every disclosure to a partner, oldest first."""
    bases = _bases(tx)
    return [_transfer(bases, number, at, leaf) for number, at, leaf in _disclosures(tx) if leaf.partner is not None]


def _disclosures(tx: Transaction) -> Iterator[tuple[int, datetime, Leaf]]:
    """Entries that log a disclosure, and answers that returned a reference number."""
    hits = {
        f"{_ENQUIRY}{row.enquiry_id}": row.asker
        for row in tx.execute(
            select(answered_enquiry.c.asker, answered_enquiry.c.enquiry_id).where(
                answered_enquiry.c.result == ReplyResult.HIT
            )
        )
    }
    table = ledger_entry.c
    query = select(table.sequence, table.at, table.kind, table.entry).where(table.kind.in_([*_KINDS, _ANSWERED]))
    for row in tx.execute(query.order_by(table.sequence)).all():
        leaf = parse_leaf(row.entry)
        if row.kind != _ANSWERED or hits.get(leaf.object) == leaf.partner:
            yield row.sequence, row.at, leaf


def _bases(tx: Transaction) -> _Bases:
    rows = tx.execute(agreement_register.select().order_by(agreement_register.c.version)).all()
    own: dict[PartnerCode, list[tuple[datetime, TransferBasis, str]]] = {}
    for row in tx.execute(transfer_basis.select().order_by(transfer_basis.c.since)):
        own.setdefault(PartnerCode(row.partner), []).append((row.since, TransferBasis(row.basis), row.justification))
    return _Bases([row.imported_at for row in rows], [parse_register(row.content) for row in rows], own)


def _transfer(bases: _Bases, number: int, at: datetime, leaf: Leaf) -> Transfer:
    recipient = PartnerCode(leaf.partner or "")
    basis, words = _own_basis(bases, recipient, at) or _grant_basis(bases, leaf.grant, at)
    return Transfer(number, at, recipient, f"{leaf.kind} {leaf.object}", basis, words)


def _own_basis(bases: _Bases, recipient: PartnerCode, at: datetime) -> tuple[TransferBasis, str] | None:
    past = [(basis, words) for since, basis, words in bases.own.get(recipient, []) if since <= at]
    return past[-1] if past else None


def _grant_basis(bases: _Bases, grant_id: str | None, at: datetime) -> tuple[TransferBasis | None, str]:
    place = bisect.bisect_right(bases.days, at) - 1
    if grant_id is None or place < 0:
        return None, "the entry names no grant"
    register = bases.registers[place]
    for grant in register.grants:
        if grant.id == GrantId(grant_id):
            agreement = register.agreements[grant.agreement]
            if agreement.force in BINDING:
                return TransferBasis.BINDING_SAFEGUARDS, f"{agreement.title} ({agreement.id}), grant {grant.id}"
    return None, f"the register of that day has no binding agreement for the grant {grant_id}"


def record_basis(
    tx: Transaction, officer: Officer, partner: PartnerCode, basis: TransferBasis, why: str, now: datetime
) -> None:
    """Write down on what disclosures to a partner stand from now on, in place of the grant's agreement.

    Raises:
        ForbiddenError: only a supervisor may.
        InputError: no justification.
    """
    authorise(officer, Action.SIGN_MEMBERSHIP)
    words = check_text("justification", why, MIN_JUSTIFICATION)
    row = {"partner": partner, "basis": basis, "justification": words, "since": now, "by": officer.id}
    tx.execute(transfer_basis.insert(), row)
    content = {"basis": basis.value}
    act = Act(
        EventKind.TRANSFER_BASIS_RECORDED,
        now,
        officer.id,
        partner,
        partner=partner,
        justification=words,
        content=content,
    )
    append(tx, act)


def export_transfers(tx: Transaction, officer: Officer, why: str, now: datetime) -> list[Transfer]:
    """Every record, for the commissioner; that it was exported is an entry.

    Raises:
        ForbiddenError: the officer may not read the ledger.
        InputError: no reason.
    """
    authorise(officer, Action.READ_LEDGER)
    reason = check_text("reason", why, MIN_JUSTIFICATION)
    found = transfers(tx)
    content = {"records": len(found)}
    append(tx, Act(EventKind.TRANSFERS_EXPORTED, now, officer.id, "transfers", justification=reason, content=content))
    return found
