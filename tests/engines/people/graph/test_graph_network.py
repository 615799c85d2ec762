"""A network: what is no node or tie, what belongs to a case, and who no measure may read."""

from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engines.people.graph.made import DAY, LAWS, chain, networks, person, thing, tie

from egnatia.engines.people.graph.network import Network, around, network, visible, within, without
from egnatia.engines.people.graph.types import MAX_LABEL, MAX_REF, Node, NodeKind, Standing, Tie
from egnatia.errors import ConflictError, InputError, NotFoundError


@pytest.mark.parametrize(
    "standing", [Standing.VICTIM, Standing.CHILD, Standing.FAMILY, Standing.PROTECTION, Standing.UNSTATED]
)
def test_only_a_person_recorded_as_involved_is_not_shielded(standing: Standing) -> None:
    assert person("a", standing).shielded
    assert not person("a").shielded


def test_a_person_of_whom_nothing_was_said_is_shielded() -> None:
    assert Node("a", NodeKind.PERSON).shielded


@pytest.mark.parametrize("kind", [kind for kind in NodeKind if kind is not NodeKind.PERSON])
def test_a_thing_has_no_standing(kind: NodeKind) -> None:
    assert Node("a", kind, standing=Standing.VICTIM) == Node("a", kind)
    assert not Node("a", kind).shielded


@pytest.mark.parametrize("ref", ["", " ", " a", "a ", "a\n", "a\x00b", "a" * (MAX_REF + 1), "\ud800", "a\ufffe"])
def test_what_no_format_could_carry_is_no_reference(ref: str) -> None:
    with pytest.raises(InputError):
        person(ref)


@pytest.mark.parametrize("label", [" a", "a" * (MAX_LABEL + 1), "a\tb", "\udfff"])
def test_nor_a_label(label: str) -> None:
    with pytest.raises(InputError):
        Node("a", NodeKind.PHONE, label)


def test_a_label_that_repeats_the_reference_is_none() -> None:
    assert Node("+38344123456", NodeKind.PHONE, "+38344123456") == Node("+38344123456", NodeKind.PHONE)


@pytest.mark.parametrize(
    ("left", "right", "relation", "source"),
    [
        ("a", "a", "uses", "R"),
        ("", "b", "uses", "R"),
        ("a", "b", "", "R"),
        ("a", "b", "uses", ""),
        ("a", "b", "uses", " "),
    ],
)
def test_a_tie_has_two_ends_a_relation_and_a_source(left: str, right: str, relation: str, source: str) -> None:
    with pytest.raises(InputError):
        Tie(left, right, relation, source, DAY)


def test_a_tie_without_a_source_says_what_to_do() -> None:
    with pytest.raises(InputError) as caught:
        Tie("a", "b", "uses", "", DAY)
    assert "known from" in caught.value.hint()


def test_a_tie_does_not_end_before_it_begins() -> None:
    assert tie("a", "b", DAY, DAY).until == DAY
    with pytest.raises(InputError):
        tie("a", "b", DAY, DAY - timedelta(days=1))


def test_two_nodes_of_one_reference_have_to_agree() -> None:
    assert len(network([person("a"), person("a")], []).nodes) == 1
    with pytest.raises(ConflictError):
        network([person("a"), person("a", Standing.VICTIM)], [])


def test_a_tie_ends_at_nodes() -> None:
    with pytest.raises(InputError, match="'b'"):
        network([person("a")], [tie("a", "b")])


def test_the_same_tie_told_twice_counts_once_and_by_two_sources_twice() -> None:
    made = network(
        [person("a"), person("b")], [tie("a", "b"), tie("a", "b"), tie("b", "a"), tie("a", "b", source="R-2")]
    )
    assert len(made.ties) == 3
    assert len(made.ties_between("b", "a")) == 3
    assert made.neighbours["a"] == {"b"}


def test_a_reference_that_is_not_there_is_named() -> None:
    with pytest.raises(NotFoundError, match="'z'"):
        chain("a", "b")["z"]


def test_a_case_is_what_lies_within_so_many_steps() -> None:
    whole = chain("a", "b", "c", "d", "e")
    assert set(around(whole, ["c"], 1).nodes) == {"b", "c", "d"}
    assert set(around(whole, ["a"], 0).nodes) == {"a"}
    assert set(around(whole, ["a", "e"], 1).nodes) == {"a", "b", "d", "e"}
    assert around(whole, ["a"], 9) == whole
    with pytest.raises(NotFoundError):
        around(whole, ["z"], 1)


def test_a_case_keeps_the_ties_between_its_outermost_nodes() -> None:
    triangle = network(map(person, "abc"), [tie("a", "b"), tie("a", "c"), tie("b", "c")])
    assert around(triangle, ["a"], 1).ties == triangle.ties


@pytest.mark.parametrize(
    ("since", "until", "kept"),
    [
        (DAY, DAY, 2),
        (DAY - timedelta(days=9), DAY - timedelta(days=1), 0),
        (DAY + timedelta(days=1), DAY + timedelta(days=9), 1),
    ],
)
def test_a_period_keeps_every_tie_with_a_day_in_it(since: date, until: date, kept: int) -> None:
    whole = network(map(person, "abc"), [tie("a", "b"), tie("b", "c", DAY, DAY + timedelta(days=5))])
    cut = within(whole, since, until)
    assert len(cut.ties) == kept
    assert set(cut.nodes) == set("abc")


def test_a_period_does_not_end_before_it_begins() -> None:
    with pytest.raises(InputError):
        within(chain("a", "b"), DAY, DAY - timedelta(days=1))


def test_a_thing_that_only_a_victim_holds_is_not_visible_and_a_shared_one_is() -> None:
    whole = network(
        [person("a"), person("v", Standing.VICTIM), thing("own"), thing("shared"), thing("loose")],
        [tie("v", "own"), tie("v", "shared"), tie("a", "shared")],
    )
    seen = visible(whole)
    assert set(seen.nodes) == {"a", "shared", "loose"}
    assert [(each.left, each.right) for each in seen.ties] == [("a", "shared")]


def test_taking_out_nothing_changes_nothing() -> None:
    whole = chain("a", "b", "c")
    assert without(whole, ()) == whole
    assert not without(whole, {"b"}).ties


@LAWS
@given(whole=networks(), order=st.randoms(use_true_random=False))
def test_the_order_of_reading_never_shows(whole: Network, order: Random) -> None:
    nodes, ties = list(whole.nodes.values()), list(whole.ties)
    order.shuffle(nodes)
    order.shuffle(ties)
    again = network(nodes, ties)
    assert list(again.nodes.items()) == list(whole.nodes.items())
    assert again.ties == whole.ties


@LAWS
@given(whole=networks())
def test_what_is_visible_holds_nobody_shielded_and_stays_as_it_is(whole: Network) -> None:
    seen = visible(whole)
    assert not any(node.shielded for node in seen.nodes.values())
    assert {ref for ref, node in whole.nodes.items() if node.kind is NodeKind.PERSON and not node.shielded} <= set(
        seen.nodes
    )
    assert visible(seen) == seen


@LAWS
@given(whole=networks(), steps=st.integers(0, 4))
def test_a_wider_case_holds_a_narrower_one(whole: Network, steps: int) -> None:
    start = min(visible(whole).nodes, default=None)
    if start is None:
        return
    narrow, wide = around(whole, [start], steps), around(whole, [start], steps + 1)
    assert set(narrow.nodes) <= set(wide.nodes)
    assert set(narrow.ties) <= set(wide.ties)
