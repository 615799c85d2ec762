"""What the console needs of a node: `node.Node` satisfies it, and so does the small node of the tests."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol, TypeVar

from egnatia.enquiries.desk import Desk
from egnatia.enquiries.trust import TrustKeeper
from egnatia.ledger.report import Trust
from egnatia.model.ids import PartnerCode
from egnatia.store.database import Database, Transaction

T = TypeVar("T")


class NodePort(Protocol):
    """One partner's node, as its console sees it."""

    @property
    def code(self) -> PartnerCode:
        """Which partner's node this is."""
        ...

    @property
    def database(self) -> Database:
        """Where reading happens: `with node.database.read() as tx`."""
        ...

    @property
    def desk(self) -> Desk:
        """The node's own side of every conversation."""
        ...

    @property
    def trust_keeper(self) -> TrustKeeper:
        """The way to the node's trust store."""
        ...

    def clock(self) -> datetime:
        """The present moment in UTC."""
        ...

    def commit(self, job: Callable[[Transaction], T]) -> T:
        """Run a job in the node's one queue of writes and return its result once it is durable."""
        ...

    def trust(self, tx: Transaction) -> Trust:
        """The keys by which this node's ledger and its partners' cosignatures are verified."""
        ...
