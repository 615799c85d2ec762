"""An index over records in memory: from a query to the few records worth comparing.

Two steps. The vocabulary says which parts of names on file are like the asked ones; each part then leads to its records.
A record's weight is the sum of what agrees, each by how rare it is; the heaviest are compared in full. Records lie packed
in levels that double in size: a new one goes into the smallest, and equal ones are joined (Bentley and Saxe, 1980), so that
filing one costs the same however many there are, and what is found does not depend on when each was filed.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from egnatia.engines.people.level import Level, Weights, day_number, hashed, pack, parts_of
from egnatia.engines.people.match import Prepared, Subject, band, compare_prepared, prepare
from egnatia.engines.people.parts import Part, one_part, plain_part
from egnatia.engines.people.types import Match, PartialDate, PersonQuery, PersonRecord, identifier_text
from egnatia.engines.people.vocabulary import Vocabulary
from egnatia.errors import ConflictError, NotFoundError
from egnatia.model.ids import RecordRef

COMPARED = 300
"""Candidates compared in full per query at the most; the design's measurement needed 200 to 300 at a million records."""
LIGHTEST = 0.45
"""Share of the heaviest candidate's weight below which nobody is compared: bench/people/scale.py."""
SWAPPED, PARTLY = 0.7, 0.4
"""Weight of a date with day and month exchanged, and of one that agrees in two of three, against the whole date."""
_FIRST_LEVEL = 256
"""Records that are filed without being packed with others."""
_SHORTEST_HALF = 3
"""Letters of either half of a part that is looked up in two."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that is looked for: keys of a posting with the weight of each, lightest first."""

    keys: tuple[tuple[int, float], ...]


