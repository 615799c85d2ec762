"""Networks in files that somebody made to do harm, or that another program wrote in a way of its own."""

import io
import json
import time

import networkx as nx
import pytest
from tests.engines.people.graph.made import person, thing, tie

from egnatia.engines.people.graph.formats import FORMATS
from egnatia.engines.people.graph.formats.gathering import Gathered
from egnatia.engines.people.graph.formats.tables import read_tables
from egnatia.engines.people.graph.network import network
from egnatia.errors import Error, InputError

NODES = b"ref,kind,label,standing\na,person,Agim,involved\nb,person,,involved\n"
TIES = b"left,right,relation,source,since\na,b,called,R-1,2026-03-01\n"
HEAD = (
    '<gexf xmlns="http://gexf.net/1.3"><graph><attributes class="node"><attribute id="k" title="kind" type="string"/>'
    "</attributes><nodes>"
)
PHONE = '<attvalues><attvalue for="k" value="phone"/></attvalues>'


def read(ending: str, content: bytes) -> object:
    return FORMATS[ending].read(io.BytesIO(content))


def test_no_more_is_held_of_a_file_than_a_network_may_have() -> None:
    """The limit is met while reading: the same node told for ever would otherwise fill the memory before it is counted."""
    gathered = Gathered(most_nodes=3, most_ties=2)
    for item in (person("a"), person("b"), tie("a", "b"), tie("a", "b"), person("a")):
        gathered.add(item)
    with pytest.raises(InputError, match="more than 3 nodes"):
        gathered.add(person("a"))
    fewer = Gathered(most_ties=2)
    fewer.add(tie("a", "b"))
    fewer.add(tie("a", "b"))
    with pytest.raises(InputError, match="more than 2 ties") as caught:
        fewer.add(tie("a", "b"))
    assert caught.value.hint()


def test_a_gathered_network_is_the_network() -> None:
    gathered = Gathered()
    for item in (tie("a", "b"), person("b"), person("a"), tie("a", "b")):
        gathered.add(item)
    assert gathered.network() == network([person("a"), person("b")], [tie("a", "b")])


@pytest.mark.parametrize(
    "nested",
    [
        f'<node id="out" label="out">{PHONE}<nodes><node id="in">{PHONE}</node></nodes></node>',
        f'<node id="out"><nodes><node id="in">{PHONE}</node></nodes>{PHONE}</node>',
        f'<node id="out"><node id="in">{PHONE}</node></node>',
    ],
)
def test_a_gexf_node_inside_another_is_refused_and_not_lost(nested: str) -> None:
    """Gephi's groups: the outer node would be missing without a word."""
    with pytest.raises(InputError, match="inside another") as caught:
        read(".gexf", f"{HEAD}{nested}</nodes></graph></gexf>".encode())
    assert caught.value.hint()


@pytest.mark.parametrize(
    ("ending", "content"),
    [
        (".gexf", b"<graphml/>"),
        (".graphml", b"<gexf/>"),
        (".gexf", b"<html><body>Not found</body></html>"),
        (".graphml", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
    ],
)
def test_another_kind_of_xml_is_refused_and_no_empty_network(ending: str, content: bytes) -> None:
    with pytest.raises(InputError, match="outermost element") as caught:
        read(ending, content)
    assert "Name the file" in caught.value.hint()


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///etc/passwd">%p;]>',
        "<!DOCTYPE gexf>",
    ],
)
@pytest.mark.parametrize("ending", [".gexf", ".graphml"])
def test_no_document_type_is_read(ending: str, head: str) -> None:
    with pytest.raises(InputError, match="document type"):
        read(ending, f"{head}<{ending[1:]}><graph><node id='&c;'/></graph></{ending[1:]}>".encode())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_xml_is_read_in_the_encoding_that_it_says(encoding: str) -> None:
    stream = io.BytesIO()
    FORMATS[".gexf"].write(network([thing("Ђурђевак")], []), stream)
    said = "UTF-16" if encoding == "utf-16" else "UTF-8"
    text = stream.getvalue().decode().replace('encoding="UTF-8"', f'encoding="{said}"')
    assert read(".gexf", text.encode(encoding)) == network([thing("Ђурђевак")], [])


