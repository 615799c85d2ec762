"""Telling every member that may know, and telling again until each has the present state.

The message is queued in the transaction that decides it, so a partner whose line is up has the alert in seconds. A round
of `send_waiting` queues the rest: for a partner that came back after a message grew too old, whose agreement was changed,
or whose release could not read alerts and now can.
"""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, select, update

from egnatia.agreements import Refusal, Request
from egnatia.agreements.handling import check_use, label_sha256, meet, short_label, to_body
from egnatia.engines.documents.series.files import by_kind
from egnatia.enquiries.desk import Desk
from egnatia.enquiries.forgery_alerts.held import PURPOSE, Alert, find
from egnatia.enquiries.forgery_alerts.messages import (
    FORGERY_ALERT,
    FORGERY_ALERT_RECEIPT,
    SPOKEN_SINCE,
    BlanksBody,
    ForgeryAlertBody,
    ForgeryAlertReceiptBody,
    ReportedBody,
)
from egnatia.enquiries.guard import check_guard
from egnatia.enquiries.labels import circumstances
from egnatia.enquiries.messages import decode, encode
from egnatia.errors import RefusedError
from egnatia.exchange.directory import cards
from egnatia.exchange.inbox import Received
from egnatia.exchange.outbox import Draft, Sent, queue_message
from egnatia.exchange.protocols import protocol_of
from egnatia.ledger import Act, append
from egnatia.model.agreements import Grant
from egnatia.model.events import EventKind
from egnatia.model.handling import Label
from egnatia.model.ids import PartnerCode
from egnatia.model.states import CopyState, Offence, RefusalReason, SubjectKind
from egnatia.store.database import Transaction
from egnatia.store.tables import forgery_alert_copy, partner_card

ROUND = 200
"""Messages queued in one transaction, so that an alert with many members does not hold the writer."""
TOO_OLD_AGAIN = timedelta(minutes=1)
"""How soon a partner that could not read alerts is looked at again: an upgrade is noticed within a minute."""
REFUSED_AGAIN = timedelta(days=1)
"""How soon it is looked again whether an agreement lets a partner be told, or whether it takes what it refused."""
_DUE = (CopyState.HELD, CopyState.REFUSED)
_COPY = forgery_alert_copy.c


def asked_for(asker: PartnerCode, answerer: PartnerCode, now: datetime) -> Request:
    """The question that a grant has to allow: may `asker` be given `answerer`'s intelligence on false documents today?"""
    return Request(asker, answerer, SubjectKind.INTELLIGENCE, PURPOSE, Offence.FALSE_DOCUMENT, now.date())


def spread(tx: Transaction, desk: Desk, alert: Alert, now: datetime) -> int:
    """Bring the present state of an alert of ours on its way to every partner; returns how many messages were queued."""
    known = {row.partner for row in tx.execute(select(_COPY.partner).where(_COPY.reference == alert.reference))}
    fresh = [
        {
            "originator": alert.originator,
            "reference": alert.reference,
            "partner": partner,
            "told": 0,
            "state": CopyState.HELD,
            "tries": 0,
            "next_at": now,
        }
        for partner in sorted(cards(tx))
        if partner not in known
    ]
    if fresh:
        tx.execute(forgery_alert_copy.insert(), fresh)
    mine = (_COPY.originator == alert.originator) & (_COPY.reference == alert.reference)
    tx.execute(update(forgery_alert_copy).where(mine).values(state=CopyState.HELD, next_at=now))
    rows = tx.execute(forgery_alert_copy.select().where(mine).order_by(_COPY.partner)).all()
    return _tell_all(tx, desk, rows, now)


def send_waiting(tx: Transaction, desk: Desk, now: datetime) -> int:
    """Queue what is held and due. Returns how many messages were queued."""
    query = forgery_alert_copy.select().where(_COPY.state.in_(_DUE), _COPY.next_at <= now)
    rows = tx.execute(query.order_by(_COPY.next_at, _COPY.reference, _COPY.partner).limit(ROUND)).all()
    return _tell_all(tx, desk, rows, now)


def has_waiting(tx: Transaction, now: datetime) -> bool:
    """Whether a round would find anything to do: a look at a small index."""
    query = select(_COPY.partner).where(_COPY.state.in_(_DUE), _COPY.next_at <= now)
    return tx.execute(query.limit(1)).first() is not None


def _tell_all(tx: Transaction, desk: Desk, rows: Iterable[Row[Any]], now: datetime) -> int:
    return sum(_tell(tx, desk, row, now) for row in rows)


def _tell(tx: Transaction, desk: Desk, row: Row[Any], now: datetime) -> bool:
    """Queue the present state to one partner, with its entry; one that may not be told, or need not, stays in sight."""
    alert, partner = find(tx, desk.code, row.reference), PartnerCode(row.partner)
    if alert is None or alert.label is None or _is_over(alert, row, now):
        _set(tx, row, {"state": CopyState.DONE})
        return False
    try:
        grant = None if alert.withdrawn is not None else _granted(tx, desk, partner, now)
        label = alert.label if grant is None else _label_for(desk, alert.label, grant, partner, now)
        _check_able(tx, partner)
        _check_claims(tx, desk, alert, partner)
    except RefusedError as error:
        again = TOO_OLD_AGAIN if error.reason is RefusalReason.PARTNER_TOO_OLD else REFUSED_AGAIN
        _set(tx, row, {"state": CopyState.HELD, "refusal": error.reason, "next_at": now + again})
        return False
    queued = queue_message(tx, desk.keys, _draft(alert, partner, grant, label), now)
    values = {"state": CopyState.SENT, "told": alert.number, "message_id": queued.message_id, "refusal": None}
    _set(tx, row, values | {"tries": row.tries + 1})
    act = Act(
        EventKind.FORGERY_ALERT_SENT,
        now,
        alert.officer_id or "node",
        f"forgery_alert:{alert.reference}",
        partner=partner,
        grant=None if grant is None else grant.id,
        message_sha256=queued.sha256,
        content={"number": alert.number, "try": row.tries + 1, "label_sha256": label_sha256(label)},
    )
    append(tx, act)
    return True


