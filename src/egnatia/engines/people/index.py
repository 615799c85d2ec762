"""An index over records: from a query to the few records worth comparing.

The vocabulary says which parts of names on file are like the asked ones; each part then leads to its records, and the sieve
keeps those for which most speaks. These are compared in full. Records lie packed in levels that double in size: a new one
goes into the smallest, and equal ones are joined (Bentley and Saxe, 1980), so that filing one costs the same however many
there are, and what is found does not depend on when each was filed.
"""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

import numpy as np

from egnatia.engines.people.asked import NOTHING_LIKE, SLIGHT, AskedPart, AskedPerson, Worth, worth_of
from egnatia.engines.people.compacting import joined
from egnatia.engines.people.features import FATHER as OF
from egnatia.engines.people.features import SIMILAR, NameField, agreement
from egnatia.engines.people.features import WHOLE as ANY
from egnatia.engines.people.filed_person import Reader
from egnatia.engines.people.frequencies import TYPICAL, Frequencies, Rarity
from egnatia.engines.people.identifiers import IdentifierKind, read_identifiers
from egnatia.engines.people.level import (
    FAMILY,
    FATHER,
    FIRST,
    MOTHER,
    Level,
    Packer,
    day_number,
    hashed,
    in_parents,
    numbers_of,
    pack,
    parts_of,
)
from egnatia.engines.people.match import SHOWN_FROM, Subject, compare_prepared, prepare, speaks
from egnatia.engines.people.naming import Prepared
from egnatia.engines.people.parts import Part, one_part, plain_part
from egnatia.engines.people.sieve import Found, Sifted, sift
from egnatia.engines.people.types import Match, PartialDate, PersonQuery, PersonRecord
from egnatia.engines.people.vocabulary import Vocabulary
from egnatia.errors import ConflictError, NotFoundError
from egnatia.model.ids import RecordRef

COMPARED = 48
"""Records compared in full per query, and twice the number that is wanted where that is more: bench/people/scale.py. Of those
with as many points as the last, the first by reference are taken, as in the answer."""
MOST_COMPARED = 150
"""The same where so many have as many points as the best: how many cannot be told apart is then part of the answer."""
HOPELESS = SHOWN_FROM - 8.0
"""Points below which nothing is compared: less than is shown, by more than points err."""
_FIRST_LEVEL = 256
"""Records that are filed without being packed with others."""
_SHORTEST_HALF = 3
"""Letters of either half of a part that is looked up in two."""
_READ_FOR_COUNT = 64
"""Records that are read to count who bears a number; from there on what shares its hash counts too."""


_REMEMBERED = 4_096
"""Parts for which what each like one is worth is remembered."""


