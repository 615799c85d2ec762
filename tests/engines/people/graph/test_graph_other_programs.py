"""Networks carried to networkx and back, as an independent reader and writer; FollowTheMoney against its own published schema."""

import io
import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engines.people.graph.made import LAWS, networks

from egnatia.engines.people.graph.formats import FORMATS
from egnatia.engines.people.graph.formats.fields import node_fields, tie_fields
from egnatia.engines.people.graph.network import Network, network
from egnatia.engines.people.graph.types import Node, NodeKind, Standing, Tie

WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp"), exclude_characters="\ufffe\uffff"),
    min_size=1, max_size=12,
).map(str.strip).filter(bool)  # fmt: skip
WRITERS: dict[str, Callable[..., Any]] = {".gexf": nx.write_gexf, ".graphml": nx.write_graphml}
READERS: dict[str, Callable[..., Any]] = {".gexf": nx.read_gexf, ".graphml": nx.read_graphml}
SCHEMA = {
    "Person": {"name", "notes"},
    "Organization": {"name"},
    "UserAccount": {"name", "number", "username"},
    "BankAccount": {"name", "accountNumber"},
    "Vehicle": {"name", "registrationNumber"},
    "Address": {"name", "full"},
    "UnknownLink": {"subject", "object", "role", "startDate", "endDate", "publisher"},
    "Identification": {"holder", "number", "recordId", "type", "startDate", "endDate", "publisher"},
}
"""Properties that these schemata have or inherit, of those that are written (followthemoney/schema/*.yaml)."""


@st.composite
def odd(draw: st.DrawFn) -> Network:
    """Networks with texts of every script, several ties of one pair and every kind."""
    refs = draw(st.lists(WORDS, min_size=2, max_size=5, unique=True))
    nodes = [
        Node(ref, draw(st.sampled_from(NodeKind)), draw(st.just("") | WORDS), draw(st.sampled_from(Standing)))
        for ref in refs
    ]
    pairs = st.tuples(st.sampled_from(refs), st.sampled_from(refs)).filter(lambda pair: pair[0] != pair[1])
    ties = []
    for left, right in draw(st.lists(pairs, max_size=6)):
        since = draw(st.dates(date(1950, 1, 1), date(2090, 1, 1)))
        days = draw(st.none() | st.integers(0, 99))
        until = None if days is None else since + timedelta(days=days)
        ties.append(Tie(left, right, draw(WORDS), draw(WORDS), since, until))
    return network(nodes, ties)


def written(whole: Network, ending: str) -> io.BytesIO:
    stream = io.BytesIO()
    FORMATS[ending].write(whole, stream)
    stream.seek(0)
    return stream


@pytest.mark.parametrize("ending", [".gexf", ".graphml"])
@LAWS
@given(data=st.data())
def test_networkx_reads_every_word_that_we_write(ending: str, data: st.DataObject) -> None:
    whole = data.draw(odd())
    graph = READERS[ending](written(whole, ending))
    assert set(graph.nodes) == set(whole.nodes)
    for ref, node in whole.nodes.items():
        found = graph.nodes[ref]
        assert {name: found[name] for name in node_fields(node)} == node_fields(node)
        assert found.get("label", ref) == (node.label or ref)
    edges = sorted(
        (left, right, *(str(found.get(name, "")) for name in ("relation", "source", "since", "until")))
        for left, right, found in graph.edges(data=True)
    )
    expected = sorted(
        (tie.left, tie.right, *(tie_fields(tie).get(name, "") for name in ("relation", "source", "since", "until")))
        for tie in whole.ties
    )
    assert edges == expected


@pytest.mark.parametrize("ending", [".gexf", ".graphml"])
@LAWS
@given(data=st.data())
def test_we_read_every_word_that_networkx_writes(ending: str, data: st.DataObject) -> None:
    whole = data.draw(odd())
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for ref, node in whole.nodes.items():
        graph.add_node(ref, label=node.label or ref, weight=2.5, colour="red", **node_fields(node))
    for tie in whole.ties:
        graph.add_edge(tie.left, tie.right, weight=1, **tie_fields(tie))
    stream = io.BytesIO()
    WRITERS[ending](graph, stream)
    stream.seek(0)
    assert FORMATS[ending].read(stream) == whole


@pytest.mark.parametrize("ending", [".gexf", ".graphml"])
def test_a_node_that_another_program_adds_without_a_kind_is_refused_with_its_name(ending: str) -> None:
    graph: nx.Graph[str] = nx.path_graph(["a", "b"])
    stream = io.BytesIO()
    WRITERS[ending](graph, stream)
    stream.seek(0)
    with pytest.raises(Exception, match="node 'a': '' is no kind of node"):
        FORMATS[ending].read(stream)


@LAWS
@given(whole=networks())
def test_every_property_that_we_write_is_one_of_its_schema(whole: Network) -> None:
    papers = {ref for ref, node in whole.nodes.items() if node.kind is NodeKind.DOCUMENT}
    said = network(
        [node for ref, node in whole.nodes.items() if ref not in papers],
        [tie for tie in whole.ties if not {tie.left, tie.right} & papers],
    )
    for line in written(said, ".json"):
        entity = json.loads(line)
        assert entity["properties"].keys() <= SCHEMA[entity["schema"]]


def test_an_export_with_every_extra_that_aleph_writes_is_read() -> None:
    """Several values, properties and schemata that we do not know, contexts and datasets beside them."""
    beside = {"datasets": ["x"], "referents": [], "target": False, "first_seen": "2024-01-01T00:00:00", "caption": "A"}
    entities = [
        {"id": "p", "schema": "Person", "properties": {"name": ["Agim", "A. K."], "notes": ["standing: involved", "old"],
                                                       "topics": ["crime"], "birthDate": ["1980"]}},
        {"id": "o", "schema": "LegalEntity", "properties": {"name": ["Tregti"]}},
        {"id": "d", "schema": "Identification", "properties": {"holder": ["p"], "number": ["BA1"], "type": ["passport"],
                                                               "startDate": ["2026-03-01"], "publisher": ["R-1"]}},
        {"id": "w", "schema": "Ownership", "properties": {"owner": ["p"], "asset": ["o"]}},
        {"id": "l", "schema": "UnknownLink", "properties": {"subject": ["p"], "object": ["o"], "role": ["works for"],
                                                            "date": ["2026-03-02"], "sourceUrl": ["https://example.org"]}},
    ]  # fmt: skip
    content = b"".join(json.dumps(entity | beside).encode() + b"\n" for entity in entities)
    found = FORMATS[".json"].read(io.BytesIO(content))
    assert found.nodes["p"] == Node("p", NodeKind.PERSON, "Agim", Standing.INVOLVED)
    assert found.nodes["BA1"].kind is NodeKind.DOCUMENT
    assert [(tie.left, tie.right, tie.relation) for tie in found.ties] == [
        ("p", "BA1", "passport"),
        ("p", "o", "works for"),
    ]
