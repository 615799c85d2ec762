"""Who stands where in a case: leads for a person to follow, never a finding about anybody.

Only what `network.visible` leaves is read, so that victims, children and family are neither ranked nor make others rank.
Records of a case are never complete. Each brokerage is therefore given with the range it takes when every tenth tie, drawn
at random, is missing: a lead that comes and goes with one report is seen to do so (the sensitivity to missing data that
studies of criminal networks insist on, Ficara et al. on the Montagna cases, PLOS ONE 2021).
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import rustworkx as rx

from egnatia.engines.people.graph.network import Network, visible, without
from egnatia.engines.people.graph.types import NodeKind
from egnatia.errors import InputError

if TYPE_CHECKING:
    import networkx as nx

MAX_CASE = 5_000
"""Nodes of a case that is measured. Brokerage takes time by nodes times ties: 2.1 s at 5,000 and 9,119 (the design's
measurement), hours on a whole register, where it means nothing anyway."""
MISSING = 0.1
"""Share of ties that each trial leaves out."""
TRIALS = 20
"""Trials: the range then covers nine tenths of what such gaps do (lowest and highest of 20 draws)."""


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
        community: number of its community, the largest 0 (Louvain; Blondel et al. 2008).
    """

    ref: str
    kind: NodeKind
    ties: int
    brokerage: float
    brokerage_low: float
    brokerage_high: float
    core: int
    cuts: bool
    community: int


@dataclass(frozen=True, slots=True)
class Measures:
    """A case measured: its positions, highest brokerage first, and how many nodes were left out as shielded."""

    positions: tuple[Position, ...]
    bridges: tuple[tuple[str, str], ...]
    left_out: int
    trials: int


def measure(case: Network, seed: int, trials: int = TRIALS) -> Measures:
    """Measure a case.

    Args:
        case: what to measure: a case cut out with `network.around`, not a register.
        seed: of the trials and of the communities; the same seed gives the same figures.
        trials: how often to leave ties out; 0 gives ranges without width.

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
    refs = list(seen.nodes)
    graph = _graph(seen, refs)
    brokerage = _brokerage(graph)
    ranges = _ranges(graph, brokerage, np.random.default_rng(seed), trials)
    cuts, acquainted = rx.articulation_points(graph), _acquainted(seen)
    cores = nx.core_number(acquainted)
    communities = _communities(acquainted, seed)
    positions = [
        Position(ref, seen.nodes[ref].kind, graph.degree(place), brokerage[place], *ranges[place], cores[ref],
                 place in cuts, communities[ref])
        for place, ref in enumerate(refs)
    ]  # fmt: skip
    return Measures(
        tuple(sorted(positions, key=lambda each: (-each.brokerage, each.ref))),
        tuple(sorted((min(pair), max(pair)) for pair in nx.bridges(acquainted))),
        len(case.nodes) - len(seen.nodes),
        trials,
    )


def _graph(seen: Network, refs: list[str]) -> "rx.PyGraph[str, None]":
    """One edge per pair of nodes, however many ties they have: twenty calls are one acquaintance."""
    places = {ref: place for place, ref in enumerate(refs)}
    graph: rx.PyGraph[str, None] = rx.PyGraph(multigraph=False)
    graph.add_nodes_from(refs)
    graph.add_edges_from([(places[tie.left], places[tie.right], None) for tie in seen.ties])
    return graph


def _brokerage(graph: "rx.PyGraph[str, None]") -> list[float]:
    found = rx.betweenness_centrality(graph, parallel_threshold=len(graph) + 1)  # one thread: sums in one order
    return [found[place] for place in range(len(graph))]


def _ranges(
    graph: "rx.PyGraph[str, None]", whole: list[float], chance: "np.random.Generator", trials: int
) -> list[tuple[float, float]]:
    """Lowest and highest brokerage of each over the trials; the whole graph is one of them."""
    low, high = list(whole), list(whole)
    edges = sorted(graph.edge_list())
    for _ in range(trials if edges else 0):
        trial = graph.copy()
        missing = chance.choice(len(edges), max(1, round(MISSING * len(edges))), replace=False)
        trial.remove_edges_from([edges[place] for place in missing])
        for place, value in enumerate(_brokerage(trial)):
            low[place], high[place] = min(low[place], value), max(high[place], value)
    return list(zip(low, high, strict=True))


def _acquainted(seen: Network) -> "nx.Graph[str]":
    import networkx as nx

    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(seen.nodes)
    graph.add_edges_from((tie.left, tie.right) for tie in seen.ties)
    return graph


def _communities(graph: "nx.Graph[str]", seed: int) -> dict[str, int]:
    import networkx as nx

    groups = sorted(nx.community.louvain_communities(graph, seed=seed), key=lambda group: (-len(group), min(group)))
    return {ref: number for number, group in enumerate(groups) for ref in group}


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
        values = _brokerage(_graph(seen, refs))
        ranked = [(-value, ref) for value, ref in zip(values, refs, strict=True) if seen.nodes[ref].kind in kinds]
        if not ranked:
            break
        ref = min(ranked)[1]
        seen = without(seen, {ref})
        found.append(Disruption(ref, _largest(seen) / first))
    return found


def _largest(seen: Network) -> int:
    return max(map(len, rx.connected_components(_graph(seen, list(seen.nodes)))), default=0)
