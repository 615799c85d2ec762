"""Answers that leave at fixed moments, counted from the arrival of their question, so that their time says the moment only.

What a database does for a question takes as long as there is to find, even where nothing is answered. Whoever asks could
measure that. An answer that is held to the next step tells no more than how many steps it took: one, unless the
work was longer than a step. A random part of a step is added, because timers are a millisecond coarse and what
they lose depends on when they were set. Nothing waits but the answer itself: what was asked is handled, committed and forgotten as
before, and no thread sleeps.
"""

import asyncio
import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from egnatia.exchange.message import Message

SCATTER = 0.25
"""Of a step, the most that is added at random: 25 ms of 100 have a standard deviation of 7 ms, beside which the 0.3 ms that
timers lose differently would show in some thousands of answers (bench/people/no_hits.py)."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Which questions are answered at fixed moments, and which moments these are.

    Attributes:
        applies: whether the time in which a question is answered may say what this node holds.
        step_s: seconds from one moment to the next.
        clock: seconds that never go back.
        chance: a number from 0 to 1 that nobody can foresee.
        sleep: waits for so many seconds, in the loop that serves.
    """

    applies: Callable[[Message], bool]
    step_s: float
    clock: Callable[[], float]
    chance: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def hold(self, arrived: float) -> None:
        """Wait for the next step since a question was there, by `clock`, and a random part of one."""
        await self.sleep(left_s(self.clock() - arrived, self.step_s) + SCATTER * self.step_s * self.chance())


def left_s(taken_s: float, step_s: float) -> float:
    """Seconds until the next whole step; one at the least, so that an answer in no time is none at once."""
    return max(1, math.ceil(taken_s / step_s)) * step_s - taken_s
