"""The network of a case without a console: what may be read, what is cut out, who is in nothing that is shown."""

from datetime import date
from io import BytesIO

import pytest
from hypothesis import given, settings
from tests.engines.people.graph.made import DAY, chain, networks, person, thing, tie
from tests.federation.world import ALB, REASON, World

from egnatia.console.language import language
from egnatia.console.network_drawing import LABEL, drawn, shape
from egnatia.engines.people.graph.formats import FORMATS
from egnatia.engines.people.graph.formats.tables import write_nodes, write_ties
from egnatia.engines.people.graph.network import Network, network, visible
from egnatia.engines.people.graph.picture import HEIGHT, MAX_DRAWN, WIDTH
from egnatia.engines.people.graph.types import Node, NodeKind, Standing
from egnatia.enquiries.networks import MAX_AROUND, MAX_BYTES, Cut, cut_out, measured, note_read, read_files
from egnatia.errors import ForbiddenError, InputError, NotFoundError
from egnatia.ledger.leaf import parse_leaf
from egnatia.store.tables import ledger_entry

LAWS = settings(deadline=None, derandomize=True, max_examples=40)


def tables(whole: Network) -> dict[str, bytes]:
    nodes, ties = BytesIO(), BytesIO()
    write_nodes(whole, nodes)
    write_ties(whole, ties)
    return {"nodes.csv": nodes.getvalue(), "ties.csv": ties.getvalue()}


@LAWS
@given(networks())
def test_what_was_written_is_read_from_two_tables_and_from_every_format(whole: Network) -> None:
    assert read_files(tables(whole)) == whole
    for suffix in (".gexf", ".graphml"):
        stream = BytesIO()
        FORMATS[suffix].write(whole, stream)
        assert read_files({f"CASE{suffix.upper()}": stream.getvalue()}) == whole


@LAWS
@given(networks())
def test_nobody_who_is_shielded_is_in_anything_that_is_shown(whole: Network) -> None:
    hidden = {ref for ref, node in whole.nodes.items() if node.shielded}
    if not visible(whole).nodes:
        with pytest.raises(InputError, match="may be shown"):
            measured(whole)
        return
    found = measured(whole)
    assert not hidden & set(found.case.nodes)
    assert not hidden & {each.ref for each in found.measures.positions}
    assert not hidden & {end for each in found.case.ties for end in (each.left, each.right)}
    assert not hidden & {end for each in found.shared for end in (each.left, each.right, each.via)}
    assert sum(found.shielded.values()) == len(hidden)
    assert Standing.INVOLVED not in found.shielded
    picture = drawn(found.case)
    assert {each.node.ref for each in picture.points} == set(found.case.nodes)
    for each in picture.points:
        assert 0 <= each.x <= WIDTH
        assert 0 <= each.y <= HEIGHT


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"nodes.csv": b"ref,kind\n"},
        {"nodes.csv": b"ref,kind\n", "ties.csv": b"", "case.gexf": b""},
        {"case": b""},
        {"case.pdf": b"%PDF"},
        {"case.json": b"x" * (MAX_BYTES + 1)},
        {"nodes.csv": b"x" * MAX_BYTES, "ties.csv": b"x"},
    ],
)
def test_what_is_no_network_is_refused(files: dict[str, bytes]) -> None:
    with pytest.raises(InputError) as caught:
        read_files(files)
    assert caught.value.hint()


def test_a_case_is_cut_out_by_steps_and_by_days() -> None:
    whole = chain("a", "b", "c", "d")
    assert set(cut_out(whole, Cut(("a",), 2)).nodes) == {"a", "b", "c"}
    assert cut_out(whole, Cut()) == whole
    assert cut_out(whole, Cut(since=date(2026, 3, 2))).ties == ()
    assert cut_out(whole, Cut(until=DAY)).ties == whole.ties


@pytest.mark.parametrize("cut", [Cut(("a",), 7), Cut(("a",), -1), Cut(tuple(f"n{n}" for n in range(MAX_AROUND + 1)))])
def test_a_cut_has_limits(cut: Cut) -> None:
    with pytest.raises(InputError):
        cut_out(chain("a", "b"), cut)
    with pytest.raises(NotFoundError):
        cut_out(chain("a", "b"), Cut(("nobody",)))


def test_more_than_a_picture_holds_is_refused_with_a_way_out() -> None:
    many = network([person(f"p{n}") for n in range(MAX_DRAWN + 1)], [])
    with pytest.raises(InputError) as caught:
        measured(many)
    assert "around" in caught.value.hint()


def test_what_a_victim_shares_counts_as_held_and_names_nobody() -> None:
    whole = network(
        [person("a"), person("b"), person("v", Standing.VICTIM), thing("t")],
        [tie("a", "t"), tie("b", "t"), tie("v", "t")],
    )
    [link] = measured(whole).shared
    assert (link.left, link.right, link.via, link.holders) == ("a", "b", "t", 3)


def test_a_long_label_is_cut_in_the_drawing_only() -> None:
    name = "A transport company with a very long name"
    [point] = drawn(network([Node("o", NodeKind.ORGANISATION, name)], [])).points
    assert len(point.short) == LABEL
    assert point.short.endswith("\u2026")
    assert point.node.label == name
    assert {shape(kind) for kind in NodeKind} == {*(shape(kind) for kind in NodeKind)}
    assert len({shape(kind) for kind in NodeKind}) == len(NodeKind), "each kind has a shape of its own"


def test_a_network_is_entered_once_by_who_may_and_with_a_reason(world: World) -> None:
    found = measured(chain("a", "b"))
    case = "DUR-2025-0417"
    for post, ref, why, error in (
        ("enquirer", case, REASON, ForbiddenError),
        ("examiner", "no case", REASON, InputError),
        ("examiner", case, "short", InputError),
    ):
        who = world.officer(ALB, post)
        with pytest.raises(error):
            world.do(ALB, lambda tx: note_read(tx, who, ref, why, found, world.clock()))  # noqa: B023
    who = world.officer(ALB, "examiner")
    world.do(ALB, lambda tx: note_read(tx, who, case, REASON, found, world.clock()))
    rows = world.look(ALB, lambda tx: list(tx.execute(ledger_entry.select()).all()))
    leaves = [parse_leaf(row.entry) for row in rows]
    assert [(each.object, each.operation) for each in leaves if each.kind == "network.read"] == [
        (f"case:{case}", "combination")
    ]


@pytest.mark.parametrize(
    ("value", "written"),
    [(0.0, "0.000"), (0.0004, "< 0.001"), (0.25, "0.250"), (0.9985, "0.998"), (0.99901, "> 0.999"), (1.0, "> 0.999")],
)
def test_a_probability_is_never_written_as_certain(value: float, written: str) -> None:
    assert language("en").chance(value) == written
    assert language("sq").chance(value) == written.replace(".", ",")
