"""Open traces of ours that a partner matched are marked (Regulation (EU) 2024/982 art. 9(4)): who works on one sees it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from egnatia.ledger import Act, append
from egnatia.model.events import EventKind
from egnatia.model.ids import PartnerCode
from egnatia.store.database import Transaction
from egnatia.store.tables import dna_mark


@dataclass(frozen=True, slots=True)
class Mark:
    """A partner's profile agreed with this trace when the partner asked."""

    ref: str
    partner: PartnerCode
    at: datetime


def mark(tx: Transaction, refs: Sequence[str], partner: PartnerCode, now: datetime) -> int:
    """Mark traces that were returned to a partner, each once for each partner; part of answering it.

    Returns:
        How many were marked for the first time; they make an entry together.
    """
    query = select(dna_mark.c.ref).where(dna_mark.c.partner == partner, dna_mark.c.ref.in_(refs))
    fresh = sorted({*refs} - {*tx.execute(query).scalars()})
    if fresh:
        tx.execute(dna_mark.insert(), [{"ref": ref, "partner": partner, "at": now} for ref in fresh])
        content = {"traces": list(fresh)}
        append(tx, Act(EventKind.DNA_MARKED, now, "node", "dna_traces", partner=partner, content=content))
    return len(fresh)


def marks(tx: Transaction, ref: str | None = None) -> list[Mark]:
    """Every mark, or those of one trace, the latest first."""
    query = dna_mark.select().order_by(dna_mark.c.at.desc(), dna_mark.c.ref, dna_mark.c.partner)
    if ref is not None:
        query = query.where(dna_mark.c.ref == ref)
    return [Mark(row.ref, PartnerCode(row.partner), row.at) for row in tx.execute(query)]
