"""Clocks and days that somebody would like to be others: late answers excused, quotas begun anew, agreements outlived.

One clock drives all five nodes (`World.clock`), in UTC; a node's own clock that goes wrong is a copy of it that was turned.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.federation.acts import Tale
from tests.federation.test_blind_flow import ask as ask_blind
from tests.federation.test_blind_flow import offer as offer_blind
from tests.federation.test_blind_flow import view as view_blind
from tests.federation.test_clock_pauses import PAUSE, follow, pause, read, resume, row, say_late
from tests.federation.test_corrections import speak
from tests.federation.test_permits_and_quotas import QUOTA, grant, small_quota, with_register
from tests.federation.world import ALB, CODES, XKX, World, document_draft

from egnatia.enquiries.clocks import Clock, ClockState, Condition, Pause, reading
from egnatia.enquiries.quotas import used_today
from egnatia.enquiries.tidy import tidy
from egnatia.errors import RefusedError
from egnatia.model.ids import PartnerCode
from egnatia.model.states import AskState, FollowUpState, RefusalReason
from egnatia.scenario.case import CASE_REF

LIMIT = 48.0
START = datetime(2025, 3, 29, 22, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def late_answer(world: World) -> Tale:
    """XKX answers a follow-up of ALB's after sixty hours instead of 48."""
    speak(world, CODES, 2)
    tale = follow(world)
    world.deliver()
    world.clock.turn(hours=60)
    release_id = world.propose(XKX, tale.follow_up)
    world.approve(XKX, release_id)
    world.deliver()
    assert row(world, ALB).state is FollowUpState.RELEASED
    assert read(world, ALB).late
    return tale


# A pause that is told after the answer.


@pytest.mark.parametrize("hours", [59, 30, 12.5, 1])
def test_a_late_answer_is_not_excused_by_a_pause_told_after_it(world: World, hours: float) -> None:
    """Nothing else was heard of the partner for an hour, so that the pause would count from when it says."""
    tale = late_answer(world)
    answer = say_late(world, tale, hours)
    assert (answer.kind, answer.body["reason"]) == ("refusal", "UNKNOWN_CONVERSATION")
    assert read(world, ALB).late
    assert row(world, ALB).pauses == ()


def test_nor_is_a_refusal(world: World) -> None:
    speak(world, CODES, 2)
    tale = follow(world)
    world.deliver()
    world.clock.turn(hours=60)
    body = {"follow_up": tale.follow_up, "reason": "DECLINED_BY_OFFICER"}
    assert world.send_body(XKX, ALB, "follow_up_refusal", body, tale.enquiry).kind == "receipt"
    assert say_late(world, tale, 59).body["reason"] == "UNKNOWN_CONVERSATION"
    assert read(world, ALB).late


def test_what_is_late_is_counted_whatever_is_said_afterwards(world: World) -> None:
    tale = late_answer(world)
    node = world.nodes[ALB]
    tidy(node.commit, world.clock)
    before = world.look(ALB, lambda tx: tx.connection.exec_driver_sql("SELECT late_at FROM follow_up").scalar())
    assert before is not None
    say_late(world, tale, 40)
    world.clock.turn(hours=2)
    tidy(node.commit, world.clock)
    after = world.look(ALB, lambda tx: tx.connection.exec_driver_sql("SELECT late_at FROM follow_up").scalar())
    assert after == before


def test_a_pause_that_was_told_in_time_still_counts_after_the_answer(world: World) -> None:
    speak(world, CODES, 2)
    tale = follow(world)
    world.deliver()
    world.clock.turn(hours=10)
    pause(world, tale)
    world.deliver()
    world.clock.turn(hours=80)
    resume(world, tale)
    world.clock.turn(hours=1)
    release_id = world.propose(XKX, tale.follow_up)
    world.approve(XKX, release_id)
    world.deliver()
    for code in (ALB, XKX):
        assert (read(world, code).state, read(world, code).used) == (ClockState.STOPPED, timedelta(hours=11))
        assert not read(world, code).late


