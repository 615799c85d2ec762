"""The handling label of a release: where it comes from, how it travels, and what it lets us do with what we received.

A partner of release 0.1.0 knows only the short code of the grant. It is sent to such a partner when it says exactly what
the label says; otherwise nothing is sent. Whatever a short code says is read into a label at once, so that there is one
set of rules for both.
"""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import Row

from egnatia.agreements.handling import (
    WHOLE_LABEL,
    Circumstances,
    GradingBody,
    LabelBody,
    canonical_bytes,
    check_grading,
    check_use,
    from_body,
    from_text,
    label_sha256,
    short_code,
    short_label,
    to_body,
    wider_in,
)
from egnatia.agreements.handling.written import grading_body, grading_of
from egnatia.enquiries.desk import Desk
from egnatia.enquiries.followups import FollowUp
from egnatia.errors import RefusedError
from egnatia.exchange.protocols import protocol_of, require_protocol
from egnatia.model.handling import Grading, Label
from egnatia.model.ids import GrantId, PartnerCode
from egnatia.model.states import RefusalReason
from egnatia.store.database import Transaction

LABELS_FROM = 2
"""The version of messages from which a whole label travels."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What an officer says about an item that is released; without it the grant's short code speaks.

    Attributes:
        label: the whole label, at least as strict as the grant's short code.
        grading: how good source and content are.
    """

    label: Label | None = None
    grading: Grading | None = None


@dataclass(frozen=True, slots=True)
class Marked:
    """A label in every form that a release needs."""

    label: Label
    code: str
    grading: Grading | None

    def columns(self) -> dict[str, str | None]:
        """The columns of a release."""
        grading = None if self.grading is None else json.dumps([self.grading.scheme, *_grades(self.grading)])
        return {"handling": self.code, "label": canonical_bytes(self.label).decode(), "grading": grading}


def _grades(grading: Grading) -> tuple[str, str]:
    return grading.source, grading.information


def circumstances(originator: PartnerCode, holder: PartnerCode) -> Circumstances:
    """What the two sides of a release know: it is for the two of them."""
    return Circumstances(originator, frozenset({originator, holder}))


def mark(desk: Desk, row: FollowUp, default: str, terms: Terms, today: date) -> Marked:
    """The label under which we release for a partner's follow-up.

    Args:
        desk: our side, the originator.
        row: the partner's follow-up.
        default: the grant's short code.
        terms: what the officer says.
        today: the day.

    Raises:
        RefusedError: HANDLING_UNKNOWN for a code that nobody knows; HANDLING_FORBIDS for a label looser than the grant's.
    """
    known = circumstances(desk.code, row.partner)
    least = short_label(default, known, row.purpose)
    label = terms.label or least
    check_least(desk, row, default, label)
    _check_for(label, row.partner)
    check_use(label, row.purpose, today)
    to_body(label)
    grading = None if terms.grading is None else check_grading(terms.grading)
    code = default if label == least else short_code(label, known, row.purpose)
    return Marked(label, code, grading)


def check_least(desk: Desk, row: FollowUp, default: str, label: Label) -> None:
    """Require a label that is ours and at least as strict as the grant's short code.

    Asked when a release is proposed, and again when it leaves: a stricter grant may have come into force in between.

    Raises:
        RefusedError: HANDLING_FORBIDS, or HANDLING_UNKNOWN for a code that nobody knows.
    """
    wider = wider_in(label, short_label(default, circumstances(desk.code, row.partner), row.purpose))
    if wider or label.originators != {desk.code}:
        raise RefusedError(
            RefusalReason.HANDLING_FORBIDS,
            f"the label is looser than {default}, which the grant asks for: {', '.join(wider) or 'originators'}",
            hint="Choose a label that is at least as strict; `egnatia handling compare` shows where it is not.",
        )


def travelling(
    tx: Transaction, partner: PartnerCode, release: Row[Any]
) -> tuple[LabelBody | None, GradingBody | None, str | None]:
    """The label as it goes to this partner, its grading, and the hash that the receipt has to repeat.

    Raises:
        RefusedError: PARTNER_TOO_OLD, the partner's release knows only short codes and none says this label.
    """
    if release.label is None:  # proposed under release 0.1.0
        return None, None, None
    if protocol_of(tx, partner) < LABELS_FROM:
        if release.handling == WHOLE_LABEL:
            require_protocol(tx, partner, LABELS_FROM, "a handling label that no short code says")
        return None, None, None
    label = from_text(release.label)
    return to_body(label), grading_body(stored_grading(release.grading)), label_sha256(label)


def stored_grading(text: str | None) -> Grading | None:
    """The grading in its column."""
    return None if text is None else Grading(*json.loads(text))


def arrived(
    desk: Desk, row: FollowUp, handling: str, marking: tuple[LabelBody | None, GradingBody | None], today: date
) -> Marked:
    """The label of what a partner released to us.

    Raises:
        RefusedError: HANDLING_UNKNOWN for a code or label that nobody can read, that contradicts its own short code, or
            that is not the sender's; HANDLING_FORBIDS when it does not let us have the item at all.
    """
    body, grading = marking
    known = circumstances(row.partner, desk.code)
    label = short_label(handling, known, row.purpose) if body is None else from_body(body)
    if label.originators != {row.partner}:
        raise RefusedError(RefusalReason.HANDLING_UNKNOWN, "the label names another originator than the sender")
    if body is not None and not _agree(handling, label, known, row):
        raise RefusedError(RefusalReason.HANDLING_UNKNOWN, "the label and its short code do not say the same")
    _check_for(label, desk.code)
    check_use(label, row.purpose, today)
    found = grading_of(grading)
    return Marked(label, handling, None if found is None else check_grading(found))


def _agree(handling: str, label: Label, known: Circumstances, row: FollowUp) -> bool:
    """Whether the short code beside a label says the same, or says that no short code does."""
    if handling == WHOLE_LABEL:
        return short_code(label, known, row.purpose) == WHOLE_LABEL
    return short_label(handling, known, row.purpose) == label


def _check_for(label: Label, holder: PartnerCode) -> None:
    if label.audience.orgs is not None and holder not in label.audience.orgs:
        raise RefusedError(RefusalReason.HANDLING_FORBIDS, f"its label is not for {holder}")


def label_of(release: Row[Any], row: FollowUp, us: PartnerCode) -> Label:
    """The label of a stored release, ours or received; one of release 0.1.0 has only its short code.

    Raises:
        RefusedError: HANDLING_UNKNOWN.
    """
    if release.label is not None:
        return from_text(release.label)
    originator, holder = (row.partner, us) if row.direction == "out" else (us, row.partner)
    return short_label(release.handling, circumstances(originator, holder), row.purpose)


def keep_until(tx: Transaction, desk: Desk, grant_id: GrantId, label: Label, now: datetime) -> datetime:
    """Until when a received item may be kept: what the grant allows, or the label's day when that comes first (L7)."""
    allowed = desk.keep_until(tx, grant_id, now)
    if label.erase_on is None:
        return allowed
    return min(allowed, datetime.combine(label.erase_on, time.min, UTC))
