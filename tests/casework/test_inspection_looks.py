"""Looking at a recorded inspection again: who may, what is entered, what a replay compares, and what is gone is gone."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from tests.engines.documents.report.sources import made, presented, store
from tests.federation.world import ALB, World

from egnatia.casework import borders
from egnatia.casework.borders.basis import node_basis, register_version
from egnatia.casework.borders.looks import (
    SHOWN,
    inspections,
    look_at_inspection,
    replay_inspection,
    take_out_report,
)
from egnatia.engines.documents import RegisterRow
from egnatia.engines.documents.presented import Basis
from egnatia.engines.documents.report.stored import Replay, read_stored
from egnatia.enquiries.holdings import import_register
from egnatia.enquiries.trust import Held
from egnatia.errors import ErasedError, ForbiddenError, NotFoundError
from egnatia.ledger import JSON
from egnatia.ledger.entries import EntryView
from egnatia.model.states import RegisterCategory
from egnatia.scenario.case import CASE_REF, PASSPORT
from egnatia.store.tables import inspection

FORM: dict[str, JSON] = {"kind": "html", "view": "officer", "language": "sq", "personal": True}


def now_basis(world: World, held: Held | None = None) -> Basis:
    found = world.nodes[ALB].trust_keeper.held() if held is None else held
    return world.look(ALB, lambda tx: node_basis(tx, world.nodes[ALB].desk, found, world.clock().date()))


def recorded(world: World, held: Held | None = None) -> str:
    """An inspection of every source, on the basis of this node."""
    node, officer = world.nodes[ALB], world.officer(ALB, "enquirer")

    def job(tx: Any) -> str:
        basis = node_basis(tx, node.desk, held or Held(), world.clock().date())
        return borders.examine_document(tx, officer, CASE_REF, presented(made()), basis, world.clock())[0]

    return world.do(ALB, job)


def again(world: World, inspection_id: str, held: Held | None = None, post: str = "examiner") -> Replay:
    node, officer = world.nodes[ALB], world.officer(ALB, post)
    stored = read_stored(world.look(ALB, lambda tx: borders.stored_inspection(tx, inspection_id)))
    with node.database.read() as tx:
        basis = node_basis(tx, node.desk, held or Held(), stored.day)
        return replay_inspection(node.commit, officer, (inspection_id, stored), basis, world.clock())


def newest(world: World) -> EntryView:
    return world.entries(ALB, 1)[0]


def act(world: World, look: Callable[..., Any], post: str, inspection_id: str) -> None:
    officer = world.officer(ALB, post)
    world.do(ALB, lambda tx: look(tx, officer, inspection_id, world.clock()))


@pytest.mark.parametrize(
    ("look", "kind"),
    [
        (lambda tx, officer, _, now: inspections(tx, officer, now), "inspection.viewed"),
        (look_at_inspection, "inspection.viewed"),
        (lambda tx, officer, found, now: take_out_report(tx, officer, found, FORM, now), "inspection.exported"),
    ],
)
def test_each_look_is_one_entry_and_refused_looks_are_none(world: World, look: Callable[..., Any], kind: str) -> None:
    found = recorded(world)
    for post in ("enquirer", "examiner", "supervisor"):
        before = len(world.kinds(ALB))
        act(world, look, post, found)
        assert world.kinds(ALB)[before:] == [kind]
        assert newest(world).actor == world.officer(ALB, post).id
    before = len(world.kinds(ALB))
    for post in ("auditor", "approver-1", "administrator"):
        with pytest.raises(ForbiddenError):
            act(world, look, post, found)
    assert len(world.kinds(ALB)) == before


def test_the_list_is_the_newest_first_and_holds_nothing_that_was_read(world: World) -> None:
    first = recorded(world)
    world.clock.turn(minutes=1)
    second = recorded(world)
    rows = world.do(ALB, lambda tx: inspections(tx, world.officer(ALB, "examiner"), world.clock()))
    assert [each.id for each in rows] == [second, first]
    assert made().issue.number not in repr(rows)
    assert rows[0].case_ref == CASE_REF
    assert rows[0].officer_id == world.officer(ALB, "enquirer").id


def test_a_long_list_is_cut(world: World) -> None:
    found = recorded(world)
    row = dict(world.look(ALB, lambda tx: tx.execute(inspection.select()).one())._mapping)
    copies = [row | {"id": f"{number:036d}", "at": world.clock() - timedelta(days=1)} for number in range(SHOWN + 5)]
    world.do(ALB, lambda tx: tx.execute(inspection.insert(), copies))
    rows = world.do(ALB, lambda tx: inspections(tx, world.officer(ALB, "examiner"), world.clock()))
    assert len(rows) == SHOWN
    assert rows[0].id == found


def test_what_leaves_says_in_which_form_and_no_more(world: World) -> None:
    found = recorded(world)
    content = world.do(ALB, lambda tx: take_out_report(tx, world.officer(ALB, "examiner"), found, FORM, world.clock()))
    entry = newest(world)
    assert read_stored(content).result.conclusion is not None
    assert (entry.object_ref, entry.content) == (f"inspection:{found}", FORM)
    assert made().issue.number not in json.dumps(entry.content)


def test_what_is_not_there_is_not_found_and_what_was_erased_stays_gone(world: World) -> None:
    found = recorded(world)
    examiner = world.officer(ALB, "examiner")
    with pytest.raises(NotFoundError):
        world.do(ALB, lambda tx: look_at_inspection(tx, examiner, "none", world.clock()))
    sealed = world.look(ALB, lambda tx: tx.execute(inspection.select().where(inspection.c.id == found)).one()).sealed_id
    world.do(ALB, lambda tx: tx.erase(sealed))
    before = len(world.kinds(ALB))
    with pytest.raises(ErasedError):
        world.do(ALB, lambda tx: look_at_inspection(tx, examiner, found, world.clock()))
    assert len(world.kinds(ALB)) == before, "nothing was shown, so nothing was looked at"
    rows = world.do(ALB, lambda tx: inspections(tx, examiner, world.clock()))
    assert [each.id for each in rows] == [found], "that it was made stays known"


def test_a_replay_is_the_same_on_the_same_basis_and_says_so_in_the_ledger(world: World) -> None:
    found = recorded(world)
    world.clock.turn(days=40)
    assert again(world, found).same
    entry = newest(world)
    assert (entry.kind, entry.object_ref) == ("inspection.replayed", f"inspection:{found}")
    assert entry.content == {"same": True, "versions": [], "checks": 0}


def test_a_replay_with_a_store_that_was_not_there_differs_and_names_it(world: World) -> None:
    found = recorded(world)
    done = again(world, found, Held(store(), 1))
    assert not done.same
    assert [(each.what, each.then) for each in done.versions] == [("trust", "")]
    entry = newest(world)
    assert entry.content is not None
    assert (entry.content["same"], entry.content["versions"]) == (False, ["trust"])


def test_a_replay_needs_the_right_and_leaves_no_entry_without_it(world: World) -> None:
    found = recorded(world)
    before = len(world.kinds(ALB))
    with pytest.raises(ForbiddenError):
        again(world, found, post="auditor")
    assert len(world.kinds(ALB)) == before


def test_the_registers_version_changes_with_what_is_in_it_and_with_nothing_else(world: World) -> None:
    node, admin = world.nodes[ALB], world.officer(ALB, "administrator")
    first = world.look(ALB, register_version)
    world.clock.turn(days=3)
    assert world.look(ALB, register_version) == first, "another day is no other register"
    added = RegisterRow(
        2, "ALB", "P", "ZZ0000001", "ZZ0000001", RegisterCategory.LOST, world.clock().date(), "ALB-D-77", ""
    )
    world.do(ALB, lambda tx: import_register(tx, node.desk, admin, [added], world.clock()))
    second = world.look(ALB, register_version)
    assert second != first
    assert int(second.split()[2]) == int(first.split()[2]) + 1


def test_the_basis_of_a_node_is_its_store_and_its_own_register(world: World) -> None:
    basis = now_basis(world, Held(store(), 1))
    assert basis.store is store()
    assert basis.register is not None
    assert basis.register.covers("ALB")
    assert not basis.register.covers("RKS")
    assert now_basis(world, Held(problem="spoilt")).store is None


def test_an_old_record_of_a_zone_can_be_looked_at_and_is_what_it_was(world: World) -> None:
    officer = world.officer(ALB, "enquirer")
    old = world.do(ALB, lambda tx: borders.inspect_document(tx, officer, CASE_REF, PASSPORT, world.clock()))[0]
    content = world.do(ALB, lambda tx: look_at_inspection(tx, officer, old, world.clock()))
    assert json.loads(content)["document"]["number"] == "P0041763"
