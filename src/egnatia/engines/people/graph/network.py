"""A network: nodes, the ties between them, and the parts of it that may be looked at.

The order in which nodes and ties were read never shows: both are kept sorted, so that every figure, picture and file of
the same facts is the same.
"""

from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from types import MappingProxyType

from egnatia.engines.people.graph.types import HOLDERS, MAX_REF, Node, Tie
from egnatia.errors import ConflictError, InputError, NotFoundError

MAX_NODES = 1_000_000
MAX_TIES = 3_000_000
"""Ten times the design's measured network of 100,000 and 300,000; a larger one wants a database, not a file."""


@dataclass(frozen=True)
class Network:
    """Nodes by reference and ties, both sorted. Invariant: every tie's ends are nodes. Make one with `network`.

    Attributes:
        nodes: by reference.
        ties: between them.
        cut_hidden: of a part that was cut out, the things that only shielded persons held in the whole. In the part their
            holder may be missing, and nothing else says whose they are.
    """

    nodes: Mapping[str, Node]
    ties: tuple[Tie, ...] = field(default=())
    cut_hidden: frozenset[str] = field(default=frozenset(), compare=False)

    def __getitem__(self, ref: str) -> Node:
        """The node of a reference.

        Raises:
            NotFoundError: there is none.
        """
        try:
            return self.nodes[ref]
        except KeyError:
            raise NotFoundError(
                f"{ref[:MAX_REF]!r} is not in this network",
                hint="Give a reference; they are compared letter by letter.",
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


def network(nodes: Iterable[Node], ties: Iterable[Tie], cut_hidden: Iterable[str] = ()) -> Network:
    """Put a network together. The same tie told twice counts once.

    Args:
        nodes: each as often as it was told.
        ties: between them.
        cut_hidden: of a part that is cut out, as `Network` says.

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
    nodes_in_order = MappingProxyType({ref: made[ref] for ref in sorted(made)})
    return Network(nodes_in_order, tuple(ordered), frozenset(ref for ref in cut_hidden if ref in made))


def _in_order(tie: Tie) -> tuple[str, str, date, date, str, str]:
    return tie.left, tie.right, tie.since, tie.until or date.max, tie.relation, tie.source


def _limit(count: int, most: int, what: str) -> None:
    if count > most:
        raise InputError(f"the network has more than {most:,} {what}", hint="Cut out one case first.")


def without(whole: Network, taken_out: Collection[str]) -> Network:
    """The network without some nodes and whatever was tied to them."""
    kept = (node for ref, node in whole.nodes.items() if ref not in taken_out)
    ties = (tie for tie in whole.ties if tie.left not in taken_out and tie.right not in taken_out)
    return network(kept, ties, whole.cut_hidden)


def visible(whole: Network) -> Network:
    """What measures may read: no shielded person, and no thing that is theirs alone (`hidden`).

    A thing that a shielded person shares with somebody who is involved stays, with the others' ties to it alone.
    """
    return without(whole, hidden(whole))


def hidden(whole: Network) -> frozenset[str]:
    """References that no measure, way or picture may read: shielded persons, and things that lead to them alone.

    A thing is theirs alone if only they hold it, whatever else it is tied to: the telephone of a victim that called a
    suspect's is the victim's. A thing that nobody holds is theirs if it is tied to theirs and to no other: the mast of
    that call, the house where the telephone lay.
    """
    shielded = {ref for ref, node in whole.nodes.items() if node.shielded}
    things = {ref for ref, node in whole.nodes.items() if node.kind not in HOLDERS}
    holders = {ref: whole.neighbours[ref] - things for ref in things}
    theirs = {ref for ref, held_by in holders.items() if held_by and held_by <= shielded} | whole.cut_hidden
    loose = {ref for ref, held_by in holders.items() if not held_by} - theirs
    return frozenset(shielded | theirs | _leading_to(whole, loose, theirs))


def _leading_to(whole: Network, loose: set[str], theirs: Collection[str]) -> set[str]:
    """Of things that nobody holds, those that hang on things of shielded persons and on no other."""
    found, waiting = set[str](), set(loose)
    while waiting:
        part = _reached([waiting.pop()], lambda ref: whole.neighbours[ref] & loose)
        waiting -= part
        ends = frozenset[str]().union(*(whole.neighbours[ref] for ref in part)) - part
        if ends and ends <= frozenset(theirs):
            found |= part
    return found


def _reached(start: Iterable[str], next_to: Callable[[str], Iterable[str]]) -> set[str]:
    reached = set(start)
    waiting = list(reached)
    while waiting:
        fresh = set(next_to(waiting.pop())) - reached
        reached |= fresh
        waiting.extend(fresh)
    return reached


def attributable(whole: Network) -> Network:
    """What may be written with shielded persons in it: all but their things of which the part no longer says whose they are."""
    still_said = hidden(replace(whole, cut_hidden=frozenset()))
    return without(whole, whole.cut_hidden - still_said)


def within(whole: Network, since: date, until: date) -> Network:
    """All nodes, and the ties of which at least one day lies between two days, both included.

    Raises:
        InputError: the first day is after the last.
    """
    if until < since:
        raise InputError("the first day is after the last")
    ties = (tie for tie in whole.ties if tie.since <= until and (tie.until or tie.since) >= since)
    return network(whole.nodes.values(), ties, hidden(whole))


def around(whole: Network, refs: Collection[str], steps: int) -> Network:
    """The case: some nodes, everything within so many steps of one of them, and all ties between those.

    No step leads on from a shielded person or a thing that is theirs alone: they are reached, so that holders are counted
    right and their number can be said, and what is behind them is not.

    Raises:
        NotFoundError: a reference is no node.
        InputError: a case would be cut out around a shielded person, or a thing that only shielded persons hold.
    """
    concealed = hidden(whole)
    for ref in refs:
        if whole[ref].ref in concealed:
            raise untraceable(ref)
    reached = dict.fromkeys(refs, 0)
    waiting = deque(reached)
    while waiting:
        ref = waiting.popleft()
        if reached[ref] == steps or ref in concealed:
            continue
        for other in whole.neighbours[ref]:
            if other not in reached:
                reached[other] = reached[ref] + 1
                waiting.append(other)
    return network(
        (whole.nodes[ref] for ref in reached),
        (tie for tie in whole.ties if tie.left in reached and tie.right in reached),
        concealed,
    )


def untraceable(ref: str) -> InputError:
    """Why nothing is looked for around a node."""
    return InputError(
        f"{ref} is a shielded person, or a thing that only shielded persons hold",
        hint="Nobody is traced who is a victim, a child, family or under protection; only a person who is "
        "recorded as involved is.",
    )
