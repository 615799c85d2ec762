"""What is outstanding at partners, and what waits for our own people."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, select

from egnatia.model.ids import OfficerId, PartnerCode, RecordRef
from egnatia.model.states import (
    CopyState,
    CorrectionItem,
    CorrectionKind,
    CorrectionReason,
    LookFinding,
    RefusalReason,
)
from egnatia.store.database import Transaction
from egnatia.store.tables import contest, correction, correction_copy


@dataclass(frozen=True, slots=True)
class Made:
    """A correction that was made here."""

    id: str
    item: CorrectionItem
    ref: RecordRef
    kind: CorrectionKind
    reason: CorrectionReason
    number: int
    made_by: OfficerId
    made_at: datetime
    approved_by: OfficerId | None
    approved_at: datetime | None
    holders: int
    outstanding: int


@dataclass(frozen=True, slots=True)
class Copy:
    """One holder of a correction's item, and how far it has come."""

    correction_id: str
    item: CorrectionItem
    ref: RecordRef
    kind: CorrectionKind
    made_at: datetime
    partner: PartnerCode
    holds: Mapping[str, list[str]]
    state: CopyState
    tries: int
    received_at: datetime | None
    done_at: datetime | None
    finding: LookFinding | None
    refusal: RefusalReason | None


@dataclass(frozen=True, slots=True)
class Contest:
    """A partner's item that is, or was, contested here."""

    id: str
    partner: PartnerCode
    ref: RecordRef
    flagged_by: OfficerId
    flagged_at: datetime
    cleared_at: datetime | None


def corrections(tx: Transaction) -> list[Made]:
    """Every correction made here, the latest first."""
    open_: dict[str, list[str]] = {}
    for row in tx.execute(select(correction_copy.c.correction_id, correction_copy.c.state)):
        open_.setdefault(row.correction_id, []).append(row.state)
    rows = tx.execute(correction.select().order_by(correction.c.made_at.desc(), correction.c.number.desc()))
    return [_made(row, open_.get(row.id, [])) for row in rows]


def _made(row: Row[tuple[object, ...]], states: list[str]) -> Made:
    return Made(
        id=row.id,
        item=CorrectionItem(row.item),
        ref=RecordRef(row.ref),
        kind=CorrectionKind(row.kind),
        reason=CorrectionReason(row.reason),
        number=row.number,
        made_by=OfficerId(row.made_by),
        made_at=row.made_at,
        approved_by=OfficerId(row.approved_by) if row.approved_by else None,
        approved_at=row.approved_at,
        holders=len(states),
        outstanding=sum(each != CopyState.DONE for each in states),
    )


def copies(tx: Transaction, correction_id: str | None = None, *, outstanding: bool = False) -> list[Copy]:
    """Holders of corrections made here: of one or of all, and where wanted only those that are not done."""
    query = select(correction, correction_copy).join(
        correction_copy, correction_copy.c.correction_id == correction.c.id
    )
    if correction_id is not None:
        query = query.where(correction.c.id == correction_id)
    if outstanding:
        query = query.where(correction_copy.c.state != CopyState.DONE)
    rows = tx.execute(query.order_by(correction_copy.c.partner, correction.c.ref, correction.c.number))
    return [_copy(row) for row in rows]


def _copy(row: Row[tuple[object, ...]]) -> Copy:
    return Copy(
        correction_id=row.correction_id,
        item=CorrectionItem(row.item),
        ref=RecordRef(row.ref),
        kind=CorrectionKind(row.kind),
        made_at=row.made_at,
        partner=PartnerCode(row.partner),
        holds=json.loads(row.holds),
        state=CopyState(row.state),
        tries=row.tries,
        received_at=row.received_at,
        done_at=row.done_at,
        finding=LookFinding(row.finding) if row.finding else None,
        refusal=RefusalReason(row.refusal) if row.refusal else None,
    )


def contests(tx: Transaction) -> list[Contest]:
    """Partners' items that are contested here, open ones first."""
    rows = tx.execute(contest.select().order_by(contest.c.cleared_at.is_not(None), contest.c.flagged_at))
    return [
        Contest(
            id=row.id,
            partner=PartnerCode(row.partner),
            ref=RecordRef(row.ref),
            flagged_by=OfficerId(row.flagged_by),
            flagged_at=row.flagged_at,
            cleared_at=row.cleared_at,
        )
        for row in rows
    ]
