"""A whole examination recorded in a case: sealed, replayable, and without any finding of a person in it."""

import pytest
from tests.engines.documents.report.sources import basis, made, presented
from tests.federation.world import ALB, World

from egnatia.casework import borders
from egnatia.engines.documents.presented import Presented
from egnatia.engines.documents.report.stored import read_stored, replay
from egnatia.errors import ForbiddenError, InputError
from egnatia.scenario.case import CASE_REF, PASSPORT


def examine(world: World, sources: Presented, post: str = "enquirer", case_ref: str = CASE_REF) -> str:
    officer = world.officer(ALB, post)
    act = world.do(ALB, lambda tx: borders.examine_document(tx, officer, case_ref, sources, basis(), world.clock()))
    return act[0]


def test_an_examination_is_recorded_and_replays_to_the_same_bytes(world: World) -> None:
    inspection_id = examine(world, presented(made()))
    kept = world.look(ALB, lambda tx: borders.recorded(tx, inspection_id))
    stored = read_stored(world.look(ALB, lambda tx: borders.stored_inspection(tx, inspection_id)))
    assert kept.advice == stored.result.advice == "consistent"
    assert replay(stored, basis()).same
    entry = world.entries(ALB, 1)[0]
    assert entry.kind == "document.inspected"
    assert entry.content is not None
    assert set(entry.content) == {"advice", "findings"}, "codes only, and no verdict"
    assert made().issue.number not in world.files(ALB).decode("utf-8", "replace")


def test_an_old_record_of_a_zone_stays_readable(world: World) -> None:
    officer = world.officer(ALB, "enquirer")
    old = world.do(ALB, lambda tx: borders.inspect_document(tx, officer, CASE_REF, PASSPORT, world.clock()))[0]
    assert world.look(ALB, lambda tx: borders.recorded(tx, old)).result["document"]["number"] == "P0041763"
    with pytest.raises(InputError):
        read_stored(world.look(ALB, lambda tx: borders.stored_inspection(tx, old)))


@pytest.mark.parametrize(
    ("sources", "post", "case_ref", "error"),
    [
        (Presented(), "enquirer", CASE_REF, InputError),
        (Presented(zone=PASSPORT), "enquirer", "Krasniqi", InputError),
        (Presented(zone=PASSPORT), "auditor", CASE_REF, ForbiddenError),
    ],
)
def test_what_may_not_be_examined_leaves_nothing(
    world: World, sources: Presented, post: str, case_ref: str, error: type[Exception]
) -> None:
    before = world.kinds(ALB)
    with pytest.raises(error):
        examine(world, sources, post, case_ref)
    assert world.kinds(ALB) == before
