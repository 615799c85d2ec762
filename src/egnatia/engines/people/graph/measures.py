"""Who stands where in a case: leads for a person to follow, never a finding about anybody.

Only what `network.visible` leaves is read, so that victims, children and family are neither ranked nor make others rank.
Nothing is given without what missing reports would do to it (`trials`).
"""

from collections.abc import Collection
from dataclasses import dataclass

import rustworkx as rx

from egnatia.engines.people.graph.network import Network, visible, without
from egnatia.engines.people.graph.trials import Told, acquainted, brokerage, communities, tried, usual_trials
from egnatia.engines.people.graph.types import NodeKind
from egnatia.errors import InputError

MAX_CASE = 5_000
"""Nodes of a case that is measured. Brokerage takes time by nodes times ties: 3 s at 5,000 and 9,119 (bench.people.graph),
hours on a whole register, where it means nothing anyway."""


@dataclass(frozen=True, slots=True)
class Position:
    """Where one node stands.

    Attributes:
        ref: its reference.
        kind: what it is.
        ties: to how many others it is tied.
        brokerage: share of all shortest ways between others that pass it, 0 to 1 (betweenness, Freeman 1977).
        brokerage_low: the lowest of the trials with ties missing.
        brokerage_high: the highest.
        core: the largest k such that it belongs to a group in which each has k others (Seidman 1983).
        cuts: whether others lose each other without it (articulation point).
        cut_trials: in how many of the trials they do.
        community: number of its community, the largest 0.
    """

    ref: str
    kind: NodeKind
    ties: int
    brokerage: float
    brokerage_low: float
    brokerage_high: float
    core: int
    cuts: bool
    cut_trials: int
    community: int


@dataclass(frozen=True, slots=True)
class Community:
    """Nodes that are tied to each other more than to others.

    Attributes:
        number: the largest is 0.
        members: their references in order.
        together: of two of its members, the mean share of trials in which they stood in one community, 0 to 1.
    """

    number: int
    members: tuple[str, ...]
    together: float


@dataclass(frozen=True, slots=True)
class Measures:
    """A case measured.

    Attributes:
        positions: of every node, highest brokerage first.
        communities: the largest first.
        bridges: pairs whose only tie joins what would be apart without it.
        left_out: how many nodes were left out as shielded.
        trials: how often ties were left out.
    """

    positions: tuple[Position, ...]
    communities: tuple[Community, ...]
    bridges: tuple[tuple[str, str], ...]
    left_out: int
    trials: int


def measure(case: Network, seed: int, trials: int | None = None, told: Told = lambda _done, _all: None) -> Measures:
    """Measure a case.

    Args:
        case: what to measure: a case cut out with `network.around`, not a register.
        seed: of the trials and of the communities; the same seed gives the same figures.
        trials: how often to leave ties out; 0 gives ranges without width, None as many as is usual for its size.
        told: told after each trial how many of how many are done.

    Raises:
        InputError: more than `MAX_CASE` nodes may be read.
    """
    import networkx as nx  # a twelfth of a node's start, and few nodes measure

    seen = visible(case)
    if len(seen.nodes) > MAX_CASE:
        raise InputError(
            f"a case of {len(seen.nodes):,} nodes is measured; the limit is {MAX_CASE:,}",
            hint="Cut out fewer steps around the persons of the case.",
        )
    refs, graph = list(seen.nodes), _graph(seen)
    plain = acquainted(graph)
    groups, whole = communities(plain, seed), brokerage(graph)
    found = tried(graph, whole, groups, seed, told, usual_trials(len(refs)) if trials is None else trials)
    cuts, cores = rx.articulation_points(graph), nx.core_number(plain)
    group_of = {place: number for number, group in enumerate(groups) for place in group}
    positions = [
        Position(ref, seen.nodes[ref].kind, graph.degree(place), whole[place], found.low[place], found.high[place],
                 cores[place], place in cuts, found.cuts[place], group_of[place])
        for place, ref in enumerate(refs)
    ]  # fmt: skip
    return Measures(
        tuple(sorted(positions, key=lambda each: (-each.brokerage, each.ref))),
        tuple(Community(number, tuple(sorted(refs[place] for place in group)), found.together[number])
              for number, group in enumerate(groups)),
        tuple(sorted((refs[min(pair)], refs[max(pair)]) for pair in rx.bridges(graph))),
        len(case.nodes) - len(seen.nodes),
        found.trials,
    )  # fmt: skip


def _graph(seen: Network) -> "rx.PyGraph[str, None]":
    """One edge per pair of nodes, however many ties they have: twenty calls are one acquaintance."""
    places = {ref: place for place, ref in enumerate(seen.nodes)}
    graph: rx.PyGraph[str, None] = rx.PyGraph(multigraph=False)
    graph.add_nodes_from(list(seen.nodes))
    graph.add_edges_from([(places[tie.left], places[tie.right], None) for tie in seen.ties])
    return graph


@dataclass(frozen=True, slots=True)
class Disruption:
    """What is left when one more node is gone.

    Attributes:
        ref: the node that is taken out, the one of the highest brokerage among those left.
        largest: share of the case's first nodes that still reach one another.
    """

    ref: str
    largest: float


def disruption(
    case: Network, removals: int, kinds: Collection[NodeKind] = frozenset({NodeKind.PERSON})
) -> list[Disruption]:
    """How fast a case falls apart if its brokers are taken out one by one, the order worked out anew each time.

    It compares ways to plan an operation. It names nobody as fit for an arrest: for that there is a person and a law.

    Raises:
        InputError: as `measure` says, or fewer than 1 removal.
    """
    seen = visible(case)
    if removals < 1 or len(seen.nodes) > MAX_CASE:
        raise InputError(f"1 or more removals are tried, on at most {MAX_CASE:,} nodes")
    first, found = len(seen.nodes), list[Disruption]()
    for _ in range(removals):
        refs = list(seen.nodes)
        values = brokerage(_graph(seen))
        ranked = [(-value, ref) for value, ref in zip(values, refs, strict=True) if seen.nodes[ref].kind in kinds]
        if not ranked:
            break
        ref = min(ranked)[1]
        seen = without(seen, {ref})
        found.append(Disruption(ref, _largest(seen) / first))
    return found


def _largest(seen: Network) -> int:
    return max(map(len, rx.connected_components(_graph(seen))), default=0)
