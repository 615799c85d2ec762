"""Points of many dates of birth at once: what `dates.date_bits` says of each, in columns.

What one slip leads to is told for all dates together; what hangs on the register's counts, and placeholders, one by one.
"""

from typing import Any

import numpy as np

from egnatia.engines.people import dates
from egnatia.engines.people.asked import Floats
from egnatia.engines.people.frequencies import Rarity
from egnatia.engines.people.level import Ints, day_number
from egnatia.engines.people.types import PartialDate

_AGREEING = 2
_PLACES = 8
_POWERS = 10 ** np.arange(_PLACES - 1, -1, -1, dtype=np.int64)[:, np.newaxis]
_NEIGHBOURS = np.zeros((10, 10), dtype=bool)
for _pair in dates.NEIGHBOURS:
    _one, _other = map(int, _pair)
    _NEIGHBOURS[_one, _other] = _NEIGHBOURS[_other, _one] = True
Bools = np.ndarray[Any, np.dtype[np.bool_]]
Digits = np.ndarray[Any, np.dtype[np.int64]]


def date_points(born: Ints, asked: PartialDate | None, rarity: Rarity) -> Floats:
    """Bits of dates of birth, as numbers (`level.day_number`): near ones as they are compared, the others differ; 0 for none."""
    made = np.zeros(len(born), dtype=np.float32)
    if asked is None:
        return made
    made[born > 0] = dates.DIFFERENT_BITS
    near = np.flatnonzero(_is_near(born, asked))
    made[near] = _near_points(born[near], asked, rarity)
    return made


def _is_near(born: Ints, asked: PartialDate) -> Bools:
    """Which dates can have anything to do with another."""
    year, month, day = born >> 9, (born >> 5) & 15, born & 31
    month_asked, day_asked = asked.month or 0, asked.day or 0
    agreed = (year == asked.year).astype(np.int8) + (month == month_asked) + (day == day_asked)
    swapped = (month == day_asked) & (day == month_asked)
    around = np.abs(year.astype(np.int64) - asked.year) <= 1
    return np.asarray((born > 0) & ((agreed >= _AGREEING) | around & (swapped | (month <= 1) | (month_asked <= 1))))


def _near_points(born: Ints, asked: PartialDate, rarity: Rarity) -> Floats:
    """Bits of dates that are near: full ones that differ all together, each different one of the rest by itself."""
    made = np.zeros(len(born), dtype=np.float32)
    full = np.zeros(len(born), dtype=bool)
    if asked.day is not None and not asked.placeholder:
        month, day = (born >> 5) & 15, born & 31
        full = (month > 0) & (day > 0) & ((month > 1) | (day > 1)) & (born != day_number(asked))
        made[full] = _slips(born[full].astype(np.int64), asked)
    values, places = np.unique(born[~full], return_inverse=True)
    bits = [dates.date_bits(asked, PartialDate(each >> 9, (each >> 5) & 15 or None, each & 31 or None), rarity)[1]
            for each in values.tolist()]  # fmt: skip
    made[~full] = np.array(bits, dtype=np.float32)[places]
    return made


def _slips(born: Digits, asked: PartialDate) -> Floats:
    """Bits of full dates that are not the asked one: exchanged, mistyped, two of three, or another."""
    year, month, day = born >> 9, (born >> 5) & 15, born & 31
    asked_month, asked_day = asked.month or 0, asked.day or 0
    ours = np.array([asked.year * 10_000 + asked_month * 100 + asked_day], dtype=np.int64) // _POWERS % 10
    theirs = (year * 10_000 + month * 100 + day) // _POWERS % 10
    agreed = (year == asked.year).astype(np.int64) + (month == asked_month) + (day == asked_day)
    swapped = (year == asked.year) & (month == asked_day) & (day == asked_month)
    typed = _typed(ours, theirs)
    other = np.where(agreed == _AGREEING, dates.PARTLY_BITS, dates.DIFFERENT_BITS)
    made = np.where(swapped, dates.SWAPPED_BITS, np.where(typed > 0, typed, other))
    return made.astype(np.float32)


def _typed(ours: Digits, theirs: Digits) -> Floats:
    """Bits where one digit is wrong or two neighbours changed places; 0 where neither is so."""
    off = ours != theirs
    count = off.sum(axis=0)
    first, last = off.argmax(axis=0), _PLACES - 1 - off[::-1].argmax(axis=0)
    column = np.arange(theirs.shape[1])
    keyboard = _NEIGHBOURS[ours[first, 0], theirs[first, column]]
    exchanged = (ours[first, 0] == theirs[last, column]) & (ours[last, 0] == theirs[first, column])
    two = (count == _AGREEING) & (last == first + 1) & exchanged
    one = np.where(count == 1, dates.TYPED_BITS + dates.KEYBOARD_BITS * keyboard, 0.0)
    return np.where(two, dates.TYPED_BITS, one).astype(np.float32)
