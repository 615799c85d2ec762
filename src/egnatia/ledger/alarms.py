"""Alarms about a partner's log: suspected or proven, at most one entry of each until a person believes it again.

A suspicion is what this node alone has seen: a proof that leads nowhere, leaves that do not give the cosigned root.
A proven alarm carries evidence that anybody can verify (`evidence.py`). However much a partner sends, its alarms make
two entries in our ledger at most, so nobody fills it from outside.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update

from egnatia.ledger.evidence import Evidence, told, write_evidence
from egnatia.ledger.log import Act, append
from egnatia.model.events import EventKind
from egnatia.model.ids import PartnerCode
from egnatia.store.database import Transaction
from egnatia.store.tables import witness_alarm, witnessed_log

WITNESS_ACTOR = "witness"
"""Who acts in an alarm's entry: this part of the node, no officer."""
SUSPECTED, PROVEN = "suspected", "proven"
_MAX_REASON = 300


@dataclass(frozen=True, slots=True)
class Alarm:
    """Why a partner's log is not believed.

    Attributes:
        partner: whose log.
        grade: `suspected` or `proven`.
        reason: in words.
        evidence: the line that an outsider verifies, with a proven alarm.
        told_by: who showed it to us, where we did not find it ourselves.
        at: since when.
    """

    partner: PartnerCode
    grade: str
    reason: str
    evidence: bytes | None
    told_by: PartnerCode | None
    at: datetime


def alarms(tx: Transaction) -> list[Alarm]:
    """Every standing alarm, by partner, the proven one first."""
    rows = tx.execute(select(witness_alarm).order_by(witness_alarm.c.partner, witness_alarm.c.grade)).mappings()
    return [Alarm(**row) for row in rows]


def suspect(tx: Transaction, partner: PartnerCode, reason: str, notes: tuple[bytes, bytes], now: datetime) -> bool:
    """Raise a suspicion unless an alarm stands already. Returns whether it is new.

    Args:
        tx: a write transaction.
        partner: whose log.
        reason: what does not fit, in words.
        notes: the checkpoint believed until now and, where there is one, the one that does not fit; for the entry.
        now: when it was found.
    """
    if _standing(tx, partner):
        return False
    content = {"reason": reason[:_MAX_REASON], "cosigned": _text(notes[0]), "contradicting": _text(notes[1])}
    _raise(tx, Alarm(partner, SUSPECTED, reason[:_MAX_REASON], None, None, now), content)
    return True


def accuse(
    tx: Transaction, partner: PartnerCode, evidence: Evidence, now: datetime, told_by: PartnerCode | None = None
) -> bool:
    """Raise a proven alarm unless one stands already. Returns whether it is new.

    Args:
        tx: a write transaction.
        partner: whose log.
        evidence: as `verify_evidence` accepted it for that partner's key.
        now: when it was found.
        told_by: who showed it to us.
    """
    if PROVEN in _standing(tx, partner):
        return False
    reason, line = told(evidence), write_evidence(evidence)
    content = {"reason": reason, "evidence": line.decode(), "told_by": told_by}
    _raise(tx, Alarm(partner, PROVEN, reason, line, told_by, now), content)
    return True


def _standing(tx: Transaction, partner: PartnerCode) -> set[str]:
    grades = set(tx.execute(select(witness_alarm.c.grade).where(witness_alarm.c.partner == partner)).scalars())
    if not grades:  # release 0.1.0 kept a sentence only
        old = tx.execute(select(witnessed_log.c.alarm).where(witnessed_log.c.partner == partner)).scalar()
        return {SUSPECTED} if old else set()
    return grades


def _raise(tx: Transaction, alarm: Alarm, content: Mapping[str, str | None]) -> None:
    tx.execute(
        witness_alarm.insert(),
        {
            "partner": alarm.partner,
            "grade": alarm.grade,
            "reason": alarm.reason,
            "evidence": alarm.evidence,
            "told_by": alarm.told_by,
            "at": alarm.at,
        },
    )
    tx.execute(update(witnessed_log).where(witnessed_log.c.partner == alarm.partner).values(alarm=alarm.reason))
    act = Act(
        event=EventKind.WITNESS_ALARM,
        at=alarm.at,
        actor=WITNESS_ACTOR,
        object_ref=f"log:{alarm.partner}",
        partner=alarm.partner,
        content=content,
    )
    append(tx, act)


def _text(note: bytes) -> str:
    return note.decode("utf-8", "replace")


def clear_alarm(tx: Transaction, partner: PartnerCode) -> int:
    """Believe a partner's log again: a person decided so, and whoever calls this writes the entry for it.

    Returns how many alarms stood.
    """
    stood = len(_standing(tx, partner))
    tx.execute(update(witnessed_log).where(witnessed_log.c.partner == partner).values(alarm=None))
    tx.execute(delete(witness_alarm).where(witness_alarm.c.partner == partner))
    return stood
