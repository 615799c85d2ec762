"""The form of an examiner's finding: a closed list, reasons, a qualification; what is wrong is said at its field."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.console.catalogues import LANGUAGES
from egnatia.console.judgements import Judgement, read_judgement
from egnatia.console.language import language
from egnatia.console.visit import Form, Visit
from egnatia.enquiries.candidates import MIN_BASIS
from egnatia.enquiries.dna.opinions import MAX_QUALIFICATION, MIN_QUALIFICATION
from egnatia.model.states import Decision

NAMES = ("decision", "basis")
MISSING = ("Choose.", "Say more.")
WHOLE = {"decision": "rejected", "basis": "The photograph shows somebody else.", "qualification": "level 2"}


def read(form: dict[str, str], tag: str = "en") -> Judgement[Decision]:
    node: Any = None  # a form is read without one
    fields = Form({name: (value,) for name, value in form.items()})
    now = datetime(2025, 5, 15, tzinfo=UTC)
    made = Visit(node, language(tag), now, "POST", "/", Form({}), fields, {}, None, None, False, True)
    return read_judgement(made, Decision, NAMES, MISSING)


def test_a_whole_form_has_no_problem() -> None:
    assert read(WHOLE) == Judgement(Decision.REJECTED, WHOLE, {})


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"decision": ""}, {"decision"}),
        ({"decision": "Rejected"}, {"decision"}),
        ({"decision": "rejected\x00"}, {"decision"}),
        ({"basis": "x" * (MIN_BASIS - 1)}, {"basis"}),
        ({"basis": "x" * 2_001}, {"basis"}),
        ({"basis": "\u202e" + WHOLE["basis"]}, {"basis"}),
        ({"qualification": "x" * (MIN_QUALIFICATION - 1)}, {"qualification"}),
        ({"qualification": "x" * (MAX_QUALIFICATION + 1)}, {"qualification"}),
        ({"decision": "", "basis": "", "qualification": ""}, {"decision", "basis", "qualification"}),
    ],
)
def test_each_problem_stands_at_its_field_and_nothing_typed_is_lost(changed: dict[str, str], wrong: set[str]) -> None:
    found = read(WHOLE | changed)
    assert set(found.problems) == wrong
    assert found.typed == WHOLE | changed
    assert (found.found is None) == ("decision" in wrong)


@pytest.mark.parametrize("size", [MIN_QUALIFICATION, MAX_QUALIFICATION])
def test_the_bounds_themselves_are_allowed(size: int) -> None:
    assert read(WHOLE | {"qualification": "x" * size, "basis": "x" * MIN_BASIS}).problems == {}


@pytest.mark.parametrize("tag", [each for each in LANGUAGES if each != "en"])
def test_the_problem_of_a_qualification_is_said_in_the_officers_language(tag: str) -> None:
    said = read(WHOLE | {"qualification": ""}, tag).problems["qualification"]
    assert said != read(WHOLE | {"qualification": ""}).problems["qualification"]


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.dictionaries(st.sampled_from([*WHOLE, "other"]), st.text(max_size=90)))
def test_no_form_raises_and_none_is_taken_that_the_room_would_refuse(form: dict[str, str]) -> None:
    found = read(form)
    assert set(found.typed) == set(WHOLE)
    if not found.problems:
        assert found.found is not None
        assert len(found.typed["basis"]) >= MIN_BASIS
        assert MIN_QUALIFICATION <= len(found.typed["qualification"]) <= MAX_QUALIFICATION
