import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.documents.chip.tlv import (
    MAX_NODES,
    Flaw,
    Node,
    children,
    dotted,
    find,
    read_node,
    read_nodes,
    walk,
)


@pytest.mark.parametrize(
    ("source", "tag", "value"),
    [
        ("0101ff", 0x01, "ff"),
        ("5f1f03616263", 0x5F1F, "616263"),
        ("7f61020102", 0x7F61, "0102"),
        ("5f2e8103010203", 0x5F2E, "010203"),
        ("75820003aabbcc", 0x75, "aabbcc"),
        ("0483000002ffee", 0x04, "ffee"),
        ("308002010500000000", 0x30, "020105"),
        ("30803080020105000002010700000000", 0x30, "308002010500000201" + "07"),
    ],
)
def test_a_node_is_read_with_its_place(source: str, tag: int, value: str) -> None:
    node = read_node(bytes.fromhex("ff") + bytes.fromhex(source), 1)
    assert isinstance(node, Node)
    assert (node.tag, node.start, node.value.hex()) == (tag, 1, value)
    assert node.whole == bytes.fromhex(source)[: node.end - 1]


@pytest.mark.parametrize(
    ("source", "minimal"),
    [("0401aa", True), ("048101aa", False), ("04820001aa", False), ("0481" + "80" + "aa" * 128, True)],
)
def test_a_longer_length_than_needed_is_noticed(source: str, minimal: bool) -> None:  # noqa: FBT001
    node = read_node(bytes.fromhex(source))
    assert isinstance(node, Node)
    assert node.minimal is minimal


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("", "nothing is there"),
        ("04", "length is missing"),
        ("0405aabb", "length says 5 bytes, 2 are there"),
        ("0485aabbccddee00", "not one that a chip can hold"),
        ("0482ff", "not one that a chip can hold"),
        ("1f8080808001", "tag does not end"),
        ("3080020105", "without its end"),
        ("30800405aa0000", "length says"),
    ],
)
def test_what_is_no_node_is_a_flaw_and_says_why(source: str, reason: str) -> None:
    flaw = read_node(bytes.fromhex(source))
    assert isinstance(flaw, Flaw)
    assert reason in flaw.reason


def test_a_limit_ends_a_node_inside_a_longer_file() -> None:
    assert isinstance(read_node(bytes.fromhex("0403aabbcc"), 0, 4), Flaw)
    assert isinstance(read_node(bytes.fromhex("0403aabbcc"), 0, 5), Node)


def test_nodes_are_read_up_to_the_first_flaw() -> None:
    nodes, flaw = read_nodes(bytes.fromhex("0101aa0201bb0405"))
    assert [node.tag for node in nodes] == [1, 2]
    assert flaw == Flaw(6, "the length says 5 bytes, 0 are there")


def test_the_number_of_nodes_is_limited() -> None:
    nodes, flaw = read_nodes(b"\x05\x00" * (MAX_NODES + 5))
    assert len(nodes) == MAX_NODES
    assert flaw is not None


@pytest.mark.parametrize("depth", [30, 2000])
def test_nesting_without_lengths_is_limited(depth: int) -> None:
    assert isinstance(read_node(b"\x30\x80" * depth + b"\0\0" * depth), Flaw)


def test_walking_stops_at_its_depth() -> None:
    inner = b"\x05\x00"
    for _ in range(60):
        inner = b"\x30" + bytes([len(inner)]) + inner if len(inner) < 0x80 else inner
    node = read_node(inner)
    assert isinstance(node, Node)
    assert 10 < sum(1 for _ in walk(node)) <= 62


def test_children_and_finding() -> None:
    node = read_node(bytes.fromhex("61085f1f0261620101ff"[:20]))
    assert isinstance(node, Node)
    inner, flaw = children(node)
    assert flaw is None
    assert [each.tag for each in inner] == [0x5F1F, 0x01]
    found = find(inner, 0x5F1F)
    assert found is not None
    assert found.value == b"ab"
    assert find(inner, 0x99) is None
    assert node.constructed
    assert not inner[1].constructed


@pytest.mark.parametrize(
    ("octets", "text"),
    [
        ("2a864886f70d010702", "1.2.840.113549.1.7.2"),
        ("04007f0007020204", "0.4.0.127.0.7.2.2.4"),
        ("678108010101", "2.23.136.1.1.1"),
        ("", ""),
        ("2a86", ""),
    ],
)
def test_object_identifiers(octets: str, text: str) -> None:
    assert dotted(bytes.fromhex(octets)) == text


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.binary(max_size=200))
def test_any_bytes_are_nodes_or_a_flaw(source: bytes) -> None:
    nodes, flaw = read_nodes(source)
    assert b"".join(node.whole for node in nodes) == source[: nodes[-1].end if nodes else 0]
    assert flaw is not None or not source or nodes[-1].end == len(source)


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.binary(max_size=300), st.sampled_from([0x04, 0x5F1F, 0x7F61, 0x61]))
def test_what_is_written_is_read_back(value: bytes, tag: int) -> None:
    head = tag.to_bytes(2 if tag > 0xFF else 1, "big")
    size = len(value)
    length = bytes([size]) if size < 0x80 else b"\x82" + size.to_bytes(2, "big")
    node = read_node(head + length + value)
    assert isinstance(node, Node)
    assert (node.tag, node.value) == (tag, value)
