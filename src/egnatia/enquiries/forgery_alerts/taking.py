"""Taking a partner's alert: judged by our own register, checked feature by feature, kept as the state with the highest number.

What comes is data to hold documents against. It opens no case, asks nobody and decides nothing.
"""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import update

from egnatia.agreements import Refusal
from egnatia.agreements.handling import canonical_bytes, check_use, from_body, label_sha256
from egnatia.engines.documents.series.blanks import BlankRange, blank_range
from egnatia.engines.documents.series.cluster import MAX_TEMPLATES
from egnatia.engines.documents.series.files import features_of
from egnatia.engines.documents.series.reported import ReportedNumber, reported_number
from egnatia.engines.documents.series.types import Template, TemplateFeature
from egnatia.enquiries.desk import Desk
from egnatia.enquiries.forgery_alerts.held import PURPOSE, Alert, content_of, find, kept_of
from egnatia.enquiries.forgery_alerts.messages import (
    FORGERY_ALERT_RECEIPT,
    ForgeryAlertBody,
    ForgeryAlertReceiptBody,
)
from egnatia.enquiries.forgery_alerts.sending import asked_for
from egnatia.enquiries.messages import decode, encode
from egnatia.errors import InputError, RefusedError
from egnatia.exchange.inbox import Answer, Received
from egnatia.exchange.limits import MAX_SKEW
from egnatia.ledger import Act, append
from egnatia.ledger.repeats import append_or_cap
from egnatia.model.agreements import Grant
from egnatia.model.events import EventKind
from egnatia.model.handling import Label
from egnatia.model.states import RefusalReason
from egnatia.store.database import Transaction
from egnatia.store.tables import forgery_alert

LONGEST = timedelta(days=366)
"""The furthest day of review: an alert that nobody looked at for a year flags nothing any more. Our choice."""
MAX_KEPT = MAX_TEMPLATES // 5
"""Alerts kept of one partner: those of all five members together are as many as can be grouped (`series.cluster`)."""


def take_alert(tx: Transaction, desk: Desk, received: Received, now: datetime) -> Answer:
    """Keep a partner's alert in its newest state, with one ledger entry; a repetition or an older state changes nothing.

    Raises:
        RefusedError: MALFORMED; what `permit` says of the two of us; GRANT_MISMATCH; HANDLING_UNKNOWN or
            HANDLING_FORBIDS for its label; ID_REUSED for another content under a number we have; QUOTA_EXCEEDED.
    """
    body = decode(ForgeryAlertBody, received.body)
    label = _label(desk, received, body, now)
    content = _content(received, body, now)
    known = find(tx, received.sender, body.reference)
    if known is not None and known.number >= body.number:
        _check_same(known, body, content)
        return _receipt(known.number, label)
    grant = None
    if body.withdrawn is None:  # taking back needs nobody's leave
        grant = _grant(tx, desk, received, body, now)
        _check_room(tx, received, known)
    elif known is None and not _could_come(tx, desk, received, now):
        append_or_cap(tx, _act(received, body, None, label, now), RefusalReason.UNKNOWN_CONVERSATION)
        return _receipt(body.number, label)
    row = _row(body, content, label, grant)
    if known is None:
        tx.execute(forgery_alert.insert(), row | {"originator": received.sender, "confirmed_at": now})
    else:
        mine = (forgery_alert.c.originator == received.sender) & (forgery_alert.c.reference == body.reference)
        tx.execute(update(forgery_alert).where(mine).values(row))
    append(tx, _act(received, body, grant, label, now))
    return _receipt(body.number, label)


def _label(desk: Desk, received: Received, body: ForgeryAlertBody, now: datetime) -> Label:
    """The label, which is the sender's and lets us have the alert; of a withdrawal it only has to be one."""
    label = from_body(body.label)
    if label.originators != {received.sender}:
        raise RefusedError(RefusalReason.HANDLING_UNKNOWN, "the label names another originator than the sender")
    if body.withdrawn is None:
        if label.audience.orgs is not None and desk.code not in label.audience.orgs:
            raise RefusedError(RefusalReason.HANDLING_FORBIDS, f"its label is not for {desk.code}")
        check_use(label, PURPOSE, now.date())
    return label


_Content = tuple[frozenset[TemplateFeature], tuple[BlankRange, ...], ReportedNumber | None]
"""What an alert says: features, ranges, or one reported document."""


