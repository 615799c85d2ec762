"""A holder's request for consent as the originator's people read it: why it asks, and the item that would go further."""

from dataclasses import dataclass, replace
from datetime import datetime

from egnatia.accounts import authorise
from egnatia.enquiries import releases
from egnatia.enquiries.desk import Desk
from egnatia.enquiries.labels import label_of
from egnatia.enquiries.onward.consents import IN, Consent, act_on, get
from egnatia.enquiries.onward.deciding import our_item
from egnatia.errors import ErasedError
from egnatia.ledger import append
from egnatia.model.events import EventKind
from egnatia.model.handling import Label
from egnatia.model.ids import RecordRef
from egnatia.model.officers import Action, Officer
from egnatia.store.database import Transaction


@dataclass(frozen=True, slots=True)
class OpenedRequest:
    """Everything that the two people decide about.

    Attributes:
        row: the request.
        ref: our record behind the item.
        justification: why the holder asks; None where it was erased.
        fields: the item's values as they were released; None where they were erased.
        label: under which they were released.
    """

    row: Consent
    ref: RecordRef
    justification: str | None
    fields: dict[str, str] | None
    label: Label


def view_request(tx: Transaction, desk: Desk, officer: Officer, request_id: str, now: datetime) -> OpenedRequest:
    """Open a holder's request with the item that it is about. Looking is a consultation and is logged.

    Raises:
        ForbiddenError: neither of the two people who decide.
        NotFoundError: there is no such request.
        RefusedError: HANDLING_UNKNOWN, the item was released under a code that nobody knows.
    """
    authorise(officer, Action.PROPOSE_RELEASE)
    row = get(tx, request_id, IN)
    asked, stored = our_item(tx, row.item)
    said = tx.opened(row.sealed_id)
    act = act_on(row, EventKind.CORE_DATA_VIEWED, officer.id, now)
    append(tx, replace(act, justification="to decide on a request for consent", content={"item": row.item}))
    made = next(each for each in releases.of_follow_up(tx, asked.id) if each.id == stored.id)
    return OpenedRequest(
        row, asked.ref, None if said is None else said.decode(), _values(tx, made), label_of(stored, asked, desk.code)
    )


def _values(tx: Transaction, made: releases.Release) -> dict[str, str] | None:
    try:
        return releases.values_of(tx, made)
    except ErasedError:
        return None
