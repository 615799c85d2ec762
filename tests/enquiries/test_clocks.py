"""The clock of a follow-up is a pure function of moments; every rule of it, and what no pause can do."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.enquiries.clocks import Clock, ClockState, Condition, Pause, Reading, reading

START = datetime(2025, 5, 15, 3, 0, tzinfo=UTC)
LENGTH = timedelta(hours=48)


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def clock(*pauses: tuple[float, float | None], facts: float | None = 0, stopped: float | None = None) -> Clock:
    conditions = {
        Condition.HIT_CONFIRMED: at(-5),
        Condition.FACTS_TRANSMITTED: None if facts is None else at(facts),
    }
    made = tuple(Pause(at(begin), None if end is None else at(end)) for begin, end in pauses)
    return Clock(conditions, LENGTH, made, None if stopped is None else at(stopped))


def read(made: Clock, hours: float) -> tuple[str, float | None, float, bool]:
    seen = reading(made, at(hours))
    due = None if seen.due_at is None else (seen.due_at - START) / timedelta(hours=1)
    return seen.state.value, due, seen.used / timedelta(hours=1), seen.late


@pytest.mark.parametrize(
    ("made", "now", "expected"),
    [
        (clock(facts=None), 100, ("not_started", None, 0, False)),
        (Clock({}, LENGTH), 100, ("not_started", None, 0, False)),
        (clock(), 0, ("running", 48, 0, False)),
        (clock(), 48, ("running", 48, 48, False)),
        (clock(), 49, ("running", 48, 49, True)),
        (clock(facts=10), 12, ("running", 58, 2, False)),
        (clock((10, 20)), 50, ("running", 58, 40, False)),
        (clock((10, None)), 50, ("paused", 88, 10, False)),
        (clock((10, 20), (15, 30)), 50, ("running", 68, 30, False)),
        (clock((15, 30), (10, 40)), 50, ("running", 78, 20, False)),
        (clock((10, 20), (10, 20)), 50, ("running", 58, 40, False)),
        (clock((-10, 5)), 50, ("running", 53, 45, False)),
        (clock((-10, -5)), 50, ("running", 48, 50, True)),
        (clock((49, None)), 60, ("paused", 59, 49, True)),
        (clock((20, 10)), 50, ("running", 48, 50, True)),
        (clock((60, None)), 50, ("running", 48, 50, True)),
        (clock(stopped=40), 100, ("stopped", 48, 40, False)),
        (clock(stopped=50), 100, ("stopped", 48, 50, True)),
        (clock((30, None), stopped=40), 100, ("stopped", 58, 30, False)),
        (clock(), -1, ("running", 48, 0, False)),
        (clock(facts=None, stopped=3), 9, ("stopped", None, 0, False)),
        (clock(stopped=-1), 9, ("stopped", 48, 0, False)),
    ],
)
def test_what_a_clock_says(made: Clock, now: float, expected: tuple[str, float | None, float, bool]) -> None:
    assert read(made, now) == expected


def test_it_starts_with_the_last_condition() -> None:
    late_hit = Clock({Condition.HIT_CONFIRMED: at(7), Condition.FACTS_TRANSMITTED: at(3)}, LENGTH)
    assert reading(late_hit, at(8)) == Reading(ClockState.RUNNING, at(55), timedelta(hours=1), late=False)


hours = st.floats(-20, 120, allow_nan=False).map(lambda value: round(value, 2))
pauses = st.lists(st.tuples(hours, st.one_of(st.none(), hours)), max_size=6)


@given(pauses, hours)
@settings(deadline=None, derandomize=True, max_examples=50)
def test_used_time_is_what_counting_minutes_gives(drawn: list[tuple[float, float | None]], now: float) -> None:
    """The oracle counts hundredths of an hour one by one, in none of the pauses."""
    steps = range(max(0, round(now * 100)))
    counted = sum(
        not any(
            round(begin * 100) <= step < (round(end * 100) if end is not None else step + 1) for begin, end in drawn
        )
        for step in steps
    )
    assert abs(read(clock(*drawn), now)[2] - counted / 100) < 0.001


@given(pauses, hours, hours)
@settings(deadline=None, derandomize=True, max_examples=50)
def test_time_never_runs_backwards_and_late_stays_late(
    drawn: list[tuple[float, float | None]], one: float, other: float
) -> None:
    earlier, later = (reading(clock(*drawn), at(each)) for each in sorted((one, other)))
    assert earlier.used <= later.used
    assert not (earlier.late and not later.late)


@given(pauses, st.tuples(hours, hours), hours)
@settings(deadline=None, derandomize=True, max_examples=50)
def test_a_further_pause_only_ever_gives_time(
    drawn: list[tuple[float, float | None]], more: tuple[float, float], now: float
) -> None:
    without, with_it = reading(clock(*drawn), at(now)), reading(clock(*drawn, more), at(now))
    assert with_it.used <= without.used
    assert with_it.due_at is not None
    assert without.due_at is not None
    assert without.due_at <= with_it.due_at <= without.due_at + timedelta(hours=140)


@given(pauses, hours)
@settings(deadline=None, derandomize=True, max_examples=50)
def test_the_order_of_pauses_does_not_matter(drawn: list[tuple[float, float | None]], now: float) -> None:
    shuffled = sorted(drawn, key=lambda pair: (pair[1] or 0.0, -pair[0]))
    assert reading(clock(*shuffled), at(now)) == reading(clock(*drawn), at(now))


@given(pauses, hours)
@settings(deadline=None, derandomize=True, max_examples=50)
def test_late_is_exactly_when_the_due_moment_has_passed(drawn: list[tuple[float, float | None]], now: float) -> None:
    seen = reading(clock(*drawn), at(now))
    assert seen.due_at is not None
    if at(now) >= START:
        assert seen.late is (at(now) > seen.due_at)