class PersonIndex:
    """Records, packed in levels. Invariant: every reference counts once, and the vocabulary counts what is filed."""

    def __init__(self, records: Iterable[PersonRecord] = ()) -> None:
        self._vocabulary = Vocabulary()
        self._levels: list[Level] = []
        self._fresh: dict[RecordRef, PersonRecord] = {}
        self._fresh_level: Level | None = None
        self._size = 0
        self._fill(records)

    def __len__(self) -> int:
        """How many records it holds."""
        return self._size

    def _fill(self, records: Iterable[PersonRecord]) -> None:
        """File many at once as one level."""
        made: dict[RecordRef, PersonRecord] = {}
        for record in records:
            if record.ref in made:
                raise _twice(record.ref)
            made[record.ref] = record
        if made:
            self._levels = [pack(list(made.values()), self._vocabulary)]
            for record in made.values():
                self._count(record, 1)

    def add(self, record: PersonRecord) -> None:
        """File a record.

        Raises:
            ConflictError: its reference is filed already.
        """
        if record.ref in self._fresh or self._where(record.ref) is not None:
            raise _twice(record.ref)
        self._fresh[record.ref] = record
        self._fresh_level = None
        self._count(record, 1)
        if len(self._fresh) >= _FIRST_LEVEL:
            self._settle()

    def remove(self, ref: RecordRef) -> None:
        """Take a record out; nothing finds it from now on.

        Raises:
            NotFoundError: there is no such record.
        """
        record = self._fresh.pop(ref, None)
        if record is not None:
            self._fresh_level = None
        else:
            record = self._kill(ref)
        self._count(record, -1)

    def _kill(self, ref: RecordRef) -> PersonRecord:
        found = self._where(ref)
        if found is None:
            raise NotFoundError(f"record {ref} is not in the index")
        level, slot = found
        level.alive[slot] = False
        record = level.record(slot)
        if not level.alive.any():
            self._levels.remove(level)
        return record

    def _count(self, record: PersonRecord, by: int) -> None:
        for part in parts_of(record, self._vocabulary):
            self._vocabulary.count(part, by)
        self._size += by

    def _where(self, ref: RecordRef) -> tuple[Level, int] | None:
        for level in self._levels:
            slot = level.slot(ref)
            if slot is not None:
                return level, slot
        return None

    def _settle(self) -> None:
        """Pack what is fresh, together with every level that is no larger than what it then joins."""
        records = list(self._fresh.values())
        while self._levels and len(self._levels[-1]) <= 2 * len(records):
            records = self._levels.pop().records() + records
        self._levels.append(pack(records, self._vocabulary))
        self._fresh, self._fresh_level = {}, None

    def _all(self) -> list[Level]:
        """Every level, what is fresh as the last one."""
        if self._fresh and self._fresh_level is None:
            self._fresh_level = pack(list(self._fresh.values()), self._vocabulary)
        return self._levels + ([self._fresh_level] if self._fresh_level is not None else [])

    def candidates(self, person: Prepared) -> list[Prepared]:
        """The records whose agreement with a person is rarest, heaviest first, at most `COMPARED`."""
        names = [self._asked(part) for part in self._looked_up(person)]
        levels = self._all()
        weighed = [self._weigh(level, names, person) for level in levels]
        heaviest = max((float(weights.max(initial=0.0)) for weights in weighed), default=0.0)
        if not heaviest:
            return []
        chosen = [
            (-float(weights[slot]), level.record(slot))
            for level, weights in zip(levels, weighed, strict=True)
            for slot in _best(weights, LIGHTEST * heaviest)
        ]
        chosen.sort(key=lambda each: (each[0], each[1].ref))
        return [prepare(record) for _, record in chosen[:COMPARED]]

    def _looked_up(self, person: Prepared) -> Iterator[Part]:
        """The parts of the asked names, neighbours written together, and parts that are two on file."""
        seen: dict[tuple[str, str], Part] = {}
        for name in person.wholes:
            for part in (*name.parts, *(one_part(pair) for pair in pairwise(name.parts)), *self._halves(name.parts)):
                seen.setdefault((part.text, part.foreign), part)
        return iter(seen.values())

    def _halves(self, parts: tuple[Part, ...]) -> Iterator[Part]:
        for part in parts:
            for place in range(_SHORTEST_HALF, len(part.text) - _SHORTEST_HALF + 1):
                halves = part.text[:place], part.text[place:]
                if all(map(self._vocabulary.has, halves)):
                    yield from map(plain_part, halves)

    def _asked(self, part: Part) -> Asked:
        """What is on file like a part; it weighs by how many records have any of that."""
        like = self._vocabulary.like(part)
        rarity = self._rarity(sum(alike * count for _, alike, count in like))
        return Asked(tuple((number, part.weight * alike * rarity) for number, alike, _ in like))

    def _rarity(self, count: float) -> float:
        return math.log2(1 + self._size / count) if count else 0.0

    def _weigh(self, level: Level, names: list[Asked], person: Prepared) -> Weights:
        total = np.zeros(len(level), dtype=np.float32)
        one = np.zeros(len(level), dtype=np.float32)
        for asked in names:
            one[:] = 0
            for key, weight in asked.keys:
                one[level.parts.of(key)] = weight
            total += one
        for item in person.identifiers:
            if text := identifier_text(item):
                total[level.numbers.of(hashed(text))] += self._rarity(1)
        self._weigh_date(level, person.birth_date, total)
        total[~level.alive] = 0
        return total

    def _weigh_date(self, level: Level, born: PartialDate | None, total: Weights) -> None:
        """Weigh dates: as many as agree by chance if birthdays fall anywhere in 80 years."""
        if born is None or born.month is None:
            return
        whole = math.log2(80 * 365)
        year_month = day_number(PartialDate(born.year, born.month))
        total[(level.born & ~np.uint32(31)) == year_month] += PARTLY * whole
        if born.day is not None:
            asked = day_number(born)
            total[level.born == asked] += (1 - PARTLY) * whole
            swapped = born.year * 512 + born.day * 32 + born.month
            if swapped != asked:
                total[level.born == swapped] += SWAPPED * whole
            other_month = (
                (level.born >> 9 == born.year) & (level.born & 31 == born.day) & (level.born >> 5 != asked >> 5)
            )
            total[other_month] += PARTLY * whole

    def everybody(self) -> list[Prepared]:
        """Every record, for comparing the index against looking at all."""
        return [prepare(record) for level in self._all() for record in level.records()]


def _twice(ref: RecordRef) -> ConflictError:
    return ConflictError(f"record {ref} is in the index already")


def _best(weights: Weights, least: float) -> list[int]:
    """Slots of the heaviest, at least `least`; more than `COMPARED` only where several weigh the same."""
    slots = np.flatnonzero(weights >= max(least, float(np.finfo(np.float32).tiny)))
    if len(slots) > COMPARED:
        heavy = weights[slots]
        slots = slots[heavy >= float(np.partition(heavy, -COMPARED)[-COMPARED])]
    return [int(slot) for slot in slots]


def rank(person: Prepared, others: Iterable[Prepared], limit: int) -> list[Match]:
    """Compare with each and return the best `limit` that reach a band, best first, equal ones by reference."""
    found = [made for other in others if band((made := compare_prepared(person, other)).score) is not None]
    return sorted(found, key=lambda match: (-match.score, match.ref))[:limit]


def search(query: PersonQuery, index: PersonIndex, limit: int = 20) -> list[Match]:
    """The records that resemble the person looked for, best first; nothing below the weak band."""
    person = prepare(query)
    return rank(person, index.candidates(person), limit)


def search_all(subject: Subject, index: PersonIndex, limit: int = 20) -> list[Match]:
    """The same by comparing with every record: slow, and what `search` is measured against."""
    return rank(prepare(subject), index.everybody(), limit)
