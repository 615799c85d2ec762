"""A document checked at a crossing point: read, advised on, written down; nobody is refused, held or named by it."""

import json
from datetime import date

import pytest
from tests.federation.search import found, spellings
from tests.federation.world import ALB, World

from egnatia.casework import borders
from egnatia.engines.documents import inspect
from egnatia.errors import ErasedError, Error, ForbiddenError, InputError, NotFoundError
from egnatia.model.ids import SealedId
from egnatia.scenario.case import CASE_REF, PASSPORT
from egnatia.store.tables import inspection


def check(world: World, zone: str = PASSPORT, case_ref: str = CASE_REF, post: str = "enquirer") -> str:
    officer = world.officer(ALB, post)
    return world.do(ALB, lambda tx: borders.inspect_document(tx, officer, case_ref, zone, world.clock()))[0]


def test_an_inspection_is_recorded_and_read_back_as_it_was(world: World) -> None:
    inspection_id = check(world)
    kept = world.look(ALB, lambda tx: borders.recorded(tx, inspection_id))
    result = inspect(PASSPORT, world.clock().date())
    assert (kept.id, kept.case_ref, kept.at, kept.advice) == (
        inspection_id,
        CASE_REF,
        world.clock(),
        result.advice.value,
    )
    assert kept.result["document"]["number"] == result.document.number
    assert len(kept.result["findings"]) == len(result.findings)
    entry = world.entries(ALB, 1)[0]
    assert (entry.kind, entry.operation, entry.purpose) == ("document.inspected", "collection", "border_check")
    assert entry.justification == f"case {CASE_REF}"


def test_the_holder_is_in_no_file_in_clear(world: World) -> None:
    check(world)
    text = world.files(ALB).decode("utf-8", "replace").casefold()
    needles = {each for word in ("P<RKSKRASNIQI", "KRASNIQI<<ARBEN", "9403187") for each in spellings(word)}
    assert found(needles, text) == []


def test_an_altered_zone_is_recorded_with_its_findings_and_advice(world: World) -> None:
    altered = PASSPORT.replace("P0041763<4", "P0041763<5")
    inspection_id = check(world, altered)
    kept = world.look(ALB, lambda tx: borders.recorded(tx, inspection_id))
    assert kept.result["findings"]
    assert kept.advice != inspect(PASSPORT, world.clock().date()).advice.value
    entry = world.entries(ALB, 1)[0]
    assert entry.content is not None
    assert entry.content["findings"] == [each["code"] for each in kept.result["findings"]]
    assert "P0041763" not in json.dumps(entry.content), "codes only"


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"zone": "this is no zone"}, InputError),
        ({"zone": ""}, InputError),
        ({"case_ref": "Krasniqi"}, InputError),
        ({"post": "auditor"}, ForbiddenError),
        ({"post": "administrator"}, ForbiddenError),
    ],
)
def test_what_cannot_be_inspected_leaves_nothing(world: World, change: dict[str, str], error: type[Error]) -> None:
    before = world.kinds(ALB)
    with pytest.raises(error) as caught:
        check(world, **change)
    assert caught.value.hint()
    assert world.kinds(ALB) == before
    assert world.look(ALB, lambda tx: tx.execute(inspection.select()).all()) == []


def test_what_goes_on_into_the_question_is_no_holder_data() -> None:
    document = inspect(PASSPORT, date(2025, 5, 15)).document
    assert borders.document_query(document) == {"issuer": "RKS", "document_type": "P", "number": "P0041763"}
    assert borders.holder_clues(document) == {"first_names": "ARBEN", "family_names": "KRASNIQI"}


def test_an_erased_inspection_is_gone_and_one_that_never_was_is_not_found(world: World) -> None:
    inspection_id = check(world)
    row = world.look(ALB, lambda tx: tx.execute(inspection.select()).one())
    world.do(ALB, lambda tx: tx.erase(SealedId(row.sealed_id)))
    with pytest.raises(ErasedError):
        world.look(ALB, lambda tx: borders.recorded(tx, inspection_id))
    with pytest.raises(NotFoundError):
        world.look(ALB, lambda tx: borders.recorded(tx, "none"))
