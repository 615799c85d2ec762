"""What an officer sees of enquiries: every partner on the page, answered or not."""

import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select

from egnatia.accounts import authorise
from egnatia.enquiries.answer import SHIELDED
from egnatia.enquiries.candidates import CandidateRow, of_enquiry
from egnatia.errors import NotFoundError
from egnatia.exchange.lines import unreachable
from egnatia.ledger import Act, append
from egnatia.model.events import EventKind
from egnatia.model.ids import EnquiryId, GrantId, OfficerId, PartnerCode, RecordRef
from egnatia.model.officers import Action, Officer
from egnatia.model.states import AskState, Offence, Purpose, RefusalReason, SubjectKind
from egnatia.store.database import Transaction
from egnatia.store.tables import answered_enquiry, ask, enquiry


@dataclass(frozen=True, slots=True)
class AskView:
    """One partner's line: what it answered, or that it has not answered.

    `unreachable_since` says, of one that has not, since when nothing reaches it; None while its line is up.
    """

    partner: PartnerCode
    state: AskState
    refusal: RefusalReason | None
    grant_id: GrantId | None
    asked_at: datetime
    answered_at: datetime | None
    unreachable_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class EnquiryView:
    """One enquiry with all its partners.

    Attributes:
        asked: the subject's values and the justification, from `view_enquiry` only; None also once erased.
    """

    id: EnquiryId
    case_ref: str
    subject: SubjectKind
    purpose: Purpose
    offence: Offence
    officer_id: OfficerId
    created_at: datetime
    person_ref: str | None
    asks: tuple[AskView, ...]
    candidates: tuple[CandidateRow, ...]
    asked: dict[str, Any] | None

    @property
    def unanswered(self) -> tuple[PartnerCode, ...]:
        """Partners that were asked and have not answered: never to be read as a no-hit."""
        open_states = (AskState.WAITING, AskState.UNDELIVERABLE)
        return tuple(each.partner for each in self.asks if each.state in open_states)

    @property
    def unreachable(self) -> tuple[PartnerCode, ...]:
        """Those of them that nothing reaches just now."""
        return tuple(each.partner for each in self.asks if each.unreachable_since is not None)


@dataclass(frozen=True, slots=True)
class Alert:
    """A partner asked about a protected person of ours and was answered like a no-hit (ENQ-04)."""

    asker: PartnerCode
    enquiry_id: EnquiryId
    subject: SubjectKind
    at: datetime
    refs: tuple[RecordRef, ...]
    viewed_at: datetime | None


def enquiry_view(tx: Transaction, enquiry_id: EnquiryId, now: datetime) -> EnquiryView:
    """One enquiry without what was asked: `view_enquiry` opens that and enters that somebody looked.

    Raises:
        NotFoundError: there is none.
    """
    row = tx.execute(enquiry.select().where(enquiry.c.id == enquiry_id)).one_or_none()
    if row is None:
        raise NotFoundError(f"there is no enquiry {enquiry_id}", hint="`egnatia enquiry list` shows all of them.")
    return _made(tx, row, now)


def view_enquiry(
    tx: Transaction, officer: Officer, enquiry_id: EnquiryId, justification: str, now: datetime
) -> EnquiryView:
    """One enquiry with what was asked. Looking is a consultation and is logged.

    Raises:
        ForbiddenError: the officer may not look at casework.
        NotFoundError: there is none.
    """
    authorise(officer, Action.VIEW_CANDIDATES)
    view = enquiry_view(tx, enquiry_id, now)
    sealed_id = tx.execute(select(enquiry.c.sealed_id).where(enquiry.c.id == enquiry_id)).scalar_one()
    act = Act(
        EventKind.ENQUIRY_VIEWED,
        now,
        officer.id,
        f"enquiry:{enquiry_id}",
        purpose=view.purpose,
        justification=justification or f"case {view.case_ref}",
    )
    append(tx, act)
    return replace(view, asked=json.loads(tx.opened(sealed_id) or b"null"))


def enquiries(tx: Transaction, now: datetime, case_ref: str | None = None) -> list[EnquiryView]:
    """Enquiries, of one case or of all, newest first."""
    query = enquiry.select().order_by(enquiry.c.created_at.desc(), enquiry.c.id)
    if case_ref is not None:
        query = query.where(enquiry.c.case_ref == case_ref)
    return [_made(tx, row, now) for row in tx.execute(query)]


def _made(tx: Transaction, row: Row[Any], now: datetime) -> EnquiryView:
    return EnquiryView(
        id=EnquiryId(row.id),
        case_ref=row.case_ref,
        subject=SubjectKind(row.subject),
        purpose=Purpose(row.purpose),
        offence=Offence(row.offence),
        officer_id=OfficerId(row.officer_id),
        created_at=row.created_at,
        person_ref=row.person_ref,
        asks=_asks(tx, EnquiryId(row.id)),
        candidates=tuple(of_enquiry(tx, EnquiryId(row.id), now)),
        asked=None,
    )


def _asks(tx: Transaction, enquiry_id: EnquiryId) -> tuple[AskView, ...]:
    rows = tx.execute(ask.select().where(ask.c.enquiry_id == enquiry_id).order_by(ask.c.partner)).all()
    gone = unreachable(tx) if any(row.state == AskState.WAITING for row in rows) else {}
    return tuple(
        AskView(
            partner=PartnerCode(row.partner),
            state=AskState(row.state),
            refusal=RefusalReason(row.refusal) if row.refusal else None,
            grant_id=GrantId(row.grant_id) if row.grant_id else None,
            asked_at=row.asked_at,
            answered_at=row.answered_at,
            unreachable_since=gone.get(PartnerCode(row.partner)) if row.state == AskState.WAITING else None,
        )
        for row in rows
    )


def alerts(tx: Transaction, officer: Officer, now: datetime) -> list[Alert]:
    """Enquiries that touched protected persons, newest first. Looking is logged and marks them as seen.

    Raises:
        ForbiddenError: only a supervisor sees them.
    """
    authorise(officer, Action.VIEW_ALERTS)
    rows = tx.execute(answered_enquiry.select().order_by(answered_enquiry.c.answered_at.desc())).all()
    found = [_alert(row) for row in rows if row.result == SHIELDED or json.loads(row.refs)["shielded"]]
    why = "supervision of enquiries about protected persons"
    act = Act(EventKind.ALERT_VIEWED, now, officer.id, "alerts", justification=why, content={"count": len(found)})
    append(tx, act)
    table = answered_enquiry.c
    for alert in found:
        if alert.viewed_at is None:
            mine = (table.asker == alert.asker) & (table.enquiry_id == alert.enquiry_id)
            tx.execute(answered_enquiry.update().where(mine).values(viewed_at=now))
    return found


def unseen_alerts(tx: Transaction) -> int:
    """How many enquiries touched a protected person and were not read yet. Counting opens nothing, so it is no look."""
    table = answered_enquiry.c
    touched = (table.result == SHIELDED) | table.refs.not_like('%"shielded": []%')
    query = select(func.count()).select_from(answered_enquiry).where(table.viewed_at.is_(None), touched)
    count: int = tx.execute(query).scalar_one()
    return count


def _alert(row: Row[Any]) -> Alert:
    return Alert(
        asker=PartnerCode(row.asker),
        enquiry_id=EnquiryId(row.enquiry_id),
        subject=SubjectKind(row.subject),
        at=row.answered_at,
        refs=tuple(RecordRef(ref) for ref in json.loads(row.refs)["shielded"]),
        viewed_at=row.viewed_at,
    )
