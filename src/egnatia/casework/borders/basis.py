"""What this node holds a document against: trust store, own register, forgery alerts, each under a version that a replay compares.

The version of the register is what is in it (how many entries, and the newest), not the day of the question: on another
day the same register gives the same bytes.
"""

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from egnatia.enquiries.desk import Desk
from egnatia.enquiries.forgery_alerts.held import flags_on
from egnatia.enquiries.registered import own_register
from egnatia.store.database import Transaction
from egnatia.store.tables import registered_document

if TYPE_CHECKING:
    from egnatia.engines.documents.presented import Basis
    from egnatia.enquiries.trust import Held


def node_basis(tx: Transaction, desk: Desk, held: "Held", day: date) -> "Basis":
    """The basis of an examination at this node; it looks up in this transaction, which has to outlive the examination.

    Args:
        tx: any transaction.
        desk: the node's own side.
        held: its trust store; without one no chip's signer leads anywhere, and the examination says `cannot_tell`.
        day: of the inspection.
    """
    from egnatia.engines.documents.presented import Basis

    flags = flags_on(tx, day)
    return Basis(
        day,
        store=held.store,
        register=own_register(tx, desk),
        register_version=register_version(tx),
        series=flags.templates,
        blanks=flags.blanks,
        reported=flags.reported,
    )


def register_version(tx: Transaction) -> str:
    """The state of the own register in words: another state has others."""
    table = registered_document.c
    columns = func.count().label("entries"), func.max(table.imported_at).label("newest")
    row = tx.execute(select(*columns).select_from(registered_document)).one()
    since = "" if row.newest is None else f", newest of {row.newest:%Y-%m-%dT%H:%M:%S.%fZ}"
    return f"own register, {row.entries} entries{since}"