@pytest.mark.parametrize(
    "day",
    [
        "NaN",
        "nan",
        "0000-00-00",
        "inf",
        "2026-13-01",
        "2026-W10-7",
        "+02026-1-1",
        "\u0662\u0660\u0662\u0666-\u0660\u0663-\u0660\u0661",
    ],
)
def test_what_is_no_day_is_refused_in_every_format(day: str) -> None:
    edge = {"relation": "called", "source": "R-1", "since": day}
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(["a", "b"], kind="phone")
    graph.add_edge("a", "b", **edge)
    out = io.BytesIO()
    nx.write_graphml(graph, out)
    link = {"id": "l", "schema": "UnknownLink",
            "properties": {"subject": ["a"], "object": ["b"], "role": ["r"], "startDate": [day], "publisher": ["R"]}}  # fmt: skip
    for ending, content in ((".graphml", out.getvalue()), (".json", json.dumps(link).encode())):
        with pytest.raises(InputError, match="is no day"):
            read(ending, content)
    with pytest.raises(InputError, match="is no day"):
        read_tables(io.BytesIO(NODES), io.BytesIO(TIES.replace(b"2026-03-01", day.encode())))


@pytest.mark.parametrize(
    ("nodes", "ties"),
    [
        (b"\xff\xfe" + NODES.decode().encode("utf-16-le"), TIES),
        (NODES.decode().encode("utf-16-be"), TIES),
        (NODES.replace(b"\n", b"\r"), TIES),
        (NODES, TIES.replace(b"\n", b"\r")),
        (NODES.replace(b",", b";"), TIES),
        (NODES.replace(b",", b"\t"), TIES),
        (b"PK\x03\x04" + bytes(400), TIES),
        (NODES.replace(b"Agim", b'"Agim' + b"\nx" * 200_000), TIES),
        (NODES.replace(b"Agim", b"x" * 60_000), TIES),
        (NODES.replace(b"Agim", b"A\0gim"), TIES),
        (NODES.replace(b"Agim", b"\xed\xa0\x80"), TIES),
        (NODES.replace(b"a,person", b"a" * 60_000 + b",person"), TIES),
        (NODES, TIES.replace(b"called", b"c" * 60_000)),
        (NODES, TIES.replace(b"R-1", b"R\x1b[2J")),
        (NODES, TIES.replace(b"a,b", b"a,a")),
        (NODES + b"a,phone,,\n", TIES),
        (",".join(f"c{n}" for n in range(10_000)).encode(), TIES),
        (NODES + b",".join([b"x"] * 1_900) + b"\n", TIES),
    ],
)
def test_no_table_of_a_stranger_ends_in_anything_but_words(nodes: bytes, ties: bytes) -> None:
    began = time.process_time()
    with pytest.raises(Error) as caught:
        read_tables(io.BytesIO(nodes), io.BytesIO(ties))
    assert caught.value.message
    assert caught.value.hint()
    assert len(caught.value.message) < 500
    assert "newline=" not in caught.value.message, "that is how programmers talk"
    assert time.process_time() - began < 5


def test_duplicated_ties_and_cycles_are_no_fault() -> None:
    again = TIES + b"a,b,called,R-1,2026-03-01\nb,a,called,R-1,2026-03-01\n"
    found = read_tables(io.BytesIO(NODES), io.BytesIO(again))
    assert len(found.ties) == 2


@pytest.mark.parametrize("schema", ["Person", "Thing", "Ownership", "Взятка", "", None, 7, ["Person"], {"a": 1}])
@pytest.mark.parametrize("properties", [None, [], "x", {"name": "no list"}, {"name": [None, 3, "Agim"]}, {"name": []}])
def test_a_followthemoney_entity_of_any_shape_is_read_passed_over_or_refused(
    schema: object, properties: object
) -> None:
    line = json.dumps({"id": "e-1", "schema": schema, "properties": properties}).encode()
    found = FORMATS[".json"].read(io.BytesIO(line))
    assert set(found.nodes) <= {"e-1"}
    assert all(node.shielded for node in found.nodes.values())
