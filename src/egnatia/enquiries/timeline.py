"""One case on one time axis, exchange steps included (who did what, when, with which partner)."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from egnatia.enquiries.followups import OUT
from egnatia.model.events import EventKind
from egnatia.store.database import Transaction
from egnatia.store.tables import ask, blind_enquiry, candidate, enquiry, follow_up, inspection, ledger_entry, outcome

_THEIRS = (EventKind.ENQUIRY_ANSWERED, EventKind.FOLLOW_UP_RECEIVED)
"""Entries about partners' own questions: the partner chooses their ids, so they are never steps of a case of ours."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a case, as the ledger has it.

    Attributes:
        at: when.
        event: what happened.
        actor: officer reference, or `node`.
        partner: the other side, if there is one.
        object_ref: the record it concerns, such as `enquiry:…`.
        sequence: its number in the ledger.
    """

    at: datetime
    event: EventKind
    actor: str
    partner: str | None
    object_ref: str
    sequence: int


def case_timeline(tx: Transaction, case_ref: str) -> list[Step]:
    """Every ledger entry of the case's own records, oldest first; empty when there is no such case."""
    refs = _records(tx, case_ref)
    if not refs:
        return []
    own = ledger_entry.c.object_ref.in_(refs) & ledger_entry.c.kind.not_in(_THEIRS)
    rows = tx.execute(select(ledger_entry).where(own).order_by(ledger_entry.c.sequence))
    return [_step(row) for row in rows]


def cases(tx: Transaction) -> list[str]:
    """Case references known on this node, in order."""
    found: set[str] = set()
    for table in (enquiry, blind_enquiry, inspection, outcome):
        found.update(tx.execute(select(table.c.case_ref)).scalars())
    return sorted(found)


def _records(tx: Transaction, case_ref: str) -> list[str]:
    enquiry_ids = list(tx.execute(select(enquiry.c.id).where(enquiry.c.case_ref == case_ref)).scalars())
    candidates = tx.execute(select(candidate.c.id).where(candidate.c.enquiry_id.in_(enquiry_ids))).scalars()
    asked = tx.execute(select(ask.c.message_id).where(ask.c.enquiry_id.in_(enquiry_ids))).scalars()
    followed = tx.execute(
        select(follow_up.c.id, follow_up.c.message_id).where(
            follow_up.c.enquiry_id.in_(enquiry_ids), follow_up.c.direction == OUT
        )
    ).all()
    outcomes = tx.execute(select(outcome.c.id).where(outcome.c.case_ref == case_ref)).scalars()
    inspections = tx.execute(select(inspection.c.id).where(inspection.c.case_ref == case_ref)).scalars()
    return [
        *(f"enquiry:{each}" for each in enquiry_ids),
        *(f"candidate:{each}" for each in candidates),
        *(f"follow_up:{row.id}" for row in followed),
        # Under its message's id the exchange enters that a question could not be delivered.
        *(each for each in (*asked, *(row.message_id for row in followed)) if each),
        *_blind(tx, case_ref),
        *(f"outcome:{each}" for each in outcomes),
        *(f"inspection:{each}" for each in inspections),
    ]


def _blind(tx: Transaction, case_ref: str) -> list[str]:
    """Blind questions of the case: entered by their commitment, and by themselves where they were not asked."""
    columns = blind_enquiry.c
    query = select(columns.id, columns.commitment, columns.message_id).where(columns.case_ref == case_ref)
    found: list[str] = []
    for row in tx.execute(query):
        found += [f"blind:{row.commitment}", row.message_id] if row.commitment else [f"blind_enquiry:{row.id}"]
    return found


def _step(row: Row[Any]) -> Step:
    entry = json.loads(row.entry)
    return Step(row.at, EventKind(row.kind), entry["actor"], entry["partner"], row.object_ref, row.sequence)
