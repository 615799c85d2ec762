"""Officers' names for display: the ledger and the tables hold opaque ids, and names never leave the node."""

from egnatia.accounts import officers
from egnatia.model.ids import OfficerId
from egnatia.store.database import Transaction


def officer_names(tx: Transaction) -> dict[OfficerId, str]:
    """Account name by officer id, for closed accounts too."""
    return {account.officer.id: account.officer.name for account in officers(tx)}
