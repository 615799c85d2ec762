"""What a copy is after corrections does not depend on the order, nor on how often each came."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.enquiries.corrections.standing import Known, Standing, corrected, standing
from egnatia.model.states import CorrectionKind, CorrectionReason

START = datetime(2025, 5, 15, 3, 0, tzinfo=UTC)
FIELDS = ("family_names", "birth_date", "address")
BEFORE = {"family_names": "Krasniqi", "birth_date": "1990-01-02", "address": "1 Old Street"}
changes = st.dictionaries(
    st.sampled_from(FIELDS), st.one_of(st.none(), st.text("abc", min_size=1, max_size=3)), max_size=3
)


def known(number: int, kind: CorrectionKind, reason: str = "inaccurate", **laid: str | None) -> Known:
    return Known(number, START + timedelta(minutes=number), kind, CorrectionReason(reason), laid)


def state(*, erased: bool = False, restricted: bool = False, contested: bool = False, **laid: str | None) -> Standing:
    return Standing(erased, restricted, contested, laid)


@st.composite
def series(draw: st.DrawFn) -> list[Known]:
    """An honest series: numbers and moments grow together, only rectifications change values."""
    found = []
    for number in range(1, draw(st.integers(0, 7)) + 1):
        kind = draw(st.sampled_from(list(CorrectionKind)))
        laid = draw(changes) if kind is CorrectionKind.RECTIFY else {}
        reason = draw(st.sampled_from(list(CorrectionReason)))
        found.append(Known(number, START + timedelta(minutes=number), kind, reason, laid))
    return found


@given(series(), st.randoms(use_true_random=False), st.integers(0, 8))
@settings(deadline=None, derandomize=True, max_examples=50)
def test_any_order_and_any_number_of_repetitions_is_the_same(
    found: list[Known], rng: random.Random, minute: int
) -> None:
    again = found * 3
    rng.shuffle(again)
    assert standing(again, START + timedelta(minutes=minute)) == standing(found, START + timedelta(minutes=minute))


def one_by_one(found: list[Known], sent_at: datetime) -> dict[str, str] | None:
    """The oracle: do what each correction says as it was made, to one copy; None once it is erased."""
    values: dict[str, str] | None = dict(BEFORE)
    for each in found:
        if values is None or each.made_at < sent_at:
            continue
        if each.kind is CorrectionKind.ERASE:
            values = None
            continue
        for name, value in each.changes.items():
            values.pop(name, None)
            if value is not None:
                values[name] = value
    return values


@given(series(), st.integers(0, 8))
@settings(deadline=None, derandomize=True, max_examples=50)
def test_the_fold_is_what_a_patient_clerk_would_do(found: list[Known], minute: int) -> None:
    sent_at = START + timedelta(minutes=minute)
    now, expected = standing(found, sent_at), one_by_one(found, sent_at)
    assert now.erased is (expected is None)
    if expected is not None:
        assert corrected(BEFORE, FIELDS, now.changes) == expected


@given(series(), series(), st.integers(0, 8))
@settings(deadline=None, derandomize=True, max_examples=50)
def test_laying_over_in_two_visits_is_the_same_as_in_one(first: list[Known], second: list[Known], minute: int) -> None:
    """Each arrival lays everything known over the copy as it is; the end is what laying over once would have been."""
    sent_at = START + timedelta(minutes=minute)
    late = [
        Known(each.number + 10, each.made_at + timedelta(hours=1), each.kind, each.reason, each.changes)
        for each in second
    ]
    whole = standing([*first, *late], sent_at)
    halfway = corrected(BEFORE, FIELDS, standing(late, sent_at).changes)
    assert corrected(halfway, FIELDS, whole.changes) == corrected(BEFORE, FIELDS, whole.changes)


@given(series(), st.sets(st.sampled_from(FIELDS)))
@settings(deadline=None, derandomize=True, max_examples=50)
def test_no_field_is_ever_added(found: list[Known], released: set[str]) -> None:
    values = {name: value for name, value in BEFORE.items() if name in released}
    assert set(corrected(values, released, standing(found, START).changes)) <= released


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([], state()),
        ([known(1, CorrectionKind.RESTRICT, reason="contested")], state(restricted=True, contested=True)),
        ([known(1, CorrectionKind.RESTRICT, reason="unlawful")], state(restricted=True)),
        (
            [known(2, CorrectionKind.LIFT, reason="resolved"), known(1, CorrectionKind.RESTRICT, reason="contested")],
            state(),
        ),
        (
            [known(1, CorrectionKind.LIFT, reason="resolved"), known(2, CorrectionKind.RESTRICT, reason="contested")],
            state(restricted=True, contested=True),
        ),
        (
            [
                known(2, CorrectionKind.RECTIFY, birth_date="b"),
                known(1, CorrectionKind.RECTIFY, birth_date="a", address="c"),
            ],
            state(birth_date="b", address="c"),
        ),
        ([known(1, CorrectionKind.ERASE), known(2, CorrectionKind.LIFT)], state(erased=True)),
    ],
)
def test_what_a_copy_is(found: list[Known], expected: Standing) -> None:
    assert standing(found, START) == expected


def test_a_correction_concerns_what_was_sent_until_that_very_moment() -> None:
    erase = known(5, CorrectionKind.ERASE)
    assert standing([erase], erase.made_at).erased
    assert not standing([erase], erase.made_at + timedelta(microseconds=1)).erased
