"""The page on synthetic documents names everything that there is, and nothing that there is not."""

import re
from pathlib import Path

import pytest

from egnatia.engines.documents.synthetic.alterations import CHANGES, CHECKED, VISUAL_ONLY
from egnatia.engines.documents.synthetic.conditions import Condition
from egnatia.engines.documents.synthetic.holders import STATES
from egnatia.engines.documents.synthetic.tampering import OPERATORS
from egnatia.engines.documents.synthetic.types import Fault, Kind
from egnatia.engines.documents.types import FalseClass

PAGE = (Path(__file__).parents[4] / "docs" / "reference" / "synthetic.md").read_text(encoding="utf-8")
NAMED = set(re.findall(r"`([^`]+)`", PAGE))
FIELDS = [name.replace("_", "-") for name in CHANGES]


def test_every_condition_kind_class_and_fault_is_named() -> None:
    for names in (Condition, Kind, FalseClass, Fault):
        assert {each.value for each in names} <= NAMED


def test_every_operator_is_named() -> None:
    expected = set(OPERATORS)
    for where in ("zone", "visual", "both", "careless"):
        assert f"{where}-FIELD" in NAMED
        expected -= {f"{where}-{field}" for field in FIELDS}
    assert expected <= NAMED


def test_operators_of_fields_are_complete() -> None:
    for name in CHANGES:
        field = name.replace("_", "-")
        assert f"visual-{field}" in OPERATORS
        assert (f"zone-{field}" in OPERATORS) == (f"both-{field}" in OPERATORS) == (name not in VISUAL_ONLY)
        assert (f"careless-{field}" in OPERATORS) == (name in CHECKED)


@pytest.mark.parametrize("state", STATES)
def test_every_state_is_named(state: str) -> None:
    assert re.search(rf"\b{state}\b", PAGE)


def test_the_count_in_the_changes_is_that_of_the_operators() -> None:
    changes = (Path(__file__).parents[4] / "CHANGELOG.md").read_text(encoding="utf-8")
    found = re.search(r"(\d+) tampering operators", changes)
    assert found is not None
    assert int(found[1]) == len(OPERATORS)
