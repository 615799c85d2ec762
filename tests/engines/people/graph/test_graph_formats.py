"""Networks in files: what is written is read again, what strangers send is refused with the place, nothing is overwritten."""

import io
import json
from datetime import date, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engines.people.graph.made import DAY, LAWS, person, thing, tie

from egnatia.engines.people.graph.formats import FORMATS, read_network, write_network
from egnatia.engines.people.graph.formats.ftm import MAX_LINE, read_ftm
from egnatia.engines.people.graph.formats.tables import NODES, TIES, read_tables, write_nodes, write_ties
from egnatia.engines.people.graph.network import Network, network, visible
from egnatia.engines.people.graph.types import MAX_LABEL, MAX_REF, Node, NodeKind, Standing, Tie
from egnatia.errors import ConflictError, InputError

TEXT = st.text(st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"), min_size=1)


def short(most: int) -> st.SearchStrategy[str]:
    return TEXT.map(lambda text: text[:most].strip()).filter(bool)


@st.composite
def written(draw: st.DrawFn, *, documents: bool = True) -> Network:
    """Networks with every odd letter in every text."""
    refs = draw(st.lists(short(MAX_REF), min_size=1, max_size=6, unique=True))
    kinds = [kind for kind in NodeKind if documents or kind is not NodeKind.DOCUMENT]
    labels = st.just("") | short(MAX_LABEL)
    nodes = [Node(ref, draw(st.sampled_from(kinds)), draw(labels), draw(st.sampled_from(Standing))) for ref in refs]
    pairs = st.lists(st.tuples(st.sampled_from(refs), st.sampled_from(refs)), max_size=6)
    ties = []
    for left, right in draw(pairs):
        since = draw(st.dates(date(1950, 1, 1), date(2090, 1, 1)))
        until = draw(st.none() | st.just(since + timedelta(days=3)))
        if left != right:
            ties.append(Tie(left, right, draw(short(60)), draw(short(200)), since, until))
    return network(nodes, ties)


def texts(whole: Network) -> list[str]:
    of_nodes = [text for node in whole.nodes.values() for text in (node.ref, node.label)]
    return of_nodes + [text for each in whole.ties for text in (each.left, each.right, each.relation, each.source)]


def round_trip(whole: Network, ending: str) -> Network:
    stream = io.BytesIO()
    FORMATS[ending].write(whole, stream)
    stream.seek(0)
    return FORMATS[ending].read(stream)


@pytest.mark.parametrize("ending", [".gexf", ".graphml"])
@LAWS
@given(data=st.data())
def test_xml_says_all_of_a_network(ending: str, data: st.DataObject) -> None:
    whole = data.draw(written())
    assert round_trip(whole, ending) == whole


@LAWS
@given(whole=written(documents=False))
def test_followthemoney_says_all_of_a_network_without_documents(whole: Network) -> None:
    assert round_trip(whole, ".json") == whole


@LAWS
@given(whole=written())
def test_tables_say_all_of_a_network_or_refuse_a_formula(whole: Network) -> None:
    nodes, ties = io.BytesIO(), io.BytesIO()
    formulas = any(text.startswith(("=", "@", "+", "-")) for text in texts(whole))
    try:
        write_nodes(whole, nodes)
        write_ties(whole, ties)
    except InputError:
        assert formulas, "nothing else is refused"
        return
    nodes.seek(0), ties.seek(0)
    assert read_tables(nodes, ties) == whole


def example() -> Network:
    return network(
        [
            Node("P-1", NodeKind.PERSON, "Agim", Standing.INVOLVED),
            Node("P-2", NodeKind.PERSON, "<script>&\"'", Standing.INVOLVED),
            person("V-1", Standing.VICTIM),
            Node("+38344123456", NodeKind.PHONE),
            Node("D-1", NodeKind.DOCUMENT, "BA1234567"),
            Node("A-1", NodeKind.PLACE, "Rruga e Durrësit 12"),
        ],
        [
            Tie("P-1", "+38344123456", "uses", "R-1", DAY, DAY + timedelta(days=9)),
            Tie("P-2", "+38344123456", "uses", "R-2", DAY),
            Tie("V-1", "+38344123456", "was called by", "R-3", DAY),
            Tie("P-1", "D-1", "holds", "R-4", DAY),
            Tie("P-2", "D-1", "used", "R-5", DAY),
            Tie("P-2", "A-1", "lives at", "R-6", DAY),
        ],
    )


@pytest.mark.parametrize("name", ["case.gexf", "case.graphml", "case.json", "case"])
def test_a_case_survives_every_format(tmp_path: Path, name: str) -> None:
    write_network(example(), tmp_path / name, with_shielded=True)
    assert read_network(tmp_path / name) == example()


@pytest.mark.parametrize("name", ["case.gexf", "case.graphml", "case.json", "case"])
def test_shielded_persons_are_left_out_unless_asked_for(tmp_path: Path, name: str) -> None:
    write_network(example(), tmp_path / name)
    assert read_network(tmp_path / name) == visible(example())
    files = [tmp_path / name] if "." in name else sorted((tmp_path / name).iterdir())
    assert all(b"V-1" not in file.read_bytes() for file in files)


def test_another_program_reads_our_graphml_and_gexf(tmp_path: Path) -> None:
    for name, reader in (("case.graphml", nx.read_graphml), ("case.gexf", nx.read_gexf)):
        write_network(example(), tmp_path / name, with_shielded=True)
        graph = reader(str(tmp_path / name))
        assert set(graph.nodes) == set(example().nodes)
        assert graph.number_of_edges() == len(example().ties)
        assert {data["kind"] for _, data in graph.nodes(data=True)} == {"person", "phone", "document", "place"}


def test_we_read_what_another_program_writes(tmp_path: Path) -> None:
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_node("a", kind="person", standing="involved", label="Agim", colour="red")
    graph.add_node("b", kind="phone", label="b")
    graph.add_edge("a", "b", relation="uses", source="R-1", since="2026-03-01", weight=3)
    expected = network([Node("a", NodeKind.PERSON, "Agim", Standing.INVOLVED), thing("b")], [tie("a", "b")])
    nx.write_graphml(graph, str(tmp_path / "other.graphml"))
    assert read_network(tmp_path / "other.graphml") == expected
    gexf = (
        '<gexf xmlns="http://www.gexf.net/1.2draft" xmlns:viz="http://www.gexf.net/1.2draft/viz" version="1.2"><graph>'
        '<attributes class="node" mode="static"><attribute id="0" title="kind" type="string"/>'
        '<attribute id="1" title="standing" type="string"/></attributes>'
        '<attributes class="edge" mode="static"><attribute id="0" title="relation" type="string"/>'
        '<attribute id="7" title="source" type="string"/><attribute id="8" title="since" type="string"/></attributes>'
        '<nodes><node id="a" label="Agim"><attvalues><attvalue for="0" value="person"/><attvalue for="1" value="involved"/>'
        '</attvalues><viz:size value="10.0"/></node><node id="b" label="b"><attvalues><attvalue for="0" value="phone"/>'
        '</attvalues></node></nodes><edges><edge id="0" source="a" target="b" weight="3.0"><attvalues>'
        '<attvalue for="0" value="uses"/><attvalue for="7" value="R-1"/><attvalue for="8" value="2026-03-01"/>'
        "</attvalues></edge></edges></graph></gexf>"
    )
    (tmp_path / "other.gexf").write_text(gexf)
    assert read_network(tmp_path / "other.gexf") == expected


def test_followthemoney_of_others_is_read_and_its_persons_are_shielded() -> None:
    lines = [
        {"id": "p", "schema": "Person", "properties": {"name": ["Agim Krasniqi", "A. Krasniqi"], "nationality": ["xk"]}},
        {"id": "c", "schema": "Company", "properties": {"name": ["Transport Ltd"]}},
        {"id": "w", "schema": "Vessel", "properties": {"name": ["passed over"]}},
        {"id": "l", "schema": "UnknownLink",
         "properties": {"subject": ["p"], "object": ["c"], "role": ["drives for"], "date": ["2026-03-01"],
                        "sourceUrl": ["https://example.org/report"]}},
    ]  # fmt: skip
    found = read_ftm(io.BytesIO("\n".join(json.dumps(line) for line in lines).encode()))
    assert found.nodes["p"] == Node("p", NodeKind.PERSON, "Agim Krasniqi", Standing.UNSTATED)
    assert found.nodes["c"].kind is NodeKind.ORGANISATION
    assert found.ties == (Tie("p", "c", "drives for", "https://example.org/report", DAY),)
    assert not visible(found).ties


def test_each_line_we_write_is_an_entity_of_the_model() -> None:
    stream = io.BytesIO()
    FORMATS[".json"].write(example(), stream)
    entities = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert len({entity["id"] for entity in entities}) == len(entities)
    assert {entity["schema"] for entity in entities} == {
        "Person",
        "UserAccount",
        "Address",
        "Identification",
        "UnknownLink",
    }
    for entity in entities:
        assert entity.keys() == {"id", "schema", "properties"}
        assert all(isinstance(values, list) and values for values in entity["properties"].values())


@pytest.mark.parametrize(
    "nodes",
    [
        [thing("D-1", NodeKind.DOCUMENT)],
        [thing("D-1", NodeKind.DOCUMENT), thing("car", NodeKind.VEHICLE)],
    ],
)
def test_what_followthemoney_cannot_say_is_refused_and_nothing_is_left(tmp_path: Path, nodes: list[Node]) -> None:
    ties = [tie("D-1", "car")] if len(nodes) > 1 else []
    with pytest.raises(InputError, match="FollowTheMoney") as caught:
        write_network(network(nodes, ties), tmp_path / "case.json")
    assert ".graphml" in caught.value.hint()
    assert not list(tmp_path.iterdir())


def test_a_formula_is_refused_and_nothing_is_left(tmp_path: Path) -> None:
    whole = network([Node("P-1", NodeKind.PERSON, '=HYPERLINK("http://example.org")', Standing.INVOLVED)], [])
    with pytest.raises(InputError, match="formula"):
        write_network(whole, tmp_path / "case")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("value", ["=1", "@x", "+cmd", "-1+1", "+"])
def test_what_begins_as_a_formula_is_one(value: str) -> None:
    with pytest.raises(InputError):
        write_nodes(network([thing(value)], []), io.BytesIO())


def test_a_telephone_number_is_none() -> None:
    write_nodes(network([thing("+383 44 123 456")], []), io.BytesIO())


@pytest.mark.parametrize("name", ["case.gexf", "case"])
def test_nothing_is_overwritten(tmp_path: Path, name: str) -> None:
    write_network(example(), tmp_path / name)
    before = read_network(tmp_path / name)
    with pytest.raises(InputError, match="already"):
        write_network(network([], []), tmp_path / name)
    assert read_network(tmp_path / name) == before


@pytest.mark.parametrize("name", ["case.pdf", "case.GEXF.zip"])
def test_an_unknown_ending_names_the_known_ones(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"")
    with pytest.raises(InputError) as caught:
        read_network(tmp_path / name)
    assert ".graphml" in caught.value.hint()


def test_a_directory_without_tables_says_what_it_wants(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nodes\.csv") as caught:
        read_network(tmp_path)
    assert TIES in caught.value.hint()


GOOD_NODES, GOOD_TIES = (
    b"ref,kind\na,phone\nb,phone\n",
    b"left,right,relation,source,since\na,b,called,R-1,2026-03-01\n",
)


@pytest.mark.parametrize(
    ("nodes", "ties", "says"),
    [
        (b"", GOOD_TIES, "columns"),
        (b"ref\na\n", GOOD_TIES, "columns"),
        (b"ref,kind,kind\na,phone,phone\n", GOOD_TIES, "columns"),
        (b"ref,kind,nationality\na,phone,XK\n", GOOD_TIES, "columns"),
        (b"ref,kind\na\n", GOOD_TIES, "1 values instead of 2"),
        (b"ref,kind\na,telephone\n", GOOD_TIES, "'telephone' is no kind of node"),
        (b"ref,kind,standing\na,person,suspect\n", GOOD_TIES, "'suspect' is no standing"),
        (b'ref,kind\n"a,phone\n', GOOD_TIES, "ends inside a quoted value"),
        (b"ref,kind\n\xff,phone\n", GOOD_TIES, "not UTF-8"),
        (b"ref,kind\n" + b"a" * 5000, GOOD_TIES, "longer than"),
        (GOOD_NODES, b"left,right,relation,source\na,b,called,R-1\n", "columns"),
        (GOOD_NODES, b"left,right,relation,source,since\na,b,called,R-1,\n", "no day"),
        (GOOD_NODES, b"left,right,relation,source,since\na,b,called,,2026-03-01\n", "source is missing"),
        (GOOD_NODES, b"left,right,relation,source,since\na,b,called,R-1,2026-02-30\n", "no day"),
        (GOOD_NODES, b"left,right,relation,source,since\na,b,called,R-1,20260301\n", "no day"),
        (GOOD_NODES, b"left,right,relation,source,since\na,z,called,R-1,2026-03-01\n", "'z', which is no node"),
    ],
)
def test_a_bad_table_is_refused_with_what_is_wrong(nodes: bytes, ties: bytes, says: str) -> None:
    with pytest.raises(InputError, match=says) as caught:
        read_tables(io.BytesIO(nodes), io.BytesIO(ties))
    assert caught.value.hint()


def test_a_table_with_a_mark_and_columns_in_another_order_is_read() -> None:
    found = read_tables(io.BytesIO(b"\xef\xbb\xbfkind,ref\r\nphone,a\r\nphone,b\r\n"), io.BytesIO(GOOD_TIES))
    assert set(found.nodes) == {"a", "b"}


BOMB = (
    b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><gexf><graph><nodes/></graph></gexf>'
)
OUTSIDE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><gexf>&a;</gexf>'


@pytest.mark.parametrize("ending", [".gexf", ".graphml"])
@pytest.mark.parametrize(
    "content",
    [b"", b"<", b"<gexf>", BOMB, OUTSIDE, b"\x00" * 64, b"<a>" * 500, b'<?xml version="1.0" encoding="utf-7"?><gexf/>',
     b"<gexf><node id='a'/></gexf>", b"<graphml><node/></graphml>", b"<x " + b"a='" + b"b" * 300_000 + b"'/>"],
)  # fmt: skip
def test_hostile_xml_is_refused(ending: str, content: bytes) -> None:
    with pytest.raises(InputError) as caught:
        FORMATS[ending].read(io.BytesIO(content))
    assert caught.value.hint()


@pytest.mark.parametrize("content", [b"<graphml><hyperedge/></graphml>", b"<graphml><port/></graphml>",
                                     b"<graphml><node id='a'><graph><node id='b'/></graph></node></graphml>"])  # fmt: skip
def test_what_no_tie_of_two_can_say_is_refused(content: bytes) -> None:
    with pytest.raises(InputError):
        FORMATS[".graphml"].read(io.BytesIO(content))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"[]", "no entity"),
        (b"{", "no JSON"),
        (b"\xff", "no JSON"),
        (b"[" * 60_000, "no JSON"),
        (b'{"id":"a","schema":"Person","properties":{"name":["' + b"x" * MAX_LINE + b'"]}}', "longer than"),
        (b'{"schema":"Person"}', "reference is missing"),
        (b'{"id":"\\ud800","schema":"Person"}', "half a character"),
        (b'{"id":"a","schema":"UnknownLink","properties":{"subject":["a"],"object":["b"],"role":["x"]}}', "no day"),
        (b'{"id":"a","schema":"UnknownLink","properties":[1]}', "no day"),
        (b'{"id":"a","schema":"Identification","properties":{"holder":["p"]}}', "reference is missing"),
    ],
)
def test_hostile_lines_are_refused_with_their_number(content: bytes, says: str) -> None:
    with pytest.raises(InputError, match=f"line 2: .*{says}"):
        read_ftm(io.BytesIO(b'{"id":"x","schema":"Vessel"}\n' + content))


@LAWS
@given(data=st.data())
def test_a_mutated_file_is_a_network_or_refused(data: st.DataObject) -> None:
    ending = data.draw(st.sampled_from(sorted(FORMATS)))
    stream = io.BytesIO()
    FORMATS[ending].write(example(), stream)
    content = bytearray(stream.getvalue())
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place : place + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=5))
    try:
        found = FORMATS[ending].read(io.BytesIO(bytes(content)))
    except (InputError, ConflictError):
        return
    assert round_trip(found, ".gexf") == found


def test_what_is_written_is_well_formed_whatever_the_names(tmp_path: Path) -> None:
    for ending in (".gexf", ".graphml"):
        write_network(example(), tmp_path / f"case{ending}")
        ET.parse(tmp_path / f"case{ending}")  # noqa: S314 - our own file


def test_two_tables_have_the_named_files(tmp_path: Path) -> None:
    write_network(example(), tmp_path / "case")
    assert {file.name for file in (tmp_path / "case").iterdir()} == {NODES, TIES}
