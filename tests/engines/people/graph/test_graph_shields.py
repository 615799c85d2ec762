"""Shields that a network's shape could get around: a victim's telephone that called, a part cut out without its holder."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engines.people.graph.made import DAY, LAWS, networks, person, thing, tie

from egnatia.engines.people.graph.formats import read_network, write_network
from egnatia.engines.people.graph.measures import measure
from egnatia.engines.people.graph.network import Network, around, hidden, network, visible, within
from egnatia.engines.people.graph.paths import Paths
from egnatia.engines.people.graph.shared import shared_links
from egnatia.engines.people.graph.types import HOLDERS, Node, NodeKind, Standing
from egnatia.errors import InputError

LATER = DAY + timedelta(days=60)


def calls() -> Network:
    """A victim's telephone called a suspect's, over a mast near the house where she stays."""
    return network(
        [
            person("p"),
            person("q"),
            person("v", Standing.VICTIM),
            thing("her phone"),
            thing("his phone"),
            thing("mast", NodeKind.PLACE),
            thing("house", NodeKind.PLACE),
        ],
        [
            tie("v", "her phone"),
            tie("p", "his phone"),
            tie("q", "his phone"),
            tie("her phone", "his phone", LATER),
            tie("her phone", "mast", LATER),
            tie("mast", "house", LATER),
        ],
    )


def test_a_victims_telephone_is_hers_whomever_it_called() -> None:
    assert set(visible(calls()).nodes) == {"p", "q", "his phone"}
    assert {each.ref for each in measure(calls(), seed=1).positions} == {"p", "q", "his phone"}


def test_a_mast_that_a_suspects_telephone_used_too_stays() -> None:
    whole = calls()
    more = network(whole.nodes.values(), [*whole.ties, tie("his phone", "mast", LATER)])
    assert set(visible(more).nodes) == {"p", "q", "his phone", "mast", "house"}
    assert ("her phone", "mast") not in {(each.left, each.right) for each in visible(more).ties}


def test_no_way_leads_over_a_victims_telephone() -> None:
    whole = calls()
    joined = network([*whole.nodes.values(), person("r")], [*whole.ties, tie("r", "mast", LATER)])
    assert Paths(joined).between("p", "r") == []
    with pytest.raises(InputError, match="only shielded persons hold"):
        Paths(joined).between("p", "her phone")


@pytest.mark.parametrize("cut", ["period", "steps"])
def test_a_part_without_the_holder_does_not_forget_whose_a_thing_is(cut: str, tmp_path: Path) -> None:
    """The tie to the victim lies outside the period, or the victim beyond the last step: the telephone is still hers."""
    whole = calls()
    part = within(whole, LATER, LATER) if cut == "period" else around(whole, ["p"], 2)
    assert "her phone" in part.nodes
    assert hidden(part) >= {"her phone"}
    assert "her phone" not in visible(part).nodes
    assert "her phone" not in {each.ref for each in measure(part, seed=1, trials=0).positions}
    write_network(part, tmp_path / "part.gexf", with_shielded=True)
    read = read_network(tmp_path / "part.gexf")
    assert "her phone" not in visible(read).nodes, "what is written does not say whose it is, so it is not written"


def test_what_is_written_of_a_whole_keeps_a_victims_telephone_with_her(tmp_path: Path) -> None:
    write_network(calls(), tmp_path / "all.graphml", with_shielded=True)
    assert read_network(tmp_path / "all.graphml") == calls()
    assert set(visible(read_network(tmp_path / "all.graphml")).nodes) == set(visible(calls()).nodes)


@pytest.mark.parametrize("standing", [each for each in Standing if each is not Standing.INVOLVED])
def test_a_case_is_cut_out_around_nobody_shielded(standing: Standing) -> None:
    whole = network([person("v", standing), thing("card"), person("p")], [tie("v", "card"), tie("v", "p")])
    for ref in ("v", "card"):
        with pytest.raises(InputError, match="shielded") as caught:
            around(whole, [ref], 1)
        assert "involved" in caught.value.hint()


def test_no_step_leads_on_from_somebody_shielded() -> None:
    whole = network(
        [person("p"), person("v", Standing.VICTIM), person("far"), thing("hostel", NodeKind.PLACE)],
        [tie("p", "v"), tie("v", "far"), tie("p", "hostel"), tie("v", "hostel")],
    )
    assert set(around(whole, ["p"], 5).nodes) == {"p", "v", "hostel"}, "far is known through the victim alone"


@LAWS
@given(whole=networks(), steps=st.integers(0, 4), standing=st.sampled_from(Standing))
def test_tying_somebody_shielded_to_everybody_moves_no_case(whole: Network, steps: int, standing: Standing) -> None:
    if standing is Standing.INVOLVED or not (start := sorted(visible(whole).nodes)[:1]):
        return
    victim = Node("zz", NodeKind.PERSON, standing=standing)
    held = [
        ref
        for ref, node in whole.nodes.items()
        if node.kind in HOLDERS or any(whole.nodes[other].kind in HOLDERS for other in whole.neighbours[ref])
    ]
    more = network([*whole.nodes.values(), victim], [*whole.ties, *(tie("zz", ref) for ref in held)])
    assert visible(around(more, start, steps)) == visible(around(whole, start, steps))
    assert measure(around(more, start, steps), 1, 2).positions == measure(around(whole, start, steps), 1, 2).positions


@LAWS
@given(whole=networks(), first=st.integers(0, 9), steps=st.integers(0, 4))
def test_a_part_shows_nothing_that_the_whole_does_not(whole: Network, first: int, steps: int) -> None:
    seen = visible(whole)
    since = DAY + timedelta(days=first)
    parts = [within(whole, since, date.max)]
    parts += [around(each, [ref], steps) for each in (whole, parts[0]) for ref in sorted(visible(each).nodes)[:2]]
    for part in parts:
        assert set(visible(part).nodes) <= set(seen.nodes)
        assert set(visible(part).ties) <= set(seen.ties)
        assert all({link.left, link.right, link.via} <= set(seen.nodes) for link in shared_links(part))


@LAWS
@given(whole=networks())
def test_hidden_is_worked_out_as_by_walking_from_everybody_who_is_involved(whole: Network) -> None:
    """The slow way: a thing is seen if a visible person holds it, or nobody holds it and things that are seen lead to it."""
    holders = {
        ref: {other for other in whole.neighbours[ref] if whole.nodes[other].kind in HOLDERS} for ref in whole.nodes
    }
    for ref, node in whole.nodes.items():
        if node.kind in HOLDERS:
            assert (ref in hidden(whole)) is node.shielded
        elif holders[ref]:
            assert (ref in hidden(whole)) is all(whole.nodes[other].shielded for other in holders[ref])
        else:
            held = {other for other in loose_part(whole, ref, holders) if holders[other]}
            theirs = {other for other in held if all(whole.nodes[one].shielded for one in holders[other])}
            assert (ref in hidden(whole)) is (bool(held) and held == theirs)


def loose_part(whole: Network, ref: str, holders: dict[str, set[str]]) -> set[str]:
    """Things that a walk over things that nobody holds reaches, the held ones at its ends included."""
    found, waiting = {ref}, [ref]
    while waiting:
        here = waiting.pop()
        if not holders[here]:
            fresh = set(whole.neighbours[here]) - found
            found |= fresh
            waiting.extend(fresh)
    return found
