"""A case carried by its page: the same figures, nobody shielded, and a stranger's word like any other file."""

import base64
import hashlib
import json
import zlib
from dataclasses import replace
from datetime import date
from itertools import combinations

import pytest
from hypothesis import given, settings
from tests.engines.people.graph.made import chain, networks, person, thing, tie
from tests.federation.world import ALB, REASON, World

from egnatia.console.network_drawing import drawn
from egnatia.engines.people.graph.network import Network, network, visible
from egnatia.engines.people.graph.types import MAX_REF, Node, NodeKind, Standing
from egnatia.enquiries.network_carrying import MAX_CARRIED, MAX_UNPACKED, nameless, packed, unpacked
from egnatia.enquiries.networks import MOST_WAYS, Cut, cut_out, measured, note_read
from egnatia.errors import InputError, NotFoundError
from egnatia.ledger.entries import EntryFilter, read_entries
from egnatia.model.events import EventKind

LAWS = settings(deadline=None, derandomize=True, max_examples=40)


def word(plain: object) -> str:
    return base64.b64encode(zlib.compress(json.dumps(plain).encode())).decode()


@LAWS
@given(networks())
def test_what_is_measured_of_what_was_carried_is_what_was_measured(whole: Network) -> None:
    if not (refs := sorted(visible(whole).nodes)):
        return
    again = unpacked(packed(whole))
    pairs = [None, *combinations(refs[:4], 2)]
    for pair in pairs:
        first, second = measured(whole, pair), measured(again, pair)
        # things of shielded persons alone are counted by no page and not carried, not even as a number
        assert replace(second, measures=replace(second.measures, left_out=first.measures.left_out)) == first


@LAWS
@given(networks())
def test_nothing_of_anybody_shielded_is_carried_but_counts(whole: Network) -> None:
    made, seen = nameless(whole), visible(whole)
    assert visible(made) == seen
    strangers = [node for ref, node in made.nodes.items() if ref not in seen.nodes]
    assert all(node.kind is NodeKind.PERSON and node.shielded and not node.label for node in strangers)
    assert not {node.ref for node in strangers} & set(whole.nodes)
    for each in made.ties:
        if each not in seen.ties:
            assert (each.relation, each.source, each.since) == ("holds", "not shown", date.min)


def test_carried_counts_do_not_say_that_one_victim_holds_two_things() -> None:
    """Two victims with a card each, and one victim with both, are carried in the same words."""
    persons = [person("a"), thing("s1"), thing("s2"), person("v", Standing.VICTIM), person("w", Standing.VICTIM)]
    own = [tie("a", "s1"), tie("a", "s2")]
    one = network(persons, [*own, tie("v", "s1"), tie("v", "s2")])
    two = network(persons, [*own, tie("v", "s1"), tie("w", "s2")])
    assert packed(one) == packed(two)


def test_a_reference_that_looks_like_a_stand_in_stays_what_it_is() -> None:
    whole = network(
        [person("~1"), person("~~2"), person("v", Standing.CHILD), thing("t")],
        [tie("~1", "t"), tie("~~2", "t"), tie("v", "t")],
    )
    again = unpacked(packed(whole))
    assert visible(again) == visible(whole)
    assert measured(again).shielded == {Standing.CHILD: 1}


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "=",
        "\u0430\u0431",
        "AAAA",
        base64.b64encode(b"no zip").decode(),
        base64.b64encode(zlib.compress(b"no json")).decode(),
        base64.b64encode(zlib.compress(b"\xff\xfe")).decode(),
        base64.b64encode(zlib.compress(b"{}")[:-3]).decode(),
        word([]),
        word({"nodes": [], "ties": 3}),
        word({"nodes": [[]], "ties": []}),
        word({"nodes": [["a", "person", "", "suspect"]], "ties": []}),
        word({"nodes": [["a", "king", "", "involved"]], "ties": []}),
        word({"nodes": [[7, "person", "", "involved"]], "ties": []}),
        word({"nodes": [["a" * (MAX_REF + 1), "person", "", "involved"]], "ties": []}),
        word({"nodes": [["a", "person", None, "involved"]], "ties": [["a", "b", "r", "s", "2026-01-01", ""]]}),
        word({"nodes": [["a", "phone", "", ""]], "ties": []}),
        word({"nodes": [], "ties": [["a", "b", "r", "s", "NaN", ""]]}),
        base64.b64encode(zlib.compress(b"[" * 100_000)).decode(),
        base64.b64encode(zlib.compress(bytes(MAX_UNPACKED + 1))).decode(),
        base64.b64encode(zlib.compress(b'{"nodes": [], "ties": []}' + b" " * MAX_UNPACKED)).decode(),
        base64.b64encode(zlib.compress(b'{"nodes": [], "ties": []}')[:-1]).decode(),
    ],
)
def test_a_word_that_somebody_made_up_is_refused_in_words(text: str) -> None:
    with pytest.raises(InputError) as caught:
        unpacked(text)
    assert caught.value.hint()
    assert len(caught.value.message) < 200


