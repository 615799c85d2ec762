"""Measures against definitions worked out the slow way, on invented and on real cases; and what they never read."""

from itertools import combinations, permutations
from pathlib import Path

import networkx as nx
import pytest
from hypothesis import given
from tests.engines.people.graph.made import DAY, LAWS, chain, networks, person, thing, tie

from egnatia.engines.people.graph.measures import MAX_CASE, Position, disruption, measure
from egnatia.engines.people.graph.network import Network, network, visible, without
from egnatia.engines.people.graph.types import HOLDERS, Node, NodeKind, Standing
from egnatia.errors import InputError

MONTAGNA = Path(__file__).parents[4] / ".." / "shared" / "data" / "people" / "graph"


def by_ref(whole: Network, trials: int = 0) -> dict[str, Position]:
    return {each.ref: each for each in measure(whole, seed=1, trials=trials).positions}


def plain(whole: Network) -> "nx.Graph[str]":
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(whole.nodes)
    graph.add_edges_from((each.left, each.right) for each in whole.ties)
    return graph


def brokerage_by_listing_ways(whole: Network) -> dict[str, float]:
    """Betweenness by its definition: every pair, all of its shortest ways written out."""
    graph, found = plain(whole), dict.fromkeys(whole.nodes, 0.0)
    for start, end in permutations(whole.nodes, 2):
        if nx.has_path(graph, start, end):
            ways = list(nx.all_shortest_paths(graph, start, end))
            for way in ways:
                for ref in way[1:-1]:
                    found[ref] += 1 / len(ways)
    count = len(whole.nodes)
    scale = (count - 1) * (count - 2)
    return {ref: value / scale if scale else 0.0 for ref, value in found.items()}


@LAWS
@given(whole=networks())
def test_brokerage_is_the_share_of_shortest_ways(whole: Network) -> None:
    seen = visible(whole)
    expected = brokerage_by_listing_ways(seen)
    found = by_ref(whole)
    assert found.keys() == expected.keys()
    for ref, each in found.items():
        assert each.brokerage == pytest.approx(expected[ref], abs=1e-12)
        assert each.ties == len(seen.neighbours[ref])


@LAWS
@given(whole=networks())
def test_a_node_cuts_if_others_lose_each_other_without_it(whole: Network) -> None:
    seen = visible(whole)
    parts = nx.number_connected_components(plain(seen)) if seen.nodes else 0
    for ref, each in by_ref(whole).items():
        left = without(seen, {ref})
        alone = not seen.neighbours[ref]
        now = nx.number_connected_components(plain(left)) if left.nodes else 0
        assert each.cuts is (now > parts - (1 if alone else 0))


@LAWS
@given(whole=networks())
def test_a_core_is_a_group_in_which_each_has_so_many_others(whole: Network) -> None:
    seen, found = visible(whole), by_ref(whole)
    for size in range(1, max((each.core for each in found.values()), default=0) + 2):
        group = set(seen.nodes)
        while weak := {ref for ref in group if len(seen.neighbours[ref] & group) < size}:
            group -= weak
        assert group == {ref for ref, each in found.items() if each.core >= size}


@LAWS
@given(whole=networks())
def test_bridges_are_the_ties_whose_loss_parts_somebody(whole: Network) -> None:
    seen = visible(whole)
    graph = plain(seen)
    expected = []
    for left, right in combinations(seen.nodes, 2):
        if graph.has_edge(left, right):
            graph.remove_edge(left, right)
            if not nx.has_path(graph, left, right):
                expected.append((left, right))
            graph.add_edge(left, right)
    assert measure(whole, seed=1, trials=0).bridges == tuple(sorted(expected))


@LAWS
@given(whole=networks())
def test_a_victim_more_or_less_changes_no_figure(whole: Network) -> None:
    """The shield by construction: tie a victim to everybody, and nobody's place moves."""
    victim = Node("zz", NodeKind.PERSON, standing=Standing.VICTIM)
    # not to a thing that nobody held: it would become hers alone, and go with her
    known = [
        ref
        for ref, node in whole.nodes.items()
        if node.kind in HOLDERS or any(whole.nodes[other].kind in HOLDERS for other in whole.neighbours[ref])
    ]
    more = network([*whole.nodes.values(), victim], [*whole.ties, *(tie("zz", ref) for ref in known)])
    assert measure(more, seed=1, trials=3).positions == measure(whole, seed=1, trials=3).positions


