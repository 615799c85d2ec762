"""An index over records in memory: from a query to the few records worth comparing.

Keys are sound keys, spellings with one letter taken out, dates of birth and identifiers. A record's rank among the
candidates is the sum of its keys' rarity; the best `COMPARED` of them are compared in full. The interface stays when a
later release keeps the same keys in tables.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator

from egnatia.engines.people.match import Prepared, Subject, band, compare_prepared, prepare
from egnatia.engines.people.names import Token
from egnatia.engines.people.parts import Part
from egnatia.engines.people.types import Match, PartialDate, PersonQuery, PersonRecord, identifier_text
from egnatia.errors import ConflictError, NotFoundError
from egnatia.model.ids import RecordRef

COMPARED = 300
"""Candidates compared in full per query; the design's measurement needed 200 to 300 at a million records."""
SHORTEST_DELETED = 4
"""Letters from which a spelling is also filed with one letter taken out; shorter ones would meet everybody."""
Key = tuple[str, str]


def _token_keys(part: Token | Part) -> Iterator[Key]:
    """The keys of one token: its sound, its spelling, and from four letters on every spelling less one letter."""
    yield "sound", part.sound
    yield "spelling", part.text
    if len(part.text) >= SHORTEST_DELETED:
        for position in range(len(part.text)):
            yield "spelling", part.text[:position] + part.text[position + 1 :]


def _date_keys(born: PartialDate | None) -> Iterator[Key]:
    """The keys of a date of birth: whole with its swapped form, without the day, without the month."""
    if born is None or born.month is None:
        return
    yield "born", f"{born.year}-{born.month}"
    if born.day is not None:
        low, high = sorted((born.month, born.day))
        yield "born", f"{born.year}:{low}:{high}"
        yield "born", f"{born.year}--{born.day}"


def keys(person: Prepared) -> set[Key]:
    """Every key under which a person is filed and looked up."""
    found: set[Key] = {("number", text) for item in person.identifiers if (text := identifier_text(item))}
    found.update(_date_keys(person.birth_date))
    for name in person.wholes:
        for part in (*name.parts, *((name.whole,) if name.whole else ())):
            found.update(_token_keys(part))
    return found


class PersonIndex:
    """Records and their keys, always in step with one another."""

    def __init__(self, records: Iterable[PersonRecord] = ()) -> None:
        self._people: dict[RecordRef, Prepared] = {}
        self._postings: dict[Key, set[RecordRef]] = defaultdict(set)
        for record in records:
            self.add(record)

    def __len__(self) -> int:
        """How many records it holds."""
        return len(self._people)

    def add(self, record: PersonRecord) -> None:
        """File a record.

        Raises:
            ConflictError: its reference is filed already.
        """
        if record.ref in self._people:
            raise ConflictError(f"record {record.ref} is in the index already")
        person = prepare(record)
        self._people[record.ref] = person
        for key in keys(person):
            self._postings[key].add(record.ref)

    def remove(self, ref: RecordRef) -> None:
        """Take a record out, with everything that was filed for it.

        Raises:
            NotFoundError: there is no such record.
        """
        if ref not in self._people:
            raise NotFoundError(f"record {ref} is not in the index")
        for key in keys(self._people.pop(ref)):
            self._postings[key].discard(ref)
            if not self._postings[key]:
                del self._postings[key]

    def candidates(self, person: Prepared) -> list[Prepared]:
        """The records that share the rarest keys with a person, best first, at most `COMPARED`."""
        weights: defaultdict[RecordRef, float] = defaultdict(float)
        for key in sorted(keys(person)):
            refs = self._postings.get(key, ())
            rarity = math.log2(1 + len(self._people) / len(refs)) if refs else 0.0
            for ref in refs:
                weights[ref] += rarity
        ranked = sorted(weights, key=lambda ref: (-weights[ref], ref))
        return [self._people[ref] for ref in ranked[:COMPARED]]

    def everybody(self) -> list[Prepared]:
        """Every record, for comparing the index against looking at all."""
        return list(self._people.values())


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
