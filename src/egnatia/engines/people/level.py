"""Some records packed for searching: which parts each has, its date and numbers, and the record itself as bytes."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any
from zlib import crc32

import numpy as np

from egnatia.engines.people.parts import parts
from egnatia.engines.people.types import PartialDate, PersonRecord, identifier_text
from egnatia.engines.people.vocabulary import Vocabulary
from egnatia.engines.people.wire import record_from_dict, record_to_dict
from egnatia.model.ids import RecordRef

Ints = np.ndarray[Any, np.dtype[np.uint32]]
Weights = np.ndarray[Any, np.dtype[np.float32]]
_YEAR, _MONTH = 512, 32
"""A date of birth as one number: year, month in 16 and day in 32; 0 for what is unknown."""


def day_number(born: PartialDate | None) -> int:
    """A date as one number that keeps year, month and day apart; 0 where there is none."""
    return 0 if born is None else born.year * _YEAR + (born.month or 0) * _MONTH + (born.day or 0)


def parts_of(record: PersonRecord, vocabulary: Vocabulary) -> set[int]:
    """Numbers of all parts of a record's names; a father's name finds nobody by itself."""
    names = (record.first_names, record.family_names, *record.aliases)
    return {vocabulary.number(part) for part in chain.from_iterable(map(parts, names))}


@dataclass(frozen=True, slots=True)
class Posting:
    """Which records have which key: keys sorted, and for each the slots of its records."""

    keys: Ints
    starts: Ints
    slots: Ints

    def of(self, key: int) -> Ints:
        """Slots of the records that have a key."""
        place = int(np.searchsorted(self.keys, key))
        if place == len(self.keys) or self.keys[place] != key:
            return self.slots[:0]
        return self.slots[self.starts[place] : self.starts[place + 1]]


def posting(pairs: Iterable[tuple[int, int]]) -> Posting:
    """A posting of (key, slot) pairs."""
    made = np.fromiter(chain.from_iterable(pairs), dtype=np.uint32).reshape(-1, 2)
    made = made[np.argsort(made[:, 0], kind="stable")]
    keys, starts = np.unique(made[:, 0], return_index=True)
    return Posting(keys, np.append(starts, len(made)).astype(np.uint32), np.ascontiguousarray(made[:, 1]))


@dataclass(frozen=True, slots=True)
class Level:
    """Packed records. What was taken out stays in its slot, dead, until levels are joined.

    Attributes:
        people: all records as JSON, one behind the other; `ends` says where each ends.
        parts: which records have which part of a name.
        numbers: which records have which document or personal number, cut to 32 bits.
        refs: the same for references.
        born: dates of birth as numbers.
        alive: which slots still count.
    """

    people: bytes
    ends: np.ndarray[Any, np.dtype[np.uint64]]
    parts: Posting
    numbers: Posting
    refs: Posting
    born: Ints
    alive: np.ndarray[Any, np.dtype[np.bool_]] = field(compare=False)

    def __len__(self) -> int:
        """How many slots it has."""
        return len(self.born)

    def record(self, slot: int) -> PersonRecord:
        """The record in a slot."""
        start = int(self.ends[slot - 1]) if slot else 0
        return record_from_dict(json.loads(self.people[start : int(self.ends[slot])]))

    def slot(self, ref: RecordRef) -> int | None:
        """Where a reference is filed and still counts."""
        for slot in self.refs.of(hashed(ref)).tolist():
            if self.alive[slot] and self.record(slot).ref == ref:
                return int(slot)
        return None

    def records(self) -> list[PersonRecord]:
        """Every record that still counts."""
        return [self.record(slot) for slot in np.flatnonzero(self.alive).tolist()]


def hashed(text: str) -> int:
    """A text cut to 32 bits; what meets by accident is told apart by comparing."""
    return crc32(text.encode())


def pack(records: Sequence[PersonRecord], vocabulary: Vocabulary) -> Level:
    """Pack records; the vocabulary learns their parts, and does not count them."""
    written = [json.dumps(record_to_dict(each), ensure_ascii=False, separators=(",", ":")).encode() for each in records]
    numbered = list(enumerate(records))
    return Level(
        b"".join(written),
        np.cumsum([len(each) for each in written], dtype=np.uint64),
        posting((part, slot) for slot, each in numbered for part in parts_of(each, vocabulary)),
        posting((hashed(text), slot) for slot, each in numbered for item in each.identifiers
                if (text := identifier_text(item))),
        posting((hashed(each.ref), slot) for slot, each in numbered),
        np.array([day_number(each.birth_date) for each in records], dtype=np.uint32),
        np.ones(len(records), dtype=bool),
    )  # fmt: skip
