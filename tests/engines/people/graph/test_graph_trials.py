"""What missing reports do to a measure: the trials against their definition, and communities with how well they hold."""

from itertools import combinations

import networkx as nx
import numpy as np
import pytest
import rustworkx as rx
from hypothesis import given
from hypothesis import strategies as st
from tests.engines.people.graph.made import LAWS, chain, networks, person, thing, tie

from egnatia.engines.people.graph.measures import Community, measure
from egnatia.engines.people.graph.network import Network, network, visible
from egnatia.engines.people.graph.trials import (
    FEW_TRIALS,
    MISSING,
    TRIALS,
    WIDE,
    acquainted,
    brokerage,
    communities,
    tried,
    usual_trials,
)


def graph_of(edges: list[tuple[int, int]], nodes: int) -> "rx.PyGraph[str, None]":
    made: rx.PyGraph[str, None] = rx.PyGraph(multigraph=False)
    made.add_nodes_from([str(place) for place in range(nodes)])
    made.add_edges_from([(left, right, None) for left, right in edges])
    return made


def silent(_done: int, _all: int) -> None:
    """Nobody watches."""


def two_groups(size: int = 4) -> Network:
    """Two groups in which everybody knows everybody, and one tie between them."""
    groups = [f"a{n}" for n in range(size)], [f"z{n}" for n in range(size)]
    ties = [tie(one, other) for group in groups for one, other in combinations(group, 2)]
    return network(map(person, [*groups[0], *groups[1]]), [*ties, tie("a0", "z0")])


@LAWS
@given(st.sets(st.tuples(st.integers(0, 6), st.integers(0, 6)).filter(lambda pair: pair[0] < pair[1]), min_size=1),
       st.integers(0, 99))  # fmt: skip
def test_a_trial_is_the_case_with_a_tenth_of_its_ties_missing(edges: set[tuple[int, int]], seed: int) -> None:
    """The same draws made here, each measured by another program."""
    graph = graph_of(sorted(edges), 7)
    whole, groups = brokerage(graph), communities(acquainted(graph), seed)
    found = tried(graph, whole, groups, seed, silent, 3)
    chance, ordered = np.random.default_rng(seed), sorted(edges)
    drawn, cuts = [whole], [0] * 7
    for _ in range(3):
        missing = {ordered[place] for place in
                   chance.choice(len(ordered), max(1, round(MISSING * len(ordered))), replace=False)}  # fmt: skip
        left: nx.Graph[int] = nx.Graph()
        left.add_nodes_from(range(7))
        left.add_edges_from(edges - missing)
        values = nx.betweenness_centrality(left)
        drawn.append([values[place] for place in range(7)])
        for place in nx.articulation_points(left):
            cuts[place] += 1
    assert found.low == pytest.approx([min(column) for column in zip(*drawn, strict=True)], abs=1e-12)
    assert found.high == pytest.approx([max(column) for column in zip(*drawn, strict=True)], abs=1e-12)
    assert found.cuts == cuts


def test_a_node_that_cuts_by_one_tie_does_not_cut_when_that_tie_is_missing() -> None:
    found = {each.ref: each for each in measure(chain("a", "b", "c"), seed=1).positions}
    assert found["b"].cuts
    assert found["b"].cut_trials == 0, "one of its two ties is missing in every trial"
    longer = {each.ref: each for each in measure(chain(*"abcdefghijk"), seed=1).positions}
    assert 0 < longer["f"].cut_trials < TRIALS
    assert longer["a"].cut_trials == 0


def test_two_groups_hold_together_and_a_ring_does_not() -> None:
    tight = measure(two_groups(5), seed=1).communities
    assert [set(group.members) for group in tight] == [{f"{side}{n}" for n in range(5)} for side in "az"]
    assert all(group.together > 0.99 for group in tight)
    refs = [f"n{n:02}" for n in range(30)]
    ring = network(map(person, refs), [*(tie(refs[n - 1], refs[n]) for n in range(30))])
    assert all(group.together < 0.9 for group in measure(ring, seed=1).communities), "any cut of a ring is as good"


@LAWS
@given(whole=networks())
def test_communities_are_every_node_once_the_largest_first(whole: Network) -> None:
    found = measure(whole, seed=1, trials=2)
    members = [ref for group in found.communities for ref in group.members]
    assert sorted(members) == sorted(visible(whole).nodes)
    assert [group.number for group in found.communities] == list(range(len(found.communities)))
    assert [len(group.members) for group in found.communities] == sorted(
        (len(group.members) for group in found.communities), reverse=True
    )
    assert all(0 <= group.together <= 1 for group in found.communities)
    number_of = {ref: group.number for group in found.communities for ref in group.members}
    assert {each.ref: each.community for each in found.positions} == number_of
    assert all(0 <= each.cut_trials <= 2 for each in found.positions)


def test_who_is_alone_and_a_case_without_ties_stay_as_they_are() -> None:
    assert measure(network([person("a"), thing("b")], []), seed=1).communities == (
        Community(0, ("a",), 1.0),
        Community(1, ("b",), 1.0),
    )
    assert measure(two_groups(), seed=1, trials=0).communities[0].together == 1.0


def test_trials_are_told_one_by_one_and_are_fewer_for_a_wide_case() -> None:
    heard: list[tuple[int, int]] = []
    measure(two_groups(), seed=1, trials=3, told=lambda done, trials: heard.append((done, trials)))
    assert heard == [(1, 3), (2, 3), (3, 3)]
    assert (usual_trials(WIDE), usual_trials(WIDE + 1)) == (TRIALS, FEW_TRIALS)
    assert measure(two_groups(), seed=1).trials == TRIALS


def test_the_seed_repeats_how_well_groups_hold() -> None:
    refs = [f"n{n:02}" for n in range(20)]
    ring = network(map(person, refs), [*(tie(refs[n - 1], refs[n]) for n in range(20))])
    assert measure(ring, seed=4) == measure(ring, seed=4)
    assert measure(ring, seed=4).communities != measure(ring, seed=5).communities