def test_an_end_that_comes_after_the_answer_gives_no_time(world: World) -> None:
    """A pause that is never ended ends with the answer; an end told later cannot make it longer than that."""
    speak(world, CODES, 2)
    tale = follow(world)
    world.deliver()
    pause_at = world.clock()
    say = {"follow_up": tale.follow_up, "paused": True, "at": pause_at.isoformat(), "pause": PAUSE}
    assert world.send_body(XKX, ALB, "clock", say, tale.enquiry).kind == "receipt"
    world.clock.turn(hours=50)
    body = {"follow_up": tale.follow_up, "reason": "DECLINED_BY_OFFICER"}
    assert world.send_body(XKX, ALB, "follow_up_refusal", body, tale.enquiry).kind == "receipt"
    world.clock.turn(hours=50)
    end = say | {"paused": False, "at": world.clock().isoformat()}
    assert world.send_body(XKX, ALB, "clock", end, tale.enquiry).kind == "receipt"
    assert read(world, ALB).used == timedelta(0)


# No summer time, no leap in UTC.


def clock_of(pauses: list[tuple[float, float | None]], start: datetime = START, stopped: float | None = None) -> Clock:
    def at(hours: float | None) -> datetime | None:
        return None if hours is None else start + hours * HOUR

    made = tuple(Pause(at(begin) or start, at(end)) for begin, end in pauses)
    return Clock({Condition.FACTS_TRANSMITTED: start}, LIMIT * HOUR, made, at(stopped))


@pytest.mark.parametrize("day", ["2025-03-30T01:00", "2025-10-26T01:00", "2024-02-29T00:00"])
@pytest.mark.parametrize("offset", [-11, 0, 1, 2, 5.5, 14])
def test_the_length_of_a_day_is_the_same_on_every_day_and_in_every_zone(day: str, offset: float) -> None:
    """Europe's clocks change on the first two of these days; a moment given in any zone is the same moment."""
    start = datetime.fromisoformat(day).replace(tzinfo=UTC) - timedelta(hours=20)
    zone = timezone(timedelta(hours=offset))
    for hours in (0.0, 23.5, 47.999, 48.0, 48.001, 60.0):
        here = reading(clock_of([(2, 5)], start), start + hours * HOUR)
        there = reading(clock_of([(2, 5)], start.astimezone(zone)), (start + hours * HOUR).astimezone(zone))
        assert here == there
        assert here.due_at == start + timedelta(hours=48 + min(3.0, max(0.0, hours - 2)))
        assert here.late == (hours > 51)


@settings(deadline=None, derandomize=True, max_examples=50)
@given(
    st.lists(st.tuples(st.floats(-5, 90), st.one_of(st.none(), st.floats(-5, 90))), max_size=5),
    st.lists(st.floats(-30, 120), min_size=2, max_size=8),
)
def test_a_clock_that_jumps_says_at_each_moment_what_it_would_have_said_without(
    pauses: list[tuple[float, float | None]], moments: list[float]
) -> None:
    """It remembers nothing: whatever moments it was read at before, the same moment reads the same."""
    made = clock_of(pauses)
    first = {hours: reading(made, START + hours * HOUR) for hours in moments}
    for hours in (*reversed(moments), *moments):
        assert reading(made, START + hours * HOUR) == first[hours]
        assert first[hours].used >= timedelta(0)


@pytest.mark.parametrize("back", [1, 24, 24 * 30])
def test_a_clock_set_back_neither_releases_nor_makes_punctual(world: World, back: int) -> None:
    """What was late is late when the clock is right again, and while it is wrong nothing is closed by it."""
    speak(world, CODES, 2)
    follow(world)
    world.deliver()
    world.clock.turn(hours=50)
    assert row(world, ALB).is_late(world.clock())
    world.clock.turn(hours=-back)
    assert read(world, ALB).used >= timedelta(0)
    assert row(world, ALB).closed_at is None
    node = world.nodes[ALB]
    tidy(node.commit, world.clock)
    world.clock.turn(hours=back)
    assert row(world, ALB).is_late(world.clock())


def test_a_pause_made_before_and_ended_after_a_clock_was_set_back_gives_no_time(world: World) -> None:
    speak(world, CODES, 2)
    tale = follow(world)
    world.deliver()
    world.clock.turn(hours=30)
    pause(world, tale)
    world.clock.turn(hours=-10)
    resume(world, tale)
    world.clock.turn(hours=30)
    assert read(world, XKX).used == timedelta(hours=50)
    assert row(world, XKX).is_late(world.clock())


