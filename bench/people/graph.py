"""Networks of 100,000 nodes and 300,000 ties: reading, ways, shared things, a case measured, files; NetworkX beside it.

    python -m bench.people.graph [--nodes 100000] [--ties 300000]

The network is drawn with a seed: two of three nodes are persons, and how many hold a thing has a heavy tail. Times are
seconds of processor time of this process; those of NetworkX are of the same questions on the same network.
"""

import argparse
import io
import random
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import TypeVar

import networkx as nx

from egnatia.engines.people.graph.formats import FORMATS
from egnatia.engines.people.graph.measures import measure
from egnatia.engines.people.graph.network import Network, around, network, without
from egnatia.engines.people.graph.paths import Paths
from egnatia.engines.people.graph.shared import shared_links
from egnatia.engines.people.graph.types import Node, NodeKind, Standing, Tie

SEED = 2026
THINGS = (NodeKind.PHONE, NodeKind.ACCOUNT, NodeKind.VEHICLE, NodeKind.DOCUMENT, NodeKind.PLACE)
WAYS = 50
Made = TypeVar("Made")


def drawn(nodes: int, ties: int) -> tuple[list[Node], list[Tie]]:
    """Nodes and ties of an invented network."""
    chance = random.Random(SEED)
    persons = [Node(f"P-{n:07}", NodeKind.PERSON, standing=Standing.INVOLVED) for n in range(nodes * 2 // 3)]
    things = [Node(f"T-{n:07}", chance.choice(THINGS)) for n in range(nodes - len(persons))]
    made = []
    for number in range(ties):
        left = chance.choice(persons).ref
        other = persons if chance.random() < 0.1 else things
        right = other[min(int(chance.paretovariate(0.5)) - 1, len(other) - 1) if chance.random() < 0.05
                      else chance.randrange(len(other))].ref  # fmt: skip
        if left != right:
            made.append(Tie(left, right, "uses", f"R-{number}", date(2026, 1, 1) + timedelta(days=number % 300)))
    return persons + things, made


def timed(what: str, act: Callable[[], Made], per: int = 1) -> Made:
    """Do something and print the processor time it took."""
    began = time.process_time()
    made = act()
    took = time.process_time() - began
    print(f"{what:<58} {took / per:9.3f} s")
    return made


def busiest(whole: Network, most: int) -> Network:
    """The widest case around one person that still has at most so many nodes."""
    start = max(whole.nodes, key=lambda ref: (ref.startswith("P-"), len(whole.neighbours[ref]), ref))
    found = around(whole, [start], 0)
    for steps in range(1, 20):
        wider = around(whole, [start], steps)
        if len(wider.nodes) > most:
            break
        found = wider
    return found


def main() -> None:
    """Print every figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nodes", type=int, default=100_000)
    parser.add_argument("--ties", type=int, default=300_000)
    given = parser.parse_args()
    nodes, ties = drawn(given.nodes, given.ties)
    whole = timed(f"network of {len(nodes):,} nodes and {len(ties):,} ties", lambda: network(nodes, ties))
    ways = timed("made ready for ways", lambda: Paths(whole))
    chance = random.Random(SEED)
    persons = [node.ref for node in nodes if node.kind is NodeKind.PERSON]
    pairs = [(chance.choice(persons), chance.choice(persons)) for _ in range(WAYS)]
    timed("  the first way, which sorts all ties by their ends", lambda: ways.between(*pairs[0], 1))
    ours = timed("one way", lambda: [ways.between(a, b, 1) for a, b in pairs if a != b], WAYS)
    graph: nx.Graph[str] = nx.Graph()
    timed("  NetworkX, made ready", lambda: graph.add_edges_from((tie.left, tie.right) for tie in ties))
    theirs = timed("  NetworkX, one way", lambda: [_length(graph, a, b) for a, b in pairs if a != b], WAYS)
    same = sum((len(a[0].steps) if a else None) == b for a, b in zip(ours, theirs, strict=True))
    print(f"  equally long in {same} of {len(theirs)}")
    links = timed("shared things, the 10,000 rarest", lambda: shared_links(whole, 10_000, max_holders=100))
    print(f"  {len(links):,} links, rarest {links[0].bits:.1f} bits, last {links[-1].bits:.1f} bits")
    case = busiest(whole, 1_000)
    timed(
        f"a case of {len(case.nodes):,} nodes and {len(case.ties):,} ties measured", lambda: measure(case, 1, trials=0)
    )
    timed("  the same with 20 trials", lambda: measure(case, 1))
    widest = network(*drawn(5_000, 9_119))
    found = timed("5,000 nodes and 9,119 ties, the most that is measured", lambda: measure(widest, 1))
    print(f"  {found.trials} trials, {len(found.communities):,} communities")
    for ending in FORMATS:
        written(ending, whole)


def written(ending: str, said: Network) -> None:
    """Write and read a network in one format; a document that FollowTheMoney cannot say is left out there."""
    if ending == ".json":
        said = without(said, {ref for ref, node in said.nodes.items() if node.kind is NodeKind.DOCUMENT})
    stream = io.BytesIO()
    timed(f"{ending} written, {len(said.ties):,} ties", lambda: FORMATS[ending].write(said, stream))
    stream.seek(0)
    again = timed(f"{ending} read, {len(stream.getvalue()) / 1e6:.0f} MB", lambda: FORMATS[ending].read(stream))
    print(f"  the same network again: {'yes' if again == said else 'NO'}")


def _length(graph: "nx.Graph[str]", start: str, end: str) -> int | None:
    try:
        return len(nx.bidirectional_shortest_path(graph, start, end)) - 1
    except (nx.NetworkXNoPath, nx.NodeNotFound):
        return None


if __name__ == "__main__":
    main()
