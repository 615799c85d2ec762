"""Shared things and ways: rarity by counting, shields by construction, checked against plain search."""

from collections import deque
from datetime import date, timedelta
from itertools import combinations, permutations
from math import log2

import networkx as nx
import pytest
from hypothesis import given
from tests.engines.people.graph.made import DAY, LAWS, chain, networks, person, thing, tie

from egnatia.engines.people.graph.network import Network, network, visible
from egnatia.engines.people.graph.paths import Paths
from egnatia.engines.people.graph.shared import shared_links
from egnatia.engines.people.graph.types import HOLDERS, Node, NodeKind, Standing
from egnatia.errors import InputError, NotFoundError


def crowd(holders: int, others: int) -> Network:
    """A hostel that many live in, a card two of them use, and people beside."""
    refs = [f"p{place:03}" for place in range(holders + others)]
    ties = [tie(ref, "hostel") for ref in refs[:holders]] + [tie("p000", "card"), tie("p001", "card")]
    return network([*map(person, refs), thing("hostel", NodeKind.PLACE), thing("card")], ties)


def test_a_shared_card_says_more_than_a_shared_hostel() -> None:
    found = shared_links(crowd(20, 44))
    assert (found[0].left, found[0].right, found[0].via) == ("p000", "p001", "card")
    assert found[0].bits == log2(64 / 2)
    assert {link.via for link in found[1:]} == {"hostel"}
    assert found[-1].bits == log2(64 / 20)
    assert len(found) == 1 + 20 * 19 // 2


def test_what_too_many_hold_can_be_left_out() -> None:
    assert [link.via for link in shared_links(crowd(20, 0), max_holders=19)] == ["card"]
    assert len(shared_links(crowd(20, 0), max_holders=20)) == 191


def test_what_is_cut_off_is_what_says_least() -> None:
    assert [link.via for link in shared_links(crowd(20, 0), most=1)] == ["card"]


def test_a_victim_is_in_no_link_and_is_counted_as_a_holder() -> None:
    whole = network(
        [person("a"), person("b"), person("v", Standing.VICTIM), thing("card")],
        [tie(ref, "card") for ref in "abv"],
    )
    [link] = shared_links(whole)
    assert (link.left, link.right, link.holders) == ("a", "b", 3)
    assert link.bits == 0
    assert all("v" not in (each.left, each.right) for each in link.ties)


@pytest.mark.parametrize(("gap", "together"), [(0, True), (5, True), (6, False)])
def test_two_owners_one_after_the_other_may_never_have_met(gap: int, *, together: bool) -> None:
    car = thing("car", NodeKind.VEHICLE)
    first, second = (DAY, DAY + timedelta(days=5)), (DAY + timedelta(days=gap), DAY + timedelta(days=30))
    [link] = shared_links(network([person("a"), person("b"), car], [tie("a", "car", *first), tie("b", "car", *second)]))
    assert link.together is together


@LAWS
@given(whole=networks())
def test_links_are_all_pairs_of_visible_holders_of_one_thing(whole: Network) -> None:
    seen = visible(whole)
    expected = {
        (left, right, ref)
        for ref, node in seen.nodes.items()
        if node.kind not in HOLDERS
        for left, right in combinations(sorted(seen.neighbours[ref]), 2)
        if {seen.nodes[left].kind, seen.nodes[right].kind} <= HOLDERS
    }
    found = shared_links(whole)
    assert {(link.left, link.right, link.via) for link in found} == expected
    assert [link.holders for link in found] == sorted(link.holders for link in found)
    assert all(link.bits >= 0 for link in found)


def steps_between(whole: Network, start: str, end: str) -> int | None:
    """Plain breadth-first search."""
    reached, waiting = {start: 0}, deque([start])
    while waiting:
        here = waiting.popleft()
        for there in whole.neighbours[here]:
            if there not in reached:
                reached[there] = reached[here] + 1
                waiting.append(there)
    return reached.get(end)


