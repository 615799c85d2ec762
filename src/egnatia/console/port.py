"""What the console needs of a node: `node.Node` satisfies it, and so does the small node of the tests."""

from typing import Protocol

from egnatia.enquiries.trust.deciding import TrustNode
from egnatia.ledger.report import Trust
from egnatia.model.ids import PartnerCode
from egnatia.store.database import Transaction


class NodePort(TrustNode, Protocol):
    """One partner's node, as its console sees it."""

    @property
    def code(self) -> PartnerCode:
        """Which partner's node this is."""
        ...

    def trust(self, tx: Transaction) -> Trust:
        """The keys by which this node's ledger and its partners' cosignatures are verified."""
        ...
