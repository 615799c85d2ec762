"""Some records packed for searching: which parts each has, its date and numbers, and the record itself as bytes."""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from functools import lru_cache
from operator import attrgetter
from typing import Any
from zlib import crc32

import numpy as np

from egnatia.engines.people.identifiers import IdentifierKind, read_identifiers
from egnatia.engines.people.parts import parts
from egnatia.engines.people.types import PartialDate, PersonRecord, parse_date
from egnatia.engines.people.vocabulary import Vocabulary
from egnatia.errors import InputError
from egnatia.model.ids import RecordRef

Ints = np.ndarray[Any, np.dtype[np.uint32]]
Places = np.ndarray[Any, np.dtype[np.int64]]
Longs = np.ndarray[Any, np.dtype[np.uint64]]
Bytes = np.ndarray[Any, np.dtype[np.uint8]]
Weights = np.ndarray[Any, np.dtype[np.float32]]
FIRST, FAMILY, FATHER, MOTHER, ALIAS = range(5)
"""In which field of a record a part stands; kept in the upper three bits of its number."""
ROLE_BITS = 29
NUMBER_MASK = (1 << ROLE_BITS) - 1
_PARENTS = (FATHER, MOTHER)
_YEAR, _MONTH = 512, 32
"""A date of birth as one number: year, month in 16 and day in 32; 0 for what is unknown."""
_KEPT = 1 << 18
"""Different names of one field whose parts are remembered while records are packed: registers repeat their names."""


def day_number(born: PartialDate | None) -> int:
    """A date as one number that keeps year, month and day apart; 0 where there is none."""
    return 0 if born is None else born.year * _YEAR + (born.month or 0) * _MONTH + (born.day or 0)


def hashed(text: str) -> int:
    """A text cut to 32 bits; what meets by accident is told apart by comparing."""
    return crc32(text.encode("utf-8", "surrogatepass"))


@dataclass(frozen=True, slots=True)
class Posting:
    """Which records have which key: keys sorted, and for each the slots of its records."""

    keys: Ints
    starts: Ints
    slots: Ints

    def of(self, key: int) -> Ints:
        """Slots of the records that have a key."""
        place = int(self.keys.searchsorted(np.uint32(key)))
        if place == len(self.keys) or self.keys[place] != key:
            return self.slots[:0]
        return self.slots[self.starts[place] : self.starts[place + 1]]

    def several(self, wanted: Ints) -> tuple[Ints, Places]:
        """The slots of some keys, one key's behind the other's, and how many each key has."""
        if not len(self.keys) or not len(wanted):
            return self.slots[:0], np.zeros(len(wanted), dtype=np.int64)
        places = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        lows, highs = self.starts[places].astype(np.int64), self.starts[places + 1].astype(np.int64)
        highs = np.where(self.keys[places] == wanted, highs, lows)
        runs = [self.slots[low:high] for low, high in zip(lows.tolist(), highs.tolist(), strict=True) if high > low]
        return np.concatenate(runs) if runs else self.slots[:0], highs - lows

    def between(self, low: int, high: int) -> Ints:
        """Slots of the records that have a key from `low` to `high`, both included."""
        first = int(np.searchsorted(self.keys, np.uint32(low)))
        last = int(np.searchsorted(self.keys, np.uint32(high), side="right"))
        return self.slots[self.starts[first] : self.starts[last]]


def _pairs(keys: Ints, slots: Ints) -> Longs:
    """Pairs of a key and a slot as one number each, sorted, each once; sorting beats `np.unique`, since nearly all differ."""
    pairs = (keys.astype(np.uint64) << np.uint64(32)) | slots
    pairs.sort()
    again = pairs[1:] == pairs[:-1]
    return pairs[np.append(True, ~again)] if again.any() else pairs