# Quotas.


def state(world: World, partner: PartnerCode = XKX) -> tuple[AskState, RefusalReason | None]:
    enquiry_id = world.ask(ALB, document_draft(partners=(partner,))).id
    world.deliver()
    ask = world.view(ALB, enquiry_id).asks[0]
    return ask.state, ask.refusal


HIT = (AskState.HIT, None)
SPENT = (AskState.REFUSED, RefusalReason.QUOTA_EXCEEDED)
STOPPED = (AskState.NOT_ASKED, RefusalReason.QUOTA_EXCEEDED)


@pytest.mark.parametrize("seconds", [-1, -3_600, -86_399, -86_400, -90_000])
def test_a_clock_set_back_gives_no_second_quota_at_either_end(world: World, seconds: int) -> None:
    """Also not where it goes back into yesterday: what was asked later than now counts today as well."""
    for code in (ALB, XKX):
        with_register(world, code, small_quota("ALB", "XKX"))
    assert [state(world) for _ in range(QUOTA)] == [HIT] * QUOTA
    world.clock.turn(seconds=seconds)
    assert state(world) == STOPPED
    world.clock.turn(seconds=-seconds)
    assert state(world) == STOPPED


def test_days_ahead_are_not_used_up_before_they_come(world: World) -> None:
    """A clock that was ahead for a moment: the questions of tomorrow count today, and tomorrow they are all there is."""
    with_register(world, XKX, small_quota("ALB", "XKX"))
    world.clock.turn(days=1)
    assert [state(world) for _ in range(QUOTA)] == [HIT] * QUOTA
    world.clock.turn(days=-1)
    assert state(world) == SPENT
    world.clock.turn(days=1)
    assert state(world) == SPENT
    world.clock.turn(days=1)
    assert state(world) == HIT


@pytest.mark.parametrize("code", [ALB, XKX])
def test_a_restart_in_the_last_second_of_a_day_forgets_nothing(world: World, code: PartnerCode) -> None:
    world.clock.now = world.clock.now.replace(hour=23, minute=59, second=58)
    with_register(world, code, small_quota("ALB", "XKX"))
    assert [state(world) for _ in range(QUOTA)] == [HIT] * QUOTA
    world.clock.turn(seconds=1)
    world.restart(code)
    assert state(world) in (SPENT, STOPPED)
    world.clock.turn(seconds=1)
    assert state(world) == HIT


def test_a_question_asked_before_midnight_and_answered_after_it_is_of_both_days(world: World) -> None:
    """The asker counts when it asks, the holder when it answers: a line that was down over midnight costs a day's worth."""
    for code in (ALB, XKX):
        with_register(world, code, small_quota("ALB", "XKX"))
    world.clock.now = world.clock.now.replace(hour=23, minute=59, second=59)
    world.stop(XKX)
    asked = [world.ask(ALB, document_draft(partners=(XKX,))).id for _ in range(QUOTA)]
    world.deliver(ALB)
    world.clock.turn(seconds=1)
    assert world.ask(ALB, document_draft(partners=(XKX,))).asks[0].refusal is None, "a new day at the asker"
    world.start(XKX)
    world.clock.turn(hours=1)
    world.deliver()
    states = [world.view(ALB, each).asks[0].state for each in asked]
    assert states == [AskState.HIT] * QUOTA
    assert state(world) == SPENT, "and at the holder the day is full"


def test_officer_and_case_count_from_midnight_in_utc_whatever_zone_the_moment_is_given_in(world: World) -> None:
    world.clock.now = datetime(2025, 5, 15, 23, 30, tzinfo=UTC)
    world.ask(ALB, document_draft(partners=(XKX,)))
    officer = world.officer(ALB).id
    for zone in (UTC, timezone(timedelta(hours=2)), timezone(timedelta(hours=-5))):
        same = world.clock().astimezone(UTC)
        assert same == world.clock().astimezone(zone)
        used = world.look(ALB, lambda tx, at=same: used_today(tx, officer, CASE_REF, at))  # type: ignore[misc]
        assert (used.by_officer, used.for_case) == (1, 1)
    world.clock.turn(minutes=30)
    used = world.look(ALB, lambda tx: used_today(tx, officer, CASE_REF, world.clock()))
    assert (used.by_officer, used.for_case) == (0, 0)


