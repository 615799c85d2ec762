"""Which references a standing enquiry has brought already: a candidate is new once, however often it is found again."""

from sqlalchemy import bindparam, select

from egnatia.exchange.outbox import Sent
from egnatia.model.ids import EnquiryId, RecordRef
from egnatia.store.database import Transaction
from egnatia.store.prepared import Prepared, insert_into
from egnatia.store.tables import candidate, standing_ask

_LINK = insert_into(standing_ask)
_OF = Prepared(select(standing_ask.c.standing_id).where(standing_ask.c.enquiry_id == bindparam("enquiry_id")))
_KNOWN = Prepared(
    select(candidate.c.id)
    .join(standing_ask, standing_ask.c.enquiry_id == candidate.c.enquiry_id)
    .where(
        standing_ask.c.standing_id == bindparam("standing_id"),
        candidate.c.partner == bindparam("partner"),
        candidate.c.ref == bindparam("ref"),
    )
    .limit(1)
)


def link(tx: Transaction, standing_id: str, enquiry_id: EnquiryId) -> None:
    """Note that an enquiry is one time that a standing one was asked."""
    tx.put(_LINK, {"standing_id": standing_id, "enquiry_id": enquiry_id})


def is_known(tx: Transaction, sent: Sent, ref: RecordRef) -> bool:
    """Whether an earlier answer to the same standing enquiry brought this reference of this partner; else it is new."""
    standing = tx.row(_OF, enquiry_id=sent.conversation)
    return standing is not None and (
        tx.row(_KNOWN, standing_id=standing.standing_id, partner=sent.to, ref=ref) is not None
    )
