"""A network: nodes, the ties between them, and the parts of it that may be looked at.

The order in which nodes and ties were read never shows: both are kept sorted, so that every figure, picture and file of
the same facts is the same.
"""

from collections import deque
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from types import MappingProxyType

from egnatia.engines.people.graph.types import HOLDERS, Node, Tie
from egnatia.errors import ConflictError, InputError, NotFoundError

MAX_NODES = 1_000_000
MAX_TIES = 3_000_000
"""Ten times the design's measured network of 100,000 and 300,000; a larger one wants a database, not a file."""


@dataclass(frozen=True)
class Network:
    """Nodes by reference and ties, both sorted. Invariant: every tie's ends are nodes. Make one with `network`."""

    nodes: Mapping[str, Node]
    ties: tuple[Tie, ...] = field(default=())

    def __getitem__(self, ref: str) -> Node:
        """The node of a reference.

        Raises:
            NotFoundError: there is none.
        """
        try:
            return self.nodes[ref]
        except KeyError:
            raise NotFoundError(
                f"{ref!r} is not in this network", hint="References are compared letter by letter."
            ) from None

    @cached_property
    def neighbours(self) -> Mapping[str, frozenset[str]]:
        """The references each node is tied to."""
        found: dict[str, set[str]] = {ref: set() for ref in self.nodes}
        for tie in self.ties:
            found[tie.left].add(tie.right)
            found[tie.right].add(tie.left)
        return MappingProxyType({ref: frozenset(others) for ref, others in found.items()})

    def ties_between(self, left: str, right: str) -> tuple[Tie, ...]:
        """Every tie of two nodes, in either direction."""
        return self._by_pair.get(_pair(left, right), ())

    @cached_property
    def _by_pair(self) -> Mapping[tuple[str, str], tuple[Tie, ...]]:
        found: dict[tuple[str, str], list[Tie]] = {}
        for tie in self.ties:
            found.setdefault(_pair(tie.left, tie.right), []).append(tie)
        return {pair: tuple(ties) for pair, ties in found.items()}


def _pair(left: str, right: str) -> tuple[str, str]:
    return (left, right) if left < right else (right, left)


def network(nodes: Iterable[Node], ties: Iterable[Tie]) -> Network:
    """Put a network together. The same tie told twice counts once.

    Raises:
        ConflictError: two nodes have one reference and do not say the same.
        InputError: a tie's end is no node, or there is more than `MAX_NODES` or `MAX_TIES`.
    """
    made: dict[str, Node] = {}
    for node in nodes:
        if made.setdefault(node.ref, node) != node:
            raise ConflictError(f"two nodes have the reference {node.ref!r} and do not say the same")
        _limit(len(made), MAX_NODES, "nodes")
    kept: set[Tie] = set()
    for tie in ties:
        for end in (tie.left, tie.right):
            if end not in made:
                raise InputError(f"a tie ends at {end!r}, which is no node", hint="Add the node, or take the tie out.")
        kept.add(tie)
        _limit(len(kept), MAX_TIES, "ties")
    ordered = sorted(kept, key=_in_order)
    return Network(MappingProxyType({ref: made[ref] for ref in sorted(made)}), tuple(ordered))


def _in_order(tie: Tie) -> tuple[str, str, date, date, str, str]:
    return tie.left, tie.right, tie.since, tie.until or date.max, tie.relation, tie.source


def _limit(count: int, most: int, what: str) -> None:
    if count > most:
        raise InputError(f"the network has more than {most:,} {what}", hint="Cut out one case first.")


def without(whole: Network, taken_out: Collection[str]) -> Network:
    """The network without some nodes and whatever was tied to them."""
    kept = (node for ref, node in whole.nodes.items() if ref not in taken_out)
    ties = (tie for tie in whole.ties if tie.left not in taken_out and tie.right not in taken_out)
    return network(kept, ties)


def visible(whole: Network) -> Network:
    """What measures may read: no shielded person, and no thing that only shielded persons hold.

    A thing that a shielded person shares with somebody who is involved stays, with the others' ties to it alone.
    """
    shielded = {ref for ref, node in whole.nodes.items() if node.shielded}
    orphaned = {
        ref
        for ref, node in whole.nodes.items()
        if node.kind not in HOLDERS and whole.neighbours[ref] and whole.neighbours[ref] <= shielded
    }
    return without(whole, shielded | orphaned)


def within(whole: Network, since: date, until: date) -> Network:
    """All nodes, and the ties of which at least one day lies between two days, both included.

    Raises:
        InputError: the first day is after the last.
    """
    if until < since:
        raise InputError("the first day is after the last")
    ties = (tie for tie in whole.ties if tie.since <= until and (tie.until or tie.since) >= since)
    return network(whole.nodes.values(), ties)


def around(whole: Network, refs: Collection[str], steps: int) -> Network:
    """The case: some nodes, everything within so many steps of one of them, and all ties between those.

    Raises:
        NotFoundError: a reference is no node.
    """
    reached = {whole[ref].ref: 0 for ref in refs}
    waiting = deque(reached)
    while waiting:
        ref = waiting.popleft()
        if reached[ref] == steps:
            continue
        for other in whole.neighbours[ref]:
            if other not in reached:
                reached[other] = reached[ref] + 1
                waiting.append(other)
    return network(
        (whole.nodes[ref] for ref in reached),
        (tie for tie in whole.ties if tie.left in reached and tie.right in reached),
    )
