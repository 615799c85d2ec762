"""Points of some records: close to what the full comparison will say, from packed columns and without reading a record.

Names lie in a table, one column for each record. What each asked part is worth to each part on file is looked up in one table for
all of them; a field's points then follow column by column.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from egnatia.engines.people.asked import NUMBER_BITS, AskedPerson, Floats, Worth
from egnatia.engines.people.date_points import date_points
from egnatia.engines.people.features import OTHER_BESIDE, OTHER_MORE, OTHER_PART, SPARE_COSTS, WHOLE
from egnatia.engines.people.level import ALIAS, FAMILY, FATHER, FIRST, MOTHER, NUMBER_MASK, ROLE_BITS, Ints, Level
from egnatia.engines.people.match import TWIN
from egnatia.engines.people.naming import IN_NAME_COST, TOGETHER_BITS, TOGETHER_FATHER, WHOLE_COST

_BOTH = (FIRST, FAMILY)
_OWN = (FIRST, FAMILY, ALIAS)
_NOTHING = 7
"""In the place of a field where a record has fewer parts than another."""
_DATE_SHARED = 6.0
Found = np.ndarray[Any, np.dtype[np.int64]]
Roles = tuple[int, ...]
Rows = Sequence[int]
"""Rows of asked parts, by number."""


def points(level: Level, slots: Found, asked: AskedPerson) -> Floats:
    """How much speaks for each record, in bits."""
    dated = date_points(level.born[slots], asked.born, asked.rarity)
    total = _Names(level, slots, asked).points(dated) + dated
    for number in asked.numbers:
        total[np.isin(slots, level.numbers.of(number))] += NUMBER_BITS
    return total


class _Names:
    """The parts of some records' names, and what asked parts are worth to each record, field by field."""

    def __init__(self, level: Level, slots: Found, asked: AskedPerson) -> None:
        ends = level.name_ends[slots].astype(np.int64)
        starts = np.where(slots > 0, level.name_ends[np.maximum(slots - 1, 0)], 0).astype(np.int64)
        width = int((ends - starts).max(initial=0))
        places = starts + np.arange(width)[:, np.newaxis]
        there = places < ends
        names = level.names[np.where(there, places, 0)] if width else np.zeros((0, len(slots)), dtype=np.uint32)
        self._count = len(slots)
        self._roles = np.where(there, names >> np.uint32(ROLE_BITS), _NOTHING)
        self._aliases = bool((self._roles == ALIAS).any())
        self._asked = asked
        self._rows: dict[int, Floats] = {}
        self._fields: dict[Roles, tuple[Floats, Floats]] = {}
        self._bests: dict[tuple[int, Roles], Floats] = {}
        self._tops: dict[tuple[tuple[int, ...], Roles], Floats] = {}
        self._lay(names & np.uint32(NUMBER_MASK))

    def _lay(self, numbers: Ints) -> None:
        """Make the rows: those of all asked parts, those of what is asked besides, and those of parts as a parent's."""
        parts, extra = self._asked.parts, self._asked.extra
        own = [number for number, part in enumerate(parts) if part.role in _BOTH]
        self._own = {role: [row for row, number in enumerate(own) if parts[number].role == role] for role in _BOTH}
        laid = [*(parts[number].like for number in own), *(part.like for part in extra)]
        self._extra = list(range(len(own), len(laid)))
        self._of_parent = {
            role: [len(laid) + number for number, part in enumerate(parts) if part.role == role]
            for role in (FIRST, FATHER, MOTHER)
        }
        self._places, self._worths = _looked_up(numbers, [*laid, *(part.parent for part in parts)])

    def points(self, dated: Floats) -> Floats:
        """Points of all names."""
        every = sorted((*self._own[FIRST], *self._own[FAMILY]))
        first, met = self._field(self._own[FIRST], (FIRST,))
        family, kin = self._field(self._own[FAMILY], (FAMILY,))
        whole, paired = self._field(every, _BOTH, beside=WHOLE.beside)
        fields = first + family + np.float32(TOGETHER_BITS) * ((met > 0) & (kin > 0))
        elsewhere = whole + TOGETHER_BITS * (paired > 1)
        if self._aliases:
            alias, known = self._field(every, (ALIAS,), beside=WHOLE.beside, missing=-99.0)
            elsewhere = np.maximum(elsewhere, alias + TOGETHER_BITS * (known > 1))
        names = np.maximum(fields, elsewhere - WHOLE_COST).astype(np.float32)
        if self._extra:
            own = _OWN if self._aliases else _BOTH
            names += self._agreed([*every, *self._extra], own) - self._agreed(every, own)
        parents = self._parents()
        parents += np.float32(TOGETHER_FATHER) * ((parents > 0) & (paired > 0))
        related = (kin > 0) & (met == 0) & (self._in((FIRST,))[1] > 0)
        parents[related] = np.minimum(parents[related], 0)
        parents[related & (dated > _DATE_SHARED)] += np.float32(TWIN)
        return np.asarray(names + parents)

    def _field(
        self, rows: Rows, roles: Roles, *, beside: float = OTHER_BESIDE, missing: float = 0.0
    ) -> tuple[Floats, Floats]:
        """Points of asked parts against the parts of some fields, as `features.name_bits` adds them; and how many agree."""
        if not rows:
            return np.zeros(self._count, dtype=np.float32), np.zeros(self._count, dtype=np.float32)
        there = self._in(roles)[1]
        met = np.sum([self._best(row, roles) > 0 for row in rows], axis=0, dtype=np.float32)
        matched = np.minimum(met, (self._top(rows, roles) > 0).sum(axis=0, dtype=np.float32))
        others = np.minimum(len(rows), there) - matched
        spare = np.abs(len(rows) - there)
        agreed = self._agreed(rows, roles)
        agreed = agreed - SPARE_COSTS[0] * np.minimum(spare, 1) - SPARE_COSTS[1] * np.maximum(spare - 1, 0)
        share = np.where(agreed > 0, beside, 1.0)
        against = (OTHER_PART + OTHER_MORE * np.clip(others - 1, 0, 2)) * share
        made = np.where(there > 0, agreed + np.where(others > 0, against, 0), missing)
        return made.astype(np.float32), matched

    def _agreed(self, rows: Rows, roles: Roles) -> Floats:
        """What agrees: no more than each asked part has a part for, and no more than each part has an asked one for.

        So one part of a record does not count for two that are asked: neither for Kalt and for Kaltan, nor for both halves.
        """
        if not rows:
            return np.zeros(self._count, dtype=np.float32)
        asked = sum(self._best(row, roles) for row in rows)
        return np.asarray(np.minimum(asked, self._top(rows, roles).sum(axis=0)), dtype=np.float32)

    def _parents(self) -> Floats:
        """Points of the parents' names, and of a father's that stands inside the asked ones."""
        total = np.zeros(self._count, dtype=np.float32)
        for role in (FATHER, MOTHER):
            if self._of_parent[role]:
                total += self._field(self._of_parent[role], (role,))[0]
        if not self._of_parent[FATHER]:
            inside = [self._best(row, (FATHER,)) for row in self._of_parent[FIRST]]
            if len(inside) > 1:
                total += np.maximum(np.max(inside, axis=0) - np.float32(IN_NAME_COST), 0)
        return total

    def _row(self, row: int) -> Floats:
        """What every part of the records is worth to one asked part."""
        known = self._rows.get(row)
        if known is None:
            known = self._rows[row] = self._worths[row][self._places]
        return known

    def _best(self, row: int, roles: Roles) -> Floats:
        """For each record the most that one of its parts in these fields is worth to an asked part."""
        known = self._bests.get((row, roles))
        if known is None:
            if len(roles) == 1:
                known = (self._row(row) * self._in(roles)[0]).max(axis=0, initial=0)
            else:
                known = np.maximum.reduce([self._best(row, (role,)) for role in roles])
            self._bests[row, roles] = known
        return known

    def _top(self, rows: Rows, roles: Roles) -> Floats:
        """For each part of the records in these fields the most that it is worth to one of some asked parts."""
        key = (tuple(rows), roles)
        known = self._tops.get(key)
        if known is None:
            best = np.maximum.reduce([self._row(row) for row in rows])
            known = self._tops[key] = best * self._in(roles)[0]
        return known

    def _in(self, roles: Roles) -> tuple[Floats, Floats]:
        """Which parts stand in these fields, 1 for each; and how many each record has there."""
        known = self._fields.get(roles)
        if known is None:
            wanted = np.zeros(_NOTHING + 1, dtype=np.float32)
            wanted[list(roles)] = 1
            where = wanted[self._roles]
            known = self._fields[roles] = (where, where.sum(axis=0))
        return known


def _looked_up(numbers: Ints, worths: Sequence[Worth]) -> tuple[Found, list[Floats]]:
    """A table of what is like any asked part: for each of the records' parts its place there, and the bits by place for each asked one."""
    wanted = np.unique(np.concatenate([worth.numbers for worth in worths])) if worths else np.zeros(0, dtype=np.uint32)
    most = int(wanted[-1]) if len(wanted) else 0
    table = np.zeros(most + 2, dtype=np.int32)
    table[wanted] = np.arange(1, len(wanted) + 1)
    made = []
    for worth in worths:
        bits = np.zeros(len(wanted) + 1, dtype=np.float32)
        bits[table[worth.numbers]] = worth.bits
        made.append(bits)
    return table[np.minimum(numbers, most + 1)].astype(np.int64), made