class PersonIndex:
    """Records, packed in levels. Invariant: every reference counts once, and the vocabulary counts what is filed."""

    def __init__(self, records: Iterable[PersonRecord] = ()) -> None:
        self._vocabulary = Vocabulary()
        self._reader = Reader(self._vocabulary)
        self._levels: list[Level] = []
        self._fresh: dict[RecordRef, PersonRecord] = {}
        self._fresh_level: Level | None = None
        self._size = 0
        self._rarity: Rarity | None = None
        self._worths: dict[tuple[Part, bool], Worth] = {}
        self._fill(records)

    @classmethod
    def of(cls, vocabulary: Vocabulary, level: Level) -> "PersonIndex":
        """An index of what was packed, its parts counted."""
        made = cls()
        made._vocabulary, made._size = vocabulary, int(np.count_nonzero(level.alive))
        made._reader = Reader(vocabulary)
        made._levels = [level] if made._size else []
        return made

    def __len__(self) -> int:
        """How many records it holds."""
        return self._size

    def has(self, ref: RecordRef) -> bool:
        """Whether a record is filed under a reference."""
        return ref in self._fresh or self._where(ref) is not None

    @property
    def frequencies(self) -> "Filed":
        """How often values occur in it."""
        return Filed(self)

    def _fill(self, records: Iterable[PersonRecord]) -> None:
        """File many at once as one level."""
        packer = Packer(self._vocabulary)
        for record in records:
            packer.add(record)
        level = packer.level()
        if len(level):
            refuse_doubles(level)
            count_parts(level, self._vocabulary)
            self._levels, self._size = [level], len(level)

    def add(self, record: PersonRecord) -> None:
        """File a record.

        Raises:
            ConflictError: its reference is filed already.
        """
        if self.has(record.ref):
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
            self._levels = [each for each in self._levels if each is not level]
        return record

    def _count(self, record: PersonRecord, by: int) -> None:
        own, parents = parts_of(record, self._vocabulary)
        for part in own:
            self._vocabulary.count(part, by)
        for part in parents:
            self._vocabulary.count_parent(part, by)
        self._size += by
        self._rarity, self._worths = None, {}

    def _where(self, ref: RecordRef) -> tuple[Level, int] | None:
        for level in self._levels:
            slot = level.slot(ref)
            if slot is not None:
                return level, slot
        return None

    def _settle(self) -> None:
        """Pack what is fresh, together with every level that is no larger than what it then joins."""
        together = [pack(list(self._fresh.values()), self._vocabulary)]
        while self._levels and len(self._levels[-1]) <= 2 * sum(map(len, together)):
            together.insert(0, self._levels.pop())
        self._levels.append(joined(together))
        self._fresh, self._fresh_level = {}, None

    def levels(self) -> list[Level]:
        """Every level, what is fresh as the last one."""
        if self._fresh and self._fresh_level is None:
            self._fresh_level = pack(list(self._fresh.values()), self._vocabulary)
        return self._levels + ([self._fresh_level] if self._fresh_level is not None and self._fresh else [])

    @property
    def vocabulary(self) -> Vocabulary:
        """The parts of names on file."""
        return self._vocabulary

    def candidates(self, person: Prepared, limit: int = 20) -> list[Prepared]:
        """The records for which most speaks, at most `COMPARED` or twice the limit, in no order."""
        return self._candidates(person, limit, numbers=True)

    def compared(self, person: Prepared, limit: int) -> list[Prepared]:
        """The same for whoever compares them with this person alone: their numbers are left out where the person has none."""
        return self._candidates(person, limit, numbers=bool(person.numbers))

    def _candidates(self, person: Prepared, limit: int, *, numbers: bool) -> list[Prepared]:
        sifted = sift(self.levels(), self._asked(person))
        best = _best(sifted, max(COMPARED, 2 * limit), HOPELESS)
        return [self._reader.person(level, slot, numbers=numbers) for level, slot in best]

    def _asked(self, person: Prepared) -> AskedPerson:
        rarity = self.rarity
        fields = ((FIRST, person.first), (FAMILY, person.family), (FATHER, person.father), (MOTHER, person.mother))
        inside = not person.father.parts  # then a father's name may stand among the asked first names
        parts = [
            AskedPart(
                role,
                self._worth(part, ANY, rarity) if role in (FIRST, FAMILY) else NOTHING_LIKE,
                self._worth(part, OF, rarity)
                if role in (FATHER, MOTHER) or (inside and role == FIRST)
                else NOTHING_LIKE,
            )
            for role, name in fields
            for part in name.parts
        ]
        whole = person.wholes[0].parts
        found = (*(one_part(pair) for pair in pairwise(whole)), *self._halves(whole))
        extra = [AskedPart(FIRST, self._worth(part, ANY, rarity)) for part in found]
        return AskedPerson(tuple(parts), tuple(extra), person.birth_date, tuple(numbers_of(person.identifiers)), rarity)

    def _halves(self, parts: tuple[Part, ...]) -> Iterator[Part]:
        for part in parts:
            for place in range(_SHORTEST_HALF, len(part.text) - _SHORTEST_HALF + 1):
                halves = part.text[:place], part.text[place:]
                if all(map(self._vocabulary.has, halves)):
                    yield from map(plain_part, halves)

    def _worth(self, part: Part, how: NameField, rarity: Rarity) -> Worth:
        """What is on file like a part, and what each is worth in a name of one's own or in a parent's."""
        key = (part, how.parent)
        known = self._worths.get(key)
        if known is None:
            if len(self._worths) >= _REMEMBERED:
                self._worths = {}
            like = [(number, alike, self._vocabulary.part(number)) for number, alike in self._vocabulary.like(part)]
            known = worth_of((number, _worth(alike, part, each, how, rarity)) for number, alike, each in like)
            self._worths[key] = known
        return known

    @property
    def rarity(self) -> Rarity:
        """What the agreement of a value is worth in this register."""
        if self._rarity is None:
            self._rarity = Rarity(self.frequencies)
        return self._rarity

    def everybody(self) -> list[Prepared]:
        """Every record, for comparing the index against looking at all."""
        return [prepare(record) for level in self.levels() for record in level.records()]


