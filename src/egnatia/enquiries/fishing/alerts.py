"""Alerts about patterns of questions: raised once for a pattern and a day, seen and closed by a supervisor.

An alert is advice. It names an officer by reference and counts questions; nothing follows from it by itself.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, select

from egnatia.accounts import authorise
from egnatia.enquiries.desk import MIN_JUSTIFICATION, check_text
from egnatia.enquiries.fishing.rules import WINDOW, Finding
from egnatia.errors import ConflictError, NotFoundError
from egnatia.ledger import Act, append
from egnatia.model.events import EventKind
from egnatia.model.ids import PartnerCode
from egnatia.model.officers import Action, Officer
from egnatia.model.states import FishingRule
from egnatia.store.database import Transaction
from egnatia.store.prepared import Prepared, insert_into
from egnatia.store.tables import fishing_alert

_RAISE = insert_into(fishing_alert)
_GROW = Prepared(
    fishing_alert.update()
    .where(fishing_alert.c.id == bindparam("alert_id"))
    .values(questions=bindparam("questions"), cases=bindparam("cases"), last_at=bindparam("last_at"))
)
_TODAY = Prepared(
    select(fishing_alert.c.id, fishing_alert.c.questions)
    .where(
        fishing_alert.c.officer_ref == bindparam("officer"),
        fishing_alert.c.rule == bindparam("rule"),
        fishing_alert.c.raised_at > bindparam("since"),
        func.coalesce(fishing_alert.c.partner, "") == bindparam("partner"),
    )
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Asker:
    """Whose questions they were: an officer of ours, or of a partner.

    Attributes:
        partner: None for our own.
        officer_ref: the opaque reference, as it stands in messages and in the ledger.
    """

    partner: PartnerCode | None
    officer_ref: str


@dataclass(frozen=True, slots=True)
class FishingAlert:
    """One pattern, as a supervisor sees it.

    Attributes:
        id: its own identifier.
        partner: whose officer it was; None for our own.
        officer_ref: who, by reference.
        rule: which pattern.
        count: questions that make it up, at the last look.
        cases: the case references they were asked for.
        first_at: when the first of them was asked.
        last_at: when the last was.
        raised_at: when the alert was raised.
        closed_at: when a supervisor closed it; None while it is open.
    """

    id: str
    partner: PartnerCode | None
    officer_ref: str
    rule: FishingRule
    count: int
    cases: tuple[str, ...]
    first_at: datetime
    last_at: datetime
    raised_at: datetime
    closed_at: datetime | None


def raise_alert(tx: Transaction, asker: Asker, finding: Finding, now: datetime) -> bool:
    """Raise an alert, with its ledger entry; one that was raised within the day grows instead. Returns whether new."""
    known = _today(tx, asker, finding, now)
    pattern = {"questions": finding.count, "cases": json.dumps(finding.cases), "last_at": finding.last}
    if known is not None:
        if known.questions < finding.count:
            tx.put(_GROW, {"alert_id": known.id, **pattern})
        return False
    alert_id = tx.new_id()
    row = {"id": alert_id, "partner": asker.partner, "officer_ref": asker.officer_ref, "rule": finding.rule}
    tx.put(_RAISE, row | pattern | {"first_at": finding.first, "raised_at": now})
    content = {"rule": finding.rule.value, "count": finding.count, "officer": asker.officer_ref}
    append(
        tx,
        Act(EventKind.FISHING_SUSPECTED, now, "node", f"alert:{alert_id}", partner=asker.partner, content=content),
    )
    return True


def _today(tx: Transaction, asker: Asker, finding: Finding, now: datetime) -> Any | None:
    """The alert about the same pattern of the same officer, raised within the window, closed or not."""
    partner = "" if asker.partner is None else asker.partner
    return tx.row(_TODAY, officer=asker.officer_ref, rule=finding.rule, since=now - WINDOW, partner=partner)


def fishing_alerts(tx: Transaction, officer: Officer, now: datetime) -> list[FishingAlert]:
    """Every alert, open ones first, newest first. Looking is logged.

    Raises:
        ForbiddenError: only a supervisor sees them.
    """
    authorise(officer, Action.VIEW_ALERTS)
    rows = tx.execute(fishing_alert.select().order_by(fishing_alert.c.raised_at.desc()))
    found = sorted(map(_alert, rows), key=lambda each: each.closed_at is not None)
    why = "supervision of patterns of enquiries"
    append(tx, Act(EventKind.ALERT_VIEWED, now, officer.id, "alerts", justification=why, content={"count": len(found)}))
    return found


def open_alerts(tx: Transaction) -> int:
    """How many alerts nobody has closed. A number opens nothing, so counting is no look."""
    query = select(func.count()).select_from(fishing_alert).where(fishing_alert.c.closed_at.is_(None))
    count: int = tx.execute(query).scalar_one()
    return count


def close_alert(tx: Transaction, officer: Officer, alert_id: str, finding: str, now: datetime) -> None:
    """Close an alert with what the supervisor found, which is sealed in the ledger.

    Raises:
        ForbiddenError: only a supervisor may, and nobody closes an alert about their own questions.
        InputError: no finding, or one that says nothing.
        NotFoundError, ConflictError: there is no such alert; it is closed already.
    """
    authorise(officer, Action.CLOSE_ALERT)
    said = check_text("finding", finding, MIN_JUSTIFICATION)
    row = tx.execute(fishing_alert.select().where(fishing_alert.c.id == alert_id)).one_or_none()
    if row is None:
        raise NotFoundError(f"there is no alert {alert_id}", hint="`egnatia alert list` shows all of them.")
    if row.closed_at is not None:
        raise ConflictError(f"the alert {alert_id} is closed already")
    if row.partner is None and row.officer_ref == officer.id:
        raise ConflictError("this alert is about your own questions", hint="Another supervisor has to close it.")
    closing = {"closed_by": officer.id, "closed_at": now}
    tx.execute(fishing_alert.update().where(fishing_alert.c.id == alert_id).values(closing))
    append(
        tx,
        Act(EventKind.ALERT_CLOSED, now, officer.id, f"alert:{alert_id}", partner=row.partner, justification=said),
    )


def _alert(row: Row[Any]) -> FishingAlert:
    return FishingAlert(
        id=row.id,
        partner=None if row.partner is None else PartnerCode(row.partner),
        officer_ref=row.officer_ref,
        rule=FishingRule(row.rule),
        count=row.questions,
        cases=tuple(json.loads(row.cases)),
        first_at=row.first_at,
        last_at=row.last_at,
        raised_at=row.raised_at,
        closed_at=row.closed_at,
    )