def posting(keys: Ints, slots: Ints) -> Posting:
    """A posting of pairs of a key and a slot; a pair that stands twice counts once."""
    pairs = _pairs(keys, slots)
    made = (pairs >> np.uint64(32)).astype(np.uint32)
    changes = np.flatnonzero(np.append(True, made[1:] != made[:-1])) if len(made) else np.zeros(0, dtype=np.int64)
    starts = np.append(changes, len(made)).astype(np.uint32)
    return Posting(made[changes], starts, pairs.astype(np.uint32))


@dataclass(frozen=True, slots=True)
class Hashes:
    """Which records have which text, where nearly every text has one record: sorted hashes with a slot each."""

    keys: Ints
    slots: Ints

    def of(self, key: int) -> Ints:
        """Slots of the records that have a hash."""
        wanted = np.uint32(key)
        return self.slots[np.searchsorted(self.keys, wanted) : np.searchsorted(self.keys, wanted, side="right")]


def hashes(keys: Ints, slots: Ints) -> Hashes:
    """Sorted hashes of pairs of a hash and a slot."""
    pairs = _pairs(keys, slots)
    return Hashes((pairs >> np.uint64(32)).astype(np.uint32), pairs.astype(np.uint32))


@dataclass(frozen=True, slots=True)
class Level:
    """Packed records. What was taken out stays in its slot, dead, until levels are joined.

    Attributes:
        people: all records as bytes, one behind the other; `ends` says where each ends.
        names: numbers of the parts of all names, each with its field, record after record; `name_ends` says where each
            record's end.
        parts: which records have which part in a name (a parent's name finds nobody by itself).
        dates: which records have which date of birth.
        numbers: which records have which document or personal number, cut to 32 bits.
        refs: the same for references.
        born: dates of birth as numbers.
        alive: which slots still count.
    """

    people: Bytes
    ends: Longs
    names: Ints
    name_ends: Ints
    parts: Posting
    dates: Posting
    numbers: Hashes
    refs: Hashes
    born: Ints
    alive: np.ndarray[Any, np.dtype[np.bool_]] = field(compare=False)

    def __len__(self) -> int:
        """How many slots it has."""
        return len(self.born)

    def record(self, slot: int) -> PersonRecord:
        """The record in a slot."""
        return unpacked(self.written(slot))

    def written(self, slot: int) -> bytes:
        """The record in a slot as it was packed."""
        start = int(self.ends[slot - 1]) if slot else 0
        return self.people[start : int(self.ends[slot])].tobytes()

    def name_parts(self, slot: int) -> list[int]:
        """Numbers of the parts of all names in a slot, each with its field."""
        start = int(self.name_ends[slot - 1]) if slot else 0
        found: list[int] = self.names[start : int(self.name_ends[slot])].tolist()
        return found

    def ref(self, slot: int) -> RecordRef:
        """The reference of the record in a slot."""
        try:
            return RecordRef(_unescaped(self.written(slot).split(_FIELD, 1)[0].decode("utf-8", "surrogatepass")))
        except UnicodeDecodeError as wrong:
            raise _no_record() from wrong

    def least(self, slots: np.ndarray[Any, np.dtype[np.int64]], wanted: int) -> list[int]:
        """So many of some slots, those whose references come first; a flood of equals is sorted as bytes, not one by one."""
        if len(slots) <= wanted:
            return [int(slot) for slot in slots]
        starts = np.where(slots > 0, self.ends[np.maximum(slots - 1, 0)], 0).astype(np.int64)
        places = starts[:, np.newaxis] + np.arange(_REF_BYTES)
        written = self.people[np.minimum(places, len(self.people) - 1)]
        over = np.logical_or.accumulate(written == _FIELD[0], axis=1)
        odd = (written == ord(ESCAPE)) | (written == 0)  # what stands for a sign, or ends a text of NumPy's
        if not over[:, -1].all() or odd.any():
            return sorted(map(int, slots), key=self.ref)[:wanted]
        written[over] = 0
        order = np.argsort(np.ascontiguousarray(written).view(f"S{_REF_BYTES}")[:, 0], kind="stable")
        return [int(slot) for slot in slots[order[:wanted]]]

    def slot(self, ref: RecordRef) -> int | None:
        """Where a reference is filed and still counts."""
        for slot in self.refs.of(hashed(ref)).tolist():
            if self.alive[slot] and self.ref(slot) == ref:
                return int(slot)
        return None

    def records(self) -> list[PersonRecord]:
        """Every record that still counts."""
        return [self.record(slot) for slot in np.flatnonzero(self.alive).tolist()]


