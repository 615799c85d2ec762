"""How much of a measure is the reports': each measure again, many times, with a tenth of the ties missing at random.

Records of a case are never complete. A lead that comes and goes with one report is seen to do so (the sensitivity to missing
data that studies of criminal networks insist on, Ficara et al. on the Montagna cases, PLOS ONE 2021).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import comb
from typing import TYPE_CHECKING

import numpy as np
import rustworkx as rx

if TYPE_CHECKING:
    import networkx as nx

MISSING = 0.1
"""Share of ties that each trial leaves out."""
TRIALS, FEW_TRIALS = 20, 5
"""Trials, and those of a case larger than `WIDE`: the range of 20 draws covers nine tenths of what such gaps do, that of 5
two thirds (the chance that one draw more lies outside all of n before is 2/(n + 1))."""
WIDE = 1_500
"""Nodes from which on there are `FEW_TRIALS`: one trial takes 0.4 s of processor time there and 4 s at 5,000
(bench.people.graph)."""
Told = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Tried:
    """What the trials came to.

    Attributes:
        low: lowest brokerage of each node, the whole case being one of the draws.
        high: the highest.
        cuts: in how many trials others lost each other without the node.
        together: of each community, the mean share of pairs of its members that stood in one community in a trial.
        trials: how many there were.
    """

    low: list[float]
    high: list[float]
    cuts: list[int]
    together: list[float]
    trials: int


def usual_trials(nodes: int) -> int:
    """How many trials a case of so many nodes is given."""
    return TRIALS if nodes <= WIDE else FEW_TRIALS


def tried(
    graph: "rx.PyGraph[str, None]", whole: list[float], groups: list[frozenset[int]], seed: int, told: Told, trials: int
) -> Tried:
    """Leave ties out and measure again.

    Args:
        graph: the case, one edge per pair.
        whole: brokerage of each node in it.
        groups: its communities, as places of nodes.
        seed: of what is left out.
        told: told after how many of how many trials it is.
        trials: how many.
    """
    chance, edges = np.random.default_rng(seed), sorted(graph.edge_list())
    low, high, cuts, kept = list(whole), list(whole), [0] * len(whole), [0.0] * len(groups)
    for number in range(trials if edges else 0):
        trial = graph.copy()
        missing = chance.choice(len(edges), max(1, round(MISSING * len(edges))), replace=False)
        trial.remove_edges_from([edges[place] for place in missing])
        for place, value in enumerate(brokerage(trial)):
            low[place], high[place] = min(low[place], value), max(high[place], value)
        for place in rx.articulation_points(trial):
            cuts[place] += 1
        found = communities(acquainted(trial), seed + number + 1)
        kept = [sum_ + _together(group, found) for sum_, group in zip(kept, groups, strict=True)]
        told(number + 1, trials)
    done = trials if edges else 0
    return Tried(low, high, cuts, [share / done if done else 1.0 for share in kept], trials)


def brokerage(graph: "rx.PyGraph[str, None]") -> list[float]:
    """Share of all shortest ways between others that pass each node (betweenness, Freeman 1977)."""
    found = rx.betweenness_centrality(graph, parallel_threshold=len(graph) + 1)  # one thread: sums in one order
    return [found[place] for place in range(len(graph))]


def acquainted(graph: "rx.PyGraph[str, None]") -> "nx.Graph[int]":
    """The same network as networkx takes it."""
    import networkx as nx  # a twelfth of a node's start, and few nodes measure

    made: nx.Graph[int] = nx.Graph()
    made.add_nodes_from(range(len(graph)))
    made.add_edges_from(graph.edge_list())
    return made


def communities(graph: "nx.Graph[int]", seed: int) -> list[frozenset[int]]:
    """Groups that are tied within more than without, the largest first (Louvain; Blondel et al. 2008)."""
    import networkx as nx

    groups = map(frozenset, nx.community.louvain_communities(graph, seed=seed))
    return sorted(groups, key=lambda group: (-len(group), min(group)))


def _together(group: frozenset[int], found: Iterable[frozenset[int]]) -> float:
    """Share of the pairs of a group that are in one group again; 1 for who is alone."""
    pairs = comb(len(group), 2)
    return sum(comb(len(group & other), 2) for other in found) / pairs if pairs else 1.0