@LAWS
@given(whole=networks())
def test_the_first_way_is_a_shortest_one_and_the_others_share_nothing(whole: Network) -> None:
    seen, ways = visible(whole), Paths(whole)
    for start, end in combinations(seen.nodes, 2):
        found = ways.between(start, end, 10)
        expected = steps_between(seen, start, end)
        assert (len(found[0].steps) if found else None) == expected
        inner = [step.ref for way in found for step in way.steps[:-1]]
        assert len(inner) == len(set(inner))
        assert [len(way.steps) for way in found] == sorted(len(way.steps) for way in found)
        for way in found:
            here = way.start
            for step in way.steps:
                assert step.ties == seen.ties_between(here, step.ref) != ()
                here = step.ref
            assert here == end
        assert ways.between(start, end, 10) == found, "a way that was shown must not be missing the next time"


@LAWS
@given(whole=networks())
def test_of_all_shortest_ways_the_first_passes_what_fewest_hold(whole: Network) -> None:
    seen, ways = visible(whole), Paths(whole)
    graph: nx.Graph[str] = nx.Graph((each.left, each.right) for each in seen.ties)
    cost = {
        ref: log2(1 + sum(whole.nodes[other].kind in HOLDERS for other in whole.neighbours[ref])) for ref in seen.nodes
    }
    for start, end in permutations(graph, 2):
        for way in ways.between(start, end, 1):
            best = min(sum(cost[ref] for ref in refs[1:-1]) for refs in nx.all_shortest_paths(graph, start, end))
            assert sum(cost[step.ref] for step in way.steps[:-1]) == pytest.approx(best)


def test_of_two_equally_short_ways_the_one_over_the_rarer_thing_comes_first() -> None:
    whole = crowd(20, 0)
    first, second = Paths(whole).between("p000", "p001", 2)
    assert [step.ref for step in first.steps] == ["card", "p001"]
    assert [step.ref for step in second.steps] == ["hostel", "p001"]
    assert (first.most_shared, second.most_shared) == (2, 20)


def test_a_direct_tie_is_the_first_way_and_not_the_only_one() -> None:
    whole = network(map(person, "abc"), [tie("a", "b"), tie("a", "c"), tie("c", "b")])
    assert [[step.ref for step in way.steps] for way in Paths(whole).between("a", "b")] == [["b"], ["c", "b"]]


@pytest.mark.parametrize("standing", [standing for standing in Standing if standing is not Standing.INVOLVED])
def test_no_way_leads_over_or_to_somebody_shielded(standing: Standing) -> None:
    whole = network([person("a"), person("m", standing), person("b")], [tie("a", "m"), tie("m", "b")])
    assert Paths(whole).between("a", "b") == []
    with pytest.raises(InputError, match="shielded") as caught:
        Paths(whole).between("a", "m")
    assert "involved" in caught.value.hint()


@pytest.mark.parametrize(("start", "end", "most"), [("a", "a", 1), ("a", "b", 0), ("a", "b", 11)])
def test_a_way_joins_two_and_few_are_shown(start: str, end: str, most: int) -> None:
    with pytest.raises(InputError):
        Paths(chain("a", "b")).between(start, end, most)


def test_a_way_needs_both_ends() -> None:
    with pytest.raises(NotFoundError):
        Paths(chain("a", "b")).between("a", "z")


def test_ties_keep_their_days_along_a_way() -> None:
    [way] = Paths(chain("a", "b", "c")).between("a", "c")
    assert [each.since for step in way.steps for each in step.ties] == [date(2026, 3, 1)] * 2


def test_a_node_is_found_by_its_reference_only() -> None:
    whole = network([Node("a", NodeKind.PERSON, "Agim", Standing.INVOLVED), person("b")], [tie("a", "b")])
    with pytest.raises(NotFoundError):
        Paths(whole).between("Agim", "b")