class Filed(Frequencies):
    """How often values occur in an index, as it is when asked."""

    def __init__(self, index: PersonIndex) -> None:
        self._index = index

    @property
    def size(self) -> int:
        """Records filed."""
        return len(self._index)

    def part(self, part: Part) -> int:
        """Records that have a part among their names."""
        return self._index.vocabulary.counted(part)

    def parent(self, part: Part) -> int:
        """Records that have a part in the father's or mother's name."""
        return self._index.vocabulary.counted_parent(part)

    def sounding(self, part: Part, *, parent: bool) -> int:
        """Records that have a part of this sound among their names, or in a parent's; who has two such parts counts twice."""
        return self._index.vocabulary.counted_sound(part, parent=parent)

    def born(self, born: PartialDate) -> int:
        """Records with exactly this date of birth."""
        number = day_number(born)
        return sum(int(np.count_nonzero(level.alive[level.dates.of(number)])) for level in self._index.levels())

    def identifier(self, kind: IdentifierKind, text: str) -> int:
        """Records that carry a number, telephone or plate."""
        return sum(_carry(level, kind, text) for level in self._index.levels())


def _carry(level: Level, kind: IdentifierKind, text: str) -> int:
    made = read_identifiers([f"{kind}:{text}"])
    found = {slot for each in made for slot in level.numbers.of(hashed(each.loose)).tolist() if level.alive[slot]}
    if len(found) > _READ_FOR_COUNT:
        return len(found)
    carried = (read_identifiers(level.record(slot).identifiers) for slot in found)
    return sum(any((each.kind, each.text) == (kind, text) for each in one) for one in carried)


def refuse_doubles(level: Level) -> None:
    """Refuse a level in which two records have one reference.

    Raises:
        ConflictError: two have.
    """
    same = np.flatnonzero(np.diff(level.refs.keys) == 0)
    for place in same.tolist():
        slots = level.refs.slots[place : place + 2].tolist()
        if level.ref(slots[0]) == level.ref(slots[1]):
            raise _twice(level.ref(slots[0]))


def count_parts(level: Level, vocabulary: Vocabulary) -> None:
    """Tell a vocabulary how many records of a level have each part."""
    for found, count in ((level.parts, vocabulary.count), (in_parents(level), vocabulary.count_parent)):
        for number, records in zip(found.keys.tolist(), np.diff(found.starts).tolist(), strict=True):
            count(number, records)


def _twice(ref: RecordRef) -> ConflictError:
    return ConflictError(f"record {ref} is in the index already")


def _best(sifted: list[Sifted], wanted: int, least: float) -> list[tuple[Level, int]]:
    """The records with most points, at least `least`, in no order; of those that have as many as the last, the first by reference."""
    if not sifted:
        return []
    points = np.concatenate([each.points for each in sifted])
    if len(points) > wanted and float(np.partition(points, -wanted)[-wanted]) == float(points.max()):
        wanted = max(wanted, MOST_COMPARED)
    cut = max(least, float(np.partition(points, -wanted)[-wanted]) if len(points) > wanted else least)
    above = [(level, slot) for each in sifted for level, slot in _where(each, each.points > cut)]
    tied = [(each.level, each.slots[each.points == cut]) for each in sifted]
    return above + _first_by_reference(tied, wanted - len(above))


def _where(sifted: Sifted, chosen: "np.ndarray[Any, np.dtype[np.bool_]]") -> list[tuple[Level, int]]:
    return [(sifted.level, slot) for slot in sifted.slots[chosen].tolist()]


def _first_by_reference(tied: list[tuple[Level, Found]], wanted: int) -> list[tuple[Level, int]]:
    """So many of some records, those with the least references: each level's first ones are compared with each other."""
    first = [(level, slot) for level, slots in tied for slot in level.least(slots, wanted)]
    return sorted(first, key=lambda each: each[0].ref(each[1]))[:wanted]


def _worth(alike: float, asked: Part, filed: Part, how: NameField, rarity: Rarity) -> float:
    """What the full comparison adds for two parts; what is almost similar adds nothing there, and hardly counts as another."""
    return max(SLIGHT, agreement(alike, asked, filed, how, rarity)) if alike >= SIMILAR else SLIGHT


def rank(person: Prepared, others: Iterable[Prepared], limit: int, rarity: Rarity = TYPICAL) -> list[Match]:
    """Compare with each and return the best `limit` for which enough speaks, best first, equal ones by reference."""
    found = [made for other in others if speaks(made := compare_prepared(person, other, rarity))]
    return sorted(found, key=lambda match: (-match.score, match.ref))[:limit]


def search(query: PersonQuery, index: PersonIndex, limit: int = 20) -> list[Match]:
    """The records that resemble the person looked for, best first; nobody for whom too little speaks."""
    person = prepare(query)
    return rank(person, index.compared(person, limit), limit, index.rarity)


def search_all(subject: Subject, index: PersonIndex, limit: int = 20) -> list[Match]:
    """The same by comparing with every record: slow, and what `search` is measured against."""
    return rank(prepare(subject), index.everybody(), limit, index.rarity)