_REF_BYTES = 48
"""Bytes of a record among which its reference usually ends; one of the product's own has 40 at the most."""
FIELD, ITEM, ESCAPE = "\x1e", "\x1f", "\x10"
"""What stands between the fields of a packed record, behind each entry of a list, and before what stands for one of these."""
_FIELD = FIELD.encode()
_SPECIAL = {"\x1e": "\x10a", "\x1f": "\x10b", "\x10": "\x10c"}
_PLAIN = {escaped: plain for plain, escaped in _SPECIAL.items()}
_NAMES = tuple(each.name for each in fields(PersonRecord))
"""The fields of a record in the order in which they are written; the reference is the first."""
_LISTS = frozenset(each.name for each in fields(PersonRecord) if str(each.type).startswith("tuple"))
_FIELDS = "\n".join(_NAMES)
_VALUES = attrgetter(*_NAMES)


def fields_written() -> str:
    """Which fields a packed record has: an index of other fields is of another release."""
    return _FIELDS


def packed(record: PersonRecord) -> bytes:
    """A record as bytes, shorter than JSON: its fields with control characters between them."""
    texts = []
    for value in _VALUES(record):
        if isinstance(value, str):
            texts.append(value if value.isprintable() else _escaped(value))
        else:
            texts.append(_text_of(value) if value else "")
    return FIELD.join(texts).rstrip(FIELD).encode("utf-8", "surrogatepass")


def _text_of(value: object) -> str:
    if isinstance(value, tuple):
        return "".join([_escaped(str(item)) + ITEM for item in value])
    return str(value)