def test_nobody_shielded_has_a_position() -> None:
    whole = network(
        [person("a"), person("v", Standing.VICTIM), Node("u", NodeKind.PERSON), person("b")],
        [tie("a", "v"), tie("v", "b"), tie("a", "u")],
    )
    found = measure(whole, seed=1)
    assert {each.ref for each in found.positions} == {"a", "b"}
    assert found.left_out == 2
    assert [each.ref for each in disruption(whole, 5)] == ["a", "b"]


def test_the_middle_of_a_chain_stands_between_all_others() -> None:
    found = by_ref(chain("a", "b", "c"))
    assert (found["b"].brokerage, found["b"].cuts, found["b"].core) == (1, True, 1)
    assert (found["a"].brokerage, found["a"].cuts) == (0, False)


def test_the_range_of_a_single_chain_falls_to_nothing() -> None:
    """One missing report is all it takes: exactly what an officer must see before acting on a lead."""
    found = by_ref(chain("a", "b", "c"), trials=20)
    assert (found["b"].brokerage_low, found["b"].brokerage_high) == (0, 1)


def test_ranges_hold_the_figure_and_the_seed_repeats_them() -> None:
    whole = chain(*"abcdefghij")
    one, again = measure(whole, seed=5), measure(whole, seed=5)
    assert one == again
    assert all(each.brokerage_low <= each.brokerage <= each.brokerage_high for each in one.positions)
    assert measure(whole, seed=6).positions != one.positions


def test_twenty_calls_are_one_acquaintance() -> None:
    often = network(map(person, "abc"), [*(tie("a", "b", source=f"R-{n}") for n in range(20)), tie("b", "c")])
    assert by_ref(often) == by_ref(chain("a", "b", "c"))


def test_two_groups_with_one_link_are_two_communities() -> None:
    ties = [tie(left, right) for group in ("abcd", "wxyz") for left, right in combinations(group, 2)]
    found = by_ref(network(map(person, "abcdwxyz"), [*ties, tie("d", "w")]))
    assert len({found[ref].community for ref in "abcd"}) == 1
    assert {found[ref].community for ref in "abcdwxyz"} == {0, 1}


def test_an_empty_case_is_no_fault() -> None:
    assert measure(network([], []), seed=1).positions == ()
    assert disruption(network([], []), 3) == []


def test_a_register_is_no_case() -> None:
    crowd = network((thing(f"n{place}") for place in range(MAX_CASE + 1)), [])
    for measured in (lambda: measure(crowd, seed=1), lambda: disruption(crowd, 1)):
        with pytest.raises(InputError, match=r"limit|at most") as caught:
            measured()
        assert caught.value.hint()


def test_taking_out_brokers_parts_a_case_and_never_names_a_thing() -> None:
    star = network(
        [*map(person, "abcde"), thing("hub")],
        [*(tie(ref, "hub") for ref in "abc"), tie("c", "d"), tie("c", "e")],
    )
    found = disruption(star, 2)
    assert found[0].ref == "c"
    assert found[0].largest == pytest.approx(3 / 6)
    assert all(each.ref != "hub" for each in found)
    with pytest.raises(InputError):
        disruption(star, 0)


def montagna(name: str) -> Network:
    path = MONTAGNA / f"Montagna_{name}_edgelist.csv"
    if not path.exists():
        pytest.skip(f"{path} is absent: real cases are read from shared data only")
    pairs = [line.split()[:2] for line in path.read_text().splitlines() if line.strip()]
    refs = sorted({ref for pair in pairs for ref in pair})
    return network(map(person, refs), [tie(a, b) for a, b in pairs if a != b])


@pytest.mark.parametrize("name", ["meetings", "phonecalls"])
def test_a_real_case_is_measured_as_another_program_measures_it(name: str) -> None:
    whole = montagna(name)
    graph = plain(whole)
    expected, cores = nx.betweenness_centrality(graph), nx.core_number(graph)
    found = by_ref(whole, trials=2)
    assert len(found) > 90
    for ref, each in found.items():
        assert each.brokerage == pytest.approx(expected[ref], abs=1e-12)
        assert each.core == cores[ref]
    assert {ref for ref, each in found.items() if each.cuts} == set(nx.articulation_points(graph))


def test_a_real_case_falls_apart_faster_by_its_brokers_than_by_chance() -> None:
    whole = montagna("meetings")
    planned = disruption(whole, 10)[-1].largest
    by_chance = without(whole, set(sorted(whole.nodes)[:10]))
    largest = max(map(len, nx.connected_components(plain(by_chance)))) / len(whole.nodes)
    assert planned < 0.6 < largest


def test_days_are_kept_out_of_every_measure() -> None:
    assert by_ref(chain("a", "b", "c")) == by_ref(
        network(map(person, "abc"), [tie("a", "b", DAY.replace(year=1999)), tie("b", "c")])
    )
