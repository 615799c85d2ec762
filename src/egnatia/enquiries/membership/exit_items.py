"""What else went from one to the other besides answers, follow-ups and releases: for the obligations of an exit.

Items passed on by a third, signed consents, corrections that are not settled, and filters of blind lists. Each has a name
that both ends know, as every item of an exit has.
"""

from collections.abc import Iterator

from sqlalchemy import select

from egnatia.model.handling import ConsentState
from egnatia.model.ids import PartnerCode, SealedId
from egnatia.model.states import CopyState
from egnatia.store.database import Transaction
from egnatia.store.tables import (
    blind_epoch,
    blind_filter,
    consent_request,
    correction_copy,
    correction_taken,
    forwarded_item,
)

RECEIVED, SUPPLIED = "received", "supplied"
ONWARD_ITEM, TOKEN, CORRECTION, BLIND_FILTER = "onward_item", "token", "correction", "blind_filter"
ROOT = 36
"""Characters of a filter's root that name it: 144 bits, as long as an id."""
Item = tuple[str, str, str]


def more_items(tx: Transaction, partner: PartnerCode) -> list[Item]:
    """Direction, kind and name of each, none twice; ask before filters are ended."""
    found = [*_onward(tx, partner), *_tokens(tx, partner), *_corrections(tx, partner), *_filters(tx, partner)]
    return list(dict.fromkeys(found))


def _onward(tx: Transaction, partner: PartnerCode) -> Iterator[Item]:
    """What it passed on to us, what is its own wherever it came from, and what we passed on to it and it has."""
    table = forwarded_item.c
    theirs = (table.direction == "in") & ((table.partner == partner) | (table.originator == partner))
    for item in tx.execute(select(table.item).where(theirs).order_by(table.item)).scalars():
        yield RECEIVED, ONWARD_ITEM, f"item:{item}"
    ours = (table.direction == "out") & (table.partner == partner) & table.delivered_at.is_not(None)
    for item in tx.execute(select(table.item).where(ours).order_by(table.item)).scalars():
        yield SUPPLIED, ONWARD_ITEM, f"item:{item}"


def _tokens(tx: Transaction, partner: PartnerCode) -> Iterator[Item]:
    table = consent_request.c
    granted = (table.partner == partner) & (table.state == ConsentState.GRANTED)
    for row in tx.execute(select(table.id, table.direction).where(granted).order_by(table.id)):
        yield SUPPLIED if row.direction == "in" else RECEIVED, TOKEN, f"consent:{row.id}"


def _corrections(tx: Transaction, partner: PartnerCode) -> Iterator[Item]:
    """Ours that it has not carried out or looked at, and its at which nobody here has looked."""
    copy, taken = correction_copy.c, correction_taken.c
    open_ = (copy.partner == partner) & (copy.state != CopyState.DONE)
    for each in tx.execute(select(copy.correction_id).where(open_).order_by(copy.correction_id)).scalars():
        yield SUPPLIED, CORRECTION, f"correction:{each}"
    waits = (taken.partner == partner) & taken.done_at.is_(None)
    for each in tx.execute(select(taken.correction_id).where(waits).order_by(taken.correction_id)).scalars():
        yield RECEIVED, CORRECTION, f"correction:{each}"


def _filters(tx: Transaction, partner: PartnerCode) -> Iterator[Item]:
    held = select(blind_filter.c.root).where(blind_filter.c.holder == partner).order_by(blind_filter.c.root)
    for root in tx.execute(held).scalars():
        yield RECEIVED, BLIND_FILTER, f"filter:{root[:ROOT]}"
    made = (blind_epoch.c.audience == partner) & blind_epoch.c.ended_at.is_(None)
    for root in tx.execute(select(blind_epoch.c.root).where(made).order_by(blind_epoch.c.root)).scalars():
        yield SUPPLIED, BLIND_FILTER, f"filter:{root[:ROOT]}"


def erase_item(tx: Transaction, partner: PartnerCode, kind: str, name: str) -> None:
    """Erase the content of what was received; the rows stay, and a filter went with the exit itself."""
    if kind == ONWARD_ITEM:
        table = forwarded_item.c
        mine = (table.item == name) & (table.direction == "in")
        mine &= (table.partner == partner) | (table.originator == partner)
        sealed = list(tx.execute(select(table.sealed_id).where(mine)).scalars())
    elif kind == TOKEN:
        sealed = list(
            tx.execute(select(consent_request.c.token_sealed_id).where(consent_request.c.id == name)).scalars()
        )
    else:
        taken = correction_taken.c
        mine = (taken.partner == partner) & (taken.correction_id == name)
        sealed = list(tx.execute(select(taken.sealed_id).where(mine)).scalars())
    for each in sealed:
        if each is not None:
            tx.erase(SealedId(each))