def _escaped(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(_SPECIAL.get(letter, letter) for letter in text)


def _unescaped(text: str) -> str:
    if ESCAPE not in text:
        return text
    for escaped in ("\x10a", "\x10b", "\x10c"):
        text = text.replace(escaped, _PLAIN[escaped])
    return text


def unpacked(written: bytes) -> PersonRecord:
    """The record that was packed.

    Raises:
        InputError: these bytes are no record.
    """
    try:
        values = written.decode("utf-8", "surrogatepass").split("\x1e")
        given: dict[str, Any] = {name: _value_of(name, text) for name, text in zip(_NAMES, values, strict=False)}
        return PersonRecord(**given)
    except (UnicodeDecodeError, TypeError) as wrong:
        raise _no_record() from wrong


def _no_record() -> InputError:
    return InputError("the index holds something that is no record", hint="Make the index again.")


def _value_of(name: str, text: str) -> object:
    if name in _LISTS:
        return tuple(_unescaped(item) for item in text.split("\x1f")[:-1])
    return date_of(text) if name == "birth_date" else _unescaped(text)


@lru_cache(maxsize=1 << 15)
def date_of(text: str) -> PartialDate | None:
    """A date of birth as it is packed; registers repeat their dates."""
    return parse_date(text)


def numbers_of(identifiers: Iterable[str]) -> list[int]:
    """Under what numbers, telephones and plates are looked up: letters and digits that look alike meet. No address is."""
    found = read_identifiers(identifiers)
    return [hashed(each.loose) for each in found if each.kind is not IdentifierKind.ADDRESS]


class Packer:
    """Gathers records into a level. The vocabulary learns their parts and counts them; records are not kept."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._parts: dict[str, tuple[int, ...]] = {}
        self._people = bytearray()
        self._ends, self._names, self._name_ends = array("Q"), array("I"), array("I")
        self._born, self._refs = array("I"), array("I")
        self._numbers, self._number_slots = array("I"), array("I")

    def add(self, record: PersonRecord) -> None:
        """Take one record in."""
        self._people += packed(record)
        self._ends.append(len(self._people))
        self._names.extend(self._numbered(record))
        self._name_ends.append(len(self._names))
        for number in numbers_of(record.identifiers):
            self._numbers.append(number)
            self._number_slots.append(len(self._born))
        self._refs.append(hashed(record.ref))
        self._born.append(day_number(record.birth_date))

    def _numbered(self, record: PersonRecord) -> list[int]:
        return [part | role << ROLE_BITS for role, text in named(record) if text for part in self._of(text)]

    def _of(self, text: str) -> tuple[int, ...]:
        known = self._parts.get(text)
        if known is None:
            if len(self._parts) >= _KEPT:
                self._parts.clear()
            known = self._parts[text] = tuple(self._vocabulary.number(part) for part in parts(text))
        return known

    def level(self) -> Level:
        """What was gathered."""
        slots = np.arange(len(self._born), dtype=np.uint32)
        return level_of(
            np.frombuffer(self._people, dtype=np.uint8),
            np.array(self._ends, dtype=np.uint64),
            np.array(self._names, dtype=np.uint32),
            np.array(self._name_ends, dtype=np.uint32),
            hashes(np.array(self._numbers, dtype=np.uint32), np.array(self._number_slots, dtype=np.uint32)),
            hashes(np.array(self._refs, dtype=np.uint32), slots),
            np.array(self._born, dtype=np.uint32),
        )


def level_of(
    people: Bytes, ends: Longs, names: Ints, name_ends: Ints, numbers: Hashes, refs: Hashes, born: Ints
) -> Level:  # fmt: skip
    """A level of its columns: what leads to its records follows from them."""
    slots = np.arange(len(born), dtype=np.uint32)
    found = parts_posting(names, name_ends)
    alive = np.ones(len(born), dtype=bool)
    return Level(people, ends, names, name_ends, found, posting(born, slots), numbers, refs, born, alive)


def named(record: PersonRecord) -> Iterable[tuple[int, str]]:
    """Every name of a record with the field that it stands in."""
    yield FIRST, record.first_names
    yield FAMILY, record.family_names
    yield FATHER, record.father_name
    yield MOTHER, record.mother_name
    for alias in record.aliases:
        yield ALIAS, alias


def parts_posting(names: Ints, name_ends: Ints) -> Posting:
    """Which records have which part in a name of their own."""
    slots = np.repeat(np.arange(len(name_ends), dtype=np.uint32), np.diff(name_ends, prepend=np.uint32(0)))
    roles = names >> np.uint32(ROLE_BITS)
    own = (roles != FATHER) & (roles != MOTHER)
    return posting(names[own] & np.uint32(NUMBER_MASK), slots[own])


def parts_of(record: PersonRecord, vocabulary: Vocabulary) -> tuple[set[int], set[int]]:
    """Numbers of the parts of a record's own names and of its parents'."""
    found: tuple[set[int], set[int]] = (set(), set())
    for role, text in named(record):
        found[role in _PARENTS].update(map(vocabulary.number, parts(text)))
    return found


def pack(records: Sequence[PersonRecord], vocabulary: Vocabulary) -> Level:
    """Pack records; the vocabulary learns their parts, and does not count them."""
    packer = Packer(vocabulary)
    for each in records:
        packer.add(each)
    return packer.level()


def in_parents(level: Level) -> Posting:
    """Which records of a level have which part in a parent's name."""
    roles = level.names >> np.uint32(ROLE_BITS)
    chosen = (roles == FATHER) | (roles == MOTHER)
    slots = np.repeat(np.arange(len(level), dtype=np.uint32), np.diff(level.name_ends, prepend=np.uint32(0)))
    return posting(level.names[chosen] & np.uint32(NUMBER_MASK), slots[chosen])