def test_a_case_that_is_too_large_to_carry_is_not_carried() -> None:
    """Texts that do not pack: then the page shows the case and asks no second question."""
    refs = [f"p{n}" for n in range(150)]
    ties = [
        tie(one, other, source=base64.b85encode(f"{one}{other}".encode() * 20).decode()[:200].strip())
        for one, other in combinations(refs, 2)
    ]
    noise = [replace(each, source=f"{hash_of(each.source)}") for each in ties]
    whole = network([person(ref) for ref in refs], noise)
    assert packed(whole) == ""
    assert len(packed(chain("a", "b"))) < 400 < MAX_CARRIED


def hash_of(text: str) -> str:
    """Letters that nothing can pack."""
    return "".join(hashlib.sha512(f"{text}{n}".encode()).hexdigest() for n in range(2))[:200]


# How two are joined.


def pair_case() -> Network:
    return network(
        [person("a"), person("b"), person("c"), person("v", Standing.VICTIM), thing("card"), thing("hostel")],
        [tie("a", "card"), tie("b", "card"), tie("a", "hostel"), tie("b", "hostel"), tie("v", "hostel"),
         tie("a", "v"), tie("v", "c")],
    )  # fmt: skip


def test_ways_are_those_of_the_engine_and_pass_nobody_shielded() -> None:
    found = measured(pair_case(), ("a", "b"))
    assert found.ways is not None
    assert [[step.ref for step in way.steps] for way in found.ways] == [["card", "b"], ["hostel", "b"]]
    assert [way.most_shared for way in found.ways] == [2, 3], "the victim holds the hostel too"
    assert measured(pair_case(), ("a", "c")).ways == (), "the victim joins them, and is not read"
    assert measured(pair_case()).ways is None


@pytest.mark.parametrize(
    ("pair", "error"),
    [(("a", "a"), InputError), (("a", "v"), InputError), (("v", "a"), InputError), (("a", "zz"), NotFoundError)],
)
def test_a_pair_that_cannot_be_asked_about_is_refused(pair: tuple[str, str], error: type[Exception]) -> None:
    with pytest.raises(error):
        measured(pair_case(), pair)


def test_no_more_ways_than_a_page_shows() -> None:
    things = [f"t{n}" for n in range(9)]
    whole = network(
        [person("a"), person("b"), *map(thing, things)], [tie(ref, each) for each in things for ref in "ab"]
    )
    ways = measured(whole, ("a", "b")).ways
    assert ways is not None
    assert len(ways) == MOST_WAYS


def test_a_way_is_marked_in_the_drawing_step_by_step_and_drawn_above_the_rest() -> None:
    found = measured(pair_case(), ("a", "b"))
    picture = drawn(found.case, found.ways or ())
    marked = {frozenset((line.one.node.ref, line.other.node.ref)): (line.way, line.step) for line in picture.lines}
    assert marked[frozenset({"a", "card"})] == (1, 1)
    assert marked[frozenset({"b", "card"})] == (1, 2)
    assert marked[frozenset({"a", "hostel"})] == (2, 1)
    assert picture.passed == {"a", "b", "card", "hostel"}
    assert [line.way for line in picture.lines] == [2, 2, 1, 1]
    plain = drawn(found.case)
    assert {line.way for line in plain.lines} == {0}
    assert not plain.passed
    assert [(point.x, point.y) for point in plain.points] == [(point.x, point.y) for point in picture.points]


def test_a_number_of_a_step_stands_in_the_middle_of_its_line() -> None:
    found = measured(chain("a", "b"), ("a", "b"))
    [line] = drawn(found.case, found.ways or ()).lines
    assert line.middle == (round((line.one.x + line.other.x) / 2, 1), round((line.one.y + line.other.y) / 2, 1))


def test_a_case_is_cut_before_it_is_carried() -> None:
    whole = chain("a", "b", "c", "d")
    found = measured(cut_out(whole, Cut(("a",), 1)))
    assert set(unpacked(found.carried).nodes) == {"a", "b"}


def test_a_question_is_entered_with_how_many_ways_there_were(world: World) -> None:
    who = world.officer(ALB, "supervisor")
    for pair in (("a", "b"), ("a", "c")):
        found = measured(pair_case(), pair)
        world.do(ALB, lambda tx: note_read(tx, who, "DUR-2025-0417", REASON, found, world.clock()))  # noqa: B023
    wanted = EntryFilter(kind=EventKind.NETWORK_READ)
    read = world.look(ALB, lambda tx: read_entries(tx, wanted))
    assert [(each.content or {})["ways"] for each in read] == [0, 2]
    assert all("card" not in str(each.content) for each in read)


def test_a_node_with_a_label_keeps_it_on_the_way() -> None:
    whole = network([Node("o", NodeKind.ORGANISATION, "\u0422\u0440\u0430\u043d\u0441\u043f\u043e\u0440\u0442"), person("a")], [tie("a", "o")])  # fmt: skip
    assert unpacked(packed(whole)) == whole
