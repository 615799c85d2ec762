"""The templates and alerts that this node holds, its own and partners', and those it flags by today.

Truth lives in the table; templates, frequencies and series are worked out from it whenever they are asked for.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, select

from egnatia.agreements.handling import check_use, from_text
from egnatia.engines.documents.series.blanks import BlankRange
from egnatia.engines.documents.series.files import by_kind, features_of
from egnatia.engines.documents.series.reported import ReportedNumber
from egnatia.engines.documents.series.types import Template, TemplateFeature
from egnatia.enquiries.desk import KEEP
from egnatia.enquiries.retention import ERASED_AT_ONCE, enter_erasure
from egnatia.errors import NotFoundError, RefusedError
from egnatia.model.borders import VerdictClass
from egnatia.model.forgery import AlertWithdrawal
from egnatia.model.handling import Label
from egnatia.model.ids import PartnerCode
from egnatia.model.states import CopyState, Purpose, RefusalReason, RegisterCategory
from egnatia.store.database import Transaction
from egnatia.store.tables import forgery_alert, forgery_alert_copy

KEEP_OVER = timedelta(days=30)
"""How long a partner's alert is kept after it was withdrawn or had to be reviewed: four times as long as a message lives."""
PURPOSE = Purpose.DETECTION
"""For what an alert is given: to detect the next document of the template."""


@dataclass(frozen=True, slots=True)
class Alert:
    """One template of a false document, confirmed here or told by a partner.

    Attributes:
        originator: whose it is.
        reference: under which everybody knows it.
        number: 0 where nobody was told; otherwise the number of its present state.
        features: of the template; none once it was withdrawn.
        blanks: ranges of stolen blanks.
        label: how it may be handled; None where nobody was told.
        verdict: what officers here said of the document; None of a partner's.
        inspection_id: of that document here.
        officer_id: who confirmed it here.
        grant_id: under which a partner's came.
        confirmed_at: when it was confirmed here, or came.
        changed_at: of the present state, by its originator's clock.
        review_on: from this day on it flags nothing.
        withdrawn: why it was taken back.
        reported: the document that was met, of an alert that is about one; gone once it was withdrawn.
    """

    originator: PartnerCode
    reference: str
    number: int
    features: frozenset[TemplateFeature]
    blanks: tuple[BlankRange, ...]
    label: Label | None
    verdict: VerdictClass | None
    inspection_id: str | None
    officer_id: str | None
    grant_id: str | None
    confirmed_at: datetime
    changed_at: datetime
    review_on: date | None
    withdrawn: AlertWithdrawal | None
    reported: ReportedNumber | None = None

    def flags_on(self, day: date) -> bool:
        """Whether documents are held against it that day: not withdrawn, not due for review, and its label lets us."""
        if self.withdrawn is not None or (self.review_on is not None and self.review_on <= day):
            return False
        try:
            if self.label is not None:
                check_use(self.label, PURPOSE, day)
        except RefusedError:
            return False
        return True

    def template(self) -> Template:
        """What the engine compares; only of one that has features."""
        return Template(self.reference, self.features)


@dataclass(frozen=True, slots=True)
class Told:
    """How far an alert of ours has come at one partner."""

    partner: PartnerCode
    number: int
    state: CopyState
    refusal: RefusalReason | None
    received_at: datetime | None


@dataclass(frozen=True, slots=True)
class Flags:
    """What documents are held against today."""

    templates: tuple[Template, ...]
    blanks: tuple[BlankRange, ...]
    reported: tuple[ReportedNumber, ...] = ()


def alerts(tx: Transaction) -> list[Alert]:
    """Everything that this node holds, the newest state first."""
    query = forgery_alert.select().order_by(forgery_alert.c.changed_at.desc(), forgery_alert.c.reference)
    return [_made(row) for row in tx.execute(query)]


def alert_of(tx: Transaction, reference: str, originator: PartnerCode | None = None) -> Alert:
    """One of them; a reference begins with its originator's code, so it alone is enough.

    Raises:
        NotFoundError: there is none.
    """
    found = find(tx, originator or PartnerCode(reference[:3]), reference)
    if found is None:
        raise NotFoundError(
            f"this node holds no alert {reference[:40]!a}", hint="`egnatia forgery list` shows all of them."
        )
    return found


def find(tx: Transaction, originator: PartnerCode, reference: str) -> Alert | None:
    """The same, or None."""
    mine = (forgery_alert.c.originator == originator) & (forgery_alert.c.reference == reference)
    row = tx.execute(forgery_alert.select().where(mine)).one_or_none()
    return None if row is None else _made(row)


