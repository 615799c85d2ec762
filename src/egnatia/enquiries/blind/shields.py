"""Who must not stand in a filter: protected persons in nobody's, claimants not in that of the state they fear.

An open enquiry is shielded when it is answered. A blind one cannot be: nobody here knows what is asked. So the shield
works when the filter is made, and whatever is marked, claimed, erased or corrected afterwards ends the epoch at once
(`ended_by`): the old filter would say more than the list does.

How many entries a filter has tells nothing of it: it is filled up to the number before anybody was left out.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import select

from egnatia.engines.documents import normal_number
from egnatia.enquiries.blind.lists import Listed
from egnatia.enquiries.guard import read_claim
from egnatia.model.events import EventKind
from egnatia.model.ids import PartnerCode, SealedId
from egnatia.store.database import Transaction
from egnatia.store.tables import claim_shield, ledger_entry, protection_claim, protection_mark

_TAKING_OUT = (
    EventKind.RECORD_ERASED,
    EventKind.PROTECTION_MARKED,
    EventKind.CLAIM_RECORDED,
    EventKind.CORRECTION_MADE,
    EventKind.BLIND_LIST_IMPORTED,
)
_HOUSEKEEPING = "due:%"
"""Objects of the entries of `tidy`, by which what is past its day is erased: no list has such records."""


@dataclass(frozen=True, slots=True)
class Shield:
    """What one partner's filter leaves out: records by reference, documents by number."""

    refs: frozenset[str]
    numbers: frozenset[str]

    def covers(self, listed: Listed) -> bool:
        """Whether this entry stays out."""
        return listed.ref in self.refs or (listed.number != "" and normal_number(listed.number) in self.numbers)


def shield_for(tx: Transaction, partner: PartnerCode, codes: Collection[str]) -> Shield:
    """What must stay out of this partner's filters.

    Args:
        tx: any transaction.
        partner: whose filter it is.
        codes: under which it issues documents: a claim may name the state by any of them.
    """
    marked = tx.execute(select(protection_mark.c.ref)).scalars()
    shielded = tx.execute(select(claim_shield.c.ref).where(claim_shield.c.partner == partner)).scalars()
    return Shield(frozenset([*marked, *shielded]), frozenset(_claimed_numbers(tx, {partner, *codes})))


def _claimed_numbers(tx: Transaction, names: set[str]) -> Iterable[str]:
    """Numbers of documents that a claimant against this state is known to hold, ours or anybody's."""
    rows = tx.execute(select(protection_claim.c.sealed_id).where(protection_claim.c.closed_at.is_(None)))
    for row in rows.all():
        claim = read_claim(tx.unseal(SealedId(row.sealed_id)))
        if names.intersection(claim.origins):
            yield from (normal_number(number) for number in claim.document_numbers)


def ended_by(tx: Transaction, since: int) -> bool:
    """Whether anything was marked, claimed, erased or corrected since the ledger had this size.

    It ends the filters of all partners alike, so that an end says nothing about whom it is for.
    """
    columns = ledger_entry.c
    query = select(columns.sequence).where(
        columns.kind.in_([kind.value for kind in _TAKING_OUT]),
        columns.sequence >= since,
        columns.object_ref.not_like(_HOUSEKEEPING),
    )
    return tx.execute(query.limit(1)).first() is not None
