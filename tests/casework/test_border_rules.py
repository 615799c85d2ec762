"""How a border check may end: rules over every state that a check can be in."""

import inspect
from collections.abc import Callable
from itertools import product
from types import ModuleType

import pytest

from egnatia.casework import borders
from egnatia.casework.borders import (
    Standing,
    check_ending,
    first_line_outcomes,
    rules,
    second_line,
    second_line_outcomes,
)
from egnatia.engines.documents import Advice
from egnatia.errors import ConflictError
from egnatia.model.borders import (
    FALSE_DOCUMENT,
    CrossingOutcome,
    Direction,
    Minor,
    SecondLineFinding,
    SecondLineReason,
)

REFERRALS = {CrossingOutcome.ASYLUM_REFERRAL, CrossingOutcome.SAFEGUARDING_REFERRAL}
STOPS = {CrossingOutcome.REFUSED_ENTRY, CrossingOutcome.ARREST_NATIONAL_LAW}
STANDINGS = [
    Standing(direction, minor, protection, informed, screened)
    for direction, minor, protection, informed, screened in product(
        Direction, Minor, (False, True), (False, True), (False, True)
    )
]


def may_end(standing: Standing, finding: SecondLineFinding, outcome: CrossingOutcome) -> bool:
    try:
        check_ending(standing, finding, outcome)
    except ConflictError:
        return False
    return True


@pytest.mark.parametrize(("minor", "protection"), list(product(Minor, (False, True))))
def test_nobody_is_refused_at_the_first_line(minor: Minor, protection: object) -> None:
    assert not STOPS & set(first_line_outcomes(minor, protection_asked=bool(protection)))


def test_who_asks_for_protection_is_referred_whatever_was_found() -> None:
    for standing, finding, outcome in product(STANDINGS, SecondLineFinding, CrossingOutcome):
        if standing.protection_asked and may_end(standing, finding, outcome):
            assert outcome in REFERRALS, (standing, finding)
    for minor in Minor:
        assert set(first_line_outcomes(minor, protection_asked=True)) == REFERRALS


def test_nobody_who_leaves_is_refused() -> None:
    for standing, finding in product(STANDINGS, SecondLineFinding):
        if standing.direction is Direction.EXIT:
            assert not may_end(standing, finding, CrossingOutcome.REFUSED_ENTRY)


def test_a_child_without_its_guardians_neither_passes_unasked_nor_is_stopped() -> None:
    for minor in (Minor.ALONE, Minor.ONE_ADULT):
        assert CrossingOutcome.PASS not in first_line_outcomes(minor, protection_asked=False)
        for standing in STANDINGS:
            if standing.minor is minor:
                assert not STOPS & set(second_line_outcomes(standing))


def test_no_further_check_closes_without_the_information_sheet() -> None:
    for standing, finding, outcome in product(STANDINGS, SecondLineFinding, CrossingOutcome):
        if may_end(standing, finding, outcome):
            assert standing.informed


def test_a_false_document_opens_the_screening() -> None:
    for standing, finding, outcome in product(STANDINGS, SecondLineFinding, CrossingOutcome):
        if finding in FALSE_DOCUMENT and may_end(standing, finding, outcome):
            assert standing.screened


def test_nobody_is_stopped_where_an_officer_found_nothing() -> None:
    """What else could a refusal rest on but a machine's word?"""
    for standing, outcome in product(STANDINGS, STOPS):
        assert not may_end(standing, SecondLineFinding.NO_FINDING, outcome)
    assert may_end(
        Standing(Direction.ENTRY, Minor.ADULT, protection_asked=False, informed=True, screened=False),
        SecondLineFinding.ENTRY_CONDITION_NOT_MET,
        CrossingOutcome.REFUSED_ENTRY,
    )


def test_every_informed_and_screened_check_can_end_somehow() -> None:
    for standing in STANDINGS:
        assert second_line_outcomes(standing)
        assert CrossingOutcome.SECOND_LINE not in second_line_outcomes(standing)


def test_neither_nationality_nor_origin_is_a_reason() -> None:
    words = {word for reason in SecondLineReason for word in reason.value.split("_")}
    assert not words & {"nationality", "origin", "ethnicity", "religion", "language", "name", "returned", "other"}


@pytest.mark.parametrize(
    "function",
    [borders.let_pass, borders.refer, borders.close, check_ending, first_line_outcomes, second_line_outcomes],
)
def test_no_advice_and_no_score_reaches_a_decision(function: Callable[..., object]) -> None:
    """By construction: the functions that decide have no parameter through which a machine could speak."""
    parameters = inspect.signature(function).parameters
    assert not {"advice", "score", "examination", "findings", "quality"} & set(parameters)


@pytest.mark.parametrize("module", [rules, second_line])
def test_the_rules_do_not_even_know_the_engine(module: ModuleType) -> None:
    source = inspect.getsource(module)
    assert "engines" not in source
    assert not [each for each in Advice if f'"{each.value}"' in source]