def told(tx: Transaction, reference: str) -> list[Told]:
    """How far an alert of ours has come, by partner."""
    table = forgery_alert_copy.c
    rows = tx.execute(forgery_alert_copy.select().where(table.reference == reference).order_by(table.partner))
    return [
        Told(
            PartnerCode(row.partner),
            row.told,
            CopyState(row.state),
            RefusalReason(row.refusal) if row.refusal else None,
            row.received_at,
        )
        for row in rows
    ]


def flags_on(tx: Transaction, day: date) -> Flags:
    """What documents are held against that day: confirmed here, and told by partners."""
    held = sorted((each for each in alerts(tx) if each.flags_on(day)), key=lambda each: each.reference)
    templates = tuple(each.template() for each in held if each.features)
    reported = tuple(each.reported for each in held if each.reported is not None)
    return Flags(templates, tuple(sorted(one for each in held for one in each.blanks)), reported)


def reported_on(tx: Transaction, day: date) -> list[Alert]:
    """The alerts about one document that flag that day, by reference: what the first line's look-up reads."""
    query = forgery_alert.select().where(forgery_alert.c.reported.is_not(None)).order_by(forgery_alert.c.reference)
    return [each for each in map(_made, tx.execute(query)) if each.flags_on(day)]


def kept_of(tx: Transaction, originator: PartnerCode) -> int:
    """How many alerts of one originator stand here, whatever their state."""
    query = select(func.count()).select_from(forgery_alert).where(forgery_alert.c.originator == originator)
    return int(tx.execute(query).scalar_one())


def forget_over(tx: Transaction, now: datetime, most: int = ERASED_AT_ONCE) -> int:
    """Forget what has not flagged anything for long: partners' alerts after a month, our own as long as other records.

    A month is longer than any message lives, so none that was withdrawn can come back.

    Returns:
        How many were forgotten.
    """
    table = forgery_alert.c
    ended = (table.withdrawn.is_not(None)) | (table.review_on.is_not(None) & (table.review_on < now.date().isoformat()))
    theirs = (table.verdict.is_(None)) & ended & (func.coalesce(table.review_on, "") < _day(now - KEEP_OVER))
    withdrawn = (table.verdict.is_(None)) & (table.withdrawn.is_not(None)) & (table.changed_at < now - KEEP_OVER)
    ours = (table.verdict.is_not(None)) & (ended | (table.number == 0)) & (table.changed_at < now - KEEP)
    rows = tx.execute(select(table.originator, table.reference).where(theirs | withdrawn | ours).limit(most)).all()
    for row in rows:
        mine = (forgery_alert_copy.c.originator == row.originator) & (forgery_alert_copy.c.reference == row.reference)
        tx.execute(forgery_alert_copy.delete().where(mine))
        tx.execute(
            forgery_alert.delete().where((table.originator == row.originator) & (table.reference == row.reference))
        )
    if rows:
        enter_erasure(tx, "forgery_alert", [row.reference for row in rows], now)
    return len(rows)


def _day(moment: datetime) -> str:
    return moment.date().isoformat()


def content_of(
    features: Iterable[TemplateFeature], blanks: Iterable[BlankRange], reported: ReportedNumber | None = None
) -> dict[str, str | None]:
    """The columns that hold what an alert says."""
    ranges = [[each.issuer, each.first, each.last] for each in sorted(blanks)]
    one = reported and [reported.issuer, reported.document_type, reported.number, reported.category.value]
    return {
        "features": json.dumps(by_kind(features), sort_keys=True),
        "blanks": json.dumps(ranges),
        "reported": None if one is None else json.dumps(one),
    }


def _reported_in(row: Row[Any]) -> ReportedNumber | None:
    if row.reported is None:
        return None
    issuer, letter, number, category = json.loads(row.reported)
    return ReportedNumber(issuer, letter, number, RegisterCategory(category), row.reference)


def _made(row: Row[Any]) -> Alert:
    ranges = [BlankRange(issuer, first, last, row.reference) for issuer, first, last in json.loads(row.blanks)]
    return Alert(
        originator=PartnerCode(row.originator),
        reference=row.reference,
        number=row.number,
        features=features_of(json.loads(row.features)),
        blanks=tuple(ranges),
        label=from_text(row.label) if row.label else None,
        verdict=VerdictClass(row.verdict) if row.verdict else None,
        inspection_id=row.inspection_id,
        officer_id=row.officer_id,
        grant_id=row.grant_id,
        confirmed_at=row.confirmed_at,
        changed_at=row.changed_at,
        review_on=date.fromisoformat(row.review_on) if row.review_on else None,
        withdrawn=AlertWithdrawal(row.withdrawn) if row.withdrawn else None,
        reported=_reported_in(row),
    )