def _content(received: Received, body: ForgeryAlertBody, now: datetime) -> _Content:
    """What it says, each piece checked by the engine's own rules.

    Raises:
        RefusedError: MALFORMED.
    """
    if not body.reference.startswith(f"{received.sender}-"):
        raise _malformed("an alert's reference begins with its originator's code")
    if body.changed_at - received.created_at > MAX_SKEW:
        raise _malformed("an alert cannot be changed after it was sent")
    if body.withdrawn is not None:
        if body.features or body.blanks or body.reported:
            raise _malformed("a withdrawn alert says nothing any more")
        return frozenset(), (), None
    if not _is_in_time(body.review_on, now):
        raise _malformed(f"an alert is reviewed within {LONGEST.days} days, and not before it came")
    try:
        features = features_of(body.features)
        blanks = tuple(sorted(blank_range(each.issuer, each.first, each.last) for each in body.blanks))
        if features:
            Template(body.reference, features)
        reported = _reported(body)
    except InputError as error:
        raise _malformed(error.message) from None
    if bool(features or blanks) == (reported is not None):
        raise _malformed("an alert has features or ranges of blanks, or is about one reported document")
    return features, blanks, reported


def _reported(body: ForgeryAlertBody) -> ReportedNumber | None:
    one = body.reported
    if one is None:
        return None
    return reported_number(one.issuer, one.document_type, one.number, one.category, body.reference)


def _is_in_time(review_on: date, now: datetime) -> bool:
    return now.date() < review_on <= (now + LONGEST + MAX_SKEW).date()


def _malformed(what: str) -> RefusedError:
    return RefusedError(RefusalReason.MALFORMED, what)


def _check_same(known: Alert, body: ForgeryAlertBody, content: _Content) -> None:
    """One number says one thing."""
    if known.number > body.number:
        return
    features, blanks, reported = content
    ranges = {(each.issuer, each.first, each.last) for each in known.blanks}
    now_said = {(each.issuer, each.first, each.last) for each in blanks}
    if (known.features, ranges, known.reported, known.withdrawn) != (features, now_said, reported, body.withdrawn):
        raise RefusedError(RefusalReason.ID_REUSED, "another content came under this number of the alert")


def _grant(tx: Transaction, desk: Desk, received: Received, body: ForgeryAlertBody, now: datetime) -> Grant:
    """The grant by which we may be given it, by our own register; the sender has to name the same."""
    verdict = desk.verdict(tx, asked_for(desk.code, received.sender, now))
    if isinstance(verdict, Refusal):
        raise RefusedError(verdict.reason, verdict.detail)
    if body.grant != verdict.grant.id:
        raise RefusedError(RefusalReason.GRANT_MISMATCH, f"by our register it would be {verdict.grant.id}")
    return verdict.grant


def _check_room(tx: Transaction, received: Received, known: Alert | None) -> None:
    if known is None and kept_of(tx, received.sender) >= MAX_KEPT:
        raise RefusedError(RefusalReason.QUOTA_EXCEEDED, f"we keep {MAX_KEPT} alerts of one partner")


def _could_come(tx: Transaction, desk: Desk, received: Received, now: datetime) -> bool:
    """Whether the alert that is taken back could still come: then its withdrawal has to be here before it."""
    verdict = desk.verdict(tx, asked_for(desk.code, received.sender, now))
    return not isinstance(verdict, Refusal) and kept_of(tx, received.sender) < MAX_KEPT


def _row(
    body: ForgeryAlertBody,
    content: _Content,
    label: Label,
    grant: Grant | None,
) -> dict[str, Any]:
    row: dict[str, Any] = {
        "reference": body.reference,
        "number": body.number,
        "changed_at": body.changed_at,
        "review_on": body.review_on.isoformat(),
        "withdrawn": body.withdrawn,
        "label": canonical_bytes(label).decode(),
    }
    row |= content_of(*content)
    return row if grant is None else row | {"grant_id": grant.id}


def _act(received: Received, body: ForgeryAlertBody, grant: Grant | None, label: Label, now: datetime) -> Act:
    return Act(
        EventKind.FORGERY_ALERT_RECEIVED,
        now,
        "node",
        f"forgery_alert:{body.reference}",
        partner=received.sender,
        grant=None if grant is None else grant.id,
        message_sha256=received.sha256,
        content={
            "number": body.number,
            "features": sum(len(values) for values in body.features.values()),
            "blanks": len(body.blanks),
            "reported": None if body.reported is None else body.reported.category,
            "withdrawn": body.withdrawn,
            "label_sha256": label_sha256(label),
        },
    )


def _receipt(number: int, label: Label) -> Answer:
    return Answer(
        FORGERY_ALERT_RECEIPT, encode(ForgeryAlertReceiptBody(number=number, label_sha256=label_sha256(label)))
    )
