"""How many candidates agree in exactly the same: what was asked cannot tell those apart."""

from typing import Any

import pytest
from sqlalchemy import update
from tests.enquiries.dna_rows import Cases
from tests.enquiries.test_second_reviews import found

from egnatia.enquiries.candidates import indistinguishable
from egnatia.model.ids import CandidateId
from egnatia.store.tables import candidate

TWIN: dict[str, Any] = {"partner": "GBR", "evidence": '["family_name_same"]', "quality": 0.9}


def beside(cases: Cases, first: CandidateId, **changes: Any) -> CandidateId:
    """Another candidate of the first one's enquiry."""
    row = cases.tx.execute(candidate.select().where(candidate.c.id == first)).one()._asdict()
    cases.count += 1
    made = f"{cases.count:08d}-0000-4000-8000-0000000000cb"
    cases.tx.execute(candidate.insert(), row | {"id": made, "ref": f"G-{cases.count}"} | TWIN | changes)
    return CandidateId(made)


@pytest.fixture
def first(cases: Cases) -> CandidateId:
    made = found(cases)
    cases.tx.execute(update(candidate).where(candidate.c.id == made).values(**TWIN))
    return made


def test_one_alone_is_one(cases: Cases, first: CandidateId) -> None:
    assert indistinguishable(cases.tx, first) == 1


def test_namesakes_are_counted_from_each_side(cases: Cases, first: CandidateId) -> None:
    others = [beside(cases, first) for _ in range(3)]
    assert {indistinguishable(cases.tx, each) for each in (first, *others)} == {4}


@pytest.mark.parametrize("changes", [{"partner": "XKX"}, {"evidence": '["first_name_same"]'}, {"quality": 0.8}])
def test_what_differs_in_anything_is_told_apart(cases: Cases, first: CandidateId, changes: dict[str, Any]) -> None:
    other = beside(cases, first, **changes)
    assert indistinguishable(cases.tx, first) == 1
    assert indistinguishable(cases.tx, other) == 1


def test_another_enquiry_is_another_question(cases: Cases, first: CandidateId) -> None:
    other = found(cases)
    cases.tx.execute(update(candidate).where(candidate.c.id == other).values(**TWIN))
    assert indistinguishable(cases.tx, first) == indistinguishable(cases.tx, other) == 1


def test_nobody_is_nobody(cases: Cases) -> None:
    assert indistinguishable(cases.tx, CandidateId("nobody")) == 0
