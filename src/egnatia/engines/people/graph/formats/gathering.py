"""Nodes and ties of a file as they come, in whatever order: no more of them are held than a network may have."""

from egnatia.engines.people.graph.network import MAX_NODES, MAX_TIES, Network, network
from egnatia.engines.people.graph.types import Node, Tie
from egnatia.errors import InputError


class Gathered:
    """What was read so far. Invariant: no more than `most_nodes` and `most_ties`, told twice or not."""

    def __init__(self, most_nodes: int = MAX_NODES, most_ties: int = MAX_TIES) -> None:
        self._most = {"nodes": most_nodes, "ties": most_ties}
        self._nodes: list[Node] = []
        self._ties: list[Tie] = []

    def add(self, item: Node | Tie) -> None:
        """Take one more.

        Raises:
            InputError: there are too many.
        """
        if isinstance(item, Node):
            self._nodes.append(item)
        else:
            self._ties.append(item)
        for what, count in (("nodes", len(self._nodes)), ("ties", len(self._ties))):
            if count > self._most[what]:
                raise InputError(f"the file has more than {self._most[what]:,} {what}", hint="Cut out one case first.")

    def network(self) -> Network:
        """All of it as a network; raises as `network` does."""
        return network(self._nodes, self._ties)
