"""What this node remembers of each partner's log: the largest checkpoint it cosigned, audits, and any alarm."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from egnatia.ledger.log import Act, append
from egnatia.model.events import EventKind
from egnatia.model.ids import PartnerCode
from egnatia.store.database import Transaction
from egnatia.store.tables import witnessed_log

WITNESS_ACTOR = "witness"
"""Who acts in an alarm's entry: this part of the node, no officer."""
_MAX_ALARM = 300


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


def raise_alarm(tx: Transaction, known: WitnessedLog, reason: str, now: datetime, evidence: bytes = b"") -> None:
    """Remember why a partner's log is not believed any more, and enter it into our own ledger.

    The same alarm twice makes one entry, so that a partner cannot fill our ledger by repeating itself.

    Args:
        tx: a write transaction.
        known: the log as it was believed until now.
        reason: what does not fit, in words.
        now: when it was found.
        evidence: the signed checkpoint that contradicts the one cosigned, when there is one.
    """
    text = reason[:_MAX_ALARM]
    if known.alarm == text:
        return
    tx.execute(update(witnessed_log).where(witnessed_log.c.partner == known.partner).values(alarm=text))
    act = Act(
        event=EventKind.WITNESS_ALARM,
        at=now,
        actor=WITNESS_ACTOR,
        object_ref=f"log:{known.partner}",
        partner=known.partner,
        content={"reason": text, "cosigned": known.note.decode(), "contradicting": evidence.decode()},
    )
    append(tx, act)


def clear_alarm(tx: Transaction, partner: PartnerCode) -> None:
    """Believe a partner's log again: a person decided so, and whoever calls this writes the entry for it."""
    tx.execute(update(witnessed_log).where(witnessed_log.c.partner == partner).values(alarm=None))
