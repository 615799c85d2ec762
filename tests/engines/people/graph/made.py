"""Small networks for the tests of the graph."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import settings
from hypothesis import strategies as st

from egnatia.engines.people.graph.network import Network, network
from egnatia.engines.people.graph.types import Node, NodeKind, Standing, Tie

DAY = date(2026, 3, 1)
LAWS = settings(max_examples=40, deadline=None, derandomize=True)


def person(ref: str, standing: Standing = Standing.INVOLVED) -> Node:
    return Node(ref, NodeKind.PERSON, standing=standing)


def thing(ref: str, kind: NodeKind = NodeKind.PHONE) -> Node:
    return Node(ref, kind)


def tie(left: str, right: str, since: date = DAY, until: date | None = None, source: str = "R-1") -> Tie:
    return Tie(left, right, "uses", source, since, until)


def chain(*refs: str) -> Network:
    return network(map(person, refs), [tie(left, right) for left, right in pairwise(refs)])


@st.composite
def networks(draw: st.DrawFn) -> Network:
    """Small networks with every kind and standing."""
    count = draw(st.integers(1, 9))
    nodes = [
        Node(f"n{place}", draw(st.sampled_from(NodeKind)), standing=draw(st.sampled_from(Standing)))
        for place in range(count)
    ]
    ends = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)).filter(lambda pair: pair[0] != pair[1])
    pairs = draw(st.lists(ends, max_size=20)) if count > 1 else []
    ties = [tie(f"n{a}", f"n{b}", DAY + timedelta(days=draw(st.integers(0, 9)))) for a, b in pairs]
    return network(nodes, ties)