def _is_over(alert: Alert, row: Row[Any], now: datetime) -> bool:
    """Nothing to tell any more: withdrawn before anything left for this partner, or past its review."""
    if alert.withdrawn is not None:
        return bool(row.told == 0)
    return alert.review_on is not None and alert.review_on <= now.date()


def _granted(tx: Transaction, desk: Desk, partner: PartnerCode, now: datetime) -> Grant:
    verdict = desk.verdict(tx, asked_for(partner, desk.code, now))
    if isinstance(verdict, Refusal):
        raise RefusedError(verdict.reason, verdict.detail)
    return verdict.grant


def _label_for(desk: Desk, label: Label, grant: Grant, partner: PartnerCode, now: datetime) -> Label:
    """The alert's label for this partner: at least as strict as what the grant says by itself."""
    strict = meet(label, short_label(grant.handling_default, circumstances(desk.code, partner), PURPOSE))
    if strict.audience.orgs is not None and partner not in strict.audience.orgs:
        raise RefusedError(RefusalReason.HANDLING_FORBIDS, f"its label is not for {partner}")
    check_use(strict, PURPOSE, now.date())
    return strict


def _check_able(tx: Transaction, partner: PartnerCode) -> None:
    """That the partner is there and its release knows alerts.

    Raises:
        RefusedError: PARTNER_WITHDRAWN, PARTNER_TOO_OLD.
    """
    if tx.execute(select(partner_card.c.code).where(partner_card.c.code == partner)).first() is None:
        raise RefusedError(RefusalReason.PARTNER_WITHDRAWN, f"{partner} has left, and its card with it")
    if protocol_of(tx, partner) < SPOKEN_SINCE:
        raise RefusedError(RefusalReason.PARTNER_TOO_OLD, f"{partner}'s release knows no forgery alerts")


def _check_claims(tx: Transaction, desk: Desk, alert: Alert, partner: PartnerCode) -> None:
    """That telling this partner where a document was met betrays nobody who claims protection from it.

    Raises:
        RefusedError: PROTECTION_CLAIM_GUARD.
    """
    if alert.reported is not None:
        known = desk.register(tx).partners.get(partner)
        check_guard(tx, partner, known.travel_document_codes if known else (), {"number": alert.reported.number})


def _draft(alert: Alert, partner: PartnerCode, grant: Grant | None, label: Label) -> Draft:
    body = ForgeryAlertBody(
        reference=alert.reference,
        number=alert.number,
        grant=None if grant is None else grant.id,
        changed_at=alert.changed_at,
        review_on=alert.review_on or alert.changed_at.date(),
        features={} if alert.withdrawn else by_kind(alert.features),
        blanks=[]
        if alert.withdrawn
        else [BlanksBody(issuer=one.issuer, first=one.first, last=one.last) for one in alert.blanks],
        label=to_body(label),
        withdrawn=alert.withdrawn,
        reported=_reported(alert),
    )
    return Draft(FORGERY_ALERT, partner, alert.reference[:36], encode(body))


def _reported(alert: Alert) -> ReportedBody | None:
    one = alert.reported
    if one is None:
        return None
    return ReportedBody(issuer=one.issuer, document_type=one.document_type, number=one.number, category=one.category)


def _set(tx: Transaction, row: Row[Any], values: dict[str, Any]) -> None:
    mine = (_COPY.originator == row.originator) & (_COPY.reference == row.reference) & (_COPY.partner == row.partner)
    tx.execute(update(forgery_alert_copy).where(mine).values(values))


def take_receipt(tx: Transaction, sent: Sent, received: Received, now: datetime) -> None:
    """A partner's node has the alert, or did not take it; an answer to an older message changes nothing.

    Raises:
        RefusedError: MALFORMED; the answer is not taken, and the alert stays to be told.
    """
    row = tx.execute(forgery_alert_copy.select().where(_COPY.message_id == sent.message_id)).one_or_none()
    if row is None or row.state != CopyState.SENT:
        return
    refusal = received.refusal()
    if refusal is None:
        if received.kind != FORGERY_ALERT_RECEIPT:
            raise RefusedError(RefusalReason.MALFORMED, f"a forgery alert is not answered by {received.kind!r}")
        body = decode(ForgeryAlertReceiptBody, received.body)
        if body.number < row.told:
            raise RefusedError(RefusalReason.MALFORMED, "the receipt is of an older state of the alert")
        _set(tx, row, {"state": CopyState.DONE, "received_at": now, "refusal": None})
        return
    _set(tx, row, {"state": CopyState.REFUSED, "refusal": refusal[0], "next_at": now + REFUSED_AGAIN})
    act = Act(
        EventKind.REFUSAL_RECEIVED,
        now,
        "node",
        f"forgery_alert:{row.reference}",
        partner=sent.to,
        message_sha256=received.sha256,
        content=json.loads(json.dumps({"reason": refusal[0], "detail": refusal[1]})),
    )
    append(tx, act)


def take_undeliverable(tx: Transaction, sent: Sent, now: datetime) -> None:
    """A message grew too old on its way: the alert is held again and goes out with the next round."""
    ours = (_COPY.message_id == sent.message_id) & (_COPY.state == CopyState.SENT)
    tx.execute(update(forgery_alert_copy).where(ours).values(state=CopyState.HELD, next_at=now))
