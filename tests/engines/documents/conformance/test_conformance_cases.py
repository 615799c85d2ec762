"""The file-level cases of BSI TR-03105-5.1, each on its own; the few that are known to be wrong are named here."""

from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from bench.documents.conformance.__main__ import GOAL, PAGE
from bench.documents.conformance.case import Basis, Case, Verdict
from bench.documents.conformance.run import CASES, Outcome, run
from bench.documents.conformance.table import page

from egnatia.engines.documents.chip.catalogue import CHECKS

UNITS = {"A": 10, "B": 28, "C": 28, "D": 16, "E": 14, "F": 7, "G": 2, "H": 98, "I": 3, "J": 4, "K": 4}


@cache
def outcomes() -> dict[str, Outcome]:
    """All cases, run once."""
    return {each.case.code: each for each in run()}


def outcome(case: Case) -> Outcome:
    return outcomes()[case.code]


def test_the_test_plan_is_complete() -> None:
    assert [case.code for case in CASES] == sorted(
        f"LDS_{unit}_{number:02d}" for unit, count in UNITS.items() for number in range(1, count + 1)
    )
    assert len(CASES) == 214


def test_every_case_asks_a_check_of_the_catalogue() -> None:
    known = {str(code) for code in CHECKS}
    assert {case.check for case in CASES if case.verdict is not Verdict.DELETED} <= known


def test_what_the_plan_deleted_asks_for_nothing() -> None:
    assert [case.code for case in CASES if case.verdict is Verdict.DELETED] == ["LDS_H_16", "LDS_H_34", "LDS_H_35"]
    assert Counter(case.basis for case in CASES) == {Basis.TITLE: 100, Basis.TEXT: 114}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.code)
def test_case(case: Case) -> None:
    found = outcome(case)
    assert found.right, (case.text, case.check, found.result, found.whole, found.advice, found.others)


def test_the_goal_is_reached_and_the_page_is_the_one_that_the_cases_give() -> None:
    found = tuple(outcomes().values())
    assert sum(each.right for each in found) == 214 >= GOAL
    assert Path(PAGE).read_text(encoding="utf-8") == page(found)
