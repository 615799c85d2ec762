"""What this node remembers of each partner's log: the checkpoints it cosigned, audits, and any alarm (`alarms.py`)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update

from egnatia.model.ids import PartnerCode
from egnatia.store.database import Transaction
from egnatia.store.tables import witnessed_head, witnessed_log

KEPT_HEADS = 64
"""Checkpoints of each partner that are kept: two minutes of a busy one at a checkpoint every 2 s."""


@dataclass(frozen=True, slots=True)
class WitnessedLog:
    """A partner's log as this node knows it.

    Attributes:
        partner: whose log.
        origin: its name.
        size: entries at the checkpoint cosigned last.
        root: root there.
        note: that checkpoint as the partner signed it: the evidence.
        at: when it was cosigned.
        audited_size: up to where its leaves were checked last, 0 when never.
        audited_at: when.
        alarm: why the log is not believed any more.
    """

    partner: PartnerCode
    origin: str
    size: int
    root: bytes
    note: bytes
    at: datetime
    audited_size: int = 0
    audited_at: datetime | None = None
    alarm: str | None = None


def witnessed(tx: Transaction, partner: PartnerCode) -> WitnessedLog | None:
    """What is known of one partner's log; nothing when it was never cosigned."""
    row = tx.execute(select(witnessed_log).where(witnessed_log.c.partner == partner)).mappings().one_or_none()
    return None if row is None else WitnessedLog(**row)


def all_witnessed(tx: Transaction) -> list[WitnessedLog]:
    """What is known of every partner's log, by partner."""
    rows = tx.execute(select(witnessed_log).order_by(witnessed_log.c.partner)).mappings()
    return [WitnessedLog(**row) for row in rows]


def remember_witnessed(tx: Transaction, head: WitnessedLog, *, first: bool) -> None:
    """Store what was just cosigned as the newest, and among the heads that others' are compared with.

    Args:
        tx: a write transaction.
        head: the log at the checkpoint that was cosigned.
        first: whether nothing of this log was cosigned before.
    """
    values = {"origin": head.origin, "size": head.size, "root": head.root, "note": head.note, "at": head.at}
    if first:
        tx.execute(witnessed_log.insert(), {"partner": head.partner, "audited_size": 0, **values})
    else:
        tx.execute(update(witnessed_log).where(witnessed_log.c.partner == head.partner).values(values))
    keep_head(tx, head.partner, (head.size, head.root), head.note, head.at)


def keep_head(tx: Transaction, partner: PartnerCode, head: tuple[int, bytes], note: bytes, at: datetime) -> None:
    """Keep a checkpoint that is known to be of the cosigned history; the oldest beyond `KEPT_HEADS` go."""
    columns = witnessed_head.c
    size, root = head
    if tx.execute(select(columns.size).where(columns.partner == partner, columns.size == size)).first():
        return
    tx.execute(witnessed_head.insert(), {"partner": partner, "size": size, "root": root, "note": note, "at": at})
    newest = select(columns.size).where(columns.partner == partner).order_by(columns.size.desc())
    edge = tx.execute(newest.offset(KEPT_HEADS).limit(1)).scalar()
    if edge is not None:
        tx.execute(delete(witnessed_head).where(columns.partner == partner, columns.size <= edge))


def head_at(tx: Transaction, partner: PartnerCode, size: int) -> tuple[bytes, bytes] | None:
    """Root and note of a partner's checkpoint of this size, while it is kept."""
    columns = witnessed_head.c
    row = tx.execute(select(witnessed_head).where(columns.partner == partner, columns.size == size)).one_or_none()
    return None if row is None else (row.root, row.note)
