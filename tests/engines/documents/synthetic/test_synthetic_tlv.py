"""Trees of tag, length and value: what is written can be read, and a spoiled place is the only one that is wrong."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.documents.synthetic import tlv
from egnatia.engines.documents.synthetic.tlv import Node, node
from egnatia.errors import InputError

LEAF = node(0x75, node(0x7F61, Node(0x02, b"\x02"), Node(0x5F2E, b"one"), Node(0x5F2E, b"two")))


def trees() -> st.SearchStrategy[Node]:
    leaves = st.builds(Node, st.sampled_from((0x02, 0x04, 0x5C, 0x5F1F, 0x81)), st.binary(max_size=300))
    tags = st.sampled_from((0x30, 0x31, 0x61, 0x7F60, 0x7F61, 0xA1))
    return st.recursive(
        leaves, lambda inner: st.builds(Node, tags, st.lists(inner, max_size=4).map(tuple)), max_leaves=12
    )


@settings(deadline=None, derandomize=True, max_examples=50)
@given(trees())
def test_what_is_written_is_read_again(tree: Node) -> None:
    assert tlv.parse(tree.encode()).encode() == tree.encode()


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.integers(0, 70_000))
def test_lengths_are_the_shortest(size: int) -> None:
    written = tlv.length_bytes(size)
    assert len(written) == (1 if size < 128 else 2 if size < 256 else 3 if size < 65_536 else 4)
    assert Node(0x04, bytes(size)).encode()[1:].startswith(written)


def test_tags_of_one_two_and_three_bytes() -> None:
    assert [tlv.tag_bytes(tag) for tag in (0x61, 0x7F61, 0x5F8101)] == [b"\x61", b"\x7f\x61", b"\x5f\x81\x01"]
    assert tlv.parse(bytes.fromhex("5f81010142")).tag == 0x5F8101


def test_a_path_names_the_second_of_the_same_tag() -> None:
    assert tlv.find(LEAF, "75/7F61/5F2E[1]").value == b"two"
    assert tlv.find(LEAF, "75") is LEAF


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (lambda t: tlv.drop(t, "75/7F61/02"), "750f7f610c5f2e036f6e655f2e0374776f"),
        (lambda t: tlv.retag(t, "75", 0x76), "76127f610f0201025f2e036f6e655f2e0374776f"),
        (lambda t: tlv.revalue(t, "75/7F61/5F2E", b"1"), "75107f610d0201025f2e01315f2e0374776f"),
        (lambda t: tlv.relength(t, "75", 1), "75137f610f0201025f2e036f6e655f2e0374776f"),
        (lambda t: tlv.relength(t, "75/7F61", -1), "75127f610e0201025f2e036f6e655f2e0374776f"),
        (lambda t: tlv.put(t, "75/7F61/5F2E[1]", Node(0x81)), "750e7f610b0201025f2e036f6e658100"),
        (lambda t: tlv.append(t, "75", Node(0x53, b"x")), "75157f610f0201025f2e036f6e655f2e0374776f530178"),
        (lambda t: tlv.change(t, "75/7F61/02", lambda old: (old, old)), "75157f61120201020201025f2e036f6e655f2e0374776f"),
    ],
)  # fmt: skip
def test_only_the_place_changes(edit: Callable[[Node], Node], expected: str) -> None:
    before = LEAF.encode()
    assert edit(LEAF).encode().hex() == expected
    assert LEAF.encode() == before


@pytest.mark.parametrize("path", ["76", "75/7F60", "75/7F61/5F2E[2]", "75/7F61/02/04", "75/", "75/zz", "75/7F61/-1"])
def test_a_path_that_leads_nowhere_is_said(path: str) -> None:
    with pytest.raises(InputError):
        tlv.find(LEAF, path)


def test_the_root_cannot_be_dropped() -> None:
    with pytest.raises(InputError, match="whole file"):
        tlv.drop(LEAF, "75")


@pytest.mark.parametrize("data", ["", "3003020101020101", "30030201", "3080020101000000", "02"])
def test_what_is_no_single_element_is_said(data: str) -> None:
    with pytest.raises(InputError):
        tlv.parse(bytes.fromhex(data))