def test_blind_guesses_are_no_cheaper_on_a_clock_that_goes_back(world: World) -> None:
    """Each guess is one evaluation; setting back the holder's clock must not print new ones."""
    offer_blind(world)
    with_register(world, XKX, small_quota("ALB", "XKX"))

    def guess(number: int) -> RefusalReason | None:
        draft: dict[str, Any] = {"issuer": "RKS", "document_type": "P", "number": f"P00417{number:02d}"}
        asked = ask_blind(world, values=draft)
        world.deliver()
        return view_blind(world, asked).refusal

    assert [guess(number) for number in range(QUOTA)] == [None] * QUOTA
    world.clock.turn(seconds=-1)
    refused = [guess(number) for number in range(QUOTA, QUOTA + 3)]
    assert None not in refused


# Days of force.


def ends(day: str) -> bytes:
    """The demonstration register with the agreement of ALB and XKX terminated on a day."""
    lines = grant("ALB", "XKX", "travel_document").splitlines(keepends=True)
    place = next(number for number, line in enumerate(lines) if b"demo-alb-xkx-travel_document" in line)
    head = max(number for number in range(place) if lines[number].startswith(b"[[agreement]]"))
    first = next(number for number in range(head, place) if lines[number].startswith(b"force"))
    lines.insert(first, f"terminated_on = {day}\n".encode())
    return b"".join(lines)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2025-05-19T23:59:59.999999", HIT),
        ("2025-05-20T00:00:00", (AskState.NOT_ASKED, RefusalReason.AGREEMENT_TERMINATED)),
        ("2025-05-20T00:00:00.000001", (AskState.NOT_ASKED, RefusalReason.AGREEMENT_TERMINATED)),
        ("2025-05-20T23:59:59", (AskState.NOT_ASKED, RefusalReason.AGREEMENT_TERMINATED)),
    ],
)
def test_an_agreement_ends_with_the_last_microsecond_of_the_day_before(
    world: World, moment: str, expected: tuple[AskState, RefusalReason | None]
) -> None:
    for code in (ALB, XKX):
        with_register(world, code, ends("2025-05-20"))
    world.clock.now = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert state(world) == expected


def test_what_was_asked_on_the_last_day_is_not_answered_on_the_next(world: World) -> None:
    for code in (ALB, XKX):
        with_register(world, code, ends("2025-05-20"))
    world.clock.now = datetime(2025, 5, 19, 23, 59, 58, tzinfo=UTC)
    asked = world.ask(ALB, document_draft(partners=(XKX,))).id
    world.clock.turn(seconds=2)
    world.deliver()
    (ask,) = world.view(ALB, asked).asks
    assert (ask.state, ask.refusal) == (AskState.REFUSED, RefusalReason.AGREEMENT_TERMINATED)


def _second_step(world: World) -> Callable[[], None]:
    speak(world, CODES, 2)
    tale = follow(world)
    world.deliver()
    release_id = world.propose(XKX, tale.follow_up)
    return lambda: world.approve(XKX, release_id)


def test_a_release_proposed_on_the_last_day_does_not_leave_on_the_next(world: World) -> None:
    with_register(world, XKX, ends("2025-05-16"))
    approve = _second_step(world)
    world.clock.now = datetime(2025, 5, 16, 0, 0, tzinfo=UTC)
    with pytest.raises(RefusedError) as refused:
        approve()
    assert refused.value.reason is RefusalReason.AGREEMENT_TERMINATED
    world.deliver()
    assert row(world, XKX).state is FollowUpState.PROPOSED
    assert row(world, ALB).state is FollowUpState.WAITING


def test_a_message_dated_into_the_last_day_is_answered_by_todays_register(world: World) -> None:
    """Its sender says that it was written while the agreement held; what counts is the day on which it is answered."""
    with_register(world, XKX, ends("2025-05-16"))
    queued = world.ask(ALB, document_draft(partners=(XKX,)))
    world.clock.now = datetime(2025, 5, 17, 12, 0, tzinfo=UTC)
    world.deliver()
    (ask,) = world.view(ALB, queued.id).asks
    assert ask.refusal is RefusalReason.AGREEMENT_TERMINATED
