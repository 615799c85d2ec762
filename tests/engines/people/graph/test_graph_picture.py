"""A case as a picture: well-formed, repeatable, everybody who may be shown and nobody else."""

from itertools import combinations, pairwise
from math import hypot
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.people.graph.made import chain, person, thing, tie

from egnatia.engines.people.graph.network import Network, network
from egnatia.engines.people.graph.picture import MAX_DRAWN, picture, placed
from egnatia.engines.people.graph.types import Node, NodeKind, Standing
from egnatia.errors import InputError

SVG = "{http://www.w3.org/2000/svg}"


def drawn(case: Network, seed: int = 1) -> ET.Element:
    return ET.fromstring(picture(case, seed))  # noqa: S314 - our own text


def titles(root: ET.Element) -> list[str]:
    return [title.text or "" for group in root.iter(f"{SVG}g") for title in group.iter(f"{SVG}title")]


def test_every_node_is_drawn_with_its_name_and_every_tie_once() -> None:
    root = drawn(chain("a", "b", "c"))
    assert titles(root) == ["person a", "person b", "person c"]
    assert len(list(root.iter(f"{SVG}line"))) == 2


def test_a_label_can_break_out_of_nothing() -> None:
    case = network([Node("a", NodeKind.PERSON, "</text><script>alert(1)</script>", Standing.INVOLVED)], [])
    root = drawn(case)
    assert not list(root.iter(f"{SVG}script"))
    assert titles(root) == ["person a </text><script>alert(1)</script>"]


def test_a_long_label_is_cut_and_stands_whole_in_the_title() -> None:
    case = network([Node("a", NodeKind.PERSON, "x" * 200, Standing.INVOLVED)], [])
    root = drawn(case)
    texts = [text.text or "" for text in root.iter(f"{SVG}text")]
    assert max(map(len, texts)) == 28
    assert titles(root) == ["person a " + "x" * 200]


def test_every_kind_has_a_shape_of_its_own() -> None:
    case = network([person("p"), *(thing(kind.value, kind) for kind in NodeKind if kind is not NodeKind.PERSON)], [])
    groups = [group for group in drawn(case).iter(f"{SVG}g") if group.find(f"{SVG}title") is not None]
    shapes = {ET.tostring(group[1]).partition(b" />")[0] for group in groups}
    assert len(shapes) == len(NodeKind)


def test_nobody_shielded_is_drawn_and_the_legend_counts_them() -> None:
    case = network([person("a"), Node("V-1", NodeKind.PERSON, "Nora", Standing.VICTIM)], [tie("a", "V-1")])
    text = picture(case, 1)
    assert "V-1" not in text
    assert "Nora" not in text
    assert "1 left out (shielded)" in text


def test_the_seed_repeats_the_picture() -> None:
    case = chain(*"abcdef")
    assert picture(case, 4) == picture(case, 4) != picture(case, 5)


def test_everything_lies_inside() -> None:
    for group in drawn(chain(*"abcdefghijklmnop")).iter(f"{SVG}g"):
        x, y = map(float, group.attrib["transform"].removeprefix("translate(").removesuffix(")").split())
        assert 0 < x < 1200
        assert 0 < y < 800


@pytest.mark.parametrize("count", [0, MAX_DRAWN + 1])
def test_too_little_and_too_much_is_refused(count: int) -> None:
    with pytest.raises(InputError) as caught:
        picture(network((thing(f"n{place}") for place in range(count)), []), 1)
    assert "steps" in caught.value.hint()


def boxes(parts: list[int]) -> list[tuple[float, float, float, float]]:
    """Around each of several chains of so many nodes that no tie joins."""
    chains = [[f"{number:03}-{place:03}" for place in range(size)] for number, size in enumerate(parts)]
    nodes = [person(ref) for refs in chains for ref in refs]
    points = placed(network(nodes, [tie(*pair) for refs in chains for pair in pairwise(refs)]), 7)
    assert set(points) == {node.ref for node in nodes}
    found = []
    for refs in chains:
        across, down = ([points[ref][axis] for ref in refs] for axis in (0, 1))
        found.append((min(across), min(down), max(across), max(down)))
    return found


@settings(deadline=None, derandomize=True, max_examples=40)
@given(st.lists(st.integers(1, 12), min_size=1, max_size=12))
def test_what_hangs_together_stands_together_and_nothing_covers_it(parts: list[int]) -> None:
    found = boxes(parts)
    for one, other in combinations(found, 2):
        apart = one[2] < other[0] or other[2] < one[0] or one[3] < other[1] or other[3] < one[1]
        assert apart, (one, other)
    assert all(0 < each[0] <= each[2] < 1200 - 190 and 0 < each[1] <= each[3] < 800 for each in found)


def test_a_small_part_leaves_the_large_one_its_room() -> None:
    large, small = boxes([11, 3])
    assert large[2] - large[0] > 3 * (small[2] - small[0])
    assert large[2] - large[0] > 500


def test_as_many_lone_nodes_as_a_picture_holds_have_each_their_own_place() -> None:
    found = boxes([1] * MAX_DRAWN)
    assert len(set(found)) == MAX_DRAWN
    nearest = min(hypot(one[0] - other[0], one[1] - other[1]) for one, other in combinations(found, 2))
    assert nearest > 18, "no shape covers another"
