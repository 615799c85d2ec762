"""The clock of a follow-up: it starts when every condition is met, stands still for a judicial authority, and only tells.

After Regulation (EU) 2024/982 art. 47(1) and (2): 48 hours from the moment at which the match is confirmed and the facts
and the offence were transmitted; where national law asks for a judicial authority, its time does not count. A grant says
how many hours (`deadline_h`). Nothing here releases, refuses or sends anything: the clock is a pure function of recorded
moments, and a late one is a flag for people (DIS-04).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Condition(StrEnum):
    """What has to be true before the clock runs."""

    HIT_CONFIRMED = "hit_confirmed"
    """The asking partner's examiner confirmed the candidate."""
    FACTS_TRANSMITTED = "facts_transmitted"
    """The answering partner's node has the facts and the offence."""


class ClockState(StrEnum):
    """What the clock does at the moment it is read."""

    NOT_STARTED = "not_started"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Pause:
    """The clock stood still from `started_at` to `ended_at`, or still does."""

    started_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Clock:
    """Everything a reading needs.

    Attributes:
        conditions: the moment each condition was met; None while it is not.
        length: how long an answer may take.
        pauses: in any order; they may overlap, and at most the present one is open.
        stopped_at: when the follow-up was closed.
    """

    conditions: Mapping[Condition, datetime | None]
    length: timedelta
    pauses: tuple[Pause, ...] = ()
    stopped_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What the clock says.

    Attributes:
        state: what it does.
        due_at: when the answer is due as things stand; None before the start. While paused it moves on with the time.
        used: time that counted so far, never below zero.
        late: whether more time was used than there is, also where a late answer came in the end.
    """

    state: ClockState
    due_at: datetime | None
    used: timedelta
    late: bool


def reading(clock: Clock, now: datetime) -> Reading:
    """Read a clock.

    A machine's clock that was set back can make a pause end before it began or the start lie in the future: such a pause
    has no length, and no time was used.
    """
    moments = list(clock.conditions.values())
    if not moments or any(each is None for each in moments):
        state = ClockState.STOPPED if clock.stopped_at is not None else ClockState.NOT_STARTED
        return Reading(state, None, timedelta(0), late=False)
    start = max(each for each in moments if each is not None)
    end = max(start, now if clock.stopped_at is None else min(clock.stopped_at, now))
    paused = _covered(clock.pauses, start, end)
    used = end - start - paused
    return Reading(_state(clock, now), start + clock.length + paused, used, late=used > clock.length)


def _state(clock: Clock, now: datetime) -> ClockState:
    if clock.stopped_at is not None:
        return ClockState.STOPPED
    paused = any(each.ended_at is None and each.started_at <= now for each in clock.pauses)
    return ClockState.PAUSED if paused else ClockState.RUNNING


def _covered(pauses: Iterable[Pause], start: datetime, end: datetime) -> timedelta:
    """How much of the time from start to end lies in at least one pause."""
    total, reached = timedelta(0), start
    for each in sorted(pauses, key=lambda pause: pause.started_at):
        begin = max(each.started_at, reached)
        finish = min(end, end if each.ended_at is None else each.ended_at)
        if finish > begin:
            total += finish - begin
            reached = finish
    return total
