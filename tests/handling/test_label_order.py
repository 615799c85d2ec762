"""The order of labels: a meet-semilattice, field by field, and nothing that is made of others allows more than they."""

from dataclasses import replace
from datetime import date
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.handling.drawn_labels import ALB, GBR, labels

from egnatia.agreements.handling import at_least_as_strict, differs_in, meet, meet_all, wider_in
from egnatia.agreements.handling.lattice import FIELDS
from egnatia.agreements.handling.written import check_label
from egnatia.errors import InputError
from egnatia.model.handling import ActionLimit, Audience, EvidenceUse, Label, Onward, Sanitisation, Scope
from egnatia.model.states import Purpose

LOOSE = Label(frozenset({ALB}), Audience(Scope.PUBLIC))
STEPS: dict[str, list[Any]] = {
    "originators": [frozenset({ALB}), frozenset({ALB, GBR})],
    "audience": [
        Audience(Scope.PUBLIC),
        Audience(Scope.COMMUNITIES),
        Audience(Scope.CONNECTED),
        Audience(Scope.TASK_FORCE),
        Audience(Scope.TASK_FORCE, frozenset({"ALB", "GBR"})),
        Audience(Scope.TASK_FORCE, frozenset({"ALB"})),
        Audience(Scope.TASK_FORCE, frozenset({"ALB"}), frozenset({"off-1"})),
        Audience(Scope.TASK_FORCE, frozenset(), frozenset()),
    ],
    "onward": [Onward.FREE, Onward.AUDIENCE_ONLY, Onward.ASK_ORIGINATOR, Onward.NONE],
    "evidence_use": [EvidenceUse.FREE, EvidenceUse.ASK],
    "action": [ActionLimit.OVERT, ActionLimit.COVERT_USE, ActionLimit.COVERT_DEVELOPMENT, ActionLimit.NONE],
    "sanitisation": [Sanitisation.DELEGATED, Sanitisation.CONSULT],
    "purposes": [frozenset(Purpose), frozenset({Purpose.DETECTION}), frozenset()],
    "review_on": [None, date(2027, 1, 1), date(2026, 1, 1)],
    "erase_on": [None, date(2027, 1, 1), date(2026, 1, 1)],
    "conditions": [frozenset(), frozenset({"a"}), frozenset({"a", "b"})],
}
"""Each field from loose to strict, written out here a second time: the code's own order is not asked."""


def test_every_field_of_a_label_has_an_order() -> None:
    assert set(STEPS) == set(FIELDS)


@pytest.mark.parametrize("name", STEPS)
def test_each_step_is_stricter_than_the_ones_before_it(name: str) -> None:
    made = [replace(LOOSE, **{name: value}) for value in STEPS[name]]
    for (low, loose), (high, strict) in product(enumerate(made), enumerate(made)):
        assert at_least_as_strict(strict, loose) == (high >= low)
        assert wider_in(strict, loose) == (() if high >= low else (name,))
        assert meet(loose, strict) == made[max(low, high)]
        assert differs_in(loose, strict) == (() if low == high else (name,))


def test_labels_that_are_each_stricter_somewhere_are_not_ordered() -> None:
    quiet = replace(LOOSE, action=ActionLimit.NONE)
    closed = replace(LOOSE, evidence_use=EvidenceUse.ASK)
    assert not at_least_as_strict(quiet, closed)
    assert not at_least_as_strict(closed, quiet)
    assert meet(quiet, closed) == replace(LOOSE, action=ActionLimit.NONE, evidence_use=EvidenceUse.ASK)


@settings(deadline=None, derandomize=True, max_examples=50)
@given(labels, labels, labels)
def test_the_meet_is_the_loosest_label_that_is_as_strict_as_both(one: Label, two: Label, three: Label) -> None:
    both = meet(one, two)
    assert at_least_as_strict(both, one)
    assert at_least_as_strict(both, two)
    assert meet(two, one) == both
    assert meet(one, one) == one
    assert meet(meet(one, two), three) == meet(one, meet(two, three))
    if at_least_as_strict(three, one) and at_least_as_strict(three, two):
        assert at_least_as_strict(three, both)
    assert at_least_as_strict(one, two) == (both == one)
    check_label(both)


@settings(deadline=None, derandomize=True, max_examples=50)
@given(labels, labels, labels)
def test_the_order_is_an_order(one: Label, two: Label, three: Label) -> None:
    assert at_least_as_strict(one, one)
    if at_least_as_strict(one, two) and at_least_as_strict(two, one):
        assert one == two
    lower = meet(one, two)
    lowest = meet(lower, three)
    assert at_least_as_strict(lowest, one)


@settings(deadline=None, derandomize=True, max_examples=30)
@given(st.lists(labels, min_size=1, max_size=6))
def test_what_is_made_of_many_does_not_depend_on_their_order(made: list[Label]) -> None:
    whole = meet_all(made)
    assert meet_all(reversed(made)) == whole
    assert all(at_least_as_strict(whole, each) for each in made)


def test_what_is_made_of_nothing_has_no_label() -> None:
    with pytest.raises(InputError):
        meet_all([])
